"""The profile that the won deals draw, industry and size together, and whether chance draws as sharp a one.

The rule that reads it is fixed beforehand and simple, so that it can be put to the test: the outcomes are shuffled
among the deals, the profile is read anew each time, and the p is how often it then sets won and lost apart as well
(permutation test, Fisher 1935; the observed order counts as one of them, Phipson & Smyth 2010). Whatever the reading
picked for itself out of the data is thereby paid for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.records import Account
from analyzer.scoring.neighbours import Neighbours
from analyzer.scoring.traits import Column, Flags, columns_of

SHUFFLES = 4999
SEED = 20260101
FEWEST = 3
"""A value needs so many closed deals, and two won ones among them, before it can be part of a profile."""
TRIMMED = 0.05
"""The share of won accounts left out of the size band at each end."""
MIN_WON = 5
SIZES = ("employees", "revenue")


@dataclass(frozen=True)
class Profile:
    """``industries`` that win more often than all deals; ``size`` is the column whose ``low``-``high`` holds the won
    accounts of them. ``inside`` and ``known`` by deal."""

    industries: tuple[str, ...]
    size: str
    low: float | None
    high: float | None
    inside: Flags
    known: Flags

    @property
    def is_drawn(self) -> bool:
        return bool(self.industries) or self.low is not None


def draw_profile(accounts: Sequence[Account], won: Flags, neighbours: Neighbours | None = None) -> Profile:
    """Reads the profile off closed deals; an empty one (``inside`` nowhere) where they show none.

    An industry, however it is spelt, is in it when its share of won deals lies above that of all deals with even odds
    or better (the lower end of its 50 % Wilson interval). The size band holds the won accounts of these industries but
    for 5 % at each end.
    """
    return _Reader(accounts, neighbours).read(won)


class _Reader:
    """The columns as arrays, so that a thousand shuffles take a second."""

    def __init__(self, accounts: Sequence[Account], neighbours: Neighbours | None) -> None:
        columns = {column.name: column for column in columns_of(accounts, neighbours)}
        self.n = len(accounts)
        industry = columns.get("industry")
        self.values = () if industry is None else tuple(industry.values)
        self.is_of = _stack([industry.having(v) for v in self.values] if industry else [], self.n)
        self.industry_known = industry.known if industry else np.ones(self.n, dtype=bool)
        size = next((c for name in SIZES if (c := columns.get(name)) and _is_known_enough(c)), None)
        self.size = size.name if size else ""
        self.sizes = np.full(self.n, np.nan) if size is None or size.numbers is None else size.numbers

    def read(self, won: Flags) -> Profile:
        fitting = self._fitting(won)
        everywhere: Flags = np.ones(self.n, dtype=bool)
        inside: Flags = np.asarray(self.is_of[fitting].any(axis=0)) if len(fitting) else everywhere
        known = self.industry_known.copy() if len(fitting) else np.ones(self.n, dtype=bool)
        sizes = np.sort(self.sizes[inside & won & ~np.isnan(self.sizes)])
        low = high = None
        if len(sizes) >= MIN_WON:
            cut = int(len(sizes) * TRIMMED)
            low, high = float(sizes[cut]), float(sizes[-1 - cut])
            inside = inside & (self.sizes >= low) & (self.sizes <= high)
            known = known & ~np.isnan(self.sizes)
        if not len(fitting) and low is None:
            inside = np.zeros(self.n, dtype=bool)
        return Profile(tuple(self.values[i] for i in fitting), self.size, low, high, inside, known)

    def _fitting(self, won: Flags) -> NDArray[np.intp]:
        if not len(self.values):
            return np.zeros(0, dtype=np.intp)
        n = self.is_of.sum(axis=1)
        some = (self.is_of & won).sum(axis=1)
        base = won[self.industry_known].mean()
        return np.flatnonzero((n >= FEWEST) & (some >= 2) & (_lower_half(some, n) > base))


def _stack(flags: Sequence[Flags], width: int) -> Flags:
    return np.array(flags, dtype=bool).reshape(len(flags), width)


def _is_known_enough(column: Column) -> bool:
    return column.numbers is not None and column.known.mean() >= 0.5


def _lower_half(some: NDArray[np.int_], n: NDArray[np.int_]) -> NDArray[np.float64]:
    """The lower end of the 50 % Wilson interval, as in ``intervals.wilson``, of many shares at once."""
    z = 0.6744897501960817  # the normal quantile of 0.75
    some, n = some.astype(np.float64), np.maximum(n, 1).astype(np.float64)
    share = some / n
    low = share + z * z / (2 * n) - z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return np.asarray(low / (1 + z * z / n), dtype=np.float64)


def sharpness(profile: Profile, won: Flags) -> float:
    """By how many standard deviations more deals are won inside than chance puts there (hypergeometric); 0 without."""
    everyone, winners = int(profile.known.sum()), int((profile.known & won).sum())
    n = int((profile.inside & profile.known).sum())
    if everyone < 2 or not 0 < n < everyone or not 0 < winners < everyone:
        return 0.0
    share = winners / everyone
    spread = np.sqrt(n * share * (1 - share) * (everyone - n) / (everyone - 1))
    return float((int((profile.inside & won).sum()) - n * share) / spread)


def chance_of_profile(
    accounts: Sequence[Account], won: Flags, shuffles: int = SHUFFLES, neighbours: Neighbours | None = None
) -> float:
    """The p that deals without any pattern draw a profile as sharp as this one; 1.0 where none is drawn."""
    reader = _Reader(accounts, neighbours)
    seen = sharpness(reader.read(won), won)
    if seen <= 0:
        return 1.0
    random = np.random.default_rng(SEED)
    # What has as sharp a profile by rounding alone counts as being as sharp.
    as_sharp = sum(
        sharpness(reader.read(w), w) >= seen - 1e-9 for w in (random.permutation(won) for _ in range(shuffles))
    )
    return (1 + as_sharp) / (1 + shuffles)
