"""People as a sentence mentions them: by name, by title, by place in the company, by "he", or as the one who speaks.

Finds them and how each is said; which of them a role is about, :mod:`analyzer.extraction.people` decides. The words lie
in ``people.yaml``, the titles in ``titles.yaml``. A name is a run of capitalised words, so that notes written in lower
case give names only in brackets behind a title ("ceo (anita)").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import yaml

from analyzer.extraction.acts import act_pattern
from analyzer.extraction.titles import find_titles

SPEAKER, NAME, TITLE, PLACE, PRONOUN, HIRED = "speaker", "name", "title", "place", "pronoun", "hired"


@dataclass(frozen=True, slots=True)
class PersonMention:
    """``text[start:end]`` mentions ``person`` ("" for the speaker and for pronouns, whose person others must tell)."""

    how: str
    person: str
    start: int
    end: int


@cache
def word_lists() -> dict[str, tuple[str, ...]]:
    """The lists of ``people.yaml``, longest entry first."""
    content = yaml.safe_load(files("analyzer.extraction").joinpath("people.yaml").read_text(encoding="utf-8"))
    return {
        name: tuple(sorted((entry.strip() for entry in text.split(",")), key=lambda entry: -len(entry)))
        for name, text in content.items()
    }


def one_of(name: str) -> str:
    """A regular expression for any entry of a list."""
    return "|".join(re.escape(entry) for entry in word_lists()[name])


def find_people(text: str) -> tuple[PersonMention, ...]:
    """Everybody mentioned, left to right; "our CFO Priya" and "Simon, the MD" are one mention, by the name."""
    found = sorted((*_speakers(text), *_names(text), *_titles(text), *_places(text)), key=lambda m: (m.start, -m.end))
    kept: list[PersonMention] = []
    for mention in found:
        if kept and mention.start < kept[-1].end:
            continue
        # "Warren, he's the CFO": the pronoun stands for the name before it.
        back = 2 if len(kept) > 1 and kept[-1].how == PRONOUN else 1
        if kept and (joined := _join(text, kept[-back], mention)):
            kept[-back:] = [joined]
        else:
            kept.append(mention)
    return tuple(kept)


# ------------------------------------------------------------------------------------------------------- by the words

_FIRST_PERSON = re.compile(r"\b(?:I(?!\.)|[Mm]e|[Mm]y call|[Mm]yself|[Mm]ine)\b(?!-)")
_MY_OWN = re.compile(
    r"\b(?:my|our own) (?:own )?(?:budget|name|number|cost cent(?:re|er)|money|pocket|signature|decision)\b", re.I
)
_PRONOUNS = re.compile(r"\b(?:he|she|they|him|her|them|his|their)(?=['’]|\b)", re.I)
_LETTERS = "a-zà-öø-ÿœšžćčğıłńśź"
_CAPITALS = "A-ZÀ-ÖØ-ÞŒŠŽĆČĞİŁŃŚŹ"
_WORD = rf"[{_CAPITALS}][{_LETTERS}]+(?:[’'-][{_CAPITALS}]?[{_LETTERS}]+|[{_CAPITALS}][{_LETTERS}]+)?(?<!['’]s)"
_INITIALS = rf"(?:[{_CAPITALS}]\.){{2,3}}|[{_CAPITALS}]\."


@cache
def _name_pattern() -> re.Pattern[str]:
    honorific = "|".join(re.escape(word.capitalize()) for word in word_lists()["honorifics"])
    honorific += f"|{honorific.lower()}"
    particle = one_of("particles")
    name = rf"(?:{_WORD}|{_INITIALS})(?: (?:(?:{particle}) )*{_WORD}){{0,2}}"
    return re.compile(rf"\b(?:(?P<honorific>{honorific})\.? )?(?P<name>{name})(?!\w)")


def _speakers(text: str) -> Iterator[PersonMention]:
    for pattern, how in ((_FIRST_PERSON, SPEAKER), (_MY_OWN, SPEAKER), (_PRONOUNS, PRONOUN)):
        for match in pattern.finditer(text):
            yield PersonMention(how, "", match.start(), match.end())


def _names(text: str) -> Iterator[PersonMention]:
    ordinary = frozenset(word_lists()["not_names"])
    # "VP Supply Chain Ellen Marsh": the title is no part of the name.
    rest = text
    for title in find_titles(text):
        rest = rest[: title.start] + "·" * (title.end - title.start) + rest[title.end :]
    for match in _name_pattern().finditer(rest):
        start, end = match.start("name"), match.end("name")
        while start < end and re.split(r"['’]", text[start:end].split()[0])[0].lower() in ordinary:
            start = min(end, start + len(text[start:end].split()[0]) + 1)
        if match["honorific"] and start == match.start("name"):
            start = match.start()
        if start >= end or _only_opens(text, start, end):
            continue
        yield PersonMention(NAME, text[start:end], start, end)


def _titles(text: str) -> Iterator[PersonMention]:
    """With the determiner before it, as said: "our CFO", "the director of finance"; by the name in brackets behind."""
    for mention in find_titles(text):
        bracket = re.match(r" \(([a-z]+)\)", text[mention.end :])
        if bracket:
            yield PersonMention(NAME, bracket[1], mention.start, mention.end + bracket.end())
            continue
        before = _determiner().search(text[: mention.start])
        start = before.start() if before else mention.start
        yield PersonMention(TITLE, _as_said(text[start : mention.end]), start, mention.end)


@cache
def _determiner() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{one_of('determiners')}|an?) (?:[\w-]+ )?$", re.I)


_OPENING = re.compile(r"(?:^|[.!?:;\n–—-]\s*|[\"“(]\s*)$")
_GOES_ON = re.compile(
    r"['’]|,|\.?$|[.!?)]| \("
    r"| (?:and|&|or|in|at|from|who|also|just|don['’]t|is|was|are|were|has|had|have|will|would|can|could|must|should"
    r"|needs?|got|gets?|goes|went|comes?|came|keeps?|kept|wants?|knows?|came|left|joined)\b"
)


def _only_opens(text: str, start: int, end: int) -> bool:
    """Whether a word has its capital from opening a sentence: it is a verb itself, or no act, comma or "is" follows."""
    if " " in text[start:end] or "." in text[start:end] or not _OPENING.search(text[:start]):
        return False
    return bool(act_pattern().fullmatch(text[start:end])) or not _goes_on(text, end)


def _goes_on(text: str, end: int) -> bool:
    """Whether what follows is what follows a subject, and not the noun that the words describe."""
    after = _adverb().match(text, end)
    return bool(_GOES_ON.match(text, end) or act_pattern().match(text, end + 1) or after)


@cache
def _adverb() -> re.Pattern[str]:
    return re.compile(rf" (?:{one_of('adverbs')})\b")


NUMBERS = r"\d+|[a-z]+(?:ty|een)(?:-\w+)?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_HOW_MANY = rf"an?|the|our|my|some|this|that|these|those|one of our|all|his|her|their|{NUMBERS}"
_WHERE = r"(?: (?:in|at|from|over in|up in) (?:the )?[\w&-]+)?"
_CROWD = r"(?: (?:team|people|guys|department|side|lot|office))?"
# "her legal team's" is a place, "security-minded" and "the board'd" are none.
_WHOLE = r"(?![\w-])(?!['’](?!s\b))"


@cache
def _place_pattern() -> re.Pattern[str]:
    determiner, function, body = (f"(?:{one_of(name)})" for name in ("determiners", "functions", "bodies"))
    kinds = (
        rf"(?:{_HOW_MANY}) (?:[\w-]+ ){{0,2}}?(?:{one_of('informal')}){_WHERE}",
        rf"{determiner} (?:[\w’'-]+ ){{0,2}}?{body}",
        rf"{determiner} (?:[\w-]+ )?{function}{_CROWD}",
        rf"(?P<bare>(?:(?:group|central|parent|corporate|outside|external) )?{function}{_CROWD})",
        rf"(?:outside|external) {body}",
    )
    return re.compile(rf"\b(?:{'|'.join(kinds)}){_WHOLE}", re.I)


def _places(text: str) -> Iterator[PersonMention]:
    for match in _place_pattern().finditer(text):
        # "it" is a department in capitals only.
        if match[0].lower().endswith("it") and not match[0].endswith("IT"):
            continue
        if not match["bare"] or _goes_on(text, match.end()):
            yield PersonMention(PLACE, _as_said(match[0]), match.start(), match.end())


def _as_said(words: str) -> str:
    """The determiner in lower case, so that "The CFO" and "the CFO" are one person."""
    first, space, rest = words.partition(" ")
    is_determiner = first.lower() in word_lists()["determiners"] or first.lower() == "a"
    return f"{first.lower()}{space}{rest}" if is_determiner else words


# ------------------------------------------------------------------------------------------------------------ joining

# "our CFO Priya", "ceo (anita)", "the finance lead in Paris, Mme Carrel", "a lady called Marcy Dunn"
_TITLE_THEN_NAME = re.compile(r"(?: (?:in|at|from|of) (?:the )?[\w-]+)?(?:,? \(?|,? (?:called|named|is) )")
# "Simon, the MD", "Priya, she's our CFO", "Farida's our principal engineer", "Giles (head of risk)"
_NAME_THEN_TITLE = re.compile(r", (?:(?:who|she|he)(?:['’]s| is) )?| is | \((?:[\w-]+ )?")


def _join(text: str, first: PersonMention, second: PersonMention) -> PersonMention | None:
    """One mention of two that stand side by side and tell the same person: the name, over both places."""
    between = text[first.end : second.start]
    if (first.how, second.how) == (NAME, TITLE) and between in ("'s ", "’s "):
        # "Farida's our engineer" is Farida, "Atlanta's chief operating officer" the officer.
        is_hers = text[second.start : second.end].split()[0].lower() in (*word_lists()["determiners"], "a", "an")
        return replace(first, end=second.end) if is_hers else replace(second, start=first.start)
    if (first.how, second.how) == (NAME, NAME) and between == ", " and second.person.startswith(first.person):
        return replace(second, start=first.start)
    if first.how == NAME and second.how == PLACE and re.fullmatch(r" (?:in|at|from|of|on) (?:[a-z]+ )?", between):
        return replace(first, end=second.end)
    if first.how in (TITLE, PLACE) and second.how == NAME and _TITLE_THEN_NAME.fullmatch(between):
        return replace(second, start=first.start)
    if first.how == NAME and second.how in (TITLE, PLACE) and _NAME_THEN_TITLE.fullmatch(between):
        return replace(first, end=second.end)
    return None
