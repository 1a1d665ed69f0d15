"""Precision, recall and F1 by kind, how far other documents would move them, and whether confidence keeps its word.

The figures of ``Scores`` are rounded to three places before they are averaged, as those of the annotated documents'
own ``score.py`` are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.evaluation.matching import Comparison
from analyzer.extraction.matching import Counts
from analyzer.records import Finding, Kind

CORE = (Kind.TRIGGER.value, Kind.PAIN.value, Kind.ROLE.value)
"""The kinds that macro-F1 is the mean of; one that is neither marked nor found counts 0."""
SEED = 20
DRAWS = 2000
LEVEL = 0.95
BINS = 10


@dataclass(frozen=True, slots=True)
class KindScore:
    """``counts`` of one kind; ``category_right`` of the matches have the category that was marked."""

    counts: Counts
    category_right: int

    @property
    def precision(self) -> float:
        return round(self.counts.precision, 3)

    @property
    def recall(self) -> float:
        return round(self.counts.recall, 3)

    @property
    def f1(self) -> float:
        return round(self.counts.f1, 3)

    @property
    def category_share(self) -> float | None:
        return round(self.category_right / self.counts.matched, 3) if self.counts.matched else None


@dataclass(frozen=True)
class Scores:
    """By kind; and what must be nothing: findings unlike their text, marked words the text lacks, our side's words."""

    kinds: Mapping[str, KindScore]
    not_byte_equal: tuple[Finding, ...]
    our_side: tuple[Finding, ...]

    @property
    def macro_f1(self) -> float:
        return round(sum(self.kinds[kind].f1 if kind in self.kinds else 0.0 for kind in CORE) / len(CORE), 3)


def score(comparison: Comparison, ours: Mapping[str, frozenset[str]]) -> Scores:
    """Counts what was compared; ``ours`` are the names of our own people by document. Tools may be named by anyone."""
    marked = Counter(item.kind for item in comparison.items)
    found = Counter(finding.kind.value for finding in comparison.findings)
    matched = Counter(placed.item.kind for _, placed in comparison.hits)
    right = Counter(placed.item.kind for f, placed in comparison.hits if f.category == placed.item.category)
    kinds = {
        kind: KindScore(Counts(marked[kind], found[kind], matched[kind]), right[kind]) for kind in comparison.kinds
    }
    unequal = tuple(f for f in comparison.findings if comparison.texts.get(f.document, "")[f.start : f.end] != f.quote)
    ours_said = tuple(
        f for f in comparison.findings if f.speaker in ours.get(f.document, ()) and f.kind.value != Kind.TOOL.value
    )
    return Scores(kinds, unequal, ours_said)


# ---------------------------------------------------------------------------------------------------------- intervals


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True)
class Intervals:
    """Where F1 of each kind, and their mean over ``CORE``, lie in 95 of 100 draws of as many of these documents."""

    documents: int
    kinds: Mapping[str, Interval]
    macro_f1: Interval


def bootstrap(comparison: Comparison) -> Intervals | None:
    """Percentile intervals over documents drawn with replacement, seeded (Efron & Tibshirani 1993, chapter 13).

    A draw in which a kind is neither marked nor found has F1 0 there. None where there are fewer than two documents.
    """
    names = sorted(
        {*comparison.texts, *(i.document for i in comparison.items), *(f.document for f in comparison.findings)}
    )
    if len(names) < 2:
        return None
    drawn = np.random.default_rng(SEED).integers(0, len(names), (DRAWS, len(names)))
    every = {kind: _f1(_counts_by_document(comparison, kind, names)[drawn].sum(axis=1)) for kind in comparison.kinds}
    none = np.zeros(DRAWS)
    macro = np.mean([every.get(kind, none) for kind in CORE], axis=0)
    return Intervals(len(names), {kind: _interval(f1) for kind, f1 in every.items()}, _interval(macro))


def _counts_by_document(comparison: Comparison, kind: str, names: Sequence[str]) -> NDArray[np.int64]:
    """(documents, 3): marked, found and matched of one kind."""
    marked = Counter(i.document for i in comparison.items if i.kind == kind)
    found = Counter(f.document for f in comparison.findings if f.kind.value == kind)
    matched = Counter(placed.item.document for _, placed in comparison.hits if placed.item.kind == kind)
    return np.array([[marked[name], found[name], matched[name]] for name in names])


def _f1(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """F1 of rows (marked, found, matched): 2 matched / (marked + found), which is 2PR / (P + R)."""
    both = counts[:, 0] + counts[:, 1]
    return np.asarray(2.0 * counts[:, 2] / np.maximum(both, 1))


def _interval(values: NDArray[np.float64]) -> Interval:
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))


# --------------------------------------------------------------------------------------------------------- confidence


@dataclass(frozen=True, slots=True)
class Bin:
    """``n`` findings with a confidence from ``low`` to below ``high``: their mean, and the share that is right."""

    low: float
    high: float
    n: int
    confidence: float | None
    right: float | None


@dataclass(frozen=True)
class Calibration:
    """``brier`` is the mean squared distance of confidence from 1 where a finding is right, from 0 where it is not."""

    n: int
    brier: float
    bins: tuple[Bin, ...]


def calibrate(comparison: Comparison) -> Calibration | None:
    """Whether 0.8 is right four times in five (Brier 1950; reliability table of ten bins, the last with 1.0 in it).

    Of offline findings only: other extractors' confidence is no chance. None where there are none. What was missed has
    no confidence, so this says nothing of recall.
    """
    right_ones = {id(finding) for finding, _ in comparison.hits}
    offline = [f for f in comparison.findings if f.maker.extractor == "offline"]
    if not offline:
        return None
    confidence = np.array([f.confidence for f in offline])
    right = np.array([id(f) in right_ones for f in offline], dtype=float)
    places = np.minimum((confidence * BINS + 1e-9).astype(int), BINS - 1)
    bins = []
    for number in range(BINS):
        here = places == number
        n = int(here.sum())
        mean = (float(confidence[here].mean()), float(right[here].mean())) if n else (None, None)
        bins.append(Bin(number / BINS, (number + 1) / BINS, n, *mean))
    return Calibration(len(offline), float(np.mean((confidence - right) ** 2)), tuple(bins))
