"""How much a draft dares to say: a guess is called one, chance is not called a pattern, a word follows its rule."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_study import Said, companies, interview, material, together

from analyzer.icp.definition import NOT_ENOUGH, define
from analyzer.icp.draft import draft_icp
from analyzer.icp.export import draft_json
from analyzer.icp.hypothesis import say_what_refutes
from analyzer.icp.material import Material
from analyzer.icp.numbers import firmographics
from analyzer.icp.render import render_html, render_markdown
from analyzer.icp.strength import STRENGTH_RULE, strength_of_rate, strength_of_said
from analyzer.reading.tables.accounts import read_accounts
from analyzer.records import Account, Deal, Kind, Line, Outcome, Phrase, Section, Strength
from analyzer.scoring.lift import Lift, Verdict, measure_lift
from analyzer.scoring.scorecard import Scorecard, suggest_scorecard

DEMO = Path(__file__).parent.parent / "corpora" / "demo" / "accounts.csv"
BY_HAND = Said(Kind.PAIN, "manual_work", "We key in every order by hand.")
MOVED = Said(Kind.TRIGGER, "expansion", "In May we opened a second yard.")
SLOW = Said(Kind.OBJECTION, "effort", "It takes us a month to set up.")
ORDER = [Strength.THIN, Strength.SOME, Strength.STRONG]


def said_twice(**more: Any) -> Material:
    """Two accounts that say the same of a pain and a trigger; one has an objection."""
    return material(interview("Acme", BY_HAND, MOVED, SLOW), interview("Beta", BY_HAND, MOVED), **more)


def drawn(made: Material) -> dict[str, Any]:
    return draft_json(draft_icp(made, 1))


def lines_by_section(draft: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {s["key"]: s["lines"] for s in draft["sections"]}


def every_line(draft: dict[str, Any]) -> list[dict[str, Any]]:
    return [draft["definition"], *(line for s in draft["sections"] for line in s["lines"])]


def deal(outcome: Outcome, account: str = "Acme") -> dict[str, Any]:
    return {"accounts": [Account(account)], "deals": [Deal(account, outcome)]}


# ---------------------------------------------------------------------------------------------------- nobody bought yet


@pytest.mark.parametrize("outcome", [None, Outcome.OPEN, Outcome.LOST])
def test_while_nobody_bought_the_draft_is_a_hypothesis(outcome: Outcome | None) -> None:
    draft = drawn(said_twice(**(deal(outcome) if outcome else {})))
    assert draft["is_hypothesis"]
    assert draft["definition"]["statement"].startswith("Hypothesis: ")
    for page in (render_markdown(draft), render_html(draft)):
        assert "Hypothesis: no deal backs this yet" in page


def ended(bought: Outcome, won: int, lost: int, where: str) -> Material:
    """As many accounts won (or won and left) and lost as is said, by a table or by what their documents say."""
    names = [*(f"Won {i}" for i in range(won)), *(f"Lost {i}" for i in range(lost))]
    outcomes = [bought] * won + [Outcome.LOST] * lost
    if where == "deal":
        deals = [Deal(name, outcome) for name, outcome in zip(names, outcomes, strict=True)]
        return said_twice(accounts=[Account(name) for name in names], deals=deals)
    heard = [interview(name, BY_HAND, outcome=outcome) for name, outcome in zip(names, outcomes, strict=True)]
    return material(interview("Acme", BY_HAND, MOVED, SLOW), interview("Beta", BY_HAND, MOVED), *heard)


@pytest.mark.parametrize("bought", [Outcome.WON, Outcome.CHURNED])
@pytest.mark.parametrize("where", ["deal", "document"])
def test_five_who_bought_and_five_lost_end_it_in_a_table_or_in_documents(bought: Outcome, where: str) -> None:
    draft = drawn(ended(bought, 5, 5, where))
    assert not draft["is_hypothesis"]
    assert "Hypothesis" not in render_markdown(draft)
    assert all(line["refuted_by"] == "" for line in every_line(draft))


@pytest.mark.parametrize(("won", "lost"), [(1, 0), (4, 5), (5, 4), (30, 0)])
@pytest.mark.parametrize("where", ["deal", "document"])
def test_a_few_deals_prove_nothing_and_the_page_says_how_few(won: int, lost: int, where: str) -> None:
    draft = drawn(ended(Outcome.WON, won, lost, where))
    assert draft["is_hypothesis"]
    assert draft["definition"]["refuted_by"]
    said = f"Hypothesis: {won} won and {lost} lost accounts are too few to back it, 5 of each are needed"
    assert said in render_markdown(draft)
    assert said in render_html(draft)


def test_one_account_with_many_deals_is_one() -> None:
    deals = [Deal("Acme", Outcome.WON)] * 6 + [Deal("Beta", Outcome.LOST)] * 6
    draft = drawn(said_twice(accounts=[Account("Acme"), Account("Beta")], deals=deals))
    assert draft["is_hypothesis"]
    assert (draft["basis"]["accounts_won"], draft["basis"]["accounts_lost"]) == (1, 1)


def test_every_claim_of_a_hypothesis_says_what_would_end_it() -> None:
    made = said_twice(**deal(Outcome.LOST))
    finding = made.findings[0]
    draft = drawn(replace(made, phrases=(Phrase("every order", (finding, made.findings[3])),)))
    by_section = lines_by_section(draft)
    assert {"triggers", "pains", "objections", "language", "anti_icp", "scorecard"} <= by_section.keys()
    assert draft["definition"]["refuted_by"]
    for key, lines in by_section.items():
        for line in lines:
            claims = key not in ("unknowns", "validation") and line["source"] != "lift"
            claims = claims and not line["statement"].endswith(": open")
            assert bool(line["refuted_by"]) == claims, (key, line["statement"])
            assert not line["refuted_by"] or line["refuted_by"].endswith(".")
    page = render_markdown(draft)
    assert page.count("Refuted by: ") == sum(bool(line["refuted_by"]) for line in every_line(draft))


def test_every_section_that_claims_something_of_customers_has_its_own_refutation() -> None:
    line = Line("Something", 1, 2)
    told = {}
    for key in (
        "firmographics", "technographics", "triggers", "pains", "committee", "alternatives", "criteria", "objections",
        "outcomes", "channels", "language", "anti_icp", "scorecard", "examples",
    ):  # fmt: skip
        (refuted,) = say_what_refutes(Section(key, key, (line,))).lines
        assert refuted.refuted_by
        assert replace(refuted, refuted_by="") == line
        told[key] = refuted.refuted_by
    of_deals = {told[k] for k in ("firmographics", "scorecard", "examples")}
    of_talk = [v for k, v in told.items() if v not in of_deals]
    assert of_deals == {"20 won and 20 lost deals in which accounts of “Something” win no more often than the others."}
    assert len(of_talk) == len(set(of_talk)) == 11
    unknown = Section("unknowns", "What we do not know", (line,))
    assert say_what_refutes(unknown) == unknown


@pytest.mark.parametrize(
    ("key", "line", "who"),
    [
        ("firmographics", Line("Industry: Care, home", 3, 4, source="lift of column industry"),
         "accounts of “Industry: Care, home” win no more often than the others"),
        ("technographics", Line("Tools: SAP", 3, 4, source="lift of column tools"),
         "accounts of “Tools: SAP” win no more often than the others"),
        ("anti_icp", Line("Country: Chile", 0, 9, source="lift of column country"),
         "accounts of “Country: Chile” win as often as the others"),
        ("scorecard", Line("Industry 25: Care, Clinics"),
         "accounts of “Industry: Care, Clinics” win no more often than the others"),
        ("scorecard", Line("Number of sites 7.5: 3-9"), "accounts of “Number of sites: 3-9” win no more often"),
        ("scorecard", Line("Out, whatever it scores: country is Chile: too far"),
         "the accounts it rules out win as often as the others"),
        ("scorecard", Line("Tier 1 from 70, tier 2 from 40 points; default"), "accounts of tier 1 win no more often"),
        ("examples", Line("Tier 2: Acme (55), Beta (41)"), "accounts of tier 2 win no more often"),
    ],
)  # fmt: skip
def test_what_would_end_a_line_says_which_accounts_are_meant(key: str, line: Line, who: str) -> None:
    (refuted,) = say_what_refutes(Section(key, key, (line,))).lines
    assert refuted.refuted_by.startswith(f"20 won and 20 lost deals in which {who}")


@pytest.mark.parametrize("name", ["Industry 25: open", "Size 20: open", "Number of sites 7.5: open"])
def test_a_band_that_is_open_claims_nothing(name: str) -> None:
    assert say_what_refutes(Section("scorecard", "Scorecard", (Line(name),))).lines[0].refuted_by == ""


def test_the_definition_names_its_accounts_or_what_was_said() -> None:
    card = Scorecard.model_validate({"industry": {"fitting": ["Brewing"]}, "size": {"low": 20, "high": 90}})
    line = drawn(said_twice(card=card))["definition"]
    assert line["statement"].startswith("Hypothesis: Dockhand fits Brewing companies with 20-90 employees; ")
    assert line["refuted_by"] == (
        "20 won and 20 lost deals in which Brewing companies with 20-90 employees win no more often than the others."
    )
    line = drawn(said_twice())["definition"]
    assert line["statement"].startswith("Hypothesis: those heard about Dockhand: ")
    assert line["refuted_by"] == (
        "6 more accounts are heard, none of them says so, and buyers name other events and pains."
    )


@given(st.integers(0, 40))
def test_more_accounts_are_asked_for_until_there_are_eight_and_always_three(m: int) -> None:
    (line,) = say_what_refutes(Section("pains", "What hurts", (Line("Cost", min(1, m), m),))).lines
    more = re.match(r"(\d+) more accounts are heard, none of them says so, ", line.refuted_by)
    assert more
    assert int(more[1]) == max(8 - m, 3)


def test_where_nothing_is_known_nothing_is_claimed_and_nothing_is_to_be_refuted() -> None:
    draft = drawn(material())
    assert draft["is_hypothesis"]
    assert draft["definition"]["statement"] == NOT_ENOUGH
    assert draft["definition"]["refuted_by"] == ""
    assert draft["definition"]["strength"] is None


# ------------------------------------------------------------------------------------------------------------- chance


def shuffled() -> tuple[list[Account], list[Deal], Lift]:
    """The demo's table with its outcomes dealt out anew, by the first seed where no trait is found."""
    table = read_accounts(DEMO.read_bytes(), DEMO.name)
    for seed in range(20):
        outcomes = [d.outcome for d in table.deals]
        random.Random(seed).shuffle(outcomes)
        deals = [replace(d, outcome=o) for d, o in zip(table.deals, outcomes, strict=True)]
        lift = measure_lift(table.accounts, deals, shuffles=99)
        if not lift.of(Verdict.PREDICTIVE) and not lift.of(Verdict.NEGATIVE):
            return list(table.accounts), deals, lift
    raise AssertionError("of twenty shuffled tables every one shows a pattern")


def test_of_shuffled_outcomes_nothing_is_said_to_predict() -> None:
    accounts, deals, lift = shuffled()
    card = suggest_scorecard(accounts, deals, (), ())
    assert card.industry.fitting or card.size.band, "the scorecard has bands that the definition must not take up"
    draft = drawn(said_twice(accounts=accounts, deals=deals, card=card, lift=lift))
    statement = draft["definition"]["statement"]
    assert statement.startswith("No attribute of companies could be shown to predict who buys Dockhand; those heard: ")
    assert "what hurts is manual work" in statement
    names = {a.industry for a in accounts} | {a.country for a in accounts} | {card.size.band}
    assert not [n for n in names if n and n.casefold() in statement.casefold()]
    assert not re.search(r"\d", statement)
    first = lines_by_section(draft)["firmographics"][0]
    assert first["statement"].startswith("No attribute could be shown to predict winning here (")
    assert "21 accounts won and 20 lost" in first["statement"]
    said = " ".join(line["detail"] for line in every_line(draft))
    assert "predictive, wins more" not in said
    assert "negative, wins less" not in said


def test_of_shuffled_outcomes_and_no_talk_the_sentence_says_that_nothing_predicts() -> None:
    accounts, deals, lift = shuffled()
    card = suggest_scorecard(accounts, deals, (), ())
    line = define(material(accounts=accounts, deals=deals, card=card, lift=lift))
    said = "No attribute of companies could be shown to predict who buys Dockhand."
    assert (line.statement, line.source) == (said, "lift")


def test_where_a_tool_alone_predicts_it_is_not_said_that_nothing_does() -> None:
    groups = [companies(19, 2, "With", tools=("SAP",)), companies(2, 19, "Without", tools=("Excel",))]
    made = said_twice(**together(*groups))
    assert made.lift.of(Verdict.PREDICTIVE)
    assert "No attribute" not in define(made).statement
    assert "No attribute" not in " ".join(line.statement for line in firmographics(made))


@pytest.mark.parametrize(("won", "lost"), [(19, 20), (20, 19), (5, 5), (1, 0)])
def test_with_fewer_than_twenty_of_each_it_says_so(won: int, lost: int) -> None:
    split = max(1, won - 1)
    groups = [companies(split, 1 if lost else 0, "In", industry="Brewing", employees=200)]
    groups.append(companies(won - split, lost - (1 if lost else 0), "Out", industry="Mining", employees=9))
    draft = drawn(said_twice(**together(*groups)))
    unknown = [line["statement"] for line in lines_by_section(draft)["unknowns"]]
    said = f"Too few deals to say what predicts winning: {won} won and {lost} lost, 20 of each are needed."
    assert said in unknown
    assert "predictive, wins more" not in render_markdown(draft)
    rates = [line for line in every_line(draft) if line["source"].startswith("lift of")]
    assert all(line["strength"] == "thin" and line["detail"].startswith("too few deals to say") for line in rates)


def test_a_profile_of_one_industry_stands_there_once() -> None:
    groups = [companies(20, 2, "In", industry="Brewing"), companies(2, 20, "Out", industry="Mining")]
    lines = firmographics(material(**together(*groups)))
    assert [line.statement for line in lines] == ["Industry: Brewing"]


# ----------------------------------------------------------------------------------------------------------- strength


@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 20))
def test_more_accounts_that_say_it_never_weaken_it_and_more_that_do_not_never_strengthen_it(
    n: int, m: int, more: int
) -> None:
    n = min(n, m)
    here = ORDER.index(strength_of_said(n, m))
    assert ORDER.index(strength_of_said(min(n + more, m), m)) >= here
    assert ORDER.index(strength_of_said(n, m + more)) <= here


@given(st.integers(1, 60), st.integers(1, 60))
def test_the_word_is_the_one_that_the_rule_on_the_page_gives(n: int, m: int) -> None:
    n = min(n, m)
    strong = re.match(r"Strong: said at (\d+) accounts or more and at (\d+)% or more of those heard", STRENGTH_RULE)
    some = re.search(r"Some: at (\d+) accounts or more\. Thin: at one,", STRENGTH_RULE)
    assert strong
    assert some
    is_strong = n >= int(strong[1]) and 100 * n >= int(strong[2]) * m
    word = "strong" if is_strong else "some" if n >= int(some[1]) else "thin"
    assert strength_of_said(n, m) == word


@pytest.mark.parametrize(
    ("n", "m", "word"),
    [
        (5, 12, "strong"),
        (6, 15, "strong"),
        (14, 35, "strong"),
        (6, 16, "some"),
        (5, 13, "some"),
        (4, 4, "some"),
        (2, 60, "some"),
        (1, 1, "thin"),
    ],
)
def test_the_rule_at_its_edges(n: int, m: int, word: str) -> None:
    assert strength_of_said(n, m) == word


def test_a_rate_is_as_strong_as_its_verdict() -> None:
    groups = [companies(20, 2, "In", industry="Brewing"), companies(2, 20, "Out", industry="Mining")]
    rows = measure_lift(**together(*groups), shuffles=99).rows
    by_verdict = {row.verdict: strength_of_rate(row) for row in rows}
    assert by_verdict == {Verdict.PREDICTIVE: Strength.STRONG, Verdict.NEGATIVE: Strength.STRONG}
    assert strength_of_rate(replace(rows[0], verdict=Verdict.DESCRIPTIVE)) == Strength.SOME
    assert strength_of_rate(replace(rows[0], verdict=Verdict.TOO_FEW)) == Strength.THIN
    assert "predictive over 20 won and 20 lost deals" in STRENGTH_RULE


def test_a_line_grows_stronger_as_more_accounts_are_heard_and_the_definition_is_as_strong_as_its_weakest_part() -> None:
    words = []
    for n in range(1, 8):
        heard = [interview(f"Account {i}", BY_HAND) for i in range(n)]
        draft = drawn(material(*heard))
        (pain,) = lines_by_section(draft)["pains"]
        assert (pain["n"], pain["m"]) == (n, n)
        words.append(pain["strength"])
        assert draft["definition"]["strength"] == (None if n == 1 else pain["strength"])
    assert words == ["thin", "some", "some", "some", "strong", "strong", "strong"]
    many = [interview(f"Account {i}", BY_HAND, *([MOVED] if i < 2 else [])) for i in range(7)]
    assert drawn(material(*many))["definition"]["strength"] == "some", "the trigger is named by two alone"
