"""Scores an account against the scorecard: arithmetic only, every point with its reason, the unknown as a range."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.records import Account, AttributeScore, Score, Signal
from analyzer.scoring.scorecard import Scorecard

UNKNOWN_TIER = "unknown"


def score_account(account: Account, signals: Sequence[Signal] | None, card: Scorecard) -> Score:
    """0-100 with a reason per attribute.

    ``signals`` is None when nothing was heard of the account (its trigger is unknown), empty when something was heard
    and no trigger was in it. Unknown attributes widen low-high; the score itself takes them to be like the known ones
    (known points / known maximum), which lies between the two; nothing known at all gives 50. With less than half of
    the points known the tier is "unknown": one attribute does not make a tier.
    """
    parts = (
        _industry(account, card),
        _size(account, card),
        _tech(account, card),
        _geography(account, card),
        _trigger(signals, card),
    )
    scale = 100 / card.max if card.max else 0.0
    known = [p for p in parts if p.low == p.high]
    known_max = sum(p.max for p in known)
    points = sum(p.points for p in known)
    score = 100 * points / known_max if known_max else 50.0
    killed = _killed(account, card)
    low, high = sum(p.low for p in parts) * scale, sum(p.high for p in parts) * scale
    return Score(
        account=account.name,
        score=0.0 if killed else round(score, 1),
        low=0.0 if killed else round(low, 1),
        high=0.0 if killed else round(high, 1),
        tier="none" if killed else _tier(score, known_max, card),
        attributes=parts,
        disqualified_by=killed,
    )


def _tier(score: float, known_max: float, card: Scorecard) -> str:
    if known_max < card.max / 2:
        return UNKNOWN_TIER
    if score >= card.tiers.first:
        return "1"
    return "2" if score >= card.tiers.second else "none"


def _known(name: str, points: float, most: float, reason: str, source: str) -> AttributeScore:
    return AttributeScore(name, points, most, reason, source, points, points)


def _unknown(name: str, most: float, reason: str) -> AttributeScore:
    return AttributeScore(name, 0.0, most, reason, "", 0.0, most)


def _listed(value: str, names: Sequence[str]) -> bool:
    return value.casefold() in {name.casefold() for name in names}


def _industry(account: Account, card: Scorecard) -> AttributeScore:
    rule = card.industry
    if not account.industry:
        return _unknown("industry", rule.points, "The industry is not known.")
    if not rule.fitting:
        return _unknown("industry", rule.points, "The scorecard names no industry yet.")
    if _listed(account.industry, rule.fitting):
        return _known("industry", rule.points, rule.points, f"{account.industry} is in the ICP.", "industry")
    if _listed(account.industry, rule.adjacent):
        return _known("industry", rule.adjacent_points, rule.points, f"{account.industry} is adjacent.", "industry")
    return _known("industry", 0.0, rule.points, f"{account.industry} is outside the ICP.", "industry")


def _size(account: Account, card: Scorecard) -> AttributeScore:
    rule = card.size
    if account.employees is None:
        return _unknown("size", rule.points, "The number of employees is not known.")
    if rule.low is None or rule.high is None:
        return _unknown("size", rule.points, "The scorecard has no size band yet.")
    band = f"{rule.low}-{rule.high}"
    if rule.low <= account.employees <= rule.high:
        return _known(
            "size", rule.points, rule.points, f"{account.employees} employees, in the band {band}.", "employees"
        )
    if rule.low * (1 - rule.tolerance) <= account.employees <= rule.high * (1 + rule.tolerance):
        reason = f"{account.employees} employees, within {rule.tolerance:.0%} of the band {band}."
        return _known("size", rule.near_points, rule.points, reason, "employees")
    return _known("size", 0.0, rule.points, f"{account.employees} employees, outside the band {band}.", "employees")


def _tech(account: Account, card: Scorecard) -> AttributeScore:
    rule = card.tech
    if not account.tools:
        return _unknown("tech stack", rule.points, "The tech stack is not known.")
    if not rule.required and not rule.competitors:
        return _unknown("tech stack", rule.points, "The scorecard names no tool yet.")
    required = [t for t in account.tools if _listed(t, rule.required)]
    if required:
        return _known("tech stack", rule.points, rule.points, f"Runs {', '.join(required)}, which fits.", "tools")
    rivals = [t for t in account.tools if _listed(t, rule.competitors)]
    if rivals:
        reason = f"Runs {', '.join(rivals)}, a competitor's."
        return _known("tech stack", rule.competitor_points, rule.points, reason, "tools")
    reason = f"Runs {', '.join(account.tools[:3])}: neither a required tool nor a competitor's."
    return _known("tech stack", rule.neither_points, rule.points, reason, "tools")


def _geography(account: Account, card: Scorecard) -> AttributeScore:
    rule = card.geography
    if not account.country:
        return _unknown("geography", rule.points, "The country is not known.")
    if not rule.supported:
        return _unknown("geography", rule.points, "The scorecard names no country yet.")
    if _listed(account.country, rule.supported):
        return _known("geography", rule.points, rule.points, f"{account.country} is supported.", "country")
    if _listed(account.country, rule.adjacent):
        return _known("geography", rule.adjacent_points, rule.points, f"{account.country} is adjacent.", "country")
    return _known("geography", 0.0, rule.points, f"{account.country} is not supported.", "country")


def _trigger(signals: Sequence[Signal] | None, card: Scorecard) -> AttributeScore:
    rule = card.trigger
    if signals is None:
        return _unknown("trigger", rule.points, "Nothing was heard of this account yet.")
    best = max(signals, key=lambda s: s.strength, default=None)
    if best is None:
        return _known("trigger", 0.0, rule.points, "No trigger in what was heard.", "documents")
    when = f"{best.dated_by} {best.dated_on.isoformat()}" if best.dated_on else "no date"
    said = f"{best.finding.category.replace('_', ' ')} ({when}, {best.strength:.0%} of its strength left)"
    if best.strength >= rule.clear:
        return _known("trigger", rule.points, rule.points, f"Clear and recent: {said}.", best.finding.id)
    if best.strength >= rule.weak:
        return _known("trigger", rule.weak_points, rule.points, f"Weak: {said}.", best.finding.id)
    return _known("trigger", 0.0, rule.points, f"Too old or undated: {said}.", best.finding.id)


def _killed(account: Account, card: Scorecard) -> str:
    for kill in card.kill:
        if kill.attribute in ("industry", "country"):
            values: Sequence[str] = (getattr(account, kill.attribute),)
        elif kill.attribute == "tools":
            values = account.tools
        else:
            values = (account.attributes.get(kill.attribute, ""),)
        for value in values:
            if value and _listed(value, kill.values):
                return f"{kill.attribute} is {value}" + (f": {kill.reason}" if kill.reason else "")
    return ""
