"""Whether a date is told as past or as still to come, by the verb of its own clause (tenses.yaml).

"We got audited in March" tells of the March before it was said, "the audit is in March" of the one after it. The verb
that stands nearest before the date decides, else the first one behind it ("In March we will move"); only where the
clause has no verb that tells do "by", "until" and nouns such as "renewal" count. What this cannot see: a story told in
the present ("so in March the state shows up"), and the tense of a language other than English; both count as past.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise

import yaml


class Tense(StrEnum):
    """``LIKELY``: to come as it seems, by a preposition or a noun and no verb."""

    PAST = "past"
    LIKELY = "likely"
    AHEAD = "ahead"


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_content()[name], re.IGNORECASE)


@cache
def _content() -> dict[str, str]:
    text = files("analyzer.extraction").joinpath("tenses.yaml").read_text(encoding="utf-8")
    content: dict[str, str] = yaml.load(text, Loader=yaml.CSafeLoader)
    return {name: re.sub(r"\s+\|", "|", pattern.strip()) for name, pattern in content.items()}


@cache
def _verbs() -> re.Pattern[str]:
    content = _content()
    # In this order: "was going to" is past, and "have to" is no "have" of a participle.
    parts = (f"(?P<{name}>{content[name]})" for name in ("happened", "ahead", "progressive", "participles"))
    return re.compile("|".join(parts), re.IGNORECASE)


def find_tense(words: str, start: int, end: int) -> Tense:
    """How ``words[start:end]``, a date, is told; PAST where nothing tells."""
    clauses = _clauses(words, start, end)
    at = next(i for i, (first, last) in enumerate(clauses) if first <= start and end <= last)
    before, behind = words[clauses[at][0] : start], words[end : clauses[at][1]]
    if _pattern("past_right_before").search(before):
        return Tense.PAST
    own = _told(before, behind)
    if own is not None:
        return own
    following = next(_tenses(words[slice(*clauses[at + 1])]), None) if at + 1 < len(clauses) else None
    if following and _pattern("opening").match(before):
        return following
    if _pattern("no_time_right_before").search(before):
        return Tense.PAST
    if _pattern("likely_right_before").search(before) or _pattern("likely_right_behind").search(behind):
        return Tense.LIKELY
    if _pattern("likely_before").search(before):
        return Tense.LIKELY
    previous = list(_tenses(words[slice(*clauses[at - 1])])) if at else []
    return previous[-1] if previous else following or Tense.PAST


def _told(before: str, behind: str) -> Tense | None:
    """What the clause's own verbs say: the nearest one before the date, else the first one behind it."""
    behind_it = next(_tenses(behind), None)
    if _pattern("ahead_right_before").search(before):
        # "The fact is March was brutal."
        is_subject = behind_it is Tense.PAST and re.match(r"\s*\w+ed\b|\s+(?:was|were|had|went|got)\b", behind)
        return Tense.PAST if is_subject else Tense.AHEAD
    before_it = list(_tenses(before, is_no_time=bool(_pattern("no_time_right_before").search(before))))
    return before_it[-1] if before_it else behind_it


def _tenses(words: str, is_no_time: bool = False) -> Iterator[Tense]:
    """The tense of each verb that tells one, in their order."""
    for verb in _verbs().finditer(words):
        kind = verb.lastgroup
        if kind == "participles":
            if not _pattern("not_past_before").search(words[: verb.start()]):
                yield Tense.PAST
        elif kind == "happened":
            yield Tense.PAST
        elif kind == "ahead" or not is_no_time:
            yield Tense.AHEAD


def _clauses(words: str, start: int, end: int) -> list[tuple[int, int]]:
    """The places of the clauses of the sentence around ``words[start:end]``; the date itself is never cut."""
    stops = [(m.start(), m.end()) for m in _pattern("sentence").finditer(words)]
    first = max((stop for _, stop in stops if stop <= start), default=0)
    last = min((stop for stop, _ in stops if stop >= end), default=len(words))
    cuts = [m.start() for m in _pattern("clause").finditer(words, first, last)]
    edges = [first, *(cut for cut in cuts if first < cut <= start or end <= cut < last), last]
    return list(pairwise(edges))
