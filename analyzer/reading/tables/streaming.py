"""A table of accounts row by row: each row as it came, and the account it names. For tables too large to be held whole.

What :func:`analyzer.reading.tables.accounts.read_accounts` decides over the whole table is decided here over a first
block of 2,000 rows: the delimiter, the header, which column fills which field, and how each column writes its decimals
and dates. So a column that is empty in the block is chosen by its header alone; one that first writes 1,5 below the
block is read as in a table that leaves the mark open; and a row that says only a domain gets its name from the block or
from ``names``, else the domain is its name. A row stands for itself: rows of the same account are not put together, and
a row that repeats another is read again. Workbooks (XLSX) are read whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from analyzer.errors import TableError
from analyzer.reading.tables.accounts import account_of, names_of_domains
from analyzer.reading.tables.cells import Cell, to_text
from analyzer.reading.tables.columns import Columns, find_columns
from analyzer.reading.tables.delimited import Written, clean_cells, find_delimiter, read_written
from analyzer.reading.tables.fields import Row, Troubles
from analyzer.reading.tables.lines import Lines, opener_of, read_lines
from analyzer.reading.tables.rows import (
    SNIFFED_ROWS,
    count_known,
    find_header,
    is_furniture,
    name_rows,
    read_sheet,
    sheet_of,
)
from analyzer.records import Account

_BLOCK_ROWS = 2_000
_HEAD_LENGTH = 200_000
_GUARDED = re.compile(r"'(?:[\t\r]|\s*[=+\-@＝＋－＠])")
_NOT_DELIMITED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class StreamedRow:
    """``written`` are the cells as they came; ``account`` is None where the row names none, and ``lack`` says why."""

    number: int
    written: tuple[str, ...]
    account: Account | None
    lack: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is written, so that it can be written that way again. ``header`` as it came; ``preface`` is the line
    with which Excel tells itself the delimiter, without its end, or "". ``count`` is about how many rows there are."""

    header: tuple[str, ...]
    delimiter: str = ","
    line_end: str = "\n"
    has_mark: bool = False
    preface: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class StreamedTable:
    """``rows`` can be taken once; what was doubtful in them is known, and told by ``warnings``, when they are."""

    layout: Layout
    rows: Iterator[StreamedRow]
    notes: tuple[str, ...]
    troubles: Troubles

    @property
    def warnings(self) -> tuple[str, ...]:
        return (*self.notes, *self.troubles.sentences())


@dataclass(frozen=True, slots=True)
class _Record:
    """A row twice: as it came, and as it is read."""

    number: int
    written: tuple[str, ...]
    cells: tuple[Cell, ...]
    lack: str = ""


def stream_accounts(
    file: Path, names: Mapping[str, str] | None = None, attributes: Collection[str] = ()
) -> StreamedTable:
    """The rows of a CSV, TSV or XLSX, every one below the header but blank ones. ``names`` are accounts by domain;
    columns named in ``attributes`` fill no field.

    Raises OSError when the file cannot be opened, TableError with a sentence for one that is no table of accounts;
    taking the rows raises TableError for one that cannot be read further, or when none names an account.
    """
    open_file = opener_of(file)
    with open_file() as opened:
        start = opened.read(_HEAD_LENGTH)
    if start.startswith(_NOT_DELIMITED) or not start.strip():
        with open_file() as opened:
            return _stream_sheet(opened.read(), file.name, names or {}, attributes)
    return _stream_text(read_lines(open_file, file.name), file.name, names or {}, attributes)


def _stream_sheet(content: bytes, name: str, names: Mapping[str, str], attributes: Collection[str]) -> StreamedTable:
    sheet = read_sheet(content, name)
    columns, notes = find_columns(sheet, name, _kept_out(sheet.columns, attributes))
    records = (_Record(number, tuple(map(to_text, row)), row) for number, row in sheet.rows)
    known = names_of_domains([Row(number, row) for number, row in sheet.rows], columns)
    troubles = Troubles()
    rows = _read_rows(records, name, columns, {**names, **known}, troubles)
    return StreamedTable(Layout(sheet.columns, count=len(sheet.rows)), rows, (*sheet.warnings, *notes), troubles)


def _stream_text(lines: Lines, name: str, names: Mapping[str, str], attributes: Collection[str]) -> StreamedTable:
    preface, delimiter, text = _find_delimiter(lines.text)
    records = _number(read_written(text, delimiter), 2 if preface else 1)
    block = list(islice(records, _BLOCK_ROWS))
    if not block:
        raise TableError(f"{name}: has no rows. Check that the export finished, and add the file again.")
    place = find_header([_cells_of(row) for _, row in block[:SNIFFED_ROWS]])
    sheet = sheet_of([(n, _cells_of(row)) for n, row in block], name, (), delimiter == ";")
    columns, notes = find_columns(sheet, name, _kept_out(sheet.columns, attributes))
    known = names_of_domains([_as_wide(n, row, len(sheet.columns)) for n, row in sheet.rows], columns)
    header = block[place][1]
    layout = Layout(
        tuple(header.cells), delimiter, header.end or "\n", lines.has_mark, preface.strip(" \r\n"), lines.count
    )
    if place:
        notes = (f"{name_rows([number for number, _ in block[:place]])}: above the header; left out.", *notes)
    troubles = Troubles()
    under = _under_header(chain(block[place + 1 :], records), header, troubles)
    rows = _read_rows(under, name, columns, {**names, **known}, troubles)
    return StreamedTable(layout, rows, (*lines.warnings, *notes), troubles)


def _find_delimiter(text: Iterator[str]) -> tuple[str, str, Iterator[str]]:
    """Excel's note to itself or "", the delimiter, and the lines without the note."""
    first = next(text, "")
    if first.strip(" \r\n").lower().startswith("sep=") and len(first.strip(" \r\n")) == 5:
        return first, first.strip(" \r\n")[4], text
    head, length = [first], len(first)
    for line in text:
        head.append(line)
        length += len(line)
        if length > _HEAD_LENGTH:
            break
    sample = "\n".join(line.rstrip("\r\n") for line in head)
    return "", find_delimiter(sample, count_known), chain(head, text)


def _number(rows: Iterable[Written], first: int) -> Iterator[tuple[int, Written]]:
    """The rows that hold anything, numbered as a spreadsheet shows them."""
    return ((number, row) for number, row in enumerate(rows, first) if any(map(str.strip, row.cells)))


def _cells_of(row: Written) -> tuple[str, ...]:
    """The cells as they are read; the apostrophe that keeps a spreadsheet from running one is no part of it, so that a
    table that was made harmless tells the same accounts as before."""
    bare = [cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell for cell in row.cells]
    return tuple(clean_cells(Written(bare, row.end, row.is_damaged, row.is_literal)))


def _kept_out(columns: Iterable[str], attributes: Collection[str]) -> dict[str, str]:
    return {column: "attribute" for column in columns if column in attributes}


def _as_wide(number: int, cells: tuple[Cell, ...], width: int) -> Row:
    return Row(number, cells if len(cells) == width else (*cells[:width], *[""] * (width - len(cells))))


def _under_header(rows: Iterable[tuple[int, Written]], header: Written, troubles: Troubles) -> Iterator[_Record]:
    """The rows, with a word on those that are not as wide as the header, or whose quotation marks do not pair."""
    width = len(header.cells)
    for number, row in rows:
        if row.is_damaged:
            troubles.add("a quotation mark is opened and never closed; read to the end of the line.", number)
        if any(cell.strip() for cell in row.cells[width:]):
            troubles.add(f"more cells than the header has columns ({width}); what is beyond was not read.", number)
        elif len(row.cells) < width:
            troubles.add(f"fewer cells than the header has columns ({width}); the missing ones are unknown.", number)
        lack = ""
        if row.cells == header.cells:  # exports put together repeat their header
            troubles.add("the header again; not read.", number)
            lack = "This row is the header again and names no account."
        yield _Record(number, tuple(row.cells), _cells_of(row), lack)


def _read_rows(
    records: Iterable[_Record], name: str, columns: Columns, names: Mapping[str, str], troubles: Troubles
) -> Iterator[StreamedRow]:
    width, named = len(columns.names), 0
    for record in records:
        row = _as_wide(record.number, record.cells, width)
        lack, account = record.lack or _lack(row, columns, troubles), None
        if not lack:
            try:
                account = account_of(row, columns, names, troubles)
            except Exception as error:  # a cell nobody thought of must not end the reading without a word
                problem = f"row {row.number} cannot be read ({type(error).__name__}: {error})"
                raise TableError(f"{name}: {problem}. Take it out, and try again.") from error
            lack = "" if account else "This row names no account."
        named += account is not None
        yield StreamedRow(record.number, record.written, account, lack)
    if not named:
        raise TableError(f"{name}: has a header but no account under it. Check that the export finished.")


def _lack(row: Row, columns: Columns, troubles: Troubles) -> str:
    """Why the row cannot name an account; "" when it may."""
    if is_furniture(row.cells, len(columns.names)):
        troubles.add("a sum or a footer and no account; not read.", row.number)
        return "This row is a sum or a footer and names no account."
    return ""
