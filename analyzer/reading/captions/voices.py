"""Who says the words of a cue: voice tags, names in the names of cues, and names in front of the words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from analyzer.reading.canonical import RawTurn
from analyzer.reading.captions.blocks import Cue
from analyzer.reading.captions.marks import clean, unescape

_VOICE = re.compile(r"<v(?:\.[\w.-]{1,100})?(?:\s(?P<name>[^<>]{0,200}))?>", re.IGNORECASE)
_NAMED_CUE = re.compile(r'\d{1,9}\s{1,4}"(?P<name>[^"]{1,120})"(?:\s{1,4}\([^()]{0,60}\))?')
_SENTENCE_END = re.compile(r"[.?!…。？！][\"'”’)\]]*$")
_PAUSE = 2.0  # seconds
_LONG = 80  # words, after which a paragraph may end with a sentence or a pause
_LONGEST = 200  # words, after which it ends at the next cue: there is no sentence to be seen


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one speaker in a cue. ``fresh``: somebody begins to speak, though the file may not say who."""

    speaker: str
    words: str
    start: float | None = None
    end: float | None = None
    fresh: bool = False


def is_voiced(cues: Iterable[Cue]) -> bool:
    """Whether voice tags say who speaks."""
    return any(match["name"] for cue in cues for match in _VOICE.finditer(cue.payload))


def voiced_pieces(cues: Iterable[Cue]) -> Iterator[Piece]:
    """Teams: `<v Name>words</v>`, the closing tag optional, more than one voice in a cue possible."""
    speaker = ""
    for cue in cues:
        voices = list(_VOICE.finditer(cue.payload))
        before = clean(cue.payload[: voices[0].start()] if voices else cue.payload)
        if before.strip():
            # A voice lasts to the end of its cue, and over lines that a blank line cut off from it.
            speaker = speaker if cue.continues else ""
            yield Piece(speaker, before, cue.start, cue.end)
        for voice, following in zip_longest(voices, voices[1:]):
            words = cue.payload[voice.end() : following.start() if following else None]
            speaker = unescape(voice["name"] or "").strip()
            yield Piece(speaker, clean(words), cue.start, cue.end, fresh=True)


def has_named_cues(cues: Sequence[Cue]) -> bool:
    """Whether the names of the cues name who speaks: `7 "Dana Ortiz" (1234567)`, as Webex writes."""
    named = sum(bool(_NAMED_CUE.fullmatch(cue.name)) for cue in cues)
    return named > 0 and named >= 0.5 * len(cues)


def named_cue_pieces(cues: Iterable[Cue]) -> Iterator[Piece]:
    """Webex: the speaker stands in the name of the cue."""
    speaker = ""
    for cue in cues:
        found = _NAMED_CUE.fullmatch(cue.name)
        if found or not cue.continues:
            speaker = found["name"].strip() if found else ""
        yield Piece(speaker, clean(cue.payload), cue.start, cue.end)


def as_turns(pieces: Iterable[Piece]) -> Iterator[RawTurn]:
    """One raw turn for each piece of a named speaker; what nobody is named for becomes paragraphs."""
    for named, run in groupby(pieces, key=lambda piece: bool(piece.speaker)):
        if named:
            yield from (RawTurn(piece.speaker, piece.words, piece.start) for piece in run)
        else:
            yield from _paragraphs(run)


def _paragraphs(pieces: Iterable[Piece]) -> Iterator[RawTurn]:
    """Words without a speaker are cut where somebody begins, and at pauses after a sentence, so that no sentence is
    cut in two; where there are no sentences, at a pause, or when they grow too long to be quoted."""
    words: list[str] = []
    count = 0
    start: float | None = None
    last: Piece | None = None
    for piece in pieces:
        said = piece.words.strip()
        if not said:
            continue
        if words and last and (piece.fresh or _is_break(last, piece, count)):
            yield RawTurn("", " ".join(words), start)
            words, count = [], 0
        if not words:
            start = piece.start
        words.append(said)
        count += len(said.split())
        last = piece
    if words:
        yield RawTurn("", " ".join(words), start)


def _is_break(last: Piece, piece: Piece, count: int) -> bool:
    until = last.end if last.end is not None and last.start is not None and last.end >= last.start else last.start
    pause = piece.start - until if piece.start is not None and until is not None else 0.0
    if _SENTENCE_END.search(last.words.rstrip()[-8:]):
        return pause > _PAUSE * 2 or count > _LONG
    return (pause > _PAUSE and count > _LONG) or count > _LONGEST
