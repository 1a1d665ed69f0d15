"""What goes with winning: the profile of the won deals, every trait with its win rate, columns that know too much."""

from __future__ import annotations

from collections import Counter
from functools import partial
from urllib.parse import quote

import streamlit as st

from analyzer.printing import counted, showable, to_csv
from analyzer.scoring.lift import ENOUGH, FEWEST, LEVEL, Lift, LiftRow, Verdict
from analyzer.scoring.lift_json import lift_json
from analyzer.scoring.profile import Profile
from analyzer.scoring.traits import name_band
from analyzer.study import Study
from analyzer.views import state
from analyzer.views.charts import Rate, amount, chance, compare_rates, days, draw_notes, percent, rate_cell, rate_of
from analyzer.views.markup import bullets, own, plain, table, tag, words

PROFILE = "profile of the won deals"
LOOKS = {Verdict.PREDICTIVE: "good", Verdict.NEGATIVE: "bad", Verdict.TOO_FEW: "warn"}
ORDERS = {
    "clearest first": lambda _row: 0,
    "most deals first": lambda row: -row.n,
    "highest win rate first": lambda row: -row.win_rate,
}
COLUMNS = {
    "trait": "Trait",
    "verdict": "Verdict",
    "won": "Won",
    "rate": "Win rate",
    "rest": "All others",
    "lift": "Lift, in points",
    "churned": "Left again",
    "amount": "Amount",
    "cycle": "Days",
}
LEGEND = (
    "Each account counts once, with its latest closed deal. Mark: the win rate seen. Pale bar: where it probably lies. "
    "Dotted: all others. Left again: accounts that bought and left. Amount and days to close: the middle one of the "
    "won deals."
)
VERDICTS = {
    Verdict.PREDICTIVE: "such deals win more often than chance explains.",
    Verdict.NEGATIVE: "they win less often; think of the kill list on the ICP page.",
    Verdict.DESCRIPTIVE: "these deals show no difference, though one may be there; however many customers have it.",
    Verdict.TOO_FEW: (
        f"under {FEWEST} deals with it or without it, or under {ENOUGH} won and {ENOUGH} lost deals in all; "
        "its rate is shown and proves nothing."
    ),
}


def draw_lift(study: Study, base: Lift) -> None:
    """``base`` is the lift with every doubtful column left out."""
    statement = st.container()
    trusted = _draw_leaks(base)
    lift = base
    if trusted:
        lift = state.computed(study, f"lift with {sorted(trusted)!r}", partial(study.lift, trusted))
    with statement:
        _draw_statement(lift)
        with st.expander("How to read this"):
            st.html(_explain(lift))
    _draw_traits(lift)
    st.download_button(
        "Download all traits (CSV)",
        partial(lift_csv, lift),
        file_name="lift.csv",
        mime="text/csv",
        key="numbers_lift_download",
        on_click="ignore",
    )


def lift_csv(lift: Lift) -> str:
    """Every trait, whatever is filtered, with the figures of ``icp lift --format json``."""
    rows = lift_json(lift)["rows"]
    return to_csv(rows, list(rows[0])) if rows else ""


# ---------------------------------------------------------------------------------------------------------- statement


def _draw_statement(lift: Lift) -> None:
    lead = f'<p class="lead">{own(lift.summary)}</p>' if lift.is_enough else ""
    profile = _profile(lift.profile, lift.rows[0], lift) if lift.profile is not None else ""
    if lead or profile:
        st.html(lead + profile)


def _profile(profile: Profile, row: LiftRow, lift: Lift) -> str:
    """The profile as the page's main statement: its rate beside all others', and what chance would have drawn."""
    rates = [
        Rate("Accounts like this", row.won, row.n, row.interval),
        rate_of("All others", row.rest_won, row.rest_n),
    ]
    low, high = (100 * end for end in row.lift_interval)
    said = [f"A lift of {100 * row.lift:+.0f} points, probably {low:+.0f} to {high:+.0f}."] if row.has_others else []
    if row.q is not None:
        said.append(f"With outcomes dealt out by chance, a profile as sharp comes up in {chance(row.p)} of cases.")
    unknown = lift.n_won + lift.n_lost - row.n - row.rest_n
    if unknown:
        said.append(f"Left out: {counted(unknown, 'account')} whose {row.attribute} is not known.")
    said.append("From the imported deals and accounts.")
    return (
        f'<section class="main" aria-label="Profile of the won deals"><h2>{own(_describe(profile))} '
        f"{tag(row.verdict.value, LOOKS.get(row.verdict, ''))}</h2>"
        f'{compare_rates(rates)}<p class="soft">{words(" ".join(said))}</p></section>'
    )


def _describe(profile: Profile) -> str:
    parts = [" or ".join(profile.industries)] if profile.industries else []
    if profile.low is not None and profile.high is not None:
        parts.append(f"{name_band(profile.low, profile.high)} {profile.size}")
    return ", ".join(parts)


# -------------------------------------------------------------------------------------------------------------- leaks


def _draw_leaks(base: Lift) -> list[str]:
    """Why columns were left out, and the choice to test them all the same: the columns chosen."""
    draw_notes(base.warnings)
    if not base.leaks:
        return []
    chosen: list[str] = st.multiselect(
        "Test these columns all the same",
        [leak.column for leak in base.leaks],
        format_func=showable,
        key="numbers_trusted",
        placeholder="none",
        help="Only for a column that was filled in before the deal was decided.",
    )
    if chosen:
        named = ", ".join(chosen)
        st.warning(
            plain(f"Tested at your word: {named}. If it was filled in after the deal was decided, its rate is no news.")
        )
    return chosen


# ------------------------------------------------------------------------------------------------------------- traits


def _draw_traits(lift: Lift) -> None:
    counts = Counter(row.verdict for row in lift.rows)
    by_verdict, by_attribute, ordered = st.columns([3, 3, 3], vertical_alignment="bottom")
    verdict = by_verdict.selectbox(
        "Verdict",
        [None, *(one for one in Verdict if counts[one])],
        format_func=lambda one: f"{one.value} ({counts[one]})" if one else f"all verdicts ({len(lift.rows)})",
        key="numbers_verdict",
    )
    attribute = by_attribute.selectbox(
        "Attribute",
        [None, *sorted({row.attribute for row in lift.rows}, key=str.casefold)],
        format_func=lambda one: showable(one) if one else "all attributes",
        key="numbers_attribute",
    )
    order = ordered.selectbox("Order", list(ORDERS), key="numbers_order")
    some = [r for r in lift.rows if verdict in (None, r.verdict) and attribute in (None, r.attribute)]
    few = sum(row.verdict == Verdict.TOO_FEW for row in some)
    said = f"{len(some)} of {counted(len(lift.rows), 'trait')}" + (f", {few} of them with too few deals" if few else "")
    st.html(f'<p class="soft">{said}. {words(LEGEND)}</p>')
    if not some:
        st.info("No trait is like that. Take a filter back.")
        return
    st.html(table(COLUMNS, [_row(row) for row in sorted(some, key=ORDERS[order])], "Traits and their win rates"))


def _row(row: LiftRow) -> dict[str, str]:
    low, high = row.lift_interval
    rest = percent(row.rest_won / row.rest_n) if row.has_others else ""
    others = f"{row.rest_won} of {row.rest_n}" if row.has_others else "none"
    lift = f"{100 * row.lift:+.0f}" if row.has_others else ""
    ends = f"{100 * low:+.0f} to {100 * high:+.0f}" if row.has_others else ""
    return {
        "trait": f'<span class="trait"><b>{own(row.value)}</b><br><span class="soft">{_origin(row)}</span></span>',
        "verdict": tag(row.verdict.value, LOOKS.get(row.verdict, "")),
        "won": f'<span class="nowrap num">{row.won} of {row.n}</span>',
        "rate": rate_cell(
            Rate(row.value, row.won, row.n, row.interval), row.rest_won / row.rest_n if row.rest_n else None
        ),
        "rest": f'<span class="nowrap num">{others}<br><span class="soft">{rest}</span></span>',
        "lift": f'<span class="nowrap num">{lift}<br><span class="soft">{ends}</span></span>',
        "churned": f'<span class="num">{row.churned or ""}</span>',
        "amount": f'<span class="nowrap num">{amount(row.amount)}</span>',
        "cycle": f'<span class="num">{days(row.cycle_days)}</span>',
    }


def _origin(row: LiftRow) -> str:
    """Where a trait is from: a column of the table, or findings with the way to the first of them."""
    if row.source == PROFILE:
        return f"{words(row.source)}: {own(row.attribute)}"
    if row.evidence:
        first = quote(row.evidence[0], safe="")
        return f'{own(row.attribute)} · <a href="findings?finding={first}">{counted(len(row.evidence), "finding")}</a>'
    return own(row.source)


def _explain(lift: Lift) -> str:
    sentences = [
        "<b>Lift</b> is how many points more often deals with a trait are won than all others: 60 of 100 against 40 "
        "of 100 is a lift of +20.",
        "<b>The interval</b> is where the true rate probably lies: 19 times in 20 such a bar holds it, and the fewer "
        "the deals, the wider it is.",
        f"<b>The false-discovery rate</b> guards against luck: whoever looks at {lift.tested or 40} traits finds some "
        f"by chance, so a trait is called predictive or negative only where at most {LEVEL:.0%} of those called so are "
        "expected to be chance finds.",
    ]
    verdicts = [f"{tag(one.value, LOOKS.get(one, ''))}{words(said)}" for one, said in VERDICTS.items()]
    return bullets(sentences) + bullets(verdicts)
