"""The blocks of a caption file: its cues, and all that stands between them and is not said.

webvtt-py reads what is well-formed. Real exports are often not (a blank line inside a cue, a missing cue number, a
spoken "A --> B"), and there it drops cues or words; so its answer is taken only when no line of the file is missing
from it, and otherwise the lines are read here.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from analyzer.reading.captions.timings import Timing, read_sbv_timing, read_timing
from analyzer.reading.wordlists import words

_COMMENT = re.compile(r"NOTE(?:\s.*)?|(?:STYLE|REGION)\s*")
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{17,30}(?:/[\d-]{1,20})?")
_METADATA = re.compile(r"(?P<key>[A-Za-z][\w-]{0,40})\s{0,4}[:=].*")
_STYLE_SHEET = re.compile(r"##|\}.*|::cue.*|.*\{")
_SENTENCE_END = (".", "?", "!", "…", ",", ";", '"', "”")
_CUT = re.compile(r"\d{1,3}:[\d:.,\s>-]{1,40}")
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Cue:
    """Words and when they are shown, in seconds; None where the file does not say.

    ``name`` is what the file calls the cue: a number, a GUID, with Webex the speaker. ``continues``: lines without a
    timing of their own, below a cue.
    """

    start: float | None
    end: float | None
    payload: str
    name: str = ""
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Cues:
    """The cues of a file. ``unread`` and ``untimed`` number, from 1, those whose timing is damaged or missing."""

    cues: tuple[Cue, ...]
    unread: tuple[int, ...] = ()
    untimed: tuple[int, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        warnings: list[str] = []
        if self.unread:
            warnings.append(
                f"The timing of {_numbered(self.unread)} cannot be read; the words are kept where they stand."
            )
        if self.untimed:
            plural = len(self.untimed) > 1
            warnings.append(
                f"{_numbered(self.untimed).capitalize()} {'have' if plural else 'has'} no timing; "
                "the words are kept where they stand."
            )
        return tuple(warnings)


def _numbered(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:_SHOWN])
    more = f" and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else ""
    return f"cue {shown}" if len(numbers) == 1 else f"cues {shown}{more}"


class _Role(Enum):
    TIMING = "timing"
    NAME = "name of the cue whose timing follows"
    LONE_NAME = "name of a cue without a timing"
    BLANK = "blank"
    UNSAID = "header, comment, style"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class _Naming:
    """How a file names its cues. ``following`` gives, for each line, the number of the next numbered cue, or 0."""

    numbered: bool
    lettered: bool
    following: tuple[int, ...]


def find_cues(text: str, kind: str) -> Cues:
    """The cues of a "vtt", "srt" or "sbv" file; every word of it is in one of them, but for names and comments."""
    lines = text.split("\n")
    timings = _find_timings(lines, read_sbv_timing if kind == "sbv" else read_timing)
    return cues_by_library(lines, timings, kind) or cues_by_line(lines, timings, kind)


def _find_timings(lines: Sequence[str], read: Callable[[str], Timing | None]) -> list[Timing | None]:
    """The timing of each line that is one. A line that may be words is one only where a timing line can stand."""
    timings: list[Timing | None] = []
    for number, line in enumerate(lines):
        timing = read(line)
        if timing and not timing.sure and number:
            above = lines[number - 1].strip()
            can_stand = not above or above.isdigit() or number == 1 or not lines[number - 2].strip()
            timing = timing if can_stand and not timings[-1] else None
        timings.append(timing)
    _find_cut(lines, timings)
    return timings


def _find_cut(lines: Sequence[str], timings: list[Timing | None]) -> None:
    """Where a file was cut off in its last timing line, that is a damaged timing and no words."""
    last = next((number for number in range(len(lines) - 1, 0, -1) if lines[number].strip()), 0)
    if last and timings[last] is None and lines[last - 1].strip().isdigit() and _CUT.fullmatch(lines[last].strip()):
        timings[last] = Timing(None, None, sure=False)


def cues_by_library(lines: Sequence[str], timings: Sequence[Timing | None], kind: str) -> Cues | None:
    """What webvtt-py reads; None when it refuses the file, or finds other cues or other lines than are there."""
    import webvtt
    from webvtt.errors import MalformedCaptionError, MalformedFileError

    read = [timing for timing in timings if timing]
    if any(timing.damaged or timing.rest for timing in read) or _is_parted(lines, timings):
        return None
    try:
        captions = webvtt.from_buffer(io.StringIO("\n".join(lines)), format=kind)
    except (MalformedCaptionError, MalformedFileError, ValueError):
        return None
    names = [(caption.identifier or "").strip() for caption in captions]
    kept = Counter(line for caption in captions for line in caption.lines if line.strip())
    kept += Counter(name for name in names if name and not name.isdigit())
    if len(names) != len(read) or kept != _count_lines(lines, timings, kind) or any(" " in name for name in names):
        return None
    return Cues(
        tuple(
            Cue(timing.start, timing.end, "\n".join(caption.lines), name)
            for timing, caption, name in zip(read, captions, names, strict=True)
        )
    )


def _count_lines(lines: Sequence[str], timings: Sequence[Timing | None], kind: str) -> Counter[str]:
    """The lines of a file without its header, timings and the numbers above them."""
    followed = [*timings[1:], None]
    return Counter(
        line
        for number, line in enumerate(lines)
        if line.strip()
        and timings[number] is None
        and not (kind == "vtt" and number == 0)
        and not (followed[number] and line.strip().isdigit())
    )


def _is_parted(lines: Sequence[str], timings: Sequence[Timing | None]) -> bool:
    """Whether words stand right below an empty line: there the timing of a cue may be missing."""
    places = range(1, len(lines))
    below = (n for n in places if lines[n].strip() and not timings[n] and not lines[n - 1])
    return any(not (n + 1 < len(lines) and timings[n + 1]) for n in below)


def cues_by_line(lines: Sequence[str], timings: Sequence[Timing | None], kind: str) -> Cues:
    """Every line after a timing line belongs to its cue, but for cue names, NOTE, STYLE and REGION blocks."""
    cues: list[Cue] = []
    payloads: list[list[str]] = []
    unread: list[int] = []
    untimed: list[int] = []
    name, apart, said = "", False, False
    for line, timing, role in zip(lines, timings, _sort_lines(lines, timings, kind), strict=True):
        begins = role is _Role.WORDS and (not cues or (apart and said))
        if timing:
            cues.append(Cue(timing.start, timing.end, "", name))
            payloads.append([timing.rest])
            if timing.damaged:
                unread.append(len(cues))
            name, apart, said = "", False, bool(timing.rest)
        elif begins or role is _Role.LONE_NAME:
            cues.append(Cue(None, None, "", continues=True))
            payloads.append([])
            untimed.append(len(cues))
            said = False
        if role is _Role.NAME:
            name = line.strip()
        elif role is _Role.WORDS:
            payloads[-1].append(line)
            apart, said = False, line.strip() != "-"  # Meet parts the speakers of a cue with a dash and a blank line
        elif not line:
            apart = True
    filled = (
        replace(cue, payload="\n".join(part for part in payload if part))
        for cue, payload in zip(cues, payloads, strict=True)
    )
    return Cues(tuple(filled), tuple(unread), tuple(untimed))


def _sort_lines(lines: Sequence[str], timings: Sequence[Timing | None], kind: str) -> list[_Role]:
    """What each line is for."""
    roles: list[_Role] = []
    naming = _find_naming(lines, timings)
    skipping = kind == "vtt"  # the header block
    begun, last = False, 0
    for number, line in enumerate(lines):
        role = _Role.WORDS
        if timings[number]:
            role, skipping, begun = _Role.TIMING, False, True
        elif not line.strip():
            role, skipping = _Role.BLANK, False
        elif kind == "vtt" and _opens_comment(lines, timings, number):
            role, skipping = _Role.UNSAID, True
        elif skipping or (not begun and _is_furniture(line, kind)):
            role = _Role.UNSAID
        elif _is_name(lines, timings, number, kind, naming):
            role = _Role.NAME
        elif _is_lone_name(lines, number, naming, last):
            role = _Role.LONE_NAME
        if role in (_Role.NAME, _Role.LONE_NAME):
            last = _number(line) or last
        roles.append(role)
    return roles


def _find_naming(lines: Sequence[str], timings: Sequence[Timing | None]) -> _Naming:
    places = [number for number, timing in enumerate(timings) if timing and number and not timings[number - 1]]
    numbers = {place - 1 for place in places if lines[place - 1].strip().isdigit()}
    letters = {
        place - 1
        for place in places
        if lines[place - 1].strip() and place - 1 not in numbers and (place == 1 or not lines[place - 2].strip())
    }
    following: list[int] = []
    ahead = 0
    for number in range(len(lines) - 1, -1, -1):
        following.append(ahead)
        if number in numbers:
            ahead = _number(lines[number])
    half = max(1, len(places) / 2)
    lettered = len(letters) >= half and len(letters) > 1
    return _Naming(len(numbers) >= half, lettered, tuple(reversed(following)))


def _number(line: str) -> int:
    """The number a line consists of; 0 for other lines."""
    line = line.strip()
    return int(line) if line.isdecimal() and len(line) < 10 else 0


def _opens_comment(lines: Sequence[str], timings: Sequence[Timing | None], number: int) -> bool:
    """A NOTE, STYLE or REGION block, or a second header where files were put together: it stands after a blank line,
    and is not the name of a cue ("NOTES-12", then its timing)."""
    line = lines[number]
    if number and lines[number - 1].strip():
        return False
    if not (_COMMENT.fullmatch(line) or line.lstrip("\ufeff").split(" ")[0] == "WEBVTT"):
        return False
    return not (number + 1 < len(lines) and timings[number + 1])


def _is_furniture(line: str, kind: str) -> bool:
    """Before the first cue: a line that nobody says, such as "Kind: captions"."""
    line = line.strip()
    if not any(c.isalnum() for c in line) or line.startswith("# "):
        return True
    found = _METADATA.fullmatch(line)
    known = found is not None and found["key"].casefold() in words("caption_headers")
    return kind == "vtt" and (known or bool(_STYLE_SHEET.fullmatch(line)))


def _is_name(lines: Sequence[str], timings: Sequence[Timing | None], number: int, kind: str, naming: _Naming) -> bool:
    """The line right above a timing line is the cue's name, which nobody said, unless it reads like the end of the
    cue before."""
    line = lines[number].strip()
    if _GUID.fullmatch(line):
        return True
    if number + 1 >= len(lines) or not timings[number + 1]:
        return False
    apart = number == 0 or not lines[number - 1].strip()
    if line.isdigit():
        return apart or naming.numbered
    # A tag opens words; and SubRip numbers its cues, so that a line without a number is what somebody said.
    is_said = line.startswith("<") or (kind == "srt" and (" " in line or not any(map(str.isdigit, line))))
    if not apart or is_said:
        return False
    if naming.lettered or line.endswith(_SENTENCE_END):
        return naming.lettered
    return kind == "vtt" or not naming.numbered


def _is_lone_name(lines: Sequence[str], number: int, naming: _Naming, last: int) -> bool:
    """A cue's number with no timing below: it stands apart, and is just the number that is missing there."""
    value = _number(lines[number])
    if not value or not naming.numbered or (number and lines[number - 1].strip()):
        return False
    return value == last + 1 and naming.following[number] in (0, value + 1)
