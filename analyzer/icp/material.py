"""Everything a draft is made from, as it stands in the study now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from analyzer.extraction.codebook import Codebook
from analyzer.icp.homes import Homes, find_homes
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

FEW_CLOSED = 5
"""With fewer accounts won, or fewer lost, a draft is a guess: a single deal shows nothing."""
_BOUGHT = (Outcome.WON, Outcome.CHURNED)


@dataclass(frozen=True)
class Material:
    """Everything a draft is made from, as it stands in the study now.

    ``accounts`` are as won and lost ones can be compared; ``scored`` are they with all that is told of them, and those
    only heard of, as ``scores`` has them. ``signals`` by account are of those whose triggers are known. ``unread`` are
    the ids of documents from which nothing has been extracted yet, ``rivals`` the names of competitors.
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
    unread: Collection[str] = ()
    rivals: Sequence[str] = ()

    @property
    def is_hypothesis(self) -> bool:
        """Whether too few have bought, or too few were lost, to say anything of who buys."""
        return self.bought < FEW_CLOSED or self.lost < FEW_CLOSED

    @property
    def bought(self) -> int:
        """How many accounts are known to have bought, those that left again among them."""
        return sum(outcome in _BOUGHT for outcome in self._outcomes.values())

    @property
    def lost(self) -> int:
        """How many accounts are known to be lost."""
        return sum(outcome == Outcome.LOST for outcome in self._outcomes.values())

    @cached_property
    def _outcomes(self) -> Mapping[str, Outcome | None]:
        """How it ended with every account, by the latest deal and else by what its documents say."""
        told = {self.homes.of[d.id] for d in self.documents if d.outcome}
        return {account: self.outcome_of(account) for account in {*told, *self.deal_outcomes}}

    @cached_property
    def homes(self) -> Homes:
        """For whom each document counts, whether read or not."""
        return find_homes(self.documents)

    @cached_property
    def read(self) -> tuple[Document, ...]:
        """The documents that something was extracted from, or could have been."""
        return tuple(d for d in self.documents if d.id not in self.unread)

    @property
    def is_unread(self) -> bool:
        """Whether there are documents and not one has been read."""
        return bool(self.documents) and not self.read

    @cached_property
    def _homes_heard(self) -> frozenset[str]:
        return frozenset(self.homes.of[d.id] for d in self.read)

    @property
    def knows_accounts(self) -> bool:
        """Whether any document read is of a known account; without one, documents are counted."""
        return any(account in self._homes_heard for account in self.homes.accounts)

    @property
    def unit(self) -> str:
        """What is counted in "n of m": an "account", or a "document" where nothing read is of a known account."""
        return "document" if self.read and not self.knows_accounts else "account"

    @property
    def heard(self) -> tuple[str, ...]:
        """The accounts of which something was read, the m of every "n of m accounts"; where no account is known, the
        documents, of which those with the same person are one."""
        mine = self.homes.accounts if self.knows_accounts else self.homes.nobody
        return tuple(home for home in mine if home in self._homes_heard)

    @property
    def of_nobody(self) -> tuple[str, ...]:
        """Documents read that are of no account."""
        return tuple(home for home in self.homes.nobody if home in self._homes_heard)

    def outcome_of(self, account: str) -> Outcome | None:
        """How the account's deal ended: by the imported deals, else by what the documents say."""
        if account in self.deal_outcomes:
            return self.deal_outcomes[account]
        return next((d.outcome for d in self.documents if self.homes.of[d.id] == account and d.outcome), None)

    @cached_property
    def deal_outcomes(self) -> Mapping[str, Outcome]:
        """The outcome of each account's latest deal: a closed one before an open one, then by the day it closed."""
        ranked = sorted(self.deals, key=lambda d: (d.outcome != Outcome.OPEN, d.closed_on or date.min))
        return {deal.account: deal.outcome for deal in ranked}
