"""Tables in which people speak: a row is who, what and perhaps when, in any order of columns, with a header or not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analyzer.reading.canonical import RawTurn
from analyzer.reading.captions.cues import clock_seconds
from analyzer.reading.who.labels import is_label, looks_named
from analyzer.reading.wordlists import words

Rows = Sequence[Sequence[str]]
_CLOCK = r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_TIME = re.compile(rf"[\[(]?(?P<at>{_CLOCK})[\])]?(?:\s*(?:-->|–|-|to)\s*[\[(]?{_CLOCK}[\])]?)?")
_LABEL_AND_TIME = re.compile(rf"(?P<label>[^\n]{{1,90}}?)\s*[\n(\[|,–-]?\s*(?P<at>{_CLOCK})[\])]?")
_MOST_COLUMNS = 8
_MOST_SPEAKERS = 20
_LONGEST_LABEL = 130


@dataclass(frozen=True, slots=True)
class _Columns:
    """Places of the columns; ``time`` is -1 without one. ``first`` is the row after the header."""

    speaker: int
    words: int
    time: int
    first: int


def read_spoken_table(rows: Rows) -> tuple[RawTurn, ...]:
    """The turns of a table, speakers as labelled; () when it is a table of anything else. No cell's words are lost."""
    width = max(map(len, rows), default=0)
    if not 2 <= width <= _MOST_COLUMNS:
        return ()
    columns = _by_header(rows[0]) or _by_cells(rows, width)
    if not columns:
        return ()
    header = list(rows[0]) if columns.first else None  # it may stand again at the top of every page
    return tuple(turn for row in rows[columns.first :] if list(row) != header for turn in _turns(row, columns))


def _by_header(header: Sequence[str]) -> _Columns | None:
    names = ["-".join(cell.casefold().strip(" :*").split()) for cell in header]

    def place(key: str) -> int:
        return next((n for n, name in enumerate(names) if name in words(key)), -1)

    who, what = place("table_speaker"), place("table_words")
    return _Columns(who, what, place("table_time"), 1) if who >= 0 and what >= 0 and who != what else None


def _by_cells(rows: Rows, width: int) -> _Columns | None:
    """The columns as their cells show them: times, labels that come back in turn, and the longest for the words."""
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if len(filled) < 2:
        return None
    time = next((n for n in range(width) if _share(filled, n, _is_time) >= 0.8), -1)
    sizes = {n: sum(len(row[n].split()) for row in filled if n < len(row)) for n in range(width) if n != time}
    for who in sizes:
        cells = [row[who] for row in filled if who < len(row) and row[who].strip()]
        if len(sizes) < 2 or len(cells) < 0.5 * len(filled):
            continue
        labels = [_label(cell) for cell in cells]
        if _take_turns([label for label, _ in labels], time >= 0 or all(at is not None for _, at in labels)):
            what = max((n for n in sizes if n != who), key=sizes.__getitem__)
            return _Columns(who, what, time, 0)
    return None


def _share(rows: Rows, column: int, test: Callable[[str], bool]) -> float:
    return sum(test(row[column].strip()) for row in rows if column < len(row)) / len(rows)


def _is_time(cell: str) -> bool:
    return bool(_TIME.fullmatch(cell))


def _label(cell: str) -> tuple[str, float | None]:
    """A speaker's cell without the time that may stand in it."""
    cell = cell.strip()
    found = _LABEL_AND_TIME.fullmatch(cell) if len(cell) <= _LONGEST_LABEL else None
    if found and found["label"].strip():
        return found["label"].strip(), clock_seconds(found["at"])
    return cell.rstrip(":").strip(), None


def _take_turns(labels: Sequence[str], timed: bool) -> bool:
    """Whether these are people who speak in turn, and not the headings of a table of facts."""
    if not labels or not all(is_label(label) for label in labels):
        return False
    counts = Counter(label.casefold() for label in labels)
    if len(counts) > _MOST_SPEAKERS:
        return False
    named = all(looks_named(label) for label in labels)
    comes_back = max(counts.values()) >= 2 and 2 <= len(counts) <= 0.6 * len(labels) + 1
    changes = sum(one.casefold() != other.casefold() for one, other in pairwise(labels))
    return (named and timed) or (comes_back and (named or timed or len(labels) >= 4) and changes >= 0.4 * len(labels))


def _turns(row: Sequence[str], columns: _Columns) -> list[RawTurn]:
    """One turn of a row; what stands in a further column is nobody's words, and kept as such."""
    cells = dict(enumerate(row))
    label, at = _label(cells.pop(columns.speaker, ""))
    said = cells.pop(columns.words, "")
    clock = _TIME.fullmatch(cells.get(columns.time, "").strip())
    if clock:
        del cells[columns.time]
        at = clock_seconds(clock["at"])
    rest = [
        cell for cell in cells.values() if cell.strip() and not cell.strip().isdigit() and not _is_time(cell.strip())
    ]
    return [RawTurn(label, said, at), *(RawTurn("", cell) for cell in rest)]
