"""Scores an account against the scorecard: arithmetic only, every point with its reason, the unknown as a range."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analyzer.records import Account, AttributeScore, Finding, Score, Signal
from analyzer.scoring.conditions import Degree, Known, find_cell, folded, held_values, judge_condition
from analyzer.scoring.neighbours import Fit, compare_industry, compare_place
from analyzer.scoring.rules import Custom, Kill
from analyzer.scoring.scorecard import Scorecard

UNKNOWN_TIER = "unknown"


def score_account(
    account: Account,
    signals: Sequence[Signal] | None,
    card: Scorecard,
    findings: Sequence[Finding] | None = None,
) -> Score:
    """0-100 with a reason per attribute.

    ``signals`` is None when nothing was heard of the account (its trigger is unknown), empty when something was heard
    and no trigger was in it; so are ``findings``, on which rules about what was heard rest. Unknown attributes widen
    low-high; the score itself takes them to be like the known ones (known points / known maximum), which lies between
    the two; nothing known at all gives 50. With less than half of the points known the tier is "unknown": one
    attribute does not make a tier. The tier goes by the score as it is shown, to one decimal.
    """
    known = Known(account, signals, findings, card.neighbours, card.trigger)
    parts = (
        _industry(known, card),
        _size(account, card),
        _tech(account, card),
        _geography(known, card),
        _trigger(signals, card),
        *(_custom(rule, known) for rule in card.custom),
    )
    killed = _killed(card, known)
    if killed:
        return Score(account.name, 0.0, 0.0, 0.0, "none", parts, killed)
    # Sums that do not depend on the order of the rules.
    most = math.fsum(p.max for p in parts)
    sure = [p for p in parts if p.low == p.high]
    sure_most = math.fsum(p.max for p in sure)
    low = _hundredth(math.fsum(p.low for p in parts), most, 0.0)
    high = _hundredth(math.fsum(p.high for p in parts), most, 100.0)
    score = min(max(_hundredth(math.fsum(p.points for p in sure), sure_most, 50.0), low), high)
    tier = UNKNOWN_TIER if sure_most < most / 2 or not most else _tier(score, card)
    return Score(account.name, score, low, high, tier, parts)


def _hundredth(points: float, most: float, otherwise: float) -> float:
    return min(round(100 * points / most, 1), 100.0) if most else otherwise


def _tier(score: float, card: Scorecard) -> str:
    if score >= card.tiers.first:
        return "1"
    return "2" if score >= card.tiers.second else "none"


def _known(name: str, points: float, most: float, reason: str, source: str) -> AttributeScore:
    return AttributeScore(name, points, most, reason, source, points, points)


def _unknown(name: str, most: float, reason: str) -> AttributeScore:
    return AttributeScore(name, 0.0, most, reason, "", 0.0, most)


def _industry(known: Known, card: Scorecard) -> AttributeScore:
    account, rule = known.account, card.industry
    if not account.industry:
        return _unknown("industry", rule.points, "The industry is not known.")
    if not rule.fitting:
        return _unknown("industry", rule.points, "The scorecard names no industry yet.")
    fit = compare_industry(known.neighbours.industries, account.industry, rule.fitting, rule.adjacent)
    if fit == Fit.INSIDE:
        return _known("industry", rule.points, rule.points, f"{account.industry} is in the ICP.", "industry")
    if fit == Fit.ADJACENT:
        return _known("industry", rule.adjacent_points, rule.points, f"{account.industry} is adjacent.", "industry")
    return _known("industry", 0.0, rule.points, f"{account.industry} is outside the ICP.", "industry")


def _size(account: Account, card: Scorecard) -> AttributeScore:
    rule = card.size
    if account.employees is None:
        return _unknown("size", rule.points, "The number of employees is not known.")
    if not rule.band:
        return _unknown("size", rule.points, "The scorecard has no size band yet.")
    low = 0 if rule.low is None else rule.low
    high = math.inf if rule.high is None else rule.high
    if low <= account.employees <= high:
        reason = f"{account.employees} employees, in the band {rule.band}."
        return _known("size", rule.points, rule.points, reason, "employees")
    if low * (1 - rule.tolerance) <= account.employees <= high * (1 + rule.tolerance):
        reason = f"{account.employees} employees, within {rule.tolerance:.0%} of the band {rule.band}."
        return _known("size", rule.near_points, rule.points, reason, "employees")
    return _known(
        "size", 0.0, rule.points, f"{account.employees} employees, outside the band {rule.band}.", "employees"
    )


def _tech(account: Account, card: Scorecard) -> AttributeScore:
    rule = card.tech
    if not account.tools:
        return _unknown("tech stack", rule.points, "The tech stack is not known.")
    if not rule.required and not rule.competitors:
        return _unknown("tech stack", rule.points, "The scorecard names no tool yet.")
    required = [t for t in account.tools if held_values(t) & folded(rule.required)]
    if required:
        return _known("tech stack", rule.points, rule.points, f"Runs {', '.join(required)}, which fits.", "tools")
    rivals = [t for t in account.tools if held_values(t) & folded(rule.competitors)]
    if rivals:
        reason = f"Runs {', '.join(rivals)}, a competitor's."
        return _known("tech stack", rule.competitor_points, rule.points, reason, "tools")
    reason = f"Runs {', '.join(account.tools[:3])}: neither a required tool nor a competitor's."
    return _known("tech stack", rule.neither_points, rule.points, reason, "tools")


def _geography(known: Known, card: Scorecard) -> AttributeScore:
    account, rule = known.account, card.geography
    if not account.country:
        return _unknown("geography", rule.points, "The country is not known.")
    if not rule.supported:
        return _unknown("geography", rule.points, "The scorecard names no country yet.")
    fit = compare_place(known.neighbours.regions, account.country, rule.supported, rule.adjacent)
    if fit == Fit.PARTLY:
        reason = f"{account.country} lies only in part in what is supported; the country is not known."
        return _unknown("geography", rule.points, reason)
    if fit == Fit.INSIDE:
        return _known("geography", rule.points, rule.points, f"{account.country} is supported.", "country")
    if fit == Fit.ADJACENT:
        return _known("geography", rule.adjacent_points, rule.points, f"{account.country} is adjacent.", "country")
    return _known("geography", 0.0, rule.points, f"{account.country} is not supported.", "country")


def _trigger(signals: Sequence[Signal] | None, card: Scorecard) -> AttributeScore:
    rule = card.trigger
    if signals is None:
        return _unknown("trigger", rule.points, "Nothing was heard of this account yet.")
    best = max((s for s in signals if s.counts), key=lambda s: (s.strength, s.id), default=None)
    if best is None:
        return _known("trigger", 0.0, rule.points, "No trigger in what was heard.", "documents")
    when = f"{best.dated_by} {best.dated_on.isoformat()}" if best.dated_on else "no date"
    said = f"{best.category.replace('_', ' ')} ({when}, {best.strength:.0%} of its strength left)"
    if best.strength >= rule.clear:
        return _known("trigger", rule.points, rule.points, f"Clear and recent: {said}.", best.id)
    if best.strength >= rule.weak:
        return _known("trigger", rule.weak_points, rule.points, f"Weak: {said}.", best.id)
    return _known("trigger", 0.0, rule.points, f"Too old or undated: {said}.", best.id)


def _custom(rule: Custom, known: Known) -> AttributeScore:
    judged = judge_condition(rule, known)
    if judged.degree == Degree.UNKNOWN:
        return _unknown(rule.name, rule.points, judged.reason)
    points = {Degree.FULL: rule.points, Degree.NEAR: rule.part}.get(judged.degree, 0.0)
    return _known(rule.name, points, rule.points, judged.reason, judged.source)


def _killed(card: Scorecard, known: Known) -> str:
    """Why an account is out, "" when it is not. What is not known kills nobody."""
    for kill in card.kill:
        if kill.attribute:
            said = _kill_value(kill, known)
        else:
            judged = judge_condition(kill, known)
            said = judged.reason.removesuffix(".") if judged.degree == Degree.FULL else ""
        if said:
            return said + (f": {kill.reason}" if kill.reason else "")
    return ""


def _kill_value(kill: Kill, known: Known) -> str:
    account, neighbours = known.account, known.neighbours
    if kill.attribute == "tools":
        value = next((t for t in account.tools if held_values(t) & folded(kill.values)), "")
    else:
        value = find_cell(account, kill.attribute) or ""
        listed = bool(held_values(value) & folded(kill.values))
        if kill.attribute == "industry":
            listed = listed or neighbours.is_industry(value, kill.values)
        elif kill.attribute == "country":
            listed = listed or neighbours.is_in(value, kill.values)
        value = value if listed else ""
    return f"{kill.attribute} is {value}" if value else ""
