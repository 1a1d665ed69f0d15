"""When a found span is a marked span, and what precision and recall follow: one definition for training and evaluation.

A found span matches a marked one of the same kind when it covers at least half of the marked characters and at least a
quarter of its own are marked; one to one, best overlap first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were marked, found, and matched."""

    marked: int
    found: int
    matched: int

    @property
    def precision(self) -> float:
        return self.matched / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.matched / self.marked if self.marked else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.marked + other.marked, self.found + other.found, self.matched + other.matched)


def match_spans(marked: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pairs (index of marked, index of found)."""
    pairs = []
    for i, (a, b) in enumerate(marked):
        for j, (start, end) in enumerate(found):
            shared = min(b, end) - max(a, start)
            if shared >= 0.5 * (b - a) and shared >= 0.25 * (end - start):
                pairs.append((shared / max(b - a, end - start), i, j))
    used_marked: set[int] = set()
    used_found: set[int] = set()
    matched = []
    for _, i, j in sorted(pairs, key=lambda p: -p[0]):
        if i not in used_marked and j not in used_found:
            used_marked.add(i)
            used_found.add(j)
            matched.append((i, j))
    return matched


def carries(unit: tuple[int, int], marked: tuple[int, int]) -> bool:
    """Whether a sentence holds a marked span, or the span the sentence: half of either is shared."""
    shared = min(unit[1], marked[1]) - max(unit[0], marked[0])
    return shared > 0 and (shared >= 0.5 * (unit[1] - unit[0]) or shared >= 0.5 * (marked[1] - marked[0]))


def count_matches(marked: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]]) -> Counts:
    return Counts(len(marked), len(found), len(match_spans(marked, found)))
