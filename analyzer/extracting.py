"""Reading a study's documents for claims, and keeping what is derived from them up to date."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analyzer.accounts import Accounts
from analyzer.errors import ModelUnreachable, UsageError
from analyzer.records import Document, Window
from analyzer.workspace import OnStep, silent

if TYPE_CHECKING:
    from analyzer.extraction.extractor import Extractor
    from analyzer.extraction.gate import Gate
    from analyzer.extraction.llm_extractor import LlmExtractor
    from analyzer.pipeline import Read


@dataclass(frozen=True, slots=True)
class Extracting:
    """How an extraction ended. ``notes`` are sentences for the user; ``failures`` make it incomplete."""

    extractor: str
    model: str
    documents: int
    unchanged: int
    findings: int
    refused: int
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float | None = None
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class _Packing:
    """Windows of documents, through the gate where there is one, and a count of what it leaves out."""

    def __init__(self, tokens: int, gate: Gate | None) -> None:
        self._tokens = tokens
        self._gate = gate
        # Documents are packed from several threads; the embedding model answers one as fast as many.
        self._lock = threading.Lock()
        self.turns = self.dropped_turns = self.dropped_tokens = 0

    def windows(self, document: Document) -> Sequence[Window]:
        from analyzer.extraction.windows import pack_windows

        if self._gate is None:
            return pack_windows(document, self._tokens)
        with self._lock:
            gated = self._gate.pack(document, self._tokens)
            self.turns += len(document.turns)
            self.dropped_turns += len(gated.dropped)
            self.dropped_tokens += gated.tokens_dropped
        return gated.windows

    def say_dropped(self) -> str:
        return (
            f"The gate left out {self.dropped_turns} of {self.turns} turns (about {self.dropped_tokens} tokens), in "
            "which the offline extractor finds nothing."
        )


class Extraction(Accounts):
    """Extracts with the chosen extractor, estimates what it would cost, brings index and themes up to the store."""

    def extract(
        self,
        extractor: str = "auto",
        model: str = "",
        budget_usd: float | None = None,
        on_step: OnStep = silent,
        is_refreshing: bool = False,
    ) -> Extracting:
        """Reads what has not been read with this extractor, model, prompt and codebook; each document is kept whole.

        ``extractor`` is auto, offline or llm. auto takes the language model where one is configured and falls back to
        offline, saying so, where it cannot be reached. ``is_refreshing`` has the language model asked again although
        its answers are kept; a run that ends early is taken up by the next one, which need not say it again.
        Raises ModelUnreachable under llm, UsageError for wrong use.
        """
        notes: list[str] = []
        if extractor == "auto" and not (model or self.settings.chosen_model):
            notes.append(
                "No language model is configured (ICP_MODEL, OPENAI_API_KEY or ICP_BASE_URL): "
                "the offline extractor reads."
            )
            extractor = "offline"
        if extractor == "offline":
            return self._extract_with(self._offline(), None, notes, on_step)
        llm = self._llm(model, budget_usd)
        if is_refreshing:
            self.store.ask_anew(llm.model.name, llm.maker.signature)
        try:
            return self._extract_with(llm, llm, notes, on_step)
        except ModelUnreachable as error:
            if extractor != "auto":
                # What was read before the server went is kept, and its themes belong to it.
                self.refresh(on_step)
                raise
            notes.append(f"{error} The offline extractor reads what nothing has read yet.")
            return self._extract_with(self._offline(), None, notes, on_step, only_unread=True)

    def _offline(self) -> Extractor:
        from analyzer.extraction.offline_extractor import OfflineExtractor

        return OfflineExtractor(self.reading_embedder, self.codebook, self.gazetteer)

    def _llm(self, model: str = "", budget_usd: float | None = None) -> LlmExtractor:
        from analyzer.adapters.llm import connect_model
        from analyzer.extraction.budget import Budget
        from analyzer.extraction.known_names import KnownNames
        from analyzer.extraction.llm_extractor import LlmExtractor

        settings = self.settings.model_copy(update={"model": model}) if model else self.settings
        name = settings.chosen_model
        if not name:
            raise UsageError(
                "No language model is configured. Name one with --model or ICP_MODEL and give its key in "
                "OPENAI_API_KEY, ANTHROPIC_API_KEY or the like (or a base URL in ICP_BASE_URL), or use "
                "--extractor offline."
            )
        chat = connect_model(settings)
        budget = Budget(name, budget_usd)
        product = self.product
        return LlmExtractor(
            chat,
            self.store,
            self.codebook,
            product.describe(),
            budget,
            settings.jobs,
            KnownNames(self.store.accounts(), self.store.contacts(), product) if settings.redacts else None,
            self.store,
            settings.model_host,
            settings.critique,
            self._gate().stamp if settings.gate else "",
        )

    def _gate(self) -> Gate:
        from analyzer.extraction.gate import Gate

        return Gate(self.reading_embedder, self.gazetteer)

    def sent(self, document_id: str) -> list[dict[str, Any]]:
        """What went to language models about a document, word by word: when, to which model where, and how often.

        A server that knows no JSON schema also gets, after the system text, the shape to answer in.
        """
        return [
            {
                "sent_at": row["last_at"],
                "first_sent_at": row["first_at"],
                "times": row["times"],
                "model": row["model"],
                "host": row["host"],
                "redacted": row["is_redacted"],
                "system": row["system"],
                "user": row["user"],
            }
            for row in self.store.sent(document_id)
        ]

    def _extract_with(
        self,
        extractor: Extractor,
        llm: LlmExtractor | None,
        notes: list[str],
        on_step: OnStep,
        only_unread: bool = False,
    ) -> Extracting:
        done = self.store.extractions()
        documents = self.store.counted_documents()
        signature = extractor.maker.signature
        waiting = [
            d for d in documents if d.id not in done or (done[d.id]["signature"] != signature and not only_unread)
        ]
        findings = refused = tokens_in = tokens_out = read_whole = 0
        failures: list[str] = []
        begun = 0
        packing = _Packing(self.settings.window_tokens, self._gate() if llm is not None and llm.gate else None)
        for document, read in self._read(waiting, extractor, llm, packing, on_step):
            begun += 1
            self.store.record_extraction(
                document.id, extractor.maker, read.findings, read.refused, read.tokens, is_whole=not read.failures
            )
            findings += len(read.findings)
            refused += len(read.refused)
            tokens_in += read.tokens[0]
            tokens_out += read.tokens[1]
            read_whole += not read.failures
            failures += read.failures
        if later := [d.name for d in waiting[begun:]]:
            named = ", ".join(later[:3]) + (" ..." if later[3:] else "")
            failures.append(f"{len(later)} of {len(waiting)} documents were not begun: {named}")
        if packing.dropped_turns:
            notes.append(packing.say_dropped())
        self.refresh(on_step)
        on_step("done", len(waiting), len(waiting))
        return Extracting(
            extractor=extractor.maker.extractor,
            model=extractor.maker.model,
            documents=read_whole,
            unchanged=len(documents) - len(waiting),
            findings=findings,
            refused=refused,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            usd=llm.budget.spent_usd if llm and llm.budget.price else None,
            failures=tuple(failures),
            notes=tuple(notes),
        )

    def _read(
        self,
        documents: Sequence[Document],
        extractor: Extractor,
        llm: LlmExtractor | None,
        packing: _Packing,
        on_step: OnStep,
    ) -> Iterator[tuple[Document, Read]]:
        """Each document with what was read in it, in order; fewer once a budget is used up.

        Of a language model's documents as many are under way as calls may be, so that short ones leave no call unused.
        """
        from analyzer.extraction.ahead import work_ahead
        from analyzer.pipeline import extract_document

        def read(document: Document) -> Read:
            return extract_document(document, extractor, self.codebook, packing.windows(document))

        results: Iterator[Read] = map(read, documents)
        if llm is not None:
            results = work_ahead(read, documents, llm.jobs, lambda: not llm.budget.is_exhausted)
        try:
            for number, document in enumerate(documents):
                on_step(document.name, number, len(documents))
                if (result := next(results, None)) is None:
                    return
                yield document, result
        finally:
            if llm is not None:
                llm.close()

    def estimate(self, model: str = "", is_refreshing: bool = False) -> dict[str, Any]:
        """Calls, tokens and US dollars that extracting what is not cached yet would take; nothing is called."""
        from analyzer.extraction.llm_extractor import NoAnswers

        llm = self._llm(model)
        if is_refreshing:
            llm = replace(llm, cache=NoAnswers())
        packing = _Packing(self.settings.window_tokens, self._gate() if llm.gate else None)
        totals = [0, 0, 0]
        done = {} if is_refreshing else self.store.extractions()
        for document in self.store.counted_documents():
            if done.get(document.id, {}).get("signature") == llm.maker.signature:
                continue
            part = llm.estimate(document, packing.windows(document))
            totals = [a + b for a, b in zip(totals, part, strict=True)]
        price = llm.budget.price
        return {
            "model": llm.model.name,
            "calls": totals[0],
            "tokens_in": totals[1],
            "tokens_out": totals[2],
            "usd": round(price.cost(totals[1], totals[2]), 4) if price else None,
            "price_as_of": price.as_of if price else None,
        }

    def refresh(self, on_step: OnStep = silent) -> None:
        """Brings what is derived up to the store: chunks of new documents in the index, themes of all findings."""
        from analyzer.pipeline import build_denials, build_themes

        self._index_waiting(on_step)
        findings = self.store.findings()
        themes = build_themes(findings, self.embedder, self.index, self.gazetteer.product_of) if findings else ()
        self.store.replace_themes(themes)
        documents = self.store.counted_documents()
        self.refresh_facts(documents, on_step)
        self.store.replace_denials(build_denials(documents, findings, self.codebook, self.embedder))

    def _index_waiting(self, on_step: OnStep = silent) -> int:
        from analyzer.pipeline import index_document

        waiting = self.store.unindexed(self.embedder.name)
        for number, document_id in enumerate(waiting):
            document = self.stored_document(document_id)
            on_step(f"index {document.name}", number, len(waiting))
            index_document(document, self.embedder, self.index)
            self.store.mark_indexed([document_id], self.embedder.name)
        return len(waiting)

    def reindex(self, on_step: OnStep = silent) -> int:
        """Throws the index away and builds it from the store; the number of documents."""
        self.store.mark_all_unindexed()
        self.index.clear()
        count = self._index_waiting(on_step)
        self.refresh(on_step)
        return count
