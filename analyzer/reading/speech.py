"""Transcripts in plain text: `Name: words`, Otter (`Name  0:01`, then the words), Markdown (`**Name** (00:01): words`),
and their relatives from Zoom, Rev, Fathom and Word.

A line alone cannot say whether "Budget: none" is a person speaking. The whole file can: see :func:`find_speech`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from analyzer.reading.canonical import RawTurn, merge
from analyzer.reading.cues import clock_seconds
from analyzer.reading.labels import choose_labels, is_label, looks_named, parse_label

_CLOCK = r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
# `Name  0:01`, `[Name] 0:01`, `Name (0:01)`, `Name | 0:01`, alone on the line; `Name (0:01):` heads the lines below.
_HEAD = re.compile(
    rf"^(?:\*\*)?\[?(?P<label>[^\[\]:*]{{1,90}}?)\]?(?:\*\*)?\s*[|·,–—-]?\s*(?:(?<=\s)|[\[(])\s*(?P<at>{_CLOCK})\s*[\])]?(?:\*\*)?\s*:?\s*$"
)
# `0:01 - Name`, `@0:01 - Name (Company)`, `[0:01] Name`, `0:01<TAB>Name`.
_BULLET = re.compile(r"^[-*•–—]\s")
_CLOCK_HEAD = re.compile(rf"^@?[\[(]?(?P<at>{_CLOCK})[\])]?(?:\s*[-–—|]\s*|\s+)(?P<label>[^\[\]:*\t]{{1,90}})\s*:?\s*$")
_TABBED = re.compile(rf"^(?P<at>{_CLOCK})\t(?P<label>[^\t]{{1,90}})\t(?P<words>.+)$")
_INLINE = re.compile(
    rf"^(?:[\[(]\s*(?P<at1>{_CLOCK})\s*[\])]\s*|(?P<at4>{_CLOCK})\s+(?:[-–—]\s*)?)?"
    rf"(?P<stars>\*\*|__)?(?P<label>[^:*\n]{{1,90}}?)(?:(?P=stars))?\s*"
    rf"(?:[\[(]\s*(?P<at2>{_CLOCK})\s*[\])])?\s*(?:\*\*|__)?\s*:(?:\*\*|__)?(?=\s|$)\s*(?P<words>.*)$"
)
_FURNITURE = re.compile(
    r"^(?:transcribed by https?://otter\.ai.*|https?://otter\.ai\S*|webvtt|page \d{1,3}(?: (?:of|/) \d{1,3})?"
    r"|\S+(?: \S+){0,4} (?:started|stopped) transcription"
    r"|(?:end of )?transcript(?:ion)?(?: ended)?|\d{2}:\d{2}:\d{2}|[-*_]{3,})$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with the speaker it may begin. ``alone``: label and time only, the words follow on the next lines."""

    text: str
    opens: bool
    label: str = ""
    words: str = ""
    at: float | None = None
    alone: bool = False


def find_speech(lines: Sequence[str], lenient: bool = False) -> tuple[RawTurn, ...]:
    """The turns of a transcript, speakers as labelled; () when the text is no transcript.

    It is one when its labels come back or are plainly names, and when most of the words stand under them. ``lenient``
    (somebody said it is an interview) takes any label there is. Words before the first speaker keep speaker "".
    """
    marked = [_mark(line, not number or not lines[number - 1].strip()) for number, line in enumerate(lines)]
    return _find_labelled(marked, lenient) or _find_named(marked)


def _find_labelled(marked: Sequence[_Line], lenient: bool) -> tuple[RawTurn, ...]:
    dense = not any(not line.text for line in marked)
    # "We meet at 10:30" alone on its line looks like a head; it is none, for it is no name and never comes back.
    heads = choose_labels((line.label, line.opens) for line in marked if line.alone and (line.opens or dense))
    heads = frozenset(head for head in heads if not head[:1].islower())
    # Labels on lines of their own with a time need no second look; otherwise weigh `Name:` candidates.
    candidates = [(line.label, line.opens or dense) for line in marked if line.label and not line.alone]
    inline = choose_labels(candidates, bool(heads))
    if lenient:
        inline |= {label for label, _ in candidates if is_label(label)}
    if heads and _share(marked, heads, alone=True) >= 0.5:
        labels, alone = heads, True
    else:
        labels, alone = inline | {h for h in heads if h in inline or looks_named(h)}, False
        if not (lenient and labels) and not _is_convincing(marked, labels):
            return ()
    return merge(_turns(marked, labels, heads_only=alone))


def _find_named(marked: Sequence[_Line]) -> tuple[RawTurn, ...]:
    """Names alone on a line without a time, the words on the lines below, as Otter exports when times are left out."""
    counts: Counter[str] = Counter()
    for line, below in pairwise(marked):
        name = line.text.strip("*_# ")
        if line.opens and below.text and not name.endswith((".", "?", "!")) and is_label(name) and looks_named(name):
            counts[name] += 1
    if len(counts) < 2 or max(counts.values()) < 2:
        return ()
    names = frozenset(counts)
    heads = [
        replace(line, label=line.text.strip("*_# "), words="", alone=True)
        if line.opens and line.text.strip("*_# ") in names
        else line
        for line in marked
    ]
    return merge(_turns(heads, names, heads_only=True)) if _is_convincing(heads, names) else ()


def _mark(raw: str, opens: bool) -> _Line:
    text = raw.strip()
    if not text or _FURNITURE.fullmatch(text):
        return _Line("", opens)
    if _BULLET.match(text):  # a note's bullet: "- Dana: owns the budget"
        return _Line(text, opens)
    if tabbed := _TABBED.match(text):
        return _Line(text, True, tabbed["label"].strip(), tabbed["words"], clock_seconds(tabbed["at"]))
    head = _HEAD.match(text) or _CLOCK_HEAD.match(text)
    if head and len(head["label"].split()) <= 8:
        return _Line(text, opens, head["label"].strip(" *_"), "", clock_seconds(head["at"]), alone=True)
    inline = _INLINE.match(text)
    if inline:
        clock = inline["at1"] or inline["at2"] or inline["at4"]
        return _Line(
            text, opens, inline["label"].strip(" *_"), inline["words"].strip(), clock_seconds(clock) if clock else None
        )
    return _Line(text, opens)


def _share(lines: Sequence[_Line], labels: frozenset[str], alone: bool = False) -> float:
    """Share of the text's words that stand after the first labelled line of a speaker."""
    total = sum(len(line.text.split()) for line in lines) or 1
    for number, line in enumerate(lines):
        if line.label in labels and (line.alone or not alone):
            return sum(len(rest.text.split()) for rest in lines[number:]) / total
    return 0.0


def _is_convincing(lines: Sequence[_Line], labels: frozenset[str]) -> bool:
    if not labels:
        return False
    # "Dana Ortiz (VP Ops, Northwind)" and "Dana Ortiz" are one speaker who came back.
    counts = Counter(parse_label(line.label).name for line in lines if line.label in labels)
    labelled = sum(counts.values())
    paragraphs = sum(1 for line in lines if line.text and (line.opens or line.label in labels))
    named = sum(looks_named(label) for label in counts)
    comes_back = max(counts.values()) >= 2 and labelled >= 1.4 * len(counts)
    plainly_named = named == len(counts) and labelled >= 0.6 * paragraphs
    takes_turns = len(counts) >= 2 and max(counts.values()) >= 2 and labelled == paragraphs
    return (
        (comes_back or plainly_named or takes_turns) and labelled >= 0.34 * paragraphs and _share(lines, labels) >= 0.5
    )


def _turns(lines: Sequence[_Line], labels: frozenset[str], heads_only: bool) -> list[RawTurn]:
    turns: list[RawTurn] = []
    speaker, at, words = "", None, list[str]()
    for line in lines:
        if line.label in labels and (line.alone or not heads_only):
            turns.append(RawTurn(speaker, "\n".join(words), at))
            speaker, at, words = line.label, line.at, [line.words]
        elif line.text:
            if not speaker and line.opens:
                turns.append(RawTurn("", "\n".join(words), None))
                words = []
            words.append(line.text)
    turns.append(RawTurn(speaker, "\n".join(words), at))
    return turns
