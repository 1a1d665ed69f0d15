"""The one sentence that says who the ideal customer is: four to six attributes, each of which the study backs.

Where the deals are enough and nothing is shown to predict, the sentence says that, and draws no profile.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.icp.material import Material
from analyzer.icp.numbers import is_profile
from analyzer.icp.said import accounts_of, by_category
from analyzer.icp.segments import own_segment, strength_of_segment
from analyzer.icp.strength import strength_of_rate, strength_of_said
from analyzer.records import Finding, Kind, Line, Strength
from analyzer.scoring.lift import Verdict

MOST = 6
FEWEST_ACCOUNTS = 2
NOT_ENOUGH = "Not enough was heard or imported yet to say who the ideal customer is."


def define(material: Material) -> Line:
    """The definition with its evidence; ``strength`` is that of its weakest part."""
    who, weight = _who(material)
    said, evidence, count = _said(material, MOST - len(who))
    product = material.product or "the product"
    shows_nothing = material.lift.is_enough and not material.lift.of(Verdict.PREDICTIVE)
    nothing = f"No attribute of companies could be shown to predict who buys {product}"
    if not who and not said:
        return Line(f"{nothing}.", source="lift") if shows_nothing else Line(NOT_ENOUGH, source="no data")
    if who:
        statement = "; ".join([f"{product} fits {' '.join(who)}", *said])
    else:
        lead = f"{nothing}; those heard" if shows_nothing else f"those heard about {product}"
        statement = f"{lead}: {'; '.join(said)}"
    if material.is_hypothesis:
        statement = f"Hypothesis: {statement}"
    strengths = [s for s in (weight, strength_of_said(count, len(material.heard)) if said else None) if s]
    order = [Strength.THIN, Strength.SOME, Strength.STRONG]
    return Line(
        f"{statement[0].upper()}{statement[1:]}.",
        evidence=evidence,
        source=f"scorecard version {material.card.version}, {material.card.origin}" if who else "findings",
        strength=min(strengths, key=order.index),
    )


def _who(material: Material) -> tuple[list[str], Strength | None]:
    """Industry, size and country as the scorecard has them, and how far the deals carry them.

    Nothing where there are enough deals and they show no difference: a profile would be made up. A segment is what its
    won accounts are alike in, whatever wins within it.
    """
    card = material.card
    parts = []
    if card.industry.fitting:
        parts.append(f"{_joined(card.industry.fitting)} companies")
    if card.size.band:
        parts.append(f"{'' if parts else 'companies '}with {card.size.band} employees")
    if not parts:
        return [], None
    if card.geography.supported:
        parts.append(f"in {_joined([_with_article(place) for place in card.geography.supported[:3]])}")
    if segment := own_segment(material):
        return parts, strength_of_segment(segment)
    row = next((r for r in material.lift.rows if is_profile(r)), None)
    if material.lift.is_enough and not material.lift.of(Verdict.PREDICTIVE):
        return [], None
    return parts, strength_of_rate(row) if row else Strength.THIN


def _said(material: Material, room: int) -> tuple[list[str], tuple[str, ...], int]:
    """What makes them look and what hurts, each named by two accounts or more; how many accounts say the rarest."""
    clauses, evidence, counts = [], [], []
    for kind, lead, most in ((Kind.TRIGGER, "they start to look after", 2), (Kind.PAIN, "what hurts is", 2)):
        groups = [(code, found) for code, found in by_category(material, kind).items()]
        shared = [pair for pair in groups if len(accounts_of(pair[1])) >= FEWEST_ACCOUNTS]
        top = sorted(shared, key=lambda pair: (-len(accounts_of(pair[1])), pair[0]))[: min(most, room)]
        if top:
            room -= len(top)
            clauses.append(f"{lead} {_joined([material.codebook.label(kind, code).lower() for code, _ in top])}")
            evidence += [f.id for _, found in top for f in _surest(found)]
            counts += [len(accounts_of(found)) for _, found in top]
    return clauses, tuple(dict.fromkeys(evidence)), min(counts, default=0)


def _surest(found: Sequence[Finding]) -> list[Finding]:
    """One of each account, the surest first, three at the most."""
    best: dict[str, Finding] = {}
    for finding in sorted(found, key=lambda f: -f.confidence):
        best.setdefault(finding.account or finding.document, finding)
    return list(best.values())[:3]


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def _with_article(place: str) -> str:
    return f"the {place}" if place.split()[0] in ("United", "Netherlands", "Philippines", "Nordics", "EU") else place
