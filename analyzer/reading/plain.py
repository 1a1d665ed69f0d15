"""Plain text and Markdown, and the lines that Word, PDF and HTML come down to: a transcript, notes or a posting."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from analyzer.reading.headers import Header, split_header
from analyzer.reading.notes import split_notes
from analyzer.reading.source import Format, Reading, Source
from analyzer.reading.speech import find_speech
from analyzer.records import DocumentKind

_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.+?)\s*#*\s*$")
_BOLD = re.compile(r"^\*\*[^*]{1,90}\*\*")
_OTTER = re.compile(r"^\S.{0,80}\s{2,}\d{1,3}:\d{2}(?::\d{2})?\s*$")


def read_text(source: Source) -> Reading:
    return read_lines(source, source.text.split("\n"))


def read_lines(source: Source, lines: Sequence[str], layout: str = "") -> Reading:
    """Decides by the words whether the lines are a transcript; if not, they are notes or a posting, all words kept."""
    header = split_header(lines)
    turns = find_speech(header.rest)
    if not turns and header.marks.get("kind", "").casefold() in ("interview", "transcript"):
        turns = find_speech(header.rest, lenient=True)
    if turns:
        marks = dict(header.marks)
        first = turns[0]
        if not first.speaker and "title" not in marks and _is_title(first.words):
            marks["title"], turns = first.words, turns[1:]
        reason = "speakers take turns in it"
        how = layout or _layout(header.rest)
        return Reading(turns, DocumentKind.INTERVIEW, reason, how, header.speakers, marks)
    notes = split_notes(_after_front_matter(lines, header))
    if not notes:
        raise source.refuse("holds no words.", "Check that the export finished, and add the file again.")
    return Reading(notes, None, "", layout or "text", header.speakers, _note_marks(header, lines))


def _layout(lines: Sequence[str]) -> str:
    filled = [line for line in lines if line.strip()]
    if sum(bool(_OTTER.match(line)) for line in filled) >= 2:
        return "otter"
    return "markdown interview" if sum(bool(_BOLD.match(line.strip())) for line in filled) >= 2 else "name: text"


def _is_title(words: str) -> bool:
    return len(words) <= 100 and not words.endswith((".", "?", "!", ":"))


def _after_front_matter(lines: Sequence[str], header: Header) -> Sequence[str]:
    """Notes keep their header lines as words; only front matter, which nobody wrote by hand, is taken off."""
    if lines and lines[0].strip() == "---" and len(header.rest) < len(lines):
        for number, line in enumerate(lines[1:60], 1):
            if line.strip() in ("---", "..."):
                return lines[number + 1 :]
    return lines


def _note_marks(header: Header, lines: Sequence[str]) -> dict[str, str]:
    marks = dict(header.marks)
    if "title" not in marks:
        for line in lines[:12]:
            if heading := _HEADING.match(line):
                marks["title"] = heading[1].strip("*_ ")
                break
    return marks


def sniff_text(source: Source) -> bool:
    return bool(source.text.strip())


FORMATS = (Format("text", sniff_text, read_text),)


def as_interview(reading: Reading) -> Reading:
    """The same lines read as a transcript, because somebody said it is one: any label there is names a speaker."""
    lines = [line for turn in reading.turns for line in (*turn.words.split("\n"), "")]
    turns = find_speech(lines, lenient=True)
    return replace(reading, turns=turns, kind=DocumentKind.INTERVIEW) if turns else reading
