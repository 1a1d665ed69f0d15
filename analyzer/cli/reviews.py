"""The command `icp review`: what a person says of a finding, and what was said of it before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.cli.door import app, open_study, show_progress
from analyzer.errors import UsageError
from analyzer.printing import showable
from analyzer.records import Finding, FindingReview, Kind, Status

if TYPE_CHECKING:
    from analyzer.study import Edit

_VERDICTS = {"accept": Status.ACCEPTED, "reject": Status.REJECTED}


@app.command()
def review(
    finding: Annotated[str, typer.Argument(help="The finding's id.")],
    verdict: Annotated[
        str, typer.Argument(help="accept, reject, edit or undo; without it, what was said so far.")
    ] = "",
    kind: Annotated[Kind | None, typer.Option(help="edit: what it is about.")] = None,
    category: Annotated[str | None, typer.Option(help="edit: a code of the codebook; free for criteria.")] = None,
    intensity: Annotated[str | None, typer.Option(help="edit: of a pain, 1 to 4, or none.")] = None,
    person: Annotated[str | None, typer.Option(help="edit: who it is about; empty for nobody.")] = None,
    event_on: Annotated[
        str | None, typer.Option(help="edit: of a trigger, 2026-03-04, 2026-03, 2026-Q1, 2026, or none.")
    ] = None,
    claim: Annotated[str | None, typer.Option(help="edit: what it says, in a sentence.")] = None,
    quote: Annotated[str | None, typer.Option(help="edit: other words of the same document.")] = None,
    reason: Annotated[str, typer.Option(help="Why; it is kept.")] = "",
) -> None:
    """Accept or reject a finding, set right what was extracted, or undo that; it survives a new extraction."""
    edit: Edit = {}
    if kind is not None:
        edit["kind"] = kind
    if category is not None:
        edit["category"] = category
    if intensity is not None:
        edit["intensity"] = _read_level(intensity)
    if person is not None:
        edit["person"] = person
    if event_on is not None:
        from analyzer.reviewing import read_event_day

        edit["event_on"], edit["event_precision"] = read_event_day(event_on)
    if claim is not None:
        edit["claim"] = claim
    if quote is not None:
        edit["quote"] = quote
    if verdict not in ("", "edit", "undo", *_VERDICTS):
        raise UsageError(f"The verdict is accept, reject, edit or undo, not {verdict!r}.")
    if verdict != "edit" and edit:
        raise UsageError(f"Values are set by `icp review {finding} edit`.")
    if reason and verdict in ("", "undo"):
        raise UsageError("A reason belongs to accept, reject or edit.")
    _review(finding, verdict, edit, reason)


def _review(finding_id: str, verdict: str, edit: Edit, reason: str) -> None:
    from analyzer.reviewing import say_was

    with open_study() as study, show_progress("review") as on_step:
        if verdict == "edit":
            reviewed = study.edit(finding_id, edit, reason, on_step)
        elif verdict == "undo":
            reviewed = study.undo_edit(finding_id, on_step)
        elif verdict:
            reviewed = study.review(finding_id, _VERDICTS[verdict], reason)
        else:
            reviewed = study.find_finding(finding_id)
        reviews = study.reviews(finding_id).get(finding_id, ())
    print(showable(f"{reviewed.id} is {reviewed.status.value}: “{reviewed.quote}”"))
    if not verdict:
        _print_finding(reviewed)
    for line in say_was(reviewed) if verdict in ("", "edit", "undo") else ():
        print(showable(line))
    if not verdict:
        _print_reviews(reviewed, reviews)


def _read_level(text: str) -> int | None:
    if text.strip().lower() in ("", "none"):
        return None
    if not text.strip().isdecimal():
        raise UsageError(f"An intensity is a number, or none, not {text!r}.")
    return int(text)


def _print_finding(finding: Finding) -> None:
    from analyzer.adapters.review_store import coding_of
    from analyzer.reviewing import as_json, spell

    whence = (finding.speaker, finding.title, finding.account, finding.document, str(finding.said_on or ""))
    print(showable(" · ".join(part for part in whence if part)))
    said = spell(as_json(coding_of(finding)))
    print(showable("; ".join(f"{n} {v}" for n, v in said.items() if v != "none" and n not in ("words", "speaker"))))


def _print_reviews(finding: Finding, reviews: Sequence[FindingReview]) -> None:
    from analyzer.reviewing import say_review

    for one in reviews:
        print(showable(say_review(one, finding.was is not None)))
    if not reviews:
        print("Nobody has reviewed it.")
