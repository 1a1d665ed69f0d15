"""What in a scorecard can never apply to the study at hand: unknown codes, columns, countries, tools."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from analyzer.errors import StudyError
from analyzer.records import Account, Kind
from analyzer.scoring.conditions import FIELDS, field_of_column
from analyzer.scoring.hints import nearest
from analyzer.scoring.rules import Condition, Custom, Kill
from analyzer.scoring.scorecard import Scorecard

Codes = Mapping[str, frozenset[str]]
"""The categories of each kind of finding; an empty set where any may stand."""


def check_codes(card: Scorecard, codes: Codes) -> None:
    """Raises StudyError for a rule on a category that the codebook does not have."""
    for name, rule in _conditions(card):
        kind, _, category = rule.finding.partition("/")
        for kind_asked, code in ((kind, category), (Kind.TRIGGER.value, rule.trigger)):
            known = codes.get(kind_asked, frozenset())
            if code and known and code not in known:
                raise StudyError(
                    f"{name} names the category {code!r}; a {kind_asked} is one of "
                    f"{', '.join(sorted(known))}{nearest(code, known)}."
                )


def doubt_card(card: Scorecard, accounts: Sequence[Account]) -> list[str]:
    """Sentences about what matches nothing that is known, and about kills without a reason."""
    columns = {name for account in accounts for name in account.attributes} | {*FIELDS}
    said = [
        _unmet(f"{name} looks at the column", column, columns, "column of an account")
        for name, column in _columns(card)
        if accounts and not field_of_column(column.casefold())
    ]
    regions = card.neighbours.regions
    places = (("geography.supported", card.geography.supported), ("geography.adjacent", card.geography.adjacent))
    for name, names in (*places, *((n, rule.region) for n, rule in _conditions(card))):
        # A country may be written otherwise in the CRM than anywhere else.
        own = {account.country for account in accounts}
        said += [
            f"{name} names {place!r}, which is no country or region that is known{nearest(place, regions.names)}"
            for place in names
            if not regions.is_known(place) and place not in own
        ]
    for number, kill in enumerate(card.kill, 1):
        if not kill.reason:
            said.append(f"kill {number} gives no reason")
    return [f"{sentence}." for sentence in said if sentence]


def _unmet(what: str, name: str, names: Iterable[str], kind: str) -> str:
    known = {one.casefold() for one in names}
    return "" if name.casefold() in known else f"{what} {name!r}, which is no {kind}{nearest(name, names)}"


def _columns(card: Scorecard) -> list[tuple[str, str]]:
    found = [(name, rule.column) for name, rule in _conditions(card) if rule.column]
    return found + [(f"kill {n}", kill.attribute) for n, kill in enumerate(card.kill, 1) if kill.attribute]


def _conditions(card: Scorecard) -> list[tuple[str, Condition]]:
    rules: list[tuple[str, Custom | Kill]] = [(f"custom {rule.name}", rule) for rule in card.custom]
    return [*rules, *((f"kill {n}", kill) for n, kill in enumerate(card.kill, 1))]
