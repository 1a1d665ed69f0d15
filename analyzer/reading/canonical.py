"""The one definition of the canonical text, to which every offset of the project refers.

Each turn's words are put in Unicode form NFC, line breaks and runs of white space become one space, control characters
are dropped, and nothing else is changed. Turns are joined by a blank line. Speaker names are not in the text, so that
renaming a speaker moves no offset. Change this and every stored offset is wrong: it needs a migration.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analyzer.records import Side, Turn

JOINT = "\n\n"
_SPACE = re.compile(r"\s+")
# C0 and C1 controls other than white space; the byte order mark, which is no word; and lone surrogates (broken JSON
# escapes), which no database or file could store.
_DROPPED = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class RawTurn:
    """Words as a file gives them: one cue, sentence, paragraph or bullet. ``at`` is seconds, None if unknown."""

    speaker: str
    words: str
    at: float | None = None


def fold(words: str) -> str:
    """The words as they stand in a canonical text: NFC, white space folded, controls dropped. Idempotent."""
    # Controls go first: one between a letter and its accent would otherwise hide the pair from NFC.
    return _SPACE.sub(" ", unicodedata.normalize("NFC", _DROPPED.sub("", words))).strip()


def merge(cues: Iterable[RawTurn]) -> tuple[RawTurn, ...]:
    """Cues of one named speaker in a row become one turn that starts when the first of them did.

    Cues nobody is named for stay apart: they are paragraphs, or may be different people.
    """
    turns: list[tuple[str, list[str], float | None]] = []
    for cue in cues:
        words, speaker = fold(cue.words), fold(cue.speaker)
        if not words:
            continue
        if speaker and turns and turns[-1][0] == speaker:
            turns[-1][1].append(words)
        else:
            turns.append((speaker, [words], cue.at))
    return tuple(RawTurn(speaker, " ".join(words), at) for speaker, words, at in turns)


def build(turns: Iterable[RawTurn], sides: Mapping[str, Side] | None = None) -> tuple[str, tuple[Turn, ...]]:
    """The canonical text and its turns with their places. Turns without words are left out; ``sides`` is by speaker."""
    sides = sides or {}
    pieces: list[str] = []
    placed: list[Turn] = []
    start = 0
    for turn in turns:
        words, speaker = fold(turn.words), fold(turn.speaker)
        if not words:
            continue
        end = start + len(words)
        placed.append(Turn(len(placed), speaker, sides.get(speaker, Side.UNKNOWN), start, end, turn.at))
        pieces.append(words)
        start = end + len(JOINT)
    return JOINT.join(pieces), tuple(placed)
