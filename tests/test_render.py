"""The draft in every format: what a draft says stands there, whole, in order and harmless, and twice the same."""

from __future__ import annotations

import copy
import io
import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import fields
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from analyzer.errors import UsageError
from analyzer.icp.export import draft_json
from analyzer.icp.render import (
    FORMATS,
    find_format,
    read_schema,
    render_docx,
    render_html,
    render_json,
    render_markdown,
    render_pdf,
    support_of,
)
from analyzer.icp.render.layout import HYPOTHESIS, lay_out, moment_of
from analyzer.icp.strength import STRENGTH_RULE
from analyzer.records import Draft, Line, Section, Strength
from analyzer.settings import Settings
from analyzer.study import Study

REPOSITORY = Path(__file__).parent.parent


def finding(finding_id: str, quote: str, **more: Any) -> dict[str, Any]:
    """A finding as a draft keeps it."""
    return {
        "id": finding_id, "kind": "pain", "category": "cost", "claim": quote, "intensity": 3, "quote": quote,
        "start": 1204, "end": 1204 + len(quote), "document_id": "d1", "document": "call with Łódź.vtt",
        "speaker": "Åsa Åkerlund", "title": "VP Operations", "side": "customer", "account": "Ελένη Foods",
        "said_on": "2026-03-04", "event_on": None, "event_precision": "", "person": "", "confidence": 0.9,
        "status": "new", "extractor": "offline", "model": "", "prompt": "", "codebook": "1", **more,
    }  # fmt: skip


QUOTES = {
    "f1": "We lost our biggest grocer in March, because two pallets went out with the wrong label.",
    "f2": "Иван retypes every order by hand, and it takes him until noon.",
    "f3": "Four thousand two hundred, from just the one carrier!",
    "f4": "It's fine as it is",
    "f5": "Honestly the waiting never cost us a penny " * 6,
    "f6": "Nobody ever added it up",
    "f7": "We would not pay for it",
}


def full_draft() -> dict[str, Any]:
    """A draft that uses everything a draft can hold."""
    made = Draft(
        version=7,
        made_at="2026-06-15T10:20:30+00:00",
        product="Dockhand",
        segment="Cold storage",
        is_hypothesis=True,
        definition=Line("Dockhand fits cold storage companies with 110-560 employees.", evidence=("f1", "f2")),
        sections=(
            Section(
                "firmographics",
                "Who they are",
                (
                    Line("Industry: Cold storage", 7, 12, source="column industry", detail="won 7 of 12 closed deals",
                         low=0.40, high=0.75, strength=Strength.STRONG),
                    Line("Size: 110-560 employees", 19, 35, source="column employees",
                         detail="won 19 of 35 closed deals"),
                ),
            ),
            Section(
                "pains",
                "What hurts",
                (
                    Line("Cost: “Four thousand two hundred”", 4, 14, ("f3", "f1", "f2", "f6"), detail="3 won, 1 lost",
                         low=0.117, high=0.546, strength=Strength.SOME, against=("f4", "f5", "f7"),
                         refuted_by="Two won accounts that never name cost."),
                    Line("Visibility: “Nobody ever added it up”", 1, 14, ("f6",), strength=Strength.THIN),
                ),
            ),
            Section(
                "validation",
                "Does it hold",
                (
                    Line("Tier 1: 15 of 19 closed deals won", 15, 19, source="scores", detail="it flatters",
                         low=0.57, high=0.91),
                    Line("Tier 2: 5 of 20 closed deals won", 5, 20, source="scores", detail="it flatters",
                         low=0.11, high=0.47),
                ),
            ),
            Section("scorecard", "Scorecard",
                    (Line("Industry 25: Cold storage", source="v1"), Line("Size 20: open", source="v1"))),
            Section("unknowns", "What we do not know",
                    (Line("Only 3 interviews: a theme may be one person's view.", source="documents"),)),
        ),
        evidence={i: finding(i, quote) for i, quote in QUOTES.items()},
        basis={"documents": 18, "accounts_heard": 14, "findings": 151, "deals": {"won": 21, "lost": 20}, "scorecard": 1,
               "extractors": ["offline"], "codebook": "1"},
    )  # fmt: skip
    return draft_json(made)


def old_draft() -> dict[str, Any]:
    """The same as a version kept it that knew no interval, strength, contradiction or segment."""
    draft = full_draft()
    del draft["segment"], draft["is_hypothesis"]
    for line in lines_of(draft):
        for key in ("low", "high", "strength", "against", "refuted_by"):
            del line[key]
    return draft


def long_draft() -> dict[str, Any]:
    """As many lines as a full study gives."""
    draft = full_draft()
    pains = draft["sections"][1]
    long = {**pains["lines"][1], "statement": "Visibility: “He'd write the numbers and by then half of it is wrong.”"}
    draft["sections"][1:2] = [{**pains, "key": f"pains{i}", "lines": [*pains["lines"], long, long]} for i in range(9)]
    return draft


def lines_of(draft: dict[str, Any]) -> list[dict[str, Any]]:
    return [draft["definition"], *(line for section in draft["sections"] for line in section["lines"])]


# ---------------------------------------------------------------------------------------------------- reading them back


class Words(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.feed(re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def text_of_markdown(draft: dict[str, Any]) -> str:
    page = re.sub(r"\\(.)", r"\1", render_markdown(draft).replace("**", ""))
    return page.replace("&lt;", "<").replace("&gt;", ">")


def text_of_html(draft: dict[str, Any]) -> str:
    return " ".join(Words(render_html(draft)).words)


def text_of_docx(draft: dict[str, Any]) -> str:
    document = docx.Document(io.BytesIO(render_docx(draft)))
    return "\n".join(words_in(paragraph) for paragraph in document.element.body.iter(W + "p"))


def words_in(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(W + "t"))


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def text_of_pdf(draft: dict[str, Any]) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(draft))).pages)


READ_BACK = {"md": text_of_markdown, "html": text_of_html, "docx": text_of_docx, "pdf": text_of_pdf}


def packed(text: str) -> str:
    """Without spaces, which lines and columns put where they like."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))


# -------------------------------------------------------------------------------------------------------- what is there


@pytest.mark.parametrize("form", READ_BACK)
def test_all_that_a_draft_says_stands_in_every_format(form: str) -> None:
    draft = full_draft()
    text = packed(READ_BACK[form](draft))
    said = [
        "Ideal Customer Profile: Dockhand, Cold storage",
        "Version 7, 2026-06-15",
        "Made from 18 documents of 14 accounts, 151 findings, deals: 21 won, 20 lost.",
        HYPOTHESIS,
        STRENGTH_RULE,
        "58 %, 95 % interval 40-75 %; won 7 of 12 closed deals; strong",
        "4 of 14 accounts; 29 %, 95 % interval 12-55 %; 3 won, 1 lost; some",
        "79 %, 95 % interval 57-91 %",
        "Against: “It's fine as it is” (Ελένη Foods)",
        "Refuted by: Two won accounts that never name cost.",
        *(section["heading"] for section in draft["sections"]),
        *(line["statement"] for line in lines_of(draft)),
        *(line["detail"] for line in lines_of(draft)),
        *(line["source"] for line in lines_of(draft) if not line["evidence"]),
    ]
    folded = text.lower() if form == "html" else text
    for words in said:
        assert (packed(words).lower() if form == "html" else packed(words)) in folded, words


@pytest.mark.parametrize("form", READ_BACK)
def test_every_piece_of_evidence_stands_whole_in_the_appendix(form: str) -> None:
    draft = full_draft()
    text = packed(READ_BACK[form](draft))
    for finding_id, one in draft["evidence"].items():
        place = f"call with Łódź.vtt, characters {one['start']}-{one['end']}, 2026-03-04"
        for words in (one["quote"], finding_id, "Åsa Åkerlund, VP Operations, Ελένη Foods", place, "pain/cost"):
            assert packed(words) in text, words
    assert text.count(packed("speaks against its line")) == (3 if form != "html" else 6), "in HTML the folds say it too"


@pytest.mark.parametrize("form", READ_BACK)
def test_a_denial_stands_there_with_the_question_that_it_denies(form: str) -> None:
    draft = full_draft()
    draft["evidence"]["f4"]["question"] = "And was security something?"
    for key in ("confidence", "status", "extractor"):
        del draft["evidence"]["f4"][key]
    VALIDATOR.validate(draft)
    text = packed(READ_BACK[form](draft))
    assert packed("Against: asked “And was security something?”: “It's fine as it is” (Ελένη Foods)") in text
    assert packed("Åsa Åkerlund, VP Operations, Ελένη Foods, asked “And was security something?”") in text


@pytest.mark.parametrize("form", READ_BACK)
def test_a_line_names_the_findings_it_rests_on_and_how_many_more(form: str) -> None:
    assert packed("[f3, f1, f2, +1]") in packed(READ_BACK[form](full_draft()))


@pytest.mark.parametrize("form", FORMATS)
def test_a_draft_of_an_older_version_is_drawn_without_what_it_does_not_say(form: str) -> None:
    draft = old_draft()
    made = FORMATS[form].render(draft)
    assert len(made) > 1000
    if form in READ_BACK:
        text = READ_BACK[form](draft)
        assert HYPOTHESIS not in text
        assert "Strong:" not in text
        assert "95 % interval" not in text
        assert packed("Cost: “Four thousand two hundred”") in packed(text)


@pytest.mark.parametrize("form", READ_BACK)
def test_evidence_that_a_line_cites_and_the_draft_does_not_hold_is_named_all_the_same(form: str) -> None:
    draft = full_draft()
    del draft["evidence"]["f4"], draft["evidence"]["f3"]
    text = packed(READ_BACK[form](draft))
    assert packed("[f3, f1, f2, +1]") in text
    assert "f4" in text


def test_what_a_line_rests_on_is_said_in_one_order() -> None:
    line = full_draft()["sections"][1]["lines"][0]
    assert support_of(line) == "4 of 14 accounts; 29 %, 95 % interval 12-55 %; 3 won, 1 lost; some"
    assert support_of({**line, "m": 0, "n": 0, "evidence": []}) == "95 % interval 12-55 %; 3 won, 1 lost; some"
    assert support_of(old_draft()["sections"][1]["lines"][0]) == "4 of 14 accounts; 3 won, 1 lost"


def test_what_all_lines_of_a_section_repeat_is_said_once() -> None:
    blocks = {block.key: block for block in lay_out(full_draft()).blocks}
    assert blocks["validation"].shared == "Where not said otherwise: it flatters; by the scores of the accounts"
    assert [e.support for e in blocks["validation"].entries] == [
        "79 %, 95 % interval 57-91 %",
        "25 %, 95 % interval 11-47 %",
    ]
    assert blocks["firmographics"].shared == ""


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("1 won", "heard at 1 won account"),
        ("2 won", "heard at 2 won accounts"),
        ("2 won, 1 lost", "heard at 2 won and 1 lost accounts"),
        ("1 won, 2 lost, 1 churned", "heard at 1 won, 2 lost and 1 churned accounts"),
        ("1 won; and in 2 documents of no account", "heard at 1 won account; and in 2 documents of no account"),
        ("won 7 of 12 accounts", "won 7 of 12 accounts"),
    ],
)
def test_what_lines_share_is_said_in_words(detail: str, said: str) -> None:
    draft = full_draft()
    pains = draft["sections"][1]
    pains["lines"] = [{**line, "detail": detail} for line in pains["lines"]]
    assert lay_out(draft).blocks[1].shared == f"Where not said otherwise: {said}"
    assert f"Where not said otherwise: {said}" in render_html(draft)
    for line in pains["lines"]:
        line |= {"detail": "", "evidence": [], "source": "lift of column industry"}
    assert lay_out(draft).blocks[1].shared == "Where not said otherwise: by the win rates of column industry"


# -------------------------------------------------------------------------------------------------------------- hostile

HOSTILE = (
    "</style><script>alert(1)</script> <b>x</b> <a href='file:///etc/passwd'>y</a> &amp; &#x41; {{ 7*7 }} ]]> "
    "<!-- \x00\x07\x1b[31m \u202egpj.exe\u202c \ufeff \ufffe \uffff \u2028 " + "W" * 10_000 + " end"
)
REPLACED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ufffd\u25a1]"
)


def hostile_draft() -> dict[str, Any]:
    """The full draft with an attack in every word that a document or a table could have brought."""
    draft = full_draft()
    attack = HOSTILE.replace("W" * 9_000, "")
    draft["product"] = draft["segment"] = attack
    for line in lines_of(draft):
        line["statement"] = line["detail"] = line["source"] = line["refuted_by"] = attack
    for one in draft["evidence"].values():
        for key in ("quote", "speaker", "title", "account", "document", "category", "said_on"):
            one[key] = attack
    return draft


def survives(text: str) -> str:
    """What has to be read back of the text: all but the signs that stand for what cannot be shown."""
    return REPLACED.sub("", packed(text))


@pytest.mark.parametrize("form", READ_BACK)
def test_hostile_words_are_only_words_and_none_is_lost(form: str) -> None:
    draft = full_draft()
    draft["evidence"]["f1"]["quote"] = draft["sections"][1]["lines"][0]["statement"] = HOSTILE
    text = survives(READ_BACK[form](draft))
    if form == "pdf":
        # A word that runs over a page has the foot of the page in it.
        text = re.sub(r"IdealCustomerProfile:Dockhand,ColdstorageVersion7,2026-06-15,page\d+", "", text)
    assert text.count(survives(HOSTILE)) >= 2


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_an_attack_in_every_field_makes_a_file_that_opens(form: str) -> None:
    text = READ_BACK[form](hostile_draft())
    assert "<script>alert(1)</script>" in text.replace("\n", "")
    assert text.count("W") > 1_000 * len(QUOTES)


def test_a_pdf_of_hostile_words_runs_nothing_and_leads_nowhere_else() -> None:
    draft = hostile_draft()
    content = render_pdf(draft)
    assert not re.search(rb"/JavaScript|/JS\b|/Launch|/URI\b|/EmbeddedFile|/OpenAction", content)


def test_a_word_file_of_hostile_words_has_no_link_outside_and_no_macro() -> None:
    with zipfile.ZipFile(io.BytesIO(render_docx(hostile_draft()))) as archive:
        relations = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".rels"))
        assert b'TargetMode="External"' not in relations
        assert not [name for name in archive.namelist() if "vba" in name.lower()]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(min_size=1, max_size=60))
def test_any_text_can_be_a_quote(words: str) -> None:
    draft = full_draft()
    draft["sections"] = draft["sections"][1:2]
    draft["evidence"]["f3"]["quote"] = words
    draft["product"] = words
    for form in ("docx", "pdf"):
        assert "f3" in READ_BACK[form](draft)
    assert survives(words) in survives(text_of_docx(draft))


# ---------------------------------------------------------------------------------------------------------------- fixed


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_draft_gives_the_same_bytes(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = FORMATS[form].render(full_draft())
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert FORMATS[form].render(full_draft()) == first
    assert FORMATS[form].render({**full_draft(), "version": 8}) != first


def test_files_carry_the_moment_of_the_draft_and_nobody_s_name() -> None:
    draft = full_draft()
    properties = docx.Document(io.BytesIO(render_docx(draft))).core_properties
    assert properties.title == "Ideal Customer Profile: Dockhand, Cold storage"
    assert {properties.author, properties.last_modified_by} == {"icp-analyzer"}
    assert properties.created == properties.modified
    assert str(properties.created).startswith("2026-06-15 10:20:30")
    about = PdfReader(io.BytesIO(render_pdf(draft))).metadata
    assert about is not None
    assert about.title == "Ideal Customer Profile: Dockhand, Cold storage"
    assert about.creation_date == about.modification_date == moment_of(draft)
    assert not about.author


@pytest.mark.parametrize("made_at", ["2030-01-01", "no moment", "1970-01-01T00:00:00+00:00"])
@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_draft_with_an_odd_moment_is_drawn(form: str, made_at: str) -> None:
    assert "Dockhand" in READ_BACK[form]({**full_draft(), "made_at": made_at})


# ----------------------------------------------------------------------------------------------------------------- Word


def test_a_word_file_uses_word_s_own_styles() -> None:
    document = docx.Document(io.BytesIO(render_docx(full_draft())))
    by_style: dict[str, list[str]] = {}
    for paragraph in document.paragraphs:
        by_style.setdefault(paragraph.style.name, []).append(paragraph.text)
    assert by_style["Title"] == ["Ideal Customer Profile: Dockhand, Cold storage", "Evidence"]
    assert by_style["Heading 1"] == [s["heading"] for s in full_draft()["sections"]]
    assert by_style["Heading 2"] == ["What hurts"]
    assert len(by_style["Quote"]) == len(QUOTES)
    assert len(by_style["List Bullet"]) == 5
    assert by_style["Banner"] == [HYPOTHESIS]
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert [row[0] for row in rows] == [
        "Tier 1: 15 of 19 closed deals won",
        "Tier 2: 5 of 20 closed deals won",
        "Industry 25: Cold storage",
        "Size 20: open",
    ]


def test_a_word_file_numbers_its_pages_and_says_its_version_on_each() -> None:
    first, *others = docx.Document(io.BytesIO(render_docx(full_draft()))).sections
    assert first.header.paragraphs[0].text.endswith("Version 7, 2026-06-15")
    instructions = [field.get(W + "instr") for field in first.footer._element.iter(W + "fldSimple")]
    assert instructions == ["PAGE", "NUMPAGES"]
    assert all(s.header.is_linked_to_previous and s.footer.is_linked_to_previous for s in others)
    assert others[-1].start_type == docx.enum.section.WD_SECTION.NEW_PAGE


def test_every_link_of_a_word_file_leads_to_the_words_it_names() -> None:
    document = docx.Document(io.BytesIO(render_docx(full_draft())))
    quotes = {
        start.get(W + "name"): words_in(paragraph)
        for paragraph in document.element.body.iter(W + "p")
        for start in paragraph.iter(W + "bookmarkStart")
    }
    links = [(words_in(link), quotes[link.get(W + "anchor")]) for link in document.element.iter(W + "hyperlink")]
    assert len(links) > 5
    assert all(f"“{' '.join(QUOTES[finding_id].split())}”" == quote for finding_id, quote in links)


# ------------------------------------------------------------------------------------------------------------------ PDF


def test_a_pdf_has_the_draft_on_its_first_page_and_the_evidence_after_it() -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(long_draft()))).pages]
    assert len(pages) >= 2
    assert "What we do not know" in pages[0]
    assert "Evidence" not in pages[0]
    assert pages[1].lstrip().startswith("Ideal Customer Profile")
    assert all(f"page {number}" in text for number, text in enumerate(pages, 1))


def test_bookmarks_of_a_pdf_are_its_sections_and_their_evidence() -> None:
    reader = PdfReader(io.BytesIO(render_pdf(full_draft())))
    titles = [[one["/Title"] for one in part] if isinstance(part, list) else part["/Title"] for part in reader.outline]
    assert titles == ["Draft", [s["heading"] for s in full_draft()["sections"]], "Evidence", ["What hurts"]]


def test_every_link_of_a_pdf_leads_to_a_page_of_evidence() -> None:
    reader = PdfReader(io.BytesIO(render_pdf(full_draft())))
    links = [
        annotation.get_object()["/Dest"]
        for page in reader.pages
        for annotation in page.get("/Annots", ())
        if annotation.get_object()["/Subtype"] == "/Link"
    ]
    assert len(links) >= 10
    assert {link[0] for link in links} == {reader.pages[1].indirect_reference}


def test_a_pdf_embeds_its_fonts() -> None:
    reader = PdfReader(io.BytesIO(render_pdf(full_draft())))
    names = set()
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            one = font.get_object()
            names.add(one["/BaseFont"].rpartition("+")[2])
            if "DejaVu" in one["/BaseFont"]:
                assert "/FontFile2" in one["/FontDescriptor"].get_object()
    assert {"DejaVuSansCondensed", "DejaVuSansCondensed-Bold"} <= names


def test_a_character_that_the_font_lacks_is_a_box_and_is_counted() -> None:
    draft = full_draft()
    assert "□" not in text_of_pdf(draft)
    draft["evidence"]["f3"]["quote"] = "我们 paid 🚚 שלום A\u030akerlund ✓ → €"
    text = text_of_pdf(draft)
    assert "□□ paid □ □□□□ Åkerlund ✓ → €" in " ".join(text.split())
    assert packed("Characters that stand as □ in this file: 7.") in packed(text)


def test_a_quote_longer_than_a_page_runs_over_pages_whole() -> None:
    draft = full_draft()
    words = " ".join(f"word{number}" for number in range(9000))
    draft["evidence"]["f2"]["quote"] = words
    said = text_of_pdf(draft)
    assert [int(n) for n in re.findall(r"word(\d+)", said)] == list(range(9000))


# ----------------------------------------------------------------------------------------------------------------- HTML


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        yield browser
        browser.close()


def printed(chromium: Any, draft: dict[str, Any], paper: str) -> list[str]:
    page = chromium.new_page()
    page.set_content(render_html(draft))
    content = page.pdf(format=paper)
    page.close()
    return [one.extract_text() for one in PdfReader(io.BytesIO(content)).pages]


@pytest.mark.browser
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_printed_draft_is_one_page_and_its_evidence_the_pages_after_it(chromium: Any, paper: str) -> None:
    for draft in (full_draft(), long_draft()):
        first, second, *_ = printed(chromium, draft, paper)
        assert "WHAT WE DO NOT KNOW" in first
        assert packed(STRENGTH_RULE) in packed(first)
        assert "EVIDENCE" not in first
        assert "EVIDENCE" in second
        assert packed(QUOTES["f2"]) not in packed(first), "the folds stay in the appendix"
        assert packed(QUOTES["f2"]) in packed(second)


@pytest.mark.browser
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_demo_s_draft_prints_as_one_page(chromium: Any, demo_study: Study, paper: str) -> None:
    pages = printed(chromium, demo_study.draft(), paper)
    assert [number for number, text in enumerate(pages) if "EVIDENCE" in text] == [1]


@pytest.mark.browser
def test_a_line_folds_open_on_the_screen_and_the_appendix_is_for_paper(chromium: Any) -> None:
    page = chromium.new_page()
    page.set_content(render_html(full_draft()))
    fold = page.locator("details").filter(has_text="Cost: “Four thousand two hundred”")
    assert not fold.get_by_text(QUOTES["f3"]).is_visible()
    fold.locator("summary").click()
    assert fold.get_by_text(QUOTES["f3"]).is_visible()
    assert fold.locator("blockquote.opposed").count() == 3
    assert page.get_by_text(HYPOTHESIS).is_visible()
    assert not page.locator(".appendix").is_visible()
    page.close()


def test_a_draft_too_long_for_one_page_runs_on_at_a_size_that_can_be_read() -> None:
    from analyzer.icp.render.html import RUNNING_ON, SMALLEST, print_size

    draft = long_draft()
    assert SMALLEST <= print_size(lay_out(draft)) < print_size(lay_out(full_draft()))
    draft["sections"] *= 4
    assert print_size(lay_out(draft)) == RUNNING_ON


# --------------------------------------------------------------------------------------------------------------- schema

VALIDATOR = jsonschema.Draft202012Validator(read_schema())


def test_the_schema_is_one_and_every_draft_keeps_to_it(demo_study: Study) -> None:
    jsonschema.Draft202012Validator.check_schema(read_schema())
    for draft in (full_draft(), old_draft(), long_draft(), demo_study.draft()):
        VALIDATOR.validate(json.loads(render_json(draft)))


def test_an_empty_study_s_draft_keeps_to_the_schema(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study", Settings())
    VALIDATOR.validate(study.draft())
    study.close()


@pytest.mark.parametrize(
    "breaking",
    [
        lambda d: d.pop("evidence"),
        lambda d: d["definition"].pop("statement"),
        lambda d: d["sections"][0]["lines"][0].update(low=40),
        lambda d: d["sections"][0]["lines"][0].update(strength="mighty"),
        lambda d: d["evidence"]["f1"].update(start=-1),
        lambda d: d["basis"].pop("deals"),
    ],
)
def test_a_draft_that_is_not_one_is_refused_by_the_schema(breaking: Any) -> None:
    draft = copy.deepcopy(full_draft())
    breaking(draft)
    assert not VALIDATOR.is_valid(draft)


def test_the_schema_describes_every_key_that_a_draft_has(demo_study: Study) -> None:
    schema = read_schema()
    parts = schema["$defs"]
    assert {f.name for f in fields(Draft)} == set(schema["properties"])
    assert {f.name for f in fields(Line)} == set(parts["line"]["properties"])
    assert {f.name for f in fields(Section)} == set(parts["section"]["properties"])
    one = next(iter(demo_study.draft()["evidence"].values()))
    assert set(one) <= set(parts["finding"]["properties"])


# --------------------------------------------------------------------------------------------------------- command line


@pytest.fixture
def empty_study(tmp_path: Path) -> Path:
    Study.create(tmp_path / "study", Settings()).close()
    return tmp_path / "study"


def icp(study: Path, *arguments: str | Path, stdout: Any = subprocess.PIPE) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "analyzer.cli", "--study", str(study), *map(str, arguments)]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, timeout=120, check=False, cwd=REPOSITORY)


@pytest.mark.parametrize(
    ("name", "start"), [("a.docx", b"PK"), ("a.PDF", b"%PDF"), ("a.json", b"{"), ("a.htm", b"<!doc")]
)
def test_the_format_is_that_of_the_file_s_ending(empty_study: Path, tmp_path: Path, name: str, start: bytes) -> None:
    ran = icp(empty_study, "draft", "--out", tmp_path / name)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / name).read_bytes().startswith(start)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([name, "study"])


def test_a_named_format_outweighs_the_ending_and_an_unknown_one_says_which_exist() -> None:
    assert find_format("pdf", Path("x.md")).name == "pdf"
    assert find_format(None).name == find_format(None, Path("draft")).name == "md"
    for name, out in (("odt", None), (None, Path("draft.odt"))):
        with pytest.raises(UsageError, match="md, html, docx, pdf or json"):
            find_format(name, out)


def test_a_pdf_goes_down_a_pipe_and_not_to_a_terminal(empty_study: Path) -> None:
    assert icp(empty_study, "draft", "--format", "pdf").stdout.startswith(b"%PDF")
    ours, theirs = pty.openpty()
    ran = icp(empty_study, "draft", "--format", "pdf", stdout=theirs)
    os.close(theirs)
    os.close(ours)
    assert ran.returncode == 2
    assert b"Add --out draft.pdf" in ran.stderr


def test_the_schema_is_printed_without_a_study(tmp_path: Path) -> None:
    ran = icp(tmp_path / "none", "draft", "--schema")
    assert ran.returncode == 0
    assert json.loads(ran.stdout) == read_schema()


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_no_part(empty_study: Path, tmp_path: Path) -> None:
    target = tmp_path / "folder.pdf"
    target.mkdir()
    ran = icp(empty_study, "draft", "--out", target)
    assert ran.returncode != 0
    assert b"could not be written" in ran.stderr
    assert target.is_dir()
    assert not list(tmp_path.glob("*.part"))
