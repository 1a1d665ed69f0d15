"""Quotes sewn together from pieces that were said, but not side by side; with dots between the pieces or without.

A caller gains a yes or no with few searches, however long the quote. What this cannot see: pieces of one or two plain
words, which stand somewhere in any document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from analyzer.extraction.source import Source
from analyzer.extraction.words import STOP_WORDS, Word

DOTS = re.compile(r"\.{2,}|\u2026|\[[^\]]{0,9}\]")

_MOST_PIECES = 12


def is_stitched(quote: str, words: Sequence[Word], kept: Sequence[int], source: Source) -> bool:
    """Whether every piece of the quote stands somewhere in the document, whole and word for word, but not together."""
    cuts = {k for k, i in enumerate(kept) if k and DOTS.search(quote[words[kept[k - 1]].end : words[i].start])}
    norms = [words[i].norm for i in kept]
    if cuts:
        edges = [0, *sorted(cuts), len(norms)]
        if all(source.lean.holds(norms[a:b]) for a, b in pairwise(edges)):
            return True
    pieces, at = 0, 0
    while at < len(norms):
        length = _longest(norms, at, source)
        if length < 2 or not _is_weighty(norms[at : at + length]):
            length = 0
        if not length:
            # A word put between two pieces to join them, or a piece that only holds with the end of the one before.
            back = next((b for b in (1, 2) if at >= b and _longest(norms, at - b, source) > b + 1), 0)
            if back and _is_weighty(norms[at - back : at - back + _longest(norms, at - back, source)]):
                length = _longest(norms, at - back, source) - back
            elif norms[at] in ("and", "but", "so", "then", "because") and pieces:
                at += 1
                continue
            else:
                return False
        pieces += 1
        at += length
        if pieces > min(_MOST_PIECES, max(2, len(norms) // 3)):
            return False
    return pieces > 1


def _is_weighty(norms: Sequence[str]) -> bool:
    return any(norm not in STOP_WORDS for norm in norms)


def _longest(norms: Sequence[str], at: int, source: Source) -> int:
    """How many words from ``at`` on stand side by side somewhere.

    Doubles, then halves: few searches, however long the quote.
    """
    low, high, most = 0, 1, len(norms) - at
    while high <= most and source.lean.holds(norms[at : at + high]):
        low, high = high, high * 2
    high = min(high, most + 1)
    while high - low > 1:
        middle = (low + high) // 2
        if source.lean.holds(norms[at : at + middle]):
            low = middle
        else:
            high = middle
    return low
