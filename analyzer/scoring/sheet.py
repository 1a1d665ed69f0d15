"""A sheet of accounts, scored: its own columns as they came, and score, range, tier and reasons beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyzer.errors import UsageError
from analyzer.files import write_whole
from analyzer.printing import to_csv
from analyzer.reading.tables.accounts import read_accounts, to_domain
from analyzer.reading.tables.cells import to_text
from analyzer.reading.tables.rows import read_sheet
from analyzer.records import AccountReading, Score
from analyzer.scoring.score import score_account
from analyzer.scoring.scorecard import Scorecard

ADDED = ("score", "score_low", "score_high", "tier", "disqualified_by", "reasons")


@dataclass(frozen=True, slots=True)
class ScoredSheet:
    """``rows`` are the sheet's own cells by column, with the score of each; a row that names no account has None."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    scores: tuple[Score | None, ...]
    warnings: tuple[str, ...]


def score_sheet(file: Path, card: Scorecard, readings: Sequence[AccountReading]) -> ScoredSheet:
    """Scores every row of a CSV, TSV or XLSX. What was heard of an account in the study counts for its trigger.

    ``warnings`` says what was doubtful in the table, with the row numbers.

    Raises UsageError for an unreadable file, TableError for one that holds no accounts.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    table = read_accounts(content, file.name)
    sheet = read_sheet(content, file.name)
    column_of = {field: column for column, field in table.mapped.items()}
    heard = {r.account.name.casefold(): r.signals for r in readings if r.heard}
    accounts = {key.casefold(): a for a in table.accounts for key in (a.name, a.domain) if key}
    rows: list[dict[str, str]] = []
    scores: list[Score | None] = []
    for number, cells in sheet.rows:
        row = dict(zip(sheet.columns, map(to_text, cells), strict=False))
        # A row that repeats another is not read a second time, and is found by what it says.
        said = row.get(column_of.get("name", ""), "") or to_domain(row.get(column_of.get("domain", ""), ""))
        name = table.account_of_row.get(number, said)
        account = accounts.get(" ".join(name.split()).casefold())
        rows.append(row)
        scores.append(score_account(account, heard.get(account.name.casefold()), card) if account else None)
    return ScoredSheet(tuple(sheet.columns), tuple(rows), tuple(scores), table.warnings)


def write_sheet(out: Path, scores: Sequence[Score | None], sheet: ScoredSheet | None) -> None:
    """A CSV that goes back into a CRM; cells that would run as formulas in a spreadsheet are neutralised."""
    columns = sheet.columns if sheet else ("account",)
    kept: Sequence[dict[str, Any]] = sheet.rows if sheet else [{"account": s.account} for s in scores if s]
    rows = [{**row, **_added(score)} for row, score in zip(kept, scores, strict=True)]
    write_whole(out, to_csv(rows, (*columns, *ADDED)))


def _added(score: Score | None) -> dict[str, Any]:
    if score is None:
        return {"reasons": "This row names no account."}
    return {
        "score": score.score,
        "score_low": score.low,
        "score_high": score.high,
        "tier": score.tier,
        "disqualified_by": score.disqualified_by,
        "reasons": " ".join(
            f"{a.name} {f'{a.points:g}' if a.low == a.high else '?'}/{a.max:g}: {a.reason}" for a in score.attributes
        ),
    }
