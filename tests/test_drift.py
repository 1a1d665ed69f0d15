"""Drift over quarters: small tables checked by hand, what may and may not be said, and when a review is due."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cli import icp

from analyzer.records import Account, Deal, Document, DocumentKind, Finding, Kind, Maker, Outcome, Side, Status
from analyzer.scoring.backtest import backtest
from analyzer.scoring.drift import (
    Drift,
    Quarter,
    choose_sides,
    find_emerging,
    measure_drift,
    quarter_of,
    size_band,
)
from analyzer.scoring.drift_json import drift_json, shift_sentence
from analyzer.scoring.intervals import newcombe, wilson
from analyzer.scoring.reviews import State, decide_review, lost_verdicts
from analyzer.scoring.scorecard import Geography, Industry, Scorecard, Size
from analyzer.scoring.stability import Shift, Stability, chance_index, measure_shift, stability_index
from analyzer.study import Study

TODAY = date(2026, 7, 1)
CARD = Scorecard(
    industry=Industry(fitting=("Food",)), size=Size(low=50, high=500), geography=Geography(supported=("Norway",))
)
Row = tuple[str, str, int | None, str, Outcome, date | None]


def row(n: int, industry: str, outcome: Outcome, closed: str | None, employees: int | None = 100) -> Row:
    return (f"A{n}", industry, employees, "Norway", outcome, date.fromisoformat(closed) if closed else None)


def drift_of(
    rows: Sequence[Row],
    documents: Sequence[Document] = (),
    findings: Sequence[Finding] = (),
    drafted_on: date | None = None,
    states: Sequence[State] = (),
    as_of: date = TODAY,
) -> Drift:
    accounts = {r[0]: Account(r[0], industry=r[1], employees=r[2], country=r[3]) for r in rows}
    deals = [Deal(r[0], r[4], closed_on=r[5]) for r in rows]
    test = backtest(accounts.values(), deals, CARD, lambda _: (None, None), lambda _a, _d: Scorecard())
    return measure_drift(accounts.values(), deals, test, documents, findings, drafted_on, states, as_of)


def spoken(name: str, account: str, said_on: date | None) -> Document:
    return Document(name, name.encode().hex(), DocumentKind.INTERVIEW, "text", (), account=account, said_on=said_on)


def trigger(account: str, category: str, said_on: date | None, status: Status = Status.NEW, start: int = 0) -> Finding:
    return Finding(
        f"d-{account}", f"{account}.txt", Kind.TRIGGER, category, "c", "text", start, start + 4, "Dana", "",
        Side.CUSTOMER, account, said_on, Maker("offline", "m", "p", "1"), status=status,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------- stability index


def test_the_index_is_the_sum_over_values_worked_by_hand() -> None:
    # Shares with half a case added to each count: 10.5/21 and 10.5/21 before, 15.5/21 and 5.5/21 now.
    by_hand = (15.5 - 10.5) / 21 * log(15.5 / 10.5) + (5.5 - 10.5) / 21 * log(5.5 / 10.5)
    assert by_hand == pytest.approx(0.2467, abs=1e-4)
    assert stability_index({"a": 10, "b": 10}, {"a": 15, "b": 5}) == pytest.approx(by_hand)


COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 60), max_size=6)


@given(COUNTS, COUNTS)
def test_the_index_is_never_negative_symmetric_and_nothing_for_the_same_mix(
    one: dict[str, int], other: dict[str, int]
) -> None:
    assert stability_index(one, other) >= 0
    assert stability_index(one, other) == pytest.approx(stability_index(other, one))
    assert stability_index(one, one) == 0


def test_under_twenty_on_a_side_no_number_is_given() -> None:
    few = measure_shift("industry", {"a": 100}, {"b": 19})
    assert (few.index, few.chance, few.verdict) == (None, None, Stability.TOO_FEW)
    assert measure_shift("industry", {"a": 100}, {"b": 20}).verdict == Stability.MATERIAL


@pytest.mark.parametrize(
    ("before", "recent", "verdict"),
    [
        ({"a": 50, "b": 50}, {"a": 50, "b": 50}, Stability.STABLE),
        ({"a": 500, "b": 500}, {"a": 700, "b": 300}, Stability.SOME),
        ({"a": 500, "b": 500}, {"a": 800, "b": 200}, Stability.MATERIAL),
        ({"a": 10, "b": 10}, {"a": 14, "b": 6}, Stability.CHANCE),
        ({"a": 40}, {"a": 30}, Stability.STABLE),
    ],
)
def test_a_shift_has_a_verdict_by_its_index_and_by_what_chance_gives(
    before: dict[str, int], recent: dict[str, int], verdict: Stability
) -> None:
    assert measure_shift("industry", before, recent).verdict == verdict


def test_without_a_shift_one_sample_in_twenty_exceeds_what_chance_gives() -> None:
    draw = np.random.default_rng(7)
    shares, n, m = [0.5, 0.3, 0.2], 60, 40
    over = 0
    for _ in range(2000):
        before, recent = (dict(zip("abc", draw.multinomial(k, shares).tolist(), strict=True)) for k in (n, m))
        over += stability_index(before, recent) > chance_index(3, n, m)
    assert wilson(over, 2000, 0.999).low <= 0.05 <= wilson(over, 2000, 0.999).high


def test_rare_values_are_counted_together() -> None:
    many = {f"v{i}": 1 for i in range(30)}
    other = {f"w{i}": 1 for i in range(30)}
    assert measure_shift("industry", many, other).verdict == Stability.STABLE


# ------------------------------------------------------------------------------------------------------------ quarters


def test_quarters_follow_each_other() -> None:
    assert [str(quarter_of(date(2026, month, 1))) for month in (1, 3, 4, 6, 7, 12)] == [
        "2026-Q1", "2026-Q1", "2026-Q2", "2026-Q2", "2026-Q3", "2026-Q4",
    ]  # fmt: skip
    assert Quarter(2025, 4).following == Quarter(2026, 1)
    assert [size_band(n) for n in (None, 1, 50, 51, 5000, 5001)] == [
        "", "1-50", "1-50", "51-200", "1001-5000", "over 5000",
    ]  # fmt: skip


def test_deals_count_in_the_quarter_they_closed_in() -> None:
    rows = [
        row(1, "Food", Outcome.WON, "2025-03-31"),
        row(2, "food", Outcome.WON, "2025-01-01", None),
        row(3, "Steel", Outcome.LOST, "2025-03-31"),
        row(4, "Food", Outcome.CHURNED, "2025-02-01"),
        row(5, "Steel", Outcome.WON, "2025-10-01", 700),
        row(6, "Steel", Outcome.OPEN, None),
    ]
    first, second, third, fourth = drift_of(rows).quarters
    assert (str(first.quarter), first.won, first.lost, first.churned) == ("2025-Q1", 2, 1, 1)
    assert first.mix == {"industry": {"Food": 2}, "size": {"": 1, "51-200": 1}, "country": {"Norway": 2}}
    assert [(str(q.quarter), q.won, q.lost) for q in (second, third)] == [("2025-Q2", 0, 0), ("2025-Q3", 0, 0)]
    assert fourth.mix["size"] == {"501-1000": 1}


def test_spellings_of_one_industry_or_country_are_one_value_of_the_mix() -> None:
    cells = [("Healthcare", "USA"), ("HOSPITAL_HEALTH_CARE", "U.S."), ("Hospitals", "USA"), ("Home Care", "Norge")]
    day = date(2025, 3, 31)
    rows: list[Row] = [(f"A{n}", i, 100, c, Outcome.WON, day) for n, (i, c) in enumerate(cells)]
    rows.append(row(9, "Healthcare", Outcome.LOST, "2025-03-31"))
    (quarter,) = drift_of(rows).quarters
    assert quarter.mix["industry"] == {"Healthcare": 3, "Home Care": 1}
    assert quarter.mix["country"] == {"USA": 3, "Norge": 1}


def test_one_won_account_is_said_in_the_singular() -> None:
    drift = drift_of([row(1, "Food", Outcome.WON, "2025-01-01"), row(2, "Food", Outcome.WON, "2025-05-01")])
    said = [*(shift_sentence(s) for s in drift.shifts), *drift.warnings]
    assert any("1 won account before" in one for one in said)
    assert "1 won accounts" not in " ".join(said)


def test_an_account_with_two_won_deals_in_a_quarter_is_one_account_of_its_mix() -> None:
    twice = [row(1, "Food", Outcome.WON, "2025-03-31"), row(1, "Food", Outcome.WON, "2025-02-01")]
    (quarter,) = drift_of(twice).quarters
    assert (quarter.won, quarter.mix["industry"]) == (2, {"Food": 1})


def test_win_rates_by_tier_carry_wilson_s_interval() -> None:
    rows = [row(n, "Food", Outcome.WON if n < 3 else Outcome.LOST, "2025-03-01") for n in range(4)]
    rows += [row(n, "Steel", Outcome.LOST, "2025-03-01", 9000) for n in range(4, 6)]
    (quarter,) = drift_of(rows).quarters
    first, low = quarter.tiers
    assert (first.tier, first.n, first.won, first.interval) == ("1", 4, 3, wilson(3, 4))
    assert (low.tier, low.n, low.won, low.interval) == ("none", 2, 0, wilson(0, 2))


def test_what_has_no_date_or_closes_later_is_in_no_quarter_and_counted() -> None:
    rows = [
        row(1, "Food", Outcome.WON, "2025-03-31"),
        row(2, "Food", Outcome.WON, None),
        row(3, "Food", Outcome.LOST, "2026-07-02"),
    ]
    drift = drift_of(rows, [spoken("a.txt", "A1", None)])
    assert sum(q.won + q.lost for q in drift.quarters) == 1
    assert drift.warnings[:3] == (
        "Without a closing date, and in no quarter: 1 of 3 closed deals.",
        "Closed after 2026-07-01, and left out: 1 deal.",
        "Without a date, what is said there in no quarter: 1 of 1 document.",
    )
    assert sum(q.won + q.lost for q in drift_of(rows, as_of=date(2026, 7, 2)).quarters) == 2


def test_triggers_count_accounts_and_not_mentions_and_leave_out_what_was_rejected() -> None:
    day, later = date(2026, 2, 1), date(2026, 5, 1)
    documents = [spoken("a", "A1", day), spoken("b", "A2", day), spoken("c", "A3", later), spoken("d", "", later)]
    findings = [
        trigger("A1", "funding", day),
        trigger("A1", "funding", day, start=9),
        trigger("A2", "funding", day),
        trigger("A2", "hiring", day, Status.REJECTED),
        trigger("A3", "hiring", later),
        trigger("A3", "incident", None),
    ]
    first, second = drift_of([], documents, findings).quarters
    assert (first.triggers, first.heard) == ({"funding": 2}, 2)
    assert (second.triggers, second.heard) == ({"hiring": 1}, 2)


def test_no_deals_at_all_is_said() -> None:
    drift = drift_of([])
    assert drift.warnings == ("No closed deals are imported: there is no mix of won accounts to compare.",)
    assert (drift.quarters, drift.emerging, drift.review.is_due, drift.review.on) == ((), (), False, None)
    assert {s.verdict for s in drift.shifts} == {Stability.TOO_FEW}


def test_one_wrong_date_long_ago_does_not_list_every_quarter_since() -> None:
    rows = [row(1, "Food", Outcome.WON, "1900-01-01"), row(2, "Food", Outcome.WON, "2026-01-01")]
    assert [str(q.quarter) for q in drift_of(rows).quarters] == ["1900-Q1", "2026-Q1"]


@given(st.permutations(range(12)))
def test_the_order_of_deals_does_not_matter(order: list[int]) -> None:
    rows = [
        row(n, ("Food", "Steel", "food")[n % 3], (Outcome.WON, Outcome.LOST)[n % 5 == 0], f"2025-{1 + n:02d}-01")
        for n in range(12)
    ]
    assert drift_json(drift_of([rows[i] for i in order])) == drift_json(drift_of(rows))


# ----------------------------------------------------------------------------------------------------- what is compared


def test_the_fewest_last_quarters_with_twenty_won_accounts_are_compared_with_all_before() -> None:
    won = [(Quarter(2025, n), count) for n, count in ((1, 30), (2, 8), (3, 0), (4, 12))]
    assert choose_sides(won) == ((Quarter(2025, 1),), (Quarter(2025, 2), Quarter(2025, 4)))
    assert choose_sides([(Quarter(2025, 1), 6), (Quarter(2025, 2), 6)]) == ((Quarter(2025, 1),), (Quarter(2025, 2),))
    assert choose_sides([]) == ((), ())


def test_a_value_emerges_when_the_interval_of_the_rise_lies_above_nothing() -> None:
    (found,) = find_emerging("industry", {"Food": 20, "Steel": 10}, {"Food": 10, "Cold": 8, "Steel": 6})
    assert (found.value, found.some, found.n, found.others, found.m) == ("Cold", 8, 24, 0, 30)
    assert found.interval == newcombe(8, 24, 0, 30)
    assert found.interval.low > 0
    assert find_emerging("industry", {"Food": 20}, {"Food": 10, "Cold": 4}) == []
    assert find_emerging("industry", {"Food": 20, "Cold": 8}, {"Food": 20, "Cold": 12}) == []
    assert find_emerging("industry", {}, {"Food": 50}) == []


def shifted_table() -> list[Row]:
    """24 won in Food in 2025, 24 won in early 2026 of which 20 in Cold storage; as many lost, all in Steel."""
    rows = [row(n, "Food", Outcome.WON, "2025-05-01") for n in range(24)]
    rows += [row(24 + n, "Cold storage" if n < 20 else "Food", Outcome.WON, "2026-02-01") for n in range(24)]
    return rows + [row(48 + n, "Steel", Outcome.LOST, f"2025-{1 + n // 2:02d}-01") for n in range(24)]


def test_a_market_that_moved_is_found_named_and_makes_a_review_due() -> None:
    drift = drift_of(shifted_table(), drafted_on=TODAY)
    assert ([str(q) for q in drift.before], [str(q) for q in drift.recent]) == (["2025-Q2"], ["2026-Q1"])
    industry, size, country = drift.shifts
    assert (industry.verdict, size.verdict, country.verdict) == (
        Stability.MATERIAL,
        Stability.STABLE,
        Stability.STABLE,
    )
    by_hand = (20.5 - 0.5) / 25 * log(20.5 / 0.5) + (4.5 - 24.5) / 25 * log(4.5 / 24.5)
    assert industry.index == pytest.approx(by_hand)
    assert [e.value for e in drift.emerging] == ["Cold storage"]
    assert drift.review.is_due
    assert drift.review.on == TODAY
    assert "by industry has shifted" in drift.review.why[0]
    content = drift_json(drift)
    assert content["emerging"][0]["sentence"] == (
        "Industry Cold storage is emerging: 20 of 24 won accounts lately, before 0 of 24 (+83 points, 95 % interval "
        f"{100 * newcombe(20, 24, 0, 24).low:+.0f} to {100 * newcombe(20, 24, 0, 24).high:+.0f})."
    )


def test_accounts_that_won_at_thirty_to_forty_points_are_named() -> None:
    # Outside the industries (0 of 25), in the band (20) and elsewhere (0 of 15): 20 of the 60 points that are known.
    low = ("Odd Ltd", "Steel", 100, "Chile", Outcome.WON, date(2026, 1, 1))
    drift = drift_of([low, row(1, "Food", Outcome.WON, "2026-01-01")])
    assert [(s.account, s.score) for s in drift.won_at_30] == [("Odd Ltd", 33.3)]
    assert drift_json(drift)["emerging"] == [
        {
            "kind": "score",
            "account": "Odd Ltd",
            "score": 33.3,
            "sentence": "Odd Ltd won with a score of 33: perhaps a segment that the scorecard does not know.",
        }
    ]


# -------------------------------------------------------------------------------------------------------------- review


def test_a_review_is_due_ninety_days_after_the_newest_draft() -> None:
    made = date(2026, 1, 1)
    on = made + timedelta(days=90)
    early, late = (decide_review(made, (), (), day) for day in (on - timedelta(days=1), on))
    assert (early.is_due, early.on, early.why) == (False, on, ())
    assert (late.is_due, late.on) == (True, on)
    assert late.why == ("The newest draft is 90 days old; a review is due after 90.",)


def test_a_shift_makes_it_due_at_once_and_one_within_chance_does_not() -> None:
    def shift(verdict: Stability) -> Shift:
        return Shift("industry", {}, {}, 0.31, 0.2, verdict)

    assert decide_review(TODAY, [shift(Stability.MATERIAL)], (), TODAY).on == TODAY
    for verdict in (Stability.STABLE, Stability.SOME, Stability.CHANCE, Stability.TOO_FEW):
        assert not decide_review(TODAY, [shift(verdict)], (), TODAY).is_due


def test_a_trait_that_no_longer_predicts_makes_it_due() -> None:
    states = [
        State("version 1", frozenset({"industry: Food", "employees: 100-300"})),
        State("version 2", frozenset({"employees: 110-310"})),
    ]
    review = decide_review(TODAY, (), states, TODAY)
    assert review.why == ("“industry: Food” was predictive at version 1 and is not at version 2.",)
    assert not decide_review(TODAY, (), states[1:], TODAY).is_due


def test_a_band_or_a_profile_whose_edges_moved_is_still_there() -> None:
    before = frozenset({"employees: 100-300", "industry + employees: Food, 100-300", "Sites: 2", "tools: SAP"})
    after = frozenset({"employees: 120-310", "industry + employees: Cold, 90-300", "sites: 3", "TOOLS: sap"})
    assert lost_verdicts(before, after) == []
    assert lost_verdicts(before, frozenset({"revenue: 1M-2M"})) == sorted(before)


# --------------------------------------------------------------------------------------------------------- the command


def test_the_command_prints_the_quarters_and_when_a_review_is_due(demo_folder: Path) -> None:
    ran = icp(demo_folder, "drift", "--as-of", "2026-06-01", "--format", "json")
    assert ran.returncode == 0, ran.stderr
    content = json.loads(ran.stdout)
    assert {"quarters", "psi", "emerging", "review", "warnings"} <= set(content)
    assert set(content["review"]) == {"due", "on", "why"}
    assert [s["attribute"] for s in content["psi"]] == ["industry", "size", "country"]
    study = Study(demo_folder)
    closed = [d for d in study.store.deals() if d.outcome in (Outcome.WON, Outcome.LOST) and d.closed_on]
    study.close()
    assert sum(q["won"] + q["lost"] for q in content["quarters"]) == len(closed)
    assert sum(t["n"] for q in content["quarters"] for t in q["tiers"]) == len(closed)
    assert any("Too few deals" in warning for warning in content["warnings"])
    assert icp(demo_folder, "drift", "--as-of", "2026-06-01", "--format", "json").stdout == ran.stdout

    table = icp(demo_folder, "drift", "--as-of", "2026-06-01")
    assert "2025-Q4" in table.stdout
    assert "Too few deals" in table.stderr
    rows = icp(demo_folder, "drift", "--as-of", "2026-06-01", "--format", "csv").stdout.splitlines()
    assert rows[0].startswith("quarter,won,lost,churned,heard,tier 1 won")
    assert len(rows) == 1 + len(content["quarters"])
    assert icp(demo_folder, "drift", "--as-of", "soon").returncode == 2


def test_a_draft_of_long_ago_is_due_in_a_real_study(demo_folder: Path) -> None:
    study = Study(demo_folder)
    made_on = date.fromisoformat(study.drafts()[-1]["made_at"][:10])
    fresh, stale = (study.drift(made_on + timedelta(days=days)) for days in (1, 91))
    study.close()
    assert (fresh.review.is_due, fresh.review.on) == (False, made_on + timedelta(days=90))
    assert stale.review.is_due
