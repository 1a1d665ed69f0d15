"""When it happened: "last May", "two weeks ago", "Q3", "4/20" against the day it was said.

An event date differs from the date it was mentioned. The precision says how much of it was said: day, month, quarter or
year; a coarser date stands for its first day. dateparser reads the words; what it may read is found here first, since
left alone it takes "may" and "second" for dates. Whether a month without a year is the one before or
after the day it was said, the tense of its clause tells (:mod:`analyzer.extraction.tenses`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from analyzer.extraction.tenses import Tense, find_tense

if TYPE_CHECKING:
    from collections.abc import Iterator

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
_ORDINAL_WORDS = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth
    twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first
"""
_ORDINALS = {word: number for number, word in enumerate(_ORDINAL_WORDS.split(), 1)}
_ORDINAL = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\b(?!\s*(?:%|percent|k\b|million))|{_ORDINAL})"
_NUMBER_WORDS = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty
"""
_NUMBERS = {word: number for number, word in enumerate(_NUMBER_WORDS.split(), 1)} | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "a couple of": 2, "a few": 3, "a": 1, "an": 1,
}  # fmt: skip
_NUMBER = rf"(?:\d+|half a|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
SPAN = rf"{_NUMBER} (?:day|week|month|quarter|year)s?(?: and a half)?"
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_PATTERNS = (
    ("iso", re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")),
    (
        "month",
        re.compile(
            rf"\b(?:(last|next|this|early|late|mid)[ -])?({_MONTHS})\b\.?"
            rf"(?: (?:the )?({_DAY}))?(?:,? (?:of )?(\d{{4}}))?"
        ),
    ),
    ("day_month", re.compile(rf"\b(?:the )?({_DAY}) (?:of )?({_MONTHS})\b\.?(?:,? (\d{{4}}))?")),
    ("slash", re.compile(r"\b(?!24/7\b)(\d{1,2})/(\d{1,2})(?:/(\d{2,4}))?\b")),
    ("quarter", re.compile(r"\bQ([1-4])(?: (?:of )?(\d{4}))?\b")),
    ("ago", re.compile(rf"\b({SPAN}) ago\b", re.I)),
    ("ahead", re.compile(rf"\b({SPAN}) from (?:now|today)\b", re.I)),
    ("ahead", re.compile(rf"\b(?:with)?in (?:about |around |roughly |the next )?({SPAN})\b(?! ago)", re.I)),
    ("weekday", re.compile(rf"\b(last|this|next) ({'|'.join(_WEEKDAYS)})\b", re.I)),
    ("relative", re.compile(r"\b(last|this|next) (week|month|quarter|year|spring|summer|fall|autumn|winter)\b", re.I)),
    ("yesterday", re.compile(r"\b(yesterday|today|tomorrow)\b", re.I)),
    ("season", re.compile(r"\b(spring|summer|fall|autumn|winter) (?:of )?(\d{4})\b", re.I)),
    ("year", re.compile(r"\b(?:in|since|of) (20[0-4]\d)\b(?!-)")),
)
_SEASON_MONTH = {"spring": 3, "summer": 6, "fall": 9, "autumn": 9, "winter": 12}


@dataclass(frozen=True, slots=True)
class EventDate:
    on: date
    precision: str


def find_event_date(words: str, said_on: date | None) -> EventDate | None:
    """The first date the words give for an event, None when they give none or nothing says what it is relative to."""
    found = sorted(_candidates(words), key=lambda c: c[0])
    for _, name, match in found:
        resolved = _resolve(name, match, said_on, find_tense(words, match.start(), match.end()))
        if resolved:
            return resolved
    return None


def _candidates(words: str) -> Iterator[tuple[int, str, re.Match[str]]]:
    for name, pattern in _PATTERNS:
        for match in pattern.finditer(words):
            yield match.start(), name, match


def _resolve(name: str, match: re.Match[str], said_on: date | None, tense: Tense) -> EventDate | None:
    try:
        if name == "iso":
            return EventDate(date(int(match[1]), int(match[2]), int(match[3])), "day")
        if name == "month":
            return _of_month(match[2], match[3], match[4], said_on, tense, (match[1] or "").lower())
        if name == "day_month":
            return _of_month(match[2], match[1], match[3], said_on, tense, "")
        if name == "year":
            return EventDate(date(int(match[1]), 1, 1), "year")
        if name == "season":
            return EventDate(date(int(match[2]), _SEASON_MONTH[match[1].lower()], 1), "quarter")
        if name == "slash" and match[3]:
            return _of_slash(match)
        if name == "quarter" and match[2]:
            return EventDate(date(int(match[2]), 3 * int(match[1]) - 2, 1), "quarter")
        if said_on is None:
            return None
        if name == "slash":
            return EventDate(_nearest(*_month_and_day(match), said_on, tense), "day")
        if name == "quarter":
            return EventDate(_nearest(3 * int(match[1]) - 2, 1, said_on, tense), "quarter")
        if name == "relative":
            return _of_relative(match[1].lower(), match[2].lower(), said_on)
        if name == "weekday":
            return _of_weekday(match[1].lower(), match[2].lower(), said_on)
        if name == "ahead":
            # "In two weeks" tells as often how long something took.
            looks_ahead = tense is not Tense.PAST or "from" in match[0].lower()
            return _of_words(f"in {_in_digits(match[1])}", said_on) if looks_ahead else None
        if name == "ago":
            return _of_words(f"{_in_digits(match[1])} ago", said_on)
        return _of_words(match[0].lower(), said_on)
    except ValueError:
        return None


def _of_month(
    month_name: str, day: str | None, year: str | None, said_on: date | None, tense: Tense, which: str
) -> EventDate | None:
    month = datetime.strptime(month_name[:3], "%b").month
    number = _ordinal(day) if day else None
    precision = "day" if number else "month"
    if year:
        return EventDate(date(int(year), month, number or 1), precision)
    if said_on is None:
        return None
    return EventDate(_nearest(month, number or 1, said_on, tense, which), precision)


def _nearest(month: int, day: int, said_on: date, tense: Tense, which: str = "") -> date:
    """This month and day in the year that fits: behind the day it was said unless the words look ahead."""
    this_year = date(said_on.year, month, day)
    if which == "this":
        return this_year
    if which == "next":
        return this_year if this_year > said_on else this_year.replace(year=said_on.year + 1)
    if which == "last":
        return this_year if month < said_on.month else this_year.replace(year=said_on.year - 1)
    if tense is not Tense.PAST:
        near = this_year if this_year >= said_on.replace(day=1) else this_year.replace(year=said_on.year + 1)
        # "Renewal in March" said in April usually tells of the March just gone, not of one eleven months ahead.
        return near if tense is Tense.AHEAD or (near - said_on).days <= 270 else near.replace(year=near.year - 1)
    return this_year if this_year <= said_on else this_year.replace(year=said_on.year - 1)


def _ordinal(day: str) -> int:
    return _ORDINALS.get(day.lower()) or int(re.sub(r"\D", "", day))


def _of_slash(match: re.Match[str]) -> EventDate:
    year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
    return EventDate(date(year, *_month_and_day(match)), "day")


def _month_and_day(match: re.Match[str]) -> tuple[int, int]:
    first, second = int(match[1]), int(match[2])
    return (first, second) if first <= 12 else (second, first)


def _of_relative(which: str, what: str, said_on: date) -> EventDate | None:
    step = {"last": -1, "this": 0, "next": 1}[which]
    if what == "year":
        return EventDate(date(said_on.year + step, 1, 1), "year")
    if what in ("quarter", "month"):
        size = 3 if what == "quarter" else 1
        months = said_on.year * 12 + (said_on.month - 1) // size * size + step * size
        return EventDate(date(months // 12, months % 12 + 1, 1), what)
    if what in _SEASON_MONTH:
        start = date(said_on.year, _SEASON_MONTH[what], 1)
        if which == "last" and (start.year, start.month + 3) > (said_on.year, said_on.month):
            # The one that goes on is "this" one.
            start = start.replace(year=said_on.year - 1)
        if which == "next" and start <= said_on:
            start = start.replace(year=said_on.year + 1)
        return EventDate(start, "quarter")
    return _of_words({"last": "1 week ago", "this": "today", "next": "in 1 week"}[which], said_on)


def _of_weekday(which: str, weekday: str, said_on: date) -> EventDate:
    """The nearest such day before or after the day it was said; "this" one is of the same week."""
    distance = _WEEKDAYS.index(weekday) - said_on.weekday()
    if which == "last" and distance >= 0:
        distance -= 7
    if which == "next" and distance <= 0:
        distance += 7
    return EventDate(said_on + timedelta(days=distance), "day")


def _in_digits(span: str) -> str:
    """ "eighteen months" as "18 months", "a year and a half" as "18 months", quarters as months."""
    number, unit = re.fullmatch(rf"({_NUMBER}) (\w+?)s?(?: and a half)?", span.lower()).groups()  # type: ignore[union-attr]
    half = 1 if span.lower().endswith("and a half") else 0
    count = 0 if number == "half a" else _NUMBERS.get(number) or int(number)
    months = {"year": 12, "quarter": 3}.get(unit)
    if months and (half or number == "half a" or unit == "quarter"):
        return f"{count * months + (half or number == 'half a') * months // 2} months"
    return f"{count or 1} {unit}s"


def shift_date(base: date, span: str, is_back: bool) -> EventDate | None:
    """The day a span ("two weeks") before or after another; a span of months or years is exact to these only."""
    plain = _in_digits(span)
    return _of_words(f"{plain} ago" if is_back else f"in {plain}", base)


def _of_words(plain: str, said_on: date) -> EventDate | None:
    import dateparser

    base = datetime.combine(said_on, datetime.min.time())
    parsed = dateparser.parse(plain, languages=["en"], settings={"RELATIVE_BASE": base})
    if parsed is None:
        return None
    precision = next((p for p in ("year", "month", "day") if p in plain), "day")
    first = {"year": parsed.replace(month=1, day=1), "month": parsed.replace(day=1)}
    return EventDate(first.get(precision, parsed).date(), precision)
