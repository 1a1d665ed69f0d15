"""Does the scorecard hold: tiers against the closed deals, the rule of three, how far the score can be relied on, and
the weights that the deals suggest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from analyzer.records import Score
from analyzer.scoring.backtest import EMERGING, THREE_TIMES, Backtest, ListResult
from analyzer.scoring.backtest_words import by_account, rule_of_three
from analyzer.scoring.card_preview import NAMES
from analyzer.scoring.weights import SuggestedWeights
from analyzer.study import Study
from analyzer.views import state
from analyzer.views.charts import (
    Rate,
    amount,
    compare_rates,
    days,
    draw_notes,
    link_account,
    percent,
    rate_cell,
    rate_of,
)
from analyzer.views.markup import bar, bullets, name_of, own, table, words

ACCOUNTS = Path(__file__).parent / "accounts.py"
TIERS = {"tier": "Tier", "won": "Won", "rate": "Win rate", "amount": "Amount won", "cycle": "Days to close"}
LISTS = {
    "best": ("Best customers", "the larger half of the won deals; most should be tier 1 or 2"),
    "not a fit": ("Lost deals", "most should not"),
    "control": ("Undecided", "accounts without a closed deal; they should lie between"),
}
EXPLAINED = (
    "<b>Each deal is scored with what was known when it was opened</b>, never with what came later.",
    f"<b>The rule of three</b>: inside an ICP worth the name, deals are won {THREE_TIMES:.0f} times as often as "
    "outside, so a tier-1 account should win at least three times as often as the rest. It holds where the whole "
    "interval lies at three or above, and is open where three lies inside it.",
    "<b>Higher in n % of pairs</b> (AUC): of one won and one lost deal, the won one scored higher in so many pairs. A "
    "coin gives 50 %.",
    "<b>The Brier score</b> is how far the chances read off the score lie from what happened: 0 is perfect, and a "
    "score worth having lies below that of always saying the plain win rate.",
)


def draw_backtest(study: Study) -> None:
    test = state.computed(study, "backtest", study.backtest)
    if not test.deals:
        st.info("No won or lost deal is of a known account, so the scorecard cannot be held against any.")
        return
    st.html(_three_times(test))
    draw_notes(test.warnings)
    tiers, lists = st.columns([3, 2], gap="large")
    tiers.html(f'<h2 class="part">Win rate by tier</h2>{_tiers(test)}')
    others = state.computed(study, "undecided", study.undecided_scores)
    lists.html(f'<h2 class="part">Who falls into tier 1 or 2</h2>{_lists(test.lists(others))}')
    first = study.scorecard().tiers.first
    st.html(f'<h2 class="part">Where the scorecard may be blind</h2>{_blind(test, first)}')
    sure, weights = st.columns(2, gap="large")
    sure.html(f'<h2 class="part">Can the score be relied on</h2>{_reliability(test)}')
    with weights:
        _draw_weights(state.computed(study, "weights", study.suggest_weights))
    with st.expander("How to read this"):
        st.html(bullets(EXPLAINED))


# -------------------------------------------------------------------------------------------------------- tier 1 first


def _three_times(test: Backtest) -> str:
    """Tier 1 against the rest as the main statement, and what that makes of the rule of three."""
    inside = [t for t in test.tiers if t.tier == "1"]
    outside = [t for t in test.tiers if t.tier not in ("1", "unknown")]
    rates = [
        rate_of(name, sum(t.won for t in side), sum(t.n for t in side))
        for name, side in (("Tier 1", inside), ("The rest", outside))
    ]
    heading, verdict = _rule_of_three(test)
    return (
        f'<section class="main" aria-label="Tier 1 against the rest"><h2>{words(heading)}</h2>'
        f'{compare_rates(rates)}<p class="soft">{words(verdict)} From {len(test.deals)} closed deals.</p></section>'
    )


def _rule_of_three(test: Backtest) -> tuple[str, str]:
    ratio = test.inside_outside
    if ratio.ratio is None or ratio.low is None or ratio.high is None:
        return "Tier 1 against the rest", rule_of_three(ratio)
    said = f"Tier 1 wins {ratio.ratio:.1f} times as often as the rest"
    spread = f"Probably {ratio.low:.1f} to {ratio.high:.1f} times as often."
    return said, f"{spread} {rule_of_three(ratio)}"


def _tiers(test: Backtest) -> str:
    rows = [
        {
            "tier": f'<span class="nowrap">{words(NAMES[t.tier].capitalize())}</span>',
            "won": f'<span class="nowrap num">{t.won} of {t.n}</span>',
            "rate": rate_cell(Rate(t.tier, t.won, t.n, t.interval)),
            "amount": f'<span class="nowrap num">{amount(t.amount)}</span>',
            "cycle": f'<span class="num">{days(t.cycle_days)}</span>',
        }
        for t in test.tiers
    ]
    return table(TIERS, rows, "Win rate by tier")


def _lists(lists: tuple[ListResult, ...]) -> str:
    rows = [
        {
            "list": f'<b>{words(LISTS[one.name][0])}</b><br><span class="soft">{words(LISTS[one.name][1])}</span>',
            "fit": ""
            if one.fit is None
            else f'<span class="nowrap num">{one.fits} of {one.known} ({percent(one.fit)})</span>',
        }
        for one in lists
    ]
    return table({"list": "Accounts", "fit": "In tier 1 or 2"}, rows, "Accounts in tier 1 or 2")


# ------------------------------------------------------------------------------------------------------- blind, unsure


def _blind(test: Backtest, first: float) -> str:
    emerging, lost = _linked(test.won_in(*EMERGING)), _linked(test.lost_from(first))
    low, high = EMERGING
    return bullets(
        [
            f"<b>Won at {low:.0f}-{high:.0f} points</b>, perhaps a segment the scorecard does not know: "
            + (emerging or "none."),
            "<b>Lost in tier 1</b>, for a reason the scorecard does not see: " + (lost or "none."),
        ]
    )


def _linked(scores: Sequence[Score]) -> str:
    """Each account once, with its deals where they are several and their scores."""
    return ", ".join(f"{link_account(one.account)} ({one.count}{one.spread})" for one in by_account(scores))


def _reliability(test: Backtest) -> str:
    said = []
    if test.auc is not None:
        said.append(f"Of a won and a lost deal, the won one scores higher in {percent(test.auc)} of pairs.")
    if test.brier is not None and test.base_brier is not None:
        said.append(f"Brier score {test.brier:.3f}; always saying the win rate gives {test.base_brier:.3f}.")
    if not test.calibration:
        said.append("Too few deals to say what chance of winning a score stands for.")
        return bullets(map(words, said))
    rows = [
        {
            "said": f'<span class="num">{percent(b.predicted)}</span>',
            "won": f'<span class="nowrap num">{b.won} of {b.n}</span>',
            "rate": rate_cell(Rate("", b.won, b.n, b.interval), b.predicted),
        }
        for b in test.calibration
    ]
    columns = {"said": "Chance read off the score", "won": "Won", "rate": "Win rate (dotted: the chance)"}
    return bullets(map(words, said)) + table(columns, rows, "Chance by the score and deals won")


# ------------------------------------------------------------------------------------------------------------- weights


def _draw_weights(suggested: SuggestedWeights) -> None:
    most = max((max(w.now, w.suggested) for w in suggested.weights), default=0.0)
    rows = [
        {
            "name": f'<span class="nowrap">{own(name_of(w.attribute))}</span>',
            "now": _weight(w.now, most),
            "suggested": _weight(w.suggested, most),
            "unknown": f'<span class="num">{w.unknown or ""}</span>',
        }
        for w in suggested.weights
    ]
    columns = {"name": "Attribute", "now": "Now", "suggested": "Deals suggest", "unknown": "Not known for"}
    drawn = table(columns, rows, "Weights now and as the deals suggest") if rows else ""
    st.html(f'<h2 class="part">Weights, of 100</h2><p class="soft">{words(suggested.note)}</p>{drawn}')
    st.page_link(ACCOUNTS, label="Change the scorecard: last part of the Accounts page", icon=":material/tune:")


def _weight(points: float, most: float) -> str:
    return f'<span class="measure">{bar(points, 0, 0, most)}<span class="num">{points:.0f}</span></span>'
