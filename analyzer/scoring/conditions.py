"""Whether a condition of a scorecard holds of an account: fully, nearly, not, or unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from analyzer.reading.tables.cells import is_unknown, to_list, to_number, to_text
from analyzer.reading.tables.synonyms import understand
from analyzer.records import Account, Finding, Signal
from analyzer.scoring.neighbours import Fit, Neighbours, compare_place
from analyzer.scoring.rules import Condition, Custom, Trigger, spell_band


class Degree(StrEnum):
    FULL = "full"
    NEAR = "near"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judged:
    """``source`` is the column, or the ids of the findings it rests on."""

    degree: Degree
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an account. ``signals`` and ``findings`` are None when nothing was heard of it, or not told."""

    account: Account
    signals: Sequence[Signal] | None
    findings: Sequence[Finding] | None
    neighbours: Neighbours
    trigger: Trigger


def judge_condition(condition: Condition, known: Known) -> Judged:
    """How far it holds, with the reason as a sentence. What is not known is neither held nor missed."""
    if condition.column:
        return _column(condition, known)
    if condition.tool:
        return _tool(condition, known.account)
    if condition.region:
        return _region(condition, known)
    if condition.finding:
        return _finding(condition, known.findings)
    return _trigger(condition, known)


def find_cell(account: Account, column: str) -> str | None:
    """The account's cell of a column by its name, whatever its case, or of a field that a column became (industry,
    employees, revenue, country, tools, domain); None where it is not known."""
    cell = account.attributes.get(column)
    wanted = column.casefold()
    if cell is None:
        same = sorted(name for name in account.attributes if name.casefold() == wanted)
        cell = account.attributes[same[0]] if same else _field(account, wanted)
    return None if cell is None or is_unknown(cell) else cell


FIELDS = (
    "industry", "employees", "revenue", "country", "tools", "domain", "sub_industry", "region", "stage", "funding",
    "founded", "business_model", "ownership",
)  # fmt: skip
_COLUMN_FIELDS = ("sub_industry", "region", "funding_stage", "funding", "founded", "business_model", "ownership")


def _field(account: Account, name: str) -> str | None:
    name = field_of_column(name)
    if not name:
        return None
    value = getattr(account, name)
    return "; ".join(value) if isinstance(value, tuple) else None if value is None else to_text(value)


@lru_cache(maxsize=2_000)
def field_of_column(column: str) -> str:
    """The field that a rule's column names, or that a table's column of this name fills ("Funding Stage" is stage, so
    that a rule on it goes on to hold); "" for none."""
    if column in FIELDS:
        return column
    ranks = understand(column).ranks
    field = min((f for f in ranks if f in _COLUMN_FIELDS), key=lambda f: ranks[f], default="")
    return "stage" if field == "funding_stage" else field


@lru_cache(maxsize=20_000)
def held_values(cell: str) -> frozenset[str]:
    """What a cell holds, folded: itself, and each of several."""
    several = to_list(cell) if any(mark in cell for mark in ";|\n") else ()
    return frozenset(" ".join(one.split()).casefold() for one in (cell, *several))


@lru_cache(maxsize=2_000)
def folded(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(" ".join(name.split()).casefold() for name in names)


def _column(rule: Condition, known: Known) -> Judged:
    cell = find_cell(known.account, rule.column)
    if cell is None:
        return Judged(Degree.UNKNOWN, f"The column {rule.column} is not known.", "")
    if rule.low is not None or rule.high is not None:
        return _number(rule, cell)
    listed = held_values(cell) & folded(rule.one_of or rule.not_in)
    if rule.not_in:
        degree, said = (Degree.NONE, "which is ruled out") if listed else (Degree.FULL, "which is not ruled out")
    elif listed:
        degree, said = Degree.FULL, "which fits"
    elif isinstance(rule, Custom) and held_values(cell) & folded(rule.near):
        degree, said = Degree.NEAR, "which is near"
    else:
        degree, said = Degree.NONE, "which does not fit"
    return Judged(degree, f"{rule.column} is {cell}, {said}.", rule.column)


def _number(rule: Condition, cell: str) -> Judged:
    number = to_number(cell)
    if number is None:
        return Judged(Degree.UNKNOWN, f"{rule.column} is {cell}, which is no number.", "")
    low, high = _end(rule.low, float("-inf")), _end(rule.high, float("inf"))
    band = spell_band(rule.low, rule.high)
    if low <= number <= high:
        return Judged(Degree.FULL, f"{rule.column} is {cell}, in the band {band}.", rule.column)
    # Of a negative end a share outwards is a share of its size, not of its value.
    if low - abs(low) * rule.tolerance <= number <= high + abs(high) * rule.tolerance and rule.tolerance:
        return Judged(
            Degree.NEAR, f"{rule.column} is {cell}, within {rule.tolerance:.0%} of the band {band}.", rule.column
        )
    return Judged(Degree.NONE, f"{rule.column} is {cell}, outside the band {band}.", rule.column)


def _end(value: float | None, open_end: float) -> float:
    return open_end if value is None else value


def _tool(rule: Condition, account: Account) -> Judged:
    if not account.tools:
        return Judged(Degree.UNKNOWN, "The tech stack is not known.", "")
    wanted = folded(rule.tool)
    found = [tool for tool in account.tools if held_values(tool) & wanted]
    if found:
        return Judged(Degree.FULL, f"Runs {', '.join(found)}.", "tools")
    return Judged(Degree.NONE, f"Runs no {' or '.join(rule.tool)}.", "tools")


def _region(rule: Condition, known: Known) -> Judged:
    country, wanted = known.account.country, ", ".join(rule.region)
    if not country:
        return Judged(Degree.UNKNOWN, "The country is not known.", "")
    fit = compare_place(known.neighbours.regions, country, rule.region)
    if fit == Fit.PARTLY:
        return Judged(Degree.UNKNOWN, f"{country} lies only in part in {wanted}.", "")
    degrees = {Fit.INSIDE: Degree.FULL, Fit.ADJACENT: Degree.NEAR, Fit.OUTSIDE: Degree.NONE}
    said = {Fit.INSIDE: "lies in", Fit.ADJACENT: "is beside", Fit.OUTSIDE: "lies outside"}[fit]
    return Judged(degrees[fit], f"{country} {said} {wanted}.", "country")


def _finding(rule: Condition, findings: Sequence[Finding] | None) -> Judged:
    kind, _, category = rule.finding.partition("/")
    named = category.replace("_", " ") or kind
    if findings is None:
        return Judged(Degree.UNKNOWN, f"Nothing was heard of this account yet that could tell of {named}.", "")
    found = sorted(f.id for f in findings if f.kind == kind and category in ("", f.category))
    if found:
        return Judged(Degree.FULL, f"{kind.capitalize()} heard: {named}.", ", ".join(found))
    return Judged(Degree.NONE, f"No {kind} in what was heard: {named}.", "documents")


def _trigger(rule: Condition, known: Known) -> Judged:
    named = rule.trigger.replace("_", " ")
    if known.signals is None:
        return Judged(Degree.UNKNOWN, f"Nothing was heard of this account yet that could tell of {named}.", "")
    same = (s for s in known.signals if s.counts and s.category == rule.trigger)
    best = max(same, key=lambda s: (s.strength, s.id), default=None)
    if best is None:
        return Judged(Degree.NONE, f"No trigger of this kind in what was heard: {named}.", "documents")
    said = f"{named}, {best.strength:.0%} of its strength left"
    if best.strength >= known.trigger.clear:
        return Judged(Degree.FULL, f"Clear and recent: {said}.", best.id)
    if best.strength >= known.trigger.weak:
        return Judged(Degree.NEAR, f"Weak: {said}.", best.id)
    return Judged(Degree.NONE, f"Too old or undated: {said}.", best.id)
