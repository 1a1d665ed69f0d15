"""Facts on accounts: read from documents by rule, told by tables and people, settled with their conflicts shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from analyzer.cli import app
from analyzer.errors import UsageError
from analyzer.extraction.firmographics import find_facts
from analyzer.extraction.gazetteer import load_gazetteer
from analyzer.extraction.tool_spans import find_tool_spans
from analyzer.extraction.tool_use import Use, read_use
from analyzer.extraction.tools_in_use import find_tools_in_use
from analyzer.extraction.units import Unit
from analyzer.reading.documents import ReadOptions
from analyzer.reading.tables.accounts import read_accounts
from analyzer.records import (
    Account,
    AccountFact,
    Document,
    DocumentKind,
    Finding,
    Kind,
    Maker,
    Participant,
    Side,
    Status,
    Turn,
)
from analyzer.scoring.conditions import find_cell
from analyzer.scoring.traits import columns_of
from analyzer.settings import Settings
from analyzer.study import Study
from analyzer.synthesis.facts import FIELDS, Settled, apply, settle

SAID = date(2026, 4, 14)
TABLE_DAY = date(2026, 3, 1)


def document(
    *said: tuple[Side, str], kind: DocumentKind = DocumentKind.INTERVIEW, account: str = "Acme Foods", company: str = ""
) -> Document:
    """A document of these turns, said on 2026-04-14."""
    text, turns = "", []
    for number, (side, words) in enumerate(said):
        speaker = {Side.OURS: "Pia", Side.CUSTOMER: "Dana", Side.UNKNOWN: ""}[side]
        turns.append(Turn(number, speaker, side, len(text), len(text) + len(words)))
        text += words + "\n\n"
    people = (Participant("Dana", company=company, side=Side.CUSTOMER), Participant("Pia", side=Side.OURS))
    return Document("call.txt", "a" * 64, kind, text, tuple(turns), people, account=account, said_on=SAID)


def said(words: str, question: str = "") -> list[tuple[str, str]]:
    asked = [(Side.OURS, question)] if question else []
    return [(f.field, f.value) for f in find_facts(document(*asked, (Side.CUSTOMER, words)))]


# ------------------------------------------------------------------------------------------------------ from documents

TOLD = [
    ("We're about 420 people.", "employees", "420"),
    ("We're, uh, forty-two hundred employees, give or take.", "employees", "4200"),
    ("So we're 1,200 staff across nine sites.", "employees", "1200"),
    ("We employ around 280 people.", "employees", "280"),
    ("We have about 650 employees now.", "employees", "650"),
    ("We're a 400-person company.", "employees", "400"),
    ("I think we're about 420 people.", "employees", "420"),
    ("We have six locations, in total eleven hundred people, but Kassel is the biggest.", "employees", "1100"),
    ("I'm the COO, which in a company of ninety people means I also do the coffee machine.", "employees", "90"),
    ("We do about 80 million a year.", "revenue", "80000000"),
    ("We're doing roughly $80M in revenue.", "revenue", "80000000"),
    ("Our revenue is about 80 million dollars.", "revenue", "80000000"),
    ("We've been in business since 1987.", "founded", "1987"),
    ("We were founded in 2016.", "founded", "2016"),
    ("My grandfather started it in 1951.", "founded", "1951"),
    ("We've been at it since nineteen seventy-one.", "founded", "1971"),
    ("We closed our Series B in May.", "stage", "Series B"),
    ("We raised the C round the month before.", "stage", "Series C"),
    ("We raised 12 million last year.", "funding", "12000000"),
    ("We're family-owned.", "ownership", "family-owned"),
    ("We're PE-backed.", "ownership", "private-equity-owned"),
    ("We were bought by a private equity firm in March.", "ownership", "private-equity-owned"),
    ("We're part of Kessler Group.", "ownership", "part of Kessler Group"),
    ("We were acquired by Holm Group in 2024.", "ownership", "part of Holm Group"),
    ("We're publicly traded.", "ownership", "publicly traded"),
    ("We're bootstrapped.", "ownership", "bootstrapped"),
    ("We're based in Leeds.", "region", "Leeds"),
    ("We're based in the UK.", "country", "UK"),
    ("Our head office is in Munich.", "region", "Munich"),
]
NOTHING = """\
We're a team of 35.
When we were 200 people, we had one warehouse.
We have nine sites and 1,200 pallets.
They're about 5,000 people.
We aren't 400 people.
I don't think we're 400 people.
If we were 400 people we'd need it.
If we're 500 people next year, we'll look again.
Are we 400 people?
We'll be 500 people by Christmas.
We want to be 500 people.
We're 60 people in the warehouse.
We're about 60 people here.
We have forty people on the night shift.
We sent four people.
We're two people short.
My last company, we were founded in 2011.
At my last company we're talking 5,000 employees.
People think we're 4,000 people.
They said, "we're 9,000 people".
We're twelve people on the dock.
We need 400 people to pick by hand.
We lost about 80 million a year.
We do about 80 million cases a year.
We do about two million a year with you.
We spend about 2 million a year on freight.
We do 40 million a year through that channel.
Our competitor does 80 million a year.
Our warehouse system has run on an AS/400 since 1994.
We've used SAP since 2009.
I've been here since 1998.
We started looking in 2024.
The team was founded in 2016.
Our carrier was founded in 1950.
We moved here in 1987.
They raised eighty million.
We raised prices in May.
We raised 900 quid for charity.
We're raising a Series B.
We hope to close our Series B in May.
They closed their Series B in May.
We raised two million issues last year.
We never raised 12 million.
Before our Series B we had nothing.
Our carrier is family-owned.
They're part of Sysco.
We're part of the problem.
We're part of a pilot.
We're part of the Kessler pilot.
We're part of Operations.
We're not family-owned.
We aren't PE-backed.
We used to be family-owned.
We were family-owned until 2019.
We're listed on G2.
It's public knowledge.
We're public about it.
I'm based in Leeds.
The team is based in Leeds.
They're based in Leeds.
We're not based in Leeds.
We're based in a shed.
Our plant is in Leeds.
Is it true you're 400 people?
We'd be a 400-person company by now.
Imagine we're 400 people.
Somebody like Sysco, with 70,000 employees, can do that.
For a company of 400 people that's a lot.
We sell to companies of 50 to 500 employees.
I came from a company of 5000 people.
We have 300 customers.
We have 92,000 members.
We are at 400 orders a day.
We're 20 percent up on revenue.
We did 80 million in freight last year.
We are 12 people doing this.
Our revenue is down 20 percent.
We're owned by our customers, honestly.
We are bought into this.
We were bought a coffee machine.
Our supplier was acquired by Holm Group.
We might be acquired by Holm Group.
We're going to be acquired by Holm Group.
Eleven hundred people called us, and we answered.
In total four hundred people came to our open day.
We interviewed in total 40 people.
We have 400 employees on your platform.
We have 500 employees to onboard by June.
We've got 35 staff off sick.
We employ 30 people in finance.
We employ 30 people in Finance.
We employ 30 people in Leeds.
We're 30 people in Leeds and 200 in Oslo.
We're about 30 people, and that's just the Leeds office.
We're twenty people, my team.
In my department we're 20 people.
On the support side we're 40 people.
In Leeds we're 40 people.
We do 2 million a year in fuel.
We do about 3 million a year, just in freight.
Pallets, we do about 2 million a year.
Our sales are 200000 orders.
We were set up in 2019 on your old version.
We started in 2016 with Dockhand.
We've been at it since 2024, this migration.
We established in 2019 that it wasn't for us.
We announced a series a week ago.
We raised 200,000 in duplicates.
We raised 50,000 tickets last year.
We raised two million for charity.
We're like a family business.
We're competing with family-owned shops.
We're up against family-owned shops.
We're publicly listed as a reference.
We're part of the Microsoft Partner Network.
We're part of Amazon's marketplace.
We're owned by Clay.
We're a customer of a company in Leeds.
We interviewed 40 people in total.
We trained forty people in total.
Our customers are family-owned.
Our biggest customer is publicly traded.
Their parent company is Holm Group.
Our parent company is on the fence.
We are listed on the website.
We have 20 people and they're all on holiday.
We're hiring 400 people.
We laid off 400 people.
There were 400 people at the show.
We ship to 400 people a day.
We're serving two million people.
We are eleven people including the dog on this project.
Our group is 12 people.
We're up 40 people on last year.
We're a hundred percent people driven.
We're an eight-person team.
We manage 3,000 employees for our clients.
We have 5,000 employees in our database.
We have four hundred employees using it.
We pay 300 employees late.
We founded a committee in 2019.
Our process was established in 2015.
The contract's been going since 2012.
I've been at it since 1991.
We've been on SAP since 1999.
We've been live since 2020.
We've been a customer since 1999.
We've been around the block since 1999, believe me.
We closed our books in May.
We closed a series of deals in May.
We closed Series B as a customer.
We did a round with them.
We won the Series B companies as customers.
We sell to Series B startups.
Our ideal customer is a Series B company.
We're basically a startup.
We acquired Holm Group.
We bought Kessler in 2020.
We took over Kessler Group.
We're owned by the process.
We're private, honestly, about that.
We're a public transport operator.
We're based in reality.
We're headquartered in chaos.
We're based all over.
Our head office is in trouble.
Our head office is in the building next door.
We're in Leeds on Tuesday.
We met in Oslo.
Revenue is not my department.
Our revenue is a secret.
Our revenue was 20 million when I started.
We'd do 80 million a year if we had the trucks.
We could do 80 million a year.
We should be doing 80 million a year.
We used to do 80 million a year.
We don't do 80 million a year.
Do we do 80 million a year?
Sysco does 80 billion a year.
""".splitlines()
ASKED = [
    ("How big is your team?", "We're about 40 people."),
    ("How many people are in your warehouse?", "About forty people."),
    ("How many pallets do you move?", "We do about two million a year."),
    ("Who came to the demo?", "About ten people."),
    ("So you're about 400 people?", "No."),
    ("How many people were on the call?", "About four hundred people."),
    ("Tell me about the site.", "About sixty people, two shifts."),
]
NOTED = [
    "GateGrid was on site last wk, 4 people", "Competitor has 400 people", "needs 30 licences, 200 users",
    "met 3 people from ops", "we are 35 people, offered discount", "we're based in Austin",
    "30 staff trained last year",
    "team of 12 people, all nights", "they hired 40 people", "400 people laid off in spring", "warehouse 40 ppl",
    "family co. was their last customer",
]  # fmt: skip
POSTED = [
    "You will manage a team of 40 people.", "Experience in a company of more than 200 people.",
    "We have 400 employees on assignment at our client.", "Our client is a family-owned company in Leeds.",
    "You have worked at a Series B company.", "We are looking for 30 people in Leeds.", "Join a team of 25 people.",
    "The warehouse was founded in 1998.", "We serve 2 million people a year.",
]  # fmt: skip


@pytest.mark.parametrize(("words", "field", "value"), TOLD)
def test_what_is_plainly_said_of_the_company_is_a_fact(words: str, field: str, value: str) -> None:
    assert (field, value) in said(words)


@pytest.mark.parametrize("words", NOTHING)
def test_a_team_a_site_another_company_an_if_and_the_past_are_no_facts(words: str) -> None:
    assert said(words) == []


@pytest.mark.parametrize(("question", "words"), ASKED)
def test_an_answer_about_something_else_is_no_fact(question: str, words: str) -> None:
    assert said(words, question) == []


@pytest.mark.parametrize("words", NOTED)
def test_a_note_of_what_happened_is_no_fact(words: str) -> None:
    assert find_facts(document((Side.UNKNOWN, words), kind=DocumentKind.CALL_NOTE)) == ()


@pytest.mark.parametrize("words", POSTED)
def test_what_a_posting_says_of_teams_and_clients_is_no_fact(words: str) -> None:
    assert find_facts(document((Side.UNKNOWN, words), kind=DocumentKind.JOB_POSTING)) == ()


def test_a_bare_number_answers_a_question_about_the_company() -> None:
    assert said("About four hundred people, two sites.", "How big is the company?") == [("employees", "400")]


def test_only_the_customers_own_people_tell() -> None:
    words = "We're about 420 people."
    assert find_facts(document((Side.OURS, words))) == ()
    assert find_facts(document((Side.CUSTOMER, words), company="Other Consulting")) == ()
    assert find_facts(document((Side.CUSTOMER, words), account="")) == ()
    assert len(find_facts(document((Side.CUSTOMER, words), company="Acme Foods Ltd"))) == 1


def test_a_posting_and_a_note_tell_in_their_own_way() -> None:
    posting = document(
        (Side.UNKNOWN, "Acme Foods is a family-owned cold storage company in Tacoma, Washington."),
        (Side.UNKNOWN, "Founded in 1978, we run two sites and employ around 280 team members."),
        kind=DocumentKind.JOB_POSTING,
    )
    assert [(f.field, f.value) for f in find_facts(posting)] == [
        ("ownership", "family-owned"), ("region", "Tacoma, Washington"), ("founded", "1978"), ("employees", "280"),
    ]  # fmt: skip
    note = document((Side.UNKNOWN, "food distr, Waco, ~410 ppl, family co"), kind=DocumentKind.CALL_NOTE)
    assert [(f.field, f.value, f.quote) for f in find_facts(note)] == [
        ("employees", "410", "410 ppl"), ("ownership", "family-owned", "family co"),
    ]  # fmt: skip


FILLING = st.sampled_from(
    ["Yeah, so, ", "Um, ", "We lost a truck. ", "It's cold 🚚. ", "Naïve, I know. ", "\u00a0", "We don't. ", "No. "]
)


@given(st.lists(st.tuples(FILLING, st.sampled_from([words for words, _, _ in TOLD])), min_size=1, max_size=6))
def test_every_fact_stands_in_the_document_where_it_says(parts: list[tuple[str, str]]) -> None:
    one = document((Side.OURS, "Go on."), (Side.CUSTOMER, " ".join(a + b for a, b in parts)))
    for fact in find_facts(one):
        assert fact.quote == one.text[fact.start : fact.end]
        assert fact.quote.strip() == fact.quote != ""
        turn = one.turn_at(fact.start)
        assert turn is not None
        assert turn.side == Side.CUSTOMER
        assert fact.end <= turn.end


# --------------------------------------------------------------------------------------------------------------- tools


@pytest.mark.parametrize(
    ("quote", "tools"),
    [
        ("We're on Manhattan still", ["Manhattan"]),
        ("We run SAP Business One", ["SAP Business One"]),
        ("Our warehouse system has run on an IBM AS/400 since 1994", ["AS/400"]),
        ("We saw Rampwise", []),
        ("We had Extensiv out", []),
        ("We looked at Extensiv in 2024", []),
        ("They're on Oracle", []),
        ("we're supposed to get moved over to the Oracle WMS next year", []),
        ("when SAP has a thing for it", []),
        ("Clay Hutchins (VP Distribution", []),
    ],
)
def test_a_tool_in_use_is_no_tool_that_was_seen_tried_or_is_anothers(quote: str, tools: list[str]) -> None:
    gazetteer = load_gazetteer().extended(["Rampwise"])
    finding = Finding(
        "d1", "call.txt", Kind.TOOL, "other", "a tool", quote, 0, len(quote), "Dana", "", Side.CUSTOMER, "Acme", SAID,
        Maker("offline", "m", "p", "c"),
    )  # fmt: skip
    found = find_tools_in_use([finding], gazetteer, {"d1": "interview"}, ["Clay Hutchins"])
    assert [f.value for f in found] == tools
    assert find_tools_in_use([replace(finding, status=Status.REJECTED)], gazetteer, {}) == ()


# ---------------------------------------------------------------------------------------------- run, ended, or unsaid

SPEECH, NOTE = "interview", "call_note"
USES = [
    ("Payroll is ADP Workforce Now", SPEECH, "ADP", ""),
    ("on ADP, shifts in When I Work", NOTE, "ADP;When I Work", ""),
    ("we're a NetSuite shop", SPEECH, "NetSuite", ""),
    ("They're a NetSuite shop", NOTE, "NetSuite", ""),
    ("Everything lives in Salesforce", SPEECH, "Salesforce", ""),
    ("everything's in HubSpot, deals, the sequences, everything", SPEECH, "HubSpot", ""),
    ("ADP for payroll, Deputy for scheduling", NOTE, "ADP;Deputy", ""),
    ("It's ADP for payroll and Deputy for scheduling", SPEECH, "ADP;Deputy", ""),
    ("We use Square and Gusto and that's enough for now", SPEECH, "Square;Gusto", ""),
    ("No, we don't use ADP anymore. We moved to Gusto in September", SPEECH, "Gusto", "ADP"),
    ("We moved off ADP two years ago", SPEECH, "", "ADP"),
    ("we used to run ADP, now it's Rippling", SPEECH, "", "ADP"),
    ("We got rid of Deputy last spring", SPEECH, "", "Deputy"),
    ("Before ADP we did it by hand", SPEECH, "", ""),
    ("We were on QuickBooks before we moved to NetSuite", SPEECH, "NetSuite", "QuickBooks"),
    ("We switched from ADP to Gusto", SPEECH, "Gusto", "ADP"),
    ("We're moving off ADP next year", SPEECH, "", ""),
    ("We haven't moved off ADP yet", SPEECH, "", ""),
    ("We want to get rid of ADP", SPEECH, "", ""),
    ("Is payroll still ADP?", SPEECH, "", ""),
    ("We looked at Deputy and at When I Work", SPEECH, "", ""),
    ("competitor in the deal: UKG", NOTE, "", ""),
    ("ADP run since they started", NOTE, "ADP", ""),
    ("Her nephew looked at Connecteam, free tier", NOTE, "", ""),
    ("crm: Salesforce, erp = NetSuite", NOTE, "Salesforce;NetSuite", ""),
    ("Stack: HubSpot, Slack, NetSuite", NOTE, "HubSpot;Slack;NetSuite", ""),
    ("If that happens again we'd look at UKG", SPEECH, "", ""),
    ("Kevin had to check the ADP integration", SPEECH, "", ""),
    ("our payroll runs on Paychex", SPEECH, "Paychex", ""),
    ("they're using Gusto; HRIS is BambooHR", NOTE, "Gusto;BambooHR", ""),
    ("no ADP", NOTE, "", "ADP"),
    ("ADP is gone since May", NOTE, "", "ADP"),
    ("We replaced Deputy with When I Work", SPEECH, "When I Work", "Deputy"),
    ("We've been on ADP since 2019", SPEECH, "ADP", ""),
    ("We never used Deputy", SPEECH, "", "Deputy"),
    ("We went with Rippling instead of ADP", SPEECH, "", "ADP"),
    ("the schedules are still in Deputy", SPEECH, "Deputy", ""),
    ("Uses QuickBooks Online and Gusto", NOTE, "QuickBooks;Gusto", ""),
    ("running Dynamics NAV", NOTE, "Microsoft Dynamics NAV", ""),
    ("Our sister company runs NetSuite", SPEECH, "", ""),
    ("My last company used Workday", SPEECH, "", ""),
    ("We don't only use ADP, we also use Gusto", SPEECH, "Gusto", ""),
    ("previously Paychex, now on ADP", NOTE, "ADP", "Paychex"),
    ("Payroll used to be ADP", SPEECH, "", "ADP"),
    ("Payroll was ADP until January", SPEECH, "", "ADP"),
    ("We will move to Workday", SPEECH, "", ""),
    ("They will replace ADP with Workday", NOTE, "", ""),
    ("ADP, not anymore", NOTE, "", "ADP"),
    ("We stopped using Homebase in March", SPEECH, "", "Homebase"),
    ("ADP does our payroll", SPEECH, "ADP", ""),
    ("We use ADP until our contract ends", SPEECH, "ADP", ""),
    ("we run payroll in Paychex and the schedule in Deputy", SPEECH, "Paychex;Deputy", ""),
    ("payroll's Gusto for the company stores", SPEECH, "Gusto", ""),
    ("So payroll is still on Paychex Flex", SPEECH, "Paychex", ""),
    ("I think ADP is great", SPEECH, "", ""),
    ("you use ADP, right", SPEECH, "", ""),
    ("Scheduling is honestly a giant Excel spreadsheet", SPEECH, "Microsoft Excel", ""),
    ("Maps are in Esri, and we have a boy that does nothing but maps", SPEECH, "Esri ArcGIS", ""),
    ("The tills are all on Lightspeed", SPEECH, "Lightspeed", ""),
    ("It was Gusto for payroll back then", SPEECH, "", "Gusto"),
    ("We looked at Deputy for shifts, Homebase for payroll", SPEECH, "", ""),
    ("There's a Slack group of operations people", SPEECH, "", ""),
    ("The complaints come from Zendesk, as they did then", SPEECH, "Zendesk", ""),
    ("Why haven't we got Coupa?", SPEECH, "", ""),
    ("I nearly got rid of Deputy last year", SPEECH, "", ""),
    ("Stop me if you know it, but we're off Kronos since May", SPEECH, "", "Kronos"),
]


@pytest.mark.parametrize(("words", "kind", "run", "ended"), USES)
def test_words_tell_whether_a_product_is_run_or_no_longer_is(words: str, kind: str, run: str, ended: str) -> None:
    mentions = tuple(load_gazetteer().find(words))
    told = {m.product.name: read_use(words, m, mentions, kind) for m in mentions}
    assert {name for name, use in told.items() if use is Use.RUN} == {*filter(None, run.split(";"))}
    assert {name for name, use in told.items() if use is Use.ENDED} == {*filter(None, ended.split(";"))}


def test_what_is_no_longer_run_is_no_span_and_what_plainly_is_needs_less_belief() -> None:
    lines = ("We moved off ADP.", "We moved to Gusto in September.", "They showed us Deputy.", "A call about Deputy.")
    turn = Turn(0, "Dana", Side.CUSTOMER, 0, 200)
    units = [Unit(turn, 0, len(line), line, "", "", "") for line in lines]
    found = find_tool_spans(units, np.array([0.9, 0.3, 0.3, 0.6]), load_gazetteer(), 0.475)
    assert [(s.product.name, s.confidence) for s in found] == [("Gusto", 0.475), ("Deputy", 0.6)]


@given(st.lists(st.sampled_from(["we use", "ADP", "and", "no", "Gusto", "moved off", ",", "the", "payroll is", ". "])))
def test_no_words_make_a_product_run_and_ended_at_once_or_raise(parts: list[str]) -> None:
    words = " ".join(parts)
    mentions = tuple(load_gazetteer().find(words))
    assert all(read_use(words, m, mentions) in Use for m in mentions)


# ------------------------------------------------------------------------------------------------------------ settling


def fact(
    value: str, source: str = "interview", day: date | None = SAID, field: str = "employees", **more: Any
) -> AccountFact:
    where = more.pop("where", {"table": "accounts.csv", "person": "Ida"}.get(source, "call.txt"))
    return AccountFact("Acme", field, value, source, where, day, **more)


def settled(*facts: AccountFact, alike: Any = None) -> Settled:
    (one,) = settle(Account("Acme"), facts, alike)
    return one


def test_the_newest_word_stands_and_the_other_is_shown_against_it() -> None:
    one = settled(fact("350", "table", None), fact("420"))
    assert one.sentence == "employees 420 (interview 2026-04-14) against 350 (accounts.csv)"
    newer = settled(fact("350", "table", date(2026, 5, 1)), fact("420"))
    assert newer.sentence == "employees 350 (accounts.csv 2026-05-01) against 420 (interview 2026-04-14)"
    assert [f.value for f in newer.facts] == ["350", "420"]


def test_a_persons_word_stands_before_anything_newer() -> None:
    one = settled(fact("400", "person", date(2025, 1, 1)), fact("420"), fact("700", "table", date(2026, 8, 1)))
    assert (one.value, [f.value for f in one.against]) == ("400", ["700"])


def test_what_has_no_day_comes_last() -> None:
    assert settled(fact("420", day=None), fact("350", "table", date(2019, 1, 1))).value == "350"


@pytest.mark.parametrize(
    ("field", "one", "other", "differ"),
    [
        ("employees", "420", "410", False), ("employees", "100", "85", False), ("employees", "100", "84", True),
        ("industry", "Food Distribution", "food-distribution", False), ("industry", "Food", "Steel", True),
        ("founded", "1987", "1988", True), ("stage", "Series B", "series b", False),
        ("stage", "Series B", "Seed", True),
        ("ownership", "Privately Held", "family-owned", False), ("ownership", "publicly traded", "family-owned", True),
        ("ownership", "Public Company", "Privately Held", True), ("region", "Washington", "Tacoma", False),
    ],
)  # fmt: skip
def test_a_conflict_is_a_difference_of_substance(field: str, one: str, other: str, differ: bool) -> None:
    found = settled(fact(one, "table", TABLE_DAY, field), fact(other, field=field))
    assert bool(found.against) == differ


def test_one_round_is_no_conflict_with_the_total() -> None:
    one = settled(fact("50000000", "table", TABLE_DAY, "funding"), fact("12000000", field="funding"))
    assert (one.value, one.against) == ("50000000", ())
    assert settled(fact("5000000", "table", TABLE_DAY, "funding"), fact("12000000", field="funding")).against


def test_tools_add_up_until_a_person_lists_them() -> None:
    table, heard = fact("SAP; Excel", "table", TABLE_DAY, "tools"), fact("excel", field="tools")
    other = fact("Samsara", field="tools")
    assert settled(other, heard, table).value == "SAP; Excel; Samsara"
    assert settled(fact("SAP Business One", field="tools"), table).value == "SAP; Excel"
    assert settled(other, heard, table, fact("Oracle", "person", SAID, "tools")).value == "Oracle"


VALUES = st.sampled_from(["100", "110", "200", "420"])
FACTS = st.lists(
    st.builds(
        lambda value, source, day, moment: fact(value, source, day, told_at=moment),
        VALUES,
        st.sampled_from(["table", "person", "interview", "job_posting"]),
        st.sampled_from([None, TABLE_DAY, SAID]),
        st.sampled_from(["", "2026-04-14T10:00:00", "2026-04-14T11:00:00"]),
    ),
    min_size=1,
    max_size=6,
)


@given(FACTS, st.randoms())
def test_the_order_in_which_sources_come_changes_nothing(facts: list[AccountFact], random: Any) -> None:
    shuffled = [*facts]
    random.shuffle(shuffled)
    assert settled(*facts) == settled(*shuffled)


@given(FACTS)
def test_every_source_is_kept_and_a_person_decides(facts: Sequence[AccountFact]) -> None:
    one = settled(*facts)
    assert sorted(map(repr, one.facts)) == sorted(map(repr, facts))
    assert one.fact.source == "person" or all(f.source != "person" for f in facts)


def test_what_stands_becomes_the_account() -> None:
    told = [
        fact("420"), fact("1.2e6", field="revenue"), fact("1987", field="founded"), fact("SAP; Excel", field="tools"),
        fact("Series B", field="stage"),
    ]  # fmt: skip
    made = apply(Account("Acme", country="Norway"), settle(Account("Acme", country="Norway"), told))
    assert made == Account(
        "Acme",
        country="Norway",
        employees=420,
        revenue=1_200_000.0,
        founded=1987,
        tools=("SAP", "Excel"),
        stage="Series B",
    )


# ----------------------------------------------------------------------------------------------------------- in a study

CALL = """Pia Lindgren (Dockhand): Tell me about the company.
Dana Ortiz (Acme Foods): We're about 420 people. We're family-owned.
Pia Lindgren (Dockhand): And the dock?
Dana Ortiz (Acme Foods): It takes us four hours to unload a truck.
"""
TABLE = b"Company,Number of Employees,Industry\nAcme Foods,350,Food\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    study = Study.create(tmp_path / "study", Settings(author="Ida"))
    study.import_accounts(read_accounts(TABLE, "accounts.csv"))
    study.add_bytes(
        CALL.encode(), "acme.txt", ReadOptions(account="Acme Foods", said_on=SAID, sides={"Dana": Side.CUSTOMER})
    )
    study.refresh_facts(study.store.counted_documents())
    study.close()
    return tmp_path / "study"


@pytest.fixture
def study(folder: Path) -> Any:
    opened = Study(folder, Settings(author="Ida"))
    yield opened
    opened.close()


def of(study: Study, field: str) -> Settled:
    return next(one for one in study.account_facts("Acme Foods") if one.field == field)


def test_a_document_never_changes_what_the_table_said(study: Study) -> None:
    assert [a.employees for a in study.store.accounts()] == [350]
    assert [f.value for f in of(study, "employees").against] == ["420"]
    (account,) = study.accounts()
    assert (account.employees, account.ownership, account.industry) == (350, "family-owned", "Food")
    assert account in [r.account for r in study.account_readings()]


def test_a_persons_word_outlives_a_second_import_and_can_be_taken_back(study: Study) -> None:
    study.set_fact("acme", "employees", "1,200", "said on the phone")
    study.import_accounts(read_accounts(TABLE.replace(b"350", b"360"), "accounts.csv"))
    assert [a.employees for a in study.accounts()] == [1200]
    word = of(study, "employees").fact
    assert (word.where, word.reason, word.source) == ("Ida", "said on the phone", "person")
    study.unset_fact("Acme Foods", "employees")
    assert [a.employees for a in study.accounts()] == [360]


def test_the_same_table_again_is_no_new_evidence(study: Study) -> None:
    before = of(study, "employees")
    study.import_accounts(read_accounts(TABLE, "again.csv"))
    assert of(study, "employees").fact.told_at == before.fact.told_at
    assert len(of(study, "employees").facts) == len(before.facts) + 1


def test_a_table_without_a_column_leaves_what_another_said(study: Study) -> None:
    study.import_accounts(read_accounts(b"Company,Country\nAcme Foods,Norway\n", "crm.csv"))
    (account,) = study.accounts()
    assert (account.employees, account.country) == (350, "Norway")


def test_documents_before_or_after_the_table_make_the_same_account(tmp_path: Path, study: Study) -> None:
    other = Study.create(tmp_path / "other", Settings())
    other.add_bytes(
        CALL.encode(), "acme.txt", ReadOptions(account="Acme Foods", said_on=SAID, sides={"Dana": Side.CUSTOMER})
    )
    other.refresh_facts(other.store.counted_documents())
    assert [r.account.employees for r in other.account_readings()] == [420]
    other.import_accounts(read_accounts(TABLE, "accounts.csv"))
    assert other.accounts() == study.accounts()
    other.close()


def test_a_document_is_read_again_only_when_it_changed(study: Study) -> None:
    assert study.refresh_facts(study.store.counted_documents()) == 0
    study.set_side(study.store.document_heads()[0]["id"], "Dana Ortiz", Side.OURS)
    assert study.store.document_facts() == ()
    assert study.refresh_facts(study.store.counted_documents()) == 1


def test_every_stored_fact_stands_in_its_document(study: Study) -> None:
    facts = study.store.document_facts()
    assert {f.field for f in facts} == {"employees", "ownership"}
    for one in facts:
        assert study.stored_document(one.document_id).text[one.start : one.end] == one.quote


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("size", "420", "There is no field 'size'. Fields are industry, sub_industry"),
        ("employees", "many", "employees is a number, such as 420 or 1.2M, not 'many'"),
        ("founded", "87", "founded is a year"),
        ("industry", "  ", "must say something"),
    ],
)
def test_what_cannot_be_set_is_told_in_a_sentence(study: Study, field: str, value: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence[:40].replace("(", ".")):
        study.set_fact("Acme Foods", field, value, "because")
    assert study.store.word_facts() == ()


def test_the_commands_show_set_and_take_back(folder: Path) -> None:
    def icp(*words: str) -> str:
        ran = CliRunner().invoke(app, ["--study", str(folder), *words])
        assert ran.exit_code == 0, ran.output
        return ran.output

    day = date.today().isoformat()
    assert f"employees 350 (accounts.csv {day}) against 420 (interview 2026-04-14)" in icp("accounts", "show", "acme")
    assert "employees is 500" in icp("accounts", "set", "acme", "employees", "500", "--reason", "asked them")
    rows = json.loads(icp("accounts", "show", "acme", "--format", "json"))
    (row,) = [r for r in rows if r["field"] == "employees"]
    assert (row["value"], {f["value"] for f in row["against"]}) == ("500", {"350", "420"})
    quoted = next(f for f in row["facts"] if f["source"] == "interview")
    assert quoted["quote"] == "We're about 420 people"
    facts = json.loads(icp("account", "acme", "--format", "json"))["facts"]
    assert next(f["conflict"] for f in facts if f["field"] == "employees").startswith("employees 500 (by hand")
    assert f"Now employees 350 (accounts.csv {day}) against 420" in icp("accounts", "unset", "acme", "employees")


# -------------------------------------------------------------------------------------------------------- from tables


def test_a_column_that_became_a_field_stays_in_lift_and_in_rules() -> None:
    table = read_accounts(
        b"Company,Company Type,Last Funding Type,Founded Year,Total Funding,State/Region,Sub Industry,Industry,"
        b"Business Model\nAcme,Privately Held,Series B,2011,$12M,Ohio,Frozen food,Food,B2B\n",
        "t.csv",
    )
    (account,) = table.accounts
    assert account == Account(
        "Acme", industry="Food", sub_industry="Frozen food", region="Ohio", stage="Series B", funding=12e6,
        founded=2011,
        business_model="B2B", ownership="Privately Held",
    )  # fmt: skip
    names = {column.name for column in columns_of([account])}
    assert names == {
        "industry", "sub-industry", "region", "funding stage", "funding", "founded", "business model", "ownership",
    }  # fmt: skip
    assert [find_cell(account, c) for c in ("Company Type", "last funding type", "ownership", "State/Region")] == [
        "Privately Held", "Series B", "Privately Held", "Ohio",
    ]  # fmt: skip


def test_a_company_type_that_is_customer_or_partner_is_no_ownership() -> None:
    (account,) = read_accounts(b"Company,Company Type\nA,Prospect\nB,Customer\nC,Partner\n", "t.csv").accounts[:1]
    assert (account.ownership, account.attributes) == ("", {"Company Type": "Prospect"})


def test_every_field_can_be_told_by_an_account() -> None:
    assert set(FIELDS) < set(Account.__dataclass_fields__)
