"""The JSON shapes that others script against (DESIGN section 5), one function a shape."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from analyzer.records import Denial, Draft, Finding, Phrase, RejectedClaim, Score, Theme
from analyzer.scoring.score import known_points


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as the command line prints it; dates are ISO strings or None."""
    return {
        "id": finding.id,
        "kind": finding.kind.value,
        "category": finding.category,
        "claim": finding.claim,
        "intensity": finding.intensity,
        "quote": finding.quote,
        "start": finding.start,
        "end": finding.end,
        "document_id": finding.document_id,
        "document": finding.document,
        "speaker": finding.speaker,
        "title": finding.title,
        "side": finding.side.value,
        "account": finding.account,
        "said_on": finding.said_on.isoformat() if finding.said_on else None,
        "event_on": finding.event_on.isoformat() if finding.event_on else None,
        "event_precision": finding.event_precision,
        "person": finding.person,
        "confidence": finding.confidence,
        "status": finding.status.value,
        "extractor": finding.maker.extractor,
        "model": finding.maker.model,
        "prompt": finding.maker.prompt,
        "codebook": finding.maker.codebook,
    }


def denial_json(denial: Denial) -> dict[str, Any]:
    """A denial as evidence beside findings: the keys a reader of evidence needs, and the question it answers."""
    return {
        "id": denial.id,
        "kind": denial.kind.value,
        "category": denial.category,
        "claim": f"denied: {denial.question}",
        "quote": denial.quote,
        "start": denial.start,
        "end": denial.end,
        "document_id": denial.document_id,
        "document": denial.document,
        "speaker": denial.speaker,
        "title": denial.title,
        "side": denial.side.value,
        "account": denial.account,
        "said_on": denial.said_on.isoformat() if denial.said_on else None,
        "question": denial.question,
    }


def rejected_json(refused: RejectedClaim) -> dict[str, Any]:
    """The same without offsets, plus why it was refused."""
    claim = refused.claim
    return {
        "id": refused.id,
        "kind": claim.kind,
        "category": claim.category,
        "claim": claim.claim,
        "intensity": claim.intensity,
        "quote": claim.quote,
        "document_id": refused.document_id,
        "document": refused.document,
        "speaker": refused.speaker,
        "side": refused.side.value,
        "account": refused.account,
        "said_on": refused.said_on.isoformat() if refused.said_on else None,
        "event_on": claim.event_on.isoformat() if claim.event_on else None,
        "confidence": claim.confidence,
        "extractor": refused.maker.extractor,
        "model": refused.maker.model,
        "prompt": refused.maker.prompt,
        "codebook": refused.maker.codebook,
        "reason": refused.reason.value,
        "detail": refused.detail,
    }


def theme_json(theme: Theme, heard: int, by_account: bool = True) -> dict[str, Any]:
    """``n`` of ``m`` accounts; ``m`` are those of which anything was read. Documents of no account stand beside, and
    are counted themselves only where no account is known (``by_account`` False)."""
    names = _counted(theme.findings, by_account)
    return {
        "id": theme.id,
        "kind": theme.kind.value,
        "category": theme.category,
        "label": theme.label,
        "n": len(names),
        "m": heard,
        "accounts": names,
        "documents_of_no_account": list(theme.of_no_account),
        "findings": [f.id for f in theme.findings],
    }


def phrase_json(phrase: Phrase, heard: int, by_account: bool = True) -> dict[str, Any]:
    """``n`` of ``m`` as in :func:`theme_json`."""
    names = _counted(phrase.findings, by_account)
    return {
        "words": phrase.words,
        "n": len(names),
        "m": heard,
        "accounts": names,
        "findings": [f.id for f in phrase.findings],
    }


def _counted(findings: Iterable[Finding], by_account: bool) -> list[str]:
    """What n counts: a document of no account is no account beside those that are."""
    return sorted({f.account for f in findings if f.account} if by_account else {f.document for f in findings})


def score_json(score: Score) -> dict[str, Any]:
    """``score`` is a number even where nothing is known; ``known_points`` says how much it rests on."""
    known = known_points(score)
    attributes = [
        {"name": a.name, "points": a.points, "max": a.max, "reason": a.reason, "source": a.source}
        for a in score.attributes
    ]
    return {
        "account": score.account,
        "score": score.score,
        "low": score.low,
        "high": score.high,
        "tier": score.tier,
        "disqualified_by": score.disqualified_by,
        "known_points": {"points": known.points, "of": known.of, "unknown": known.unknown},
        "attributes": attributes,
    }


def draft_json(draft: Draft) -> dict[str, Any]:
    """The whole draft as plain data, ready for JSON; ``records.Draft`` can be read back from it."""
    # Through JSON, so that a draft just made equals the one that the store gives back.
    return dict(json.loads(json.dumps(asdict(draft))))
