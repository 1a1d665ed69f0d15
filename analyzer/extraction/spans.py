"""From judged units to spans: neighbours of a turn that carry the same kind become one, up to a quotable length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.extraction.units import Unit

MAX_WORDS = 45
SURE = 0.7
"""From this chance on a neighbour's category counts: two that are surely of different ones are two findings."""


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
    codes: Mapping[str, NDArray[np.float32]] | None = None,
) -> list[Span]:
    """Spans of every kind at or over its threshold. ``codes``: by kind the chances of its categories, (units, classes).

    A neighbour is taken in when it is itself over ``merge_at`` times the threshold and the whole stays quotable: people
    say one thing in two breaths, and two halves would be counted as two findings. One that is surely of another
    category stays apart: "our first analyst. The bank wants a report every month" tells two events.
    """
    spans = []
    for column, kind in enumerate(kinds):
        chances = probabilities[:, column]
        told = _sure_codes((codes or {}).get(kind), len(units))
        taken: set[int] = set()
        for i in np.argsort(-chances, kind="stable"):
            if chances[i] < thresholds[kind]:
                break
            if int(i) not in taken:
                group = _grow(units, chances, int(i), thresholds[kind] * merge_at, taken, told)
                taken.update(group)
                first, last = units[min(group)], units[max(group)]
                rest = tuple(sorted(group - {int(i)}))
                spans.append(Span(kind, (int(i), *rest), first.start, last.end, float(chances[i])))
    return sorted(spans, key=lambda s: (s.start, s.kind))


def _sure_codes(codes: NDArray[np.float32] | None, n: int) -> list[int]:
    """The category of each unit that is sure of it, by number; -1 for the others."""
    if codes is None or not codes.size:
        return [-1] * n
    return [int(row.argmax()) if row.max() >= SURE else -1 for row in codes]


def _grow(
    units: Sequence[Unit],
    chances: NDArray[np.float32],
    seed: int,
    floor: float,
    taken: set[int],
    told: Sequence[int],
) -> set[int]:
    group = {seed}
    for step in (1, -1):
        i = seed + step
        while 0 <= i < len(units) and units[i].turn.number == units[seed].turn.number:
            words = sum(len(units[j].text.split()) for j in group | {i})
            are_two = told[i] >= 0 <= told[seed] != told[i]
            if i in taken or chances[i] < floor or words > MAX_WORDS or are_two:
                break
            group.add(i)
            i += step
    return group
