"""Events of accounts from a table: news alerts, enrichment exports, a list kept by hand (events.yaml).

A row is one event. A row that names no account, or has no date, is kept and said: it may be put right, or joined to an
account by hand. A type nobody knows becomes the category "other", which is shown and counts for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analyzer.errors import TableError
from analyzer.reading.canonical import fold
from analyzer.reading.tables.cells import Cell, DayOrder, day_order, is_unknown, to_date, to_text
from analyzer.reading.tables.event_types import FindTools, categorize, event_content, no_tools, plain
from analyzer.reading.tables.fields import Troubles, to_domain
from analyzer.reading.tables.placing import is_social
from analyzer.reading.tables.rows import Sheet, read_sheet
from analyzer.records import OTHER_CATEGORY, Event

FIELDS = ("account", "domain", "date", "published", "type", "description", "source", "url")
_SHOWN_COLUMNS = 60
_LONGEST = 2_000
_QUARTER = re.compile(r"(?:q([1-4])[ /-]?(\d{4})|(\d{4})[ /-]?q([1-4]))", re.IGNORECASE)
_ISO_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[/.](\d{4})")
_NAMED_MONTH = re.compile(r"[^\W\d_]{3,12}\.?[ ,-]+(\d{4})")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class EventTable:
    """``mapped`` tells which field each column filled, ``kept`` the columns kept as attributes; ``warnings`` what is
    doubtful, with the row numbers a spreadsheet shows. ``unknown_types`` are those that became "other"."""

    events: tuple[Event, ...]
    mapped: dict[str, str]
    kept: tuple[str, ...]
    warnings: tuple[str, ...]
    unknown_types: tuple[str, ...]


def read_events(
    content: bytes,
    name: str,
    mapping: Mapping[str, str] | None = None,
    find_tools: FindTools = no_tools,
) -> EventTable:
    """Events from the bytes of a CSV, TSV or XLSX file. ``mapping`` is column -> field, as the user says it; it comes
    before the synonyms, and the field "attribute" keeps a column out of them. ``find_tools`` as in ``categorize``.

    Raises TableError with a sentence: no table, nothing that says what happened, an unknown column or field.
    """
    try:
        return _read(read_sheet(content, name), name, mapping or {}, find_tools)
    except TableError:
        raise
    except Exception as error:  # a cell nobody thought of must not end the import without a word
        raise TableError(
            f"{name}: cannot be read ({type(error).__name__}: {error}). Save it again as CSV, and import that."
        ) from error


def _read(sheet: Sheet, name: str, mapping: Mapping[str, str], find_tools: FindTools) -> EventTable:
    place = _find_columns(sheet, name, mapping)
    troubles = Troubles()
    dated: list[str] = [field for field in ("date", "published") if field in place]
    orders = {field: day_order([_at(row, place, field) for _, row in sheet.rows]) for field in dated}
    reader = _Reader(sheet, name, place, orders, troubles, find_tools)
    events: dict[str, Event] = {}
    for number, cells in sheet.rows:
        event = reader.read(number, cells)
        if event.id in events:
            troubles.add("the same as an earlier row; counted once.", number)
        else:
            events[event.id] = event
    if not events:
        raise TableError(f"{name}: has a header but no event under it. Check that the export finished.")
    unknown = dict.fromkeys(e.type for e in events.values() if e.type and e.category == OTHER_CATEGORY)
    used = set(place.values())
    return EventTable(
        tuple(events.values()),
        {sheet.columns[number]: field for field, number in place.items()},
        tuple(column for number, column in enumerate(sheet.columns) if number not in used),
        (*sheet.warnings, *_doubts(sheet, place, orders), *troubles.sentences()),
        tuple(unknown),
    )


# ------------------------------------------------------------------------------------------------------------ columns


def _find_columns(sheet: Sheet, name: str, mapping: Mapping[str, str]) -> dict[str, int]:
    """Field -> column: what the user says, then the first of each field's headers that the table has."""
    heads = [plain(column).replace(" ", "") for column in sheet.columns]
    said = _read_mapping(sheet, name, mapping, heads)
    place = {field: number for number, field in said.items() if field != "attribute"}
    taken = set(said)
    for field in FIELDS:
        for header in () if field in place else event_content()["fields"][field]:
            number = next((n for n, h in enumerate(heads) if h == header.replace(" ", "") and n not in taken), -1)
            if number >= 0:
                place[field] = number
                taken.add(number)
                break
    shown = ", ".join(sheet.columns[:_SHOWN_COLUMNS])
    if not {"type", "description"} & place.keys():
        raise TableError(
            f"{name}: no column says what happened. Its columns are {shown}. "
            f'Say which one does with --map COLUMN=type, for instance --map "{sheet.columns[-1]}=type".'
        )
    if not {"account", "domain"} & place.keys():
        raise TableError(
            f"{name}: no column names the account. Its columns are {shown}. "
            f'Say which one does with --map COLUMN=account, for instance --map "{sheet.columns[0]}=account".'
        )
    return place


def _read_mapping(sheet: Sheet, name: str, mapping: Mapping[str, str], heads: Sequence[str]) -> dict[int, str]:
    said: dict[int, str] = {}
    for column, field in mapping.items():
        wanted, field = plain(column).replace(" ", ""), field.strip().casefold()
        if wanted not in heads:
            raise TableError(f'{name}: has no column "{column}". Its columns are {", ".join(sheet.columns)}.')
        if field not in (*FIELDS, "attribute"):
            raise TableError(f'{name}: "{field}" is no field. Fields are {", ".join(FIELDS)}, and attribute.')
        said[heads.index(wanted)] = field
    return said


def _doubts(sheet: Sheet, place: Mapping[str, int], orders: Mapping[str, DayOrder]) -> tuple[str, ...]:
    return tuple(
        f'The dates in "{sheet.columns[place[field]]}" may be day first or month first; they were read month first '
        "(3/4/2026 as 4 March). Export them as 2026-03-04 to be sure."
        for field, order in orders.items()
        if order.seen and not order.certain
    )


# --------------------------------------------------------------------------------------------------------------- rows


def _at(cells: Sequence[Cell], place: Mapping[str, int], field: str) -> Cell:
    number = place.get(field, -1)
    return cells[number] if 0 <= number < len(cells) else ""


@dataclass(frozen=True, slots=True)
class _Reader:
    sheet: Sheet
    name: str
    place: Mapping[str, int]
    orders: Mapping[str, DayOrder]
    troubles: Troubles
    find_tools: FindTools

    def read(self, number: int, cells: Sequence[Cell]) -> Event:
        account, domain = self._text(cells, "account"), to_domain(self._text(cells, "domain"))
        domain = "" if not domain or is_social(domain) else domain
        if not account and not domain:
            self.troubles.add("no account; kept, and shown with none.", number)
        event_on, precision = self._day(number, cells, "date")
        if event_on is None:
            self.troubles.add("no date; kept, and counts for nothing.", number)
        type_, description = self._text(cells, "type"), self._text(cells, "description")
        category, against = categorize(type_, description, self.find_tools)
        if category == OTHER_CATEGORY:
            self.troubles.add('of a type that is in no table ({}); kept as "other".', number, type_ or description)
        kept = set(range(len(self.sheet.columns))) - set(self.place.values()) | {self.place.get("source", -1)}
        if event_on is None and not is_unknown(_at(cells, self.place, "date")):
            kept.add(self.place["date"])
        return Event(
            account=account,
            domain=domain,
            event_on=event_on,
            precision=precision,
            type=type_,
            category=category,
            description=description,
            against=against,
            published_on=self._day(number, cells, "published")[0],
            origin=self._text(cells, "url") or self._text(cells, "source"),
            table=self.name,
            row=number,
            attributes={
                column: to_text(cells[n]) if n < len(cells) else ""
                for n, column in enumerate(self.sheet.columns)
                if n in kept
            },
        )

    def _text(self, cells: Sequence[Cell], field: str) -> str:
        cell = _at(cells, self.place, field)
        return "" if is_unknown(cell) else fold(to_text(cell))[:_LONGEST]

    def _day(self, number: int, cells: Sequence[Cell], field: str) -> tuple[date | None, str]:
        cell = _at(cells, self.place, field)
        if field not in self.place or is_unknown(cell):
            return None, ""
        read = read_moment(cell, self.orders[field])
        if read is None:
            column = self.sheet.columns[self.place[field]]
            self.troubles.add(f'"{column}" cannot be read as a date ({{}}); unknown.', number, to_text(cell))
            return None, ""
        return read


def read_moment(cell: Cell, order: DayOrder) -> tuple[date, str] | None:
    """A date with its precision: "2026-03", "March 2026", "Q1 2026" and "2026" stand for their first day."""
    text = to_text(cell)
    try:
        if match := _QUARTER.fullmatch(text):
            return date(int(match[2] or match[3]), 3 * int(match[1] or match[4]) - 2, 1), "quarter"
        if match := _ISO_MONTH.fullmatch(text):
            return date(int(match[1] or match[4]), int(match[2] or match[3]), 1), "month"
    except ValueError:
        return None
    if _YEAR.fullmatch(text):
        return date(int(text), 1, 1), "year"
    if _NAMED_MONTH.fullmatch(text) and (day := to_date(f"1 {text}", order)):
        return day, "month"
    whole = to_date(cell, order)
    return (whole, "day") if whole else None
