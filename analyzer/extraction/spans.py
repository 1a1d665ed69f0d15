"""From judged units to spans: neighbours of a turn that carry the same kind become one, up to a quotable length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.extraction.units import Unit

MAX_WORDS = 45


@dataclass(frozen=True, slots=True)
class Span:
    """``units`` (their indices) that carry one finding of ``kind``; ``confidence`` is that of the surest unit."""

    kind: str
    units: tuple[int, ...]
    start: int
    end: int
    confidence: float

    @property
    def surest(self) -> int:
        return self.units[0]


def find_spans(
    units: Sequence[Unit],
    probabilities: NDArray[np.float32],
    kinds: Sequence[str],
    thresholds: Mapping[str, float],
    merge_at: float = 0.8,
) -> list[Span]:
    """Spans of every kind at or over its threshold.

    A neighbour is taken in when it is itself over ``merge_at`` times the threshold and the whole stays quotable: people
    say one thing in two breaths, and two halves would be counted as two findings.
    """
    spans = []
    for column, kind in enumerate(kinds):
        chances = probabilities[:, column]
        taken: set[int] = set()
        for i in np.argsort(-chances, kind="stable"):
            if chances[i] < thresholds[kind]:
                break
            if int(i) not in taken:
                group = _grow(units, chances, int(i), thresholds[kind] * merge_at, taken)
                taken.update(group)
                first, last = units[min(group)], units[max(group)]
                rest = tuple(sorted(group - {int(i)}))
                spans.append(Span(kind, (int(i), *rest), first.start, last.end, float(chances[i])))
    return sorted(spans, key=lambda s: (s.start, s.kind))


def _grow(units: Sequence[Unit], chances: NDArray[np.float32], seed: int, floor: float, taken: set[int]) -> set[int]:
    group = {seed}
    for step in (1, -1):
        i = seed + step
        while 0 <= i < len(units) and units[i].turn.number == units[seed].turn.number:
            words = sum(len(units[j].text.split()) for j in group | {i})
            if i in taken or chances[i] < floor or words > MAX_WORDS:
                break
            group.add(i)
            i += step
    return group
