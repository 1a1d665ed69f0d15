"""Lines from what was said: what counts is counted, and what does not is shown beside it, as what it is.

Documents of no account are no accounts: "and in 2 documents of no account" stands beside the count, never in it. A
trigger that speaks against buying now is no trigger to buy: it is said at the end of its section.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from analyzer.icp.material import Material
from analyzer.icp.said import IDS_PER_LINE, PER_SECTION, codes, language, quoted, tools
from analyzer.icp.strength import strength_of_said
from analyzer.printing import counted
from analyzer.records import Denial, Finding, Kind, Line, Strength
from analyzer.synthesis.negative import read_against

BAD_NEWS = "Bad news, which speaks against buying now"
Said = Finding | Denial
One = TypeVar("One", Finding, Denial)


# ----------------------------------------------------------------------------------------------------- what is counted


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said, parted: ``counted`` is what counts, under its account, or under its document where no account is
    known; ``nobodys`` was said in documents of no account while accounts are known. Bad news is in neither."""

    material: Material
    counted: Material
    nobodys: Material


def part(material: Material) -> Spoken:
    knows, accounts = material.knows_accounts, material.homes.accounts
    return Spoken(
        material,
        _of(material, lambda home: not knows or home in accounts),
        _of(material, lambda home: knows and home not in accounts),
    )


def _of(material: Material, counts: Callable[[str], bool]) -> Material:
    """Its findings name their home, as an account or as the document."""

    def told(said: Iterable[One]) -> tuple[One, ...]:
        kept = (one for one in said if counts(material.homes.of_words(one)) and not against_buying(material, one))
        return tuple(_homed(material, one) for one in kept)

    themes = [replace(t, findings=told(t.findings)) for t in material.themes]
    phrases = [replace(p, findings=told(p.findings)) for p in material.phrases]
    return replace(
        material,
        findings=told(material.findings),
        denials=told(material.denials),
        themes=sorted((t for t in themes if t.findings), key=lambda t: -len(t.accounts)),
        phrases=[p for p in phrases if len(p.accounts) > 1],
    )


def _homed(material: Material, one: One) -> One:
    home = material.homes.of_words(one)
    return replace(one, account=home) if home in material.homes.accounts else replace(one, document=home)


def against_buying(material: Material, one: Said) -> str:
    """What a trigger says against buying now ("layoffs"); empty for every other finding."""
    is_trigger = isinstance(one, Finding) and one.kind == Kind.TRIGGER
    return read_against(one.quote, material.rivals) if is_trigger else ""


# --------------------------------------------------------------------------------------------------------------- lines


def said_lines(spoken: Spoken, kind: Kind) -> tuple[Line, ...]:
    """A line a category: what accounts said, and what was only said in documents of no account."""
    keys = {f.id: f.category for f in spoken.material.findings}
    keys |= {d.id: f"no {d.category}" for d in spoken.material.denials}
    lines = _joined(spoken, kind, codes(spoken.counted, kind), codes(spoken.nobodys, kind), keys)
    return (*lines, *(_bad_news(spoken.material) if kind == Kind.TRIGGER else ()))


def tool_lines(spoken: Spoken) -> tuple[Line, ...]:
    """Products by name, counted in the same way."""
    keys = {f.id: theme.id for theme in spoken.material.themes for f in theme.findings if theme.kind == Kind.TOOL}
    return _joined(spoken, Kind.TOOL, tools(spoken.counted), tools(spoken.nobodys), keys)


def language_lines(spoken: Spoken) -> tuple[Line, ...]:
    """Words that several accounts share, with the documents of no account in which they stand too."""
    nobodys = {f.id: f for f in spoken.nobodys.findings}
    found = {f"“{p.words}”": [nobodys[f.id] for f in p.findings if f.id in nobodys] for p in spoken.material.phrases}
    return tuple(_beside(line, found[line.statement]) for line in language(spoken.counted))


def _joined(
    spoken: Spoken, kind: Kind, mine: Sequence[Line], nobodys: Sequence[Line], keys: Mapping[str, str]
) -> tuple[Line, ...]:
    """Lines of accounts with what nobody's documents add to each, then what these alone say, while there is room.

    ``keys`` names by finding or denial what it says; a line says what its first evidence says.
    """
    known = set(_by_key(spoken.counted, kind, keys))
    beside = _by_key(spoken.nobodys, kind, keys)
    lines = [_beside(line, beside.get(keys[line.evidence[0]], ())) for line in mine]
    alone = [line for line in nobodys if keys[line.evidence[0]] not in known]
    lines += [_alone(line, beside[keys[line.evidence[0]]]) for line in alone][: max(0, PER_SECTION - len(lines))]
    return tuple(lines)


def _by_key(material: Material, kind: Kind, keys: Mapping[str, str]) -> dict[str, list[Said]]:
    groups: dict[str, list[Said]] = {}
    said: tuple[Said, ...] = (*material.findings, *material.denials)
    for one in said:
        if one.kind == kind and one.id in keys:
            groups.setdefault(keys[one.id], []).append(one)
    return groups


def _beside(line: Line, nobodys: Sequence[Said]) -> Line:
    """The line with what documents of no account add, cited as far as there is room."""
    if not nobodys:
        return line
    more = f"and in {_documents(nobodys)}"
    ids = tuple(dict.fromkeys((*line.evidence, *(one.id for one in nobodys))))[:IDS_PER_LINE]
    return replace(line, evidence=ids, detail="; ".join(part for part in (line.detail, more) if part))


def _alone(line: Line, nobodys: Sequence[Said]) -> Line:
    return replace(line, n=None, m=None, detail=f"in {_documents(nobodys)}", strength=Strength.THIN)


def _documents(nobodys: Sequence[Said]) -> str:
    return f"{counted(len({one.document for one in nobodys}), 'document')} of no account"


def _bad_news(material: Material) -> tuple[Line, ...]:
    """What was told that speaks against buying now, in one line: no reason to look, but good to know."""
    told = {f.id: named for f in material.findings if (named := against_buying(material, f))}
    if not told:
        return ()
    found = sorted((_homed(material, f) for f in material.findings if f.id in told), key=lambda f: -f.confidence)
    mine = [f for f in found if f.account or not material.knows_accounts]
    nobodys = [f for f in found if f not in mine]
    shown = mine or nobodys
    first: dict[str, Finding] = {}
    for one in shown:
        first.setdefault(one.account or one.document, one)
    ids = tuple(dict.fromkeys(f.id for f in (*first.values(), *shown)))[:IDS_PER_LINE]
    n, m = len(first), len(material.heard)
    statement = f"{BAD_NEWS} ({', '.join(dict.fromkeys(told.values()))}): {quoted(shown[0])}"
    line = Line(statement, n, m, ids, strength=strength_of_said(n, m))
    return (_beside(line, nobodys) if mine else _alone(line, nobodys),)
