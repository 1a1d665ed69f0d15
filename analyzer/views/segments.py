"""Segments: kinds of won accounts, what each brought, and whether it is there when the accounts are drawn anew."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from analyzer.printing import counted
from analyzer.scoring.segments import STABLE, Segment
from analyzer.study import Study
from analyzer.views import state
from analyzer.views.charts import Rate, amount, days, draw_notes, link_account, percent, rate_cell
from analyzer.views.markup import bullets, own, table, tag, words

PROFILE = Path(__file__).parent / "profile.py"
COLUMNS = {
    "name": "Segment",
    "won": "Won",
    "rate": "Win rate",
    "revenue": "Revenue won",
    "amount": "Amount",
    "cycle": "Days",
    "churned": "Left again",
    "open": "Open",
    "stable": "Comes back",
}
EXPLAINED = (
    "<b>A segment</b> is a group of won accounts that are alike in industry, country and size. Several are shown "
    "only where accounts of one kind would hardly fall apart as clearly.",
    "<b>Won</b> counts all accounts that fall into the segment, each with its latest deal. Where not all of them are "
    "of the industries in its name, the name says “mostly”, or “mixed industries”.",
    f"<b>Comes back</b>: the won accounts are drawn anew a hundred times; so much of the segment is there again. Under "
    f"{STABLE:.0%} it is called unstable: it may be made by the method alone.",
    "<b>Ranked</b> by the market at hand (open: accounts that have not decided), then win rate, then revenue. Amount "
    "and days to close are the middle ones of the won deals.",
)


def draw_segments(study: Study) -> None:
    found = state.computed(study, "segments", study.segments)
    draw_notes(found.warnings)
    if not found.segments:
        return
    st.html(f'<p class="lead">{words(_summary(found.segments, found.are_apart))}</p>')
    st.html(table(COLUMNS, [_row(n, s) for n, s in enumerate(found.segments, 1)], "Segments of won accounts"))
    if found.are_apart:
        st.page_link(PROFILE, label="Each has a draft of its own on the ICP page", icon=":material/target:")
    with st.expander("How to read this"):
        st.html(bullets(EXPLAINED))


def _summary(segments: tuple[Segment, ...], are_apart: bool) -> str:
    if len(segments) == 1:
        return "The won accounts are of one kind: one profile serves them all."
    if are_apart:
        return f"The won accounts fall into {len(segments)} segments that stand apart. Sell to each by its own draft."
    shaky = sum(not s.is_stable for s in segments)
    return f"The won accounts fall into {len(segments)} groups, but {shaky} of them are unstable: keep one profile."


def _row(number: int, segment: Segment) -> dict[str, str]:
    accounts = ", ".join(link_account(name) for name in segment.accounts)
    stable = tag("stable", "good") if segment.is_stable else tag("unstable", "warn")
    return {
        "name": f'<span class="trait"><b>{number}. {own(segment.name)}</b></span><details><summary>'
        f"{counted(len(segment.accounts), 'won account')}</summary>{accounts}</details>",
        "won": f'<span class="nowrap num">{segment.won} of {segment.closed}</span>',
        "rate": rate_cell(Rate(segment.name, segment.won, segment.closed, segment.interval)),
        "revenue": f'<span class="num">{amount(segment.revenue)}</span>',
        "amount": f'<span class="num">{amount(segment.amount)}</span>',
        "cycle": f'<span class="num">{days(segment.cycle_days)}</span>',
        "churned": f'<span class="num">{segment.churned or ""}</span>',
        "open": f'<span class="num">{segment.open_accounts}</span>',
        "stable": f'<span class="nowrap num">{percent(segment.stability)} {stable}</span>',
    }
