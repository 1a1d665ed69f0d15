"""The seller's brief: one screen, ranked, every quote somebody's words, the questions from what is not known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.extraction.codebook import load_codebook
from analyzer.icp.brief import brief_json, rank_pains, render_brief, say_fit
from analyzer.icp.questions import next_questions
from analyzer.icp.screen import SCREEN, WIDTH, Part, fill_screen, height_of
from analyzer.icp.standing import Marked, Standing, find_disagreements, standings_of
from analyzer.pipeline import add_usual_buyers, read_account
from analyzer.records import (
    Account,
    AccountReading,
    Contact,
    Deal,
    Document,
    DocumentKind,
    Event,
    Finding,
    Kind,
    Maker,
    Outcome,
    Participant,
    Side,
)
from analyzer.scoring.rules import Geography, Industry, Size, Tech
from analyzer.scoring.scorecard import Scorecard
from analyzer.study import Study
from analyzer.synthesis.people import Roster
from analyzer.synthesis.signals import NOTHING, Beside

MAKER = Maker("offline", "m", "", "1")
TODAY = date(2026, 5, 1)
ACME = Account("Acme", industry="Food", employees=200)
CODEBOOK = load_codebook()
CARD = Scorecard(industry=Industry(fitting=("Food",)), size=Size(low=100, high=500))


def say(
    kind: Kind,
    code: str,
    quote: str,
    start: int,
    person: str = "",
    speaker: str = "Dana Ortiz",
    intensity: int | None = None,
    event_on: date | None = None,
) -> Finding:
    return Finding(
        "d1", "call.txt", kind, code, quote, quote, start, start + len(quote), speaker, "", Side.CUSTOMER, "Acme",
        date(2026, 4, 1), MAKER, 0.8, intensity=intensity, person=person, event_on=event_on, event_precision="day",
    )  # fmt: skip


FULL = (
    say(Kind.TRIGGER, "incident", "we lost the grocer on the third", 0, event_on=date(2026, 4, 3)),
    say(Kind.PAIN, "manual_work", "somebody types it all in twice", 100, intensity=2),
    say(Kind.PAIN, "cost", "it cost us eleven thousand dollars", 200, intensity=4),
    say(Kind.PAIN, "cost", "and again in May", 300, intensity=3),
    say(Kind.PAIN, "visibility", "nobody knows what is in the yard", 400, speaker="Raj", intensity=1),
    say(Kind.ROLE, "economic_buyer", "Priya signs above ten thousand", 500, "Priya"),
    say(Kind.ROLE, "champion", "I pushed for it in every meeting", 600, "Dana Ortiz"),
    say(Kind.ROLE, "user", "Bo never saw the point", 700, "Bo"),
    say(Kind.OBJECTION, "price", "that is a lot for our size", 800, speaker="Raj"),
    say(Kind.CRITERION, "speed", "it has to be live by November", 900),
    say(Kind.ALTERNATIVE, "manual", "today it is a whiteboard", 1000),
)
PEOPLE = (Participant("Dana Ortiz", "VP Ops", side=Side.CUSTOMER), Participant("Raj", side=Side.CUSTOMER))
CALL = Document("call.txt", "1" * 64, DocumentKind.INTERVIEW, "", (), PEOPLE, account="Acme")
CONTACTS = Roster((Contact("Acme", "Priya Nair", "CFO"), Contact("Acme", "Kim Bell", "CISO")))


def read(
    findings: Sequence[Finding] = FULL,
    account: Account = ACME,
    beside: Beside = NOTHING,
) -> AccountReading:
    return read_account(account, [CALL], findings, CARD, CODEBOOK, TODAY, None, beside, CONTACTS)


def height(page: str) -> int:
    return sum(map(height_of, page.splitlines()))


def parts(page: str) -> dict[str, list[str]]:
    """The lines under each heading."""
    found: dict[str, list[str]] = {"": []}
    for line in page.splitlines():
        if line.startswith("## "):
            found[line[3:]] = []
        elif line:
            found[list(found)[-1]].append(line)
    return found


def test_the_brief_answers_in_the_order_a_seller_asks() -> None:
    assert [heading.partition(" (+")[0] for heading in parts(render_brief(read(), "Dock", TODAY))] == [
        "",
        "Why now",
        "Fit: 65 of 65 known points (35 not known)",
        "Whom to call",
        "What to say about Dock, in their words",
        "Careful",
        "What to ask next",
    ]


def test_champions_come_first_then_those_who_decide_and_the_presumed_stand_apart() -> None:
    lines = parts(render_brief(read(), "", TODAY))["Whom to call"]
    assert lines[0] == (
        "- **Dana Ortiz, VP Ops** · champion · for (pushes for it) · medium influence (pushes it inside): "
        f"“I pushed for it in every meeting” [{FULL[6].id}]"
    )
    assert lines[1].startswith("- **Priya Nair, CFO** · economic buyer · stance unknown · high influence (signs")
    assert lines[2] == "- Presumed by title alone: Kim Bell, CISO (technical buyer)"
    assert lines[3] == "- Spoke, with no part told: Raj"
    assert lines[4].startswith("- **Bo** · user · against (sees no point) · low influence")


def test_the_worst_pain_of_each_person_comes_before_a_second_one_of_anybody() -> None:
    assert [(f.speaker, f.intensity) for f in rank_pains(read())] == [
        ("Dana Ortiz", 4), ("Raj", 1), ("Dana Ortiz", 3), ("Dana Ortiz", 2),
    ]  # fmt: skip


def test_what_speaks_against_is_told_apart() -> None:
    laid_off = Event(
        "Acme", "", date(2026, 4, 20), "day", "layoffs", "hiring", "12 % of staff", "layoffs", table="e.csv"
    )
    page = parts(render_brief(read(beside=Beside(events=(laid_off,))), "", TODAY))
    assert not any("layoffs" in line for line in page["Why now"])
    assert [line[: line.index(":")] for line in page["Careful"]] == [
        "- layoffs", "- Bo is against it (sees no point)", "- objection, price",
    ]  # fmt: skip


def test_an_unknown_attribute_is_shown_as_a_range_and_asked_for() -> None:
    page = render_brief(read(account=Account("Acme", industry="Food")), "", TODAY)
    assert "- size 0-20 of 20: " in page
    asked = {q.because: q.ask for q in next_questions(read(account=Account("Acme", industry="Food")))}
    assert asked["size unknown"] == "How many people work there, and at how many sites?"
    assert "size unknown" not in {q.because for q in next_questions(read())}


@pytest.mark.parametrize(
    ("account", "asked"),
    [
        (Account("Acme", industry="Food", employees=915, tools=("Excel",), country="Spain"), set()),
        (Account("Acme"), {"industry unknown", "size unknown", "tech stack unknown", "geography unknown"}),
        (Account("Acme", industry="Food", employees=915, tools=("Excel",), country="EMEA"), {"geography unknown"}),
    ],
)
@pytest.mark.parametrize("is_open", [True, False])
def test_what_the_account_is_known_for_is_not_asked_where_the_scorecard_is_open(
    account: Account, asked: set[str], is_open: bool
) -> None:
    card = Scorecard() if is_open else CARD.model_copy(
        update={"tech": Tech(required=("SAP",)), "geography": Geography(supported=("Germany",))}
    )  # fmt: skip
    reading = read_account(account, [CALL], FULL, card, CODEBOOK, TODAY, None, NOTHING, CONTACTS)
    names = {"industry unknown", "size unknown", "tech stack unknown", "geography unknown"}
    assert {q.because for q in next_questions(reading)} & names == asked
    fit = next(lines for heading, lines in parts(render_brief(reading, "", TODAY)).items() if heading.startswith("Fit"))
    assert any("The scorecard names no" in line for line in fit) is (is_open and bool(account.industry))


def test_the_headline_says_of_how_many_known_points_the_score_is() -> None:
    heard = read_account(Account("Acme"), [CALL], FULL[:1], CARD, CODEBOOK, TODAY, None, NOTHING, CONTACTS)
    page = render_brief(heard, "", TODAY)
    assert "## Fit: 20 of 20 known points (80 not known)" in page
    assert "score 100 (20-100)" in page
    unheard = read_account(Account("Acme"), [], (), CARD, CODEBOOK, TODAY, None, NOTHING, CONTACTS)
    assert "score unknown (0-100)" in render_brief(unheard, "", TODAY)
    assert say_fit(unheard.score) == "none of 100 points known"
    assert brief_json(unheard)["score"]["score"] == 50.0


def test_the_questions_come_from_what_is_not_known_of_this_account() -> None:
    assert [q.because for q in next_questions(read()) if "unknown" not in q.because] == [
        "no technical buyer heard; presumed: Kim Bell, CISO",
        "no procurement or legal heard",
        "decides, and no stance was heard",
    ]
    nothing = {q.because for q in next_questions(read(()))}
    assert {"no trigger heard", "no pain heard", "no criterion heard", "no alternative heard"} <= nothing
    assert any(because.startswith("no champion heard") for because in nothing)


def test_a_trigger_without_a_day_of_its_own_is_asked_for() -> None:
    undated = say(Kind.TRIGGER, "new_site", "we are getting another site", 0)
    (question,) = [q for q in next_questions(read((undated,))) if "date" in q.because]
    assert "new site" in question.ask


def test_every_question_is_open_and_none_pitches() -> None:
    asked = [q.ask for r in (read(), read(()), read((), Account("Acme"))) for q in next_questions(r)]
    assert asked
    for ask in asked:
        assert ask.endswith(("?", "."))
        assert not re.match(r"(?:do|does|did|is|are|was|were|can|could|would|will|have|has)\b", ask, re.I)


def test_who_it_was_in_won_deals_stands_in_the_question() -> None:
    won = [
        replace(
            read((FULL[5],)), account=Account(f"W{i}"), committee=replace(read((FULL[5],)).committee, account=f"W{i}")
        )
        for i in range(3)
    ]
    *_, missing = add_usual_buyers([*won, read(())], ["W0", "W1", "W2"])
    question = next(q for q in next_questions(missing) if "economic buyer" in q.because)
    assert (
        question.because == "no economic buyer heard; presumed: Priya Nair, CFO; in won deals it was the CFO in 3 of 3"
    )


def test_the_json_has_all_of_it_and_marks_what_is_presumed() -> None:
    content = brief_json(read())
    members = {m["person"]: m for m in content["committee"]["members"]}
    assert set(members) == {"Dana Ortiz", "Priya Nair", "Bo"}
    assert members["Bo"]["stance"] == {
        "value": "against", "mixed": False, "because": "sees no point",
        "quotes": [{"finding": FULL[7].id, "quote": FULL[7].quote}],
    }  # fmt: skip
    assert members["Priya Nair"]["parts"] == [
        {"role": "economic_buyer", "presumed": False, "because": "", "findings": [FULL[5].id]}
    ]
    assert [(m["person"], m["presumed"], m["roles"]) for m in content["committee"]["others"]] == [
        ("Kim Bell", True, []),
        ("Raj", False, []),
    ]
    assert len(content["words"]) == 4
    assert content["committee"]["missing"][0]["presumed"] == ["Kim Bell, CISO"]


def test_words_of_people_are_no_markup() -> None:
    evil = say(Kind.ROLE, "champion", "**Click** [here](http://x) <b>now</b>", 0, "Eve [x](http://y)")
    page = render_brief(read((evil,)), "", TODAY)
    assert not re.search(r"(?<!\\)\]\(", page)
    assert "<b>" not in page


# ------------------------------------------------------------------------------------------------ what it is to us


def deal(
    outcome: Outcome,
    closed: date | None = None,
    amount: float | None = None,
    opened: date | None = None,
    stage: str = "",
) -> Deal:
    return Deal("Acme", outcome, amount, opened, closed, stage)


def standing_of(*deals: Deal, as_of: date | None = None, **marked: tuple[Outcome, date | None]) -> Standing:
    heads = [
        {"name": f"{name}.md", "account": "Acme", "outcome": outcome.value, "said_on": said_on, "copy_of": None}
        for name, (outcome, said_on) in marked.items()
    ]
    return standings_of(deals, heads, as_of).get("Acme", Standing())


MARCH, MAY, JUNE = date(2025, 3, 1), date(2025, 5, 12), date(2026, 6, 3)
WON, LOST, OPEN, CHURNED = Outcome.WON, Outcome.LOST, Outcome.OPEN, Outcome.CHURNED


@pytest.mark.parametrize(
    ("deals", "sentence", "short"),
    [
        ([deal(WON, JUNE, 32_000)], "Customer since 2026-06-03 (32,000)", "customer since 2026-06-03, 32,000"),
        ([deal(WON)], "Customer", "customer"),
        (
            [deal(WON, JUNE, 32_000), deal(WON, MARCH, 12_000)],
            "Customer since 2025-03-01 (2 deals won, 44,000, the last on 2026-06-03)",
            "customer since 2025-03-01, 44,000",
        ),
        (
            [deal(LOST, JUNE, 9_000), deal(WON, MARCH, 12_000), deal(OPEN, opened=MAY)],
            "Customer since 2025-03-01 (12,000); 1 deal open since 2025-05-12; 1 deal lost, the last on 2026-06-03",
            "customer since 2025-03-01, 12,000",
        ),
        (
            [deal(LOST, MARCH, 7_000), deal(LOST, MAY, 18_000)],
            "Lost on 2025-05-12 (18,000); 1 deal lost before, the last on 2025-03-01",
            "lost on 2025-05-12, 18,000",
        ),
        (
            [deal(LOST, MARCH), deal(OPEN, opened=MAY, amount=20_000, stage="Proposal")],
            "Open deal since 2025-05-12 (20,000, Proposal); 1 deal lost, the last on 2025-03-01",
            "open since 2025-05-12, 20,000",
        ),
        (
            [deal(WON, MARCH, 5_000), deal(CHURNED, MAY, 6_000)],
            "Churned: was a customer, deal closed 2025-05-12 (6,000)",
            "churned, deal closed 2025-05-12, 6,000",
        ),
        ([deal(WON, MARCH), deal(CHURNED)], "Churned: was a customer", "churned"),
        (
            [deal(CHURNED, MARCH, 6_000), deal(WON, JUNE, 8_000)],
            "Customer since 2026-06-03 (8,000)",
            "customer since 2026-06-03, 8,000",
        ),
        ([], "No deal is known", "no deal"),
    ],
)
def test_what_an_account_is_to_us_follows_from_its_deals(deals: list[Deal], sentence: str, short: str) -> None:
    standing = standing_of(*deals)
    assert (standing.sentence, standing.short) == (sentence, short)
    assert f"\n\n{sentence}.\n\n## Why now" in render_brief(read(), "", TODAY, standing=standing)
    assert standing_of(*reversed(deals)).sentence == sentence


def test_what_was_closed_opened_or_said_after_the_day_was_not_known_on_it() -> None:
    late = deal(WON, JUNE, 32_000, opened=MAY, stage="Closed Won")
    assert standing_of(late, as_of=JUNE).state == "customer"
    assert standing_of(late, as_of=date(2026, 6, 2)).sentence == "Open deal since 2025-05-12"
    assert standing_of(late, as_of=MARCH) == Standing()
    assert standing_of(deal(WON, JUNE), as_of=MAY) == Standing()
    assert standing_of(as_of=MAY, visit=(LOST, JUNE)) == Standing()


def test_a_document_that_says_otherwise_than_the_deals_is_named() -> None:
    won = deal(WON, MARCH, 12_000)
    standing = standing_of(won, debrief=(LOST, MAY), kickoff=(WON, MAY))
    assert standing.disagreements == ("debrief.md is marked lost, its deal says won",)
    page = parts(render_brief(read(), "", TODAY, standing=standing))
    assert "- sources disagree: debrief.md is marked lost, its deal says won." in page["Careful"]
    assert brief_json(read(), standing)["standing"]["disagreements"] == list(standing.disagreements)
    told = standing_of(visit=(WON, MAY))
    assert (told.sentence, told.short) == ("No deal is known; visit.md is marked won", "no deal, documents marked won")
    assert told.disagreements == ()


@pytest.mark.parametrize(
    ("deals", "marked", "differs"),
    [
        ([deal(WON, MARCH), deal(LOST, MAY)], Marked("a", LOST), False),
        ([deal(CHURNED, MARCH)], Marked("a", WON), False),
        ([deal(CHURNED, MARCH)], Marked("a", LOST), False),
        ([deal(WON, MARCH)], Marked("a", CHURNED), True),
        ([deal(LOST, MARCH)], Marked("a", WON), True),
        ([deal(WON, MAY)], Marked("a", OPEN, MARCH), False),
        ([deal(WON, MARCH)], Marked("a", OPEN, MAY), True),
        ([deal(WON, MARCH)], Marked("a", OPEN), False),
        ([deal(WON, MARCH), deal(OPEN, MARCH)], Marked("a", OPEN, MAY), False),
        ([], Marked("a", LOST), False),
    ],
)
def test_documents_and_deals_disagree_only_where_both_cannot_be_true(
    deals: list[Deal], marked: Marked, differs: bool
) -> None:
    assert bool(find_disagreements(deals, [marked])) is differs


# ----------------------------------------------------------------------------------------------------------- one screen


WORDS = st.text(st.sampled_from("abc de fg. "), min_size=3, max_size=260).filter(str.strip)
MANY = st.lists(
    st.builds(
        say,
        st.sampled_from([Kind.PAIN, Kind.OBJECTION, Kind.ROLE, Kind.TRIGGER]),
        st.sampled_from(["economic_buyer", "champion", "user", "price"]),
        WORDS,
        st.integers(0, 500).map(lambda n: n * 300),
        st.sampled_from(["Priya", "Bo", "Raj", "", "legal"]),
        st.sampled_from(["Raj", "Dana Ortiz"]),
        st.sampled_from([1, 2, 3, 4]),
    ),
    max_size=40,
    unique_by=lambda f: f.id,
)


@settings(max_examples=60, deadline=None)
@given(MANY)
def test_the_brief_fits_a_screen_and_every_quote_is_a_whole_finding(findings: list[Finding]) -> None:
    from analyzer.printing import plain_markdown

    triggers = [
        replace(f, category="incident", event_on=TODAY - timedelta(9)) for f in findings if f.kind == Kind.TRIGGER
    ]
    some = [*(f for f in findings if f.kind != Kind.TRIGGER), *triggers]
    page = render_brief(read(some), "Dock", TODAY)
    assert height(page) <= SCREEN
    whole = {f"“{plain_markdown(f.quote)}”" for f in some}
    assert set(re.findall(r"“[^”]*”", page)) <= whole


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(1, 3 * WIDTH), max_size=8), max_size=6), st.integers(10, 60))
def test_a_screen_is_filled_in_order_and_says_what_is_left_out(widths: list[list[int]], room: int) -> None:
    given_parts = [Part(f"P{i}", ["x" * width for width in some]) for i, some in enumerate(widths)]
    page = fill_screen(given_parts, room)
    at_least = sum(2 + (height_of(part.lines[0]) if part.lines else 0) for part in given_parts)
    assert sum(map(height_of, page)) <= max(room, at_least)
    text = "\n".join(page)
    for part in given_parts:
        heading = next(line for line in page if re.match(rf"## {part.heading}\b", line))
        begin = page.index(heading) + 1
        shown = page[begin : next((i for i in range(begin, len(page)) if not page[i]), len(page))]
        assert shown == part.lines[: len(shown)]
        left_out = len(part.lines) - len(shown)
        assert heading == f"## {part.heading}" + (f" (+{left_out} more)" if left_out else "")
    assert text.count("## ") == len(given_parts)


@pytest.mark.parametrize("day", [date(2025, 9, 10), date(2026, 6, 5)])
def test_the_fullest_account_of_the_demo_fits_a_screen(demo_study: Study, day: date) -> None:
    reading = demo_study.account_reading("Tarrant Provisions", day)
    standing = standings_of(demo_study.store.deals(), demo_study.document_heads(), day)[reading.account.name]
    page = render_brief(reading, "Dockhand", day, standing=standing)
    assert height(page) <= SCREEN
    # The interview that tells who signs, and by whom it is presumed, was in 2026.
    is_told = day.year > 2025
    assert ("**Marlene Oakes, CFO** · economic buyer" in page) is is_told
    presumed = "Presumed by title alone: Clay Hutchins, VP Distribution (economic buyer, champion)"
    assert (presumed in page) is is_told
    assert not any("Google" in m.label for r in demo_study.account_readings(day) for m in r.committee.members)
