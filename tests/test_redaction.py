"""What is hidden from a model, what stays to be read, and that everything comes back."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analyzer.extraction.known_names import KnownNames
from analyzer.extraction.redaction import Redaction
from analyzer.extraction.shown import Shown
from analyzer.product import Product
from analyzer.reading.documents import ReadOptions, read_document
from analyzer.records import Account, Contact, Document, Side
from analyzer.settings import Settings

CALL = """\
Pia Lindgren: Thanks Dana. How does Harbor Pine buy, and who is Marek?
Dana Ortiz: Marek Novak is our CFO. Harbor Pine Foods bought GateGrid in May 2025 for $40,000, and Dana's team hated it.
Pia Lindgren: Write to dana.ortiz@harborpine.example or call (415) 555-0142.
"""
ACCOUNTS = (Account("Harbor Pine Foods Inc.", domain="harborpine.example"), Account("Summit Dairy"))
CONTACTS = (Contact("Harbor Pine Foods Inc.", "Marek Novak", "CFO"), Contact("Summit Dairy", "Will Ash"))
PRODUCT = Product(name="Dockhand", company="Dockhand", competitors=("GateGrid",))
NAMES = KnownNames(ACCOUNTS, CONTACTS, PRODUCT)


def read(text: str, account: str = "Harbor Pine Foods Inc.", name: str = "call.txt") -> Document:
    sides = {"Pia Lindgren": Side.OURS, "Dana Ortiz": Side.CUSTOMER}
    return read_document(text.encode(), name, ReadOptions(account=account, sides=sides, said_on=date(2026, 3, 4)))


def sent(document: Document, names: KnownNames = NAMES) -> str:
    shown = Shown.of(document, names)
    return "\n".join((*shown.heading().values(), shown.numbered(document.turns)))


def hidden(text: str, names: KnownNames = NAMES) -> str:
    return Redaction(names.of(read(CALL))).covering(text).hide(text)


def test_people_companies_and_addresses_go_and_titles_dates_money_and_products_stay() -> None:
    assert sent(read(CALL, name="harbor-pine-foods call.txt")).splitlines()[0] == "[COMPANY_1] call.txt"
    assert sent(read(CALL)).splitlines()[4:] == [
        "0 O1: Thanks [PERSON_2b]. How does [COMPANY_1] buy, and who is [PERSON_3]?",
        "1 C1: [PERSON_3b] is our CFO. [COMPANY_1b] bought GateGrid in May 2025 for $40,000, and "
        "[PERSON_2b]'s team hated it.",
        "2 O1: Write to [EMAIL_1] or call [PHONE_1].",
    ]


def test_the_heading_names_nobody() -> None:
    heading = Shown.of(read(CALL, name="2026-03-04 HarborPineFoods_dana_ortiz.txt"), NAMES).heading()
    assert heading["document"] == "2026-03-04 [COMPANY_1]_[PERSON_1].txt"
    assert heading["speakers"].startswith("O1 [PERSON_2]")


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("DANA ORTIZ and Ortiz, Dana and dana ortiz", "[PERSON_1] and [PERSON_1b] and [PERSON_1c]"),
        ("Harbor Pine's", "[COMPANY_1]'s"),
        ("see harborpine.example/pricing", "see [COMPANY_1]/pricing"),
        ("dana at harborpine dot com", "[EMAIL_1]"),
        ("+44 20 7946 0958, 020 7946 0958, 415.555.0142 ext. 4", "[PHONE_1], [PHONE_2], [PHONE_3]"),
        ("my cell is 98765 43210", "my cell is [PHONE_1]"),
        ("five five five, oh one four two", "[PHONE_1]"),
        ("card 4111 1111 1111 1111 ok", "card [CARD_1] ok"),
        ("IBAN DE89 3704 0044 0532 0130 00 AND so on", "IBAN [BANK_1] AND so on"),
        ("routing number 021000021", "routing number [BANK_1]"),
        ("account number is 12345678", "account number is [BANK_1]"),
        ("host 10.20.30.40 or 2001:db8::1", "host [IP_1] or [IP_2]"),
        ("https://zoom.example/j/8123456789?pwd=Zk9", "[URL_1]"),
        ("https://user:pw@acme.example/a", "[URL_1]"),
    ],
)
def test_what_is_private_is_hidden_however_it_is_written(text: str, shows: str) -> None:
    assert hidden(text) == shows


@pytest.mark.parametrize(
    "text",
    [
        "On 2026-03-04, 04/03/2026 and 4 March we paid $1,250,000 or 40 000 euros, 12.5 % of 2019-2023.",
        "https://docs.acme.example/pricing?page=2 and acme.example/blog",
        "Will you mark the calendar in May? At 12:30:45 we had 1,000-1,500 orders.",
        "GateGrid, Salesforce and Dockhand; the VP Operations and the CFO.",
        "A summit of dairy people on Monday.",
        "The order 4111 1111 1111 1112 is 16 digits that no card has.",
    ],
)
def test_what_is_not_private_stays(text: str) -> None:
    assert hidden(text) == text


def test_the_same_thing_has_one_number_in_the_whole_document_and_numbers_follow_the_document_alone() -> None:
    more = KnownNames(
        (*ACCOUNTS, Account("Aardvark Foods")), (*CONTACTS, Contact("Aardvark Foods", "Zoe Quist")), PRODUCT
    )
    assert sent(read(CALL), more) == sent(read(CALL))
    assert sent(read(CALL)).count("[PERSON_2b]") == 2


def test_words_that_look_like_a_placeholder_are_not_taken_for_one() -> None:
    document = read(CALL + "Dana Ortiz: The template says [PERSON_1] and person_2 and COMPANY 1.\n")
    shown = Shown.of(document, NAMES)
    line = shown.numbered(document.turns[-1:])
    assert line == "3 C1: The template says [TEXT_1] and [TEXT_2] and [TEXT_3]."
    assert shown.read_back([line]) == ["3 C1: The template says [PERSON_1] and person_2 and COMPANY 1."]


@pytest.mark.parametrize(
    "written",
    [
        "[PERSON_3b]",
        "[person_3b]",
        "PERSON_3b",
        "person_3B",
        "[PERSON 3b]",
        "[PER SON_3b]",
        "[PERSON_3b",
        r"\[PERSON\_3b\]",
    ],
)
def test_a_placeholder_changed_by_the_model_is_put_back_too(written: str) -> None:
    shown = Shown.of(read(CALL), NAMES)
    (entry,) = shown.read_back([{"quote": f"{written} is our CFO", "turns": [1]}])
    assert entry["quote"] == "Marek Novak is our CFO"


def test_another_way_to_write_the_same_is_put_back_as_it_stands_in_the_cited_turn() -> None:
    shown = Shown.of(read(CALL), NAMES)
    (entry,) = shown.read_back(
        [{"quote": "[PERSON_3] is our CFO", "claim": "[PERSON_9] and [PERSON_3b]", "turns": [1]}]
    )
    assert entry["quote"] == "Marek Novak is our CFO"
    assert entry["claim"] == "[PERSON_9] and Marek Novak"


def test_nothing_prints_the_map() -> None:
    document = read(CALL)
    assert not re.search("Dana|Marek|Harbor", repr(Redaction(NAMES.of(document)).covering(document.text)))


# ------------------------------------------------------------------------------------------------------- invariants

PIECES = st.sampled_from(
    ["Dana", "Ortiz", "Dana Ortiz", "DANA ORTIZ", "Marek Novak", "Harbor Pine Foods", "Harbor Pine", "Will", "will ash",
     "a.b@c.example", "(415) 555-0142", "4111 1111 1111 1111", "[PERSON_1]", "PERSON_2", "PERSON", "[", "]", "_1", "1",
     "[TEXT_1b]", "EMAIL 1", "'s", "\\", " ", "  ", "\n", ".", ",", "-", "https://x.example/?token=1",
     "we", "2026-03-04"]
)  # fmt: skip
LISTS = st.lists(PIECES, max_size=25)
# Not glued together: "we(415) 555-0142_1" is no number that anybody could tell.
TEXTS = st.one_of(st.text(max_size=80), LISTS.map(" ".join))
KNOWN = Redaction(NAMES.of(read(CALL)))


@given(TEXTS)
@example("WILL ASH4111111111111111")
@example("PERSON_1PERSON_0:DANA")
def test_what_was_hidden_comes_back_and_no_full_name_address_or_number_is_left(text: str) -> None:
    redaction = KNOWN.covering(text)
    shown = redaction.hide(text)
    assert redaction.restore(shown) == text
    rest = re.sub(r"\[[A-Z]+_\d+[a-z]*\]", "\x00", shown).casefold()
    for name in ("dana ortiz", "marek novak", "harbor pine foods", "will ash", "a.b@c.example", "555-0142"):
        assert not re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", rest), (name, shown)


# --------------------------------------------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("settings", "redacts", "host"),
    [
        ({"model": "gpt-4.1-mini"}, True, "api.openai.com"),
        ({"model": "anthropic:claude"}, True, "anthropic"),
        ({"model": "ollama:llama3.1:8b"}, False, "localhost"),
        ({"model": "ollama:llama3.1:8b", "ollama_host": "gpu.acme.example:11434"}, True, "gpu.acme.example:11434"),
        ({"base_url": "http://127.0.0.1:8080/v1"}, False, "127.0.0.1:8080"),
        ({"base_url": "http://[::1]:8080/v1"}, False, "[::1]:8080"),
        ({"base_url": "http://localhost:1/v1"}, False, "localhost:1"),
        ({"base_url": "http://127.0.0.1.evil.example/v1"}, True, "127.0.0.1.evil.example"),
        ({"base_url": "http://localhost@evil.example/v1"}, True, "evil.example"),
        ({"base_url": "https://me:secret@llm.acme.example/v1"}, True, "llm.acme.example"),
        ({"base_url": "http://192.168.0.7/v1"}, True, "192.168.0.7"),
        ({"base_url": "http://127.0.0.1/v1", "redact": "on"}, True, "127.0.0.1"),
        ({"model": "gpt-4.1-mini", "redact": "off"}, False, "api.openai.com"),
    ],
)
def test_only_a_model_on_this_machine_reads_names_by_default(
    settings: dict[str, str], redacts: bool, host: str
) -> None:
    made = Settings(**settings)
    assert (made.redacts, made.model_host) == (redacts, host)
