"""What customers denied when they were asked: the "no" to a question of ours, as evidence against what others named.

A denial is an answer that opens with a plain no and does not go on to a "but"; an answer in which something was found
is none. What it speaks against is decided by meaning: the question must be near what the codebook says of a category.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.records import Denial, Document, DocumentKind, Finding, Kind, Side, Turn

Vectors = NDArray[np.float32]
NEAR = 0.42
"""Cosine similarity from which on a question asks about a category."""
ASKED_KINDS = (Kind.TRIGGER, Kind.PAIN, Kind.OBJECTION)
MAX_WORDS = 45
FEWEST_WORDS = 3
LONGEST_QUESTION = 1000
"""Characters of what we said last in which the question is looked for."""

_OPENING = r"(?:(?:um+|uh+|er|oh|ah|well|yeah|okay|i mean|you know|honestly|to be honest|god|ha|hm+|look|see)[,. ]+)*"
# What comes after a "no" that agrees, or that says nothing of the matter.
_NO_DENIAL = (
    r"(?![,. ]+(?:no[,. ]+)*(?:doubt|question|wonder|idea|clue|kidding|joke|way|more than|less than|sooner)\b)"
    r"(?![,. ]+(?:no[,. ]+)*(?:yeah|yes|yep|exactly|of course|for sure|(?:you|that)['’]s? ?(?:re)? (?:right|true)|"
    r"i agree|i hear you|absolutely|totally|definitely)\b(?! not))"
    r"(?![,. ]+(?:no[,. ]+)*(?:i (?:have|had)|i['’]ve) no (?:idea|clue)\b)"
    r"(?![,. ]+(?:no[,. ]+)*(?:i (?:don['’]t|do not|can['’]t|couldn['’]t) (?:know|remember|recall|say|tell)|"
    r"(?:i['’]m )?not sure)\b)"
)
_IT = r"(?:that|this|it)(?:['’]s| is| was| has| had)?(?: been)?"
_NOT = r"(?:n['’]t| not| never| hardly)(?: been| really| ever)*"
_MATTER = (
    r"(?:(?:an?|any|the|our|much of an?|so much an?) (?:[\w-]+ )?(?:problem|issue|concern|worry|thing|factor|reason|"
    r"trigger|point|blocker|topic|question|trouble|deal)s?|(?:problem|issue)s|trouble|why|us|it|that|about|because|"
    r"so much)\b"
)
_NO = re.compile(
    rf"{_OPENING}(?:no\b{_NO_DENIAL}|nope\b|nah\b|"
    r"not (?:really|at all|so much|particularly|for us|us)\b|"
    rf"{_IT} (?:fine|okay|ok|all right|no (?:problem|issue|trouble))\b|"
    rf"{_IT}{_NOT} {_MATTER}|"
    r"(?:that|this|it) never (?:came up|bothered|mattered|happened)\b|"
    rf"i wouldn['’]t (?:say|call)\b|we (?:never|don['’]t|didn['’]t) (?:had|have) {_MATTER})",
    re.I,
)
_TURNS_ROUND = re.compile(
    r"\b(?:but|though|although|except|however|only that|it['’]s more|it was more|more that|rather|unless|apart from|"
    r"other than|the only (?:thing|problem|issue))\b",
    re.I,
)
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_QUESTION = re.compile(r"(?:[^.!?]+[.!?]+\s+)?[^.!?]*\?\s*$")


@dataclass(frozen=True, slots=True)
class Answer:
    """A plain no in a document, from ``start`` to ``end``, and the question it answers."""

    document: Document
    turn: Turn
    start: int
    end: int
    question: str


def find_noes(document: Document) -> list[Answer]:
    """Answers of the customer that deny what our side asked, in order."""
    if document.kind != DocumentKind.INTERVIEW:
        return []
    found = []
    for asked, answered in zip(document.turns, document.turns[1:], strict=False):
        if asked.side != Side.OURS or answered.side == Side.OURS:
            continue
        question = _QUESTION.search(document.text[max(asked.start, asked.end - LONGEST_QUESTION) : asked.end])
        end = _end_of_no(document.text[answered.start : answered.end]) if question else 0
        if question and end:
            found.append(Answer(document, answered, answered.start, answered.start + end, question[0].strip()))
    return found


def _end_of_no(answer: str) -> int:
    """How far the denial goes: its sentence, and the next while both are short; 0 where the answer is none."""
    if not _NO.match(answer) or _TURNS_ROUND.search(answer[:300]):
        return 0
    end, words = 0, 0
    for sentence in _SENTENCE.finditer(answer):
        words += len(sentence[0].split())
        if words > MAX_WORDS:
            break
        end = sentence.end()
        if words >= FEWEST_WORDS + 3:
            break
    stretch = answer[:end].rstrip()
    return len(stretch) if len(stretch.split()) >= FEWEST_WORDS else 0


def match_denials(
    answers: Sequence[Answer],
    findings: Sequence[Finding],
    asked_about: Sequence[tuple[Kind, str, str]],
    embed: Callable[[Sequence[str]], Vectors],
) -> tuple[Denial, ...]:
    """Each answer with the kind and category its question is nearest to; one near to none is dropped.

    ``asked_about`` are (kind, category, words that stand for it), ``embed`` gives vectors of length 1. An answer in
    which one of the findings stands is no denial.
    """
    taken = [(f.document_id, f.start, f.end) for f in findings]
    free = [a for a in answers if not _holds_any(a, taken)]
    if not free or not asked_about:
        return ()
    likeness = embed([a.question for a in free]) @ embed([words for _, _, words in asked_about]).T
    nearest = likeness.argmax(axis=1)
    return tuple(
        _denial(answer, *asked_about[i][:2])
        for answer, i, row in zip(free, nearest.tolist(), likeness, strict=True)
        if row[i] >= NEAR
    )


def _holds_any(answer: Answer, taken: Iterable[tuple[str, int, int]]) -> bool:
    return any(d == answer.document.id and answer.turn.start <= a and b <= answer.turn.end for d, a, b in taken)


def _denial(answer: Answer, kind: Kind, category: str) -> Denial:
    document = answer.document
    speaker = next((p for p in document.participants if p.name == answer.turn.speaker), None)
    return Denial(
        document_id=document.id,
        document=document.name,
        kind=kind,
        category=category,
        question=answer.question,
        quote=document.text[answer.start : answer.end],
        start=answer.start,
        end=answer.end,
        speaker=answer.turn.speaker,
        title=speaker.title if speaker else "",
        side=answer.turn.side,
        account=document.account,
        said_on=document.said_on,
    )
