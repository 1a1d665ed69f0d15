"""Spans of held-out documents against their labels, and the threshold of each kind that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.extraction.gazetteer import load_gazetteer
from analyzer.extraction.matching import Counts, count_matches
from analyzer.extraction.offline_rules import find_claims
from analyzer.extraction.training_data import KINDS, Example, Matrix

MIN_PRECISION = 0.6

Span = tuple[int, int, float]
"""Start, end and the model's chance of a found span."""


@dataclass(frozen=True)
class Judgement:
    """What models say of a document they have not seen: ``chances`` (units, kinds), and by kind the encoder's chances
    of its categories, (units, classes)."""

    chances: Matrix
    codes: Mapping[str, Matrix]


def count_kind(examples: Sequence[Example], unseen: Sequence[Judgement], kind: str, threshold: float) -> Counts:
    """How the spans of one kind at a threshold agree with the labels, over all documents."""
    total = Counts(0, 0, 0)
    for example, judged in zip(examples, unseen, strict=True):
        found = [(start, end) for start, end, _ in spans_of(example, judged, kind, threshold)]
        total += count_matches(marked_of(example, kind), found)
    return total


def marked_of(example: Example, kind: str) -> list[tuple[int, int]]:
    return [(label.start, label.end) for label in example.source.labels if label.kind.value == kind]


def spans_of(example: Example, judged: Judgement, kind: str, threshold: float) -> list[Span]:
    column = judged.chances[:, [KINDS.index(kind)]]
    document = example.source.document
    found = find_claims(document, example.units, column, [kind], {kind: threshold}, load_gazetteer(), judged.codes)
    tools = [(t.start, t.end, t.confidence) for t in found.tools]
    return [(s.start, s.end, s.confidence) for s in found.spans] + tools


def choose_thresholds(examples: Sequence[Example], unseen: Sequence[Judgement]) -> dict[str, tuple[float, Counts]]:
    """Per kind the threshold of the best F1 among those that keep the precision; the surest one when none does."""
    chosen = {}
    for kind in KINDS:
        tried = [(t, count_kind(examples, unseen, kind, t)) for t in np.arange(0.05, 0.90, 0.025).round(3).tolist()]
        good = [pair for pair in tried if pair[1].precision >= MIN_PRECISION] or [
            max(tried, key=lambda p: p[1].precision)
        ]
        chosen[kind] = max(good, key=lambda pair: pair[1].f1)
    return chosen
