"""Events of accounts from a table: news alerts, enrichment exports, a list kept by hand (events.yaml).

A row is one event. A row that names no account, or has no date, is kept and said: it may be put right, or joined to an
account by hand. A type nobody knows becomes the category "other", which is shown and counts for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from analyzer.errors import TableError
from analyzer.reading.canonical import fold
from analyzer.reading.tables.cells import Cell, DayOrder, day_order, is_unknown, to_date, to_text
from analyzer.reading.tables.fields import Troubles, to_domain
from analyzer.reading.tables.placing import is_social
from analyzer.reading.tables.rows import Sheet, read_sheet
from analyzer.records import OTHER_CATEGORY, Event

FIELDS = ("account", "domain", "date", "published", "type", "description", "source", "url")
_SHOWN_COLUMNS = 60
_LONGEST = 2_000
_WORD = re.compile(r"[^\W_]+")
_QUARTER = re.compile(r"(?:q([1-4])[ /-]?(\d{4})|(\d{4})[ /-]?q([1-4]))", re.IGNORECASE)
_ISO_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[/.](\d{4})")
_NAMED_MONTH = re.compile(r"[^\W\d_]{3,12}\.?[ ,-]+(\d{4})")
_YEAR = re.compile(r"(?:19|20)\d\d")

Types = tuple[tuple[tuple[str, ...], str, str], ...]
"""Words of a type, its category, and what it speaks against ("" for nothing)."""
_GAP = r"(?: \S+){0,3} "
"""What may stand for the star of "opens * plant"."""


@dataclass(frozen=True, slots=True)
class EventTable:
    """``mapped`` tells which field each column filled, ``kept`` the columns kept as attributes; ``warnings`` what is
    doubtful, with the row numbers a spreadsheet shows. ``unknown_types`` are those that became "other"."""

    events: tuple[Event, ...]
    mapped: dict[str, str]
    kept: tuple[str, ...]
    warnings: tuple[str, ...]
    unknown_types: tuple[str, ...]


def read_events(content: bytes, name: str, mapping: Mapping[str, str] | None = None) -> EventTable:
    """Events from the bytes of a CSV, TSV or XLSX file. ``mapping`` is column -> field, as the user says it; it comes
    before the synonyms, and the field "attribute" keeps a column out of them.

    Raises TableError with a sentence: no table, nothing that says what happened, an unknown column or field.
    """
    try:
        return _read(read_sheet(content, name), name, mapping or {})
    except TableError:
        raise
    except Exception as error:  # a cell nobody thought of must not end the import without a word
        raise TableError(
            f"{name}: cannot be read ({type(error).__name__}: {error}). Save it again as CSV, and import that."
        ) from error


def _read(sheet: Sheet, name: str, mapping: Mapping[str, str]) -> EventTable:
    place = _find_columns(sheet, name, mapping)
    troubles = Troubles()
    dated: list[str] = [field for field in ("date", "published") if field in place]
    orders = {field: day_order([_at(row, place, field) for _, row in sheet.rows]) for field in dated}
    reader = _Reader(sheet, name, place, orders, troubles)
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


@cache
def _content() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = files("analyzer.reading.tables").joinpath("events.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.load(text, Loader=loader)
    return content


@cache
def _types() -> Types:
    return tuple(
        (tuple(_plain(word) for word in entry["words"] if "*" not in word), entry["category"], entry.get("against", ""))
        for entry in _content()["types"]
    )


@cache
def _headlines() -> tuple[tuple[re.Pattern[str], int], ...]:
    """Types as headlines tell them, with other words between ("opens its third plant"), and the place of each."""
    return tuple(
        (re.compile(rf"\b{_GAP.join(_plain(part) for part in word.split('*'))}\b"), place)
        for place, entry in enumerate(_content()["types"])
        for word in entry["words"]
        if "*" in word
    )


def _plain(text: str) -> str:
    """Words in lower case, one space between: "Series-B" is "series b"."""
    return " ".join(_WORD.findall(text.casefold()))


def _find_columns(sheet: Sheet, name: str, mapping: Mapping[str, str]) -> dict[str, int]:
    """Field -> column: what the user says, then the first of each field's headers that the table has."""
    heads = [_plain(column).replace(" ", "") for column in sheet.columns]
    said = _read_mapping(sheet, name, mapping, heads)
    place = {field: number for number, field in said.items() if field != "attribute"}
    taken = set(said)
    for field in FIELDS:
        for header in () if field in place else _content()["fields"][field]:
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
        wanted, field = _plain(column).replace(" ", ""), field.strip().casefold()
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

    def read(self, number: int, cells: Sequence[Cell]) -> Event:
        account, domain = self._text(cells, "account"), to_domain(self._text(cells, "domain"))
        domain = "" if not domain or is_social(domain) else domain
        if not account and not domain:
            self.troubles.add("no account; kept, and shown with none.", number)
        event_on, precision = self._day(number, cells, "date")
        if event_on is None:
            self.troubles.add("no date; kept, and counts for nothing.", number)
        type_, description = self._text(cells, "type"), self._text(cells, "description")
        category, against = categorize(type_, description)
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


def categorize(type_: str, description: str) -> tuple[str, str]:
    """The category of an event and what it speaks against ("" for nothing): by its type, else by its description.

    The type as a whole is looked up first, then the longest known words in it; a description tells only where there is
    no type, since it may tell of other things beside. ("other", "") for what no table knows.
    """
    said = _plain(type_)
    whole = next(((category, against) for words, category, against in _types() if said and said in words), None)
    codes = {category for _, category, _ in _types()}
    if whole or said.replace(" ", "_") in codes:
        return whole or (said.replace(" ", "_"), "")
    inside = f" {said or _plain(description)} "
    found = [
        (len(word), -place, category, against)
        for place, (words, category, against) in enumerate(_types())
        for word in words
        if f" {word} " in inside
    ]
    found += [
        (len(told[0]), -place, *_types()[place][1:])
        for headline, place in _headlines()
        if (told := headline.search(inside))
    ]
    if not found:
        return OTHER_CATEGORY, ""
    # What speaks against is never outweighed by a longer word beside it ("layoffs after the funding round").
    _, _, category, against = max((f for f in found if f[3]), default=max(found))
    return category, against
