"""What a row says of each field, as its column writes it; what cannot be read is unknown, and is told with its row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from analyzer.reading.canonical import fold
from analyzer.reading.tables.cells import Cell, is_unknown, to_date, to_flag, to_list, to_number, to_text
from analyzer.reading.tables.columns import Columns
from analyzer.reading.tables.placing import is_social
from analyzer.reading.tables.rows import SHOWN_ROWS, name_rows

_SHOWN_VALUES = 3
_LONGEST_VALUE = 60
_MAX_VALUES = 10_000
_SEVERAL = re.compile(r"[;,|\s\[]")


@dataclass(slots=True)
class Troubles:
    """Rows and cells by what is wrong with them, so that a thousand rows make one sentence. Rows are counted and only
    the first are named, and of ten thousand values no more are kept, so that it stays small whatever the table."""

    rows: dict[str, list[int]] = field(default_factory=dict)
    values: dict[str, dict[str, None]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _latest: dict[str, int] = field(default_factory=dict)

    def add(self, trouble: str, row: int, value: str = "") -> None:
        """``trouble`` says "{}" where the values go that it is about."""
        if self._latest.get(trouble) != row:
            self._latest[trouble] = row
            self._counts[trouble] = self._counts.get(trouble, 0) + 1
            if self._counts[trouble] <= SHOWN_ROWS:
                self.rows.setdefault(trouble, []).append(row)
        values = self.values.setdefault(trouble, {}) if value else {}
        if value and len(values) < _MAX_VALUES:
            values[value[:_LONGEST_VALUE]] = None

    def sentences(self) -> tuple[str, ...]:
        return tuple(
            f"{name_rows(rows, self._counts[trouble])}: {trouble.replace('{}', self._shown(trouble))}"
            for trouble, rows in self.rows.items()
        )

    def _shown(self, trouble: str) -> str:
        values = list(self.values.get(trouble, ()))
        least = "at least " if len(values) == _MAX_VALUES else ""
        more = f" and {least}{len(values) - _SHOWN_VALUES} more" if len(values) > _SHOWN_VALUES else ""
        return ", ".join(values[:_SHOWN_VALUES]) + more


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: tuple[Cell, ...]


def text_of(row: Row, columns: Columns, field_: str) -> str:
    if field_ not in columns.place or is_unknown(row.cells[columns.place[field_]]):
        return ""
    return fold(to_text(row.cells[columns.place[field_]]))


def number_of(row: Row, columns: Columns, field_: str, troubles: Troubles) -> float | None:
    if field_ not in columns.place or is_unknown(row.cells[columns.place[field_]]):
        return None
    cell = row.cells[columns.place[field_]]
    number = to_number(cell, columns.marks[field_], columns.units.get(field_, 1.0))
    if number is None or (number < 0 and field_ == "employees"):
        column = columns.names[columns.place[field_]]
        troubles.add(f'"{column}" cannot be read as a number ({{}}); unknown.', row.number, to_text(cell))
        return None
    return number


def day_of(row: Row, columns: Columns, field_: str, troubles: Troubles) -> date | None:
    if field_ not in columns.place or is_unknown(row.cells[columns.place[field_]]):
        return None
    cell = row.cells[columns.place[field_]]
    day = to_date(cell, columns.orders[field_])
    if day is None:
        column = columns.names[columns.place[field_]]
        troubles.add(f'"{column}" cannot be read as a date ({{}}); unknown.', row.number, to_text(cell))
    return day


def flag_of(row: Row, columns: Columns, field_: str) -> bool | None:
    return to_flag(row.cells[columns.place[field_]]) if field_ in columns.place else None


def tools_of(row: Row, columns: Columns) -> tuple[str, ...]:
    tools: list[str] = []
    for number in columns.tools:
        cell = row.cells[number]
        if number in columns.tool_of:
            tools += [columns.tool_of[number]] if to_flag(cell) else []
        elif not is_unknown(cell):
            tools += map(fold, to_list(to_text(cell)))
    return tuple(dict.fromkeys(tools))


def domain_of(row: Row, columns: Columns) -> str:
    text = text_of(row, columns, "domain")
    parts = to_list(text) if _SEVERAL.search(text) else (text,)
    return next((to_domain(part) for part in parts if part and not is_social(part)), "")


def to_domain(text: str) -> str:
    """ "https://www.Acme.com/en" is acme.com."""
    host = re.sub(r"^[a-z]+://", "", text.strip().casefold()).partition("/")[0].partition("?")[0].partition(":")[0]
    return host.rpartition("@")[2].removeprefix("www.").rstrip(".")
