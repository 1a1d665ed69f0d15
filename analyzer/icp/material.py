"""Everything a draft is made from, as it stands in the study now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from analyzer.extraction.codebook import Codebook
from analyzer.records import (
    Account,
    Committee,
    Deal,
    Denial,
    Document,
    Finding,
    Outcome,
    Phrase,
    Score,
    Signal,
    Theme,
)
from analyzer.scoring.backtest import Backtest
from analyzer.scoring.lift import Lift
from analyzer.scoring.scorecard import Scorecard
from analyzer.scoring.segments import Segments


@dataclass(frozen=True)
class Material:
    """Everything a draft is made from, as it stands in the study now.

    ``accounts`` are as won and lost ones can be compared; ``scored`` are they with all that is told of them, and those
    only heard of, as ``scores`` has them. ``signals`` by account are of those whose triggers are known.
    """

    product: str
    documents: Sequence[Document]
    findings: Sequence[Finding]
    themes: Sequence[Theme]
    phrases: Sequence[Phrase]
    signals: Mapping[str, Sequence[Signal]]
    committees: Sequence[Committee]
    accounts: Sequence[Account]
    deals: Sequence[Deal]
    scores: Sequence[Score]
    card: Scorecard
    codebook: Codebook
    as_of: str
    lift: Lift
    backtest: Backtest
    segments: Segments
    denials: Sequence[Denial] = ()
    rejected: Sequence[Finding] = ()
    segment: str = ""
    scored: Sequence[Account] = ()

    @property
    def is_hypothesis(self) -> bool:
        """Whether nobody has bought yet, as far as the study knows: no deal won, no account heard that did."""
        bought = (Outcome.WON, Outcome.CHURNED)
        return not any(d.outcome in bought for d in self.deals) and not any(d.outcome in bought for d in self.documents)

    @property
    def heard(self) -> tuple[str, ...]:
        """The accounts of which something was read; the m of every "n of m accounts"."""
        return tuple(sorted({d.account or d.name for d in self.documents}))

    def outcome_of(self, account: str) -> Outcome | None:
        """How the account's deal ended: by the imported deals, else by what the documents say."""
        if account in self.deal_outcomes:
            return self.deal_outcomes[account]
        return next((d.outcome for d in self.documents if d.account == account and d.outcome), None)

    @cached_property
    def deal_outcomes(self) -> Mapping[str, Outcome]:
        """The outcome of each account's latest deal: a closed one before an open one, then by the day it closed."""
        ranked = sorted(self.deals, key=lambda d: (d.outcome != Outcome.OPEN, d.closed_on or date.min))
        return {deal.account: deal.outcome for deal in ranked}
