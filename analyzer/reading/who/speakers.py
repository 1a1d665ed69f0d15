"""The people behind the labels of a file: "Dana Ortiz", "Dana Ortiz (Northwind)", "dana" and "Dana's iPhone" are one.

Labels are joined only where that is safe: the shorter name fits one fuller name of the file and no other, nothing the
labels say of company or side speaks against it, and the two do not talk to each other. What was joined is kept in
``Participant.labels`` and shown; ``ReadOptions.names`` sets it right. Joining renames turns and never joins them, so
that no offset depends on it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from analyzer.reading.canonical import RawTurn, fold, merge
from analyzer.reading.who.labels import parse_label
from analyzer.reading.wordlists import words
from analyzer.records import Participant, Side

_ADDRESS = re.compile(r"(?P<local>[\w.+-]+)@[\w-]+(?:\.[\w-]+)+")
_LAST_FIRST = re.compile(r"(?P<last>[^\W\d_][\w'’ -]{0,40}), (?P<first>[^\W\d_][\w'’. -]{0,40})")
_INITIAL = re.compile(r"[^\W\d_]\.?")
_EXCHANGES = 2


def name_speakers(
    turns: Sequence[RawTurn], names: Mapping[str, str] | None = None
) -> tuple[tuple[RawTurn, ...], tuple[Participant, ...]]:
    """The turns under people's names, and the people in order of appearance with every label that was theirs.

    ``names`` is what a person said of a label: the name it belongs to, which may be another's, a new one, or its own.
    """
    labels = _parse_labels(turns)
    merged = merge(replace(turn, speaker=labels[turn.speaker].name) for turn in turns)
    said = {fold(label).casefold(): fold(name) for label, name in (names or {}).items() if fold(name)}
    bare = dict.fromkeys(labels[turn.speaker].name for turn in turns)
    decided = _decided(bare, labels, said)
    free = [name for name in bare if name]
    joined = {name: to for name, to in _joined(free, merged, labels).items() if name not in decided}
    final = {name: decided.get(to, to) for name, to in joined.items()} | decided
    people: dict[str, Participant] = {}
    for label, who in labels.items():
        name = final.get(who.name, who.name)
        people[name] = _together(people.get(name), replace(who, name=name), label)
    renamed = tuple(replace(turn, speaker=final.get(turn.speaker, turn.speaker)) for turn in merged)
    order = dict.fromkeys(turn.speaker for turn in renamed)
    return renamed, tuple(_without_needless_labels(people[name]) for name in order)


def stated_names(turns: Sequence[RawTurn], stated: Sequence[Participant]) -> dict[str, str]:
    """The full name of each label that is a first name alone, where the file lists one person of that name.

    "Sasha" is Sasha Lindgren of "Participants: Tom Beckett, Sasha Lindgren"; of two Sashas neither.
    """
    labels = [parse_label(label) for label in dict.fromkeys(turn.speaker for turn in turns)]
    firsts = Counter(tuple(_parts(who.name)) for who in labels)
    named = {tuple(_parts(who.name)) for who in labels}
    full = {who.name: _parts(who.name) for who in stated if len(_parts(who.name)) > 1}
    found: dict[str, str] = {}
    for who in labels:
        parts = tuple(_parts(who.name))
        bearers = [name for name, theirs in full.items() if parts == (theirs[0],)]
        if len(parts) != 1 or len(bearers) != 1 or firsts[parts] > 1 or who.name.casefold() in words("role_labels"):
            continue
        about = next(one for one in stated if one.name == bearers[0])
        differs = who.company and about.company and who.company.casefold() != about.company.casefold()
        if not differs and tuple(full[bearers[0]]) not in named:
            found[who.name] = bearers[0]
    return found


def same_person(one: str, other: str) -> bool:
    """Whether two full names are one person's: case, accents, word order and initials in the middle aside."""
    first, second = _parts(one), _parts(other)
    if len(first) < 2 or len(second) < 2:
        return False
    return set(first) == set(second) or (first[0], first[-1]) == (second[0], second[-1])


def _parse_labels(turns: Sequence[RawTurn]) -> dict[str, Participant]:
    """Each label of the file parsed. Names that differ in case alone are spelt as first met; people of one name and
    two companies keep the company in their name."""
    parsed = {label: parse_label(label) for label in dict.fromkeys(turn.speaker for turn in turns)}
    companies: dict[str, set[str]] = {}
    for who in parsed.values():
        if who.company:
            companies.setdefault(who.name.casefold(), set()).add(who.company.casefold())
    spelt: dict[str, str] = {}
    named: dict[str, Participant] = {}
    for label, who in parsed.items():
        name = spelt.setdefault(who.name.casefold(), who.name)
        if len(companies.get(who.name.casefold(), ())) > 1 and who.company:
            name = f"{name} ({who.company})"
        named[label] = replace(who, name=name)
    return named


def _decided(bare: Mapping[str, None], labels: Mapping[str, Participant], said: Mapping[str, str]) -> dict[str, str]:
    """What a person said, by bare name; a label may be given as it stands in the file or as it is shown."""
    decided = {name: said[name.casefold()] for name in bare if name.casefold() in said}
    for label, who in labels.items():
        if fold(label).casefold() in said:
            decided.setdefault(who.name, said[fold(label).casefold()])
    return decided


@dataclass(frozen=True, slots=True)
class _Known:
    """What the labels of one bare name say together."""

    name: str
    fits: str
    company: str
    side: Side


def _joined(names: Sequence[str], merged: Sequence[RawTurn], labels: Mapping[str, Participant]) -> dict[str, str]:
    """The fuller name of each name that is safely a shorter form of it; the plain name of a device or address."""
    firsts = {part for name in names for part in _parts(name)[:1]}
    known = [_known(name, labels, firsts) for name in names]
    found: dict[str, str] = {}
    for one in known:
        fuller = [other for other in known if other is not one and _is_short_for(one.fits, other.fits)]
        # "Dana" beside "Dana's iPhone": neither is fuller, and the one that is no device gives the name.
        same = [other for other in known if other is not one and _parts(one.fits) == _parts(other.fits)]
        if len(fuller) == 1 and _is_safe(one, fuller[0], merged):
            found[one.name] = fuller[0].name
        elif not fuller and one.fits != one.name and all(_is_safe(one, other, merged) for other in same):
            found[one.name] = same[0].name if same else one.fits
    return {name: found.get(target, target) for name, target in found.items()}


def _known(name: str, labels: Mapping[str, Participant], firsts: Collection[str]) -> _Known:
    mine = [who for who in labels.values() if who.name == name]
    company = next((who.company for who in mine if who.company), "")
    side = next((who.side for who in mine if who.side is not Side.UNKNOWN), Side.UNKNOWN)
    return _Known(name, plain_name(name, firsts), company, side)


def plain_name(name: str, firsts: Collection[str] = ()) -> str:
    """The person's name in a device's or an address: "Dana" of "Dana's iPhone", "Dana Ortiz" of dana.ortiz@x.com.

    ``firsts`` are first names of the file, lower case: "Danas iPhone" is Dana's where there is a Dana.
    """
    if address := _ADDRESS.fullmatch(name):
        parts = [part for part in re.split(r"[._+-]+", address["local"]) if part.isalpha()]
        return " ".join(part.capitalize() for part in parts) or name
    owner = _owner_of_device(name)
    return owner[:-1] if owner.endswith("s") and owner[:-1].casefold() in firsts else owner or name


def _owner_of_device(name: str) -> str:
    """ "Dana" of "Dana's iPhone" or "iPhone von Dana"; "" when it names no device, or nobody's."""
    kinds = "|".join(sorted(words("devices"), key=len, reverse=True))
    model = r"(?:[ -][\w+]{1,10}){0,3}"
    owned = re.fullmatch(rf"(?P<name>.{{2,60}}?)(?:['’`´]s?)? (?:{kinds}){model}", name, re.IGNORECASE)
    of = re.fullmatch(rf"(?:{kinds}){model} (?:of|von|de|di|van) (?P<name>.{{2,60}})", name, re.IGNORECASE)
    match = of or owned
    if not match or not words("not_owners").isdisjoint(match["name"].casefold().split()):
        return ""
    found = match["name"].strip()
    return found[:1].upper() + found[1:] if found.islower() else found


def _parts(name: str) -> list[str]:
    """Words of a name for comparing: lower case, no accents, "Ortiz, Dana" as Dana Ortiz, no "Dr."."""
    if turned := _LAST_FIRST.fullmatch(name):
        name = f"{turned['first']} {turned['last']}"
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return [part for part in re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", plain) if part not in words("honorifics")]


def _is_short_for(short: str, full: str) -> bool:
    """Whether one name is a form of the other that says less: "Dana", "Dana O.", "D. Ortiz", "Ortiz, Dana"."""
    less, more = _parts(short), _parts(full)
    # "MAN 2" is no fuller name of "MAN", but somebody else whom nobody knows.
    if (
        not less
        or len(more) < 2
        or any(map(str.isdigit, more))
        or short == full
        or short.casefold() in words("role_labels") | words("not_owners")
    ):
        return False
    if sorted(less) == sorted(more):
        return "," in short and "," not in full
    if len(less) == 1:  # "Mr Reed" is a family name, and "Mrs Reed Smith" somebody else
        return less[0] == more[0] and len(less[0]) >= 2 and " " not in short
    if len(less) != 2:
        return False
    first, last = less
    return (first == more[0] and bool(_INITIAL.fullmatch(last)) and more[-1].startswith(last)) or (
        last == more[-1] and (first == more[0] or (bool(_INITIAL.fullmatch(first)) and more[0].startswith(first)))
    )


def _is_safe(one: _Known, other: _Known, merged: Sequence[RawTurn]) -> bool:
    if Side.UNKNOWN not in (one.side, other.side) and one.side is not other.side:
        return False
    if one.company and other.company and one.company.casefold() != other.company.casefold():
        return False
    pair = {one.name, other.name}
    answers = sum("?" in turn.words for turn, reply in pairwise(merged) if {turn.speaker, reply.speaker} == pair)
    return answers < _EXCHANGES


def _together(before: Participant | None, who: Participant, label: str) -> Participant:
    if before is None:
        return replace(who, labels=(label,))
    return Participant(
        before.name,
        before.title or who.title,
        before.company or who.company,
        before.side if before.side is not Side.UNKNOWN else who.side,
        before.side_reason or who.side_reason,
        (*before.labels, label),
    )


def _without_needless_labels(who: Participant) -> Participant:
    """Labels that say no other name than the one shown are not worth a word."""
    shown = who.name.casefold()
    others = [x for x in who.labels if shown not in (fold(x).casefold(), parse_label(x).name.casefold())]
    return replace(who, labels=who.labels if others else ())
