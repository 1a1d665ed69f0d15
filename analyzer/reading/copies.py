"""Documents that say the same: the same words in another format, another transcription, an edited copy, a part.

Compared are runs of three words (shingles; Broder 1997, "On the resemblance and containment of documents"), whatever
their case and punctuation, so that neither format nor speaker names matter. A sketch of each document, its smallest
hashes, finds the few that could be copies; those are compared word by word.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b

from analyzer.reading.guesses.naming import match_account
from analyzer.reading.wordlists import words
from analyzer.records import Document, DocumentKind, Side

SKETCH = 128
_RUN = 3
# Shared of two sketches, from which it is worth comparing the words: a part of a fifth shares about 25 of 128.
_WORTH_COMPARING = 8
# Below this a note may well say what another says ("left a voicemail"): two events, not one document.
_LEAST_WORDS = 25
_LEAST_WORDS_NEAR = 80
_SAME = 0.995
_NEAR = 0.4
# With speakers to compare, also another transcription that hears every third word otherwise.
_NEAR_SPOKEN = 0.25
_NEAR_SPEAKER = 0.15
_SPEAKS_ENOUGH = 40
_NEAR_NOTE = 0.8
# What is longer is hardly a filled-in template, and often a transcript that names nobody.
_LONG_NOTE = 400
_NEAR_POSTING = 0.9
_STATED = 0.95
_MUCH_LONGER = 1.1
_MUCH = 0.25


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of the shorter document's runs of words stand in the other, 0-1, and the words of each."""

    share: float
    words: int
    other_words: int


def sketch(text: str) -> frozenset[int]:
    """The smallest hashes (63 bits) of the text's runs of words, at most :data:`SKETCH`; empty for a few words."""
    words = _words(text)
    if len(words) < _LEAST_WORDS:
        return frozenset()
    runs = {" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
    hashes = {int.from_bytes(blake2b(run.encode(), digest_size=8).digest()) >> 1 for run in runs}
    return frozenset(sorted(hashes)[:SKETCH])


def could_be_copies(shared: int, size: int) -> bool:
    """Whether two sketches share enough for a comparison; ``size`` is that of the smaller one."""
    return shared >= min(_WORTH_COMPARING, max(size // 2, 1))


def compare(text: str, other: str) -> Likeness:
    one, two = _words(text), _words(other)
    mine, theirs = _runs(one), _runs(two)
    smaller = min(len(mine), len(theirs))
    return Likeness(len(mine & theirs) / smaller if smaller else 0.0, len(one), len(two))


def explain_copy(document: Document, other: Document) -> str:
    """In what the one is a copy of the other ("the same words"); "" when it is none."""
    like = compare(document.text, other.text)
    least = min(like.words, like.other_words)
    if least < _LEAST_WORDS or like.share < _NEAR_SPOKEN or not _may_be_one(document, other):
        return ""
    alike = max(like.words, like.other_words) <= _MUCH_LONGER * least
    if like.share >= _SAME:
        return "the same words" if alike else "the words of one all stand in the other"
    if least < _LEAST_WORDS_NEAR or not _may_be_near(document, other, like):
        return ""
    return f"{like.share:.0%} of its runs of words stand in the other"


def choose_original(document: Document, known: Document) -> Document:
    """Which of two that say the same is counted: who names its speakers, else says clearly more, else came first."""
    if _knows_speakers(document) != _knows_speakers(known):
        return document if _knows_speakers(document) else known
    return document if len(document.text) > _MUCH_LONGER * len(known.text) else known


def _words(text: str) -> list[str]:
    return re.findall(r"\w+(?:['’]\w+)*", text.casefold().replace("’", "'"))


def _runs(words: list[str]) -> set[int]:
    joined = (" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))
    return {zlib.crc32(run.encode()) for run in joined}


def _may_be_one(document: Document, other: Document) -> bool:
    """Whether nothing that the two state of themselves says they are two: another account, another day."""
    spoken = document.kind is other.kind is DocumentKind.INTERVIEW
    # No two calls are word for word alike, so an account that is only guessed, from a file's name, says nothing there.
    believed = not spoken or all(_states_account(one) for one in (document, other))
    if believed and document.account and other.account and not match_account(document.account, [other.account]):
        return False
    if spoken:
        return not (_others_speak(document, other) or _others_speak(other, document))
    if DocumentKind.INTERVIEW in (document.kind, other.kind):
        return True
    # Notes of two days are two calls however alike their template; the same posting on two days is one posting.
    both_notes = document.kind is other.kind is DocumentKind.CALL_NOTE
    return not (both_notes and document.said_on and other.said_on and document.said_on != other.said_on)


def _others_speak(document: Document, other: Document) -> bool:
    """Whether somebody known by name says much in the one and is nobody of the other, where people have names too.

    A recogniser's "Speaker 1" may be anybody.
    """
    theirs = {who.name for who in other.participants}
    if not theirs or not all(map(_has_name, theirs)):
        return False
    firsts = {name.casefold().split()[0] for name in theirs}
    said: Counter[str] = Counter()
    for turn in document.turns:
        said[turn.speaker] += turn.end - turn.start
    return any(
        _has_name(name) and length >= _MUCH * len(document.text) and name.casefold().split()[0] not in firsts
        for name, length in said.items()
    )


def _has_name(label: str) -> bool:
    return bool(label) and not any(map(str.isdigit, label)) and label.split()[0].casefold() not in words("role_labels")


def _states_account(document: Document) -> bool:
    guess = document.guesses.get("account")
    return guess is None or guess.confidence >= _STATED


def _may_be_near(document: Document, other: Document, like: Likeness) -> bool:
    """A company's postings share most of their words: only the same opening, where the title stands, and hardly a
    word changed is a copy. Notes share their template, and other numbers tell them apart; interviews their guide."""
    kinds = {document.kind, other.kind}
    if DocumentKind.JOB_POSTING in kinds:
        opening, others = (one.text.split("\n\n", 1)[0] for one in (document, other))
        return like.share >= _NEAR_POSTING and _words(opening) == _words(others)
    if kinds == {DocumentKind.CALL_NOTE} and min(like.words, like.other_words) < _LONG_NOTE:
        return like.share >= _NEAR_NOTE and _numbers(document.text) == _numbers(other.text)
    shorter, longer = sorted((document, other), key=lambda one: len(one.text))
    shares = _shares_by_speaker(shorter, longer)
    return like.share >= (_NEAR_SPOKEN if len(shares) > 1 else _NEAR) and all(x >= _NEAR_SPEAKER for x in shares)


def _shares_by_speaker(document: Document, other: Document) -> list[float]:
    """How much of what each speaker says stands in the other: all of it in a copy, but nothing of what the customer
    says where two were only asked the same questions."""
    said: dict[str, list[str]] = {}
    for turn in document.turns:
        if turn.speaker:
            said.setdefault(turn.speaker, []).extend(_words(document.words_of(turn)))
    theirs = _runs(_words(other.text))
    runs = [_runs(words) for words in said.values() if len(words) >= _SPEAKS_ENOUGH]
    return [len(mine & theirs) / len(mine) for mine in runs]


def _numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+", text))


def _knows_speakers(document: Document) -> bool:
    return any(who.name and who.side is not Side.UNKNOWN for who in document.participants)
