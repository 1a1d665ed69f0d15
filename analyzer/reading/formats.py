"""The table of formats, tried in order: the first whose sniff knows the content reads it. A new format adds its row."""

from __future__ import annotations

from analyzer.reading import cues, exports, pages, pdf, plain, word
from analyzer.reading.source import Format, Source

FORMATS: tuple[Format, ...] = (
    *pdf.FORMATS,
    *word.FORMATS,
    *cues.FORMATS,
    *exports.FORMATS,
    *pages.FORMATS,
    *plain.FORMATS,  # anything that is text; must stay last
)

# What people add by mistake, by the bytes it begins with, and what to add instead.
_REFUSED = (
    (b"\xd0\xcf\x11\xe0", "is an old Word or Office file.", "Save it as .docx or as text, and add that."),
    (b"{\\rtf", "is a rich text file (RTF).", "Save it as .docx or as text, and add that."),
    (b"PK\x03\x04", "is a package (zip, spreadsheet or slides), not a document.",
     "Add zips with `icp add`, tables with `icp accounts import`, and slides as PDF."),
    (b"\x89PNG", "is a picture.", "Run text recognition (OCR) over it, and add the text."),
    (b"\xff\xd8\xff", "is a picture.", "Run text recognition (OCR) over it, and add the text."),
    (b"GIF8", "is a picture.", "Run text recognition (OCR) over it, and add the text."),
    (b"ID3", "is a sound recording.", "Have it transcribed, and add the transcript."),
    (b"RIFF", "is a recording.", "Have it transcribed, and add the transcript."),
    (b"OggS", "is a recording.", "Have it transcribed, and add the transcript."),
    (b"fLaC", "is a sound recording.", "Have it transcribed, and add the transcript."),
    (b"\x1a\x45\xdf\xa3", "is a recording.", "Have it transcribed, and add the transcript."),
    (b"\x1f\x8b", "is a compressed file (gzip).", "Unpack it, and add what it holds."),
    (b"7z\xbc\xaf", "is a compressed file (7z).", "Unpack it, and add what it holds."),
    (b"Rar!", "is a compressed file (RAR).", "Unpack it, and add what it holds."),
)  # fmt: skip


def find_format(source: Source) -> Format:
    """The format of the content, whatever its suffix says. Raises DocumentError with what to add instead."""
    if source.name.lower().endswith((".csv", ".tsv", ".xlsx")):
        raise source.refuse("is a table.", "Import accounts and deals with `icp accounts import`.")
    for form in FORMATS:
        if form.sniff(source) and not (form in plain.FORMATS and _is_mistake(source)):
            return form
    for magic, problem, remedy in _REFUSED:
        if source.content.startswith(magic):
            raise source.refuse(problem, remedy)
    if source.content[4:8] == b"ftyp":
        raise source.refuse("is a recording.", "Have it transcribed, and add the transcript.")
    raise source.refuse(
        "is not text, and not a format we can read.",
        "Add a transcript as VTT, SRT, DOCX, PDF, JSON, HTML, Markdown or text.",
    )


def _is_mistake(source: Source) -> bool:
    """Bytes that decode as text and are none: RTF, and short binary files. Text may well begin with "ID3" or "RIFF"."""
    magics = [magic for magic, _, _ in _REFUSED if not magic.isalnum()]
    return source.content.startswith(tuple(magics))
