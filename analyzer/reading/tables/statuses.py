"""Statuses of a company, such as its lifecycle stage: that one is a customer tells of no deal, nor how others ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from analyzer.reading.tables.cells import is_unknown, to_outcome, to_text
from analyzer.reading.tables.placing import ENDS, Finder
from analyzer.reading.tables.synonyms import listed, object_of, patterns
from analyzer.records import Outcome


def settle_status(finder: Finder, said: Mapping[int, str]) -> bool:
    """Takes a status of the company out of the deals' fields, with a note, where it names customers and no lost deal.

    True when it stays only for those who left again: they bought, and a status can tell no more. What the user ``said``
    of a column, a column of deals beside it and a status that tells of lost deals, or by the word of won ones, leave
    everything as it is.
    """
    number = finder.place.get("stage", -1)
    if number < 0 or number in said or finder.headings[number].plain not in listed("of_the_account"):
        return False
    if finder.place.keys() & {"amount", "closed_on", *(ENDS - {"stage"})} or _names_deals(finder):
        return False
    rows = finder.sheet.rows
    cells = Counter(
        to_text(row[number]).strip() for _, row in rows if number < len(row) and not is_unknown(row[number])
    )
    ends = {cell: to_outcome(cell) for cell in cells}
    customers = [cell for cell, end in ends.items() if end is Outcome.WON]
    is_outcome = Outcome.LOST in ends.values() or not all(patterns("customers").search(cell) for cell in customers)
    if is_outcome or not customers:
        return False
    left = sum(cells[cell] for cell, end in ends.items() if end is Outcome.CHURNED)
    _say(finder, finder.sheet.columns[number], sum(cells[cell] for cell in customers), left)
    # Days beside a status are the record's, not a deal's.
    for field in [f for f in finder.place if object_of(f) == "deal" and finder.place[f] not in said]:
        if field != "stage" or not left:
            del finder.place[field]
    return bool(left)


def _names_deals(finder: Finder) -> bool:
    return any(heading.plain in listed("names_a_deal") for heading in finder.headings)


def _say(finder: Finder, column: str, customers: int, left: int) -> None:
    only = f"deals were read only of the {left} who left again" if left else "no deal was read from it"
    finder.notes.append(
        f'"{column}" tells who is a customer ({customers}), not how deals ended: it was kept as an attribute, and '
        f"{only}. A list of customers without lost deals says nothing about winning. If it does tell how deals ended, "
        f'say so with --map "{column}=stage".'
    )
