"""A study: everything that can be done with one folder. The command line and the app are two faces of this class.

Adding stands in :mod:`analyzer.intake`, correcting in :mod:`analyzer.corrections`, extracting in
:mod:`analyzer.extracting`, reviewing in :mod:`analyzer.reviewing`, numbers on accounts and deals in
:mod:`analyzer.measuring`, what changed in :mod:`analyzer.changes`, drafts in :mod:`analyzer.drafting`, the folder and
its adapters in :mod:`analyzer.workspace`; here is what is read from it: findings, themes, places.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from analyzer.changes import Changes
from analyzer.drafting import Drafting
from analyzer.extracting import Extracting
from analyzer.intake import Added, Intake
from analyzer.records import (
    Document,
    DocumentKind,
    Finding,
    Kind,
    Phrase,
    Reason,
    RejectedClaim,
    Status,
    Theme,
)
from analyzer.reviewing import Edit, Reviewing
from analyzer.workspace import OnStep

if TYPE_CHECKING:
    from analyzer.extraction.usage import Usage

__all__ = ["Added", "Edit", "Extracting", "Found", "OnStep", "RefusedCount", "Study"]


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


@dataclass(frozen=True, slots=True)
class RefusedCount:
    """Claims of one extractor, model and prompt that were refused for one reason; for any reason where it is None.

    ``offered`` are all claims these made: those refused and those that became findings.
    """

    reason: Reason | None
    extractor: str
    model: str
    prompt: str
    refused: int
    offered: int

    @property
    def share(self) -> float:
        """Of all claims offered, 0-1."""
        return self.refused / self.offered


class Study(Intake, Reviewing, Drafting, Changes):
    """Opens a study. Raises StudyError when there is none in ``folder`` (``Study.create`` makes one)."""

    def findings(
        self, kind: Kind | None = None, account: str = "", status: Status | None = None, document_id: str = ""
    ) -> tuple[Finding, ...]:
        return self.store.findings(kind, account, status, document_id)

    def rejected(self) -> tuple[RejectedClaim, ...]:
        return self.store.rejected()

    def refused_counts(self) -> tuple[RefusedCount, ...]:
        """For each extractor, model and prompt first all that was refused, then by reason, most first.

        One that nothing was refused of is there too, with 0 of what it offered.
        """
        made_by: dict[tuple[str, str, str], Counter[str]] = {}
        for row in self.store.claim_counts():
            by_reason = made_by.setdefault((row["extractor"], row["model"], row["prompt"]), Counter())
            by_reason[row["reason"]] += row["claims"]
        made: list[RefusedCount] = []
        for maker, by_reason in sorted(made_by.items()):
            offered = by_reason.total()
            held = by_reason.pop("", 0)
            made.append(RefusedCount(None, *maker, offered - held, offered))
            made += [RefusedCount(Reason(r), *maker, n, offered) for r, n in by_reason.most_common()]
        return tuple(made)

    def usage(self) -> tuple[Usage, ...]:
        """What language models took of each document in all runs, and for how much."""
        from analyzer.extraction.usage import price_usage

        return price_usage(self.store.usage())

    def themes(self, kind: Kind | None = None, account: str = "", since: date | None = None) -> tuple[Theme, ...]:
        """Themes, most accounts first; of each only the findings that fit the filters, and none that is then empty."""
        narrowed = (
            replace(theme, findings=tuple(f for f in theme.findings if _fits(f, account, since)))
            for theme in self.store.themes()
            if kind in (None, theme.kind)
        )
        return tuple(sorted((t for t in narrowed if t.findings), key=lambda t: -len(t.accounts)))

    def phrases(self, kind: Kind | None = None, account: str = "", since: date | None = None) -> tuple[Phrase, ...]:
        """Wording that two accounts or more share; with ``account`` only what that one shares with others."""
        from analyzer.synthesis.phrases import find_phrases

        standing = (f for f in self.store.findings(kind) if f.status != Status.REJECTED and _is_since(f.said_on, since))
        shared = find_phrases(standing)
        return tuple(p for p in shared if not account or account.casefold() in map(str.casefold, p.accounts))

    def heard_accounts(self) -> int:
        """The m of "n of m accounts": accounts of which something was read; documents where no account is known."""
        heads = [h for h in self.store.document_heads() if not h["copy_of"]]
        return len({h["account"] for h in heads if h["account"]}) or len(heads)

    def knows_accounts(self) -> bool:
        """Whether any document is of a known account, so that ``heard_accounts`` counts accounts."""
        return any(h["account"] for h in self.store.document_heads() if not h["copy_of"])

    def search(
        self, query: str, top: int = 10, account: str = "", since: date | None = None, kind: DocumentKind | None = None
    ) -> list[Found]:
        """Places in the documents nearest in meaning to the query, nearest first; new documents are indexed first."""
        self._index_waiting()
        documents = {d.id: d for d in self.store.counted_documents()}
        wanted = [
            d.id
            for d in documents.values()
            if account.casefold() in d.account.casefold() and _is_since(d.said_on, since) and kind in (None, d.kind)
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
            f"{d.id}-{chunk.number}"
            for d in self.store.counted_documents()
            if d.id not in waiting
            for chunk in pack_chunks(d)
        }
        kept = {i for i in self.index.ids("chunks") if i.rpartition("-")[0] not in waiting}
        faults = []
        if expected - kept:
            faults.append(f"{len(expected - kept)} chunks are missing from the index. `icp reindex` rebuilds it.")
        if kept - expected:
            faults.append(f"{len(kept - expected)} chunks in the index belong to nothing. `icp reindex` rebuilds it.")
        return faults


def _fits(finding: Finding, account: str, since: date | None) -> bool:
    return (not account or finding.account.casefold() == account.casefold()) and _is_since(finding.said_on, since)


def _is_since(said_on: date | None, since: date | None) -> bool:
    """A document without a date is since no day."""
    return since is None or (said_on is not None and said_on >= since)
