"""Which tool wrote a transcript, by where its list stands and what its entries have (keys.yaml)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from analyzer.reading.exports.keys import plain, table

_LOOKED_AT = 30
PLAIN = "json"


@dataclass(frozen=True, slots=True)
class Dialect:
    """``unit`` is in how many parts the tool counts a second; 0 where that is not known."""

    name: str = PLAIN
    path: tuple[str, ...] = ()
    entry: frozenset[str] = frozenset()
    any: frozenset[str] = frozenset()
    unit: float = 0


@cache
def _dialects() -> tuple[Dialect, ...]:
    return tuple(
        Dialect(
            row["name"],
            tuple(row.get("path", "").split()),
            frozenset(row.get("entry", "").split()),
            frozenset(row.get("any", "").split()),
            row.get("unit", 0),
        )
        for row in table("dialects")
    )


def find_dialect(path: Sequence[str], entries: Iterable[Any]) -> Dialect:
    """The tool whose list this is, or the plain dialect when it looks like none."""
    has: set[str] = set()
    for entry in list(entries)[:_LOOKED_AT]:
        has |= _names(entry)
    for dialect in _dialects():
        ends = tuple(path[-len(dialect.path) :]) if dialect.path else ()
        if ends == dialect.path and dialect.entry <= has and (not dialect.any or dialect.any & has):
            return dialect
    return Dialect()


def _names(entry: Any) -> set[str]:
    """The keys of an entry that say something, and those one deeper as "outer.inner"."""
    if not isinstance(entry, dict):
        return set()
    names: set[str] = set()
    for key, value in list(entry.items())[:100]:
        outer = plain(key)
        names.add(outer)
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict):
            names |= {f"{outer}.{plain(each)}" for each in list(inner)[:50]}
    return names
