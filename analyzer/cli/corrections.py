"""Commands that set right what was made of a document: whose side somebody is on, what it is, what it is a copy of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyzer.cli.door import FormatOption, app, open_study, plain, read_day
from analyzer.errors import UsageError
from analyzer.printing import Format, print_rows
from analyzer.records import DocumentKind, Outcome, Side

if TYPE_CHECKING:
    from analyzer.records import Document
    from analyzer.study import Study

DocumentArgument = Annotated[str, typer.Argument(help="Its file name, a part of it, or its id.", metavar="DOCUMENT")]
SideOption = Annotated[list[str] | None, typer.Option("--side", help="NAME=ours or NAME=customer, as often as needed.")]
NameOption = Annotated[
    list[str] | None,
    typer.Option("--name", help="LABEL=NAME: whose a label is; LABEL=LABEL keeps it apart. As often as needed."),
]
KindOption = Annotated[DocumentKind | None, typer.Option(help="What it is.")]
DateOption = Annotated[str | None, typer.Option("--date", help="YYYY-MM-DD, or none.")]


@app.command()
def sides(
    document: DocumentArgument,
    side: SideOption = None,
    name: NameOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show who speaks in a document, for which side and why, and set it right; its findings are checked again."""
    stated, named = read_sides(side or []), read_pairs(name or [], "--name takes LABEL=NAME")
    with open_study() as study:
        found = study.find_document(document)
        for label, person in named:
            found = study.name_speaker(found.id, label, person)
        for speaker, whose in stated.items():
            study.set_side(found.id, _one_speaker(found, speaker), whose)
        found = study.stored_document(found.id)
    rows = [
        {
            "speaker": p.name,
            "side": p.side.value,
            "reason": p.side_reason,
            "title": p.title,
            "company": p.company,
            "labels": list(p.labels),
            "turns": sum(turn.speaker == p.name for turn in found.turns),
        }
        for p in found.participants
    ]
    print_rows(rows, ("speaker", "side", "reason", "title", "company", "labels", "turns"), form, "speakers")


@app.command()
def correct(
    document: DocumentArgument,
    kind: KindOption = None,
    account: Annotated[str | None, typer.Option(help="Whose it is; empty for none.")] = None,
    said_on: DateOption = None,
    outcome: Annotated[str | None, typer.Option(help="won, lost, open, churned, or none.")] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what was guessed of a document, why and how surely, and set it right."""
    changes: dict[str, Any] = {}
    if kind:
        changes["kind"] = kind
    if account is not None:
        changes["account"] = account.strip()
    if said_on is not None:
        changes["said_on"] = None if said_on == "none" else read_day(said_on)
    if outcome is not None:
        changes["outcome"] = None if outcome == "none" else _read_outcome(outcome)
    with open_study() as study:
        found = study.find_document(document)
        if changes:
            study.describe_document(found.id, **changes)
        found = study.stored_document(found.id)
    print_rows(_guess_rows(found), ("what", "value", "reason", "confidence"), form, "guesses")


@app.command()
def copies(
    document: Annotated[str | None, typer.Argument(help="The one to decide about.", metavar="[DOCUMENT]")] = None,
    of: Annotated[str | None, typer.Option(help="It says what this other document says; that one is counted.")] = None,
    own: Annotated[bool, typer.Option("--own", help="It is no copy: count it itself.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """List documents that say what another says, and decide which of them are counted."""
    if (of or own) and (document is None or (of and own)):
        raise UsageError("Name one DOCUMENT, and either --of OTHER or --own.")
    with open_study() as study:
        if document and own:
            study.count_itself(study.find_document(document).id)
        elif document and of:
            study.mark_copy(study.find_document(document).id, study.find_document(of).id)
        rows = _copy_rows(study)
    if document and not (of or own):
        rows = [row for row in rows if document.casefold() in (row["copy"] + row["counted"]).casefold()]
    print_rows(rows, ("copy", "counted", "reason"), form, "copies")


def read_sides(pairs: list[str]) -> dict[str, Side]:
    """NAME=ours or NAME=customer as typed. Raises UsageError."""
    stated = read_pairs(pairs, "--side takes NAME=ours or NAME=customer")
    wrong = [side for _, side in stated if side not in ("ours", "customer")]
    if wrong:
        raise UsageError(f"--side takes NAME=ours or NAME=customer, not {wrong[0]!r}.")
    return {name: Side(side) for name, side in stated}


def read_pairs(typed: list[str], how: str) -> list[tuple[str, str]]:
    """LEFT=RIGHT as typed. Raises UsageError, which begins with ``how``."""
    split = [pair.rpartition("=") for pair in typed]
    if any(not equals or not left.strip() for left, equals, _ in split):
        raise UsageError(f"{how}.")
    return [(left.strip(), right.strip()) for left, _, right in split]


def read_table_file(file: Path, mapping: list[str]) -> tuple[bytes, dict[str, str]]:
    """A table's bytes, and what COLUMN=FIELD as typed says of its columns. Raises UsageError."""
    fields = dict(read_pairs(mapping, "--map takes COLUMN=FIELD"))
    try:
        return file.read_bytes(), fields
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error


def _one_speaker(document: Document, wanted: str) -> str:
    from analyzer.reading.who.sides import match_name

    names = [p.name for p in document.participants]
    found = match_name(wanted, names)
    if not found:
        known = ", ".join(name for name in names if name) or "nobody"
        raise UsageError(f"No one speaker of {document.name} is called {wanted!r}. It names {known}.")
    return found


def _read_outcome(text: str) -> Outcome:
    try:
        return Outcome(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no outcome. Say won, lost, open, churned or none.") from error


def _guess_rows(document: Document) -> list[dict[str, Any]]:
    values = {
        "kind": document.kind.value,
        "account": document.account,
        "said_on": plain(document.said_on) or "",
        "outcome": document.outcome.value if document.outcome else "",
    }
    guesses = document.guesses
    return [
        {
            "what": what,
            "value": value,
            "reason": guesses[what].reason if what in guesses else "",
            "confidence": guesses[what].confidence if what in guesses else None,
        }
        for what, value in values.items()
    ]


def _copy_rows(study: Study) -> list[dict[str, Any]]:
    heads = {head["id"]: head for head in study.document_heads()}
    return [
        {"copy": head["name"], "counted": heads[head["copy_of"]]["name"], "reason": head["copy_reason"]}
        for head in heads.values()
        if head["copy_of"]
    ]
