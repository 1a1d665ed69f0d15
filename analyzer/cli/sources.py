"""Commands that put something into a study, and take it out: demo, init, add, documents, remove."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyzer.cli.corrections import (
    DocumentArgument,
    NameOption,
    SideOption,
    read_pairs,
    read_sides,
)
from analyzer.cli.door import (
    REFUSED,
    FormatOption,
    app,
    door,
    open_study,
    plain,
    read_day,
    say,
    show_progress,
)
from analyzer.errors import UsageError
from analyzer.printing import Format, counted, print_rows, showable
from analyzer.records import DocumentKind, Outcome, Status

if TYPE_CHECKING:
    from analyzer.records import Document
    from analyzer.study import Added, Study


@app.command()
def demo(folder: Annotated[Path, typer.Argument(help="Where to build it.")] = Path("demo-study")) -> None:
    """Build a study from the documents that come with the program, and print its one-page draft."""
    from analyzer.demo import build_demo
    from analyzer.icp.render import render_markdown

    with show_progress("demo") as on_step:
        built = build_demo(folder, door.settings, on_step)
    refused = [a for a in built.added if a.status == "refused"]
    for added in refused:
        say(f"refused {added.detail}")
    sys.stdout.write(render_markdown(built.draft, with_evidence=False))
    print(f"\nThe study is in {folder}. Look at it:  icp --study {folder} app   (or `make app`)")
    if refused:
        raise typer.Exit(REFUSED)


@app.command()
def init(product: Annotated[Path | None, typer.Option(help="A product.yaml to start with.")] = None) -> None:
    """Make an empty study."""
    from analyzer.study import Study

    Study.create(door.study, door.settings, product).close()
    print(f"A study is in {door.study}. Describe what you sell in {door.study / 'product.yaml'}, then `icp add` files.")


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders, zips.", metavar="PATH...")],
    kind: Annotated[DocumentKind | None, typer.Option(help="What they are, where the guess is wrong.")] = None,
    account: Annotated[str, typer.Option(help="Whose they are.")] = "",
    said_on: Annotated[str | None, typer.Option("--date", help="YYYY-MM-DD.")] = None,
    outcome: Annotated[Outcome | None, typer.Option(help="How the deal ended.")] = None,
    side: SideOption = None,
    name: NameOption = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="COLUMN=FIELD for a table of notes: text, account, date, title.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a file.")] = False,
) -> None:
    """Read documents into the study. The same file again changes nothing."""
    from analyzer.reading.documents import ReadOptions
    from analyzer.study import Study

    options = ReadOptions(
        kind=kind,
        account=account,
        said_on=read_day(said_on),
        outcome=outcome,
        sides=read_sides(side or []),
        names=dict(read_pairs(name or [], "--name takes LABEL=NAME")),
        columns=dict(read_pairs(mapping or [], "--map takes COLUMN=FIELD")),
    )
    refused = 0
    Study.create(door.study, door.settings).close()
    with open_study() as study, show_progress("read") as on_step:
        for added in study.add(paths, options, on_step):
            refused += added.status == "refused"
            _print_added(added, as_json)
    if refused:
        raise typer.Exit(REFUSED)


def _print_added(added: Added, as_json: bool) -> None:
    document = added.document
    if as_json:
        row: dict[str, Any] = {"file": added.name, "status": added.status, "detail": added.detail}
        if document is not None:
            row |= {
                "document_id": document.id,
                "kind": document.kind.value,
                "format": document.format,
                "account": document.account,
                "said_on": document.said_on.isoformat() if document.said_on else None,
                "outcome": document.outcome.value if document.outcome else None,
                "turns": len(document.turns),
                "speakers": {p.name: p.side.value for p in document.participants},
                "guesses": {key: guess.reason for key, guess in document.guesses.items()},
                "copy_of": document.copy_of,
                "warnings": list(document.warnings),
            }
        print(json.dumps(row, ensure_ascii=False))
    elif document is not None:
        said_on = document.said_on.isoformat() if document.said_on else "no date"
        people = ", ".join(f"{p.name or '-'} ({p.side.value})" for p in document.participants)
        whose = f"{document.kind.value}, {document.account or 'no account'}, {said_on}"
        what = f"{whose}, {len(document.turns)} turns, {people}"
        told = added.detail if added.status == "unchanged" else ""
        print(showable(f"{added.status:9} {added.name}: {told or what}"))
        if added.detail and not told:
            say(f"note: {added.name}: {added.detail}")
    elif added.status != "refused":
        print(showable(f"{added.status:9} {added.name}: {added.detail}"))
    if added.status == "refused":
        say(f"refused {added.detail}")
    for warning in document.warnings if document is not None and added.status == "added" else ():
        say(f"note: {added.name}: {warning}")


@app.command()
def documents(form: FormatOption = Format.TABLE) -> None:
    """List the documents, with what was made of each."""
    with open_study() as study:
        rows = [
            {key: plain(head[key]) for key in head if key not in ("digest", "warnings", "guesses", "names")}
            for head in study.document_heads()
        ]
    print_rows(
        rows,
        ("id", "name", "kind", "account", "said_on", "turns", "findings", "rejected", "copy_of"),
        form,
        "documents",
    )


@app.command()
def remove(
    document: DocumentArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take a document out of the study, with its words and all that was found in them."""
    with open_study() as study:
        found = study.find_document(document)
        if not yes and not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise UsageError(f"There is no terminal to ask at. Say --yes to remove {found.name} ({found.id}).")
        for sentence in _what_goes(study, found):
            print(showable(sentence))
        if not yes and not typer.confirm(showable(f"Remove {found.name}?")):
            say("Nothing was removed.")
            raise typer.Exit(REFUSED)
        study.remove_document(found.id)
    print(showable(f"{found.name} was removed."))


def _what_goes(study: Study, document: Document) -> list[str]:
    """What leaves with the document, and what stays that tells of it."""
    head = next(one for one in study.document_heads() if one["id"] == document.id)
    findings = [f for f in study.store.findings(with_copies=True) if f.document_id == document.id]
    reviewed = sum(f.status != Status.NEW for f in findings)
    judged = f" ({reviewed} of them reviewed by a person)" if reviewed else ""
    said = [
        f"{document.name} ({document.id}), {len(document.text):,} characters, {document.account or 'no account'}: "
        f"with it go {counted(len(findings), 'finding')}{judged} and {counted(head['rejected'], 'refused claim')}."
    ]
    others = [one for one in study.document_heads() if one["account"] == document.account and not one["copy_of"]]
    if document.account and [one["id"] for one in others] == [document.id]:
        said.append(f"Nothing else was heard of {document.account}.")
    copies = [one["name"] for one in study.document_heads() if one["copy_of"] == document.id]
    if copies:
        itself = "its copy counts itself" if len(copies) == 1 else "its copies count themselves"
        said.append(f"After that {itself}, once `icp extract` has read it: {', '.join(copies)}.")
    quoting = [
        draft["version"]
        for draft in study.drafts()
        if any(f["document_id"] == document.id for f in draft["evidence"].values())
    ]
    if quoting:
        said.append(f"Drafts that were kept still quote it: version {', '.join(map(str, quoting))}.")
    return said
