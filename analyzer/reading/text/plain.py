"""Plain text and Markdown, and the lines that Word, PDF and HTML come down to: a transcript, notes or a posting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyzer.reading.guesses.kinds import stated_kind
from analyzer.reading.source import Format, Reading, Source
from analyzer.reading.text.attendees import find_attendees
from analyzer.reading.text.headers import Header, below_transcript, front_matter_end, heading_title, split_header
from analyzer.reading.text.layouts import SHAPES
from analyzer.reading.text.notes import split_notes
from analyzer.reading.text.speech import Speech, find_speech
from analyzer.records import DocumentKind, Participant, Side

_SPEAKERS_TAKE_TURNS = "speakers take turns in it"


def read_text(source: Source) -> Reading:
    """A text file as a transcript in any layout of :data:`SHAPES`, or as notes."""
    return read_lines(source, source.text.split("\n"))


def read_lines(source: Source, lines: Sequence[str], layout: str = "") -> Reading:
    """Decides by the words whether the lines are a transcript; if not, they are notes or a posting, all words kept."""
    header = split_header(lines)
    speech = Speech()
    if not stated_kind(header.marks):
        header, speech = _find_speech(header)
    if speech.turns:
        marks, turns = dict(header.marks), speech.turns
        first = turns[0]
        if not first.speaker and "title" not in marks and len(turns) > 1 and _is_title(first.words):
            marks["title"], turns = first.words, turns[1:]
        how = layout or speech.layout
        return Reading(
            turns, DocumentKind.INTERVIEW, _SPEAKERS_TAKE_TURNS, how, header.speakers, marks, speech.warnings
        )
    # Notes keep their header lines as words; only front matter, which nobody wrote by hand, is taken off.
    notes = split_notes(lines[front_matter_end(lines) :])
    if not notes:
        raise source.refuse("holds no words.", "Check that the export finished, and add the file again.")
    return Reading(notes, None, "", layout or "notes", _note_people(header, lines), _note_marks(header, lines))


def _note_people(header: Header, lines: Sequence[str]) -> tuple[Participant, ...]:
    """Who is listed as taking part, and whom the header names as ours; "Customer: Northwind" may be a company."""
    listed = find_attendees(lines[front_matter_end(lines) :]) or find_attendees(lines)
    names = {who.name.casefold() for who in listed}
    ours = (who for who in header.speakers if who.side is Side.OURS and who.name.casefold() not in names)
    return (*listed, *ours)


def _find_speech(header: Header) -> tuple[Header, Speech]:
    """The speech below the header, and the header with what stands above a heading "Transcript" taken off."""
    names = [who.name for who in header.speakers]
    if (start := below_transcript(header.rest)) is not None:
        below = split_header(header.rest[start:])
        speech = find_speech(below.rest, [*names, *(who.name for who in below.speakers)])
        if speech.turns:
            above = sum(bool(line.strip()) for line in header.rest[: start - 1])
            left_out = f"{above} lines above the transcript (a recorder's own notes) were left out."
            warnings = (*speech.warnings, left_out) if above else speech.warnings
            marks = {**below.marks, **header.marks}
            return Header(marks, (*header.speakers, *below.speakers), below.rest), replace(speech, warnings=warnings)
    speech = find_speech(header.rest, names)
    if not speech.turns and header.marks.get("kind", "").casefold() in ("interview", "transcript"):
        speech = find_speech(header.rest, names, lenient=True)
    return header, speech


def _is_title(words: str) -> bool:
    return len(words) <= 100 and not words.endswith((".", "?", "!", ":"))


def _note_marks(header: Header, lines: Sequence[str]) -> dict[str, str]:
    marks = dict(header.marks)
    if "title" not in marks:
        title = next((found for line in lines[:12] if (found := heading_title(line))), "")
        if title:
            marks["title"] = title
    return marks


def sniff_text(source: Source) -> bool:
    return bool(source.text.strip())


FORMATS = (Format("text", sniff_text, read_text, SHAPES),)


def as_interview(reading: Reading) -> Reading:
    """The same lines read as a transcript, because somebody said it is one: any label there is names a speaker."""
    lines = [line for turn in reading.turns for line in (*turn.words.split("\n"), "")]
    speech = find_speech(lines, lenient=True)
    if not speech.turns:
        return reading
    how = speech.layout if reading.format == "notes" else reading.format
    return replace(reading, turns=speech.turns, kind=DocumentKind.INTERVIEW, format=how)
