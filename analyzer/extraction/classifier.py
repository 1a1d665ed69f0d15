"""The offline model at work: a few linear layers over features, in numpy, from one checked file.

Training (``analyzer.extraction.training``) uses scikit-learn; reading the result needs only numpy, so that loading
takes milliseconds and no pickled code is ever run.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analyzer.adapters.tuned_encoder import TunedEncoder
from analyzer.errors import ModelError
from analyzer.extraction.features import weigh_tokens
from analyzer.extraction.units import Unit

Matrix = NDArray[np.float32]
WEIGHTS = Path(__file__).parent / "weights.npz"
ENCODER = Path(__file__).parent / "encoder.npz"
CARD = Path(__file__).parent / "weights.json"


_SUREST = 0.99
"""No more than some hundred spans of a kind were judged: that is not enough to be surer."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One linear layer: ``weights`` (classes, features), ``bias`` (classes,), and the names of the classes."""

    classes: tuple[str, ...]
    weights: Matrix
    bias: Matrix

    def scores(self, features: Matrix) -> Matrix:
        """(n, classes) of log-odds."""
        return features @ self.weights.T + self.bias

    def chances(self, features: Matrix) -> Matrix:
        """(n, classes) from 0 to 1 that sum to 1."""
        scores = self.scores(features)
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Classifier:
    """``kinds`` judges each kind by itself, from its threshold on; ``categories`` picks one code of a kind."""

    vocabulary: Mapping[str, int]
    idf: Matrix
    kinds: Layer
    categories: Mapping[str, Layer]
    thresholds: Mapping[str, float]
    calibration: Mapping[str, tuple[float, float]]
    gate: float
    encoder: TunedEncoder
    digest: str

    def features(self, units: Sequence[Unit], dense: Matrix) -> Matrix:
        """(n, dense + vocabulary) float32."""
        words = [weigh_tokens(u.text, self.vocabulary, self.idf) for u in units]
        return np.hstack([dense, np.array(words, dtype=np.float32).reshape(len(units), len(self.vocabulary))])

    def probabilities(self, features: Matrix) -> Matrix:
        """(n, kinds): how likely each unit carries a finding of each kind; kinds do not exclude each other."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.kinds.scores(features))), dtype=np.float32)

    def confidence(self, kind: str, chance: float) -> float:
        """How often a span is right whose unit has this chance, by cross-validation (Platt 1999); three places."""
        slope, offset = self.calibration.get(kind, (1.0, 0.0))
        odds = math.log(max(chance, 1e-6) / max(1.0 - chance, 1e-6))
        return min(_SUREST, round(1.0 / (1.0 + math.exp(-(slope * odds + offset))), 3))

    def categorise(self, kind: str, features: Matrix, judged: Matrix) -> str:
        """The likeliest code of this kind for the units of one span: ``features`` (units, features), the encoder's
        (units, classes)."""
        layer = self.categories[kind]
        return layer.classes[int(np.argmax(mean_of(layer.chances(features), judged).mean(axis=0)))]


def mean_of(one: Matrix, other: Matrix) -> Matrix:
    """What linear layer and encoder say together: their errors differ, so that the mean is better than either."""
    return np.asarray((one + other) / 2, dtype=np.float32)


@cache
def load_classifier() -> Classifier:
    """Reads the weights shipped with the package. Raises ModelError when they are missing or not those of the card."""
    try:
        card = json.loads(CARD.read_text(encoding="utf-8"))
        digest = _check(WEIGHTS, card["sha256"])
        _check(ENCODER, card["encoder_sha256"])
    except (OSError, json.JSONDecodeError) as error:
        raise ModelError(f"The offline model cannot be read ({error}). `make train` makes it anew.") from error
    with np.load(ENCODER, allow_pickle=False) as tuned:
        encoder = TunedEncoder(dict(tuned))
    with np.load(WEIGHTS, allow_pickle=False) as arrays:
        layers = {
            name: Layer(
                tuple(classes),
                arrays[f"{name}/weights"].astype(np.float32),
                arrays[f"{name}/bias"].astype(np.float32),
            )
            for name, classes in card["classes"].items()
        }
        return Classifier(
            vocabulary={token: place for place, token in enumerate(card["vocabulary"])},
            idf=arrays["idf"].astype(np.float32),
            kinds=layers.pop("kinds"),
            categories=layers,
            thresholds=card["thresholds"],
            calibration={kind: (slope, offset) for kind, (slope, offset) in card["calibration"].items()},
            gate=card["gate"],
            encoder=encoder,
            digest=digest,
        )


def _check(path: Path, expected: str) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != expected:
        raise ModelError(
            f"{path.name} is not the file its card describes (sha256 {digest[:12]}...). "
            "Install icp-analyzer again, or run `make train`."
        )
    return digest
