"""docs/formats.md, made from the readers themselves: `make docs` writes it, and a test holds the two equal."""

from __future__ import annotations

import sys

from analyzer.reading.formats import FORMATS
from analyzer.reading.source import Shape
from analyzer.reading.tables.columns import columns_table

_HEAD = """# What can be read

Made by `make docs` from the readers; a test reads every example and holds this page equal to them. The content decides,
never the suffix: a WebVTT file named `.txt` is read as what it is. Files that are none of these are refused with a
sentence that says what to do. Zips of any of these are opened, and zips in them once.

The words of speech are taken as they stand; names, times and what a recorder adds are not part of the text.

| format | a file such as | what is taken |
|---|---|---|
"""
_TABLES = """
## Tables of accounts, contacts and deals

`icp accounts import FILE` knows these column headers (case and punctuation aside); the first of a list that the table
has is taken, every other column is kept as an attribute, and `--map COLUMN=FIELD` decides otherwise.

| field | headers |
|---|---|
"""


def shapes() -> tuple[Shape, ...]:
    """Every shape of every format, in the order in which formats are tried."""
    return tuple(shape for form in FORMATS for shape in form.shapes)


def write_manual() -> str:
    """The page as Markdown."""
    rows = "".join(f"| [{s.name}](#{_anchor(s.name)}) | `{s.file}` | {s.taken} |\n" for s in shapes())
    fields = "".join(f"| {field} | {', '.join(headers)} |\n" for field, headers in columns_table())
    return _HEAD + rows + _TABLES + fields + "\n## Examples\n" + "".join(map(_example, shapes()))


def _example(shape: Shape) -> str:
    shown = shape.example.strip("\ufeff").replace("\r\n", "\n").strip("\n")
    return f"\n### {shape.name}\n\n````text\n{shown}\n````\n"


def _anchor(name: str) -> str:
    """As GitHub makes anchors of headings."""
    return "".join("-" if c == " " else c for c in name.lower() if c.isalnum() or c in " -_")


if __name__ == "__main__":
    sys.stdout.write(write_manual())
