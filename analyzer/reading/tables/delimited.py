"""Rows of a CSV or TSV text, whatever its delimiter, with quotation marks that somebody forgot to close."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_LINES = 400
_SNIFFED_ROWS = 30
_SNIFFED_LENGTH = 200_000
_MAX_QUOTED_LINES = 300
_MAX_CELL = 10_000_000
_AS_TEXT = re.compile(r'="([^"]*)"')


def find_delimiter(text: str, known: Callable[[list[str]], int]) -> str:
    """The delimiter that gives a row the most headers that are ``known``, else the one that cuts the first and most
    rows alike."""
    best, best_weight = ",", (0, False, 0, 0)
    head = text[:_SNIFFED_LENGTH].split("\n", _SNIFFED_LINES)[:_SNIFFED_LINES]
    for delimiter in DELIMITERS:
        rows = [row for row in _read(iter(head), delimiter, []) if any(row)][:_SNIFFED_ROWS]
        widths = Counter(len(row) for row in rows)
        common = max(widths, key=lambda width: (widths[width], width), default=1)
        # A delimiter that leaves most rows whole is none, whatever a comma in one of them looks like.
        headers = max((known(row) for row in rows if len(row) > 1), default=0) if common > 1 else 0
        # Commas within long texts cut many rows alike, but seldom the header too.
        begins = common > 1 and len(rows[0]) == common
        weight = (headers, begins, widths[common] if common > 1 else 0, common)
        if weight > best_weight:
            best, best_weight = delimiter, weight
    return best


def read_delimited(text: str, delimiter: str, damaged: list[int]) -> Iterator[list[str]]:
    """The rows, cells stripped, equal texts kept once. The numbers of rows whose quotation marks do not pair are put
    into ``damaged``; such a row ends with its line, so that it does not swallow those after it."""
    shared: dict[str, str] = {}
    for row in _read(iter(text.split("\n")), delimiter, damaged):
        yield [shared.setdefault(cell, cell) if len(cell) < 80 else cell for cell in row]


@dataclass(slots=True)
class _Lines:
    """Lines that can be put back. ``allowance`` is how many characters still may be: a file made of marks that never
    close would else be read three hundred times over."""

    lines: Iterator[str]
    waiting: list[str] = field(default_factory=list)
    allowance: int = 20_000_000

    def take(self) -> str | None:
        return self.waiting.pop() if self.waiting else next(self.lines, None)

    def put_back(self, lines: list[str]) -> None:
        self.allowance -= sum(len(line) + 10 for line in lines)
        self.waiting.extend(reversed(lines))


def _read(text: Iterator[str], delimiter: str, damaged: list[int]) -> Iterator[list[str]]:
    csv.field_size_limit(_MAX_CELL)  # the module's own 128 kB refuse a long description
    lines = _Lines(text)
    number = width = 0
    while (line := lines.take()) is not None:
        number += 1
        if '"' not in line:
            row = [cell.strip() for cell in line.split(delimiter)] if line else []
        else:
            record, is_open = _gather(line, lines, delimiter)
            row = [] if is_open else _parse("\n".join(record), delimiter)
            if is_open or (len(record) > 1 and _is_swallowed(record, row, delimiter, width)):
                damaged.append(number)
                lines.put_back(record[1:])
                row = _parse_literally(record[0], delimiter)
        width = width or (len(row) if len(row) > 1 else 0)
        yield [cell.replace("\x00", "") for cell in row]


def _gather(line: str, lines: _Lines, delimiter: str) -> tuple[list[str], bool]:
    """The lines of one record, and whether a mark is open still: while one is, the next line belongs to it."""
    record = [line]
    is_open = _stays_open(line, False, delimiter)
    while is_open and len(record) < _MAX_QUOTED_LINES and lines.allowance > 0:
        following = lines.take()
        if following is None:
            break
        record.append(following)
        is_open = _stays_open(following, True, delimiter)
    return record, is_open


def _stays_open(line: str, is_open: bool, delimiter: str) -> bool:
    """Whether a quoted cell is open at the line's end. A mark opens a cell only where a cell begins."""
    at = 0
    while True:
        if is_open:
            end = line.find('"', at)
            if end < 0:
                return True
            if line[end + 1 : end + 2] == '"':
                at = end + 2
                continue
            is_open, at = False, end + 1
        begin = _cell_opening(line, at, delimiter)
        if begin < 0:
            return False
        is_open, at = True, begin + 1


def _cell_opening(line: str, at: int, delimiter: str) -> int:
    """Where the next cell that begins with a quotation mark has it, from ``at`` on; -1 when none does."""
    while True:
        place = line.find('"', at)
        if place < 0:
            return -1
        before = place
        while before > at and line[before - 1] == " ":
            before -= 1
        if before == 0 or line[before - 1] == delimiter:
            return place
        at = place + 1


def _is_swallowed(record: list[str], row: list[str], delimiter: str, width: int) -> bool:
    """Whether a record over several lines has not the table's width, while its first line alone has."""
    return bool(width) and len(row) != width and len(_parse_literally(record[0], delimiter)) == width


def _parse(record: str, delimiter: str) -> list[str]:
    try:
        row = next(csv.reader([record], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return _parse_literally(record, delimiter)
    return [_unwrap(cell.strip()) for cell in row]


def _unwrap(cell: str) -> str:
    """="00123" is how exports keep spreadsheets from dropping zeros."""
    match = _AS_TEXT.fullmatch(cell)
    return match[1] if match else cell


def _parse_literally(line: str, delimiter: str) -> list[str]:
    return [cell.strip().strip('"').strip() for cell in line.split(delimiter)]
