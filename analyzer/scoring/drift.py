"""How the picture changes over quarters: who is won, what makes them look, how the tiers hold, and when to look again.

Deals count in the quarter they closed in, words in the quarter they were said in. What has no date is in no quarter and
is counted; what closes after ``as_of`` is left out. An account that bought and left (churned) is not among the won.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from analyzer.printing import counted
from analyzer.records import Account, Deal, Document, Finding, Kind, Outcome, Score, Status
from analyzer.scoring.backtest import EMERGING, TIERS, Backtest
from analyzer.scoring.intervals import Interval, newcombe, wilson
from analyzer.scoring.lift import ENOUGH, FEWEST
from analyzer.scoring.neighbours import Neighbours, load_neighbours, spell
from analyzer.scoring.reviews import Review, State, decide_review
from analyzer.scoring.stability import Shift, measure_shift

LONGEST = 40
"""Quarters up to which those in which nothing happened are listed as well."""
BANDS = ((1, 50), (51, 200), (201, 500), (501, 1000), (1001, 5000))


class Quarter(NamedTuple):
    """A quarter of a calendar year, 1 to 4."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def following(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)


def quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def size_band(employees: int | None) -> str:
    """The band of a number of employees, "" where it is unknown."""
    if employees is None:
        return ""
    return next((f"{low}-{high}" for low, high in BANDS if employees <= high), "over 5000")


MIXED: Mapping[str, Callable[[Account], str]] = {
    "industry": lambda a: a.industry,
    "size": lambda a: size_band(a.employees),
    "country": lambda a: a.country,
}
"""What the mix of won accounts is looked at by; "" is unknown."""


@dataclass(frozen=True, slots=True)
class TierRate:
    """Closed deals of a tier in a quarter, scored as in the backtest."""

    tier: str
    n: int
    won: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class QuarterMix:
    """``won`` to ``churned`` count deals; ``mix`` won accounts by attribute and value ("" is unknown); ``triggers``
    accounts by the category they spoke of, of ``heard`` accounts."""

    quarter: Quarter
    won: int
    lost: int
    churned: int
    mix: Mapping[str, Mapping[str, int]]
    triggers: Mapping[str, int]
    heard: int
    tiers: tuple[TierRate, ...]

    @property
    def won_accounts(self) -> int:
        return sum(self.mix["industry"].values())


@dataclass(frozen=True, slots=True)
class Emerging:
    """A value whose share among the won accounts rose: ``some`` of ``n`` lately, ``others`` of ``m`` before, and the
    interval of the difference."""

    attribute: str
    value: str
    some: int
    n: int
    others: int
    m: int
    interval: Interval

    @property
    def difference(self) -> float:
        return self.some / self.n - self.others / self.m


@dataclass(frozen=True, slots=True)
class Drift:
    """``before`` and ``recent`` are the quarters that ``shifts`` and ``emerging`` compare; ``won_at_30`` are accounts
    that won with 30-40 points."""

    as_of: date
    quarters: tuple[QuarterMix, ...]
    before: tuple[Quarter, ...]
    recent: tuple[Quarter, ...]
    shifts: tuple[Shift, ...]
    emerging: tuple[Emerging, ...]
    won_at_30: tuple[Score, ...]
    review: Review
    warnings: tuple[str, ...]


def measure_drift(
    accounts: Iterable[Account],
    deals: Iterable[Deal],
    test: Backtest,
    documents: Iterable[Document],
    findings: Iterable[Finding],
    drafted_on: date | None,
    states: Sequence[State],
    as_of: date,
    neighbours: Neighbours | None = None,
) -> Drift:
    """``test`` is the backtest of the same deals; ``drafted_on`` when the newest draft was made, None without one;
    ``states`` what was predictive at the last drafts and is today, in order of time. All spellings of an industry or a
    country are one by ``neighbours``, those shipped where None is given."""
    known = neighbours or load_neighbours()
    by_name = {a.name: a for a in accounts}
    closed = [d for d in deals if d.outcome != Outcome.OPEN and d.account in by_name]
    dated = [d for d in closed if d.closed_on is not None and d.closed_on <= as_of]
    read = tuple(documents)
    quarters = tuple(_quarters(by_name, dated, test, read, tuple(findings), as_of, known))
    before, recent = choose_sides([(q.quarter, q.won_accounts) for q in quarters])
    sides = [[q for q in quarters if q.quarter in side] for side in (before, recent)]
    mixes = {name: [_summed(q.mix[name] for q in side) for side in sides] for name in MIXED}
    shifts = tuple(measure_shift(name, *mixes[name]) for name in MIXED)
    return Drift(
        as_of,
        quarters,
        before,
        recent,
        shifts,
        tuple(e for name in MIXED for e in find_emerging(name, *mixes[name])),
        test.won_in(*EMERGING),
        decide_review(drafted_on, shifts, states, as_of),
        tuple(_warnings(closed, read, as_of, [sum(q.won_accounts for q in side) for side in sides])),
    )


# ------------------------------------------------------------------------------------------------------------ quarters


def _quarters(
    by_name: Mapping[str, Account],
    dated: Sequence[Deal],
    test: Backtest,
    documents: Sequence[Document],
    findings: Sequence[Finding],
    as_of: date,
    neighbours: Neighbours,
) -> Iterable[QuarterMix]:
    deals: dict[Quarter, list[Deal]] = {}
    for deal in dated:
        deals.setdefault(_of(deal.closed_on), []).append(deal)
    scored: dict[Quarter, list[tuple[Deal, Score]]] = {}
    for deal, score in zip(test.deals, test.scores, strict=True):
        if deal.closed_on is not None and deal.closed_on <= as_of:
            scored.setdefault(_of(deal.closed_on), []).append((deal, score))
    heard: dict[Quarter, set[str]] = {}
    for document in documents:
        if document.said_on is not None and document.said_on <= as_of:
            heard.setdefault(_of(document.said_on), set()).add(document.account or document.name)
    spelt = {name: _spelling(name, map(value_of, by_name.values()), neighbours) for name, value_of in MIXED.items()}
    for quarter in _listed(deals.keys() | heard.keys()):
        mine = deals.get(quarter, [])
        outcomes = Counter(d.outcome for d in mine)
        won = {d.account for d in mine if d.outcome == Outcome.WON}
        yield QuarterMix(
            quarter,
            outcomes[Outcome.WON],
            outcomes[Outcome.LOST],
            outcomes[Outcome.CHURNED],
            {
                name: _counted(spelt[name][value_of(by_name[account])] for account in won)
                for name, value_of in MIXED.items()
            },
            _triggers(findings, quarter),
            len(heard.get(quarter, ())),
            tuple(_tiers(scored.get(quarter, []))),
        )


def _of(day: date | None) -> Quarter:
    assert day is not None, "what has no date was left out"
    return quarter_of(day)


def _listed(found: Iterable[Quarter]) -> list[Quarter]:
    """The quarters found and those between them, but for a span so long that a date in it must be wrong."""
    ordered = sorted(found)
    if not ordered or 4 * (ordered[-1].year - ordered[0].year) > LONGEST:
        return ordered
    every = [ordered[0]]
    while every[-1] < ordered[-1]:
        every.append(every[-1].following)
    return every


def _spelling(attribute: str, values: Iterable[str], neighbours: Neighbours) -> dict[str, str]:
    """For each value the most frequent spelling of those that mean the same, of equals the first in the alphabet."""
    counts, sense = Counter(values), neighbours.sense_of(attribute)
    rarest_first = sorted(sorted(counts, reverse=True), key=lambda value: counts[value])
    usual = {sense(value): value for value in rarest_first}
    return {value: spell(attribute, usual[sense(value)], neighbours.industries) for value in counts}


def _counted(values: Iterable[str]) -> dict[str, int]:
    """Most frequent first, then by name."""
    return dict(sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0])))


def _triggers(findings: Iterable[Finding], quarter: Quarter) -> dict[str, int]:
    said = {
        (f.category, f.account or f.document)
        for f in findings
        if f.kind == Kind.TRIGGER and f.status != Status.REJECTED and f.said_on and quarter_of(f.said_on) == quarter
    }
    return _counted(category for category, _ in said)


def _tiers(scored: Sequence[tuple[Deal, Score]]) -> Iterable[TierRate]:
    for tier in TIERS:
        inside = [deal for deal, score in scored if score.tier == tier]
        won = sum(d.outcome == Outcome.WON for d in inside)
        if inside:
            yield TierRate(tier, len(inside), won, wilson(won, len(inside)))


# --------------------------------------------------------------------------------------------------------- what shifted


def choose_sides(won: Sequence[tuple[Quarter, int]]) -> tuple[tuple[Quarter, ...], tuple[Quarter, ...]]:
    """(before, recent): the fewest last quarters that hold 20 won accounts, or half of all where there are fewer than
    40, against all before them. ``won`` is in order of time."""
    with_won = [(quarter, n) for quarter, n in won if n]
    wanted = min(ENOUGH, sum(n for _, n in with_won) / 2)
    held, at = 0, len(with_won)
    while at and held < wanted:
        at -= 1
        held += with_won[at][1]
    every = [quarter for quarter, _ in with_won]
    return tuple(every[:at]), tuple(every[at:])


def _summed(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Counts by value over several quarters, the unknown left out."""
    return _counted(value for count in counts for value, n in count.items() if value for _ in range(n))


def find_emerging(attribute: str, before: Mapping[str, int], recent: Mapping[str, int]) -> list[Emerging]:
    """Values of five recently won accounts or more whose share rose, with a 95 % interval of the difference (Newcombe)
    above 0; the largest rise first. Each value is looked at by itself: of forty that did not rise, one is named."""
    m, n = sum(before.values()), sum(recent.values())
    found = []
    for value, some in recent.items():
        others = before.get(value, 0)
        interval = newcombe(some, n, others, m)
        if some >= FEWEST and interval.low > 0:
            found.append(Emerging(attribute, value, some, n, others, m, interval))
    return sorted(found, key=lambda e: (-e.difference, e.value))


def _warnings(closed: Sequence[Deal], documents: Sequence[Document], as_of: date, sides: Sequence[int]) -> list[str]:
    said = []
    undated = sum(d.closed_on is None for d in closed)
    ahead = sum(d.closed_on is not None and d.closed_on > as_of for d in closed)
    unsaid = sum(d.said_on is None for d in documents)
    if not closed:
        said.append("No closed deals are imported: there is no mix of won accounts to compare.")
    if undated:
        said.append(f"Without a closing date, and in no quarter: {undated} of {counted(len(closed), 'closed deal')}.")
    if ahead:
        said.append(f"Closed after {as_of}, and left out: {counted(ahead, 'deal')}.")
    if unsaid:
        said.append(
            f"Without a date, what is said there in no quarter: {unsaid} of {counted(len(documents), 'document')}."
        )
    if closed and min(sides) < ENOUGH:
        said.append(
            f"Too few deals to say whether the mix has shifted: {counted(sides[0], 'won account')} before and "
            f"{sides[1]} lately, {ENOUGH} of each are needed."
        )
    return said
