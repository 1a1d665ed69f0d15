"""Commands that draw conclusions: account, score, draft, versions."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from analyzer.cli.door import AsOfOption, FormatOption, app, open_study, read_day, say, show_progress
from analyzer.errors import UsageError
from analyzer.files import write_whole
from analyzer.printing import Format, print_rows, showable


@app.command()
def account(
    name: Annotated[str, typer.Argument(help="The account.")],
    form: Annotated[Format, typer.Option("--format", help="md or json.")] = Format.MD,
    as_of: AsOfOption = None,
) -> None:
    """The seller's brief: is it live, why now, whom to call, what to say."""
    from analyzer.icp.brief import brief_json, render_brief
    from analyzer.synthesis.facts import settled_json

    day = read_day(as_of) or date.today()
    with open_study() as study:
        reading = study.account_reading(name, day)
        facts = study.account_facts(reading.account.name)
        product = study.product.name
    if form == Format.JSON:
        print(json.dumps({**brief_json(reading), "facts": settled_json(facts)}, indent=2, ensure_ascii=False))
    else:
        sys.stdout.write(showable(render_brief(reading, product, day, facts)))


@app.command()
def score(
    file: Annotated[
        Path | None, typer.Argument(help="A CSV or XLSX of accounts; without it those of the study.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write a CSV there.")] = None,
    as_of: AsOfOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Score accounts 0-100 with a reason per attribute; missing data gives a range."""
    from analyzer.icp.export import score_json
    from analyzer.scoring.sheet import score_sheet, write_scored_sheet, write_scores

    warnings: tuple[str, ...] = ()
    with open_study() as study:
        readings, card = study.account_readings(read_day(as_of)), study.scorecard()
    if out is not None and file is not None:
        with show_progress("score") as on_step:
            sheet = write_scored_sheet(file, out, card, readings, on_step)
        count, warnings = sheet.scored, sheet.warnings
    elif out is not None:
        count = write_scores(out, (r.score for r in readings))
    elif file is not None:
        scores, warnings = score_sheet(file, card, readings)
    else:
        scores = tuple(r.score for r in readings)
    for warning in warnings:
        say(f"note: {warning}")
    if out is not None:
        print(f"{count} accounts scored into {out}.")
        return
    rows = [score_json(s) for s in scores]
    for row in rows if form == Format.TABLE else ():
        row["reasons"] = " ".join(a["reason"] for a in row["attributes"])
    print_rows(rows, ("account", "score", "low", "high", "tier", "disqualified_by", "reasons"), form, "accounts")


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
