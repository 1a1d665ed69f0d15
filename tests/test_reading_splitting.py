"""Files that hold many documents, and what each of them reads as when it stands alone."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date

import openpyxl
import pytest

from analyzer.errors import DocumentError
from analyzer.reading.canonical import fold
from analyzer.reading.documents import read_document
from analyzer.reading.source import Source
from analyzer.reading.splitting import Split, split_file
from analyzer.reading.tables.sheets import FORMATS as SHEETS
from analyzer.records import Document, DocumentKind


def csv_of(*rows: Sequence[str], delimiter: str = ",") -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return file.getvalue().encode()


def xlsx_of(*rows: Sequence[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read_parts(content: bytes, name: str, columns: Mapping[str, str] | None = None) -> list[Document]:
    return [read_document(part.content, part.name) for part in split_file(content, name, columns or {}).parts]


def spoken(document: Document) -> list[tuple[str, str]]:
    return [(turn.speaker, document.words_of(turn)) for turn in document.turns]


NOTE = "Spoke to Dana about the month end, which three people do by hand; she signs up to 50k and wants it by May."


# --------------------------------------------------------------------------------------------------------------- JSON


def gong_call(number: int) -> tuple[dict[str, object], dict[str, object]]:
    sentences = [{"start": 1000, "text": f"Call {number} it is."}]
    transcript = {"callId": str(number), "transcript": [{"speakerId": "5", "sentences": sentences}]}
    about = {"id": str(number), "title": "Review / weekly", "started": f"2026-05-{number:02}T10:00:00Z"}
    return transcript, {"metaData": about, "parties": [{"speakerId": "5", "name": f"Dana {number}"}]}


def test_a_page_of_gong_calls_becomes_a_file_for_each_with_its_own_names() -> None:
    calls = [gong_call(number) for number in (3, 4, 5)]
    content = json.dumps({"callTranscripts": [t for t, _ in calls], "calls": [c for _, c in calls]}).encode()
    parts = split_file(content, "page.json").parts
    assert [part.name for part in parts] == [
        "page.json/Review weekly.json",
        "page.json/Review weekly (2).json",
        "page.json/Review weekly (3).json",
    ]
    documents = [read_document(part.content, part.name) for part in parts]
    assert [spoken(d) for d in documents] == [[(f"Dana {n}", f"Call {n} it is.")] for n in (3, 4, 5)]
    assert [d.said_on for d in documents] == [date(2026, 5, n) for n in (3, 4, 5)]
    assert split_file(content, "page.json").parts == parts


def test_one_call_one_transcript_and_one_list_are_one_document() -> None:
    transcript, call = gong_call(3)
    for whole in (
        {"callTranscripts": [transcript], "calls": [call]},
        {"title": "x", "sentences": [{"speaker_name": "A B", "text": "Hi."}]},
        [{"speaker": "A B", "text": "Hi."}, {"speaker": "C D", "text": "Ho."}],
        [
            {"participant": {"name": "A B"}, "words": [{"text": "Hi."}]},
            {"participant": {"name": "C D"}, "words": [{"text": "Ho."}]},
        ],
        {
            "participants": [
                {"name": "A B", "id": 1, "transcripts": [{"text": "Hi."}]},
                {"name": "C D", "id": 2, "transcripts": [{"text": "Ho."}]},
            ]
        },
    ):
        assert split_file(json.dumps(whole).encode(), "x.json") == Split()


FIREFLIES = [
    {"id": f"t{n}", "title": f"Call {n}", "sentences": [{"speaker_name": f"Dana {n}", "text": f"It is {n}."}]}
    for n in (1, 2)
]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(FIREFLIES),
        json.dumps({"data": {"transcripts": FIREFLIES}}),
        json.dumps({"count": 2, "next": None, "results": FIREFLIES}),
        "\n".join(json.dumps(each) for each in FIREFLIES) + "\n",
        "\n".join(json.dumps(each, indent=2) for each in FIREFLIES),
    ],
)
def test_transcripts_in_a_list_or_a_line_each_become_a_file_for_each(content: str) -> None:
    documents = read_parts(content.encode(), "all.jsonl")
    assert [(d.name, d.title, spoken(d)) for d in documents] == [
        ("all.jsonl/Call 1.json", "Call 1", [("Dana 1", "It is 1.")]),
        ("all.jsonl/Call 2.json", "Call 2", [("Dana 2", "It is 2.")]),
    ]


def test_postings_in_a_json_list_become_a_posting_each() -> None:
    jobs = [
        {
            "title": f"Engineer {n}",
            "companyName": "Paddock Lending",
            "location": "Leeds",
            "postedAt": "2026-05-20",
            "salary": None,
            "description": f"<p>You will fix portal {n}.</p><ul><li>Build pipelines with the team every day</li></ul>",
        }
        for n in (1, 2)
    ]
    documents = read_parts(json.dumps({"items": jobs}).encode(), "jobs.json")
    assert [d.name for d in documents] == ["jobs.json/1 Paddock Lending.md", "jobs.json/2 Paddock Lending.md"]
    assert documents[1].text == "You will fix portal 2.\n\nBuild pipelines with the team every day"
    assert documents[1].kind is DocumentKind.JOB_POSTING


def test_notes_of_a_crms_api_become_a_note_each() -> None:
    notes = [
        {"id": str(n), "properties": {"hs_note_body": f"<p>{NOTE}</p> {n}", "hs_timestamp": "2026-01-02T10:00:00Z"}}
        for n in (1, 2)
    ]
    documents = read_parts(json.dumps({"results": notes, "paging": {}}).encode(), "notes.json")
    assert [(d.kind, d.said_on) for d in documents] == [(DocumentKind.CALL_NOTE, date(2026, 1, 2))] * 2
    assert documents[1].text == f"{NOTE}\n\n2"


# ------------------------------------------------------------------------------------------- tables, a document a row


def test_crm_notes_become_a_note_each_with_account_date_and_outcome() -> None:
    content = csv_of(
        ["Record ID", "Activity date", "Associated Company", "Subject", "Note body", "Deal Stage"],
        ["1", "2026-03-11 14:02", "Acme", "First call", NOTE, "Closed Lost"],
        ["2", "2026-03-12 09:00", "", "Second", "", "Proposal"],
        ["3", "2026-03-13 09:00", "Brandt & Co / North", "Third", NOTE.replace("Dana", "Raj"), "Proposal"],
    )
    split = split_file(content, "notes.csv")
    assert [part.name for part in split.parts] == ["notes.csv/row 2 Acme.md", "notes.csv/row 4 Brandt & Co North.md"]
    assert split.warnings == ('Row 3: no text in "Note body"; left out.',)
    first, second = read_parts(content, "notes.csv")
    assert (first.text, first.kind, first.account, first.title) == (NOTE, DocumentKind.CALL_NOTE, "Acme", "First call")
    assert (first.said_on, first.outcome, second.outcome) == (date(2026, 3, 11), "lost", None)
    assert second.account == "Brandt & Co / North"


def test_a_rows_words_come_through_whatever_stands_in_them() -> None:
    words = '---\naccount: Nobody\n---\n\nShe said "no, never", then: yes;\n\n\n| 5 < 6 & 7 > 2 |\n=cmd()\ttab\n---'
    content = csv_of(["Company", "Call Notes"], ["Acme", words], ["Bolt", NOTE])
    document = read_parts(content, "notes.csv")[0]
    assert fold(document.text).split() == [word for word in fold(words).split() if word != "---"]
    assert document.account == "Acme"


def test_rich_text_in_cells_becomes_what_its_writer_saw() -> None:
    rich = "<div>Met Dana &amp; Raj.</div><ul><li>Budget 50k</li><li>By May</li></ul><p>Next: send it<br>soon</p>"
    plain = "They want <b>one</b> list\nof all the <stage> fields & 5 < 6"
    documents = read_parts(csv_of(["Company", "Note Body"], ["Acme", rich], ["Bolt", plain]), "notes.csv")
    assert documents[0].text.split("\n\n") == ["Met Dana & Raj.", "Budget 50k", "By May", "Next: send it", "soon"]
    assert "They want one list" in documents[1].text
    assert "& 5 < 6" in documents[1].text


def test_postings_of_a_job_scraper_become_postings_of_their_companies() -> None:
    description = "You will own the pipelines of our lending platform and work with the brokers who use it each day."
    content = csv_of(
        [
            "id",
            "site",
            "job_url",
            "title",
            "company",
            "location",
            "date_posted",
            "is_remote",
            "description",
            "company_industry",
        ],
        [
            "li-1",
            "x",
            "https://x.example/1",
            "Data Engineer",
            "Paddock Lending",
            "Leeds",
            "2026-05-20",
            "False",
            description,
            "Banking",
        ],
        ["li-2", "x", "https://x.example/2", "Clerk", "Corvane", "York", "2026-05-21", "False", description, "Health"],
    )
    documents = read_parts(content, "jobs.csv")
    assert [(d.kind, d.account, d.title, d.said_on) for d in documents] == [
        (DocumentKind.JOB_POSTING, "Paddock Lending", "Data Engineer", date(2026, 5, 20)),
        (DocumentKind.JOB_POSTING, "Corvane", "Clerk", date(2026, 5, 21)),
    ]


def test_transcripts_in_cells_are_read_as_interviews() -> None:
    talk = "Ben Ash: What changed?\nDana Ortiz: We lost it, and nobody knew.\nBen Ash: And then?\nDana Ortiz: Spring."
    content = csv_of(["Call ID", "Account", "Date", "Transcript"], ["1", "Acme", "2026-01-02", talk])
    document = read_parts(content, "calls.csv")[0]
    assert document.kind is DocumentKind.INTERVIEW
    assert spoken(document)[1] == ("Dana Ortiz", "We lost it, and nobody knew.")
    assert (document.account, document.said_on) == ("Acme", date(2026, 1, 2))


@pytest.mark.parametrize(
    ("dates", "read", "warned"),
    [
        (["13/2/2026", "3/4/2026"], [date(2026, 2, 13), date(2026, 4, 3)], False),
        (["3/4/2026", "5/6/2026"], [date(2026, 3, 4), date(2026, 5, 6)], True),
        (["1773241200000", "Mar 3, 2026"], [date(2026, 3, 11), date(2026, 3, 3)], False),
    ],
)
def test_dates_are_read_as_their_column_writes_them(dates: list[str], read: list[date], warned: bool) -> None:
    content = csv_of(["Company", "Date", "Call Notes"], *(["Acme", day, f"{NOTE} {day}"] for day in dates))
    assert [d.said_on for d in read_parts(content, "n.csv")] == read
    assert any("month first" in warning for warning in split_file(content, "n.csv").warnings) == warned


def test_a_row_without_an_account_is_not_named_after_its_row() -> None:
    content = csv_of(["Subject", "Call Notes"], ["", NOTE], ["Northwind intro call", NOTE + " So."])
    untitled, titled = read_parts(content, "notes.csv")
    assert (titled.account, "Row" in untitled.account) == ("Northwind", False)


def test_a_date_that_is_none_is_said() -> None:
    content = csv_of(["Company", "Date", "Call Notes"], ["Acme", "soon", NOTE], ["Bolt", "2026-01-02", NOTE])
    assert split_file(content, "n.csv").warnings == ('Row 2: no date that can be read in "Date".',)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_and_encodings_are_tables_too(delimiter: str) -> None:
    content = csv_of(["Firma", "Notizen"], ["Müller", NOTE], ["Groß & Söhne", NOTE + " Ja."], delimiter=delimiter)
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        documents = read_parts(content.decode().encode(encoding), "notizen.csv")
        assert [(d.account, d.text) for d in documents] == [("Müller", NOTE), ("Groß & Söhne", NOTE + " Ja.")]


def test_a_workbook_of_notes_is_split_like_a_csv() -> None:
    content = xlsx_of(["Company", "Call date", "Call notes"], ["Acme", date(2026, 3, 11), NOTE], ["Bolt", None, None])
    split = split_file(content, "notes.xlsx")
    document = read_document(split.parts[0].content, split.parts[0].name)
    assert (split.parts[0].name, document.text, document.said_on) == (
        "notes.xlsx/row 2 Acme.md",
        NOTE,
        date(2026, 3, 11),
    )
    assert split.warnings == ('Row 3: no text in "Call notes"; left out.',)


def test_the_user_says_which_column_is_what() -> None:
    content = csv_of(["Wer", "Was", "Wann"], ["Acme", "Sie zahlt.", "2026-01-02"])
    assert split_file(content, "x.csv") == Split()
    documents = read_parts(content, "x.csv", {"Was": "text", "wer": "account", "Wann": "date"})
    assert [(d.text, d.account, d.said_on) for d in documents] == [("Sie zahlt.", "Acme", date(2026, 1, 2))]
    with pytest.raises(DocumentError, match=r'no column "Wo".*Its columns are Wer, Was, Wann'):
        split_file(content, "x.csv", {"Wo": "text"})
    with pytest.raises(DocumentError, match=r'"place" is no field.*Fields are text, account'):
        split_file(content, "x.csv", {"Was": "place"})


@pytest.mark.parametrize(
    "content",
    [
        csv_of(
            ["Company name", "Industry", "Number of Employees", "Deal Stage"], ["Acme", "Banking", "120", "Closed Won"]
        ),
        csv_of(
            ["Company name", "Industry", "Number of Employees", "Description"],
            ["Acme", "Banking", "120", "Acme is a bank for brokers that lends to small firms in the north. " * 4],
        ),
        csv_of(["Deal Name", "Amount", "Close Date", "Closed Lost Reason"], ["Acme", "5", "2026-01-02", "Price"]),
        csv_of(["Name", "Notes"], ["Acme", "warm"], ["Bolt", "cold"]),
        b"a,b\n1,2\n",
        b"",
        b"Company,Call Notes\n",
        b"Dana Ortiz: We lost it, then: nothing, Notes, Description.\n",
        b"PK\x03\x04 xl/workbook.xml broken",
        b"{broken",
    ],
)
def test_accounts_deals_and_what_is_no_table_are_not_split(content: bytes) -> None:
    assert split_file(content, "crm.csv") == Split()


def test_text_excel_cut_off_is_said() -> None:
    content = csv_of(["Company", "Call notes"], ["Acme", "word " * 6553 + "wo"])
    assert any("32,767" in warning for warning in split_file(content, "n.csv").warnings)


# ----------------------------------------------------------------------------------------- tables, an utterance a row


def read_sheet_turns(content: bytes, name: str = "t.csv") -> list[tuple[str, str, float | None]]:
    source = Source(name, content, "" if content.startswith(b"PK") else content.decode())
    assert SHEETS[0].sniff(source)
    return [(turn.speaker, turn.words, turn.at) for turn in SHEETS[0].read(source).turns]


TALK = [
    ("Ben Ash", "What changed?"),
    ("Dana Ortiz", "We lost it,\nwe did."),
    ("Dana Ortiz", "Then?"),
    ("Ben Ash", "Hm."),
]
TURNS = [("Ben Ash", "What changed?", 3.0), ("Dana Ortiz", "We lost it, we did. Then?", 7.0), ("Ben Ash", "Hm.", 13.0)]
STARTS = (3, 7, 11, 13)


def test_a_table_of_utterances_is_one_transcript() -> None:
    rows = [[f"00:00:{at:02}", who, words] for at, (who, words) in zip(STARTS, TALK, strict=True)]
    assert read_sheet_turns(csv_of(["Start", "Speaker", "Text"], *rows)) == TURNS
    assert read_sheet_turns(csv_of(["start_time", "Participant", "Utterance"], *rows, delimiter="\t"), "t.tsv") == TURNS
    numbers = [[at * 1000, who, words] for at, (who, words) in zip(STARTS, TALK, strict=True)]
    assert read_sheet_turns(xlsx_of(["Start ms", "Speaker Name", "Transcript"], *numbers), "t.xlsx") == TURNS


def test_segments_of_a_recogniser_without_speakers_are_put_together() -> None:
    rows = [["0", "2400", "We lost"], ["2400", "4000", "the deal."], ["4100", "6000", "Nobody knew."]]
    content = csv_of(["start", "end", "text"], *rows, delimiter="\t")
    assert read_sheet_turns(content, "whisper.tsv") == [("", "We lost the deal. Nobody knew.", 0.0)]


def test_rows_without_words_are_counted() -> None:
    source = Source("t.csv", b"", "Speaker,Text\nA B,Hi\nC D,\nA B,Ho\nC D,Hm\nA B,Ha\n")
    source = Source("t.csv", source.text.encode(), source.text)
    assert SHEETS[0].read(source).warnings == ('Row 3: no words in "Text"; left out.',)


@pytest.mark.parametrize(
    "text",
    [
        "Name,Employees\nAcme,12\nBolt,13\n",
        "Participant,Response\nA,One\nB,Two\nC,Three\nD,Four\n",
        "Speaker,Text\n",
        "Speaker,Text\nA,\nB,\nA,\n",
        "Dana Ortiz: text, speaker\n",
        "",
    ],
)
def test_other_tables_are_no_transcripts(text: str) -> None:
    assert not SHEETS[0].sniff(Source("t.csv", text.encode(), text))


def test_a_table_of_several_calls_becomes_a_table_for_each() -> None:
    rows = [[call, who, words] for call in ("Acme review", "Bolt: intro") for who, words in TALK]
    split = split_file(csv_of(["Meeting", "Speaker", "Text"], *rows), "calls.csv")
    assert [part.name for part in split.parts] == ["calls.csv/Acme review.csv", "calls.csv/Bolt intro.csv"]
    for part in split.parts:
        assert [turn[:2] for turn in read_sheet_turns(part.content)] == [turn[:2] for turn in TURNS]
    one = split_file(csv_of(["Meeting", "Speaker", "Text"], *rows[:4]), "calls.csv")
    assert one == Split()


def test_a_rating_under_a_companys_name_is_not_its_name() -> None:
    content = csv_of(
        ["Job Title", "Job Description", "Company Name", "Location"],
        ["Analyst", "You will count what matters, and tell us what it means.", "Umland Health\n3.4", "Oslo"],
        ["Clerk", "You will match invoices by hand in a small team.", "Brix (brix.example)", "Bergen"],
    )
    parts = split_file(content, "jobs.csv").parts
    assert [read_document(part.content, part.name).account for part in parts] == ["Umland Health", "Brix"]


def test_the_marks_of_markdown_that_scrapers_write_are_not_words() -> None:
    scraped = "**About us**\n\nWe build tools \\& hire **people who care**.\n\n* Run the close\n* 2 ** 3 is eight"
    head = ["title", "company", "description", "job_url", "location"]
    content = csv_of(head, ["Clerk", "Brix", scraped, "https://x", "Oslo"])
    (part,) = split_file(content, "jobs.csv").parts
    assert [line for line in read_document(part.content, part.name).text.split("\n") if line] == [
        "About us",
        "We build tools & hire people who care.",
        "Run the close",
        "2 ** 3 is eight",
    ]


def test_commas_in_a_long_note_do_not_hide_the_semicolons_of_its_table() -> None:
    note = "It was so. deal, lost it\n12,5\n, we said"
    content = csv_of(["Company", "Call date", "Call notes"], ["Account 1", "2026-01-02", note], delimiter=";")
    (part,) = split_file(content, "notes.csv").parts
    assert read_document(part.content, part.name).account == "Account 1"
