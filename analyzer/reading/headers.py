"""What a transcript or note says about itself before it starts: heading, date, account, who takes part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from analyzer.reading.dates import find_date
from analyzer.reading.labels import parse_label
from analyzer.records import Participant, Side

_KEYS = {
    "date": "date recorded recorded-on meeting-date call-date interview-date when posted posted-on date-posted day",
    "account": "account company organisation organization customer-company client-company account-name company-name",
    "title": "title subject meeting-title meeting topic call interview",
    "outcome": "outcome result deal-outcome deal status deal-status",
    "people": "participants attendees present speakers people who with",
    "kind": "kind type document-type",
    "ours": "interviewer interviewers moderator host seller rep account-executive ae interviewed-by researcher",
    "customer": "interviewee interviewees customer guest client prospect respondent participant",
    "": "duration length location place id source language format recording link url created updated version",
}
_FIELD_OF = {word: field_ for field_, words in _KEYS.items() for word in words.split()}
_LINE = re.compile(
    r"^[-*>\s]*(?:\*\*|__)?(?P<key>[A-Za-z][A-Za-z /-]{1,24}?)(?:\*\*|__)?\s*:\s*(?:\*\*|__)?\s*(?P<value>.*)$"
)
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(?P<title>.+?)\s*#*\s*$")
_DURATION = re.compile(
    r"(?:\d+\s*h(?:ours?)?\s*)?\d+\s*m(?:in(?:utes)?)?\s*(?:\d+\s*s(?:ec(?:onds)?)?)?", re.IGNORECASE
)
_OUTSIDE_BRACKETS = re.compile(r"\s*(?:;|,(?![^()]*\))|\band\b|&)\s*")
_HEADER_LINES = 25


@dataclass(frozen=True, slots=True)
class Header:
    """``marks``: title, date, account, outcome, kind, customer as written. ``rest``: the lines after the header."""

    marks: dict[str, str] = field(default_factory=dict)
    speakers: tuple[Participant, ...] = ()
    rest: tuple[str, ...] = ()


def split_header(lines: Sequence[str]) -> Header:
    """Takes off the front matter and the header lines; the first line that is none of these ends the header."""
    marks: dict[str, str] = {}
    speakers: list[Participant] = []
    front, start = _front_matter(lines)
    for line in front:
        _take(line, marks, speakers)
    repeated = _labels_that_return(lines[start:])
    number = start
    while number < len(lines):
        line = lines[number].strip()
        following = next((later.strip() for later in lines[number + 1 : number + 4] if later.strip()), "")
        if line and not _is_header_line(line, marks, speakers, repeated, number - start, following):
            break
        number += 1
    return Header(marks, tuple(speakers), tuple(lines[number:]))


def _front_matter(lines: Sequence[str]) -> tuple[Sequence[str], int]:
    if lines and lines[0].strip() == "---":
        for number, line in enumerate(lines[1:60], 1):
            if line.strip() in ("---", "..."):
                return lines[1:number], number + 1
    return (), 0


def _labels_that_return(lines: Sequence[str]) -> set[str]:
    """Labels of more than one line: "Interviewer: ..." twice is somebody speaking, once it may be a header."""
    seen: set[str] = set()
    again: set[str] = set()
    for line in lines:
        if match := _LINE.match(line.strip()):
            key = _normal(match["key"])
            (again if key in seen else seen).add(key)
    return again


def _is_header_line(
    line: str, marks: dict[str, str], speakers: list[Participant], repeated: set[str], number: int, following: str
) -> bool:
    if number > _HEADER_LINES:
        return False
    if heading := _HEADING.match(line):
        if "title" not in marks:
            marks["title"] = heading["title"].strip("*_ ")
            return True
        return heading["title"].strip("*_ ").casefold() in ("transcript", "transcription", "interview", "conversation")
    if "title" not in marks and _is_title_above(line, following):
        marks["title"] = line
        return True
    if len(line) <= 60 and not _LINE.match(line) and find_date(line, whole=True):
        marks.setdefault("date", line)
        return True
    if _DURATION.fullmatch(line):
        return True
    match = _LINE.match(line)
    return match is not None and _normal(match["key"]) not in repeated and _take(line, marks, speakers)


def _is_title_above(line: str, following: str) -> bool:
    """A plain line over a date or a duration: the meeting's title, as Teams and Word put it."""
    if len(line) > 120 or line.endswith((".", "?", "!", ":")) or _LINE.match(line) or find_date(line, whole=True):
        return False
    return len(following) <= 60 and bool(find_date(following, whole=True) or _DURATION.fullmatch(following))


def _normal(key: str) -> str:
    return "-".join(key.casefold().split())


def _take(line: str, marks: dict[str, str], speakers: list[Participant]) -> bool:
    """Reads one `Key: value` line into the marks; False when its key is none of a header's."""
    match = _LINE.match(line.strip())
    if not match or _normal(match["key"]) not in _FIELD_OF:
        return False
    field_, value = _FIELD_OF[_normal(match["key"])], match["value"].strip().strip("\"'*_")
    if field_ in ("ours", "customer"):
        if len(value.split()) > 14 or value.endswith(("?", ".", "!")):
            return False
        side = Side.OURS if field_ == "ours" else Side.CUSTOMER
        who = parse_label(value)
        if side is Side.CUSTOMER:
            marks.setdefault("customer", who.name)  # a person's name or a company's: the speakers will tell
        speakers.append(replace(who, side=side, side_reason=f"the header names them as {match['key'].strip().lower()}"))
        if side is Side.CUSTOMER and who.company:
            marks.setdefault("account", who.company)
    elif field_ == "people":
        speakers.extend(parse_label(person) for person in _OUTSIDE_BRACKETS.split(value) if person)
    elif field_ and value:
        marks.setdefault(field_, value)
    return True
