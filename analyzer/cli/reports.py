"""Commands that draw conclusions: account, score, draft, versions."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from analyzer.cli.door import FormatOption, app, open_study, say
from analyzer.errors import UsageError
from analyzer.files import write_whole
from analyzer.printing import Format, print_rows, showable


@app.command()
def account(
    name: Annotated[str, typer.Argument(help="The account.")],
    form: Annotated[Format, typer.Option("--format", help="md or json.")] = Format.MD,
) -> None:
    """The seller's brief: is it live, why now, whom to call, what to say."""
    from analyzer.icp.brief import brief_json, render_brief

    with open_study() as study:
        reading = study.account_reading(name)
        product = study.product.name
    if form == Format.JSON:
        print(json.dumps(brief_json(reading), indent=2, ensure_ascii=False))
    else:
        sys.stdout.write(showable(render_brief(reading, product, date.today())))


@app.command()
def score(
    file: Annotated[
        Path | None, typer.Argument(help="A CSV or XLSX of accounts; without it those of the study.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write a CSV there.")] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Score accounts 0-100 with a reason per attribute; missing data gives a range."""
    from analyzer.icp.export import score_json
    from analyzer.scoring.sheet import score_sheet

    with open_study() as study:
        readings = study.account_readings()
        sheet = score_sheet(file, study.scorecard(), readings) if file else None
    every = sheet.scores if sheet else tuple(r.score for r in readings)
    scores = [s for s in every if s is not None]
    for warning in sheet.warnings if sheet else ():
        say(f"note: {warning}")
    if out is not None:
        from analyzer.scoring.sheet import write_sheet

        write_sheet(out, every, sheet)
        print(f"{len(scores)} accounts scored into {out}.")
        return
    rows = [score_json(s) for s in scores]
    for row in rows if form == Format.TABLE else ():
        row["reasons"] = " ".join(a["reason"] for a in row["attributes"])
    print_rows(rows, ("account", "score", "low", "high", "tier", "disqualified_by", "reasons"), form, "accounts")


@app.command()
def draft(
    form: Annotated[str, typer.Option("--format", help="md, html or json.")] = "md",
    out: Annotated[Path | None, typer.Option(help="Write it there instead of printing it.")] = None,
) -> None:
    """The draft ICP, every line with its evidence."""
    from analyzer.icp.render import render_html, render_json, render_markdown

    renders = {"md": render_markdown, "html": render_html, "json": render_json}
    if form not in renders:
        raise UsageError(f"--format of a draft is md, html or json, not {form!r}.")
    with open_study() as study:
        page = renders[form](study.draft())
    if out is None:
        sys.stdout.write(page if form == "json" else showable(page))
        return
    write_whole(out, page)
    print(f"The draft is in {out}.")


@app.command()
def versions(form: FormatOption = Format.TABLE) -> None:
    """Every draft that was made."""
    from analyzer.icp.versions import summarise

    with open_study() as study:
        rows = [summarise(d) for d in study.drafts()]
    print_rows(rows, ("version", "made_at", "lines", "evidence", "definition"), form, "versions")
