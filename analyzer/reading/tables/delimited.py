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
        written = (clean_cells(row) for row in read_written(iter(head), delimiter))
        rows = [row for row in written if any(row)][:_SNIFFED_ROWS]
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
    lines = (line + "\n" for line in text.split("\n"))
    for number, written in enumerate(read_written(lines, delimiter), 1):
        if written.is_damaged:
            damaged.append(number)
        yield [shared.setdefault(cell, cell) if len(cell) < 80 else cell for cell in clean_cells(written)]


@dataclass(frozen=True, slots=True)
class Written:
    """A row as it came: cells with their spaces and line breaks, no cell for a blank line. ``end`` is what ended its
    line ("" at the end of the file). ``is_damaged``: its quotation marks do not pair; ``is_literal``: they were left in
    the cells, for that reason or because a cell is longer than the csv module reads."""

    cells: list[str]
    end: str
    is_damaged: bool = False
    is_literal: bool = False


def clean_cells(row: Written) -> list[str]:
    """The cells as they are read: stripped, without NULs, ="00123" as 00123."""
    if row.is_literal:
        return [cell.strip().strip('"').strip().replace("\x00", "") for cell in row.cells]
    stripped = [cell.strip() for cell in row.cells]
    return [(_unwrap(cell) if cell[:2] == '="' else cell).replace("\x00", "") for cell in stripped]


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


def read_written(text: Iterator[str], delimiter: str) -> Iterator[Written]:
    """The rows of lines that may still have their ends, one at a time and as they came."""
    csv.field_size_limit(_MAX_CELL)  # the module's own 128 kB refuse a long description
    lines = _Lines(text)
    width = 0
    while (line := lines.take()) is not None:
        bare = line.rstrip("\r\n")
        end = line[len(bare) :]
        if '"' not in line:
            row = Written(bare.split(delimiter) if bare else [], end)
        else:
            record, is_open = _gather(line, lines, delimiter)
            cells, is_literal = ([], True) if is_open else _parse("".join(record), delimiter)
            if is_open or (len(record) > 1 and _is_swallowed(record, cells, delimiter, width)):
                lines.put_back(record[1:])
                row = Written(bare.split(delimiter), end, True, True)
            else:
                row = Written(cells, _end_of(record[-1]), False, is_literal)
        width = width or (len(row.cells) if len(row.cells) > 1 else 0)
        yield row


def _end_of(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


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
            at = _closing_mark(line, at) + 1
            if not at:
                return True
        begin = _cell_opening(line, at, delimiter)
        if begin < 0:
            return False
        is_open, at = True, begin + 1


def _closing_mark(line: str, at: int) -> int:
    """Where the mark is that closes a quoted cell, from ``at`` on; -1 when none does. Two marks are one within it."""
    while (end := line.find('"', at)) >= 0 and line[end + 1 : end + 2] == '"':
        at = end + 2
    return end


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
    return bool(width) and len(row) != width and len(record[0].split(delimiter)) == width


def _parse(record: str, delimiter: str) -> tuple[list[str], bool]:
    """The cells of a record as they came, and whether it is beyond the csv module, so that its marks were left."""
    if ' "' in record:
        record = _close_up(record, delimiter)
    try:
        return next(csv.reader([record], delimiter=delimiter), []), False
    except csv.Error:
        return record.rstrip("\r\n").split(delimiter), True


def _close_up(record: str, delimiter: str) -> str:
    """Without the spaces before the mark that opens a cell: the csv module would take them for the cell's beginning.
    It can drop them itself, but then it drops those of the other cells too."""
    kept: list[str] = []
    done = at = 0
    while (begin := _cell_opening(record, at, delimiter)) >= 0:
        kept.append(record[done:begin].rstrip(" "))
        done = begin
        at = _closing_mark(record, begin + 1) + 1
        if not at:
            break
    return "".join((*kept, record[done:]))


def _unwrap(cell: str) -> str:
    """="00123" is how exports keep spreadsheets from dropping zeros."""
    match = _AS_TEXT.fullmatch(cell)
    return match[1] if match else cell
