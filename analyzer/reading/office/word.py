"""Word documents (DOCX, DOCM): transcripts as Teams and Word write them, tables of speech, notes, postings."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from analyzer.reading.canonical import RawTurn, merge
from analyzer.reading.captions.cues import clock_seconds
from analyzer.reading.office.packages import open_package
from analyzer.reading.office.paragraphs import (
    Block,
    Paragraph,
    Table,
    TooLargeError,
    WordText,
    main_part,
    read_word_text,
)
from analyzer.reading.office.spoken_tables import read_spoken_table
from analyzer.reading.source import Format, Reading, Shape, Source
from analyzer.reading.text.headers import split_header
from analyzer.reading.text.notes import split_notes
from analyzer.reading.text.plain import read_lines
from analyzer.reading.who.labels import is_label
from analyzer.records import DocumentKind

_ARROW = re.compile(
    r"\s*(?P<at>\d{1,3}:\d{1,2}:\d{1,2}(?:\.\d{1,7})?)\s*-->\s*\d{1,3}:\d{1,2}:\d{1,2}(?:\.\d{1,7})?\s*"
)
_TEAMS_HEAD = re.compile(r"\S.{0,90}?\s{2,4}\d{1,2}:\d{2}(?::\d{2})?\s*")
_RECORDER = re.compile(r".{1,90} (?:started|stopped) transcription", re.IGNORECASE)
_TRANSCRIBE_HEAD = re.compile(r"\d{2}:\d{2}:\d{2} \S.{0,60}")
_SOUND = re.compile(r".{1,200}\.(?:wav|mp3|mp4|m4a|wma|webm|ogg|aac)", re.IGNORECASE)
# A cell with so many paragraphs holds text of its own: the table only lays out the page.
_LAYOUT_PARAGRAPHS = 3


def sniff_docx(source: Source) -> bool:
    if not source.content.startswith(b"PK\x03\x04"):
        return False
    try:
        with open_package(io.BytesIO(source.content)) as package:
            return bool(main_part(package))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return b"word/document" in source.content[:20_000]  # one that breaks off, and is told so below


def read_docx(source: Source) -> Reading:
    try:
        with open_package(io.BytesIO(source.content)) as package:
            text = read_word_text(package)
    except TooLargeError as error:
        raise source.refuse("holds more than 32 MB of text.", "Divide it, or save it as plain text.") from error
    except Exception as error:  # zipfile, zlib and lxml raise many kinds for a damaged package
        raise source.refuse("is a damaged Word file.", "Open it in Word and save it again.") from error
    reading = _read_speech(text.blocks) or _read_paragraphs(source, text)
    notes = tuple(RawTurn("", note) for note in text.notes)
    margin = f"{text.comments} comments in the margin are left out."
    warnings = (*reading.warnings, margin) if text.comments else reading.warnings
    return replace(reading, turns=(*reading.turns, *notes), warnings=warnings)


def _read_paragraphs(source: Source, text: WordText) -> Reading:
    lines = [line for block in text.blocks for line in _lines(block)]
    if not any(line.strip() for line in lines):
        lines = list(text.notes)
    if not any(line.strip() for line in lines):
        raise source.refuse("is a Word file without text.", "If it holds pictures of text, export the text instead.")
    if speech := _read_arrows(lines):
        return speech
    lines, title = _without_sound_file(lines)
    reading = read_lines(source, lines, _layout(lines))
    marks = {"title": title, **reading.marks} if title else reading.marks
    return replace(reading, marks=marks, format=reading.format if reading.kind else "docx")


def _layout(lines: Sequence[str]) -> str:
    if sum(bool(_TEAMS_HEAD.fullmatch(line)) for line in lines) >= 2 or any(map(_RECORDER.fullmatch, lines)):
        return "teams docx"
    return "word transcribe" if sum(bool(_TRANSCRIBE_HEAD.fullmatch(line)) for line in lines) >= 2 else "docx"


def _lines(block: Block) -> Iterator[str]:
    """Lines of a paragraph or table; a blank line after each but for list entries."""
    if isinstance(block, Table):
        if _is_layout(block):
            for inner in (inner for row in block.rows for cell in row for inner in cell):
                yield from _lines(inner)
            return
        for row in block.rows:
            yield " | ".join(filter(None, (" ".join(_words(cell).split()) for cell in row)))
        yield ""
    elif block.mark == "# " and block.text.strip():
        yield from ("", f"# {' '.join(block.text.split())}", "")
    elif block.mark == "- " and block.text.strip():
        yield f"- {' '.join(block.text.split())}"
    else:
        yield from (*block.text.split("\n"), "")


def _words(cell: Sequence[Block]) -> str:
    """What stands in a cell, its paragraphs on lines of their own; a table inside it row by row."""
    found: list[str] = []
    for block in cell:
        if isinstance(block, Paragraph):
            found.append(block.text.strip())
        else:
            found += [" | ".join(filter(None, (_words(inner) for inner in row))) for row in block.rows]
    return "\n".join(filter(None, found))


def _is_layout(table: Table) -> bool:
    """Whether the table only lays out the page: one column, or cells that hold a text each."""
    if all(len(row) <= 1 for row in table.rows):
        return True
    return any(
        sum(isinstance(block, Table) or bool(block.text.strip()) for block in cell) >= _LAYOUT_PARAGRAPHS
        for row in table.rows
        for cell in row
    )


def _read_speech(blocks: Sequence[Block]) -> Reading | None:
    """A document whose speech stands in tables; what stands around them is its header, and words of nobody named."""
    parts = list(_parts(blocks))
    first = next((number for number, (spoken, _) in enumerate(parts) if spoken), None)
    if first is None:
        return None
    header = split_header([line for _, lines in parts[:first] for line in lines])
    turns = list(_unspoken(header.rest))
    for spoken, lines in parts[first:]:
        turns += spoken or _unspoken(lines)
    reason = "its table says who speaks"
    return Reading(merge(turns), DocumentKind.INTERVIEW, reason, "docx table", header.speakers, header.marks)


def _parts(blocks: Sequence[Block]) -> Iterator[tuple[tuple[RawTurn, ...], list[str]]]:
    """Each run of tables as the turns in it; any other block, and a table nobody speaks in, as its lines."""
    filled = [block for block in blocks if isinstance(block, Table) or block.text.strip()]
    for is_table, group in groupby(filled, key=lambda block: isinstance(block, Table)):
        run = list(group)
        # Some recorders make a table of every turn: together they show what one row cannot.
        if is_table and (spoken := read_spoken_table([row for block in run for row in _rows(block)])):
            yield spoken, []
            continue
        for block in run:
            spoken = read_spoken_table(_rows(block))
            yield spoken, [] if spoken else list(_lines(block))


def _rows(block: Block) -> list[list[str]]:
    return [[_words(cell) for cell in row] for row in block.rows] if isinstance(block, Table) else []


def _unspoken(lines: Sequence[str]) -> tuple[RawTurn, ...]:
    return tuple(turn for turn in split_notes(lines) if not _RECORDER.fullmatch(turn.words.strip()))


def _read_arrows(lines: Sequence[str]) -> Reading | None:
    """Teams documents of 2020 to 2022: `0:0:0.0 --> 0:0:3.140`, the name below it, and below that the words."""
    starts = [number for number, line in enumerate(lines) if _ARROW.fullmatch(line)]
    if len(starts) < 2 and not (starts and len(lines) < 12):
        return None
    header = split_header(lines[: starts[0]])
    turns = list(_unspoken(header.rest))
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        clock = _ARROW.fullmatch(lines[start])
        said = [line.strip() for line in lines[start + 1 : end] if line.strip()]
        named = len(said) >= 2 and is_label(said[0])
        at = clock_seconds(clock["at"]) if clock else None
        turns.append(RawTurn(said[0] if named else "", "\n".join(said[named:]), at))
    kept = [turn for turn in turns if not _RECORDER.fullmatch(turn.words)]
    reason = "speakers take turns in it"
    return Reading(merge(kept), DocumentKind.INTERVIEW, reason, "teams docx cues", header.speakers, header.marks)


def _without_sound_file(lines: Sequence[str]) -> tuple[list[str], str]:
    """Word's own Transcribe puts "Audio file", the file's name and "Transcript" above the words."""
    filled = [number for number, line in enumerate(lines) if line.strip()][:3]
    head = [lines[number].strip(" #") for number in filled]
    if len(head) == 3 and _SOUND.fullmatch(head[1]) and head[2].casefold() in ("transcript", "transcription"):
        return list(lines[filled[2] + 1 :]), head[1].rpartition(".")[0]
    return list(lines), ""


SHAPES = (
    Shape(
        "teams docx",
        "Pricing review_2026-03-11.docx",
        "Pricing review-20260311_150000-Meeting Transcript\nMarch 11, 2026, 3:00PM\n42m 10s\n"
        "Dana Ortiz started transcription\nDana Ortiz   0:03\nThanks for making the time.\n"
        "Marek Havel   0:07\nWe lost a week to it every month.\nDana Ortiz stopped transcription",
        "Name, time and words of each turn, the meeting's title and date; who started the recorder is left out.",
    ),
    Shape(
        "teams docx cues",
        "Pricing review.docx",
        "0:0:0.0 --> 0:0:3.140\nDana Ortiz\nThanks for making the time.\n"
        "0:0:3.520 --> 0:0:7.90\nMarek Havel\nWe lost a week to it every month.",
        "Name, start and words of each cue; cues of one speaker in a row are one turn.",
    ),
    Shape(
        "word transcribe",
        "Interview Havel.docx",
        "Audio file\nInterview Havel.m4a\nTranscript\n00:00:03 Speaker 1\nThanks for making the time.\n"
        "00:00:07 Speaker 2\nWe lost a week to it every month.\n00:00:12 Speaker 1\nEvery month?",
        "Speaker, time and words of each turn; the sound file's name is the title.",
    ),
    Shape(
        "docx table",
        "Interview Havel.docx",
        "Time | Speaker | Transcript\n0:03 | Dana Ortiz | Thanks for making the time.\n"
        "0:07 | Marek Havel | We lost a week to it every month.\n0:12 | Dana Ortiz | Every month?",
        "A turn of each row: the columns for speaker, words and time in any order, by their headers or their cells.",
    ),
    Shape(
        "docx",
        "Halden visit.docx",
        "Visit at Halden Foods, 11 March 2026\nThey match invoices by hand, six days a month.\n"
        "Marek wants it gone before the audit.\nNext: send the security pack.",
        "Paragraphs, list entries, rows of tables, text boxes, footnotes and accepted changes; no headers or footers.",
    ),
)

FORMATS = (Format("docx", sniff_docx, read_docx, SHAPES),)
