"""A JSON file is read: Gong's two-part export, any list of utterances, or one long text kept in a field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from analyzer.reading.exports.aws import label_items
from analyzer.reading.exports.beside import Spans, find_spans, spell_results
from analyzer.reading.exports.boards import with_sections
from analyzer.reading.exports.dialects import PLAIN, find_dialect
from analyzer.reading.exports.gong import find_gong, read_gong
from analyzer.reading.exports.keys import key_set, keys, plain_keys
from analyzer.reading.exports.lists import Entries, find_transcript, is_piece, objects, walk
from analyzer.reading.exports.marks import find_employer, find_marks
from analyzer.reading.exports.parsing import looks_like_json, parse
from analyzer.reading.exports.people import find_people
from analyzer.reading.exports.unkeyed import name_parts
from analyzer.reading.exports.utterances import read_speech
from analyzer.reading.office.rich_text import text_lines
from analyzer.reading.source import Reading, Source
from analyzer.reading.text import plain
from analyzer.records import DocumentKind

TEXT = "json text"
_FEWEST_WORDS = 3
# Of a list made from a transcript, until it is settled whether it is all there is.
_MADE = "made"


def sniff_json(source: Source) -> bool:
    """Whether it is JSON, or was until it broke off."""
    if not source.text.lstrip().startswith(("{", "[")):
        return False
    return source.name.lower().endswith((".json", ".jsonl", ".ndjson")) or looks_like_json(source.text)


def read_json(source: Source) -> Reading:
    """The transcript in the JSON. Raises DocumentError when it is damaged, or holds no words that somebody said."""
    parsed = parse(source.text)
    if not isinstance(parsed.value, dict | list):
        raise source.refuse("is JSON that breaks off or is damaged.", "Export it again.")
    content = with_sections(parsed.value) if isinstance(parsed.value, dict) else parsed.value
    calls = find_gong(content, source.calls)
    reading = read_gong(content, calls) if calls else _read_said(source, content)
    if reading is None or not reading.turns:
        if any(isinstance(each.get("parties"), list) for each in objects(content)):
            raise source.refuse(
                "holds Gong's calls and who took part, but no transcript.",
                "Add it together with the transcripts (Gong's calls/transcript).",
            )
        raise source.refuse(
            "is JSON without a transcript in a shape we know (Gong, Fireflies, or a list of {speaker, text, start}).",
            "Export the transcript as VTT, DOCX or text, or as such a list.",
        )
    return replace(reading, warnings=(*parsed.warnings, *reading.warnings))


def _read_said(source: Source, content: Any) -> Reading | None:
    """The list of utterances; else a text that stands whole, unless it says less than a list of notes does."""
    listed = _read_lists(content)
    if listed is not None and listed.format != _MADE:
        return listed
    whole = _read_text(source, content)
    if listed is None or (whole is not None and _n_words(whole) >= _n_words(listed)):
        return whole
    return replace(listed, format=PLAIN)


def _n_words(reading: Reading) -> int:
    return sum(len(turn.words.split()) for turn in reading.turns)


def _read_lists(content: Any) -> Reading | None:
    if isinstance(content, dict) and any("speaker" in key and isinstance(content[key], str) for key in content):
        content = [content]  # JSON lines of one line
    content = spell_results(label_items(content))
    found = find_transcript(content)
    if not found and (named := name_parts(content)):
        found = find_transcript(named)
    if not found:
        return None
    first = found[0]
    dialect = find_dialect(first.path, first.entries)
    people = find_people(holder for piece in found for holder in piece.holders)
    spans = Spans() if any(each.rank[2] for each in found) else find_spans(content)
    speech = read_speech(found, dialect, people.names(), spans)
    described = find_people((holder for piece in found for holder in piece.holders), speech.described)
    is_told_apart = (
        first.path[-1:] and first.path[-1] in key_set("transcripts") and any(t.speaker for t in speech.turns)
    )
    is_speech = not first.is_made and (first.rank[2] or first.rank[3] or is_told_apart)
    return Reading(
        speech.turns,
        DocumentKind.INTERVIEW if is_speech else None,
        "a transcript in JSON" if is_speech else "",
        dialect.name if not first.is_made else _MADE,
        described.participants(),
        find_marks(first.holders),
        (*speech.warnings, *_several(found), *_made(first)),
    )


def _several(found: Sequence[Entries]) -> tuple[str, ...]:
    n_documents = 1 + sum(not is_piece(one, found[0]) for one in found[1:])
    if n_documents == 1:
        return ()
    return (f"The file holds {n_documents} transcripts, read as one document; export one file for each.",)


def _made(first: Entries) -> tuple[str, ...]:
    name = first.path[-1] if first.path else ""
    return (f'The file holds no transcript; its list "{name}" was read as notes.',) if first.is_made else ()


def _read_text(source: Source, content: Any) -> Reading | None:
    """Text that stands whole in a field: a transcript of lines, notes, a posting's description; of many objects all."""
    found = [(text, each) for each in _own_objects(content) if (text := _whole_text(plain_keys(each)))]
    if not found:
        return None
    lines = [line for text, _ in found for line in (*text_lines(text), "")]
    holder = found[0][1]
    several = (f"The file holds {len(found)} texts, read as one document; export one file for each.",)
    reading = plain.read_lines(source, lines, TEXT)
    marks = {**reading.marks, **find_marks([holder])}
    reading = replace(reading, format=TEXT, marks=marks, warnings=several if len(found) > 1 else ())
    if not key_set("posting_fields") & plain_keys(holder).keys():
        return reading
    if employer := find_employer(holder):
        reading = replace(reading, marks={**reading.marks, "account": employer})
    return replace(reading, kind=DocumentKind.JOB_POSTING, kind_reason="its fields are those of a job posting")


def _own_objects(content: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of the file without those of its summaries, highlights and the like."""
    for value, place in walk(content):
        if isinstance(value, dict) and not (place and key_set("not_inside") & set(place.path)):
            yield with_sections(value)


def _whole_text(flat: Mapping[str, Any]) -> str:
    """The transcript of an object, else its longest text; "" when it has none of some words."""
    texts = {key: text for key in keys("whole_text") if (text := _lines_of(flat.get(key)))}
    said = max((text for key, text in texts.items() if key in key_set("spoken_text")), key=len, default="")
    best = said if len(said.split()) >= _FEWEST_WORDS else max(texts.values(), key=len, default="")
    return best if len(best.split()) >= _FEWEST_WORDS else ""


def _lines_of(value: Any) -> str:
    """A text, or a list of its lines as one."""
    if isinstance(value, list) and len(value) > 1 and all(isinstance(line, str) for line in value):
        return "\n".join(value)
    return value if isinstance(value, str) else ""
