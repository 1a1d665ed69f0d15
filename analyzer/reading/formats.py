"""The table of formats, tried in order: the first whose sniff knows the content reads it. A new format adds its row."""

from __future__ import annotations

from analyzer.reading import exports
from analyzer.reading.captions import cues
from analyzer.reading.office import pages, pdf, word
from analyzer.reading.refusals import explain_refusal, is_no_text, is_table
from analyzer.reading.source import Format, Source
from analyzer.reading.tables import sheets
from analyzer.reading.text import plain

FORMATS: tuple[Format, ...] = (
    *pdf.FORMATS,
    *word.FORMATS,
    *cues.FORMATS,
    *exports.FORMATS,
    *sheets.FORMATS,
    *pages.FORMATS,
    *plain.FORMATS,  # anything that is text; must stay last
)


def find_format(source: Source) -> Format:
    """The format of the content, whatever its suffix says. Raises DocumentError with what to add instead."""
    for form in FORMATS:
        if form.sniff(source) and not (form in plain.FORMATS and (is_table(source) or is_no_text(source))):
            return form
    raise explain_refusal(source)
