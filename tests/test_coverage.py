"""Coverage: who was heard and who was not, what a further interview still adds, and questions that close the gaps."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_study import Said, companies, interview, material

from analyzer.icp.coverage import Coverage, coverage_lines, measure_coverage, render_guide
from analyzer.icp.draft import draft_icp
from analyzer.icp.material import Material
from analyzer.records import Account, Deal, DocumentKind, Kind, Outcome
from analyzer.scoring.scorecard import Scorecard

COST = Said(Kind.PAIN, "cost", "Every hour in the yard costs us.")
VISIBILITY = Said(Kind.PAIN, "visibility", "Nobody knows where the trailers are.")
INCIDENT = Said(Kind.TRIGGER, "incident", "In May a load of ice cream melted.")
CHAMPION = Said(Kind.ROLE, "champion", "Ray pushed for it every week.", "Ray")
PRICE = Said(Kind.OBJECTION, "price", "It was dearer than we thought.")
ONE_OF_EACH = tuple(
    Said(kind, code, f"Words about {kind} that somebody said.")
    for kind, code in (
        (Kind.TRIGGER, "incident"),
        (Kind.PAIN, "cost"),
        (Kind.ALTERNATIVE, "manual"),
        (Kind.CRITERION, "mobile"),
        (Kind.OBJECTION, "price"),
        (Kind.OUTCOME, "time"),
        (Kind.CHANNEL, "media"),
        (Kind.TOOL, "other"),
    )
)
ROLES = ("economic_buyer", "champion", "technical_buyer", "procurement_legal")


def day(month: int, number: int = 1) -> date:
    return date(2026, month, number)


def gaps(made: Material, area: str) -> list[str]:
    return [gap.what for gap in measure_coverage(made).gaps if gap.area == area]


# ----------------------------------------------------------------------------------------------------------- saturation


def test_each_interview_counts_the_themes_it_was_the_first_to_bring() -> None:
    made = material(
        interview("Beta", COST, VISIBILITY, said_on=day(2)),
        interview("Acme", COST, INCIDENT, said_on=day(1, 10)),
        interview("Nobody knows when", COST, said_on=None),
        interview("Gamma", COST, CHAMPION, said_on=day(1, 20)),
        interview("Delta", PRICE, said_on=day(3)),
        interview("Note", VISIBILITY, said_on=day(1), kind=DocumentKind.CALL_NOTE),
    )
    coverage = measure_coverage(made)
    assert [(h.account, h.new_themes) for h in coverage.saturation] == [
        ("Acme", 2),  # cost, incident
        ("Gamma", 1),  # champion
        ("Beta", 1),  # visibility: a note is no interview
        ("Delta", 0),  # an objection is not counted
        ("Nobody knows when", 0),
    ]
    assert coverage.recent == pytest.approx(1 / 3)
    assert coverage.is_saturated
    last = coverage_lines(coverage)[-1].statement
    assert last == "The last 3 of 5 interviews brought 0.3 new themes each: saturated for people of this kind."


def test_while_interviews_bring_something_new_it_is_not_saturated() -> None:
    codes = ("cost", "visibility", "manual_work", "risk")
    heard = [interview(c, Said(Kind.PAIN, c, f"Words about {c} here."), said_on=day(i)) for i, c in enumerate(codes, 1)]
    coverage = measure_coverage(material(*heard))
    assert (coverage.recent, coverage.is_saturated) == (1.0, False)
    last = coverage_lines(coverage)[-1].statement
    assert last == "The last 3 of 4 interviews brought 1.0 new themes each: more interviews still change the draft."


def test_of_three_interviews_nothing_is_said_about_saturation() -> None:
    coverage = measure_coverage(material(*(interview(name, COST) for name in "ABC")))
    assert (coverage.recent, coverage.is_saturated) == (None, False)
    assert not [line for line in coverage_lines(coverage) if "new themes" in line.statement]


def test_what_nobody_has_read_yet_is_neither_saturated_nor_missing_anything() -> None:
    made = material(*(interview(name, COST, said_on=day(i)) for i, name in enumerate("ABCDE", 1)))
    unread = replace(made, findings=(), themes=(), unread=[d.id for d in made.documents])
    coverage = measure_coverage(unread)
    nothing = "Nothing has been read yet: press Extract, or `icp extract`."
    assert ([gap.area for gap in coverage.gaps], coverage.saturation, coverage.is_saturated) == (["reading"], (), False)
    assert [line.statement for line in coverage_lines(coverage)] == [nothing]
    draft = draft_icp(unread, 1)
    assert draft.definition.statement == nothing
    statements = [line.statement for section in draft.sections for line in section.lines if section.key == "unknowns"]
    assert statements.count(nothing) == 1
    assert not [s for s in statements if "interviews" in s or "heard" in s]
    assert nothing in render_guide(coverage, "Dockhand")
    assert "?" not in render_guide(coverage, "Dockhand")


def test_saturation_counts_only_the_interviews_that_have_been_read() -> None:
    codes = ("cost", "visibility", "manual_work", "risk")
    heard = [interview(c, Said(Kind.PAIN, c, f"Words about {c} here."), said_on=day(i)) for i, c in enumerate(codes, 1)]
    later = [interview(f"Later {i}", said_on=day(6 + i)) for i in range(3)]
    made = material(*heard, *later)
    assert measure_coverage(made).is_saturated, "three interviews in which nothing was found"
    unread = replace(made, unread=[document.id for document, _ in later])
    coverage = measure_coverage(unread)
    assert (len(coverage.saturation), coverage.recent, coverage.is_saturated) == (4, 1.0, False)
    draft = draft_icp(unread, 1)
    statements = [line.statement for section in draft.sections for line in section.lines]
    assert "3 of 7 documents have not been read yet: press Extract, or `icp extract`." in statements
    assert "Only 4 interviews: a theme may be one person's view." in statements
    assert draft.basis["accounts_heard"] == 4
    pains = [line for section in draft.sections for line in section.lines if section.key == "pains"]
    assert {line.m for line in pains} == {4}


def test_findings_that_were_never_merged_to_themes_tell_nothing_of_saturation() -> None:
    made = material(*(interview(name, COST, said_on=day(i)) for i, name in enumerate("ABCDE", 1)))
    assert measure_coverage(made).is_saturated
    assert measure_coverage(replace(made, themes=())).saturation == ()


@settings(max_examples=40)
@given(st.lists(st.lists(st.sampled_from((COST, VISIBILITY, INCIDENT, CHAMPION, PRICE)), unique=True), max_size=6))
def test_every_theme_is_new_once(talks: list[list[Said]]) -> None:
    heard = [interview(f"A{i}", *talk, said_on=day(1 + i)) for i, talk in enumerate(talks)]
    saturation = measure_coverage(material(*heard, lift=EMPTY.lift, backtest=EMPTY.backtest)).saturation
    themes = {(s.kind, s.category) for talk in talks for s in talk if s.kind != Kind.OBJECTION}
    assert sum(h.new_themes for h in saturation) == len(themes)
    assert [h.account for h in saturation] == [f"A{i}" for i in range(len(talks))]


EMPTY = material()

# ----------------------------------------------------------------------------------------------------------------- gaps


def test_an_outcome_nobody_was_heard_of_is_missing_until_one_is() -> None:
    won, lost, churned = (f"no interview with a {o} account" for o in ("won", "lost", "churned"))
    assert gaps(EMPTY, "outcome") == [won, lost, churned]
    one = interview("Acme", COST, outcome=Outcome.WON)
    assert gaps(material(one), "outcome") == [lost, churned]
    deals = {"accounts": [Account("Acme")], "deals": [Deal("Acme", Outcome.LOST)]}
    assert gaps(material(interview("Acme", COST), **deals), "outcome") == [won], "of these deals none churned"
    both = {
        "accounts": [Account("Acme"), Account("Beta")],
        "deals": [Deal("Acme", Outcome.LOST), Deal("Beta", Outcome.CHURNED)],
    }
    assert gaps(material(interview("Acme", COST), **both), "outcome") == [won, churned]
    note = interview("Acme", COST, outcome=Outcome.WON, kind=DocumentKind.CALL_NOTE)
    assert won in gaps(material(note), "outcome"), "a note is no interview"


def test_a_role_missing_at_several_accounts_is_named_with_how_many() -> None:
    missing = {"Acme": ROLES, "Beta": ROLES[:2], "Gamma": ("champion",)}
    assert gaps(material(missing=missing), "role") == [
        "no champion heard at 3 of 3 accounts",
        "no economic buyer heard at 2 of 3 accounts",
    ]
    assert gaps(material(missing={"Acme": ("champion",)}), "role") == ["no champion heard at the one account"]
    assert gaps(material(missing={"Acme": (), "Beta": ()}), "role") == []


@pytest.mark.parametrize("role", ROLES)
def test_every_role_that_can_be_missing_has_questions_of_its_own(role: str) -> None:
    coverage = measure_coverage(material(missing={"Acme": (role,)}))
    (gap,) = [g for g in coverage.gaps if g.area == "role"]
    assert gap.ask != ("Who else has a say?",)
    assert gap.ask


def test_an_industry_with_many_accounts_is_missing_until_somebody_of_it_is_heard() -> None:
    breweries, _ = companies(6, 0, "Brewery", industry="Brewing")
    mines, _ = companies(1, 0, "Mine", industry="Mining")
    others, _ = companies(13, 0, "Other")
    table = {"accounts": [*breweries, *mines, *others]}
    nobody = "nobody heard in Brewing (6 imported accounts)"
    assert gaps(material(**table), "segment") == [nobody], "one mine of twenty accounts is no segment"
    assert gaps(material(interview("Brewery 03", COST), **table), "segment") == []
    assert gaps(material(interview("Mine 00", COST), **table), "segment") == [nobody]
    card = Scorecard.model_validate({"industry": {"fitting": ["mining"]}})
    wanted = gaps(material(card=card, **table), "segment")
    assert wanted == [nobody, "nobody heard in Mining (1 imported account)"], "the scorecard asks for mines"


def test_a_topic_is_missing_until_two_accounts_were_heard_about_it() -> None:
    names = ("triggers", "pains", "alternatives", "criteria", "objections", "outcomes", "channels", "tools")
    assert sorted(gaps(EMPTY, "topic")) == sorted(f"{name}: heard at no account" for name in names)
    one = interview("Acme", *ONE_OF_EACH)
    assert sorted(gaps(material(one), "topic")) == sorted(f"{name}: heard at 1 account" for name in names)
    assert gaps(material(one, interview("Beta", *ONE_OF_EACH)), "topic") == []
    twice = interview("Acme", *ONE_OF_EACH, name="second call.txt")
    assert len(gaps(material(one, twice), "topic")) == len(names), "two documents of one account are one account"


def test_a_study_that_heard_everybody_of_everything_has_no_gap() -> None:
    outcomes = (Outcome.WON, Outcome.LOST, Outcome.CHURNED)
    heard = [interview(f"A{i}", *ONE_OF_EACH, outcome=o) for i, o in enumerate(outcomes)]
    coverage = measure_coverage(material(*heard))
    assert coverage.gaps == ()
    assert coverage_lines(coverage) == ()
    assert "Everybody who matters was heard." in render_guide(coverage, "Dockhand")


def test_gaps_are_lines_of_the_draft_in_order() -> None:
    coverage = measure_coverage(material(missing={"Acme": ROLES}))
    lines = coverage_lines(coverage)
    *shown, more = (line.statement.casefold() for line in lines)
    assert shown == [f"{g.what}.".casefold() for g in coverage.gaps[:5]]
    assert more == f"{len(coverage.gaps) - 5} more such gaps: see the interview guide."
    assert {line.source for line in lines} == {"coverage"}
    assert [g.area for g in coverage.gaps] == sorted(
        (g.area for g in coverage.gaps), key=["outcome", "role", "segment", "topic"].index
    )


# ---------------------------------------------------------------------------------------------------------------- guide

CLOSED = r"(Do|Does|Did|Is|Are|Was|Were|Have|Has|Had|Can|Could|Would|Will|Should|Shall|May|Might|Don't|Isn't|Aren't)\b"
LEADING = (
    r"\b(don't you|isn't|wouldn't|right\?|do you agree|of course|surely|love|great|better with|how much would you pay)"
)


def full_guide(**names: Any) -> tuple[Coverage, str]:
    accounts, deals = companies(6, 0, "Brewery", industry=names.pop("industry", "Brewing"))
    coverage = measure_coverage(material(missing={"Acme": ROLES}, accounts=accounts, deals=deals))
    return coverage, render_guide(coverage, names.pop("product", "Dockhand"))


def test_the_guide_has_every_gap_with_its_questions() -> None:
    coverage, page = full_guide()
    assert {g.area for g in coverage.gaps} == {"outcome", "role", "segment", "topic"}
    people, questions = page.split("## Questions")
    for gap in coverage.gaps:
        title = gap.what[0].upper() + gap.what[1:]
        assert (f"- {title}\n" in people) == (gap.area != "topic")
        block = questions.split(f"### {title}\n")[1].split("###")[0]
        assert all(f"- {question}\n" in block for question in gap.ask)


def test_its_questions_are_open_and_neither_lead_nor_pitch() -> None:
    coverage, page = full_guide()
    asked = [question for gap in coverage.gaps for question in gap.ask]
    asked += [line[2:] for line in page.split("## Questions")[1].splitlines() if line.startswith("- ")]
    assert len(asked) > 40
    for question in asked:
        sentences = re.findall(r"[^.!?]+[.!?]", question)
        assert sentences
        assert any(s.endswith("?") for s in sentences)
        for sentence in map(str.strip, sentences):
            assert not re.match(CLOSED, sentence), question
            assert not re.search(LEADING, sentence, re.I), question
            assert "Dockhand" not in sentence
            assert len(sentence.split()) <= 20, question
    assert "sell nothing" in page


def test_what_each_interview_added_stands_at_its_end() -> None:
    heard = [interview("Acme", COST, said_on=day(1)), interview("Beta", COST, VISIBILITY, INCIDENT, said_on=None)]
    page = render_guide(measure_coverage(material(*heard)), "")
    assert page.startswith("# What to ask next\n")
    assert page.split("## What each interview added\n")[1].strip().splitlines() == [
        "- 2026-01-01, Acme.txt: 1 new theme",
        "- no date, Beta.txt: 2 new themes",
    ]


HOSTILE = "Evil | [x](https://evil.example) <script>alert(1)</script> `rm` **b**\n\n## Fake\n- fake \u202e\x1b[31m"


def test_names_from_tables_and_files_are_only_words_in_it() -> None:
    _, harmless = full_guide()
    _, page = full_guide(industry=HOSTILE, product=HOSTILE)
    document, found = interview("Acme", COST)
    heard = (replace(document, name=HOSTILE), found)
    page += render_guide(measure_coverage(material(heard)), HOSTILE)
    assert "Evil" in page
    assert "<" not in page
    assert not re.search(r"(?<!\\)(\]\(|`|\*\*)", page)
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert not [line for line in page.splitlines() if re.match(r"#+ Fake|- fake", line)]
    headings = [line for line in page.splitlines() if line.startswith("#")]
    assert len(headings) > len([line for line in harmless.splitlines() if line.startswith("#")])


def test_a_gap_of_no_interviews_at_all_still_has_something_to_ask() -> None:
    page = render_guide(Coverage((), ()), "Dockhand")
    assert "Tell me about the last time this came up." in page
    assert "What each interview added" not in page
