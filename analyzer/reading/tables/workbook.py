"""The sheets of an XLSX file: values and not formulas, merged cells filled, nothing in it able to harm the reader."""

from __future__ import annotations

import io
import math
import re
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from xml.parsers import expat

from analyzer.errors import TableError
from analyzer.reading.tables.cells import Cell

_MAX_UNPACKED = 500_000_000
_MAX_RATIO = 100
_RATIO_FROM = 10_000_000
_MAX_CELLS = 40_000_000
_BLANK_ROWS_END = 2_000
_STYLES = "xl/styles.xml"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]{0,80}?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_MAX_FILLED = 2_000_000
_MAX_MERGED_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of a workbook. ``rows`` as wide as their last filled cell, blank ones among them."""

    title: str
    rows: tuple[tuple[Cell, ...], ...]
    warnings: tuple[str, ...] = ()


def read_pages(content: bytes, name: str) -> list[Page]:
    """The sheets of a workbook, formulas by the values Excel last computed.

    Raises TableError: no workbook, damaged, or one that unpacks to more than 500 MB, or to a hundred times its size.
    """
    _check_package(content, name)
    try:
        return _read_pages(content)
    except TableError:
        raise
    except Exception:  # noqa: BLE001 - exporters write styles openpyxl refuses; the cells can be read without them
        bare = _without_styles(content)
    try:
        pages = _read_pages(bare)
    except Exception as error:
        raise TableError(f"{name}: is no Excel file that can be read. Save it again as .xlsx, or as CSV.") from error
    return [
        Page(p.title, p.rows, (*p.warnings, "The styles of this workbook are damaged and were not used."))
        for p in pages
    ]


def _check_package(content: bytes, name: str) -> None:
    """What no spreadsheet program writes is refused before anything is unpacked: bombs of size, and of XML entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            unpacked = sum(entry.file_size for entry in package.infolist())
            if unpacked > _MAX_UNPACKED:
                raise TableError(f"{name}: unpacks to more than 500 MB. Export the accounts alone, as CSV.")
            if unpacked > _RATIO_FROM and unpacked > _MAX_RATIO * len(content):
                raise TableError(f"{name}: unpacks to more than a hundred times its size. Export the accounts as CSV.")
            for entry in package.infolist():
                if entry.filename.endswith((".xml", ".rels")) and _declares_entities(package, entry):
                    raise TableError(
                        f"{name}: holds a document type declaration, which no spreadsheet program writes. "
                        "Open it in a spreadsheet program, and save it as CSV."
                    )
    except TableError:
        raise
    except Exception as error:  # zipfile raises many kinds for a damaged package
        raise TableError(f"{name}: is no Excel file that can be read. Save it again as .xlsx, or as CSV.") from error


class _Found(Exception):  # noqa: N818 - it ends the parsing, and is no error
    def __init__(self, declares: bool) -> None:
        self.declares = declares


def _declares_entities(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether the part opens with a DTD: a DTD stands before the first element, so no more than that is parsed."""

    def declared(*_: object) -> None:
        raise _Found(True)

    def began(*_: object) -> None:
        raise _Found(False)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = began
    try:
        with package.open(entry) as part:
            while chunk := part.read(65_536):
                parser.Parse(chunk, False)
    except _Found as found:
        return found.declares
    except expat.ExpatError:
        return False
    return False


def _without_styles(content: bytes) -> bytes:
    file = io.BytesIO()
    try:
        with (
            zipfile.ZipFile(io.BytesIO(content)) as package,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, True, 1) as bare,
        ):
            for entry in package.infolist():
                if entry.filename != _STYLES:
                    bare.writestr(entry.filename, package.read(entry))
    except Exception:  # noqa: BLE001 - what is damaged here is refused by the reader of the package
        return content
    return file.getvalue()


def _read_pages(content: bytes) -> list[Page]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that openpyxl leaves out, which hold no cell
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                return [_read_page(sheet, package) for sheet in book.worksheets]
        finally:
            book.close()


def _read_page(sheet: Any, package: zipfile.ZipFile) -> Page:
    # Many exporters write a false size ("A1", or every row there is): the rows themselves tell.
    sheet.reset_dimensions()
    rows: list[list[Cell]] = []
    shared: dict[str, str] = {}
    blank = cells = 0
    warnings_: tuple[str, ...] = ()
    for row in sheet.iter_rows(values_only=True):
        read = _trim([_cell(value, shared) for value in row])
        cells += len(row)
        if cells > _MAX_CELLS:
            warnings_ = (f'Sheet "{sheet.title}" was read up to row {len(rows)}: it has more than 40 million cells.',)
            break
        blank = 0 if read else blank + 1
        # Sheets formatted to the last line would yield a million blank rows.
        if blank > _BLANK_ROWS_END:
            break
        rows.append(read)
    _fill_merged(rows, package, getattr(sheet, "_worksheet_path", ""))
    return Page(str(sheet.title), tuple(tuple(row) for row in rows), warnings_)


def _trim(row: list[Cell]) -> list[Cell]:
    while row and row[-1] == "":
        row.pop()
    return row


def _fill_merged(rows: list[list[Cell]], package: zipfile.ZipFile, part: str) -> None:
    """A value merged over several rows of a column is the value of each: grouped reports write a group's name once.

    Merges across columns are left alone: they are titles.
    """
    if part not in package.namelist() or package.getinfo(part).file_size > _MAX_MERGED_BYTES:
        return
    filled = 0
    for match in _MERGED.finditer(package.read(part)):
        first, top, last, bottom = match.groups()
        column, start, end = _column_number(first), int(top) - 1, min(int(bottom), len(rows))
        if first != last or not 0 <= start < len(rows) or column >= len(rows[start]):
            continue
        filled += end - start
        if filled > _MAX_FILLED:  # merges that overlap a hundred thousand times are no table's
            return
        for row in rows[start + 1 : end]:
            if row:
                row.extend([""] * (column + 1 - len(row)))
                row[column] = row[column] if row[column] != "" else rows[start][column]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _cell(value: Any, shared: dict[str, str]) -> Cell:
    """A cell's value; equal texts are kept once."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _finite(value)
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value.replace(tzinfo=None)
    if isinstance(value, date):
        return value
    text = str(value).strip()
    return shared.setdefault(text, text)


def _finite(value: float) -> Cell:
    try:
        number = float(value)
    except OverflowError:
        return str(value)[:400]
    return number if math.isfinite(number) else ""
