"""Job titles in running text: which title, what its holder looks after, and how senior the holder is.

A caller gains "CFO", "chief financial officer" and "directeur financier" under one name, and CFO, CRO and CEO apart.
Titles built from a rank and a field ("VP of Sales", "head of knowledge", "warehouse manager") are read by rule, the
rest stand in ``titles.yaml``. What this cannot see: titles that are ordinary words ("lead", "partner", "head" alone), a
plural ("managers") used for people in general, and fields nobody listed, except after "head of" and "director of".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from analyzer.extraction.words import PAUSE, STOP_WORDS, Word, split_words, word_set

SENIORITIES = ("staff", "lead", "manager", "head", "director", "vp", "c_level", "board", "owner")
"""From least to most senior; for a decision, the order says who can sign more, not who is paid more."""


@dataclass(frozen=True, slots=True)
class Title:
    """One title. ``function`` is finance, sales, it ... or general; ``seniority`` one of SENIORITIES."""

    name: str
    function: str
    seniority: str

    @property
    def is_generic(self) -> bool:
        """A bare rank ("manager", "owner"), which says nothing about whose."""
        return self.function == "general" and self.name in _BARE

    @property
    def rank(self) -> int:
        return SENIORITIES.index(self.seniority)


@dataclass(frozen=True, slots=True)
class TitleMention:
    """A title as it stands in a text: ``text[start:end]``."""

    title: Title
    start: int
    end: int


_BARE = word_set("owner founder manager director president supervisor investor analyst consultant")
_RANKS = {
    "vp": "vp", "vice president": "vp", "svp": "vp", "evp": "vp", "senior vice president": "vp",
    "executive vice president": "vp",
    "head": "head", "director": "director", "senior director": "director", "manager": "manager", "lead": "lead",
    "leader": "head", "supervisor": "lead", "coordinator": "staff", "administrator": "staff", "specialist": "staff",
    "analyst": "staff", "officer": "manager", "engineer": "staff", "chief": "head", "associate": "staff",
    "executive": "staff",
}  # fmt: skip
# Two ways to write one field.
_SAME_FIELDS = {
    "ops": "operations", "business ops": "business operations", "sales ops": "sales operations",
    "it ops": "it operations",
    "information technology": "it", "human resources": "hr", "infosec": "information security",
    "purchasing": "procurement",
    "revops": "revenue operations", "biz ops": "business operations", "demand gen": "demand generation",
    "cx": "customer experience",
}  # fmt: skip
_CANONICAL_RANKS = {"svp": "senior vice president", "evp": "executive vice president", "vp": "vice president"}
_AFTER_FIELD = ("manager", "director", "lead", "head", "vp", "leader", "supervisor", "coordinator", "administrator",
                "specialist", "analyst", "officer", "engineer", "chief")  # fmt: skip
_BEFORE_FIELD = {
    "senior": (("senior", "vice", "president"), ("senior", "director")), "executive": (("executive", "vice",
    "president"),),
    "vice": (("vice", "president"),), "vp": (("vp",),), "svp": (("svp",),), "evp": (("evp",),), "head": (("head",),),
    "director": (("director",),), "manager": (("manager",),), "chief": (("chief",),),
}  # fmt: skip
# Two letters are too often something else ("3 pm", "an ad"): they count only as capitals.
_SHOUTED = frozenset(
    ("md", "gm", "gc", "fd", "ae", "daf", "dsi", "drh", "pdg", "it", "cao", "cno", "clo", "cgo", "vet", "csm")
)


@dataclass(frozen=True, slots=True)
class _Table:
    """Titles and fields by their words; the first word leads to the candidates, longest first."""

    titles: dict[str, tuple[tuple[tuple[str, ...], Title], ...]]
    fields: dict[str, tuple[tuple[tuple[str, ...], str], ...]]


@cache
def _content() -> dict[str, Any]:
    text = files("analyzer.extraction").joinpath("titles.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


@cache
def _table() -> _Table:
    content = _content()
    titles: dict[str, list[tuple[tuple[str, ...], Title]]] = {}
    for entry in content["titles"]:
        title = Title(entry["title"], entry["function"], entry["seniority"])
        for name in (entry["title"], *entry.get("also", ())):
            key = tuple(word.norm for word in split_words(name))
            titles.setdefault(key[0], []).append((key, title))
    fields: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for function, names in content["functions"].items():
        for name in names:
            key = tuple(word.norm for word in split_words(name))
            fields.setdefault(key[0], []).append((key, function))
    return _Table(
        {first: tuple(sorted(found, key=lambda f: -len(f[0]))) for first, found in titles.items()},
        {first: tuple(sorted(found, key=lambda f: -len(f[0]))) for first, found in fields.items()},
    )


def find_titles(text: str, start: int = 0, end: int | None = None) -> tuple[TitleMention, ...]:
    """Every title in ``text[start:end]``, left to right, none inside another; offsets into ``text``."""
    return tuple(_scan(text, split_words(text, start, end)))


def is_occupation(word: str) -> bool:
    """Whether one word names a trade ("nurse", "welder"), which says who someone is but gives no rank."""
    return word in _occupations()


@cache
def _occupations() -> frozenset[str]:
    return frozenset(_content()["occupations"])


def read_title(text: str) -> Title | None:
    """The most senior title named in a short text such as "Head of Sales & founder, Acme"; None if there is none."""
    mentions = find_titles(text)
    return max((m.title for m in mentions), key=lambda t: (t.rank, not t.is_generic), default=None)


def find_function(text: str) -> str:
    """What the last field named in the text belongs to: "Head of Customer Operations" is operations; "" for none."""
    table, words = _table(), split_words(text)
    fields = [field for at in range(len(words)) if (field := _read_field(table, words, at))]
    return fields[-1][1] if fields else ""


def _scan(text: str, words: Sequence[Word]) -> Iterator[TitleMention]:
    table, at = _table(), 0
    while at < len(words):
        best: tuple[int, Title] | None = None
        for found in (
            _read_listed(table, text, words, at),
            _read_ranked(table, words, at),
            _read_fielded(table, text, words, at),
        ):
            if found and (best is None or found[0] > best[0]):
                best = found
        if best is None:
            at += 1
            continue
        length, title = best
        yield TitleMention(title, words[at].start, words[at + length - 1].end)
        at += length


def _matches(words: Sequence[Word], at: int, key: tuple[str, ...]) -> bool:
    if at + len(key) > len(words):
        return False
    return all(words[at + k].norm == norm and (k == 0 or words[at + k].gap < PAUSE) for k, norm in enumerate(key))


def _read_listed(table: _Table, text: str, words: Sequence[Word], at: int) -> tuple[int, Title] | None:
    for key, title in table.titles.get(words[at].norm, ()):
        if _matches(words, at, key):
            if len(key) == 1 and key[0] in _SHOUTED and not text[words[at].start : words[at].end].isupper():
                return None
            return len(key), title
    return None


def _read_field(table: _Table, words: Sequence[Word], at: int) -> tuple[int, str, str] | None:
    if at >= len(words):
        return None
    for key, function in table.fields.get(words[at].norm, ()):
        if _matches(words, at, key):
            name = " ".join(key)
            return len(key), function, _SAME_FIELDS.get(name, name)
    return None


def _read_ranked(table: _Table, words: Sequence[Word], at: int) -> tuple[int, Title] | None:
    """ "VP of Sales", "VP Sales", "head of knowledge", "director of customer success"."""
    for key in _BEFORE_FIELD.get(words[at].norm, ()):
        rank = " ".join(key)
        if not _matches(words, at, key):
            continue
        after = at + len(key)
        has_of = after < len(words) and words[after].norm == "of" and words[after].gap < PAUSE
        field_at = after + 1 if has_of else after
        if field_at >= len(words) or words[field_at].gap >= PAUSE:
            return None
        field = _read_field(table, words, field_at)
        if field is None and has_of and rank in ("head", "director") and words[field_at].norm not in STOP_WORDS:
            field = (1, "general", words[field_at].norm)
        if field is None or (
            not has_of and rank in ("head", "manager", "chief", "director") and field[1] == "operations"
        ):
            return None
        name = f"{_CANONICAL_RANKS.get(rank, rank)} of {field[2]}"
        return field_at + field[0] - at, Title(name, field[1], _RANKS[rank])
    return None


def _read_fielded(table: _Table, text: str, words: Sequence[Word], at: int) -> tuple[int, Title] | None:
    """ "warehouse manager", "IT director"; director and VP of a field are one title either way."""
    field = _read_field(table, words, at)
    if field is None or (words[at].norm == "it" and not text[words[at].start : words[at].end].isupper()):
        return None
    for rank in _AFTER_FIELD:
        if _matches(words, at + field[0], (rank,)) and words[at + field[0]].gap < PAUSE:
            canonical = _CANONICAL_RANKS.get(rank, rank)
            name = f"{canonical} of {field[2]}" if rank in ("director", "head", "vp") else f"{field[2]} {rank}"
            return field[0] + 1, Title(name, field[1], _RANKS[rank])
    return None
