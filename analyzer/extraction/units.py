"""Units: the sentences and clauses of the turns that may carry a finding, each with its place and its surroundings.

A unit is what the offline extractor judges. Speech has no reliable sentences: a very short one ("Four.") belongs to the
one before it, a very long one is cut at clause joints, and every cut keeps the characters' places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analyzer.records import Document, Side, Turn

# An end of sentence: closing marks and white space before something that can start one. "..." often trails off mid-way.
_END = re.compile(
    r"(?<=[^.\s][.!?])[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9$£€])|(?<=[^.\s][!?])\s+|(?<=\.\.\.)\s+(?=[A-Z])|\n+"
)
# Speech recognition that writes no capitals: there every closing mark ends a sentence.
_LOWER_END = re.compile(r"(?<=[^.\s][.!?])[\"'”’)]*\s+|\n+")
_STARTS_HIGH = re.compile(r"^\W*[A-Z0-9]|[.!?][\"'”’)]*\s+[\"'“‘(]?[A-Z]")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e|approx|No|Inc|Ltd|Co|a\.m|p\.m|U\.S)\.$")
_JOINT = re.compile(r"[,;:]\s+(?=(?:and|but|so|because|'cause|which|then|or|if|when|while|where)\b)|\s+[—–-]\s+|;\s+")
_LONG_WORDS = 34
_SHORT_WORDS = 3


@dataclass(frozen=True, slots=True)
class Unit:
    """``document.text[start:end]``, with the question or statement of the other side before it and its neighbours."""

    turn: Turn
    start: int
    end: int
    text: str
    question: str
    before: str
    after: str


def split_sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of the sentences of a turn's words, in order, without surrounding white space."""
    cuts = [0]
    end = _END if _STARTS_HIGH.search(text) else _LOWER_END
    for mark in end.finditer(text):
        if not _ABBREVIATION.search(text[: mark.start()]):
            cuts.append(mark.end())
    cuts.append(len(text))
    spans = [_trim(text, a, b) for a, b in pairwise(cuts)]
    return [span for span in spans if span[0] < span[1]]


def split_units(text: str) -> list[tuple[int, int]]:
    """Sentences, short ones joined to the one before, long ones cut at clause joints."""
    joined: list[tuple[int, int]] = []
    for start, end in split_sentences(text):
        if joined and len(text[start:end].split()) < _SHORT_WORDS:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [piece for span in joined for piece in _cut_long(text, *span)]


def _cut_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = len(text[start:end].split())
    if words <= _LONG_WORDS:
        yield start, end
        return
    joints = [(m.start(), m.end()) for m in _JOINT.finditer(text, start, end)]
    joints = [j for j in joints if len(text[start : j[0]].split()) > 5 and len(text[j[1] : end].split()) > 5]
    if not joints:
        yield start, end
        return
    middle = (start + end) / 2
    stop, go_on = min(joints, key=lambda j: abs(j[0] - middle))
    yield from _cut_long(text, *_trim(text, start, stop))
    yield from _cut_long(text, *_trim(text, go_on, end))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def units_of(document: Document, turns: Sequence[Turn]) -> list[Unit]:
    """The units of these turns, but for those of our own side."""
    made = []
    for turn in turns:
        if turn.side == Side.OURS:
            continue
        words = document.words_of(turn)
        spans = split_units(words)
        texts = [words[a:b] for a, b in spans]
        question = _said_before(document, turn)
        for i, (a, b) in enumerate(spans):
            before = texts[i - 1] if i else ""
            after = texts[i + 1] if i + 1 < len(texts) else ""
            made.append(Unit(turn, turn.start + a, turn.start + b, texts[i], question, before, after))
    return made


def _said_before(document: Document, turn: Turn) -> str:
    """The last sentences of the other speaker before this turn; "" at the start and where nobody speaks."""
    for earlier in reversed(document.turns[: turn.number]):
        if earlier.speaker != turn.speaker:
            return document.words_of(earlier)[-200:]
    return ""
