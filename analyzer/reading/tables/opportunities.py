"""In a table of deals a column may speak of the company or of the deal: the rows of one account tell which.

What differs within any account of the table (lead source, loss reason), and what its header gives to the deal, belongs
to each row's deal, blanks too. The account has what its rows agree on, and of columns they disagree on what the row of
its latest closed deal says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from analyzer.reading.tables.cells import is_unknown
from analyzer.records import Account, Deal, Outcome


@dataclass(frozen=True, slots=True)
class Told:
    """What one row tells: its account, and its deal where it has one."""

    number: int
    account: Account
    deal: Deal | None = None


@dataclass(frozen=True, slots=True)
class DealColumns:
    """``own``: the attributes that belong to deals; ``opposed``: those of them of which rows of one account say two
    different things, so that they say nothing of the company."""

    own: frozenset[str]
    opposed: frozenset[str]


def find_deal_columns(groups: Iterable[Sequence[Told]], headed: Collection[str] = ()) -> DealColumns:
    """Over the rows of each account; ``headed`` are columns whose header gives them to the deal."""
    own: set[str] = set()
    opposed: set[str] = set()
    has_deals = False
    for group in groups:
        rows = [told.account.attributes for told in group if told.deal is not None]
        has_deals = has_deals or bool(rows)
        for name in rows[0] if len(rows) > 1 else ():
            values = {_plain(row.get(name, "")) for row in rows}
            if len(values) > 1:
                own.add(name)
            if len(values - {""}) > 1:
                opposed.add(name)
    return DealColumns(frozenset(own | set(headed)) if has_deals else frozenset(), frozenset(opposed))


def deals_of(group: Iterable[Told], columns: DealColumns) -> list[tuple[Told, Deal]]:
    """The rows of one account that tell of a deal, each with its deal and what the row says of it."""
    return [
        (told, replace(told.deal, attributes=_own(told.account, columns))) for told in group if told.deal is not None
    ]


def _own(account: Account, columns: DealColumns) -> dict[str, str]:
    return {
        name: "" if is_unknown(value) else value for name, value in account.attributes.items() if name in columns.own
    }


def latest_first(group: Sequence[Told]) -> list[Told]:
    """The rows with that of the latest closed deal first, where any has a day; the others as they came."""
    closed = [told for told in group if told.deal is not None and told.deal.outcome is not Outcome.OPEN]
    if not any(told.deal and told.deal.closed_on for told in closed):
        return list(group)
    # Of several on one day the last, as everywhere else.
    latest = max(reversed(closed), key=lambda told: (told.deal.closed_on if told.deal else None) or date.min)
    return [latest, *(told for told in group if told is not latest)]


def attributes_of(group: Sequence[Told], columns: DealColumns) -> dict[str, str]:
    """The account's attributes from its rows as ``latest_first`` gives them."""
    attributes = dict(group[0].account.attributes)
    for told in group[1:]:
        for name, value in told.account.attributes.items():
            if name not in attributes or (name not in columns.opposed and is_unknown(attributes[name])):
                attributes[name] = value
    return attributes


def _plain(cell: str) -> str:
    return "" if is_unknown(cell) else " ".join(cell.split()).casefold()
