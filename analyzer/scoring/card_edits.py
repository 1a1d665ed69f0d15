"""Changing one thing in a scorecard by its path, and saying in paths what differs between two."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.errors import UsageError
from analyzer.scoring.hints import nearest
from analyzer.scoring.rules import Rule, Trigger
from analyzer.scoring.scorecard import Scorecard, card_content, parse_scorecard, read_scorecard

LISTS = ("custom", "kill")


@dataclass(frozen=True, slots=True)
class Change:
    """``path`` as it is set ("size.high"); what stood there and what stands there now, "" for nothing."""

    path: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}: {self.before or 'nothing'} -> {self.after or 'nothing'}"


def set_value(card: Scorecard, path: str, value: str) -> Scorecard:
    """The card with another value. ``value`` is YAML: 800, [Food, Retail], {name: ERP, points: 5, tool: SAP}, null.

    ``path`` is a rule and its field ("size.high", "tiers.first", "custom.ERP.points", "kill.1.reason"); "+" behind it
    adds to a list ("industry.in+", "custom+"), "-" takes out of it ("kill- 1" by number, "custom- ERP" by name).
    Raises UsageError for a path that leads nowhere, StudyError for a card that would not be valid.
    """
    content = copy.deepcopy(card_content(card))
    bare = path.strip()
    sign = bare[-1:] if bare[-1:] in ("+", "-") else ""
    bare = bare.removesuffix(sign).strip()
    holder, field = _holder(content, bare)
    read = parse_scorecard(value, f"The value of {bare}")
    if sign:
        holder[field] = _listed(holder.get(field), bare, sign, read)
    else:
        many = isinstance(read, str) and ";" in read and isinstance(holder.get(field), list)
        holder[field] = _several(read) if many else read
    return read_scorecard(content, f"{path} cannot be set to {value}")


def _holder(content: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    """The mapping in which the last part of a path stands, and that part."""
    first, dot, rest = path.partition(".")
    if not dot:
        return content, first
    if first in LISTS:
        which, dot, field = rest.rpartition(".")
        if not dot:
            raise UsageError(f"{path} is no field: write {first}.NAME.FIELD, or {first}- NAME to take it out.")
        return content[first][_place(content[first], which, first)], field
    rule = content.get(first)
    if not isinstance(rule, dict):
        rules = [name for name, held in content.items() if isinstance(held, dict | list)]
        raise UsageError(f"A scorecard has no rule {first!r}{nearest(first, rules)}. Its rules are {', '.join(rules)}.")
    return rule, rest


def _place(rules: list[dict[str, Any]], which: str, path: str) -> int:
    """Where the rule called ``which``, or the so manieth, stands."""
    names = [str(rule.get("name", "")).casefold() for rule in rules]
    if which.casefold() in names:
        return names.index(which.casefold())
    if which.isdigit() and 1 <= int(which) <= len(rules):
        return int(which) - 1
    known = ", ".join(rule["name"] for rule in rules if "name" in rule) or f"1 to {len(rules)}"
    raise UsageError(f"{path} has no {which!r}. " + (f"There are: {known}." if rules else "It is empty."))


def _listed(held: Any, path: str, sign: str, value: Any) -> list[Any]:
    if not isinstance(held, list):
        raise UsageError(f"{path} is no list; leave out the {sign}.")
    if sign == "+":
        return [*held, *_several(value)]
    if path in LISTS:
        gone = _place(held, str(value), path)
        return held[:gone] + held[gone + 1 :]
    taken = {str(one).casefold() for one in _several(value)}
    missing = taken - {one.casefold() for one in held}
    if missing:
        raise UsageError(
            f"{path} does not hold {', '.join(sorted(missing))}. It holds: {', '.join(held) or 'nothing'}."
        )
    return [one for one in held if one.casefold() not in taken]


def _several(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else [value]


# --------------------------------------------------------------------------------------------------------- differences


def changes_between(before: Scorecard, after: Scorecard) -> tuple[Change, ...]:
    """What another card says otherwise, by path; the order of a list and of rules changes nothing."""
    return content_changes(card_content(before), card_content(after))


def content_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """The same of cards as plain data (a kept version, the basis of a draft)."""
    old, new = _flat(before), _flat(after)
    paths = [*new, *(path for path in old if path not in new)]
    return tuple(
        Change("kill" if path.startswith("kill ") else path, old.get(path, ""), new.get(path, ""))
        for path in paths
        if old.get(path, "") != new.get(path, "")
    )


def _flat(content: Mapping[str, Any]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, held in content.items():
        if isinstance(held, Mapping):
            flat |= {f"{name}.{field}": spell(value) for field, value in held.items()}
        elif name == "custom":
            flat |= {f"custom.{rule.get('name', '')}": _rule(rule, without=("name",)) for rule in held}
        elif name == "kill":
            flat |= {f"kill {_rule(rule)}": _rule(rule) for rule in held}
    return flat


def _rule(rule: Mapping[str, Any], without: Iterable[str] = ()) -> str:
    return ", ".join(f"{field} {spell(value)}" for field, value in rule.items() if field not in without)


def spell(value: Any) -> str:
    """A value as people read it: 25, "Food; Retail"."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | tuple):
        return "; ".join(sorted(map(str, value), key=str.casefold))
    return "" if value is None else str(value)


def spell_rule(rule: Rule) -> str:
    """What a rule asks in one line: its fields as a person sets them, those left open or as by default left out."""
    if isinstance(rule, Trigger):
        return f"clear from {rule.clear:.0%} of its strength, weak from {rule.weak:.0%}"
    held = rule.model_dump(by_alias=True, mode="json", exclude_defaults=True)
    return _rule(held, without=("name", "points")) or "open"
