"""How far marks and findings agree sentence by sentence, chance taken off: Cohen's kappa and Gwet's AC1.

The sentences are the units of :mod:`analyzer.extraction.units` (a very short sentence joined to the one before, a very
long one cut at clause joints) in every turn that is not our side's. One carries a kind when something of that kind
covers half of it, or has half of its own characters in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.evaluation.gold import GoldFolder
from analyzer.evaluation.matching import Comparison
from analyzer.extraction.matching import carries
from analyzer.extraction.units import split_units
from analyzer.records import Document, Side

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of ``sentences``, how many carry one kind by the marks, by the findings, and by both.

    ``kappa`` and ``ac1`` are 1 for full agreement, 0 for what chance would give. ``kappa`` is None where neither ever
    sees the kind, which leaves nothing to divide by. With kinds this rare, kappa is low even where hardly a sentence
    is in dispute (Feinstein & Cicchetti 1990); that is why both stand here.
    """

    sentences: int
    marked: int
    found: int
    both: int
    kappa: float | None
    ac1: float | None


def agree(comparison: Comparison, documents: Iterable[Document], gold: GoldFolder) -> Mapping[str, Agreement]:
    """By kind, over the customers' sentences of these documents."""
    marked: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for placed in comparison.placed:
        marked[placed.item.document, placed.item.kind].append((placed.start, placed.end))
    found: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for finding in comparison.findings:
        found[finding.document, finding.kind.value].append((finding.start, finding.end))
    sentences = {document.name: customer_sentences(document, gold.sides) for document in documents}

    def carrying(places: Mapping[tuple[str, str], Sequence[Place]], kind: str) -> NDArray[np.bool_]:
        seen = [
            any(carries(s, p) for p in places.get((name, kind), ())) for name, here in sentences.items() for s in here
        ]
        return np.array(seen, dtype=bool)

    return {kind: measure_agreement(carrying(marked, kind), carrying(found, kind)) for kind in comparison.kinds}


def customer_sentences(document: Document, sides: Mapping[str, Mapping[str, str]]) -> list[Place]:
    """(start, end) of each; whose a turn is say the annotations, and the document itself of speakers they leave out."""
    known = sides.get(document.name, {})
    made = []
    for turn in document.turns:
        if known.get(turn.speaker, turn.side) != Side.OURS:
            made += [(turn.start + a, turn.start + b) for a, b in split_units(document.words_of(turn))]
    return made


def measure_agreement(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> Agreement:
    """Agreement of two readers' yes and no over the same sentences."""
    from sklearn.metrics import cohen_kappa_score

    n, marked, found = len(one), int(one.sum()), int(other.sum())
    is_defined = 0 < marked + found < 2 * n
    return Agreement(
        sentences=n,
        marked=marked,
        found=found,
        both=int((one & other).sum()),
        kappa=float(cohen_kappa_score(one, other)) if is_defined else None,
        ac1=_gwet_ac1(one, other) if n else None,
    )


def _gwet_ac1(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """(observed - chance) / (1 - chance) with chance 2q(1 - q), q the mean share of yes (Gwet 2008, two categories)."""
    observed = float(np.mean(one == other))
    q = (float(one.mean()) + float(other.mean())) / 2
    chance = 2 * q * (1 - q)
    return (observed - chance) / (1 - chance)
