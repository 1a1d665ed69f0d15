"""Gong: its transcripts name speakers by number only; the names, titles and sides are in the parties of its calls.

The two come from two doors of its API (calls/transcript and calls/extensive), so often as two files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.reading.canonical import RawTurn, fold, merge
from analyzer.reading.decoding import TextTooLongError, decode
from analyzer.reading.exports.lists import find_transcript, objects
from analyzer.reading.exports.parsing import parse
from analyzer.reading.exports.people import find_people
from analyzer.reading.exports.said import id_of
from analyzer.reading.exports.times import find_moment
from analyzer.reading.guesses.naming import outcome_in
from analyzer.reading.ordinals import places
from analyzer.reading.source import Reading
from analyzer.records import DocumentKind, Participant

NAME = "gong"
_LIKELY_CALLS = 20
_MISSING = (
    "Gong keeps names in `calls[].parties`, the answer of its calls/extensive: add that file together with this one."
)


@dataclass(frozen=True, slots=True)
class Call:
    """A transcript with the call it is of; ``call`` is {} where no file here tells of it."""

    transcript: Mapping[str, Any]
    call: Mapping[str, Any]

    @property
    def id(self) -> str:
        return id_of(self.transcript.get("callId")) or _call_id(self.call)

    @property
    def title(self) -> str:
        return _string(_about(self.call).get("title"))


def find_calls(content: bytes) -> dict[str, dict[str, Any]]:
    """The calls, with their parties, of a JSON file that holds calls and no transcript, by their id; {} of any other.

    A call without an id is known by what it says. Nothing is raised.
    """
    if b"parties" not in content and b"p\x00a\x00r\x00t\x00i\x00e\x00s" not in content:
        return {}
    try:
        text, _ = decode(content)
    except TextTooLongError:
        return {}
    if not text.lstrip().startswith(("{", "[")):
        return {}
    value = parse(text).value
    # Points and outlines of a call are no transcript; what another tool keeps beside its parties may be one.
    if (
        value is None
        or any(_transcripts(value))
        or any(each.rank[1] and not each.is_made for each in find_transcript(value))
    ):
        return {}
    return {_call_id(call) or _digest(call): call for call in _calls(value)}


def find_gong(content: Any, known: Sequence[Mapping[str, Any]] = ()) -> tuple[Call, ...]:
    """Every transcript of the file with its call, from the file itself or from ``known``; () when it is not Gong's."""
    transcripts = list(_transcripts(content))
    if not transcripts:
        return ()
    calls = _Calls([*_calls(content), *known])
    return tuple(Call(transcript, calls.find(transcript, len(transcripts) == 1)) for transcript in transcripts)


def read_gong(content: Any, calls: Sequence[Call]) -> Reading:
    """The calls as one document: a file of several is taken apart before (splitting)."""
    cues: list[RawTurn] = []
    broken: list[int] = []
    speakers: list[Participant] = []
    for each in calls:
        said, missed = _sentences(each)
        cues += said
        broken += missed
        speakers += find_people([each.call]).participants()
    warnings = [*_unnamed(cues), *_unread(broken), *_more(content, len(calls))]
    reason = "a Gong transcript"
    marks = _marks([each.call for each in calls])
    return Reading(merge(cues), DocumentKind.INTERVIEW, reason, NAME, tuple(speakers), marks, tuple(warnings))


def write_call(each: Call) -> bytes:
    """The call as a file of its own, in Gong's shape."""
    whole = {"callTranscripts": [each.transcript], "calls": [each.call] if each.call else []}
    return json.dumps(whole, indent=1).encode("ascii")


def _transcripts(content: Any) -> Iterator[Mapping[str, Any]]:
    return (value for value in objects(content) if _is_monologues(value.get("transcript")))


def _is_monologues(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    return any(isinstance(m, dict) and "speakerId" in m and isinstance(m.get("sentences"), list) for m in value)


def _calls(content: Any) -> Iterator[dict[str, Any]]:
    for value in objects(content):
        if isinstance(value.get("parties"), list) and isinstance(value, dict):
            yield value


def _about(call: Mapping[str, Any]) -> Mapping[str, Any]:
    about = call.get("metaData")
    return about if isinstance(about, dict) else call


def _call_id(call: Mapping[str, Any]) -> str:
    return id_of(_about(call).get("id")) or id_of(call.get("callId")) or id_of(call.get("id"))


def _digest(call: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(call, sort_keys=True).encode()).hexdigest()[:16]


class _Calls:
    """Calls to look up by id, else by who speaks in them."""

    def __init__(self, calls: Sequence[Mapping[str, Any]]) -> None:
        self.all = calls
        self.by_id: dict[str, Mapping[str, Any]] = {_call_id(call): call for call in reversed(calls)}
        self.by_speaker: dict[str, list[Mapping[str, Any]]] = {}
        for call in calls:
            for speaker in _names(call):
                self.by_speaker.setdefault(speaker, []).append(call)

    def find(self, transcript: Mapping[str, Any], is_alone: bool) -> Mapping[str, Any]:
        """By id; else the only call whose parties are these speakers, which no other call's are; {} when none is."""
        wanted = id_of(transcript.get("callId"))
        if wanted and wanted in self.by_id:
            return self.by_id[wanted]
        if isinstance(transcript.get("parties"), list):
            return transcript
        used = {id_of(m.get("speakerId")) for m in transcript["transcript"] if isinstance(m, dict)} - {""}
        rarest: list[Mapping[str, Any]] = min(
            (self.by_speaker.get(speaker, []) for speaker in used), key=len, default=[]
        )
        having = [call for call in rarest[:_LIKELY_CALLS] if used <= _names(call).keys()]
        if len({json.dumps(call, sort_keys=True) for call in having}) == 1 and len(rarest) <= _LIKELY_CALLS:
            # Another call of the same people tells their names, and not when or what this one was.
            return {"parties": having[0]["parties"]} if wanted and _call_id(having[0]) else having[0]
        is_only = is_alone and len(self.all) == 1 and not (wanted and _call_id(self.all[0]))
        return self.all[0] if is_only else {}


def _names(call: Mapping[str, Any]) -> dict[str, str]:
    names: dict[str, str] = {}
    for party in call.get("parties") or ():
        if isinstance(party, dict) and (one := id_of(party.get("speakerId"))):
            names[one] = fold(_string(party.get("name")) or _string(party.get("emailAddress")))
    return names


def _sentences(each: Call) -> tuple[list[RawTurn], list[int]]:
    """The sentences in order, and the numbers of the monologues that cannot be read in full."""
    names = _names(each.call)
    cues: list[RawTurn] = []
    broken: list[int] = []
    for number, monologue in enumerate(each.transcript["transcript"], 1):
        sentences = monologue.get("sentences") if isinstance(monologue, dict) else None
        if not isinstance(sentences, list):
            broken.append(number)
            continue
        speaker = id_of(monologue.get("speakerId"))
        label = names.get(speaker) or (f"Speaker {speaker}" if speaker else "")
        for sentence in sentences:
            text = sentence.get("text", "") if isinstance(sentence, dict) else 0
            if isinstance(text, str):
                cues.append(RawTurn(label, text, _at(sentence)))
            elif text is not None and broken[-1:] != [number]:
                broken.append(number)
    return cues, broken


def _at(sentence: Mapping[str, Any]) -> float | None:
    moment = find_moment({"start": sentence.get("start")})
    return None if moment is None else round(moment.amount if moment.is_sure else moment.amount / 1000, 3)


def _unnamed(cues: Iterable[RawTurn]) -> Iterator[str]:
    unnamed = list(dict.fromkeys(cue.speaker for cue in cues if cue.speaker.startswith("Speaker ")))
    if unnamed:
        who = f"{len(unnamed)} speakers have" if len(unnamed) > 1 else "One speaker has"
        yield f"{who} no name ({', '.join(unnamed[:5])}): {_MISSING}"


def _unread(broken: Sequence[int]) -> Iterator[str]:
    if broken:
        yield f"{places('Monologue', broken)} of the transcript cannot be read in full; what is no text was left out."


def _more(content: Any, n_calls: int) -> Iterator[str]:
    if n_calls > 1:
        yield f"The file holds {n_calls} calls, read as one document; export one file for each call."
    records = content.get("records") if isinstance(content, dict) else None
    if isinstance(records, dict) and records.get("cursor"):
        yield (
            f"This is page {id_of(records.get('currentPageNumber')) or '?'} of an export of "
            f"{id_of(records.get('totalRecords')) or 'more'} calls; add its other pages too."
        )


def _marks(calls: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    about = next((_about(call) for call in calls if call), {})
    marks = {
        "title": _string(about.get("title")),
        "date": _string(about.get("started")) or _string(about.get("scheduled")),
    }
    for entry in objects([call.get("context") for call in calls]):
        if entry.get("objectType") == "Account":
            marks.setdefault("account", _field(entry, "Name"))
        stage = _field(entry, "StageName") if entry.get("objectType") == "Opportunity" else ""
        if outcome_in(stage)[0]:
            marks.setdefault("outcome", stage)
    return {key: value for key, value in marks.items() if value}


def _field(entry: Mapping[str, Any], name: str) -> str:
    fields = entry.get("fields")
    named = (f for f in fields if isinstance(f, dict) and f.get("name") == name) if isinstance(fields, list) else ()
    return next((_string(f.get("value")) for f in named), "")


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
