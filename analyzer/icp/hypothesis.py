"""The draft while too few have bought or were lost: every line is a guess, and says what would end it."""

from __future__ import annotations

import re
from dataclasses import replace

from analyzer.icp.apart import BAD_NEWS
from analyzer.icp.definition import NOT_ENOUGH
from analyzer.icp.unknowns import ENOUGH_DEALS, ENOUGH_INTERVIEWS, NOTHING_READ
from analyzer.records import Line, Section

_DEALS = f"{ENOUGH_DEALS} won and {ENOUGH_DEALS} lost deals in which"
_NO_MORE = "win no more often than the others"
_AS_OFTEN = "win as often as the others"
_POINTS = re.compile(r"(?P<name>.+?) \d+(?:\.\d+)?: (?P<what>.+)", re.DOTALL)
_TIER = re.compile(r"(Tier \d)(?: from|:) ")
_SAID = {
    "triggers": "and buyers name other events",
    "pains": "and buyers do not name it, or would not pay to be rid of it",
    "committee": "and others turn out to decide",
    "alternatives": "and buyers solve it another way",
    "criteria": "and it decides no purchase",
    "objections": "and nobody turns down an offer over it",
    "outcomes": "and those who bought see no such result",
    "channels": "and buyers come from elsewhere",
    "technographics": "and buyers run other tools",
    "language": "and buyers put it in other words",
}


def say_what_refutes(section: Section) -> Section:
    """The same section, each line with the observation that would refute it; what is no claim on customers has none."""
    return replace(
        section, lines=tuple(replace(line, refuted_by=_refutation(section.key, line)) for line in section.lines)
    )


def _refutation(key: str, line: Line) -> str:
    if line.statement.startswith(BAD_NEWS) or line.source == "lift":
        return ""
    if key == "anti_icp":
        return _of_deals(_of(line), _AS_OFTEN) if line.source.startswith("lift of") else _lost_over(line)
    if key == "firmographics" or (key in _SAID and line.source.startswith("lift of")):
        return _of_deals(_of(line))
    if key == "scorecard":
        return _of_rule(line)
    if key == "examples":
        return _of_deals(_tier_of(line))
    return _more_heard(line.m or 0, _SAID[key]) if key in _SAID else ""


def refute_definition(line: Line, heard: int = 0) -> Line:
    """What would refute the sentence on top, with ``heard`` accounts; nothing where it says that nothing is known."""
    if line.statement in (NOT_ENOUGH, NOTHING_READ):
        return line
    _, fits, rest = line.statement.partition(" fits ")
    if fits and line.source.startswith("scorecard"):
        who = rest.partition(";")[0].removesuffix(".")
        return replace(line, refuted_by=_of_deals(who))
    return replace(line, refuted_by=_more_heard(heard, "and buyers name other events and pains"))


def _of_rule(line: Line) -> str:
    """Of a rule of the scorecard; one whose band is open claims nothing yet."""
    if line.statement.startswith("Out,"):
        return _of_deals("the accounts it rules out", _AS_OFTEN)
    if _TIER.match(line.statement):
        return _of_deals(_tier_of(line))
    rule = _POINTS.fullmatch(line.statement)
    if rule is None:
        return _of_deals(_of(line))
    return "" if rule["what"] == "open" else _of_deals(f"accounts of “{rule['name']}: {rule['what']}”")


def _of(line: Line) -> str:
    return f"accounts of “{line.statement}”"


def _tier_of(line: Line) -> str:
    tier = _TIER.match(line.statement)
    return f"accounts of {tier[1].lower()}" if tier else _of(line)


def _of_deals(who: str, how: str = _NO_MORE) -> str:
    return f"{_DEALS} {who} {how}."


def _lost_over(line: Line) -> str:
    more = max(ENOUGH_INTERVIEWS - (line.m or 0), 3)
    return f"{more} more lost accounts are heard, none of them says so, and they were lost over something else."


def _more_heard(heard: int, otherwise: str) -> str:
    more = max(ENOUGH_INTERVIEWS - heard, 3)
    return f"{more} more accounts are heard, none of them says so, {otherwise}."
