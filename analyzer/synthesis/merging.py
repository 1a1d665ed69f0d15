"""Which mentions tell the same event: an interview's "we closed our B round" and the news row "Series B, $40M".

Two mentions of an account are one event when their category is the same (or one of a pair that is often mixed up),
both speak for or both against, their dates agree within the coarser one's span, and their words are alike: they share
words or figures that say more than the category. Within a group all dates agree with each other, so that no chain of
mentions joins two events far apart in time, in one document or in several. The outcome does not hang on the order in
which mentions come. What this cannot see: one event told in wholly different words stays two signals.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from analyzer.extraction.figures import fold_figures
from analyzer.extraction.words import STOP_WORDS, split_words, stem
from analyzer.records import Mention

_PRECISIONS = ("day", "month", "quarter", "year")
_LARGE = 1000
_YEARS = range(1990, 2100)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(
        files("analyzer.synthesis").joinpath("merging.yaml").read_text(encoding="utf-8")
    )
    return content


@cache
def _weak() -> frozenset[str]:
    return frozenset(stem(word) for word in _content()["weak"].split())


@cache
def _pairs() -> frozenset[frozenset[str]]:
    return frozenset(frozenset(pair) for pair in _content()["mixed_up"])


@dataclass(frozen=True, slots=True)
class _Told:
    """A mention with what is compared of it. ``period`` is when it may have happened, None where nothing tells."""

    mention: Mention
    period: tuple[date, date] | None
    telling: frozenset[str]
    amounts: frozenset[str]


def merge_mentions(mentions: Iterable[Mention], names: Iterable[str] = ()) -> tuple[tuple[Mention, ...], ...]:
    """The mentions of one account in groups that tell the same event, each mention in exactly one.

    A group begins with its most precise date. ``names`` are the account's own: that both sources say its name proves
    nothing.
    """
    own = frozenset(stem(word.norm) for name in names for word in split_words(name))
    told = [_tell(mention, own) for mention in {m.id: m for m in mentions}.values()]
    groups: list[list[_Told]] = []
    for one in sorted(told, key=lambda t: _place(t.mention)):
        home = next((group for group in groups if _belongs(one, group)), None)
        if home is None:
            groups.append([one])
        else:
            home.append(one)
    return tuple(tuple(one.mention for one in group) for group in groups)


def precision_rank(mention: Mention) -> int:
    """0 for a day, up to 3 for a year, 4 for what is only known by when it was said, 5 for no date at all."""
    if mention.event_on is None:
        return len(_PRECISIONS) + (mention.said_on is None)
    return _PRECISIONS.index(mention.precision) if mention.precision in _PRECISIONS else 0


def _place(mention: Mention) -> tuple[int, date, str]:
    return precision_rank(mention), mention.event_on or mention.said_on or date.max, mention.id


def _tell(mention: Mention, own: frozenset[str]) -> _Told:
    words = fold_figures(split_words(mention.words))
    figures = {word.norm for word in words if word.norm.startswith("#")}
    spelt = {stem(w.norm) for w in words if w.norm not in STOP_WORDS and w.norm[0] not in "#'$€£¥₹%"}
    telling = (spelt | figures) - _weak() - own - {"#1"}
    return _Told(mention, _period(mention), frozenset(telling), frozenset(f for f in figures if _is_amount(f)))


def _is_amount(figure: str) -> bool:
    """A figure large enough to tell two events apart, and no year."""
    try:
        number = float(figure[1:])
    except ValueError:
        return False
    return number >= _LARGE and number not in _YEARS


def _period(mention: Mention) -> tuple[date, date] | None:
    """The first and last day on which it may have happened."""
    slack = timedelta(days=_content()["slack_days"])
    on = mention.event_on
    if on is None:
        said = mention.said_on
        return None if said is None else (said - timedelta(days=_content()["told_within_days"]), said)
    if mention.precision not in _MONTHS:
        return on - slack, on + slack
    return on.replace(day=1), _last_day(on, _MONTHS[mention.precision])


def _last_day(on: date, months: int) -> date:
    """Of the span of ``months`` that begins with the month of ``on``."""
    year, month = divmod(on.year * 12 + on.month - 1 + months - 1, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def _belongs(one: _Told, group: Sequence[_Told]) -> bool:
    return all(_may_be_one(one, other) for other in group) and any(_alike(one, other) for other in group)


def _may_be_one(one: _Told, other: _Told) -> bool:
    if one.period is None or other.period is None or one.mention.against != other.mention.against:
        return False
    codes = frozenset((one.mention.category, other.mention.category))
    # What speaks against is told under many categories: layoffs are an incident to one, new strategy to another.
    if len(codes) == 2 and not one.mention.against and codes not in _pairs():
        return False
    if one.amounts and other.amounts and not one.amounts & other.amounts:
        return False
    return one.period[0] <= other.period[1] and other.period[0] <= one.period[1]


def _alike(one: _Told, other: _Told) -> bool:
    """They share two telling words or half of the shorter one's; a row that names only its category has none to share,
    and then a known date of both decides."""
    shorter = min(len(one.telling), len(other.telling))
    if not shorter:
        is_dated = one.mention.event_on is not None and other.mention.event_on is not None
        return is_dated and one.mention.category == other.mention.category
    shared = len(one.telling & other.telling)
    return shared >= 2 or 2 * shared >= shorter
