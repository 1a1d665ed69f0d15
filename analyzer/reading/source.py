"""What goes into a format and what comes out of it: a Source is read into a Reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from analyzer.errors import DocumentError
from analyzer.reading.canonical import RawTurn
from analyzer.records import DocumentKind, Participant


@dataclass(frozen=True, slots=True)
class Source:
    """A file as added. ``text`` is its decoded text with line feeds only; "" when the bytes are no text.

    ``calls`` are objects of Gong's `calls[]` that came in other files: there it keeps the names of who speaks.
    """

    name: str
    content: bytes
    text: str = ""
    warnings: tuple[str, ...] = ()
    calls: tuple[Mapping[str, Any], ...] = ()

    @property
    def stem(self) -> str:
        """File name without folders and suffixes: what its owner called it."""
        name = PurePosixPath(self.name.replace("\\", "/")).name
        head, dot, tail = name.rpartition(".")
        stem = head if dot and head and len(tail) <= 5 and tail.isalnum() and not tail.isdigit() else name
        return stem.removesuffix(".transcript")

    def refuse(self, problem: str, remedy: str = "") -> DocumentError:
        """The error to raise: what is wrong with this file, and what its owner can do."""
        return DocumentError(self.name, problem, remedy)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says by itself, before anything is guessed.

    ``kind`` is None where only the words can tell. ``speakers`` carry the titles, companies and sides the file states
    (with the reason); ``marks`` are its own statements about itself: title, date, account, outcome.
    """

    turns: tuple[RawTurn, ...]
    kind: DocumentKind | None = None
    kind_reason: str = ""
    format: str = ""
    speakers: tuple[Participant, ...] = ()
    marks: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """One way a format comes, as a recorder or a person writes it: a row of docs/formats.md, which is made from these.

    ``name`` is what ``Document.format`` says of a file like ``example`` (of Word and PDF files the example is what
    they show); ``taken`` is one sentence on what is taken from it; ``file`` a name such files have.
    """

    name: str
    file: str
    example: str
    taken: str


@dataclass(frozen=True, slots=True)
class Format:
    """One row of the table of formats. ``sniff`` looks at the content, never at the suffix; ``read`` may raise
    DocumentError; ``shapes`` are all it knows, one for each value of ``Reading.format`` it gives."""

    name: str
    sniff: Callable[[Source], bool]
    read: Callable[[Source], Reading]
    shapes: tuple[Shape, ...] = ()
