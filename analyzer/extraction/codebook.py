"""The codebook: which kinds of findings there are, and the categories (codes) of each, from ``prompts/codebook.yaml``.

The same file feeds the prompts, the offline extractor's labels, the half-lives of signals and the app's help, so that a
code means one thing everywhere.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analyzer.errors import AnalyzerError
from analyzer.records import Kind
from analyzer.resources import find_resource


class Category(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    definition: str
    not_: str = Field("", alias="not")
    half_life_days: int | None = None
    examples: tuple[str, ...] = ()


class KindOfFinding(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    definition: str
    not_: str = Field("", alias="not")
    free: bool = False
    categories: dict[str, Category] = {}
    intensity: dict[int, str] = {}
    examples: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    kinds: dict[Kind, KindOfFinding]


@dataclass(frozen=True)
class Codebook:
    """``stamp`` is version#digest: it changes when a definition does, and what depends on it is made anew."""

    kinds: Mapping[Kind, KindOfFinding]
    stamp: str

    @cached_property
    def codes(self) -> Mapping[str, frozenset[str]]:
        """The allowed categories of each kind; an empty set where the category is free."""
        return {
            kind.value: frozenset() if entry.free else frozenset(entry.categories) for kind, entry in self.kinds.items()
        }

    def label(self, kind: Kind, category: str) -> str:
        """What people call a category; a free one is its own label."""
        entry = self.kinds[kind].categories.get(category)
        return entry.label if entry else category.replace("_", " ").capitalize()

    def half_life_days(self, category: str) -> int:
        """Days after which a trigger of this category counts half (the codebook's figure, 90 if it gives none)."""
        entry = self.kinds[Kind.TRIGGER].categories.get(category)
        return (entry.half_life_days if entry else None) or 90

    def describe(self) -> str:
        """The codebook as the prompt shows it: kinds in full, since they are what is mixed up; codes in a few words.

        Each window pays for it again: definitions in full, with examples, would outweigh the words to be read.
        """
        lines = []
        for kind, entry in self.kinds.items():
            lines.append(f"{kind.value}: {entry.definition}" + (f" Not: {entry.not_}" if entry.not_ else ""))
            if kind in _TELLING:
                lines.append(f"- {', '.join(entry.categories)}")
            else:
                lines += [f"- {code}: {_gist(category.definition)}" for code, category in entry.categories.items()]
            if entry.free:
                lines.append(f"- a code of your own, such as {', '.join(entry.suggested)}")
            if entry.intensity:
                levels = "; ".join(f"{level} {_gist(meaning).lower()}" for level, meaning in entry.intensity.items())
                lines.append(f"Intensity: {levels}")
        return "\n".join(lines)


_TELLING = frozenset((Kind.TOOL, Kind.CHANNEL))
"""Kinds whose codes say by themselves what they stand for."""
_GIST_LENGTH = 40
_ASIDE = re.compile(r", such as .*|\. .*|\.$|(?:, so|, which|, and that) .*", re.DOTALL)
_BREAK = re.compile(r",? (?:or|and) |, ")


def _gist(definition: str) -> str:
    """The opening of a definition up to a comma, "and" or "or", as long as fits; never less than its first member."""
    gist = _ASIDE.sub("", definition)
    ends = [found.start() for found in _BREAK.finditer(gist)] + [len(gist)]
    return gist[: max((end for end in ends if end <= _GIST_LENGTH), default=ends[0])]


@cache
def load_codebook(path: Path | None = None) -> Codebook:
    """Reads and checks the codebook. Raises AnalyzerError that names the file and what is wrong in it."""
    path = path or find_resource("prompts") / "codebook.yaml"
    content = path.read_text(encoding="utf-8")
    try:
        file = _File.model_validate(yaml.safe_load(content))
    except (yaml.YAMLError, ValidationError) as error:
        raise AnalyzerError(f"{path} is not a valid codebook: {error}") from error
    return Codebook(file.kinds, f"{file.version}#{hashlib.sha256(content.encode()).hexdigest()[:8]}")
