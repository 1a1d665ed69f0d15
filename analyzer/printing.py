"""Rows on a terminal or in a file: table, JSON, JSON lines, CSV, Markdown. Words of documents are data in each."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

# Control characters, and the marks that reorder text on screen: kept in the store, shown as a visible sign.
_UNSHOWABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


_SHORT = 18
_PIPED_WIDTH = 160


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"


def showable(text: str) -> str:
    """Text as it may go to a screen."""
    return _UNSHOWABLE.sub("\ufffd", text)


def csv_cell(value: Any) -> str:
    """A cell no spreadsheet runs: text that begins like a formula gets an apostrophe; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def to_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([csv_cell(row.get(column)) for column in columns] for row in rows)
    return out.getvalue()


def plain_markdown(text: str) -> str:
    """Words of documents as plain text in Markdown: nothing in them is markup, and a line stays a line."""
    flat = showable(" ".join(text.split()))
    for mark in ("\\", "`", "*", "_", "[", "]", "<", ">", "#", "|"):
        flat = flat.replace(mark, "\\" + mark if mark not in "<>" else {"<": "&lt;", ">": "&gt;"}[mark])
    return flat


def to_markdown(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    def cell(value: Any) -> str:
        return plain_markdown(_text(value))

    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(cell(row.get(column)) for column in columns) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def print_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], form: Format, title: str = "") -> None:
    """Writes rows to stdout; every field in JSON, the named columns elsewhere."""
    if form == Format.JSON:
        sys.stdout.write(json.dumps(list(rows), indent=2, ensure_ascii=False) + "\n")
    elif form == Format.JSONL:
        sys.stdout.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    elif form == Format.CSV:
        sys.stdout.write(to_csv(rows, list(rows[0]) if rows else columns))
    elif form == Format.MD:
        sys.stdout.write(to_markdown(rows, columns))
    else:
        _print_table(rows, columns, title)


def _print_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], title: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows:
        sys.stdout.write(f"No {title or 'rows'}.\n")
        return
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for column in columns:
        longest = max(len(_text(row.get(column))) for row in rows)
        # Short columns stay on one line; the long ones share what is left.
        table.add_column(
            column, overflow="fold", no_wrap=longest <= _SHORT, ratio=None if longest <= _SHORT else longest
        )
    for row in rows:
        table.add_row(*(Text(showable(_text(row.get(column)))) for column in columns))
    console = Console() if sys.stdout.isatty() else Console(width=_PIPED_WIDTH)
    console.print(table)
    print(f"{len(rows)} {title}")


def counted(number: int, noun: str) -> str:
    """ "1 document", "2 documents"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
