"""Tables with a document a row (notes of a CRM, postings of a job board): each row becomes a text with front matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analyzer.reading.canonical import fold
from analyzer.reading.guesses.naming import outcome_in
from analyzer.reading.office.rich_text import text_lines
from analyzer.reading.ordinals import places
from analyzer.reading.tables.cells import Cell, DayOrder, bare_company, day_order, is_unknown, to_date, to_text
from analyzer.reading.tables.rows import Sheet
from analyzer.reading.tables.sheet_columns import Documents, kind_named

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f/\\:*?\"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_STRONG = re.compile(r"\*\*(?=[^\s*])([^*\n]{1,500})(?<=\S)\*\*")
_ESCAPED = re.compile(r"\\([-*_.#+!()\[\]&~>|])")
_LONGEST_NAME = 60
_LONGEST_MARK = 300
# Excel cuts what is longer, and says nothing.
_EXCEL_CELL = 32_767


@dataclass(frozen=True, slots=True)
class Row:
    """A document of a table: ``number`` as a spreadsheet shows it, ``label`` what it is about."""

    number: int
    label: str
    text: str


def read_rows(sheet: Sheet, columns: Documents) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """The documents of a table, and what was left out or is doubtful, with the numbers of the rows."""
    place = columns.place
    dates = [row[place["date"]] for _, row in sheet.rows if len(row) > place["date"]] if "date" in place else []
    order = day_order(dates)
    rows: list[Row] = []
    empty: list[int] = []
    undated: list[int] = []
    cut: list[int] = []
    for number, cells in sheet.rows:
        words = _cell(cells, place, "text")
        if not words.strip():
            empty.append(number)
            continue
        marks = dict(_marks(cells, columns, order))
        if _cell(cells, place, "date") and "date" not in marks:
            undated.append(number)
        if len(words) == _EXCEL_CELL:
            cut.append(number)
        rows.append(Row(number, marks.get("account") or marks.get("title", ""), _write(marks, words)))
    text = sheet.columns[place["text"]]
    warnings = [
        *([f'{places("Row", empty)}: no text in "{text}"; left out.'] if empty else []),
        *([f'{places("Row", undated)}: no date that can be read in "{_head(sheet, place)}".'] if undated else []),
        *([f"{places('Row', cut)}: the text ends after 32,767 characters, where Excel cuts it."] if cut else []),
        *_unclear(order, sheet, place),
    ]
    return tuple(rows), tuple(warnings)


def safe_name(label: str) -> str:
    """A label as part of a file's name: no path, no control, at most sixty characters."""
    return fold(_UNSAFE.sub(" ", unicodedata.normalize("NFC", label)))[:_LONGEST_NAME].strip(" .")


def _head(sheet: Sheet, place: Mapping[str, int]) -> str:
    return sheet.columns[place["date"]]


def _unclear(order: DayOrder, sheet: Sheet, place: Mapping[str, int]) -> Iterator[str]:
    if order.seen and not order.certain:
        yield (
            f'The dates in "{_head(sheet, place)}" may be day first or month first; they were read month first '
            "(3/4/2026 as 4 March). Export them as 2026-03-04 to be sure."
        )


def _cell(cells: Sequence[Cell], place: Mapping[str, int], field: str) -> str:
    return to_text(cells[place[field]]) if field in place and place[field] < len(cells) else ""


def _marks(cells: Sequence[Cell], columns: Documents, order: DayOrder) -> Iterator[tuple[str, str]]:
    """What the row says of its document, in the order it is written."""
    place = columns.place
    for field in ("account", "title"):
        value = _cell(cells, place, field)
        # Scrapers leave what stands under a company's name in its cell: its rating, its followers.
        value = bare_company(fold(value.strip().split("\n")[0]))[0] if field == "account" else fold(value)
        if value and not is_unknown(value):
            yield field, value[:_LONGEST_MARK]
    if "date" in place and place["date"] < len(cells):
        day = to_date(cells[place["date"]], order)
        if day:
            yield "date", day.isoformat()
    stated = kind_named(_cell(cells, place, "kind"))
    if kind := stated or columns.kind:
        yield "kind", kind
    outcome = fold(_cell(cells, place, "outcome"))
    if outcome_in(outcome)[0]:
        yield "outcome", outcome[:_LONGEST_MARK]


def _write(marks: Mapping[str, str], words: str) -> str:
    """Front matter, always: without it a text that begins with a rule would be taken for some."""
    head = "".join(f"{field}: {value}\n" for field, value in marks.items())
    return f"---\n{head}---\n\n" + "\n".join(text_lines(_without_markdown(words))).strip("\n") + "\n"


def _without_markdown(words: str) -> str:
    """Scrapers of job boards turn HTML into Markdown, which sets marks around words and strokes before signs."""
    if not _STRONG.search(words):
        return words
    return _ESCAPED.sub(r"\1", _STRONG.sub(r"\1", words))
