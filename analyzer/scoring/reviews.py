"""When a draft is due to be looked at again: for its age, for a shift, or for a trait that no longer predicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from analyzer.scoring.stability import Shift, Stability

REVIEW_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class State:
    """What was predictive at one time, as "attribute: value"; ``name`` says when ("version 3", "today")."""

    name: str
    predictive: frozenset[str]


@dataclass(frozen=True, slots=True)
class Review:
    """Whether a review is due, with its reasons. ``on`` is the day it is due or has been due since, None without a
    draft and a reason."""

    is_due: bool
    on: date | None
    why: tuple[str, ...]


def decide_review(drafted_on: date | None, shifts: Iterable[Shift], states: Sequence[State], as_of: date) -> Review:
    """Due 90 days after the newest draft; at once where a mix has shifted materially, or where a trait that was
    predictive in one state is not in the next one."""
    at_once = [
        f"The mix of won accounts by {s.attribute} has shifted: population stability index {s.index:.2f}, "
        f"by chance up to {s.chance:.2f}."
        for s in shifts
        if s.verdict == Stability.MATERIAL
    ]
    at_once += [
        f"“{trait}” was predictive at {before.name} and is not at {after.name}."
        for before, after in pairwise(states)
        for trait in lost_verdicts(before.predictive, after.predictive)
    ]
    days = [as_of] if at_once else []
    by_age = []
    if drafted_on is not None:
        age, due_on = (as_of - drafted_on).days, drafted_on + REVIEW_AFTER
        days.append(due_on)
        if as_of >= due_on:
            by_age.append(f"The newest draft is {age} days old; a review is due after {REVIEW_AFTER.days}.")
    why = (*by_age, *at_once)
    return Review(bool(why), min(days) if days else None, why)


def lost_verdicts(before: frozenset[str], after: frozenset[str]) -> list[str]:
    """Traits that predicted and no longer do. A band of numbers stands for its column, a profile for all profiles:
    their edges move with every deal."""
    there = {_key(trait) for trait in after}
    return sorted(trait for trait in before if _key(trait) not in there)


def _key(trait: str) -> str:
    attribute, _, value = trait.casefold().partition(": ")
    return attribute if value[:1].isdigit() or " + " in attribute else f"{attribute}: {value}"
