"""Which category of trigger an event is: by its type, else by its headline (events.yaml).

What this cannot see: a headline that tells it in words of no list; it becomes "other", which is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from analyzer.records import OTHER_CATEGORY

FindTools = Callable[[str], Iterable[tuple[int, int]]]
"""The places, in order, of the software products that a text names."""
Types = tuple[tuple[tuple[str, ...], str, str], ...]
"""Words of a type, its category, and what it speaks against ("" for nothing)."""
_GAPS = {"*": r"((?: [^ |]+){0,3} )", "**": r"((?: \S+){0,7} )"}
"""What may stand for the stars of "opens * plant" and "names ** as {executive}"; only two stars pass over a comma."""
_MARK = re.compile(r"[,;:.!?()–—](?=\s|$)")
_PARTS = re.compile(r"\*\*|\*|\{\w+\}|[^*{]+")
_WORD = re.compile(r"[^\W_]+")
_TOOL = "knowntool"
"""Stands in a headline for a known product, whose name may be any word."""


def no_tools(text: str) -> tuple[tuple[int, int], ...]:
    """Finds no product."""
    del text
    return ()


@cache
def event_content() -> dict[str, Any]:
    """events.yaml, read once."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = files("analyzer.reading.tables").joinpath("events.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.load(text, Loader=loader)
    return content


@cache
def event_types() -> Types:
    """Every category with the plain words of its types, in the order of the table."""
    return tuple(
        (
            tuple(plain(word) for word in entry["words"] if not _is_headline(word)),
            entry["category"],
            entry.get("against", ""),
        )
        for entry in event_content()["types"]
    )


@cache
def _headlines() -> tuple[tuple[re.Pattern[str], int], ...]:
    """Types as headlines tell them, with other words between ("opens its third plant"), and the place of each."""
    return tuple(
        (_headline(word), place)
        for place, entry in enumerate(event_content()["types"])
        for word in entry["words"]
        if _is_headline(word)
    )


def _is_headline(word: str) -> bool:
    return "*" in word or "{" in word


def _headline(word: str) -> re.Pattern[str]:
    """ "names * {executive}" as a pattern over plain words; its groups are what stands for the stars."""
    pattern, between = "", ""
    for part in filter(None, (part.strip() for part in _PARTS.findall(word))):
        if part in _GAPS:
            between = _GAPS[part]
        else:
            said = _one_of(part[1:-1]) if part[0] == "{" else re.escape(plain(part))
            pattern, between = pattern + between + said, " "
    return re.compile(rf"\b{pattern}\b")


def _one_of(name: str) -> str:
    return _TOOL if name == "tool" else f"(?:{'|'.join(event_content()['one_of'][name])})"


def plain(text: str) -> str:
    """Words in lower case, one space between: "Series-B" is "series b"."""
    return " ".join(_WORD.findall(text.casefold()))


def categorize(type_: str, description: str, find_tools: FindTools = no_tools) -> tuple[str, str]:
    """The category of an event and what it speaks against ("" for nothing): by its type, else by its description.

    The type as a whole is looked up first, then the longest known words in it; a description tells only where there is
    no type, since it may tell of other things beside. ``find_tools`` finds the products in a text, so that "moves to
    Workday" is told from "moves to Austin". ("other", "") for what no table knows.
    """
    said = plain(type_)
    whole = next(((category, against) for words, category, against in event_types() if said and said in words), None)
    codes = {category for _, category, _ in event_types()}
    if whole or said.replace(" ", "_") in codes:
        return whole or (said.replace(" ", "_"), "")
    told_in = type_ if said else description
    inside = f" {plain(told_in)} "
    found = [
        (len(word), -place, category, against)
        for place, (words, category, against) in enumerate(event_types())
        for word in words
        if f" {word} " in inside
    ]
    # Also as it is written: "to Close Dayton Plant" names no product, though one is called so.
    readings = {_clauses(told_in), _clauses(_mark_tools(told_in, find_tools))}
    # What stands for a star tells nothing, however long it is.
    found += [
        (len(told[0]) - sum(map(len, told.groups())), -place, *event_types()[place][1:])
        for headline, place in _headlines()
        for clauses in readings
        if (told := headline.search(clauses))
    ]
    if not found:
        return OTHER_CATEGORY, ""
    # What speaks against is never outweighed by a longer word beside it ("layoffs after the funding round").
    _, _, category, against = max((f for f in found if f[3]), default=max(found))
    return category, against


def _clauses(text: str) -> str:
    """Plain words with a bar where a mark stood."""
    return f" {' | '.join(filter(None, map(plain, _MARK.split(text))))} "


def _mark_tools(text: str, find_tools: FindTools) -> str:
    marked, at = "", 0
    for start, end in find_tools(text):
        marked += f"{text[at:start]} {_TOOL} "
        at = end
    return marked + text[at:]
