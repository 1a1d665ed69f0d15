"""What another scorecard would change: which accounts would stand in another tier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from analyzer.records import AccountReading
from analyzer.scoring.score import score_account, told_signals
from analyzer.scoring.scorecard import Scorecard

NAMES = {"1": "tier 1", "2": "tier 2", "none": "tier none", "unknown": "tier unknown"}
"""The tiers as everything calls them."""


@dataclass(frozen=True, slots=True)
class Move:
    """An account with its tier and score as they are, and as they would be."""

    account: str
    tier: str
    score: float
    new_tier: str
    new_score: float


@dataclass(frozen=True)
class Preview:
    """``moves`` are of every account, in the order they came in."""

    moves: tuple[Move, ...]

    @cached_property
    def moved(self) -> tuple[Move, ...]:
        return tuple(move for move in self.moves if move.tier != move.new_tier)

    @property
    def counts(self) -> Mapping[tuple[str, str], int]:
        """How many go from which tier to which, most first."""
        return dict(Counter((move.tier, move.new_tier) for move in self.moved).most_common())

    @property
    def summary(self) -> str:
        """ "3 of 60 accounts change tier: 2 from tier 2 to tier 1, 1 from tier none to tier 2." """
        if not self.moved:
            return f"None of {len(self.moves)} accounts changes tier."
        parts = (f"{n} from {NAMES[before]} to {NAMES[after]}" for (before, after), n in self.counts.items())
        verb = "changes" if len(self.moved) == 1 else "change"
        return f"{len(self.moved)} of {len(self.moves)} accounts {verb} tier: {', '.join(parts)}."


def preview_card(readings: Iterable[AccountReading], card: Scorecard) -> Preview:
    """Scores accounts anew; their readings hold what is known of them."""
    moves = []
    for reading in readings:
        findings = reading.findings if reading.heard else None
        score = score_account(reading.account, told_signals(reading), card, findings)
        moves.append(Move(reading.account.name, reading.score.tier, reading.score.score, score.tier, score.score))
    return Preview(tuple(moves))
