"""The deal a row tells of: how it ended, what it was worth, when it was opened and closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from analyzer.reading.tables.cells import to_outcome
from analyzer.reading.tables.columns import Columns
from analyzer.reading.tables.fields import Row, Troubles, day_of, flag_of, number_of, text_of
from analyzer.reading.tables.placing import ENDS
from analyzer.reading.tables.synonyms import listed, understand
from analyzer.records import Deal, Outcome

_NO_END_FROM = 5
_SHOWN_STAGES = 5
_LONGEST_STAGE = 60


def read_deal(row: Row, columns: Columns, name: str, troubles: Troubles) -> Deal | None:
    """The row's deal, where the table has a stage or outcome and the row tells one, or an amount."""
    if not columns.has(*ENDS):
        return None
    stage, outcome = text_of(row, columns, "stage"), text_of(row, columns, "outcome")
    amount = number_of(row, columns, "amount", troubles)
    days = {f: day_of(row, columns, f, troubles) for f in ("opened_on", "won_on", "lost_on", "closed_on")}
    flags = {f: flag_of(row, columns, f) for f in ("is_won", "is_lost", "is_closed")}
    told = stage or outcome or amount is not None or days["won_on"] or days["lost_on"] or True in flags.values()
    if not told:
        return None
    ended = _outcome(stage, outcome, flags, days)
    if ended is Outcome.OPEN and amount is None and _is_the_accounts_status(columns):
        return None
    if columns.only_churned and ended is not Outcome.CHURNED:
        return None
    won, lost, closed = days["won_on"], days["lost_on"], days["closed_on"]
    closed = (won if ended in (Outcome.WON, Outcome.CHURNED) else lost if ended is Outcome.LOST else None) or closed
    if days["opened_on"] and closed and closed < days["opened_on"]:
        troubles.add("closed before it was opened; check its dates.", row.number)
    return Deal(name, ended, amount, days["opened_on"], closed, stage or outcome)


def _outcome(stage: str, outcome: str, flags: Mapping[str, bool | None], days: Mapping[str, date | None]) -> Outcome:
    """Flags (IsWon) say it outright, then a column of outcomes, then the stage, then the days of winning and losing;
    only "churned" may come after a deal was won."""
    staged = to_outcome(stage) if stage else Outcome.OPEN
    said = to_outcome(outcome) if outcome else Outcome.OPEN
    if Outcome.CHURNED in (staged, said):
        return Outcome.CHURNED
    if flags["is_won"]:
        return Outcome.WON
    if flags["is_lost"] or (flags["is_closed"] and flags["is_won"] is False):
        return Outcome.LOST
    # "Active" in an outcome column says less than "Closed Won" in the stage.
    if said is not Outcome.OPEN or staged is not Outcome.OPEN:
        return said if said is not Outcome.OPEN else staged
    if stage or outcome:
        return Outcome.OPEN
    return Outcome.WON if days["won_on"] else Outcome.LOST if days["lost_on"] else Outcome.OPEN


def _is_the_accounts_status(columns: Columns) -> bool:
    """The only thing that tells of deals is a status of the company, such as its lifecycle stage."""
    if "stage" not in columns.place or columns.has("amount", "closed_on", *(ENDS - {"stage"})):
        return False
    return understand(columns.names[columns.place["stage"]]).plain in listed("of_the_account")


def say_no_ends(deals: Sequence[Deal]) -> tuple[str, ...]:
    """A sentence where stages are written so that none could be understood."""
    if len(deals) < _NO_END_FROM or any(deal.outcome is not Outcome.OPEN for deal in deals):
        return ()
    stages = list(dict.fromkeys(deal.stage[:_LONGEST_STAGE] for deal in deals if deal.stage))[:_SHOWN_STAGES]
    return (f"No deal is won, lost or churned: its stages are {', '.join(stages) or 'empty'}.",)
