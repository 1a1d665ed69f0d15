"""JSON of tools that keep who spoke, or the words, where others do not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analyzer.reading.documents import read_document
from analyzer.reading.splitting import split_file
from analyzer.records import Document, DocumentKind


def read(value: Any) -> Document:
    return read_document(json.dumps(value).encode(), "call.json")


def spoken(value: Any) -> list[tuple[str, str]]:
    document = read(value)
    return [(turn.speaker, document.words_of(turn)) for turn in document.turns]


def test_watson_names_the_speaker_of_a_word_by_its_time() -> None:
    results = [
        {
            "final": True,
            "alternatives": [{"transcript": "how long ", "timestamps": [["how", 1.0, 1.2], ["long", 1.2, 2]]}],
        },
        {
            "alternatives": [
                {"transcript": "a week why ", "timestamps": [["a", 3.0, 3.1], ["week", 3.1, 4], ["why", 6, 7]]}
            ]
        },
    ]
    labels = [
        {"from": at, "to": at + 0.1, "speaker": who, "final": True} for at, who in ((1, 0), (1.2, 0), (3, 1), (6, 0))
    ]
    document = read({"results": results, "speaker_labels": labels})
    said = [(turn.speaker, document.words_of(turn), turn.at) for turn in document.turns]
    assert said == [("Speaker 0", "how long", 1.0), ("Speaker 1", "a week", 3.0), ("Speaker 0", "why", 6.0)]
    assert (document.format, document.kind) == ("ibm watson json", DocumentKind.INTERVIEW)


def test_paragraphs_beside_the_words_say_who_speaks() -> None:
    words = [
        {"text": word, "start": n * 0.5, "end": n * 0.5 + 0.4}
        for n, word in enumerate("How long? Three weeks.".split())
    ]
    paragraphs = [
        {"id": 0, "start": 0.0, "end": 0.9, "speaker": "Noor"},
        {"id": 1, "start": 1.0, "end": 2, "speaker": "Dana"},
    ]
    assert spoken({"words": words, "paragraphs": paragraphs}) == [("Noor", "How long?"), ("Dana", "Three weeks.")]


def test_the_ids_of_spans_are_named_by_the_list_of_speakers() -> None:
    content = {
        "speakers": {"S1": {"name": "Noor"}, "S2": {"name": "Dana"}},
        "paragraphs": [{"speaker": "S1", "start": 0, "end": 1}, {"speaker": "S2", "start": 1, "end": 3}],
        "words": [{"text": "Why?", "start": 0.2}, {"text": "Costs.", "start": 1.5}],
    }
    assert spoken({"content": content}) == [("Noor", "Why?"), ("Dana", "Costs.")]


def test_chapters_are_not_taken_for_speakers() -> None:
    segments = [{"start": 0.0, "end": 2.0, "text": "Why so?"}, {"start": 2.0, "end": 3.0, "text": "Costs."}]
    chapters = [{"name": "Intro", "start": 0, "end": 1}, {"name": "Costs", "start": 1, "end": 2}]
    assert {speaker for speaker, _ in spoken({"segments": segments, "chapters": chapters})} == {""}


def test_words_that_stand_one_deeper_keep_their_speaker() -> None:
    attendee = [
        {
            "speaker_name": "Noor",
            "timestamp_ms": 1000,
            "duration_ms": 900,
            "transcription": {"transcript": "How long?"},
        },
        {"speaker_name": "Dana", "timestamp_ms": 3000, "duration_ms": 900, "transcription": {"transcript": "A week."}},
    ]
    assert spoken(attendee) == [("Noor", "How long?"), ("Dana", "A week.")]
    assert [turn.at for turn in read(attendee).turns] == [1.0, 3.0]
    blocks = [{"start": 1, "speaker": {"name": "Noor"}, "text": {"type": "plain_text", "text": "How long?"}}]
    assert spoken({"transcript": {"blocks": blocks}}) == [("Noor", "How long?")]


def test_zoom_names_who_speaks_in_a_list_of_users() -> None:
    timeline = [
        {
            "text": "How long?",
            "ts": "00:00:01.200",
            "end_ts": "00:00:02.000",
            "users": [{"username": "Noor", "user_id": "1"}],
        },
        {
            "text": "A week.",
            "ts": "00:00:03.000",
            "end_ts": "00:00:04.000",
            "users": [{"username": "Dana", "user_id": "2"}],
        },
    ]
    content = {"type": "zoom_transcript", "ver": 1, "recording_start": "2026-03-02T10:00:00Z", "timeline": timeline}
    assert spoken(content) == [("Noor", "How long?"), ("Dana", "A week.")]
    assert read(content).format == "zoom json"


def test_who_is_named_by_sort_or_attendee_is_told_apart() -> None:
    aircall = [
        {"start_time": 1.0, "text": "How long?", "participant_type": "internal", "user_id": 7},
        {"start_time": 3.0, "text": "A week.", "participant_type": "external", "phone_number": "+47 1"},
    ]
    assert [speaker for speaker, _ in spoken({"utterances": aircall})] == ["internal", "external"]
    salesloft = {
        "sentences": [
            {"recording_attendee_id": "a", "start_time": 1.0, "text": "How long?"},
            {"recording_attendee_id": "b", "start_time": 3.0, "text": "A week."},
        ],
        "attendees": [
            {"recording_attendee_id": "a", "full_name": "Noor"},
            {"recording_attendee_id": "b", "full_name": "Dana"},
        ],
    }
    assert [speaker for speaker, _ in spoken(salesloft)] == ["Noor", "Dana"]


def test_channels_kept_one_after_the_other_are_put_in_order_of_time() -> None:
    phrases = [
        {"channel": 0, "offset": "PT1S", "nBest": [{"display": "How long?"}, {"display": "Howl on."}]},
        {"channel": 0, "offset": "PT5S", "nBest": [{"display": "Why?"}]},
        {"channel": 1, "offset": "PT3S", "nBest": [{"display": "A week."}]},
    ]
    assert spoken({"recognizedPhrases": phrases}) == [
        ("Channel 0", "How long?"),
        ("Channel 1", "A week."),
        ("Channel 0", "Why?"),
    ]


def test_words_kept_two_lists_below_a_participant_are_theirs() -> None:
    def heard(start: float, text: str) -> dict[str, Any]:
        terms = [{"term": word, "start": start + n * 0.3, "dur": 0.3} for n, word in enumerate(text.split())]
        return {"terms": terms, "start": start}

    participants = [
        {"name": "agent", "transcript": {"segments": [heard(1, "how long did it take"), heard(9, "and then")]}},
        {"name": "customer", "transcript": {"segments": [heard(4, "about a week or so")]}},
    ]
    assert spoken({"status": "ok", "participants": participants}) == [
        ("agent", "how long did it take"),
        ("customer", "about a week or so"),
        ("agent", "and then"),
    ]


def test_a_source_that_tells_the_side_is_the_speakers_name() -> None:
    messages = [{"source": "agent", "message": "Who is this?"}, {"source": "customer", "message": "It is me."}]
    assert [speaker for speaker, _ in spoken({"transcript": messages})] == ["agent", "customer"]


def test_the_punctuated_spelling_of_a_word_is_the_one_read() -> None:
    words = [{"start": 1.0, "word": "how", "punct": "How"}, {"start": 1.5, "word": "long", "punct": "long?"}]
    assert read({"retval": {"words": words}}).text == "How long?"


def test_a_list_of_speakers_that_holds_all_they_said_is_the_transcript() -> None:
    speakers = [
        {"speaker": "SPEAKER_00", "text": " How long?", "timestamp": [0.0, 1.0]},
        {"speaker": "SPEAKER_01", "text": " A week.", "timestamp": [1.0, 2.0]},
    ]
    chunks = [{"text": " How long? A week.", "timestamp": [0.0, 2.0]}]
    said = spoken({"speakers": speakers, "chunks": chunks, "text": " How long? A week."})
    assert said == [("SPEAKER_00", "How long?"), ("SPEAKER_01", "A week.")]


def test_prompts_and_moments_among_the_utterances_are_not_said() -> None:
    agent = [
        {"role": "system", "message": "Ask about pains.", "secondsFromStart": 0},
        {"role": "bot", "message": "How long?", "secondsFromStart": 1},
        {"role": "user", "message": "A week.", "secondsFromStart": 3},
    ]
    assert spoken({"messages": agent}) == [("bot", "How long?"), ("user", "A week.")]
    lines = [
        {"name": "Noor", "type": "transcript", "content": "How long?"},
        {"name": "Noor", "type": "moment", "content": "not-interested"},
        {"name": "Dana", "type": "transcript", "content": "A week."},
    ]
    assert spoken({"lines": lines}) == [("Noor", "How long?"), ("Dana", "A week.")]


def test_channels_of_a_phone_call_are_no_notes_to_be_taken_apart() -> None:
    sentences = [
        {
            "media_channel": 1,
            "sentence_index": 0,
            "start_time": "1.0",
            "end_time": "2.0",
            "transcript": "How long did that take?",
        },
        {
            "media_channel": 2,
            "sentence_index": 1,
            "start_time": "3.0",
            "end_time": "4.0",
            "transcript": "About a week or two.",
        },
    ]
    content = json.dumps({"sentences": sentences}).encode()
    assert split_file(content, "call.json").parts == ()
    assert spoken({"sentences": sentences}) == [
        ("Speaker 1", "How long did that take?"),
        ("Speaker 2", "About a week or two."),
    ]


@pytest.mark.parametrize(
    "turns",
    [
        [{"Agent": "How long?"}, {"Customer": "A week."}, {"Agent": "Why?"}],
        [["Agent", "How long?"], ["Customer", "A week."], ["Agent", "Why?"]],
    ],
    ids=["keys", "pairs"],
)
def test_turns_whose_parts_have_no_names_are_read(turns: Any) -> None:
    assert spoken({"id": 3, "conversation": turns}) == [
        ("Agent", "How long?"),
        ("Customer", "A week."),
        ("Agent", "Why?"),
    ]


def test_a_transcript_as_a_list_of_lines_or_under_dialogue_is_read() -> None:
    lines = ["Noor: How long did it take?", "Dana: About a week.", "Noor: And then?", "Dana: We gave up."]
    expected = [tuple(line.split(": ")) for line in lines]
    assert spoken({"transcript": lines}) == expected
    assert (
        spoken({"dialogue": "\r\n".join(lines), "summary": "Noor asks Dana how long it took and what came next."})
        == expected
    )


def test_unpunctuated_results_of_different_lengths_are_one_list_of_words() -> None:
    def result(start: float, text: str) -> dict[str, Any]:
        words = [
            {"word": word, "start": start + n / 2, "end": start + n / 2 + 0.3} for n, word in enumerate(text.split())
        ]
        return {"result": words, "text": text}

    said = ["we lost them in march and nobody knew", "no", "it took a week"]
    document = read([result(n * 10.0, text) for n, text in enumerate(said)])
    assert document.text.split() == " ".join(said).split()


def test_words_without_any_mark_are_still_cut_into_turns() -> None:
    words = [{"word": "so", "start": n / 2, "end": n / 2 + 0.3} for n in range(1000)]
    document = read({"result": words})
    assert document.text.split() == ["so"] * 1000
    assert max(len(document.words_of(turn).split()) for turn in document.turns) <= 300


def test_one_word_in_every_monologue_is_all_that_was_said() -> None:
    monologue = {
        "speaker": 0,
        "elements": [{"type": "text", "value": "we", "ts": 1.0}, {"type": "punct", "value": " "}],
    }
    assert spoken({"speakers": [{"id": 0, "name": "Noor"}], "monologues": [monologue] * 6}) == [
        ("Noor", "we " * 5 + "we")
    ]


LEVER = {
    "text": "Controller",
    "description": "<div>You own the close.</div>",
    "descriptionPlain": "You own the close.",
    "lists": [{"text": "What you do", "content": "<li>Lead four clerks</li><li>Report monthly</li>"}],
    "additional": "<div>We pay well.</div>",
    "additionalPlain": "We pay well.",
    "hostedUrl": "https://jobs.example/1",
    "createdAt": 1740000000000,
}
LEVER_WORDS = ["You own the close.", "What you do", "Lead four clerks", "Report monthly", "We pay well."]


def test_a_transcript_in_one_text_comes_before_the_notes_made_from_it() -> None:
    text = "Noor: How long did it take?\nDana: About a week.\nNoor: And then?\nDana: We gave up."
    made = {"action_items": [{"text": "Send the deck"}], "chapters": [{"summary": "They talk of weeks.", "start": 0}]}
    assert [words for _, words in spoken({"transcript": text, **made})] == [
        line.split(": ")[1] for line in text.split("\n")
    ]


def test_a_posting_in_parts_is_read_whole() -> None:
    document = read(LEVER)
    assert document.kind is DocumentKind.JOB_POSTING
    assert [line for line in document.text.split("\n") if line] == LEVER_WORDS
    parts = split_file(json.dumps([LEVER, {**LEVER, "text": "Clerk"}]).encode(), "jobs.json").parts
    read_parts = [read_document(part.content, part.name) for part in parts]
    assert [part.title for part in read_parts] == ["Controller", "Clerk"]
    assert [line for line in read_parts[1].text.split("\n") if line] == LEVER_WORDS


def test_a_board_of_postings_with_escaped_html_is_taken_apart() -> None:
    jobs = [
        {
            "absolute_url": "https://boards.example/1",
            "location": {"name": "Oslo"},
            "title": title,
            "company_name": "Orla Foods",
            "first_published": "2026-02-01T10:00:00-05:00",
            "content": "&lt;p&gt;You own the close &amp;amp; the audit.&lt;/p&gt;"
            "&lt;ul&gt;&lt;li&gt;Lead four&lt;/li&gt;&lt;/ul&gt;",
        }
        for title in ("Controller", "Clerk")
    ]
    parts = split_file(json.dumps({"jobs": jobs, "meta": {"total": 2}}).encode(), "jobs.json").parts
    documents = [read_document(part.content, part.name) for part in parts]
    assert [(d.title, d.account, str(d.said_on), d.kind.value) for d in documents] == [
        ("Controller", "Orla Foods", "2026-02-01", "job_posting"),
        ("Clerk", "Orla Foods", "2026-02-01", "job_posting"),
    ]
    assert documents[0].text.split("\n\n") == ["You own the close & the audit.", "Lead four"]
