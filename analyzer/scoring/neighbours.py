"""Which names mean the same industry or place, and which stand beside each other: small tables in data.

The scorecard compares by them, and whatever counts values counts all spellings of one as one (``Neighbours.sense_of``).
``industries.yaml`` and ``regions.yaml`` beside this file; a copy in the study folder is used instead. A name that no
table knows is equal to itself alone and has no neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from analyzer.errors import StudyError
from analyzer.scoring.hints import nearest

INDUSTRIES, REGIONS = "industries.yaml", "regions.yaml"
_DROPPED = re.compile(r"[.'’`´]")
_PARTED = re.compile(r"[\W_]+")
_CODE = re.compile(r"[A-Z0-9]+(?:_[A-Z0-9]+)+")
_CAPITALS = re.compile(r"[A-Z]{5,}")
"""A word in capitals; shorter ones (FMCG, SAAS) may be spelt so."""


class Fit(StrEnum):
    """How a name stands to those the scorecard lists; ``PARTLY``: a region that lies only in part in them."""

    INSIDE = "inside"
    ADJACENT = "adjacent"
    OUTSIDE = "outside"
    PARTLY = "partly"


@lru_cache(maxsize=20_000)
def fold(name: str) -> str:
    """A name without case, accents, punctuation and "and": "Food & Beverages" and FOOD_BEVERAGES are one."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = _DROPPED.sub("", "".join(c for c in plain if not unicodedata.combining(c)))
    words = _PARTED.sub(" ", plain.replace("&", " ")).split()
    # "AND" by itself is a country's code.
    return " ".join([word for word in words if word != "and"] or words)


@dataclass(frozen=True, eq=False)
class Industries:
    """``keys`` gives each folded spelling its industry, ``families`` each industry the families it stands in."""

    keys: Mapping[str, str]
    families: Mapping[str, frozenset[str]]

    def key(self, name: str) -> str:
        """What all spellings of an industry have in common."""
        folded = fold(name)
        bare = folded.removesuffix(" industry")
        return self.keys.get(folded) or self.keys.get(bare) or bare


@dataclass(frozen=True, eq=False)
class Regions:
    """``places`` gives each folded name of a country or region the ISO codes it holds, ``close`` the codes of the
    regions within which countries are adjacent, ``names`` all names as the table writes them, ``states`` gives each
    folded name of a state or province what all its spellings have in common."""

    places: Mapping[str, frozenset[str]]
    close: tuple[frozenset[str], ...]
    names: tuple[str, ...]
    states: Mapping[str, str] = field(default_factory=dict)

    def countries(self, name: str) -> frozenset[str]:
        """The ISO codes of a country or region; of an unknown name a code that no other name has."""
        folded = fold(name)
        return self.places.get(folded) or frozenset((folded,))

    def is_known(self, name: str) -> bool:
        return fold(name) in self.places

    def beside(self, codes: frozenset[str]) -> frozenset[str]:
        """All countries that share a close region with one of these."""
        return frozenset().union(*(region for region in self.close if region & codes))


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Both tables. Compared by identity: a table that is read anew is another one."""

    industries: Industries
    regions: Regions

    def is_industry(self, name: str, names: Sequence[str]) -> bool:
        """Whether an industry is one of these, however they are spelt."""
        return compare_industry(self.industries, name, tuple(names)) == Fit.INSIDE

    def is_in(self, country: str, names: Sequence[str]) -> bool:
        """Whether a country is one of these, or lies in one of them that is a region."""
        return compare_place(self.regions, country, tuple(names)) == Fit.INSIDE

    def sense_of(self, attribute: str) -> Callable[[str], str]:
        """Gives what all spellings of a value of this attribute have in common: of an industry, a country or a region
        by the tables, of anything else the value in lower case."""
        return {"industry": self.industries.key, "country": self._country, "region": self._region}.get(
            attribute, str.casefold
        )

    def _country(self, name: str) -> str:
        return "|".join(sorted(self.regions.countries(name)))

    def _region(self, name: str) -> str:
        # Of a column of states CA is California, and stays apart from the country.
        return self.regions.states.get(fold(name)) or self._country(name)


def spell(attribute: str, name: str, industries: Industries) -> str:
    """A value as a person reads it: an industry's code in words (HOSPITAL_HEALTH_CARE, RETAIL), all else as it is."""
    if attribute != "industry":
        return name
    is_word = _CAPITALS.fullmatch(name) and fold(name) in industries.keys
    return name.replace("_", " ").capitalize() if is_word or _CODE.fullmatch(name) else name


@lru_cache(maxsize=50_000)
def compare_industry(
    industries: Industries, name: str, fitting: tuple[str, ...], adjacent: tuple[str, ...] = ()
) -> Fit:
    """Adjacent is what ``adjacent`` lists; without a list, what shares a family with one that fits."""
    key = industries.key(name)
    keys = {industries.key(other) for other in fitting}
    if key in keys:
        return Fit.INSIDE
    if adjacent:
        return Fit.ADJACENT if key in {industries.key(other) for other in adjacent} else Fit.OUTSIDE
    mine = industries.families.get(key, frozenset())
    return Fit.ADJACENT if any(mine & industries.families.get(k, frozenset()) for k in keys) else Fit.OUTSIDE


@lru_cache(maxsize=50_000)
def compare_place(regions: Regions, country: str, supported: tuple[str, ...], adjacent: tuple[str, ...] = ()) -> Fit:
    """Names of countries and regions may be mixed. Without a list, adjacent is what shares a close region."""
    place = regions.countries(country)
    inside: frozenset[str] = frozenset().union(*map(regions.countries, supported))
    if place <= inside:
        return Fit.INSIDE
    if place & inside:
        return Fit.PARTLY
    beside = frozenset().union(*map(regions.countries, adjacent)) if adjacent else regions.beside(inside)
    return Fit.ADJACENT if place <= beside else Fit.OUTSIDE


# ------------------------------------------------------------------------------------------------------------ reading


def load_neighbours(folder: Path | None = None) -> Neighbours:
    """The tables of the study in ``folder`` where it has its own, else those shipped. Raises StudyError naming the
    file and the fault."""
    if folder is None:
        return _shipped_neighbours()
    own = {name: _own_text(folder / name) for name in (INDUSTRIES, REGIONS)}
    return _read(own[INDUSTRIES] or shipped(INDUSTRIES), own[REGIONS] or shipped(REGIONS))


@cache
def _shipped_neighbours() -> Neighbours:
    return _read(shipped(INDUSTRIES), shipped(REGIONS))


@cache
def shipped(name: str) -> str:
    """The text of a table as it comes with the program, to be copied and edited."""
    return files("analyzer.scoring").joinpath(name).read_text(encoding="utf-8")


def _own_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"{path} cannot be read: {error}") from error


@lru_cache(maxsize=8)
def _read(industries: str, regions: str) -> Neighbours:
    return Neighbours(_read_industries(industries), _read_regions(regions))


def _read_industries(text: str) -> Industries:
    table = _mapping(_parsed(text, INDUSTRIES).get("families"), INDUSTRIES, "families")
    keys: dict[str, str] = {}
    families: dict[str, set[str]] = {}
    for family, members in table.items():
        for name, spellings in _mapping(members, INDUSTRIES, str(family)).items():
            key = fold(str(name))
            families.setdefault(key, set()).add(str(family))
            for spelt in (str(name), *_names(spellings, INDUSTRIES, str(name))):
                other = keys.setdefault(fold(spelt), key)
                if other != key:
                    raise StudyError(f"{INDUSTRIES}: {spelt!r} stands for two industries, {other!r} and {key!r}.")
    return Industries(keys, {key: frozenset(some) for key, some in families.items()})


def _read_regions(text: str) -> Regions:
    content = _parsed(text, REGIONS)
    countries = _mapping(content.get("countries"), REGIONS, "countries")
    regions = _mapping(content.get("regions"), REGIONS, "regions")
    places: dict[str, frozenset[str]] = {}
    names: list[str] = []

    def put(spelt: str, codes: frozenset[str]) -> None:
        if places.setdefault(fold(spelt), codes) != codes:
            raise StudyError(f"{REGIONS}: {spelt!r} stands for two places.")

    for code, spellings in countries.items():
        own = _names(spellings, REGIONS, str(code))
        names += own[:1]
        for spelt in (str(code), *own):
            put(spelt, frozenset((str(code),)))
    for name, entry in regions.items():
        names.append(str(name))
        codes = _codes(str(name), countries, regions, ())
        for spelt in (str(name), *_names(_mapping(entry, REGIONS, str(name)).get("also"), REGIONS, str(name))):
            put(spelt, codes)
    close = [_codes(name, countries, regions, ()) for name in _names(content.get("close"), REGIONS, "close")]
    return Regions(places, tuple(close), tuple(names), _read_states(content.get("states")))


def _read_states(content: Any) -> dict[str, str]:
    """States by their names and codes; a table without any is an older copy in a study."""
    states: dict[str, str] = {}
    for country, held in _mapping(content or {}, REGIONS, "states").items():
        for code, spellings in _mapping(held, REGIONS, f"the states of {country}").items():
            own = f"{country}-{code}"
            for spelt in (str(code), own, *_names(spellings, REGIONS, own)):
                if states.setdefault(fold(spelt), own) != own:
                    raise StudyError(f"{REGIONS}: {spelt!r} stands for two states.")
    return states


def _codes(
    name: str, countries: Mapping[Any, Any], regions: Mapping[Any, Any], above: tuple[str, ...]
) -> frozenset[str]:
    """The countries of a region, those of the regions it holds among them."""
    if name in countries:
        return frozenset((name,))
    if name in above:
        raise StudyError(f"{REGIONS}: the region {name!r} holds itself.")
    if name not in regions:
        where = f"the region {above[-1]!r}" if above else "close"
        hint = nearest(name, [*map(str, regions), *map(str, countries)])
        raise StudyError(f"{REGIONS}: {where} names {name!r}, which is no code and no region of the file{hint}.")
    held = _names(_mapping(regions[name], REGIONS, name).get("holds"), REGIONS, name)
    return frozenset().union(*(_codes(one, countries, regions, (*above, name)) for one in held))


def _parsed(text: str, name: str) -> Mapping[Any, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _mapping(yaml.load(text, Loader=loader), name, "the file")
    except yaml.YAMLError as error:
        raise StudyError(f"{name} is not valid YAML: {error}") from error


def _mapping(content: Any, name: str, where: str) -> Mapping[Any, Any]:
    if not isinstance(content, dict):
        raise StudyError(f"{name}: {where} must be names with values below them, as in the file that comes with icp.")
    return content


def _names(content: Any, name: str, where: str) -> tuple[str, ...]:
    if content is None:
        return ()
    if not isinstance(content, list) or not all(isinstance(one, str) for one in content):
        raise StudyError(f'{name}: {where} must have a list of names in brackets; write a name like "NO" in quotes.')
    return tuple(content)
