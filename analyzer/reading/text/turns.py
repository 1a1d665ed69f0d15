"""Marked lines become turns: words are gathered under who speaks, and stamps are taken off them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analyzer.reading.canonical import RawTurn
from analyzer.reading.text.lines import Form, Line
from analyzer.reading.text.stamps import Stamp, Style, is_clockwork, styles_within, without_stamps
from analyzer.reading.wordlists import phrases


def collect_turns(lines: Sequence[Line], labels: frozenset[str], heads_only: bool = False) -> Iterator[RawTurn]:
    """The turns as they stand, a turn for each label and each paragraph of nobody's. ``heads_only``: a label before
    words is part of the words, since here labels stand on lines of their own."""
    forms = (Form.HEAD,) if heads_only else (Form.HEAD, Form.INLINE)
    begins = [line.form in forms and line.label in labels for line in lines]
    stamps = _accepted_stamps(lines, begins)
    heads = [line.stamp for line, begin in zip(lines, begins, strict=True) if begin and line.stamp]
    styles = styles_within([line.text for line in lines], heads)
    led = _are_led(lines, begins)
    speaker, at, words = "", None, list[str]()
    waiting: float | None = None  # a time on its own line goes to whoever speaks next
    for number, line in enumerate(lines):
        if begins[number]:
            yield RawTurn(speaker, "\n".join(words), at)
            at, waiting = line.at if line.stamp else waiting, None
            speaker, words = line.label, [without_stamps(line.words, styles)]
        elif number in stamps:
            yield RawTurn(speaker, "\n".join(words), at)
            speaker = "" if line.place == "nameless" else speaker
            at, waiting, words = line.at, line.at, []
        elif line.furniture:
            if ends_speech(line.text):
                yield RawTurn(speaker, "\n".join(words), at)
                speaker, at, words = "", None, []
        elif line.text:
            if not speaker and line.opens:
                yield RawTurn("", "\n".join(words), at)
                words = []
            words.append(_spoken(line, styles, led))
            waiting = None
    yield RawTurn(speaker, "\n".join(words), at)


def _spoken(line: Line, styles: frozenset[Style], led: bool) -> str:
    """The words of a line nobody's label begins, without the stamps among them."""
    leading = line.stamp is not None and line.place == "before" and (led or line.stamp.style in styles)
    return without_stamps(line.rest if leading else line.text, styles)


def _accepted_stamps(lines: Sequence[Line], begins: Sequence[bool]) -> frozenset[int]:
    """The times alone on their lines that are stamps. "10:30" alone may be an answer: a stamp is written long or with
    a colon, begins a paragraph between two times, or is one of many that go forward."""
    alone = [(number, line.stamp) for number, line in enumerate(lines) if line.form is Form.STAMP and line.stamp]
    bracketed = [stamp for _, stamp in alone if stamp.bracketed]
    regular = is_clockwork(bracketed, least=3)
    after = _next_times(lines, begins)
    accepted: set[int] = set()
    last = 0.0
    place = 0
    for number, stamp in alone:
        while place < number:
            if begins[place] and (reached := lines[place].at) is not None:
                last = max(last, reached)
            place += 1
        plain = stamp.is_long or lines[number].colon or (stamp.bracketed and regular)
        if plain or (lines[number].opens and _fits(stamp, last, after[number])):
            accepted.add(number)
            last = max(last, stamp.at or 0.0)
    return frozenset(accepted)


def _fits(stamp: Stamp, last: float, following: float | None) -> bool:
    return stamp.at is not None and last < stamp.at and (following is None or stamp.at <= following)


def _next_times(lines: Sequence[Line], begins: Sequence[bool]) -> list[float | None]:
    """For each line the time of the next label that has one."""
    following: list[float | None] = [None] * len(lines)
    time: float | None = None
    for number in range(len(lines) - 1, -1, -1):
        following[number] = time
        if begins[number] and lines[number].at is not None:
            time = lines[number].at
    return following


def _are_led(lines: Sequence[Line], begins: Sequence[bool]) -> bool:
    """Whether the lines of words begin with the time they were said: nearly all do, and it goes forward."""
    spoken = [line for line, begin in zip(lines, begins, strict=True) if line.text and not begin and not line.furniture]
    stamps = [line.stamp for line in spoken if line.stamp and line.place == "before" and line.form is not Form.STAMP]
    if len(stamps) >= max(3, 0.9 * len(spoken)) and len({stamp.at for stamp in stamps}) == 1:
        return True  # a clock that stood still
    return len(stamps) >= 0.6 * len(spoken) and is_clockwork(stamps, least=3)


def ends_speech(text: str) -> bool:
    """Whether a recorder's line says that nobody speaks below it."""
    return bool(phrases("speech_ends").match(text.strip("#*_> \t")))


def find_furniture(lines: Sequence[Line]) -> tuple[str, ...]:
    """Warnings for what a recorder wrote between the turns in sentences of its own, which are left out."""
    items = sum(1 for line in lines if line.furniture and re.match(r"[#*_> ]{0,6}(?:ACTION ITEM|SCREEN)", line.text))
    said = f"{items} lines that the recorder put between the turns (action items, screen sharing) were left out."
    return (said.replace("1 lines", "1 line").replace("were", "was", 1) if items == 1 else said,) if items else ()
