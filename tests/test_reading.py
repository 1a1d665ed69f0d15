"""Each format on the screen as it comes, and the turns it must become."""

from __future__ import annotations

import pytest

from analyzer.errors import DocumentError
from analyzer.reading.documents import ReadOptions, read_document
from analyzer.records import Document, DocumentKind, Side


def spoken(document: Document) -> list[tuple[str, str]]:
    return [(turn.speaker, document.words_of(turn)) for turn in document.turns]


def read(text: str, name: str = "call.txt", options: ReadOptions | None = None) -> Document:
    return read_document(text.encode(), name, options or ReadOptions())


ZOOM = """WEBVTT

1
00:00:03.000 --> 00:00:05.950
Ben Acheampong: Darlene, hi, can you

2
00:00:06.000 --> 00:00:08.950
Ben Acheampong: hear me all right?

3
00:00:09.000 --> 00:00:12.617
Darlene Pruitt: I can hear you just fine.
"""


def test_otter_heads_are_speakers_and_its_footer_is_dropped() -> None:
    text = """Ben Acheampong  0:01  
...and then I just press, okay.

Rafe Lindqvist  1:02:04  
Hey man. We meet at
10:30

Transcribed by https://otter.ai
"""  # noqa: W291
    document = read(text)
    assert spoken(document) == [
        ("Ben Acheampong", "...and then I just press, okay."),
        ("Rafe Lindqvist", "Hey man. We meet at 10:30"),
    ]
    assert [turn.at for turn in document.turns] == [1.0, 3724.0]
    assert document.format == "otter"


@pytest.mark.parametrize(
    "text",
    [
        "Dana Ortiz: We lost it.\n\nBen Ash: Why?\n",
        "Dana Ortiz: We lost it.\nBen Ash: Why?\n",
        "**Dana Ortiz** (00:00:01): We lost it.\n\n**Ben Ash** (00:00:06): Why?\n",
        "**Dana Ortiz:** We lost it.\n\n**Ben Ash:** Why?\n",
        "[00:00:01] Dana Ortiz: We lost it.\n[00:00:06] Ben Ash: Why?\n",
        "00:01 Dana Ortiz: We lost it.\n00:06 Ben Ash: Why?\n",
        "Dana Ortiz (00:01):\nWe lost it.\n\nBen Ash (00:06):\nWhy?\n",
        "[Dana Ortiz] 00:00:01\nWe lost it.\n\n[Ben Ash] 00:00:06\nWhy?\n",
        "0:01 - Dana Ortiz\n  We lost it.\n\n0:06 - Ben Ash\n  Why?\n",
        "00:00:01\tDana Ortiz\tWe lost it.\n00:00:06\tBen Ash\tWhy?\n",
        "@0:01 - Dana Ortiz\nWe lost it.\n\n@0:06 - Ben Ash\nWhy?\n",
    ],
)
def test_plain_transcripts_are_read_however_they_mark_who_speaks(text: str) -> None:
    document = read(text)
    assert spoken(document) == [("Dana Ortiz", "We lost it."), ("Ben Ash", "Why?")]
    assert document.kind is DocumentKind.INTERVIEW


def test_names_alone_on_their_lines_are_speakers_when_they_come_back() -> None:
    text = "Dana Ortiz\nWe lost it.\n\nBen Ash\nWhy?\n\nDana Ortiz\nNobody knew.\nNobody at all.\n"
    assert spoken(read(text)) == [
        ("Dana Ortiz", "We lost it."),
        ("Ben Ash", "Why?"),
        ("Dana Ortiz", "Nobody knew. Nobody at all."),
    ]


def test_bullets_about_people_are_notes() -> None:
    text = "Visit in Leeds\n\n- Dana Ortiz: owns the budget\n- Raj Pillai: security\n- Dana Ortiz: wants it by May\n"
    assert read(text, "visit.md").kind is DocumentKind.CALL_NOTE


def test_one_person_written_two_ways_is_one_speaker() -> None:
    text = "Dana Ortiz (VP Ops, Northwind): We lost it.\n\nDana Ortiz: In May.\n\n"
    text += "Ben Ash: Why?\n\nDANA ORTIZ: Who knows.\n"
    document = read(text)
    assert spoken(document) == [
        ("Dana Ortiz", "We lost it. In May."),
        ("Ben Ash", "Why?"),
        ("Dana Ortiz", "Who knows."),
    ]
    assert [who.name for who in document.participants] == ["Dana Ortiz", "Ben Ash"]


def test_what_stands_before_a_colon_is_not_always_a_speaker() -> None:
    text = """Dana Ortiz: We lost it.

10:30 Meeting: that was when.

Note: she laughs.

https://example.com: the page

Ben Ash: And then?

Dana Ortiz: Then nothing.
"""
    assert spoken(read(text)) == [
        ("Dana Ortiz", "We lost it. 10:30 Meeting: that was when. Note: she laughs. https://example.com: the page"),
        ("Ben Ash", "And then?"),
        ("Dana Ortiz", "Then nothing."),
    ]


def test_notes_with_headings_and_colons_are_no_transcript_and_keep_all_their_words() -> None:
    text = """Northwind disco, 45 min

Pain: matching by hand
Budget: 50k, CFO signs
Next steps: send pack

who
- Dana = owner
* Raj: security
"""
    document = read(text, "northwind-note.md")
    assert document.kind is DocumentKind.CALL_NOTE
    assert [words for _, words in spoken(document)] == [
        "Northwind disco, 45 min",
        "Pain: matching by hand",
        "Budget: 50k, CFO signs",
        "Next steps: send pack",
        "who",
        "Dana = owner",
        "Raj: security",
    ]
    assert [(who.name, who.side) for who in document.participants] == [("", Side.UNKNOWN)]


def test_hard_wrapped_paragraphs_are_one_turn() -> None:
    text = (
        "We met in their office in Leeds and went through the whole of\n"
        "the process, which takes three people six days every month and\n"
        "nobody likes it.\n\nSecond paragraph.\n"
    )
    words = [words for _, words in spoken(read(text, "note.txt"))]
    assert words[0].endswith("every month and nobody likes it.")
    assert words[1:] == ["Second paragraph."]


def test_speaker_labels_give_title_and_company() -> None:
    text = """Dana Ortiz (VP Ops, Northwind): We lost it.

Ben Ash | Tallyloop: Why?

Dana Ortiz (VP Ops, Northwind): Nobody knew.
"""
    dana, ben = read(text).participants
    assert (dana.name, dana.title, dana.company) == ("Dana Ortiz", "VP Ops", "Northwind")
    assert (ben.name, ben.title, ben.company) == ("Ben Ash", "", "Tallyloop")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\x00", "is empty"),
        (b"WEBVTT\n\n", "no words"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "no words"),
        (bytes(range(256)) * 20, "is not text"),
        (b"%PDF-1.7 broken", "PDF that cannot be read"),
        (b"PK\x03\x04broken", "package"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "old Word"),
        (b"{\\rtf1 hello}", "RTF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(200)), "picture"),
        (b'{"callTranscripts": [', "JSON that breaks off"),
        (b'{"a": [1, 2]}', "JSON without a transcript"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_where_and_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(DocumentError) as refused:
        read_document(content, "thing.vtt")
    assert str(refused.value).startswith("thing.vtt: ")
    assert said in str(refused.value)
    assert refused.value.remedy


def test_canonical_text_folds_space_composes_accents_and_drops_controls_and_names() -> None:
    document = read("Ana Lopes: we\u00a0 lost\tit, Ju\u0308r\x00gen\x07!\n\nBo Ek: Ok.\n")
    assert document.text == "we lost it, J\u00fcrgen!\n\nOk."
    assert document.turns[1].start == len("we lost it, J\u00fcrgen!\n\n")


def test_the_same_bytes_are_the_same_document_under_any_name() -> None:
    first, second = read(ZOOM, "a.vtt"), read(ZOOM, "b.vtt")
    assert first.id == second.id
    assert first.text == second.text


def test_a_transcript_said_to_be_an_interview_is_read_with_any_label() -> None:
    text = "pat: we lost it\nsam: why\n"
    assert read(text).kind is DocumentKind.CALL_NOTE
    document = read(text, options=ReadOptions(kind=DocumentKind.INTERVIEW))
    assert [speaker for speaker, _ in spoken(document)] == ["pat", "sam"]


def test_a_short_talk_in_which_everybody_comes_back_is_an_interview() -> None:
    text = (
        "Sam: So what changed?\n"
        "Dana Ortiz (VP Ops, Northwind): We lost the Halloway account in March.\n"
        "Sam: And today?\n"
        "Dana Ortiz: It is me and a spreadsheet, six hours every Monday.\n"
    )
    document = read_document(text.encode(), "northwind call.txt")
    assert document.kind == DocumentKind.INTERVIEW
    assert [t.speaker for t in document.turns] == ["Sam", "Dana Ortiz", "Sam", "Dana Ortiz"]
    assert document.participant("Dana Ortiz").title == "VP Ops"


def test_a_table_is_refused_with_the_command_that_takes_it() -> None:
    with pytest.raises(DocumentError, match="icp accounts import"):
        read_document(b"name,employees\nAcme,12\n", "crm.csv")
