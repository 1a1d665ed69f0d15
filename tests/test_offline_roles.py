"""Who a role is about, what is no role, how grave a pain is, and which product a word in lower case names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.extraction.acts import tells_act
from analyzer.extraction.boilerplate import is_boilerplate
from analyzer.extraction.classifier import Layer
from analyzer.extraction.codebook import load_codebook
from analyzer.extraction.gazetteer import load_gazetteer
from analyzer.extraction.intensity import read_intensity
from analyzer.extraction.mentions import find_people
from analyzer.extraction.offline_extractor import OfflineExtractor
from analyzer.extraction.people import Telling, find_person, mentions_anybody
from analyzer.extraction.units import units_of
from analyzer.extraction.windows import pack_windows
from analyzer.reading.documents import read_document
from analyzer.records import Kind, Participant, Side

PEOPLE = (
    Participant("Dana Ortiz", "VP Operations", side=Side.CUSTOMER),
    Participant("Priya Raman", "Chief Financial Officer", side=Side.CUSTOMER),
    Participant("Pia Lund", "Account Executive", side=Side.OURS),
)


def person(words: str, before: str = "", question: str = "", speaker: str = "Dana Ortiz") -> str:
    return find_person(Telling(words, speaker, before, question, PEOPLE))


# ---------------------------------------------------------------------------------------------------- who it is about


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("Anything over five thousand, I sign the cheque", "Dana Ortiz"),
        ("it's my budget, so I decide", "Dana Ortiz"),
        ("our CFO Joan signs anything over ten thousand", "Joan"),
        ("Simon, the MD, will approve the spend", "Simon"),
        ("Wim, who runs finance, releases the money", "Wim"),
        ("The cheque belongs to Fiona Marsden", "Fiona Marsden"),
        ("Herr Graf, the owner, released the money himself", "Herr Graf"),
        ("a lady called Marcy Dunn signs it in Dallas", "Marcy Dunn"),
        ("ceo (anita) approves all software over 25k herself", "anita"),
        ("my boss has to sign it off", "my boss"),
        ("The owner signs everything above two hundred", "the owner"),
        ("a guy in procurement runs the tender", "a guy in procurement"),
        ("legal has to go through the contract", "legal"),
        ("Then legal's got to tick the clauses", "legal"),
        ("the works council must agree first", "the works council"),
        ("our head of procurement negotiates all the terms", "our head of procurement"),
        ("the Geschäftsführer signs it", "the Geschäftsführer"),
        ("notre directrice juridique signe", "notre directrice juridique"),
        ("nuestro jefe de compras lo aprueba", "nuestro jefe de compras"),
        ("unser Einkaufsleiter must okay it", "unser Einkaufsleiter"),
        ("the gameplay programmers would look there every morning", "the gameplay programmers"),
        ("Lorraine in quality has to validate it", "Lorraine"),
        ("Linda's got the technology money", "Linda"),
        ("Warren Stitt, he's the finance chief, does the yes and no", "Warren Stitt"),
        ("Fiona is the MD, it's her name on the cheque", "Fiona"),
        ("Atlanta's chief operating officer cuts the check", "chief operating officer"),
    ],
)
def test_the_one_who_acts_is_named_as_said(words: str, who: str) -> None:
    assert person(words) == who


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("I can't spend it unless Graham says yes", "Graham"),
        ("nothing gets plugged into that network till Raj says so", "Raj"),
        ("Gethin won't go for anything unless Eirlys says it's sound", "Eirlys"),
        ("Anything over fifty thousand goes to Denise in Dallas", "Denise"),
        ("it gets signed in Dallas by a lady called Marcy Dunn", "Marcy Dunn"),
        ("she asked me to write up what the venues need", "Dana Ortiz"),
    ],
)
def test_whoever_the_others_depend_on_is_meant(words: str, who: str) -> None:
    assert person(words) == who


def test_of_two_together_the_first_is_named_unless_one_of_them_acts_alone() -> None:
    assert person("Tom and I ran the trial for two weeks") == "Tom"
    assert person("Me and Tom ran the trial for two weeks") == "Dana Ortiz"
    assert person("Tom and I looked at it, but I sign") == "Dana Ortiz"
    assert person("Tom and I looked at it, but Joan signs") == "Joan"


def test_a_first_name_or_a_title_of_a_participant_is_given_in_full() -> None:
    assert person("Priya signs for it") == "Priya Raman"
    assert person("our CFO releases the money") == "Priya Raman"
    assert person("our CFO Priya releases the money") == "Priya Raman"
    for title in ("unser Finanzvorstand", "notre directrice financière", "nuestro director financiero"):
        assert person(f"{title} must sign") == "Priya Raman"
    assert person("our CIO has to pass it") == "our CIO"


def test_of_several_who_act_the_one_whose_words_fit_the_category_is_meant() -> None:
    words = "Gordon wants it on the dock but cannot - VP Supply Chain Ellen Marsh holds the budget"
    assert find_person(Telling(words, category="economic_buyer")) == "Ellen Marsh"
    assert find_person(Telling(words, category="influencer")) == "Gordon"


def test_our_own_side_plays_no_part_in_their_decision() -> None:
    assert person("Pia showed it to me, and Joan signs") == "Joan"


@pytest.mark.parametrize("pronoun", ["He", "She", "They"])
def test_a_pronoun_stands_for_whom_the_words_before_named_last(pronoun: str) -> None:
    assert person(f"{pronoun}'d have to test it first", before="There's Tom. He rides. And then Anil, in IT.") == "Anil"
    assert (
        person(f"{pronoun}'d have to test it first", question="And what about the receptionists?")
        == "the receptionists"
    )
    assert person(f"{pronoun}'d have to test it first") == ""


def test_a_relative_clause_belongs_to_whom_it_follows() -> None:
    said = "Partner with our Chief Operating Officer, "
    assert person("who owns the budget and makes the selection", said, speaker="") == "our Chief Operating Officer"


def test_you_and_a_bare_order_in_a_posting_mean_who_is_hired() -> None:
    for words in ("You will run the vendor evaluation", "Evaluate and select our first platform"):
        assert find_person(Telling(words, hired="Head of Support")) == "Head of Support"
    assert find_person(Telling("Our chief risk officer has to clear any tool", hired="VP Operations")) == (
        "Our chief risk officer".replace("Our", "our")
    )


def test_a_product_a_place_and_a_weekday_are_nobody() -> None:
    words = "Bullhorn must pass the test in Munich on Monday"
    assert find_person(Telling(words, "Dana Ortiz", participants=PEOPLE, others=("Bullhorn",))) == ""


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["I", "my boss", "Tom", "Dr. Haas", "our CFO", "legal", "he", "signs", "unless", "says", "the money", ",",
             ".", "in Dallas", "and", "O'Neill's", "(anita)", "the board", "Ömer", "you", "it's", "'", "IT", "J.", "🚚"]
        ),
        max_size=14,
    ).map(" ".join)
)  # fmt: skip
def test_whoever_is_named_was_said_or_took_part_and_mentions_stand_in_order(words: str) -> None:
    found = find_people(words)
    assert all(0 <= m.start < m.end <= len(words) for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    who = person(words)
    assert who in ("", *(p.name for p in PEOPLE)) or who.lower() in words.lower()


# -------------------------------------------------------------------------------------------------------- what is none


@pytest.mark.parametrize(
    "words",
    ["Bobby retired, it was gone by then.", "Our CFO joined in January.", "I'm the operations manager.",
     "This is Dana, she's our CFO."],
)  # fmt: skip
def test_a_title_or_a_name_without_an_act_is_no_role(words: str) -> None:
    assert not tells_act(words)


@pytest.mark.parametrize(
    "words",
    [
        "Priya signs",
        "it is her budget",
        "he has to say yes",
        "she pushed for it",
        "they use it all day",
        "he listens to Tom",
    ],
)
def test_an_act_a_power_an_opinion_or_a_use_can_be_a_role(words: str) -> None:
    assert tells_act(words)


def test_words_that_mention_nobody_are_no_role_in_speech() -> None:
    assert not mentions_anybody("There is a planning meeting every second Wednesday")
    assert mentions_anybody("forty secretaries would be in it all day")
    assert mentions_anybody("it goes to procurement")


def test_next_steps_of_a_note_are_ours_and_give_nothing() -> None:
    note = (
        "Cascara - Linh, 2 Jun 2026\n\n- Linh signs up to 25k\n- next: send Linh the security form\n"
        "- Follow up after the board on the 9th\n- next year they open a second site\n"
    )
    document = read_document(note.encode(), "cascara call.md")
    units = units_of(document, document.turns)
    kept = [u.text for u, skip in zip(units, is_boilerplate(document, units), strict=True) if not skip]
    assert kept == ["Linh signs up to 25k", "next year they open a second site"]


# ------------------------------------------------------------------------------------------------------- in a document

INTERVIEW = """Pia: And who signs for something like this?

Dana: Our CFO Priya signs anything over ten thousand dollars, and I am the one who has pushed for it since March.

Pia: Anybody else in the decision?

Dana: There's Anil in IT. He has to test the interface and approve it before anything goes live.

Pia: And Bobby?

Dana: Bobby retired last summer. He has a boat now.
"""


def test_the_roles_of_an_interview_name_their_people(embedder: SentenceEmbedder) -> None:
    document = replace(read_document(INTERVIEW.encode(), "interview.txt"), said_on=date(2026, 4, 20))
    extractor = OfflineExtractor(embedder, load_codebook(), load_gazetteer())
    roles = [c for c in extractor.extract(document, pack_windows(document, 2500)).claims if c.kind == Kind.ROLE]
    assert {c.person for c in roles} >= {"Priya", "Anil"}
    assert not any("Bobby" in c.quote for c in roles)
    assert all(c.person for c in roles)


# ----------------------------------------------------------------------------------------------------------- intensity


@pytest.mark.parametrize(
    ("scores", "level"),
    [([9, 0, 0, 0], 1), ([0, 9, 0, 0], 2), ([0, 0, 9, 0], 3), ([0, 0, 0, 9], 4), ([0, 1, 0, 1.2], 3)],
)  # fmt: skip
def test_the_intensity_is_where_the_mean_of_the_chances_lies(scores: list[float], level: int) -> None:
    layer = Layer(("1", "2", "3", "4"), np.array([[s] for s in scores], dtype=np.float32), np.zeros(4, np.float32))
    assert read_intensity(layer, np.ones(1, dtype=np.float32)) == level


# ----------------------------------------------------------------------------------------------------------- gazetteer


def named(text: str) -> list[str]:
    return [m.product.name for m in load_gazetteer().find(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("we use slack for everything", ["Slack"]),
        ("it all lives in slack", ["Slack"]),
        ("there's some slack in the plan", []),
        ("there's no slack in", []),
        ("we keep it in notion", ["Notion"]),
        ("i have no notion", []),
        ("it's in excel and nobody knows where", ["Microsoft Excel"]),
        ("we switched to gusto last year", ["Gusto"]),
        ("we use toast at the counter", ["Toast"]),
        ("he had it on toast", []),
        ("we work in teams and shifts", []),
        ("we use teams for the calls", ["Microsoft Teams"]),
        ("using segment to route events", ["Segment"]),
        ("using segment reporting", []),
        ("i use linear regression", []),
        ("we moved everything to oracle", ["Oracle"]),
        ("the oracle said so", []),
        ("they come in on monday", []),
        ("his shirt has a stripe", []),
    ],
)
def test_a_name_in_lower_case_counts_only_in_words_of_use(text: str, found: list[str]) -> None:
    assert named(text) == found


def test_a_product_s_competitors_complements_and_red_flags_are_tools_with_their_place() -> None:
    gazetteer = load_gazetteer().extended(("BayBook", "Datex Footprint", "SAP EWM"))
    text = "we run baybook beside Datex Footprint, and SAP EWM in Reno"
    assert [(m.product.name, text[m.start : m.end]) for m in gazetteer.find(text)] == [
        ("BayBook", "baybook"),
        ("Datex Footprint", "Datex Footprint"),
        ("SAP EWM", "SAP EWM"),
    ]
