"""Which column of a table holds the words, and which says whose and when (sheets.yaml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from analyzer.errors import DocumentError
from analyzer.reading.exports.keys import plain
from analyzer.reading.tables.cells import Cell, to_text
from analyzer.reading.tables.rows import Sheet

FIELDS = ("text", "account", "date", "title", "kind", "outcome")
# Words an average cell has: enough that a column of unclear name is no label, and so many that it is surely prose.
_PROSE = 12
_LONG_PROSE = 60
_LABEL = 4


@dataclass(frozen=True, slots=True)
class Utterances:
    """The columns of a transcript in a table; -1 where there is none."""

    text: int
    speaker: int = -1
    start: int = -1
    call: int = -1


@dataclass(frozen=True, slots=True)
class Documents:
    """The columns of a table with a document a row; ``kind`` is what the table is made of, "" where that is open."""

    place: Mapping[str, int]
    kind: str = ""


@cache
def _lists() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    lists: dict[str, Any] = yaml.load(
        files("analyzer.reading.tables").joinpath("sheets.yaml").read_text("utf-8"), Loader=loader
    )
    return lists


@cache
def _names(part: str, name: str) -> tuple[str, ...]:
    return tuple(_lists()[part][name].split())


def may_hold_words(columns: Sequence[str]) -> bool:
    """Whether a header has a column that could hold utterances, notes or postings: cheap, before any row is read."""
    texts = {name for kind in _lists()["texts"] for name in _names("texts", kind)} | set(_names("utterances", "text"))
    return any(plain(column) in texts for column in columns)


def find_utterances(sheet: Sheet) -> Utterances | None:
    """The columns when a row is an utterance: who speaks comes back, or a time stands beside the words; else None."""
    heads = [plain(column) for column in sheet.columns]
    place = {name: _first(heads, _names("utterances", name)) for name in _lists()["utterances"]}
    text, speaker, start = place["text"], place["speaker"], place["start"]
    if text < 0 or _share(sheet, text) < 0.6:
        return None
    if speaker < 0 and start >= 0:
        speaker = place["weak_speaker"]
    call = place["call"] if place["call"] not in (text, speaker, start) else -1
    if speaker < 0:
        # Start, end and text alone are what recognisers write.
        is_captions = start >= 0 and place["end"] >= 0 and len([head for head in heads if head]) <= 4
        return Utterances(text, -1, start, -1) if is_captions and _share(sheet, start) > 0.6 else None
    if _share(sheet, speaker) < 0.3:
        return None
    who = [_cell(row, speaker) for _, row in sheet.rows]
    comes_back = len(who) < 4 or len({name for name in who if name}) <= 0.6 * len(who)
    if not comes_back and (start < 0 or _share(sheet, start) < 0.5):
        return None
    return Utterances(text, speaker, start, call)


def find_documents(sheet: Sheet, mapping: Mapping[str, str], name: str) -> Documents | None:
    """The columns when a row is a note, a posting or a transcript; None of a table of accounts, deals or numbers.

    ``mapping`` gives the field of a column, and comes first. Raises DocumentError when it names a column or field
    there is not.
    """
    stated = _stated(sheet, mapping, name)
    heads = [plain(column) for column in sheet.columns]
    found = (stated["text"], "") if "text" in stated else _find_text(sheet, heads)
    if found is None:
        return None
    text, kind = found
    kind = kind or ("job_posting" if _count(heads, "posting") >= 2 else "")
    if not kind and "text" not in stated and _count(heads, "activity"):
        kind = "call_note"
    place = {**{field: number for field, number in stated.items() if number >= 0}, "text": text}
    for field in FIELDS[1:]:
        wanted = _names("fields", "posting_title" if field == "title" and kind == "job_posting" else field)
        number = _first(heads, wanted, taken=set(place.values()))
        if field not in stated and number >= 0:
            place[field] = number
    return Documents(place, kind)


def kind_named(text: str) -> str:
    """The kind of document an activity is ("Call" is a call note); "" for a word that is none."""
    said = plain(text)
    return next((kind for kind in _lists()["kinds"] if said in _names("kinds", kind)), "")


def _stated(sheet: Sheet, mapping: Mapping[str, str], name: str) -> dict[str, int]:
    heads = [plain(column) for column in sheet.columns]
    stated: dict[str, int] = {}
    for column, field in mapping.items():
        if plain(column) not in heads:
            columns = ", ".join(sheet.columns[:30])
            raise DocumentError(name, f'has no column "{column}".', f"Its columns are {columns}.")
        if (field := field.strip().casefold()) not in FIELDS:
            raise DocumentError(name, f'"{field}" is no field of a document.', f"Fields are {', '.join(FIELDS)}.")
        stated[field] = heads.index(plain(column))
    return stated


def _find_text(sheet: Sheet, heads: Sequence[str]) -> tuple[int, str] | None:
    """The column of the words, and the kind its name tells."""
    sure: list[tuple[int, int, str]] = []
    unsure: list[tuple[int, int, str]] = []
    for kind in _lists()["texts"]:
        names = _names("texts", kind)
        for number, head in enumerate(heads):
            mean, total = _words(sheet, number) if head in names else (0, 0)
            if kind and mean >= _LABEL:
                sure.append((total, -number, kind))
            elif not kind and _is_prose(heads, mean):
                unsure.append((total, -number, kind))
    best = max(sure or unsure, default=None)
    return (-best[1], best[2]) if best else None


def _is_prose(heads: Sequence[str], mean: float) -> bool:
    """Descriptions in a table of accounts are not notes, however long: they describe the account."""
    if _count(heads, "posting") >= 2:
        return mean >= _LABEL
    # A day beside the words says that they are of a call; without one they have to be long.
    of_a_day = _count(heads, "activity") >= 1 or not set(heads).isdisjoint(_names("fields", "date"))
    return mean >= _PROSE and _count(heads, "accounts") < 2 and (mean >= _LONG_PROSE or of_a_day)


def _count(heads: Sequence[str], sign: str) -> int:
    return len(set(heads) & set(_names("signs", sign)))


def _words(sheet: Sheet, column: int) -> tuple[float, int]:
    lengths = [len(cell.split()) for _, row in sheet.rows if (cell := _cell(row, column))]
    return (sum(lengths) / len(lengths), sum(lengths)) if lengths else (0, 0)


def _share(sheet: Sheet, column: int) -> float:
    return sum(bool(_cell(row, column)) for _, row in sheet.rows) / max(len(sheet.rows), 1)


def _first(heads: Sequence[str], names: Sequence[str], taken: set[int] | frozenset[int] = frozenset()) -> int:
    return next((heads.index(name) for name in names if name in heads and heads.index(name) not in taken), -1)


def _cell(row: Sequence[Cell], column: int) -> str:
    return to_text(row[column]).strip() if 0 <= column < len(row) else ""
