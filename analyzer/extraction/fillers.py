"""What people say without saying anything: fillers, asides, stammers and immediate repetitions, marked as skippable.

A caller gains "we, uh, we lost" equal to "we lost" while every word that could matter stays. What this cannot see:
"like" or "you know" without commas, which may be verbs and are kept in the source; false starts that are not repeated
word for word.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.extraction.words import PAUSE, SPACE, STOP, STOP_WORDS, Word, word_set

KEEP, FILLER, ASIDE, REPEATED, CUT, OPENER = 0, 1, 2, 3, 4, 5
"""Why a word may be skipped: um; a you-know between commas; said again at once; broken off; a well between commas."""

_ALWAYS = word_set(
    """um umm uh uhh uhm er err erm hm hmm hmmm mm mmm mhm ah ahh aah eh oh ooh huh äh ähm öhm euh hein ehm"""
)
_ASIDES = (("you", "know"), ("i", "mean"), ("you", "see"), ("like",), ("sort", "of"), ("kind", "of"), ("what",))
_OPENERS = word_set("well right okay ok yeah")
# "sort of" without commas hedges a verb or an adjective; after "a", "what", "same" ... it is a noun and stays.
_BEFORE_HEDGE = word_set(
    """i we you they he she it who just and but is are was were am be been 's do did does have has had can could would
    will should might really all also then not to"""
)


def is_filler(norm: str) -> bool:
    """Whether a word is never more than a sound: um, uh, hm."""
    return norm in _ALWAYS


def mark_skippable(words: Sequence[Word], loosely: bool = False) -> bytearray:
    """For every word 0 (keep) or why it may be skipped.

    ``loosely`` takes "like", "you know", "I mean" for fillers without commas too; meant for a claimed quote, where
    a word too many is harmless, never for the source, where it may be a verb.
    """
    marks = bytearray(len(words))
    for i, word in enumerate(words):
        if word.norm in _ALWAYS:
            marks[i] = FILLER
        elif word.norm in _CANDIDATES and not marks[i]:
            _mark_aside(words, marks, i, loosely)
        if len(word.norm) <= 4 and i + 1 < len(words) and word.gap >= SPACE and _is_cut(words, i):
            marks[i] = CUT
    _mark_repeated(words, marks)
    return marks


_CANDIDATES = frozenset(aside[0] for aside in _ASIDES) | _OPENERS


def _mark_aside(words: Sequence[Word], marks: bytearray, i: int, loosely: bool) -> None:
    if words[i].norm in _OPENERS:
        if (loosely and words[i].gap >= PAUSE) or _is_set_off(words, marks, i, i + 1):
            marks[i] = OPENER
        return
    for aside in _ASIDES:
        end = i + len(aside)
        if end <= len(words) and all(words[i + k].norm == part for k, part in enumerate(aside)):
            hedges = aside[-1] == "of" and i > 0 and (words[i - 1].norm in _BEFORE_HEDGE or words[i].gap == PAUSE)
            if hedges or _is_set_off(words, marks, i, end) or (loosely and aside != ("what",) and end < len(words)):
                marks[i:end] = bytes([ASIDE]) * len(aside)
            return


def _is_set_off(words: Sequence[Word], marks: bytearray, i: int, end: int) -> bool:
    before = words[i].gap >= PAUSE or (i > 0 and marks[i - 1] == FILLER)
    after = end >= len(words) or words[end].gap >= PAUSE or words[end].norm in _ALWAYS
    return before and after


def _is_cut(words: Sequence[Word], i: int) -> bool:
    """A word broken off and begun again: "th- the", "re- report", and without a hyphen "ju just"."""
    norm, following = words[i].norm, words[i + 1]
    if following.norm == norm or norm in STOP_WORDS or norm[0] == "#" or not following.norm.startswith(norm):
        return False
    hyphened = following.gap == PAUSE and following.start - words[i].end == 2
    return norm.isalpha() and (hyphened or (len(norm) <= 2 and following.gap == SPACE))


def _mark_repeated(words: Sequence[Word], marks: bytearray) -> None:
    """Mark the first of two equal stretches of 1-5 words that follow each other in one sentence, never figures."""
    sentence: list[int] = []
    for i, word in enumerate(words):
        if word.gap == STOP and sentence:
            _mark_within(words, marks, sentence)
            sentence = []
        if not marks[i]:
            sentence.append(i)
    _mark_within(words, marks, sentence)


def _mark_within(words: Sequence[Word], marks: bytearray, sentence: Sequence[int]) -> None:
    norms = [words[i].norm for i in sentence]
    at, size = 0, len(norms)
    while at < size:
        step = 1
        for n in (5, 4, 3, 2, 1):
            if at + n < size and norms[at] == norms[at + n] and norms[at : at + n] == norms[at + n : at + 2 * n]:
                if any(norm[0] == "#" and norm != "#1" for norm in norms[at : at + n]):
                    continue
                for i in sentence[at : at + n]:
                    marks[i] = REPEATED
                step = n
                break
        at += step
