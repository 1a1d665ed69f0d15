"""Captions that roll: each cue shows again what the one before showed, and adds to it. Every line is kept once.

YouTube writes a line with the time of each word, holds it for 10 ms, then shows it above the next one. Other tools
leave out the times of words, or let the last line grow word by word. What a cue repeats is the end of what the cue
before showed, no more: a line that somebody really says twice is shown twice, and kept twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from analyzer.reading.captions.blocks import Cue
from analyzer.reading.captions.marks import clean

_WORD_TIMED = re.compile(r"<(?:\d{1,4}:)?\d{1,2}:\d{1,2}[.,]\d{1,6}><c[.>]")
_MOST_LINES = 6  # of a cue that rolls
_SHORT_HOLD = 0.05  # seconds
_CLEARED = 0.5  # seconds without a caption, after which the same words are said anew


@dataclass(frozen=True, slots=True)
class _Rolling:
    """Whether a file rolls, and whether its last line grows from cue to cue."""

    rolls: bool
    grows: bool


def is_word_timed(cues: Sequence[Cue]) -> bool:
    """Whether words carry their own times, as YouTube's automatic captions have them."""
    return any(_WORD_TIMED.search(cue.payload) for cue in cues)


def unroll(cues: Sequence[Cue]) -> tuple[Cue, ...] | None:
    """The cues with only the lines that are new in each, tags and entities resolved; None when nothing rolls."""
    shown = [_shown_lines(cue) for cue in cues]
    rolling = _find_rolling(cues, shown)
    if not rolling.rolls:
        return None
    kept: list[Cue] = []
    before: list[str] = []
    last: Cue | None = None
    for cue, lines in zip(cues, shown, strict=True):
        if not lines:
            continue
        fresh = _fresh_lines(before, lines, rolling.grows)
        if not fresh and last and not _is_held(last, cue):
            fresh = lines
        if fresh:
            kept.append(replace(cue, payload="\n".join(fresh)))
        before, last = lines, cue
    return tuple(kept)


def _shown_lines(cue: Cue) -> list[str]:
    return [line for line in (" ".join(line.split()) for line in clean(cue.payload).split("\n")) if line]


def _fresh_lines(before: Sequence[str], lines: Sequence[str], grows: bool = False) -> list[str]:
    """What a cue adds to the lines shown before it."""
    most = min(len(before), len(lines), _MOST_LINES)
    for count in range(most, 0, -1):
        if before[-count:] == lines[:count]:
            return list(lines[count:])
        above = list(before[-count:-1]) == list(lines[: count - 1])
        if grows and above and lines[count - 1].startswith(before[-1] + " "):
            return [lines[count - 1][len(before[-1]) + 1 :], *lines[count:]]
    return list(lines)


def _is_held(last: Cue, cue: Cue) -> bool:
    """Whether a cue follows at once, so that its words were on the screen all the time."""
    if last.end is None or cue.start is None:
        return True
    return cue.start - last.end <= _CLEARED


def _find_rolling(cues: Sequence[Cue], shown: Sequence[Sequence[str]]) -> _Rolling:
    """Counts the neighbours of which the second repeats the first, in the ways that only rolling captions do."""
    rolled = held = grown = 0
    long = False
    filled = [(cue, lines) for cue, lines in zip(cues, shown, strict=True) if lines]
    for (last, before), (cue, lines) in pairwise(filled):
        fresh = _fresh_lines(before, lines)
        if len(fresh) == len(lines):
            grown += len(_fresh_lines(before, lines, grows=True)[0]) < len(lines[0])
        elif fresh:
            rolled += 1
            long = long or len(before[-1].split()) >= 3
        elif _is_held(last, cue) and _is_brief(last, cue):
            held += 1
    pairs = max(1, len(filled) - 1)
    if is_word_timed(cues):
        return _Rolling(rolled + held > 0, grown >= 0.2 * pairs)
    grows = grown >= 3 and rolled + held + grown >= 0.4 * pairs
    rolls = (rolled >= 2 or (rolled == 1 and long and pairs <= 3)) and rolled + held >= 0.4 * pairs
    return _Rolling(rolls or grows or (held >= 3 and held >= 0.3 * pairs), grows)


def _is_brief(last: Cue, cue: Cue) -> bool:
    """Whether one of two cues is shown too shortly to be read: it only holds the picture."""
    return any(
        other.start is not None and other.end is not None and other.end - other.start <= _SHORT_HOLD
        for other in (last, cue)
    )
