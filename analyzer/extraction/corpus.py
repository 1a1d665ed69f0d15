"""The training corpus: invented conversations with inline labels, read into Documents and labelled spans.

The form of a file stands in ``corpora/training/README.md``. Labels are written around the words themselves, so a label
can never point at words that are not there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from analyzer.errors import AnalyzerError
from analyzer.records import Document, DocumentKind, Kind, Participant, Side, Turn

_LABEL = re.compile(r"\{(\w+)\.([\w /-]+?)(?:\.([1-4]))?: ([^{}]+)\}")
_SIDES = {"customer": Side.CUSTOMER, "ours": Side.OURS, "note": Side.UNKNOWN, "posting": Side.CUSTOMER}


@dataclass(frozen=True, slots=True)
class Label:
    """A span of a document that carries a finding; offsets as everywhere."""

    start: int
    end: int
    kind: Kind
    category: str
    intensity: int | None


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    document: Document
    labels: tuple[Label, ...]
    industry: str


def read_corpus(folder: Path) -> list[LabelledDocument]:
    """Every ``*.txt`` of the folder but those starting with README. Raises AnalyzerError naming file and line."""
    return [_read_file(path) for path in sorted(folder.glob("*.txt"))]


def read_quotes(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """(category, words) by kind from every ``KIND.yaml`` or ``KIND-PART.yaml``; each maps categories to quotes."""
    quotes: dict[str, list[tuple[str, str]]] = {}
    for path in sorted(folder.glob("*.yaml")):
        kind = Kind(path.stem.partition("-")[0]).value
        for category, said in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            quotes.setdefault(kind, []).extend((str(category), str(words)) for words in said)
    return quotes


def _read_file(path: Path) -> LabelledDocument:
    content = path.read_text(encoding="utf-8")
    _, _, rest = content.partition("---\n")
    front, _, body = rest.partition("---\n")
    meta = dict(_front_matter(front))
    text = ""
    turns: list[Turn] = []
    labels: list[Label] = []
    people: dict[str, Participant] = {}
    for side, speaker, title, words in _lines(path, body):
        if text:
            text += "\n\n"
        start = len(text)
        plain, found = _strip_labels(path, words, start)
        text += plain
        labels += found
        turns.append(Turn(len(turns), speaker, side, start, len(text)))
        people.setdefault(speaker, Participant(speaker, title, "", side, "as labelled"))
    document = Document(
        name=path.name,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        kind=DocumentKind(meta["kind"]),
        text=text,
        turns=tuple(turns),
        participants=tuple(people.values()),
    )
    return LabelledDocument(document, tuple(labels), meta.get("industry", path.stem))


def _front_matter(front: str) -> Iterator[tuple[str, str]]:
    for line in front.splitlines():
        key, colon, value = line.partition(":")
        if colon:
            # The values are prose; only a trailing comment is YAML's.
            yield key.strip(), value.split(" #")[0].strip()


def _lines(path: Path, body: str) -> Iterator[tuple[Side, str, str, str]]:
    for number, line in enumerate(body.splitlines(), 1):
        if not line.strip():
            continue
        label, colon, words = line.partition(": ")
        side, _, who = label.partition("|")
        if not colon or side.strip() not in _SIDES:
            raise AnalyzerError(f"{path}: line {number} after the front matter is no turn: {line[:60]!r}")
        name, _, title = who.strip().partition(", ")
        yield _SIDES[side.strip()], name, title, words.strip()


def _strip_labels(path: Path, words: str, offset: int) -> tuple[str, list[Label]]:
    plain, labels, end = "", [], 0
    for mark in _LABEL.finditer(words):
        plain += words[end : mark.start()]
        start = offset + len(plain)
        plain += mark.group(4)
        kind = Kind(mark.group(1))
        level = int(mark.group(3)) if mark.group(3) else None
        labels.append(Label(start, offset + len(plain), kind, mark.group(2), level))
        end = mark.end()
    plain += words[end:]
    if "{" in plain or "}" in plain:
        raise AnalyzerError(f"{path}: a label does not parse in {plain[:80]!r}")
    return plain, labels


__all__ = ["Label", "LabelledDocument", "read_corpus", "read_quotes"]
