"""PDF text through pypdf, which has its owner here. A scan has no text and says so; so does a page that fails.

What a hostile file can cost is bounded: pypdf limits what it unpacks; the limits on pages and on the whole stand here.
"""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analyzer.reading.office.printed_pages import running_lines
from analyzer.reading.source import Format, Reading, Shape, Source
from analyzer.reading.text.plain import read_lines

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PAGES = 5_000
# A page has a few thousand drawing steps; five thousand pages take some fifteen seconds.
_MAX_STEPS = 200_000
_MAX_SECONDS, _MAX_PAGE_SECONDS = 240.0, 20.0
_MAX_STREAM_BYTES = 20_000_000
_NO_LETTERS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
_SOFTWARE_TITLE = re.compile(
    r"microsoft (?:word|powerpoint|excel)\b.*|untitled.*|\S+\.(?:docx?|indd|pages|pdf)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Pages:
    """``texts`` has an empty string for a page in ``failed`` (numbers from 1). ``title`` is what the file states."""

    texts: tuple[str, ...]
    failed: tuple[int, ...] = ()
    title: str = ""


class _TooMuchError(Exception):
    """A page takes more steps, or the file more time, than any that people make."""


def sniff_pdf(source: Source) -> bool:
    """`%PDF-` within the first kilobyte, as readers accept it, but not when a text merely mentions it."""
    place = source.content[:1024].find(b"%PDF-")
    return place == 0 or (place > 0 and b"%%EOF" in source.content[-2048:])


def read_pdf(source: Source) -> Reading:
    pages = _read_pages(source)
    empty = [n for n, text in enumerate(pages.texts, 1) if not text.strip() and n not in pages.failed]
    _refuse_without_text(source, pages)
    reading = read_lines(source, running_lines(pages.texts), "pdf")
    marks = {"title": pages.title, **reading.marks} if pages.title else reading.marks
    warnings = list(reading.warnings)
    if empty:
        warnings.append(f"{_said(empty)} no text (scanned?), so the words there are missing.")
    if pages.failed:
        warnings.append(
            f"{_said(pages.failed)} damage that keeps us from reading them, so the words there are missing."
        )
    return replace(reading, marks=marks, warnings=tuple(warnings))


def _said(pages: Sequence[int]) -> str:
    """ "Page 3 has" or "Pages 1-3 and 7 have"."""
    if len(pages) == 1:
        return f"Page {pages[0]} has"
    runs: list[list[int]] = []
    for number in pages:
        if runs and runs[-1][-1] == number - 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    named = ["-".join(map(str, run)) for run in runs]
    if len(named) > 20:
        named = [*named[:20], f"{len(named) - 20} more places"]
    return f"Pages {', '.join(named[:-1])} and {named[-1]} have" if len(named) > 1 else f"Pages {named[0]} have"


def _refuse_without_text(source: Source, pages: _Pages) -> None:
    letters = "".join(pages.texts)
    if not letters.strip():
        if len(pages.failed) == len(pages.texts):
            raise source.refuse("is a PDF that cannot be read.", "It may be damaged: save or export it again.")
        count = f"{len(pages.texts)} page{'s' * (len(pages.texts) != 1)}"
        raise source.refuse(
            f"is a PDF of {count} without text, a scan most likely.",
            "Run text recognition (OCR) over it, or export the text from where it came.",
        )
    if len(_NO_LETTERS.findall(letters)) > 0.3 * len(letters):
        raise source.refuse(
            "is a PDF whose fonts do not say which letters they draw.",
            "Run text recognition (OCR) over it, or export the text from where it came.",
        )


def _read_pages(source: Source) -> _Pages:
    import pypdf
    from pypdf.errors import DependencyError, FileNotDecryptedError, WrongPasswordError

    # pypdf reports every repaired flaw on stderr; what matters is said in our own sentences.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        with pypdf.apply_configuration(
            zlib_maximum_output_length=_MAX_STREAM_BYTES,
            lzw_maximum_output_length=_MAX_STREAM_BYTES,
            run_length_maximum_output_length=_MAX_STREAM_BYTES,
            stream_parsing_work_maximum_count=1_000_000,
            xform_maximum_invocations_per_extraction=500,
        ):
            reader = pypdf.PdfReader(io.BytesIO(source.content))
            if reader.is_encrypted and not reader.decrypt(""):
                raise FileNotDecryptedError("needs a password")
            count = len(reader.pages)
            pages = _extract(reader) if 0 < count <= MAX_PAGES else None
    except DependencyError as error:
        raise source.refuse("is an encrypted PDF.", "Print it to a new PDF, and add that.") from error
    except (FileNotDecryptedError, WrongPasswordError) as error:
        raise source.refuse("is a PDF with a password.", "Save a copy without it, and add that.") from error
    except Exception as error:  # pypdf raises many kinds for a damaged file
        raise source.refuse("is a PDF that cannot be read.", "It may be damaged: save or export it again.") from error
    if pages is None:
        problem = f"has {count:,} pages, more than {MAX_PAGES:,}." if count else "is a PDF without pages."
        raise source.refuse(problem, "Divide it." if count else "It may be damaged: save or export it again.")
    return pages


def _extract(reader: PdfReader) -> _Pages:
    texts: list[str] = []
    failed: list[int] = []
    end = time.monotonic() + _MAX_SECONDS
    for number, page in enumerate(reader.pages, 1):
        try:
            texts.append(_text(page, end))
        except Exception:  # noqa: BLE001 - a damaged page must not cost the others
            texts.append("")
            failed.append(number)
    return _Pages(tuple(texts), tuple(failed), _title(reader))


def _text(page: PageObject, end: float) -> str:
    steps = 0
    end = min(end, time.monotonic() + _MAX_PAGE_SECONDS)

    def count(*_step: Any) -> None:
        nonlocal steps
        steps += 1
        if steps > _MAX_STEPS or time.monotonic() > end:
            raise _TooMuchError

    count()
    return page.extract_text(visitor_operand_before=count) or ""


def _title(reader: PdfReader) -> str:
    """The title the file states, unless it is the name of the program or file it was made with."""
    try:
        title = " ".join(str(reader.metadata.title or "").split()) if reader.metadata else ""
    except Exception:  # noqa: BLE001 - damaged metadata is no reason to refuse the words
        return ""
    return "" if _SOFTWARE_TITLE.fullmatch(title) or len(title) > 300 else title


SHAPES = (
    Shape(
        "pdf",
        "Interview Havel.pdf",
        "Dana Ortiz: Thanks for making the time.\nMarek Havel: We lost a week to it\nevery month.\n"
        "Dana Ortiz: Every month?\nMarek Havel: Six days of it.",
        "The text of every page, without running heads and page numbers; scanned and damaged pages are named.",
    ),
)

FORMATS = (Format("pdf", sniff_pdf, read_pdf, SHAPES),)
