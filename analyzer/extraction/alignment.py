"""The same words but for what may be skipped, on either side, in any mixture: "and, um, like we had" and "and we had".

A caller gains the last matching rule of the evidence, for quotes that keep one filler and leave out the next. Every
other word must stand there, in order and side by side: this is no fuzzy matching. Linear in the quote for each place
looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.extraction.fillers import KEEP
from analyzer.extraction.source import Source
from analyzer.extraction.words import Word

_MOST_ANCHORS = 300
_MOST_PATHS = 32
_MOST_SKIPPED = 12
"""How many words in a row may be skipped; more is no filler any longer."""


def align_quote(
    words: Sequence[Word], skips: Sequence[int], source: Source, low: int, high: int
) -> Iterator[tuple[int, int]]:
    """First and last word of the places between ``low`` and ``high`` that hold the quote but for skippable words."""
    kept = [i for i, skip in enumerate(skips) if skip == KEEP]
    if not kept:
        return
    anchor = min(kept, key=lambda i: len(source.places_of(words[i].norm)))
    places = [place for place in source.places_of(words[anchor].norm) if low <= place < high]
    for place in places[:_MOST_ANCHORS]:
        begin, end = source.span(source.turn_of(place))
        last = _walk(words, skips, source, anchor, place, end, 1)
        first = _walk(words, skips, source, anchor, place, begin - 1, -1) if last is not None else None
        if first is not None and last is not None:
            yield first, last


def _walk(
    words: Sequence[Word], skips: Sequence[int], source: Source, at: int, place: int, limit: int, step: int
) -> int | None:
    """Follow the quote from its word ``at``, which stands at ``place``, to its end; the source word it ends on."""
    reached = {place}
    target = len(words) if step > 0 else -1
    for i in range(at + step, target, step):
        following: set[int] = set()
        for k in reached:
            following.update(_next_places(words[i].norm, source, k, limit, step))
        if skips[i] != KEEP:
            following |= reached
        if len(following) > _MOST_PATHS:
            following = set(sorted(following, reverse=step < 0)[:_MOST_PATHS])
        if not following:
            return None
        reached = following
    return min(reached) if step > 0 else max(reached)


def _next_places(norm: str, source: Source, place: int, limit: int, step: int) -> Iterator[int]:
    k = place + step
    for _ in range(_MOST_SKIPPED):
        if k == limit:
            return
        if source.words[k].norm == norm:
            yield k
        if source.skips[k] == KEEP:
            return
        k += step
