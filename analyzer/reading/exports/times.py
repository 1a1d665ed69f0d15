"""When something was said: seconds, milliseconds, clocks, "1.300s", "PT1.3S", dates and times become seconds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from analyzer.reading.captions.cues import clock_seconds
from analyzer.reading.exports.keys import keys, plain_keys

_CLOCK = re.compile(r"(?:\d{1,4}:)?\d{1,3}:\d{1,2}(?:[.,]\d{1,9})?")
_PLAIN = re.compile(r"\d{1,15}(?:\.\d{1,12})?s?")
_DURATION = re.compile(r"PT(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,7}(?:\.\d{1,9})?)S)?", re.IGNORECASE)
_SAID = re.compile(
    r"(?:(\d{1,3})\s*h\w*\s*)?(?:(\d{1,3})\s*m\w*\s*)?(?:(\d{1,4}(?:\.\d{1,3})?)\s*s\w*)?", re.IGNORECASE
)
_LONGEST_CALL = 48 * 3600.0
_EPOCH = 1e9
# Words a second that nobody speaks: numbers by which somebody would, were they milliseconds, are seconds.
_FASTEST = 8.0


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as written: ``amount`` in seconds, or in a unit nobody told; ``is_date`` counts from 1970."""

    amount: float
    is_sure: bool = False
    is_date: bool = False


def find_moment(entry: Mapping[str, Any]) -> Moment | None:
    """The start an entry (its keys plain) states; None when it states none that can be read."""
    for key in keys("starts"):
        if key in entry and (moment := _moment(entry[key], key)) is not None:
            return moment
    return None


def _moment(value: Any, key: str) -> Moment | None:
    if isinstance(value, dict):
        inside = plain_keys(value)
        for name in ("relative", "from", "start", "starttime", "absolute", "seconds"):
            moment = _moment(inside.get(name), "startms" if key == "offsets" else name)
            if moment is not None:
                return moment
        return None
    if isinstance(value, list):
        return _moment(value[0], key) if value and not isinstance(value[0], list) else None
    if isinstance(value, str):
        return _written(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        amount = float(value)
    except OverflowError:
        return None
    if not 0 <= amount < 1e16:
        return None
    if key == "offsetinticks":
        return Moment(amount / 1e7, is_sure=True)
    if key.endswith(("ms", "millis", "millisecond", "milliseconds")):
        return Moment(amount / 1000, is_sure=True)
    return Moment(amount, is_sure=key.endswith("seconds"))


def _written(text: str) -> Moment | None:
    if not text or len(text) > 40:
        return None
    if _PLAIN.fullmatch(text):
        return Moment(float(text.rstrip("s")), is_sure=text.endswith("s") or "." in text)
    if _CLOCK.fullmatch(text):
        return Moment(clock_seconds(text), is_sure=True)
    if (match := _DURATION.fullmatch(text) or _SAID.fullmatch(text)) and any(match.groups()):
        hours, minutes, seconds = (float(part or 0) for part in match.groups())
        return Moment(hours * 3600 + minutes * 60 + seconds, is_sure=True)
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    seconds = when.timestamp()
    return Moment(seconds, is_sure=True, is_date=True) if seconds > 0 else None


def to_seconds(moments: Sequence[Moment | None], n_words: int, unit: float = 0) -> list[float | None]:
    """Seconds from the start of the recording. ``unit`` is how many parts of a second the tool counts in, 0 if not
    known: then the numbers tell, by their size and by how fast ``n_words`` would have been spoken up to the last."""
    stated = [moment for moment in moments if moment is not None]
    if not stated:
        return [None] * len(moments)
    open_ = [moment.amount for moment in stated if not moment.is_sure]
    scale = unit or _guess_unit(open_, n_words)
    # Days since 1970 count from the first thing said.
    dated = [m.amount if m.is_sure else m.amount / scale for m in stated if m.is_date or m.amount / scale > _EPOCH]
    begin = min(dated, default=0.0)
    seconds: list[float | None] = []
    for moment in moments:
        if moment is None:
            seconds.append(None)
            continue
        amount = moment.amount if moment.is_sure else moment.amount / scale
        seconds.append(round(amount - begin if moment.is_date or amount > _EPOCH else amount, 3))
    return seconds


def _guess_unit(amounts: Sequence[float], n_words: int) -> float:
    if not amounts:
        return 1
    low, high = min(amounts), max(amounts)
    if low > _EPOCH * 100:
        return 1000
    if low > _EPOCH:
        return 1
    if high > _LONGEST_CALL:
        return 1000
    whole = all(amount.is_integer() for amount in amounts)
    span = high - min(low, high / 2)
    return 1000 if whole and high >= 1000 and n_words < _FASTEST / 1000 * span else 1
