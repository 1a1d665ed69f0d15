"""Transcripts that name nobody: a time, the words, a time, the words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.reading.canonical import RawTurn
from analyzer.reading.text.lines import Form, Line
from analyzer.reading.text.stamps import is_clockwork

_SENTENCE_END = re.compile(r"[.?!…。？！][\"'”’)]*$")
_LATEST_START = 180.0
_LEAST_STAMPS = 3
_LEAST_WORDS = 5.0
_LONG_WORDS = 20


def find_timed(lines: Sequence[Line]) -> tuple[RawTurn, ...]:
    """The words between the times, nobody named; () when the times are no recorder's.

    An agenda has times too: a recording starts near zero, goes forward, and says whole sentences. Turns end where a
    sentence does, so that a caption's line break cuts none in two.
    """
    filled = [line for line in lines if line.text and not line.furniture]
    stamped = [line for line in filled if line.stamp and (line.form is Form.STAMP or line.place == "before")]
    stamps = [line.stamp for line in stamped if line.stamp]
    if len(stamps) < _LEAST_STAMPS or len(stamps) < 0.25 * len(filled) or not is_clockwork(stamps, _LEAST_STAMPS):
        return ()
    first = stamps[0].at
    # An agenda begins at 9:00, which is not near zero; a title may stand above the first time.
    if first is None or first > _LATEST_START or filled.index(stamped[0]) > 0.2 * len(filled) + 2:
        return ()
    blocks = _blocks(filled)
    spoken = [words for _, words, _ in blocks if words]
    if sum(len(words.split()) for words in spoken) < _LEAST_WORDS * len(spoken):
        return ()
    return tuple(_joined(blocks))


def _blocks(lines: Sequence[Line]) -> list[tuple[float | None, str, bool]]:
    """Each time with the words up to the next, and whether a paragraph begins there."""
    blocks: list[tuple[float | None, list[str], bool]] = [(None, [], True)]
    for line in lines:
        if line.form is Form.STAMP:
            blocks.append((line.at, [], line.opens))
        elif line.stamp and line.place == "before":
            blocks.append((line.at, [line.rest], line.opens))
        else:
            blocks[-1][1].append(line.text)
    return [(at, " ".join(words), opens) for at, words, opens in blocks]


def _joined(blocks: Sequence[tuple[float | None, str, bool]]) -> list[RawTurn]:
    turns: list[tuple[float | None, list[str]]] = []
    for at, words, opens in blocks:
        if not words:
            continue
        last = " ".join(turns[-1][1][-3:]) if turns else ""
        ended = bool(_SENTENCE_END.search(last[-8:])) and (opens or len(last.split()) >= _LONG_WORDS)
        if not turns or ended or (turns[-1][0] is None and at is not None):
            turns.append((at, [words]))
        else:
            turns[-1][1].append(words)
    return [RawTurn("", " ".join(words), at) for at, words in turns]
