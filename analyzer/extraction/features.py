"""What the offline model sees of a unit: two embeddings (alone, and among its neighbours), its words, and its form.

The form features are cues in the order of ``CUES``; the words are unigrams and bigrams weighted by TF-IDF.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from analyzer.adapters.protocols import Embedder, Vectors
from analyzer.extraction.event_words import categories, hint_events
from analyzer.extraction.gazetteer import Gazetteer
from analyzer.extraction.units import Unit
from analyzer.records import DocumentKind

_CUES: Mapping[str, str] = yaml.safe_load((Path(__file__).parent / "cues.yaml").read_text(encoding="utf-8"))
HINTS = tuple(f"hints_{name}" for name in categories())
CUES = (*_CUES, "product", "long", "short", "first_in_turn", "note", "posting", "asked", *HINTS)
_PATTERNS = {name: re.compile(pattern, re.I) for name, pattern in _CUES.items()}
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[$£€?!]")


def form_of(unit: Unit, kind: DocumentKind, gazetteer: Gazetteer) -> list[float]:
    """The cues of a unit in the order of ``CUES``, 0 or 1 each; the hints at events, which come last, count."""
    seen = [float(bool(pattern.search(unit.text))) for pattern in _PATTERNS.values()]
    words = len(unit.text.split())
    rest = (
        any(True for _ in gazetteer.find(unit.text)),
        words > 18,
        words < 6,
        unit.start == unit.turn.start,
        kind == DocumentKind.CALL_NOTE,
        kind == DocumentKind.JOB_POSTING,
        unit.question.rstrip().endswith("?"),
    )
    return seen + [float(x) for x in rest] + hint_events(unit.text)


def tokens_of(text: str) -> list[str]:
    """Unigrams and bigrams, lower case; figures become one token, so that a number is a number."""
    words = ["#" if w.isdigit() else w for w in _TOKEN.findall(text.lower().replace("’", "'"))]
    return words + [f"{a} {b}" for a, b in pairwise(words)]


def dense_features(
    units: Sequence[Unit], kind: DocumentKind, embedder: Embedder, gazetteer: Gazetteer
) -> NDArray[np.float32]:
    """(len(units), 2 x dimensions + len(CUES)) float32: the unit's embedding, the one in context, its form."""
    alone = embedder.embed([u.text for u in units])
    among = embedder.embed([context_of(u) for u in units])
    form = np.array([form_of(u, kind, gazetteer) for u in units], dtype=np.float32).reshape(len(units), len(CUES))
    return np.hstack([alone, among, form])


def context_of(unit: Unit) -> str:
    """The unit among what was asked and what stands beside it in its turn."""
    return " ".join(part for part in (unit.question[-120:], unit.before[-120:], unit.text, unit.after[:80]) if part)


def pair_of(unit: Unit) -> tuple[str, str]:
    """What was said before the unit, and the unit, as the tuned encoder reads them."""
    return f"{unit.question[-160:]} {unit.before[-120:]}".strip(), unit.text


def weigh_tokens(text: str, vocabulary: Mapping[str, int], idf: NDArray[np.float32]) -> NDArray[np.float32]:
    """TF-IDF of a text over a fixed vocabulary, (len(vocabulary),) float32 of length 1 (Salton & Buckley 1988)."""
    row: Vectors = np.zeros(len(vocabulary), dtype=np.float32)
    for token, count in Counter(tokens_of(text)).items():
        place = vocabulary.get(token)
        if place is not None:
            row[place] = (1.0 + np.log(count)) * idf[place]
    length = float(np.linalg.norm(row))
    return row / length if length else row
