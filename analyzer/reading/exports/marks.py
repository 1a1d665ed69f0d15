"""What a JSON export says of itself: title, date, account, outcome."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from analyzer.reading.canonical import fold
from analyzer.reading.exports.keys import keys, plain_keys
from analyzer.reading.guesses.dates import find_date

_LONGEST = 300
# The name of a recording says no more than that of the file.
_RECORDING = re.compile(r"\.(?:mp[34]|m4a|wav|webm|mov|ogg|flac|mkv|avi|json|txt)$", re.IGNORECASE)


def find_marks(holders: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The marks in the objects around a transcript, the nearest first, and in what they keep beside it (`metaData`)."""
    flats: list[dict[str, Any]] = []
    for holder in holders:
        flat = plain_keys(holder)
        flats.append(flat)
        flats.extend(plain_keys(flat[key]) for key in keys("about") if isinstance(flat.get(key), dict))
    marks = {
        "title": _first(flats, "title", _string),
        "date": _first(flats, "date", to_day),
        "account": _first(flats, "account", _string),
        "outcome": _first(flats, "outcome", _string),
    }
    return {key: value for key, value in marks.items() if value}


def find_employer(holder: Mapping[str, Any]) -> str:
    """Whose job posting an object is; "" when it does not say."""
    return _first([plain_keys(holder)], "employers", _string)


def _first(flats: Iterable[Mapping[str, Any]], name: str, read: Any) -> str:
    for flat in flats:
        for key in keys(name):
            if words := read(flat.get(key)):
                return str(words)
    return ""


def _string(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("name")
    if not isinstance(value, str) or len(value) > _LONGEST or _RECORDING.search(value):
        return ""
    return fold(value)


def to_day(value: Any) -> str:
    """A date as written, or the ISO day of a number of (milli)seconds since 1970; "" for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 1e8 < value < 1e14:
        seconds = value / 1000 if value > 1e11 else value
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    if isinstance(value, str) and len(value) <= 60:
        if value.isdigit() and len(value) in (10, 13):
            return to_day(int(value))
        return value if find_date(value) else ""
    return ""
