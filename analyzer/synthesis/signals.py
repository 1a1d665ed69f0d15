"""Signals: triggers of an account on a timeline, each with what is left of its strength today."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from analyzer.records import Finding, Kind, Signal


def decay(age_days: int, half_life_days: int) -> float:
    """Strength 0-1 left after ``age_days``: one half for every half-life, 1 for what is still to come."""
    return float(0.5 ** (max(age_days, 0) / half_life_days))


def collect_signals(
    findings: Iterable[Finding],
    as_of: date,
    half_life_days: Callable[[str], int],
    warnings: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Signal, ...]:
    """The triggers as signals, strongest first.

    A trigger is dated by its event where that is known, else by the day it was said (an event cannot be younger); one
    without any date has strength 0 and says so, since nobody can tell whether it is live. ``warnings`` are those of a
    document by its id, and go with every signal from it.
    """
    signals = []
    for finding in findings:
        if finding.kind != Kind.TRIGGER:
            continue
        dated_on, dated_by = finding.event_on, "event"
        if dated_on is None:
            dated_on, dated_by = finding.said_on, "mention" if finding.said_on else "unknown"
        half_life = half_life_days(finding.category)
        age = (as_of - dated_on).days if dated_on else None
        strength = decay(age, half_life) if age is not None else 0.0
        told = (warnings or {}).get(finding.document_id, ())
        signals.append(Signal(finding, dated_on, dated_by, age, half_life, round(strength, 3), told))
    return tuple(sorted(signals, key=lambda s: (-s.strength, s.finding.start)))
