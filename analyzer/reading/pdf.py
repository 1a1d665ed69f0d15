"""PDF text through pypdf, which has its owner here. A scan has no text and says so."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import replace

from analyzer.reading.plain import read_lines
from analyzer.reading.source import Format, Reading, Source

_PAGE_NUMBER = re.compile(
    r"\s*(?:[-–]\s*)?\d{1,4}(?:\s*[-–])?\s*|\s*page\s+\d{1,4}(?:\s+(?:of|/)\s+\d{1,4})?\s*", re.IGNORECASE
)
_HYPHEN_AT_END = re.compile(r"[^\W\d_]-$")


def sniff_pdf(source: Source) -> bool:
    """`%PDF-` within the first kilobyte, as readers accept it, but not when a text merely mentions it."""
    place = source.content[:1024].find(b"%PDF-")
    return place == 0 or (place > 0 and b"%%EOF" in source.content[-2048:])


def read_pdf(source: Source) -> Reading:
    pages, title = _pages(source)
    if not any(page.strip() for page in pages):
        raise source.refuse(
            f"is a PDF of {len(pages)} pages without text, a scan most likely.",
            "Run text recognition (OCR) over it, or export the text from where it came.",
        )
    empty = sum(not page.strip() for page in pages)
    lines: list[str] = []
    for page in pages:
        lines += _page_lines(page)
    reading = read_lines(source, lines, "pdf")
    marks = {"title": title, **reading.marks} if title else reading.marks
    missing = f"{empty} of {len(pages)} pages have no text (scanned?), so their words are missing."
    return replace(reading, marks=marks, warnings=(*reading.warnings, missing) if empty else reading.warnings)


def _pages(source: Source) -> tuple[list[str], str]:
    import pypdf
    from pypdf.errors import DependencyError, FileNotDecryptedError, WrongPasswordError

    # pypdf reports every repaired flaw on stderr; what matters is said in our own sentences.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(source.content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileNotDecryptedError("needs a password")
        title = str(reader.metadata.title or "") if reader.metadata else ""
        return [page.extract_text() or "" for page in reader.pages], "" if title.startswith("Microsoft") else title
    except (FileNotDecryptedError, WrongPasswordError, DependencyError) as error:
        raise source.refuse("is a PDF with a password.", "Save a copy without it, and add that.") from error
    except Exception as error:  # pypdf raises many kinds for a damaged file
        raise source.refuse("is a PDF that cannot be read.", "It may be damaged: save or export it again.") from error


def _page_lines(page: str) -> list[str]:
    """Lines without page numbers; a word divided at a line end is put together again, its hyphen kept."""
    lines = page.split("\n")
    if lines and _PAGE_NUMBER.fullmatch(lines[-1]):
        lines.pop()
    if lines and _PAGE_NUMBER.fullmatch(lines[0]):
        lines.pop(0)
    joined: list[str] = []
    for line in lines:
        if joined and _HYPHEN_AT_END.search(joined[-1].rstrip()) and line.strip()[:1].islower():
            joined[-1] = joined[-1].rstrip() + line.strip()
        else:
            joined.append(line)
    return joined


FORMATS = (Format("pdf", sniff_pdf, read_pdf),)
