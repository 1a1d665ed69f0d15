"""Commands that put something into a study: demo, init, add, documents, accounts import."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyzer.cli.corrections import NameOption, SideOption, read_pairs, read_sides, read_table_file
from analyzer.cli.door import (
    REFUSED,
    FormatOption,
    accounts_app,
    app,
    door,
    open_study,
    plain,
    read_day,
    say,
    show_progress,
)
from analyzer.printing import Format, print_rows, showable
from analyzer.records import DocumentKind, Outcome

if TYPE_CHECKING:
    from analyzer.study import Added


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


@accounts_app.command("import")
def import_accounts(
    file: Annotated[Path, typer.Argument(help="CSV, TSV or XLSX.")],
    mapping: Annotated[list[str] | None, typer.Option("--map", help="COLUMN=FIELD, as often as needed.")] = None,
) -> None:
    """Import accounts and deals with their firmographics; columns nobody knows are kept as attributes."""
    from analyzer.reading.tables.accounts import read_accounts
    from analyzer.study import Study

    content, fields = read_table_file(file, mapping or [])
    table = read_accounts(content, file.name, fields)
    Study.create(door.study, door.settings).close()
    with open_study() as study:
        joined = study.import_accounts(table)
    contacts = f" and {len(table.contacts)} contacts" if table.contacts else ""
    print(f"{len(table.accounts)} accounts and {len(table.deals)} deals{contacts}.")
    print("Mapped: " + ", ".join(f"{column} -> {field}" for column, field in table.mapped.items()))
    print("Kept as attributes: " + (", ".join(table.kept) or "none"))
    if joined:
        print(f"{joined} documents were joined to these accounts.")
    for warning in table.warnings:
        say(f"note: {warning}")
