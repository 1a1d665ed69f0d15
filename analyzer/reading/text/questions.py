"""Interviews as questions and answers: `Q:`/`A:`, `Q1.`/`A1.`, `**Question:**`/`**Answer:**`, `Frage`/`Antwort`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.reading.canonical import RawTurn
from analyzer.reading.text.lines import Line
from analyzer.reading.wordlists import words

ASKS, ANSWERS = "Q", "A"
_MARK = re.compile(
    r"[*_]{0,3}(?P<word>[^\W\d_]{1,12})[.\s]?\s?(?P<number>\d{0,3})[*_]{0,3}(?P<end>[:.)：])"
    r"[*_]{0,3}(?=\s|$|[\"“«¿A-Z])"
)
_MOST_WORDS = 0.6


def find_questions(lines: Sequence[Line]) -> tuple[RawTurn, ...]:
    """The turns of "Q" and "A", numbered or not; () unless questions and answers take turns and begin the text."""
    turns: list[RawTurn] = []
    asked = answered = 0
    before: list[str] = []
    total = 0
    for line in lines:
        if not line.text or line.furniture:
            continue
        total += len(line.text.split())
        side, spoken = _marked(line.text)
        if side and not turns and side == ANSWERS:
            return ()
        if side:
            asked += side == ASKS
            answered += side == ANSWERS
            turns.append(RawTurn(side, spoken))
        elif turns:
            last = turns[-1]
            turns[-1] = RawTurn(last.speaker, f"{last.words}\n{line.text}")
        else:
            before.append(line.text)
    above = len(" ".join(before).split())
    if not asked or not answered or not 0.5 <= asked / answered <= 2 or above > (1 - _MOST_WORDS) * total:
        return ()
    return (*(RawTurn("", text) for text in before), *turns)


def _marked(text: str) -> tuple[str, str]:
    match = _MARK.match(text[:40])
    if not match:
        return "", ""
    word = match["word"].casefold()
    side = ASKS if word in words("question_labels") else ANSWERS if word in words("answer_labels") else ""
    # "A. Option one" and "Question. ..." end in a full stop too; alone, only Q and A with a number may.
    if not side or (match["end"] == "." and len(word) == 1 and not match["word"].isupper()):
        return "", ""
    spoken = text[match.end() :].strip()
    # `**Q: Why?**`: the emphasis that began before the label ends here.
    return side, spoken[:-2].rstrip() if spoken.endswith("**") and spoken.count("**") % 2 else spoken
