"""A CSV, TSV or XLSX file as a header and rows of cells, numbered as a spreadsheet shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analyzer.errors import TableError
from analyzer.reading.decoding import TextTooLongError, decode
from analyzer.reading.tables.cells import Cell, is_unknown, to_number, to_text
from analyzer.reading.tables.delimited import find_delimiter, read_delimited
from analyzer.reading.tables.synonyms import patterns, understand
from analyzer.reading.tables.workbook import Page, read_pages

SNIFFED_ROWS = 40
SHOWN_ROWS = 10
_LONGEST_FOOTER = 400


@dataclass(frozen=True, slots=True)
class Sheet:
    """``rows`` are (number, cells), blank ones, sums and footers left out; ``columns`` the header's cells as text,
    each once. ``decimal_commas``: parted by semicolons, as Europe's spreadsheets save what has them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    warnings: tuple[str, ...] = ()
    decimal_commas: bool = False


def read_sheet(content: bytes, name: str) -> Sheet:
    """The table in the bytes, by content and not by suffix; of a workbook the fullest sheet.

    Raises TableError with a sentence.
    """
    if not content.strip():
        raise TableError(f"{name}: is empty. Check that the export finished, and add the file again.")
    if content.startswith(b"PK\x03\x04"):
        return _fullest_sheet(read_pages(content, name), name)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(f"{name}: is an old Excel file (.xls) or has a password. Save it as .xlsx or CSV without one.")
    try:
        text, warnings = decode(content)
    except TextTooLongError as error:
        raise TableError(f"{name}: holds more than 64 MB of text. Divide it, and import the parts.") from error
    if not text or content.startswith(b"%PDF"):
        raise TableError(f"{name}: is no table. Export the accounts as CSV or XLSX, and add that.")
    return _text_sheet(text, name, warnings)


def name_rows(numbers: Sequence[int], count: int = 0) -> str:
    """ "Row 3" or "Rows 3, 4 and 7 more", for a warning. ``count`` is how many there are, where only the first of
    them are in ``numbers``."""
    count = count or len(numbers)
    shown = ", ".join(str(number) for number in numbers[:SHOWN_ROWS])
    more = f" and {count - SHOWN_ROWS} more" if count > SHOWN_ROWS else ""
    return f"{'Row' if count == 1 else 'Rows'} {shown}{more}"


def _text_sheet(text: str, name: str, warnings: tuple[str, ...]) -> Sheet:
    delimiter, skipped = "", 0
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own note to itself
        delimiter, text, skipped = first.strip()[4], rest, 1
    delimiter = delimiter or find_delimiter(text, count_known)
    damaged: list[int] = []
    rows: list[tuple[int, tuple[Cell, ...]]] = [
        (number + skipped, tuple(row))
        for number, row in enumerate(read_delimited(text, delimiter, damaged), 1)
        if any(row)
    ]
    if damaged:
        numbers = name_rows([number + skipped for number in damaged])
        warnings += (f"{numbers}: a quotation mark is opened and never closed; read to the end of the line.",)
    return sheet_of(rows, name, warnings, delimiter == ";")


def _fullest_sheet(pages: Sequence[Page], name: str) -> Sheet:
    """The sheet with most cells among those whose header is known, else among all; the other tables are named."""
    numbered = [[(n, row) for n, row in enumerate(page.rows, 1) if any(cell != "" for cell in row)] for page in pages]
    sizes = [
        (bool(max((count_known(row) for _, row in rows[:SNIFFED_ROWS]), default=0)), sum(len(row) for _, row in rows))
        for rows in numbered
    ]
    if not any(numbered):
        raise TableError(f"{name}: has no rows. Check that the export finished, and add the file again.")
    best = sizes.index(max(sizes))
    others = [
        f'"{p.title}" ({len(r)} rows)'
        for n, (p, r) in enumerate(zip(pages, numbered, strict=True))
        if n != best and len(r) > 1
    ]
    warnings = pages[best].warnings
    if others:
        warnings += (f'Only the sheet "{pages[best].title}" was read; import by itself: {", ".join(others)}.',)
    width = max(len(row) for _, row in numbered[best])
    rows = [(number, (*row, *[""] * (width - len(row)))) for number, row in numbered[best]]
    return sheet_of(rows, name, warnings)


def sheet_of(
    rows: list[tuple[int, tuple[Cell, ...]]], name: str, warnings: tuple[str, ...] = (), decimal_commas: bool = False
) -> Sheet:
    """The sheet in numbered rows, none of them blank. Raises TableError when there are none."""
    if not rows:
        raise TableError(f"{name}: has no rows. Check that the export finished, and add the file again.")
    header = find_header([row for _, row in rows[:SNIFFED_ROWS]])
    columns = [" ".join(to_text(cell).split()) for cell in rows[header][1]]
    while columns and not columns[-1]:
        columns.pop()
    kept: list[tuple[int, tuple[Cell, ...]]] = []
    left: list[int] = []
    for number, row in rows[header + 1 :]:
        if is_furniture(row, len(columns)):
            left.append(number)
        elif row != rows[header][1]:  # exports put together repeat their header
            kept.append((number, row))
    if left:
        warnings += (f"{name_rows(left)}: a sum or a footer and no account; left out.",)
    return Sheet(tuple(_unique(columns)), tuple(kept), warnings, decimal_commas)


def find_header(rows: list[tuple[Cell, ...]]) -> int:
    """Reports begin with a title or a date over the header: it is the row with most headers that are known, else the
    first about as wide as the table."""
    known = [count_known(row) for row in rows]
    if max(known) >= 2:
        return known.index(max(known))
    widths = [sum(_is_filled(cell) for cell in row) for row in rows]
    return next(number for number, width in enumerate(widths) if width >= 0.6 * max(widths))


def count_known(row: Sequence[Cell]) -> int:
    """How many different headers of exports stand in the row; none where a cell is a number."""
    if any(not isinstance(cell, str) or (cell and cell[-1:].isdigit() and to_number(cell) is not None) for cell in row):
        return 0
    return len({heading.plain for cell in row[:200] if isinstance(cell, str) and (heading := understand(cell)).ranks})


def _is_filled(cell: Cell) -> bool:
    return not isinstance(cell, str) or bool(cell.strip())


def is_furniture(row: tuple[Cell, ...], width: int) -> bool:
    """A row of sums, or a line alone in a table of several columns that says what reports say of themselves."""
    first = next((cell for cell in row if _is_filled(cell)), "")
    if not isinstance(first, str) or len(first) > _LONGEST_FOOTER:
        return False
    total, footer = patterns("totals").match(first), patterns("footers").match(first)
    if not total and not footer:
        return False
    filled = [cell for cell in row if _is_filled(cell)]
    if len(filled) == 1 and width > 1 and footer:
        return True
    if not total or not (total.end() == len(first) or first[total.end() :].lstrip()[:1] in tuple("(:0123456789")):
        return False
    rest = filled[1:]
    if not rest:
        return width > 1 and first.casefold() != "total"
    return all(is_unknown(cell) or to_number(cell) is not None or _is_sum(cell) for cell in rest)


def _is_sum(cell: Cell) -> bool:
    """ "Sum of Amount", "Count": what reports write beside their sums."""
    return isinstance(cell, str) and len(cell) < 60 and bool(patterns("totals").match(cell))


def _unique(columns: Iterable[str]) -> Iterator[str]:
    seen: dict[str, int] = {}
    taken = set(columns)
    for number, column in enumerate(columns, 1):
        column = column or f"column {number}"
        seen[column] = seen.get(column, 0) + 1
        name = column
        while seen[column] > 1 and (name := f"{column} ({seen[column]})") in taken:
            seen[column] += 1
        taken.add(name)
        yield name
