"""Words that hint at what kind of event is told, by trigger category (``event_words.yaml``): counts, no verdict.

A word may stand under several categories ("merger" and "tool change" both know "migrating"); the trained model weighs
them. General vocabulary, so that an event is known by words that no training conversation happened to use.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

_WORD = re.compile(r"[a-z0-9]+(?:[-'’][a-z0-9]+)*")
_LONGEST = 4
_MOST = 3
"""More hints of one category than this say no more."""


@cache
def categories() -> tuple[str, ...]:
    """The categories that have words, in the order of the file."""
    return tuple(_words_by_category())


@cache
def _words_by_category() -> Mapping[str, tuple[str, ...]]:
    content = yaml.safe_load(files("analyzer.extraction").joinpath("event_words.yaml").read_text(encoding="utf-8"))
    return {name: tuple(" ".join(w.split()) for w in words.split(",") if w.strip()) for name, words in content.items()}


@cache
def _places() -> tuple[Mapping[str, tuple[int, ...]], Mapping[str, tuple[int, ...]]]:
    """Whole entries, and those that end in a star without it, with the categories they stand under."""
    whole: dict[str, list[int]] = {}
    begun: dict[str, list[int]] = {}
    for place, words in enumerate(_words_by_category().values()):
        for word in dict.fromkeys(words):
            target = begun if word.endswith("*") else whole
            target.setdefault(" ".join(_WORD.findall(word.casefold())), []).append(place)
    return {k: tuple(v) for k, v in whole.items()}, {k: tuple(v) for k, v in begun.items()}


def hint_events(text: str) -> list[float]:
    """For each category how many of its words the text holds, 0 to 1.5 in halves."""
    whole, begun = _places()
    words = _WORD.findall(text.casefold().replace("’", "'"))
    counts = [0] * len(categories())
    seen: set[str] = set()
    for size in range(1, _LONGEST + 1):
        for i in range(len(words) - size + 1):
            phrase = " ".join(words[i : i + size])
            if phrase in seen:
                continue
            seen.add(phrase)
            for place in (*whole.get(phrase, ()), *_begun_by(phrase, begun)):
                counts[place] += 1
    return [min(count, _MOST) / 2 for count in counts]


@cache
def _lengths() -> tuple[int, ...]:
    return tuple(sorted({len(start) for start in _places()[1]}))


def _begun_by(phrase: str, begun: Mapping[str, tuple[int, ...]]) -> tuple[int, ...]:
    found: tuple[int, ...] = ()
    for length in _lengths():
        if length > len(phrase):
            break
        # The star stands for the rest of the last word, not for further ones.
        if " " not in phrase[length:]:
            found += begun.get(phrase[:length], ())
    return found
