"""Segments of won accounts: found where they are, said to be shaky where the method made them."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.records import Account, Deal, Outcome
from analyzer.scoring.segments import MIN_WON, Segments, _warnings, find_segments

DEMO = Path(__file__).parent.parent / "corpora" / "demo" / "accounts.csv"


def drawn(name: str, n: int, seed: int, industry: str, country: str, middle: float) -> list[Account]:
    rng = random.Random(seed)
    sizes = [max(1, round(rng.lognormvariate(middle, 0.25))) for _ in range(n)]
    return [
        Account(f"{name} {i:02}", industry=industry, country=country, employees=size, revenue=size * 1e5)
        for i, size in enumerate(sizes)
    ]


def won(accounts: list[Account], amount: float = 1000.0) -> list[Deal]:
    return [Deal(a.name, Outcome.WON, amount) for a in accounts]


def two_kinds() -> tuple[list[Account], list[Deal]]:
    """Twenty large breweries in Norway, fifteen small clinics in Chile; four clinics lost, two left, ten are open."""
    breweries = drawn("Brewery", 20, 1, "Brewing", "Norway", 7.5)
    clinics = drawn("Clinic", 31, 2, "Health", "Chile", 3.5)
    outcomes = [Outcome.WON] * 15 + [Outcome.LOST] * 4 + [Outcome.CHURNED] * 2 + [Outcome.OPEN] * 10
    deals = won(breweries, 9000.0) + [Deal(a.name, o, 500.0) for a, o in zip(clinics, outcomes, strict=True)]
    return breweries + clinics, deals


def test_two_kinds_of_customers_are_two_segments_that_come_back() -> None:
    accounts, deals = two_kinds()
    found = find_segments(accounts, deals)
    clinics, breweries = found.segments
    assert found.are_apart
    assert not found.warnings
    assert (clinics.industries, breweries.industries) == (("Health",), ("Brewing",))
    assert {name.split()[0] for name in clinics.accounts} == {"Clinic"}
    assert {name.split()[0] for name in breweries.accounts} == {"Brewery"}
    assert min(clinics.stability, breweries.stability) > 0.9


def test_a_segment_counts_its_deals_and_the_market_at_hand_comes_first() -> None:
    clinics, breweries = find_segments(*two_kinds()).segments
    assert (clinics.won, clinics.closed, clinics.churned, clinics.open_accounts) == (15, 19, 2, 10)
    assert (breweries.won, breweries.closed, breweries.churned, breweries.open_accounts) == (20, 20, 0, 0)
    assert (clinics.revenue, clinics.amount, breweries.revenue) == (7500, 500, 180000)
    assert clinics.win_rate == pytest.approx(15 / 19)
    assert clinics.interval.low < clinics.win_rate < clinics.interval.high
    assert clinics.high is not None
    assert breweries.low is not None
    assert clinics.high < breweries.low
    assert clinics.name.startswith("Health, ")


def test_every_account_has_the_place_of_its_kind() -> None:
    accounts, deals = two_kinds()
    stranger = Account("Nobody knows")
    found = find_segments([*accounts, stranger], deals)
    assert set(found.members) == {a.name for a in accounts} | {"Nobody knows"}
    for place, segment in enumerate(found.segments):
        assert all(found.members[name] == place for name in segment.accounts)
    assert {found.members[a.name] for a in accounts if a.industry == "Health"} == {0}


def test_customers_of_one_kind_are_one_segment() -> None:
    """However their sizes scatter: any crowd can be cut in two, and the halves come back. One in twenty may slip by."""
    apart = 0
    for seed in range(8):
        accounts = drawn("Clinic", 40, seed, "Health", "Chile", 5.0)
        found = find_segments(accounts, won(accounts))
        apart += len(found.segments) > 1
        if len(found.segments) == 1:
            assert found.segments[0].stability == 1
            assert found.segments[0].name == "all won accounts"
            assert set(found.members.values()) == {0}
    assert apart <= 1


def test_customers_of_all_kinds_are_one_segment() -> None:
    """Industry, country and size by chance: whoever groups them groups nothing."""
    apart = 0
    for seed in range(8):
        rng = random.Random(seed)
        accounts = [
            Account(
                f"A{n}",
                industry=rng.choice("Food Steel Toys Paper Glass".split()),
                country=rng.choice("Norway Chile Peru Japan".split()),
                employees=round(rng.lognormvariate(5, 1)),
            )
            for n in range(40)
        ]
        apart += len(find_segments(accounts, won(accounts)).segments) > 1
    assert apart <= 1


def test_spellings_of_one_industry_and_country_part_nobody() -> None:
    """Two kinds as ever, each under several spellings: the groups are the same, and named as most often spelt."""
    accounts, deals = two_kinds()
    spelt = {"Norway": ("Norway", "Norge", "NO"), "Chile": ("Chile", "CHL"), "Health": ("Healthcare", "Health care")}
    spelt["Brewing"] = ("Breweries", "Beverages", "BEVERAGES", "Breweries")
    other = [
        replace(
            a,
            industry=spelt[a.industry][n % len(spelt[a.industry])],
            country=spelt[a.country][n % len(spelt[a.country])],
        )
        for n, a in enumerate(accounts)
    ]
    plain, found = find_segments(accounts, deals), find_segments(other, deals)
    assert found.members == plain.members
    assert [s.industries for s in found.segments] == [("Healthcare",), ("Breweries",)]
    assert [s.share for s in found.segments] == [1, 1]
    assert [(s.won, s.closed) for s in found.segments] == [(s.won, s.closed) for s in plain.segments]


def test_a_name_of_industries_says_so_when_others_are_counted_under_it() -> None:
    """Clinics that are lost or open fall into the segment of clinics by country and size, whatever their industry."""
    accounts, deals = two_kinds()
    pure, _ = find_segments(accounts, deals).segments
    assert (pure.kind, pure.share) == ("Health", 1)
    undecided = {d.account for d in deals if d.outcome not in (Outcome.WON, Outcome.CHURNED)}
    mixed = [replace(a, industry="Law") if a.name in undecided else a for a in accounts]
    clinics = next(s for s in find_segments(mixed, deals).segments if s.industries == ("Health",))
    assert (clinics.won, clinics.closed) == (15, 19)
    assert clinics.share == pytest.approx(17 / 31)
    assert clinics.kind == "mostly Health"
    assert clinics.name.startswith("mostly Health, ")


def test_industries_that_are_less_than_half_of_a_segment_do_not_name_it() -> None:
    accounts, deals = two_kinds()
    strangers = [a for a in accounts if a.industry == "Health"]
    strangers = [replace(a, name=f"Other {n}", industry=f"Kind {n}") for n, a in enumerate(strangers * 2)]
    found = find_segments([*accounts, *strangers], deals)
    clinics = next(s for s in found.segments if s.industries == ("Health",))
    assert clinics.share < 0.5
    assert clinics.kind == ""
    assert clinics.name.startswith("mixed industries, ")


def test_a_segment_that_does_not_come_back_is_said_to_be_shaky() -> None:
    firm, other = find_segments(*two_kinds()).segments
    segment = replace(firm, stability=0.4)
    (said,) = _warnings([segment, other])
    assert not Segments((segment, other), {}, ()).are_apart
    assert segment.name in said
    assert "unstable" in said
    assert "40%" in said


@pytest.mark.parametrize("n", [0, 1, MIN_WON - 1])
def test_under_twenty_won_accounts_no_segment_is_drawn_and_that_is_said(n: int) -> None:
    accounts = drawn("Clinic", 40, 1, "Health", "Chile", 5.0)
    found = find_segments(accounts, won(accounts[:n]))
    assert found == Segments((), {}, (f"Too few won accounts to find segments: {n}, 20 are needed.",))


def test_more_than_two_segments_are_more_than_a_team_can_sell_to() -> None:
    kinds = [("Brewing", "Norway", 8.0), ("Health", "Chile", 3.0), ("Steel", "Japan", 5.5)]
    accounts = [a for i, kind in enumerate(kinds) for a in drawn(kind[0], 14, i, *kind)]
    found = find_segments(accounts, won(accounts))
    assert len(found.segments) == 3
    assert found.are_apart
    assert [w for w in found.warnings if w.startswith("3 segments: more than two")]


def test_an_account_that_bought_twice_is_one_and_one_that_left_is_none() -> None:
    accounts = drawn("Clinic", 25, 1, "Health", "Chile", 5.0)
    deals = won(accounts) + won(accounts) + [Deal(accounts[-1].name, Outcome.CHURNED)]
    found = find_segments(accounts, deals)
    bought = [name for s in found.segments for name in s.accounts]
    assert sorted(bought) == sorted(a.name for a in accounts[:-1])
    assert sum(s.churned for s in found.segments) == 1


def test_the_same_accounts_give_the_same_segments() -> None:
    assert find_segments(*two_kinds()) == find_segments(*two_kinds())


ACCOUNT = st.tuples(
    st.sampled_from(["", "Food", "Steel"]),
    st.sampled_from(["", "Norway", "Chile"]),
    st.one_of(st.none(), st.integers(0, 10**6)),
    st.sampled_from(list(Outcome)),
)


@settings(max_examples=5, deadline=None)
@given(st.lists(ACCOUNT, min_size=20, max_size=45))
def test_whatever_the_accounts_each_has_one_place_and_each_deal_is_counted_once(rows: list[Any]) -> None:
    accounts = [Account(f"A{n}", industry=i, country=c, employees=e) for n, (i, c, e, _) in enumerate(rows)]
    deals = [Deal(f"A{n}", outcome) for n, (*_, outcome) in enumerate(rows)] + won(accounts[:20])
    found = find_segments(accounts, deals)
    if not found.segments:
        assert "Too few" in found.warnings[0]
        return
    assert set(found.members) == {a.name for a in accounts}
    assert set(found.members.values()) <= set(range(len(found.segments)))
    assert all(0 <= s.stability <= 1 and s.won <= s.closed and s.name for s in found.segments)
    total = sum(s.closed + s.churned + s.open_accounts for s in found.segments)
    assert total == len(accounts)


def icp(study: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analyzer.cli", "--study", str(study), *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        env={**os.environ, "COLUMNS": "200"},
        check=False,
    )


def test_segments_on_the_command_line_are_json_alone_and_warn_on_stderr(tmp_path: Path) -> None:
    assert icp(tmp_path, "init").returncode == 0
    few = icp(tmp_path, "segments")
    assert (few.returncode, few.stdout) == (0, "No segments.\n")
    assert "Too few won accounts to find segments: 0, 20 are needed." in few.stderr
    assert icp(tmp_path, "accounts", "import", DEMO).returncode == 0
    ran = icp(tmp_path, "segments", "--format", "json")
    assert ran.returncode == 0
    rows = json.loads(ran.stdout)
    assert {"segment", "won of closed", "win rate", "revenue", "revenue won", "stable", "accounts"} <= set(rows[0])
    assert all(one["revenue"] == one["revenue won"] for one in rows)
    assert sum(len(one["accounts"]) for one in rows) == 21
    shaky = [one["segment"] for one in rows if "unstable" in one["stable"]]
    assert all(name in ran.stderr for name in shaky)
