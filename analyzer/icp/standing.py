"""What an account is to us: customer, churned, in an open deal, lost, or nobody yet; from its deals, and by which day.

Documents may be marked with how a deal ended, too. Where deals are known these count; a document that says otherwise is
named, and so is one where no deal is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from analyzer.printing import counted
from analyzer.records import Deal, Outcome

CUSTOMER, NO_DEAL = "customer", "no deal"
SHOWN = 3


class Marked(NamedTuple):
    """A document that is marked with the outcome of a deal; ``said_on`` is None where nobody knows the day."""

    name: str
    outcome: Outcome
    said_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """``state`` is "customer", "churned", "open", "lost" or "no deal"; ``since`` the day it became so, where known, and
    of a churned customer the day its deal was closed.

    ``deals`` are those known on the day, by their closing. ``told`` are documents marked with an outcome, and
    ``disagreements`` sentences about those that say otherwise than the deals.
    """

    state: str = NO_DEAL
    since: date | None = None
    deals: tuple[Deal, ...] = ()
    told: tuple[Marked, ...] = ()
    disagreements: tuple[str, ...] = ()

    @property
    def amount(self) -> float | None:
        """Of the deals that make it what it is, in the table's own currency; None where no amount is known."""
        known = [deal.amount for deal in self._decisive if deal.amount is not None]
        return sum(known) if known else None

    @property
    def _decisive(self) -> list[Deal]:
        if self.state == CUSTOMER:
            return _as_customer(self.deals)
        same = [deal for deal in self.deals if deal.outcome.value == self.state]
        return same if self.state == Outcome.OPEN else same[-1:]

    @property
    def short(self) -> str:
        """For a column: "customer since 2026-06-03, 32,000"."""
        if self.state == NO_DEAL:
            told = " or ".join(dict.fromkeys(f"marked {one.outcome.value}" for one in self.told))
            return f"no deal{', documents ' + told if told else ''}"
        amount = "" if self.amount is None else f", {self.amount:,.0f}"
        return f"{self.state}{_since(self.state, self.since)}{amount}"

    @property
    def sentence(self) -> str:
        """What it is, with day and amount, and which other deals there are."""
        if self.state == NO_DEAL:
            told = [f"{one.name} is marked {one.outcome.value}" for one in self.told[:SHOWN]]
            more = f" and {len(self.told) - SHOWN} more" if len(self.told) > SHOWN else ""
            return "; ".join(("No deal is known", *told)) + more
        return "; ".join((self._main(), *_beside(self.state, self.deals)))

    def _main(self) -> str:
        deals = self._decisive
        amount = "" if self.amount is None else f"{self.amount:,.0f}"
        if self.state == CUSTOMER:
            many = f"{len(deals)} deals won" if len(deals) > 1 else ""
            last = f"the last on {deals[-1].closed_on}" if many and deals[-1].closed_on else ""
            return f"Customer{_since(self.state, self.since)}{_facts(many, amount, last)}"
        if self.state == Outcome.OPEN:
            many = f"{len(deals)} deals" if len(deals) > 1 else ""
            stages = " and ".join(dict.fromkeys(deal.stage for deal in deals if deal.stage))
            return f"Open deal{_since(self.state, self.since)}{_facts(many, amount, stages)}"
        if self.state == Outcome.CHURNED:
            return f"Churned: was a customer{_since(self.state, self.since)}{_facts(amount)}"
        return f"Lost{_since(self.state, self.since)}{_facts(amount)}"


def standings_of(
    deals: Iterable[Deal], heads: Iterable[Mapping[str, Any]], as_of: date | None = None
) -> dict[str, Standing]:
    """The standing of every account with a deal or a marked document, by name; ``Standing()`` is that of the others.

    ``heads`` are rows of documents (name, account, outcome, said_on, copy_of). With ``as_of`` what was closed, opened
    or said later is not known yet: a deal that was closed later was open.
    """
    theirs: dict[str, list[Deal]] = defaultdict(list)
    for deal in deals:
        known = deal if as_of is None else _on_day(deal, as_of)
        if known is not None:
            theirs[known.account].append(known)
    told: dict[str, list[Marked]] = defaultdict(list)
    for head in heads:
        said_on = head["said_on"]
        is_later = as_of is not None and said_on is not None and said_on > as_of
        if head["account"] and head["outcome"] and not head["copy_of"] and not is_later:
            told[head["account"]].append(Marked(head["name"], Outcome(head["outcome"]), said_on))
    return {name: _standing(theirs.get(name, ()), told.get(name, ())) for name in theirs.keys() | told.keys()}


def find_disagreements(deals: Sequence[Deal], told: Iterable[Marked]) -> tuple[str, ...]:
    """Documents marked with an outcome that none of the account's deals had; none where no deal is known.

    A churned deal was once won, and what was lost as a customer is lost. An open deal may have been closed since:
    only a document that is younger than every closing says otherwise.
    """
    if not deals:
        return ()
    outcomes = " and ".join(dict.fromkeys(deal.outcome.value for deal in deals))
    say = "its deal says" if len(deals) == 1 else "its deals say"
    return tuple(f"{one.name} is marked {one.outcome.value}, {say} {outcomes}" for one in told if _differs(one, deals))


def standing_json(standing: Standing) -> dict[str, Any]:
    return {
        "state": standing.state,
        "since": standing.since.isoformat() if standing.since else None,
        "amount": standing.amount,
        "sentence": standing.sentence,
        "deals": [
            {
                "outcome": deal.outcome.value,
                "amount": deal.amount,
                "opened_on": deal.opened_on.isoformat() if deal.opened_on else None,
                "closed_on": deal.closed_on.isoformat() if deal.closed_on else None,
                "stage": deal.stage,
            }
            for deal in standing.deals
        ],
        "disagreements": list(standing.disagreements),
    }


# ------------------------------------------------------------------------------------------------------- from the deals


def _on_day(deal: Deal, day: date) -> Deal | None:
    """The deal as it was known on a day; None where it was not there yet, or nobody can tell that it was."""
    if deal.opened_on is not None and deal.opened_on > day:
        return None
    if deal.outcome == Outcome.OPEN or deal.closed_on is None or deal.closed_on <= day:
        return deal
    return replace(deal, outcome=Outcome.OPEN, closed_on=None, amount=None, stage="") if deal.opened_on else None


def _standing(deals: Sequence[Deal], told: Sequence[Marked]) -> Standing:
    ordered = tuple(sorted(deals, key=_closing))
    state = _state_of(ordered)
    if state == CUSTOMER:
        since = _as_customer(ordered)[0].closed_on
    elif state == Outcome.OPEN:
        since = min((d.opened_on for d in ordered if d.outcome == Outcome.OPEN and d.opened_on), default=None)
    else:
        since = next((d.closed_on for d in reversed(ordered) if d.outcome.value == state), None)
    return Standing(state, since, ordered, tuple(told), find_disagreements(ordered, told))


def _closing(deal: Deal) -> date:
    """By which deals are ordered: one without a day comes first, but a customer that churned did so after it bought."""
    return deal.closed_on or (date.max if deal.outcome in (Outcome.CHURNED, Outcome.OPEN) else date.min)


def _state_of(ordered: Sequence[Deal]) -> str:
    """A customer is one until it churns, whatever else was lost or is open; an open deal stands before a lost one."""
    bought = [deal.outcome for deal in ordered if deal.outcome in (Outcome.WON, Outcome.CHURNED)]
    if bought:
        return CUSTOMER if bought[-1] == Outcome.WON else Outcome.CHURNED.value
    outcomes = {deal.outcome for deal in ordered}
    return next((o.value for o in (Outcome.OPEN, Outcome.LOST) if o in outcomes), NO_DEAL)


def _as_customer(ordered: Sequence[Deal]) -> list[Deal]:
    """The deals won since it last churned."""
    last = max((n for n, deal in enumerate(ordered) if deal.outcome == Outcome.CHURNED), default=-1)
    return [deal for deal in ordered[last + 1 :] if deal.outcome == Outcome.WON]


def _beside(state: str, deals: Sequence[Deal]) -> Iterator[str]:
    """The other deals of an account that is what it is by some of them."""
    open_deals = [deal for deal in deals if deal.outcome == Outcome.OPEN]
    if open_deals and state != Outcome.OPEN:
        opened = min((deal.opened_on for deal in open_deals if deal.opened_on), default=None)
        yield f"{counted(len(open_deals), 'deal')} open{_since('open', opened)}"
    lost = [deal for deal in deals if deal.outcome == Outcome.LOST]
    before = len(lost) - 1 if state == Outcome.LOST else len(lost)
    if before:
        last = lost[before - 1].closed_on
        earlier = " before" if state == Outcome.LOST else ""
        yield f"{counted(before, 'deal')} lost{earlier}{f', the last on {last}' if last else ''}"


def _since(state: str, day: date | None) -> str:
    """Of a churned deal the day is that of its closing; nobody tells when the customer left."""
    if day is None:
        return ""
    return {Outcome.LOST.value: f" on {day}", Outcome.CHURNED.value: f", deal closed {day}"}.get(state, f" since {day}")


def _facts(*facts: str) -> str:
    known = ", ".join(filter(None, facts))
    return f" ({known})" if known else ""


# -------------------------------------------------------------------------------------------------------- of documents


def _differs(one: Marked, deals: Sequence[Deal]) -> bool:
    outcomes = {deal.outcome for deal in deals}
    if one.outcome == Outcome.OPEN:
        closed = [deal.closed_on for deal in deals]
        is_younger = one.said_on is not None and all(day is not None and day < one.said_on for day in closed)
        return is_younger and Outcome.OPEN not in outcomes
    alike = {
        Outcome.WON: {Outcome.WON, Outcome.CHURNED},
        Outcome.LOST: {Outcome.LOST, Outcome.CHURNED},
        Outcome.CHURNED: {Outcome.CHURNED},
    }
    return not outcomes & alike[one.outcome]
