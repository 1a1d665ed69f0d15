"""Job postings: whom they hire, what they state in fixed ways, and which are ghosts."""

from __future__ import annotations

from datetime import date

import pytest

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.extraction.codebook import load_codebook
from analyzer.extraction.gazetteer import load_gazetteer
from analyzer.extraction.offline_extractor import OfflineExtractor
from analyzer.extraction.postings import find_ghost_signs, find_hired_role, find_stated_trigger, name_hired
from analyzer.extraction.windows import pack_windows
from analyzer.reading.documents import ReadOptions, read_document
from analyzer.records import Document, DocumentKind, Kind

POSTING = """Senior Data Engineer (m/f/d)
Kestrel Foods, Leeds
Posted 2026-04-20

We raised a 20 million pound Series B in March.

This is a newly created position: you will be our first data engineer.

You will evaluate warehouse platforms and recommend one to the Chief Operating Officer.

Our ledger runs on NetSuite.

What we offer

Dental insurance and a pension. We are an equal opportunity employer.
"""


def posting(text: str = POSTING, name: str = "posting.txt") -> Document:
    return read_document(text.encode(), name, ReadOptions(kind=DocumentKind.JOB_POSTING))


# ----------------------------------------------------------------------------------------------------- who is hired


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("Senior Data Engineer (m/f/d)", "Senior Data Engineer (data, staff)"),
        ("VP Operations, Kestrel Foods, London", "VP Operations (operations, vp)"),
        ("Kestrel Foods - Head of Customer Operations", "Head of Customer Operations (operations, head)"),
        ("Kestrel Foods is hiring | Warehouse Manager | Leeds", "Warehouse Manager (operations, manager)"),
        ("Leiter Einkauf (m/w/d)", "Leiter Einkauf (procurement, head)"),
        ("Directeur financier, Lyon", "Directeur financier (finance, c_level)"),
        ("Jefe de ventas, Madrid", "Jefe de ventas (sales, head)"),
    ],
)
def test_the_hired_role_has_function_and_seniority(line: str, role: str) -> None:
    document = posting(f"{line}\n\nWe pack fish and are good at it.\n\nYou report to our CFO.\n", "x.txt")
    assert str(find_hired_role(document)) == role


def test_no_role_is_hired_where_no_title_heads_the_posting() -> None:
    assert find_hired_role(posting("Come and join us\n\nYou will work for our CFO.\n", "x.txt")) is None
    interview = read_document(b"Pia: Hello.\n\nDana: I am a data engineer.\n", "call.txt")
    assert find_hired_role(interview) is None


def test_words_that_hire_name_whom() -> None:
    assert name_hired("we posted for our first data engineer last month") == "first data engineer (data, staff)"
    assert name_hired("we are hiring a controller in Leeds") == "controller (finance, director)"
    assert name_hired("we are adding two more people") == ""
    assert name_hired("a newly created position, reporting to our Chief Operating Officer") == ""


# --------------------------------------------------------------------------------------------------------- triggers


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ("This is a newly created position.", "hiring"),
        ("You'd be our first controller.", "hiring"),
        ("You will grow the team from 4 to 12.", "hiring"),
        ("We just raised $12M to do so.", "funding"),
        ("Following our Series A we have plans.", "funding"),
        ("The current support contract expires in May.", "contract_renewal"),
        ("Our billing tool reaches end of life next spring.", "tool_change"),
        ("You will lead the migration from Magento to a new platform.", "tool_change"),
        ("We are opening a second warehouse in Reno.", "expansion"),
        ("A third plant in Gdansk starts production next year.", "expansion"),
        ("You will support our existing customers.", ""),
        ("In your first week you meet everybody.", ""),
        ("We have been family-owned since 1958.", ""),
        ("We are open to remote work and flexible hours.", ""),
        ("You move pallets from the dock to the racks.", ""),
        ("This is a fixed-term contract that ends in May.", ""),
        ("Your contract ends with three months' notice on either side.", ""),
    ],
)
def test_what_postings_state_in_fixed_ways_is_a_trigger(words: str, category: str) -> None:
    assert find_stated_trigger(words) == category


def test_a_posting_gives_dated_triggers_a_role_and_a_tool_and_its_boilerplate_nothing(
    embedder: SentenceEmbedder,
) -> None:
    document = posting()
    assert document.said_on == date(2026, 4, 20)
    extractor = OfflineExtractor(embedder, load_codebook(), load_gazetteer())
    claims = extractor.extract(document, pack_windows(document, 2500)).claims
    triggers = {c.category: c for c in claims if c.kind == Kind.TRIGGER}
    assert set(triggers) >= {"funding", "hiring"}
    assert (triggers["funding"].event_on, triggers["funding"].event_precision) == (date(2026, 3, 1), "month")
    assert triggers["hiring"].person == "first data engineer (data, staff)"
    roles = [c for c in claims if c.kind == Kind.ROLE]
    assert [c.person for c in roles] == ["Senior Data Engineer"]
    assert [c.claim for c in claims if c.kind == Kind.TOOL] == ["NetSuite"]
    assert not any("Dental" in c.quote or "equal" in c.quote for c in claims)


# ----------------------------------------------------------------------------------------------------------- ghosts

DAY = date(2026, 6, 1)


def test_a_fresh_posting_shows_no_sign_of_a_ghost() -> None:
    assert find_ghost_signs(posting(), DAY) == ()


def test_a_posting_is_old_after_ninety_days() -> None:
    assert find_ghost_signs(posting(), date(2026, 7, 19)) == ()
    (sign,) = find_ghost_signs(posting(), date(2026, 7, 20))
    assert "91 days" in sign


@pytest.mark.parametrize("words", ["Reposted 2 weeks ago", "Re-posted", "We always add to our talent pool."])
def test_a_posting_that_says_it_was_posted_again_is_marked(words: str) -> None:
    (sign,) = find_ghost_signs(posting(f"{POSTING}\n{words}\n"), DAY)
    assert "again" in sign
    assert words.split()[0][:6] in sign or "talent pool" in sign


@pytest.mark.parametrize(
    "blank",
    ["[Company]", "{{role}}", "<insert salary>", "Lorem ipsum dolor", "[Your City]", "%COMPANY%", "a salary of XXX"],
)
def test_a_template_that_nobody_filled_in_is_marked(blank: str) -> None:
    (sign,) = find_ghost_signs(posting(f"{POSTING}\nApply at {blank} today.\n"), DAY)
    assert "template" in sign


@pytest.mark.parametrize(
    "words", ["See [our site] or <https://kestrel.example>", "size XXL", "{a set}", "100 % remote"]
)
def test_brackets_and_sizes_are_no_template(words: str) -> None:
    assert find_ghost_signs(posting(f"{POSTING}\n{words}\n"), DAY) == ()


def test_the_same_words_on_another_day_are_a_sign_and_a_second_copy_of_the_day_is_none() -> None:
    again = posting(POSTING.replace("2026-04-20", "2026-01-15"))
    (sign,) = find_ghost_signs(posting(), DAY, [again])
    assert "2026-01-15" in sign
    assert find_ghost_signs(posting(), DAY, [posting()]) == ()


def test_only_postings_are_ghosts() -> None:
    note = read_document(b"Reposted 1 Jan 2020 by [Company]: left a voicemail, no answer.\n", "note.md")
    assert note.kind != DocumentKind.JOB_POSTING
    assert find_ghost_signs(note, DAY) == ()
