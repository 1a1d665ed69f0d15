"""The scorecard against deals that are closed: do those it ranks high win more, and by how much.

Every deal is scored with what was known when it was opened. Bands that were read off the deals themselves are read
anew from the other accounts before an account is scored (cross-validation grouped by account, so that none stands on
both sides); bands a person set are taken as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from analyzer.records import Account, Deal, Finding, Outcome, Score, Signal
from analyzer.scoring.cores import one_core
from analyzer.scoring.intervals import Interval, wilson
from analyzer.scoring.lift import ENOUGH
from analyzer.scoring.score import score_account
from analyzer.scoring.scorecard import Scorecard

FOLDS = 5
SEED = 20260101
TIERS = ("1", "2", "none", "unknown")
THREE_TIMES = 3.0
"""Inside an ICP that is worth the name, deals convert three times as often as outside."""
EMERGING = (30.0, 40.0)
"""Accounts that win with a score in this band may belong to a segment the scorecard does not know yet."""

Suggest = Callable[[Sequence[Account], Sequence[Deal]], Scorecard]
"""Reads a scorecard off some accounts and their deals."""

Heard = tuple[Sequence[Signal] | None, Sequence[Finding] | None]

Known = Callable[[Deal], Heard]
"""Signals and findings of a deal's account as known when the deal was opened; None where nothing was heard."""


@dataclass(frozen=True, slots=True)
class TierResult:
    """Closed deals of a tier; ``amount`` and ``cycle_days`` are medians of its won deals."""

    tier: str
    n: int
    won: int
    interval: Interval
    amount: float | None
    cycle_days: float | None

    @property
    def win_rate(self) -> float:
        return self.won / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as often tier 1 wins as the rest, with its 95 % interval; None where a side has no win."""

    ratio: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Bin:
    """Deals whose predicted chance of winning is about the same: the mean of it, and how many were won."""

    n: int
    predicted: float
    won: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class ListResult:
    """How one list of accounts falls into the tiers: ``tiers`` counts them, ``fit`` is the share in tier 1 or 2 of
    those with a tier. Best customers should mostly fit, the not-a-fit ones not, the others lie between."""

    name: str
    n: int
    tiers: Mapping[str, int]

    @property
    def known(self) -> int:
        """Those whose tier is known."""
        return self.n - self.tiers.get("unknown", 0)

    @property
    def fits(self) -> int:
        """Those in tier 1 or 2."""
        return self.tiers.get("1", 0) + self.tiers.get("2", 0)

    @property
    def fit(self) -> float | None:
        return self.fits / self.known if self.known else None


@dataclass(frozen=True, slots=True)
class Backtest:
    """``auc``: the chance that a won deal scores above a lost one (0.5 is a coin); None with one outcome alone.

    ``scores`` are those of the deals, in their order. ``calibration`` and ``brier`` (0 is perfect) are those of a
    logistic curve over the score, fitted without the account; ``base_brier`` is that of always saying the win rate.
    """

    tiers: tuple[TierResult, ...]
    auc: float | None
    inside_outside: Ratio
    calibration: tuple[Bin, ...]
    brier: float | None
    base_brier: float | None
    deals: tuple[Deal, ...]
    scores: tuple[Score, ...]
    is_cross_validated: bool
    warnings: tuple[str, ...]

    def lists(self, others: Sequence[Score] = ()) -> tuple[ListResult, ...]:
        """The better half of the won deals by amount, the lost ones, and ``others``: accounts without a closed deal."""
        pairs = list(zip(self.deals, self.scores, strict=True))
        won = [(d, s) for d, s in pairs if d.outcome == Outcome.WON]
        amounts = sorted(d.amount for d, _ in won if d.amount is not None)
        middle = amounts[len(amounts) // 2] if amounts else 0.0
        best = [s for d, s in won if not amounts or (d.amount is not None and d.amount >= middle)]
        lost = [s for d, s in pairs if d.outcome == Outcome.LOST]
        return tuple(
            ListResult(name, len(some), dict(Counter(s.tier for s in some)))
            for name, some in (("best", best), ("not a fit", lost), ("control", list(others)))
        )

    def won_in(self, low: float, high: float) -> tuple[Score, ...]:
        """Scores of won deals from ``low`` to under ``high``, highest first."""
        return self._some(Outcome.WON, low, high)

    def lost_from(self, low: float) -> tuple[Score, ...]:
        """Scores of lost deals from ``low`` on, highest first: what the scorecard cannot see."""
        return self._some(Outcome.LOST, low, 101.0)

    def _some(self, outcome: Outcome, low: float, high: float) -> tuple[Score, ...]:
        pairs = zip(self.deals, self.scores, strict=True)
        found = (s for d, s in pairs if d.outcome == outcome and low <= s.score < high and s.tier != "unknown")
        return tuple(sorted(found, key=lambda s: -s.score))


def backtest(
    accounts: Iterable[Account],
    deals: Iterable[Deal],
    card: Scorecard,
    known: Known,
    suggest: Suggest,
    earlier: Sequence[Scorecard] = (),
) -> Backtest:
    """Scores every won or lost deal of a known account. ``suggest`` tells which bands were read off the deals: those
    of ``card`` that equal what it gives, or what it gave for one of the ``earlier`` cards."""
    by_name = {a.name: a for a in accounts}
    # What churned since is not scored, but it was there when the bands were read off.
    everything = [d for d in deals if d.account in by_name]
    closed = [d for d in everything if d.outcome in (Outcome.WON, Outcome.LOST)]
    owners = [d.laid_over(by_name[d.account]) for d in closed]
    read_off = _read_off(card, (suggest([*by_name.values()], everything), *earlier)) if closed else ()
    folds = split_by_account(closed) if read_off else []
    cards = [card] * len(closed)
    for _, held_out in folds:
        names = {closed[i].account for i in held_out}
        others = [a for a in by_name.values() if a.name not in names]
        suggested = suggest(others, [d for d in everything if d.account not in names])
        without = card.model_copy(update={name: getattr(suggested, name) for name in read_off})
        for i in held_out:
            cards[i] = without
    heard = [known(deal) for deal in closed]
    scores = tuple(
        score_account(owner, signals, its, findings)
        for owner, (signals, findings), its in zip(owners, heard, cards, strict=True)
    )
    won = np.array([d.outcome == Outcome.WON for d in closed], dtype=bool)
    points = np.array([s.score for s in scores], dtype=np.float64)
    chances = _chances(points, won, closed)
    return Backtest(
        tuple(_tier(tier, closed, scores) for tier in TIERS if any(s.tier == tier for s in scores) or tier in "12"),
        _auc(points, won),
        _inside_outside(scores, won),
        _bins(chances, won),
        float(np.mean((chances - won) ** 2)) if len(chances) else None,
        float(np.mean((won.mean() - won) ** 2)) if len(chances) else None,
        tuple(closed),
        scores,
        bool(folds),
        tuple(_warnings(closed, scores, read_off, bool(folds))),
    )


_BANDS = ("industry", "size", "geography")


def _read_off(card: Scorecard, suggested: Sequence[Scorecard]) -> tuple[str, ...]:
    """The rules of the card whose bands are what the deals themselves suggest, now or at an earlier import."""
    return tuple(
        name
        for name in _BANDS
        if getattr(card, name) != getattr(Scorecard(), name)
        and any(getattr(card, name) == getattr(one, name) for one in suggested)
    )


def split_by_account(deals: Sequence[Deal]) -> list[tuple[list[int], list[int]]]:
    """(training, held out) places of deals, outcomes spread evenly, an account on one side only; [] for too few.

    Both outcomes are in every training part: where a few accounts hold most deals, there are fewer parts for it.
    """
    groups = len({d.account for d in deals})
    won = sum(d.outcome == Outcome.WON for d in deals)
    for parts in range(min(FOLDS, groups, won, len(deals) - won), 1, -1):
        folds = _folds(deals, parts)
        if all(held_out and len({deals[i].outcome for i in training}) > 1 for training, held_out in folds):
            return folds
    return []


def _folds(deals: Sequence[Deal], parts: int) -> list[tuple[list[int], list[int]]]:
    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(parts, shuffle=True, random_state=SEED)
    outcomes = [d.outcome.value for d in deals]
    pairs = splitter.split(np.zeros(len(deals)), outcomes, [d.account for d in deals])
    return [(training.tolist(), held_out.tolist()) for training, held_out in pairs]


def _tier(tier: str, deals: Sequence[Deal], scores: Sequence[Score]) -> TierResult:
    inside = [d for d, s in zip(deals, scores, strict=True) if s.tier == tier]
    won = [d for d in inside if d.outcome == Outcome.WON]
    amounts = [d.amount for d in won if d.amount is not None]
    cycles = [d.cycle_days for d in won if d.cycle_days is not None and d.cycle_days >= 0]
    return TierResult(
        tier,
        len(inside),
        len(won),
        wilson(len(won), len(inside)),
        median(amounts) if amounts else None,
        median(cycles) if cycles else None,
    )


def _auc(points: NDArray[np.float64], won: NDArray[np.bool_]) -> float | None:
    if won.all() or not won.any():
        return None
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(won, points))


def _inside_outside(scores: Sequence[Score], won: NDArray[np.bool_]) -> Ratio:
    """Relative risk with the interval of its logarithm (Katz et al. 1978)."""
    is_known = np.array([s.tier != "unknown" for s in scores], dtype=bool)
    inside = np.array([s.tier == "1" for s in scores], dtype=bool)
    outside = is_known & ~inside
    some, n, others, m = (int(x.sum()) for x in (inside & won, inside, outside & won, outside))
    if not some or not others:
        return Ratio(None, None, None)
    from scipy.stats.contingency import relative_risk

    result = relative_risk(some, n, others, m)
    interval = result.confidence_interval()
    return Ratio(float(result.relative_risk), float(interval.low), float(interval.high))


def _chances(points: NDArray[np.float64], won: NDArray[np.bool_], deals: Sequence[Deal]) -> NDArray[np.float64]:
    """The chance of winning by the score alone, from a curve fitted without the deal's account; empty for too few."""
    folds = split_by_account(deals)
    if not folds:
        return np.zeros(0)
    from sklearn.linear_model import LogisticRegression

    chances = np.zeros(len(won))
    with one_core():
        for training, held_out in folds:
            curve = LogisticRegression(C=100.0).fit(points[training, None] / 100, won[training])
            chances[held_out] = curve.predict_proba(points[held_out, None] / 100)[:, 1]
    return chances


def _bins(chances: NDArray[np.float64], won: NDArray[np.bool_], parts: int = 4) -> tuple[Bin, ...]:
    order = np.argsort(chances, kind="stable")
    return tuple(
        Bin(len(some), float(chances[some].mean()), int(won[some].sum()), wilson(int(won[some].sum()), len(some)))
        for some in np.array_split(order, parts)
        if len(some)
    )


def _warnings(deals: Sequence[Deal], scores: Sequence[Score], read_off: Iterable[str], validated: bool) -> list[str]:
    won = sum(d.outcome == Outcome.WON for d in deals)
    lost = len(deals) - won
    said = []
    if min(won, lost) < ENOUGH:
        said.append(f"Too few deals to judge a scorecard: {won} won and {lost} lost, {ENOUGH} of each are needed.")
    named = ", ".join(read_off)
    if named and validated:
        said.append(f"The bands of {named} were read off these deals; here they are read anew without each account.")
    elif named:
        said.append(f"The bands of {named} were read off these same deals, which flatters them.")
    unknown = sum(s.tier == "unknown" for s in scores)
    if unknown:
        said.append(
            f"{unknown} of {len(scores)} deals have less than half of their points known; their tier is unknown."
        )
    return said


def backtest_json(test: Backtest, others: Sequence[Score] = ()) -> Mapping[str, object]:
    """As ``icp backtest --format json`` prints it; ``others`` as in ``Backtest.lists``."""
    return {
        "tiers": [
            {
                "tier": t.tier,
                "n": t.n,
                "won": t.won,
                "win_rate": t.win_rate,
                "low": t.interval.low,
                "high": t.interval.high,
                "amount": t.amount,
                "cycle_days": t.cycle_days,
            }
            for t in test.tiers
        ],
        "auc": test.auc,
        "inside_outside": {
            "ratio": test.inside_outside.ratio,
            "low": test.inside_outside.low,
            "high": test.inside_outside.high,
        },
        "warnings": list(test.warnings),
        "calibration": [
            {"n": b.n, "predicted": b.predicted, "won": b.won, "low": b.interval.low, "high": b.interval.high}
            for b in test.calibration
        ],
        "lists": [
            {"list": one.name, "n": one.n, "tiers": dict(one.tiers), "fit": one.fit} for one in test.lists(others)
        ],
        "brier": test.brier,
        "base_brier": test.base_brier,
        "cross_validated": test.is_cross_validated,
        "emerging": [{"account": s.account, "score": s.score} for s in test.won_in(*EMERGING)],
        "lost_in_tier_1": [{"account": s.account, "score": s.score} for s in test.lost_from(70.0)],
    }
