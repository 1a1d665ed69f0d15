"""Which layout a transcript has, by the manner of its labels: the name of one of layouts.SHAPES."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.reading.text.lines import Form, Line
from analyzer.reading.wordlists import words

_DASHED = re.compile(r"[*_\[]{0,4}@?[\d:]{4,9}[\]*_]{0,4}(?:\(\S{1,300}\))?\s{1,3}[-–—]\s")
_SPACED = re.compile(r"\S\s{2,8}\d{1,3}:\d\d")


def name_of_heads(heads: Sequence[Line]) -> str:
    """The layout of labels that stand on lines of their own, with their times."""
    count = len(heads)
    for place, layout in (("below", "name over time"), ("above", "time over name")):
        if sum(line.place == place for line in heads) > 0.5 * count:
            return layout
    if sum(line.colon for line in heads) > 0.5 * count:
        return "rev text"
    if sum(line.place == "before" for line in heads) > 0.5 * count:
        dashed = sum(bool(_DASHED.match(line.text)) for line in heads)
        return "fathom" if dashed > 0.5 * count else "time and name"
    spaced = sum(bool(_SPACED.search(line.text)) for line in heads if line.at is not None)
    return "otter" if spaced > 0.5 * count else "name and time"


def name_of_labels(lines: Sequence[Line], labels: frozenset[str]) -> str:
    """The layout of labels that stand before their words."""
    turns = [line for line in lines if line.form in (Form.INLINE, Form.HEAD) and line.label in labels]
    heads = sum(line.form is Form.HEAD or not line.words for line in turns)
    stamped = sum(line.stamp is not None for line in turns)
    alone = sum(line.form is Form.STAMP and line.stamp is not None and line.stamp.is_long for line in lines)
    if _says_meet(lines) or (alone and not stamped):
        return "google meet"
    if {label.casefold() for label in labels} <= words("granola_labels"):
        return "granola"
    if sum(line.bold for line in turns) > 0.5 * len(turns):
        return "markdown interview"
    if stamped > 0.5 * len(turns):
        after = sum(line.place == "after" for line in turns)
        return "rev text" if max(heads, after) > 0.5 * len(turns) else "time: name: text"
    return "name: text"


def _says_meet(lines: Sequence[Line]) -> bool:
    marks = ("transcription ended after", "this editable transcript was computer generated")
    return any(line.text.strip("#*_ ").casefold().startswith(marks) for line in lines if line.furniture)
