"""Rows of the tables to records and back, one pair of functions a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from analyzer.records import (
    Account,
    Claim,
    Deal,
    Document,
    DocumentKind,
    Finding,
    Guess,
    Kind,
    Maker,
    Outcome,
    Participant,
    Reason,
    RejectedClaim,
    Side,
    Status,
    Turn,
)

Row = Mapping[Any, Any]


def document_row(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "digest": document.digest,
        "name": document.name,
        "kind": document.kind.value,
        "title": document.title,
        "account": document.account,
        "said_on": document.said_on,
        "outcome": document.outcome.value if document.outcome else None,
        "format": document.format,
        "text": document.text,
        "guesses": {key: asdict(guess) for key, guess in document.guesses.items()},
        "warnings": list(document.warnings),
        "names": dict(document.names),
    }


def document_of(row: Row, people: Sequence[Row], turns: Sequence[Row]) -> Document:
    return Document(
        name=row["name"],
        digest=row["digest"],
        kind=DocumentKind(row["kind"]),
        text=row["text"],
        turns=tuple(Turn(r["number"], r["speaker"], Side(r["side"]), r["start"], r["end"], r["at"]) for r in turns),
        participants=tuple(
            Participant(r["name"], r["title"], r["company"], Side(r["side"]), r["side_reason"], tuple(r["labels"]))
            for r in people
        ),
        title=row["title"],
        account=row["account"],
        said_on=row["said_on"],
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        format=row["format"],
        guesses={key: Guess(**guess) for key, guess in row["guesses"].items()},
        warnings=tuple(row["warnings"]),
        names=dict(row["names"]),
        copy_of=row["copy_of"] or "",
        copy_reason=row["copy_reason"] or "",
    )


def _maker_of(row: Row) -> Maker:
    return Maker(row["extractor"], row["model"], row["prompt"], row["codebook"])


def finding_row(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "document_id": finding.document_id,
        "kind": finding.kind.value,
        "category": finding.category,
        "claim": finding.claim,
        "quote": finding.quote,
        **asdict(finding.maker),
        "intensity": finding.intensity,
        "start": finding.start,
        "end": finding.end,
        "speaker": finding.speaker,
        "person": finding.person,
        "event_on": finding.event_on,
        "event_precision": finding.event_precision,
        "confidence": finding.confidence,
    }


def finding_of(row: Row) -> Finding:
    return Finding(
        document_id=row["document_id"],
        document=row["document"],
        kind=Kind(row["kind"]),
        category=row["category"],
        claim=row["claim"],
        quote=row["quote"],
        start=row["start"],
        end=row["end"],
        speaker=row["speaker"],
        title=row["title"] or "",
        side=Side(row["side"]),
        account=row["account"],
        said_on=row["said_on"],
        maker=_maker_of(row),
        confidence=row["confidence"],
        intensity=row["intensity"],
        event_on=row["event_on"],
        event_precision=row["event_precision"],
        person=row["person"],
        status=Status(row["status"]),
    )


def rejected_row(refused: RejectedClaim) -> dict[str, Any]:
    claim = refused.claim
    return {
        "id": refused.id,
        "document_id": refused.document_id,
        "kind": claim.kind,
        "category": claim.category,
        "claim": claim.claim,
        "quote": claim.quote,
        **asdict(refused.maker),
        "intensity": claim.intensity,
        "event_on": claim.event_on,
        "event_precision": claim.event_precision,
        "person": claim.person,
        "confidence": claim.confidence,
        "turns": list(claim.turns),
        "reason": refused.reason.value,
        "detail": refused.detail,
        "speaker": refused.speaker,
        "side": refused.side.value,
    }


def rejected_of(row: Row) -> RejectedClaim:
    claim = Claim(
        kind=row["kind"],
        category=row["category"],
        claim=row["claim"],
        quote=row["quote"],
        turns=tuple(row["turns"]),
        intensity=row["intensity"],
        event_on=row["event_on"],
        event_precision=row["event_precision"],
        person=row["person"],
        confidence=row["confidence"],
    )
    return RejectedClaim(
        document_id=row["document_id"],
        document=row["document"],
        claim=claim,
        reason=Reason(row["reason"]),
        detail=row["detail"],
        speaker=row["speaker"],
        side=Side(row["side"]),
        account=row["account"],
        said_on=row["said_on"],
        maker=_maker_of(row),
    )


def account_row(account: Account) -> dict[str, Any]:
    return {**asdict(account), "tools": list(account.tools)}


def deal_row(deal: Deal) -> dict[str, Any]:
    return {**asdict(deal), "outcome": deal.outcome.value}
