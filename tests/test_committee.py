"""The buying committee: one person is one member, roles are told or marked as presumed, nothing is guessed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.icp.brief import brief_json
from analyzer.records import (
    Account,
    Committee,
    Contact,
    Deal,
    Document,
    DocumentKind,
    Finding,
    Kind,
    Maker,
    Member,
    Outcome,
    Participant,
    Side,
    Turn,
)
from analyzer.study import Study
from analyzer.synthesis.committee import NEEDED, compare_with_won, map_committee
from analyzer.synthesis.influence import weigh
from analyzer.synthesis.people import Roster
from analyzer.synthesis.presumed import presume_roles

MAKER = Maker("offline", "m", "", "1")


def say(
    quote: str,
    code: str = "user",
    person: str = "",
    kind: Kind = Kind.ROLE,
    speaker: str = "Dana Ortiz",
    account: str = "Acme",
    document_id: str = "d1",
    start: int = 0,
    confidence: float = 0.8,
) -> Finding:
    return Finding(
        document_id, "call.txt", kind, code, quote, quote, start, start + len(quote), speaker, "", Side.CUSTOMER,
        account, date(2026, 4, 1), MAKER, confidence, person=person,
    )  # fmt: skip


def call(*people: Participant, text: str = "", kind: DocumentKind = DocumentKind.INTERVIEW, name: str = "") -> Document:
    """A document in which these people take part; its text is one turn of the customer's."""
    turns = (Turn(0, "Dana Ortiz", Side.CUSTOMER, 0, len(text)),) if text else ()
    return Document(name or "call.txt", "1" * 64, kind, text, turns, people, account="Acme")


def customer(name: str, title: str = "") -> Participant:
    return Participant(name, title, side=Side.CUSTOMER)


def member(committee: Committee, person: str) -> Member:
    return next(m for m in (*committee.members, *committee.others) if m.person == person)


# ---------------------------------------------------------------------------------------------------------- who is who

PRIYA = customer("Priya Nair", "CFO")


@pytest.mark.parametrize(
    "person",
    ["Priya", "Priya Nair", "priya nair", "Priya N.", "P. Nair", "Ms. Nair", "Mrs Priya Nair", "Príya Nair", "our CFO",
     "the CFO", "CFO", "chief financial officer", "our CFO Priya", "Priya Nair, CFO", "Priya (CFO)", "CFO (Priya Nair)",
     "Priya, our CFO"],
)  # fmt: skip
def test_one_person_under_several_spellings_is_one_member(person: str) -> None:
    told = [
        say("she signs for it", "economic_buyer", person),
        say("Priya Nair wants it", "champion", "Priya Nair", start=40),
    ]
    (found,) = map_committee("Acme", told, [call(PRIYA)]).members
    assert (found.person, found.title, set(found.roles)) == ("Priya Nair", "CFO", {"economic_buyer", "champion"})


@pytest.mark.parametrize(
    "person", ["Priyanka", "Pri", "our CRO", "the VP of Finance", "Nairobi", "our manager", "Priya Shah"]
)
def test_somebody_else_is_another_member(person: str) -> None:
    told = [
        say("she signs for it", "economic_buyer", person),
        say("Priya Nair wants it", "user", "Priya Nair", start=40),
    ]
    assert len(map_committee("Acme", told, [call(PRIYA)]).members) == 2


def test_a_title_that_two_people_hold_is_nobodys() -> None:
    two = [call(customer("Ann Lee", "Plant Manager"), customer("Bo Ray", "Plant Manager"))]
    (found,) = map_committee(
        "Acme", [say("the plant manager has to say yes", "gatekeeper", "the plant manager")], two
    ).members
    assert (found.person, found.title) == ("(not named)", "plant manager")


def test_a_first_name_of_another_function_is_not_joined() -> None:
    contacts = (Contact("Acme", "Dana Ortiz", "VP Operations"),)
    told = [say("Dana Ek signs", "economic_buyer", "Dana, our CFO")]
    committee = map_committee("Acme", told, (), Roster(contacts))
    assert {m.person for m in (*committee.members, *committee.others)} >= {"Dana"}
    assert "Dana Ortiz" not in {m.person for m in committee.members}


def test_contacts_give_the_full_name_and_the_title() -> None:
    contacts = (Contact("Acme", "Nair, Priya", "Chief Financial Officer"), Contact("Acme", "Raj Patel", "CISO"))
    (found,) = map_committee("Acme", [say("Priya signs", "economic_buyer", "Priya")], (), Roster(contacts)).members
    assert (found.person, found.title, found.title_source) == ("Priya Nair", "Chief Financial Officer", "contacts")
    assert found.also_called == ("Priya",)


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        ("First Marlene. Marlene Oakes, she's our CFO, came with a list.", "Marlene Oakes", "CFO"),
        ("- CFO (Marlene Oakes) froze it. Marlene signs.", "Marlene Oakes", "CFO"),
        ("Marlene Oakes's CFO stamp is gone", "Marlene", ""),
        ("Marlene Oakes, CFO of Bolt Industries, told us", "Marlene Oakes", ""),
        ("Poor Marlene had to sign", "Marlene", ""),
        ("Marlene Oakes signs. Marlene Dietz sings.", "Marlene", ""),
        ("Marlene signs on Marlene Monday", "Marlene", ""),
    ],
)
def test_documents_tell_a_name_and_title_only_where_they_agree(text: str, name: str, title: str) -> None:
    (found,) = map_committee("Acme", [say("Marlene signs", "economic_buyer", "Marlene")], [call(text=text)]).members
    assert (found.person, found.title) == (name, title)


def test_what_our_side_says_of_people_gives_no_title() -> None:
    text = "So Marlene Oakes is the CFO?"
    ours = Document("c.txt", "1" * 64, DocumentKind.INTERVIEW, text, (Turn(0, "Owen", Side.OURS, 0, len(text)),))
    (found,) = map_committee("Acme", [say("Marlene signs", "economic_buyer", "Marlene")], [ours]).members
    assert (found.person, found.title) == ("Marlene", "")


@pytest.mark.parametrize(
    "person", ["Samsara", "Monday", "Acme", "Bolt Foods", "Acme Holdings Ltd", "Pia", "Google Calendar", ""]
)
def test_what_is_plainly_no_person_gives_no_name(person: str) -> None:
    document = call(Participant("Pia Lindgren", side=Side.OURS), text="My nephew made us a Google Calendar.")
    roster = Roster(companies=("Acme", "Bolt Foods"), is_product=lambda name: name == "Samsara")
    (found,) = map_committee("Acme", [say("it lasted three weeks", "champion", person)], [document], roster).members
    assert found.person == "(not named)"
    assert found.findings[0].quote == "it lasted three weeks"


def test_a_participant_called_like_a_product_is_a_person() -> None:
    roster = Roster(is_product=lambda name: name.startswith("Clay"))
    (found,) = map_committee(
        "Acme", [say("I pushed for it", "champion", "Clay")], [call(customer("Clay Hall"))], roster
    ).members
    assert found.person == "Clay Hall"


def test_an_order_of_a_posting_and_the_one_it_hires_are_no_names() -> None:
    posting = call(text="Help choose the software", kind=DocumentKind.JOB_POSTING)
    told = [
        say("Help choose the software", "user", "Help", document_id=posting.id),
        say("You will push it", "champion", "Yard Coordinator", document_id=posting.id, start=60),
    ]
    found = {(m.person, m.title) for m in map_committee("Acme", told, [posting]).members}
    assert found == {("(not named)", ""), ("(to be hired)", "Yard Coordinator")}


def test_those_nobody_named_stand_by_their_function() -> None:
    told = [
        say("our lawyer reads it", "procurement_legal", "our lawyer"),
        say("the attorney takes weeks", "procurement_legal", "the attorney", start=30),
        say("the committee meets in May", "gatekeeper", "the committee", start=60),
        say("my boss decides", "economic_buyer", "my boss", start=90),
        say("my boss decides", "economic_buyer", "my boss", start=120, speaker="Raj"),
    ]
    members = map_committee("Acme", told).members
    assert {m.person for m in members} == {"(not named)"}
    titles = sorted(m.title for m in members)
    assert titles == ["attorney", "boss of Dana Ortiz", "boss of Raj", "committee"]


def test_a_known_name_that_opens_words_of_nobody_is_whose_they_are() -> None:
    told = [
        say("it goes to Curtis", "technical_buyer", "Curtis"),
        say("Curtis wouldn't let it go further", "gatekeeper", start=30),
        say("Curtis and Ann wouldn't let it go", "gatekeeper", start=90),
    ]
    members = map_committee("Acme", told).members
    assert {(m.person, len(m.findings)) for m in members} == {("Curtis", 2), ("(not named)", 1)}


# ----------------------------------------------------------------------------------------------------------- presumed


@pytest.mark.parametrize(
    ("title", "roles"),
    [
        ("CFO", ("economic_buyer",)),
        ("Finance Director", ("economic_buyer",)),
        ("Accountant", ()),
        ("CISO", ("technical_buyer",)),
        ("IT Manager", ("technical_buyer",)),
        ("Head of Procurement", ("procurement_legal",)),
        ("General Counsel", ("procurement_legal",)),
        ("CEO", ("economic_buyer",)),
        ("Owner", ("economic_buyer",)),
        ("Director", ()),
        ("Board Member", ()),
        ("VP Distribution", ("economic_buyer", "champion")),
        ("Vice President of Distribution", ("economic_buyer", "champion")),
        ("Warehouse Manager", ("champion",)),
        ("VP Sales", ()),
        ("Forklift whisperer", ()),
        ("", ()),
    ],
)
def test_a_title_points_to_a_role_by_the_table(title: str, roles: tuple[str, ...]) -> None:
    assert presume_roles(title, ("VP Distribution", "Warehouse Manager")) == roles


def test_a_presumed_role_is_never_counted_as_heard() -> None:
    contacts = (
        Contact("Acme", "Priya Nair", "CFO"),
        Contact("Acme", "Raj Patel", "CISO"),
        Contact("Acme", "Al Bo", "Cook"),
    )
    committee = map_committee("Acme", [], (), Roster(contacts))
    assert committee.members == ()
    assert [(m.person, m.roles, m.presumed_roles) for m in committee.others] == [
        ("Priya Nair", (), ("economic_buyer",)),
        ("Raj Patel", (), ("technical_buyer",)),
    ]
    assert [m.role for m in committee.missing] == list(NEEDED)
    assert committee.gaps[0] == (
        "No economic buyer heard; presumed: Priya Nair, CFO: ask who signs and whose budget it is."
    )


def test_who_spoke_without_a_part_is_known_and_our_own_people_are_not() -> None:
    people = (customer("Linh Dao"), Participant("Pia Lindgren", "CFO", side=Side.OURS), Participant("Speaker 2"))
    committee = map_committee("Acme", [], [call(*people)])
    assert [(m.person, m.parts) for m in committee.others] == [("Linh Dao", ())]


# ------------------------------------------------------------------------------------------------------------- stance


@pytest.mark.parametrize(
    ("quote", "value"),
    [
        ("Gordon wants it, but he can't sign", "for"),
        ("Gordon has been pushing for this since May", "for"),
        ("Gordon loves it, he said so twice", "for"),
        ("Gordon is all for it", "for"),
        ("Gordon killed it in the last meeting", "against"),
        ("it was killed by Gordon in the end", "against"),
        ("Gordon didn't want the tablet", "against"),
        ("Gordon never saw the point", "against"),
        ("Gordon is against it, always was", "against"),
        ("Gordon said no to it", "against"),
        # Nothing said of where he stands, or taken back, or supposed.
        ("Gordon is not against it", "unknown"),
        ("if Gordon wants it he can sign it", "unknown"),
        ("is it true that Gordon wants it?", "unknown"),
        ("Gordon says no more overtime", "unknown"),
        ("Gordon got really quiet", "unknown"),
        ("Gordon laughed about it", "unknown"),
        ("Gordon would want it on paper", "unknown"),
        ("I don't think Gordon wants it", "unknown"),
        ("Gordon said he'll not support it until Sage is in", "unknown"),
        # It came to nothing, or is over.
        ("Gordon nearly blocked it over single sign-on", "unknown"),
        ("Gordon almost killed the deal in May", "unknown"),
        ("Gordon tried to stop it, Gordon tried to kill it", "unknown"),
        ("Gordon would have blocked it", "unknown"),
        ("Gordon came close to rejecting it, he nearly rejected it", "unknown"),
        ("Gordon was about to veto it", "unknown"),
        ("it was almost killed by Gordon", "unknown"),
        ("Gordon was against it at first", "unknown"),
        ("At first Gordon was against it", "unknown"),
        ("Gordon was against it until he saw the demo", "unknown"),
        ("Gordon was skeptical but he came around", "unknown"),
        ("Gordon is not skeptical anymore", "unknown"),
        ("Gordon stopped being against it", "unknown"),
        ("Gordon is no longer against it", "unknown"),
        ("Gordon used to be against it, he used to think it is too much", "unknown"),
        ("Gordon wanted to kill it but was overruled", "unknown"),
        ("Gordon blocked it, almost", "unknown"),
        # Beside them others stand.
        ("we almost signed, but Gordon blocked it", "against"),
        ("I tried to explain, and Gordon killed it", "against"),
        ("we nearly lost the plant. Gordon killed it", "against"),
        ("Gordon wants to kill it", "against"),
        ("Gordon doesn't want it anymore", "against"),
        ("Gordon tried to push for it", "for"),
        ("Gordon was sold on it at once", "for"),
        ("we nearly gave up but Gordon wants it", "for"),
    ],
)
def test_a_stance_is_read_from_what_is_said_of_somebody(quote: str, value: str) -> None:
    (found,) = map_committee("Acme", [say(quote, "influencer", "Gordon")]).members
    assert found.stance.value == value
    assert [f.quote for f in found.stance.findings] == ([] if value == "unknown" else [quote])


def test_a_stance_is_that_of_the_one_it_is_said_of() -> None:
    told = [
        say("Priscilla liked it, her boss Dennis never saw the point", "influencer", "Priscilla"),
        say("Dennis runs the yard", "gatekeeper", "Dennis", start=90),
        say("Dana does the demos", "user", "Dana", start=150),
    ]
    committee = map_committee("Acme", told)
    assert [member(committee, p).stance.value for p in ("Priscilla", "Dennis", "Dana")] == ["for", "against", "unknown"]


@pytest.mark.parametrize(
    ("quote", "value"),
    [
        ("for a shop our size that is more than I can justify, it's too expensive", "against"),
        ("I'm not comfortable with our records on somebody else's servers", "against"),
        ("my CFO said I don't see the return", "unknown"),
        ("he says Clay, I can't stock a shelf with an apology", "unknown"),
        ("I told everybody it's gotta work in Spanish too", "unknown"),
        ("the price is what it is", "unknown"),
    ],
)
def test_an_objection_is_its_speakers_stance_only_where_the_doubt_is_the_speakers_own(quote: str, value: str) -> None:
    committee = map_committee("Acme", [say(quote, "price", kind=Kind.OBJECTION)], [call(customer("Dana Ortiz"))])
    assert member(committee, "Dana Ortiz").stance.value == value


def test_a_champion_is_for_it_by_an_act_and_not_by_the_label_alone() -> None:
    told = [
        say("Ann wrote two pages and walked it into his office", "champion", "Ann"),
        say("Bo and some fella in Atlanta, over all of it", "champion", "Bo", start=80),
    ]
    committee = map_committee("Acme", told)
    assert [member(committee, p).stance.value for p in ("Ann", "Bo")] == ["for", "unknown"]


def test_findings_both_ways_are_mixed_which_is_unknown_with_both_quotes() -> None:
    told = [say("Lou didn't want the tablet", "user", "Lou"), say("now Lou loves it", "user", "Lou", start=50)]
    (found,) = map_committee("Acme", told).members
    assert (found.stance.value, found.stance.is_mixed) == ("unknown", True)
    assert {f.quote for f in found.stance.findings} == {"Lou didn't want the tablet", "now Lou loves it"}


# ---------------------------------------------------------------------------------------------------------- influence


@pytest.mark.parametrize(
    ("quote", "role", "person", "level"),
    [
        ("Ann signs for it", "economic_buyer", "Ann", "high"),
        ("if Ann's review fails it's dead", "technical_buyer", "Ann", "high"),
        ("Ann runs the security review", "technical_buyer", "Ann", "medium"),
        ("Ann handles the contract", "procurement_legal", "Ann", "medium"),
        ("we always ask Ann", "influencer", "Ann", "medium"),
        ("Ann is in it all day", "user", "Ann", "low"),
        ("Ann is in it all day", "user", "Ann, COO", "high"),
    ],
)
def test_influence_follows_the_written_rule_and_says_why(quote: str, role: str, person: str, level: str) -> None:
    (found,) = map_committee("Acme", [say(quote, role, person)]).members
    assert found.influence.level == level
    assert found.influence.reason


def test_of_somebody_with_neither_part_nor_title_the_influence_is_unknown() -> None:
    assert weigh((), "").level == "unknown"
    assert (weigh((), "CFO").level, weigh((), "CFO").reason) == ("high", "by title: CFO")
    assert weigh((), "Warehouse Manager").level == "low"


# ------------------------------------------------------------------------------------------------- in accounts that won


def bought(account: str, title: str) -> Committee:
    person = f"{account}us Lee, {title}" if title else f"{account}us Lee"
    return map_committee(account, [say("signs for it", "economic_buyer", person, account=account)])


def test_a_gap_says_who_it_was_in_won_deals_in_how_many_of_how_many() -> None:
    titles = ["CFO", "CFO", "chief financial officer", "CFO", "COO", ""]
    committees = {f"W{i}": bought(f"W{i}", title) for i, title in enumerate(titles)}
    committees |= {"Lost": bought("Lost", "CEO"), "Acme": map_committee("Acme", [])}
    won = [f"W{i}" for i in range(6)] + ["Never heard"]
    (gap, *others) = compare_with_won(committees, won)["Acme"].gaps
    assert gap == (
        "No economic buyer heard; in won deals it was the CFO in 4 of 6: ask who signs and whose budget it is."
    )
    assert not any("in won deals" in other for other in others)


@pytest.mark.parametrize("titles", [["CFO", "CFO"], ["CFO", "COO", "CEO"], ["", "", ""]])
def test_too_few_won_accounts_or_nobody_in_common_say_nothing(titles: Sequence[str]) -> None:
    committees = {f"W{i}": bought(f"W{i}", title) for i, title in enumerate(titles)}
    compared = compare_with_won({**committees, "Acme": map_committee("Acme", [])}, list(committees))
    assert not any("in won deals" in gap for gap in compared["Acme"].gaps)


def test_where_titles_differ_the_shared_function_is_named() -> None:
    titles = ["CFO", "Finance Director", "Head of Finance", "COO"]
    committees = {f"W{i}": bought(f"W{i}", title) for i, title in enumerate(titles)}
    compared = compare_with_won({**committees, "Acme": map_committee("Acme", [])}, list(committees))
    assert "in won deals it was somebody in finance in 3 of 4" in compared["Acme"].gaps[0]


def test_a_presumed_buyer_of_a_won_account_is_no_base() -> None:
    roster = Roster((Contact("W", "Ann Lee", "CFO"),))
    committees = {f"W{i}": map_committee(f"W{i}", [], (), roster) for i in range(4)}
    assert not any(
        "in won deals" in gap for c in compare_with_won(committees, list(committees)).values() for gap in c.gaps
    )


def test_a_study_reads_its_contacts_and_its_won_deals(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study")
    contacts = [Contact("Acme", "Priya Nair", "CFO")]
    deals = [Deal("Acme", Outcome.OPEN), Deal("Bolt", Outcome.WON)]
    study.store.import_accounts([Account("Acme"), Account("Bolt")], deals)
    study.store.import_contacts(contacts)
    reading = study.account_reading("Acme")
    study.close()
    assert "presumed: Priya Nair, CFO" in reading.committee.gaps[0]
    (shown,) = brief_json(reading)["committee"]["others"]
    assert (shown["presumed"], shown["roles"], shown["parts"][0]["presumed"]) == (True, [], True)


# ------------------------------------------------------------------------------------------------------ whatever it is

NAMES = st.sampled_from(
    [
        "Priya",
        "Priya Nair",
        "Priya N.",
        "our CFO",
        "Dana",
        "Dana Ek",
        "Dana Moe",
        "",
        "legal",
        "my boss",
        "Monday",
        "the speaker",
    ]
)
QUOTES = st.sampled_from(
    ["she wants it", "Priya killed it", "Dana loves it", "I pushed for it", "he signs", "I can't justify it"]
)
FINDINGS = st.lists(
    st.builds(
        say,
        QUOTES,
        st.sampled_from(["economic_buyer", "champion", "user", "technical_buyer", "price"]),
        NAMES,
        st.sampled_from([Kind.ROLE, Kind.ROLE, Kind.OBJECTION]),
        st.sampled_from(["Dana Ek", "Priya Nair", ""]),
        st.just("Acme"),
        st.sampled_from(["d1", "d2"]),
        st.integers(0, 30).map(lambda n: n * 50),
        st.sampled_from([0.5, 0.8]),
    ),
    max_size=12,
    unique_by=lambda f: f.id,
)
PEOPLE = st.lists(
    st.sampled_from(
        [customer("Priya Nair", "CFO"), customer("Dana Ek", "COO"), customer("Dana Moe"), customer("Priya")]
    ),
    unique_by=lambda p: p.name,
)


@settings(max_examples=150, deadline=None)
@given(FINDINGS, PEOPLE, st.randoms(use_true_random=False))
def test_the_order_of_what_is_known_changes_nothing(
    findings: list[Finding], people: list[Participant], shuffle: random.Random
) -> None:
    contacts = [Contact("Acme", "Dana Ek", "Chief Operating Officer"), Contact("Acme", "Raj", "CISO")]
    before = map_committee("Acme", findings, [call(*people), call(text="Dana Ek is our COO")], Roster(tuple(contacts)))
    for some in (findings, people, contacts):
        shuffle.shuffle(some)
    after = map_committee("Acme", findings, [call(text="Dana Ek is our COO"), call(*people)], Roster(tuple(contacts)))
    assert after == before


@settings(max_examples=150, deadline=None)
@given(FINDINGS, PEOPLE)
def test_no_role_stands_without_evidence_or_the_mark_and_no_finding_is_lost(
    findings: list[Finding], people: list[Participant]
) -> None:
    committee = map_committee("Acme", findings, [call(*people)])
    roles = {f.id for f in findings if f.kind == Kind.ROLE}
    assert {f.id for m in committee.members for f in m.findings} == roles
    for one in (*committee.members, *committee.others):
        assert all(bool(part.findings) != part.is_presumed for part in one.parts)
        assert all(f in findings and f.category == part.role for part in one.parts for f in part.findings)
        assert one.roles == tuple(part.role for part in one.parts if not part.is_presumed)
        assert all(f in findings for f in one.stance.findings)
        assert (one.stance.value != "unknown" or one.stance.is_mixed) == bool(one.stance.findings)
    heard = {f.category for f in findings if f.kind == Kind.ROLE}
    assert {m.role for m in committee.missing} == {*NEEDED} - heard


# --------------------------------------------------------------------------------------------- who takes part in a note

ANGELA, BEN = customer("Angela Kim", "COO"), customer("Ben Osei", "Head of IT")
BULLET = "budget approved by the board for Q4; Angela decides, Ben is skeptical, afraid of it"


def test_who_is_named_by_first_name_in_a_note_is_the_one_who_takes_part() -> None:
    note = call(ANGELA, BEN, Participant("Lucia Moe", side=Side.OURS), kind=DocumentKind.CALL_NOTE)
    found = map_committee("Acme", [say(BULLET, "economic_buyer", "the board", speaker="")], [note])
    assert member(found, "Angela Kim").roles == ("economic_buyer",)
    assert member(found, "Angela Kim").findings[0].quote == BULLET
    assert member(found, "Ben Osei").roles == ()
    assert member(found, "Ben Osei").stance.value == "against"
    assert "technical_buyer" in member(found, "Ben Osei").presumed_roles
    assert not any(m.person == "Lucia Moe" for m in (*found.members, *found.others))


@pytest.mark.parametrize(
    "quote",
    [
        "approved by the board if Angela decides",
        "the board; will Angela sign?",
        "the board, and Angela decided nothing",
    ],
)
def test_a_first_name_without_a_plain_decision_is_given_no_part(quote: str) -> None:
    note = call(ANGELA, kind=DocumentKind.CALL_NOTE)
    found = map_committee("Acme", [say(quote, "economic_buyer", "the board", speaker="")], [note])
    assert member(found, "Angela Kim").roles == ()


def test_a_first_name_that_two_have_is_nobodys() -> None:
    note = call(ANGELA, customer("Angela Reed", "CFO"), kind=DocumentKind.CALL_NOTE)
    found = map_committee("Acme", [say(BULLET, "economic_buyer", "the board", speaker="")], [note])
    assert all("economic_buyer" not in member(found, name).roles for name in ("Angela Kim", "Angela Reed"))
