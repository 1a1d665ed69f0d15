"""The draft ICP: every line a statement with n of m accounts and the findings (or the numbers) it rests on.

No line is written without support; what is missing is said in *What we do not know*. The draft is data (records.Draft);
``render`` turns it into a page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from analyzer.extraction.codebook import Codebook
from analyzer.icp.export import finding_json
from analyzer.icp.unknowns import unknown_lines
from analyzer.records import (
    Account,
    Committee,
    Deal,
    Document,
    Draft,
    Finding,
    Kind,
    Line,
    Outcome,
    Phrase,
    Score,
    Section,
    Signal,
    Theme,
)
from analyzer.scoring.scorecard import Scorecard

# Triggers and pains carry the page; the other sections show what most accounts share.
PER_SECTION = 5
PER_SIDE_SECTION = 3
IDS_PER_LINE = 6
QUOTED_WORDS = 30


@dataclass(frozen=True)
class Material:
    """Everything a draft is made from, as it stands in the study now."""

    product: str
    documents: Sequence[Document]
    findings: Sequence[Finding]
    themes: Sequence[Theme]
    phrases: Sequence[Phrase]
    signals: Mapping[str, Sequence[Signal]]
    committees: Sequence[Committee]
    accounts: Sequence[Account]
    deals: Sequence[Deal]
    scores: Sequence[Score]
    card: Scorecard
    codebook: Codebook
    as_of: str

    @property
    def heard(self) -> tuple[str, ...]:
        """The accounts of which something was read; the m of every "n of m accounts"."""
        return tuple(sorted({d.account or d.name for d in self.documents}))

    def outcome_of(self, account: str) -> Outcome | None:
        """How the account's deal ended: by the imported deals, else by what the documents say."""
        if account in self.deal_outcomes:
            return self.deal_outcomes[account]
        return next((d.outcome for d in self.documents if d.account == account and d.outcome), None)

    @cached_property
    def deal_outcomes(self) -> Mapping[str, Outcome]:
        """The outcome of each account's latest deal: a closed one before an open one, then by the day it closed."""
        ranked = sorted(self.deals, key=lambda d: (d.outcome != Outcome.OPEN, d.closed_on or date.min))
        return {deal.account: deal.outcome for deal in ranked}


def draft_icp(material: Material, version: int) -> Draft:
    """One version of the draft. Sections without a supported line are left out and named among the unknowns."""
    made = (
        Section("firmographics", "Who they are", _firmographics(material)),
        Section("technographics", "What they run", _tools(material)),
        Section("triggers", "What makes them look", _codes(material, Kind.TRIGGER)),
        Section("pains", "What hurts", _codes(material, Kind.PAIN)),
        Section("committee", "Who decides", _codes(material, Kind.ROLE)),
        Section("alternatives", "What they did or tried instead", _codes(material, Kind.ALTERNATIVE)),
        Section("criteria", "What it must do", _codes(material, Kind.CRITERION)),
        Section("objections", "What holds them back", _codes(material, Kind.OBJECTION)),
        Section("outcomes", "What they get, and how they measure it", _codes(material, Kind.OUTCOME)),
        Section("channels", "Where they look", _codes(material, Kind.CHANNEL)),
        Section("language", "Their words", _language(material)),
        Section("anti_icp", "Who it is not for", _anti_icp(material)),
        Section("scorecard", "Scorecard", _scorecard(material)),
        Section("validation", "Does it hold", _validation(material)),
        Section("examples", "Accounts like this", _examples(material)),
    )
    filled = tuple(s for s in made if s.lines)
    empty = tuple(s.heading for s in made if not s.lines)
    unknown = Section(
        "unknowns",
        "What we do not know",
        unknown_lines(material.documents, material.findings, material.deals, material.committees, empty),
    )
    sections = (*filled, unknown)
    definition = _definition(material)
    cited = dict.fromkeys(i for line in (definition, *(ln for s in sections for ln in s.lines)) for i in line.evidence)
    by_id = {f.id: f for f in material.findings}
    return Draft(
        version=version,
        made_at=material.as_of,
        product=material.product,
        definition=definition,
        sections=sections,
        evidence={i: finding_json(by_id[i]) for i in cited},
        basis=_basis(material),
    )


def _basis(material: Material) -> dict[str, Any]:
    return {
        "documents": len(material.documents),
        "accounts_heard": len(material.heard),
        "findings": len(material.findings),
        "deals": dict(Counter(d.outcome.value for d in material.deals)),
        "scorecard": material.card.version,
        "extractors": sorted({f.maker.signature for f in material.findings}),
        "codebook": material.codebook.stamp,
    }


# -------------------------------------------------------------------------------------------------------- definition


def _definition(material: Material) -> Line:
    """One sentence of the attributes that have support; it names no attribute the study cannot back."""
    card, parts, evidence = material.card, [], []
    if card.industry.fitting:
        parts.append(_joined(card.industry.fitting) + " companies")
    else:
        parts.append("companies")
    if card.size.low is not None:
        parts[-1] += f" with {card.size.low}-{card.size.high} employees"
    if card.geography.supported:
        parts[-1] += f" in {_joined(card.geography.supported[:3])}"
    for kind, lead in ((Kind.TRIGGER, "they start to look after"), (Kind.PAIN, "what hurts is")):
        groups = [(code, found) for code, found in _by_category(material, kind).items() if len(accounts_of(found)) >= 2]
        top = sorted(groups, key=lambda pair: -len(accounts_of(pair[1])))[:2]
        if top:
            labels = [material.codebook.label(kind, code).lower() for code, _ in top]
            parts.append(f"{lead} {_joined(labels)}")
            evidence += [f.id for _, found in top for f in sorted(found, key=lambda f: -f.confidence)[:3]]
    if len(parts) == 1 and parts[0] == "companies":
        return Line("Not enough was heard or imported yet to say who the ideal customer is.", source="no data")
    statement = f"{material.product or 'The product'} fits {'; '.join(parts)}."
    return Line(statement[0].upper() + statement[1:], evidence=tuple(dict.fromkeys(evidence)), source=card.origin)


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


# ---------------------------------------------------------------------------------------------------------- sections


def _firmographics(material: Material) -> tuple[Line, ...]:
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


def _tools(material: Material) -> tuple[Line, ...]:
    """Products by name; a tool's theme is one product."""
    themes = sorted((t for t in material.themes if t.kind == Kind.TOOL), key=lambda t: -len(t.accounts))
    return tuple(
        _counted(material, f"{t.label} ({material.codebook.label(t.kind, t.category).lower()})", t.findings)
        for t in themes[:PER_SECTION]
    )


def _codes(material: Material, kind: Kind) -> tuple[Line, ...]:
    """One line a category: how many accounts said something of it, and the words of the theme most of them share."""
    groups = sorted(
        _by_category(material, kind).items(),
        key=lambda pair: (-len(accounts_of(pair[1])), -sum(f.intensity or 1 for f in pair[1]), pair[0]),
    )
    lines = []
    shown = PER_SECTION if kind in (Kind.TRIGGER, Kind.PAIN, Kind.ROLE) else PER_SIDE_SECTION
    for code, found in groups[:shown]:
        typical = _most_shared(material, kind, found)
        label = material.codebook.label(kind, code)
        said = _who(found) if kind == Kind.ROLE else ""
        lines.append(_counted(material, f"{label}: {said or _quoted(typical)}", (typical, *found)))
    return tuple(lines)


def _by_category(material: Material, kind: Kind) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in material.findings:
        if finding.kind == kind:
            groups.setdefault(finding.category, []).append(finding)
    return groups


def accounts_of(findings: Iterable[Finding]) -> set[str]:
    """The accounts that said it; a document of nobody counts as an account of its own."""
    return {f.account or f.document for f in findings}


def _most_shared(material: Material, kind: Kind, found: Sequence[Finding]) -> Finding:
    """The surest finding of the theme that most accounts share, so that the words shown speak for several."""
    ids = {f.id for f in found}
    themes = [
        [f for f in t.findings if f.id in ids]
        for t in material.themes
        if t.kind == kind and ids & {f.id for f in t.findings}
    ]
    shared = max(themes, key=lambda fs: (len(accounts_of(fs)), len(fs)), default=list(found))
    return max(shared, key=lambda f: (len(f.quote.split()) <= QUOTED_WORDS, f.confidence))


def _quoted(finding: Finding) -> str:
    return f"“{finding.quote}”"


def _counted(material: Material, statement: str, found: Sequence[Finding]) -> Line:
    """A line with n of m accounts, won and lost apart, citing one finding of each account before a second of any."""
    first: dict[str, Finding] = {}
    for finding in found:
        first.setdefault(finding.account or finding.document, finding)
    ordered = dict.fromkeys([f.id for f in first.values()] + [f.id for f in found])
    outcomes = Counter(o.value for a in first if (o := material.outcome_of(a)))
    split = ", ".join(f"{outcomes[o.value]} {o.value}" for o in Outcome if outcomes[o.value])
    return Line(statement, len(first), len(material.heard), tuple(ordered)[:IDS_PER_LINE], detail=split)


def _who(found: Sequence[Finding]) -> str:
    """The people a role is borne by, with their accounts, as the evidence names them; "" when it names nobody."""
    named = dict.fromkeys(f"{f.person}{f' ({f.account})' if f.account else ''}" for f in found if f.person)
    return "; ".join(list(named)[:4])


def _language(material: Material) -> tuple[Line, ...]:
    return tuple(
        Line(
            f"“{phrase.words}”",
            len(phrase.accounts),
            len(material.heard),
            tuple(f.id for f in phrase.findings[:IDS_PER_LINE]),
        )
        for phrase in material.phrases[:PER_SECTION]
    )


def _anti_icp(material: Material) -> tuple[Line, ...]:
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
                f"Lost or churned over {material.codebook.label(Kind.OBJECTION, code).lower()}: {_quoted(surest)}",
                len(accounts),
                len(lost),
                tuple(dict.fromkeys((surest.id, *(f.id for f in found))))[:IDS_PER_LINE],
                detail="of the lost and churned accounts heard",
            )
        )
    return tuple(lines[:PER_SECTION])


def _scorecard(material: Material) -> tuple[Line, ...]:
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


def _validation(material: Material) -> tuple[Line, ...]:
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


def _examples(material: Material) -> tuple[Line, ...]:
    lines = []
    for tier in ("1", "2"):
        best = sorted((s for s in material.scores if s.tier == tier), key=lambda s: -s.score)[:4]
        if best:
            names = ", ".join(f"{s.account} ({s.score:.0f})" for s in best)
            lines.append(Line(f"Tier {tier}: {names}", source="scores"))
    return tuple(lines)
