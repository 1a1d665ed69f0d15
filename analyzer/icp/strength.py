"""How much a line of the draft carries, as one word, by a rule that stands on the page."""

from __future__ import annotations

from analyzer.records import Strength
from analyzer.scoring.lift import LiftRow, Verdict

MANY_ACCOUNTS = 5
LARGE_SHARE = 0.4
FEW_ACCOUNTS = 2

STRENGTH_RULE = (
    f"Strong: said at {MANY_ACCOUNTS} accounts or more and at {LARGE_SHARE:.0%} or more of those heard, or predictive "
    f"over 20 won and 20 lost deals. Some: at {FEW_ACCOUNTS} accounts or more. Thin: at one, or at none that is known. "
    "With no account known, documents count."
)


def strength_of_said(n: int, m: int) -> Strength:
    """What ``n`` of ``m`` accounts heard said."""
    if n >= MANY_ACCOUNTS and n >= LARGE_SHARE * m:
        return Strength.STRONG
    return Strength.SOME if n >= FEW_ACCOUNTS else Strength.THIN


def strength_of_rate(row: LiftRow) -> Strength:
    """A difference between won and lost deals that holds is strong, one of too few deals thin."""
    if row.verdict in (Verdict.PREDICTIVE, Verdict.NEGATIVE):
        return Strength.STRONG
    return Strength.THIN if row.verdict == Verdict.TOO_FEW else Strength.SOME
