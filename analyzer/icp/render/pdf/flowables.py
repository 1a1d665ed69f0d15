"""Paragraphs of the PDF: its fonts, how words are made fit for them, and how a paragraph is set."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from analyzer.printing import showable

FONTS = Path(__file__).parent.parent / "fonts"
BODY, BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
BOX = "\u25a1"
INK, SOFT, ACCENT, WARN, RULE = "#1c2430", "#5b6675", "#1f5fa8", "#9a3412", "#d9dee5"
# A4 in points.
WIDTH, HEIGHT = 595.28, 841.89
MARGIN, FOOT, GUTTER = 28.0, 34.0, 14.0
ACROSS = WIDTH - 2 * MARGIN
COLUMN = (ACROSS - GUTTER) / 2


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph is set; lengths in points. ``keeps`` holds it together with the next one."""

    size: float
    colour: str = INK
    is_bold: bool = False
    before: float = 0
    after: float = 0
    indent: float = 0
    is_bullet: bool = False
    is_boxed: bool = False
    keeps: bool = False


@cache
def register_fonts() -> frozenset[int]:
    """Makes the fonts known and gives the code points they have."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    fonts = [TTFont(name, str(FONTS / f"{name}.ttf")) for name in (BODY, BOLD)]
    for font in fonts:
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(BODY, normal=BODY, bold=BOLD, italic=BODY, boldItalic=BOLD)
    return frozenset(fonts[0].face.charToGlyph) & frozenset(fonts[1].face.charToGlyph)


def is_drawable(character: str) -> bool:
    return ord(character) in register_fonts() and unicodedata.bidirectional(character) not in ("R", "AL", "AN")


def flat(text: str) -> str:
    # Composed, since the font has a sign for "Å" and none for a ring that stands alone.
    return unicodedata.normalize("NFC", showable(" ".join(text.split())))


def shown(text: str) -> str:
    return "".join(c if is_drawable(c) else BOX for c in flat(text))


def marked(text: str) -> str:
    """Words as a paragraph takes them: nothing in them is markup."""
    return escape(shown(text))


def leading(size: float) -> float:
    return size * 1.22


def height_of(story: Sequence[Any], width: float = ACROSS) -> float:
    """At the most; where two paragraphs meet only the larger of their spaces is kept."""
    return float(sum(f.wrap(width, HEIGHT)[1] + f.getSpaceBefore() + f.getSpaceAfter() for f in story))


def space(height: float) -> Any:
    from reportlab.platypus import Spacer

    return Spacer(1, height)


def heading(text: str, look: Look, key: str, level: int = 1) -> list[Any]:
    """A heading over a rule, with its bookmark."""
    from reportlab.platypus import HRFlowable

    title = paragraph(marked(text), look)
    title.bookmark = (level, key, shown(text)[:200])
    rule = HRFlowable("100%", 0.5, color=RULE, spaceBefore=0, spaceAfter=look.size * 0.3)
    rule.keepWithNext = look.keeps
    return [title, rule]


def paragraph(markup: str, look: Look) -> Any:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "own",
        fontName=BOLD if look.is_bold else BODY,
        fontSize=look.size,
        leading=leading(look.size),
        textColor=look.colour,
        spaceBefore=look.before,
        spaceAfter=look.after,
        leftIndent=look.indent,
        bulletFontName=BODY,
        bulletFontSize=look.size,
        bulletIndent=look.size * 0.2,
        keepWithNext=look.keeps,
        splitLongWords=1,
        borderColor=look.colour if look.is_boxed else None,
        borderWidth=0.6 if look.is_boxed else 0,
        borderPadding=3 if look.is_boxed else 0,
    )
    return Paragraph(markup, style, bulletText="•" if look.is_bullet else None)
