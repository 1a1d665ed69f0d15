"""Commands that say what is missing and whom to leave alone: the interview guide, candidates of the kill list."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from analyzer.cli.door import FormatOption, app, open_study, say
from analyzer.cli.scorecards import AuthorOption, whose
from analyzer.errors import UsageError
from analyzer.files import write_whole
from analyzer.printing import Format, print_rows, showable


@app.command()
def guide(out: Annotated[Path | None, typer.Option(help="Write it there instead of printing it.")] = None) -> None:
    """The next interviews: whom nobody has heard yet, and what to ask, as Markdown."""
    with open_study() as study:
        page = study.interview_guide()
    if out is None:
        sys.stdout.write(showable(page))
        return
    write_whole(out, page)
    print(f"The guide is in {out}.")


@app.command()
def anti(
    take: Annotated[int, typer.Option(min=0, help="Put this candidate on the kill list, by its number.")] = 0,
    reason: Annotated[str, typer.Option(help="Why; without it the candidate's own reason is kept.")] = "",
    author: AuthorOption = "",
    form: FormatOption = Format.TABLE,
) -> None:
    """Whom the deals speak against: candidates for the kill list. None is on it until you take it."""
    from analyzer.icp.anti import too_few_to_leave

    with open_study() as study:
        found = study.kill_candidates()
        if take:
            if take > len(found):
                raise UsageError(f"There is no candidate {take}; `icp anti` lists {len(found)}.")
            version = study.kill(found[take - 1], whose(author), reason)
            print(showable(f"{found[take - 1].attribute} {found[take - 1].value} is out, scorecard version {version}."))
            return
        too_few = too_few_to_leave(study.lift())
    if too_few:
        say(f"note: {too_few}")
    rows = [
        {
            "number": number,
            "attribute": one.attribute,
            "value": one.value,
            "reason": one.reason,
            "shown": "yes: they win less" if one.is_shown else "not tested: they left again",
        }
        for number, one in enumerate(found, 1)
    ]
    print_rows(rows, ("number", "attribute", "value", "reason", "shown"), form, "candidates")
