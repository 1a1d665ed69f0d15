"""Whether somebody is for or against buying, by rule from what they said or what was said of them; never from tone.

For: told as a champion by an act, wants it, praises it. Against: stopped it, is against it, or an objection in the
speaker's own words. Words that are negated, asked or supposed show nothing, nor does what came to nothing or is over:
"nearly blocked it", "was against it at first" (``stance.yaml`` has the words). Where findings speak both ways the
stance is mixed, which is unknown. What this cannot see: a change of mind between two findings, irony, and approval
without any of these words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from analyzer.extraction.acts import act_pattern
from analyzer.extraction.conditions import find_condition
from analyzer.extraction.mentions import NAME, PRONOUN, SPEAKER, PersonMention, find_people
from analyzer.extraction.polarity import find_governor
from analyzer.extraction.words import split_words
from analyzer.records import Finding, Kind, Side, Stance
from analyzer.synthesis.people import People
from analyzer.synthesis.presumed import compile_folded

FOR, AGAINST, UNKNOWN = "for", "against", "unknown"
_TELLING = (Kind.ROLE, Kind.OBJECTION, Kind.OUTCOME)
_SENTENCE = re.compile(r"[.;!?\n]\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class _Shown:
    """A finding that shows where a person stands."""

    person: str
    value: str
    reason: str
    finding: Finding


@cache
def _content() -> dict[str, Any]:
    text = files("analyzer.synthesis").joinpath("stance.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return content


@cache
def _words_for(value: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    bought = _content()["it"].strip()
    return tuple((why, compile_folded(p.replace("{it}", bought))) for why, p in _content()[value].items())


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return compile_folded(_content()[name])


def read_stances(findings: Iterable[Finding], people: People) -> Mapping[str, Stance]:
    """The stance of everybody of whom a finding shows one, by the person's key."""
    shown: dict[str, list[_Shown]] = {}
    for finding in sorted(findings, key=lambda f: (str(f.said_on), f.document_id, f.start, f.id)):
        if finding.kind in _TELLING and finding.side != Side.OURS:
            for one in _read(finding, people):
                shown.setdefault(one.person, []).append(one)
    return {person: _settle(mine) for person, mine in shown.items()}


def _settle(shown: Sequence[_Shown]) -> Stance:
    first = {value: next((s for s in shown if s.value == value), None) for value in (FOR, AGAINST)}
    one, other = first[FOR], first[AGAINST]
    if one and other:
        return Stance(UNKNOWN, f"mixed: {one.reason}, but {other.reason}", (one.finding, other.finding), True)
    found = one or other
    assert found is not None, "nobody is listed without a finding"
    rest_on = tuple(dict.fromkeys(s.finding for s in shown))
    return Stance(found.value, found.reason, rest_on)


def _read(finding: Finding, people: People) -> Iterator[_Shown]:
    mentions = _mentions(finding.quote, people)
    stated = False
    for value in (FOR, AGAINST):
        for why, pattern in _words_for(value):
            for match in pattern.finditer(finding.quote):
                holds = _is_stated(finding.quote, match) and not _is_unmade(finding.quote, match, value)
                person = _whose(finding, mentions, match, people) if holds else ""
                if person:
                    stated = True
                    yield _Shown(person, value, why, finding)
    if finding.kind == Kind.ROLE and finding.category == "champion" and act_pattern("acts").search(finding.quote):
        for person in people.told.get(finding.id, ()):
            yield _Shown(person, FOR, "told as a champion", finding)
    if finding.kind == Kind.OBJECTION and not stated and _holds(finding, mentions):
        speaker = people.called(finding.speaker) if finding.speaker else ""
        if speaker:
            yield _Shown(speaker, AGAINST, f"objects: {finding.category.replace('_', ' ')}", finding)


def _mentions(quote: str, people: People) -> list[PersonMention]:
    """Everybody mentioned, with those known by name whom grammar alone would take for a sentence's first word."""
    known = people.named_in(quote)
    found = [m for m in find_people(quote) if not any(m.start < k.end and k.start < m.end for k in known)]
    return sorted((*known, *found), key=lambda m: (m.start, -m.end))


def _is_stated(quote: str, match: re.Match[str]) -> bool:
    """Whether words say what they say: not under a "not", a question or an "if"."""
    words = split_words(quote)
    inside = [i for i, word in enumerate(words) if word.start < match.end() and word.end > match.start()]
    if not inside:
        return False
    closing = _SENTENCE.split(quote[match.end() :])[0].rstrip()
    is_asked = closing.endswith("?")
    governed = find_governor(words, bytes(len(words)), inside[0], inside[-1])
    return not (is_asked or governed or find_condition(quote, words, inside[0], inside[-1]))


def _is_unmade(quote: str, match: re.Match[str], value: str) -> bool:
    """Whether it came to nothing or is over: "nearly blocked it", "tried to stop it", "was against it at first"."""
    opening = _SENTENCE.split(quote[: match.start()])[-1]
    if _pattern("unmade_before").search(opening) or _pattern("unmade_behind").search(quote[match.end() :]):
        return True
    return value == AGAINST and bool(_pattern("attempted").search(opening))


def _whose(finding: Finding, mentions: Sequence[PersonMention], match: re.Match[str], people: People) -> str:
    """The key of the one whose stance the words are: who stands nearest before them in the sentence, or behind "by"."""
    begin = max((m.end() for m in _SENTENCE.finditer(finding.quote, 0, match.start())), default=0)
    if match[0].lower().endswith(" by") or re.match(r" by\b", finding.quote[match.end() :]):
        near = [m for m in mentions if m.start >= match.end()][:1]
    else:
        near = [m for m in mentions if begin <= m.start < match.start() + 1][-1:]
    if not near:
        return ""
    (mention,) = near
    if mention.how == SPEAKER:
        return people.called(finding.speaker) if finding.speaker else ""
    if mention.how == PRONOUN:
        named = [m for m in mentions if m.how == NAME and m.start < mention.start]
        told = people.told.get(finding.id, ())
        if named:
            return people.called(named[-1].person) if len({m.person for m in named}) == 1 else ""
        return told[0] if finding.person and len(told) == 1 else ""
    return people.called(mention.person)


def _holds(finding: Finding, mentions: Sequence[PersonMention]) -> bool:
    """Whether an objection is a doubt of the speaker's own: in the first person, with a doubt, told of nobody else."""
    own = any(m.how == SPEAKER for m in mentions)
    others = any(m.how not in (SPEAKER, PRONOUN) for m in mentions)
    doubt = _pattern("doubt").search(finding.quote)
    told = _pattern("reported").search(finding.quote)
    return bool(own and doubt and not others and not told and _is_stated(finding.quote, doubt))
