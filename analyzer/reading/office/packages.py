"""Zip packages opened with care: what a package says of itself is believed only as far as it can be."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from typing import BinaryIO

# A list of so many bytes names far more files than anybody sends; reading it would take minutes and gigabytes.
_MAX_LIST_BYTES = 8 * 2**20
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_TAIL_BYTES = 65_536 + 22 + 76


class TooManyEntriesError(zipfile.BadZipFile):
    """The package's list of files is too long to be read."""


def open_package(file: Path | io.BytesIO) -> zipfile.ZipFile:
    """A zip, opened. Raises TooManyEntriesError before its list is read, and else what zipfile raises."""
    if isinstance(file, Path):
        with file.open("rb") as opened:
            size = _list_bytes(opened)
    else:
        size = _list_bytes(file)
    if size > _MAX_LIST_BYTES:
        raise TooManyEntriesError(f"its list of files has {size:,} bytes")
    return zipfile.ZipFile(file)


def _list_bytes(file: BinaryIO) -> int:
    """Bytes of the list of files, as the end of the package states them; 0 where it states nothing."""
    length = file.seek(0, io.SEEK_END)
    file.seek(max(0, length - _TAIL_BYTES))
    tail = file.read()
    file.seek(0)
    end, end_64 = tail.rfind(_END), tail.rfind(_END_64)
    if end < 0 or len(tail) < end + 16:
        return 0
    size = int(struct.unpack_from("<I", tail, end + 12)[0])
    if size == 0xFFFFFFFF and 0 <= end_64 <= len(tail) - 48:
        size = int(struct.unpack_from("<Q", tail, end_64 + 40)[0])
    return size
