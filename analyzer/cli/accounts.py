"""Commands on accounts: accounts import; and on what is known of one: accounts show, accounts set, accounts unset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from analyzer.cli.corrections import read_table_file
from analyzer.cli.door import FormatOption, accounts_app, door, open_study, say
from analyzer.printing import Format, print_rows, showable

NameArgument = Annotated[str, typer.Argument(help="The account, or a part of its name.")]
FieldArgument = Annotated[str, typer.Argument(help="industry, employees, country, funding, ownership, tools ...")]


@accounts_app.command("import")
def import_accounts(
    file: Annotated[Path, typer.Argument(help="CSV, TSV or XLSX.")],
    mapping: Annotated[list[str] | None, typer.Option("--map", help="COLUMN=FIELD, as often as needed.")] = None,
    apart: Annotated[
        list[str] | None,
        typer.Option("--keep-apart", help="A name of the table that is no other account, as often as needed."),
    ] = None,
) -> None:
    """Import accounts and deals with their firmographics; columns nobody knows are kept as attributes."""
    from analyzer.reading.tables.accounts import read_accounts
    from analyzer.study import Study

    content, fields = read_table_file(file, mapping or [])
    table = read_accounts(content, file.name, fields, apart or ())
    Study.create(door.study, door.settings).close()
    with open_study() as study:
        imported = study.import_table(table, apart or ())
    contacts = f" and {len(table.contacts)} contacts" if table.contacts else ""
    print(f"{len(table.accounts)} accounts and {len(table.deals)} deals{contacts}.")
    print("Mapped: " + ", ".join(f"{column} -> {field}" for column, field in table.mapped.items()))
    print("Kept as attributes: " + (", ".join(table.kept) or "none"))
    if imported.documents:
        print(f"{imported.documents} documents were joined to these accounts.")
    for note in imported.notes:
        print(showable(note))
    for warning in table.warnings:
        say(f"note: {warning}")


@accounts_app.command("show")
def show_account(name: NameArgument, form: FormatOption = Format.TABLE) -> None:
    """What is known of an account, by whom it is told, and where the sources disagree."""
    from analyzer.synthesis.facts import name_source, settled_json, show_value

    with open_study() as study:
        settled = study.account_facts(name)
    if form == Format.JSON:
        print(json.dumps(settled_json(settled), indent=2, ensure_ascii=False))
        return
    rows = [
        {
            "field": one.field,
            "value": one.value if one.field == "tools" else show_value(one.fact),
            "source": name_source(one.fact),
            "words": one.fact.quote or one.fact.reason,
            "against": "; ".join(f"{show_value(f)} ({name_source(f)})" for f in one.against),
        }
        for one in settled
    ]
    print_rows(rows, ("field", "value", "source", "words", "against"), form, "fields known")
    if form == Format.TABLE:
        for one in settled:
            if one.against:
                print(showable(f"Sources disagree: {one.sentence}."))


@accounts_app.command("set")
def set_fact(
    name: NameArgument,
    field: FieldArgument,
    value: Annotated[str, typer.Argument(help="420, 1.2M, Series B, 'SAP; Excel' ...")],
    reason: Annotated[str, typer.Option(help="Why, in a few words; it is kept beside the value.")],
    author: Annotated[str, typer.Option(help="Who says so; default $ICP_AUTHOR.")] = "",
) -> None:
    """Say what a field of an account is: it stands before every table and document until it is taken back."""
    with open_study() as study:
        account, kept = study.set_fact(name, field, value, reason, author)
    print(showable(f"{account}: {field} is {kept}. `icp accounts unset` takes it back."))


@accounts_app.command("unset")
def unset_fact(name: NameArgument, field: FieldArgument) -> None:
    """Take back what was set by hand; tables and documents count again."""
    with open_study() as study:
        account = study.unset_fact(name, field)
        stands = next((one.sentence for one in study.account_facts(account) if one.field == field), f"{field} unknown")
    print(showable(f"{account}: taken back. Now {stands}."))
