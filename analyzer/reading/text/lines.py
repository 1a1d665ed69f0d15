"""A line of a transcript and what it may be: who speaks, when, and what they say on it.

A line alone cannot say whether "Budget: none" is a person speaking; the file can, and decides in speech.py. Here a line
only gets its possible reading. Nothing is looked for beyond its first 400 characters, so that no line costs more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analyzer.reading.text.stamps import CLOCK, Stamp, stamp_at_end, stamp_at_start, whole_stamp
from analyzer.reading.wordlists import phrases

_LONGEST_LABEL = 90
_LONGEST_HEAD = 170
_HEAD_WORDS = 9
_BULLET = re.compile(r"[-*•‣·–—]\s")
_HEADING = re.compile(r"#{1,6}\s+")
_EMPHASIS = "*_"
# `[@0:09](https://...)`: Fathom's times are links.
_LINKED = re.compile(
    rf"([*_]{{0,3}})\[([*_]{{0,3}}@?{CLOCK}[*_]{{0,3}})\]\([^\s()]{{1,300}}(?:\([^\s()]{{0,20}}\)[^\s()]{{0,20}})?\)"
)
# Speech engines' own labels need no colon: `[00:00:03] speaker_1 words`.
_MACHINE = re.compile(r"(?P<label>(?:speaker|spk)_\d{1,3})\s{1,4}(?=\S)", re.IGNORECASE)
# Fathom's line for somebody it has no name for: `@0:31 -`.
_NAMELESS = re.compile(r"\s{1,4}[-–—]$")
_SEPARATORS = " \t-–—|·•,~"
_COLONS = ":："
_BOLD = re.compile(r"(?P<mark>\*\*|__)(?P<label>[^*_\n]{1,90})(?P=mark)")


class Form(StrEnum):
    """What a line may be: a label with its time alone, a label and words, a time alone, or words."""

    BLANK = "blank"
    HEAD = "head"
    INLINE = "inline"
    STAMP = "stamp"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Line:
    """``text`` is the line without indent; ``opens``: a paragraph begins with it; ``rest``: it without the stamp it
    begins with; ``place``: where its stamp stands (before, after, or behind the colon;
    "nameless": where a name was to stand); ``furniture``: not speech."""

    text: str = ""
    opens: bool = False
    form: Form = Form.BLANK
    label: str = ""
    words: str = ""
    rest: str = ""
    stamp: Stamp | None = None
    place: str = ""
    bold: bool = False
    colon: bool = False
    furniture: bool = False

    @property
    def at(self) -> float | None:
        """Seconds from the start, None if not stated."""
        return self.stamp.at if self.stamp else None


def mark_lines(lines: Sequence[str]) -> list[Line]:
    """The lines with what each may be."""
    marked: list[Line] = []
    above = ""
    for raw in lines:
        marked.append(mark_line(raw, opens=not above.strip()))
        above = raw
    return marked


def mark_line(raw: str, opens: bool) -> Line:
    """One line with what it may be."""
    text = raw.strip()
    if not text:
        return Line("", opens)
    if is_furniture(text, opens):
        return Line(text, opens, Form.BLANK, furniture=True)
    if _BULLET.match(text):  # a note's bullet: "- Dana: owns the budget"
        return Line(text, opens, Form.WORDS, rest=text)
    body = _LINKED.sub(r"\1\2", text[:400], count=1) + text[400:] if "](" in text[:400] else text
    if heading := _HEADING.match(body):
        body = body[heading.end() :]
    if stamp := whole_stamp(body):
        return Line(text, opens, Form.STAMP, rest=text, stamp=stamp, colon=body.rstrip("*_ ").endswith(":"))
    if "\t" in body[:200] and (tabbed := _tabbed(text, body)):
        return tabbed
    if len(body) < _LONGEST_LABEL and _NAMELESS.search(body) and (stamp := whole_stamp(_NAMELESS.sub("", body))):
        return Line(text, opens, Form.STAMP, rest=text, stamp=stamp, place="nameless", colon=True)
    before, rest = _take_stamp(body)
    if before and is_furniture(rest, opens):
        return Line(text, opens, Form.BLANK, furniture=True)
    return _labelled(text, opens, rest, before) or Line(
        text, opens, Form.WORDS, rest=rest if before else text, stamp=before, place="before" if before else ""
    )


def is_furniture(text: str, opens: bool) -> bool:
    """Whether the line is a recorder's own: "Transcribed by ...", "Recording stopped", a rule, a page number."""
    if len(text) > 400:
        return False
    bare = text.strip("#*_> \t")
    if not bare:  # a rule of stars; one star alone may be what a recorder makes of an oath
        return len(text.replace(" ", "")) >= 3
    return bool(phrases("furniture").fullmatch(bare)) or (
        opens and len(bare) < _LONGEST_LABEL and bool(phrases("furniture_paragraphs").fullmatch(bare))
    )


def _take_stamp(body: str) -> tuple[Stamp | None, str]:
    """The stamp at the start, and the line after it."""
    bare = body.lstrip(_EMPHASIS)
    stamp = stamp_at_start(bare)
    if not stamp:
        return None, body
    marks = body[: len(body) - len(bare)]
    after = bare[stamp.bounds[1] :]
    if marks and after.startswith(marks[::-1]):
        after, marks = after[len(marks) :], ""
    if after[:1].isalnum() or (after[:1] and after[:1] not in f"{_SEPARATORS}{_COLONS}{_EMPHASIS}[("):
        return None, body
    return stamp, marks + after.lstrip(_SEPARATORS + _COLONS)


def _tabbed(text: str, body: str) -> Line | None:
    """`time<TAB>name<TAB>words` and `name<TAB>time<TAB>words`, as chats and tables give them."""
    cells = [cell.strip() for cell in body.split("\t", 3)]
    cells = [cell for cell in cells if cell]
    if len(cells) < 3:
        return None
    for clock, name in ((0, 1), (1, 0)):
        stamp = whole_stamp(cells[clock])
        label = cells[name].rstrip(_COLONS).strip()
        if stamp and 0 < len(label) <= _LONGEST_LABEL and not whole_stamp(cells[name]):
            words = " ".join(cells[2:])
            return Line(text, True, Form.INLINE, label, words, words, stamp, "tab", colon=cells[name] != label)
    return None


def _labelled(text: str, opens: bool, rest: str, before: Stamp | None) -> Line | None:
    """The label the line may begin with, or end with before its time."""
    place = find_colon(rest)
    if place is not None:
        return _with_colon(text, opens, rest, place, before)
    if before and (machine := _MACHINE.match(rest)):
        words = rest[machine.end() :]
        return Line(text, opens, Form.INLINE, machine["label"], words, rest, before, "before")
    bold = _BOLD.match(rest)
    if bold and (found := _bold_label(text, opens, rest, bold, before)):
        return found
    if len(rest) <= _LONGEST_HEAD:
        head = rest.strip(_EMPHASIS + " \t")
        after = stamp_at_end(head)
        label = _bare(head[: after.bounds[0]] if after else head)
        if (after or before) and 0 < len(label) <= _LONGEST_LABEL and len(label.split()) < _HEAD_WORDS:
            place_of = "after" if after else "before"
            return Line(text, opens, Form.HEAD, label, "", rest, after or before, place_of, bold=bool(bold))
    return None if before else _with_time_between(text, opens, rest)


def _bold_label(text: str, opens: bool, rest: str, bold: re.Match[str], before: Stamp | None) -> Line | None:
    """`**Dana Ortiz** [0:07] words`, `[0:07] **Dana Ortiz** words`."""
    after = rest[bold.end() :].strip()
    stamp = before or stamp_at_start(after)
    if not stamp or not after:
        return None
    words = after if before else after[stamp.bounds[1] :].lstrip(_SEPARATORS)
    place = "before" if before else "after"
    return Line(text, opens, Form.INLINE, _bare(bold["label"]), words, rest, stamp, place, bold=True) if words else None


def _with_time_between(text: str, opens: bool, rest: str) -> Line | None:
    """`Dana Ortiz [00:01:20] words` and `Dana Ortiz  1:20  words`, where a label that comes back may be one."""
    match = re.search(rf"\s{{1,8}}(?P<open>[\[(]?){CLOCK}[\])]?\s{{1,8}}(?=\S)", rest[:_LONGEST_HEAD])
    if not match or not (match["open"] or match[0].startswith(("  ", "\t"))):
        return None
    label = _bare(rest[: match.start()])
    stamp = stamp_at_start(match[0].strip())
    if not stamp or not 0 < len(label) <= 60 or len(label.split()) >= _HEAD_WORDS:
        return None
    return Line(text, opens, Form.INLINE, label, rest[match.end() :], rest, stamp, "after")


def _with_colon(text: str, opens: bool, rest: str, place: int, before: Stamp | None) -> Line | None:
    left, words = rest[:place], rest[place + 1 :]
    for mark in ("**", "__", "*", "_"):
        if left.count(mark) % 2 and words.startswith(mark):
            words = words[len(mark) :]
            break
        if left.startswith(mark) and left.count(mark) % 2 and words.rstrip().endswith(mark) and words.count(mark) % 2:
            words = words.rstrip()[: -len(mark)]  # the whole paragraph is in bold, its label too
            break
    bold = left.lstrip().startswith(("**", "__"))
    left, words = left.strip(_EMPHASIS + " \t"), words.strip()
    after = stamp_at_end(left)
    label = _bare(left[: after.bounds[0]] if after else left)
    if not 0 < len(label) <= _LONGEST_LABEL:
        return None
    stamp, where = after or before, "after" if after else "before" if before else ""
    if not words:
        form = Form.HEAD if stamp else Form.INLINE
        return Line(text, opens, form, label, "", rest, stamp, where, bold, colon=True)
    if behind := whole_stamp(words):
        return Line(text, opens, Form.INLINE, label, words, rest, stamp or behind, where or "alone", bold, colon=True)
    if behind := stamp_at_start(words):
        spoken = words[behind.bounds[1] :]
        if not spoken[:1].isalnum():
            place_of = "behind" if behind.bracketed and behind.is_long else "maybe"
            words = spoken.lstrip(_SEPARATORS) if place_of == "behind" else words
            return Line(
                text, opens, Form.INLINE, label, words, rest, stamp or behind, where or place_of, bold, colon=True
            )
    return Line(text, opens, Form.INLINE, label, words, rest, stamp, where, bold, colon=True)


def _bare(label: str) -> str:
    """A label without what stands around it: emphasis, dashes, the square brackets of `[Dana Ortiz]`."""
    label = label.strip(f"{_SEPARATORS}{_EMPHASIS}@>")
    if label.startswith("[") and "]" in label:
        label = label[1:].replace("]", "", 1)
    return label.strip(f"{_SEPARATORS}{_EMPHASIS}[")


def find_colon(text: str) -> int | None:
    """The place of the colon that may end a label: no colon of a time, of an address or inside brackets."""
    depth = 0
    for place, character in enumerate(text[:_LONGEST_HEAD]):
        if character in "([（":
            depth += 1
        elif character in ")]）":
            depth = max(0, depth - 1)
        elif character in _COLONS and not depth and _ends_label(text, place):
            return place
    return None


def _ends_label(text: str, place: int) -> bool:
    if text[place] != ":":
        return True
    following, before = text[place + 1 : place + 2], text[place - 1 : place]
    if following.isdigit() and before.isdigit():
        return False
    # A letter right behind it ("Q:Why?") is taken; "https:", "C:\", "a::b" and ":)" are not labels.
    return not following or following.isspace() or following in "*_[(\"“‘'" or following.isalpha()
