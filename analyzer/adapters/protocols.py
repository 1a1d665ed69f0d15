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
    """Remembers answers for good, so that a crash or a re-run pays nothing twice.

    ``recall_former`` gives an answer that is to be asked for anew, and stands until there is a new one.
    """

    def recall(self, key: str, /) -> Answer | None: ...

    def recall_former(self, key: str, /) -> Answer | None: ...

    def remember(self, key: str, model: str, answer: Answer, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Sent:
    """One prompt as it went to a model: ``host`` is where it runs; ``is_redacted`` that private words were hidden."""

    document_id: str
    key: str
    model: str
    host: str
    system: str
    user: str
    is_redacted: bool


class SentLog(Protocol):
    """Keeps what left the machine, whether an answer came or not."""

    def record_sent(self, sent: Sent) -> None: ...
