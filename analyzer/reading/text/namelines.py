"""Names on lines of their own: with the time on the line below or above, or with no time at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from analyzer.reading.text.lines import Form, Line
from analyzer.reading.who.labels import is_label, looks_named

_MOST_NAMED = 0.6


def join_times(lines: Sequence[Line]) -> list[Line]:
    """The lines with each name and the time beside it made one head, where names have times beside them.

    In `Dana Ortiz`, `0:07`, words the time follows the name; in `0:07`, `Dana Ortiz`, words it comes before. Which of
    the two a file does is what most of its times do.
    """
    lines = _single_times(lines)
    filled = [number for number, line in enumerate(lines) if line.text and not line.furniture]
    stamped = [place for place, number in enumerate(filled) if lines[number].form is Form.STAMP]
    best: dict[int, int] = {}
    trusted = 0
    for step in (-1, 1):
        beside = {
            filled[place]: filled[place + step]
            for place in stamped
            if 0 <= place + step < len(filled) and _bare_name(lines[filled[place + step]])
        }
        counts = Counter(_bare_name(lines[name]) for name in beside.values())
        surely = sum(count for name, count in counts.items() if count >= 2 or looks_named(name))
        if surely >= _MOST_NAMED * len(stamped) and surely > trusted:
            best, trusted = beside, surely
    joined = list(lines)
    for stamp, name in best.items():
        first, second = sorted((stamp, name))
        place = "below" if name < stamp else "above"
        label = _bare_name(lines[name])
        joined[first] = replace(lines[stamp], form=Form.HEAD, label=label, words="", place=place, opens=True)
        joined[second] = Line()
    places = {number: place for place, number in enumerate(filled)}
    for name in best.values():
        above = filled[places[name] - 1] if places[name] else name
        if _is_initials(lines[above].text, _bare_name(lines[name])):  # the picture beside the name, copied as letters
            joined[above] = Line()
    return joined


def _is_initials(text: str, name: str) -> bool:
    return 2 <= len(text) <= 3 and text == "".join(part[0] for part in name.split() if part[0].isalpha())[: len(text)]


def _single_times(lines: Sequence[Line]) -> list[Line]:
    """A time written twice, for the eye and for the ear ("1 minute 3 seconds", then "1:03"), is one."""
    single: list[Line] = []
    last: Line | None = None
    for line in lines:
        again = line.form is Form.STAMP and last is not None and last.form is Form.STAMP and last.at == line.at
        single.append(Line() if again else line)
        last = line if line.text else last
    return single


def name_heads(lines: Sequence[Line]) -> list[Line]:
    """The lines with names that stand alone, without any time, made heads; [] when there are no such names.

    One that comes back is a name if another does too, or if it is plainly one: "Dana Ortiz", "Interviewer".
    """
    filled = [number for number, line in enumerate(lines) if line.text and not line.furniture]
    dense = all(not line.opens for line in lines[1:] if line.text)
    found: dict[int, str] = {}
    for here, below in pairwise(filled):
        name = _bare_name(lines[here]) if lines[here].opens or dense else ""
        if name and lines[below].form is not Form.STAMP and _bare_name(lines[below]) != name:
            found[here] = name
    counts = Counter(found.values())
    plain = [name for name in counts if looks_named(name)]
    back = [name for name, count in counts.items() if count >= 2 and (name[:1].isupper() or not name[:1].islower())]
    if len(back) < 1 or len({*plain, *back}) < 2 or (len(back) < 2 and not looks_named(back[0])):
        return []
    names = {*plain, *back}
    heads = [
        replace(line, form=Form.HEAD, label=found[number], words="", place="named")
        if found.get(number) in names
        else replace(line, form=Form.WORDS, label="", words="")
        if line.text and not line.furniture
        else line
        for number, line in enumerate(lines)
    ]
    return heads if sum(head.form is Form.HEAD for head in heads) >= 3 else []


def _bare_name(line: Line) -> str:
    """The name that is all of a line, "" when the line is none: a sentence, a time, a label with words."""
    name = line.text.strip("*_#> \t").rstrip(":").strip("*_ ")
    if line.form is Form.STAMP or (line.form is Form.INLINE and line.words) or not 0 < len(name) <= 60:
        return ""
    return name if not name.endswith((".", "?", "!", ",", "…", "。", "？")) and is_label(name) else ""
