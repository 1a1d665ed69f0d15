"""A sheet of accounts, scored: its own columns as they came, and score, range, tier and reasons beside them.

Rows are read, scored and written one at a time, so that memory does not grow with the sheet. The file goes back into a
CRM: same columns in the same order, same delimiter and line ends, a byte order mark where there was one (always UTF-8),
every row below the header but blank ones, every cell as it came. What a row says itself comes first; where it is an
account of the study, what it leaves unknown is the study's word, and so is what was heard
(:mod:`analyzer.scoring.sheet_join`). Where nothing is known at all, the score's cell stays empty.

**What is changed in a cell.** One that a spreadsheet would run as a formula gets an apostrophe before it: its first
character other than a space is = + - @ (or the wide form of one), or it begins with a tab or a carriage return. Left
alone are cells that can run nothing: those of + or -, digits, spaces and the marks of numbers and telephones alone
(-5, -1.200,50 €, -3e5, +49 30 1234, +1 (555) 010-0100 ext. 7, a lone -), for without a letter there is neither a
function nor a reference, and ="00123", by which exports keep their zeros.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from analyzer.errors import StudyError, UsageError
from analyzer.reading.tables.streaming import Layout, StreamedRow, StreamedTable, stream_accounts
from analyzer.records import AccountReading, Score
from analyzer.scoring.score import is_nothing_known, known_points, score_account
from analyzer.scoring.scorecard import Scorecard
from analyzer.scoring.sheet_join import KnownAccounts, SizeCells

ADDED = ("score", "score_low", "score_high", "tier", "disqualified_by", "reasons")
OnStep = Callable[[str, int, int], None]
_STEP_ROWS = 500
_LONGEST_NUMBER = 60
_BOTH_ENDS = "\r\n"
_BEGINS_FORMULA = re.compile(r"[\t\r]|\s*[=+\-@＝＋－＠]")
_SIGNED = re.compile(
    r"[ \u00a0]*[+-][ \u00a0]?[$€£¥₹]?[0-9 \u00a0\u202f.,'’()/+%-]*"
    r"(?:(?<=[0-9.])[eE][+-]?[0-9]{1,3}|(?<=[0-9])[ \u00a0]?[$€£¥₹]|(?<=[0-9]) ?(?:x|ext\.?) ?[0-9]{1,8})?[ \u00a0]*"
)
_TEXT_FORMULA = re.compile(r'="[^"]*"')


@dataclass(frozen=True, slots=True)
class ScoredSheet:
    """``scored`` rows of ``rows``; the others name no account. ``warnings`` say what was doubtful, with row numbers."""

    rows: int
    scored: int
    warnings: tuple[str, ...]


def score_sheet(
    file: Path, card: Scorecard, readings: Sequence[AccountReading]
) -> tuple[tuple[Score, ...], tuple[str, ...]]:
    """The score of every row of a CSV, TSV or XLSX that names an account, and what was doubtful in the table.

    Raises UsageError for an unreadable file, TableError for one that holds no accounts.
    """
    table, known = _open_table(file, readings), KnownAccounts(readings)
    scores = tuple(score for _, score in _score_rows(table, card, known) if score)
    return scores, (*table.warnings, *known.sentences())


def write_scored_sheet(
    file: Path, out: Path, card: Scorecard, readings: Sequence[AccountReading], on_step: OnStep | None = None
) -> ScoredSheet:
    """Writes the sheet with its scores, whole or not at all; ``out`` may be ``file`` itself.

    Columns of a sheet that has the names of :data:`ADDED`, as a sheet scored before does, are filled anew where they
    stand; the others come behind the last one. Cells beyond the header's stand behind those, so that none is lost.
    Raises UsageError and TableError as :func:`score_sheet` does, StudyError when ``out`` cannot be written.
    """
    table, known = _open_table(file, readings), KnownAccounts(readings)
    layout, rows, scored = table.layout, 0, 0
    places = _places(layout.header)
    with _written_whole(out, layout.has_mark) as part:
        write = _row_writer(part, layout)
        write(_with_added(layout.header, places, len(layout.header), ADDED))
        for row, score in _score_rows(table, card, known):
            write(_with_added(row.written, places, len(layout.header), _added(score, row.lack)))
            rows += 1
            scored += score is not None
            if on_step and rows % _STEP_ROWS == 0:
                on_step("score", rows, max(rows, layout.count))
    return ScoredSheet(rows, scored, (*_replaced(layout.header), *table.warnings, *known.sentences()))


def write_scores(out: Path, scores: Iterable[Score]) -> int:
    """A CSV of the accounts with their scores, whole or not at all; how many there are.

    Raises StudyError when it cannot be written.
    """
    count = 0
    with _written_whole(out, False) as part:
        write = _row_writer(part, Layout(("account",)))
        write(("account", *ADDED))
        for score in scores:
            write((score.account, *_added(score, "")))
            count += 1
    return count


def harmless(cell: str) -> str:
    """The cell, with an apostrophe before it where a spreadsheet would run it as a formula; see above for the rule."""
    if not _BEGINS_FORMULA.match(cell) or _TEXT_FORMULA.fullmatch(cell):
        return cell
    return cell if len(cell) <= _LONGEST_NUMBER and _SIGNED.fullmatch(cell) else "'" + cell


def _open_table(file: Path, readings: Sequence[AccountReading]) -> StreamedTable:
    names = {r.account.domain: r.account.name for r in readings if r.account.domain}
    try:
        return stream_accounts(file, names, ADDED)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error


def _score_rows(
    table: StreamedTable, card: Scorecard, known: KnownAccounts
) -> Iterator[tuple[StreamedRow, Score | None]]:
    sizes = SizeCells(table.layout.header)
    for row in table.rows:
        if row.account is None:
            yield row, None
            continue
        joined = known.join(row.account, sizes.cell_of(row))
        yield row, score_account(joined.account, joined.signals, card, joined.findings, joined.wording)


def _added(score: Score | None, lack: str) -> tuple[str, ...]:
    """The cells of :data:`ADDED`; for a row without a score why it has none."""
    if score is None:
        return ("", "", "", "", "", lack)
    reasons = [
        f"{a.name} {f'{a.points:g}' if a.low == a.high else '?'}/{a.max:g}: {a.reason}" for a in score.attributes
    ]
    said = known_points(score)
    if said.unknown:
        reasons.insert(0, f"{str(said)[0].upper()}{str(said)[1:]}.")
    shown = "" if is_nothing_known(score) else str(score.score)
    return (shown, str(score.low), str(score.high), score.tier, score.disqualified_by, " ".join(reasons))


def _places(header: Sequence[str]) -> list[tuple[int, int]]:
    """The columns that are filled anew: where each stands, and which of :data:`ADDED` it is."""
    return [(place, ADDED.index(name)) for place, name in enumerate(map(str.strip, header)) if name in ADDED]


def _with_added(cells: Sequence[str], places: Sequence[tuple[int, int]], width: int, added: Sequence[str]) -> list[str]:
    """One row of the sheet with what is added to it, made as wide as the header first."""
    row = [*cells[:width], *[""] * (width - len(cells))]
    for place, which in places:
        row[place] = added[which]
    there = {which for _, which in places}
    row += [cell for which, cell in enumerate(added) if which not in there]
    beyond = cells[width:]
    return [*row, *beyond] if any(map(str.strip, beyond)) else row


def _replaced(header: Sequence[str]) -> tuple[str, ...]:
    """A word on columns that may be the sheet's own: one that we wrote has all of ours."""
    own = dict.fromkeys(name for name in map(str.strip, header) if name in ADDED)
    if not own or len(own) == len(ADDED):
        return ()
    return (f"What stood in {', '.join(own)} was replaced by the score's; rename a column that is to stay.",)


@dataclass(frozen=True, slots=True)
class _Ended:
    """A file to which the csv module writes rows, each with the line end of the sheet in place of the module's.

    The module quotes cells that hold a character of its own line end: with both in it, it quotes either.
    """

    file: TextIO
    end: str

    def write(self, line: str) -> None:
        self.file.write(line[: -len(_BOTH_ENDS)] + self.end)


def _row_writer(file: TextIO, layout: Layout) -> Callable[[Iterable[str]], None]:
    """Writes a row as the sheet was written, its cells made harmless."""
    if layout.preface:
        file.write(layout.preface + layout.line_end)
    writer = csv.writer(_Ended(file, layout.line_end), delimiter=layout.delimiter, lineterminator=_BOTH_ENDS)
    return lambda cells: writer.writerow(map(harmless, cells))


@contextmanager
def _written_whole(path: Path, has_mark: bool) -> Iterator[TextIO]:
    """A file that takes the place of ``path`` when all of it is on disk; after any failure the old one is as it was."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        try:
            with part.open("w", encoding="utf-8-sig" if has_mark else "utf-8", newline="") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            raise StudyError(
                f"{path} could not be written: {error.strerror}. Check the folder and the room on disk."
            ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
