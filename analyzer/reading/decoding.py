"""Bytes become text: UTF-8, UTF-16 and UTF-32 with or without a byte order mark, else the encoding its letters fit.

What is known for certain is not mentioned; a guess is a warning. Words that were decoded wrongly before they came
here ("Iâ€™m") are put right only when all of them can be.
"""

from __future__ import annotations

import codecs
import re

from analyzer.reading.codepages import find_encoding

MAX_TEXT_BYTES = 64 * 2**20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd\ufffe\uffff\ue000-\uf8ff]")
_LINE_ENDS = ("\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85")
_SAMPLE = 200_000
# Of what is no text in any encoding: controls that no text has many of.
_CONTROLS = bytes(set(range(9)) | set(range(14, 27)) | {28, 29, 30, 31, 127})
_FOREIGN = re.compile("[^\x00-\x7f]+")
_SURELY_BROKEN = 5


class TextTooLongError(ValueError):
    """A text of more than MAX_TEXT_BYTES."""


def decode(content: bytes) -> tuple[str, tuple[str, ...]]:
    """The text with line feeds only, and warnings; ("", ()) when the bytes are not text in any encoding we know.

    Binary files are told by their first 200 kB, so that a large one costs nothing. Raises TextTooLongError.
    """
    if content.startswith((b"%PDF-", b"PK\x03\x04")):
        return "", ()
    encoding, certain = _encoding(content)
    if not encoding:
        return "", ()
    if len(content) > MAX_TEXT_BYTES:
        raise TextTooLongError(f"it holds more than {MAX_TEXT_BYTES // 2**20} MB of text")
    text = content.decode(encoding, errors="replace").removeprefix("\ufeff")
    # NULs and odd controls come with old exports and are dropped later; a file full of them is no text.
    head = text[:_SAMPLE]
    if len(_NOT_TEXT.findall(head)) > 0.04 * len(head) + 2:
        return "", ()
    warnings = [] if certain else [f"Read as {encoding}, which is a guess."]
    if lost := text.count("\ufffd") - _written_out(content, encoding):
        warnings.append(
            f"{lost} bytes are not valid {encoding.upper()} and are shown as \ufffd; the file may be damaged."
        )
    repaired = _repair(text)
    if repaired != text:
        warnings.append("Its letters were garbled by an earlier export (“Ã©” for “é”), and have been put right.")
    for end in _LINE_ENDS:
        repaired = repaired.replace(end, "\n")
    return repaired, tuple(warnings)


def _written_out(content: bytes, encoding: str) -> int:
    """How often the sign for a lost character stands in the file itself."""
    return content.count("\ufffd".encode()) if encoding == "utf-8" else 0


def _encoding(content: bytes) -> tuple[str, bool]:
    """The encoding, and whether it is certain; "" when the bytes are no text."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding, True
    if wide := _wide_encoding(content):
        return wide, True
    head = content[:_SAMPLE]
    if len(head) - len(head.translate(None, _CONTROLS)) > 0.04 * len(head) + 2:
        return "", False
    if _is_utf8(content):
        return ("iso2022_jp", True) if b"\x1b$B" in head else ("utf-8", True)
    return find_encoding(content)


def _wide_encoding(content: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: spaces, line ends and digits have their zeros at one place of each unit."""
    head = content[:4000]
    if len(head) < 4 or 0 not in head:
        return ""
    zeros = [head[place::4].count(0) for place in range(4)]
    units = len(head) / 4
    if min(zeros[2:]) > 0.95 * units and zeros[0] < 0.1 * units:
        return "utf-32-le"
    if min(zeros[:2]) > 0.95 * units and zeros[3] < 0.1 * units:
        return "utf-32-be"
    even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    for encoding, rare, many in (("utf-16-le", even, odd), ("utf-16-be", odd, even)):
        if rare < 0.1 * units and (many > 0.6 * units or _is_words(head, encoding)):
            return encoding
    return ""


def _is_words(head: bytes, encoding: str) -> bool:
    """Whether these are words of any script: letters, spaces and line ends nearly all."""
    try:
        text = head[: len(head) // 2 * 2].decode(encoding)
    except UnicodeDecodeError:
        return False
    known = sum(character.isalpha() or character in " \r\n\t\u3000、。，" for character in text)
    return known > 0.85 * len(text) and ("\n" in text or " " in text)


def _is_utf8(content: bytes) -> bool:
    """Valid, or damaged at few places: most of what is not ASCII decodes."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        damaged = content[: 10 * _SAMPLE].decode("utf-8", errors="replace")
        bad = damaged.count("\ufffd")
        return sum(map(len, _FOREIGN.findall(damaged))) - bad > bad
    return True


def _repair(text: str) -> str:
    """Undoes UTF-8 that was read as cp1252 or Mac Roman, twice at most, and only where every such run comes right.

    A text with a sound "é" in it, or one that merely quotes a garbled letter or two, stays as it is.
    """
    for _ in range(2):
        for encoding in ("cp1252", "mac_roman"):
            try:
                repaired, runs = _reread(text, encoding)
            except UnicodeError:
                continue
            if runs >= _SURELY_BROKEN:
                text = repaired
                break
        else:
            return text
    return text


def _reread(text: str, encoding: str) -> tuple[str, int]:
    """The text with its non-ASCII runs read as UTF-8, and how many characters those have. Raises UnicodeError."""
    size = 0

    def reread(run: re.Match[str]) -> str:
        nonlocal size
        size += len(run[0])
        return b"".join(map(one_byte, run[0])).decode("utf-8")

    def one_byte(character: str) -> bytes:
        # cp1252 leaves five bytes without a character; programs put the control of that number in their place.
        if (encoding == "cp1252" and character in "\x81\x8d\x8f\x90\x9d") or "\x80" <= character <= "\x9f":
            return character.encode("latin-1")
        return character.encode(encoding)

    return _FOREIGN.sub(reread, text), size
