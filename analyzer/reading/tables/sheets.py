"""Transcripts in tables: CSV, TSV or XLSX with a row an utterance, as recognisers and research tools write them."""

from __future__ import annotations

import csv
import io

from analyzer.errors import TableError
from analyzer.reading.canonical import RawTurn, merge
from analyzer.reading.exports.joining import join_unnamed
from analyzer.reading.exports.keys import plain
from analyzer.reading.exports.said import label_of
from analyzer.reading.exports.times import find_moment, to_seconds
from analyzer.reading.ordinals import places
from analyzer.reading.source import Format, Reading, Shape, Source
from analyzer.reading.tables.cells import to_text
from analyzer.reading.tables.rows import Sheet, read_sheet
from analyzer.reading.tables.sheet_columns import Utterances, find_utterances, may_hold_words
from analyzer.records import DocumentKind

NAME = "transcript table"
_HEAD = 4_000
_HEAD_LINES = 8


def is_workbook(content: bytes) -> bool:
    """Whether the bytes are an XLSX package: its parts are named in it, whatever the file is called."""
    return content.startswith(b"PK\x03\x04") and b"xl/workbook.xml" in content


def header_may_hold_words(text: str) -> bool:
    """Whether one of the first lines is a header with a column of words: decided without reading the table."""
    for line in text[:_HEAD].split("\n")[:_HEAD_LINES]:
        for delimiter in (",", ";", "\t", "|"):
            if delimiter in line:
                cells = next(csv.reader(io.StringIO(line), delimiter=delimiter), [])
                if len(cells) > 1 and may_hold_words(cells) and all(len(cell) < 80 for cell in cells):
                    return True
    return False


def sniff_sheet(source: Source) -> bool:
    """A table with a column of words and one of speakers or times, both mostly filled."""
    if not is_workbook(source.content) and not header_may_hold_words(source.text):
        return False
    try:
        sheet = read_sheet(source.content, source.name)
    except (TableError, csv.Error):
        return False
    return find_utterances(sheet) is not None


def read_transcript_table(source: Source) -> Reading:
    """The rows as turns. Raises DocumentError when the table is damaged or is no transcript."""
    try:
        sheet = read_sheet(source.content, source.name)
    except TableError as error:
        raise source.refuse(str(error).removeprefix(f"{source.name}: "), "Export it again as CSV.") from error
    columns = find_utterances(sheet)
    if columns is None:
        raise source.refuse("is a table.", "Import accounts and deals with `icp accounts import`.")
    turns, wordless = read_turns(sheet, columns)
    warnings = list(sheet.warnings)
    if wordless:
        warnings.append(f'{places("Row", wordless)}: no words in "{sheet.columns[columns.text]}"; left out.')
    marks = {}
    if columns.call >= 0 and plain(sheet.columns[columns.call]).endswith(("title", "name", "meeting", "call")):
        marks["title"] = next((to_text(row[columns.call]) for _, row in sheet.rows if columns.call < len(row)), "")
    reason = "a table with a row an utterance"
    return Reading(turns, DocumentKind.INTERVIEW, reason, NAME, (), marks, tuple(warnings))


def read_turns(sheet: Sheet, columns: Utterances) -> tuple[tuple[RawTurn, ...], list[int]]:
    """The turns, and the numbers of the rows that hold no words."""
    start = plain(sheet.columns[columns.start]) if columns.start >= 0 else ""
    moments, said = [], []
    wordless: list[int] = []
    for number, row in sheet.rows:
        cells = [*row, *[""] * (len(sheet.columns) - len(row))]
        words = to_text(cells[columns.text])
        if not words.strip():
            wordless.append(number)
            continue
        speaker = label_of(to_text(cells[columns.speaker])) if columns.speaker >= 0 else ""
        at = cells[columns.start] if start else ""
        unit = "startms" if start.endswith("ms") else "start"
        moments.append(find_moment({unit: at if isinstance(at, float) else to_text(at)}))
        said.append((speaker, words))
    seconds = to_seconds(moments, sum(len(words.split()) for _, words in said[:-1]))
    turns = merge(RawTurn(speaker, words, at) for (speaker, words), at in zip(said, seconds, strict=True))
    return (turns if any(turn.speaker for turn in turns) else tuple(join_unnamed(turns))), wordless


_SHAPE = Shape(
    NAME,
    "transcript.csv",
    """Start,End,Speaker,Text
00:00:03,00:00:05,Noor Haddad,What changed in March?
00:00:07,00:00:11,Dana Ortiz,"We lost the Halloway account, and nobody told us."
00:00:12,00:00:13,Noor Haddad,And then?
00:00:14,00:00:20,Dana Ortiz,Then we bought a tool.
""",
    "A CSV, TSV or Excel table with a row an utterance: who, what, when. A column of calls makes a document of each.",
)

FORMATS = (Format("transcript table", sniff_sheet, read_transcript_table, (_SHAPE,)),)
