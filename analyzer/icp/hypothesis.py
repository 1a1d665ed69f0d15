"""The draft while nobody has bought: every line is a guess, and says what would end it."""

from __future__ import annotations

from dataclasses import replace

from analyzer.icp.definition import NOT_ENOUGH
from analyzer.icp.unknowns import ENOUGH_DEALS, ENOUGH_INTERVIEWS
from analyzer.records import Line, Section

_DEALS = f"{ENOUGH_DEALS} won and {ENOUGH_DEALS} lost deals in which such accounts win no more often than the others."
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
    if section.key in _SAID:
        return replace(section, lines=tuple(_said(line, _SAID[section.key]) for line in section.lines))
    if section.key in ("firmographics", "anti_icp", "scorecard", "examples"):
        return replace(section, lines=tuple(replace(line, refuted_by=_DEALS) for line in section.lines))
    return section


def refute_definition(line: Line) -> Line:
    """What would refute the sentence on top; nothing where it says that nothing is known."""
    return line if line.statement == NOT_ENOUGH else replace(line, refuted_by=_DEALS)


def _said(line: Line, otherwise: str) -> Line:
    more = max(ENOUGH_INTERVIEWS - (line.m or 0), 3)
    return replace(line, refuted_by=f"{more} more accounts are heard, none of them says so, {otherwise}.")
