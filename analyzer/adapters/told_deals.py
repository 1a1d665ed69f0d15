"""Deals that several tables tell: the same deal counts once, with what each of its tables knows of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from analyzer.records import Deal

_ROUNDED = 1.0
"""Amounts that lie closer than one unit of money are the same: one table rounds, the next does not."""


def unite_deals(deals: Iterable[Deal]) -> tuple[Deal, ...]:
    """Each deal once, in the place of the table that told it first."""
    return tuple(_united(group) for group in same_deals(deals))


def same_deals(deals: Iterable[Deal]) -> list[list[Deal]]:
    """The deals, those that are the same together, at most one of each table.

    Of one account two deals are the same with one outcome, closing day and amount, where both tables know the day and
    the amount; of several that could be meant, the one that agrees in most.
    """
    order: dict[int, int] = {}
    by_account: dict[str, list[Deal]] = defaultdict(list)
    for place, deal in enumerate(deals):
        order[id(deal)] = place
        by_account[deal.account].append(deal)
    groups = [group for mine in by_account.values() for group in _groups(mine)]
    return sorted(groups, key=lambda group: order[id(group[0])])


def _groups(deals: Sequence[Deal]) -> list[list[Deal]]:
    by_table: dict[str, list[Deal]] = defaultdict(list)
    for deal in deals:
        by_table[deal.table].append(deal)
    groups: list[list[Deal]] = []
    for told in by_table.values():
        groups += _add(groups, told)
    return groups


def _add(groups: Sequence[list[Deal]], told: Sequence[Deal]) -> list[list[Deal]]:
    """Puts the deals of a table into the groups they belong to; gives back new groups for the others."""
    merged = [_united(group) for group in groups]
    pairs = sorted(
        ((_agreement(one, deal), g, d) for g, one in enumerate(merged) for d, deal in enumerate(told)),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    full: set[int] = set()
    placed: set[int] = set()
    for agreement, g, d in pairs:
        if agreement >= 0 and g not in full and d not in placed:
            groups[g].append(told[d])
            full.add(g)
            placed.add(d)
    return [[deal] for d, deal in enumerate(told) if d not in placed]


def _agreement(one: Deal, other: Deal) -> int:
    """How much of what both know is the same; -1 for two deals."""
    if one.outcome is not other.outcome:
        return -1
    day = _same(one.closed_on, other.closed_on, one.closed_on == other.closed_on)
    amounts = abs(one.amount - other.amount) if one.amount is not None and other.amount is not None else 0.0
    amount = _same(one.amount, other.amount, amounts < _ROUNDED)
    if min(day, amount) < 0:
        return -1
    return 4 * day + 2 * amount + (one.opened_on is not None and one.opened_on == other.opened_on)


def _same(one: object, other: object, is_same: bool) -> int:
    """1 for the same, 0 where one is unknown, -1 for two."""
    return 0 if one is None or other is None else 1 if is_same else -1


def _united(group: Sequence[Deal]) -> Deal:
    """What a later table tells stands, as far as it tells anything."""
    deal = group[0]
    for other in group[1:]:
        deal = replace(
            deal,
            amount=deal.amount if other.amount is None else other.amount,
            opened_on=other.opened_on or deal.opened_on,
            closed_on=other.closed_on or deal.closed_on,
            stage=other.stage or deal.stage,
            attributes={**deal.attributes, **{k: v or deal.attributes.get(k, "") for k, v in other.attributes.items()}},
        )
    return deal
