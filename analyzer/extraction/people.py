"""Who a role is about: the person the words give a part in the decision, as far as grammar tells.

The first who acts is meant: "I did the demos", "Fiona signs", "nothing moves till Raj says so". Whoever's yes depends
on another gives way to that one ("I can't spend it unless Graham says yes"). "He", "she" and "they" stand for whom the
words before named last; in a posting "you" is who is hired. A first name is given as the participant who bears it. What
this cannot see: irony, a pronoun whose person was named two questions ago, and which of two in one act matters more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from analyzer.extraction.acts import act_pattern
from analyzer.extraction.mentions import (
    HIRED,
    NAME,
    NUMBERS,
    PLACE,
    PRONOUN,
    SPEAKER,
    TITLE,
    PersonMention,
    find_people,
    one_of,
)
from analyzer.extraction.titles import read_title
from analyzer.records import Participant, Side


@dataclass(frozen=True, slots=True)
class Telling:
    """Words that tell a role, with what is needed to know whose.

    ``before`` is what the speaker said up to them, ``question`` what was asked; ``others`` are names that are nobody's
    (products). ``hired`` is the title a posting offers, "" elsewhere. ``category`` is the part that is told.
    """

    words: str
    speaker: str = ""
    before: str = ""
    question: str = ""
    participants: tuple[Participant, ...] = ()
    others: tuple[str, ...] = ()
    hired: str = ""
    category: str = ""


def find_person(telling: Telling) -> str:
    """The participant's full name, the name or title as said ("our CFO"), the hired title in a posting; else ""."""
    if _RELATIVE.match(telling.words) and (nearest := _mentions(telling, telling.before)):
        return _resolve(telling, nearest[-1])
    mentions = [m for m in _mentions(telling, telling.words) if m.how != SPEAKER or telling.speaker]
    is_order = act_pattern().match(telling.words.lstrip(" -*•·–"))
    if telling.hired and (is_order or all(_part(telling.words, mentions, m) <= 1 for m in mentions)):
        return telling.hired
    for mention in _by_part(telling, mentions):
        person = _resolve(telling, mention)
        if person:
            return person
    crowd = _CROWD.match(telling.words)
    return crowd["who"] if crowd else ""


def mentions_anybody(words: str) -> bool:
    """Whether a person, a body or a crowd stands in the words, the speaker's "I" among them."""
    return bool(find_people(words) or _CROWD.match(words) or _RELATIVE.match(words))


_RELATIVE = re.compile(r"\W*(?:who|which)\b", re.I)
# "The gameplay programmers, twelve of them", "it'd be two buyers", "340 housekeepers would have it"
_CROWD = re.compile(
    r"\W*(?:(?:and|so|then|but|it['’]?[ds]? (?:be|is)?|it['’]ll be|there['’][ds](?: be)?)\s+)*"
    rf"(?P<who>(?:the|my|our|all|all the|{NUMBERS}) (?:[a-z][\w-]+ ){{0,4}}?(?:[a-z][\w-]+(?<!s)s|of (?:us|them)))\b",
    re.I,
)


def _mentions(telling: Telling, text: str) -> list[PersonMention]:
    """But for products, places ("in Dallas") and our own side."""
    ours = {name for p in telling.participants if p.side == Side.OURS for name in (p.name, *p.name.split())}
    strangers = ours | set(telling.others)
    kept = [m for m in find_people(text) if not (m.how == NAME and (m.person in strangers or _is_where(text, m)))]
    if telling.hired:
        kept += [PersonMention(HIRED, telling.hired, m.start(), m.end()) for m in _YOU.finditer(text)]
    return sorted(kept, key=lambda m: m.start)


_YOU = re.compile(r"\byou(?:['’]ll)?\b", re.I)
_WHERE = re.compile(r"\b(?:in|at|near|of|across|our|your|against|the|on|through)\s+$", re.I)


def _is_where(text: str, mention: PersonMention) -> bool:
    """Whether a name follows "in" or "of": a place or a company, but for one with a title or "Mr" before it."""
    return bool(_WHERE.search(text[: mention.start]))


# ------------------------------------------------------------------------------------------------------- whose part

_NO = re.compile(r"\b(?:not|never|no|cannot|nothing|nobody)\b|n['’]t\b", re.I)
_AGENT = re.compile(
    r"\b(?:(?:go|goes|went|going|comes?|up|takes? it|gets? it|sends?|sent|belongs?|falls?|down)(?: up| back| over)?"
    r" (?:to|past|through|from)"
    r"|(?:signed|approved|run|owned|decided|made|held|countersigned|cleared|released)\b.{0,25}\bby"
    r"|it['’]?s|it (?:is|was)|it['’](?:ll|d) be|that['’]s|that is|there['’]s"
    r"|(?:permission|okay|approval|yes|sign-?off) from|ask|convince)\s+$",
    re.I,
)
_OBJECT = re.compile(
    r"\b(?:to|for|with|by|from|about|under|behind|after|like|ask|asks|asked|tells?|told|gives?|gave|at|than|sends?|sent"
    r"|shows?|showed|convinced|on|ring|against|makes?|made|lets?|helps?)\s+$",
    re.I,
)
_AND = re.compile(r" (?:and|&) ")


@cache
def _condition() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{one_of('depends')})\s+(?:[\w’']+\s+)?$", re.I)


# What the part is mostly told by.
_TOLD_BY = {
    "economic_buyer": "powers",
    "gatekeeper": "powers",
    "champion": "acts",
    "technical_buyer": "acts",
    "user": "uses",
}


def _by_part(telling: Telling, mentions: Sequence[PersonMention]) -> list[PersonMention]:
    """Those with most of a part first, then those whose words fit the category, then in the order said."""
    text, group = telling.words, _TOLD_BY.get(telling.category)

    def fits(mention: PersonMention) -> bool:
        is_agent = _AGENT.search(text[: mention.start])
        return bool(is_agent or (group and act_pattern(group).search(_clause_of(text, mentions, mention))))

    return sorted(mentions, key=lambda m: (-_part(text, mentions, m), not fits(m), m.start))


def _beside(text: str, mentions: Sequence[PersonMention], mention: PersonMention) -> list[PersonMention]:
    """Whom "and" joins to the mention."""
    return [m for m in mentions if _AND.fullmatch(text[min(m.end, mention.end) : max(m.start, mention.start)])]


def _clause_of(text: str, mentions: Sequence[PersonMention], mention: PersonMention) -> str:
    """What is said of the mention, up to the next other person; "he" and "her" behind a name are that person."""
    same = (PRONOUN,) if mention.how in (NAME, TITLE, PLACE) else ()
    beside = _beside(text, mentions, mention)
    others = [m.start for m in mentions if m.start > mention.start and m not in beside and m.how not in same]
    return re.split(r"[;.]|,\s+(?:and|but|so)\b", text[mention.end : min([*others, len(text)])])[0]


def _part(text: str, mentions: Sequence[PersonMention], mention: PersonMention) -> int:
    """4 on whom others depend, 3 who acts, 2 who acts with another, 1 to whom something is done, 0 denied a part."""
    before, clause = text[: mention.start], _clause_of(text, mentions, mention)
    if mention.how not in (SPEAKER, PRONOUN) and _condition().search(before) and _NO.search(before):
        return 4
    if _OBJECT.search(before) and not _AGENT.search(before):
        return 1
    if mention.how == SPEAKER and _NO.search(clause):
        return 0
    if _AGENT.search(before) or act_pattern().search(clause):
        return 2 if _beside(text, mentions, mention) else 3
    return 1


# --------------------------------------------------------------------------------------------------------- which one


def _resolve(telling: Telling, mention: PersonMention) -> str:
    if mention.how == SPEAKER:
        return telling.speaker
    if mention.how == PRONOUN:
        said = (telling.words[: mention.start], telling.before, telling.question)
        return next((person for text in said if (person := _last_named(telling, text))), "")
    if mention.how == NAME:
        return _full_name(telling, mention.person)
    return _holder(telling, mention.person) if mention.how == TITLE else mention.person


def _last_named(telling: Telling, text: str) -> str:
    """Whom the text names last, by name rather than by title, by title rather than by place."""
    mentions = _mentions(replace(telling, hired=""), text[-240:])
    for how in ((NAME, TITLE), (PLACE,)):
        named = [m for m in mentions if m.how in how]
        if named:
            return _resolve(telling, named[-1])
    return ""


def _full_name(telling: Telling, name: str) -> str:
    """The one participant of the customer's who bears this name, or this first or last name; else as said."""
    wanted = name.casefold()
    bearers = [
        p.name
        for p in telling.participants
        if p.name and p.side != Side.OURS and (wanted == p.name.casefold() or wanted in p.name.casefold().split())
    ]
    return bearers[0] if len(bearers) == 1 else name


def _holder(telling: Telling, words: str) -> str:
    """The one other participant of the customer's who holds this title; else the title as said."""
    title = read_title(words)
    holders = [
        p.name
        for p in telling.participants
        if p.name and p.side != Side.OURS and p.name != telling.speaker and p.title and read_title(p.title) == title
    ]
    return holders[0] if title and len(holders) == 1 and not title.is_generic else words
