"""Whom to leave alone and whom to ask next: candidates that a person takes or leaves, a guide, drafts of segments."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from small_study import companies, grown, import_all, material, together

from analyzer.icp.anti import anti_icp, kill_candidates
from analyzer.records import Account, Deal, Outcome
from analyzer.scoring.lift import Verdict, measure_lift
from analyzer.settings import Settings
from analyzer.study import Study

Group = tuple[list[Account], list[Deal]]


def icp(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ICP_")}
    return subprocess.run(
        [sys.executable, "-m", "analyzer.cli", "--study", str(folder), *arguments],
        capture_output=True, text=True, encoding="utf-8", timeout=300, check=False, env={**kept, **more},
    )  # fmt: skip


def left(group: Group) -> Group:
    """The same companies, which bought and left again."""
    return group[0], [replace(d, outcome=Outcome.CHURNED) for d in group[1]]


def table() -> list[Group]:
    """Breweries buy and mines do not, as is proven; pubs buy and leave; five shops are too few to tell anything."""
    return [
        companies(20, 2, "Brewery", industry="Brewing"),
        companies(2, 20, "Mine", industry="Mining"),
        companies(3, 1, "Pub", industry="Pubs"),
        left(companies(6, 0, "Left pub", industry="Pubs")),
        companies(1, 4, "Shop", industry="Retail"),
    ]


def candidates(*groups: Group) -> list[tuple[str, str, bool]]:
    lift = measure_lift(**together(*groups), shuffles=99)
    return [(c.attribute, c.value, c.is_shown) for c in kill_candidates(lift)]


# ---------------------------------------------------------------------------------------------------------- candidates


def test_an_industry_that_loses_is_a_candidate_and_so_is_one_that_leaves_again() -> None:
    lift = measure_lift(**together(*table()), shuffles=99)
    found = {c.value: c for c in kill_candidates(lift)}
    assert found.keys() == {"Mining", "Pubs"}
    assert [found[v].is_shown for v in ("Mining", "Pubs")] == [True, False]
    assert found["Mining"].reason == "won 2 of 22 accounts, all others 24 of 31"
    assert found["Pubs"].reason == "6 of 9 that bought left again, of all others 0 of 23"
    assert {c.attribute for c in found.values()} == {"industry"}


def test_what_wins_or_is_too_seldom_is_none() -> None:
    assert candidates(companies(20, 2, "Brewery", industry="Brewing")) == []
    few = [companies(9, 2, "Brewery", industry="Brewing"), companies(0, 9, "Mine", industry="Mining")]
    assert candidates(*few) == [], "with under 20 won and 20 lost nothing is shown"
    seldom = [companies(20, 18, "Brewery", industry="Brewing"), companies(2, 6, "Mine", industry="Mining")]
    (mining, *_) = [r for r in measure_lift(**together(*seldom), shuffles=99).rows if r.value == "Mining"]
    assert (mining.verdict, mining.win_rate) == (Verdict.DESCRIPTIVE, 0.25)
    assert candidates(*seldom) == [], "a quarter is little, and chance may have made it"
    stayed = [companies(20, 9, "Brewery", industry="Brewing"), left(companies(4, 0, "Left", industry="Brewing"))]
    assert candidates(*stayed, companies(9, 5, "Mine", industry="Mining")) == [], "four of 24 left"


def test_where_everybody_leaves_nobody_is_named_for_it() -> None:
    """Half of all that bought left, whatever their industry: it speaks against none of them."""
    groups = [companies(6, 3, "Brewery", industry="Brewing"), companies(6, 3, "Mine", industry="Mining")]
    groups += [left(companies(6, 0, "Left brewery", industry="Brewing", country="Norway"))]
    groups += [left(companies(6, 0, "Left mine", industry="Mining", country="Norway"))]
    assert candidates(*groups) == []


def test_a_country_of_three_spellings_is_weighed_as_one() -> None:
    groups = [companies(8, 2, "One", country="USA"), companies(2, 10, "Two", country="United States")]
    groups += [companies(12, 12, "Three", country="U.S."), companies(6, 4, "Four", country="Norway")]
    assert candidates(*groups) == []


@pytest.mark.parametrize(("won", "lost"), [(1, 0), (19, 40), (3, 19)])
def test_with_too_few_deals_it_is_said_that_nothing_can_be_said(won: int, lost: int) -> None:
    groups = [companies(won, 0, "Brewery", industry="Brewing"), companies(0, lost, "Mine", industry="Mining")]
    made = material(**together(*groups))
    accounts = "1 account" if won == 1 else f"{won} accounts"
    said = f"Too few deals to say who it is not for: {accounts} won and {lost} lost, 20 of each are needed."
    assert [line.statement for line in anti_icp(made)] == [said]
    assert kill_candidates(made.lift) == ()


def test_of_no_deals_and_of_enough_nothing_is_said_about_too_few() -> None:
    assert anti_icp(material()) == ()
    assert "Too few" not in " ".join(line.statement for line in anti_icp(material(**together(*table()))))


def test_the_profile_of_the_won_deals_is_no_candidate_though_its_accounts_left() -> None:
    """Its row may name an industry alone; taking it would kill the industry a second time, or one called "A or B"."""
    groups = [
        companies(6, 2, "Brewery", industry="Brewing"),
        companies(5, 2, "Winery", industry="Wine"),
        left(companies(12, 0, "Left", industry="Brewing")),
        companies(3, 9, "Mine", industry="Mining"),
    ]
    lift = measure_lift(**together(*groups), shuffles=99)
    assert any(row.source.startswith("profile") and row.churned >= 12 for row in lift.rows)
    assert [c.value for c in kill_candidates(lift) if c.attribute == "industry"].count("Brewing") == 1
    assert not [c for c in kill_candidates(lift) if " or " in c.value]


def test_findings_and_bands_of_numbers_are_no_candidates() -> None:
    small = grown(companies(20, 2, "Small"), 40)
    large = grown(companies(2, 20, "Large"), 4000)
    lift = measure_lift(**together(small, large), shuffles=99)
    assert [row for row in lift.of(Verdict.NEGATIVE) if row.attribute == "employees"]
    assert kill_candidates(lift) == ()


def test_a_trait_that_loses_stands_in_the_draft_among_whom_it_is_not_for() -> None:
    lines = anti_icp(material(**together(*table())))
    mining = next(line for line in lines if line.statement == "Industry: Mining")
    assert (mining.n, mining.m) == (2, 22)
    assert mining.detail.startswith("negative, wins less; won 2 of 22 accounts; all others 24 of 31")
    assert "Industry: Brewing" not in [line.statement for line in lines]
    assert "Retail" not in " ".join(line.statement for line in lines), "one of five shops bought: nothing is shown"


# --------------------------------------------------------------------------------------------------------- the command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    study = Study.create(tmp_path / "study", Settings())
    import_all(study, *table())
    study.close()
    return tmp_path / "study"


@pytest.fixture
def study(folder: Path) -> Iterator[Study]:
    opened = Study(folder)
    yield opened
    opened.close()


def test_looking_sets_nothing_and_taking_makes_a_version_that_says_who_and_why(folder: Path, study: Study) -> None:
    before = study.scorecard_versions()
    listed = icp(folder, "anti", "--format", "json")
    assert listed.returncode == 0, listed.stderr
    rows = json.loads(listed.stdout)
    assert [row["number"] for row in rows] == [1, 2]
    shown = {row["value"]: row["shown"] for row in rows}
    assert shown == {"Mining": "yes: they win less", "Pubs": "not tested: they left again"}
    assert study.scorecard_versions() == before
    assert study.scorecard().kill == ()

    number = next(str(row["number"]) for row in rows if row["value"] == "Mining")
    taken = icp(folder, "anti", "--take", number, "--reason", "They never have a budget", "--author", "Nora")
    assert taken.returncode == 0, taken.stderr
    newest = study.scorecard_versions()[-1]
    assert f"industry Mining is out, scorecard version {newest.version}." in taken.stdout
    assert (newest.version, newest.author, newest.reason) == (
        before[-1].version + 1,
        "Nora",
        "They never have a budget",
    )
    (kill,) = study.scorecard().kill
    assert (kill.attribute, kill.values, kill.reason) == ("industry", ("Mining",), "They never have a budget")
    assert {c.value for c in study.kill_candidates()} == {"Pubs"}
    scores = {r.account.name: r.score for r in study.account_readings()}
    assert scores["Mine 00"].disqualified_by.startswith("industry is Mining")
    assert scores["Brewery 00"].disqualified_by == ""


def test_a_candidate_keeps_its_own_reason_where_none_is_given_and_one_after_the_other_can_be_taken(
    folder: Path, study: Study
) -> None:
    for left_over in (1, 0):
        first = study.kill_candidates()[0]
        taken = icp(folder, "anti", "--take", "1", ICP_AUTHOR="Ola")
        assert taken.returncode == 0, taken.stderr
        newest = study.scorecard_versions()[-1]
        assert (newest.author, newest.reason) == ("Ola", first.reason)
        assert len(study.kill_candidates()) == left_over
    assert {k.values for k in study.scorecard().kill} == {("Mining",), ("Pubs",)}
    none = icp(folder, "anti")
    assert (none.returncode, none.stdout) == (0, "No candidates.\n")
    undone = icp(folder, "scorecard", "undo", "--reason", "A mistake", "--author", "Ola")
    assert undone.returncode == 0, undone.stderr
    assert len(study.kill_candidates()) == 1


@pytest.mark.parametrize(("number", "says"), [("3", "There is no candidate 3; `icp anti` lists 2."), ("-1", "")])
def test_a_candidate_that_is_not_there_is_wrong_use(folder: Path, study: Study, number: str, says: str) -> None:
    refused = icp(folder, "anti", "--take", number)
    assert refused.returncode == 2
    assert says in refused.stderr
    assert study.scorecard().kill == ()


def test_the_guide_is_printed_or_written_and_names_are_only_words(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    study = Study.create(folder, Settings())
    hostile_shown = "Nobody heard in Pit &lt;script&gt; \\[x\\](https://evil.example) \ufffd (12 imported accounts)"
    hostile = "Pit <script> [x](https://evil.example) \u202e"
    import_all(study, companies(6, 6, "Mine", industry=hostile))
    study.close()
    printed = icp(folder, "guide")
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout.startswith("# What to ask next\n")
    assert hostile_shown in printed.stdout
    out = tmp_path / "guide.md"
    written = icp(folder, "guide", "--out", str(out))
    assert written.returncode == 0, written.stderr
    assert written.stdout == f"The guide is in {out}.\n"
    assert out.read_text(encoding="utf-8").strip() == printed.stdout.strip()
    assert icp(tmp_path / "nothing", "guide").returncode == 2
    nowhere = icp(folder, "guide", "--out", str(tmp_path / "no" / "such" / "guide.md"))
    assert nowhere.returncode == 2
    assert len(nowhere.stderr.strip().splitlines()) == 1


def test_a_study_without_deals_has_no_candidates(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "empty", Settings())
    assert study.kill_candidates() == ()
    study.close()
    listed = icp(tmp_path / "empty", "anti", "--format", "json")
    assert (listed.returncode, json.loads(listed.stdout)) == (0, [])
