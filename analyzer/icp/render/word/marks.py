"""Marks of a Word file that its library has no call for: fields, bookmarks, links within the file, table lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from analyzer.printing import showable

# XML can hold none of these, and they are not among what ``showable`` replaces.
_NOT_XML = re.compile("[\ufffe\uffff]")


def shown(text: str) -> str:
    """Words as one line; what Word cannot hold stands as a visible sign."""
    return _NOT_XML.sub("\ufffd", showable(" ".join(text.split())))


def element(name: str, /, **attributes: str) -> Any:
    """An element such as ``w:hyperlink`` with attributes of the same namespace."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(name)
    for attribute, value in attributes.items():
        made.set(qn(f"w:{attribute}"), value)
    return made


def enclose(run: Any, outer: Any) -> None:
    """Puts a run into a link or a field."""
    run._r.addprevious(outer)
    outer.append(run._r)


def add_field(paragraph: Any, code: str) -> None:
    """A field that Word fills, such as PAGE."""
    enclose(paragraph.add_run("1"), element("w:fldSimple", instr=code))


def add_bookmark(paragraph: Any, name: str, number: int) -> None:
    """Makes the paragraph one that links can lead to; ``number`` is its own within the file."""
    paragraph.runs[0]._r.addprevious(element("w:bookmarkStart", id=str(number), name=name))
    paragraph._p.append(element("w:bookmarkEnd", id=str(number)))


def rule_rows(table: Any, colour: str) -> None:
    """Thin lines between the rows and none at the sides."""
    from docx.oxml.ns import qn

    borders = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        is_drawn = side in ("top", "bottom", "insideH")
        borders.append(element(f"w:{side}", val="single" if is_drawn else "nil", sz="4", space="0", color=colour))
    # The order of these elements is part of the format.
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(borders)


def drop_column(table: Any, column: int) -> None:
    for row in table.rows:
        row._tr.remove(row.cells[column]._tc)
    grid = table._tbl.tblGrid
    grid.remove(grid.gridCol_lst[column])


def set_widths(table: Any, widths: Sequence[int]) -> None:
    """Makes the columns so many millimetres wide."""
    from docx.shared import Mm

    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
