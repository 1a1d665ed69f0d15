"""The buying committee of an account: who plays which part, by evidence, and which parts nobody has been heard for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analyzer.records import Committee, Finding, Kind, Member

# The parts without which a deal is rarely signed; the others are good to know.
NEEDED = ("economic_buyer", "champion", "technical_buyer", "procurement_legal")
_GAP = {
    "economic_buyer": "No economic buyer heard: ask who signs and whose budget it is.",
    "champion": "No champion heard: ask who pushes for it inside.",
    "technical_buyer": "No technical buyer heard: ask who must pass it (security, IT, data).",
    "procurement_legal": "No procurement or legal heard: ask who handles the paper and how long it takes.",
}


def map_committee(account: str, findings: Iterable[Finding], titles: Mapping[str, str]) -> Committee:
    """Members in order of first mention. ``titles`` gives the title of a person by name, where a document told it."""
    members: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.kind == Kind.ROLE:
            members.setdefault(_key(finding, titles), []).append(finding)
    made = tuple(
        Member(
            person=name,
            title=titles.get(name, ""),
            roles=tuple(dict.fromkeys(f.category for f in mine)),
            findings=tuple(mine),
        )
        for name, mine in members.items()
    )
    heard = {role for member in made for role in member.roles}
    return Committee(account, made, tuple(_GAP[role] for role in NEEDED if role not in heard))


def _key(finding: Finding, titles: Mapping[str, str]) -> str:
    """A first name stands for the one participant who bears it; nobody named is "(not named)"."""
    person = finding.person.strip()
    if not person:
        return "(not named)"
    same = [name for name in titles if name and name.split()[0].casefold() == person.casefold()]
    return same[0] if len(same) == 1 else person
