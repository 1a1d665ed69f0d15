"""A document prepared once, so that a thousand quotes can be looked for in it without reading it again.

The comparable words of all turns stand in two long strings, one with every word and one without fillers and
repetitions; a quote is found by ``str.find`` and led back to its characters by bisection, so preparing and finding
are both linear. A turn ends with a mark no quote contains: a quote never spans two turns.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from analyzer.extraction.figures import fold_figures
from analyzer.extraction.fillers import KEEP, mark_skippable
from analyzer.extraction.names import names_among
from analyzer.extraction.titles import TitleMention, find_titles
from analyzer.extraction.words import Word, content_stems, split_words
from analyzer.records import Document, Side, Turn

_TURN_END = "\n"


class WordIndex:
    """Some of the words of a document as one string; finds runs of words and says which words they are."""

    def __init__(self, turns: Sequence[Sequence[tuple[int, str]]]) -> None:
        self.words = [i for turn in turns for i, _ in turn]
        norms = [norm for turn in turns for _, norm in turn]
        breaks = set(accumulate(len(turn) for turn in turns))
        pieces: list[str] = []
        self.at: list[int] = []
        length = 1
        for k, norm in enumerate(norms):
            if k in breaks:
                pieces.append(_TURN_END)
                length += 2
            self.at.append(length)
            pieces.append(norm)
            length += len(norm) + 1
        self.text = " " + " ".join(pieces) + " "

    def find(self, norms: Sequence[str], first: int = 0, last: int | None = None) -> Iterator[tuple[int, int]]:
        """First and last word of every place where ``norms`` stand side by side, among the words first..last-1."""
        if not norms:
            return
        needle = f" {' '.join(norms)} "
        low = bisect_left(self.words, first)
        high = len(self.words) if last is None else bisect_left(self.words, last)
        if low >= high:
            return
        end = self.at[high - 1] + len(self.text) if high == len(self.words) else self.at[high]
        place = self.text.find(needle, self.at[low] - 1, end)
        while place >= 0:
            k = bisect_right(self.at, place + 1) - 1
            yield self.words[k], self.words[k + len(norms) - 1]
            place = self.text.find(needle, place + 1, end)

    def holds(self, norms: Sequence[str]) -> bool:
        return f" {' '.join(norms)} " in self.text


class Source:
    """A Document with its words, ready for :func:`analyzer.extraction.evidence.locate`. Make it with ``prepare``."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.words: list[Word] = []
        self.skips = bytearray()
        self.turn_starts: list[int] = []
        """Number of the first word of each turn, and one more at the end."""
        for turn in document.turns:
            words = fold_figures(split_words(document.text, turn.start, turn.end))
            self.turn_starts.append(len(self.words))
            self.words.extend(words)
            self.skips += mark_skippable(words)
        self.turn_starts.append(len(self.words))
        spans = [range(a, b) for a, b in zip(self.turn_starts, self.turn_starts[1:], strict=False)]
        self.plain = WordIndex([[(i, self.words[i].norm) for i in span] for span in spans])
        self.lean = WordIndex([[(i, self.words[i].norm) for i in span if self.skips[i] == KEEP] for span in spans])
        self._places = {turn.number: k for k, turn in enumerate(document.turns)}
        self._norms_of: dict[int, frozenset[str]] = {}
        self._stems_of: dict[int, frozenset[str]] = {}
        self._titles_of: dict[int, tuple[TitleMention, ...]] = {}

    def place_of(self, number: int) -> int | None:
        """Where the turn of that number stands in ``document.turns``."""
        return self._places.get(number)

    def turn_of(self, word: int) -> int:
        """The place in ``document.turns`` of the turn a word belongs to."""
        return bisect_right(self.turn_starts, word, hi=len(self.turn_starts) - 1) - 1

    def span(self, place: int) -> tuple[int, int]:
        return self.turn_starts[place], self.turn_starts[place + 1]

    def is_ours(self, place: int) -> bool:
        return self.document.turns[place].side is Side.OURS

    def turn(self, place: int) -> Turn:
        return self.document.turns[place]

    def words_in(self, place: int) -> list[Word]:
        first, last = self.span(place)
        return self.words[first:last]

    def norms_in(self, place: int) -> frozenset[str]:
        if place not in self._norms_of:
            self._norms_of[place] = frozenset(word.norm for word in self.words_in(place))
        return self._norms_of[place]

    def stems_in(self, place: int) -> frozenset[str]:
        if place not in self._stems_of:
            self._stems_of[place] = frozenset(content_stems(self.words_in(place)))
        return self._stems_of[place]

    def titles_in(self, place: int) -> tuple[TitleMention, ...]:
        if place not in self._titles_of:
            turn = self.turn(place)
            self._titles_of[place] = find_titles(self.document.text, turn.start, turn.end)
        return self._titles_of[place]

    def is_capital(self, i: int) -> bool:
        return self.document.text[self.words[i].start].isupper()

    def places_of(self, norm: str) -> list[int]:
        """Every place of a word, skippable or not."""
        return self._all_places.get(norm, [])

    @cached_property
    def _all_places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for i, word in enumerate(self.words):
            places.setdefault(word.norm, []).append(i)
        return places

    @cached_property
    def postings(self) -> dict[str, list[int]]:
        """For every word the places where it stands, fillers left out; only the diagnosis needs it."""
        places: dict[str, list[int]] = {}
        for i in self.lean.words:
            places.setdefault(self.words[i].norm, []).append(i)
        return places

    @cached_property
    def lean_places(self) -> dict[int, int]:
        """Word number to its rank among the words that are not skipped."""
        return {i: k for k, i in enumerate(self.lean.words)}

    @cached_property
    def names(self) -> frozenset[str]:
        """Words written with a capital within a sentence, and never without one."""
        return names_among(self.document.text, self.words)


def prepare(document: Document) -> Source:
    """A document made ready for any number of quotes. Takes time in proportion to its length, once."""
    return Source(document)
