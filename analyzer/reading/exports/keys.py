"""What exports call the same thing, from keys.yaml beside this file; read once, when first used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def _lists() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = files("analyzer.reading.exports").joinpath("keys.yaml").read_text(encoding="utf-8")
    lists: dict[str, Any] = yaml.load(text, Loader=loader)
    return lists


@cache
def keys(name: str) -> tuple[str, ...]:
    """The names of a thing, the likeliest first. Raises KeyError for a list that keys.yaml does not have."""
    return tuple(_lists()[name].split())


@cache
def key_set(name: str) -> frozenset[str]:
    """The same, to ask whether a name is among them."""
    return frozenset(keys(name))


def table(name: str) -> Any:
    """A part of keys.yaml that is more than a list of names."""
    return _lists()[name]


@lru_cache(maxsize=8192)
def plain(key: str) -> str:
    """ "speaker_name", "speakerName" and "Speaker Name" are "speakername"."""
    return "".join(character for character in key[:80].casefold() if character.isalnum())


def plain_keys(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The object with its keys made plain; of two that become one, the first that says something stays."""
    made: dict[str, Any] = {}
    for key, value in entry.items():
        name = plain(key)
        if made.get(name) in (None, ""):
            made[name] = value
    return made


def pick(entry: Mapping[str, Any], name: str) -> Any:
    """The first value under one of the names of a list that says something; None when none does."""
    return next((value for key in keys(name) if (value := entry.get(key)) not in (None, "", [], {})), None)
