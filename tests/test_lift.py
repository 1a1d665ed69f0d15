"""What goes with winning: counted once an account, with intervals, and silent where the deals cannot tell."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.cli.measures import _lift_row
from analyzer.errors import StudyError
from analyzer.reading.tables.accounts import AccountTable, read_accounts
from analyzer.records import Account, Deal, Finding, Kind, Maker, Outcome, Side
from analyzer.scoring.intervals import false_discovery_rates, fisher, newcombe, poisson, wilson
from analyzer.scoring.lift import FEWEST, Lift, LiftRow, Verdict, measure_lift
from analyzer.scoring.lift_json import lift_json
from analyzer.scoring.neighbours import load_neighbours
from analyzer.scoring.traits import Column, bands_of, closed_deals, columns_of, traits_of
from bench.control import make_noise, see

REPOSITORY = Path(__file__).parent.parent
DEMO = REPOSITORY / "corpora" / "demo" / "accounts.csv"
NOISE = ("Lead Source", "Fiscal Year End", "Logo Colour")
FEW = 19  # shuffles, where the profile's p is of no matter
DESIGNED = {
    "attribute", "value", "n", "won", "win_rate", "low", "high", "lift", "lift_low", "lift_high", "p", "q", "verdict",
}  # fmt: skip


@cache
def demo_table() -> AccountTable:
    return read_accounts(DEMO.read_bytes(), DEMO.name)


@cache
def demo_lift() -> Lift:
    return measure_lift(demo_table().accounts, demo_table().deals)


def found(lift: Lift) -> list[LiftRow]:
    return [row for row in lift.rows if row.verdict in (Verdict.PREDICTIVE, Verdict.NEGATIVE)]


def of_columns(lift: Lift) -> list[LiftRow]:
    return [row for row in lift.rows if not row.source.startswith("profile")]


def row(lift: Lift, attribute: str, value: str) -> LiftRow:
    (found,) = [r for r in of_columns(lift) if (r.attribute, r.value) == (attribute, value)]
    return found


def table(*groups: tuple[int, int, Mapping[str, Any]]) -> tuple[list[Account], list[Deal]]:
    """Accounts and deals of groups (won, lost, what they are); ``attributes`` are columns of the table."""
    accounts: list[Account] = []
    deals: list[Deal] = []
    for won, lost, fields in groups:
        for outcome in [Outcome.WON] * won + [Outcome.LOST] * lost:
            name = f"Account {len(accounts):03}"
            accounts.append(Account(name, **fields))
            deals.append(Deal(name, outcome))
    return accounts, deals


def columns(**cells: str) -> dict[str, Any]:
    return {"attributes": cells}


# ------------------------------------------------------------------------------------------------------------- the demo


def test_the_planted_pattern_is_what_predicts() -> None:
    first = demo_lift().rows[0]
    assert (first.verdict, first.n, first.won) == (Verdict.PREDICTIVE, 19, 16)
    profile = demo_lift().profile
    assert profile is not None
    assert set(profile.industries) == {"Cold storage", "Food distribution"}
    assert profile.size == "employees"
    assert profile.low is not None
    assert profile.high is not None
    assert 100 <= profile.low <= 120
    assert 500 <= profile.high <= 600
    assert first.lift_interval.low > 0.2
    assert found(demo_lift()) == [first], "nothing else is planted strongly enough to stand by itself"
    assert demo_lift().summary.startswith("Predictive: industry + employees: ")


def test_what_everybody_runs_is_common_and_no_more() -> None:
    salesforce = row(demo_lift(), "tools", "Salesforce")
    assert (salesforce.won, salesforce.n) == (15, 29)
    assert salesforce.is_common
    assert salesforce.verdict == Verdict.DESCRIPTIVE


def test_no_noise_predicts() -> None:
    noise = [r for r in demo_lift().rows if r.attribute in NOISE]
    assert {r.attribute for r in noise} == set(NOISE)
    assert not set(noise) & set(found(demo_lift()))


def test_the_demo_has_no_column_that_knows_the_outcome_and_its_churned_stand_beside() -> None:
    lift = demo_lift()
    assert (lift.n_won, lift.n_lost, lift.churned, lift.leaks) == (21, 20, 4, ())
    assert sum(r.churned for r in lift.rows if r.attribute == "industry") == 4
    assert lift.rows[0].churned == 0, "none of those that left had the pattern"


def test_what_the_profile_brings_is_told_beside_its_win_rate() -> None:
    first = demo_lift().rows[0]
    rest = [d for d in demo_table().deals if d.outcome == Outcome.WON]
    assert first.amount is not None
    assert first.cycle_days is not None
    assert min(d.amount for d in rest if d.amount) < first.amount < max(d.amount for d in rest if d.amount)
    assert 0 < first.cycle_days < 200


def test_chance_is_taken_for_a_pattern_no_more_often_than_is_said() -> None:
    """One in twenty is promised for the traits and one for the profile; `python -m bench.control` counts 200 tables."""
    import numpy as np

    seen = [see(make_noise(np.random.default_rng((7, number)))) for number in range(30)]
    assert sum(s.singles or s.profile for s in seen) <= 6


# ---------------------------------------------------------------------------------------------------- too few to tell


@pytest.mark.parametrize(("won", "lost"), [(19, 60), (60, 19), (0, 0), (1, 0), (0, 30)])
def test_under_twenty_of_either_nothing_is_claimed_and_that_is_said(won: int, lost: int) -> None:
    half = won // 2
    accounts, deals = table((won - half, 0, columns(Plan="A", Tier="x")), (half, lost, columns(Plan="B", Tier="y")))
    lift = measure_lift(accounts, deals, shuffles=FEW)
    assert not lift.is_enough
    assert all(r.verdict == Verdict.TOO_FEW and r.q is None for r in lift.rows)
    assert lift.summary.startswith(
        f"Too few deals to say what predicts winning: {won} account{'' if won == 1 else 's'} won and {lost} lost, 20 of"
    )
    assert lift.tested == 0


def test_twenty_of_each_are_enough() -> None:
    lift = measure_lift(*table((17, 3, columns(Plan="A")), (3, 17, columns(Plan="B"))), shuffles=FEW)
    assert row(lift, "Plan", "A").verdict == Verdict.PREDICTIVE
    assert row(lift, "Plan", "B").verdict == Verdict.NEGATIVE
    assert "Predictive: Plan: A. Negative: Plan: B." in lift.summary


def test_a_trait_of_four_deals_is_not_tested_and_one_of_five_is() -> None:
    accounts, deals = table((4, 0, columns(Plan="four")), (5, 0, columns(Plan="five")), (11, 20, columns(Plan="many")))
    lift = measure_lift(accounts, deals, shuffles=FEW)
    assert (row(lift, "Plan", "four").verdict, row(lift, "Plan", "four").q) == (Verdict.TOO_FEW, None)
    assert row(lift, "Plan", "five").q is not None
    assert lift.tested == 2


def test_a_trait_that_hardly_anybody_is_without_is_not_tested() -> None:
    lift = measure_lift(*table((20, 16, columns(Plan="A")), (0, 4, columns(Plan="B"))), shuffles=FEW)
    assert row(lift, "Plan", "A").verdict == Verdict.TOO_FEW


def test_of_no_deals_at_all_nothing_is_said() -> None:
    lift = measure_lift((), ())
    assert (lift.rows, lift.n_won, lift.profile) == ((), 0, None)


# --------------------------------------------------------------------------------------------------------- properties

CELLS = st.sampled_from(["", "North", "South", "West"])
MORE = st.sampled_from(["", "Mon", "Tue", "Wed", "Thu", "Fri"])
RECORDS = st.lists(
    st.tuples(st.booleans(), st.sampled_from(["", "Food", "Steel", "Toys"]), CELLS, MORE), min_size=40, max_size=70
)
Rows = Sequence[tuple[bool, str, str, str]]
COLUMNS = ("industry", "Region", "Day")


def made(rows: Rows) -> tuple[list[Account], list[Deal]]:
    accounts, deals = [], []
    for number, (won, industry, region, day) in enumerate(rows):
        name = f"Account {number:03}"
        accounts.append(Account(name, industry=industry, attributes={"Region": region, "Day": day}))
        deals.append(Deal(name, Outcome.WON if won else Outcome.LOST))
    return accounts, deals


def quick(accounts: Iterable[Account], deals: Iterable[Deal]) -> Lift:
    return measure_lift(accounts, deals, trusted=COLUMNS, shuffles=FEW)


@settings(max_examples=30, deadline=None)
@given(rows=RECORDS)
def test_every_row_counts_what_the_table_holds(rows: Rows) -> None:
    lift = quick(*made(rows))
    for one in of_columns(lift):
        place = 1 + COLUMNS.index(one.attribute)
        having = [r for r in rows if r[place] == one.value]
        others = [r for r in rows if r[place] not in ("", one.value)]
        assert (one.n, one.won) == (len(having), sum(r[0] for r in having))
        assert (one.rest_n, one.rest_won) == (len(others), sum(r[0] for r in others))
        assert one.interval.low <= one.win_rate <= one.interval.high
        assert one.lift_interval.low <= one.lift <= one.lift_interval.high
    for place, name in enumerate(COLUMNS, 1):
        known = sum(bool(r[place]) for r in rows)
        assert sum(r.n for r in of_columns(lift) if r.attribute == name) in (known, 0)


@settings(max_examples=30, deadline=None)
@given(rows=RECORDS)
def test_verdicts_follow_from_q_and_q_from_all_ps_tested(rows: Rows) -> None:
    lift = quick(*made(rows))
    tested = [r for r in of_columns(lift) if r.q is not None]
    assert lift.tested == len(tested)
    assert [r.q for r in tested] == pytest.approx(false_discovery_rates([r.p for r in tested]))
    for one in lift.rows:
        if one.q is None:
            assert one.verdict == Verdict.TOO_FEW
        else:
            assert lift.is_enough
            assert min(one.n, one.rest_n) >= FEWEST
            sign = Verdict.PREDICTIVE if one.lift > 0 else Verdict.NEGATIVE
            assert one.verdict == (sign if one.q <= 0.05 else Verdict.DESCRIPTIVE)


@settings(max_examples=30, deadline=None)
@given(rows=RECORDS)
def test_a_value_of_two_deals_is_never_before_one_of_ten_that_says_as_much(rows: Rows) -> None:
    ranked = of_columns(quick(*made(rows)))
    order = list(Verdict)
    assert [order.index(r.verdict) for r in ranked] == sorted(order.index(r.verdict) for r in ranked)
    for verdict in (Verdict.DESCRIPTIVE, Verdict.TOO_FEW):
        sizes = [r.n for r in ranked if r.verdict == verdict]
        assert sizes == sorted(sizes, reverse=True)


@settings(max_examples=30, deadline=None)
@given(rows=RECORDS, blanked=st.data())
def test_a_cell_that_is_lost_leaves_one_side_of_its_column_and_nothing_else_changes(
    rows: Rows, blanked: st.DataObject
) -> None:
    place = blanked.draw(st.integers(1, len(COLUMNS)))
    filled = [number for number, r in enumerate(rows) if r[place]]
    if not filled:
        return
    number = blanked.draw(st.sampled_from(filled))
    lost, value = list(rows), rows[number][place]
    lost[number] = (*rows[number][:place], "", *rows[number][place + 1 :])  # type: ignore[assignment]
    after = {(r.attribute, r.value): r for r in of_columns(quick(*made(lost)))}
    for before in of_columns(quick(*made(rows))):
        now = after.get((before.attribute, before.value))
        if now is None:
            continue
        gone = (before.n - now.n, before.rest_n - now.rest_n)
        if before.attribute != COLUMNS[place - 1]:
            assert gone == (0, 0)
            assert (now.won, now.rest_won, now.p) == (before.won, before.rest_won, before.p)
        else:
            assert gone == ((1, 0) if before.value == value else (0, 1))


def told(lift: Lift) -> set[tuple[object, ...]]:
    """Every row, without regard to their order and to how columns' names are written."""
    return {
        (r.attribute.casefold(), r.value, r.n, r.won, r.rest_n, r.rest_won, round(r.p, 12), r.q and round(r.q, 12))
        for r in lift.rows
        if not r.source.startswith("profile")
    } | {
        ("profile", lift.profile is not None and frozenset(lift.profile.industries), r.n, r.won, r.p, r.q)
        for r in lift.rows
        if r.source.startswith("profile")
    }


@settings(max_examples=30, deadline=None)
@given(rows=RECORDS, seed=st.integers(0, 99))
def test_the_order_of_rows_and_columns_and_the_case_of_names_change_no_number(rows: Rows, seed: int) -> None:
    accounts, deals = made(rows)
    before = quick(accounts, deals)
    mixed = random.Random(seed)
    mixed.shuffle(accounts)
    mixed.shuffle(deals)
    assert told(quick(accounts, deals)) == told(before)
    swapped = [replace(a, attributes=dict(reversed(a.attributes.items()))) for a in accounts]
    assert told(quick(swapped, deals)) == told(before)
    louder = [replace(a, attributes={k.upper(): v for k, v in a.attributes.items()}) for a in accounts]
    assert told(quick(louder, deals)) == told(before)
    assert quick(louder, deals).summary.casefold() == quick(accounts, deals).summary.casefold()


def test_in_the_demo_too_the_order_of_rows_changes_no_number() -> None:
    mixed = random.Random(1)
    accounts, deals = list(demo_table().accounts), list(demo_table().deals)
    mixed.shuffle(accounts)
    mixed.shuffle(deals)
    assert told(measure_lift(accounts, deals)) == told(demo_lift())


def test_a_value_is_one_value_however_it_is_written() -> None:
    accounts, deals = table((9, 1, columns(Plan="Gold")), (8, 2, columns(Plan="gold")), (3, 17, columns(Plan="Silver")))
    gold = row(measure_lift(accounts, deals, shuffles=FEW), "Plan", "Gold")
    assert (gold.n, gold.won) == (20, 17)


def test_a_cell_that_lists_counts_for_each_of_its_values() -> None:
    accounts, deals = table(
        (11, 9, columns(Channel="web; phone")), (9, 5, columns(Channel="phone")), (0, 6, columns(Channel="web"))
    )
    lift = measure_lift(accounts, deals, shuffles=FEW)
    assert (row(lift, "Channel", "phone").n, row(lift, "Channel", "web").n) == (34, 26)
    assert row(lift, "Channel", "phone").rest_n == 6


def test_what_is_written_for_unknown_is_unknown() -> None:
    accounts, deals = table(
        (10, 10, columns(Plan="A")), (10, 8, columns(Plan="B")), (2, 2, columns(Plan="n/a")), (1, 3, columns(Plan="-"))
    )
    lift = measure_lift(accounts, deals, shuffles=FEW)
    assert {r.value for r in of_columns(lift)} == {"A", "B"}
    assert row(lift, "Plan", "A").rest_n == 18


@pytest.mark.parametrize(
    "cells",
    [
        [f"id-{n}" for n in range(44)],
        [f"A remark that goes on for longer than any value does, number {n % 3}." for n in range(44)],
        ["same"] * 44,
        [f"2025-0{1 + n % 6}-11" for n in range(44)],
    ],
    ids=["ids", "remarks", "one value", "days"],
)
def test_a_column_that_only_tells_rows_apart_describes_nobody(cells: list[str]) -> None:
    accounts, deals = table((22, 22, {}))
    filled = [replace(a, attributes={"Note": cell}) for a, cell in zip(accounts, cells, strict=True)]
    assert not measure_lift(filled, deals, shuffles=FEW).rows


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=8, max_size=80))
def test_every_number_stands_in_one_band_and_no_band_is_empty(numbers: list[int | None]) -> None:
    column = Column("employees", tuple("" if n is None else str(n) for n in numbers))
    if column.numbers is None:
        return
    bands = bands_of(column.numbers)
    for n in numbers:
        assert sum(low <= n <= high for low, high in bands) == 1 if n is not None else True
    traits = traits_of([column])
    assert len(traits) == len(bands)
    assert all(t.has.any() and not (t.has & ~t.known).any() for t in traits)


# ---------------------------------------------------------------------------------------------- one account, one deal


def test_an_account_with_several_deals_counts_once_with_its_last_one() -> None:
    accounts, deals = table((20, 20, columns(Plan="A")), (0, 1, columns(Plan="B")))
    first = date(2025, 1, 1)
    last = accounts[-1].name
    deals = deals[:-1]
    deals += [Deal(last, Outcome.WON, closed_on=first + timedelta(days=30 * n)) for n in range(3)]
    deals += [Deal(last, Outcome.LOST, closed_on=first + timedelta(days=200)), Deal(last, Outcome.OPEN)]
    lift = measure_lift(accounts, deals, shuffles=FEW)
    assert (lift.n_won, lift.n_lost) == (20, 21)
    assert (row(lift, "Plan", "B").n, row(lift, "Plan", "B").won) == (1, 0)
    assert lift.counting == (
        "44 closed deals of 41 accounts: each account counts once here, with its latest closed deal (20 won, 21 lost); "
        "3 earlier ones do not count."
    )
    assert lift.warnings == (lift.counting,)


def test_how_many_deals_become_how_many_accounts_adds_up_with_those_that_left() -> None:
    accounts, deals = table((2, 1, columns(Plan="A")))
    day = date(2025, 1, 1)
    deals += [Deal(accounts[0].name, Outcome.CHURNED, closed_on=day), Deal("Nobody", Outcome.WON)]
    assert measure_lift(accounts, deals, shuffles=FEW).counting == (
        "4 closed deals of 3 accounts: each account counts once here, with its latest closed deal "
        "(1 won, 1 lost, 1 bought and left); 1 earlier one does not count."
    )
    assert measure_lift(accounts, deals[:3], shuffles=FEW).counting == ""


# ------------------------------------------------------------------------------------------- what means the same is one


def spelt(field: str, *cells: tuple[str, int, int]) -> list[LiftRow]:
    """The rows of one field whose cells stand in so many won and so many lost deals."""
    accounts, deals = table(*((won, lost, {field: cell}) for cell, won, lost in cells))
    return [r for r in of_columns(measure_lift(accounts, deals, shuffles=FEW)) if r.attribute == field]


@pytest.mark.parametrize(
    ("field", "first", "others"),
    [
        ("country", "USA", ["United States", "U.S.", "us", "United States of America", "The United States"]),
        ("country", "Deutschland", ["Germany", "DE", "BRD"]),
        ("country", "Österreich", ["Austria", "oesterreich"]),
        ("region", "California", ["CA", "Calif.", "US-CA"]),
        ("region", "Ontario", ["ON", "Ont."]),
        ("region", "EMEA", ["Europe, Middle East and Africa"]),
        ("industry", "Healthcare", ["Hospital & Health Care", "HOSPITAL_HEALTH_CARE", "Health care"]),
        ("industry", "Cold chain", ["Cold storage", "COLD_STORAGE"]),
        ("industry", "Tile laying", ["TILE_LAYING", "tile-laying"]),
    ],
)
def test_spellings_of_one_industry_country_or_region_are_one_trait(field: str, first: str, others: list[str]) -> None:
    made = spelt(field, (first, 5, 3), *((other, 1, 2) for other in others), ("Elsewhere", 4, 7))
    assert {(r.value, r.n, r.won) for r in made} == {
        (first, 8 + 3 * len(others), 5 + len(others)),
        ("Elsewhere", 11, 4),
    }


@pytest.mark.parametrize(
    ("field", "cells"),
    [
        ("region", ["CA", "Canada"]),
        ("region", ["GA", "GE"]),
        ("region", ["Washington", "Washington DC"]),
        ("country", ["Ireland", "Iceland"]),
        ("country", ["Niger", "Nigeria"]),
        ("country", ["EMEA", "Europe"]),
        ("industry", ["Home Care", "HOSPITAL_HEALTH_CARE"]),
        ("industry", ["Retail", "Restaurants"]),
        ("business_model", ["USA", "United States"]),
        ("stage", ["CA", "California"]),
    ],
)
def test_what_means_something_else_stays_apart(field: str, cells: list[str]) -> None:
    accounts, deals = table(*((3, 4, {field: cell}) for cell in cells))
    made = of_columns(measure_lift(accounts, deals, shuffles=FEW))
    assert [r.n for r in made] == [7, 7]


def test_a_column_of_the_table_keeps_its_spellings_but_for_case() -> None:
    accounts, deals = table(*((2, 2, columns(Place=cell)) for cell in ("USA", "usa", "United States")))
    made = of_columns(measure_lift(accounts, deals, shuffles=FEW))
    assert {(r.value, r.n) for r in made} == {("USA", 8), ("United States", 4)}


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ("HOSPITAL_HEALTH_CARE", "Hospital health care"),
        ("COMMERCIAL_LAUNDRY", "Commercial laundry"),
        ("RETAIL", "Retail"),
        ("FMCG", "FMCG"),
        ("Home Care", "Home Care"),
        ("B2B SaaS", "B2B SaaS"),
    ],
)
def test_an_industry_s_code_is_read_as_words(code: str, read: str) -> None:
    made = spelt("industry", (code, 5, 3), ("Elsewhere", 4, 7))
    assert {r.value for r in made} == {read, "Elsewhere"}


def test_those_that_left_are_counted_under_every_spelling() -> None:
    accounts, deals = table((4, 4, {"country": "USA"}), (4, 4, {"country": "Norway"}))
    left = [Account(f"Left {n}", country=cell) for n, cell in enumerate(("U.S.", "United States", "Norge"))]
    deals += [Deal(a.name, Outcome.CHURNED) for a in left]
    lift = measure_lift([*accounts, *left], deals, shuffles=FEW)
    assert (row(lift, "country", "USA").churned, row(lift, "country", "Norway").churned) == (2, 1)


def test_a_profile_takes_an_industry_of_two_spellings_as_one() -> None:
    accounts, deals = table(
        (12, 1, {"industry": "Healthcare"}), (10, 1, {"industry": "Hospitals"}), (2, 22, {"industry": "Steel"})
    )
    lift = measure_lift(accounts, deals, shuffles=FEW)
    assert (lift.rows[0].source, lift.rows[0].value) == ("profile of the won deals", "Healthcare")
    assert (lift.rows[0].n, lift.rows[0].won) == (24, 22)


def test_a_study_s_own_table_says_what_means_the_same(tmp_path: Path) -> None:
    (tmp_path / "industries.yaml").write_text("families:\n  care:\n    Home care: [Nursing]\n")
    accounts, deals = table(
        (5, 3, {"industry": "Home care"}), (2, 2, {"industry": "Nursing"}), (4, 7, {"industry": "X"})
    )
    own = measure_lift(accounts, deals, shuffles=FEW, neighbours=load_neighbours(tmp_path))
    assert {(r.value, r.n) for r in of_columns(own)} == {("Home care", 12), ("X", 11)}
    shipped = measure_lift(accounts, deals, shuffles=FEW)
    assert {r.value for r in of_columns(shipped)} == {"Home care", "Nursing", "X"}


def test_a_country_s_code_that_is_the_word_and_is_a_country_and_nothing_is_not() -> None:
    countries = load_neighbours().regions.countries
    assert countries("AND") == countries("Andorra") == {"AD"}
    assert countries("") == {""}


def test_a_study_s_table_in_which_a_state_stands_twice_is_refused(tmp_path: Path) -> None:
    table_text = "countries: {US: [United States]}\nregions: {}\nclose: []\nstates: {US: {CA: [West], NV: [West]}}\n"
    (tmp_path / "regions.yaml").write_text(table_text)
    with pytest.raises(StudyError, match="'West' stands for two states"):
        load_neighbours(tmp_path)


def test_a_trait_that_nobody_is_without_has_no_lift() -> None:
    accounts, deals = table((3, 1, {"tools": ("Slack",)}))
    accounts += [Account(f"Nothing known {n}") for n in range(4)]
    deals += [Deal(a.name, Outcome.LOST) for a in accounts[4:]]
    lift = measure_lift(accounts, deals, shuffles=FEW)
    slack = row(lift, "tools", "Slack")
    assert (slack.n, slack.won, slack.rest_n, slack.lift, slack.has_others) == (4, 3, 0, 0.0, False)
    (shown,) = [one for one in lift_json(lift)["rows"] if one["value"] == "Slack"]
    assert (shown["lift"], shown["lift_low"], shown["lift_high"]) == (None, None, None)
    cells = _lift_row(shown)
    assert (cells["lift"], cells["others"], cells["p"]) == ("", "none", "")


def test_the_same_rows_again_change_nothing_but_the_count_of_what_is_left_out() -> None:
    accounts, deals = table((15, 5, columns(Plan="A")), (5, 15, columns(Plan="B")))
    once, twice = measure_lift(accounts, deals, shuffles=99), measure_lift(accounts * 2, deals * 2, shuffles=99)
    assert twice.rows == once.rows
    assert not once.warnings
    assert twice.warnings == (twice.counting,)


def test_what_bought_and_left_is_no_win_and_stands_beside() -> None:
    accounts, deals = table((20, 20, columns(Plan="A")), (3, 3, columns(Plan="B")))
    left = [Account(f"Left {n}", attributes={"Plan": "B"}) for n in range(4)]
    churned = [Deal(a.name, Outcome.CHURNED, closed_on=date(2026, 1, 1)) for a in left]
    before = [Deal(left[0].name, Outcome.WON, closed_on=date(2025, 1, 1))]
    lift = measure_lift([*accounts, *left], [*deals, *before, *churned], shuffles=FEW)
    assert (lift.n_won, lift.n_lost, lift.churned) == (23, 23, 4)
    assert (row(lift, "Plan", "B").n, row(lift, "Plan", "B").churned, row(lift, "Plan", "A").churned) == (6, 4, 0)


def test_open_deals_and_deals_of_nobody_are_not_closed() -> None:
    closed = closed_deals([Account("A")], [Deal("A", Outcome.OPEN), Deal("Nobody", Outcome.WON)])
    assert closed.deals == ()


# ------------------------------------------------------------------------------------------------------------ leakage

APART = (columns(Plan="A"), columns(Plan="B"))


@pytest.mark.parametrize(
    "name",
    [
        "Closed Lost Reason", "closed_lost_reason", "ClosedLostReason", "LOST REASON", "Stage", "Deal Stage",
        "Lifecycle Stage", "Customer Status", "Go-Live wave", "NPS", "ARR band", "Churn Risk", "Forecast category",
    ],
)  # fmt: skip
def test_a_column_whose_name_tells_of_a_later_time_is_left_out(name: str) -> None:
    accounts, deals = table((12, 10, {"attributes": {name: "A"}}), (10, 12, {"attributes": {name: "B"}}))
    lift = measure_lift(accounts, deals, shuffles=FEW)
    assert [leak.column for leak in lift.leaks] == [name]
    assert not lift.rows
    assert any(name in w and "after the deal" in w for w in lift.warnings)


@pytest.mark.parametrize(
    "name", ["Funding stage", "Sites", "Array", "Lead Source", "Carrier", "Outcomes", "Company type"]
)
def test_a_column_of_another_name_is_not(name: str) -> None:
    accounts, deals = table((12, 10, {"attributes": {name: "A"}}), (10, 12, {"attributes": {name: "B"}}))
    assert not measure_lift(accounts, deals, shuffles=FEW).leaks


def test_a_column_that_is_filled_in_for_the_won_deals_is_left_out() -> None:
    accounts, deals = table(
        (10, 1, columns(Champion="Dana")), (9, 0, columns(Champion="Lee")), (3, 21, columns(Champion=""))
    )
    (leak,) = measure_lift(accounts, deals, shuffles=FEW).leaks
    assert leak.why == "it is filled in for 19 of 22 won and 1 of 22 lost deals"


def test_a_column_that_is_as_often_empty_on_both_sides_is_not() -> None:
    accounts, deals = table(
        (10, 4, columns(Champion="Dana")), (3, 9, columns(Champion="Lee")), (9, 9, columns(Champion=""))
    )
    assert not measure_lift(accounts, deals, shuffles=FEW).leaks


def test_a_value_that_parts_won_from_lost_almost_without_exception_is_left_out() -> None:
    accounts, deals = table((21, 1, columns(Code="x")), (1, 21, columns(Code="y")))
    (leak,) = measure_lift(accounts, deals, shuffles=FEW).leaks
    assert leak.column == "Code"
    assert "95%" in leak.why


def test_a_strong_value_that_leaves_exceptions_is_a_trait() -> None:
    accounts, deals = table((20, 3, columns(Code="x")), (2, 19, columns(Code="y")))
    lift = measure_lift(accounts, deals, shuffles=FEW)
    assert not lift.leaks
    assert row(lift, "Code", "x").verdict == Verdict.PREDICTIVE


def test_with_few_wins_the_value_all_have_does_not_count_as_knowing_them() -> None:
    accounts, deals = table((0, 95, columns(Plan="A")), (25, 5, columns(Plan="A")), (0, 5, columns(Plan="B")))
    assert not measure_lift(accounts, deals, shuffles=FEW).leaks


@pytest.mark.parametrize("said", ["Customer Status", "customer status"])
def test_a_column_somebody_vouches_for_is_tested_all_the_same(said: str) -> None:
    accounts, deals = table(
        (21, 1, {"attributes": {"Customer Status": "a"}}), (1, 21, {"attributes": {"Customer Status": "b"}})
    )
    assert not measure_lift(accounts, deals, shuffles=FEW).rows
    lift = measure_lift(accounts, deals, trusted=[said], shuffles=FEW)
    assert row(lift, "Customer Status", "a").verdict == Verdict.PREDICTIVE
    assert not lift.leaks


def test_a_profile_is_not_drawn_of_an_industry_that_knows_the_outcome() -> None:
    accounts, deals = table((22, 0, {"industry": "Customers"}), (0, 22, {"industry": "Others"}))
    lift = measure_lift(accounts, deals, shuffles=FEW)
    assert [leak.column for leak in lift.leaks] == ["industry"]
    assert (lift.rows, lift.profile) == ((), None)


# ------------------------------------------------------------------------------------------------------- what was said


def finding(account: str, start: int, kind: Kind = Kind.TRIGGER, category: str = "leadership_change") -> Finding:
    maker = Maker("offline", "m", "", "1")
    return Finding(
        f"d-{account}", "a.txt", kind, category, "c", "we lost it", start, start + 10, "Dana", "", Side.CUSTOMER,
        account, date(2026, 1, 1), maker,
    )  # fmt: skip


def test_what_was_said_is_a_trait_of_those_who_were_heard_and_cites_its_findings() -> None:
    accounts, deals = table((25, 25, {}))
    names = [a.name for a in accounts]
    said: dict[str, list[Finding]] = {name: [finding(name, 1)] for name in (*names[:12], names[30])}
    said[names[0]].append(finding(names[0], 50))
    said |= {name: [finding(name, 9, Kind.TOOL, "crm")] for name in names[31:38]}
    said |= {name: [] for name in names[38:46]}
    lift = measure_lift(accounts, deals, said, shuffles=FEW)
    trigger = row(lift, "mentioned trigger", "leadership change")
    assert (trigger.n, trigger.won, trigger.rest_n, trigger.rest_won) == (13, 12, 15, 0)
    assert trigger.verdict == Verdict.PREDICTIVE
    assert trigger.source == "findings"
    triggers = [f.id for name in names for f in said.get(name, ()) if f.kind == Kind.TRIGGER]
    assert len(trigger.evidence) == 14
    assert set(trigger.evidence) == set(triggers)
    assert not [r for r in lift.rows if r.attribute == "mentioned tool"], "tools have their own rows"


def test_in_a_study_a_finding_that_was_rejected_is_a_trait_no_more(demo_study: Any) -> None:
    from analyzer.records import Status

    before = {(r.attribute, r.value): r for r in demo_study.lift().rows if r.source == "findings"}
    by_id = {f.id: f for f in demo_study.store.findings()}
    assert before
    for one in before.values():
        assert one.evidence
        for name in one.evidence:
            assert one.attribute == f"mentioned {by_id[name].kind.value}"
            assert one.value == by_id[name].category.replace("_", " ")
    key, gone = next((k, r) for k, r in before.items() if len({by_id[i].account for i in r.evidence}) > 1)
    account = by_id[gone.evidence[0]].account
    theirs = [i for i in gone.evidence if by_id[i].account == account]
    for name in theirs:
        demo_study.store.review(name, Status.REJECTED, "not so")
    (now,) = [r for r in demo_study.lift().rows if (r.attribute, r.value) == key]
    assert set(now.evidence) == set(gone.evidence) - set(theirs)
    assert (now.n, now.rest_n) == (gone.n - 1, gone.rest_n + 1)


# ---------------------------------------------------------------------------------------------------------- intervals

SHARES = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(share=SHARES, more=st.integers(2, 9))
def test_a_share_s_interval_holds_it_and_shrinks_with_more_of_the_same(share: tuple[int, int], more: int) -> None:
    some, n = share
    few, many = wilson(some, n), wilson(some * more, n * more)
    assert 0 <= few.low <= some / n <= few.high <= 1
    assert many.high - many.low < few.high - few.low
    assert wilson(n - some, n) == pytest.approx((1 - few.high, 1 - few.low))


@given(share=SHARES)
def test_one_more_win_moves_a_share_s_interval_up(share: tuple[int, int]) -> None:
    some, n = share
    if some < n:
        before, after = wilson(some, n), wilson(some + 1, n)
        assert after.low > before.low
        assert after.high >= before.high


@given(one=SHARES, other=SHARES, more=st.integers(2, 9))
def test_a_difference_s_interval_holds_it_turns_round_with_its_sides_and_shrinks(
    one: tuple[int, int], other: tuple[int, int], more: int
) -> None:
    there, back = newcombe(*one, *other), newcombe(*other, *one)
    difference = one[0] / one[1] - other[0] / other[1]
    assert -1 <= there.low <= difference + 1e-12
    assert difference - 1e-12 <= there.high <= 1
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-12)
    larger = newcombe(one[0] * more, one[1] * more, other[0] * more, other[1] * more)
    assert larger.high - larger.low <= there.high - there.low


@given(one=SHARES, other=SHARES)
def test_fisher_s_p_does_not_care_which_side_is_named_first(one: tuple[int, int], other: tuple[int, int]) -> None:
    p = fisher(*one, *other)
    assert 0 < p <= 1
    assert fisher(*other, *one) == pytest.approx(p, rel=1e-6)
    lost = fisher(one[1] - one[0], one[1], other[1] - other[0], other[1])
    assert lost == pytest.approx(p, rel=1e-6)


@given(ps=st.lists(st.floats(0, 1), max_size=40), seed=st.integers(0, 9))
def test_qs_lie_above_their_ps_in_the_same_order(ps: list[float], seed: int) -> None:
    qs = false_discovery_rates(ps)
    assert all(p <= q + 1e-12 and q <= 1 for p, q in zip(ps, qs, strict=True))
    ranked = sorted(zip(ps, qs, strict=True))
    assert all(a[1] <= b[1] + 1e-12 for a, b in pairwise(ranked))
    places = random.Random(seed).sample(range(len(ps)), len(ps))
    assert false_discovery_rates([ps[i] for i in places]) == pytest.approx([qs[i] for i in places])


@given(st.integers(0, 500))
def test_an_expected_number_s_interval_holds_the_one_that_was_seen(events: int) -> None:
    interval = poisson(events)
    assert 0 <= interval.low <= events <= interval.high
    assert poisson(events + 1) > interval


def test_what_is_no_share_is_refused_and_of_nothing_nothing_is_known() -> None:
    for some, n in ((3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="is no share"):
            wilson(some, n)
    assert wilson(0, 0) == (0, 1)
    assert newcombe(0, 0, 3, 4) == newcombe(3, 4, 0, 0) == (-1, 1)


# ---------------------------------------------------------------------------------------------------- the command line

CRM = "Company name,Deal Stage,Plan,Customer Status,+Odd\n"


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


@pytest.fixture(scope="module")
def crm_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of 44 accounts, made by the command line: a plan that wins, and a column that knows who bought."""
    folder = tmp_path_factory.mktemp("lift")
    lines = [
        f"A{n},{'Closed Won' if n < 22 else 'Closed Lost'},{'Gold' if n % 22 < 16 - n // 22 * 12 else 'Tin'},"
        f"{'Active' if n < 20 else 'Never'},{'=1+1' if n % 2 else '[x](http://e.example) <b>'}\n"
        for n in range(44)
    ]
    (folder / "crm.csv").write_text(CRM + "".join(lines))
    for arguments in (("init",), ("accounts", "import", folder / "crm.csv", "--map", "Customer Status=attribute")):
        ran = icp(folder / "study", *arguments)
        assert ran.returncode == 0, ran.stderr
    return folder / "study"


def test_lift_as_json_is_as_designed(crm_study: Path) -> None:
    ran = icp(crm_study, "lift", "--format", "json")
    assert (ran.returncode, ran.stderr) == (0, "")
    content = json.loads(ran.stdout)
    assert {"summary", "n_won", "n_lost", "rows"} <= set(content)
    assert (content["n_won"], content["n_lost"]) == (22, 22)
    assert content["rows"]
    assert all(set(one) >= DESIGNED for one in content["rows"])
    assert {one["verdict"] for one in content["rows"]} <= set(Verdict)
    (gold,) = [one for one in content["rows"] if one["value"] == "Gold"]
    assert (gold["n"], gold["won"], gold["verdict"]) == (20, 16, "predictive")
    assert gold["win_rate"] == pytest.approx(0.8)
    assert gold["low"] < 0.8 < gold["high"]
    assert gold["lift"] == pytest.approx(0.8 - 6 / 24)
    assert content["warnings"] == [w for w in content["warnings"] if "Customer Status" in w]


def test_lift_as_a_table_says_its_summary_and_on_stderr_what_was_left_out(crm_study: Path) -> None:
    ran = icp(crm_study, "lift")
    assert ran.returncode == 0
    assert "Predictive: Plan: Gold." in ran.stdout
    assert "note: Column Customer Status is left out" in ran.stderr
    assert "Active" not in ran.stdout


def test_lift_with_a_column_brings_it_back(crm_study: Path) -> None:
    ran = icp(crm_study, "lift", "--with", "customer status", "--format", "json")
    content = json.loads(ran.stdout)
    assert {"Active", "Never"} <= {one["value"] for one in content["rows"]}
    assert not content["warnings"]


def test_lift_as_csv_has_the_fields_of_json_and_no_formula(crm_study: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(icp(crm_study, "lift", "--format", "csv").stdout)))
    content = json.loads(icp(crm_study, "lift", "--format", "json").stdout)
    assert [*rows[0]] == [*content["rows"][0]]
    assert len(rows) == len(content["rows"])
    assert {"'=1+1", "'+Odd"} <= {one[name] for one in rows for name in ("attribute", "value")}
    assert not [cell for one in rows for cell in (one["attribute"], one["value"]) if cell[:1] in "=+-@"]
    assert [float(one["lift"]) for one in rows] == pytest.approx([one["lift"] for one in content["rows"]])


def test_lift_as_markdown_is_a_table_in_which_words_are_no_markup(crm_study: Path) -> None:
    lines = icp(crm_study, "lift", "--format", "md").stdout.splitlines()
    assert lines[0].startswith("| attribute | value | won of n |")
    assert len({line.replace("\\|", "").count("|") for line in lines}) == 1
    assert "\\[x\\](http" in "".join(lines)
    assert "<b>" not in "".join(lines)


def test_lift_of_a_study_without_deals_says_so_and_exits_0(tmp_path: Path) -> None:
    assert icp(tmp_path, "init").returncode == 0
    ran = icp(tmp_path, "lift")
    assert ran.returncode == 0
    assert ran.stdout.startswith("Too few deals to say what predicts winning: 0 accounts won and 0 lost, 20 of each")
    content = json.loads(icp(tmp_path, "lift", "--format", "json").stdout)
    assert (content["rows"], content["n_won"]) == ([], 0)


def test_wrong_use_of_lift_exits_2(tmp_path: Path, crm_study: Path) -> None:
    assert icp(tmp_path / "nowhere", "lift").returncode == 2
    ran = icp(crm_study, "lift", "--format", "xml")
    assert (ran.returncode, ran.stdout) == (2, "")


def test_every_attribute_of_the_demo_becomes_a_column_once() -> None:
    names = [c.name for c in columns_of(demo_table().accounts)]
    assert len(names) == len(set(names))
    assert {"industry", "employees", "country", "Sites", *NOISE} <= set(names)
