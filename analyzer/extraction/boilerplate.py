"""What every job posting says and no buyer means (benefits, how to apply); headings and next steps of notes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.extraction.units import Unit
from analyzer.records import Document, DocumentKind, Kind

# A posting states what applicants need, not what a product must do, and no posting objects to a vendor.
NEVER_IN_POSTINGS = frozenset({Kind.CRITERION.value, Kind.OBJECTION.value, Kind.CHANNEL.value})

_HEADING = re.compile(
    r"^\W*(?:what (?:we|you)(?:'ll| will)? (?:offer|get|give)|benefits?|perks?|compensation|pay|salary|our values"
    r"|equal (?:employment )?opportunit\w*|eeo|diversity\b.*|how to apply|to apply|apply\b.*|we offer"
    r"|what(?:'s| is) in it for you|why (?:join|work)\b.*"
    r"|requirements?|qualifications?|what you(?:'ll| will)? (?:need|bring)|who you are|about you|you have"
    r"|must haves?)\W*$",
    re.I,
)
_NOTE_HEADING = re.compile(
    r"\s[-–—/|]\s|#\d|\d{4}-\d\d|\b\d{1,2}[./]\d{1,2}\b"
    r"|\b\d{1,2} ?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.I,
)
# What we are to do next is no finding, and its words ("demo", "security form", "the CFO's office") look like several.
_NEXT_STEPS = re.compile(
    r"^\W*(?:next(?: steps?| call)?|to ?do|follow[- ]?ups?|actions?(?: items?)?)\s*(?:[:>–—-]|$)"
    r"|^\W*follow(?:ing)? up\b",
    re.I,
)
_ANY_HEADING = re.compile(r"^[^.!?]{2,60}:?$")
# Duties and what the company runs stand under the requirements too.
_DUTY = re.compile(
    r"\byou(?:['’]ll| will)\b(?! (?:have|need|bring|get|receive|enjoy|find|be (?:entitled|eligible|offered|paid)))"
    r"|\b(?:our|we)\b.{0,60}\b(?:runs?|uses?) (?:in|on)\b|\bused (?:on|in|across|by) (?:all )?(?:of )?(?:our|us)\b",
    re.I,
)
_SENTENCE = re.compile(
    r"equal[- ]opportunity|regardless of (?:race|sex|age)|reasonable accommodation|\b401\s?\(?k\)?"
    r"|\b(?:medical|dental|vision)\b.*\b(?:dental|vision|insurance)|paid (?:time off|holidays|leave)|\bpto\b"
    r"|parental leave|background check|drug (?:test|screen)"
    r"|authori[sz]ed to work|visa sponsorship|sponsor visas|posted\b.{0,20}\b(?:ago|on|today|yesterday|\d{4})|^posted\b"
    r"|(?:salary|hourly|pay) (?:range|rate)|per hour|send (?:us )?(?:your|a) (?:cv|resume|résumé)"
    r"|apply (?:now|online|at|by|with)"
    r"|years of experience|\bdegree in\b|ability to lift|driver'?s licen[cs]e|full[- ]time|part[- ]time",
    re.I,
)


def _is_heading(document: Document, unit: Unit) -> bool:
    """The first line of a note, where it is short and gives a date or sets parts side by side: who met whom, when."""
    words = document.words_of(unit.turn)
    return unit.turn.number == 0 and len(words.split()) <= 16 and bool(_NOTE_HEADING.search(words))


def is_boilerplate(document: Document, units: Sequence[Unit]) -> list[bool]:
    """For each unit whether it says nothing about buying, by its own words or by the heading it stands under."""
    if document.kind == DocumentKind.CALL_NOTE:
        return [_is_heading(document, unit) or bool(_NEXT_STEPS.search(document.words_of(unit.turn))) for unit in units]
    if document.kind != DocumentKind.JOB_POSTING:
        return [False] * len(units)
    under: dict[int, bool] = {}
    inside = False
    for turn in document.turns:
        words = document.words_of(turn)
        if len(words.split()) <= 8 and _ANY_HEADING.match(words):
            inside = bool(_HEADING.match(words))
        under[turn.number] = inside
    return [
        (under[unit.turn.number] and not _DUTY.search(unit.text)) or bool(_SENTENCE.search(unit.text)) for unit in units
    ]
