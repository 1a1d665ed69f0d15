"""What a backtest says, in sentences for somebody who sells and counts no statistics: each says what would be good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.records import Score
from analyzer.scoring.backtest import EMERGING, THREE_TIMES, Backtest, ListResult, Ratio

FROM = 70.0
"""Lost deals from this score on are named."""
RULE_OF_THREE = "a tier-1 account should win at least three times as often as the rest"
_LISTS = {
    "best": "of the larger won deals",
    "not a fit": "of the lost deals",
    "control": "of the accounts without a closed deal",
}
_SHOULD = {"best": "most of the won ones should", "not a fit": "most of the lost ones should not"}


@dataclass(frozen=True, slots=True)
class AccountScores:
    """An account with how many deals of it are meant, and their lowest and highest score."""

    account: str
    deals: int
    low: float
    high: float

    @property
    def spread(self) -> str:
        """ "82", "75-82"."""
        return f"{self.low:.0f}-{self.high:.0f}" if f"{self.low:.0f}" != f"{self.high:.0f}" else f"{self.high:.0f}"

    def __str__(self) -> str:
        """ "Dunmore (82)", "Valemont (2 deals, 75-82)"."""
        return f"{self.account} ({self.count}{self.spread})"

    @property
    def count(self) -> str:
        """ "2 deals, ", and nothing for one."""
        return f"{self.deals} deals, " if self.deals > 1 else ""


def by_account(scores: Sequence[Score]) -> tuple[AccountScores, ...]:
    """Each account once, highest score first."""
    found: dict[str, list[float]] = {}
    for score in scores:
        found.setdefault(score.account, []).append(score.score)
    made = (AccountScores(name, len(some), min(some), max(some)) for name, some in found.items())
    return tuple(sorted(made, key=lambda one: (-one.high, one.account)))


def rule_of_three(ratio: Ratio) -> str:
    """Whether it holds, with what it is: "The rule of three (...) is open: ..."."""
    rule = f"The rule of three ({RULE_OF_THREE})"
    if ratio.low is None or ratio.high is None:
        return f"{rule} cannot be tested: one side has no won deal."
    if ratio.low >= THREE_TIMES:
        return f"{rule} holds."
    if ratio.high < THREE_TIMES:
        return f"{rule} does not hold."
    return f"{rule} is open: by these deals it may be less as well as more."


def say_backtest(test: Backtest, others: Sequence[Score] = ()) -> tuple[str, ...]:
    """The sentences below the tiers; ``others`` as in ``Backtest.lists``. None for what too few deals can tell."""
    if not test.deals:
        return ()
    said = [_against_rest(test.inside_outside), *_ranking(test), *_gain(test), *_fits(test.lists(others))]
    low, high = EMERGING
    for scores, lead in (
        (
            test.won_in(low, high),
            f"Won with only {low:.0f}-{high:.0f} points, perhaps customers the scorecard overlooks",
        ),
        (test.lost_from(FROM), f"Lost with {FROM:.0f} points or more, for a reason the scorecard does not see"),
    ):
        if scores:
            said.append(f"{lead}: {', '.join(map(str, by_account(scores)))}.")
    return tuple(said)


def _against_rest(ratio: Ratio) -> str:
    if ratio.ratio is None or ratio.low is None or ratio.high is None:
        return rule_of_three(ratio)
    times = f"Tier 1 wins {ratio.ratio:.1f} times as often as the rest, probably {ratio.low:.1f} to {ratio.high:.1f}"
    return f"{times} times. {rule_of_three(ratio)}"


def _ranking(test: Backtest) -> list[str]:
    if test.auc is None:
        return []
    return [f"Of a won and a lost deal, the won one scores higher in {test.auc:.0%} of pairs; a coin would give 50%."]


def _gain(test: Backtest) -> list[str]:
    if test.brier is None or test.base_brier is None:
        return []
    verdict = "closer to what happened than" if test.brier < test.base_brier else "no closer to what happened than"
    return [
        f"A chance of winning read off the score comes {verdict} the plain win rate said of every deal "
        f"(Brier score {test.brier:.3f} against {test.base_brier:.3f}; 0 is perfect)."
    ]


def _fits(lists: Sequence[ListResult]) -> list[str]:
    """ "In tier 1 or 2 are 16 of 19 (84%) of the larger won deals and ..."; what a list has no account for is not
    explained."""
    told = [one for one in lists if one.fit is not None]
    shares = [f"{one.fits} of {one.known} {_LISTS[one.name]} ({one.fit:.0%})" for one in told]
    if not shares:
        return []
    should = " and ".join(_SHOULD[one.name] for one in told if one.name in _SHOULD)
    named = shares[0] if len(shares) == 1 else f"{', '.join(shares[:-1])} and {shares[-1]}"
    return [f"In tier 1 or 2 are {named}" + (f"; {should}." if should else ".")]
