"""Lines of the draft from deals, accounts and scores: each with the count or the column it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analyzer.icp.material import Material
from analyzer.icp.said import quoted
from analyzer.records import Deal, Finding, Kind, Line, Outcome

PER_SECTION = 5
IDS_PER_LINE = 6


def firmographics(material: Material) -> tuple[Line, ...]:
    """Industries, sizes and countries of the closed deals, each with won of closed and the share elsewhere."""
    by_name = {a.name: a for a in material.accounts}
    closed = [d for d in material.deals if d.outcome != Outcome.OPEN and d.account in by_name]
    if not closed:
        return ()
    lines = []
    card = material.card
    for industry in card.industry.fitting:
        inside = [d for d in closed if by_name[d.account].industry.casefold() == industry.casefold()]
        lines.append(_rate_line(f"Industry: {industry}", inside, closed, "column industry"))
    low, high = card.size.low, card.size.high
    if low is not None and high is not None:
        inside = [d for d in closed if low <= (by_name[d.account].employees or 0) <= high]
        lines.append(_rate_line(f"Size: {low}-{high} employees", inside, closed, "column employees"))
    for country in card.geography.supported[:3]:
        inside = [d for d in closed if by_name[d.account].country.casefold() == country.casefold()]
        lines.append(_rate_line(f"Country: {country}", inside, closed, "column country"))
    return tuple(lines)


def _won(deals: Sequence[Deal]) -> int:
    return sum(d.outcome == Outcome.WON for d in deals)


def _rate_line(statement: str, inside: Sequence[Deal], closed: Sequence[Deal], source: str) -> Line:
    outside = [d for d in closed if d not in inside]
    return Line(
        statement=statement,
        n=_won(inside),
        m=len(inside),
        source=source,
        detail=f"won {_won(inside)} of {len(inside)} closed deals; all others {_won(outside)} of {len(outside)}",
    )


def anti_icp(material: Material) -> tuple[Line, ...]:
    """Industries that lose, and what the lost and churned accounts held against it."""
    lines = []
    by_name = {a.name: a for a in material.accounts}
    closed = [d for d in material.deals if d.outcome != Outcome.OPEN and d.account in by_name]
    industries = Counter(by_name[d.account].industry for d in closed if by_name[d.account].industry)
    for industry, n in industries.most_common():
        inside = [d for d in closed if by_name[d.account].industry == industry]
        if n >= 3 and _won(inside) / n <= 0.25:
            lines.append(_rate_line(f"Industry: {industry}", inside, closed, "column industry"))
    lost = {a for a in material.heard if material.outcome_of(a) in (Outcome.LOST, Outcome.CHURNED)}
    against: dict[str, list[Finding]] = {}
    for finding in material.findings:
        if finding.kind == Kind.OBJECTION and finding.account in lost:
            against.setdefault(finding.category, []).append(finding)
    for code, found in sorted(against.items(), key=lambda pair: -len({f.account for f in pair[1]})):
        accounts = {f.account for f in found}
        surest = max(found, key=lambda f: f.confidence)
        lines.append(
            Line(
                f"Lost or churned over {material.codebook.label(Kind.OBJECTION, code).lower()}: {quoted(surest)}",
                len(accounts),
                len(lost),
                tuple(dict.fromkeys((surest.id, *(f.id for f in found))))[:IDS_PER_LINE],
                detail="of the lost and churned accounts heard",
            )
        )
    return tuple(lines[:PER_SECTION])


def scorecard(material: Material) -> tuple[Line, ...]:
    card = material.card
    source = f"scorecard version {card.version}"
    band = f"{card.size.low}-{card.size.high} employees" if card.size.low is not None else "open"
    rows = (
        ("Industry", card.industry.points, ", ".join(card.industry.fitting) or "open"),
        ("Size", card.size.points, band),
        ("Tech stack", card.tech.points, ", ".join(card.tech.required[:4]) or "open"),
        ("Geography", card.geography.points, ", ".join(card.geography.supported[:4]) or "open"),
        ("Trigger", card.trigger.points, "clear and recent"),
    )
    lines = [Line(f"{name} {points:g}: {what}", source=source) for name, points, what in rows]
    tiers = f"Tier 1 from {card.tiers.first:g}, tier 2 from {card.tiers.second:g} points; {card.origin}"
    return (*lines, Line(tiers, source=source))


def validation(material: Material) -> tuple[Line, ...]:
    """What the scorecard says of the closed deals; its bands were read off the same deals, which is said."""
    outcome = material.deal_outcomes
    lines = []
    for tier, name in (("1", "Tier 1"), ("2", "Tier 2"), ("none", "No tier")):
        inside = [s for s in material.scores if s.tier == tier and outcome.get(s.account, Outcome.OPEN) != Outcome.OPEN]
        if inside:
            won = sum(outcome[s.account] == Outcome.WON for s in inside)
            lines.append(
                Line(
                    f"{name}: {won} of {len(inside)} closed deals won",
                    won,
                    len(inside),
                    source="scores of the closed deals",
                    detail="the scorecard was read off these same deals, so this flatters it",
                )
            )
    return tuple(lines)


def examples(material: Material) -> tuple[Line, ...]:
    lines = []
    for tier in ("1", "2"):
        best = sorted((s for s in material.scores if s.tier == tier), key=lambda s: -s.score)[:4]
        if best:
            names = ", ".join(f"{s.account} ({s.score:.0f})" for s in best)
            lines.append(Line(f"Tier {tier}: {names}", source="scores"))
    return tuple(lines)
