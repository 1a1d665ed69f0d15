"""What the offline model is trained on: labelled documents cut into units, with features; and who has seen what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from analyzer.adapters.protocols import Embedder
from analyzer.extraction.corpus import Label, LabelledDocument
from analyzer.extraction.features import dense_features, tokens_of, weigh_tokens
from analyzer.extraction.gazetteer import load_gazetteer
from analyzer.extraction.matching import carries
from analyzer.extraction.units import Unit, units_of
from analyzer.records import Kind

SEED = 20
FOLDS = 4
VOCABULARY = 4000
MAIN_PART = 0.35
"""A unit with less than this share of a label that goes over several teaches nothing: "stuff like that" says no pain
by itself, and to learn that it says none would be as wrong."""
KINDS = tuple(kind.value for kind in Kind)
INTENSITY = "intensity"

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Example:
    """One labelled document, featurised. ``targets`` is (units, kinds) of 0/1; ``teaches`` is False for the units that
    hold a minor part of a label."""

    source: LabelledDocument
    units: list[Unit]
    dense: Matrix
    targets: NDArray[np.int8]
    codes: list[dict[str, str]]
    teaches: NDArray[np.bool_]


@dataclass(frozen=True)
class Vocabulary:
    """The tokens of most units, with their inverse document frequency log((1 + n) / (1 + df)) + 1."""

    tokens: list[str]
    idf: Matrix

    def weigh(self, texts: Sequence[str]) -> sp.csr_matrix:
        """(texts, tokens), each row of length 1."""
        places = {token: place for place, token in enumerate(self.tokens)}
        rows = [sp.csr_matrix(weigh_tokens(text, places, self.idf)) for text in texts]
        return sp.vstack(rows).tocsr() if rows else sp.csr_matrix((0, len(self.tokens)))


def prepare(source: LabelledDocument, embedder: Embedder) -> Example:
    """The units of a labelled document with their features and what they carry."""
    units = units_of(source.document, source.document.turns)
    targets = np.zeros((len(units), len(KINDS)), dtype=np.int8)
    codes: list[dict[str, str]] = [{} for _ in units]
    teaches = np.ones(len(units), dtype=bool)
    for label in source.labels:
        shares = _shares(units, label)
        for i, share in shares.items():
            targets[i, KINDS.index(label.kind.value)] = 1
            codes[i][label.kind.value] = label.category
            if label.intensity:
                codes[i][INTENSITY] = str(label.intensity)
            teaches[i] &= share >= MAIN_PART or share == max(shares.values())
    dense = dense_features(units, source.document.kind, embedder, load_gazetteer())
    return Example(source, units, dense, targets, codes, teaches)


def _shares(units: Sequence[Unit], label: Label) -> dict[int, float]:
    """The units that carry a label, with the share of its characters that each holds."""
    return {
        i: (min(unit.end, label.end) - max(unit.start, label.start)) / (label.end - label.start)
        for i, unit in enumerate(units)
        if carries((unit.start, unit.end), (label.start, label.end))
    }


def vocabulary_of(examples: Sequence[Example]) -> Vocabulary:
    counts: dict[str, int] = {}
    total = 0
    for example in examples:
        for unit in example.units:
            total += 1
            for token in set(tokens_of(unit.text)):
                counts[token] = counts.get(token, 0) + 1
    kept = sorted(counts, key=lambda token: (-counts[token], token))[:VOCABULARY]
    return Vocabulary(
        kept, np.array([np.log((1 + total) / (1 + counts[token])) + 1 for token in kept], dtype=np.float32)
    )


def fit_regression(features: Any, target: NDArray[Any], strength: float, class_weight: str | None = None) -> Any:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=400, random_state=SEED, class_weight=class_weight)
    return model.fit(features, target)


def folds_of(examples: Sequence[Example]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Training and held-out documents of each fold; an industry never stands on both sides."""
    from sklearn.model_selection import GroupKFold

    folds = GroupKFold(FOLDS, shuffle=True, random_state=SEED)
    return list(folds.split(np.zeros(len(examples)), groups=[e.source.industry for e in examples]))
