"""Accounts and deals from a CRM or enrichment export, whatever it calls its columns (columns.yaml).

An empty cell is unknown, and stays so: None or "", never 0. A row is one account and, where the table tells of deals,
one deal; rows that name the same account are put together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from analyzer.errors import TableError
from analyzer.reading.canonical import fold
from analyzer.reading.cells import Cell, is_unknown, to_date, to_number, to_outcome, to_text
from analyzer.reading.columns import DATES, Columns, find_columns
from analyzer.reading.rows import Sheet, read_sheet
from analyzer.records import Account, Deal, Outcome

_SHOWN_ROWS = 10


@dataclass(frozen=True, slots=True)
class AccountTable:
    """``mapped`` tells which field each column filled, ``kept`` the columns kept as attributes, ``warnings`` what was
    left out or doubtful, with the row numbers a spreadsheet shows."""

    accounts: tuple[Account, ...]
    deals: tuple[Deal, ...]
    mapped: dict[str, str]
    kept: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Troubles:
    """Rows by what is wrong with them, so that a thousand rows make one sentence."""

    rows: dict[str, list[int]] = field(default_factory=dict)

    def add(self, trouble: str, row: int) -> None:
        self.rows.setdefault(trouble, []).append(row)

    def sentences(self) -> tuple[str, ...]:
        return tuple(f"{_rows(rows)}: {trouble}" for trouble, rows in self.rows.items())


def read_accounts(content: bytes, name: str, mapping: Mapping[str, str] | None = None) -> AccountTable:
    """Accounts with their deals from the bytes of a CSV, TSV or XLSX file. ``mapping`` is column -> field, as the user
    says it; it comes before the synonyms, and the field "attribute" keeps a column out of them.

    Raises TableError with a sentence: no table, no column for the name, an unknown column or field in ``mapping``.
    """
    sheet = read_sheet(content, name)
    troubles = _Troubles()
    columns, notes = find_columns(sheet, name, mapping or {})
    accounts: dict[str, Account] = {}
    deals: list[Deal] = []
    for row, account, deal in _read_rows(sheet, columns, troubles):
        key = account.name.casefold()
        if key in accounts:
            if not ({"stage", "outcome"} & columns.place.keys()):
                troubles.add(f'"{account.name}" is there more than once; its rows were put together.', row)
            account = _together(accounts[key], account)
        accounts[key] = account
        if deal:
            deals.append(replace(deal, account=account.name))
    if not accounts:
        raise TableError(f"{name}: has a header but no account under it. Check that the export finished.")
    return AccountTable(
        tuple(accounts.values()),
        tuple(deals),
        {sheet.columns[number]: field_ for field_, number in columns.place.items()},
        tuple(column for _, column in columns.kept),
        (*sheet.warnings, *notes, *troubles.sentences()),
    )


def _read_rows(sheet: Sheet, columns: Columns, troubles: _Troubles) -> list[tuple[int, Account, Deal | None]]:
    read: list[tuple[int, Account, Deal | None]] = []
    seen: dict[tuple[Cell, ...], int] = {}
    for row, raw in sheet.rows:
        width = len(columns.names)
        if any(to_text(cell) for cell in raw[width:]):
            troubles.add(f"more cells than the header has columns ({width}); what is beyond was left out.", row)
        elif len(raw) < width:
            troubles.add(f"fewer cells than the header has columns ({width}); the missing ones are unknown.", row)
        cells = (*raw[:width], *[""] * (width - len(raw)))
        if cells in seen:
            troubles.add("the same as an earlier row; left out.", row)
            continue
        seen[cells] = row
        account = _account(cells, columns, troubles, row)
        if account:
            read.append((row, account, _deal(cells, columns, account.name, troubles, row)))
    return read


def _account(cells: Sequence[Cell], columns: Columns, troubles: _Troubles, row: int) -> Account | None:
    domain = to_domain(_text(cells, columns, "domain"))
    name = _text(cells, columns, "name") or domain
    if not name:
        troubles.add("no name; left out.", row)
        return None
    employees = _number(cells, columns, "employees", troubles, row)
    attributes = {column: to_text(cells[number]) for number, column in columns.kept}
    if "city" in columns.place:
        attributes["city"] = _text(cells, columns, "city")
    return Account(
        name=name,
        domain=domain,
        industry=_text(cells, columns, "industry"),
        employees=None if employees is None else round(employees),
        revenue=_number(cells, columns, "revenue", troubles, row),
        country=_text(cells, columns, "country"),
        tools=_tools(_text(cells, columns, "tools")),
        attributes=attributes,
    )


def _deal(cells: Sequence[Cell], columns: Columns, name: str, troubles: _Troubles, row: int) -> Deal | None:
    """The row's deal, where the table has a stage or outcome and the row tells one, or an amount."""
    if not {"stage", "outcome"} & columns.place.keys():
        return None
    stage, outcome = _text(cells, columns, "stage"), _text(cells, columns, "outcome")
    amount = _number(cells, columns, "amount", troubles, row)
    if not stage and not outcome and amount is None:
        return None
    opened, closed = (_day(cells, columns, field_, troubles, row) for field_ in DATES)
    if opened and closed and closed < opened:
        troubles.add("closed before it was opened; check its dates.", row)
    ended = to_outcome(outcome) if outcome else Outcome.OPEN
    # "Active" in an outcome column says less than "Closed Won" in the stage.
    if ended is Outcome.OPEN and stage:
        ended = to_outcome(stage)
    return Deal(name, ended, amount, opened, closed, stage or outcome)


def _text(cells: Sequence[Cell], columns: Columns, field_: str) -> str:
    if field_ not in columns.place or is_unknown(cells[columns.place[field_]]):
        return ""
    return fold(to_text(cells[columns.place[field_]]))


def _number(cells: Sequence[Cell], columns: Columns, field_: str, troubles: _Troubles, row: int) -> float | None:
    if field_ not in columns.place or not _text(cells, columns, field_):
        return None
    cell = cells[columns.place[field_]]
    number = to_number(cell, columns.marks[field_])
    if number is None or (number < 0 and field_ == "employees"):
        troubles.add(
            f'"{columns.names[columns.place[field_]]}" cannot be read as a number ({to_text(cell)}); unknown.', row
        )
        return None
    return number


def _day(cells: Sequence[Cell], columns: Columns, field_: str, troubles: _Troubles, row: int) -> date | None:
    if field_ not in columns.place or not _text(cells, columns, field_):
        return None
    cell = cells[columns.place[field_]]
    day = to_date(cell, columns.orders[field_])
    if day is None:
        troubles.add(
            f'"{columns.names[columns.place[field_]]}" cannot be read as a date ({to_text(cell)}); unknown.', row
        )
    return day


def to_domain(text: str) -> str:
    """ "https://www.Acme.com/en" is acme.com."""
    host = re.sub(r"^[a-z]+://", "", text.casefold()).partition("/")[0].partition("?")[0].partition(":")[0]
    return host.rpartition("@")[2].removeprefix("www.")


def _tools(text: str) -> tuple[str, ...]:
    separator = next((mark for mark in (";", "|", "\n") if mark in text), ",")
    return tuple(dict.fromkeys(tool.strip() for tool in text.split(separator) if tool.strip()))


def _together(first: Account, second: Account) -> Account:
    """One account of two rows: what the first row leaves unknown, the second may tell."""
    attributes = {key: first.attributes.get(key) or value for key, value in second.attributes.items()}
    return Account(
        first.name,
        first.domain or second.domain,
        first.industry or second.industry,
        first.employees if first.employees is not None else second.employees,
        first.revenue if first.revenue is not None else second.revenue,
        first.country or second.country,
        tuple(dict.fromkeys((*first.tools, *second.tools))),
        {**first.attributes, **attributes},
    )


def _rows(rows: Sequence[int]) -> str:
    shown = ", ".join(str(row) for row in rows[:_SHOWN_ROWS])
    more = f" and {len(rows) - _SHOWN_ROWS} more" if len(rows) > _SHOWN_ROWS else ""
    return f"{'Row' if len(rows) == 1 else 'Rows'} {shown}{more}"
