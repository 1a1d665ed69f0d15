"""Commands that draw conclusions: account, score, draft, versions."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyzer.cli.door import AsOfOption, FormatOption, app, open_study, read_day, say, show_progress
from analyzer.errors import UsageError
from analyzer.files import write_whole
from analyzer.printing import Format, print_rows, showable

if TYPE_CHECKING:
    from analyzer.records import Score


@app.command()
def account(
    name: Annotated[str, typer.Argument(help="The account.")],
    form: Annotated[Format, typer.Option("--format", help="md or json.")] = Format.MD,
    as_of: AsOfOption = None,
) -> None:
    """The seller's brief: is it live, why now, whom to call, what to say."""
    from analyzer.icp.brief import brief_json, render_brief
    from analyzer.icp.standing import Standing, standings_of
    from analyzer.synthesis.facts import settled_json

    day = read_day(as_of) or date.today()
    with open_study() as study:
        reading = study.account_reading(name, day)
        facts = study.account_facts(reading.account.name)
        standings = standings_of(study.store.deals(), study.document_heads(), day)
        product = study.product.name
    standing = standings.get(reading.account.name, Standing())
    if form == Format.JSON:
        print(json.dumps({**brief_json(reading, standing), "facts": settled_json(facts)}, indent=2, ensure_ascii=False))
    else:
        sys.stdout.write(showable(render_brief(reading, product, day, facts, standing)))


@app.command()
def score(
    file: Annotated[
        Path | None, typer.Argument(help="A CSV or XLSX of accounts; without it those of the study.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write a CSV there.")] = None,
    as_of: AsOfOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Score accounts 0-100 with a reason per attribute; missing data gives a range.

    The study's accounts come best first: tier 1, tier 2, all others, within each the higher sure points (low) first;
    then those of which nothing is known ("-"), last those that are out. A file keeps its order; a row that is an
    account of the study is told from it what its own cells leave unknown.
    """
    from analyzer.cli.scorecards import tell_outdated_card
    from analyzer.icp.export import score_json
    from analyzer.scoring.score import best_first
    from analyzer.scoring.sheet import score_sheet, write_scored_sheet, write_scores

    warnings: tuple[str, ...] = ()
    with open_study() as study:
        readings, card = study.account_readings(read_day(as_of)), study.scorecard()
        outdated = tell_outdated_card(study, card)
    ranked = sorted((r.score for r in readings), key=best_first)
    if out is not None and file is not None:
        with show_progress("score") as on_step:
            sheet = write_scored_sheet(file, out, card, readings, on_step)
        count, warnings = sheet.scored, sheet.warnings
    elif out is not None:
        count = write_scores(out, ranked)
    elif file is not None:
        scores, warnings = score_sheet(file, card, readings)
    else:
        scores = tuple(ranked)
    for warning in (*outdated, *warnings):
        say(f"note: {warning}")
    if out is not None:
        print(f"{count} accounts scored into {out}.")
        return
    rows = [_shown_score(s) if form in (Format.TABLE, Format.MD) else score_json(s) for s in scores]
    print_rows(rows, ("account", "score", "low", "high", "tier", "disqualified_by", "reasons"), form, "accounts")


def _shown_score(score: Score) -> dict[str, Any]:
    """A score for people to read: "-" where nothing is known, and first of the reasons how much is."""
    from analyzer.icp.export import score_json
    from analyzer.scoring.score import BLANK, is_nothing_known, known_points

    row, known = score_json(score), known_points(score)
    said = [f"{str(known)[0].upper()}{str(known)[1:]}."] if known.unknown else []
    shown = BLANK if is_nothing_known(score) else score.score
    return {**row, "score": shown, "reasons": " ".join([*said, *(a.reason for a in score.attributes)])}


@app.command()
def draft(
    form: Annotated[
        str | None,
        typer.Option("--format", help="md, html, docx, pdf or json; without it what --out ends in, else md."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write it there instead of printing it.")] = None,
    segment: Annotated[int, typer.Option(min=0, help="Draft this one of `icp segments` alone.")] = 0,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of a draft instead.")] = False,
) -> None:
    """The draft ICP, every line with its evidence."""
    from analyzer.icp.render import find_format, read_schema

    if schema:
        print(json.dumps(read_schema(), indent=2, ensure_ascii=False))
        return
    chosen = find_format(form, out)
    if out is None and chosen.is_binary and sys.stdout.isatty():
        raise UsageError(f"A {chosen.label} file is nothing to read on a terminal. Add --out draft.{chosen.name}.")
    with open_study() as study:
        page = chosen.render(study.draft(segment=segment))
    if out is not None:
        write_whole(out, page)
        print(f"The draft is in {out}.")
    elif isinstance(page, bytes):
        sys.stdout.buffer.write(page)
    else:
        sys.stdout.write(page if chosen.name == "json" else showable(page))


@app.command()
def versions(form: FormatOption = Format.TABLE) -> None:
    """Every draft that was made."""
    from analyzer.icp.versions import summarise

    with open_study() as study:
        rows = [summarise(d) for d in study.drafts()]
    print_rows(rows, ("version", "made_at", "segment", "lines", "evidence", "definition"), form, "versions")
