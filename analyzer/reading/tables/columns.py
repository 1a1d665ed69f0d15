"""Which column of a table fills which field (columns.yaml), and how each column writes its numbers and dates.

Fields are placed by :mod:`analyzer.reading.tables.placing`; what the user says of a column comes before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analyzer.errors import TableError
from analyzer.reading.tables.cells import DayOrder, currencies, day_order, decimal_mark, to_text
from analyzer.reading.tables.placing import DATES, NUMBERS, Finder
from analyzer.reading.tables.rows import Sheet
from analyzer.reading.tables.statuses import settle_status
from analyzer.reading.tables.synonyms import Heading, headers_of, listed, object_of, understand

_SHOWN_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands, and how its column writes numbers and dates.

    ``tools`` are all columns that name tools: a list of them, a sort of tool, or one tool (``tool_of`` names it).
    ``of_contacts``: its rows are people, and attributes that are not the ``companys`` are theirs. ``deals`` are the
    columns whose headers give them to a deal; with ``only_churned`` the stage is a status of the company and tells only
    of those who left again.
    """

    names: tuple[str, ...]
    place: dict[str, int]
    marks: dict[str, str] = field(default_factory=dict)
    orders: dict[str, DayOrder] = field(default_factory=dict)
    units: dict[str, float] = field(default_factory=dict)
    tools: tuple[int, ...] = ()
    tool_of: dict[int, str] = field(default_factory=dict)
    of_contacts: bool = False
    companys: frozenset[int] = frozenset()
    deals: frozenset[int] = frozenset()
    only_churned: bool = False

    @property
    def kept(self) -> list[tuple[int, str]]:
        """The columns that stay attributes; a location, a sort of tool and a status of the company do, beside what is
        taken from them."""
        used = set(self.place.values()) - {self.place.get("location", -1)}
        used -= {self.place.get("stage", -1)} if self.only_churned else set()
        used |= {number for number in self.tools if number in self.tool_of}
        return [(number, name) for number, name in enumerate(self.names) if number not in used]

    @property
    def mapped(self) -> dict[str, str]:
        """Column -> field, in the order of the fields."""
        mapped = {self.names[number]: name for name, number in self.place.items()}
        return mapped | {self.names[number]: "tools" for number in self.tools}

    def has(self, *names: str) -> bool:
        return any(name in self.place for name in names)


def columns_table() -> list[tuple[str, tuple[str, ...]]]:
    """Every field with the headers known for it, for the documentation."""
    return list(headers_of().items())


def find_columns(sheet: Sheet, name: str, mapping: Mapping[str, str]) -> tuple[Columns, tuple[str, ...]]:
    """The columns of the sheet, ``mapping`` before the synonyms, and what stays doubtful about them.

    Raises TableError when no column holds a name or domain, or ``mapping`` names a column or field there is not.
    """
    finder = Finder(sheet, [understand(column) for column in sheet.columns])
    said = _read_mapping(sheet, name, mapping, finder.headings)
    finder.settle(said)
    only_churned = settle_status(finder, said)
    if not {"name", "domain", "contact_email"} & finder.place.keys():
        raise _nameless(sheet, name, finder.headings)
    tools, tool_of = finder.find_tools(said)
    writing, doubts = _study(sheet, finder)
    columns = Columns(
        names=sheet.columns,
        place=finder.place,
        marks=writing.marks,
        orders=writing.orders,
        units=writing.units,
        tools=tools,
        tool_of=tool_of,
        of_contacts=finder.of_contacts,
        companys=_companys(finder.headings),
        deals=_deals(finder.headings),
        only_churned=only_churned,
    )
    return columns, (*finder.notes, *doubts)


def _read_mapping(sheet: Sheet, name: str, mapping: Mapping[str, str], headings: Sequence[Heading]) -> dict[int, str]:
    """What the user says of each column, by its number."""
    said: dict[int, str] = {}
    plain = [heading.plain for heading in headings]
    folded = [column.casefold() for column in sheet.columns]
    for column, field_ in mapping.items():
        field_, wanted = field_.strip().casefold(), " ".join(column.split()).casefold()
        spelling = understand(column).plain
        if wanted not in folded and spelling not in plain:
            raise TableError(f'{name}: has no column "{column}". Its columns are {_listed(sheet)}.')
        if field_ not in headers_of() and field_ != "attribute":
            raise TableError(f'{name}: "{field_}" is no field. Fields are {", ".join(headers_of())}, and attribute.')
        said[folded.index(wanted) if wanted in folded else plain.index(spelling)] = field_
    return said


def _nameless(sheet: Sheet, name: str, headings: Sequence[Heading]) -> TableError:
    likely = next((h.column for h in headings if h.plain in ("dealname", "opportunityname", "title", "dealtitle")), "")
    likely = likely or next((h.column for h in headings if not h.plain.endswith("id")), sheet.columns[0])
    return TableError(
        f"{name}: no column holds the name of the account. Its columns are {_listed(sheet)}. "
        f'Say which one does with --map COLUMN=name, for instance --map "{likely}=name".'
    )


def _listed(sheet: Sheet) -> str:
    more = len(sheet.columns) - _SHOWN_COLUMNS
    return ", ".join(sheet.columns[:_SHOWN_COLUMNS]) + (f" and {more} more" if more > 0 else "")


def _companys(headings: Sequence[Heading]) -> frozenset[int]:
    """Columns that speak of the company where the rows are people."""
    return frozenset(n for n, h in enumerate(headings) if h.owner == "account" or h.plain in listed("of_the_company"))


def _deals(headings: Sequence[Heading]) -> frozenset[int]:
    """Columns that speak of the deal by their headers ("Opportunity Owner", "Expected revenue")."""
    return frozenset(
        n
        for n, h in enumerate(headings)
        if h.plain not in listed("of_the_account")
        and (h.owner == "deal" or (h.ranks and all(object_of(f) == "deal" for f in h.ranks)))
    )


@dataclass(frozen=True, slots=True)
class _Writing:
    marks: dict[str, str]
    orders: dict[str, DayOrder]
    units: dict[str, float]


def _study(sheet: Sheet, finder: Finder) -> tuple[_Writing, tuple[str, ...]]:
    """How each column writes its numbers and dates; a note where a column leaves the order of day and month open."""
    place = finder.place
    cells = {f: [row[n] for _, row in sheet.rows if n < len(row)] for f, n in place.items() if f in NUMBERS + DATES}
    marks = {f: decimal_mark(cells[f]) for f in NUMBERS if f in place}
    units = {f: finder.headings[place[f]].unit for f in NUMBERS if f in place}
    orders = {f: day_order(cells[f]) for f in DATES if f in place}
    has_commas = ("," in marks.values() or sheet.decimal_commas) and "." not in marks.values()
    # One export writes all its dates alike, so a column that is certain speaks for one that is not.
    sure = next((order for order in orders.values() if order.certain and order.seen), None)
    notes = _several_currencies(sheet, finder)
    for field_, order in orders.items():
        if order.seen and not order.certain and sure and not order.mixed:
            orders[field_] = sure
        elif order.seen and not order.certain:
            orders[field_] = DayOrder(has_commas and not order.mixed, False, True)
            notes.append(_doubt(sheet.columns[place[field_]], order, has_commas))
    return _Writing(marks, orders, units), tuple(notes)


def _several_currencies(sheet: Sheet, finder: Finder) -> list[str]:
    """Amounts are never converted, so that those of several currencies must not be taken for comparable."""
    if "amount" not in finder.place:
        return []
    place = finder.place["amount"]
    beside = [n for n, heading in enumerate(finder.headings) if "currency" in heading.plain and not heading.ranks]
    found = currencies(row[place] for _, row in sheet.rows if place < len(row))
    for number in beside:
        codes = {text for _, row in sheet.rows if number < len(row) and 0 < len(text := to_text(row[number])) <= 5}
        found = tuple(sorted(codes)) if len(codes) > len(found) else found
    if len(found) < 2:
        return []
    return [f'"{sheet.columns[place]}" is in several currencies ({", ".join(found[:5])}); amounts are not converted.']


def _doubt(column: str, order: DayOrder, has_commas: bool) -> str:
    """What was assumed of a column whose dates may be read two ways."""
    if order.mixed:
        return (
            f'"{column}" has dates that are day first and others that are month first; those that may be either were '
            "read month first (3/4/2026 as 4 March). Export them as 2026-03-04 to be sure."
        )
    read = "day first, as tables parted by semicolons or with decimal commas are (3/4/2026 as 3 April)"
    read = read if has_commas else "month first (3/4/2026 as 4 March)"
    return (
        f'The dates in "{column}" may be day first or month first; they were read {read}. '
        "Export them as 2026-03-04 to be sure."
    )
