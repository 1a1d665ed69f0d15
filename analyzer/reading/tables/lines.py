"""A text file's lines as they came, one at a time, whatever its encoding: for tables too large to be held whole.

The encoding is the one in which a sample reads as :func:`analyzer.reading.decoding.decode` reads it. Where there is no
such (UTF-16 without a mark, letters garbled by an earlier export), the whole file is decoded at once: memory then grows
with it, up to the 64 MB that ``decode`` takes, and line breaks within cells come as line feeds.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from analyzer.errors import TableError
from analyzer.reading.codepages import find_encoding
from analyzer.reading.decoding import TextTooLongError, decode

_SAMPLE = 2**18
_BLOCK = 2**20
_LONGEST_LINE = 20_000_000
_LOST = "\ufffd"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Lines:
    """``text`` yields each line with its end. ``has_mark``: the file began with a byte order mark, which is in no line.
    ``count`` is about how many lines there are; ``warnings`` what was guessed of the encoding, or lost by it."""

    text: Iterator[str]
    has_mark: bool
    count: int
    warnings: tuple[str, ...] = ()


def opener_of(file: Path) -> Callable[[], BinaryIO]:
    """Opens the file from its start, as often as it is called; of a pipe, which can be read once, what it held."""
    if file.is_file():
        return lambda: file.open("rb")
    content = file.read_bytes()
    return lambda: io.BytesIO(content)


def read_lines(open_file: Callable[[], BinaryIO], name: str) -> Lines:
    """The lines of a text; the file stays open until the last was taken.

    Raises TableError with a sentence: no text, or a line of more than 20 million characters.
    """
    sample = _read_sample(open_file)
    mark, encoding = next(((m, e) for m, e in _MARKS if sample.startswith(m)), (b"", ""))
    encoding = _encoding_of(sample, name, encoding)
    lost_at, count = _look_through(open_file, encoding or "latin-1")
    if lost_at >= 0 and encoding == "utf-8":  # what comes first may be ASCII, and tells nothing
        sample = _read_sample(open_file, lost_at)
        encoding = _encoding_of(sample, name)
        lost_at, count = _look_through(open_file, encoding or "latin-1")
    if not encoding:
        return _decoded_whole(open_file, name, bool(mark), count)
    warnings: tuple[str, ...] = ()
    if not mark and encoding != "utf-8" and not find_encoding(sample)[1]:
        warnings = (f"Read as {encoding}, which is a guess.",)
    if lost_at >= 0 and (lost := _count_lost(open_file, encoding)):
        written = encoding.removesuffix("-sig").upper()
        sentence = f"{lost} bytes are not valid {written} and are shown as {_LOST}; the file may be damaged."
        warnings = (*warnings, sentence)
    return Lines(_take_lines(open_file, encoding, name), bool(mark), count, warnings)


def _read_sample(open_file: Callable[[], BinaryIO], place: int = 0) -> bytes:
    """Whole lines from the start, or those around a ``place``: a letter cut in two is no sign of another encoding."""
    start = max(0, place - _SAMPLE // 2)
    with open_file() as file:
        file.seek(start)
        sample = file.read(_SAMPLE)
        is_end = not file.read(1)
    if start:
        sample = sample[sample.find(b"\n") + 1 :]
    return sample if is_end else sample[: sample.rfind(b"\n") + 1] or sample


def _encoding_of(sample: bytes, name: str, marked: str = "") -> str:
    """The encoding in which the sample reads as ``decode`` reads it: the one its mark says, else UTF-8 or the one its
    letters fit; "" when it is none of these."""
    text, _ = decode(sample)
    if not text:
        raise TableError(f"{name}: is no table. Export the accounts as CSV or XLSX, and add that.")
    wanted = "".join(text.split())
    likely = (marked,) if marked else ("utf-8",) if sample.isascii() else ("utf-8", find_encoding(sample)[0])
    for encoding in likely:
        if "".join(sample.decode(encoding, "replace").split()) == wanted:
            return encoding
    return ""


def _blocks(open_file: Callable[[], BinaryIO]) -> Iterator[bytes]:
    with open_file() as file:
        while block := file.read(_BLOCK):
            yield block


def _look_through(open_file: Callable[[], BinaryIO], encoding: str) -> tuple[int, int]:
    """About where the first byte stands that is not of the encoding, -1 when all are; and the number of lines."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    at, count, lost_at = 0, 0, -1
    for block in _blocks(open_file):
        count += block.count(b"\n")
        if lost_at < 0:
            lost_at = _first_lost(decoder, block, at)
        at += len(block)
    return (_first_lost(decoder, b"", at) if lost_at < 0 else lost_at), count


def _first_lost(decoder: codecs.IncrementalDecoder, block: bytes, at: int) -> int:
    try:
        decoder.decode(block, final=not block)
    except UnicodeDecodeError as error:
        return at + error.start
    return -1


def _count_lost(open_file: Callable[[], BinaryIO], encoding: str) -> int:
    """How many letters could not be read; the sign for one that stands in the file itself is none."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    lost, sign, rest = 0, _LOST.encode("utf-8"), b""
    for block in _blocks(open_file):
        lost += decoder.decode(block).count(_LOST)
        if encoding.startswith("utf-8"):
            lost -= (rest + block).count(sign)
        rest = block[1 - len(sign) :]
    return lost + decoder.decode(b"", True).count(_LOST)


def _decoded_whole(open_file: Callable[[], BinaryIO], name: str, has_mark: bool, count: int) -> Lines:
    with open_file() as file:
        content = file.read()
    try:
        text, warnings = decode(content)
    except TextTooLongError as error:
        raise TableError(f"{name}: holds more than 64 MB of text. Divide it, or save it as UTF-8.") from error
    if not text:
        raise TableError(f"{name}: is no table. Export the accounts as CSV or XLSX, and add that.")
    if b"\r\n" in content[:_SAMPLE] or b"\r\0\n" in content[:_SAMPLE]:
        text = text.replace("\n", "\r\n")
    return Lines(_checked(io.StringIO(text, newline=""), name), has_mark, count, warnings)


def _take_lines(open_file: Callable[[], BinaryIO], encoding: str, name: str) -> Iterator[str]:
    try:
        # Line ends are told apart but not translated: those within cells stay what they are.
        with open_file() as raw, io.TextIOWrapper(raw, encoding, "replace", newline="") as text:
            yield from _checked(text, name)
    except OSError as error:
        raise TableError(f"{name}: cannot be read to its end: {error.strerror}. Copy it, and try again.") from error


def _checked(text: TextIO, name: str) -> Iterator[str]:
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise TableError(f"{name}: holds a line of more than 20 million characters. Export the accounts as CSV.")
        yield line
