"""When the triggers of an account happened, on an axis of months."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from analyzer.extraction.codebook import Codebook
from analyzer.icp.brief import name_day
from analyzer.records import Kind, Signal

MARKS = 6
"""Months named on an axis at the most: "Oct 2026" takes the room of as many on the narrowest page."""
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)


def month_marks(first: date, last: date, most: int = MARKS) -> list[date]:
    """First days of months from the one before ``first`` begins to after ``last``, evenly apart, to label an axis."""
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month
    step = next((s for s in _STEPS if -(-(end - begin // s * s) // s) < most), _STEPS[-1])
    begin -= begin % step
    return [date(month // 12, month % 12 + 1, 1) for month in range(begin, end + step, step)]


def draw_timeline(signals: Sequence[Signal], as_of: date, codebook: Codebook) -> None:
    """Dated signals by trigger: larger while more of their strength is left, with a rule on the day ``as_of``."""
    import altair as alt

    dated = [(s, s.dated_on) for s in signals if s.dated_on]
    days = [day for _, day in dated] + [as_of]
    marks = month_marks(min(days), max(days))
    rows = [
        {
            "date": str(day),
            # In words, and so the same whatever the time zone of who reads it.
            "day": name_day(day, s.precision),
            "trigger": codebook.label(Kind.TRIGGER, s.category),
            "left": round(s.strength, 2),
            "live": "against" if s.against else "live" if s.is_live else "faded",
        }
        for s, day in dated
    ]
    months = alt.X(
        "date:T",
        title=None,
        scale=alt.Scale(type="utc", domain=[_moment(marks[0]), _moment(marks[-1])]),
        axis=alt.Axis(values=[_moment(mark) for mark in marks], format="%b %Y", labelOverlap=False, labelFlush=True),
    )
    points = (
        alt.Chart(alt.Data(values=rows))
        .mark_circle(opacity=0.85)
        .encode(
            x=months,
            y=alt.Y("trigger:N", title=None),
            size=alt.Size("left:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[40, 320])),
            color=alt.Color(
                "live:N",
                scale=alt.Scale(domain=["live", "faded", "against"], range=["#1c8a50", "#9aa4b1", "#b3382c"]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("trigger:N"),
                alt.Tooltip("day:N", title="date"),
                alt.Tooltip("left:Q", format=".0%", title="still counts"),
            ],
        )
    )
    today = (
        alt.Chart(alt.Data(values=[{"date": str(as_of)}]))
        .mark_rule(color="#1f5fa8", strokeDash=[4, 3])
        .encode(x=months, tooltip=[alt.Tooltip("date:N", title="as of")])
    )
    height = 38 + 26 * len({row["trigger"] for row in rows})
    st.altair_chart((points + today).properties(height=height), key="accounts_timeline", width="stretch")


def _moment(day: date) -> Any:
    import altair as alt

    return alt.DateTime(year=day.year, month=day.month, date=day.day, utc=True)
