"""What people add by mistake: told by the bytes it begins with, and answered with what to add instead."""

from __future__ import annotations

import re

from analyzer.errors import DocumentError
from analyzer.reading.source import Source

_PICTURE = ("is a picture.", "Run text recognition (OCR) over it, and add the text.")
_SOUND = ("is a sound recording.", "Have it transcribed, and add the transcript.")
_RECORDING = ("is a recording.", "Have it transcribed, and add the transcript.")
_PACKED = ("is a compressed file.", "Unpack it, and add what it holds.")
_BEGINNINGS = (
    (b"\xd0\xcf\x11\xe0", ("is an old Word or Office file.", "Save it as .docx or as text, and add that.")),
    (b"{\\rtf", ("is a rich text file (RTF).", "Save it as .docx or as text, and add that.")),
    (b"bplist00", ("is a web archive or another list of a Mac.", "Open the page, and save it as HTML or PDF.")),
    (b"SQLite format 3\x00", ("is a database.", "Export what it holds as CSV or text, and add that.")),
    (b"\x89PNG", _PICTURE), (b"\xff\xd8\xff", _PICTURE), (b"GIF8", _PICTURE),
    (b"II*\x00", _PICTURE), (b"MM\x00*", _PICTURE),
    (b"ID3", _SOUND), (b"\xff\xfb", _SOUND), (b"\xff\xf3", _SOUND), (b"fLaC", _SOUND),
    (b"RIFF", _RECORDING), (b"OggS", _RECORDING), (b"\x1a\x45\xdf\xa3", _RECORDING),
    (b"\x1f\x8b", _PACKED), (b"7z\xbc\xaf", _PACKED), (b"Rar!", _PACKED), (b"BZh", _PACKED),
    (b"\xfd7zXZ", _PACKED), (b"\x28\xb5\x2f\xfd", _PACKED),
)  # fmt: skip
_MAIL = re.compile(r"^(?:Received|Message-ID|Delivered-To|Return-Path|MIME-Version): ", re.MULTILINE | re.IGNORECASE)
_TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm")


def is_table(source: Source) -> bool:
    """By its suffix, since a table of one column looks like any text."""
    return source.name.lower().endswith(_TABLES)


def is_no_text(source: Source) -> bool:
    """Whether it decodes as text and still is none: RTF, short binary files, an e-mail with its headers.

    Text may well begin with "ID3" or "RIFF".
    """
    magics = tuple(magic for magic, _ in _BEGINNINGS if not magic.isalnum())
    return source.content.startswith(magics) or _is_mail(source)


def explain_refusal(source: Source) -> DocumentError:
    """The error for a file that no format reads: what it is, and what to add instead."""
    return source.refuse(*_explanation(source))


def _explanation(source: Source) -> tuple[str, str]:
    content = source.content
    if is_table(source):
        return (
            "is a table, and none of its columns is known to hold notes or what was said.",
            "Import accounts, contacts and deals with `icp accounts import`; of notes, say which column holds them "
            "with --map COLUMN=text.",
        )
    if content.startswith(b"PK\x03\x04"):
        return _package(source)
    if content.startswith(b"\xd0\xcf\x11\xe0") and "EncryptedPackage".encode("utf-16-le") in content:
        return "is an Office file with a password.", "Save a copy without it, and add that."
    if content[4:8] == b"ftyp":
        return _PICTURE if content[8:12] in (b"heic", b"mif1", b"avif", b"heix") else _RECORDING
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _PICTURE
    if content[257:262] == b"ustar":
        return _PACKED
    if _is_mail(source):
        return "is an e-mail.", "Save what it says as text, and add that; add what is attached as files."
    for magic, explanation in _BEGINNINGS:
        if content.startswith(magic):
            return explanation
    return (
        "is not text, and not a format we can read.",
        "Add a transcript as VTT, SRT, SBV, DOCX, PDF, JSON, HTML, Markdown or text.",
    )


def _package(source: Source) -> tuple[str, str]:
    if source.name.lower().endswith((".docx", ".docm")):
        return "is a damaged Word file.", "Open it in Word and save it again."
    if b"opendocument" in source.content[:200] or b"epub+zip" in source.content[:200]:
        return "is an OpenDocument or EPUB file.", "Save it as .docx or PDF, and add that."
    if b"Index/Document.iwa" in source.content:
        return "is a Pages document.", "Export it as .docx or PDF, and add that."
    return (
        "is a package (zip, spreadsheet or slides), not a document.",
        "Add zips with `icp add`, tables with `icp accounts import`, and slides as PDF.",
    )


def _is_mail(source: Source) -> bool:
    head = source.text[:4000].lstrip()
    return bool(re.match(r"[A-Z][\w-]{1,40}: ", head)) and len(_MAIL.findall(head)) >= 2
