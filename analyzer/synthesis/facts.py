"""One account of all that is told of it: tables, documents and people, field by field, with what they disagree on.

A person's word stands before everything; else the newest source, by the day a document was said or a table first told
the value; what has no day comes last. All values are kept, and values that really differ are shown beside the one that
stands. The store keeps what each source said; what is made here is a view and changes none of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from analyzer.errors import UsageError
from analyzer.reading.tables.cells import to_list, to_number
from analyzer.records import Account, AccountFact

FIELDS = (
    "industry", "sub_industry", "employees", "revenue", "country", "region", "stage", "funding", "founded",
    "business_model", "ownership", "tools",
)  # fmt: skip
"""What can be known of an account besides its name and domain, in the order it is shown in."""
NUMBERS = ("employees", "revenue", "funding")
TOLERANCE = 0.15
"""Numbers that lie no further apart than this share of the larger say the same; people round when they speak."""
TABLE, PERSON = "table", "person"

Alike = Mapping[str, Callable[[str, str], bool]]
"""For a field, whether two names mean the same ("UK", "United Kingdom"), beside being spelt alike."""

_PRIVATE = frozenset(("private", "privately held", "privately owned", "private company", "privateheld"))
_HELD_PRIVATELY = ("family", "bootstrap", "employee", "private", "venture", "vc", "part of", "founder", "partnership")


@dataclass(frozen=True, slots=True)
class Settled:
    """The value of one field that stands, the fact that tells it, the facts that say otherwise, and all there are."""

    field: str
    value: str
    fact: AccountFact
    against: tuple[AccountFact, ...]
    facts: tuple[AccountFact, ...]

    @property
    def sentence(self) -> str:
        """ "employees 420 (interview 2026-04-14) against 350 (accounts.csv 2026-03-01)"."""
        said = f"{self.field.replace('_', ' ')} {_told(self.fact)}"
        return f"{said} against {', '.join(map(_told, self.against))}" if self.against else said


def _told(fact: AccountFact) -> str:
    return f"{show_value(fact)} ({name_source(fact)})"


def show_value(fact: AccountFact) -> str:
    """The value as people write it: a number with its thousands apart, a year as it is."""
    number = to_number(fact.value) if fact.field in NUMBERS else None
    return f"{number:,.15g}" if number is not None else fact.value


def name_source(fact: AccountFact) -> str:
    """ "interview 2026-04-14", "accounts.csv 2026-03-01", "by hand 2026-05-02"."""
    if fact.source == PERSON:
        name = "by hand" if fact.where == "by hand" else f"by hand, {fact.where}"
    else:
        name = (fact.where or "a table") if fact.source == TABLE else fact.source.replace("_", " ")
    return f"{name} {fact.dated_on.isoformat()}" if fact.dated_on else name


# ------------------------------------------------------------------------------------------------------------ settling


def settle(account: Account, facts: Iterable[AccountFact], alike: Alike | None = None) -> tuple[Settled, ...]:
    """Each field of which anything is known, in the order of FIELDS; facts on other fields are left out.

    ``account`` as stored tells what no table is known for any more, undated.
    """
    by_field: dict[str, list[AccountFact]] = defaultdict(list)
    for fact in facts:
        by_field[fact.field].append(fact)
    has_tables = any(fact.source == TABLE for some in by_field.values() for fact in some)
    if not has_tables:
        for fact in facts_of(account):
            by_field[fact.field].append(fact)
    return tuple(_settle_field(field, by_field[field], alike or {}) for field in FIELDS if by_field[field])


def _settle_field(field: str, facts: Sequence[AccountFact], alike: Alike) -> Settled:
    ranked = sorted(facts, key=_rank, reverse=True)
    if field == "tools":
        return _settle_tools(ranked)
    stands = next((fact for fact in ranked if not _is_one_round(fact, ranked)), ranked[0])
    against: dict[str, AccountFact] = {}
    for fact in ranked:
        if fact is not stands and not _is_one_round(fact, ranked) and not _agree(stands, fact, alike):
            against.setdefault(fact.value.casefold(), fact)
    return Settled(field, stands.value, stands, tuple(against.values()), tuple(ranked))


def _rank(fact: AccountFact) -> tuple[object, ...]:
    """Higher stands; the last part only makes the order of what comes in of no account."""
    told_in_words = fact.source not in (PERSON, TABLE)
    return (
        fact.source == PERSON,
        fact.dated_on or date.min,
        told_in_words,
        fact.told_at,
        -fact.start,
        repr(fact),
    )


def _settle_tools(ranked: Sequence[AccountFact]) -> Settled:
    """Tools add up, each once in its first spelling, tables first; a person's list takes the place of all.

    A tool heard of under a part of a known name ("SAP" of "SAP Business One"), or a longer one, is no other tool.
    """
    if ranked[0].source == PERSON:
        return Settled("tools", ranked[0].value, ranked[0], (), tuple(ranked))
    spelt: dict[str, str] = {}
    for fact in sorted(ranked, key=lambda fact: fact.source != TABLE):
        for tool in to_list(fact.value):
            parts = set(tool.casefold().split())
            if fact.source == TABLE or not any(parts <= (k := set(n.split())) or k <= parts for n in spelt):
                spelt.setdefault(tool.casefold(), tool)
    return Settled("tools", "; ".join(spelt.values()), ranked[0], (), tuple(ranked))


def _is_one_round(fact: AccountFact, facts: Iterable[AccountFact]) -> bool:
    """Whether a document tells of one round of money where a table has the larger total."""
    if fact.field != "funding" or fact.source in (TABLE, PERSON):
        return False
    mine = to_number(fact.value) or 0.0
    return any((to_number(other.value) or 0.0) >= mine for other in facts if other.source in (TABLE, PERSON))


def _agree(one: AccountFact, other: AccountFact, alike: Alike) -> bool:
    field = one.field
    if field in NUMBERS:
        a, b = to_number(one.value), to_number(other.value)
        return a is not None and b is not None and abs(a - b) <= TOLERANCE * max(abs(a), abs(b))
    if _spelling(one.value) == _spelling(other.value):
        return True
    if field == "region" and (one.source == TABLE) != (other.source == TABLE):
        # Documents name towns, tables states or sales regions: neither denies the other.
        return PERSON not in (one.source, other.source)
    if field == "ownership":
        return _are_both_private(one.value, other.value)
    same = alike.get(field)
    return same is not None and same(one.value, other.value)


def _spelling(value: str) -> str:
    return "".join(c for c in value.casefold() if c.isalnum())


def _are_both_private(one: str, other: str) -> bool:
    """ "Privately held" says less than "family-owned", not something else."""
    values = {one.casefold(), other.casefold()}
    return any(value in _PRIVATE for value in values) and all(
        value in _PRIVATE or value.startswith(_HELD_PRIVATELY) for value in values
    )


# ---------------------------------------------------------------------------------------------------- records and text


def facts_of(account: Account) -> tuple[AccountFact, ...]:
    """What the account as stored says, as facts of a table nobody knows the day of."""
    return tuple(
        AccountFact(account.name, field, text, TABLE, "") for field in FIELDS if (text := write_value(account, field))
    )


def write_value(account: Account, field: str) -> str:
    """A field of an account as text, "" where it is unknown."""
    return spell_value(getattr(account, field))


def spell_value(value: Any) -> str:
    """A value of a field as text: "420", "Series B", "SAP; Excel"; "" for what is unknown."""
    if isinstance(value, list | tuple):
        return "; ".join(value)
    return "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)


def apply(account: Account, settled: Iterable[Settled]) -> Account:
    """The account with the values that stand."""
    return replace(account, **{one.field: _read(one.field, one.value) for one in settled})


def _read(field: str, value: str) -> Any:
    if field == "tools":
        return to_list(value)
    if field in NUMBERS or field == "founded":
        number = to_number(value)
        return number if number is None or field in ("revenue", "funding") else round(number)
    return value


def check_value(field: str, value: str) -> str:
    """What a person says of a field, as it is kept. Raises UsageError for an unknown field or an impossible value."""
    if field not in FIELDS:
        raise UsageError(f"There is no field {field!r}. Fields are {', '.join(FIELDS)}.")
    text = " ".join(value.split())
    if not text:
        raise UsageError(f"A value of {field} must say something. `icp accounts unset` takes one back.")
    if field == "tools":
        return "; ".join(to_list(text))
    if field not in NUMBERS and field != "founded":
        return text
    number = to_number(text)
    if number is None or number < 0:
        raise UsageError(f"{field} is a number, such as 420 or 1.2M, not {text!r}.")
    if field == "founded" and not 1000 <= number <= 2200:
        raise UsageError(f"founded is a year, such as 1987, not {text!r}.")
    return spell_value(round(number) if field in ("employees", "founded") else number)


# ---------------------------------------------------------------------------------------------------------------- JSON


def settled_json(settled: Iterable[Settled]) -> list[dict[str, Any]]:
    """A row a field: its value, who tells it, the conflict as a sentence ("" without one), and every fact."""
    return [
        {
            "field": one.field,
            "value": one.value,
            "source": name_source(one.fact),
            "conflict": one.sentence if one.against else "",
            "against": [fact_json(fact) for fact in one.against],
            "facts": [fact_json(fact) for fact in one.facts],
        }
        for one in settled
    ]


def fact_json(fact: AccountFact) -> dict[str, Any]:
    return {
        "value": fact.value,
        "source": fact.source,
        "where": fact.where,
        "dated_on": fact.dated_on.isoformat() if fact.dated_on else None,
        "reason": fact.reason,
        "document_id": fact.document_id or None,
        "quote": fact.quote or None,
        "start": fact.start if fact.quote else None,
        "end": fact.end if fact.quote else None,
        "speaker": fact.speaker,
    }
