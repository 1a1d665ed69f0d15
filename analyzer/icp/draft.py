"""The draft ICP: what the study knows, line by line, each with n of m accounts and its evidence.

Lines from what was said stand in ``said``, lines from deals and scores in ``numbers``, the sentence on top in
``definition``, who it is not for in ``anti``, what is missing in ``unknowns`` and ``coverage``. The draft is data
(records.Draft); ``render`` turns it into a page.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, replace
from typing import Any

from analyzer import __version__
from analyzer.icp.anti import anti_icp
from analyzer.icp.apart import Spoken, language_lines, part, said_lines, tool_lines
from analyzer.icp.coverage import coverage_lines, measure_coverage
from analyzer.icp.definition import NOT_ENOUGH, define
from analyzer.icp.export import denial_json, finding_json
from analyzer.icp.hypothesis import refute_definition, say_what_refutes
from analyzer.icp.material import Material
from analyzer.icp.numbers import examples, firmographics, scorecard, technographics_of_deals, validation
from analyzer.icp.segments import own_segment, segment_firmographics, segment_lines
from analyzer.icp.unknowns import NOTHING_READ, unknown_lines
from analyzer.records import Document, Draft, Kind, Line, Section


def draft_icp(material: Material, version: int) -> Draft:
    """One version of the draft. Sections without a supported line are left out and named among the unknowns."""
    spoken = part(material)
    counted = spoken.counted
    made = (
        Section("firmographics", "Who they are", _firmographics(material)),
        Section("technographics", "What they run", (*technographics_of_deals(material), *tool_lines(spoken))),
        Section("triggers", "What makes them look", said_lines(spoken, Kind.TRIGGER)),
        Section("pains", "What hurts", said_lines(spoken, Kind.PAIN)),
        Section("committee", "Who decides", said_lines(spoken, Kind.ROLE)),
        Section("alternatives", "What they did or tried instead", said_lines(spoken, Kind.ALTERNATIVE)),
        Section("criteria", "What it must do", said_lines(spoken, Kind.CRITERION)),
        Section("objections", "What holds them back", said_lines(spoken, Kind.OBJECTION)),
        Section("outcomes", "What they get, and how they measure it", said_lines(spoken, Kind.OUTCOME)),
        Section("channels", "Where they look", said_lines(spoken, Kind.CHANNEL)),
        Section("language", "Their words", language_lines(spoken)),
        Section("anti_icp", "Who it is not for", anti_icp(counted)),
        Section("segments", "Segments", segment_lines(material)),
        Section("scorecard", "Scorecard", scorecard(material)),
        Section("validation", "Does it hold", validation(material)),
        Section("examples", "Accounts like this", examples(material)),
    )
    filled = tuple(s for s in made if s.lines)
    empty = tuple(s.heading for s in made if not s.lines and s.key not in ("segments", "validation"))
    unknown = Section(
        "unknowns",
        "What we do not know",
        (*unknown_lines(material, empty), *coverage_lines(measure_coverage(material))),
    )
    definition = _definition(spoken)
    sections = (*filled, unknown)
    if material.is_hypothesis:
        definition = refute_definition(definition, len(material.heard))
        sections = tuple(map(say_what_refutes, sections))
    lines = (definition, *(line for s in sections for line in s.lines))
    cited = dict.fromkeys(i for line in lines for i in (*line.evidence, *line.against))
    evidence = {f.id: finding_json(f) for f in material.findings if f.id in cited}
    evidence |= {d.id: denial_json(d) for d in material.denials if d.id in cited}
    return Draft(
        version=version,
        made_at=material.as_of,
        product=material.product,
        definition=definition,
        sections=sections,
        evidence={i: evidence[i] for i in cited},
        basis=_basis(material),
        segment=material.segment,
        is_hypothesis=material.is_hypothesis,
    )


def _definition(spoken: Spoken) -> Line:
    """The sentence on top; while nothing has been read it says that, and not that nothing was heard."""
    line = define(spoken.counted)
    return replace(line, statement=NOTHING_READ) if line.statement == NOT_ENOUGH and spoken.counted.is_unread else line


def _firmographics(material: Material) -> tuple[Line, ...]:
    segment = own_segment(material)
    return segment_firmographics(segment) if segment else firmographics(material)


def _basis(material: Material) -> dict[str, Any]:
    return {
        "documents": len(material.documents),
        "document_ids": {d.id: d.name for d in material.documents},
        "document_states": {d.id: _state_of(d) for d in material.documents},
        "documents_unread": len(material.documents) - len(material.read),
        "documents_of_no_account": sum(material.homes.of[d.id] in material.of_nobody for d in material.read),
        "accounts_heard": len(material.heard) if material.knows_accounts else 0,
        "heard": len(material.heard),
        "accounts_won": material.bought,
        "accounts_lost": material.lost,
        "accounts": len(material.accounts),
        "findings": len(material.findings),
        "rejected_ids": sorted(f.id for f in material.rejected),
        "reviewed": dict(sorted(Counter(f.status.value for f in material.findings).items())),
        "deals": dict(Counter(d.outcome.value for d in material.deals)),
        "deals_digest": _digest([asdict(d) for d in material.deals]),
        "scorecard": material.card.version,
        "program": __version__,
        "extractors": sorted({f.maker.signature for f in material.findings}),
        "codebook": material.codebook.stamp,
        "predictive": [f"{row.attribute}: {row.value}" for row in material.lift.rows if row.verdict == "predictive"],
    }


def _state_of(document: Document) -> str:
    """A short digest of what a person can set right in a document."""
    sides = [(p.name, p.side.value) for p in document.participants]
    outcome = document.outcome.value if document.outcome else ""
    return _digest([document.account, str(document.said_on), outcome, document.kind.value, sides])


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()[:12]
