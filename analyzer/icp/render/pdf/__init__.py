"""The draft as a PDF: the page first, then its evidence, with bookmarks and links from a line to the words it rests on.

Drawn with ReportLab (BSD licence; pure Python). DejaVu Sans Condensed lies in ``fonts`` with its licence and is
embedded: Latin, Greek and Cyrillic with all their marks. A character that it lacks, or that runs from right to left,
stands as a visible box, and the page says how many do.
"""

from __future__ import annotations

import io
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from analyzer.icp.render.layout import SHOWN_IDS, Block, Citation, Entry, Layout, Page, lay_out
from analyzer.icp.render.pdf.flowables import (
    ACCENT,
    ACROSS,
    BODY,
    BOX,
    COLUMN,
    FOOT,
    GUTTER,
    HEIGHT,
    INK,
    MARGIN,
    SOFT,
    WARN,
    WIDTH,
    Look,
    flat,
    heading,
    height_of,
    is_drawable,
    leading,
    marked,
    paragraph,
    register_fonts,
    shown,
    space,
)

STRENGTH_COLOURS = {"strong": "#166534", "some": ACCENT, "thin": WARN}
# The largest that holds the draft on one page; where even the smallest does not, it runs on at a readable size.
SIZES = tuple(5.75 + step / 4 for step in range(16))
RUNNING_ON = 8.0
# No size is tried for a draft of more room than this (``Layout.size``).
LONGEST = 40_000
APPENDIX_SIZE = 8.0


def render_pdf(draft: Page) -> bytes:
    """The file; the same draft gives the same bytes."""
    register_fonts()
    return _Writer(lay_out(draft)).write()


class _Writer:
    """Draws one layout. ``lost`` counts the characters that stand as a box."""

    def __init__(self, page: Layout) -> None:
        self.page = page
        self.lost = sum(not is_drawable(c) for words in _words_of(page) for c in flat(words))
        ids = [c.id for group in page.groups for c in group.citations]
        self.anchors = {finding_id: f"evidence-{number}" for number, finding_id in enumerate(ids, 1)}

    def write(self) -> bytes:
        from reportlab.platypus import BaseDocTemplate, FrameBreak, NextPageTemplate, PageBreak

        head, body, height = self._fitted()
        out = io.BytesIO()
        made = BaseDocTemplate(
            out,
            pagesize=(WIDTH, HEIGHT),
            title=shown(self.page.title)[:255],
            subject=shown(self.page.version)[:255],
            author="",
            creator="icp-analyzer",
            lang="en",
            invariant=1,
        )
        made.addPageTemplates(self._templates(height_of(head), height))
        made.afterFlowable = lambda flowable: _bookmark(made, flowable)
        evidence = self._evidence()
        story = [NextPageTemplate("running on"), *head, *([FrameBreak()] if head else []), *body]
        story += [PageBreak(), *evidence] if evidence else []
        made.build(story, canvasmaker=_canvas_of(self.page.made_at))
        return out.getvalue()

    # ------------------------------------------------------------------------------------------------------------- fit

    def _fitted(self) -> tuple[list[Any], list[Any], float]:
        """What stands over the columns, what stands in them and how high they are, in the largest size that fits.

        The size is chosen from the heights of the paragraphs, before anything is drawn.
        """
        if self.page.size > LONGEST:
            return self._running_on()
        fitting = bisect_left(SIZES, True, key=lambda size: self._set(size) is None)
        if fitting and (made := self._set(SIZES[fitting - 1])):
            return made
        return self._running_on()

    def _running_on(self) -> tuple[list[Any], list[Any], float]:
        head, body = self._head(RUNNING_ON), self._body(RUNNING_ON)
        if height_of(head) > HEIGHT / 2:
            return [], [*head, *body], HEIGHT - MARGIN - FOOT
        return head, body, HEIGHT - MARGIN - FOOT - height_of(head)

    def _set(self, size: float) -> tuple[list[Any], list[Any], float] | None:
        """The page in this size, None when it does not fit."""
        head, body = self._head(size), self._body(size)
        # A column may end a few lines early, since a heading goes with what follows it.
        height = height_of(body, COLUMN) / 2 + 5 * leading(size)
        room = HEIGHT - MARGIN - FOOT - height_of(head)
        return (head, body, height) if height <= room else None

    def _templates(self, head: float, height: float) -> list[Any]:
        """The first page, with a head over its columns unless ``head`` is nothing high, and the pages after it."""
        from reportlab.platypus import Frame, PageTemplate

        bare = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
        top = HEIGHT - MARGIN - head
        lefts = (MARGIN, MARGIN + COLUMN + GUTTER)
        first = [Frame(MARGIN, top, ACROSS, head, **bare)] if head else []
        first += [Frame(left, top - height, COLUMN, height, **bare) for left in lefts]
        later = [Frame(left, FOOT, COLUMN, HEIGHT - MARGIN - FOOT, **bare) for left in lefts]
        return [
            PageTemplate("first", first, onPage=self._draw_edges),
            PageTemplate("running on", later, onPage=self._draw_edges),
        ]

    def _draw_edges(self, canvas: Any, _document: Any) -> None:
        """The foot of a page; the first one is the first bookmark."""
        if canvas.getPageNumber() == 1:
            canvas.bookmarkPage("draft")
            canvas.addOutlineEntry("Draft", "draft", 0)
        canvas.saveState()
        canvas.setFont(BODY, 6.5)
        canvas.setFillColor(SOFT)
        title = shown(self.page.title)
        canvas.drawString(MARGIN, 18, title if len(title) <= 90 else title[:90] + " …")
        canvas.drawRightString(WIDTH - MARGIN, 18, f"{shown(self.page.version)}, page {canvas.getPageNumber()}")
        canvas.restoreState()

    # ------------------------------------------------------------------------------------------------------------ page

    def _head(self, size: float) -> list[Any]:
        page, small = self.page, size * 0.92
        story = [
            paragraph(marked(page.title), Look(size * 1.8, is_bold=True, after=2)),
            paragraph(marked(f"{page.version}. {page.basis}"), Look(small, SOFT, after=5)),
        ]
        if page.banner:
            look = Look(size * 1.1, WARN, is_bold=True, before=3, after=7, indent=4, is_boxed=True)
            story.append(paragraph(marked(page.banner), look))
        story.append(paragraph(marked(page.definition.statement), Look(size * 1.2, is_bold=True, after=2)))
        if support := self._support(page.definition):
            story.append(paragraph(support, Look(small, SOFT, after=1)))
        story += self._notes(page.definition, size)
        if page.legend:
            story.append(paragraph(marked(page.legend), Look(size * 0.85, SOFT, after=1)))
        if self.lost:
            story.append(paragraph(marked(self._about_lost()), Look(size * 0.85, WARN, after=1)))
        return [*story, space(size * 0.6)]

    def _about_lost(self) -> str:
        return (
            f"Characters that stand as {BOX} in this file: {self.lost}. Its font has no Chinese, Japanese, Korean or "
            "emoji, and it shows nothing that is written from right to left; the other formats do."
        )

    def _body(self, size: float) -> list[Any]:
        return [f for number, block in enumerate(self.page.blocks) for f in self._block(block, size, number)]

    def _block(self, block: Block, size: float, number: int) -> list[Any]:
        from reportlab.platypus import CondPageBreak

        look = Look(size * 1.08, ACCENT, is_bold=True, before=size * 0.6, after=size * 0.1)
        story = [CondPageBreak(4 * leading(size)), *heading(block.heading, look, f"section-{number}")]
        if block.shared:
            story.append(paragraph(marked(block.shared), Look(size * 0.9, SOFT, after=size * 0.2)))
        for entry in block.entries:
            support = self._support(entry)
            small = f' <font color="{SOFT}" size="{size * 0.9:g}">'
            dash = "— " if entry.rests_on else ""
            said = marked(entry.statement) + (f"{small}{dash}{support}</font>" if support else "")
            story.append(paragraph(said, Look(size, after=size * 0.28, indent=size * 1.1, is_bullet=True)))
            story += self._notes(entry, size)
        return story

    def _support(self, entry: Entry) -> str:
        parts = [marked(entry.support)] if entry.support else []
        if entry.strength:
            colour = STRENGTH_COLOURS.get(entry.strength, INK)
            parts.append(f'<font color="{colour}"><b>{marked(entry.strength)}</b></font>')
        named = self._ids(entry.ids) if entry.ids else marked(entry.source)
        return " ".join(part for part in ("; ".join(parts), f"[{named}]" if named else "") if part)

    def _notes(self, entry: Entry, size: float) -> list[Any]:
        look = Look(size * 0.92, SOFT, after=size * 0.25, indent=size * 1.8)
        made = []
        for note in entry.notes:
            named = f"[{self._ids(note.ids)}]" if note.ids else ""
            lead = f'<font color="{WARN}"><b>{note.lead}:</b></font>'
            made.append(paragraph(" ".join(part for part in (lead, marked(note.words), named) if part), look))
        return made

    def _ids(self, ids: Sequence[str]) -> str:
        """The first ids and how many more, each a link to its words; the last leads to the first that is not named."""
        named = [self._linked(marked(i), i) for i in ids[:SHOWN_IDS]]
        if len(ids) > SHOWN_IDS:
            named.append(self._linked(f"+{len(ids) - SHOWN_IDS}", ids[SHOWN_IDS]))
        return ", ".join(named)

    def _linked(self, markup: str, finding_id: str) -> str:
        anchor = self.anchors.get(finding_id)
        return f'<a href="#{anchor}" color="{ACCENT}">{markup}</a>' if anchor else markup

    # -------------------------------------------------------------------------------------------------------- appendix

    def _evidence(self) -> list[Any]:
        if not self.page.groups:
            return []
        story = heading("Evidence", Look(14, is_bold=True, after=4, keeps=True), "evidence", level=0)
        for number, group in enumerate(self.page.groups):
            look = Look(9, ACCENT, is_bold=True, before=6, after=1, keeps=True)
            story += heading(group.heading, look, f"evidence-of-{number}")
            for citation in group.citations:
                story += self._citation(citation)
        return story

    def _citation(self, citation: Citation) -> list[Any]:
        anchor = f'<a name="{self.anchors[citation.id]}"/>'
        about = " · ".join(map(marked, citation.about))
        small = APPENDIX_SIZE * 0.85
        return [
            paragraph(f"{anchor}“{marked(citation.quote)}”", Look(APPENDIX_SIZE, after=1, keeps=True)),
            paragraph(f"{about} · <b>{marked(citation.id)}</b>", Look(small, SOFT, after=5, indent=6)),
        ]


def _words_of(page: Layout) -> Iterator[str]:
    """All words of the page that are not our own."""
    yield page.title
    yield page.basis
    for entry in (page.definition, *(entry for block in page.blocks for entry in block.entries)):
        yield from (
            entry.statement,
            entry.support,
            entry.source,
            entry.refuted_by,
            *(said for _, said in entry.against),
        )
    for block in page.blocks:
        yield from (block.heading, block.shared)
    for citation in (c for group in page.groups for c in group.citations):
        yield from (citation.quote, citation.who, citation.where)


def _bookmark(made: Any, flowable: Any) -> None:
    level, key, title = getattr(flowable, "bookmark", (0, "", ""))
    if key:
        made.canv.bookmarkPage(key, fit="XYZ", top=made.frame._y + 20)
        made.canv.addOutlineEntry(title, key, level)


def _canvas_of(made_at: datetime) -> Callable[..., Any]:
    """Makes canvases that bear the moment of the draft and not of the drawing."""

    def make(*arguments: Any, **options: Any) -> Any:
        from reportlab.pdfgen.canvas import Canvas

        canvas = Canvas(*arguments, **options)
        stamp = canvas._doc._timeStamp
        stamp.t, stamp.lt, stamp.tzname = made_at.timestamp(), tuple(made_at.timetuple()), "UTC"
        stamp.YMDhms, stamp.dhh, stamp.dmm = stamp.lt[:6], 0, 0
        return canvas

    return make
