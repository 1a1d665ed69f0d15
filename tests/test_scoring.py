"""The score: arithmetic with reasons; the unknown is a range, and nothing on the kill list gets through."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import StudyError
from analyzer.reading.tables.accounts import read_accounts
from analyzer.records import Account, Deal, Finding, Kind, Maker, Outcome, Score, Side, Signal
from analyzer.scoring.score import best_first, known_points, score_account, spell_score
from analyzer.scoring.scorecard import (
    Geography,
    Industry,
    Kill,
    Scorecard,
    Size,
    Tech,
    Tiers,
    load_scorecard,
    suggest_scorecard,
    write_scorecard,
)

CARD = Scorecard(
    industry=Industry(fitting=("Food", "Cold storage"), adjacent=("Retail",)),
    size=Size(low=100, high=500),
    tech=Tech(required=("SAP",), competitors=("Rampwise",)),
    geography=Geography(supported=("Norway",), adjacent=("Sweden",)),
    kill=(
        Kill(attribute="tools", values=("GateGrid",), reason="signed for five years"),
        Kill(attribute="Sites", values=("1",)),
        Kill(attribute="industry", values=("Casino",)),
    ),
)


def signal(strength: float, on: date | None = date(2026, 4, 1)) -> Signal:
    maker = Maker("offline", "m", "", "1")
    finding = Finding(
        "d1", "a.txt", Kind.TRIGGER, "incident", "c", "we lost it", 0, 10, "Dana", "", Side.CUSTOMER, "Acme", on, maker
    )
    return Signal(finding, on, "event" if on else "unknown", 0, 45, strength)


BEST = Account("Acme", industry="Food", employees=200, country="Norway", tools=("SAP", "Excel"))


def points(score: Score) -> dict[str, float]:
    return {a.name: a.points for a in score.attributes}


# ---------------------------------------------------------------------------------------------------------- the points


def test_the_default_weights_are_those_of_the_design_and_make_a_hundred() -> None:
    card = Scorecard()
    assert (card.industry.points, card.size.points, card.tech.points, card.geography.points, card.trigger.points) == (
        25,
        20,
        20,
        15,
        20,
    )
    assert card.max == 100
    assert (card.tiers.first, card.tiers.second) == (70, 40)


def test_an_account_that_fits_in_everything_gets_a_hundred_and_tier_1() -> None:
    score = score_account(BEST, [signal(1.0)], CARD)
    assert (score.score, score.low, score.high, score.tier) == (100, 100, 100, "1")
    assert points(score) == {"industry": 25, "size": 20, "tech stack": 20, "geography": 15, "trigger": 20}
    assert all(a.reason.endswith(".") and a.source for a in score.attributes)


@pytest.mark.parametrize(
    ("change", "attribute", "expected"),
    [
        ({"industry": "Retail"}, "industry", 12),
        ({"industry": "Steel"}, "industry", 0),
        ({"industry": "fOOD"}, "industry", 25),
        ({"employees": 100}, "size", 20),
        ({"employees": 500}, "size", 20),
        ({"employees": 75}, "size", 10),
        ({"employees": 625}, "size", 10),
        ({"employees": 74}, "size", 0),
        ({"employees": 626}, "size", 0),
        ({"employees": 0}, "size", 0),
        ({"tools": ("sap",)}, "tech stack", 20),
        ({"tools": ("Rampwise", "SAP")}, "tech stack", 20),
        ({"tools": ("Rampwise",)}, "tech stack", 10),
        ({"tools": ("Excel",)}, "tech stack", 5),
        ({"country": "Sweden"}, "geography", 7),
        ({"country": "Chile"}, "geography", 0),
    ],
)
def test_each_attribute_gives_the_points_of_its_rule(
    change: dict[str, object], attribute: str, expected: float
) -> None:
    score = score_account(replace(BEST, **change), [signal(1.0)], CARD)  # type: ignore[arg-type]
    assert points(score)[attribute] == expected
    others = {name: value for name, value in points(score).items() if name != attribute}
    assert others == {n: v for n, v in points(score_account(BEST, [signal(1.0)], CARD)).items() if n != attribute}


@pytest.mark.parametrize(
    ("strengths", "expected"),
    [([1.0], 20), ([0.5], 20), ([0.49], 10), ([0.25], 10), ([0.24], 0), ([0.0], 0), ([], 0), ([0.1, 0.9, 0.3], 20)],
)
def test_the_strongest_trigger_counts_by_what_is_left_of_it(strengths: list[float], expected: float) -> None:
    score = score_account(BEST, [signal(s) for s in strengths], CARD)
    assert points(score)["trigger"] == expected


def test_a_trigger_s_reason_names_the_finding_it_rests_on() -> None:
    score = score_account(BEST, [signal(0.9)], CARD)
    (trigger,) = [a for a in score.attributes if a.name == "trigger"]
    assert trigger.source == signal(0.9).finding.id
    assert "2026-04-01" in trigger.reason


@pytest.mark.parametrize(
    ("tools", "said"),
    [
        (("UKG Pro",), "Runs UKG Pro, a red flag of product.yaml."),
        (("SAP", "ukg pro", "Excel"), "Runs ukg pro, a red flag of product.yaml."),
        (("Rampwise", "Sage 50", "UKG Pro"), "Runs Sage 50, UKG Pro, a red flag of product.yaml."),
    ],
)
def test_a_red_flag_tool_gives_no_points_and_is_said_and_kills_nobody(tools: tuple[str, ...], said: str) -> None:
    card = CARD.beside(CARD.neighbours, ("UKG Pro", "Sage 50"))
    score = score_account(replace(BEST, tools=tools), [signal(1.0)], card)
    part = next(a for a in score.attributes if a.name == "tech stack")
    assert (part.points, part.low, part.high, part.max, part.reason) == (0, 0, 0, 20, said)
    assert (score.score, score.disqualified_by) == (80, "")
    assert points(score_account(BEST, [signal(1.0)], card))["tech stack"] == 20
    assert "UKG" not in card.model_dump_json(), "they are product.yaml's and not the card's"


# --------------------------------------------------------------------------------------------------------- the unknown


def test_little_known_stands_below_much_known_and_nothing_known_has_no_score() -> None:
    known_best = score_account(BEST, [signal(1.0)], CARD)
    much = score_account(replace(BEST, name="Much", industry="Steel"), [signal(1.0)], CARD)
    little = score_account(Account("Little", employees=200), None, CARD)
    poor = score_account(Account("Poor", industry="Steel", employees=1, country="Chile"), [], CARD)
    nothing = score_account(Account("Nothing"), None, CARD)
    out = score_account(replace(BEST, name="Out", tools=("GateGrid",)), [signal(1.0)], CARD)
    ranked = sorted((nothing, out, little, poor, much, known_best), key=best_first)
    assert [s.account for s in ranked] == ["Acme", "Much", "Little", "Poor", "Nothing", "Out"]
    assert (little.score, much.score) == (100, 75)
    assert [str(known_points(s)) for s in (much, little, nothing)] == [
        "75 of 100 points",
        "20 of 20 known points; 80 not known",
        "nothing known that the scorecard asks for",
    ]
    assert [spell_score(s) for s in (much, little, nothing, out)] == ["75", "100", "-", "0"]
    assert (nothing.score, nothing.low, nothing.high, nothing.tier) == (50, 0, 100, "unknown")


@pytest.mark.parametrize(
    ("change", "attribute", "most"),
    [
        ({"industry": ""}, "industry", 25),
        ({"employees": None}, "size", 20),
        ({"tools": ()}, "tech stack", 20),
        ({"country": ""}, "geography", 15),
    ],
)
def test_what_is_not_known_is_a_range_and_never_a_silent_zero(
    change: dict[str, object], attribute: str, most: float
) -> None:
    score = score_account(replace(BEST, **change), [signal(1.0)], CARD)  # type: ignore[arg-type]
    (unknown,) = [a for a in score.attributes if a.low != a.high]
    assert (unknown.name, unknown.low, unknown.high) == (attribute, 0, most)
    assert "not known" in unknown.reason
    assert (score.low, score.high) == (100 - most, 100)
    assert score.score == 100, "the known part is perfect, so the best guess is not dragged down"


def test_an_account_nobody_heard_of_has_an_unknown_trigger_and_a_heard_one_without_trigger_has_none() -> None:
    unheard, heard = score_account(BEST, None, CARD), score_account(BEST, [], CARD)
    assert (unheard.low, unheard.high) == (80, 100)
    assert (heard.low, heard.score, heard.high) == (80, 80, 80)


def test_of_an_account_nothing_is_known_about_nothing_is_said() -> None:
    score = score_account(Account("Quiet Works"), None, CARD)
    assert (score.low, score.high, score.tier) == (0, 100, "unknown")
    assert 0 < score.score < 100


def test_an_open_scorecard_punishes_nobody() -> None:
    score = score_account(BEST, [signal(1.0)], Scorecard())
    assert score.score == score.high == 100
    assert score.low == 20
    assert all("scorecard" in a.reason for a in score.attributes if a.low != a.high)


# ------------------------------------------------------------------------------------------------- kill list and tiers


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tools": ("SAP", "gategrid")}, "tools is gategrid: signed for five years"),
        ({"attributes": {"Sites": "1"}}, "Sites is 1"),
        ({"industry": "casino"}, "industry is casino"),
    ],
)
def test_what_is_on_the_kill_list_is_out_whatever_else_it_has(change: dict[str, object], said: str) -> None:
    score = score_account(replace(BEST, **change), [signal(1.0)], CARD)  # type: ignore[arg-type]
    assert (score.score, score.low, score.high, score.tier, score.disqualified_by) == (0, 0, 0, "none", said)
    assert len(score.attributes) == 5, "the reasons stay visible"


@pytest.mark.parametrize("attributes", [{}, {"Sites": ""}, {"Sites": "12"}, {"Other": "1"}])
def test_what_is_not_on_it_is_not(attributes: dict[str, str]) -> None:
    assert score_account(replace(BEST, attributes=attributes), [signal(1.0)], CARD).disqualified_by == ""


def test_tiers_begin_at_their_thresholds() -> None:
    at = lambda first, second: replace_tiers(first, second)  # noqa: E731
    retail = replace(BEST, industry="Retail")  # 87 points
    assert score_account(retail, [signal(1.0)], at(87, 50)).tier == "1"
    assert score_account(retail, [signal(1.0)], at(87.1, 87)).tier == "2"
    assert score_account(retail, [signal(1.0)], at(88, 87.1)).tier == "none"


def replace_tiers(first: float, second: float) -> Scorecard:
    return CARD.model_copy(update={"tiers": Tiers(first=first, second=second)})


# ---------------------------------------------------------------------------------------------------------- invariants

ACCOUNTS = st.builds(
    Account,
    name=st.just("Acme"),
    industry=st.sampled_from(["", "Food", "Retail", "Steel", "Casino"]),
    employees=st.one_of(st.none(), st.integers(0, 10**6)),
    country=st.sampled_from(["", "Norway", "Sweden", "Chile"]),
    tools=st.lists(st.sampled_from(["SAP", "Rampwise", "Excel", "GateGrid"]), max_size=3).map(tuple),
    attributes=st.dictionaries(st.sampled_from(["Sites", "Owner"]), st.sampled_from(["", "1", "2"])),
)
SIGNALS = st.one_of(st.none(), st.lists(st.floats(0, 1).map(signal), max_size=3))
WEIGHT = st.floats(0, 100)
CARDS = st.builds(
    lambda a, b, c, kill: CARD.model_copy(
        update={
            "industry": Industry(points=a, adjacent_points=a / 2, fitting=("Food",), adjacent=("Retail",)),
            "size": Size(points=b, near_points=b / 2, low=100, high=500),
            "geography": Geography(points=c, adjacent_points=c / 3, supported=("Norway",), adjacent=("Sweden",)),
            "kill": CARD.kill if kill else (),
        }
    ),
    WEIGHT,
    WEIGHT,
    WEIGHT,
    st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(account=ACCOUNTS, signals=SIGNALS, card=CARDS)
def test_a_score_lies_in_its_range_and_the_range_between_0_and_100(
    account: Account, signals: list[Signal] | None, card: Scorecard
) -> None:
    score = score_account(account, signals, card)
    assert 0 <= score.low <= score.score <= score.high <= 100
    assert score.tier in ("1", "2", "none", "unknown")
    assert all(0 <= a.low <= a.high <= a.max and a.low <= a.points <= a.high and a.reason for a in score.attributes)


BETTER = {
    "industry": ["Steel", "Retail", "Food"],
    "employees": [5000, 600, 300],
    "country": ["Chile", "Sweden", "Norway"],
    "tools": [("Excel",), ("Rampwise",), ("SAP",)],
}


@settings(max_examples=200, deadline=None)
@given(account=ACCOUNTS, signals=SIGNALS, attribute=st.sampled_from(sorted(BETTER)), steps=st.integers(0, 1))
def test_a_known_attribute_that_gets_better_never_lowers_a_score(
    account: Account, signals: list[Signal] | None, attribute: str, steps: int
) -> None:
    worse = replace(account, **{attribute: BETTER[attribute][steps]})
    better = replace(account, **{attribute: BETTER[attribute][steps + 1]})
    no_kills = CARD.model_copy(update={"kill": ()})
    before, after = score_account(worse, signals, no_kills), score_account(better, signals, no_kills)
    assert after.score >= before.score
    assert after.low >= before.low
    assert after.high >= before.high


@settings(max_examples=200, deadline=None)
@given(account=ACCOUNTS, signals=SIGNALS, attribute=st.sampled_from(sorted(BETTER)), step=st.integers(0, 2))
def test_learning_what_was_unknown_stays_within_the_range_that_was_told(
    account: Account, signals: list[Signal] | None, attribute: str, step: int
) -> None:
    no_kills = CARD.model_copy(update={"kill": ()})
    blank = {"industry": "", "employees": None, "country": "", "tools": ()}[attribute]
    before = score_account(replace(account, **{attribute: blank}), signals, no_kills)
    after = score_account(replace(account, **{attribute: BETTER[attribute][step]}), signals, no_kills)
    assert before.low <= after.low <= after.high <= before.high


# ------------------------------------------------------------------------------------------------------------ the file


def test_a_scorecard_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_scorecard(tmp_path / "scorecard.yaml", CARD)
    assert load_scorecard(tmp_path / "scorecard.yaml") == CARD
    assert load_scorecard(tmp_path / "none.yaml") is None


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("industry: [", "scorecard.yaml"),
        ("industry:\n  points: many\n", "points"),
        ("colour:\n  points: 3\n", "colour"),
        ("kill:\n  - values: [a]\n", "attribute"),
        ("- just\n- a list\n", "scorecard.yaml"),
        ("words", "scorecard.yaml"),
        ("industry: {points: -5}", "points is -5"),
        ("industry: {points: 10, adjacent_points: 30}", "adjacent_points is 30"),
        ("trigger: {points: .inf}", "points is inf"),
        ("geography: {points: .nan}", "points is nan"),
        ("size: {low: 500, high: 100}", "low is 500"),
    ],
)
def test_a_faulty_scorecard_is_a_sentence_naming_file_and_fault(tmp_path: Path, content: str, named: str) -> None:
    (tmp_path / "scorecard.yaml").write_text(content)
    with pytest.raises(StudyError, match=r"scorecard\.yaml is not a valid scorecard") as refused:
        load_scorecard(tmp_path / "scorecard.yaml")
    assert named in str(refused.value)


def test_a_scorecard_that_is_no_text_or_no_file_is_a_sentence_too(tmp_path: Path) -> None:
    (tmp_path / "scorecard.yaml").write_bytes(b"\xff\xfe\x00bad")
    with pytest.raises(StudyError, match=r"scorecard\.yaml"):
        load_scorecard(tmp_path / "scorecard.yaml")


def test_an_empty_scorecard_file_is_the_default(tmp_path: Path) -> None:
    (tmp_path / "scorecard.yaml").write_text("\n")
    assert load_scorecard(tmp_path / "scorecard.yaml") == Scorecard()


# ------------------------------------------------------------------------------------------------------- the suggestion


def crm(won: int, lost: int) -> tuple[list[Account], list[Deal]]:
    accounts = [Account(f"W{i}", industry="Food", employees=120 + 10 * i, country="Norway") for i in range(won)]
    accounts += [Account(f"L{i}", industry="Steel", employees=4000, country="Chile") for i in range(lost)]
    deals = [Deal(a.name, Outcome.WON if a.name[0] == "W" else Outcome.LOST) for a in accounts]
    return accounts, deals


def test_with_few_wins_the_bands_stay_open_and_the_card_says_so() -> None:
    accounts, deals = crm(4, 10)
    card = suggest_scorecard(accounts, deals, ["SAP"], ["Rampwise"])
    assert (card.industry.fitting, card.size.low, card.size.high, card.geography.supported) == ((), None, None, ())
    assert "open" in card.origin
    assert "4 won" in card.origin
    assert (card.tech.required, card.tech.competitors) == (("SAP",), ("Rampwise",))


def test_with_enough_wins_the_bands_are_read_off_them() -> None:
    accounts, deals = crm(10, 10)
    card = suggest_scorecard(accounts, deals, [], [])
    assert card.industry.fitting == ("Food",)
    assert card.geography.supported == ("Norway",)
    assert card.size.low is not None
    assert card.size.high is not None
    assert 100 <= card.size.low <= 130
    assert 190 <= card.size.high <= 220
    assert "10 won of 20" in card.origin


def test_open_deals_and_deals_of_unknown_accounts_say_nothing_about_winning() -> None:
    accounts, deals = crm(10, 10)
    more = [Deal("L0", Outcome.OPEN), Deal("Nobody", Outcome.WON)]
    assert suggest_scorecard(accounts, [*deals, *more], [], []) == suggest_scorecard(accounts, deals, [], [])


def test_a_suggested_scorecard_survives_its_file(tmp_path: Path) -> None:
    for won in (0, 10):
        card = suggest_scorecard(*crm(won, 3), ["SAP"], [])
        write_scorecard(tmp_path / "scorecard.yaml", card)
        assert load_scorecard(tmp_path / "scorecard.yaml") == card


def test_one_known_attribute_makes_no_tier() -> None:
    """A trigger alone is 20 of 100 points: the range is wide, and a tier would be a guess."""
    score = score_account(Account("Northwind"), [signal(1.0)], CARD)
    assert (score.low, score.high, score.tier) == (20, 100, "unknown")


def test_bands_that_chance_would_draw_as_well_stay_open_and_say_so() -> None:
    demo = Path(__file__).parent.parent / "corpora" / "demo" / "accounts.csv"
    table = read_accounts(demo.read_bytes(), demo.name)
    planted = suggest_scorecard(table.accounts, table.deals, (), (), is_tested=True)
    assert set(planted.industry.fitting) == {"Cold storage", "Food distribution"}
    assert planted == suggest_scorecard(table.accounts, table.deals, (), ())
    outcomes = [deal.outcome for deal in table.deals]
    random.Random(5).shuffle(outcomes)
    dealt = [replace(deal, outcome=outcome) for deal, outcome in zip(table.deals, outcomes, strict=True)]
    drawn = suggest_scorecard(table.accounts, dealt, ("SAP",), (), is_tested=True)
    assert (drawn.industry.fitting, drawn.size.low, drawn.geography.supported) == ((), None, ())
    assert drawn.tech.required == ("SAP",)
    assert "chance" in drawn.origin
