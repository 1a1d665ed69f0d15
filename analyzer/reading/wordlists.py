"""The words and phrases the readers weigh, from words.yaml beside this file; read once, when first used."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def _lists() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = files("analyzer.reading").joinpath("words.yaml").read_text(encoding="utf-8")
    lists: dict[str, Any] = yaml.load(text, Loader=loader)
    return lists


@cache
def words(name: str) -> frozenset[str]:
    """A list of words. Raises KeyError for a name that words.yaml does not have."""
    return frozenset(_lists()[name].split())


@cache
def phrases(name: str) -> re.Pattern[str]:
    """A list of patterns as one, that finds any of them, whatever its case."""
    return re.compile("|".join(_lists()[name]), re.IGNORECASE)


@cache
def whole_words(name: str) -> re.Pattern[str]:
    """The same for patterns of words, found only where they stand as words of their own."""
    return re.compile(rf"\b(?:{'|'.join(_lists()[name])})\b", re.IGNORECASE)


@cache
def signs(name: str) -> tuple[re.Pattern[str], ...]:
    """A list of signs, each a list of patterns; ^ stands for the start of any line."""
    return tuple(re.compile("|".join(sign), re.IGNORECASE | re.MULTILINE) for sign in _lists()[name])
