"""What a line on win rates claims: never more than was shown, and of accounts where accounts are counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from small_study import companies, material, together

from analyzer.icp.numbers import firmographics, rate_line, validation
from analyzer.icp.segments import segment_firmographics
from analyzer.records import Account, Deal, Outcome, Score
from analyzer.scoring.lift import LiftRow, Verdict, measure_lift
from analyzer.scoring.segments import find_segments

Group = tuple[list[Account], list[Deal]]


def row_of(value: str, *groups: Group) -> tuple[LiftRow, int]:
    lift = measure_lift(**together(*groups), shuffles=19)
    (row,) = [r for r in lift.rows if r.value == value and r.source.startswith("column")]
    return row, lift.tested


def test_what_is_common_and_not_shown_is_said_with_both_rates_and_the_difference() -> None:
    groups = [companies(14, 12, "With", tools=("ADP",)), companies(8, 14, "Without", tools=("Gusto",))]
    row, tested = row_of("ADP", *groups)
    assert row.verdict == Verdict.DESCRIPTIVE
    assert rate_line(row, tested).detail == (
        "descriptive only, 64 % of won accounts have it; that it wins more was not shown "
        "(54 % against 36 %, difference -10 to +42 points); won 14 of 26 accounts; all others 8 of 22"
    )


def test_an_interval_that_leaves_out_nothing_is_said_to_be_one_of_many() -> None:
    """By itself it would be a difference; of so many traits tested one such comes by chance."""
    groups = [companies(10, 7, "With", tools=("ADP",)), companies(10, 25, "Without", tools=("Gusto",))]
    row, _ = row_of("ADP", *groups)
    assert row.lift_interval.low > 0
    unshown = replace(row, verdict=Verdict.DESCRIPTIVE)
    assert "difference +2 to +53 points, but one of 37 traits tested)" in rate_line(unshown, 37).detail


@pytest.mark.parametrize(
    ("won", "lost", "said"),
    [(5, 9, "wins less"), (9, 5, "wins more"), (7, 7, "makes a difference")],
)
def test_the_side_that_was_not_shown_is_the_one_that_was_seen(won: int, lost: int, said: str) -> None:
    row, tested = row_of(
        "Brewing", companies(won, lost, "In", industry="Brewing"), companies(20, 20, "Out", industry="X")
    )
    assert rate_line(row, tested).detail.startswith(f"descriptive only, that it {said} was not shown (")


def test_no_line_says_of_what_was_not_shown_that_it_is_not_so() -> None:
    groups = [companies(14, 12, "With", tools=("ADP",)), companies(8, 14, "Without", tools=("Gusto",))]
    lift = measure_lift(**together(*groups), shuffles=19)
    said = " ".join(rate_line(r, lift.tested).detail for r in lift.rows)
    assert "wins no more" not in said
    assert "no difference" not in said
    assert lift.summary.startswith("No attribute could be shown to predict winning here (")


def test_of_a_trait_that_nobody_is_without_no_others_are_named() -> None:
    groups = [companies(3, 1, "With", tools=("ADP",)), companies(3, 4, "Nothing known")]
    row, tested = row_of("ADP", *groups)
    assert rate_line(row, tested).detail == "too few deals to say; won 3 of 4 accounts"


def test_the_draft_says_in_one_sentence_how_many_deals_become_how_many_accounts() -> None:
    held = together(companies(20, 2, "In", industry="Brewing"), companies(2, 20, "Out", industry="Mining"))
    assert not [line for line in firmographics(material(**held)) if "closed deals of" in line.statement]
    earlier = [replace(d, outcome=Outcome.LOST, closed_on=date(2020, 1, 1)) for d in held["deals"][:9]]
    *lines, last = firmographics(material(**{**held, "deals": [*held["deals"], *earlier]}))
    assert last.statement == (
        "53 closed deals of 44 accounts: each account counts once here, with its latest closed deal (22 won, 22 lost); "
        "9 earlier ones do not count."
    )
    assert all("accounts" in line.detail and "deals" not in line.detail for line in lines)


@pytest.mark.parametrize(
    ("imported", "fits", "said"),
    [
        (1, 1, "1 of 1 imported account is tier 1: under 50 are imported, too few to tell how wide a market that is"),
        (3, 0, "0 of 3 imported accounts are tier 1: under 50 are imported, too few to tell how wide a market that is"),
        (60, 4, "4 of 60 imported accounts are tier 1: under 50, too narrow to build a list on"),
        (60, 55, "55 of 60 imported accounts are tier 1: it filters next to nothing, too broad"),
        (100, 60, "60 of 100 imported accounts are tier 1"),
    ],
)
def test_a_profile_is_called_narrow_only_where_enough_accounts_are_imported(
    imported: int, fits: int, said: str
) -> None:
    names = [f"A{n}" for n in range(imported)]
    scores = [Score(name, 80.0, 80, 80, "1" if n < fits else "none", ()) for n, name in enumerate(names)]
    made = material(accounts=[Account(name) for name in names], scores=scores)
    assert [line.statement for line in validation(made) if line.source == "scores"] == [said]


def test_industries_of_a_segment_that_holds_others_are_said_to_be_most_of_it() -> None:
    won = companies(24, 0, "In", industry="Brewing")
    others = companies(0, 9, "Out", industry="Mining")
    (segment,) = find_segments(**together(won, others)).segments
    assert [line.statement for line in segment_firmographics(segment)][:1] == ["Industry: mostly Brewing"]
    assert segment.name == "all won accounts"
