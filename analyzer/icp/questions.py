"""What to ask one account next: from what is not known of it, as open questions (``questions.yaml``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from analyzer.records import NOT_NAMED, TO_BE_HIRED, Account, AccountReading, AttributeScore, Kind, MissingRole
from analyzer.scoring.neighbours import load_neighbours

TRIGGER = "trigger"


@dataclass(frozen=True, slots=True)
class Question:
    """``ask`` is what to ask, ``because`` what is not known."""

    ask: str
    because: str


@cache
def _content() -> dict[str, Any]:
    text = files("analyzer.icp").joinpath("questions.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return content


def next_questions(reading: AccountReading) -> tuple[Question, ...]:
    """Most useful first: why now, who decides, by what, how deciders see it, and what is not known of the account."""
    return (
        *_about_triggers(reading),
        *(Question(_content()["roles"][m.role], _because(m)) for m in reading.committee.missing),
        *_about_kinds(reading),
        *_about_stances(reading),
        *_about_attributes(reading),
    )


def _because(missing: MissingRole) -> str:
    """The gap without its question: "no champion heard; presumed: Dana Ek, COO"."""
    sentence = missing.sentence.removesuffix(f": {missing.ask}")
    return sentence[0].lower() + sentence[1:]


def _about_triggers(reading: AccountReading) -> Iterator[Question]:
    told = [s for s in reading.signals if not s.against]
    if not told:
        yield Question(_content()["no_trigger"], "no trigger heard")
    elif all(s.dated_by != "event" for s in told):
        name = told[0].category.replace("_", " ")
        yield Question(_content()["undated_trigger"].format(trigger=name), "no trigger has a date of its own")


def _about_kinds(reading: AccountReading) -> Iterator[Question]:
    heard = {f.kind for f in reading.findings}
    for kind, ask in _content()["kinds"].items():
        if Kind(kind) not in heard:
            yield Question(ask, f"no {kind} heard")


def _about_stances(reading: AccountReading) -> Iterator[Question]:
    for member in reading.committee.members:
        if member.person in (NOT_NAMED, TO_BE_HIRED) or member.stance.value != "unknown":
            continue
        if member.stance.is_mixed:
            yield Question(_content()["mixed_stance"].format(person=member.person), member.stance.reason)
        elif member.influence.level == "high":
            yield Question(
                _content()["unknown_stance"].format(person=member.person), "decides, and no stance was heard"
            )


def _about_attributes(reading: AccountReading) -> Iterator[Question]:
    asks = _content()["attributes"]
    for attribute in reading.score.attributes:
        if attribute.name != TRIGGER and is_asked(reading.account, attribute):
            ask = asks.get(attribute.name) or _content()["other_attribute"].format(name=attribute.name)
            yield Question(ask, f"{attribute.name} unknown")


def is_asked(account: Account, attribute: AttributeScore) -> bool:
    """Whether points are open since something of the account is not known. Where the scorecard names no band, they are
    open too, but nobody at the account could help."""
    if attribute.low == attribute.high:
        return False
    known = {
        "industry": bool(account.industry),
        "size": account.employees is not None,
        "tech stack": bool(account.tools),
        "geography": _is_one_country(account.country),
    }
    return not known.get(attribute.name, False)


def _is_one_country(place: str) -> bool:
    """Of a region, such as EMEA, the country is still to be asked for."""
    return bool(place) and len(load_neighbours().regions.countries(place)) == 1
