"""Commands about what happened at accounts beside what was said: events, hiring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyzer.cli.corrections import read_table_file
from analyzer.cli.door import REFUSED, AccountOption, FormatOption, app, door, open_study, plain, read_day, say
from analyzer.errors import UsageError
from analyzer.printing import Format, print_rows

if TYPE_CHECKING:
    from analyzer.reading.tables.events import EventTable
    from analyzer.records import Event
    from analyzer.synthesis.hiring import Hiring

_EVENTS = ("date", "account", "category", "against", "type", "description", "source")
_HIRING = ("account", "function", "recent", "a month", "before", "others", "months known", "verdict")
_NO_ACCOUNT = "(no account)"
_NAMED = 5
"""How many accounts are named that the study does not know."""

events_app = typer.Typer(invoke_without_command=True, help="Events of accounts: list them, import a table of them.")
app.add_typer(events_app, name="events")


@events_app.callback()
def list_events(
    context: typer.Context,
    account: AccountOption = "",
    unknown: Annotated[bool, typer.Option("--unknown", help="Only those of no account that the study knows.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """List what imported tables tell of accounts, by date."""
    if context.invoked_subcommand:
        return
    from analyzer.pipeline import join_events

    with open_study() as study:
        told = study.store.events()
        joined = join_events(told, study.store.accounts())
        nobodys = {event.id for event in study.events_of_nobody(told)}
    rows = [
        _event_row(event, name) | {"is_known": bool(name) and event.id not in nobodys}
        for name, events in joined.items()
        for event in events
        if (not account or name.casefold() == account.casefold()) and not (unknown and name and event.id not in nobodys)
    ]
    print_rows(sorted(rows, key=lambda r: (r["date"] is None, r["date"] or "", r["id"])), _EVENTS, form, "events")


def _event_row(event: Event, account: str) -> dict[str, Any]:
    from analyzer.icp.brief import name_day

    return {
        "id": event.id,
        "date": name_day(event.event_on, event.precision) if event.event_on else None,
        "precision": event.precision,
        "published_on": plain(event.published_on),
        "account": account or _NO_ACCOUNT,
        "domain": event.domain,
        "category": event.category,
        "against": event.against,
        "type": event.type,
        "description": event.description,
        "source": event.origin,
        "table": event.table,
        "row": event.row,
        "attributes": event.attributes,
    }


@events_app.command("import")
def import_events(
    file: Annotated[Path, typer.Argument(help="CSV, TSV or XLSX.")],
    mapping: Annotated[list[str] | None, typer.Option("--map", help="COLUMN=FIELD, as often as needed.")] = None,
) -> None:
    """Import events (funding, new executives, layoffs ...); the same file again changes nothing."""
    from analyzer.study import Study

    content, fields = read_table_file(file, mapping or [])
    Study.create(door.study, door.settings).close()
    with open_study() as study:
        table = study.read_events(content, file.name, fields)
        new = study.store.import_events(table.events)
        nobodys = study.events_of_nobody(table.events)
    _print_imported(table, new, nobodys)


def _print_imported(table: EventTable, new: int, unknown: Sequence[Event]) -> None:
    known = len(table.events) - new
    print(f"{new} events." + (f" {known} were known; nothing changed for them." if known else ""))
    print("Mapped: " + ", ".join(f"{column} -> {field}" for column, field in table.mapped.items()))
    print("Kept as attributes: " + (", ".join(table.kept) or "none"))
    nobodys = sum(not event.account and not event.domain for event in table.events)
    undated = sum(event.event_on is None for event in table.events)
    if nobodys or undated:
        print(f"Kept without an account: {nobodys}; without a date: {undated}.")
    if unknown:
        names = list(dict.fromkeys(event.account or event.domain for event in unknown))
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        print(
            f"Of no account that the study knows: {len(unknown)} ({', '.join(names[:_NAMED])}{more}). They are kept; "
            "`icp events --unknown` lists them."
        )
    for warning in table.warnings:
        say(f"note: {warning}")
    if table.unknown_types:
        say(
            'note: events of the category "other" are shown and count for nothing. '
            "Take the table back (`icp events remove FILE`), name their type as a category of trigger in it (funding, "
            "hiring, ...), and import it again."
        )


@events_app.command("remove")
def remove_events(name: Annotated[str, typer.Argument(help="The table's file name.", metavar="FILE")]) -> None:
    """Take back the events that came from a table."""
    with open_study() as study:
        removed = study.store.remove_events(Path(name).name)
    print(f"{removed} events removed.")
    if not removed:
        say(f"No event came from a table called {Path(name).name}. `icp events --format json` names the tables.")
        raise typer.Exit(REFUSED)


@app.command()
def hiring(
    account: Annotated[str, typer.Argument(help="Only this account.")] = "",
    as_of: Annotated[str | None, typer.Option(help="As it was on YYYY-MM-DD; default today.")] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Job postings by account and function: how many a month of late, against before and against other accounts."""
    with open_study() as study:
        table = study.hiring(read_day(as_of))
    for note in table.notes:
        say(f"note: {note}")
    names = {row.account for row in table.rows}
    wanted = {n for n in names if n.casefold() == account.casefold()} or {
        n for n in names if account.casefold() in n.casefold()
    }
    if account and len(wanted) != 1:
        some = f" It could be: {', '.join(sorted(wanted)[:5])}." if wanted else ""
        raise UsageError(f"No single account with postings is called {account!r}.{some}")
    print_rows([hiring_row(row) for row in table.rows if row.account in wanted], _HIRING, form, "rows of hiring")


def hiring_row(row: Hiring) -> dict[str, Any]:
    """One row as it is printed; in JSON ``months`` has None for a month in which nobody collected postings."""
    known = sum(count is not None for count in row.by_month.values())
    return {
        "account": row.account,
        "function": row.function,
        "recent": len(row.recent),
        "a month": _rate(row),
        "before": _number(row.base),
        "others": _number(row.others),
        "months known": f"{known} of {len(row.by_month)}",
        "verdict": row.verdict,
        "rate": row.rate,
        "low": row.low,
        "high": row.high,
        "base": row.base,
        "base_months": row.base_months,
        "others_base": row.others,
        "is_spike": row.is_spike,
        "is_first_hire": bool(row.first),
        "why": row.summary,
        "months": _months(row.by_month),
        "postings": [
            {"document_id": p.document_id, "document": p.document, "title": p.title, "on": plain(p.on)}
            for p in row.recent
        ],
    }


def _rate(row: Hiring) -> str:
    if row.rate is None or row.low is None or row.high is None:
        return "not known"
    return f"{row.rate:.1f} ({row.low:.1f}-{row.high:.1f})"


def _number(rate: float | None) -> str:
    return "not known" if rate is None else f"{rate:.2f}"


def _months(by_month: Mapping[date, int | None]) -> dict[str, int | None]:
    return {month.isoformat()[:7]: count for month, count in by_month.items()}
