"""The scorecard against closed deals: no account vouches for itself, nothing is known too early, nothing is set."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.reading.tables.accounts import read_accounts
from analyzer.records import Account, Deal, Finding, Kind, Maker, Outcome, Side, Signal
from analyzer.scoring.backtest import Backtest, Heard, Ratio, backtest, backtest_json, split_by_account
from analyzer.scoring.backtest_words import by_account, rule_of_three, say_backtest
from analyzer.scoring.scorecard import Geography, Industry, Scorecard, Size, Tech, suggest_scorecard
from analyzer.scoring.weights import suggest_weights

REPOSITORY = Path(__file__).parent.parent
DEMO = REPOSITORY / "corpora" / "demo" / "accounts.csv"
CARD = Scorecard(
    industry=Industry(fitting=("Cold storage",)),
    size=Size(low=100, high=500),
    tech=Tech(required=("Samsara",)),
    geography=Geography(supported=("Norway",)),
)


def suggest(accounts: Sequence[Account], deals: Sequence[Deal]) -> Scorecard:
    return suggest_scorecard(accounts, deals, ("Samsara",), ("GateGrid",))


def unheard(_deal: Deal) -> Heard:
    return None, None


FIT: dict[str, Any] = {"industry": "Cold storage", "employees": 200, "country": "Norway", "tools": ("Samsara",)}
UNFIT: dict[str, Any] = {"industry": "Toys", "employees": 9000, "country": "Chile", "tools": ("Excel",)}


def table(*groups: tuple[int, int, dict[str, Any]]) -> tuple[list[Account], list[Deal]]:
    """Accounts and deals of groups (won, lost, what they are); won deals of 40 days, lost ones of 90."""
    accounts: list[Account] = []
    deals: list[Deal] = []
    for won, lost, fields in groups:
        for is_won in [True] * won + [False] * lost:
            name = f"Account {len(accounts):03}"
            opened = date(2025, 1, 1) + timedelta(days=len(accounts))
            accounts.append(Account(name, **fields))
            outcome = Outcome.WON if is_won else Outcome.LOST
            deals.append(Deal(name, outcome, 1000.0, opened, opened + timedelta(days=40 if is_won else 90)))
    return accounts, deals


@cache
def demo_test() -> Backtest:
    demo = read_accounts(DEMO.read_bytes(), DEMO.name)
    return backtest(demo.accounts, demo.deals, suggest(demo.accounts, demo.deals), unheard, suggest)


# ------------------------------------------------------------------------------------------------- how well it ranks


def test_a_perfect_scorecard_ranks_every_pair_right_and_the_rule_of_three_holds() -> None:
    test = backtest(*table((24, 0, FIT), (2, 26, UNFIT)), CARD, unheard, suggest)
    first, *_ = test.tiers
    assert (first.tier, first.n, first.won, first.amount, first.cycle_days) == ("1", 24, 24, 1000.0, 40)
    assert test.inside_outside.ratio == pytest.approx(1 / (2 / 28))
    assert test.inside_outside.low is not None
    assert test.inside_outside.low > 3
    assert backtest(*table((24, 0, FIT), (0, 26, UNFIT)), CARD, unheard, suggest).auc == 1
    assert test.brier is not None
    assert test.base_brier is not None
    assert test.brier < test.base_brier / 2


def test_a_scorecard_that_has_nothing_to_do_with_winning_is_a_coin() -> None:
    test = backtest(*table((15, 15, FIT), (15, 15, UNFIT)), CARD, unheard, suggest)
    assert test.auc == pytest.approx(0.5)
    assert test.inside_outside.ratio == pytest.approx(1)
    assert test.inside_outside.low is not None
    assert test.inside_outside.high is not None
    assert test.inside_outside.low < 1 < test.inside_outside.high


def test_random_outcomes_give_about_a_half() -> None:
    aucs = []
    for seed in range(20):
        accounts, deals = table((50, 0, FIT), (0, 50, UNFIT))
        outcomes = [d.outcome for d in deals]
        random.Random(seed).shuffle(outcomes)
        mixed = [Deal(d.account, o) for d, o in zip(deals, outcomes, strict=True)]
        aucs.append(backtest(accounts, mixed, CARD, unheard, suggest).auc or 0)
    assert sum(aucs) / len(aucs) == pytest.approx(0.5, abs=0.05)


def test_in_the_demo_tier_1_wins_more_and_bands_are_read_without_the_account_itself() -> None:
    test = demo_test()
    tiers = {t.tier: t for t in test.tiers}
    assert tiers["1"].win_rate > 0.7 > 0.4 > tiers["2"].win_rate
    assert test.auc is not None
    assert 0.65 < test.auc < 0.9
    assert test.is_cross_validated
    assert any("industry, size, geography were read off these deals" in w for w in test.warnings)
    assert sum(t.n for t in test.tiers) == len(test.deals) == 41
    assert sum(b.n for b in test.calibration) == 41


def test_lists_name_who_won_in_spite_of_the_score_and_who_lost() -> None:
    near = {**UNFIT, "industry": "Cold storage", "country": "Norway"}
    test = backtest(*table((20, 1, FIT), (1, 20, UNFIT), (2, 0, near)), CARD, unheard, suggest)
    content: Any = backtest_json(test)
    assert [one["score"] for one in content["lost_in_tier_1"]] == [100]
    assert [s.score for s in test.won_in(50, 60)] == [56.2, 56.2]
    assert not content["emerging"]


def test_the_sentences_explain_only_the_lists_there_are_and_name_an_account_once_with_its_deals() -> None:
    accounts, deals = table((24, 1, FIT), (2, 26, UNFIT))
    again = Deal(deals[24].account, Outcome.LOST, 10.0, date(2026, 1, 1), date(2026, 2, 1))
    test = backtest(accounts, [*deals, again], CARD, unheard, suggest)
    said = say_backtest(test)
    assert said[0].startswith("Tier 1 wins ")
    assert "In tier 1 or 2 are 24 of 26 of the larger won deals (92%) and 2 of 28 of the lost deals (7%)" in "\n".join(
        said
    )
    assert not [s for s in said if "without a closed deal" in s or "control" in s or "best:" in s]
    assert said[-1] == (
        f"Lost with 70 points or more, for a reason the scorecard does not see: {deals[24].account} (2 deals, 100)."
    )
    others = say_backtest(test, test.scores[:4])
    assert [s for s in others if "4 of 4 of the accounts without a closed deal (100%)" in s]
    assert [str(one) for one in by_account(test.lost_from(70))] == [f"{deals[24].account} (2 deals, 100)"]


@pytest.mark.parametrize(
    ("ratio", "verdict"),
    [
        (Ratio(4.0, 3.2, 5.0), "holds."),
        (Ratio(1.5, 1.0, 2.0), "does not hold."),
        (Ratio(3.0, 2.0, 5.0), "is open: by these deals it may be less as well as more."),
        (Ratio(None, None, None), "cannot be tested: one side has no won deal."),
    ],
)
def test_the_rule_of_three_is_explained_wherever_it_stands(ratio: Ratio, verdict: str) -> None:
    explained = "The rule of three (a tier-1 account should win at least three times as often as the rest) "
    assert rule_of_three(ratio) == explained + verdict


# --------------------------------------------------------------------------------------------------- nothing leaks in

DEALS = st.lists(
    st.builds(Deal, account=st.integers(0, 8).map("A{}".format), outcome=st.sampled_from([Outcome.WON, Outcome.LOST])),
    max_size=60,
)


@settings(max_examples=80, deadline=None)
@given(DEALS)
def test_an_account_never_stands_on_both_sides(deals: list[Deal]) -> None:
    folds = split_by_account(deals)
    for training, held_out in folds:
        assert held_out
        assert not {deals[i].account for i in training} & {deals[i].account for i in held_out}
        assert sorted([*training, *held_out]) == list(range(len(deals)))
        assert {deals[i].outcome for i in training} == {Outcome.WON, Outcome.LOST}
    if folds:
        assert sorted(i for _, held_out in folds for i in held_out) == list(range(len(deals)))


@settings(max_examples=15, deadline=None)
@given(DEALS)
def test_no_set_of_deals_however_lopsided_ends_in_an_error(deals: list[Deal]) -> None:
    accounts = [Account(f"A{n}", **(FIT if n % 2 else UNFIT)) for n in range(9)]
    test = backtest(accounts, deals, suggest(accounts, deals), unheard, suggest)
    assert len(test.scores) == len(deals)
    assert (test.auc is None) == (len({d.outcome for d in deals}) < 2)
    assert sum(t.n for t in test.tiers) == len(deals)


def test_bands_read_off_the_deals_are_read_anew_without_the_account() -> None:
    """Three won deals make an industry fitting; each is scored by what the two others and the rest say."""
    accounts, deals = table((3, 0, {**FIT, "industry": "Rare"}), (18, 4, FIT), (1, 18, UNFIT))
    card = suggest(accounts, deals)
    assert "Rare" in card.industry.fitting
    seen: list[set[str]] = []

    def watched(some: Sequence[Account], of_them: Sequence[Deal]) -> Scorecard:
        seen.append({a.name for a in some})
        assert {d.account for d in of_them} <= seen[-1]
        return suggest(some, of_them)

    test = backtest(accounts, deals, card, unheard, watched)
    everyone, *without = seen
    assert everyone == {a.name for a in accounts}
    assert len(without) == 5
    assert set.union(*({*everyone} - some for some in without)) == everyone, "each account is left out once"
    assert sum(len(everyone - some) for some in without) == len(everyone)
    assert test.is_cross_validated


def test_bands_a_person_set_are_taken_as_they_are() -> None:
    accounts, deals = table((20, 4, FIT), (4, 20, UNFIT))
    calls = []

    def watched(some: Sequence[Account], of_them: Sequence[Deal]) -> Scorecard:
        calls.append(len(some))
        return suggest(some, of_them)

    theirs = CARD.model_copy(
        update={"industry": Industry(fitting=("Cold storage", "Paper")), "geography": Geography(supported=("Peru",))}
    )
    test = backtest(accounts, deals, theirs, unheard, watched)
    assert calls == [48], "asked once, to see that they differ"
    assert not test.is_cross_validated
    assert not test.warnings


def test_a_scorecard_read_off_deals_of_which_some_churned_since_is_still_known_as_such() -> None:
    accounts, deals = table((20, 4, FIT), (4, 20, UNFIT))
    left = [Account(f"Left {n}", **{**FIT, "industry": "Paper"}) for n in range(4)]
    first = date(2024, 1, 1)
    deals += [Deal(a.name, Outcome.WON, 1.0, first, first) for a in left]
    deals += [Deal(a.name, Outcome.CHURNED, 1.0, first, first + timedelta(days=900)) for a in left]
    test = backtest([*accounts, *left], deals, suggest([*accounts, *left], deals), unheard, suggest)
    assert any(w.startswith("The bands of industry") for w in test.warnings)
    assert len(test.deals) == 52, "a deal that was won is scored, the leaving is not"


def signal(deal: Deal) -> Signal:
    maker = Maker("offline", "m", "", "1")
    said = Finding(
        "d", "d", Kind.TRIGGER, "incident", "", "it broke", 0, 8, "", "", Side.CUSTOMER, deal.account, None, maker
    )
    return Signal(said, deal.opened_on, "event", 0, 45, 1.0)


def test_each_deal_is_scored_with_the_signals_known_of_it() -> None:
    accounts, deals = table((20, 0, FIT), (0, 20, FIT))
    test = backtest(accounts, deals, CARD, lambda d: ([signal(d)] if d.outcome == Outcome.WON else [], ()), suggest)
    assert {s.score for s in test.scores[:20]} == {100}
    assert {s.score for s in test.scores[20:]} == {80}
    assert test.auc == 1


def test_what_was_said_after_a_deal_opened_was_not_known_of_it(demo_study: Any) -> None:
    said = [f for f in demo_study.store.findings() if f.kind == Kind.TRIGGER and f.said_on]
    assert said
    for finding in said:
        for day, is_known in ((finding.said_on, True), (finding.said_on - timedelta(days=1), False)):
            signals, findings = demo_study._heard_by(day, [finding], [])
            assert (signals is not None, findings is not None) == (is_known, is_known)
    assert demo_study._heard_by(None, said, []) == (None, None), "without a day nothing can have been known by then"


# ---------------------------------------------------------------------------------------------------------- too little


@pytest.mark.parametrize("outcome", [Outcome.WON, Outcome.LOST])
def test_with_one_outcome_alone_there_is_nothing_to_rank_and_that_is_said(outcome: Outcome) -> None:
    accounts, deals = table((25, 0, FIT))
    test = backtest(accounts, [Deal(d.account, outcome) for d in deals], CARD, unheard, suggest)
    assert (test.auc, test.brier, test.inside_outside.ratio, test.calibration) == (None, None, None, ())
    assert any(w.startswith("Too few deals to judge a scorecard") for w in test.warnings)


def test_without_deals_nothing_is_said_but_that() -> None:
    test = backtest([Account("A", **FIT)], [Deal("A", Outcome.OPEN)], CARD, unheard, suggest)
    assert (test.auc, test.brier, test.base_brier, test.scores) == (None, None, None, ())
    assert [t.n for t in test.tiers] == [0, 0]
    assert test.warnings == ("Too few deals to judge a scorecard: 0 won and 0 lost, 20 of each are needed.",)


def test_accounts_of_which_little_is_known_are_no_tier_and_are_counted_beside() -> None:
    test = backtest(*table((20, 4, FIT), (4, 20, UNFIT), (3, 2, {"country": "Norway"})), CARD, unheard, suggest)
    (unknown,) = [t for t in test.tiers if t.tier == "unknown"]
    assert (unknown.n, unknown.won) == (5, 3)
    assert "5 of 53 deals have less than half of their points known; their tier is unknown." in test.warnings
    assert test.inside_outside.ratio == pytest.approx((20 / 24) / (4 / 24))


# ------------------------------------------------------------------------------------------------------------- weights


def noisy(n: int, seed: int = 3) -> tuple[list[Account], list[Deal]]:
    """Accounts whose size parts won from lost in nine of ten, and whose other attributes are drawn by chance."""
    rng = random.Random(seed)
    accounts, deals = [], []
    for number in range(n):
        fits = rng.random() < 0.5
        accounts.append(
            Account(
                f"A{number}",
                industry=rng.choice(["Cold storage", "Toys"]),
                employees=200 if fits else 9000,
                country=rng.choice(["Norway", "Chile"]),
                tools=rng.choice([("Samsara",), ("Excel",), ()]),
            )
        )
        deals.append(Deal(f"A{number}", Outcome.WON if (rng.random() < 0.9) == fits else Outcome.LOST))
    return accounts, deals


def test_the_attribute_that_parts_them_gets_the_largest_weight() -> None:
    test = backtest(*noisy(200), CARD, unheard, suggest)
    suggested = suggest_weights(test.deals, test.scores)
    weights = {w.attribute: w for w in suggested.weights}
    assert max(weights.values(), key=lambda w: w.suggested).attribute == "size"
    assert weights["size"].suggested > 50
    assert (weights["size"].now, weights["industry"].now) == (20, 25)
    assert all(w.suggested >= 0 for w in weights.values())
    # One decimal each, so five of them may miss a hundred by a quarter.
    assert sum(w.suggested for w in weights.values()) == pytest.approx(100, abs=0.26)
    assert sum(w.now for w in weights.values()) == pytest.approx(100, abs=0.26)
    assert suggested.auc_now is not None
    assert suggested.auc_suggested is not None
    assert suggested.auc_suggested > suggested.auc_now > 0.5
    assert suggested.note.endswith("Nothing is set.")
    assert weights["trigger"].unknown == 200


@pytest.mark.parametrize("seed", range(4))
def test_weights_of_deals_without_any_pattern_are_no_better_than_those_there_are_or_next_to_it(seed: int) -> None:
    rng = random.Random(seed)
    accounts, deals = noisy(120, seed)
    mixed = [Deal(d.account, rng.choice([Outcome.WON, Outcome.LOST])) for d in deals]
    test = backtest(accounts, mixed, CARD, unheard, suggest)
    suggested = suggest_weights(test.deals, test.scores)
    assert all(w.suggested >= 0 for w in suggested.weights)
    assert suggested.auc_suggested is not None
    assert suggested.auc_suggested < 0.65


def test_what_speaks_against_an_account_gets_no_weight() -> None:
    accounts, deals = table((2, 22, {**UNFIT, "industry": "Cold storage"}), (22, 2, {**FIT, "industry": "Toys"}))
    test = backtest(accounts, deals, CARD, unheard, suggest)
    weights = {w.attribute: w for w in suggest_weights(test.deals, test.scores).weights}
    assert weights["industry"].log_odds < 0
    assert weights["industry"].suggested == 0


@pytest.mark.parametrize(("won", "lost"), [(19, 40), (40, 19), (0, 0)])
def test_of_too_few_deals_no_weights_are_suggested(won: int, lost: int) -> None:
    test = backtest(*table((won, 0, FIT), (0, lost, UNFIT)), CARD, unheard, suggest)
    suggested = suggest_weights(test.deals, test.scores)
    assert (suggested.weights, suggested.auc_now, suggested.auc_suggested) == ((), None, None)
    assert suggested.note == f"Too few deals to suggest weights: {won} won and {lost} lost, 20 of each are needed."


def test_deals_of_two_accounts_are_too_few_accounts_whatever_their_number() -> None:
    accounts = [Account("A", **FIT), Account("B", **UNFIT)]
    deals = [Deal("A", Outcome.WON)] * 25 + [Deal("B", Outcome.LOST)] * 25
    test = backtest(accounts, deals, CARD, unheard, suggest)
    assert (test.auc, test.brier) == (1, None)
    assert suggest_weights(test.deals, test.scores).note.startswith(
        "Too few accounts to suggest weights: 2 hold all 50"
    )


# ---------------------------------------------------------------------------------------------------- the command line


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
    """The demo's accounts alone, without a word said."""
    study = tmp_path_factory.mktemp("backtest") / "study"
    for arguments in (("init",), ("accounts", "import", DEMO)):
        assert icp(study, *arguments).returncode == 0
    return study


def test_backtest_as_json_is_as_designed_and_sets_nothing(crm_study: Path) -> None:
    before = (crm_study / "scorecard.yaml").read_bytes()
    ran = icp(crm_study, "backtest", "--format", "json")
    assert (ran.returncode, ran.stderr) == (0, "")
    content = json.loads(ran.stdout)
    assert {"tiers", "auc", "inside_outside", "warnings"} <= set(content)
    assert set(content["inside_outside"]) == {"ratio", "low", "high"}
    tier = {"tier", "n", "won", "win_rate", "low", "high", "amount", "cycle_days"}
    assert all(set(t) == tier for t in content["tiers"])
    assert content["cross_validated"] is True
    assert content["weights"]
    assert sum(w["suggested"] for w in content["weights"]) == pytest.approx(100, abs=0.26)
    assert (crm_study / "scorecard.yaml").read_bytes() == before


def test_backtest_as_a_table_says_what_the_figures_mean(crm_study: Path) -> None:
    ran = icp(crm_study, "backtest")
    assert ran.returncode == 0
    assert "Of a won and a lost deal, the won one scores higher in" in ran.stdout
    assert "The rule of three (a tier-1 account should win at least three times as often as the rest)" in ran.stdout
    assert "note: The bands of industry" in ran.stderr
    assert icp(crm_study, "backtest", "--format", "csv").stdout.startswith("tier,n,won,win_rate,low,high")
    assert icp(crm_study, "backtest", "--format", "md").stdout.startswith("| tier | won of n |")


def test_backtest_of_a_study_without_deals_says_so_and_exits_0(tmp_path: Path) -> None:
    assert icp(tmp_path, "init").returncode == 0
    ran = icp(tmp_path, "backtest")
    assert ran.returncode == 0
    assert "Too few deals to judge a scorecard: 0 won and 0 lost" in ran.stderr
    assert "Too few deals to suggest weights" in ran.stdout
    content = json.loads(icp(tmp_path, "backtest", "--format", "json").stdout)
    assert (content["auc"], content["weights"]) == (None, [])
    assert icp(tmp_path / "nowhere", "backtest").returncode == 2


def test_bands_read_off_at_an_earlier_import_are_still_those_of_the_deals() -> None:
    table = read_accounts(DEMO.read_bytes(), DEMO.name)
    card = suggest(table.accounts, table.deals)
    older = card.model_copy(update={"size": card.size.model_copy(update={"high": 700})})
    known = backtest(table.accounts, table.deals, older, unheard, suggest, (older,))
    assert "The bands of industry, size, geography" in known.warnings[0]
    taken = backtest(table.accounts, table.deals, older, unheard, suggest)
    assert "The bands of industry, geography" in taken.warnings[0]
