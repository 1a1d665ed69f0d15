"""JSON exports: Gong (transcripts joined with the parties of calls), Fireflies, and a plain list of sentences.

The shape decides, not the vendor's name: a list of objects with words in them, somewhere in the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from analyzer.reading.canonical import RawTurn, fold, merge
from analyzer.reading.cues import clock_seconds
from analyzer.reading.source import Format, Reading, Source
from analyzer.reading.wordlists import words
from analyzer.records import DocumentKind, Participant, Side

_WORDS = ("text", "words", "raw_text", "content", "transcript", "sentence", "utterance", "message", "body")
_SPEAKERS = (
    "speaker",
    "speaker_name",
    "speakerName",
    "speaker_label",
    "name",
    "participant",
    "author",
    "role",
    "speaker_id",
)
_STARTS = ("start", "start_time", "startTime", "start_timestamp", "begin", "offset", "timestamp", "ts", "time", "at")
_MAX_DEPTH = 6


def sniff_json(source: Source) -> bool:
    """Whether it parses as an object or list: a note that begins with a bracket does not."""
    if not source.text.lstrip().startswith(("{", "[")):
        return False
    try:
        return isinstance(json.loads(source.text), dict | list)
    except (ValueError, RecursionError):
        return source.text.lstrip().startswith('{"') or source.name.lower().endswith(".json")


def read_json(source: Source) -> Reading:
    try:
        content = json.loads(source.text)
    except (ValueError, RecursionError) as error:
        raise source.refuse("is JSON that breaks off or is damaged.", "Export it again.") from error
    reading = _gong(content) or _sentences(content)
    if reading is None or not reading.turns:
        raise source.refuse(
            "is JSON without a transcript in a shape we know (Gong, Fireflies, or a list of {speaker, text, start}).",
            "Export the transcript as VTT, DOCX or text, or as such a list.",
        )
    return reading


# --------------------------------------------------------------------------------------------------------------- Gong


def _gong(content: Any) -> Reading | None:
    transcripts = [t for t in _objects(content) if _is_monologues(t.get("transcript"))]
    if not transcripts:
        return None
    calls = [call for call in _objects(content) if isinstance(call.get("parties"), list)]
    names, speakers = _parties(calls)
    cues: list[RawTurn] = []
    for monologue in (m for transcript in transcripts for m in transcript["transcript"]):
        if not isinstance(monologue, dict):
            continue
        speaker = str(monologue.get("speakerId", ""))
        for sentence in monologue.get("sentences") or ():
            if isinstance(sentence, dict):
                at = _seconds(sentence.get("start"))
                label = names.get(speaker) or (f"Speaker {speaker}" if speaker else "")
                cues.append(RawTurn(label, _string(sentence.get("text")), None if at is None else at / 1000))
    warnings: list[str] = []
    if unnamed := {turn.speaker for turn in cues if turn.speaker.startswith("Speaker ")}:
        warnings.append(
            f"{len(unnamed)} speakers have no name: Gong keeps names in `calls[].parties` (calls/extensive); add them."
        )
    if len(transcripts) > 1:
        warnings.append(
            f"The file holds {len(transcripts)} calls, read as one document; export one file for each call."
        )
    return Reading(
        merge(cues), DocumentKind.INTERVIEW, "a Gong transcript", "gong", speakers, _gong_marks(calls), tuple(warnings)
    )


def _is_monologues(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(m, dict) and isinstance(m.get("sentences"), list) for m in value)


def _parties(calls: Iterable[Mapping[str, Any]]) -> tuple[dict[str, str], tuple[Participant, ...]]:
    names: dict[str, str] = {}
    speakers: list[Participant] = []
    for party in (p for call in calls for p in call["parties"] if isinstance(p, dict)):
        name = fold(_string(party.get("name")) or _string(party.get("emailAddress")))
        if not name:
            continue
        if party.get("speakerId") is not None:
            names[str(party["speakerId"])] = name
        affiliation = _string(party.get("affiliation")).casefold()
        side = {"internal": Side.OURS, "external": Side.CUSTOMER}.get(affiliation, Side.UNKNOWN)
        reason = f"Gong marks them as {affiliation}" if side is not Side.UNKNOWN else ""
        speakers.append(Participant(name, _string(party.get("title")), _string(party.get("company")), side, reason))
    return names, tuple(speakers)


def _gong_marks(calls: list[dict[str, Any]]) -> dict[str, str]:
    about: dict[str, Any] = next((c["metaData"] for c in calls if isinstance(c.get("metaData"), dict)), {})
    marks = {"title": _string(about.get("title")), "date": _date(about.get("started") or about.get("scheduled"))}
    for entry in _objects([call.get("context") for call in calls]):
        if entry.get("objectType") == "Account" and isinstance(entry.get("fields"), list):
            named = [f.get("value") for f in entry["fields"] if isinstance(f, dict) and f.get("name") == "Name"]
            marks.setdefault("account", _string(named[0]) if named else "")
    return {key: value for key, value in marks.items() if value}


# ---------------------------------------------------------------------------------------------- lists of sentences


def _sentences(content: Any) -> Reading | None:
    lists = [entries for entries in _lists(content) if _first_key(entries, _WORDS)]
    if not lists:
        return None
    # The longest list of words is the transcript; summaries, chapters and action items are shorter.
    entries = max(lists, key=lambda those: sum(len(_value(e, _WORDS)) for e in those))
    speaker_key = next((k for k in _SPEAKERS if any(_label(e.get(k)) for e in entries)), "")
    start_key = next((k for k in _STARTS if any(_seconds(e.get(k)) is not None for e in entries)), "")
    # Milliseconds where no recording could last as many seconds.
    times = [at for e in entries if (at := _seconds(e.get(start_key))) is not None]
    scale = 1000 if times and max(times) > 48 * 3600 else 1
    cues: list[RawTurn] = []
    for entry in entries:
        at = _seconds(entry.get(start_key))
        label = _label(entry.get(speaker_key)) or _label(entry.get("speaker_id"))
        cues.append(RawTurn(label, _value(entry, _WORDS), None if at is None else at / scale))
    about = next((o for o in _objects(content) if any(entries is v for v in o.values())), {})
    fireflies = "speaker_name" in entries[0] and "sentences" in about
    marks = {"title": _string(about.get("title") or about.get("name")), "account": _string(about.get("account"))}
    marks["date"] = _date(
        about.get("date") or about.get("started") or about.get("created_at") or about.get("dateString")
    )
    return Reading(
        merge(cues),
        DocumentKind.INTERVIEW if speaker_key or start_key else None,
        "a transcript in JSON" if speaker_key or start_key else "",
        "fireflies" if fireflies else "json",
        _attendees(about),
        {key: value for key, value in marks.items() if value},
    )


def _attendees(about: Mapping[str, Any]) -> tuple[Participant, ...]:
    """Fireflies names who called the meeting; people with the same mail domain are ours, the others are not."""
    host = _domain(_string(about.get("host_email")) or _string(about.get("organizer_email")))
    people: list[Participant] = []
    for attendee in about.get("meeting_attendees") or ():
        if not isinstance(attendee, dict) or not (
            name := fold(_string(attendee.get("displayName") or attendee.get("name")))
        ):
            continue
        domain = _domain(_string(attendee.get("email")))
        side, reason = Side.UNKNOWN, ""
        if host and domain and host not in words("free_mail"):
            side = Side.OURS if domain == host else Side.CUSTOMER
            reason = f"their mail address is {'in' if domain == host else 'outside'} the host's domain {host}"
        people.append(Participant(name, "", "", side, reason))
    return tuple(people)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold() if "@" in address else ""


def _objects(content: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object in the file down to a depth where no export keeps its transcript."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(content, dict):
        yield content
        for value in content.values():
            yield from _objects(value, depth + 1)
    elif isinstance(content, list):
        for value in content:
            yield from _objects(value, depth + 1)


def _lists(content: Any) -> Iterator[list[dict[str, Any]]]:
    """Lists of nothing but objects."""
    for holder in ({"": content}, *_objects(content)):
        for value in holder.values():
            if isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
                yield value


def _first_key(entries: list[dict[str, Any]], keys: Iterable[str]) -> str:
    return next((key for key in keys if any(_string(entry.get(key)).strip() for entry in entries)), "")


def _value(entry: Mapping[str, Any], keys: Iterable[str]) -> str:
    return next((words for key in keys if (words := _string(entry.get(key)))), "")


def _label(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("name") or value.get("displayName") or value.get("id")
    if isinstance(value, bool) or value is None:
        return ""
    return f"Speaker {value}" if isinstance(value, int | float) else fold(_string(value))


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _seconds(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        seconds = clock_seconds(value) if isinstance(value, str) and ":" in value else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return round(seconds, 3) if 0 <= seconds < 1e13 else None


def _date(value: Any) -> str:
    """An ISO day from a date as text or as a number of (milli)seconds since 1970."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 1e8 < value < 1e14:
        seconds = value / 1000 if value > 1e11 else value
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    return _string(value)


FORMATS = (Format("json", sniff_json, read_json),)
