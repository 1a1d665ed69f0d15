"""What a model's answer offers, as claims: every entry becomes one, however badly it is formed.

An entry without a quote, of no kind or of no shape at all is still a claim; the evidence rules refuse it, so that it is
shown with its reason and goes back to the model like any other. What no quote can carry is checked here: a date or a
person of a claim is kept only where the words read give it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from analyzer.extraction.anchored_dates import find_anchored_date
from analyzer.extraction.events import EventDate, find_event_date
from analyzer.reading.canonical import fold
from analyzer.records import Claim, Document, Kind, Turn, Window

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\w+")
_NO_CODE = re.compile(r"\W+")
_CODE_LENGTH = 60
_DIGITS = 9
_PERIOD_DAYS = {"day": 3, "month": 31, "quarter": 92, "year": 366}


def _schema(title: str, **beside: Any) -> dict[str, Any]:
    """The JSON schema of an answer; every field required and nothing else allowed, as strict servers demand."""
    fields: dict[str, Any] = {
        "kind": {"type": "string", "enum": [kind.value for kind in Kind]},
        "category": {"type": "string"},
        "claim": {"type": "string"},
        "quote": {"type": "string"},
        "turns": {"type": "array", "items": {"type": "integer"}},
        "intensity": {"type": ["integer", "null"]},
        "event_on": {"type": ["string", "null"]},
        "person": {"type": ["string", "null"]},
    }
    claim = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    return {
        "title": title,
        "description": "What the turns say about buying.",
        "type": "object",
        "properties": {"claims": {"type": "array", "items": claim}, **beside},
        "required": ["claims", *beside],
        "additionalProperties": False,
    }


SCHEMA = _schema("claims")
CRITIQUE_SCHEMA = _schema("critique", withdrawn={"type": "array", "items": {"type": "integer"}})


def read_claims(offered: Sequence[Any], document: Document, window: Window) -> tuple[Claim, ...]:
    """One claim for each entry of an answer's list, in its order."""
    return tuple(_read_claim(entry, document, window) for entry in offered)


def read_withdrawn(numbers: Any, count: int) -> tuple[int, ...]:
    """The numbers from 1 to ``count`` that an answer lists; anything else in it is none."""
    listed = {_number(n) for n in (numbers if isinstance(numbers, list) else ())}
    return tuple(n for n in range(1, count + 1) if n in listed)


def _read_claim(entry: Any, document: Document, window: Window) -> Claim:
    if not isinstance(entry, Mapping):
        entry = {"quote": entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False)}
    kind = _code(entry.get("kind"))
    quote = _text(entry.get("quote"))
    turns = _cited(entry.get("turns"), window)
    event = _event(quote, turns, _date(entry.get("event_on")), document) if kind == Kind.TRIGGER else None
    return Claim(
        kind=kind,
        category=_code(entry.get("category")),
        claim=_text(entry.get("claim")),
        quote=quote,
        turns=tuple(dict.fromkeys(turn.number for turn in turns)),
        intensity=_level(entry.get("intensity")) if kind == Kind.PAIN else None,
        event_on=event.on if event else None,
        event_precision=event.precision if event else "",
        person=_person(_text(entry.get("person")), document, window),
    )


def _text(value: Any) -> str:
    # As a document's words stand in its text: no order to a terminal, and no half character that nothing can store.
    return fold(value) if isinstance(value, str) else ""


def _code(value: Any) -> str:
    """A word with underscores. Where the codebook leaves it free it is shown as a heading, so it may hold no markup."""
    return _NO_CODE.sub("_", _text(value).lower())[:_CODE_LENGTH].strip("_")


def _number(value: Any) -> int | None:
    """A whole number, also one in a string. One of thousands of digits, which Python refuses to read, is none."""
    if isinstance(value, str) and value.strip().isdecimal() and len(value.strip()) <= _DIGITS:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _level(value: Any) -> int | None:
    level = _number(value)
    return level if level in (1, 2, 3, 4) else None


def _cited(value: Any, window: Window) -> tuple[Turn, ...]:
    """The turns an entry cites; its window's first where it cites none that was shown, so that it can go back there."""
    numbers = value if isinstance(value, list) else [value]
    cited = {_number(n) for n in numbers}
    return tuple(turn for turn in (*window.context, *window.turns) if turn.number in cited) or window.turns[:1]


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _event(quote: str, turns: Sequence[Turn], offered: date | None, document: Document) -> EventDate | None:
    """The date the quote gives, else the date said in the cited turns that the offered one agrees with."""
    at = document.text.find(quote)
    said = find_anchored_date(quote, document.text, max(at, 0), document.said_on)
    said = said or find_event_date(quote, document.said_on)
    if said or offered is None:
        return said
    for turn in turns:
        for sentence in _SENTENCE.split(document.words_of(turn)):
            said = find_event_date(sentence, document.said_on)
            if said and abs((said.on - offered).days) <= _PERIOD_DAYS[said.precision]:
                return said
    return None


def _person(name: str, document: Document, window: Window) -> str:
    """The name, where each of its words was said in the window or is known of who takes part."""
    known = [document.words_of(turn) for turn in (*window.context, *window.turns)]
    known += [text for p in document.participants for text in (p.name, p.title)]
    said = {word for text in known for word in _WORD.findall(text.casefold())}
    return name if set(_WORD.findall(name.casefold())) <= said else ""
