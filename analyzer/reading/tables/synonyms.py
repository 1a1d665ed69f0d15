"""What exports call their columns, and the words that tables write in their cells (columns.yaml beside this file)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

OBJECTS = ("account", "deal", "contact")
_CAMEL = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+|#")
_BEHIND = re.compile(r"[(\[][^()\[\]]{0,40}[)\]]?\s*$")
_THOUSANDS = frozenset(("000", "000s", "thousand", "thousands", "k", "tsd"))
_MILLIONS = frozenset(("m", "mm", "mn", "mio", "million", "millions"))
_UNITS = frozenset(
    ("in", "usd", "eur", "gbp", "chf", "cad", "aud", "sek", "nok", "dkk", "inr", "jpy", "converted", "local", "total")
)
_LONGEST_HEADER = 120


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's header understood. ``ranks`` is its place in the list of each field it may fill (the lowest wins);
    ``owner`` the object its first words name; ``unit`` what its plain numbers count in (1000.0 for "in 000s")."""

    column: str
    plain: str
    ranks: dict[str, float]
    owner: str
    unit: float = 1.0


@cache
def _table() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = files("analyzer.reading.tables").joinpath("columns.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = yaml.load(text, Loader=loader)
    return table


@cache
def headers_of() -> dict[str, tuple[str, ...]]:
    """Every field with the headers that fill it, most telling first."""
    return {field: tuple(names) for name in OBJECTS for field, names in _table()[name]["fields"].items()}


@cache
def object_of(field: str) -> str:
    """Whose field it is: "account", "deal" or "contact"."""
    return next(name for name in OBJECTS if field in _table()[name]["fields"])


@cache
def listed(key: str) -> frozenset[str]:
    """A list of headers, to compare with ``Heading.plain``."""
    return frozenset(_squeeze(name) for name in _table()[key])


@cache
def spelt(key: str) -> frozenset[str]:
    """A list of words in cells, in lower case."""
    return frozenset(str(word).casefold() for word in _table()[key])


@cache
def patterns(key: str, part: str = "") -> re.Pattern[str]:
    """A list of patterns as one, whatever their case."""
    found = _table()[key][part] if part else _table()[key]
    return re.compile("|".join(f"(?:{pattern})" for pattern in found), re.IGNORECASE)


@cache
def _places() -> dict[str, dict[str, float]]:
    places: dict[str, dict[str, float]] = {}
    for field, names in headers_of().items():
        for rank, name in enumerate(names):
            places.setdefault(_squeeze(name), {}).setdefault(field, float(rank))
    return places


@cache
def _prefixes() -> tuple[tuple[str, str], ...]:
    """The longest first, so that "primary contact" is not taken for "primary"."""
    prefixes = [(_squeeze(prefix), name) for name in OBJECTS for prefix in _table()[name]["prefixes"]]
    return tuple(sorted(prefixes, key=lambda prefix: -len(prefix[0])))


def understand(column: str) -> Heading:
    """The heading in a column's name, however its export writes it."""
    column = column[:_LONGEST_HEADER]
    words = _words(column)
    behind = _BEHIND.search(column)
    bare = _words(column[: behind.start()]) if behind and behind.start() else list(words)
    unit_words = {*_words(behind[0]), *words[-1:]} if behind else set(words[-1:])
    unit = 1e3 if unit_words & _THOUSANDS else 1e6 if unit_words & _MILLIONS else 1.0
    while len(bare) > 1 and bare[-1] in _UNITS:
        bare.pop()
    owner = _owner(words)
    for spelling in dict.fromkeys(("".join(words), "".join(bare))):
        if ranks := _places().get(spelling) or _behind_prefix(spelling):
            return Heading(column, spelling, ranks, owner, unit)
    return Heading(column, "".join(words), {}, owner, unit)


def _behind_prefix(plain: str) -> dict[str, float]:
    """Fields of the object a prefix names: "company country" is the account's, "contact country" is no field; of a deal
    also behind them: "Enddatum Deal"."""
    for prefix, name in _prefixes():
        rest = plain.removeprefix(prefix)
        if rest != plain and rest in _places():
            own = {f: rank - 0.5 for f, rank in _places()[rest].items() if object_of(f) == name}
            if own:
                return own
    for suffix in _suffixes():
        rest = plain.removesuffix(suffix)
        if rest != plain and rest in _places():
            return {f: rank - 0.5 for f, rank in _places()[rest].items() if object_of(f) == "deal"}
    return {}


@cache
def _suffixes() -> tuple[str, ...]:
    return tuple(sorted(map(_squeeze, _table()["deal"]["suffixes"]), key=len, reverse=True))


def _owner(words: list[str]) -> str:
    """The object that the header's first words name, "" when they name none."""
    for prefix, name in _prefixes():
        if any("".join(words[:count]) == prefix for count in (1, 2, 3)):
            return name
    return ""


def _words(column: str) -> list[str]:
    """Lower case words of a header; Salesforce's __c and Close's custom. are no part of its name."""
    words = _WORD.findall(_CAMEL.sub(" ", column.removesuffix("__c").removesuffix("__C")).casefold())
    return words[1:] if len(words) > 1 and words[0] == "custom" else words


def _squeeze(name: str) -> str:
    return "".join(_words(name))
