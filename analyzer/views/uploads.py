"""Uploaded files become documents. A zip goes by a file on disk, since that is how archives are opened."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from analyzer.reading.documents import ReadOptions
from analyzer.study import Added, OnStep, Study

_ZIP = b"PK\x03\x04"
_LONGEST_NAME = 120


class Upload(Protocol):
    """As much of Streamlit's UploadedFile as is used."""

    @property
    def name(self) -> str: ...

    def getvalue(self) -> bytes: ...


def add_uploads(study: Study, uploads: Sequence[Upload], on_step: OnStep) -> Iterator[Added]:
    """What became of each file, refused ones too; a zip gives as many as it holds."""
    for number, upload in enumerate(uploads):
        on_step(upload.name, number, len(uploads))
        content = upload.getvalue()
        if content.startswith(_ZIP):
            yield from _add_package(study, content, upload.name)
        else:
            yield from study.add_upload(content, upload.name, ReadOptions())
    on_step("done", len(uploads), len(uploads))


def _add_package(study: Study, content: bytes, name: str) -> Iterator[Added]:
    """A zip, or a Word document, which is one as well."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _file_name(name)
        path.write_bytes(content)
        yield from study.add([path], ReadOptions())


def _file_name(name: str) -> str:
    """The name as given, as far as a file system takes it: a browser may send any text."""
    last = name.replace("\\", "/").rpartition("/")[2].replace("\0", "")
    if last in ("", ".", ".."):
        return "upload.zip"
    return last if len(last.encode()) <= _LONGEST_NAME else last[:20] + Path(last).suffix[:10]
