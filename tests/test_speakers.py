"""The people behind labels: joined when that is safe, kept apart when it is not, renamed when a person says so."""

from __future__ import annotations

import pytest

from analyzer.reading.canonical import RawTurn
from analyzer.reading.documents import ReadOptions, read_document
from analyzer.reading.text.attendees import find_attendees
from analyzer.reading.who.people import recognise
from analyzer.reading.who.speakers import name_speakers, same_person
from analyzer.records import Contact, DocumentKind, Participant, Side


def people(*labels: str, names: dict[str, str] | None = None, words: str = "We said so.") -> dict[str, tuple[str, ...]]:
    """The people of a file whose cues have these labels, with the labels of each who has several."""
    _, found = name_speakers([RawTurn(label, words) for label in labels], names)
    return {who.name: who.labels for who in found}


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (("Dana Ortiz", "dana"), "Dana Ortiz"),
        (("dana", "Dana Ortiz"), "Dana Ortiz"),
        (("Dana Ortiz", "Dana Ortiz (Northwind)"), "Dana Ortiz"),
        (("Dana Ortiz | Northwind", "DANA ORTIZ"), "Dana Ortiz"),
        (("Dana Ortiz", "Dana's iPhone"), "Dana Ortiz"),
        (("Dana Ortiz", "Danas MacBook Pro"), "Dana Ortiz"),
        (("Dana Ortiz", "iPad von Dana"), "Dana Ortiz"),
        (("Dana Ortiz", "Dana’s Galaxy S21"), "Dana Ortiz"),
        (("Dana Ortiz", "dana.ortiz@northwind.example"), "Dana Ortiz"),
        (("Dana Ortiz", "D. Ortiz"), "Dana Ortiz"),
        (("Dana Ortiz", "Dana O."), "Dana Ortiz"),
        (("Ortiz, Dana", "Dana Ortiz"), "Dana Ortiz"),
        (("Dr. Dana Ortiz", "Dana"), "Dr. Dana Ortiz"),
        (("Renée Dubois", "renee"), "Renée Dubois"),
        (("Dana", "Dana's iPhone"), "Dana"),
    ],
)
def test_two_labels_of_one_person_are_one_person(labels: tuple[str, str], name: str) -> None:
    found = people(labels[0], "Kim Ahn", labels[1])
    assert set(found) == {name, "Kim Ahn"}
    assert found["Kim Ahn"] == ()


@pytest.mark.parametrize(
    "labels",
    [
        ("Dana", "Dana Ortiz", "Dana Smith"),
        ("Dana Ortiz", "Daniela"),
        ("Speaker 1", "Speaker 2"),
        ("Speaker", "Speaker 1"),
        ("MAN", "MAN 2"),
        ("Dana Ortiz", "Kim Ortiz"),
        ("D. Ortiz", "Dana Ortiz", "Dave Ortiz"),
        ("Dana Ortiz (Northwind)", "Dana Ortiz (Corvane)"),
        ("Conference Room Laptop", "Conference Room"),
        ("Interviewer", "Interviewee"),
        ("Reception", "Reception Leeds"),
        ("P1", "P10"),
        ("A. Miller", "Anna Miller", "Adam Miller"),
        ("Miller", "Anna Miller", "Tom Miller"),
        ("Mr Reed", "Mrs Reed Smith"),
        ("info@acme.example", "sales@acme.example"),
        ("dana@acme.example", "dana@northwind.example"),
        ("Guest", "Guest Dana"),
        ("John Smith Sr", "John Smith Jr"),
    ],
)
def test_labels_that_may_be_several_people_stay_apart(labels: tuple[str, ...]) -> None:
    assert len(people(*labels)) == len(labels)


def test_two_who_ask_and_answer_each_other_are_two_people() -> None:
    asked = [RawTurn("Dana", "And how did it go?"), RawTurn("Dana Ortiz", "Badly.")] * 2
    assert {who.name for who in name_speakers(asked)[1]} == {"Dana", "Dana Ortiz"}


def test_labels_with_other_companies_are_other_people() -> None:
    assert set(people("Dana Ortiz (Northwind)", "Dana (Corvane)")) == {"Dana Ortiz", "Dana"}


def test_a_device_without_a_fuller_name_is_called_after_its_owner() -> None:
    assert people("Dana's iPhone", "Kim") == {"Dana": ("Dana's iPhone",), "Kim": ()}
    assert people("James Galaxy S21") == {"James": ("James Galaxy S21",)}
    assert people("Meeting Room iPad") == {"Meeting Room iPad": ()}


def test_joining_renames_turns_and_never_joins_them_so_no_offset_moves() -> None:
    text = (
        "Dana Ortiz: We lost it.\n\ndana: And then the board asked.\n\nPia Holm: Why was that?\n\nDana Ortiz: Price.\n"
    )
    joined = read_document(text.encode(), "call.txt")
    apart = read_document(text.encode(), "call.txt", ReadOptions(names={"dana": "dana"}))
    assert [turn.speaker for turn in joined.turns] == ["Dana Ortiz", "Dana Ortiz", "Pia Holm", "Dana Ortiz"]
    assert [turn.speaker for turn in apart.turns] == ["Dana Ortiz", "dana", "Pia Holm", "Dana Ortiz"]
    assert joined.text == apart.text
    assert [(turn.start, turn.end) for turn in joined.turns] == [(turn.start, turn.end) for turn in apart.turns]


def test_a_label_with_a_title_is_a_speaker_however_it_is_written_and_however_seldom() -> None:
    text = "Speaker 1: What made you look?\n\nSpeaker 2: We lost a grocer.\n\nSpeaker 1: Who signs?\n\n"
    document = read_document(f"{text}dana ortiz (VP Ops, Sonora): Our CFO does.\n".encode(), "call.txt")
    who = document.participant("dana ortiz")
    assert (who.title, who.company) == ("VP Ops", "Sonora")


def test_what_a_person_says_of_a_label_stands_before_any_guess() -> None:
    assert set(people("Dana", "Dana Ortiz", "Kim", names={"Dana": "Kim"})) == {"Kim", "Dana Ortiz"}
    assert set(people("Speaker 1", "Speaker 2", names={"speaker 1": "Dana Ortiz"})) == {"Dana Ortiz", "Speaker 2"}
    assert set(people("Dana", "Dana Ortiz", names={"Dana Ortiz": "Dana Meier"})) == {"Dana Meier"}
    assert set(people("Dana", "Dana Ortiz", names={"Dana": "Dana"})) == {"Dana", "Dana Ortiz"}


def test_title_and_company_of_any_label_belong_to_the_person() -> None:
    labels = ["dana", "Dana Ortiz (VP Ops, Northwind)"]
    (who,) = name_speakers([RawTurn(label, "Yes.") for label in labels])[1]
    assert (who.name, who.title, who.company) == ("Dana Ortiz", "VP Ops", "Northwind")


def test_same_person_knows_order_accents_and_middle_names_but_no_first_name_alone() -> None:
    assert same_person("Ortiz, Dana", "dana ortiz")
    assert same_person("René Dubois", "Rene Dubois")
    assert same_person("Dana M. Ortiz", "Dana Ortiz")
    assert not same_person("Dana", "Dana Ortiz")
    assert not same_person("Dana Ortiz", "Dana Smith")


# ------------------------------------------------------------------------------------------ contacts and mail domains

CONTACTS = (
    Contact("Northwind Ltd", "Dana Ortiz", "VP Ops", "dana@northwind.example"),
    Contact("Corvane", "Kim Ahn", "Buyer"),
    Contact("Palisade", "Kim Ahn", "CFO"),
)


def known(who: Participant) -> Participant:
    return recognise(who, CONTACTS, {"northwind.example": "Northwind Ltd"}, ["Acme"])


def test_a_contact_gives_title_company_and_side_with_the_reason() -> None:
    who = known(Participant("Dana Ortiz"))
    assert (who.title, who.company, who.side) == ("VP Ops", "Northwind Ltd", Side.CUSTOMER)
    assert who.side_reason == "is a contact of Northwind Ltd"


def test_what_the_file_says_of_a_speaker_stands_before_the_contact() -> None:
    who = known(Participant("Dana Ortiz", "Director", "Northwind", Side.OURS, "the file says so"))
    assert (who.title, who.company, who.side) == ("Director", "Northwind", Side.OURS)


def test_a_name_that_contacts_of_two_accounts_have_tells_nothing_but_with_the_company_it_does() -> None:
    assert known(Participant("Kim Ahn")) == Participant("Kim Ahn")
    assert known(Participant("Kim Ahn", company="Palisade")).title == "CFO"


def test_a_mail_address_tells_whose_side_its_owner_is_on() -> None:
    assert known(Participant("Lee", labels=("lee@mail.com",))).side is Side.UNKNOWN
    assert known(Participant("Lee", labels=("lee@gmail.com",))).side is Side.UNKNOWN
    assert known(Participant("Lee", labels=("lee@northwind.example",))).company == "Northwind Ltd"
    assert known(Participant("Pia", labels=("pia@acme.com",))).side is Side.OURS


# ------------------------------------------------------------------------------------------------- who is listed

LISTS = [
    "Attendees: Lucia Ferrante (us), Angela Kim (COO, Larkspur), Ben Osei (payroll manager)",
    "Present: Lucia Ferrante (us), Angela Kim (COO, Larkspur), Ben Osei - payroll manager",
    "Participants: Lucia Ferrante (AE); Angela Kim, COO, Larkspur; Ben Osei, payroll manager",
    "On the call: Lucia Ferrante (internal) | Angela Kim (COO, Larkspur) | Ben Osei (payroll manager)",
    "Teilnehmer: Lucia Ferrante (wir), Angela Kim, COO, Larkspur, Ben Osei, payroll manager",
    "**Attendees:** Lucia Ferrante [us], Angela Kim [COO, Larkspur] and Ben Osei, payroll manager",
    "Attendees:\n- Lucia Ferrante (us)\n- Angela Kim – COO, Larkspur\n- Ben Osei, payroll manager",
    "## Participants\n\nLarkspur: Angela Kim (COO); Ben Osei (payroll manager)\nUs: Lucia Ferrante\n\nNotes\n",
    "In attendance: Lucia Ferrante (us) <lucia@seller.example>, COO Angela Kim <a.kim@larkspur.example>, "
    "Ben Osei (payroll manager) <ben@larkspur.example>",
]


@pytest.mark.parametrize("listed", LISTS)
def test_who_is_listed_in_a_note_takes_part_with_title_and_side(listed: str) -> None:
    text = f"{listed}\n\n- 280 staff, three offices\n- Angela decides, Ben is afraid of the migration\n"
    options = ReadOptions(kind=DocumentKind.CALL_NOTE)
    document = read_document(text.encode(), "Larkspur Senior Care call note.md", options)
    unnamed, *others = document.participants
    found = {who.name: (who.title, who.side) for who in others}
    assert unnamed.name == ""
    assert found == {
        "Lucia Ferrante": (found["Lucia Ferrante"][0], Side.OURS),
        "Angela Kim": ("COO", Side.CUSTOMER),
        "Ben Osei": ("payroll manager", Side.CUSTOMER),
    }
    assert {who.company for who in others} <= {"", "Larkspur"}
    assert "Angela decides" in document.text
    assert all(turn.speaker == "" for turn in document.turns), "nobody but its writer speaks in a note"


@pytest.mark.parametrize(
    "line",
    ["Present: everything they asked for was shown before lunch.", "Attendees: 12 people", "With: the whole team"],
)
def test_what_lists_nobody_gives_no_participant(line: str) -> None:
    assert find_attendees([line, "", "We talked."]) == ()


def test_nobodys_side_is_guessed_in_a_note_that_marks_none() -> None:
    text = b"Present: Angela Kim (COO), Ben Osei\n\n- 280 staff\n"
    document = read_document(text, "note.md", ReadOptions(kind=DocumentKind.CALL_NOTE))
    assert [who.side for who in document.participants] == [Side.UNKNOWN] * 3


TALK = """Account: Brightwater Outfitters
Participants: Tom Beckett (ShiftLoom), Sasha Lindgren (Head of Stores, Brightwater Outfitters){more}

Tom: What happened after the pilot?
Sasha: Nothing, to be honest. We have nine stores.
Tom: So no pain there?
Sasha: The pain is turnover.
"""


def test_a_list_of_participants_gives_speakers_their_surname_title_and_company() -> None:
    document = read_document(TALK.format(more="").encode(), "call.txt")
    sasha = document.participant("Sasha Lindgren")
    assert (sasha.title, sasha.company, sasha.labels) == ("Head of Stores", "Brightwater Outfitters", ("Sasha",))
    assert {turn.speaker for turn in document.turns} == {"Tom Beckett", "Sasha Lindgren"}
    assert document.text.startswith("What happened after the pilot?")


def test_of_two_people_of_one_first_name_neither_is_taken_and_what_a_person_says_stands() -> None:
    two = read_document(TALK.format(more=", Sasha Berg (CFO, Brightwater Outfitters)").encode(), "call.txt")
    assert {who.name for who in two.participants} == {"Tom Beckett", "Sasha"}
    told = read_document(TALK.format(more="").encode(), "call.txt", ReadOptions(names={"Sasha": "Sasha Moe"}))
    assert {who.name for who in told.participants} == {"Tom Beckett", "Sasha Moe"}
