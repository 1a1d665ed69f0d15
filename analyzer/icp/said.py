"""Lines of the draft from what was said: each with n of m accounts, won and lost apart, and its findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace

from analyzer.icp.material import Material
from analyzer.icp.strength import FEW_ACCOUNTS, strength_of_said
from analyzer.records import Denial, Finding, Kind, Line, Outcome

# Triggers and pains carry the page; the other sections show what most accounts share.
PER_SECTION = 5
PER_SIDE_SECTION = 3
IDS_PER_LINE = 6
QUOTED_WORDS = 30


def tools(material: Material) -> tuple[Line, ...]:
    """Products by name; a tool's theme is one product."""
    themes = sorted((t for t in material.themes if t.kind == Kind.TOOL), key=lambda t: -len(t.accounts))
    return tuple(
        _counted(material, f"{t.label} ({material.codebook.label(t.kind, t.category).lower()})", t.findings)
        for t in themes[:PER_SECTION]
    )


def codes(material: Material, kind: Kind) -> tuple[Line, ...]:
    """One line a category: how many accounts said something of it, and the words of the theme most of them share."""
    groups = by_category(material, kind)
    ranked = sorted(
        groups.items(),
        key=lambda pair: (-len(accounts_of(pair[1])), -sum(f.intensity or 1 for f in pair[1]), pair[0]),
    )
    lines = []
    shown = PER_SECTION if kind in (Kind.TRIGGER, Kind.PAIN, Kind.ROLE) else PER_SIDE_SECTION
    for code, found in ranked[:shown]:
        typical = _most_shared(material, kind, found)
        label = material.codebook.label(kind, code)
        said = _who(found) if kind == Kind.ROLE else ""
        line = _counted(material, f"{label}: {said or quoted(typical)}", (typical, *found))
        lines.append(replace(line, against=_denials(material, kind, code)))
    return (*lines, *_rather_denied(material, kind, dict(ranked[shown:]), {code for code, _ in ranked[:shown]}))


def _rather_denied(
    material: Material, kind: Kind, unshown: Mapping[str, Sequence[Finding]], shown: Container[str]
) -> list[Line]:
    """What more accounts denied, when asked, than named: worth knowing, and easily asked again in vain.

    Those who named it after all stand against the line.
    """
    mine = [d for d in material.denials if d.kind == kind and d.category not in shown]
    lines = []
    for code in dict.fromkeys(d.category for d in mine):
        said = [d for d in mine if d.category == code]
        named = unshown.get(code, ())
        n, m = len({d.account or d.document for d in said}), len(material.heard)
        if n >= FEW_ACCOUNTS and n > len(accounts_of(named)):
            label = material.codebook.label(kind, code).lower()
            ids = tuple(d.id for d in said)[:IDS_PER_LINE]
            line = Line(f"Not {label}, when asked: {quoted(said[0])}", n, m, ids, strength=strength_of_said(n, m))
            lines.append(replace(line, against=tuple(f.id for f in named)[:IDS_PER_LINE]))
    return lines


def _denials(material: Material, kind: Kind, code: str) -> tuple[str, ...]:
    """What was denied of it, one of each account first."""
    mine = [d for d in material.denials if (d.kind, d.category) == (kind, code)]
    first = {d.account or d.document: d for d in reversed(mine)}
    return tuple(dict.fromkeys([d.id for d in first.values()] + [d.id for d in mine]))[:IDS_PER_LINE]


def by_category(material: Material, kind: Kind) -> dict[str, list[Finding]]:
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


def quoted(finding: Finding | Denial) -> str:
    return f"“{finding.quote}”"


def _counted(material: Material, statement: str, found: Sequence[Finding]) -> Line:
    """A line with n of m accounts, won and lost apart, citing one finding of each account before a second of any."""
    first: dict[str, Finding] = {}
    for finding in found:
        first.setdefault(finding.account or finding.document, finding)
    ordered = dict.fromkeys([f.id for f in first.values()] + [f.id for f in found])
    outcomes = Counter(o.value for a in first if (o := material.outcome_of(a)))
    split = ", ".join(f"{outcomes[o.value]} {o.value}" for o in Outcome if outcomes[o.value])
    n, m = len(first), len(material.heard)
    return Line(statement, n, m, tuple(ordered)[:IDS_PER_LINE], detail=split, strength=strength_of_said(n, m))


def _who(found: Sequence[Finding]) -> str:
    """The people a role is borne by, with their accounts, as the evidence names them; "" when it names nobody."""
    named = dict.fromkeys(f"{f.person}{f' ({f.account})' if f.account else ''}" for f in found if f.person)
    return "; ".join(list(named)[:4])


def language(material: Material) -> tuple[Line, ...]:
    return tuple(
        Line(
            f"“{phrase.words}”",
            len(phrase.accounts),
            len(material.heard),
            tuple(f.id for f in phrase.findings[:IDS_PER_LINE]),
            strength=strength_of_said(len(phrase.accounts), len(material.heard)),
        )
        for phrase in material.phrases[:PER_SECTION]
    )
