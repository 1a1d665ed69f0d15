"""What the offline extractor is set beside: a list of words, embeddings alone, and likeness to the codebook.

Each reads the units of a document (the list of words its sentences) and gives spans with a kind and a category, as the
shipped extractor does. What they learn, thresholds included, they learn from the training conversations alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from analyzer.adapters.protocols import Embedder, Vectors
from analyzer.extraction.codebook import Codebook
from analyzer.extraction.corpus import LabelledDocument
from analyzer.extraction.matching import Counts, count_matches
from analyzer.extraction.spans import find_spans
from analyzer.extraction.units import Unit, split_sentences, units_of
from analyzer.records import Document, Kind, Side

CORE = (Kind.TRIGGER, Kind.PAIN, Kind.ROLE)
FOLDS, SEED = 6, 20
STRENGTHS = (1.0, 10.0, 100.0)
"""scikit-learn's C; the one of the best macro-F1 on documents not seen is taken."""


@dataclass(frozen=True, slots=True)
class Found:
    """Characters ``start`` to ``end`` of a document, taken for a finding."""

    kind: str
    category: str
    start: int
    end: int


Read = Callable[[Document], list[Found]]


@dataclass(frozen=True, slots=True)
class Baseline:
    """``read`` finds; ``held_out`` is what it reaches by kind on training conversations it has not learnt from."""

    read: Read
    held_out: Mapping[str, Counts]


# ---------------------------------------------------------------------------------------------------- a list of words


def make_keywords(corpus: Sequence[LabelledDocument]) -> Baseline:
    """Every sentence of a customer that holds a word of a kind's list is a finding of this kind."""
    lists = yaml.safe_load((Path(__file__).parent / "keywords.yaml").read_text(encoding="utf-8"))
    patterns = {kind: [(code, _starting(words)) for code, words in codes.items()] for kind, codes in lists.items()}

    def read(document: Document) -> list[Found]:
        found = []
        for turn in document.turns:
            if turn.side == Side.OURS:
                continue
            words = document.words_of(turn)
            for start, end in split_sentences(words):
                for kind, codes in patterns.items():
                    if code := next((code for code, pattern in codes if pattern.search(words, start, end)), None):
                        found.append(Found(kind, code, turn.start + start, turn.start + end))
        return found

    return Baseline(read, count_found(corpus, [read(source.document) for source in corpus]))


def _starting(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})", re.I)


# --------------------------------------------------------------------------------------------------- embeddings alone


@dataclass(frozen=True)
class Corpus:
    """The training conversations as units: their embeddings, and the category each carries of a kind ("": none)."""

    sources: Sequence[LabelledDocument]
    units: list[list[Unit]]
    vectors: list[Vectors]
    codes: list[dict[str, NDArray[Any]]]

    def carries(self, kind: str) -> NDArray[np.bool_]:
        return np.asarray(np.concatenate([codes[kind] for codes in self.codes]) != "")


def embed_corpus(sources: Sequence[LabelledDocument], embedder: Embedder) -> Corpus:
    units = [units_of(source.document, source.document.turns) for source in sources]
    vectors = [embedder.embed([unit.text for unit in of_one]) for of_one in units]
    return Corpus(sources, units, vectors, [_codes(s, u) for s, u in zip(sources, units, strict=True)])


def _codes(source: LabelledDocument, units: Sequence[Unit]) -> dict[str, NDArray[Any]]:
    """A unit carries a label where one of the two lies at least half within the other."""
    codes = {kind.value: np.array([""] * len(units), dtype=object) for kind in CORE}
    for label in source.labels:
        for i, unit in enumerate(units):
            shared = min(unit.end, label.end) - max(unit.start, label.start)
            if label.kind in CORE and shared >= 0.5 * min(unit.end - unit.start, label.end - label.start):
                codes[label.kind.value][i] = label.category
    return codes


def make_embeddings(corpus: Corpus, embedder: Embedder) -> Baseline:
    """Logistic regression over the embedding of the unit alone: no words, no form, nothing around it."""
    best: tuple[float, float, dict[str, float], dict[str, Counts]] | None = None
    for strength in STRENGTHS:
        unseen = {kind.value: _unseen(corpus, kind.value, strength) for kind in CORE}
        thresholds, counts = choose_thresholds(corpus, unseen, np.arange(0.05, 0.9, 0.025), merge_at=0.8)
        reached = macro(counts)
        if best is None or reached > best[0]:
            best = (reached, strength, thresholds, counts)
    if best is None:
        raise ValueError("no strength to try")
    _, strength, thresholds, counts = best
    everything = np.vstack(corpus.vectors)
    judges = {k: _fit(everything, corpus.carries(k), strength) for k in thresholds}
    coders = {k: _fit_codes(corpus, everything, k) for k in thresholds}

    def read(document: Document) -> list[Found]:
        units = units_of(document, document.turns)
        if not units:
            return []
        vectors = embedder.embed([unit.text for unit in units])
        chances = np.column_stack([judges[k].predict_proba(vectors)[:, 1] for k in thresholds]).astype(np.float32)
        spans = find_spans(units, chances, list(thresholds), thresholds)
        return [
            Found(s.kind, str(coders[s.kind].predict(vectors[s.surest][None, :])[0]), s.start, s.end) for s in spans
        ]

    return Baseline(read, counts)


def _fit(vectors: Vectors, target: NDArray[Any], strength: float, weight: str | None = None) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=400, random_state=SEED, class_weight=weight).fit(vectors, target)


def _fit_codes(corpus: Corpus, vectors: Vectors, kind: str) -> Any:
    carries = corpus.carries(kind)
    codes = np.concatenate([codes[kind] for codes in corpus.codes])[carries].astype(str)
    return _fit(vectors[carries], codes, 10.0, "balanced")


def _unseen(corpus: Corpus, kind: str, strength: float) -> list[NDArray[np.float32]]:
    """For each document the chances by a model that has not seen its industry."""
    from sklearn.model_selection import GroupKFold

    chances = [np.zeros(0, dtype=np.float32)] * len(corpus.sources)
    targets = [codes[kind] != "" for codes in corpus.codes]
    folds = GroupKFold(FOLDS, shuffle=True, random_state=SEED)
    groups = [source.industry for source in corpus.sources]
    for learnt, held_out in folds.split(np.zeros(len(groups)), groups=groups):
        model = _fit(
            np.vstack([corpus.vectors[i] for i in learnt]), np.concatenate([targets[i] for i in learnt]), strength
        )
        for i in held_out:
            if len(corpus.vectors[i]):
                chances[i] = model.predict_proba(corpus.vectors[i])[:, 1].astype(np.float32)
    return chances


# --------------------------------------------------------------------------------------------- likeness to the codebook


def make_zero_shot(corpus: Corpus, embedder: Embedder, codebook: Codebook) -> Baseline:
    """The cosine of a unit to the nearest definition or example of a kind; the category is that of the nearest one."""
    texts = [(k.value, code, text) for k in CORE for code, text in _said_of(codebook, k)]
    anchors = embedder.embed([text for _, _, text in texts])
    owners = np.array([kind for kind, _, _ in texts])

    def likeness(vectors: Vectors, kind: str) -> NDArray[np.float32]:
        return np.asarray((vectors @ anchors[owners == kind].T).max(axis=1, initial=0.0), dtype=np.float32)

    alike = {k.value: [likeness(vectors, k.value) for vectors in corpus.vectors] for k in CORE}
    # No neighbour joins below the threshold: four fifths of a cosine is the cosine of nearly anything.
    thresholds, counts = choose_thresholds(corpus, alike, np.arange(0.2, 0.8, 0.02), merge_at=1.0)

    def code_of(vector: Vectors, kind: str) -> str:
        coded = [i for i, (owner, code, _) in enumerate(texts) if owner == kind and code]
        return texts[coded[int(np.argmax(anchors[coded] @ vector))]][1]

    def read(document: Document) -> list[Found]:
        units = units_of(document, document.turns)
        if not units:
            return []
        vectors = embedder.embed([unit.text for unit in units])
        chances = np.column_stack([likeness(vectors, k) for k in thresholds])
        spans = find_spans(units, chances, list(thresholds), thresholds, merge_at=1.0)
        return [Found(s.kind, code_of(vectors[s.surest], s.kind), s.start, s.end) for s in spans]

    return Baseline(read, counts)


def _said_of(codebook: Codebook, kind: Kind) -> list[tuple[str, str]]:
    entry = codebook.kinds[kind]
    said = [("", entry.definition), *(("", example) for example in entry.examples)]
    for code, category in entry.categories.items():
        said += [(code, f"{category.label}: {category.definition}"), *((code, words) for words in category.examples)]
    return said


# ------------------------------------------------------------------------------------------------------------ measure


def choose_thresholds(
    corpus: Corpus, chances: Mapping[str, list[NDArray[np.float32]]], grid: NDArray[Any], merge_at: float
) -> tuple[dict[str, float], dict[str, Counts]]:
    """Of each kind the threshold of the best F1, and what it reaches."""
    thresholds, counts = {}, {}
    for kind, of_kind in chances.items():
        tried = [(_count(corpus, of_kind, kind, float(t), merge_at), float(t)) for t in grid.round(3)]
        counts[kind], thresholds[kind] = max(tried, key=lambda pair: pair[0].f1)
    return thresholds, counts


def _count(
    corpus: Corpus, chances: Sequence[NDArray[np.float32]], kind: str, threshold: float, merge_at: float
) -> Counts:
    total = Counts(0, 0, 0)
    for source, units, column in zip(corpus.sources, corpus.units, chances, strict=True):
        spans = find_spans(units, column[:, None], [kind], {kind: threshold}, merge_at)
        marked = [(label.start, label.end) for label in source.labels if label.kind.value == kind]
        total += count_matches(marked, [(s.start, s.end) for s in spans])
    return total


def count_found(corpus: Sequence[LabelledDocument], found: Sequence[Sequence[Found]]) -> dict[str, Counts]:
    """What was found in the training conversations against their labels, by kind."""
    totals = {kind.value: Counts(0, 0, 0) for kind in CORE}
    for source, of_one in zip(corpus, found, strict=True):
        for kind in totals:
            marked = [(label.start, label.end) for label in source.labels if label.kind.value == kind]
            totals[kind] += count_matches(marked, [(f.start, f.end) for f in of_one if f.kind == kind])
    return totals


def macro(counts: Mapping[str, Counts]) -> float:
    """The mean F1 of trigger, pain and role."""
    return sum(counts[kind].f1 for kind in CORE) / len(CORE)
