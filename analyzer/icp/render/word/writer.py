"""What stands in the Word file, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analyzer.icp.render.layout import SHOWN_IDS, Block, Entry, Group, Layout
from analyzer.icp.render.word.marks import (
    add_bookmark,
    add_field,
    drop_column,
    element,
    enclose,
    rule_rows,
    set_widths,
    shown,
)
from analyzer.icp.render.word.styles import INK, RULE, SOFT, STRENGTH_COLOURS, WARN

# Millimetres of the statement and of what it rests on, within a column of the page.
TABLE_WIDTHS = (54, 36)


class Writer:
    """Writes one layout into one empty document whose styles are set for letters of ``size`` points."""

    def __init__(self, document: Any, page: Layout, size: float) -> None:
        self.document, self.page, self.size = document, page, size
        ids = [c.id for group in page.groups for c in group.citations]
        self.numbers = {finding_id: number for number, finding_id in enumerate(ids, 1)}

    # ------------------------------------------------------------------------------------------------------------ page

    def write_page(self) -> None:
        """The draft: a head over the whole width, then its sections in two columns."""
        from docx.enum.section import WD_SECTION

        page = self.page
        self._set_paper(self.document.sections[0], columns=1)
        self._write_edges(self.document.sections[0])
        self.document.add_paragraph(shown(page.title), "Title")
        self.document.add_paragraph(f"{shown(page.version)}. {shown(page.basis)}", "Subtitle")
        if page.banner:
            self.document.add_paragraph(page.banner, "Banner")
        self._write_entry(page.definition, "Intense Quote")
        self._set_paper(self.document.add_section(WD_SECTION.CONTINUOUS), columns=2)
        for block in page.blocks:
            self._write_block(block)
        self._set_paper(self.document.add_section(WD_SECTION.CONTINUOUS), columns=1)
        if page.legend:
            self.document.add_paragraph(page.legend, "Subtitle")

    def _write_block(self, block: Block) -> None:
        self.document.add_paragraph(shown(block.heading), "Heading 1")
        if block.shared:
            self.document.add_paragraph(shown(block.shared), "Subtitle").paragraph_format.keep_with_next = True
        if block.is_table and block.entries:
            self._write_table(block.entries)
            return
        for entry in block.entries:
            self._write_entry(entry, "List Bullet")

    def _write_entry(self, entry: Entry, style: str) -> None:
        paragraph = self.document.add_paragraph(shown(entry.statement), style)
        self._add_support(paragraph, entry, lead=" — ")
        for note in entry.notes:
            under = self.document.add_paragraph(style="Line Note")
            self._run(under, f"{note.lead}: ", WARN, bold=True)
            self._run(under, shown(note.words) + (" " if note.words and note.ids else ""), SOFT)
            self._add_ids(under, note.ids)

    def _write_table(self, entries: Sequence[Entry]) -> None:
        """A row a line: the statement, and what it rests on where any of them says so."""
        table = self.document.add_table(rows=0, cols=2)
        table.style = "Table Grid"
        rule_rows(table, RULE)
        for entry in entries:
            statement, support = table.add_row().cells
            statement.paragraphs[0].add_run(shown(entry.statement))
            self._add_support(support.paragraphs[0], entry, lead="")
            for note in entry.notes:
                under = support.add_paragraph(style="Normal")
                self._run(under, f"{note.lead}: {shown(note.words)} ", SOFT)
                self._add_ids(under, note.ids)
        widths: tuple[int, ...] = TABLE_WIDTHS
        if not any(e.rests_on or e.source or e.cited or e.refuted_by for e in entries):
            drop_column(table, 1)
            widths = (sum(TABLE_WIDTHS),)
        set_widths(table, widths)

    def _add_support(self, paragraph: Any, entry: Entry, lead: str) -> None:
        if entry.rests_on:
            between = "; " if entry.support and entry.strength else ""
            self._run(paragraph, lead + shown(entry.support) + between, SOFT)
            self._run(paragraph, shown(entry.strength), STRENGTH_COLOURS.get(entry.strength, INK), bold=True)
        if entry.source:
            self._run(paragraph, f" [{shown(entry.source)}]", SOFT)
        if entry.ids:
            self._run(paragraph, " ", SOFT)
            self._add_ids(paragraph, entry.ids)

    def _run(self, paragraph: Any, text: str, colour: str, bold: bool = False) -> Any:
        from docx.shared import Pt, RGBColor

        run = paragraph.add_run(text)
        run.font.color.rgb, run.font.bold = RGBColor.from_string(colour), bold
        if paragraph.style.name in ("List Bullet", "Intense Quote"):
            run.font.size = Pt(round(self.size * 0.92 * 2) / 2)
        return run

    def _add_ids(self, paragraph: Any, ids: Sequence[str]) -> None:
        """The ids in brackets, each a link to its words in the appendix."""
        if not ids:
            return
        self._run(paragraph, "[", SOFT)
        for place, finding_id in enumerate(ids[:SHOWN_IDS]):
            self._run(paragraph, ", " if place else "", SOFT)
            run = self._run(paragraph, shown(finding_id), SOFT)
            if finding_id in self.numbers:
                enclose(run, element("w:hyperlink", anchor=_anchor(self.numbers[finding_id])))
        more = f", +{len(ids) - SHOWN_IDS}" if len(ids) > SHOWN_IDS else ""
        self._run(paragraph, f"{more}]", SOFT)

    # -------------------------------------------------------------------------------------------------------- appendix

    def write_appendix(self) -> None:
        """The evidence, on pages of its own; nothing when there is none."""
        from docx.enum.section import WD_SECTION

        if not self.page.groups:
            return
        self._set_paper(self.document.add_section(WD_SECTION.NEW_PAGE), columns=1)
        self.document.add_paragraph("Evidence", "Title")
        for group in self.page.groups:
            self._write_group(group)

    def _write_group(self, group: Group) -> None:
        self.document.add_paragraph(shown(group.heading), "Heading 2")
        for citation in group.citations:
            quote = self.document.add_paragraph(f"“{shown(citation.quote)}”", "Quote")
            number = self.numbers[citation.id]
            add_bookmark(quote, _anchor(number), number)
            about = " · ".join(map(shown, (*citation.about, citation.id)))
            self.document.add_paragraph(about, "Evidence Source")

    # ----------------------------------------------------------------------------------------------------------- paper

    def _set_paper(self, section: Any, columns: int) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Mm

        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(12)
        section.top_margin, section.bottom_margin = Mm(14), Mm(13)
        section.header_distance, section.footer_distance = Mm(6), Mm(6)
        kept = section._sectPr.find(qn("w:cols"))
        kept.set(qn("w:num"), str(columns))
        kept.set(qn("w:space"), "300")

    def _write_edges(self, section: Any) -> None:
        """Header and footer; the sections after the first take them over."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
        header.text = f"{shown(self.page.title)}, {shown(self.page.version)}"
        header.alignment = footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        footer.add_run("Page ")
        add_field(footer, "PAGE")
        footer.add_run(" of ")
        add_field(footer, "NUMPAGES")


def _anchor(number: int) -> str:
    return f"evidence_{number}"
