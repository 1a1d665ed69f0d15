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
from analyzer.icp.brief import brief_json, rank_pains, render_brief
from analyzer.icp.questions import next_questions
from analyzer.icp.screen import SCREEN, WIDTH, Part, fill_screen, height_of
from analyzer.pipeline import add_usual_buyers, read_account
from analyzer.records import (
    Account,
    AccountReading,
    Contact,
    Document,
    DocumentKind,
    Event,
    Finding,
    Kind,
    Maker,
    Participant,
    Side,
)
from analyzer.scoring.rules import Industry, Size
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
        "Fit: 100 of 100",
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
    page = render_brief(reading, "Dockhand", day)
    assert height(page) <= SCREEN
    assert "**Marlene Oakes, CFO** · economic buyer" in page
    assert "Presumed by title alone: Clay Hutchins, VP Distribution (economic buyer, champion)" in page
    assert not any("Google" in m.label for r in demo_study.account_readings(day) for m in r.committee.members)
