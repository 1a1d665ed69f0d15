"""A study on disk: one folder that can be copied, zipped and moved, and everything that can be done with it.

    study.db         the truth (SQLite)           index/           derived: `icp reindex` rebuilds it
    product.yaml     what we sell                 scorecard.yaml   weights, bands, kill list, tiers
    originals/       the files as they were added

The command line and the app are two faces of this class; neither knows the store or the index.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.adapters.store import Store, now
from analyzer.errors import DocumentError, ModelUnreachable, StudyError, UsageError
from analyzer.extraction.codebook import Codebook, load_codebook
from analyzer.records import (
    Account,
    AccountReading,
    Document,
    DocumentKind,
    Finding,
    Kind,
    Phrase,
    RejectedClaim,
    Side,
    Status,
    Theme,
)
from analyzer.settings import Settings

if TYPE_CHECKING:
    from analyzer.adapters.embedder import SentenceEmbedder
    from analyzer.adapters.index import ChromaIndex
    from analyzer.extraction.extractor import Extractor
    from analyzer.extraction.gazetteer import Gazetteer
    from analyzer.extraction.llm_extractor import LlmExtractor
    from analyzer.product import Product
    from analyzer.reading.archives import FoundFile
    from analyzer.reading.documents import ReadOptions
    from analyzer.reading.tables import AccountTable
    from analyzer.scoring.scorecard import Scorecard

OnStep = Callable[[str, int, int], None]
"""Called with what is being done, how many are done and how many there are."""


def _silent(_what: str, _done: int, _of: int) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file: added, updated (known, its metadata changed), unchanged (known) or refused."""

    name: str
    status: str
    document: Document | None = None
    detail: str = ""


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


@dataclass(frozen=True, slots=True)
class Found:
    """A place found by search, with its words and whose they are."""

    similarity: float
    document: Document
    start: int
    end: int
    speakers: tuple[str, ...]

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


class Study:
    """Opens a study. Raises StudyError when there is none in ``folder`` (``Study.create`` makes one)."""

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        self.folder = folder
        self.settings = settings or Settings()
        if not self.settings.database_url and not (folder / "study.db").exists():
            raise StudyError(f"There is no study in {folder}. `icp --study {folder} init` makes one, or name another.")
        self.store = self._open_store()

    @classmethod
    def create(cls, folder: Path, settings: Settings | None = None, product: Path | None = None) -> Study:
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

    # ---------------------------------------------------------------------------------------------------- adapters

    @cached_property
    def embedder(self) -> SentenceEmbedder:
        from analyzer.adapters.embedder import SentenceEmbedder

        return SentenceEmbedder(self.settings.embedding_model)

    @cached_property
    def index(self) -> ChromaIndex:
        from analyzer.adapters.index import ChromaIndex

        return ChromaIndex(self.folder / "index", self.settings.chroma_url)

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

    # --------------------------------------------------------------------------------------------------- documents

    def add(self, paths: Iterable[Path], options: ReadOptions, on_step: OnStep = _silent) -> Iterator[Added]:
        """Adds files, folders and zips; yields what became of each file, refused ones too, and goes on."""
        from analyzer.reading.archives import open_files

        options = self._informed(options)
        for number, found in enumerate(open_files(paths), 1):
            if isinstance(found, DocumentError):
                yield self._refuse(found.file, found)
                continue
            on_step(found.name, number, number)
            yield self._add_file(found, options)

    def add_bytes(self, content: bytes, name: str, options: ReadOptions) -> Added:
        """Adds one file that is already in memory (an upload)."""
        return self._add_content(content, name, self._informed(options))

    def _informed(self, options: ReadOptions) -> ReadOptions:
        product = self.product
        # Imported names come first; an account so far only heard of keeps the name it was first given.
        heard = (head["account"] for head in self.store.document_heads() if head["account"])
        return replace(
            options,
            known_accounts=tuple(dict.fromkeys([*(a.name for a in self.store.accounts()), *heard])),
            our_companies=tuple(name for name in (product.company, product.name) if name),
        )

    def _add_file(self, found: FoundFile, options: ReadOptions) -> Added:
        try:
            content = found.read()
        except DocumentError as error:
            return self._refuse(found.name, error)
        return self._add_content(content, found.name, options)

    def _add_content(self, content: bytes, name: str, options: ReadOptions) -> Added:
        from analyzer.reading.documents import read_document

        name = _as_text(name)
        known = self.store.document("d" + hashlib.sha256(content).hexdigest()[:10])
        if known is not None and not _says_something(options):
            return Added(name, "unchanged", known, "" if known.name == name else f"the same file as {known.name}")
        try:
            if known is not None:
                return self._update(read_document(content, known.name, _keeping(options, known)), known, options)
            document = read_document(content, name, options)
        except DocumentError as error:
            return self._refuse(name, error)
        self._keep_original(content, document)
        self.store.add_document(document)
        return Added(name, "added", document)

    def _update(self, document: Document, known: Document, options: ReadOptions) -> Added:
        told = {key: guess for key, guess in known.guesses.items() if not getattr(options, key)}
        document = replace(document, guesses={**document.guesses, **told})
        if document == known:
            return Added(known.name, "unchanged", known)
        self._rewrite(document)
        return Added(known.name, "updated", document)

    def _refuse(self, name: str, error: DocumentError) -> Added:
        name, detail = _as_text(name), _as_text(str(error))
        self.store.refuse_file(name, detail)
        return Added(name, "refused", None, detail)

    def _keep_original(self, content: bytes, document: Document) -> None:
        target = self.folder / "originals" / f"{document.id}{Path(document.name).suffix[:10]}"
        part = target.with_suffix(target.suffix + ".part")
        part.write_bytes(content)
        part.replace(target)

    def documents(self) -> tuple[Document, ...]:
        return self.store.documents()

    def document_heads(self) -> Sequence[Mapping[str, Any]]:
        """One mapping a document without its text: name, kind, account, counts of turns, findings, refused claims."""
        return self.store.document_heads()

    def find_document(self, name: str) -> Document:
        """By id, exact name, or a part of the name that only one document has. Raises UsageError."""
        heads = self.store.document_heads()
        same = [h for h in heads if name in (h["id"], h["name"])] or [
            h for h in heads if name.casefold() in h["name"].casefold()
        ]
        if len(same) != 1:
            which = f"{len(same)} documents match" if same else "No document matches"
            raise UsageError(f"{which} {name!r}. `icp documents` lists them.")
        document = self.store.document(same[0]["id"])
        assert document is not None
        return document

    def set_side(self, document_id: str, speaker: str, side: Side) -> None:
        """Corrects whose side a speaker is on and re-checks that document's claims; no model is called.

        Offline findings are also made anew at the next `icp extract`, since words once taken for ours were not read.
        """
        document = self._document(document_id)
        people = tuple(
            replace(p, side=side, side_reason="you said so") if p.name == speaker else p for p in document.participants
        )
        turns = tuple(replace(t, side=side) if t.speaker == speaker else t for t in document.turns)
        self._rewrite(replace(document, participants=people, turns=turns))

    def describe_document(self, document_id: str, **changes: Any) -> None:
        """Corrects account, kind, said_on or outcome of a document."""
        self._rewrite(replace(self._document(document_id), **changes))

    def remove_document(self, document_id: str) -> None:
        """Takes a document and all that was found in it out of the study; the original file goes too."""
        self.store.remove_document(document_id)
        for original in (self.folder / "originals").glob(f"{document_id}.*"):
            original.unlink()
        self.index.remove_document("chunks", document_id)
        self.index.remove_document("findings", document_id)

    def _document(self, document_id: str) -> Document:
        document = self.store.document(document_id)
        if document is None:
            raise UsageError(f"There is no document {document_id} in this study.")
        return document

    def _rewrite(self, document: Document) -> None:
        from analyzer.pipeline import recheck_document

        mine = self.store.findings(document_id=document.id)
        refused = [r for r in self.store.rejected() if r.document_id == document.id]
        read = recheck_document(document, mine, refused, self.codebook)
        self.store.replace_metadata(document, read.findings, read.refused)
        if any(f.maker.extractor == "offline" for f in mine) or not mine:
            self.store.forget_extraction([document.id])

    def refused_files(self) -> list[Mapping[str, Any]]:
        return self.store.refused_files()

    # ---------------------------------------------------------------------------------------------------- accounts

    def import_accounts(self, table: AccountTable) -> int:
        """Adds or replaces accounts and deals, joins documents to them by name, and makes a scorecard where none is.

        Gives back how many documents were joined to another spelling of their account.
        """
        from analyzer.reading.naming import match_account
        from analyzer.scoring.scorecard import suggest_scorecard, write_scorecard

        self.store.import_accounts(table.accounts, table.deals)
        names = [a.name for a in self.store.accounts()]
        joined = 0
        for document in self.store.documents():
            known = match_account(document.account, names) if document.account else ""
            if known and known != document.account:
                self.describe_document(document.id, account=known)
                joined += 1
        path = self.folder / "scorecard.yaml"
        if not path.exists():
            product = self.product
            accounts, deals = self.store.accounts(), self.store.deals()
            write_scorecard(path, suggest_scorecard(accounts, deals, product.complements, product.competitors))
        return joined

    def scorecard(self) -> Scorecard:
        """The study's scorecard.yaml, or the default while there is none."""
        from analyzer.scoring.scorecard import load_scorecard, suggest_scorecard

        product = self.product
        return load_scorecard(self.folder / "scorecard.yaml") or suggest_scorecard(
            (), (), product.complements, product.competitors
        )

    def account_readings(self, as_of: date | None = None) -> tuple[AccountReading, ...]:
        """Every account, imported or only heard of, with signals, committee and score; best score first."""
        from analyzer.pipeline import group_by_account, read_account

        documents = group_by_account(self.store.documents())
        findings: dict[str, list[Finding]] = {}
        for finding in self.store.findings():
            findings.setdefault(finding.account, []).append(finding)
        known = {a.name: a for a in self.store.accounts()}
        for name in documents:
            if name and name not in known:
                known[name] = Account(name)
        card, day = self.scorecard(), as_of or date.today()
        made = [
            read_account(a, documents.get(n, ()), findings.get(n, ()), card, self.codebook, day)
            for n, a in known.items()
        ]
        return tuple(sorted(made, key=lambda r: (-r.score.score, -r.score.low, r.account.name)))

    def account_reading(self, name: str, as_of: date | None = None) -> AccountReading:
        """One account by name or a part of it. Raises UsageError when none or several match."""
        from analyzer.reading.naming import match_account

        readings = {r.account.name: r for r in self.account_readings(as_of)}
        exact = [n for n in readings if n.casefold() == name.casefold()]
        parts = exact or [n for n in readings if name.casefold() in n.casefold()]
        found = parts[0] if len(parts) == 1 else match_account(name, list(readings))
        if not found:
            some = ", ".join(parts[:5])
            raise UsageError(f"No single account is called {name!r}." + (f" It could be: {some}." if some else ""))
        return readings[found]

    # -------------------------------------------------------------------------------------------------- extraction

    def extract(
        self, extractor: str = "auto", model: str = "", budget_usd: float | None = None, on_step: OnStep = _silent
    ) -> Extracting:
        """Reads what has not been read with this extractor, model, prompt and codebook; each document is kept whole.

        ``extractor`` is auto, offline or llm. auto takes the language model where one is configured and falls back to
        offline, saying so, where it cannot be reached. Raises ModelUnreachable under llm, UsageError for wrong use.
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

        return OfflineExtractor(self.embedder, self.codebook, self.gazetteer)

    def _llm(self, model: str = "", budget_usd: float | None = None) -> LlmExtractor:
        from analyzer.adapters.llm import ChatModel
        from analyzer.extraction.budget import Budget
        from analyzer.extraction.llm_extractor import LlmExtractor

        settings = self.settings.model_copy(update={"model": model}) if model else self.settings
        name = settings.chosen_model
        if not name:
            raise UsageError(
                "No language model is configured. Name one with --model or ICP_MODEL and give its key in "
                "OPENAI_API_KEY (or a base URL in ICP_BASE_URL), or use --extractor offline."
            )
        chat = ChatModel(name, settings.api_key, settings.base_url, settings.timeout_seconds, settings.max_attempts)
        budget = Budget(name, budget_usd)
        return LlmExtractor(chat, self.store, self.codebook, self.product.describe(), budget, settings.jobs)

    def _extract_with(
        self,
        extractor: Extractor,
        llm: LlmExtractor | None,
        notes: list[str],
        on_step: OnStep,
        only_unread: bool = False,
    ) -> Extracting:
        from analyzer.pipeline import extract_document

        done = self.store.extractions()
        documents = self.store.documents()
        signature = extractor.maker.signature
        waiting = [
            d for d in documents if d.id not in done or (done[d.id]["signature"] != signature and not only_unread)
        ]
        findings = refused = tokens_in = tokens_out = read_whole = 0
        failures: list[str] = []
        for number, document in enumerate(waiting):
            on_step(document.name, number, len(waiting))
            read = extract_document(document, extractor, self.codebook, self.settings.window_tokens)
            self.store.record_extraction(
                document.id, extractor.maker, read.findings, read.refused, read.tokens, is_whole=not read.failures
            )
            findings += len(read.findings)
            refused += len(read.refused)
            tokens_in += read.tokens[0]
            tokens_out += read.tokens[1]
            read_whole += not read.failures
            failures += read.failures
            if llm is not None and llm.budget.is_exhausted:
                later = [d.name for d in waiting[number + 1 :]]
                failures += [f"{len(later)} documents were not begun: {', '.join(later[:3])} ..."] if later else []
                break
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

    def estimate(self, model: str = "") -> dict[str, Any]:
        """Calls, tokens and US dollars that extracting what is not cached yet would take; nothing is called."""
        from analyzer.extraction.windows import pack_windows

        llm = self._llm(model)
        totals = [0, 0, 0]
        for document in self.store.documents():
            part = llm.estimate(document, pack_windows(document, self.settings.window_tokens))
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

    def refresh(self, on_step: OnStep = _silent) -> None:
        """Brings what is derived up to the store: chunks of new documents in the index, themes of all findings."""
        from analyzer.pipeline import build_themes

        self._index_waiting(on_step)
        findings = self.store.findings()
        themes = build_themes(findings, self.embedder, self.index, self.gazetteer.product_of) if findings else ()
        self.store.replace_themes(themes)

    def _index_waiting(self, on_step: OnStep = _silent) -> int:
        from analyzer.pipeline import index_document

        waiting = self.store.unindexed(self.embedder.name)
        for number, document_id in enumerate(waiting):
            document = self._document(document_id)
            on_step(f"index {document.name}", number, len(waiting))
            index_document(document, self.embedder, self.index)
            self.store.mark_indexed([document_id], self.embedder.name)
        return len(waiting)

    def reindex(self, on_step: OnStep = _silent) -> int:
        """Throws the index away and builds it from the store; the number of documents."""
        self.store.mark_all_unindexed()
        self.index.clear()
        count = self._index_waiting(on_step)
        self.refresh(on_step)
        return count

    # ------------------------------------------------------------------------------------------------------- views

    def findings(
        self, kind: Kind | None = None, account: str = "", status: Status | None = None, document_id: str = ""
    ) -> tuple[Finding, ...]:
        return self.store.findings(kind, account, status, document_id)

    def rejected(self) -> tuple[RejectedClaim, ...]:
        return self.store.rejected()

    def themes(self) -> tuple[Theme, ...]:
        return self.store.themes()

    def phrases(self) -> tuple[Phrase, ...]:
        from analyzer.synthesis.phrases import find_phrases

        return find_phrases(f for f in self.store.findings() if f.status != Status.REJECTED)

    def heard_accounts(self) -> int:
        """The m of "n of m accounts": accounts of which something was read."""
        return len({h["account"] or h["name"] for h in self.store.document_heads()})

    def review(self, finding_id: str, status: Status, reason: str = "") -> Finding:
        """Keeps what a person says of a finding. Raises UsageError for an unknown id."""
        same = [f for f in self.store.findings() if f.id == finding_id]
        if not same:
            raise UsageError(f"There is no finding {finding_id} in this study.")
        self.store.review(finding_id, status, reason)
        return replace(same[0], status=status)

    def search(
        self, query: str, top: int = 10, account: str = "", since: date | None = None, kind: DocumentKind | None = None
    ) -> list[Found]:
        """Places in the documents nearest in meaning to the query, nearest first; new documents are indexed first."""
        self._index_waiting()
        documents = {d.id: d for d in self.store.documents()}
        wanted = [
            d.id
            for d in documents.values()
            if account.casefold() in d.account.casefold()
            and (since is None or (d.said_on is not None and d.said_on >= since))
            and kind in (None, d.kind)
        ]
        if not wanted or not query.strip():
            return []
        where = {"document_id": {"$in": wanted}} if len(wanted) < len(documents) else None
        hits = self.index.search("chunks", self.embedder.embed([query]), top, where)
        found = []
        for hit in hits:
            document = documents.get(str(hit.metadata["document_id"]))
            if document is not None:
                start, end = int(hit.metadata["start"]), int(hit.metadata["end"])
                speakers = dict.fromkeys(t.speaker for t in document.turns if start <= t.start < end and t.speaker)
                found.append(Found(hit.similarity, document, start, end, tuple(speakers)))
        return found

    # ------------------------------------------------------------------------------------------------------ drafts

    def draft(self, as_of: date | None = None) -> dict[str, Any]:
        """Keeps the draft as it follows from the study now: a new version, or the newest one when nothing changed."""
        from analyzer.icp.versions import digest_of

        content = self._compose_draft(as_of)
        return self.store.add_draft(digest_of(content), lambda version: {**content, "version": version})

    def current_draft(self, as_of: date | None = None) -> dict[str, Any]:
        """The same without keeping it: the newest kept version when nothing has changed, else what would be the next."""
        from analyzer.icp.versions import digest_of

        content = self._compose_draft(as_of)
        kept = self.store.drafts()
        if kept and digest_of(kept[-1]) == digest_of(content):
            return kept[-1]
        return {**content, "version": len(kept) + 1}

    def _compose_draft(self, as_of: date | None) -> dict[str, Any]:
        from analyzer.icp.draft import Material, draft_icp
        from analyzer.icp.export import draft_json
        from analyzer.icp.render import check_evidence

        documents = self.store.documents()
        readings = self.account_readings(as_of)
        heard = [r for r in readings if r.heard]
        material = Material(
            product=self.product.name,
            documents=documents,
            findings=tuple(f for f in self.store.findings() if f.status != Status.REJECTED),
            themes=self.store.themes(),
            phrases=self.phrases(),
            signals={r.account.name: r.signals for r in heard},
            committees=tuple(r.committee for r in heard),
            accounts=self.store.accounts(),
            deals=self.store.deals(),
            scores=tuple(r.score for r in readings),
            card=self.scorecard(),
            codebook=self.codebook,
            as_of=now(),
        )
        content = draft_json(draft_icp(material, 0))
        check_evidence(content, {d.id: d.text for d in documents})
        return content

    def drafts(self) -> list[dict[str, Any]]:
        return self.store.drafts()

    def check(self) -> list[str]:
        """Sentences about what is wrong with store, offsets or index; empty when all is well."""
        faults = self.store.check()
        waiting = self.store.unindexed(self.embedder.name)
        if waiting:
            faults.append(
                f"{len(waiting)} documents are not in the index yet. `icp extract` or `icp reindex` adds them."
            )
        faults += self._check_index(set(waiting))
        return faults

    def _check_index(self, waiting: set[str]) -> list[str]:
        from analyzer.extraction.windows import pack_chunks

        expected = {
            f"{d.id}-{chunk.number}" for d in self.store.documents() if d.id not in waiting for chunk in pack_chunks(d)
        }
        kept = {i for i in self.index.ids("chunks") if i.rpartition("-")[0] not in waiting}
        faults = []
        if expected - kept:
            faults.append(f"{len(expected - kept)} chunks are missing from the index. `icp reindex` rebuilds it.")
        if kept - expected:
            faults.append(f"{len(kept - expected)} chunks in the index belong to nothing. `icp reindex` rebuilds it.")
        return faults


def _says_something(options: ReadOptions) -> bool:
    return bool(options.kind or options.account or options.said_on or options.outcome or options.sides)


def _as_text(name: str) -> str:
    """A file's name as it can be stored and printed; one in another encoding than the disk's holds half characters."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _keeping(options: ReadOptions, known: Document) -> ReadOptions:
    """What is known of a document stands, corrections by a person among it, unless the options say otherwise."""
    new = [name.casefold() for name in options.sides]
    sides = {
        p.name: p.side
        for p in known.participants
        if p.side_reason == "you said so" and not any(name in p.name.casefold() for name in new)
    }
    return replace(
        options,
        kind=options.kind or known.kind,
        account=options.account or known.account,
        said_on=options.said_on or known.said_on,
        outcome=options.outcome or known.outcome,
        sides={**sides, **options.sides},
    )
