"""Single words and punctuation marks become sentences, spaced as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analyzer.reading.canonical import RawTurn

_CLOSING = re.compile(r"[.,?!;:%)\]}»”、。，！？；：]+|'s|’s|n't")
_OPENING = re.compile(r"[(\[{«“¿¡]+")
# Chinese and Japanese put no space between words.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uff65]")
_SENTENCE_END = re.compile(r"[.?!…。！？][\"'”’)]*$")
_PAUSE_SECONDS = 6.0
_LONG_WORDS = 80
_MOST_WORDS = 240


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark as a recogniser writes it. ``attaches``: "previous", "next", "both" or "" where it says so."""

    words: str
    speaker: str = ""
    at: float | None = None
    is_mark: bool = False
    attaches: str = ""


def join_tokens(tokens: Sequence[Token]) -> str:
    """The sentence. Where the tokens bring their own spaces, they are only put one behind the other."""
    if any(token.words != token.words.strip() for token in tokens):
        return "".join(token.words for token in tokens)
    spelt: list[str] = []
    before: Token | None = None
    for token in tokens:
        if not token.words:
            continue
        if before is not None and not _touch(before, token):
            spelt.append(" ")
        spelt.append(token.words)
        before = token
    return "".join(spelt)


def _touch(before: Token, token: Token) -> bool:
    if token.attaches in ("previous", "both") or before.attaches in ("next", "both"):
        return True
    if token.attaches == "none":
        return False
    if _OPENING.fullmatch(before.words) or _CLOSING.fullmatch(token.words):
        return True
    if token.is_mark and not token.attaches:
        return not _OPENING.fullmatch(token.words) and token.words not in ("-", "–", "—", "&")
    return bool(_UNSPACED.match(before.words[-1]) and _UNSPACED.match(token.words[0]))


def join_speech(tokens: Iterable[Token]) -> Iterator[RawTurn]:
    """The words of each speaker in a row as one turn; a mark nobody is named for belongs to the word before it."""
    row: list[Token] = []
    speaker = ""
    for token in tokens:
        who = speaker if row and not token.speaker and (token.is_mark or not token.words.strip()) else token.speaker
        if row and who != speaker:
            yield from _row(row, speaker)
            row = []
        speaker = who
        row.append(token)
    if row:
        yield from _row(row, speaker)


def _row(row: Sequence[Token], speaker: str) -> Iterator[RawTurn]:
    if speaker:
        yield RawTurn(speaker, join_tokens(row), next((token.at for token in row if token.at is not None), None))
        return
    start = 0
    for number, token in enumerate(row):
        if number + 1 == len(row) or row[number + 1].is_mark:
            continue
        if _SENTENCE_END.search(token.words) or (number - start >= _MOST_WORDS and _begins_word(row[number + 1])):
            yield RawTurn("", join_tokens(row[start : number + 1]), row[start].at)
            start = number + 1
    yield RawTurn("", join_tokens(row[start:]), row[start].at)


def _begins_word(token: Token) -> bool:
    """Whether a word starts here; where tokens bring their own spaces, one without goes on with the word before."""
    return token.words[:1].isspace() or token.attaches in ("", "none", "next")


def join_unnamed(turns: Iterable[RawTurn]) -> Iterator[RawTurn]:
    """Pieces nobody is named for become turns that end with a sentence, at a pause or after some eighty words."""
    words: list[str] = []
    count = 0
    start: float | None = None
    last: float | None = None
    for turn in turns:
        said = turn.words.strip()
        if not said:
            continue
        pause = (turn.at or 0.0) - last if last is not None and turn.at is not None else 0.0
        ended = bool(words) and bool(_SENTENCE_END.search(words[-1]))
        # Some recognisers write no marks: then a pause has to end a turn, and a length nobody would read in one.
        is_over = (ended and (pause > _PAUSE_SECONDS or count > _LONG_WORDS)) or count > _MOST_WORDS
        if words and is_over:
            yield RawTurn("", " ".join(words), start)
            words, count = [], 0
        if not words:
            start = turn.at
        words.append(said)
        count += len(said.split())
        last = turn.at if turn.at is not None else last
    if words:
        yield RawTurn("", " ".join(words), start)
