"""Lines about segments of won accounts: where they differ, each has a draft of its own, and none is blended."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace

from analyzer.icp.material import Material
from analyzer.printing import counted
from analyzer.records import Account, Finding, Line, Strength
from analyzer.scoring.lift import measure_lift
from analyzer.scoring.score import best_first, score_account
from analyzer.scoring.scorecard import Scorecard
from analyzer.scoring.segments import Segment
from analyzer.scoring.traits import Column


def segment_lines(material: Material) -> tuple[Line, ...]:
    """Each segment with what it brought, best market first; nothing where the won accounts are of one kind."""
    segments = material.segments.segments
    if len(segments) < 2:
        return ()
    lines = [_line(number, segment, material) for number, segment in enumerate(segments, 1)]
    if material.segments.are_apart:
        return tuple(lines)
    shaky = [s.name for s in segments if not s.is_stable]
    note = f"The won accounts do not fall into stable segments ({len(shaky)} of {len(segments)} are not): one draft."
    return (Line(note, source="segments"),)


def _line(number: int, segment: Segment, material: Material) -> Line:
    mine = " (this draft)" if material.segment == segment.name else ""
    parts = [f"revenue won {segment.revenue:,.0f}", f"{segment.open_accounts} accounts open"]
    if segment.cycle_days is not None:
        parts.append(f"median cycle {segment.cycle_days:.0f} days")
    if segment.churned:
        parts.append(f"{segment.churned} bought and left")
    won = f"won {segment.won} of {counted(segment.closed, 'account')}"
    return Line(
        f"Segment {number}: {segment.name}{mine}",
        segment.won,
        segment.closed,
        source="segments",
        detail="; ".join((won, *parts)),
        low=segment.interval.low,
        high=segment.interval.high,
        strength=strength_of_segment(segment),
    )


def strength_of_segment(segment: Segment) -> Strength:
    """A segment that comes back when its accounts are drawn anew carries something; a shaky one next to nothing."""
    return Strength.SOME if segment.is_stable else Strength.THIN


def narrow(material: Material, segment: Segment) -> Material:
    """What of the material belongs to a segment: its accounts, their deals and what they said.

    Numbers are made anew of these alone, with the bands of the segment in the scorecard.
    """
    number = material.segments.segments.index(segment)
    inside = {name for name, place in material.segments.members.items() if place == number}
    accounts = [a for a in material.accounts if a.name in inside]
    card = _own_card(material.card, segment, accounts)
    scored = [a for a in material.scored if a.name in inside]
    deals = [d for d in material.deals if d.account in inside]
    findings = _of(material.findings, inside)
    documents = [d for d in material.documents if d.account in inside]
    said = {d.account: [f for f in findings if f.account == d.account] for d in documents}
    scores = [score_account(a, material.signals.get(a.name), card, said.get(a.name)) for a in scored]
    themes = [replace(t, findings=_of(t.findings, inside)) for t in material.themes]
    phrases = [replace(p, findings=_of(p.findings, inside)) for p in material.phrases]
    return replace(
        material,
        documents=documents,
        findings=findings,
        rejected=_of(material.rejected, inside),
        themes=[t for t in themes if t.findings],
        phrases=[p for p in phrases if len(p.accounts) > 1],
        signals={name: some for name, some in material.signals.items() if name in inside},
        committees=[c for c in material.committees if c.account in inside],
        accounts=accounts,
        deals=deals,
        scores=sorted(scores, key=best_first),
        denials=[d for d in material.denials if d.account in inside],
        card=card,
        lift=measure_lift(accounts, deals, said, neighbours=material.card.neighbours),
        scored=scored,
        segment=segment.name,
    )


def _own_card(card: Scorecard, segment: Segment, accounts: Iterable[Account]) -> Scorecard:
    """The study's card with the industries, the size and the countries (of two or more) of the segment's customers."""
    cells = tuple(a.country for a in accounts if a.name in segment.accounts and a.country)
    column = Column("country", cells, card.neighbours)
    countries = tuple(country for country in column.values if column.having(country).sum() >= 2)
    return card.model_copy(
        update={
            "origin": "industry, size and country as in this segment, the rest as in the study's scorecard",
            "geography": card.geography.model_copy(update={"supported": countries}),
            "industry": card.industry.model_copy(update={"fitting": segment.industries}),
            "size": card.size.model_copy(update={"low": segment.low, "high": segment.high}),
        }
    )


def _of(findings: Iterable[Finding], accounts: Container[str]) -> tuple[Finding, ...]:
    return tuple(f for f in findings if f.account in accounts)


def own_segment(material: Material) -> Segment | None:
    """The segment a narrowed material is of."""
    return next((s for s in material.segments.segments if s.name == material.segment), None)


def segment_firmographics(segment: Segment, source: str = "segments") -> tuple[Line, ...]:
    """Industry and size of a segment, with what its deals came to."""
    rest = f"won {segment.won} of {counted(segment.closed, 'account')} of this segment"
    named = [f"Industry: {segment.kind}"] if segment.kind else []
    if segment.low is not None and segment.high is not None:
        named.append(f"Employees: {segment.low}-{segment.high}")
    return tuple(
        Line(
            statement,
            segment.won,
            segment.closed,
            source=source,
            detail=rest,
            low=segment.interval.low,
            high=segment.interval.high,
            strength=strength_of_segment(segment),
        )
        for statement in named
    )
