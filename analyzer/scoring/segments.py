"""Segments: groups of won accounts that are alike, ranked by what they brought, and said to be shaky when they are.

k-means over industry, country and the logarithms of size; the number of groups by the silhouette (Rousseeuw 1987). Any
accounts can be parted, and a size cut in two comes back however often it is drawn. So there are several segments only
where accounts of one kind would not fall apart as clearly: those whose industries and countries are dealt out anew and
whose sizes come of one normal distribution (the reference of Tibshirani et al. 2001, as a test by simulation). The won
accounts are then drawn again with replacement a hundred times: how much of a group comes back (mean Jaccard similarity)
tells whether it is there or was made by the method (Hennig 2007: under 0.6 it should not be trusted).
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from analyzer.records import Account, Deal, Outcome
from analyzer.scoring.cores import one_core
from analyzer.scoring.intervals import Interval, wilson
from analyzer.scoring.neighbours import Neighbours, load_neighbours
from analyzer.scoring.profile import FEWEST, TRIMMED
from analyzer.scoring.traits import Column, name_band

Matrix = NDArray[np.float64]
MIN_WON = 20
SMALLEST = 5
MOST = 4
DRAWN = 100
STABLE = 0.6
SEED = 20260101
LEVEL = 0.05
REFERENCES = 99
EVERYONE = "all won accounts"
"""The name of one group over everything."""
MOST_NAMED = 3
HALF = 0.5
"""The share of a segment's accounts that its industries must cover to be its name."""
MIN_SILHOUETTE = 0.25
"""A weak structure at best below it (Kaufman & Rousseeuw 1990): everything is then one segment."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Won accounts that are alike. ``revenue`` sums the amounts won, ``cycle_days`` is the median; ``won`` of
    ``closed`` are accounts that fall into it, each with its latest deal, ``open_accounts`` those that have not decided:
    the market at hand.

    ``industries`` are those of its customers, most frequent first; ``share`` of all accounts that fall into it, where
    their industry is known, are of them. ``stability`` 0-1 is the mean Jaccard similarity under resampling.
    """

    name: str
    accounts: tuple[str, ...]
    industries: tuple[str, ...]
    low: int | None
    high: int | None
    won: int
    closed: int
    interval: Interval
    revenue: float
    amount: float | None
    cycle_days: float | None
    churned: int
    open_accounts: int
    stability: float
    share: float = 1.0

    @property
    def is_stable(self) -> bool:
        return self.stability >= STABLE

    @property
    def win_rate(self) -> float:
        return self.won / self.closed if self.closed else 0.0

    @property
    def kind(self) -> str:
        """Its industries, and whether its accounts are all of them or most; "" where fewer than half are."""
        return _kind(self.industries, self.share)


@dataclass(frozen=True, slots=True)
class Segments:
    """``segments`` ranked by open accounts, win rate and amount; ``members`` names each account's by place."""

    segments: tuple[Segment, ...]
    members: Mapping[str, int]
    warnings: tuple[str, ...]

    @property
    def are_apart(self) -> bool:
        """Whether there are several, each there again when the accounts are drawn anew."""
        return len(self.segments) > 1 and all(s.is_stable for s in self.segments)


def find_segments(accounts: Sequence[Account], deals: Iterable[Deal], neighbours: Neighbours | None = None) -> Segments:
    """One segment, or up to four where the won accounts fall apart; none with under 20 won accounts.

    All spellings of an industry or a country are one by ``neighbours``, those shipped where None is given.
    """
    known = neighbours or load_neighbours()
    by_name = {a.name: a for a in accounts}
    outcomes = _latest(d for d in deals if d.account in by_name)
    won = [by_name[n] for n, d in outcomes.items() if d.outcome == Outcome.WON]
    if len(won) < MIN_WON:
        return Segments((), {}, (f"Too few won accounts to find segments: {len(won)}, {MIN_WON} are needed.",))
    space = _Space(won, known)
    labels, count = _clusters(space.place(won), (len(space.industries), len(space.countries)))
    stability = _stability(space.place(won), labels, count)
    centres = np.array([space.place(won)[labels == k].mean(axis=0) for k in range(count)])
    everyone = _nearest(space.place(accounts), centres)
    members = {a.name: int(k) for a, k in zip(accounts, everyone, strict=True)}
    mine = [tuple(a for a in by_name.values() if members[a.name] == i) for i in range(count)]
    made = [
        _segment([a for a, k in zip(won, labels, strict=True) if k == i], mine[i], outcomes, stability[i], known)
        for i in range(count)
    ]
    if count == 1:
        made = [replace(made[0], name=EVERYONE)]
    order = sorted(range(count), key=lambda i: (-made[i].open_accounts, -made[i].win_rate, -made[i].revenue))
    place = {old: new for new, old in enumerate(order)}
    ranked = tuple(made[i] for i in order)
    return Segments(ranked, {n: place[k] for n, k in members.items()}, tuple(_warnings(ranked)))


def _latest(deals: Iterable[Deal]) -> dict[str, Deal]:
    """The last deal of each account: a closed one before an open one, then by the day it closed."""
    from datetime import date

    ranked = sorted(deals, key=lambda d: (d.outcome != Outcome.OPEN, d.closed_on or date.min))
    return {d.account: d for d in ranked}


class _Space:
    """Accounts as points: what is unknown stands in the middle. Each attribute weighs the same."""

    def __init__(self, won: Sequence[Account], neighbours: Neighbours) -> None:
        self.industry_of, self.country_of = neighbours.sense_of("industry"), neighbours.sense_of("country")
        self.industries = _frequent(self.industry_of(a.industry) for a in won)
        self.countries = _frequent(self.country_of(a.country) for a in won)
        sizes = np.log([a.employees for a in won if a.employees])
        revenues = np.log([a.revenue for a in won if a.revenue and a.revenue > 0])
        self.size = (float(sizes.mean()), float(sizes.std()) or 1.0) if len(sizes) else (0.0, 1.0)
        self.revenue = (float(revenues.mean()), float(revenues.std()) or 1.0) if len(revenues) else (0.0, 1.0)

    def place(self, accounts: Sequence[Account]) -> Matrix:
        rows = [
            [
                *_marked(self.industry_of(a.industry), self.industries),
                *_marked(self.country_of(a.country), self.countries),
                _scaled(a.employees, self.size),
                _scaled(a.revenue, self.revenue),
            ]
            for a in accounts
        ]
        return np.array(rows, dtype=np.float64).reshape(len(accounts), -1)


def _frequent(values: Iterable[str]) -> tuple[str, ...]:
    counts = Counter(v for v in values if v)
    return tuple(v for v, n in counts.most_common() if n >= FEWEST)


def _marked(value: str, known: Sequence[str]) -> list[float]:
    return [1.0 if value == name else 0.0 for name in known]


def _scaled(value: float | None, scale: tuple[float, float]) -> float:
    """Halved, so that size weighs as much as one name among several."""
    if not value or value <= 0:
        return 0.0
    return float(np.clip((np.log(value) - scale[0]) / scale[1], -2, 2)) / 2


Parted = tuple[float, NDArray[np.int_], int]
"""The silhouette, a label a point, and how many there are."""


@one_core()
def _clusters(points: Matrix, named: tuple[int, int]) -> tuple[NDArray[np.int_], int]:
    """A label a point, and how many there are; one where no number of groups stands out.

    ``named`` says how many of the columns are industries, and how many after them are countries.
    """
    silhouette, labels, count = _part(points, starts=10)
    if count > 1 and _chance_of(silhouette, points, named) > LEVEL:
        return np.zeros(len(points), dtype=int), 1
    return labels, count


def _part(points: Matrix, starts: int) -> Parted:
    from sklearn.metrics import silhouette_score

    best: Parted = (MIN_SILHOUETTE, np.zeros(len(points), dtype=int), 1)
    for k in range(2, min(MOST, len(points) // SMALLEST) + 1):
        labels = _k_means(points, k, starts)
        if np.bincount(labels, minlength=k).min() < SMALLEST:
            continue
        score = float(silhouette_score(points, labels))
        if score > best[0]:
            best = (score, labels, k)
    return best


def _chance_of(silhouette: float, points: Matrix, named: tuple[int, int]) -> float:
    """The p that accounts of one kind fall apart as clearly (the accounts themselves count as one of the draws)."""
    random = np.random.default_rng(SEED)
    industries, countries, sizes = np.split(points, np.cumsum(named), axis=1)
    as_clear = 0
    for _ in range(REFERENCES):
        drawn = random.multivariate_normal(sizes.mean(axis=0), np.cov(sizes.T), len(points))
        mixed = [random.permutation(industries), random.permutation(countries), np.clip(drawn, -1, 1)]
        # Fewer starts than for the accounts themselves: where it matters the groups are found at once.
        as_clear += _part(np.hstack(mixed), starts=3)[0] >= silhouette
    return (1 + as_clear) / (1 + REFERENCES)


def _k_means(points: Matrix, k: int, starts: int = 10) -> NDArray[np.int_]:
    from sklearn.cluster import KMeans

    with warnings.catch_warnings():
        # Fewer different points than groups: the groups that come of it are what there is.
        warnings.simplefilter("ignore")
        return np.asarray(KMeans(k, n_init=starts, random_state=SEED).fit_predict(points), dtype=int)


def _nearest(points: Matrix, centres: Matrix) -> NDArray[np.int_]:
    distances = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(distances.argmin(axis=1), dtype=int)


@one_core()
def _stability(points: Matrix, labels: NDArray[np.int_], count: int) -> list[float]:
    if count == 1:
        return [1.0]
    random = np.random.default_rng(SEED)
    likeness = np.zeros((DRAWN, count))
    for i in range(DRAWN):
        drawn = np.unique(random.integers(0, len(points), len(points)))
        again = _k_means(points[drawn], count)
        for k in range(count):
            mine = labels[drawn] == k
            likeness[i, k] = max(_jaccard(mine, again == j) for j in range(count))
    return [float(x) for x in likeness.mean(axis=0)]


def _jaccard(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    union = int((one | other).sum())
    return int((one & other).sum()) / union if union else 0.0


def _segment(
    won: Sequence[Account],
    members: Sequence[Account],
    latest: Mapping[str, Deal],
    stability: float,
    neighbours: Neighbours,
) -> Segment:
    inside = [latest[a.name] for a in members if a.name in latest]
    closed = [d for d in inside if d.outcome in (Outcome.WON, Outcome.LOST)]
    deals = [d for d in closed if d.outcome == Outcome.WON]
    amounts = [d.amount for d in deals if d.amount is not None]
    cycles = [d.cycle_days for d in deals if d.cycle_days is not None and d.cycle_days >= 0]
    industries = _industries(won, neighbours)
    named = [neighbours.is_industry(a.industry, industries) for a in members if a.industry]
    share = sum(named) / len(named) if named else 0.0
    sizes = sorted(a.employees for a in won if a.employees is not None)
    cut = int(len(sizes) * TRIMMED)
    low, high = (sizes[cut], sizes[-1 - cut]) if sizes else (None, None)
    return Segment(
        name=_name(_kind(industries, share), low, high),
        accounts=tuple(a.name for a in won),
        industries=industries,
        low=low,
        high=high,
        won=len(deals),
        closed=len(closed),
        interval=wilson(len(deals), len(closed)),
        revenue=float(sum(amounts)),
        amount=median(amounts) if amounts else None,
        cycle_days=median(cycles) if cycles else None,
        churned=sum(d.outcome == Outcome.CHURNED for d in inside),
        open_accounts=len(members) - len(closed) - sum(d.outcome == Outcome.CHURNED for d in inside),
        stability=stability,
        share=share,
    )


def _industries(won: Sequence[Account], neighbours: Neighbours) -> tuple[str, ...]:
    """The three most frequent that two customers share, each as it is most often spelt."""
    cells = [a.industry for a in won if a.industry]
    column = Column("industry", tuple(cells), neighbours)
    return tuple(v for v in column.values if column.having(v).sum() >= 2)[:MOST_NAMED]


def _kind(industries: Sequence[str], share: float) -> str:
    if not industries or share < HALF:
        return ""
    named = " or ".join(industries)
    return named if share == 1 else f"mostly {named}"


def _name(kind: str, low: int | None, high: int | None) -> str:
    parts = [kind or "mixed industries"]
    if low is not None and high is not None:
        parts.append(f"{name_band(low, high)} employees")
    return ", ".join(parts)


def _warnings(segments: Sequence[Segment]) -> list[str]:
    shaky = [s for s in segments if not s.is_stable]
    said = [
        f"Segment “{s.name}” is unstable: drawn again, only {s.stability:.0%} of it comes back. Do not build on it."
        for s in shaky
    ]
    if len(segments) > 2:
        said.append(f"{len(segments)} segments: more than two profiles at once are more than a small team can sell to.")
    return said
