"""JSON exports on the screen as they come, and the turns they must become."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analyzer.errors import DocumentError
from analyzer.reading.documents import ReadOptions, read_document
from analyzer.reading.exports import FORMATS, find_calls
from analyzer.reading.exports.keys import table
from analyzer.reading.exports.times import find_moment, to_seconds
from analyzer.reading.source import Shape
from analyzer.records import Document, DocumentKind, Side

Turns = list[tuple[str, str]]


def spoken(document: Document) -> Turns:
    return [(turn.speaker, document.words_of(turn)) for turn in document.turns]


def read(content: Any, name: str = "call.json", **options: Any) -> Document:
    text = content if isinstance(content, str) else json.dumps(content)
    return read_document(text.encode(), name, ReadOptions(**options))


@pytest.mark.parametrize("shape", FORMATS[0].shapes, ids=lambda shape: shape.name)
def test_every_shape_is_read_as_what_it_is(shape: Shape) -> None:
    document = read_document(shape.example.encode(), shape.file)
    assert document.format == shape.name
    assert {
        word for word in ("What", "changed") if word.casefold() in document.text.casefold()
    } or "Dana" in document.text


def test_every_dialect_has_a_shape_that_shows_it() -> None:
    assert {row["name"] for row in table("dialects")} <= {shape.name for shape in FORMATS[0].shapes}


# --------------------------------------------------------------------------------------------------------------- Gong

TRANSCRIPT = {
    "callId": "71",
    "transcript": [
        {"speakerId": "7", "topic": "Intro", "sentences": [{"start": 2000, "end": 3000, "text": "Tell me more."}]},
        {
            "speakerId": "8",
            "sentences": [{"start": 4000, "text": "It broke"}, {"start": 5000, "text": "in May."}],
        },
    ],
}
CALL = {
    "metaData": {"id": "71", "title": "Northwind review", "started": "2026-05-14T15:00:00Z"},
    "context": [
        {
            "system": "Salesforce",
            "objects": [
                {"objectType": "Account", "fields": [{"name": "Name", "value": "Northwind Trading"}]},
                {"objectType": "Opportunity", "fields": [{"name": "StageName", "value": "Closed Lost"}]},
            ],
        }
    ],
    "parties": [
        {"speakerId": "7", "name": "Ben Ash", "title": "PMM", "affiliation": "Internal"},
        {"speakerId": "8", "name": "Dana Ortiz", "title": "VP Ops", "affiliation": "External"},
    ],
}
GONG = {"requestId": "r", "callTranscripts": [TRANSCRIPT], "calls": [CALL]}


def test_gong_names_titles_sides_and_account_come_from_the_call() -> None:
    document = read(GONG)
    assert spoken(document) == [("Ben Ash", "Tell me more."), ("Dana Ortiz", "It broke in May.")]
    assert [(p.title, p.side) for p in document.participants] == [("PMM", Side.OURS), ("VP Ops", Side.CUSTOMER)]
    assert (document.title, str(document.said_on), document.turns[1].at) == ("Northwind review", "2026-05-14", 4.0)
    assert (document.account, document.outcome) == ("Northwind Trading", "lost")


def test_gong_without_parties_says_which_file_is_missing_and_is_read_all_the_same() -> None:
    document = read({"callTranscripts": [TRANSCRIPT]})
    assert [p.name for p in document.participants] == ["Speaker 7", "Speaker 8"]
    assert any("calls/extensive" in warning and "Speaker 7, Speaker 8" in warning for warning in document.warnings)


def test_gong_calls_of_another_file_name_the_speakers() -> None:
    other = {**CALL, "metaData": {"id": "72"}, "parties": [{"speakerId": "7", "name": "Somebody Else"}]}
    calls = find_calls(json.dumps({"records": {"cursor": "x"}, "calls": [other, CALL]}).encode())
    assert list(calls) == ["72", "71"]
    document = read({"callTranscripts": [TRANSCRIPT]}, calls=tuple(calls.values()))
    assert [turn.speaker for turn in document.turns] == ["Ben Ash", "Dana Ortiz"]


def test_gong_calls_without_the_same_id_are_matched_only_where_one_call_has_these_speakers() -> None:
    unnumbered = {"parties": CALL["parties"]}
    transcript = {"callTranscripts": [{**TRANSCRIPT, "callId": 99}]}
    assert spoken(read(transcript, calls=(unnumbered,)))[0][0] == "Ben Ash"
    numbered = read(transcript, calls=({**CALL, "metaData": {**CALL["metaData"], "id": "5"}},))
    assert (spoken(numbered)[0][0], numbered.said_on, numbered.title) == ("Ben Ash", None, "call")
    others = {"parties": [{"speakerId": 7, "name": "Al Ba"}, {"speakerId": 8, "name": "Cy Do"}]}
    assert spoken(read(transcript, calls=(unnumbered, others)))[0][0] == "Speaker 7"


def test_calls_are_found_only_in_a_file_that_has_no_transcript() -> None:
    assert find_calls(json.dumps(GONG).encode()) == {}
    assert find_calls(b"") == find_calls(b"parties") == find_calls(b'{"parties": [') == find_calls(b"[1]") == {}
    points = {**CALL, "content": {"keyPoints": [{"text": "They lost it."}], "brief": "A loss."}}
    assert len(find_calls(json.dumps({"calls": [points]}).encode())) == 1
    with pytest.raises(DocumentError, match="calls/transcript"):
        read({"calls": [{"parties": CALL["parties"]}]})


def test_a_page_of_calls_says_that_there_are_more() -> None:
    records = {"totalRecords": 250, "currentPageSize": 100, "currentPageNumber": 0, "cursor": "abc"}
    document = read({**GONG, "records": records})
    assert any("250 calls" in warning for warning in document.warnings)


def test_gong_in_a_wrapper_with_numbers_for_ids_and_holes_is_read() -> None:
    transcript = [
        {"speakerId": 7, "sentences": [{"start": 0, "text": "Hello."}, {"start": 5, "text": None}]},
        {"speakerId": None, "sentences": [{"start": "x", "text": "Who?"}]},
        "junk",
        {"speakerId": 8, "sentences": None},
        {"speakerId": 7, "sentences": [{"text": 5}, {"text": "Bye."}]},
    ]
    document = read({"payload": {"callId": 1, "transcript": transcript}})
    assert spoken(document) == [("Speaker 7", "Hello."), ("", "Who?"), ("Speaker 7", "Bye.")]
    assert any("Monologues 3, 4 and 5" in warning for warning in document.warnings)


# ---------------------------------------------------------------------------------------------------- lists of speech


def test_fireflies_reads_sentences_and_not_the_summary() -> None:
    sentences = [
        {
            "index": 0,
            "text": "Hello?",
            "raw_text": "hello",
            "start_time": 3.0,
            "speaker_id": 0,
            "speaker_name": "Ben Ash",
        },
        {"index": 1, "text": None, "raw_text": "Hi.", "start_time": 6.5, "speaker_id": 1, "speaker_name": "Dana Ortiz"},
        {
            "index": 2,
            "text": "And so on.",
            "start_time": 9,
            "speaker_id": 1,
            "speaker_name": None,
            "ai_filters": {"task": "x"},
        },
    ]
    summary = {"shorthand_bullet": "x" * 999, "outline": [{"text": "long " * 99, "start_time": 1, "speaker_name": "A"}]}
    transcript = {"title": "Northwind", "date": 1783468800000, "sentences": sentences, "summary": summary}
    document = read({"data": {"transcript": transcript}})
    assert spoken(document) == [("Ben Ash", "Hello?"), ("Dana Ortiz", "Hi. And so on.")]
    assert (document.format, document.turns[1].at, str(document.said_on)) == ("fireflies json", 6.5, "2026-07-08")


@pytest.mark.parametrize(
    "entries",
    [
        [
            {"speaker": "Ben Ash", "text": "Hello?", "start": "00:03"},
            {"speaker": "Dana Ortiz", "text": "Hi.", "start": "00:07"},
        ],
        [{"name": "Ben Ash", "content": "Hello?", "time": 3}, {"name": "Dana Ortiz", "content": "Hi.", "time": 7.0}],
        [
            {"Speaker Name": "Ben Ash", "Sentence": "Hello?", "startMs": 3000},
            {"Speaker Name": "Dana Ortiz", "Sentence": "Hi.", "startMs": 7000},
        ],
        [
            {"user": {"displayName": "Ben Ash"}, "message": "Hello?", "ts": "2026-01-02T10:00:03Z"},
            {"user": {"displayName": "Dana Ortiz"}, "message": "Hi.", "ts": "2026-01-02T10:00:07Z"},
        ],
        [{"author": {"name": "Ben Ash"}, "body": "Hello?"}, {"author": {"name": "Dana Ortiz"}, "body": "Hi."}],
    ],
)
def test_a_plain_list_is_read_whatever_it_calls_who_what_and_when(entries: list[dict[str, Any]]) -> None:
    document = read(entries)
    assert spoken(document) == [("Ben Ash", "Hello?"), ("Dana Ortiz", "Hi.")]
    assert document.kind is DocumentKind.INTERVIEW
    times = [turn.at for turn in document.turns]
    assert times[0] is None or times[1] == (times[0] or 0) + 4


def test_json_lines_are_read_and_broken_lines_are_counted() -> None:
    lines = '{"speaker": "Ben Ash", "text": "Hello?"}\n{"speaker": "Dana Ortiz", "text": "H\n'
    lines += '\n{"speaker": "Dana Ortiz", "text": "Hi."}\n'
    document = read(lines, "call.jsonl")
    assert spoken(document) == [("Ben Ash", "Hello?"), ("Dana Ortiz", "Hi.")]
    assert any("Line 2 " in warning for warning in document.warnings)


def test_a_file_that_breaks_off_gives_what_stands_before_the_break() -> None:
    whole = json.dumps({"sentences": [{"speaker_name": "Ben Ash", "text": f"Sentence {n}."} for n in range(9)]})
    document = read(whole[: whole.index("Sentence 5")])
    assert document.text == "Sentence 0. Sentence 1. Sentence 2. Sentence 3. Sentence 4."
    assert any("breaks off" in warning for warning in document.warnings)


def test_entries_of_a_wrong_type_are_left_out_and_counted() -> None:
    entries = [
        {"speaker": "A B", "text": "One."},
        7,
        {"speaker": "A B", "text": {"x": 1}},
        None,
        {"speaker": "A B", "text": ""},
    ]
    document = read({"transcript": [*entries, {"speaker": "C D", "text": "Two."}]})
    assert spoken(document) == [("A B", "One."), ("C D", "Two.")]
    assert any("Entries 2 and 3 of the transcript" in warning for warning in document.warnings)


def test_rev_words_become_sentences_and_numbers_become_names() -> None:
    elements = [
        {"type": "text", "value": "Well", "ts": 1.0},
        {"type": "punct", "value": ", "},
        {"type": "text", "value": "AT&T", "ts": 2},
        {"type": "punct", "value": "…"},
        {"type": "punct", "value": " "},
        {"type": "unknown", "value": "<inaudible>"},
        {"type": "punct", "value": "."},
    ]
    content = {"speakers": [{"id": 0, "name": "Ben Ash"}], "monologues": [{"speaker": 0, "elements": elements}]}
    content["monologues"].append({"speaker": 1, "elements": [{"type": "text", "value": "Yes", "ts": 5.5}]})
    document = read(content)
    assert spoken(document) == [("Ben Ash", "Well, AT&T… <inaudible>."), ("Speaker 1", "Yes")]
    assert [turn.at for turn in document.turns] == [1.0, 5.5]


def test_whisper_segments_are_put_together_so_that_no_sentence_is_cut() -> None:
    texts = [" We lost", " the deal.", " Nobody knew", " why."]
    segments = [{"id": n, "seek": 0, "start": n * 1.0, "end": n + 1.0, "text": text} for n, text in enumerate(texts)]
    segments.append({"id": 4, "seek": 0, "start": 60.0, "end": 61.0, "text": " Then spring came."})
    document = read({"text": "".join(texts), "segments": segments, "language": "en"})
    assert spoken(document) == [("", "We lost the deal. Nobody knew why."), ("", "Then spring came.")]
    assert [turn.at for turn in document.turns] == [0.0, 60.0]


def test_whisperx_words_name_the_speakers_of_a_segment_that_names_none() -> None:
    said = [("What", "SPEAKER_00"), ("changed?", "SPEAKER_00"), ("Everything.", "SPEAKER_01")]
    words_ = [{"word": word, "start": n * 1.0, "score": 0.9, "speaker": who} for n, (word, who) in enumerate(said)]
    document = read({"segments": [{"start": 0.0, "end": 3.0, "text": "What changed? Everything.", "words": words_}]})
    assert spoken(document) == [("SPEAKER_00", "What changed?"), ("SPEAKER_01", "Everything.")]


def test_deepgram_utterances_words_and_channels_give_the_same_speakers() -> None:
    said = [("What", 0), ("changed?", 0), ("We", 1), ("lost", 1), ("it.", 1)]
    words_ = [
        {"word": word.strip("?.").lower(), "punctuated_word": word, "start": float(n), "speaker": who}
        for n, (word, who) in enumerate(said)
    ]
    turns = [("Speaker 0", "What changed?"), ("Speaker 1", "We lost it.")]
    alternative = {"transcript": "What changed? We lost it.", "words": words_}
    assert spoken(read({"results": {"channels": [{"alternatives": [alternative]}]}})) == turns
    utterances = [
        {"transcript": text, "speaker": n, "start": n * 2.0, "words": []} for n, (_, text) in enumerate(turns)
    ]
    both = {"metadata": {}, "results": {"utterances": utterances, "channels": [{"alternatives": [alternative]}]}}
    assert spoken(read(both)) == turns

    def channel(*said: tuple[str, float]) -> dict[str, Any]:
        spelt = [{"word": word, "punctuated_word": word, "start": at} for word, at in said]
        return {"alternatives": [{"transcript": " ".join(word for word, _ in said), "words": spelt}]}

    channels = [
        channel(("What", 0.0), ("changed?", 0.4), ("Oh.", 9.0)),
        channel(("We", 3.0), ("lost", 3.3), ("it.", 3.6)),
    ]
    assert spoken(read({"results": {"channels": channels}})) == [
        ("Channel 1", "What changed?"),
        ("Channel 2", "We lost it."),
        ("Channel 1", "Oh."),
    ]


def test_assemblyai_chapters_and_sentiments_are_not_the_transcript() -> None:
    long_ = "They spoke at length about everything there is. " * 20
    content = {
        "utterances": [
            {"speaker": "A", "text": "What changed?", "start": 3100, "end": 3900, "words": [{"text": "What"}]},
            {"speaker": "B", "text": "We lost it.", "start": 6500, "end": 7000, "words": [{"text": "We"}]},
        ],
        "words": [{"text": "What", "start": 3100, "speaker": "A"}, {"text": "changed?", "start": 3300, "speaker": "A"}],
        "chapters": [{"summary": long_, "headline": long_, "gist": "all", "start": 0, "end": 9}],
        "sentiment_analysis_results": [{"text": long_, "start": 0, "speaker": "A", "sentiment": "NEUTRAL"}],
        "auto_highlights_result": {"results": [{"text": long_, "count": 3, "timestamps": [{"start": 1}]}]},
    }
    document = read(content)
    assert spoken(document) == [("Speaker A", "What changed?"), ("Speaker B", "We lost it.")]
    assert [turn.at for turn in document.turns] == [3.1, 6.5]


def test_google_repeats_all_words_in_its_last_result_and_they_are_read_once() -> None:
    def words_of(*said: tuple[str, int]) -> list[dict[str, Any]]:
        return [
            {"word": word, "startTime": f"{n}.500s", **({"speakerTag": tag} if tag else {})}
            for n, (word, tag) in enumerate(said)
        ]

    results = [
        {"alternatives": [{"transcript": "What changed?", "words": words_of(("What", 0), ("changed?", 0))}]},
        {"alternatives": [{"transcript": "We lost.", "words": words_of(("We", 0), ("lost.", 0))}]},
        {"alternatives": [{"words": words_of(("What", 1), ("changed?", 1), ("We", 2), ("lost.", 2))}]},
    ]
    assert spoken(read({"results": results})) == [("Speaker 1", "What changed?"), ("Speaker 2", "We lost.")]


def test_aws_without_speakers_is_read_as_sentences() -> None:
    items = [
        {"type": "pronunciation", "start_time": "0.1", "alternatives": [{"content": "We"}]},
        {"type": "pronunciation", "start_time": "0.4", "alternatives": [{"content": "lost"}, {"content": "cost"}]},
        {"type": "punctuation", "alternatives": [{"content": "."}]},
    ]
    document = read({"jobName": "j", "results": {"transcripts": [{"transcript": "We lost."}], "items": items}})
    assert (spoken(document), document.turns[0].at) == ([("", "We lost.")], 0.1)


def test_aws_speakers_of_the_older_shape_are_joined_by_their_times() -> None:
    items = [
        {"type": "pronunciation", "start_time": "0.1", "alternatives": [{"content": "Why"}]},
        {"type": "punctuation", "alternatives": [{"content": "?"}]},
        {"type": "pronunciation", "start_time": "2.5", "alternatives": [{"content": "Money"}]},
    ]
    labels = {
        "segments": [
            {"speaker_label": "spk_0", "items": [{"start_time": "0.1", "speaker_label": "spk_0"}]},
            {"speaker_label": "spk_1", "items": [{"start_time": "2.5", "speaker_label": "spk_1"}]},
        ]
    }
    document = read({"results": {"items": items, "speaker_labels": labels}})
    assert spoken(document) == [("spk_0", "Why?"), ("spk_1", "Money")]


def test_recall_of_the_older_shape_has_words_under_a_name() -> None:
    content = [
        {
            "speaker": "Ben Ash",
            "speaker_id": 1,
            "words": [{"text": "Hello", "start_timestamp": 1.5}, {"text": "there.", "start_timestamp": 2}],
        },
        {"speaker": None, "speaker_id": None, "words": [{"text": "Hm.", "start_timestamp": 3.5}]},
    ]
    document = read(content)
    assert spoken(document) == [("Ben Ash", "Hello there."), ("", "Hm.")]
    assert [turn.at for turn in document.turns] == [1.5, 3.5]


def test_japanese_words_are_joined_without_spaces() -> None:
    segments = [{"speaker": "S 1", "start": 0.0, "words": [{"word": word} for word in ("昨日", "は", "負けた", "。")]}]
    assert spoken(read({"segments": segments})) == [("S 1", "昨日は負けた。")]


def test_a_transcript_in_one_field_is_read_as_text_is() -> None:
    lines = "Dana Ortiz: We lost it.\nBen Ash: Why?\nDana Ortiz: Nobody knew.\n"
    document = read({"title": "Northwind", "summary": "x", "transcript": lines})
    assert spoken(document) == [("Dana Ortiz", "We lost it."), ("Ben Ash", "Why?"), ("Dana Ortiz", "Nobody knew.")]
    assert (document.format, document.title) == ("json text", "Northwind")


def test_texts_of_several_objects_are_all_kept() -> None:
    document = read({"log": [{"note": "Dana signs it herself."}, {"note": "Raj wants it by May."}, {"note": None}]})
    assert document.text == "Dana signs it herself.\n\nRaj wants it by May."
    assert any("holds 2 texts" in warning for warning in document.warnings)


def test_a_posting_in_json_is_a_posting_with_its_formatting_taken_off() -> None:
    description = "<p>You will fix the <b>broker</b> portal &amp; more.</p><ul><li>Build pipelines</li></ul>"
    document = read(
        {
            "jobTitle": "Data Engineer",
            "companyName": "Paddock Lending",
            "datePosted": "2026-05-20",
            "description": description,
        }
    )
    assert document.text == "You will fix the broker portal & more.\n\nBuild pipelines"
    assert (document.kind, document.account) == (DocumentKind.JOB_POSTING, "Paddock Lending")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (3.5, 3.5),
        ("3.5", 3.5),
        ("00:01:02", 62.0),
        ("1:02", 62.0),
        ("00:00:07.0033780", 7.003),
        ("0:00:01,5", 1.5),
        ("1.300s", 1.3),
        ("PT1M2.5S", 62.5),
        ("1m 2s", 62.0),
        ({"relative": 4.5, "absolute": "x"}, 4.5),
        ([6.25, 6.5], 6.25),
        ([{"start": "0:00:09"}], 9.0),
    ],
)
def test_times_are_seconds_however_they_are_written(value: Any, seconds: float) -> None:
    assert to_seconds([find_moment({"start": value})], 10) == [seconds]


@pytest.mark.parametrize(
    "value", [None, True, "", "soon", -1, float("nan"), float("inf"), 10**400, {}, [], [[1]], "1:" * 99]
)
def test_what_is_no_time_is_unknown(value: Any) -> None:
    assert find_moment({"start": value}) is None


def test_milliseconds_are_told_from_seconds_by_how_fast_somebody_would_have_spoken() -> None:
    def starts(*values: int) -> list[float | None]:
        entries = [
            {"speaker": f"A {n % 2}", "text": "some eight words that somebody said just now", "start": at}
            for n, at in enumerate(values)
        ]
        return [turn.at for turn in read(entries).turns]

    assert starts(0, 4000, 9000) == [0.0, 4.0, 9.0]
    assert starts(0, 40, 90) == [0.0, 40.0, 90.0]
    assert starts(3, 1200, 1500) == [3.0, 1200.0, 1500.0]


def test_people_listed_beside_the_transcript_give_names_titles_and_sides() -> None:
    content = {
        "host_email": "ben@tallyloop.example",
        "attendees": [
            {"id": "u1", "name": "Ben Ash", "email": "ben@tallyloop.example", "jobTitle": "PMM"},
            {
                "id": "u2",
                "firstName": "Dana",
                "lastName": "Ortiz",
                "email": "dana@northwind.example",
                "company": "Northwind",
            },
        ],
        "transcript": [
            {"speakerId": "u1", "text": "Why?"},
            {"speakerId": "u2", "text": "Money."},
            {"speakerId": "u9", "text": "Hm."},
        ],
    }
    document = read(content)
    assert spoken(document) == [("Ben Ash", "Why?"), ("Dana Ortiz", "Money."), ("Speaker u9", "Hm.")]
    ben, dana, _ = document.participants
    assert (ben.title, ben.side, dana.company, dana.side) == ("PMM", Side.OURS, "Northwind", Side.CUSTOMER)


def test_several_transcripts_read_as_one_document_say_so() -> None:
    one = {"title": "First", "sentences": [{"speaker_name": "Ben Ash", "text": "Hello."}]}
    two = {"title": "Second", "sentences": [{"speaker_name": "Dana Ortiz", "text": "Hi."}]}
    document = read([one, two])
    assert spoken(document) == [("Ben Ash", "Hello."), ("Dana Ortiz", "Hi.")]
    assert any("holds 2 transcripts" in warning for warning in document.warnings)


def test_a_note_that_begins_with_a_bracket_is_no_json() -> None:
    for text in ("[Call with Dana]\n\nShe signs.", "{draft} of the note\n\nShe signs.", "[[Northwind]] she signs."):
        assert "She signs" in read(text, "note.txt").text.replace("she", "She")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"callTranscripts": [', "breaks off"),
        ('{"a": [1, 2]}', "without a transcript"),
        ("[]", "without a transcript"),
        ('{"a": ' * 60, "breaks off"),
        ("[" * 100_000, "breaks off"),
        ('{"sentences": []}', "without a transcript"),
    ],
)
def test_json_without_words_is_refused_with_a_sentence(content: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        read(content)
