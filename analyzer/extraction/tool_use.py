"""Whether words say that a named product is run, that it no longer is, or neither; the patterns are in tool_use.yaml.

A sentence is read clause by clause: "we used to run Excel, now it's Airtable" tells of each. "We moved off ADP" ends
it, "we moved to Gusto" begins it, "we're moving off ADP", "they showed us Gusto" and "is payroll still ADP?" tell
neither. What this cannot see: an answer of one word to a question, irony, and products the gazetteer does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from analyzer.extraction.gazetteer import Mention, topics_pattern
from analyzer.records import DocumentKind


class Use(StrEnum):
    """What words say of a product: it is run today, it is not (any more), or neither."""

    RUN = "run"
    ENDED = "ended"
    UNSAID = "unsaid"


_SENTENCE = re.compile(r"(?:[.!?]['\"”’)]*\s+|\n+|\s•\s)")
_LONGEST = 400
_BARE = (
    r"(?:(?:an?|the|our|all|both|IBM|good old|old|plain|giant|big|huge|shared|just|mostly|mainly|still|now|honestly"
    r"|really|basically|actually)\s+)*"
)
_LISTED = rf"(?:¤(?:\s\([^)]*\))?(?:\s?[,/+&]\s?(?:and\s|or\s|then\s)?|\s(?:and|or|plus|und|et|y)\s)(?:{_BARE}))*"
_X = rf"{_BARE}{_LISTED}§"
_NEW_CLAUSE = re.compile(
    r"(?:[,;:–—]\s+|\s[-–—]\s|[()]\s?|\s+(?=(?:and|but|so|then|because|while|whereas|since|until|before|when|after)\s))"
    r"(?:(?:and|but|so|then|now|because|while|whereas|since|until|before|when|after|plus|also)\s+)*"
    r"(?=(?:we|they|it|i|he|she|there|now|today|everything|everybody|our)\b|(?:we|they|it|that|there)['’]"
    r"|(?:(?:the|our|for)\s)?[\w-]+(?:\s[\w-]+)?(?:\s(?:is|are|runs?|lives?|sits?|goes|in|on|system)\b|['’]s\b|:)"
    r"|(?:[§¤]\s(?:for|does|handles)\b))",
    re.IGNORECASE,
)
_PART = re.compile(r"(?:^|[,;:(]\s?|\s[-–—]\s|\s(?:and|but|plus)\s)\W*$", re.IGNORECASE)
_TAKEN_BACK = re.compile(
    r"\s*(?:(?:out|in for|on site|(?:connector|integration|partner|rep|guy|salesman|demo|quote|trial|pilot|pitch"
    r"|competitor|clone|killer|conference|alternative|replacement|implementation|project|migration|api|export|group"
    r"|channel|community|meeting)s?|of|on the table)\b|['’]s\b|[-]like)",
    re.IGNORECASE,
)


def read_use(text: str, mention: Mention, mentions: Iterable[Mention], kind: str = DocumentKind.INTERVIEW) -> Use:
    """What ``text`` says of the product at ``mention``; ``mentions`` are all products in it, ``kind`` the document's.

    "On ADP" alone is said in notes only. Only the mention's own sentence is read.
    """
    sentence = _masked(text, mention, mentions)
    if _is_ended(sentence):
        return Use.ENDED
    return Use.RUN if _is_run(sentence, kind) else Use.UNSAID


def _masked(text: str, mention: Mention, mentions: Iterable[Mention]) -> str:
    """The mention's sentence with § for it and ¤ for every other product, so that a pattern can say where each is."""
    begin = max((m.end() for m in _SENTENCE.finditer(text, 0, mention.start)), default=0)
    closing = _SENTENCE.search(text, mention.end)
    end = closing.start() + 1 if closing else len(text)
    begin, end = max(begin, mention.start - _LONGEST), min(end, mention.end + _LONGEST)
    parts, at = [], begin
    for other in sorted(mentions, key=lambda m: m.start):
        if other.start >= at and other.end <= end:
            parts += [text[at : other.start], "§" if other.start == mention.start else "¤"]
            at = other.end
    return "".join([*parts, text[at:end]]).strip()


def _is_ended(sentence: str) -> bool:
    for pattern in _patterns("ended"):
        for match in pattern.finditer(sentence):
            before = _clause(sentence[: match.start()] + "§")[:-1]
            if not _pattern("undone").search(before[-60:]):
                return True
    return False


def _is_run(sentence: str, kind: str) -> bool:
    clause = _clause(sentence)
    before, _, after = clause.partition("§")
    if sentence.rstrip(" \"'”’)").endswith("?") or _TAKEN_BACK.match(after):
        return False
    is_note = kind == DocumentKind.CALL_NOTE
    lead = re.sub(rf"{_BARE}{_LISTED}$", "", before, flags=re.IGNORECASE).rstrip()
    if _pattern("doubt").search(before) or _pattern("anothers").search(
        before.replace("their", "") if is_note else before
    ):
        return False
    if any(m.end() == len(lead) for p in _patterns("runs") for m in p.finditer(lead)):
        return True
    if any(m.end() == len(lead) for p in _patterns("of_topic") for m in p.finditer(lead)):
        return True
    if is_note and any((m := p.search(lead)) and _PART.search(lead[: m.start()]) for p in _patterns("in_notes")):
        return True
    if any(p.search(after) for p in _patterns("behind")):
        return True
    # "We looked at Deputy for shifts, Gusto for payroll": a part without a verb goes with the one before it.
    if _pattern("doubt").search(sentence.partition("§")[0]):
        return False
    if _pattern("starts").search(f"{lead} ") or _PART.search(lead):
        whole = sentence.partition("§")[2]
        return bool(_pattern("for_topic").search(after) or (is_note and _pattern("since").search(whole)))
    return False


def _clause(sentence: str) -> str:
    """The clause around §: what stands in others governs it not."""
    place = sentence.index("§")
    begin = max((m.end() for m in _NEW_CLAUSE.finditer(sentence) if m.end() <= place), default=0)
    following = _NEW_CLAUSE.search(sentence, place + 1)
    return sentence[begin : following.start() if following else len(sentence)]


@cache
def _content() -> dict[str, Any]:
    text = files("analyzer.extraction").joinpath("tool_use.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return content


def _compiled(pattern: str, tail: str = "") -> re.Pattern[str]:
    whole = re.sub(r"\s*\n\s*", "", pattern.strip())
    return re.compile(whole.replace("{X}", _X).replace("{topics}", topics_pattern()) + tail, re.IGNORECASE)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return _compiled(_content()[name])


@cache
def _patterns(name: str) -> Sequence[re.Pattern[str]]:
    """Those that must stand right before the product end where it begins."""
    tail = r"$" if name in ("runs", "of_topic", "in_notes") else ""
    start = {"of_topic": rf"(?:^|(?<=[\s,;(/])|(?<=-))(?:{topics_pattern()})", "in_notes": r"(?:^|(?<=[\s,;(:]))"}.get(
        name, ""
    )
    return tuple(_compiled(f"{start}(?:{p})" if start else f"(?:{p})" if tail else p, tail) for p in _content()[name])
