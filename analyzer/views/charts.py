"""Rates and their intervals as HTML: a pale bar where the true value probably lies, a mark where it was seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import streamlit as st

from analyzer.scoring.intervals import Interval, wilson
from analyzer.views.markup import bullets, own, tag, words


@dataclass(frozen=True, slots=True)
class Rate:
    """``some`` of ``n`` and where the true share probably lies."""

    name: str
    some: int
    n: int
    interval: Interval

    @property
    def share(self) -> float:
        return self.some / self.n if self.n else 0.0


def rate_of(name: str, some: int, n: int) -> Rate:
    return Rate(name, some, n, wilson(some, n))


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def chance(p: float) -> str:
    """A small probability as people read it."""
    return "under 0.1 %" if p < 0.001 else f"{100 * p:.1f} %"


def span_of(interval: Interval) -> str:
    return f"{100 * interval.low:.0f}-{100 * interval.high:.0f} %"


def amount(value: float | None) -> str:
    """In the table's own currency, which nobody names; empty where unknown."""
    return "" if value is None else f"{value:,.0f}"


def days(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def interval_bar(seen: float, interval: Interval, beside: float | None = None, most: float = 1.0) -> str:
    """On a scale of 0 to ``most``; ``beside`` is a second mark to compare with. The numbers stand in words near it."""

    def place(value: float) -> float:
        return 100 * min(max(value / most, 0.0), 1.0)

    low, high = place(interval.low), place(interval.high)
    marks = f'<i class="band" style="left:{low:.1f}%;width:{high - low:.1f}%"></i>'
    if beside is not None:
        marks += f'<i class="beside" style="left:{place(beside):.1f}%"></i>'
    return (
        f'<span class="interval" aria-hidden="true">{marks}<i class="seen" style="left:{place(seen):.1f}%"></i></span>'
    )


def rate_cell(rate: Rate, beside: float | None = None) -> str:
    """A rate in a table: the bar, and under it the numbers; nothing where nothing was counted."""
    if not rate.n:
        return ""
    return (
        f"{interval_bar(rate.share, rate.interval, beside)}"
        f'<span class="nowrap num">{percent(rate.share)} <span class="soft">{span_of(rate.interval)}</span></span>'
    )


def compare_rates(rates: Iterable[Rate]) -> str:
    """Rates under one another, each with its count and bar on the same scale."""
    rows = "".join(
        f'<dt>{own(rate.name)}</dt><dd><span class="nowrap num">{rate.some} of {rate.n} won</span>'
        f"{interval_bar(rate.share, rate.interval) if rate.n else '<span></span>'}"
        f'<span class="nowrap num">{_read(rate)}</span></dd>'
        for rate in rates
    )
    return f'<dl class="rates">{rows}</dl>'


def _read(rate: Rate) -> str:
    if not rate.n:
        return "no deals"
    return f'<b>{percent(rate.share)}</b> <span class="soft">probably {span_of(rate.interval)}</span>'


def draw_notes(warnings: Iterable[str]) -> None:
    """Cautions under a heading; no room is taken where there are none."""
    said = [f"{tag('note', 'warn')}{own(warning)}" for warning in warnings]
    if said:
        st.html(bullets(said, "soft"))


def link_accounts(scores: Sequence[tuple[str, float]]) -> str:
    """Accounts with their scores, each the way to its page."""
    return ", ".join(f"{link_account(name)} ({score:.0f})" for name, score in scores)


def link_account(name: str) -> str:
    return f'<a href="accounts?account={words(quote(name, safe=""))}">{own(name)}</a>'
