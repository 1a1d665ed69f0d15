"""Times as transcripts write them: `0:07`, `[00:01:20]`, `(00:01 - 00:05)`, `10:02 AM`, `1 minute 3 seconds`.

A time in its own place is a stamp, and no word. A time that somebody says ("at 10:30 we") is a word. One line cannot
tell the two apart; that the times of a file go forward can: see :func:`is_clockwork`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from analyzer.reading.captions.cues import clock_seconds

CLOCK = r"(?<![\d:])\d{1,3}:\d{2}(?::\d{2}){0,2}(?:[.,]\d{1,3})?(?![\d:])"
_HALF = r"(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?(?!\w))"
_DAY = r"(?:(?:\d{1,4}[./-]\d{1,2}(?:[./-]\d{1,4})?|[Yy]esterday|[Tt]oday),?\s{1,3})"
_OPEN, _CLOSE = r"[\[(<（［【]", r"[\])>）］】]"
_STAMP = re.compile(
    rf"@?(?:(?P<open>{_OPEN})\s{{0,3}}@?)?(?P<day>{_DAY}?)(?P<clock>{CLOCK})(?P<half>{_HALF}?)"
    rf"(?:\s{{0,3}}(?:-{{1,2}}>|[-–—~]|to)\s{{0,3}}{CLOCK}{_HALF}?)?(?:\s{{0,3}}(?P<close>{_CLOSE}))?"
)
# Teams' old Word files do not pad: `0:0:3.1 --> 0:0:7.2`.
_UNPADDED = re.compile(r"(?P<clock>\d{1,3}:\d{1,2}:\d{1,2}(?:\.\d{1,7})?)\s{0,3}-{1,2}>\s{0,3}[\d:.]{3,20}")
# What Teams reads out to those who do not see: `1 minute 3 seconds`, often with `1:03` right behind it.
_SPELT = re.compile(
    r"(?<!\w)(?:(?P<h>\d{1,2}) (?:hours?|stunden?),? )?(?:(?P<m>\d{1,3}) (?:minutes?|minuten?)(?:,? |(?=\d|$)))?"
    rf"(?:(?P<s>\d{{1,2}}) (?:seconds?|sekunden?))?\s{{0,3}}(?:{CLOCK})?$",
    re.IGNORECASE,
)
_WITHIN = re.compile(rf"{_OPEN}\s{{0,2}}(?P<clock>{CLOCK})\s{{0,2}}{_CLOSE}:?")
# `[inaudible 00:12:03]`: the mark stays, its time does not.
_IN_MARK = re.compile(r"(?<=\w)\s{1,3}\d{1,3}:\d{2}:\d{2}(?:\.\d{1,3})?(?=\])")
_LONGEST = 60

Style = tuple[bool, int]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time where a transcript puts one. ``at`` is seconds from its start, None for a time of the day;
    ``bounds`` are its first character and the one after its last."""

    at: float | None
    style: Style
    bounds: tuple[int, int]

    @property
    def bracketed(self) -> bool:
        return self.style[0]

    @property
    def is_long(self) -> bool:
        """Written with hours, minutes and seconds, as nobody writes a time that is said."""
        return self.style[1] >= 3


def _stamp(match: re.Match[str]) -> Stamp | None:
    if bool(match["open"]) != bool(match["close"]):
        return None
    return _made(match["clock"], (match.start(), match.end()), bool(match["open"]), bool(match["day"] or match["half"]))


def _made(clock: str, bounds: tuple[int, int], bracketed: bool, of_day: bool = False) -> Stamp:
    fields = clock.split(":")
    seconds = None if of_day else clock_seconds(":".join(fields[:3]))  # a fourth field counts frames of a film
    return Stamp(seconds, (bracketed, len(fields)), bounds)


def stamp_at_start(text: str) -> Stamp | None:
    """The stamp a line begins with, if one does."""
    match = _STAMP.match(text[:_LONGEST])
    return _stamp(match) if match else None


def stamp_at_end(text: str) -> Stamp | None:
    """The stamp a line ends with: `Dana Ortiz  0:07`, `Dana Ortiz (0:07)`, `Dana Ortiz 1 minute 3 seconds`."""
    tail = max(0, len(text) - _LONGEST)
    for match in _STAMP.finditer(text, tail):
        if match.end() == len(text) and (stamp := _stamp(match)):
            apart = stamp.bracketed or match.start() == 0 or text[match.start() - 1] in " \t\u00a0|"
            return stamp if apart else _spelt_at_end(text, tail)
    return _spelt_at_end(text, tail)


def _spelt_at_end(text: str, tail: int) -> Stamp | None:
    for match in _SPELT.finditer(text, tail):
        if match["m"] or match["s"]:
            hours, minutes, seconds = (int(match[unit] or 0) for unit in "hms")
            return Stamp(hours * 3600.0 + minutes * 60 + seconds, (False, 3), (match.start(), match.end()))
    return None


def whole_stamp(text: str) -> Stamp | None:
    """The stamp that is all of a line, but for emphasis, a heading's marks and a colon."""
    if len(text) > _LONGEST + 10:
        return None
    text = text.strip(" \t#*_>").rstrip(":").strip(" \t*_")
    if match := _UNPADDED.fullmatch(text):
        return _made(match["clock"], (0, len(text)), bracketed=True)
    stamp = stamp_at_start(text)
    if stamp and stamp.bounds[1] == len(text):
        return stamp
    stamp = _spelt_at_end(text, 0)
    return stamp if stamp and stamp.bounds[0] == 0 else None


def is_clockwork(stamps: Sequence[Stamp], least: int = 2) -> bool:
    """Whether the stamps go forward, as a recorder's do and times that people mention do not."""
    times = [stamp.at for stamp in stamps if stamp.at is not None]
    if len(stamps) < least or (times and times[0] == times[-1]):
        return False
    back = sum(later < earlier for earlier, later in pairwise(times))
    return back <= 0.02 * len(times)


def styles_within(texts: Sequence[str], heads: Sequence[Stamp]) -> frozenset[Style]:
    """The styles of stamps that stand among the words of a file: hours, minutes and seconds in brackets always;
    shorter ones where its heads are written so too, or where they come again and again and go forward."""
    short = [
        _made(match["clock"], (0, 0), bracketed=True)
        for text in texts
        if ":" in text
        for match in _WITHIN.finditer(text)
    ]
    short = [stamp for stamp in short if not stamp.is_long]
    styles = {(True, 3), (True, 4)}
    if is_clockwork(short, least=3) or sum(stamp.style == (True, 2) for stamp in heads) >= 2:
        styles.add((True, 2))
    return frozenset(styles)


def without_stamps(words: str, styles: frozenset[Style]) -> str:
    """The words without the bracketed stamps of these styles."""
    if ":" not in words:
        return words

    def drop(match: re.Match[str]) -> str:
        return " " if (True, match["clock"].count(":") + 1) in styles else match[0]

    return _IN_MARK.sub("", _WITHIN.sub(drop, words)).strip()
