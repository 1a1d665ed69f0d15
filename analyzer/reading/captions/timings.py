"""Clocks and timing lines, as caption files and people who mend them by hand write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ARROW = r"(?:-{1,3}\s?>|[–—]-?>|→|--&gt;)"
# Hours may be left out, milliseconds follow a dot, a comma or (broken) a colon, and some tools put spaces between.
_CLOCK = r"(?:\d{1,4}:[ \t]?)?\d{1,3}:[ \t]?\d{1,2}(?:[ \t]?[.,:;][ \t]?\d{1,6})?"
_SECONDS = r"\d{1,6}[.,]\d{1,6}"
_TIMING = re.compile(
    rf"(?:\d{{1,6}}[ \t]{{1,4}})?(?P<bracket>[\[(]?)[ \t]?(?P<start>{_CLOCK}|{_SECONDS})"
    rf"[ \t]{{0,8}}{_ARROW}[ \t]{{0,8}}(?P<end>{_CLOCK}|{_SECONDS})[ \t]?[\])]?(?![\d\w:])(?P<rest>.*)"
)
_SBV_CLOCK = r"\d{1,4}:\d{1,2}:\d{1,2}\.\d{1,6}"
_SBV_TIMING = re.compile(rf"(?P<start>{_SBV_CLOCK}),[ \t]?(?P<end>{_SBV_CLOCK})")
# What is left of a timing that was damaged: two short pieces with digits and colons, or one and nothing.
_SIDE = r"[-+]?[\w?:.,;]{0,20}"
_DAMAGED = re.compile(rf"(?P<start>{_SIDE})[ \t]{{0,8}}-->[ \t]{{0,8}}(?P<end>{_SIDE})(?P<rest>|[ \t].*)")
_SBV_DAMAGED = re.compile(r"(?P<start>-?[\w?:.]{5,20}),[ \t]?(?P<end>-?[\w?:.]{5,20})(?P<rest>)")
_CLOCKISH = re.compile(r"[\w?]{1,4}:[\w?]")
_SETTING = re.compile(r"(?:region|vertical|line|position|size|align|[DALST]|[XY][12])[:=]\S{1,80}")
_WHOLE_CLOCK = re.compile(rf"{_CLOCK}|{_SECONDS}")
_FRACTION = re.compile(r"[.,;][ \t]?\d{1,6}$|:\d+:\d+:\d+$")
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Timing:
    """A timing line: seconds, None where they cannot be read, and the words some tools write behind it.

    ``sure`` is False for a line that may as well be words ("10:30 --> 11:00"): then its place in the file decides.
    """

    start: float | None
    end: float | None
    rest: str = ""
    sure: bool = True

    @property
    def damaged(self) -> bool:
        return self.start is None or self.end is None


def clock_seconds(clock: str) -> float:
    """Seconds of "1:02:03.5", "02:03" or "00:02:03,500". Raises ValueError for anything else."""
    seconds = 0.0
    for part in re.sub(r"[ \t]+", "", clock).replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return round(seconds, 3)


def read_timing(line: str) -> Timing | None:
    """The timing of an arrow line of VTT or SRT, also a damaged one; None when the line is words."""
    if len(line) > _LONGEST or (">" not in line and "→" not in line and "--&gt;" not in line):
        return None
    line = line.strip()
    if found := _TIMING.fullmatch(line):
        exact = all(_FRACTION.search(found[side]) for side in ("start", "end"))
        rest = _words_behind(found["rest"])
        if rest and not (exact or found["bracket"]):
            return None
        sure = exact or bool(found["bracket"] and rest)
        return Timing(_seconds(found["start"]), _seconds(found["end"]), rest, sure)
    found = _DAMAGED.fullmatch(line)
    if not found or not _is_damaged(found["start"], found["end"]):
        return None
    return Timing(_seconds(found["start"]), _seconds(found["end"]), _words_behind(found["rest"]), sure=False)


def read_sbv_timing(line: str) -> Timing | None:
    """The same for SBV's `0:00:01.000,0:00:03.000`."""
    line = line[:_LONGEST].strip()
    if found := _SBV_TIMING.fullmatch(line):
        return Timing(_seconds(found["start"]), _seconds(found["end"]))
    found = _SBV_DAMAGED.fullmatch(line)
    if not found or min(found["start"].count(":"), found["end"].count(":")) < 2:
        return None
    return Timing(_seconds(found["start"]), _seconds(found["end"]), sure=False)


def _is_damaged(start: str, end: str) -> bool:
    sides = [side for side in (start, end) if side]
    return bool(sides) and all(_CLOCKISH.search(side) for side in sides) and any(c.isdigit() for c in start + end)


def _seconds(clock: str) -> float | None:
    clock = clock.replace(" ", "").replace(";", ".")
    if not _WHOLE_CLOCK.fullmatch(clock):
        return None
    if clock.count(":") == 3:  # milliseconds, or frames, behind a colon
        clock = ".".join(clock.rsplit(":", 1))
    return clock_seconds(clock)


def _words_behind(rest: str) -> str:
    """Without the settings of the cue; "" when nothing that can be read is left."""
    words = " ".join(part for part in rest.split() if not _SETTING.fullmatch(part))
    return words if any(c.isalnum() for c in words) else ""
