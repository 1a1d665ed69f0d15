"""Files that hold many documents: each becomes a file of its own, before any is read.

Gong exports a page of calls as one JSON file, a CRM its notes as one table, a job board its postings. A document per
file is what everything else counts on: one account, one date, one id.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.errors import DocumentError, TableError
from analyzer.reading.decoding import TextTooLongError, decode
from analyzer.reading.exports.boards import with_sections
from analyzer.reading.exports.gong import find_gong, write_call
from analyzer.reading.exports.keys import key_set, keys, plain_keys
from analyzer.reading.exports.lists import apart, find_transcript, is_piece, walk
from analyzer.reading.exports.parsing import looks_like_json, parse
from analyzer.reading.exports.said import find_label, id_of, words_of
from analyzer.reading.exports.times import find_moment
from analyzer.reading.tables.cells import Cell, to_text
from analyzer.reading.tables.rows import Sheet, read_sheet
from analyzer.reading.tables.rowwise import read_rows, safe_name
from analyzer.reading.tables.sheet_columns import Utterances, find_documents, find_utterances
from analyzer.reading.tables.sheets import header_may_hold_words, is_workbook

_TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm")
_JSON = (".json", ".jsonl", ".ndjson")
_HEAD = 4_000
_SHORTEST = 2
_MOST_CELLS = 5_000_000
_FEW_WORDS = 40
# Two days in milliseconds: a number beyond is a date.
_LATEST_MOMENT = 2 * 86_400_000
_NO_COLUMNS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a file, as a file: the same bytes for the same document, whenever it is split."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Split:
    """``parts`` is () when the file is one document, or none; ``warnings`` tell what was left out or is doubtful."""

    parts: tuple[Part, ...] = ()
    warnings: tuple[str, ...] = ()


def split_file(content: bytes, name: str, columns: Mapping[str, str] = _NO_COLUMNS) -> Split:
    """The documents of a file that holds several. ``columns`` gives the field of a column (text, account, date, title,
    kind, outcome) where its name does not.

    Raises DocumentError, and nothing else, when ``columns`` names a column that the table has not, or the file is so
    damaged that nobody can tell where its documents end.
    """
    try:
        return _split(content, name, columns)
    except TextTooLongError:
        return Split()  # whoever reads it refuses it
    except DocumentError:
        raise
    except Exception as error:  # one file must not end the reading of a folder
        raise DocumentError(
            name,
            f"cannot be divided into its documents ({type(error).__name__}: {error}).",
            "It may be damaged: export or save it again.",
        ) from error


def _split(content: bytes, name: str, columns: Mapping[str, str]) -> Split:
    if is_workbook(content):
        return _split_table(content, name, columns)
    head, _ = decode(content[:_HEAD])
    start = head.lstrip()
    if start.startswith(("{", "[")) and (name.lower().endswith(_JSON) or looks_like_json(decode(content)[0])):
        return _split_json(content, name, columns)
    is_table = name.lower().endswith(_TABLES) or bool(columns)
    if start and is_table and (columns or header_may_hold_words(head)):
        return _split_table(content, name, columns)
    return Split()


# --------------------------------------------------------------------------------------------------------------- JSON


def _split_json(content: bytes, name: str, columns: Mapping[str, str]) -> Split:
    text, _ = decode(content)
    parsed = parse(text)
    if not isinstance(parsed.value, dict | list):
        return Split()
    calls = find_gong(parsed.value)
    if len(calls) >= _SHORTEST:
        return Split(
            tuple(_name_parts(name, ".json", ((c.title or c.id, write_call(c)) for c in calls))), parsed.warnings
        )
    if calls:
        return Split()
    if recordings := _recordings(parsed.value):
        written = ((_title(each), json.dumps(each, indent=1).encode("ascii")) for each in recordings)
        return Split(tuple(_name_parts(name, ".json", written)), parsed.warnings)
    split = _split_objects(parsed.value, name, columns)
    return Split(split.parts, (*parsed.warnings, *split.warnings)) if split.parts else split


def _recordings(content: Any) -> list[Mapping[str, Any]]:
    """The objects that hold a transcript each, when there are several; [] when all lists are pieces of one."""
    found = find_transcript(content)
    if len(found) < _SHORTEST or found[0].is_made or any(is_piece(one, found[0]) for one in found[1:]):
        return []
    holders = [apart(one, found[1] if one is found[0] else found[0]) for one in found]
    return list({id(holder): holder for holder in holders if holder is not None}.values())


def _title(each: Mapping[str, Any]) -> str:
    flat = plain_keys(each)
    for value in (flat.get(key) for key in (*keys("title"), "id", "callid", "meetingid")):
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return id_of(value)
    return ""


def _split_objects(content: Any, name: str, columns: Mapping[str, str]) -> Split:
    """A list of notes or postings as a job board or CRM gives them: objects with a long text and no speaker."""
    for value, _ in walk(content):
        entries = [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
        if len(entries) < _SHORTEST or len(entries) * max(len(entry) for entry in entries) > _MOST_CELLS:
            continue
        sheet = _as_sheet(entries)
        if columns.keys() - set(sheet.columns) or (not columns and _is_spoken(entries)):
            continue
        documents = find_documents(sheet, columns, name)
        if documents:
            rows, warnings = read_rows(sheet, documents)
            written = ((f"{row.number} {row.label}", row.text.encode()) for row in rows)
            return Split(tuple(_name_parts(name, ".md", written)), tuple(w.replace("Row", "Entry") for w in warnings))
    return Split()


def _is_spoken(entries: Sequence[Mapping[str, Any]]) -> bool:
    """Whether they are what people say in turn: a speaker each, or an author each of a few words."""
    flats = [plain_keys(entry) for entry in entries[:50]]
    if any("speaker" in key or key.startswith("participant") for flat in flats for key in flat):
        return True
    lengths = [len(words_of(flat).split()) for flat in flats]
    is_brief = sum(lengths) < _FEW_WORDS * len(lengths)
    return is_brief and (any(find_label(flat) for flat in flats) or all(_is_timed(flat) for flat in flats))


def _is_timed(flat: Mapping[str, Any]) -> bool:
    """Whether it states a moment of a recording, with a start and an end, rather than the day of a note."""
    moment = find_moment(flat)
    is_moment = moment is not None and not moment.is_date and moment.amount < _LATEST_MOMENT
    return is_moment and bool(key_set("ends") & flat.keys())


def _as_sheet(entries: Sequence[Mapping[str, Any]]) -> Sheet:
    entries = [with_sections({**entry, **_properties(entry)}) for entry in entries]
    columns = tuple(dict.fromkeys(key for entry in entries for key in entry))[:200]
    rows = [(number, tuple(_as_cell(entry.get(key)) for key in columns)) for number, entry in enumerate(entries, 1)]
    return Sheet(columns, tuple(rows))


def _properties(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a CRM's API keeps one deeper: `{"id": 1, "properties": {"hs_note_body": ...}}`."""
    for key in ("properties", "attributes", "fields"):
        if isinstance(inner := entry.get(key), dict):
            return inner
    return {}


def _as_cell(value: Any) -> Cell:
    if isinstance(value, dict):
        flat = plain_keys(value)
        value = next(
            (flat[key] for key in ("name", "displayname", "title", "text") if isinstance(flat.get(key), str)), ""
        )
    if isinstance(value, list):
        return ", ".join(part for part in value if isinstance(part, str))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return value if value == value and abs(value) < 1e300 else ""
    return value if isinstance(value, str) else ""


# ------------------------------------------------------------------------------------------------------------- tables


def _split_table(content: bytes, name: str, columns: Mapping[str, str]) -> Split:
    try:
        sheet = read_sheet(content, name)
    except (TableError, csv.Error):
        return Split()  # whoever reads it says what is wrong with it
    utterances = None if "text" in columns.values() else find_utterances(sheet)
    if utterances:
        return _split_calls(sheet, utterances, name)
    documents = find_documents(sheet, columns, name)
    if documents is None:
        return Split()
    rows, warnings = read_rows(sheet, documents)
    parts = tuple(
        Part(
            f"{name}/row {row.number}{' ' if safe_name(row.label) else ''}{safe_name(row.label)}.md", _encode(row.text)
        )
        for row in rows
    )
    return Split(parts, (*sheet.warnings, *warnings))


def _split_calls(sheet: Sheet, columns: Utterances, name: str) -> Split:
    """A table of several transcripts, told apart by a column: a table each."""
    if columns.call < 0:
        return Split()
    calls: dict[str, list[tuple[Cell, ...]]] = {}
    for _, row in sheet.rows:
        calls.setdefault(to_text(row[columns.call]) if columns.call < len(row) else "", []).append(row)
    if len(calls) < _SHORTEST or len(calls) > 0.5 * len(sheet.rows):
        return Split()
    written = ((call, _write_table(sheet.columns, rows)) for call, rows in calls.items())
    return Split(tuple(_name_parts(name, ".csv", written)), sheet.warnings)


def _write_table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([to_text(cell) for cell in row] for row in rows)
    return _encode(file.getvalue())


def _encode(text: str) -> bytes:
    """UTF-8; halves of characters, which damaged exports hold, are no characters and are left out."""
    return text.encode("utf-8", "ignore")


def _name_parts(name: str, suffix: str, written: Iterable[tuple[str, bytes]]) -> Iterator[Part]:
    """Each part named inside the file, as files of a zip are; two of one label are told apart by a number."""
    taken: dict[str, int] = {}
    for number, (label, content) in enumerate(written, 1):
        base = safe_name(label) or str(number)
        unique = base
        while unique.casefold() in taken:
            taken[base.casefold()] += 1
            unique = f"{base} ({taken[base.casefold()]})"
        taken[unique.casefold()] = 1
        yield Part(f"{name}/{unique}{suffix}", content)
