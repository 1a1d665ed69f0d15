"""Which part a title alone points to: presumed, never told. The rules stand in ``committee_rules.yaml``."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from analyzer.extraction.titles import Title, read_title


@cache
def committee_rules() -> dict[str, Any]:
    """What stands in ``committee_rules.yaml``."""
    text = files("analyzer.synthesis").joinpath("committee_rules.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return content


def compile_folded(pattern: str) -> re.Pattern[str]:
    """A pattern of a YAML file, broken over lines, case ignored."""
    return re.compile(re.sub(r"\n\s*", "", pattern.strip()), re.IGNORECASE)


def presume_roles(title: str, buyer_titles: Collection[str] = ()) -> tuple[str, ...]:
    """The roles that a title points to, by the first rule that fits it; none for a bare rank or an unknown title.

    ``buyer_titles`` are those that the seller's product.yaml names; one written in another way counts, too.
    """
    read = read_title(title)
    if read is None:
        return ()
    buyers = {read_title(one) for one in buyer_titles} - {None}
    is_buyer = read in buyers or title.casefold() in {one.casefold() for one in buyer_titles}
    rules = committee_rules()["presumed"]
    return next((tuple(rule["roles"]) for rule in rules if _fits(rule, read, is_buyer)), ())


def _fits(rule: dict[str, Any], title: Title, is_buyer: bool) -> bool:
    if title.is_generic and title.name not in ("owner", "founder", "president") and not is_buyer:
        return False
    return (
        title.function in rule.get("functions", (title.function,))
        and title.seniority in rule.get("seniorities", (title.seniority,))
        and title.name in rule.get("titles", (title.name,))
        and (is_buyer or not rule.get("buyer"))
        and ("words" not in rule or bool({*rule["words"]} & {*title.name.split()}))
    )
