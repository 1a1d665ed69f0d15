"""What goes with winning: every trait's win rate against the rest, with intervals and a verdict.

Lift is the difference of two win rates, of the deals with a trait and of those known to be without it, from -1 to 1
with Newcombe's interval; ``times`` is their ratio. Fisher's exact p of each trait is turned into a q over all traits
tested (Benjamini-Hochberg). The profile is one hypothesis of its own, named beforehand, with a permutation p
(``profile``). At a level of 5 % each, a table without any pattern is said to have one in at most 10 % of cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median

import numpy as np

from analyzer.printing import counted
from analyzer.records import Account, Deal, Finding
from analyzer.scoring.doubts import Leak, find_leaks
from analyzer.scoring.intervals import Interval, false_discovery_rates, fisher, newcombe, wilson
from analyzer.scoring.neighbours import Neighbours
from analyzer.scoring.profile import SHUFFLES, Profile, chance_of_profile, draw_profile
from analyzer.scoring.traits import (
    ClosedDeals,
    Flags,
    Trait,
    closed_deals,
    columns_of,
    finding_traits,
    name_band,
    tool_traits,
    traits_of,
)

LEVEL = 0.05
ENOUGH = 20
"""Won deals, and lost ones, that must be there before anything is said to predict."""
FEWEST = 5
"""Deals with a trait, and without it, that must be there before it is tested."""
COMMON = 0.5
"""The share of won deals from which on a trait is common."""


class Verdict(StrEnum):
    """Predictive wins more, negative less, at the level; the rest does neither as far as these deals can show."""

    PREDICTIVE = "predictive"
    NEGATIVE = "negative"
    DESCRIPTIVE = "descriptive only"
    TOO_FEW = "too few deals"


@dataclass(frozen=True, slots=True)
class LiftRow:
    """One trait: ``n`` deals with it, ``won`` of them; ``rest_n`` known to be without, ``rest_won`` of them.

    Where nobody is known to be without it, ``lift`` is 0 and says nothing (``has_others``).

    ``p`` is Fisher's (the profile's: by shuffling), ``q`` None where the trait was not tested. ``amount`` and
    ``cycle_days`` are medians of the won deals with it, ``churned`` the accounts with it that bought and left; ``band``
    holds both ends of a band of numbers.
    """

    attribute: str
    value: str
    source: str
    n: int
    won: int
    rest_n: int
    rest_won: int
    win_rate: float
    interval: Interval
    lift: float
    lift_interval: Interval
    times: float | None
    p: float
    q: float | None
    verdict: Verdict
    share_of_won: float
    amount: float | None
    cycle_days: float | None
    churned: int
    evidence: tuple[str, ...] = ()
    band: tuple[float, float] | None = None

    @property
    def is_common(self) -> bool:
        return self.share_of_won >= COMMON

    @property
    def has_others(self) -> bool:
        return self.rest_n > 0


@dataclass(frozen=True, slots=True)
class Lift:
    """``rows``: the profile first where one is drawn, then by verdict and strength. ``tested`` counts the traits among
    them that were tested; ``profile`` is what the first row stands for. ``counting`` says in a sentence how all closed
    deals become those counted here, "" where each account has one; it is one of the ``warnings``, too."""

    summary: str
    n_won: int
    n_lost: int
    churned: int
    tested: int
    rows: tuple[LiftRow, ...]
    leaks: tuple[Leak, ...]
    warnings: tuple[str, ...]
    profile: Profile | None
    counting: str = ""

    def of(self, verdict: Verdict) -> tuple[LiftRow, ...]:
        return tuple(row for row in self.rows if row.verdict == verdict)

    @property
    def is_enough(self) -> bool:
        return min(self.n_won, self.n_lost) >= ENOUGH


def measure_lift(
    accounts: Iterable[Account],
    deals: Iterable[Deal],
    findings: Mapping[str, Sequence[Finding]] | None = None,
    trusted: Iterable[str] = (),
    shuffles: int = SHUFFLES,
    neighbours: Neighbours | None = None,
) -> Lift:
    """All traits of the accounts with a won or lost deal. ``findings`` by account as in ``finding_traits``; columns
    named in ``trusted`` are tested even where they look as if they knew the outcome; the profile's p counts as many
    ``shuffles``. ``neighbours`` are the study's tables of what means the same; without them those shipped."""
    closed = closed_deals(accounts, deals)
    columns = columns_of(closed.accounts, neighbours)
    trusted = {name.casefold() for name in trusted}
    leaks = tuple(leak for leak in find_leaks(closed, columns) if leak.column.casefold() not in trusted)
    leaking = {leak.column for leak in leaks}
    traits = traits_of(c for c in columns if c.name not in leaking)
    traits += tool_traits(closed.accounts) + finding_traits(closed.accounts, findings or {})
    churned = _Churned(closed.churned, findings or {}, neighbours)
    rows = [_row(trait, closed, churned, findings or {}) for trait in traits if trait.has.any()]
    is_enough = min(closed.n_won, closed.n_lost) >= ENOUGH
    tested = [i for i, row in enumerate(rows) if min(row.n, row.rest_n) >= FEWEST and is_enough]
    for i, q in zip(tested, false_discovery_rates([rows[i].p for i in tested]), strict=True):
        rows[i] = replace(rows[i], q=q, verdict=_verdict(rows[i].lift, q))
    profile = draw_profile(closed.accounts, closed.won, neighbours) if closed.deals else None
    first = []
    if profile is not None and profile.is_drawn and not leaking & {"industry", profile.size}:
        chance = chance_of_profile(closed.accounts, closed.won, shuffles, neighbours)
        first = [_profile_row(profile, chance, closed, churned, is_enough)]
    ranked = (*first, *sorted(rows, key=_rank))
    return Lift(
        _summary(ranked, closed, len(tested)),
        closed.n_won,
        closed.n_lost,
        len(closed.churned),
        len(tested),
        ranked,
        leaks,
        tuple(_warnings(closed, leaks)),
        profile if first else None,
        _counting(closed),
    )


# ---------------------------------------------------------------------------------------------------------------- rows


class _Churned:
    """How many of the accounts that left have a trait."""

    def __init__(
        self,
        accounts: Sequence[Account],
        findings: Mapping[str, Sequence[Finding]],
        neighbours: Neighbours | None,
    ) -> None:
        self.accounts = accounts
        self._columns = {column.name: column for column in columns_of(accounts, neighbours)}
        self._others = {
            (t.attribute, t.value.casefold()): int(t.has.sum())
            for t in (*tool_traits(accounts), *finding_traits(accounts, findings))
        }

    def with_trait(self, trait: Trait) -> int:
        if trait.band is None:
            column = self._columns.get(trait.attribute)
            having = int(column.having(trait.value).sum()) if column else 0
            return having or self._others.get((trait.attribute, trait.value.casefold()), 0)
        return int(self._between(trait.attribute, *trait.band).sum())

    def inside(self, profile: Profile) -> int:
        inside = np.ones(len(self.accounts), dtype=bool)
        if profile.industries:
            column = self._columns.get("industry")
            inside &= column.having(*profile.industries) if column else False
        if profile.low is not None and profile.high is not None:
            inside &= self._between(profile.size, profile.low, profile.high)
        return int(inside.sum())

    def _between(self, name: str, low: float, high: float) -> Flags:
        column = self._columns.get(name)
        numbers = [_number(cell) for cell in column.cells] if column else [None] * len(self.accounts)
        return np.array([x is not None and low <= x <= high for x in numbers], dtype=bool)


def _number(cell: str) -> float | None:
    from analyzer.reading.tables.cells import to_number

    return to_number(cell) if cell else None


def _row(trait: Trait, closed: ClosedDeals, churned: _Churned, findings: Mapping[str, Sequence[Finding]]) -> LiftRow:
    row = _compared(trait.attribute, trait.value, trait.source, trait.has & trait.known, trait.known, closed)
    return replace(row, churned=churned.with_trait(trait), evidence=_said(trait, closed, findings), band=trait.band)


def _said(trait: Trait, closed: ClosedDeals, findings: Mapping[str, Sequence[Finding]]) -> tuple[str, ...]:
    if trait.source != "findings":
        return ()
    kind = trait.attribute.removeprefix("mentioned ")
    return tuple(
        f.id
        for account, has in zip(closed.accounts, trait.has, strict=True)
        if has
        for f in findings.get(account.name, ())
        if (f.kind.value, f.category.replace("_", " ")) == (kind, trait.value)
    )


def _compared(attribute: str, value: str, source: str, has: Flags, known: Flags, closed: ClosedDeals) -> LiftRow:
    won, rest = closed.won, known & ~has
    some, n, others, m = int((has & won).sum()), int(has.sum()), int((rest & won).sum()), int(rest.sum())
    rate, rest_rate = (some / n if n else 0.0), (others / m if m else 0.0)
    inside = [deal for deal, is_in in zip(closed.deals, has & won, strict=True) if is_in]
    amounts = [deal.amount for deal in inside if deal.amount is not None]
    cycles = [deal.cycle_days for deal in inside if deal.cycle_days is not None and deal.cycle_days >= 0]
    known_won = int((known & won).sum())
    return LiftRow(
        attribute=attribute,
        value=value,
        source=source,
        n=n,
        won=some,
        rest_n=m,
        rest_won=others,
        win_rate=rate,
        interval=wilson(some, n),
        lift=rate - rest_rate if m else 0.0,
        lift_interval=newcombe(some, n, others, m),
        times=rate / rest_rate if rest_rate else None,
        p=fisher(some, n, others, m) if n and m else 1.0,
        q=None,
        verdict=Verdict.TOO_FEW,
        share_of_won=some / known_won if known_won else 0.0,
        amount=median(amounts) if amounts else None,
        cycle_days=median(cycles) if cycles else None,
        churned=0,
    )


def _profile_row(profile: Profile, p: float, closed: ClosedDeals, churned: _Churned, is_enough: bool) -> LiftRow:
    attribute, value = describe_profile(profile)
    row = _compared(attribute, value, "profile of the won deals", profile.inside & profile.known, profile.known, closed)
    is_tested = is_enough and min(row.n, row.rest_n) >= FEWEST
    return replace(
        row,
        p=p,
        q=p if is_tested else None,
        verdict=_verdict(row.lift, p) if is_tested else Verdict.TOO_FEW,
        churned=churned.inside(profile),
    )


def describe_profile(profile: Profile) -> tuple[str, str]:
    """Its attributes and its values: ("industry + employees", "Food or Cold storage, 115-560")."""
    parts = []
    if profile.industries:
        parts.append(("industry", " or ".join(profile.industries)))
    if profile.low is not None and profile.high is not None:
        parts.append((profile.size, name_band(profile.low, profile.high)))
    return " + ".join(name for name, _ in parts), ", ".join(value for _, value in parts)


def _verdict(lift: float, q: float) -> Verdict:
    if q > LEVEL:
        return Verdict.DESCRIPTIVE
    return Verdict.PREDICTIVE if lift > 0 else Verdict.NEGATIVE


_ORDER = tuple(Verdict)


def _rank(row: LiftRow) -> tuple[float, ...]:
    """Predictive, negative, then what is common; a value of few deals is never before one of many."""
    return (_ORDER.index(row.verdict), row.p if row.q is not None and row.q <= LEVEL else 1.0, -row.n, -row.won)


# ------------------------------------------------------------------------------------------------------------ sentences


def _summary(rows: Sequence[LiftRow], closed: ClosedDeals, tested: int) -> str:
    counted_here = f"{counted(closed.n_won, 'account')} won and {closed.n_lost} lost"
    if min(closed.n_won, closed.n_lost) < ENOUGH:
        return f"Too few deals to say what predicts winning: {counted_here}, {ENOUGH} of each are needed."
    # A profile of one value is said once, though it has a row beside the value's own.
    found = dict.fromkeys(f"{row.attribute}: {row.value}" for row in rows if row.verdict == Verdict.PREDICTIVE)
    against = dict.fromkeys(f"{row.attribute}: {row.value}" for row in rows if row.verdict == Verdict.NEGATIVE)
    basis = f"{tested} traits tested over {counted_here} at a false-discovery rate of {LEVEL:.0%}"
    if not found and not against:
        return f"No attribute could be shown to predict winning here ({basis})."
    said = [f"{name} {'; '.join(some)}." for name, some in (("Predictive:", found), ("Negative:", against)) if some]
    return f"{' '.join(said)} ({basis[0].upper()}{basis[1:]}.)"


def _warnings(closed: ClosedDeals, leaks: Iterable[Leak]) -> list[str]:
    said = [f"Column {leak.column} is left out, since {leak.why}." for leak in leaks]
    counting = _counting(closed)
    return [*said, counting] if counting else said


def _counting(closed: ClosedDeals) -> str:
    """How many closed deals of how many accounts there are, and what of them counts; "" where each account has one."""
    if not closed.earlier:
        return ""
    accounts = len(closed.deals) + len(closed.churned)
    left = f", {len(closed.churned)} bought and left" if closed.churned else ""
    return (
        f"{accounts + closed.earlier} closed deals of {counted(accounts, 'account')}: each account counts once here, "
        f"with its latest closed deal ({closed.n_won} won, {closed.n_lost} lost{left}); {closed.earlier} earlier "
        f"{'ones do' if closed.earlier > 1 else 'one does'} not count."
    )
