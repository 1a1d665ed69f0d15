"""Dates told by another event: "two weeks before the audit", where the document says when the audit is.

The event is looked for by its noun, in the sentence nearest to the words that carries both the noun and a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from analyzer.extraction.events import SPAN, EventDate, find_event_date, shift_date

_ANCHORED = re.compile(
    rf"\b({SPAN}) (before|after|ahead of|prior to|following|into) "
    r"(?:(?:the|our|that|this|their|my) )?((?:[a-z][\w-]*[ ]){0,2}?[a-z][\w-]*)\b(?=[^\w-]|$)",
    re.I,
)
_BEFORE = frozenset(("before", "ahead of", "prior to"))
# What follows "before" without being an event.
_NO_EVENTS = frozenset(
    """that this it i we they he she you now then me us them him her and or anyone anybody somebody someone everything
    anything christmas easter the a""".split()
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_COARSE = ("day", "month", "quarter", "year")


def find_anchored_date(words: str, text: str, at: int, said_on: date | None) -> EventDate | None:
    """The date of "two weeks before the audit" in ``words``, which stand in ``text`` at ``at``; None where nothing is
    told by another event, or the document does not say when that was."""
    match = _ANCHORED.search(words)
    if match is None:
        return None
    for noun in _nouns(match[3]):
        anchor = _date_of(noun, text, at + match.start(), said_on)
        if anchor is not None:
            return _shifted(anchor, match[1], match[2].lower() in _BEFORE)
    return None


def _nouns(phrase: str) -> Iterator[str]:
    """The phrase as it stands, then its last words: "SQF audit", "audit"."""
    words = phrase.split()
    for first in range(len(words)):
        if words[-1].casefold() not in _NO_EVENTS and words[first].casefold() not in _NO_EVENTS:
            yield " ".join(words[first:])


def _date_of(noun: str, text: str, at: int, said_on: date | None) -> EventDate | None:
    named = re.compile(rf"(?<!\w){re.escape(noun)}s?(?!\w)", re.I)
    sentences = [m for m in _SENTENCE.finditer(text) if named.search(m[0])]
    for sentence in sorted(sentences, key=lambda m: abs(m.start() - at)):
        # The span itself is no date of the other event.
        rest = _ANCHORED.sub(" ", sentence[0])
        if (found := find_event_date(rest, said_on)) is not None:
            return found
    return None


def _shifted(anchor: EventDate, span: str, is_before: bool) -> EventDate | None:
    moved = shift_date(anchor.on, span, is_before)
    if moved is None:
        return None
    coarser = max((anchor.precision, moved.precision), key=_COARSE.index)
    on = moved.on if coarser == "day" else moved.on.replace(day=1)
    first = {"quarter": on.replace(month=(on.month - 1) // 3 * 3 + 1), "year": on.replace(month=1)}
    return EventDate(first.get(coarser, on), coarser)
