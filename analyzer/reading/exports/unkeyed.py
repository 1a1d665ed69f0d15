"""Conversations whose parts have no names: `{"Agent": "Hello."}` or `["Agent", "Hello."]` for each turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analyzer.reading.exports.lists import Place, walk

_FEWEST = 3
_LONGEST_NAME = 60
_MOST_NAMES = 0.67


def name_parts(content: Any) -> Any:
    """The same conversation as a list of {speaker, text}, in the object it was in; None when there is none such."""
    for value, place in walk(content):
        if isinstance(value, list) and (turns := _turns(value)):
            return {**_around(place), "transcript": turns}
    return None


def _around(place: Place | None) -> dict[str, Any]:
    return dict(place.holder) if place is not None else {}


def _turns(entries: Sequence[Any]) -> list[dict[str, str]]:
    pairs = [_pair(entry) for entry in entries]
    said = [pair for pair in pairs if pair is not None]
    names = {name for name, _ in said}
    # Labels with a value each ("Company": "Northwind") come once; who speaks comes back.
    if len(said) < _FEWEST or len(said) < len(pairs) or len(names) > _MOST_NAMES * len(said) or len(names) < 2:
        return []
    return [{"speaker": name, "text": words} for name, words in said]


def _pair(entry: Any) -> tuple[str, str] | None:
    parts: Sequence[Any] = ()
    if isinstance(entry, dict) and len(entry) == 1:
        parts = next(iter(entry.items()))
    elif isinstance(entry, list) and len(entry) == 2:
        parts = entry
    if len(parts) != 2 or not all(isinstance(part, str) for part in parts):
        return None
    name, words = str(parts[0]).strip(), str(parts[1])
    return (name, words) if 0 < len(name) <= _LONGEST_NAME and words.strip() else None
