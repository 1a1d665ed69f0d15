"""The buying committee of an account: who plays which part, where they stand, how much they weigh, and who is missing.

A role rests on findings, or is *presumed* from a title alone: marked so everywhere, and never counted as heard. Who is
one person, :mod:`analyzer.synthesis.people` tells; stance and influence have their rules in ``stance.py`` and
``influence.py``. The order of findings, documents or contacts changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from analyzer.extraction.titles import read_title
from analyzer.records import (
    NOT_NAMED,
    TO_BE_HIRED,
    Committee,
    Document,
    Finding,
    Member,
    MissingRole,
    Part,
    Stance,
)
from analyzer.synthesis.influence import LEVELS, weigh
from analyzer.synthesis.people import Roster, tell_apart
from analyzer.synthesis.persons import Person
from analyzer.synthesis.presumed import presume_roles
from analyzer.synthesis.stance import FOR, read_stances

# The parts without which a deal is rarely signed; the others are good to know.
NEEDED = ("economic_buyer", "champion", "technical_buyer", "procurement_legal")
ENOUGH_WON = 3
"""In fewer won accounts than these, who played a part there says nothing about the next one."""
_ASK = {
    "economic_buyer": "ask who signs and whose budget it is.",
    "champion": "ask who pushes for it inside.",
    "technical_buyer": "ask who must pass it (security, IT, data).",
    "procurement_legal": "ask who handles the paper and how long it takes.",
}
# Which of a person's roles is told first.
_WEIGHT = (
    "economic_buyer", "champion", "technical_buyer", "procurement_legal", "gatekeeper", "influencer", "user",
)  # fmt: skip
NOBODY_KNOWN = Roster()


def map_committee(
    account: str, findings: Iterable[Finding], documents: Sequence[Document] = (), roster: Roster = NOBODY_KNOWN
) -> Committee:
    """The people of one account from its findings (those rejected left out), documents and contacts.

    Whom to call first comes first: champions and those who are for it, then those who weigh most.
    """
    standing = tuple(findings)
    people = tell_apart(documents, standing, roster)
    stances = read_stances(standing, people)
    heard: dict[str, list[Finding]] = {}
    for finding in standing:
        for key in people.told.get(finding.id, ()):
            heard.setdefault(key, []).append(finding)
    made = [
        _member(person, heard.get(key, ()), _stance(person, stances), roster.buyer_titles)
        for key, person in people.by_key.items()
    ]
    members = sorted((m for m in made if m.findings), key=_order)
    known = {p.name for p in people.by_key.values() if p.has_spoken}
    others = sorted((m for m in made if not m.findings and (m.parts or m.person in known)), key=_order)
    roles = {role for member in members for role in member.roles}
    missing = tuple(_missing(role, (*members, *others)) for role in NEEDED if role not in roles)
    return Committee(account, tuple(members), missing, tuple(others))


def _stance(person: Person, stances: Mapping[str, Stance]) -> Stance:
    """Of somebody who has neither name nor title nothing more is said: the words may be of two people."""
    return stances.get(person.key, Stance()) if person.forms or person.title else Stance()


def _member(person: Person, told: Sequence[Finding], stance: Stance, buyer_titles: Collection[str]) -> Member:
    by_role: dict[str, list[Finding]] = {}
    for finding in sorted(told, key=lambda f: (-f.confidence, str(f.said_on), f.document_id, f.start, f.id)):
        by_role.setdefault(finding.category, []).append(finding)
    roles = tuple(sorted(by_role, key=lambda role: (_rank(role), role)))
    parts = [Part(role, tuple(by_role[role])) for role in roles]
    # Whom a posting is out to hire has no part in a decision yet.
    if person.name != TO_BE_HIRED:
        presumed = presume_roles(person.title, buyer_titles)
        parts += [Part(role, because=f"by title: {person.title}") for role in presumed if role not in by_role]
    return Member(
        person=person.name,
        title=person.title,
        roles=roles,
        findings=tuple(f for part in parts for f in part.findings),
        parts=tuple(parts),
        stance=stance,
        influence=weigh(parts, person.title if person.name != TO_BE_HIRED else ""),
        title_source=person.title_source,
        also_called=person.also_called,
    )


def _rank(role: str) -> int:
    return _WEIGHT.index(role) if role in _WEIGHT else len(_WEIGHT)


def _order(member: Member) -> tuple[bool, bool, int, int, str, str]:
    return (
        member.person in (NOT_NAMED, TO_BE_HIRED),
        not ("champion" in member.roles or member.stance.value == FOR),
        -LEVELS.index(member.influence.level),
        _rank(member.parts[0].role) if member.parts else len(_WEIGHT),
        member.person.casefold(),
        member.title + (member.findings[0].id if member.findings else ""),
    )


def _missing(role: str, known: Iterable[Member]) -> MissingRole:
    return MissingRole(role, _ASK[role], tuple(m.label for m in known if role in m.presumed_roles))


# ------------------------------------------------------------------------------------------------- in accounts that won


def compare_with_won(committees: Mapping[str, Committee], won: Collection[str]) -> Mapping[str, Committee]:
    """The committees with who played each missing part in won accounts, where three or more tell ("CFO", in 4 of 6)."""
    bases = {role: _usual(role, [committees[name] for name in sorted(won) if name in committees]) for role in NEEDED}

    def told(missing: MissingRole) -> MissingRole:
        usual, n, of = bases[missing.role]
        return replace(missing, usual=usual, usual_n=n, usual_of=of)

    return {name: replace(one, missing=tuple(map(told, one.missing))) for name, one in committees.items()}


def _usual(role: str, committees: Iterable[Committee]) -> tuple[str, int, int]:
    """The title that most won accounts share for a role, else the function; of how many where the role was heard."""
    heard = [[m for m in c.members if role in m.roles] for c in committees]
    played = [members for members in heard if members]
    if len(played) < ENOUGH_WON:
        return "", 0, 0
    titles = [{t.name: m.title for m in members if (t := read_title(m.title))} for members in played]
    functions = [{t.function for m in members if (t := read_title(m.title))} - {"general"} for members in played]
    by_title = Counter(name for names in titles for name in names)
    by_function = Counter(name for names in functions for name in names)
    for counts in (by_title, by_function):
        name, n = min(counts.items(), key=lambda one: (-one[1], one[0]), default=("", 0))
        if n * 2 >= len(played) and n > 1:
            return (f"the {_spelt(name, titles)}" if counts is by_title else f"somebody in {name}"), n, len(played)
    return "", 0, 0


def _spelt(title: str, titles: Iterable[Mapping[str, str]]) -> str:
    """A title as most people write it, the shorter of two."""
    written = Counter(names[title] for names in titles if title in names)
    return min(written, key=lambda words: (-written[words], len(words), words))
