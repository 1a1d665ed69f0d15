"""What a transcript or note says about itself before it starts: heading, date, account, who takes part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from analyzer.reading.guesses.dates import find_date
from analyzer.reading.text.attendees import PEOPLE_KEYS, parse_attendees
from analyzer.reading.text.lines import Form, is_furniture, mark_line
from analyzer.reading.who.labels import is_label, looks_named, parse_label
from analyzer.reading.wordlists import phrases, words
from analyzer.records import Participant, Side

_KEYS = {
    "date": "date date/time meeting-date/time recorded recorded-on meeting-date "
    "call-date interview-date when posted posted-on date-posted day",
    "account": "account company organisation organization customer-company client-company account-name company-name",
    "title": "title subject meeting-title meeting topic call interview",
    "outcome": "outcome result deal-outcome deal status deal-status",
    "people": " ".join(sorted(PEOPLE_KEYS)),
    "kind": "kind type document-type",
    "ours": "interviewer interviewers moderator host seller rep account-executive ae interviewed-by researcher",
    "customer": "interviewee interviewees customer guest client prospect respondent participant",
    "": "duration length location place id source language format recording link url created updated version "
    "meeting-duration recorded-by transcribed-by views keywords video audio file",
}
_FIELD_OF = {word: field_ for field_, words in _KEYS.items() for word in words.split()}
_LINE = re.compile(
    r"^[-*>\s]*(?:\*\*|__)?(?P<key>[^\W\d_](?:[^\W\d_]|[ /-]){1,24}?)(?:\*\*|__)?\s*:\s*(?:\*\*|__)?\s*(?P<value>.*)$"
)
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?=\S)")
_OF_TRANSCRIPT = re.compile(r"\s{0,4}[-–—|]\s{0,4}transcri(?:pt|ption)$", re.IGNORECASE)
_DURATION = re.compile(
    r"(?:\d+\s*h(?:ours?)?\s*)?\d+\s*m(?:in(?:utes)?)?\s*(?:\d+\s*s(?:ec(?:onds)?)?)?", re.IGNORECASE
)
_OUTSIDE_BRACKETS = re.compile(r"\s*(?:;|,(?![^()]*\))|\band\b|&)\s*")
_ADDRESS = re.compile(r"https?://\S{1,500}|\[[^\]\n]{1,80}\]\(https?://\S{1,500}\)")
_FRONT_KEY = re.compile(r"([A-Za-z][\w -]{0,40}):(?=\s|$)")
_LONGEST_FRONT = 60
_HEADER_LINES = 25
_LONGEST = 2000
_LONGEST_TITLE = 120
_LEAST_BELOW = 0.3
_MOST_WORDS_LISTED = 5


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
    start = front_matter_end(lines)
    for line in lines[1 : max(start - 1, 1)]:
        _take(line, marks, speakers)
    repeated = _labels_that_return(lines[start:])
    number = start
    while number < len(lines):
        line = lines[number].strip()
        if number - start <= _HEADER_LINES and (end := _list_end(lines, number)):
            speakers += _people_listed(lines[number:end])
            number = end
            continue
        following = next((later.strip() for later in lines[number + 1 : number + 4] if later.strip()), "")
        if line and not (
            _is_header_line(line, marks, speakers, repeated, number - start, following)
            or _stands_between_keys(lines, number, repeated)
        ):
            break
        number += 1
    return Header(marks, tuple(speakers), tuple(lines[number:]))


def below_transcript(lines: Sequence[str]) -> int | None:
    """Where a transcript begins below the notes that its recorder made of it: the line after the heading that says so.

    None when nothing says so, or when little stands below it.
    """
    for number, line in enumerate(lines):
        bare = _bare(line)
        if len(bare) > 40 or not phrases("transcript_headings").fullmatch(bare):
            continue
        if number and lines[number - 1].strip() and not line.lstrip().startswith(("#", "**", "📖")):
            continue  # a word of a wrapped sentence
        below = sum(len(later.split()) for later in lines[number + 1 :])
        total = sum(len(other.split()) for other in lines)
        return number + 1 if below >= _LEAST_BELOW * total else None
    return None


def heading_title(line: str) -> str:
    """The words of a Markdown heading; "" when the line is none."""
    heading = _HEADING.match(line) if len(line) <= _LONGEST else None
    return line[heading.end() :].strip().rstrip("#").strip().strip("*_ ") if heading else ""


def _bare(line: str) -> str:
    return line.strip("#*_-–—=[] \t").rstrip(":").strip("*_ ").casefold() if len(line) <= _LONGEST else line


def _list_end(lines: Sequence[str], number: int) -> int:
    """The line after a recorder's list of people or keywords that begins here with its heading; 0 when none does."""
    bare = _bare(lines[number])
    if len(bare) > 40 or not (bare in words("people_headings") or phrases("keyword_headings").fullmatch(bare)):
        return 0
    place = number + 1
    while place < len(lines) and not lines[place].strip():
        place += 1
    begun = place
    while place < len(lines) and lines[place].strip() and place - begun < _HEADER_LINES:
        if mark_line(lines[place], opens=True).form is not Form.WORDS or _bare(lines[place]) in words(
            "people_headings"
        ):
            break
        place += 1
        if "," in lines[place - 1]:  # one line holds them all
            break
    return place if place > begun else 0


def _people_listed(lines: Sequence[str]) -> list[Participant]:
    """Who is listed below "Attendees" or "SPEAKERS"; nobody below "SUMMARY KEYWORDS"."""
    if _bare(lines[0]) not in words("people_headings"):
        return []
    listed = [line for line in lines[1:] if len(line) <= _LONGEST]
    if people := parse_attendees("\n".join(listed)):
        return [*people]
    names = [name.strip("-*• \t") for line in listed for name in _OUTSIDE_BRACKETS.split(line)]
    return [parse_label(name) for name in names if is_label(name)]


def front_matter_end(lines: Sequence[str]) -> int:
    """How many lines the front matter takes, its fences with it; 0 when there is none. Between two rules may also
    stand what somebody said: front matter is keys and lists, and one key at least is a header's."""
    if not lines or lines[0].strip() != "---":
        return 0
    known = False
    for number, line in enumerate(lines[1:_LONGEST_FRONT], 1):
        if line.strip() in ("---", "..."):
            return number + 1 if known else 0
        key = _FRONT_KEY.match(line[:_LONGEST])
        if not key and line.strip() and not line.startswith((" ", "\t", "-", "#")):
            return 0
        known = known or (key is not None and _normal(key[1]) in _FIELD_OF)
    return 0


def _labels_that_return(lines: Sequence[str]) -> set[str]:
    """What begins more than one line, or is all of it: "Interviewer: ..." or "Dana Ortiz" twice is somebody speaking,
    once it may be a header."""
    seen: set[str] = set()
    again: set[str] = set()
    for line in lines:
        match = _LINE.match(line[:_LONGEST].strip())
        whole = line.strip("#*_ \t").casefold() if len(line) <= _LONGEST_TITLE else ""
        if key := _normal(match["key"]) if match else whole:
            (again if key in seen else seen).add(key)
    return again


def _is_header_line(
    line: str, marks: dict[str, str], speakers: list[Participant], repeated: set[str], number: int, following: str
) -> bool:
    if number > _HEADER_LINES:
        return False
    if _ADDRESS.fullmatch(line.strip("#<>*_ \t")) or is_furniture(line, opens=True):
        return True
    if title := heading_title(line):
        if title.casefold() in repeated or mark_line(line, opens=True).form in (Form.STAMP, Form.HEAD):
            return False
        if "title" not in marks:
            marks["title"] = _OF_TRANSCRIPT.sub("", title)
            return True
        if title.casefold() in ("interview", "conversation"):
            return True
        line = title  # "### Moderator: Ruth Hale"
        stated = _LINE.match(line)
        return stated is not None and _normal(stated["key"]) not in repeated and _take(line, marks, speakers)
    if "title" not in marks and line.strip("*_ ").casefold() not in repeated and _is_title_above(line, following):
        marks["title"] = _OF_TRANSCRIPT.sub("", line.strip("*_ "))
        return True
    if _repeats_title(line, marks.get("title", "")):
        return True
    if len(line) <= 60 and not _LINE.match(line) and find_date(line, whole=True):
        marks.setdefault("date", line)
        return True
    if _DURATION.fullmatch(line):
        return True
    match = _LINE.match(line) if len(line) <= _LONGEST else None
    return match is not None and _normal(match["key"]) not in repeated and _take(line, marks, speakers)


def _stands_between_keys(lines: Sequence[str], number: int, repeated: set[str]) -> bool:
    """`Persona: new buyer` right below `Date: ...` and right above `Interviewer: ...` is of the header too."""
    if not 0 < number < len(lines) - 1 or number > _HEADER_LINES:
        return False
    above, here, below = (_LINE.match(line.strip()[:_LONGEST]) for line in lines[number - 1 : number + 2])
    if not (above and here and below) or _normal(here["key"]) in repeated or looks_named(here["key"]):
        return False
    return all(_normal(match["key"]) in _FIELD_OF and _normal(match["key"]) not in repeated for match in (above, below))


def _is_title_above(line: str, following: str) -> bool:
    """A plain line over a date, a duration or what a recorder writes: the meeting's title; or one that says it is a
    transcript's."""
    if len(line) > _LONGEST_TITLE or line.endswith((".", "?", "!", ":")) or find_date(line, whole=True):
        return False
    if _is_named_transcript(line):
        return True
    if _LINE.match(line) or mark_line(line, opens=True).form is not Form.WORDS:
        return False
    above_list = _bare(following) in words("people_headings") or bool(phrases("keyword_headings").fullmatch(following))
    above_mark = is_furniture(following, opens=True) and any(c.isalpha() for c in following)
    dated = len(following) <= 60 and bool(find_date(following, whole=True) or _DURATION.fullmatch(following))
    return dated or above_list or above_mark


def _repeats_title(line: str, title: str) -> bool:
    """The title once more, as that of the transcript."""
    return _is_named_transcript(line) and _OF_TRANSCRIPT.sub("", line.strip("#*_ ")).casefold() in title.casefold()


def _is_named_transcript(line: str) -> bool:
    """`Northwind review - Transcript`, as Google Meet heads its own."""
    return len(line) <= 160 and bool(_OF_TRANSCRIPT.search(line)) and not _LINE.match(line)


def _normal(key: str) -> str:
    return "-".join(key.casefold().split())


def _take(line: str, marks: dict[str, str], speakers: list[Participant]) -> bool:
    """Reads one `Key: value` line into the marks; False when its key is none of a header's."""
    match = _LINE.match(line.strip()) if len(line) <= _LONGEST else None
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
    elif field_ == "people" and len(value) <= _LONGEST:
        plain = [parse_label(person) for person in _OUTSIDE_BRACKETS.split(value) if person]
        speakers.extend(parse_attendees(value) or plain)
    elif field_ and value:
        marks.setdefault(field_, value)
    return True
