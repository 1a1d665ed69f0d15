"""Commands on what is known of one account: accounts show, accounts set, accounts unset."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from analyzer.cli.door import FormatOption, accounts_app, open_study
from analyzer.printing import Format, print_rows, showable

NameArgument = Annotated[str, typer.Argument(help="The account, or a part of its name.")]
FieldArgument = Annotated[str, typer.Argument(help="industry, employees, country, funding, ownership, tools ...")]


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
