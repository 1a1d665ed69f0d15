"""What stands apart in a draft: documents of no account, and what speaks against buying now."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from small_study import Said, interview, material

from analyzer.icp.draft import draft_icp
from analyzer.icp.export import draft_json, theme_json
from analyzer.icp.material import Material
from analyzer.icp.render import render_markdown
from analyzer.records import Account, Deal, Kind, Outcome, Theme

COST = Said(Kind.PAIN, "cost", "It costs us a fortune every month.")
TIRED = Said(Kind.PAIN, "manual_work", "We are tired of typing orders.")
GREW = Said(Kind.TRIGGER, "expansion", "In May we opened a second yard.")
FROZE = Said(Kind.TRIGGER, "expansion", "We froze hiring and are closing the Dayton office.")
CUT = Said(Kind.TRIGGER, "strategy_change", "They laid off forty people in March.")
SAP = Said(Kind.TOOL, "erp", "SAP")


def drawn(made: Material) -> dict[str, Any]:
    return draft_json(draft_icp(made, 1))


def lines(draft: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return [line for s in draft["sections"] if s["key"] == key for line in s["lines"]]


def unknowns(*heard: Any, **more: Any) -> list[str]:
    return [line["statement"] for line in lines(drawn(material(*heard, **more)), "unknowns")]


# --------------------------------------------------------------------------------------------- documents of no account


def test_a_document_of_no_account_is_no_account_and_is_said_beside_the_count() -> None:
    draft = drawn(
        material(
            interview("Acme", COST),
            interview("Beta", COST),
            interview("Gamma", GREW),
            interview("", COST, name="one.txt"),
            interview("", COST, name="two.txt"),
        )
    )
    (pain,) = lines(draft, "pains")
    assert (pain["n"], pain["m"], pain["detail"]) == (2, 3, "and in 2 documents of no account")
    assert {draft["evidence"][i]["document"] for i in pain["evidence"]} == {
        "Acme.txt",
        "Beta.txt",
        "one.txt",
        "two.txt",
    }
    assert draft["basis"]["accounts_heard"] == 3
    page = render_markdown(draft)
    assert "2 of 3 accounts; and in 2 documents of no account" in page
    assert "Made from 3 documents of 3 accounts and 2 of no account, 5 findings" in page


def test_what_only_documents_of_no_account_say_is_no_n_of_m() -> None:
    draft = drawn(
        material(interview("Acme", COST), interview("", TIRED, name="x.txt"), interview("", TIRED, name="y.txt"))
    )
    cost, tired = lines(draft, "pains")
    assert (cost["n"], cost["m"]) == (1, 1)
    assert (tired["n"], tired["m"], tired["detail"], tired["strength"]) == (
        None, None, "in 2 documents of no account", "thin",
    )  # fmt: skip
    assert "tired" not in draft["definition"]["statement"]
    assert "manual work" not in draft["definition"]["statement"], "no account said it"


def test_tools_are_counted_in_the_same_way() -> None:
    draft = drawn(material(interview("Acme", SAP), interview("", SAP, name="x.txt")))
    (tool,) = lines(draft, "technographics")
    assert (tool["n"], tool["m"], tool["detail"]) == (1, 1, "and in 1 document of no account")


def test_with_no_account_at_all_documents_are_counted_and_called_that() -> None:
    draft = drawn(material(interview("", COST, name="x.txt"), interview("", COST, GREW, name="y.txt")))
    (pain,) = lines(draft, "pains")
    assert (pain["n"], pain["m"], pain["detail"]) == (2, 2, "")
    assert (draft["basis"]["accounts_heard"], draft["basis"]["documents_of_no_account"]) == (0, 2)
    page = render_markdown(draft)
    assert "2 of 2 documents" in page
    assert "1 of 2 documents" in page
    assert not re.search(r"\d of \d+ accounts?", page)
    assert "Made from 2 documents of no account, 3 findings" in page


@pytest.mark.parametrize(
    ("first", "second", "n"),
    [
        ("Kevin Tran", "Kevin Tran", 1),
        ("Kevin Tran", "KEVIN TRAN", 1),
        ("Zoë Núñez", "Zoe Nunez", 1),
        ("Kevin Tran", "Kevin Tan", 2),
        ("Kevin", "Kevin", 2),
        ("Speaker 2", "Speaker 2", 2),
        ("Customer Success", "Customer Success", 2),
    ],
)
def test_one_voice_in_two_documents_is_one(first: str, second: str, n: int) -> None:
    heard = [interview("", COST, name=f"{i}.txt", speaker=who) for i, who in enumerate((first, second))]
    draft = drawn(material(*heard))
    (pain,) = lines(draft, "pains")
    assert (pain["n"], pain["m"]) == (n, n)
    said = [line for line in unknowns(*heard) if line.startswith("Whether ")]
    shared = [f"Whether {first}, heard in several documents, speaks for one account: they count as one."]
    assert said == (shared if n == 1 else [])


def test_a_person_known_at_an_account_speaks_for_it_and_one_known_at_two_for_neither() -> None:
    known = interview("Acme", COST, speaker="Kevin Tran")
    again = interview("", COST, TIRED, name="x.txt", speaker="Kevin Tran")
    draft = drawn(material(known, again))
    cost, tired = lines(draft, "pains")
    assert (cost["n"], cost["m"], cost["detail"]) == (1, 1, "")
    assert (tired["n"], tired["m"], tired["detail"]) == (1, 1, "")
    assert draft["basis"]["documents_of_no_account"] == 0
    shown = draft["evidence"][tired["evidence"][0]]
    assert (shown["account"], shown["document"]) == ("", "x.txt"), "the evidence stays as it is"
    elsewhere = interview("Beta", COST, speaker="Kevin Tran")
    (cost, tired) = lines(drawn(material(known, again, elsewhere)), "pains")
    assert (cost["n"], cost["m"], cost["detail"]) == (2, 2, "and in 1 document of no account")
    assert (tired["n"], tired["detail"]) == (None, "in 1 document of no account")


def test_a_role_told_twice_by_one_person_names_the_person_once() -> None:
    says = Said(Kind.ROLE, "champion", "I pushed for it myself.", "Kevin Tran")
    heard = (interview("Acme", says, speaker="Kevin Tran"), interview("", says, name="x.txt", speaker="Kevin Tran"))
    (role,) = lines(drawn(material(*heard)), "committee")
    assert role["statement"].endswith(": Kevin Tran (Acme)")


def test_the_accounts_of_a_theme_are_those_known_and_its_documents_of_none_stand_apart() -> None:
    _, (first,) = interview("Acme", COST)
    _, (other,) = interview("", COST, name="x.txt")
    theme = Theme("t1", Kind.PAIN, "cost", "Cost", (first, other))
    assert (theme.accounts, theme.of_no_account) == (("Acme",), ("x.txt",))
    assert replace(theme, findings=(other,)).accounts == ("x.txt",)


# ---------------------------------------------------------------------------------------------------------- bad news


def test_a_trigger_that_speaks_against_buying_is_neither_quoted_nor_counted_as_one() -> None:
    draft = drawn(material(interview("Acme", GREW), interview("Beta", FROZE), interview("Gamma", GREW, CUT)))
    grew, bad = lines(draft, "triggers")
    assert (grew["statement"], grew["n"], grew["m"]) == (f"Expansion: “{GREW.quote}”", 2, 3)
    assert bad["statement"].startswith("Bad news, which speaks against buying now (hiring freeze, layoffs): “")
    assert (bad["n"], bad["m"], bad["refuted_by"]) == (2, 3, "")
    quotes = {draft["evidence"][i]["quote"] for i in bad["evidence"]}
    assert quotes == {FROZE.quote, CUT.quote}
    assert "strategy" not in draft["definition"]["statement"]


def test_bad_news_alone_is_no_trigger_and_closes_no_gap() -> None:
    made = material(interview("Acme", FROZE), interview("Beta", CUT))
    (line,) = lines(drawn(made), "triggers")
    assert line["statement"].startswith("Bad news, ")
    assert "they start to look" not in drawn(made)["definition"]["statement"]


def test_to_have_gone_with_a_named_rival_is_bad_news() -> None:
    went = Said(Kind.TRIGGER, "tool_change", "In June we moved over to Dockmaster for all yards.")
    made = material(interview("Acme", went))
    assert lines(drawn(made), "triggers")[0]["statement"].startswith("Tool change: ")
    (line,) = lines(drawn(replace(made, rivals=("Dockmaster",))), "triggers")
    assert line["statement"].startswith("Bad news, which speaks against buying now (moved to a competitor): ")


# --------------------------------------------------------------------------------------------- documents and the deals


@pytest.mark.parametrize(
    ("told", "deals", "said"),
    [
        (Outcome.LOST, [Outcome.WON], "Thornbury: the document says lost, the deals won."),
        (Outcome.WON, [Outcome.LOST], "Thornbury: the document says won, the deals lost."),
        (Outcome.CHURNED, [Outcome.WON], "Thornbury: the document says churned, the deals won."),
        (Outcome.LOST, [Outcome.OPEN], "Thornbury: the document says lost, the deals open."),
        (Outcome.LOST, [Outcome.LOST, Outcome.WON],
         "Thornbury: the document says lost, the deals won (the latest; an earlier one lost)."),
        (Outcome.WON, [Outcome.WON], ""),
        (Outcome.WON, [Outcome.CHURNED], ""),
        (Outcome.OPEN, [Outcome.WON], ""),
        (Outcome.WON, [], ""),
    ],
)  # fmt: skip
def test_a_document_that_tells_another_end_than_the_deals_is_said(
    told: Outcome, deals: list[Outcome], said: str
) -> None:
    kept = [Deal("Thornbury", o, closed_on=date(2026, 1 + i, 1)) for i, o in enumerate(deals)]
    found = unknowns(interview("Thornbury", COST, outcome=told), accounts=[Account("Thornbury")], deals=kept)
    assert [line for line in found if line.startswith("Thornbury")] == ([said] if said else [])


def test_of_many_such_accounts_three_are_named() -> None:
    names = [f"Firm {i}" for i in range(5)]
    found = unknowns(
        *(interview(name, COST, outcome=Outcome.LOST) for name in names),
        accounts=[Account(name) for name in names],
        deals=[Deal(name, Outcome.WON) for name in names],
    )
    assert len([line for line in found if line.startswith("Firm ")]) == 3
    assert "2 more accounts where a document and the deals disagree on how it ended." in found


@pytest.mark.parametrize(
    ("heard", "said"),
    [(0, "No interview was heard."), (1, "Only 1 interview: a theme may be one person's view."),
     (2, "Only 2 interviews: a theme may be one person's view.")],
)  # fmt: skip
def test_a_few_interviews_are_counted_in_words_that_fit(heard: int, said: str) -> None:
    assert said in unknowns(*(interview(f"Firm {i}", COST) for i in range(heard)))


def test_a_listed_theme_never_counts_more_accounts_than_were_heard() -> None:
    made = material(interview("Acme", COST), interview("", COST, name="a.txt"), interview("", COST, name="b.txt"))
    theme = Theme("t1", Kind.PAIN, "cost", "cost", tuple(f for f in made.findings if not f.account))
    shown = theme_json(theme, 1)
    assert (shown["n"], shown["m"], shown["accounts"]) == (0, 1, [])
    assert len(shown["documents_of_no_account"]) == 2
    assert theme_json(theme, 2, by_account=False)["n"] == 2
