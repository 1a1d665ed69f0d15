"""Annotated documents that measure: a folder with docs/, gold.jsonl (a true finding a line) and sources.jsonl.

``gold.jsonl`` {"document", "kind", "category", "quote", ...}; ``sources.jsonl`` {"document", "participants": [{"name",
"side"}], ...}. ``document`` is the file's name as a study has it. Of the sources only who speaks for whom is used: the
documents are read like any others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from analyzer.errors import UsageError
from analyzer.records import Side

_FORM = "A folder to measure with holds docs/, gold.jsonl and sources.jsonl."


@dataclass(frozen=True, slots=True)
class GoldItem:
    """A finding that a careful reader marked: the words, and what they are."""

    document: str
    kind: str
    category: str | None
    quote: str
    intensity: int | None = None


@dataclass(frozen=True)
class GoldFolder:
    """``sides`` tells of each document who speaks for whom: "ours" or "customer" by name."""

    path: Path
    items: tuple[GoldItem, ...]
    sides: Mapping[str, Mapping[str, str]]

    @property
    def docs(self) -> Path:
        return self.path / "docs"

    @cached_property
    def ours(self) -> Mapping[str, frozenset[str]]:
        """The names of our own people in each document."""
        return {
            document: frozenset(name for name, side in sides.items() if side == Side.OURS)
            for document, sides in self.sides.items()
        }


def read_gold(path: Path) -> GoldFolder:
    """Reads what was marked. Raises UsageError, naming file and line, for a folder of another form."""
    if not path.is_dir():
        raise UsageError(f"There is no folder {path}. {_FORM}")
    if not (path / "docs").is_dir():
        raise UsageError(f"{path} has no folder docs. {_FORM}")
    items = tuple(_item(where, line) for where, line in _lines(path / "gold.jsonl"))
    if not items:
        raise UsageError(f"{path / 'gold.jsonl'} marks nothing: there is nothing to measure against.")
    sides = dict(_sides(where, line) for where, line in _lines(path / "sources.jsonl"))
    return GoldFolder(path, items, sides)


def _lines(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """Each object with where it stands, "gold.jsonl, line 3"."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}. {_FORM}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8. Save it as UTF-8.") from error
    objects = []
    for number, line in enumerate(content.split("\n"), 1):
        where = f"{path}, line {number}"
        if not line.strip():
            continue
        try:
            read = json.loads(line)
        except json.JSONDecodeError as error:
            raise UsageError(f"{where} is not JSON ({error.msg}). Each line is one JSON object.") from error
        if not isinstance(read, dict):
            raise UsageError(f"{where} is no JSON object. Each line is one.")
        objects.append((where, read))
    return objects


def _item(where: str, line: Mapping[str, Any]) -> GoldItem:
    for key in ("document", "kind", "quote"):
        if not isinstance(line.get(key), str) or not line[key].strip():
            raise UsageError(f'{where} has no "{key}". A finding names its document, kind, category and quote.')
    if "category" not in line:
        raise UsageError(f'{where} has no "category". Write null where its kind has none.')
    return GoldItem(line["document"], line["kind"], line["category"], line["quote"], line.get("intensity"))


def _sides(where: str, line: Mapping[str, Any]) -> tuple[str, Mapping[str, str]]:
    if not isinstance(line.get("document"), str):
        raise UsageError(f'{where} has no "document". A source names its document.')
    people = line.get("participants") or ()
    for who in people:
        if not isinstance(who, dict) or not isinstance(who.get("name"), str) or not isinstance(who.get("side"), str):
            raise UsageError(f'{where}: a participant has a "name" and a "side" (ours or customer).')
    return line["document"], {who["name"]: who["side"] for who in people}
