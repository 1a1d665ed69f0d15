"""Whom words mean: the person of a finding or a mention as a name, a title or a body, and which names may be one.

"Dana Ortiz, VP Ops", "our CFO Priya" and "CFO (Marlene Oakes)" give a name and a title, "our attorney" a title, "the
committee" a body. Names are compared without accents, case, honorifics and dots.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.extraction.mentions import NAME, PLACE, TITLE, find_people, word_lists
from analyzer.extraction.titles import find_titles, read_title


@dataclass(frozen=True, slots=True)
class Person:
    """``name`` is "(not named)" for a function or somebody nobody named, whom ``title`` then tells.

    ``forms`` are the names in comparable words under which the person appears, fullest first.
    """

    key: str
    name: str
    title: str = ""
    title_source: str = ""
    forms: tuple[tuple[str, ...], ...] = ()
    also_called: tuple[str, ...] = ()
    has_spoken: bool = False
    is_contact: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """Whom words mean: by ``name`` (``form`` in comparable words), by ``title``, or as a ``body`` ("the committee")."""

    name: str = ""
    title: str = ""
    body: str = ""

    @property
    def form(self) -> tuple[str, ...]:
        return form_of(self.name)


_NAMED_BY_INITIAL = re.compile(
    r"(?P<name>[^\W\d_a-z][\w'’-]+(?: [^\W\d_a-z]\.?){1,2})(?:\s*[,(–—-]\s*(?P<title>.+?)\)?)?"
)
_DETERMINER = re.compile(r"^(?:our|the|an?|unser\w*|der|die|notre|le|la|nuestr[oa]|el)\s+", re.I)
SPEAKER_WORDS = re.compile(r"(?:(?:the )?(?:speaker|interviewee)|i|me|myself)", re.I)
_NOBODY = re.compile(r"\W*(?:(?:un)?known|none|nobody|n/?a|not (?:named|given|said|known)|someone|somebody)?\W*", re.I)


def form_of(name: str) -> tuple[str, ...]:
    """A name in comparable words: without accents, case, honorific and dots."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    parts = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", re.sub(r"['’]s\b", "", plain))
    honorifics = {*word_lists()["honorifics"], "doktor", "doctor"}
    while len(parts) > 1 and parts[0] in honorifics:
        parts = parts[1:]
    return tuple(parts)


def parse_person(words: str) -> tuple[Said, ...]:
    """Whom the person of a finding or a mention means; several where "and" joins names."""
    words = " ".join(words.split())
    if _NOBODY.fullmatch(words):
        return ()
    by_initial = _NAMED_BY_INITIAL.fullmatch(words)
    if by_initial and not find_titles(by_initial["name"]):
        return (Said(by_initial["name"], by_initial["title"] or ""),)
    mentions = find_people(words)
    named = [m for m in mentions if m.how == NAME]
    if named:
        alone = len(named) == 1
        return tuple(
            Said(m.person, title_in(words, 0 if alone else m.start, len(words) if alone else m.end)) for m in named
        )
    if any(m.how == TITLE for m in mentions):
        return (Said(title=_DETERMINER.sub("", words)),)
    if any(m.how == PLACE for m in mentions) or " " in words:
        return (Said(body=_DETERMINER.sub("", words)),)
    return (Said(words),)


def title_in(text: str, start: int, end: int) -> str:
    """The title as written there, without what stands around it; "" without one, or where it is another's."""
    found = find_titles(text, start, end)
    return text[found[0].start : found[0].end] if found else ""


def usual_name(said: Said) -> str:
    """A title under its usual name, so that "our lawyer" and "our attorney" are one function."""
    title = read_title(said.title)
    return title.name if title and not title.is_generic else said.title.casefold()


def _covers(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])


def is_short_for(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """ "Priya", "Nair", "Priya N." and "P. Nair" are short for Priya Nair, as is her name with a middle name."""
    if len(short) == 1:
        return len(short[0]) > 1 and short[0] in (full[0], full[-1])
    if len(full) == 1:
        return False
    return _covers(short[0], full[0]) and _covers(short[-1], full[-1]) and max(len(short[0]), len(short[-1])) > 1


def is_of(form: tuple[str, ...], forms: Sequence[tuple[str, ...]]) -> bool:
    return form in forms or is_short_for(form, forms[0])
