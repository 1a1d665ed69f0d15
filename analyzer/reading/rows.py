"""A CSV, TSV or XLSX file as a header and rows of cells, numbered as a spreadsheet shows them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from analyzer.errors import TableError
from analyzer.reading.cells import Cell
from analyzer.reading.decoding import decode

_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_ROWS = 30
_BLANK_ROWS_END = 2_000
_MAX_UNPACKED = 500_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """``rows`` are (number, cells), blank ones left out; ``columns`` the header's cells as text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    warnings: tuple[str, ...] = ()


def read_sheet(content: bytes, name: str) -> Sheet:
    """The table in the bytes, by content and not by suffix. Raises TableError with a sentence."""
    if not content.strip():
        raise TableError(f"{name}: is empty. Check that the export finished, and add the file again.")
    if content.startswith(b"PK\x03\x04"):
        return _sheet(_xlsx_rows(content, name), name)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(f"{name}: is an old Excel file (.xls) or has a password. Save it as .xlsx or CSV without one.")
    text, warnings = decode(content)
    if not text or content.startswith(b"%PDF"):
        raise TableError(f"{name}: is no table. Export the accounts as CSV or XLSX, and add that.")
    return _sheet(_csv_rows(text, name), name, warnings)


def _sheet(rows: Iterable[list[Cell]], name: str, warnings: tuple[str, ...] = ()) -> Sheet:
    numbered = [(number, tuple(row)) for number, row in enumerate(rows, 1) if any(_is_filled(cell) for cell in row)]
    if not numbered:
        raise TableError(f"{name}: has no rows. Check that the export finished, and add the file again.")
    header = _header_place(numbered)
    columns = [" ".join(str(cell).split()) for cell in numbered[header][1]]
    while columns and not columns[-1]:
        columns.pop()
    return Sheet(tuple(_unique(columns)), tuple(numbered[header + 1 :]), warnings)


def _header_place(rows: list[tuple[int, tuple[Cell, ...]]]) -> int:
    """Reports begin with a title or a date over the header: the first row about as wide as the table is the header."""
    widths = [sum(_is_filled(cell) for cell in row) for _, row in rows[:_SNIFFED_ROWS]]
    widest = max(widths)
    return next(number for number, width in enumerate(widths) if width >= 0.6 * widest)


def _is_filled(cell: Cell) -> bool:
    return not isinstance(cell, str) or bool(cell.strip())


def _unique(columns: list[str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for number, column in enumerate(columns, 1):
        column = column or f"column {number}"
        seen[column] = seen.get(column, 0) + 1
        yield column if seen[column] == 1 else f"{column} ({seen[column]})"


def _csv_rows(text: str, name: str) -> Iterator[list[Cell]]:
    delimiter = ""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own note to itself
        delimiter, text = first.strip()[4], rest
        yield []
    delimiter = delimiter or _delimiter(text)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [cell.replace("\x00", "").strip() for cell in row]
    except csv.Error as error:
        raise TableError(f"{name}: is damaged ({error}). Export it again.") from error


def _delimiter(text: str) -> str:
    """The one that cuts most rows into as many cells as the widest of the first: what csv.Sniffer often gets wrong."""
    best, best_weight = ",", (0, 0)
    for delimiter in _DELIMITERS:
        widths: list[int] = []
        try:
            for row in csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter):
                if row:
                    widths.append(len(row))
                if len(widths) >= _SNIFFED_ROWS:
                    break
        except csv.Error:
            continue
        common = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        weight = (widths.count(common) if common > 1 else 0, common)
        if weight > best_weight:
            best, best_weight = delimiter, weight
    return best


def _xlsx_rows(content: bytes, name: str) -> Iterator[list[Cell]]:
    """Rows of the fullest sheet; formulas by the values Excel last computed."""
    try:
        import openpyxl

        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(entry.file_size for entry in package.infolist()) > _MAX_UNPACKED:
                raise TableError(f"{name}: unpacks to more than 500 MB. Export the accounts alone, as CSV.")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = [list(_sheet_rows(sheet)) for sheet in book.worksheets]
        book.close()
    except TableError:
        raise
    except Exception as error:  # openpyxl raises many kinds for a damaged or foreign package
        raise TableError(f"{name}: is no Excel file that can be read. Save it again as .xlsx, or as CSV.") from error
    fullest = max(sheets, key=lambda rows: sum(any(cell != "" for cell in row) for row in rows), default=[])
    width = max((len(row) for row in fullest), default=0)
    yield from ([*row, *[""] * (width - len(row))] for row in fullest)


def _sheet_rows(sheet: Any) -> Iterator[list[Cell]]:
    blank = 0
    for row in sheet.iter_rows(values_only=True):
        cells = [_cell(value) for value in row]
        blank = 0 if any(cell != "" for cell in cells) else blank + 1
        # Sheets formatted to the last line would yield a million blank rows.
        if blank > _BLANK_ROWS_END:
            return
        yield cells


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return float(value)
    return value if isinstance(value, date) else str(value).strip()
