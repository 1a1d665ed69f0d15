"""Where a scorecard comes from, in one true sentence: what deals its bands were read off, and what people set since."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from analyzer.records import Account, Deal, Outcome
from analyzer.scoring.card_edits import content_changes
from analyzer.scoring.scorecard import MIN_WON, STANDARD, Scorecard
from analyzer.scoring.traits import closed_deals

_BY_HAND = re.compile(r"(?P<rules>.+?) set by hand (?P<day>\d{4}-\d\d-\d\d)(?:; the rest: (?P<rest>.*))?", re.DOTALL)
_BANDS = re.compile(r"; bands (?:are open|read off)\b.*", re.DOTALL)
_BANDED = ("industry", "size", "geography")
_OPEN = re.compile(r"bands are open: (\d+) won deals")
_BY_CHANCE = re.compile(r"bands are open: (\d+) won and \d+ lost ")
_READ_OFF = re.compile(r"bands read off (\d+) won of \d+ closed deals")


def origin_by_hand(
    before: Mapping[str, Any], after: Mapping[str, Any], day: date, earlier: Collection[str] = ()
) -> str:
    """The origin of a card (as plain data) after a person changed it: "tiers and size set by hand 2026-11-22; the
    rest: default weights; ...". One that the person wrote stays: it is none that an ``earlier`` card had."""
    origin, changes = str(before.get("origin", "")), content_changes(before, after)
    told = str(after.get("origin", ""))
    if told not in (origin, Scorecard().origin, *earlier):
        return told
    if not changes:
        return origin
    found = _BY_HAND.fullmatch(origin)
    rules = _split(found["rules"]) if found else []
    rest = (found["rest"] or "") if found else origin
    rules += [name for change in changes if (name := _rule_of(change.path)) not in rules]
    if set(_BANDED) <= set(rules):
        rest = _BANDS.sub("", rest)
    return f"{_together(rules)} set by hand {day.isoformat()}" + (f"; the rest: {rest}" if rest else "")


def origin_of_suggestion(card: Scorecard, bands: Scorecard, is_weighed: bool) -> str:
    """The origin of ``card`` once it has all the ``bands``, and with ``is_weighed`` the weights, that deals suggest."""
    told = _BY_HAND.fullmatch(card.origin)
    defaults = {name: rule.points for name, rule in Scorecard().rules.items()}
    by_default = all(card.rules[name].points == points for name, points in defaults.items())
    gone = ("industry", "size", "tech stack", "geography") if is_weighed or by_default else ()
    rules = [name for name in _split(told["rules"]) if name not in gone] if told else []
    rest = bands.origin.replace("default weights", "weights as these deals suggest") if is_weighed else bands.origin
    return f"{_together(rules)} set by hand {told['day']}; the rest: {rest}" if told and rules else rest


def tell_outdated(card: Scorecard, accounts: Sequence[Account], deals: Sequence[Deal]) -> str:
    """A sentence where the deals are not those that the card's bands were read off: as many again by half or more,
    or enough where they were too few. "" where the card is not made from deals, or still stands for them."""
    names = {a.name for a in accounts}
    won = sum(d.outcome == Outcome.WON and d.account in names for d in deals)
    told, now = None, won
    if found := _BY_CHANCE.search(card.origin):
        told, now = int(found[1]), closed_deals(accounts, [d for d in deals if d.outcome != Outcome.OPEN]).n_won
    elif found := _OPEN.search(card.origin):
        told = int(found[1])
        now = won if won >= MIN_WON else told
    elif found := _READ_OFF.search(card.origin):
        told = int(found[1])
    if told is None or not 2 * abs(now - told) >= max(told, 1):
        return ""
    return (
        f"The scorecard was made from {told} won deals; now there are {now}. `icp scorecard suggest` shows what they "
        "say, and changes nothing."
    )


def _rule_of(path: str) -> str:
    """The rule a change is about: "size", "tech stack", "the rule ERP", "the kill list"."""
    first, _, rest = path.partition(".")
    if first == "custom":
        return f"the rule {rest}"
    return {"kill": "the kill list"}.get(first, STANDARD.get(first, first))


def _together(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _split(names: str) -> list[str]:
    *most, last = names.rsplit(" and ", 1)
    return [*(most[0].split(", ") if most else ()), last]
