"""Sentences of a turn as lines of folded words, in which a pattern can say what it means.

"We're, uh, about 1,200 staff" is "we are about #1200 staff", a comma or dash is " ,", the account's own name is "@us";
every character of the line leads back to a word, and so to its place in the document.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analyzer.extraction.fillers import KEEP
from analyzer.extraction.words import PAUSE, STOP, Word, split_words
from analyzer.reading.wordlists import words as listed_words
from analyzer.records import Turn


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's words as one line of norms: ``line[starts[k]:]`` begins with ``words[numbers[k]]`` of its turn."""

    line: str
    starts: tuple[int, ...]
    numbers: tuple[int, ...]
    is_question: bool

    def word_at(self, place: int) -> int:
        """The number of the word that stands at a character of the line."""
        return self.numbers[max(0, bisect_right(self.starts, place) - 1)]


def sentences_of(
    text: str, turn: Turn, words: Sequence[Word], skips: bytes | bytearray, own: Sequence[tuple[str, ...]]
) -> Iterator[Sentence]:
    first = 0
    while first < len(words):
        last = first + 1
        while last < len(words) and words[last].gap != STOP:
            last += 1
        until = words[last].start if last < len(words) else turn.end
        line, starts, numbers = _line(words, skips, first, last, own)
        if line:
            yield Sentence(line, starts, numbers, "?" in text[words[last - 1].end : until])
        first = last


def _line(
    words: Sequence[Word], skips: bytes | bytearray, first: int, last: int, own: Sequence[tuple[str, ...]]
) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    pieces: list[str] = []
    starts: list[int] = []
    numbers: list[int] = []
    length, k, pauses = 0, first, False
    heads = {name[0] for name in own}
    while k < last:
        pauses = pauses or (words[k].gap == PAUSE and bool(pieces))
        if skips[k] != KEEP:
            k += 1
            continue
        if pauses:
            pieces.append(",")
            starts.append(length)
            numbers.append(k)
            length, pauses = length + 2, False
        norm, size = words[k].norm, 0
        if norm in heads:
            size = next((len(n) for n in own if tuple(w.norm for w in words[k : k + len(n)]) == n), 0)
            norm = "@us" if size else norm
        pieces.append(norm)
        starts.append(length)
        numbers.append(k)
        length += len(norm) + 1
        k += size or 1
    return " ".join(pieces), tuple(starts), tuple(numbers)


@lru_cache(maxsize=2000)
def own_names(account: str) -> tuple[tuple[str, ...], ...]:
    """The words of the account's name as people say it: all of them, without the legal form."""
    norms = tuple(word.norm for word in split_words(account))
    legal = listed_words("legal_forms")
    bare = norms
    while len(bare) > 1 and bare[-1] in legal:
        bare = bare[:-1]
    return tuple(name for name in dict.fromkeys((norms, bare)) if name)
