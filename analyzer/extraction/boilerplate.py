"""What every job posting says and no buyer means: benefits, equal opportunity, how to apply, when it was posted."""

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
_ANY_HEADING = re.compile(r"^[^.!?]{2,60}:?$")
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


def is_boilerplate(document: Document, units: Sequence[Unit]) -> list[bool]:
    """For each unit whether it says nothing about buying, by its own words or by the heading it stands under."""
    if document.kind != DocumentKind.JOB_POSTING:
        return [False] * len(units)
    under: dict[int, bool] = {}
    inside = False
    for turn in document.turns:
        words = document.words_of(turn)
        if len(words.split()) <= 8 and _ANY_HEADING.match(words):
            inside = bool(_HEADING.match(words))
        under[turn.number] = inside
    return [under[unit.turn.number] or bool(_SENTENCE.search(unit.text)) for unit in units]
