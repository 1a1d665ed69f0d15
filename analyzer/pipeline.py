"""The flow, from files to a draft, as plain code. Each step takes records and gives records; adapters are handed in.

read_document -> Document                     reading
pack_chunks -> Chunks -> index                index_document
pack_windows -> extract -> Claims             extract_document
judge(claim) -> Finding | RejectedClaim       check_claims
merge_findings -> Themes                      build_themes
collect_signals, map_committee, score_account read_account
draft_icp -> Draft                            analyzer.icp.draft
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from analyzer.adapters.index import ChromaIndex
from analyzer.adapters.protocols import Embedder, Vectors
from analyzer.extraction.codebook import Codebook
from analyzer.extraction.evidence import judge, prepare
from analyzer.extraction.extractor import Extracted, Extractor
from analyzer.extraction.postings import find_ghost_signs
from analyzer.extraction.windows import pack_chunks
from analyzer.reading.guesses.naming import match_account
from analyzer.records import (
    Account,
    AccountReading,
    Claim,
    Denial,
    Document,
    Event,
    Finding,
    Maker,
    Reason,
    RejectedClaim,
    Status,
    Theme,
    Window,
)
from analyzer.scoring.score import score_account
from analyzer.scoring.scorecard import Scorecard
from analyzer.synthesis.committee import NOBODY_KNOWN, compare_with_won, map_committee
from analyzer.synthesis.denials import ASKED_KINDS, find_noes, match_denials
from analyzer.synthesis.people import Roster
from analyzer.synthesis.signals import NOTHING, Beside, collect_signals
from analyzer.synthesis.themes import merge_findings

CHUNKS = "chunks"
FINDINGS = "findings"


# ------------------------------------------------------------------------------------------------------- extraction


@dataclass(frozen=True, slots=True)
class Read:
    """What came of one document: what held, what did not, what it cost, and which windows could not be read."""

    findings: tuple[Finding, ...]
    refused: tuple[RejectedClaim, ...]
    tokens: tuple[int, int] = (0, 0)
    failures: tuple[str, ...] = ()


def check_claims(
    claims: Iterable[Claim], document: Document, codebook: Codebook, maker: Maker
) -> tuple[tuple[Finding, ...], tuple[RejectedClaim, ...]]:
    """Every claim through the evidence rules: a finding, or refused with a reason; one place is one finding."""
    source = prepare(document)
    findings: dict[str, Finding] = {}
    refused: dict[str, RejectedClaim] = {}
    for claim in claims:
        judged = judge(claim, document, source, maker, codebook.codes)
        if isinstance(judged, RejectedClaim):
            refused.setdefault(judged.id, judged)
        elif judged.id not in findings or judged.confidence > findings[judged.id].confidence:
            findings[judged.id] = judged
    return tuple(findings.values()), tuple(refused.values())


def extract_document(document: Document, extractor: Extractor, codebook: Codebook, windows: Sequence[Window]) -> Read:
    """Reads one document; the extractor looks once again at what came of it, and what is refused then is kept."""
    first = extractor.extract(document, windows)
    findings, refused = check_claims(first.claims, document, codebook, extractor.maker)
    again = extractor.reconsider(document, windows, findings, refused) if first.claims else Extracted()
    mended, still_refused = check_claims(again.claims, document, codebook, extractor.maker)
    standing = {f.id: f for f in findings if f.id not in again.withdrawn}
    withdrawn = [_withdraw(f, document) for f in findings if f.id in again.withdrawn]
    turned_down = {r.id: r for r in (*still_refused, *withdrawn, *refused)}
    return Read(
        tuple(({f.id: f for f in mended} | standing).values()),
        tuple(turned_down.values()),
        (first.tokens_in + again.tokens_in, first.tokens_out + again.tokens_out),
        first.failures + again.failures,
    )


def recheck_document(
    document: Document, findings: Sequence[Finding], refused: Sequence[RejectedClaim], codebook: Codebook
) -> Read:
    """The claims of a document judged again, after its sides or its date changed; no model is called."""
    found: dict[str, Finding] = {}
    turned_down: list[RejectedClaim] = []
    # What its own extractor took back is no matter of the rules.
    turned_down += [r for r in refused if r.reason == Reason.WITHDRAWN]
    claims = [(r.claim, r.maker) for r in refused if r.reason != Reason.WITHDRAWN]
    claims += [(_claim_of(f, document), f.maker) for f in findings]
    for claim, maker in claims:
        held, fell = check_claims((claim,), document, codebook, maker)
        found.update({f.id: f for f in held})
        turned_down += fell
    return Read(tuple(found.values()), tuple(turned_down))


def _withdraw(finding: Finding, document: Document) -> RejectedClaim:
    return RejectedClaim(
        document_id=document.id,
        document=document.name,
        claim=_claim_of(finding, document),
        reason=Reason.WITHDRAWN,
        detail="The model took it back when it was asked to look again.",
        speaker=finding.speaker,
        side=finding.side,
        account=finding.account,
        said_on=finding.said_on,
        maker=finding.maker,
    )


def _claim_of(finding: Finding, document: Document) -> Claim:
    turn = document.turn_at(finding.start)
    return Claim(
        kind=finding.kind.value,
        category=finding.category,
        claim=finding.claim,
        quote=finding.quote,
        turns=(turn.number,) if turn else (),
        intensity=finding.intensity,
        event_on=finding.event_on,
        event_precision=finding.event_precision,
        person=finding.person,
        confidence=finding.confidence,
    )


# ------------------------------------------------------------------------------------------------------------ index


def index_document(document: Document, embedder: Embedder, index: ChromaIndex) -> int:
    """Embeds a document's chunks into the index, in place of what it had there; the number of chunks."""
    chunks = pack_chunks(document)
    index.remove_document(CHUNKS, document.id)
    index.add(
        CHUNKS,
        [f"{document.id}-{chunk.number}" for chunk in chunks],
        embedder.embed([chunk.text for chunk in chunks]),
        [{"document_id": document.id, "start": chunk.start, "end": chunk.end} for chunk in chunks],
    )
    return len(chunks)


def embed_findings(findings: Sequence[Finding], embedder: Embedder, index: ChromaIndex) -> Vectors:
    """(n, dimensions) vectors of findings' quotes, from the index where they are known, embedded and kept otherwise."""
    ids = [f.id for f in findings]
    kept = index.vectors(FINDINGS, ids)
    new = [f for f in findings if f.id not in kept]
    if new:
        vectors = embedder.embed([f.quote for f in new])
        index.add(FINDINGS, [f.id for f in new], vectors, [{"document_id": f.document_id} for f in new])
        kept.update({f.id: vector for f, vector in zip(new, vectors, strict=True)})
    return np.vstack([kept[i] for i in ids])


def build_themes(
    findings: Sequence[Finding], embedder: Embedder, index: ChromaIndex, product_of: Callable[[str], str]
) -> tuple[Theme, ...]:
    """The themes of all findings that no person rejected; ``product_of`` as in ``merge_findings``."""
    standing = [f for f in findings if f.status != Status.REJECTED]
    return merge_findings(standing, lambda some: embed_findings(some, embedder, index), product_of)


def build_denials(
    documents: Iterable[Document], findings: Sequence[Finding], codebook: Codebook, embedder: Embedder
) -> tuple[Denial, ...]:
    """What customers denied when they were asked about something of the codebook."""
    answers = [answer for document in documents for answer in find_noes(document)]
    if not answers:
        return ()
    asked = [
        (kind, code, words)
        for kind in ASKED_KINDS
        for code, category in codebook.kinds[kind].categories.items()
        for words in (f"{category.label}: {category.definition}", *category.examples)
    ]
    return match_denials(answers, findings, asked, embedder.embed)


# --------------------------------------------------------------------------------------------------------- accounts


def read_account(
    account: Account,
    documents: Sequence[Document],
    findings: Sequence[Finding],
    card: Scorecard,
    codebook: Codebook,
    as_of: date,
    ghosts: Mapping[str, tuple[str, ...]] | None = None,
    beside: Beside = NOTHING,
    roster: Roster = NOBODY_KNOWN,
) -> AccountReading:
    """Signals, committee and score of an account from its documents and findings (those rejected left out).

    ``ghosts`` are the signs that a document is a ghost posting, by its id; its signals carry them. ``beside`` is what
    else is known of the account: imported events, hiring; ``roster`` who is known of its people.
    """
    standing = tuple(f for f in findings if f.status != Status.REJECTED)
    signals = collect_signals(standing, as_of, codebook.half_life_days, ghosts, beside)
    # Of an account nobody heard, a table that tells of layoffs alone does not say that there is no trigger.
    tells_of_triggers = bool(documents) or any(s.counts and s.dated_on for s in signals)
    return AccountReading(
        account=account,
        signals=signals,
        committee=map_committee(account.name, standing, documents, roster),
        score=score_account(account, signals if tells_of_triggers else None, card, standing if documents else None),
        findings=standing,
        heard=bool(documents),
    )


def add_usual_buyers(readings: Sequence[AccountReading], won: Collection[str]) -> tuple[AccountReading, ...]:
    """The readings with who plays each missing part in the accounts that were won."""
    committees = compare_with_won({r.account.name: r.committee for r in readings}, won)
    return tuple(replace(r, committee=committees[r.account.name]) for r in readings)


def find_ghosts(documents: Sequence[Document], as_of: date) -> Mapping[str, tuple[str, ...]]:
    """The signs of a ghost posting by document; a copy counts as the same words on its own day."""
    same: dict[str, list[Document]] = {}
    for document in documents:
        if document.copy_of:
            same.setdefault(document.copy_of, []).append(document)
    return {d.id: signs for d in documents if (signs := find_ghost_signs(d, as_of, same.get(d.id, ())))}


def join_events(events: Iterable[Event], accounts: Collection[Account]) -> Mapping[str, list[Event]]:
    """Imported events by account: the one with their domain, or called so; else by the name or domain the row gives.

    Those of nobody are under "".
    """
    domains = {a.domain.casefold().removeprefix("www."): a.name for a in accounts if a.domain}
    names = [a.name for a in accounts]
    found: dict[tuple[str, str], str] = {}
    groups: dict[str, list[Event]] = {}
    for event in events:
        key = (event.account, event.domain)
        if key not in found:
            known = domains.get(event.domain) or (match_account(event.account, names) if event.account else "")
            found[key] = known or event.account or event.domain
        groups.setdefault(found[key], []).append(event)
    return groups


def group_by_account(documents: Iterable[Document]) -> Mapping[str, list[Document]]:
    """Documents by the account they are about; those of nobody under ""."""
    groups: dict[str, list[Document]] = {}
    for document in documents:
        groups.setdefault(document.account, []).append(document)
    return groups
