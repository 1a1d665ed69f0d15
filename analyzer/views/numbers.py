"""Numbers: what goes with winning, whether the scorecard holds, segments, and how it changes. Nothing is set here."""

from __future__ import annotations

import streamlit as st

from analyzer.scoring.lift import Lift
from analyzer.study import Study
from analyzer.views import state
from analyzer.views.backtest import draw_backtest
from analyzer.views.drift import draw_drift
from analyzer.views.frame import SOURCES, open_page, sentences
from analyzer.views.lift import draw_lift
from analyzer.views.markup import plain, words
from analyzer.views.segments import draw_segments


def draw(study: Study) -> None:
    lift = state.computed(study, "lift", study.lift)
    closed = lift.n_won + lift.n_lost
    if not closed + lift.churned:
        st.info(
            "There are no closed deals to count. First import a table of accounts with their deals on the Sources "
            "page: a row a company, with the stage (won, lost), the amount and the dates."
        )
        st.page_link(SOURCES, label="Go to Sources", icon=":material/upload_file:")
        return
    _draw_basis(lift)
    winning, holding, kinds, time = st.tabs(
        ["What goes with winning", "Does the scorecard hold", "Segments", "Over time"]
    )
    with winning, sentences():
        draw_lift(study, lift)
    with holding, sentences():
        draw_backtest(study)
    with kinds, sentences():
        draw_segments(study)
    with time, sentences():
        draw_drift(study)


def _draw_basis(lift: Lift) -> None:
    """What everything below was counted from, and that it is too little where it is."""
    if not lift.is_enough:
        st.warning(
            plain(f"{lift.summary} What stands below describes these deals and proves nothing yet."),
            icon=":material/query_stats:",
        )
    left = f" {lift.churned} more bought and left again." if lift.churned else ""
    basis = f"Counted from {lift.n_won} won and {lift.n_lost} lost deals, the latest of each account.{left}"
    st.html(f'<p class="soft">{words(basis)}</p>')


if __name__ == "__main__":
    with open_page("Numbers", "What goes with winning, and how sure that is.") as opened:
        draw(opened)
