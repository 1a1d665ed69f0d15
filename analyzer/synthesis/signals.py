"""Signals: triggers of an account on one timeline, each with what is left of its strength today.

A signal comes of findings, imported events and postings; sources that tell the same event make one signal
(:mod:`analyzer.synthesis.merging`). What speaks against buying now (:mod:`analyzer.synthesis.negative`) stands on the
timeline too, and adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analyzer.records import Event, Finding, Kind, Mention, Signal
from analyzer.synthesis.hiring import CATEGORY as HIRING
from analyzer.synthesis.hiring import Hiring
from analyzer.synthesis.merging import merge_mentions, precision_rank
from analyzer.synthesis.negative import read_against

HalfLife = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of an account beside what was said: imported events, rows of hiring that are signals, and the
    names of our competitors. ``names`` are the account's own."""

    events: Sequence[Event] = ()
    hiring: Sequence[Hiring] = ()
    rivals: Sequence[str] = ()
    names: Sequence[str] = ()


NOTHING = Beside()


def decay(age_days: int, half_life_days: int) -> float:
    """Strength 0-1 left after ``age_days``: one half for every half-life, 1 for what is still to come.

    The half-life is the window in which a signal is clear and recent: 90 days where the codebook gives its category
    none. Nothing is cut off at its end, since a trigger of four months ago is weaker and not untrue.
    """
    return float(0.5 ** (max(age_days, 0) / half_life_days))


def collect_signals(
    findings: Iterable[Finding],
    as_of: date,
    half_life_days: HalfLife,
    warnings: Mapping[str, tuple[str, ...]] | None = None,
    beside: Beside = NOTHING,
) -> tuple[Signal, ...]:
    """The triggers of one account as signals, strongest first.

    A signal is dated by its event where that is known, else by the day it was first told (an event cannot be younger);
    one without any date has strength 0 and says so, since nobody can tell whether it is live. What is still to come
    counts in full until it has passed. ``warnings`` are those of a document by its id; its signals carry them.
    """
    mentions = [mention_of(f, beside.rivals) for f in findings if f.kind == Kind.TRIGGER]
    mentions += [_mention_of_event(event, beside.rivals) for event in beside.events]
    groups = [(group, "") for group in merge_mentions(mentions, beside.names)]
    for row in beside.hiring:
        groups = _with_hiring(groups, row)
    made = [_signal(group, summary, as_of, half_life_days, warnings or {}) for group, summary in groups]
    return tuple(sorted(made, key=lambda s: (-s.strength, s.finding.start if s.finding else 0, s.id)))


def mention_of(finding: Finding, rivals: Iterable[str] = ()) -> Mention:
    """A trigger as a source of a signal; what it speaks against is read from its quote."""
    return Mention(
        id=finding.id,
        category=finding.category,
        words=finding.quote,
        said_on=finding.said_on,
        event_on=finding.event_on,
        precision=(finding.event_precision or "day") if finding.event_on else "",
        place=finding.document_id,
        where=finding.document,
        against=read_against(finding.quote, rivals),
        finding=finding,
    )


def _mention_of_event(event: Event, rivals: Iterable[str]) -> Mention:
    words = ": ".join(part for part in (event.type, event.description) if part)
    return Mention(
        id=event.id,
        category=event.category,
        words=words,
        said_on=event.published_on,
        event_on=event.event_on,
        precision=event.precision if event.event_on else "",
        place=event.origin or event.id,
        where=event.origin or f"{event.table}, row {event.row}",
        against=event.against or read_against(words, rivals),
    )


_Group = tuple[tuple[Mention, ...], str]
"""Mentions of one event, and what was counted of it."""


def _with_hiring(groups: Sequence[_Group], row: Hiring) -> list[_Group]:
    """Adds a row of hiring; triggers that tell of hiring and stand in one of its postings tell the same."""
    postings = row.mentions()
    places = {posting.place for posting in postings}
    inside: list[Mention] = []
    rest: list[_Group] = []
    for group, summary in groups:
        is_told_there = not summary and any(m.place in places for m in group)
        if is_told_there and all(m.category == HIRING and not m.against for m in group):
            inside += group
        else:
            rest.append((group, summary))
    return [*rest, ((*postings, *inside), row.summary)]


def _signal(
    group: Sequence[Mention],
    summary: str,
    as_of: date,
    half_life_days: HalfLife,
    warnings: Mapping[str, tuple[str, ...]],
) -> Signal:
    """``group`` begins with the mention that dates it; it is shown by a finding's words where it has any."""
    dating = group[0]
    told = [m.said_on for m in group if m.said_on]
    mentioned_on = min(told, default=None)
    dated_on, dated_by = dating.event_on, "event"
    if dated_on is None:
        dated_on, dated_by = mentioned_on, "mention" if mentioned_on else "unknown"
    shown = min((m for m in group if m.finding), key=lambda m: (precision_rank(m), m.id), default=dating)
    half_life = half_life_days(shown.category)
    age = (as_of - dated_on).days if dated_on else None
    strength = decay(age, half_life) if age is not None else 0.0
    doubts = [warning for m in group for warning in warnings.get(m.place, ())]
    return Signal(
        finding=shown.finding,
        dated_on=dated_on,
        dated_by=dated_by,
        age_days=age,
        half_life_days=half_life,
        strength=round(strength, 3),
        warnings=tuple(dict.fromkeys(doubts)),
        sources=(shown, *(m for m in group if m is not shown)),
        precision=dating.precision,
        mentioned_on=mentioned_on,
        against=dating.against,
        summary=summary,
    )
