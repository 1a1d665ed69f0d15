"""Scores an account against the scorecard: arithmetic only, every point with its reason, the unknown as a range.

**Best first** is the order in which a seller should look at accounts: tier 1, then tier 2, then all others; within each
the higher low end first, since those points are sure, then the higher score. So 100 of 20 known points stand below 82
of 100. After all of these come accounts of which nothing is known, and last those that the kill list rules out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from analyzer.records import Account, AccountReading, AttributeScore, Finding, Score, Signal
from analyzer.scoring.conditions import (
    Degree,
    Known,
    field_of_column,
    find_cell,
    folded,
    held_values,
    judge_condition,
)
from analyzer.scoring.neighbours import Fit, compare_industry, compare_place
from analyzer.scoring.rules import Custom, Kill
from analyzer.scoring.scorecard import Scorecard

UNKNOWN_TIER = "unknown"
BLANK = "-"
"""What stands in place of the score of an account of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How a row of a sheet tells its account: ``employees`` as the cell has them ("201-500"), and the fields and
    columns, in lower case, that it left unknown and the study filled in."""

    employees: str = ""
    from_study: frozenset[str] = frozenset()


AS_KNOWN = Wording()


def score_account(
    account: Account,
    signals: Sequence[Signal] | None,
    card: Scorecard,
    findings: Sequence[Finding] | None = None,
    wording: Wording = AS_KNOWN,
) -> Score:
    """0-100 with a reason per attribute.

    ``signals`` is None when nothing was heard of the account (its trigger is unknown), empty when something was heard
    and no trigger was in it; so are ``findings``, on which rules about what was heard rest. Unknown attributes widen
    low-high; the score itself takes them to be like the known ones (known points / known maximum), which lies between
    the two; nothing known at all gives 50, which is shown as "-" (:func:`spell_score`). With less than half of the
    points known the tier is "unknown": one attribute does not make a tier. The tier goes by the score as it is shown,
    to one decimal. ``wording`` is how a sheet's row tells the account.
    """
    known = Known(account, signals, findings, card.neighbours, card.trigger)
    parts = (
        _industry(known, card),
        _size(account, card, wording),
        _tech(account, card),
        _geography(known, card),
        _trigger(signals, card),
        *(_custom(rule, known) for rule in card.custom),
    )
    parts = tuple(_mark(part, wording) for part in parts)
    killed = _killed(card, known, wording)
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


# ----------------------------------------------------------------------------------------------------- reading a score


def told_signals(reading: AccountReading) -> Sequence[Signal] | None:
    """The signals of an account for its score, None where nothing was told that could hold a trigger: of an account
    nobody heard, an imported table of layoffs alone does not say that there is none."""
    told = reading.heard or any(s.counts and s.dated_on for s in reading.signals)
    return reading.signals if told else None


@dataclass(frozen=True, slots=True)
class KnownPoints:
    """``points`` of the ``of`` that could be judged; ``unknown`` is what the other rules would give at most."""

    points: float
    of: float
    unknown: float

    def __str__(self) -> str:
        """ "20 of 20 known points; 80 not known", "82 of 100 points"."""
        if not self.of:
            return "nothing known that the scorecard asks for"
        said = f"{_plain(self.points)} of {_plain(self.of)}"
        return f"{said} known points; {_plain(self.unknown)} not known" if self.unknown else f"{said} points"


def known_points(score: Score) -> KnownPoints:
    """Of an account's points those that are sure, in the scorecard's own points and not in hundredths."""
    sure = [part for part in score.attributes if part.low == part.high]
    open_ = [part for part in score.attributes if part.low != part.high]
    return KnownPoints(*(math.fsum(some) for some in (_points(sure), _most(sure), _most(open_))))


def is_nothing_known(score: Score) -> bool:
    """Whether no rule that gives points could be judged; an account that is out is known to be out."""
    return not score.disqualified_by and not known_points(score).of


def spell_score(score: Score) -> str:
    """ "82", and "-" where nothing is known."""
    return BLANK if is_nothing_known(score) else f"{score.score:.0f}"


def best_first(score: Score) -> tuple[bool, bool, int, float, float, str]:
    """What to sort by; the order stands at the head of this module."""
    rank = {"1": 0, "2": 1}.get(score.tier, 2)
    return bool(score.disqualified_by), is_nothing_known(score), rank, -score.low, -score.score, score.account


def _points(parts: Sequence[AttributeScore]) -> list[float]:
    return [part.points for part in parts]


def _most(parts: Sequence[AttributeScore]) -> list[float]:
    return [part.max for part in parts]


def _plain(points: float) -> str:
    return f"{points:.10g}" if points == int(points) else f"{points:.1f}"


# ------------------------------------------------------------------------------------------------------------ the rules


def _mark(part: AttributeScore, wording: Wording) -> AttributeScore:
    """The part with a word on where the value comes from, if it is not the row's own."""
    if not _is_from_study(part.source, wording):
        return part
    return replace(part, reason=f"{part.reason.removesuffix('.')} (from the study).")


def _is_from_study(source: str, wording: Wording) -> bool:
    name = source.casefold()
    return bool(name and wording.from_study) and bool({name, field_of_column(name)} & wording.from_study)


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


def _size(account: Account, card: Scorecard, wording: Wording) -> AttributeScore:
    rule = card.size
    if account.employees is None:
        return _unknown("size", rule.points, "The number of employees is not known.")
    if not rule.band:
        return _unknown("size", rule.points, "The scorecard has no size band yet.")
    written = wording.employees or str(account.employees)
    said = written if "employee" in written.casefold() else f"{written} employees"
    low = 0 if rule.low is None else rule.low
    high = math.inf if rule.high is None else rule.high
    if low <= account.employees <= high:
        reason = f"{said}, in the band {rule.band}."
        return _known("size", rule.points, rule.points, reason, "employees")
    if low * (1 - rule.tolerance) <= account.employees <= high * (1 + rule.tolerance):
        reason = f"{said}, within {rule.tolerance:.0%} of the band {rule.band}."
        return _known("size", rule.near_points, rule.points, reason, "employees")
    return _known("size", 0.0, rule.points, f"{said}, outside the band {rule.band}.", "employees")


def _tech(account: Account, card: Scorecard) -> AttributeScore:
    rule = card.tech
    if not account.tools:
        return _unknown("tech stack", rule.points, "The tech stack is not known.")
    flagged = [t for t in account.tools if held_values(t) & folded(card.red_flags)]
    if flagged:
        # A flag is a warning: it stands even beside a tool that fits.
        reason = f"Runs {', '.join(flagged)}, a red flag of product.yaml."
        return _known("tech stack", 0.0, rule.points, reason, "tools")
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


def _killed(card: Scorecard, known: Known, wording: Wording) -> str:
    """Why an account is out, "" when it is not. What is not known kills nobody."""
    for kill in card.kill:
        if kill.attribute:
            said, source = _kill_value(kill, known), kill.attribute
        else:
            judged = judge_condition(kill, known)
            said, source = judged.reason.removesuffix(".") if judged.degree == Degree.FULL else "", judged.source
        if said:
            said += " (from the study)" if _is_from_study(source, wording) else ""
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
