"""Each format on the screen as it comes, and the turns it must become."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence

import docx
import pytest

from analyzer.errors import DocumentError
from analyzer.reading.cues import _cues_by_library, _cues_by_line
from analyzer.reading.documents import ReadOptions, read_document
from analyzer.records import Document, DocumentKind, Side


def spoken(document: Document) -> list[tuple[str, str]]:
    return [(turn.speaker, document.words_of(turn)) for turn in document.turns]


def read(text: str, name: str = "call.txt", options: ReadOptions | None = None) -> Document:
    return read_document(text.encode(), name, options or ReadOptions())


def pdf_of(lines: Sequence[str]) -> bytes:
    """A one-page PDF of lines of text, written by hand, since nothing else here writes PDFs."""
    words = "".join(f"({line}) Tj T* " for line in lines)
    stream = f"BT /F1 10 Tf 12 TL 40 780 Td {words}ET".encode("latin-1")
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer


def docx_of(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


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


def test_zoom_cues_of_one_speaker_become_one_turn_that_starts_with_the_first() -> None:
    document = read(ZOOM, "call.vtt")
    assert spoken(document) == [
        ("Ben Acheampong", "Darlene, hi, can you hear me all right?"),
        ("Darlene Pruitt", "I can hear you just fine."),
    ]
    assert [turn.at for turn in document.turns] == [3.0, 9.0]
    assert document.kind is DocumentKind.INTERVIEW


@pytest.mark.parametrize("kind", ["vtt", "srt"])
def test_the_library_and_our_own_reader_of_cues_agree_on_sound_files(kind: str) -> None:
    text = ZOOM if kind == "vtt" else ZOOM.removeprefix("WEBVTT\n\n").replace(".000", ",000").replace(".950", ",950")
    assert _cues_by_library(text, kind) == list(_cues_by_line(text, kind)) != []


TEAMS = """\ufeffWEBVTT

00000001-6b1c-4a2e-9d10-0f3c5a7e0001/1-0
00:00:02.000 --> 00:00:05.950
<v Noor Haddad>Thanks for doing this, R&amp;D &lt;both&gt; of you</v>

00000001-6b1c-4a2e-9d10-0f3c5a7e0001/2-0
00:00:06.000 --> 00:00:09.950
<v Siobhan O&#39;Neil>No trouble.

00:12.000 --> 00:14.000
<v Noor Haddad>One.</v> <v Siobhan O&#39;Neil>Two.</v>
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_teams_voices_are_read_with_and_without_closing_tags_whatever_ends_a_line(line_end: str) -> None:
    assert spoken(read(TEAMS.replace("\n", line_end), "call.vtt")) == [
        ("Noor Haddad", "Thanks for doing this, R&D <both> of you"),
        ("Siobhan O'Neil", "No trouble."),
        ("Noor Haddad", "One."),
        ("Siobhan O'Neil", "Two."),
    ]


def test_notes_styles_and_cue_names_are_not_spoken_but_a_spoken_arrow_is() -> None:
    text = """WEBVTT - made by a recorder
Kind: captions

STYLE
::cue { color: red }

NOTE a comment that
goes on

NOTES-12
00:01.000 --> 00:04.000 align:start position:0%
Ana Lopes: we go from A --> B and

STYLE GUIDE
00:05.000 --> 00:06.000
Ana Lopes: then to C

00:07.000 --> 00:09.000
Bo Ek: Right.

So, a blank line inside the cue.
"""
    assert spoken(read(text, "call.vtt")) == [
        ("Ana Lopes", "we go from A --> B and then to C"),
        ("Bo Ek", "Right. So, a blank line inside the cue."),
    ]


def test_rolling_captions_are_said_once() -> None:
    text = """WEBVTT

00:00:00.000 --> 00:00:02.000
so we lost<00:00:00.500><c> the</c><00:00:01.000><c> deal</c>

00:00:02.000 --> 00:00:02.010
so we lost the deal

00:00:02.010 --> 00:00:04.000
so we lost the deal
in<00:00:02.500><c> March</c>
"""
    assert spoken(read(text, "call.vtt")) == [("", "so we lost the deal in March")]


def test_words_in_angle_brackets_that_are_no_tags_are_kept() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nAna Lopes: it took < 5 days, not > 9, in the <stage> field\n"
    assert spoken(read(text, "call.vtt")) == [("Ana Lopes", "it took < 5 days, not > 9, in the <stage> field")]


def test_srt_with_names_and_srt_named_vtt_are_read_by_what_they_hold() -> None:
    text = "1\n00:00:02,000 --> 00:00:03,950\nNoor Haddad: Morning.\n\n2\n00:00:04,000 --> 00:00:05,000\nBo Ek: Hi.\n"
    for name in ("call.srt", "call.vtt", "call.txt"):
        assert spoken(read(text, name)) == [("Noor Haddad", "Morning."), ("Bo Ek", "Hi.")]


def test_captions_without_names_say_so_and_nobody_has_a_side() -> None:
    text = "1\n00:00:02,000 --> 00:00:03,950\nwe lost a deal.\n\n2\n00:00:30,000 --> 00:00:31,000\nThen what?\n"
    document = read(text, "call.srt")
    assert spoken(document) == [("", "we lost a deal."), ("", "Then what?")]
    assert document.participants[0].side is Side.UNKNOWN
    assert "No speaker is named" in document.warnings[0]


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


def test_teams_word_transcript_has_heads_in_paragraphs_and_its_own_remarks_dropped() -> None:
    content = docx_of(
        "Pilot check-in-20260917_150000-Meeting Recording",
        "September 17, 2026, 3:00PM",
        "15m 10s",
        "Siobhan Kerrigan started transcription",
        "Siobhan Kerrigan   0:04\nCoretta, hello! Is it just yourself?",
        "Coretta Baines   0:07\nDevon is coming.\nDevon had a dentist.",
        "Siobhan Kerrigan stopped transcription",
    )
    document = read_document(content, "transcript.docx")
    assert spoken(document) == [
        ("Siobhan Kerrigan", "Coretta, hello! Is it just yourself?"),
        ("Coretta Baines", "Devon is coming. Devon had a dentist."),
    ]
    assert str(document.said_on) == "2026-09-17"


def test_word_tables_are_kept_as_text_and_speaker_tables_as_turns() -> None:
    document = docx.Document()
    document.add_paragraph("Notes from the visit")
    plain = document.add_table(rows=1, cols=2)
    plain.rows[0].cells[0].text, plain.rows[0].cells[1].text = "CRM", "Salesforce"
    file = io.BytesIO()
    document.save(file)
    assert "CRM | Salesforce" in read_document(file.getvalue(), "visit-notes.docx").text

    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for row, cells in zip(
        table.rows,
        [("Time", "Speaker", "Text"), ("0:01", "Dana Ortiz", "We lost it."), ("0:02", "Ben Ash", "Why?")],
        strict=True,
    ):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    file = io.BytesIO()
    document.save(file)
    assert spoken(read_document(file.getvalue(), "t.docx")) == [("Dana Ortiz", "We lost it."), ("Ben Ash", "Why?")]


GONG = {
    "callTranscripts": [
        {
            "callId": "1",
            "transcript": [
                {"speakerId": "7", "sentences": [{"start": 2000, "end": 3000, "text": "Tell me more."}]},
                {
                    "speakerId": "8",
                    "sentences": [{"start": 4000, "text": "It broke"}, {"start": 5000, "text": "in May."}],
                },
            ],
        }
    ],
    "calls": [
        {
            "metaData": {"title": "Northwind review", "started": "2026-05-14T15:00:00Z"},
            "parties": [
                {"speakerId": "7", "name": "Ben Ash", "title": "PMM", "affiliation": "Internal"},
                {"speakerId": "8", "name": "Dana Ortiz", "title": "VP Ops", "affiliation": "External"},
            ],
        }
    ],
}


def test_gong_names_titles_and_sides_come_from_the_parties() -> None:
    document = read(json.dumps(GONG), "export.json")
    assert spoken(document) == [("Ben Ash", "Tell me more."), ("Dana Ortiz", "It broke in May.")]
    assert [(p.title, p.side) for p in document.participants] == [("PMM", Side.OURS), ("VP Ops", Side.CUSTOMER)]
    assert (document.title, str(document.said_on), document.turns[1].at) == ("Northwind review", "2026-05-14", 4.0)


def test_gong_without_parties_says_where_the_names_are() -> None:
    document = read(json.dumps({"callTranscripts": GONG["callTranscripts"]}), "export.json")
    assert [p.name for p in document.participants] == ["Speaker 7", "Speaker 8"]
    assert any("parties" in warning for warning in document.warnings)


def test_fireflies_and_a_plain_list_are_read() -> None:
    sentences = [
        {"index": 0, "text": "Hello?", "start_time": 3.0, "speaker_id": 0, "speaker_name": "Ben Ash"},
        {"index": 1, "text": "Hi.", "start_time": 6.5, "speaker_id": 1, "speaker_name": "Dana Ortiz"},
    ]
    document = read(json.dumps({"title": "Northwind", "date": "2026-07-08", "sentences": sentences}), "f.json")
    assert spoken(document) == [("Ben Ash", "Hello?"), ("Dana Ortiz", "Hi.")]
    assert (document.format, document.turns[1].at, str(document.said_on)) == ("fireflies", 6.5, "2026-07-08")

    plain = [{"speaker": "Ben Ash", "text": "Hello?", "start": "00:03"}, {"speaker": "Dana Ortiz", "text": "Hi."}]
    assert spoken(read(json.dumps(plain), "list.json")) == [("Ben Ash", "Hello?"), ("Dana Ortiz", "Hi.")]


def test_html_posting_gives_readable_text_and_what_its_data_states() -> None:
    text = """<!DOCTYPE html><html><head><title>Careers</title><script>var x = "no words";</script>
    <script type="application/ld+json">{"@type": "JobPosting", "title": "Data Engineer", "datePosted": "2026-05-20",
    "hiringOrganization": {"name": "Paddock Lending"}}</script></head><body><nav>Home Jobs</nav>
    <h1>Data Engineer</h1><p>You will fix the <b>broker</b> portal &amp; more.</p><ul><li>Build pipelines</li></ul>
    <footer>Cookies</footer></body></html>"""
    document = read(text, "page.html")
    words = [words for _, words in spoken(document)]
    assert words == ["Data Engineer", "You will fix the broker portal & more.", "Build pipelines"]
    assert (document.kind, document.account, str(document.said_on)) == (
        DocumentKind.JOB_POSTING,
        "Paddock Lending",
        "2026-05-20",
    )
    assert document.participants[0].side is Side.CUSTOMER


def test_pdf_transcript_is_read_and_a_pdf_named_vtt_is_a_pdf() -> None:
    content = pdf_of(["Dana Ortiz: We lost it in", "March.", "Ben Ash: Why?"])
    for name in ("call.pdf", "call.vtt"):
        document = read_document(content, name)
        assert spoken(document) == [("Dana Ortiz", "We lost it in March."), ("Ben Ash", "Why?")]
        assert document.format == "pdf"


def test_scanned_pdf_says_that_it_is_a_scan() -> None:
    with pytest.raises(DocumentError, match=r"scan.pdf: is a PDF of 1 pages without text, a scan.*OCR"):
        read_document(pdf_of([]), "scan.pdf")


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


def test_damaged_word_file_is_refused_with_a_sentence() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("word/document.xml", "<not xml")
    with pytest.raises(DocumentError, match="damaged Word file"):
        read_document(file.getvalue(), "broken.docx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_words_survive_every_encoding(encoding: str) -> None:
    text = "Jürgen Althaus: Wir haben’s für 40 € gekauft – naïve.\n\nAna Lopes: Warum?\n"
    assert spoken(read_document(text.encode(encoding), "x.txt")) == [
        ("Jürgen Althaus", "Wir haben’s für 40 € gekauft – naïve."),
        ("Ana Lopes", "Warum?"),
    ]


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
