"""The styles of the Word file, and how large it is set."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, sqrt
from typing import Any

from analyzer.icp.render.layout import Layout

FONT = "Calibri"
INK, SOFT, ACCENT, WARN, RULE = "1C2430", "5B6675", "1F5FA8", "9A3412", "D9DEE5"
STRENGTH_COLOURS = {"strong": "166534", "some": ACCENT, "thin": WARN}
# Found by laying out drafts of many lengths: letters of ROOM / sqrt(size) points fill an A4 page in Calibri.
ROOM = 745
SMALLEST, LARGEST, RUNNING_ON = 6.0, 10.5, 8.5


def size_of(page: Layout) -> float:
    """Points, in halves as Word counts them, that fit the draft on one page; a longer one runs on, readable."""
    fitting = floor(2 * ROOM / sqrt(max(1, page.size))) / 2
    return min(LARGEST, fitting) if fitting >= SMALLEST else RUNNING_ON


@dataclass(frozen=True, slots=True)
class Look:
    """How the paragraphs of a style are set; lengths in points. ``hanging`` moves the first line to the left."""

    points: float
    colour: str = INK
    is_bold: bool = False
    before: float = 0
    after: float = 0
    indent: float = 0
    hanging: float = 0


def set_styles(document: Any, size: float) -> None:
    """Sets Word's own styles for a page in letters of ``size`` points, and adds the three that it does not have."""
    from docx.enum.style import WD_STYLE_TYPE

    styles = document.styles
    for name, base in (("Banner", "Normal"), ("Line Note", "List Bullet"), ("Evidence Source", "Normal")):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles[base]
    looks = {
        "Normal": Look(size),
        "Title": Look(size * 1.9, is_bold=True, after=size * 0.2),
        "Subtitle": Look(size, SOFT, after=size * 0.5),
        "Banner": Look(size * 1.2, WARN, is_bold=True, after=size * 0.4),
        "Heading 1": Look(size * 1.15, ACCENT, is_bold=True, before=size * 0.7, after=size * 0.2),
        "Heading 2": Look(11, ACCENT, is_bold=True, before=10, after=3),
        "List Bullet": Look(size, after=size * 0.2, indent=size, hanging=size),
        "Line Note": Look(size * 0.92, SOFT, after=size * 0.2, indent=size * 1.9),
        "Intense Quote": Look(size * 1.25, is_bold=True, after=size * 0.4),
        "Quote": Look(9.5, before=4, indent=8),
        "Evidence Source": Look(8.5, SOFT, after=2, indent=8),
        "Header": Look(8, SOFT),
        "Footer": Look(8, SOFT),
    }
    for name, look in looks.items():
        _set_style(styles[name], look)
    # A note has the place of a bullet's second line and no bullet of its own.
    styles["Line Note"].element.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = 0
    styles["Quote"].paragraph_format.keep_with_next = True


def _set_style(style: Any, look: Look) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size = FONT, Pt(round(look.points * 2) / 2)
    style.font.color.rgb = RGBColor.from_string(look.colour)
    style.font.bold, style.font.italic = look.is_bold, False
    fonts = style.element.rPr.rFonts
    for attribute in [a for a in fonts.attrib if a.endswith("Theme")]:
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    form = style.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(look.before), Pt(look.after), 1.0
    form.left_indent, form.right_indent, form.first_line_indent = Pt(look.indent), Pt(0), Pt(-look.hanging)
    # The template draws a line under a title and spaces its letters out.
    for parent, part in ((style.element.pPr, "w:pBdr"), (style.element.rPr, "w:spacing")):
        for found in parent.findall(qn(part)):
            parent.remove(found)
