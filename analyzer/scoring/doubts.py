"""Columns that know how the deal ended (leakage): they would predict winning perfectly, and help nobody.

Three signs, each enough: the name tells of a time after the deal (``doubts.yaml``), the column is filled in for the won
deals and hardly for the lost (or the other way), or one value parts won from lost almost without exception.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from analyzer.scoring.intervals import fisher
from analyzer.scoring.traits import ClosedDeals, Column, Trait, traits_of

FILLED_APART = 0.5
"""How far the shares of filled cells of won and lost deals must lie apart, with a p under 0.001."""
PARTS_ALL = 0.95
"""From which share of deals on the right side a value parts won from lost too well to be a trait of companies."""
FEWEST = 10


@dataclass(frozen=True, slots=True)
class Leak:
    """A column that may know the outcome; ``why`` is a clause for "...: left out, since <why>"."""

    column: str
    why: str


def find_leaks(deals: ClosedDeals, columns: Sequence[Column]) -> list[Leak]:
    """In the order of the columns, one sign each."""
    found = []
    for column in columns:
        why = _named_late(column.name) or _filled_late(deals, column) or _parts_all(deals, column)
        if why:
            found.append(Leak(column.name, why))
    return found


@cache
def _late_names() -> re.Pattern[str]:
    content = yaml.safe_load(files("analyzer.scoring").joinpath("doubts.yaml").read_text(encoding="utf-8"))
    names = sorted(map(re.escape, content["after_the_deal"]), key=len, reverse=True)
    alone = "|".join(map(re.escape, content["alone"]))
    return re.compile(rf"(?<![a-z])(?:{'|'.join(names)})(?![a-z])|^(?:{alone})$")


def _named_late(name: str) -> str:
    words = " ".join(re.sub(r"[_\W]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", name)).casefold().split())
    late = _late_names().search(words) or _late_names().search(name.casefold())
    return f"its name tells of a time after the deal (“{late[0]}”)" if late else ""


def _filled_late(deals: ClosedDeals, column: Column) -> str:
    won, known = deals.won, column.known
    some, n, others, m = int((known & won).sum()), deals.n_won, int((known & ~won).sum()), deals.n_lost
    if min(n, m) < FEWEST or abs(some / n - others / m) < FILLED_APART or fisher(some, n, others, m) >= 0.001:
        return ""
    return f"it is filled in for {some} of {n} won and {others} of {m} lost deals"


def _parts_all(deals: ClosedDeals, column: Column) -> str:
    for trait in traits_of((column,)):
        share = _share_parted(trait, deals)
        if share >= PARTS_ALL:
            return f"“{trait.value}” parts won from lost deals in {share:.0%} of cases, as only the outcome itself does"
    return ""


def _share_parted(trait: Trait, deals: ClosedDeals) -> float:
    won, lost = trait.known & deals.won, trait.known & ~deals.won
    if min(won.sum(), lost.sum()) < FEWEST:
        return 0.0
    # Both sides must be right by themselves: with 95 lost of 100 deals, "never" is right in 95.
    shares = ((trait.has & won).sum() / won.sum(), (~trait.has & lost).sum() / lost.sum())
    return float(max(min(shares), min(1 - shares[0], 1 - shares[1])))
