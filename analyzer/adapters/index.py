"""The one owner of Chroma: a derived index of chunks and findings that can always be rebuilt from the store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from analyzer.adapters.protocols import Vectors
from analyzer.errors import StudyError

# Chroma takes a bounded number of rows a call (SQLite's bound variables); this stays well below it.
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry near a query; ``similarity`` is the cosine, -1 to 1."""

    id: str
    similarity: float
    metadata: Mapping[str, Any]


class ChromaIndex:
    """Vectors in a folder (or on a Chroma server). Entries are upserted by id, so adding twice changes nothing.

    ``embedder`` names the model whose vectors these are: those of two models are never compared.
    """

    def __init__(self, path: Path, embedder: str, url: str = "") -> None:
        self._path = path
        self._url = url
        self._space = hashlib.sha256(embedder.encode()).hexdigest()[:8]

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Whatever Chroma or its engine raises becomes a sentence; the store has lost nothing by it."""
        try:
            yield
        except StudyError:
            raise
        except Exception as error:
            raise StudyError(
                f"The index in {self._url or self._path} failed ({str(error)[:200]}). Documents and findings are kept. "
                "Check that the disk has room, then run it again; `icp reindex` rebuilds the index from the store."
            ) from error

    def add(self, collection: str, ids: Sequence[str], vectors: Vectors, metadata: Sequence[Mapping[str, Any]]) -> None:
        """Upserts entries; ``vectors`` is (len(ids), dimensions). Texts stay in the store, the truth."""
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            with self._at_work():
                self._collection(collection).upsert(
                    ids=list(ids[part]), embeddings=vectors[part], metadatas=[dict(m) for m in metadata[part]]
                )

    def remove_document(self, collection: str, document_id: str) -> None:
        with self._at_work():
            self._collection(collection).delete(where={"document_id": document_id})

    def search(self, collection: str, vector: Vectors, top: int, where: Mapping[str, Any] | None = None) -> list[Hit]:
        """The ``top`` entries nearest to a vector of shape (1, dimensions), nearest first."""
        with self._at_work():
            found = self._collection(collection).query(
                query_embeddings=vector,
                n_results=top,
                where=dict(where) if where else None,
                include=["metadatas", "distances"],
            )
        return [
            Hit(id_, 1.0 - distance, metadata)
            for id_, distance, metadata in zip(
                found["ids"][0], found["distances"][0], found["metadatas"][0], strict=True
            )
        ]

    def vectors(self, collection: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors kept for these ids; an id that is not there is not in the answer."""
        kept: dict[str, Vectors] = {}
        for start in range(0, len(ids), _BATCH):
            with self._at_work():
                found = self._collection(collection).get(ids=list(ids[start : start + _BATCH]), include=["embeddings"])
            kept.update(zip(found["ids"], np.asarray(found["embeddings"], dtype=np.float32), strict=True))
        return kept

    def ids(self, collection: str) -> set[str]:
        with self._at_work():
            return set(self._collection(collection).get(include=[])["ids"])

    def clear(self) -> None:
        with self._at_work():
            for collection in self._client.list_collections():
                self._client.delete_collection(collection.name)

    def _collection(self, name: str) -> Any:
        # No embedding function: with one, Chroma would fetch a model for any text added without its vector.
        return self._client.get_or_create_collection(
            f"icp-{name}-{self._space}", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    @cached_property
    def _client(self) -> Any:
        try:
            import chromadb
            from chromadb.config import Settings
        except RuntimeError as error:
            raise StudyError(
                f"The vector index cannot start ({error}). Search needs an SQLite of 3.35 or newer; "
                "a newer Python brings one."
            ) from error
        settings = Settings(anonymized_telemetry=False)
        try:
            if self._url:
                host, _, port = self._url.removeprefix("http://").removeprefix("https://").partition(":")
                return chromadb.HttpClient(
                    host, int(port or 8000), ssl=self._url.startswith("https"), settings=settings
                )
            self._path.mkdir(parents=True, exist_ok=True)
            return chromadb.PersistentClient(str(self._path), settings=settings)
        except (ValueError, OSError, chromadb.errors.ChromaError) as error:
            where = self._url or str(self._path)
            raise StudyError(
                f"The index in {where} cannot be opened ({error}). Check that the disk has room; "
                "`icp reindex` rebuilds the index from the store."
            ) from error
