"""Trains the offline model from ``corpora``: ``python -m analyzer.extraction.training`` (``make train``).

Logistic regression over frozen sentence embeddings, words and form (``features``). Thresholds, confidence and what
stands on the model's card come from documents the model has not seen: cross-validation grouped by industry, with the
rules around the model as in use. What else was tried stands in corpora/training/README.md.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from analyzer.adapters import tuned_encoder
from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.extraction.classifier import CARD, ENCODER, WEIGHTS, Layer, mean_of
from analyzer.extraction.corpus import read_corpus, read_quotes
from analyzer.extraction.offline_rules import settle_chances
from analyzer.extraction.training_codes import Judged, shares_right, train_categories
from analyzer.extraction.training_data import (
    KINDS,
    Example,
    Matrix,
    Vocabulary,
    fit_regression,
    folds_of,
    prepare,
    vocabulary_of,
)
from analyzer.extraction.training_encoder import classes_of, cross_judge, train_encoder
from analyzer.extraction.training_spans import Judgement, choose_thresholds
from analyzer.extraction.training_trust import calibrate
from analyzer.resources import find_resource

# Strength of regularisation (scikit-learn's C) and the weight of words beside embeddings, picked on the folds.
KIND_C = 2.0
WORD_SCALE = 2.0**0.5
KEPT_BY_GATE = 0.98


def _fit_kinds(examples: Sequence[Example], words: Sequence[Any]) -> Layer:
    teaches = np.concatenate([e.teaches for e in examples])
    dense = np.vstack([e.dense for e in examples])[teaches]
    # A word's weight is punished less than an embedding's: each stands for itself.
    features = sp.hstack([sp.csr_matrix(dense), sp.vstack(words)[teaches] * WORD_SCALE]).tocsr()
    targets = np.vstack([e.targets for e in examples])[teaches]
    models = [fit_regression(features, targets[:, k], KIND_C) for k in range(len(KINDS))]
    weights = np.vstack([m.coef_[0] for m in models]).astype(np.float32)
    weights[:, dense.shape[1] :] *= WORD_SCALE
    return Layer(KINDS, weights, np.array([m.intercept_[0] for m in models], dtype=np.float32))


def _chances(example: Example, words: Any, layer: Layer) -> Matrix:
    width = example.dense.shape[1]
    scores = example.dense @ layer.weights[:, :width].T + words @ layer.weights[:, width:].T + layer.bias
    return np.asarray(1 / (1 + np.exp(-scores)), dtype=np.float32)


def cross_validate(examples: Sequence[Example]) -> list[Matrix]:
    """For each document, (units, kinds) of chances from a linear layer that was trained without its fold."""
    unseen: list[Matrix] = [np.zeros((0, 0), dtype=np.float32)] * len(examples)
    for training, held_out in folds_of(examples):
        seen = [examples[i] for i in training]
        vocabulary = vocabulary_of(seen)
        layer = _fit_kinds(seen, [vocabulary.weigh([u.text for u in e.units]) for e in seen])
        for i in held_out:
            words = vocabulary.weigh([u.text for u in examples[i].units])
            unseen[i] = _chances(examples[i], words, layer)
    return unseen


# --------------------------------------------------------------------------------------------------------------- card


def _settled_means(examples: Sequence[Example], linear: Sequence[Matrix], judged: Judged) -> list[Judgement]:
    """What layer and encoder say together of each document, as in use."""
    return [
        Judgement(settle_chances(e.source.document, e.units, mean_of(one, said[tuned_encoder.KINDS]), KINDS), said)
        for e, one, said in zip(examples, linear, judged, strict=True)
    ]


def _gate_threshold(examples: Sequence[Example], unseen: Sequence[Judgement]) -> float:
    """The highest threshold of two decimals that the turns of 98 % of the labelled units reach with any kind.

    A turn's chance is that of its likeliest unit, as the gate has it. A minor part of a label ("stuff like that") is
    left out here, as in training.
    """
    best = []
    for example, judged in zip(examples, unseen, strict=True):
        likeliest: dict[int, float] = {}
        for unit, chance in zip(example.units, judged.chances.max(axis=1, initial=0.0), strict=True):
            likeliest[unit.turn.number] = max(likeliest.get(unit.turn.number, 0.0), float(chance))
        labelled = np.flatnonzero(example.targets.any(axis=1) & example.teaches)
        best += [likeliest[example.units[i].turn.number] for i in labelled]
    return int(float(np.quantile(best, 1 - KEPT_BY_GATE)) * 100) / 100


def train(folder: Path, weights_to: Path = WEIGHTS, encoder_to: Path = ENCODER, card_to: Path = CARD) -> dict[str, Any]:
    """Trains on ``training`` and ``categories`` of a folder, writes the weights and their card, gives back the card."""
    embedder = SentenceEmbedder()
    examples = [prepare(source, embedder) for source in read_corpus(folder / "training")]
    quotes = read_quotes(folder / "categories")
    vocabulary = vocabulary_of(examples)
    categories = train_categories(examples, vocabulary, quotes, embedder)
    classes = classes_of({name: layer.classes for name, (_, layer) in categories.items()})
    judged = cross_judge(examples, quotes, classes)
    unseen = _settled_means(examples, cross_validate(examples), judged)
    chosen = choose_thresholds(examples, unseen)
    trust = {kind: calibrate(examples, unseen, kind, threshold) for kind, (threshold, _) in chosen.items()}
    kinds = _fit_kinds(examples, [vocabulary.weigh([u.text for u in e.units]) for e in examples])
    layers = {"kinds": kinds, **{name: layer for name, (_, layer) in categories.items()}}
    content = _pack(vocabulary, layers)
    weights_to.write_bytes(content)
    tuned = _zip(train_encoder(examples, quotes, classes))
    encoder_to.write_bytes(tuned)
    shares = shares_right(examples, categories, judged)
    card = {
        "trained_on": {
            "documents": len(examples),
            "units": sum(len(e.units) for e in examples),
            "units_without_finding": sum(int((e.targets.sum(axis=1) == 0).sum()) for e in examples),
            "labels": sum(len(e.source.labels) for e in examples),
            "quotes_for_categories": sum(len(some) for some in quotes.values()),
        },
        "embedding": embedder.name,
        "thresholds": {kind: threshold for kind, (threshold, _) in chosen.items()},
        "calibration": {kind: [round(t.slope, 4), round(t.offset, 4)] for kind, t in trust.items()},
        "cross_validation": {
            kind: {
                "precision": round(counts.precision, 3),
                "recall": round(counts.recall, 3),
                "f1": round(counts.f1, 3),
                "category": round(shares[kind], 3) if kind in shares else None,
                "brier": round(trust[kind].brier, 3),
                "reliability": [[n, round(said, 2), round(right, 2)] for n, said, right in trust[kind].reliability],
            }
            for kind, (_, counts) in chosen.items()
        },
        "gate": _gate_threshold(examples, unseen),
        "sha256": hashlib.sha256(content).hexdigest(),
        "encoder_sha256": hashlib.sha256(tuned).hexdigest(),
        "classes": {name: list(layer.classes) for name, layer in layers.items()},
        "vocabulary": vocabulary.tokens,
    }
    card_to.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return card


def _pack(vocabulary: Vocabulary, layers: Mapping[str, Layer]) -> bytes:
    arrays: dict[str, Any] = {"idf": vocabulary.idf}
    for name, layer in layers.items():
        arrays[f"{name}/weights"] = layer.weights.astype(np.float16)
        arrays[f"{name}/bias"] = layer.bias
    return _zip(arrays)


def _zip(arrays: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def main() -> None:
    """Trains on the corpora of the repository and prints what cross-validation gave."""
    card = train(find_resource("corpora"))
    print(f"{card['trained_on']}, sha256 {card['sha256'][:12]}")
    for kind, figures in card["cross_validation"].items():
        shown = "  ".join(f"{k} {v:.2f}" for k, v in figures.items() if isinstance(v, float))
        print(f"{kind:12} at {card['thresholds'][kind]:.3f}  {shown}")


if __name__ == "__main__":
    main()
