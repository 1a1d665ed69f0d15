"""Word, PDF and HTML files as programs write them, and what must be read from each."""

from __future__ import annotations

import io
import json

import pypdf
import pytest
from made_files import (
    docx_of,
    docx_with_table,
    paragraph,
    pdf_objects,
    pdf_of,
    shown_in_word,
    word_package,
    zip_of,
)

from analyzer.errors import DocumentError
from analyzer.reading.documents import read_document
from analyzer.reading.office import pages, pdf, word
from analyzer.reading.office.pages import read_fragment
from analyzer.reading.source import Shape
from analyzer.records import Document, DocumentKind, Side


def spoken(document: Document) -> list[tuple[str, str]]:
    return [(turn.speaker, document.words_of(turn)) for turn in document.turns]


def words(document: Document) -> list[str]:
    return [said for _, said in spoken(document)]


def read_html(html: str) -> Document:
    return read_document(html.encode(), "page.html")


SPOKEN = [("Dana Ortiz", "We lost it."), ("Ben Ash", "Why?"), ("Dana Ortiz", "Nobody knew.")]

# --------------------------------------------------------------------------------------------------------------- Word


@pytest.mark.parametrize("shape", word.SHAPES, ids=lambda shape: shape.name)
def test_word_shapes_are_read_as_what_they_are(shape: Shape) -> None:
    document = read_document(shown_in_word(shape.example), shape.file)
    assert document.format == shape.name
    if shape.name != "docx":
        assert "We lost a week to it every month." in words(document)
        assert document.kind is DocumentKind.INTERVIEW


def test_teams_transcript_has_heads_in_paragraphs_and_its_own_remarks_dropped() -> None:
    content = docx_of(
        "Pilot check-in-20260917_150000-Meeting Recording",
        "September 17, 2026, 3:00PM",
        "15m 10s",
        "Siobhan Kerrigan started transcription",
        "\nSiobhan Kerrigan   0:04\nCoretta, hello! Is it just yourself?",
        "Coretta Baines   0:07\nDevon is coming.\nDevon had a dentist.",
        "Siobhan Kerrigan stopped transcription",
    )
    document = read_document(content, "transcript.docx")
    assert spoken(document) == [
        ("Siobhan Kerrigan", "Coretta, hello! Is it just yourself?"),
        ("Coretta Baines", "Devon is coming. Devon had a dentist."),
    ]
    assert [turn.at for turn in document.turns] == [4.0, 7.0]
    assert str(document.said_on) == "2026-09-17"


def test_teams_documents_of_old_give_name_time_and_words_wherever_the_lines_break() -> None:
    in_one = docx_of("0:0:0.0 --> 0:0:3.140\nDana Ortiz\nWe lost it.", "0:0:4.20 --> 0:1:2.9\nBen Ash\nWhy?")
    apart = docx_of("0:0:0.0 --> 0:0:3.140", "Dana Ortiz", "We lost it.", "0:0:4.20 --> 0:1:2.9", "Ben Ash", "Why?")
    for content in (in_one, apart):
        document = read_document(content, "call.docx")
        assert spoken(document) == SPOKEN[:2]
        assert document.format == "teams docx cues"
        assert document.turns[1].at == 4.2


def test_word_transcribe_names_its_speakers_and_the_sound_file_is_the_title() -> None:
    content = docx_of(
        "Audio file", "Halden call.m4a", "Transcript",
        "00:00:03 Speaker 1", "We lost it.", "00:00:05 Speaker 2", "Why?", "00:00:09 Speaker 1", "Nobody knew.",
    )  # fmt: skip
    document = read_document(content, "x.docx")
    assert spoken(document) == [("Speaker 1", "We lost it."), ("Speaker 2", "Why?"), ("Speaker 1", "Nobody knew.")]
    assert (document.title, document.format) == ("Halden call", "word transcribe")


@pytest.mark.parametrize(
    "rows",
    [
        [("Time", "Speaker", "Text"), ("0:01", "Dana Ortiz", "We lost it."), ("0:02", "Ben Ash", "Why?"),
         ("0:05", "Dana Ortiz", "Nobody knew.")],
        [("Transcript", "Who"), ("We lost it.", "Dana Ortiz"), ("Why?", "Ben Ash"), ("Nobody knew.", "Dana Ortiz")],
        [("Zeit", "Sprecher", "Text"), ("0:01", "Dana Ortiz", "We lost it."), ("0:02", "Ben Ash", "Why?"),
         ("Zeit", "Sprecher", "Text"), ("0:05", "Dana Ortiz", "Nobody knew.")],
        [("0:01", "Dana Ortiz", "We lost it."), ("0:02", "Ben Ash", "Why?"), ("0:05", "Dana Ortiz", "Nobody knew.")],
        [("We lost it.", "[00:00:01]", "Dana Ortiz"), ("Why?", "[00:00:02]", "Ben Ash"),
         ("Nobody knew.", "[00:00:05]", "Dana Ortiz")],
        [("1", "0:01", "Dana Ortiz", "We lost it."), ("2", "0:02", "Ben Ash", "Why?"),
         ("3", "0:05", "Dana Ortiz", "Nobody knew.")],
        [("Dana Ortiz\n0:01", "We lost it."), ("Ben Ash\n0:02", "Why?"), ("Dana Ortiz\n0:05", "Nobody knew.")],
        [("Dana Ortiz:", "We lost it."), ("Ben Ash:", "Why?"), ("Dana Ortiz:", "Nobody knew."), ("Ben Ash:", "")],
    ],
)  # fmt: skip
def test_tables_of_speech_are_read_in_any_order_of_columns(rows: list[tuple[str, ...]]) -> None:
    content = docx_with_table(["Halden Foods interview", "11 March 2026"], rows, ["End of the recording."])
    document = read_document(content, "t.docx")
    assert spoken(document) == [*SPOKEN, ("", "End of the recording.")]
    assert document.format == "docx table"
    assert (document.title, str(document.said_on)) == ("Halden Foods interview", "2026-03-11")


@pytest.mark.parametrize(
    "rows",
    [
        [("CRM", "Salesforce"), ("ERP", "NetSuite"), ("Budget", "50k")],
        [("Dana Ortiz", "VP Ops"), ("Raj Pillai", "Security"), ("Ben Ash", "Buyer")],
        [("Theme", "What we heard"), ("Pain", "Six days a month"), ("Pain", "Two clerks left"), ("Goal", "No Excel")],
        [("Monday", "Visit in Leeds"), ("Tuesday", "Visit in York"), ("Monday", "Report")],
    ],
)
def test_tables_of_facts_stay_text_with_all_their_words(rows: list[tuple[str, str]]) -> None:
    document = read_document(docx_with_table(["Notes from the visit"], rows), "visit-notes.docx")
    assert document.kind is DocumentKind.CALL_NOTE
    assert words(document) == ["Notes from the visit", *(" | ".join(row) for row in rows)]


def test_a_table_that_only_lays_out_the_page_is_read_as_the_page() -> None:
    content = docx_with_table([], [("Dana Ortiz: We lost it.\n\nBen Ash: Why?\n\nDana Ortiz: Nobody knew.",)])
    assert spoken(read_document(content, "x.docx")) == SPOKEN


def test_nothing_that_a_reader_sees_is_lost_and_nothing_deleted_comes_back() -> None:
    body = (
        paragraph("Notes on Halden", "berschrift1")
        + paragraph("Notes on Halden 1", "Verzeichnis1")
        + "<w:sdt><w:sdtPr><w:alias w:val='no words'/></w:sdtPr><w:sdtContent>"
        + paragraph("In a content control.")
        + "</w:sdtContent></w:sdt>"
        + "<w:p><w:r><w:t>Budget is </w:t></w:r><w:del><w:r><w:delText>40k</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>50k</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom>"
        "<w:hyperlink><w:r><w:t>, see the sheet</w:t></w:r></w:hyperlink>"
        "<w:r><w:instrText>PAGEREF x</w:instrText><w:noBreakHyphen/><w:tab/><w:t>ok</w:t></w:r>"
        "<w:sdt><w:sdtContent><w:r><w:t>.</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        + "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>"
        + paragraph("In a text box.")
        + "</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>"
        + paragraph("In a text box.")
        + "</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        + paragraph("An entry", "Aufz")
        + "<w:sectPr/>"
    )
    content = word_package(
        body,
        footnotes=f'<w:footnote w:type="separator" w:id="0">{paragraph("----")}</w:footnote>'
        f'<w:footnote w:id="1">{paragraph("She said so twice.")}</w:footnote>',
        header1=paragraph("Confidential"),
        comments='<w:comment w:id="1"/><w:comment w:id="2"/>',
    )
    document = read_document(content, "halden notes.docx")
    assert words(document) == [
        "Notes on Halden",
        "In a content control.",
        "Budget is 50k, see the sheet- ok.",
        "In a text box.",
        "An entry",
        "She said so twice.",
    ]
    assert document.title == "Notes on Halden"
    assert "2 comments in the margin are left out." in document.warnings


def test_footnotes_of_a_transcript_are_nobodys_words() -> None:
    body = "".join(paragraph(f"{who}: {said}") for who, said in SPOKEN)
    content = word_package(body, footnotes=f'<w:footnote w:id="1">{paragraph("Laughs.")}</w:footnote>')
    assert spoken(read_document(content, "x.docx")) == [*SPOKEN, ("", "Laughs.")]


def test_macro_and_strict_packages_and_odd_names_of_parts_are_word_files_too() -> None:
    assert words(read_document(word_package(paragraph("We lost it.")), "x.docm")) == ["We lost it."]
    assert words(read_document(word_package(paragraph("We lost it."), "word/document2.xml"), "x.docx")) == [
        "We lost it."
    ]
    xml = b'<d:document xmlns:d="http://purl.oclc.org/ooxml/wordprocessingml/main"><d:body><d:p><d:r><d:t>We lost it.'
    xml += b"</d:t></d:r></d:p></d:body></d:document>"
    assert words(read_document(zip_of({"word\\document.xml": xml}), "x.docx")) == ["We lost it."]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (zip_of({"word/document.xml": b"<not xml"}), "is a damaged Word file"),
        (docx_of("We lost it. " * 200)[:-300], "is a damaged Word file"),
        (docx_of(""), "is a Word file without text"),
        (zip_of({"word/document.xml": b"<a>" + b" " * (33 * 2**20) + b"</a>"}), "holds more than 32 MB of text"),
    ],
)
def test_what_is_no_sound_word_file_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(DocumentError, match=said) as refused:
        read_document(content, "broken.docx")
    assert refused.value.remedy


def test_entities_of_a_word_file_neither_grow_nor_fetch() -> None:
    tail = '<w:document xmlns:w="x"><w:body><w:p><w:r><w:t>before {}</w:t></w:r></w:p></w:body></w:document>'
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>' + tail.format("&l11;")
    fetch = '<!DOCTYPE x [<!ENTITY passwd SYSTEM "file:///etc/passwd">]>' + tail.format("&passwd;")
    assert read_document(zip_of({"word/document.xml": fetch.encode()}), "x.docx").text == "before"
    assert read_or_refused(zip_of({"word/document.xml": bomb.encode()}), "x.docx") in (
        "before",
        "is a damaged Word file.",
    )


def read_or_refused(content: bytes, name: str) -> str:
    """The words, or the problem: libraries differ in which hostile files they take."""
    try:
        return read_document(content, name).text
    except DocumentError as refused:
        return refused.problem


# ---------------------------------------------------------------------------------------------------------------- PDF


def test_pdf_transcript_is_read_and_a_pdf_named_vtt_is_a_pdf() -> None:
    content = pdf_of(["Dana Ortiz: We lost it in", "March.", "Ben Ash: Why?"])
    for name in ("call.pdf", "call.vtt"):
        document = read_document(content, name)
        assert spoken(document) == [("Dana Ortiz", "We lost it in March."), ("Ben Ash", "Why?")]
        assert document.format == "pdf"


@pytest.mark.parametrize("shape", pdf.SHAPES, ids=lambda shape: shape.name)
def test_pdf_shapes_are_read_as_what_they_are(shape: Shape) -> None:
    document = read_document(pdf_of(shape.example.split("\n")), shape.file)
    assert document.format == shape.name
    assert ("Marek Havel", "We lost a week to it every month.") in spoken(document)


def test_running_heads_and_page_numbers_go_and_names_at_the_top_of_pages_stay() -> None:
    said = ["price", "audit", "Excel", "clerks"]
    content = pdf_of(
        *(
            [
                "Halden Foods - confidential", "Dana Ortiz", f"We talked of the {word} for long", f"and of {n + 40}",
                "Ben Ash", "Why?", "Dana Ortiz", f"Because the {word} is slow", "and old.", f"It cost us {word}s,",
                f"the {word} of {n}", f"42 {word}s", f"Page {n} of 4",
            ]
            for n, word in enumerate(said, 1)
        )
    )  # fmt: skip
    document = read_document(content, "x.pdf")
    assert "confidential" not in document.text
    assert "Page" not in document.text
    assert document.text.count("We talked of the") == document.text.count("Because the") == 4
    assert [turn.speaker for turn in document.turns] == ["Dana Ortiz", "Ben Ash"] * 4 + ["Dana Ortiz"]


def test_words_divided_at_a_lines_end_are_whole_where_the_text_shows_how() -> None:
    lines = [
        "Our implementation of the long-term plan was slow, and every imple-",
        "mentation after it was slower. We need a long-",
        "term plan, a follow-",
        "up and an invest-",
        "ment.",
    ]
    assert read_document(pdf_of(lines), "note.pdf").text == (
        "Our implementation of the long-term plan was slow, and every implementation after it was slower. "
        "We need a long-term plan, a followup and an investment."
    )
    alone = ["We agreed on a follow-", "up in May."]
    assert read_document(pdf_of(alone), "note.pdf").text == "We agreed on a follow-up in May."


def test_scanned_and_damaged_pages_are_named_and_the_others_read() -> None:
    content = pdf_of(
        ["Dana Ortiz: We lost it.", "Ben Ash: Why?", "Dana Ortiz: In May."], [], [], b"BT (", ["So be it."]
    )
    document = read_document(content, "x.pdf")
    assert spoken(document)[:2] == SPOKEN[:2]
    assert "Pages 2-3 have no text (scanned?), so the words there are missing." in document.warnings
    assert any(warning.startswith("Page 4 has damage") for warning in document.warnings)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (pdf_of([]), r"is a PDF of 1 page without text, a scan.*OCR"),
        (pdf_of([], []), r"is a PDF of 2 pages without text, a scan.*OCR"),
        (pdf_of(*[["x"]] * 5_001), "has 5,001 pages, more than 5,000"),
        (pdf_objects([]), "is a PDF without pages"),
        (b"%PDF-1.7 broken", "PDF that cannot be read"),
        (pdf_of(["\x01\x02\x03\x04\x05 a"]), "fonts do not say which letters"),
    ],
)
def test_pdfs_without_words_are_refused_with_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        read_document(content, "x.pdf")


def test_a_pdf_with_a_password_says_so() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_of(["Dana Ortiz: We lost it."])))
    writer.encrypt("secret", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    with pytest.raises(DocumentError, match="is a PDF with a password"):
        read_document(file.getvalue(), "x.pdf")


def test_forms_that_draw_each_other_a_million_times_end() -> None:
    def form(number: int, body: bytes) -> bytes:
        inside = b"/Resources << /XObject << /X %d 0 R >> /Font << /F1 3 0 R >> >>" % (number + 1)
        head = b"<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] %s /Length %d >>" % (inside, len(body))
        return b"%s\nstream\n%s\nendstream" % (head, body)

    forms = [form(6 + n, b"/X Do " * 10) for n in range(8)] + [form(14, b"BT /F1 10 Tf (ha) Tj ET")]
    content = pdf_objects([b"BT /F1 10 Tf (We lost it.) Tj ET /X Do"], forms, b"/XObject << /X 6 0 R >>")
    assert len(read_or_refused(content, "x.pdf")) < 10_000


# --------------------------------------------------------------------------------------------------------------- HTML


@pytest.mark.parametrize("shape", pages.SHAPES, ids=lambda shape: shape.name)
def test_html_shapes_are_read_as_what_they_are(shape: Shape) -> None:
    assert read_document(shape.example.encode(), shape.file).format == shape.name


def linked(*postings: dict[str, object]) -> str:
    stated = json.dumps(postings[0] if len(postings) == 1 else {"@graph": postings})
    return f'<script type="application/ld+json">{stated}</script>'


ENGINEER: dict[str, object] = {
    "@type": "JobPosting",
    "title": "Data Engineer",
    "datePosted": "2026-05-20",
    "hiringOrganization": {"name": "Paddock Lending"},
}


def test_a_posting_gives_readable_text_and_what_its_data_states() -> None:
    document = read_html(
        f"""<!DOCTYPE html><html><head><title>Careers</title><script>var x = "no words";</script>{linked(ENGINEER)}
    </head><body><nav>Home Jobs</nav><h1>Data Engineer</h1><p>You will fix the <b>broker</b> portal &amp; more.</p>
    <h2><button>What you bring</button></h2><ul><li>Build pipelines</li></ul><button>Apply</button>
    <footer>Cookies</footer></body></html>"""
    )
    assert words(document) == [
        "Data Engineer", "You will fix the broker portal & more.", "What you bring", "Build pipelines",
    ]  # fmt: skip
    assert (document.kind, document.account, str(document.said_on)) == (
        DocumentKind.JOB_POSTING,
        "Paddock Lending",
        "2026-05-20",
    )
    assert document.participants[0].side is Side.CUSTOMER


DUTIES = "<p>You will own invoice matching across three sites and lead four clerks.</p><ul>" + "".join(
    f"<li>Duty number {n} that takes some words to say</li>" for n in range(8)
)


@pytest.mark.parametrize("escape", [lambda text: text, lambda text: text.replace("<", "&lt;").replace(">", "&gt;")])
def test_a_full_description_is_taken_without_the_page_around_it(escape: object) -> None:
    posting = {**ENGINEER, "description": escape(DUTIES), "qualifications": "Two years of dbt"}  # type: ignore[operator]
    document = read_html(
        f"<html><head>{linked(posting)}</head><body><div>We use cookies to make this site work well for all.</div>"
        f"<h1>Data Engineer</h1>{DUTIES}</ul><h3>Similar jobs</h3><p>Payroll Clerk</p></body></html>"
    )
    assert words(document)[:2] == [
        "Data Engineer",
        "You will own invoice matching across three sites and lead four clerks.",
    ]
    assert words(document)[-1] == "Two years of dbt"
    assert "cookies" not in document.text
    assert "Payroll" not in document.text


def test_a_teaser_in_the_data_does_not_hide_the_posting_on_the_page() -> None:
    posting = {**ENGINEER, "description": "We are hiring a data engineer, read more on our page."}
    document = read_html(f"<html><head>{linked(posting)}</head><body><h1>Data Engineer</h1>{DUTIES}</body></html>")
    assert "Duty number 7" in document.text


def test_of_several_postings_the_one_in_the_heading_is_meant_and_a_list_says_so() -> None:
    other: dict[str, object] = {**ENGINEER, "title": "Payroll Clerk", "datePosted": "2026-04-01"}
    body = "<body><h1>Payroll Clerk</h1><p>You will run payroll for two hundred drivers.</p></body>"
    document = read_html(f"<html><head>{linked(ENGINEER, other)}</head>{body}</html>")
    assert (document.title, str(document.said_on)) == ("Payroll Clerk", "2026-04-01")
    assert any("2 job postings" in warning for warning in document.warnings)

    several = read_html(f"<html><head>{linked(ENGINEER, other)}</head><body><h1>Jobs</h1><p>Two jobs</p></body></html>")
    assert several.account == "Paddock Lending"
    assert any("read as one document" in warning for warning in several.warnings)


def test_microdata_states_a_posting_too() -> None:
    document = read_html(
        '<html><body><div itemscope itemtype="https://schema.org/JobPosting"><h1 itemprop="title">Data Engineer</h1>'
        '<span itemprop="hiringOrganization"><b>Paddock Lending</b></span><meta itemprop="datePosted" '
        f'content="2026-05-20"><div itemprop="description">{DUTIES}</div></div></body></html>'
    )
    assert (document.format, document.account, str(document.said_on)) == (
        "html posting", "Paddock Lending", "2026-05-20",
    )  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        "".join(f"<p><b>{who}:</b> {said}</p>" for who, said in SPOKEN),
        "<pre>" + "\n".join(f"{who}: {said}" for who, said in SPOKEN) + "</pre>",
        "<br>".join(f"{who}: {said}" for who, said in SPOKEN),
        "<table>" + "".join(f"<tr><td>{who}</td><td>{said}</td></tr>" for who, said in SPOKEN) + "</table>",
        "<div>" * 300 + "".join(f"<p>{who}: {said}</p>" for who, said in SPOKEN),
    ],
)
def test_a_transcript_saved_as_a_page_is_a_transcript(body: str) -> None:
    assert spoken(read_html(f"<html><head><title>Call</title></head><body>{body}</body></html>")) == SPOKEN


def test_a_transcript_that_speaks_of_html_is_no_page() -> None:
    document = read_document(b"Dana Ortiz: We wrote <html> by hand.\n\nBen Ash: Why?\n\nDana Ortiz: Who knows.\n", "x")
    assert words(document)[0] == "We wrote <html> by hand."


def test_web_archives_are_refused_with_what_to_save_instead() -> None:
    text = "From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\ttype=x\n\n<html></html>"
    with pytest.raises(DocumentError, match=r"web archive \(MHTML\).*Save the page as HTML"):
        read_document(text.encode(), "page.mhtml")


def test_a_page_drawn_by_a_script_is_read_from_what_it_tells_other_sites() -> None:
    head = '<meta property="og:title" content="AP Lead"><meta property="og:description" content="You own invoices.">'
    assert words(read_html(f"<html><head>{head}</head><body><div id=root></div></body></html>")) == [
        "AP Lead", "You own invoices.",
    ]  # fmt: skip


def test_a_fragment_of_html_gives_its_lines() -> None:
    lines = read_fragment("<p>Budget &amp; timing</p><ul><li>50k</li><li>May</li></ul>after<br>all")
    assert [line for line in lines if line] == ["Budget & timing", "- 50k", "- May", "after", "all"]
    assert read_fragment("") == []


def test_a_posting_that_only_refers_to_its_employer_is_of_the_organisation_it_names() -> None:
    stated = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "Organization", "@id": "#org", "name": "Orla Foods"},
            {
                "@type": "JobPosting",
                "title": "Controller",
                "hiringOrganization": {"@id": "#org"},
                "description": "<p>Lead four.</p>",
            },
        ],
    }
    script = f'<script type="application/ld+json">{json.dumps(stated)}</script>'
    page = f"<html><head>{script}</head><body><p>Lead four.</p></body></html>"
    assert read_document(page.encode(), "page.html").account == "Orla Foods"


def test_microdata_keeps_an_employers_name_in_a_tag_that_shows_nothing() -> None:
    page = """<!DOCTYPE html><html><body><main itemscope itemtype="http://schema.org/JobPosting">
<div itemprop="hiringOrganization" itemscope itemtype="http://schema.org/Organization">
<meta itemprop="name" content="Orla Foods"></div>
<h1 itemprop="title">Controller</h1>
<div itemprop="description"><p>You lead four clerks.</p></div></main></body></html>"""
    document = read_document(page.encode(), "page.html")
    assert (document.account, document.title) == ("Orla Foods", "Controller")


def test_a_page_that_was_saved_before_it_was_drawn_is_refused() -> None:
    page = b"<!DOCTYPE html><html><body><div>Loading...</div><script>draw()</script></body></html>"
    with pytest.raises(DocumentError, match="without readable text"):
        read_document(page, "page.html")
