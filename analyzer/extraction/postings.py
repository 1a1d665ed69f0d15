"""Job postings: what they hire for, what they give away in a few fixed ways, and whether anybody is really hired.

A ghost posting is one that is old, said to be posted again, posted before in the same words, or a template nobody
filled in; such a posting says little about what happens at the company now. The signs are sentences for its reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from analyzer.extraction.titles import Title, find_function, find_titles
from analyzer.records import Document, DocumentKind

OLD_DAYS = 90
"""After so many days most openings are filled or given up; the window in which the scorecard counts a trigger too."""

_OPENING_TURNS = 3
_LONGEST_TITLE = 8


@dataclass(frozen=True, slots=True)
class HiredRole:
    """Whom a posting looks for: the title as written, what it looks after and how senior ("" where nobody can tell)."""

    title: str
    function: str
    seniority: str

    def __str__(self) -> str:
        about = ", ".join(part for part in (self.function, self.seniority) if part)
        return f"{self.title} ({about})" if about else self.title


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(
        files("analyzer.extraction").joinpath("postings.yaml").read_text(encoding="utf-8")
    )
    return content


def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern folded over several lines: what the fold put before a new alternative is no part of it."""
    return re.compile(re.sub(r"\s+\|", "|", pattern), re.I)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {name: _compiled(_content()[name]) for name in ("reposted", "placeholders")}


@cache
def _triggers() -> dict[str, re.Pattern[str]]:
    return {category: _compiled(pattern) for category, pattern in _content()["triggers"].items()}


def find_stated_trigger(words: str) -> str:
    """The category of the trigger that these words of a posting state in a fixed way; "" for none."""
    return next((category for category, pattern in _triggers().items() if pattern.search(words)), "")


# ----------------------------------------------------------------------------------------------------- who is hired


def find_hired_role(document: Document) -> HiredRole | None:
    """The role a posting offers, from its opening lines or its title; None where they name none."""
    if document.kind != DocumentKind.JOB_POSTING:
        return None
    openings = [document.words_of(turn) for turn in document.turns[:_OPENING_TURNS]]
    lines = [line for text in (*openings, document.title) for line in text.splitlines()[:_OPENING_TURNS]]
    return next((role for line in lines if (role := _role_in(line))), None)


def name_hired(words: str) -> str:
    """ "first data engineer (data, staff)" where the words name whom they hire; else ""."""
    for mention in find_titles(words):
        opening = _OPENING.search(words[: mention.start])
        if opening:
            return str(_role_of(words[_said_from(opening, mention.start) : mention.end], mention.title))
    return ""


def _said_from(opening: re.Match[str], title_at: int) -> int:
    return opening.start("what") if opening["what"] else title_at


# "our first ...", "hiring a ...", but not "reporting to our ..."
_OPENING = re.compile(
    r"\b(?P<what>first(?: [\w-]+)? )$"
    r"|\b(?:hire[ds]?|hiring|recruit\w*|looking for|posted for|search\w* for|bringing (?:in|on)|brought (?:in|on)"
    r"|adding|opening for)(?: an?| our| another| \w+)? $",
    re.I,
)


def _role_in(line: str) -> HiredRole | None:
    for part in re.split(r"\s(?:[-–—|/]|at|@)\s|[,|(:;]|\.\s", line):
        mention = next(iter(find_titles(part)), None)
        if mention and len(part.split()) <= _LONGEST_TITLE and not _IN_PROSE.search(part):
            return _role_of(part.strip(" .*#"), mention.title)
    return None


_IN_PROSE = re.compile(r"\b(?:we|our|is|are|you|to|reports?)\b", re.I)


def _role_of(words: str, title: Title) -> HiredRole:
    function = find_function(words) if title.function == "general" else title.function
    return HiredRole(words, function, title.seniority)


# ------------------------------------------------------------------------------------------------------------ ghosts


def find_ghost_signs(document: Document, as_of: date, same: Iterable[Document] = ()) -> tuple[str, ...]:
    """Why a posting may be a ghost on a day, one sentence each; none for what is no posting.

    ``same`` are documents with the same words, its copies or what it is a copy of.
    """
    if document.kind != DocumentKind.JOB_POSTING:
        return ()
    signs = []
    age = (as_of - document.said_on).days if document.said_on else 0
    if age > OLD_DAYS:
        signs.append(f"Posted {age} days before {as_of.isoformat()}: it may be filled, or nobody may be hired.")
    again = _patterns()["reposted"].search(document.text)
    if again:
        signs.append(f"It says it was posted again (“{again[0]}”).")
    others = sorted({other.said_on for other in same if other.said_on and other.said_on != document.said_on})
    if others:
        signs.append(f"The same words were posted on {', '.join(day.isoformat() for day in others)} too.")
    blank = _patterns()["placeholders"].search(document.text)
    if blank:
        signs.append(f"A template that was not filled in: it holds “{blank[0]}”.")
    return tuple(signs)
