"""The draft ICP: every line a statement with n of m accounts and the findings (or the numbers) it rests on.

No line is written without support; what is missing is said in *What we do not know*. The draft is data (records.Draft);
``render`` turns it into a page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from analyzer.icp.export import finding_json
from analyzer.icp.material import Material
from analyzer.icp.numbers import anti_icp, examples, firmographics, scorecard, validation
from analyzer.icp.said import accounts_of, by_category, codes, language, tools
from analyzer.icp.unknowns import unknown_lines
from analyzer.records import Draft, Kind, Line, Section


def draft_icp(material: Material, version: int) -> Draft:
    """One version of the draft. Sections without a supported line are left out and named among the unknowns."""
    made = (
        Section("firmographics", "Who they are", firmographics(material)),
        Section("technographics", "What they run", tools(material)),
        Section("triggers", "What makes them look", codes(material, Kind.TRIGGER)),
        Section("pains", "What hurts", codes(material, Kind.PAIN)),
        Section("committee", "Who decides", codes(material, Kind.ROLE)),
        Section("alternatives", "What they did or tried instead", codes(material, Kind.ALTERNATIVE)),
        Section("criteria", "What it must do", codes(material, Kind.CRITERION)),
        Section("objections", "What holds them back", codes(material, Kind.OBJECTION)),
        Section("outcomes", "What they get, and how they measure it", codes(material, Kind.OUTCOME)),
        Section("channels", "Where they look", codes(material, Kind.CHANNEL)),
        Section("language", "Their words", language(material)),
        Section("anti_icp", "Who it is not for", anti_icp(material)),
        Section("scorecard", "Scorecard", scorecard(material)),
        Section("validation", "Does it hold", validation(material)),
        Section("examples", "Accounts like this", examples(material)),
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
        groups = [(code, found) for code, found in by_category(material, kind).items() if len(accounts_of(found)) >= 2]
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
