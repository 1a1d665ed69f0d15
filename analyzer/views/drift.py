"""Over time: quarters, what has shifted between then and now, what emerges, and whether a review is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from analyzer.scoring.drift import Drift, Quarter, QuarterMix
from analyzer.scoring.drift_json import emerging_sentence, won_at_30
from analyzer.scoring.reviews import REVIEW_AFTER, Review
from analyzer.scoring.stability import MATERIAL, SOME, Shift, Stability
from analyzer.study import Study
from analyzer.views import state
from analyzer.views.charts import draw_notes, rate_cell, rate_of
from analyzer.views.markup import bullets, name_of, own, plain, table, tag, words

SHOWN = 3
TIERS = {"1": "tier 1:", "2": "tier 2:", "none": "tier none:", "unknown": "tier unknown:"}
QUARTERS = {
    "quarter": "Quarter",
    "won": "Won",
    "rate": "Win rate",
    "tiers": "By tier",
    "industry": "Industries won",
    "size": "Employees",
    "country": "Countries",
    "triggers": "Triggers heard",
}
SHIFTS = {"by": "By", "verdict": "Verdict", "index": "Index", "before": "Before", "recent": "Lately"}
LOOKS = {Stability.STABLE: "good", Stability.MATERIAL: "bad", Stability.TOO_FEW: "warn", Stability.SOME: "warn"}
EXPLAINED = (
    "Deals count in the quarter they closed in, words in the quarter they were said in.",
    f"<b>The index</b> (population stability index) is how far a mix has moved: under {SOME:g} it is stable, from "
    f"{MATERIAL:g} the shift is material. “Within chance” is one that so few deals give without any shift.",
    f"<b>A review is due</b> {REVIEW_AFTER.days} days after the newest kept draft, and at once where a mix has shifted "
    "materially or a trait that predicted winning no longer does.",
)


def draw_drift(study: Study) -> None:
    drift = state.computed(study, "drift", study.drift)
    _draw_review(drift.review)
    draw_notes(drift.warnings)
    if not drift.quarters:
        st.info("No closed deal and no document has a date, so there is no quarter to show.")
        return
    st.html(f'<h2 class="part">What has shifted</h2><p class="soft">{words(_compared(drift))}</p>{_shifts(drift)}')
    st.html(f'<h2 class="part">What emerges</h2>{_emerging(drift)}')
    rows = [_quarter_row(quarter) for quarter in reversed(drift.quarters)]
    st.html(f'<h2 class="part">By quarter</h2>{table(QUARTERS, rows, "Quarters")}')
    with st.expander("How to read this"):
        st.html(bullets(EXPLAINED))


def _draw_review(review: Review) -> None:
    if review.is_due:
        st.warning(plain(" ".join((f"A review is due since {review.on}.", *review.why))), icon=":material/event:")
    elif review.on:
        st.info(f"No review of the draft is due before {review.on}.", icon=":material/event:")
    else:
        st.info("No draft is kept yet, so none is due for a review; the ICP page keeps one.", icon=":material/event:")


def _compared(drift: Drift) -> str:
    if not drift.before:
        return "There are no two times to compare yet."
    return f"Accounts won in {_span(drift.recent)} against {_span(drift.before)}."


def _span(quarters: Sequence[Quarter]) -> str:
    first, last = quarters[0], quarters[-1]
    return str(first) if first == last else f"{first} to {last}"


def _shifts(drift: Drift) -> str:
    return table(SHIFTS, [_shift_row(shift) for shift in drift.shifts], "Mixes before and lately")


def _shift_row(shift: Shift) -> dict[str, str]:
    by_chance = f'<br><span class="soft">by chance {shift.chance:.2f}</span>' if shift.chance is not None else ""
    return {
        "by": f'<span class="nowrap">{words(shift.attribute)}</span>',
        "verdict": tag(shift.verdict.value, LOOKS.get(shift.verdict, "")),
        "index": "" if shift.index is None else f'<span class="num">{shift.index:.2f}</span>{by_chance}',
        "before": _top(shift.before, shift.n_before),
        "recent": _top(shift.recent, shift.n_recent),
    }


def _emerging(drift: Drift) -> str:
    said = [emerging_sentence(one) for one in drift.emerging]
    said += [won_at_30(score.account, score.score) for score in drift.won_at_30]
    return (
        bullets(map(own, said)) if said else '<p class="soft">Nothing: no value rose, nobody won with 30-40 points.</p>'
    )


def _quarter_row(one: QuarterMix) -> dict[str, str]:
    closed = one.won + one.lost
    left = f'<br><span class="soft nowrap">{one.churned} left again</span>' if one.churned else ""
    heard = f'<br><span class="soft nowrap">of {one.heard} heard</span>' if one.heard else ""
    tiers = [f'<span class="nowrap">{words(TIERS[t.tier])} {t.won} of {t.n}</span>' for t in one.tiers]
    return {
        "quarter": f'<span class="nowrap">{one.quarter}</span>',
        "won": f'<span class="nowrap num">{one.won} of {closed}</span>{left}' if closed or one.churned else "",
        "rate": rate_cell(rate_of(str(one.quarter), one.won, closed)),
        "tiers": "<br>".join(tiers),
        **{name: _top(one.mix[name], 0) for name in ("industry", "size", "country")},
        "triggers": _top({name_of(code): n for code, n in one.triggers.items()}, 0) + heard,
    }


def _top(counts: Mapping[str, int], of: int) -> str:
    """The most frequent few and how many others there are; ``of`` stands in front unless 0."""
    first = sorted(counts.items(), key=lambda pair: -pair[1])[:SHOWN]
    rest = sum(counts.values()) - sum(n for _, n in first)
    said = [f"{own(value or 'not known')} {n}" for value, n in first] + ([f"others {rest}"] if rest else [])
    front = f'<span class="soft">of {of}: </span>' if of else ""
    return f'<span class="listed">{front}{", ".join(said)}</span>' if said else ""
