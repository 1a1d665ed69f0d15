"""A list of utterances, whoever wrote it, becomes turns: who, what, when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analyzer.reading.canonical import RawTurn, merge
from analyzer.reading.exports.beside import Spans
from analyzer.reading.exports.dialects import Dialect
from analyzer.reading.exports.joining import Token, join_speech, join_unnamed
from analyzer.reading.exports.keys import key_set, keys, plain, plain_keys
from analyzer.reading.exports.lists import Entries, label_of_holder
from analyzer.reading.exports.said import find_id, find_label, label_of, read_token, tokens_of, weak_labels, words_of
from analyzer.reading.exports.times import Moment, find_moment, to_seconds
from analyzer.reading.ordinals import places

_NO_SPANS = Spans()


@dataclass(frozen=True, slots=True)
class Utterance:
    """``speaker`` as the entry names it, ``id`` what other lists of the file call this speaker; ``tokens`` are its
    words where they name several speakers, ``heard`` where nobody is named."""

    speaker: str
    id: str
    words: str
    moment: Moment | None
    tokens: tuple[Token, ...] = ()
    heard: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Speech:
    """The turns of a transcript; ``described`` are the objects its entries name their speakers with."""

    turns: tuple[RawTurn, ...]
    described: tuple[Mapping[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()


def read_speech(
    pieces: Sequence[Entries], dialect: Dialect, names: Mapping[str, str], spans: Spans = _NO_SPANS
) -> Speech:
    """The turns of the pieces of one transcript; ``names`` gives the name of each id the file lists, ``spans`` who
    speaks when, for words nobody is named with."""
    heard: list[Utterance] = []
    broken: list[int] = []
    by_person = False
    is_words = any(_is_word_list(piece) for piece in pieces)
    for number, piece in enumerate(_told_once(pieces), 1):
        said, missed = _read_piece(piece, number, pieces, is_words)
        by_person = by_person or not any(find_label(plain_keys(e)) for e in _objects(piece)[:50])
        heard += said
        broken += missed
    heard = [_placed(one, spans) for one in heard]
    names = {**_names_of_ids(heard), **names}
    named = [_named(one, names) for one in heard]
    n_words = sum(len(one.words.split()) for one in named[:-1])
    moments = to_seconds([one.moment for one in named], n_words, dialect.unit)
    timed = list(zip(named, moments, strict=True))
    if by_person and any(one.speaker for one, _ in timed) and all(at is not None for _, at in timed):
        # Each person or channel by itself: their turns are put in the order in which they were said.
        timed.sort(key=lambda each: float("inf") if each[1] is None else each[1])
    turns = merge(_turns(timed, is_words))
    if not any(turn.speaker for turn in turns):
        turns = tuple(join_unnamed(turns)) if any(at is not None for at in moments) else turns
    warning = f"{places('Entry', broken).replace('Entrys', 'Entries')} of the transcript cannot be read; left out."
    return Speech(turns, _described(pieces), (warning,) if broken else ())


def _objects(piece: Entries) -> list[dict[str, Any]]:
    return [entry for entry in piece.entries if isinstance(entry, dict)]


def _is_word_list(piece: Entries) -> bool:
    return not piece.rank[4]


def _told_once(pieces: Sequence[Entries]) -> Sequence[Entries]:
    """Google repeats, in the last result, all words of the results before it, now with who spoke."""
    if len(pieces) < 2 or not _is_word_list(pieces[0]):
        return pieces
    spelt = [[words_of(plain_keys(entry), "words") for entry in _objects(piece)] for piece in pieces]
    before = [word for words in spelt[:-1] for word in words]
    return pieces[-1:] if before == spelt[-1] else pieces


def _read_piece(
    piece: Entries, number: int, pieces: Sequence[Entries], is_words: bool
) -> tuple[list[Utterance], list[int]]:
    within = piece.path[-1] if piece.path else ""
    flats: list[dict[str, Any]] = []
    broken: list[int] = []
    is_said = _sieve(piece)
    for place, entry in enumerate(piece.entries, 1):
        if isinstance(entry, dict):
            flat = plain_keys(entry)
            if not is_said(flat):
                continue
            if words_of(flat, within).strip() or (is_words and words_of(flat, within)):
                flats.append(flat)
            elif _says_something_else(flat):
                broken.append(place)
        elif isinstance(entry, str) and entry.strip() and not is_words:
            flats.append({"text": entry})
        elif entry not in (None, "", [], {}):
            broken.append(place)
    labels = [find_label(flat) for flat in flats]
    if not any(labels):
        labels = list(weak_labels(flats))
    if not any(labels) and len(pieces) > 1:
        channel = f"Channel {number}" if "channels" in piece.path else ""
        labels = [label_of_holder(piece, pieces) or channel] * len(flats)
    said = [_utterance(flat, label, within, is_words) for flat, label in zip(flats, labels, strict=True)]
    return said, broken


def _placed(one: Utterance, spans: Spans) -> Utterance:
    """With its speaker, or that of each word in it, by when it was said."""
    if not spans.starts or one.speaker or any(token.speaker for token in one.tokens):
        return one
    at = None if one.moment is None else one.moment.amount
    tokens = tuple(replace(token, speaker=spans.speaker_at(token.at)[0]) for token in one.heard if token.at is not None)
    if len(tokens) == len(one.heard) and len({token.speaker for token in tokens}) > 1:
        return replace(one, tokens=tokens)
    label, id_ = spans.speaker_at(at)
    return replace(one, speaker=label, id=id_)


def _sieve(piece: Entries) -> Callable[[Mapping[str, Any]], bool]:
    """What tells an utterance from the prompts, look-ups and moments that some tools keep in the list with them."""
    types = {_type(plain_keys(entry)) for entry in _objects(piece)}
    marked = types & {"transcript", "utterance"} if len(types) > 1 else set()
    roles = key_set("unsaid_roles")

    def is_said(flat: Mapping[str, Any]) -> bool:
        role = flat.get("role")
        return (not marked or _type(flat) in marked) and not (isinstance(role, str) and plain(role) in roles)

    return is_said


def _type(flat: Mapping[str, Any]) -> str:
    stated = flat.get("type")
    return plain(stated) if isinstance(stated, str) else ""


def _says_something_else(flat: Mapping[str, Any]) -> bool:
    """Words of a type that is none: an object, a list, a yes. Nothing at all is a pause."""
    return any(flat.get(key) not in (None, "", [], {}) and not isinstance(flat[key], str) for key in keys("words"))


def _utterance(flat: Mapping[str, Any], label: str, within: str, is_words: bool) -> Utterance:
    moment = find_moment(flat)
    if is_words:
        token = read_token(flat, label)
        return Utterance(label, find_id(flat), token.words, moment, (token,))
    inner = () if label else tuple(tokens_of(flat))
    tokens = inner if any(token.speaker for token in inner) else ()
    heard = inner if not tokens else ()
    return Utterance(label, find_id(flat), words_of(flat, within), moment or _first_moment(flat), tokens, heard)


def _first_moment(flat: Mapping[str, Any]) -> Moment | None:
    for key in (*keys("token_lists"), *keys("sentence_lists")):
        inner = flat.get(key)
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            return find_moment(plain_keys(inner[0]))
    return None


def _names_of_ids(heard: Sequence[Utterance]) -> dict[str, str]:
    """Names learnt from the transcript: an id that comes with one name only stands for it where the name is missing."""
    found: dict[str, set[str]] = {}
    for one in heard:
        if one.id and one.speaker not in ("", one.id, label_of(one.id), label_of(one.id, is_id=True)):
            found.setdefault(one.id, set()).add(one.speaker)
    return {id_: next(iter(names)) for id_, names in found.items() if len(names) == 1}


def _named(one: Utterance, names: Mapping[str, str]) -> Utterance:
    is_number = one.speaker in ("", one.id, label_of(one.id), label_of(one.id, is_id=True))
    name = names.get(one.id, "") if is_number else ""
    if not name and "@" in one.speaker:
        name = names.get(one.speaker, "")
    return replace(one, speaker=name) if name else one


def _turns(timed: Sequence[tuple[Utterance, float | None]], is_words: bool) -> Iterator[RawTurn]:
    if is_words:
        yield from join_speech(
            Token(one.words, one.speaker, at, one.tokens[0].is_mark, one.tokens[0].attaches) for one, at in timed
        )
        return
    for one, at in timed:
        if one.tokens and not one.speaker:  # several people within one entry
            # The times of its words count in the file's unit: they are seconds where the entry's own is.
            in_seconds = one.moment is not None and at is not None and abs(one.moment.amount - at) < 0.01
            for turn in join_speech(one.tokens):
                yield RawTurn(turn.speaker, turn.words, turn.at if in_seconds and turn.at is not None else at)
        else:
            yield RawTurn(one.speaker, one.words, at)


def _described(pieces: Sequence[Entries]) -> tuple[Mapping[str, Any], ...]:
    """Each object that names a speaker, once."""
    found: dict[str, Mapping[str, Any]] = {}
    named = key_set("speakers") | key_set("people")
    for piece in pieces:
        for entry in _objects(piece):
            for key, value in entry.items():
                if isinstance(value, dict) and len(found) < 1_000 and plain(key) in named:
                    found.setdefault(repr(sorted(value.items(), key=lambda each: each[0]))[:500], value)
    return tuple(found.values())
