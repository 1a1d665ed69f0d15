"""A study's folder, and the adapters that work in it. What is done with them stands in intake, extracting and study.

study.db         the truth (SQLite)           index/           derived: `icp reindex` rebuilds it
product.yaml     what we sell                 scorecard.yaml   weights, bands, kill list, tiers
originals/       the files as they were added
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from analyzer.adapters.store import Store
from analyzer.errors import StudyError, UsageError
from analyzer.extraction.codebook import Codebook, load_codebook
from analyzer.records import Document
from analyzer.settings import Settings

if TYPE_CHECKING:
    from analyzer.adapters.embedder import SentenceEmbedder
    from analyzer.adapters.index import ChromaIndex
    from analyzer.extraction.gazetteer import Gazetteer
    from analyzer.product import Product

OnStep = Callable[[str, int, int], None]
"""Called with what is being done, how many are done and how many there are."""


def silent(_what: str, _done: int, _of: int) -> None:
    """The progress of nobody who watches."""


class Workspace:
    """Opens a study's folder. Raises StudyError when there is none (``create`` makes one)."""

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        self.folder = folder
        self.settings = settings or Settings()
        if not self.settings.database_url and not (folder / "study.db").exists():
            raise StudyError(f"There is no study in {folder}. `icp --study {folder} init` makes one, or name another.")
        self.store = self._open_store()

    @classmethod
    def create(cls, folder: Path, settings: Settings | None = None, product: Path | None = None) -> Self:
        """Makes an empty study, or opens the one that is there; ``product`` becomes its product.yaml."""
        from analyzer.product import load_product, write_product

        profile = load_product(product) if product else None
        try:
            (folder / "originals").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StudyError(f"{folder} cannot be made: {error.strerror}.") from error
        # The database is a study's sign: it is made by opening it, after the folder and before anything else.
        if not (settings or Settings()).database_url:
            Store.at(folder / "study.db").close()
        study = cls(folder, settings)
        if profile or not (folder / "product.yaml").exists():
            write_product(folder / "product.yaml", profile)
        return study

    def _open_store(self) -> Store:
        url = self.settings.database_url
        return Store(url) if url else Store.at(self.folder / "study.db")

    def close(self) -> None:
        self.store.close()

    @cached_property
    def scorecard_news(self) -> list[str]:
        """What came of scorecard.yaml since the study was opened, as sentences for whoever shows and clears them."""
        return []

    @cached_property
    def embedder(self) -> SentenceEmbedder:
        from analyzer.adapters.embedder import SentenceEmbedder

        return SentenceEmbedder(self.settings.embedding_model)

    @cached_property
    def reading_embedder(self) -> SentenceEmbedder:
        """What the offline model was trained over: it can read no other's vectors, whatever the index is made with."""
        from analyzer.adapters.embedder import SentenceEmbedder

        return SentenceEmbedder() if self.settings.embedding_model else self.embedder

    @cached_property
    def index(self) -> ChromaIndex:
        from analyzer.adapters.index import ChromaIndex

        return ChromaIndex(self.folder / "index", self.embedder.name, self.settings.chroma_url)

    @cached_property
    def codebook(self) -> Codebook:
        return load_codebook()

    @property
    def gazetteer(self) -> Gazetteer:
        """The products known by name, with those of the study's product profile."""
        from analyzer.extraction.gazetteer import load_gazetteer

        product = self.product
        return load_gazetteer().extended((*product.competitors, *product.complements, *product.red_flag_tools))

    @property
    def product(self) -> Product:
        from analyzer.product import load_product

        return load_product(self.folder / "product.yaml")

    def stored_document(self, document_id: str) -> Document:
        """The document with this id. Raises UsageError when the study has none."""
        document = self.store.document(document_id)
        if document is None:
            raise UsageError(f"There is no document {document_id} in this study.")
        return document
