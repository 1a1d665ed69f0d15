"""What must hold for any JSON and any table: turns and rows survive writing and reading, and nothing crashes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analyzer.errors import DocumentError
from analyzer.reading.canonical import RawTurn, fold, merge
from analyzer.reading.documents import read_document
from analyzer.reading.exports import find_calls
from analyzer.reading.source import Source
from analyzer.reading.splitting import split_file
from analyzer.reading.tables.sheets import FORMATS as SHEETS

Turns = list[tuple[str, str]]
NAMES = ["Ana Lopes", "Dr. Jürgen Althaus", "Mary-Jane O'Neil", "Siobhán Ní Bhriain", "Devon P", "April Price"]
TOKENS = [
    "we", "lost", "the", "deal,", "A", "-->", "B", "Note:", "10:30", "https://x.y", "R&D", "<b>", "5", "Zürich",
    "“quoted”", "forty-two.", "Why?", "[laughs]", "Dana:", "it's", "AT&T;", '"so"', "\\n", "{", "12,5", "---", "昨日",
]  # fmt: skip
words = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=20).map(" ".join)
turns = st.lists(st.tuples(st.sampled_from(NAMES), words), min_size=1, max_size=10)


def said(turns: Turns) -> Turns:
    """What was written, with neighbours of one speaker put together, as a turn is defined."""
    return [(turn.speaker, turn.words) for turn in merge(RawTurn(*turn) for turn in turns)]


def numbers(turns: Turns) -> dict[str, int]:
    return {name: number for number, name in enumerate(dict.fromkeys(name for name, _ in turns))}


def as_list(turns: Turns) -> Any:
    return [{"speaker": who, "text": said, "start": n * 9.5} for n, (who, said) in enumerate(turns)]


def as_gong(turns: Turns) -> Any:
    ids = numbers(turns)
    spoken = [
        {
            "speakerId": str(ids[who] + 900),
            "topic": None,
            "sentences": [{"start": n * 9000, "end": n * 9000 + 1, "text": said}],
        }
        for n, (who, said) in enumerate(turns)
    ]
    parties = [{"speakerId": str(number + 900), "name": name, "affiliation": "Unknown"} for name, number in ids.items()]
    call = {"metaData": {"id": "1", "title": "A call"}, "parties": parties}
    return {"callTranscripts": [{"callId": "1", "transcript": spoken}], "calls": [call]}


def as_fireflies(turns: Turns) -> Any:
    ids = numbers(turns)
    sentences = [
        {"index": n, "text": said, "raw_text": said, "start_time": n * 9.0, "speaker_id": ids[who], "speaker_name": who}
        for n, (who, said) in enumerate(turns)
    ]
    return {"data": {"transcript": {"title": "A call", "sentences": sentences, "summary": {"keywords": ["a"]}}}}


def as_rev(turns: Turns) -> Any:
    ids = numbers(turns)
    monologues = []
    for n, (who, said) in enumerate(turns):
        spelt = [{"type": "text", "value": word, "ts": n * 9.0} for word in said.split()]
        spaced = [part for word in spelt for part in (word, {"type": "punct", "value": " "})]
        monologues.append({"speaker": ids[who], "elements": spaced})
    return {"speakers": [{"id": n, "name": name} for name, n in ids.items()], "monologues": monologues}


def as_recall(turns: Turns) -> Any:
    return [
        {"participant": {"id": n, "name": who}, "words": [{"text": said, "start_timestamp": {"relative": n * 9.0}}]}
        for n, (who, said) in enumerate(turns)
    ]


def as_fathom(turns: Turns) -> Any:
    spoken = [
        {"speaker": {"display_name": who}, "text": said, "timestamp": f"00:{n // 60:02}:{n % 60:02}"}
        for n, (who, said) in enumerate(turns)
    ]
    return {"meeting_title": "A call", "transcript": spoken, "default_summary": {"markdown_formatted": "## x"}}


def as_teams(turns: Turns) -> Any:
    return {
        "entries": [
            {"speakerDisplayName": who, "text": said, "startOffset": f"00:00:{n:02}.1230000"}
            for n, (who, said) in enumerate(turns)
        ]
    }


def as_lines(turns: Turns) -> str:
    return "\n".join(json.dumps({"speaker": who, "text": said, "start": n}) for n, (who, said) in enumerate(turns))


WRITERS = [as_list, as_gong, as_fireflies, as_rev, as_recall, as_fathom, as_teams, as_lines]


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
@given(turns=turns)
@settings(max_examples=60, deadline=None)
def test_turns_are_the_same_after_writing_and_reading_json(write: Callable[[Turns], Any], turns: Turns) -> None:
    written = write(turns)
    text = written if isinstance(written, str) else json.dumps(written)
    document = read_document(text.encode(), "call.json")
    assert [(turn.speaker, document.words_of(turn)) for turn in document.turns] == said(turns)
    assert split_file(text.encode(), "call.json").parts == ()


def table_of(*rows: list[str], delimiter: str = ",") -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode()


@given(turns=turns, delimiter=st.sampled_from(",;\t"))
@settings(max_examples=100, deadline=None)
def test_turns_are_the_same_after_writing_and_reading_a_table(turns: Turns, delimiter: str) -> None:
    turns = [*turns, ("Ana Lopes", "Hello there."), ("Devon P", "Hi."), ("Ana Lopes", "So.")]
    content = table_of(
        ["Start", "Speaker", "Text"], *([f"{n}.5", *turn] for n, turn in enumerate(turns)), delimiter=delimiter
    )
    source = Source("call.csv", content, content.decode().replace("\r\n", "\n"))
    assert SHEETS[0].sniff(source)
    assert [(turn.speaker, turn.words) for turn in SHEETS[0].read(source).turns] == said(turns)


texts = st.lists(
    st.lists(st.sampled_from([*TOKENS, "\n", "\n\n", ",", ";"]), min_size=8, max_size=40).map(" ".join), max_size=6
)


@given(notes=texts, delimiter=st.sampled_from(",;\t"))
@settings(max_examples=100, deadline=None)
def test_the_words_of_every_row_are_those_of_its_document(notes: list[str], delimiter: str) -> None:
    rows = [[f"Account {n}", "2026-01-02", f"It was so. {note}"] for n, note in enumerate(notes, 1)]
    content = table_of(["Company", "Call date", "Call notes"], *rows, delimiter=delimiter)
    parts = split_file(content, "notes.csv").parts
    assert len(parts) == len(rows)
    for part, (account, _, note) in zip(parts, rows, strict=True):
        document = read_document(part.content, part.name)
        expected = [word for word in fold(note.replace("<b>", "")).split() if word != "---"]
        assert [word for word in fold(document.text).split() if word != "---"] == expected
        assert (document.account, str(document.said_on)) == (account, "2026-01-02")


KEYS = [
    "text", "speaker", "start", "words", "sentences", "transcript", "speakerId", "name", "parties", "metaData", "id",
    "title", "segments", "results", "alternatives", "channels", "utterances", "callTranscripts", "calls", "context",
    "objectType", "fields", "value", "type", "description", "company", "date", "items", "speaker_labels", "people",
    "participants", "start_time", "email",
]  # fmt: skip
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(), st.text(max_size=12),
    st.sampled_from(["Dana Ortiz", "00:01:02", "2026-01-02T10:00:00Z", "PT1S", "a@b.example", "punctuation"]),
    st.just(f"{NAMES[0]}: so it was. " * 5),
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)),
    max_leaves=40,
)


def check_read_or_refused(content: bytes) -> None:
    """Anything but a DocumentError fails the test, also of the parts."""
    for part in split_file(content, "thing.json").parts:
        assert part.name.startswith("thing.json/")
        assert "/" not in part.name.removeprefix("thing.json/")
    assert isinstance(find_calls(content), dict)
    refused: DocumentError | None = None
    try:
        document = read_document(content, "thing.json")
        assert all(document.words_of(turn).strip() for turn in document.turns)
    except DocumentError as error:
        refused = error
    assert refused is None or "cannot be read (" not in str(refused), refused


@given(value=values)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(value={"callTranscripts": [{"transcript": [{"sentences": [{"text": 3}], "speakerId": {}}]}]})
@example(value={"results": {"items": [{"start_time": [], "alternatives": [[]]}], "speaker_labels": {"segments": [3]}}})
@example(value=[{"words": [{"text": " "}], "speaker": "A"}, {"words": [None]}])
def test_any_json_is_read_or_refused(value: Any) -> None:
    check_read_or_refused(json.dumps(value).encode())


@given(turns=turns, write=st.sampled_from(WRITERS[:-1]), cut=st.integers(0, 2_000), junk=st.binary(max_size=4))
@settings(max_examples=200, deadline=None)
def test_damaged_exports_are_read_or_refused(
    turns: Turns, write: Callable[[Turns], Any], cut: int, junk: bytes
) -> None:
    content = json.dumps(write(turns)).encode()
    check_read_or_refused(content[:cut])
    check_read_or_refused(content[:cut] + junk + content[cut + 3 :])
