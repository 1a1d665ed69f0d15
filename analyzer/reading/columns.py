"""Which column of a table fills which field (columns.yaml), and how each column writes its numbers and dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from analyzer.errors import TableError
from analyzer.reading.cells import DayOrder, day_order, decimal_mark
from analyzer.reading.rows import Sheet

NUMBERS = ("employees", "revenue", "amount")
DATES = ("opened_on", "closed_on")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands, and how its column writes numbers and dates."""

    names: tuple[str, ...]
    place: dict[str, int]
    marks: dict[str, str]
    orders: dict[str, DayOrder]

    @property
    def kept(self) -> list[tuple[int, str]]:
        used = set(self.place.values())
        return [(number, name) for number, name in enumerate(self.names) if number not in used]


def find_columns(sheet: Sheet, name: str, mapping: Mapping[str, str]) -> tuple[Columns, tuple[str, ...]]:
    """The columns of the sheet, ``mapping`` before the synonyms, and what stays doubtful about their dates.

    Raises TableError when no column holds a name or domain, or ``mapping`` names a column or field there is not.
    """
    place = _place_fields(sheet, name, mapping)
    return _study_columns(sheet, place)


@cache
def _synonyms() -> dict[str, list[str]]:
    text = files("analyzer.reading").joinpath("columns.yaml").read_text(encoding="utf-8")
    synonyms: dict[str, list[str]] = yaml.safe_load(text)
    return {field_: [_plain(column) for column in columns] for field_, columns in synonyms.items()}


def _plain(column: str) -> str:
    return " ".join(re.sub(r"[^\w#]+|_", " ", column.casefold()).split())


def _place_fields(sheet: Sheet, name: str, mapping: Mapping[str, str]) -> dict[str, int]:
    plain = [_plain(column) for column in sheet.columns]
    fields = _synonyms()
    place: dict[str, int] = {}
    taken: set[int] = set()
    for column, field_ in mapping.items():
        field_ = field_.strip().casefold()
        if _plain(column) not in plain:
            raise TableError(f'{name}: has no column "{column}". Its columns are {", ".join(sheet.columns)}.')
        if field_ not in fields and field_ != "attribute":
            raise TableError(f'{name}: "{field_}" is no field. Fields are {", ".join(fields)}, and attribute.')
        number = plain.index(_plain(column))
        taken.add(number)
        if field_ != "attribute":
            place[field_] = number
    for field_, names in fields.items():
        number = next((plain.index(n) for n in names if n in plain and plain.index(n) not in taken), -1)
        if field_ not in place and number >= 0:
            place[field_] = number
            taken.add(number)
    if "name" not in place and "domain" not in place:
        raise TableError(
            f"{name}: no column holds the name of the account. Its columns are {', '.join(sheet.columns)}. "
            f'Say which one does with --map COLUMN=name, for instance --map "{sheet.columns[0]}=name".'
        )
    return place


def _study_columns(sheet: Sheet, place: dict[str, int]) -> tuple[Columns, tuple[str, ...]]:
    """How each column writes its numbers and dates; a note where a column leaves the order of day and month open."""
    cells = {f: [row[n] for _, row in sheet.rows if n < len(row)] for f, n in place.items()}
    marks = {f: decimal_mark(cells[f]) for f in NUMBERS if f in place}
    orders = {f: day_order(cells[f]) for f in DATES if f in place}
    # One export writes all its dates alike, so a column that is certain speaks for one that is not.
    sure = next((order for order in orders.values() if order.certain and order.seen), None)
    notes: list[str] = []
    for field_, order in orders.items():
        if order.seen and not order.certain:
            if sure:
                orders[field_] = sure
            else:
                column = sheet.columns[place[field_]]
                notes.append(
                    f'The dates in "{column}" may be day first or month first; they were read month first '
                    "(3/4/2026 as 4 March). Export them as 2026-03-04 to be sure."
                )
    return Columns(sheet.columns, place, marks, orders), tuple(notes)
