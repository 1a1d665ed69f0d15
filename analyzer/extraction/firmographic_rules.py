"""The patterns of ``firmographics.yaml``, compiled, and which of them have a chance in a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_FIELDS = ("employees", "revenue", "founded", "stage", "funding", "ownership", "place")
MAY_TELL = re.compile(
    r"people|ppl|employ|staff|colleague|team member|\bftes?\b|headcount|person\b|strong|company|million|revenue"
    r"|turnover|sales|founded|established|since|series|seed|round|raised|owned|family|backed|bootstrap|public|listed|privat"
    r"|part of|subsidiary|division|parent|acquired|bought|based|headquarter|head office|\bHQ\b|souls|folks"
    r"|grandfather|granddad|grandad",
    re.IGNORECASE,
)


@cache
def content() -> Mapping[str, Any]:
    text = files("analyzer.extraction").joinpath("firmographics.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.safe_load(text)
    return read


def _joined(pattern: str) -> str:
    """A pattern folded over several lines: what the fold put before a new alternative is no part of it."""
    return re.sub(r"\s+\|", "|", pattern)


@cache
def compiled(name: str) -> re.Pattern[str]:
    return re.compile(_joined(content()[name]))


@dataclass(frozen=True, slots=True)
class Rule:
    """``where`` is how it may stand: patterns, of_us, posting or alone; ``says`` the value where it is fixed."""

    field: str
    where: str
    pattern: re.Pattern[str]
    says: str = ""


@cache
def _rules() -> tuple[Rule, ...]:
    words = {name: f"(?:{_joined(text)})" for name, text in content()["words"].items()}
    made = []
    for field in _FIELDS:
        entries = content()[field] if field == "ownership" else [content()[field]]
        for entry in entries:
            for where in ("patterns", "of_us", "posting", "alone"):
                for pattern in entry.get(where, ()):
                    body = pattern.format(**words)
                    whole = rf"(?<![\w#@])(?:{body})(?![\w'])" if where != "alone" else body
                    made.append(Rule(field, where, re.compile(whole), entry.get("says", "")))
    return tuple(made)


_HINTS = {
    "employees": re.compile(r"#\d"),
    "revenue": re.compile(r"#\d{5}"),
    "founded": re.compile(r"#(?:1[6-9]|20)\d\d(?!\d)"),
    "stage": re.compile(r"series|seed|round"),
    "funding": re.compile(r"#\d{6}.*series|raised"),
    "ownership": re.compile(
        r"family|owne|pe |equity|venture|vc|bootstrap|self funded|listed|public|privately|part of|subsidiary"
        r"|division of|acquired|bought|taken|parent"
    ),
    "place": re.compile(r"based|headquarter|head quarter|head office|main office|hq|@us (?:are|is)|we are an? "),
}
_COUNTED = re.compile(
    r"people|ppl|staff|employ|colleague|team member|fte|headcount|person|folks|souls|heads|strong|company of"
    r"|man (?:co|f|b|sh)"
)


def rules_for(line: str) -> Iterator[Rule]:
    """Those that have a chance in this line, so that a long document takes no time."""
    fields = {field for field, hint in _HINTS.items() if hint.search(line)}
    if "employees" in fields and not _COUNTED.search(line):
        fields.remove("employees")
    if fields:
        yield from (rule for rule in _rules() if rule.field in fields)


@cache
def follows(field: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{_joined(content()[field]['goes_on'])})(?!\w)")


@cache
def of_money() -> re.Pattern[str]:
    words = content()["words"]
    return re.compile(rf"\b(?:{words['money']}|{words['sales']}|arr)\b")


@cache
def part() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_joined(content()['parts'])})\b")


@cache
def passing() -> re.Pattern[str]:
    return re.compile(rf"(?:{_joined(content()['passing'])})\b")


@cache
def no_names() -> frozenset[str]:
    return frozenset(content()["no_names"])
