"""Bytes become text: UTF-8 and UTF-16/32 with or without a byte order mark, else what charset-normalizer finds."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What is asked of charset-normalizer: the rest of its ninety encodings win short texts by accident.
_CANDIDATES = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "mac_roman", "cp932", "gb18030", "big5", "cp949"]
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd\ufffe\uffff\ue000-\uf8ff]")
_WESTERN = re.compile("[\x80-\xff\u20ac\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u2013-\u2026\u2030\u2122]")
_LINE_END = re.compile("\r\n|\r|\u2028|\u2029|\x0b|\x0c|\x85")
_SAMPLE = 200_000


def decode(content: bytes) -> tuple[str, tuple[str, ...]]:
    """The text with line feeds only, and warnings; ("", ()) when the bytes are not text in any encoding we know."""
    text, warnings = _decode(content)
    text = text.removeprefix("\ufeff")
    # NULs and odd controls come with old exports and are dropped later; a file full of them is no text.
    head = text[:_SAMPLE]
    if len(_NOT_TEXT.findall(head)) > 0.04 * len(head) + 2:
        return "", ()
    return _LINE_END.sub("\n", text), warnings


def _decode(content: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), ()
    if wide := _wide_encoding(content):
        return content.decode(wide, errors="replace"), ()
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError:
        return _decode_damaged_or_local(content)


def _wide_encoding(content: bytes) -> str:
    """UTF-16 without a mark: in Western text every other byte is zero."""
    head = content[:2000]
    if len(head) < 4 or len(content) % 2:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return ""


def _decode_damaged_or_local(content: bytes) -> tuple[str, tuple[str, ...]]:
    damaged = content.decode("utf-8", errors="replace")
    bad = damaged.count("\ufffd")
    sound = sum(1 for character in damaged if ord(character) > 127) - bad
    if sound > bad:
        return damaged, (f"{bad} bytes are not valid UTF-8 and are shown as \ufffd; the file may be damaged.",)
    western = content.decode("cp1252", errors="replace")
    if _is_western(western):
        return western, ()
    from charset_normalizer import from_bytes

    best = from_bytes(content[:_SAMPLE], cp_isolation=_CANDIDATES).best()
    if best is None:
        # Control bytes decide in decode() whether this is a text at all.
        return content.decode("latin-1"), ()
    return content.decode(best.encoding, errors="replace"), (f"Read as {best.encoding}, which is a guess.",)


def _is_western(text: str) -> bool:
    """Mostly ASCII, and what is not is a Western letter inside a word, a quotation mark, a dash or a currency sign."""
    others = [c for c in text[:_SAMPLE] if ord(c) > 127]
    return len(others) < 0.12 * min(len(text), _SAMPLE) + 1 and all(_WESTERN.match(c) for c in others)
