"""The seams. Steps know these small shapes; which library stands behind one is the adapter's affair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors of unit length, shape (len(texts), dimensions), float32."""

    @property
    def name(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> Vectors: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A model's answer: the parsed JSON, and what it cost in tokens."""

    content: dict[str, Any]
    tokens_in: int
    tokens_out: int


class LanguageModel(Protocol):
    """Answers one prompt in the shape of a JSON schema. Raises ModelError with a sentence."""

    @property
    def name(self) -> str: ...

    def answer(self, system: str, user: str, schema: Mapping[str, Any]) -> Answer: ...


class AnswerCache(Protocol):
    """Remembers answers for good, so that a crash or a re-run pays nothing twice."""

    def recall(self, key: str) -> Answer | None: ...

    def remember(self, key: str, model: str, answer: Answer) -> None: ...
