"""Files, folders and zips become one stream of files; what cannot be read is part of the stream, not its end."""

from __future__ import annotations

import io
import lzma
import os
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.errors import DocumentError
from analyzer.reading.office.packages import TooManyEntriesError, open_package

MAX_FILE_BYTES = 200 * 2**20
MAX_UNPACKED_BYTES = 2 * 2**30
MAX_RATIO = 100
MAX_ENTRIES = 10_000
# A small file of blanks packs better than 100:1 and harms nobody.
_RATIO_FROM_BYTES = 10 * 2**20
# Parts that tell a document (Word, Excel, slides, OpenDocument, Pages, EPUB) from a zip of documents.
_DOCUMENT_PART = re.compile(
    r"word/document\d*\.xml|xl/workbook\.(?:xml|bin)|ppt/presentation\.xml|META-INF/(?:manifest|container)\.xml"
    r"|Index/Document\.iwa",
    re.IGNORECASE,
)
# Controls and the marks that reorder text: in the name of a file they only deceive.
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_DRIVE = re.compile(r"[A-Za-z]:$")
_LONGEST_PART = 150


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read. ``name`` is as the user would say it: the path inside its folder or zip; ``path`` is on disk
    (of the zip, for a file inside one)."""

    name: str
    path: Path
    _read: Callable[[], bytes] = field(repr=False, compare=False)

    def read(self) -> bytes:
        """The bytes, read now. Raises DocumentError when the file is gone, locked, damaged or too big."""
        return self._read()

    @property
    def content(self) -> bytes:
        """The same as :meth:`read`; reads again each time, so that a thousand files are not held at once."""
        return self._read()


@dataclass(slots=True)
class _Allowance:
    """What one zip, with the zips inside it, may still unpack."""

    bytes: int
    entries: int


def open_files(paths: Iterable[Path]) -> Iterator[FoundFile | DocumentError]:
    """Every file under the paths in order: files, folders (recursive, sorted, hidden files skipped), zips.

    A path that is missing, unreadable, or a zip past the limits comes as a DocumentError in its place; the rest goes
    on. Nothing is written to disk, so no entry of a zip can leave it.
    """
    for path in paths:
        path = Path(path)
        try:
            if path.is_dir():
                yield from _open_folder(path)
            elif path.exists():
                yield from _open_file(path, path.name)
            else:
                yield DocumentError(str(path), "is not there.", "Check the path.")
        except OSError as error:
            yield _unreadable(str(path), error)


def _open_folder(folder: Path) -> Iterator[FoundFile | DocumentError]:
    failed: list[OSError] = []
    # followlinks stays off: a link to a folder above would never end.
    for here, folders, files in os.walk(folder, onerror=failed.append):
        # A study's own folder is no source: `icp add .` must not read what it wrote itself.
        folders[:] = sorted(
            name for name in folders if not _is_hidden(name) and not (Path(here) / name / "study.db").exists()
        )
        for name in sorted(files):
            if not _is_hidden(name):
                path = Path(here) / name
                yield from _open_file(path, path.relative_to(folder).as_posix())
    for error in failed:
        yield _unreadable(str(error.filename or folder), error)


def _is_hidden(name: str) -> bool:
    """Dot files, and what systems leave behind: `__MACOSX`, `~$` lock files, thumbnails."""
    return name.startswith((".", "~$")) or name in ("__MACOSX", "Thumbs.db", "desktop.ini")


def _open_file(path: Path, name: str) -> Iterator[FoundFile | DocumentError]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            yield DocumentError(name, "is not a regular file.", "Add the file itself.")
            return
        is_zip = _is_zip(path)
    except OSError as error:
        yield _unreadable(name, error)
        return
    if not is_zip:
        yield FoundFile(name, path, lambda: _read_path(path, name))
        return
    yield from _open_zip(path, name, path, _Allowance(MAX_UNPACKED_BYTES, MAX_ENTRIES), nested=False)


def _is_zip(path: Path) -> bool:
    """By content, as everything here; Word, Excel and slides are zips too, and are documents."""
    with path.open("rb") as file:
        if file.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
            return False
    return not _is_document(path, named_zip=path.suffix.lower() == ".zip")


def _is_document(file: Path | io.BytesIO, named_zip: bool) -> bool:
    """Whether the package is one document (Word, Excel, OpenDocument, Pages); a damaged one is what its name says."""
    try:
        with open_package(file) as package:
            return any(_DOCUMENT_PART.fullmatch(name.replace("\\", "/")) for name in package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return not named_zip


def _read_path(path: Path, name: str) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _too_big(name)
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(name, error) from error


def _open_zip(
    file: Path | io.BytesIO, name: str, path: Path, allowance: _Allowance, nested: bool
) -> Iterator[FoundFile | DocumentError]:
    try:
        package = open_package(file)
    except TooManyEntriesError:
        yield _too_many(name)
        return
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        yield DocumentError(name, "is a damaged zip.", "Pack it again, or add the files themselves.")
        return
    entries = sorted((e for e in package.infolist() if not _is_folder(e)), key=lambda entry: entry.filename)
    allowance.entries -= len(entries)
    if allowance.entries < 0:
        yield _too_many(name)
    elif _overlap(file, entries):
        yield DocumentError(
            name, "is a zip whose files lie over each other.", "It was left out; it may be malicious: pack it again."
        )
    elif not entries:
        yield DocumentError(name, "is a zip without files.", "Check that the export finished, and add it again.")
    else:
        zipped = _Zip(file, package, path)
        for entry, inside in _named(entries):
            if not any(map(_is_hidden, inside.split("/"))):
                yield from _open_entry(zipped, entry, f"{name}/{inside}", allowance, nested)


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.endswith(("/", "\\"))


def _overlap(file: Path | io.BytesIO, entries: list[zipfile.ZipInfo]) -> bool:
    """Whether the files claim more packed bytes than the zip has: one stream unpacked a thousand times over."""
    size = file.stat().st_size if isinstance(file, Path) else file.getbuffer().nbytes
    return sum(entry.compress_size for entry in entries) > size


def _named(entries: list[zipfile.ZipInfo]) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    """Each entry under a name of its own: of two with the same, the second becomes "call (2).txt"."""
    taken: set[str] = set()
    times: Counter[str] = Counter()
    for entry in entries:
        name = unique = _readable_path(_true_name(entry))
        head, dot, suffix = name.rpartition(".")
        while unique.casefold() in taken:
            times[name] += 1
            again = f" ({times[name] + 1})"
            unique = f"{head}{again}.{suffix}" if dot and "/" not in suffix else name + again
        taken.add(unique.casefold())
        yield entry, unique


def _true_name(entry: zipfile.ZipInfo) -> str:
    """The name as its owner saw it: many programs write UTF-8 without saying so, and it is read as cp437."""
    if not entry.flag_bits & 0x800 and not entry.filename.isascii():
        try:
            return entry.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return entry.filename


def _readable_path(name: str) -> str:
    """A path that stays inside its zip, without drives, `..` and marks that deceive; "unnamed" if nothing is left."""
    parts = [_UNREADABLE.sub("_", part).strip() for part in name.replace("\\", "/").split("/")]
    kept = [part for part in parts if part not in ("", ".", "..") and not _DRIVE.match(part)]
    # The end of a long part says what it is.
    return "/".join(part[-_LONGEST_PART:] for part in kept[-20:]) or "unnamed"


def _open_entry(
    zipped: _Zip, entry: zipfile.ZipInfo, name: str, allowance: _Allowance, nested: bool
) -> Iterator[FoundFile | DocumentError]:
    if stat.S_ISLNK(entry.external_attr >> 16):
        yield DocumentError(name, "is a link inside a zip.", "Add the file it points to.")
        return
    if refused := _refuse_entry(entry, name, allowance):
        yield refused
        return
    allowance.bytes -= entry.file_size
    try:
        content = zipped.read(entry, name) if entry.filename.lower().endswith(".zip") else b""
    except DocumentError as error:
        yield error
        return
    packed = content.startswith(b"PK") and not _is_document(io.BytesIO(content), named_zip=True)
    if packed and nested:
        yield DocumentError(name, "is a zip inside a zip inside a zip.", "Unpack it, and add what it holds.")
    elif packed:
        yield from _open_zip(io.BytesIO(content), name, zipped.path, allowance, nested=True)
    else:
        yield FoundFile(name, zipped.path, lambda: zipped.read(entry, name))


def _refuse_entry(entry: zipfile.ZipInfo, name: str, allowance: _Allowance) -> DocumentError | None:
    if entry.flag_bits & 1:
        return DocumentError(name, "is protected by a password.", "Unpack the zip, and add the files.")
    if entry.file_size > MAX_FILE_BYTES:
        return _too_big(name)
    if entry.file_size > _RATIO_FROM_BYTES and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        return DocumentError(
            name, f"unpacks to more than {MAX_RATIO} times its size.", "It was left out; the zip may be malicious."
        )
    if entry.file_size > allowance.bytes:
        return DocumentError(name, "would take the zip past 2 GB unpacked.", "Unpack it, and add the folders you need.")
    return None


@dataclass(frozen=True, slots=True)
class _Zip:
    """An open zip on disk (``path``) or inside another. It is closed when no file of it is held any more."""

    file: Path | io.BytesIO
    package: zipfile.ZipFile
    path: Path

    def read(self, entry: zipfile.ZipInfo, name: str) -> bytes:
        """The entry's bytes, never more than its header says and the limit allows: headers can lie."""
        if isinstance(self.file, Path) and not self.file.exists():
            raise DocumentError(name, "cannot be unpacked any more.", "Has the zip been moved or changed?")
        limit = min(entry.file_size, MAX_FILE_BYTES)
        try:
            with self.package.open(entry) as file:
                content = file.read(limit + 1)
        except NotImplementedError as error:
            raise DocumentError(
                name, "is packed in a way we cannot unpack.", "Unpack the zip, and add the files."
            ) from error
        except (OSError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, ValueError, EOFError, RuntimeError) as error:
            raise DocumentError(name, "is damaged inside its zip.", "Pack it again, or add the file itself.") from error
        if len(content) > limit:
            raise _too_big(name)
        return content


def _too_many(name: str) -> DocumentError:
    return DocumentError(name, f"holds more than {MAX_ENTRIES:,} files.", "Unpack it, and add the folders you need.")


def _too_big(name: str) -> DocumentError:
    return DocumentError(name, "is larger than 200 MB.", "Add the transcript rather than the recording.")


def _unreadable(name: str, error: OSError) -> DocumentError:
    found = DocumentError(name, f"cannot be opened ({error.strerror or error}).", "Check that you may read it.")
    found.__cause__ = error
    return found
