"""How far a mix has shifted: the population stability index of two counts of the same values, and what chance alone
gives.

Sources: the index is the symmetric divergence of Jeffreys (1946), Proceedings of the Royal Society A 186; 0.1 and 0.25
are the bounds in use since Siddiqi (2006), Credit Risk Scorecards; that without any shift it is about chi-squared
divided by the harmonic number of cases: Yurdakul & Naranjo (2020), Journal of Risk Model Validation 14.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import log

from analyzer.scoring.intervals import CONFIDENCE
from analyzer.scoring.lift import ENOUGH

SOME, MATERIAL = 0.1, 0.25
SMOOTHING = 0.5
"""Added to every count, so that a value seen on one side only has a logarithm."""
RARE = 5
"""Values seen less often than this on both sides together are counted as one."""
OTHERS = "all others"


class Stability(StrEnum):
    """What an index says; within chance is one over 0.1 that so few deals give without any shift."""

    STABLE = "stable"
    SOME = "some shift"
    MATERIAL = "material shift"
    CHANCE = "within chance"
    TOO_FEW = "too few deals"


@dataclass(frozen=True, slots=True)
class Shift:
    """The mix of one attribute before and now. ``index`` and ``chance`` (what 95 % of samples of this size stay under
    when nothing has shifted) are None with too few on a side, or a single value."""

    attribute: str
    before: Mapping[str, int]
    recent: Mapping[str, int]
    index: float | None
    chance: float | None
    verdict: Stability

    @property
    def n_before(self) -> int:
        return sum(self.before.values())

    @property
    def n_recent(self) -> int:
        return sum(self.recent.values())


def stability_index(before: Mapping[str, int], recent: Mapping[str, int]) -> float:
    """Sum over the values of (r - b) * ln(r / b), with b and r their shares before and now; 0 is no shift.

    A share is (count + 0.5) / (n + 0.5 * number of values).
    """
    values = sorted(before.keys() | recent.keys())
    shares = []
    for side in (before, recent):
        n = sum(side.values()) + SMOOTHING * len(values)
        shares.append([(side.get(value, 0) + SMOOTHING) / n for value in values])
    return float(sum((r - b) * log(r / b) for b, r in zip(*shares, strict=True)))


def chance_index(values: int, n_before: int, n_recent: int) -> float:
    """The index that 95 % of samples of this size stay under when nothing has shifted."""
    from scipy.stats import chi2

    return float(chi2.ppf(CONFIDENCE, values - 1)) * (1 / n_before + 1 / n_recent)


def measure_shift(attribute: str, before: Mapping[str, int], recent: Mapping[str, int]) -> Shift:
    """Under 20 on a side nothing is computed. Rare values are taken together first."""
    kept = (_without_rare(before, recent), _without_rare(recent, before))
    n_before, n_recent = (sum(side.values()) for side in kept)
    if min(n_before, n_recent) < ENOUGH:
        return Shift(attribute, before, recent, None, None, Stability.TOO_FEW)
    values = len(kept[0].keys() | kept[1].keys())
    if values < 2:
        return Shift(attribute, before, recent, 0.0, None, Stability.STABLE)
    index, chance = stability_index(*kept), chance_index(values, n_before, n_recent)
    if index < SOME:
        verdict = Stability.STABLE
    elif index <= chance:
        verdict = Stability.CHANCE
    else:
        verdict = Stability.SOME if index < MATERIAL else Stability.MATERIAL
    return Shift(attribute, before, recent, index, chance, verdict)


def _without_rare(mine: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    made: dict[str, int] = {}
    for value, n in mine.items():
        name = value if n + others.get(value, 0) >= RARE else OTHERS
        made[name] = made.get(name, 0) + n
    return made
