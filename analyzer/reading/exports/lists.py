"""The lists of a JSON file, and which of them is the transcript: neither its summary, nor its single words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.reading.exports.keys import key_set, plain, plain_keys
from analyzer.reading.exports.said import has_speaker, is_mark, label_of, tokens_of, words_of
from analyzer.reading.exports.times import find_moment

_DEEPEST = 14
_LOOKED_AT = 400


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: the object that holds it, the name it has there, and the same of that object."""

    holder: Mapping[str, Any]
    key: str
    above: Place | None = None

    @property
    def path(self) -> tuple[str, ...]:
        """The names from the top of the file down; the top itself has none."""
        names: list[str] = []
        place: Place | None = self
        while place is not None:
            names.append(place.key)
            place = place.above
        return tuple(reversed(names))

    @property
    def holders(self) -> tuple[Mapping[str, Any], ...]:
        """The objects around it, the nearest first."""
        found: list[Mapping[str, Any]] = []
        place: Place | None = self
        while place is not None:
            found.append(place.holder)
            place = place.above
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Entries:
    """A list of objects with words in them. ``number`` is its place among its like: the channel, the participant."""

    entries: list[Any]
    path: tuple[str, ...]
    holders: tuple[Mapping[str, Any], ...]
    rank: tuple[bool, bool, bool, bool, bool, int]

    @property
    def is_made(self) -> bool:
        """Whether it is a summary or the like, made from a transcript."""
        return not self.rank[0]


def walk(content: Any) -> Iterator[tuple[Any, Place | None]]:
    """Every object and list of the file, the outer before the inner, down to where no export keeps its transcript."""
    waiting: list[tuple[Any, Place | None, int]] = [(content, None, 0)]
    while waiting:
        value, place, depth = waiting.pop()
        yield value, place
        if depth >= _DEEPEST:
            continue
        inner: list[tuple[Any, Place | None, int]] = []
        if isinstance(value, dict):
            for key, part in value.items():
                if isinstance(part, dict | list):
                    inner.append((part, Place(value, plain(key), place), depth + 1))
        else:
            # Of a recogniser's alternatives the first is what it heard; the others are what it might have.
            best = place is not None and place.key in ("alternatives", "nbest")
            parts = value[:1] if best else value
            inner = [(part, place, depth + 1) for part in parts if isinstance(part, dict | list)]
        waiting.extend(reversed(inner))


def objects(content: Any) -> Iterator[Mapping[str, Any]]:
    """Every object of the file in order."""
    return (value for value, _ in walk(content) if isinstance(value, dict))


def find_transcript(content: Any) -> tuple[Entries, ...]:
    """The lists that are the transcript: the best there is, with those that stand where it does (a channel each, a
    call each), in order; () when no list holds words."""
    found: dict[tuple[str, ...], list[Entries]] = {}
    for value, place in walk(content):
        if isinstance(value, list) and value and (entries := _weigh(value, place)) is not None:
            found.setdefault(entries.path, []).append(entries)
    if not found:
        return ()
    best = max(found.values(), key=lambda alike: max(entries.rank for entries in alike))
    return tuple(next((outer for outer in found.values() if _names_speakers_of(outer[0], best[0])), best))


def _names_speakers_of(outer: Entries, inner: Entries) -> bool:
    """Whether an outer list says who speaks, where the inner one holds the sentences only."""
    is_outer = len(outer.path) < len(inner.path) and inner.path[: len(outer.path)] == outer.path
    return is_outer and outer.rank[2] and not inner.rank[2] and not outer.is_made


def _weigh(entries: list[Any], place: Place | None) -> Entries | None:
    path = place.path if place else ()
    spoken = size = tokens = 0
    speaker = start = marks = False
    own = key_set("not_transcripts")
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict):
            continue
        flat = plain_keys(entry)
        words = words_of(flat, path[-1] if path else "")
        if not words.strip():
            continue
        spoken += 1
        size += len(words)
        if number < _LOOKED_AT:
            # One word is no single word of a list where the entry keeps a list itself: it is all that was said.
            tokens += len(words.split()) <= 1 and not tokens_of(flat)
            speaker = speaker or has_speaker(flat)
            start = start or find_moment(flat) is not None
            marks = marks or is_mark(flat)
    if not spoken or 2 * spoken < sum(isinstance(entry, dict) for entry in entries) * 0.2:
        return None
    is_words = bool(path) and path[-1] in key_set("token_lists") | {"wordsegments", "wordsegment"}
    is_words = is_words or marks or (tokens > 5 and tokens == min(spoken, _LOOKED_AT) and path[-1:] != ("sentences",))
    is_named = any(name in key_set("transcripts") for name in path[-2:])
    is_own = bool(path) and path[-1] in own and not is_named
    says_it_all = speaker and start and path[-1:] and path[-1] in key_set("people_lists")
    is_made = bool(set(path) & key_set("not_inside")) or (is_own and not says_it_all)
    rank = (not is_made, is_named and (speaker or start), speaker, start, not is_words, size)
    return Entries(entries, path, place.holders if place else (), rank)


def is_piece(one: Entries, other: Entries) -> bool:
    """Whether two lists that stand alike are pieces of one recording rather than two recordings."""
    first, second = apart(one, other), apart(other, one)
    if first is None or second is None:
        return True
    named = key_set("identities")
    holder_is_piece = _key_of(one, first) in key_set("pieces")
    return holder_is_piece or not (set(plain_keys(first)) & named and set(plain_keys(second)) & named)


def apart(one: Entries, other: Entries) -> Mapping[str, Any] | None:
    """The outermost object that holds the one list and not the other; None when the same objects hold both."""
    shared = {id(holder) for holder in other.holders}
    return next((holder for holder in reversed(one.holders) if id(holder) not in shared), None)


def _key_of(entries: Entries, holder: Mapping[str, Any]) -> str:
    """The name of the list that an object is an entry of."""
    depth = len(entries.holders) - 1 - next(n for n, each in enumerate(entries.holders) if each is holder)
    return entries.path[depth - 1] if depth else ""


def label_of_holder(entries: Entries, pieces: Sequence[Entries]) -> str:
    """Who the list belongs to, where a recording is kept by person: `participants[].transcripts[]`."""
    shared = {id(holder) for holder in pieces[0].holders} & {id(holder) for holder in pieces[-1].holders}
    own = (holder for holder in entries.holders[:4] if id(holder) not in shared)
    return next((label for holder in own if (label := label_of(dict(holder)))), "")
