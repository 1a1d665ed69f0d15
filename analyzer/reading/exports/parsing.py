"""Text becomes what its JSON says: one value, a value a line, or what can be saved of a file that breaks off."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from analyzer.reading.ordinals import places

# A string that never ends is one token too, so that each character is looked at once.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\]]', re.DOTALL)
_HEAD = re.compile(r'\s*(?:\{\s*"|\[\s*\{\s*")')
_LONGEST_SAVED = 50_000_000


@dataclass(frozen=True, slots=True)
class Parsed:
    """``value`` is None when the text is no JSON at all."""

    value: Any = None
    warnings: tuple[str, ...] = ()


def looks_like_json(text: str) -> bool:
    """Whether it opens as an object or a list of objects does, or is one: a note that begins with a bracket is not."""
    if _HEAD.match(text):
        return True
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def parse(text: str) -> Parsed:
    """What the JSON says. JSON lines, and objects one behind the other, become a list of them; nothing is raised."""
    try:
        return Parsed(json.loads(text))
    except RecursionError:
        return Parsed()
    except ValueError:
        pass
    return _parse_lines(text) or _parse_sequence(text) or _save(text)


def _parse_lines(text: str) -> Parsed | None:
    """A value a line; lines that are none are counted. None when most are none."""
    values: list[Any] = []
    broken: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            broken.append(number)
            # A file written over many lines has next to none that stands alone.
            if len(broken) > 20 + len(values):
                return None
            continue
        if isinstance(value, dict | list):
            values.append(value)
        else:
            broken.append(number)
    if not values or len(broken) > len(values):
        return None
    warning = f"{places('Line', broken)} cannot be read as JSON; left out."
    return Parsed(values, (warning,) if broken else ())


def _parse_sequence(text: str) -> Parsed | None:
    """Objects one behind the other, each over many lines, as tools append them."""
    decoder = json.JSONDecoder()
    values: list[Any] = []
    place = 0
    while place < len(text):
        if text[place] in " \t\r\n,":
            place += 1
            continue
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            break
        values.append(value)
    if len(values) < 2 or not all(isinstance(value, dict | list) for value in values):
        return None
    rest = text[place:].strip()
    return Parsed(values, ("The file breaks off within its last object; it was left out.",) if rest else ())


def _save(text: str) -> Parsed:
    """A file that breaks off: everything up to the last object, list or entry that is whole."""
    if len(text) > _LONGEST_SAVED or not _HEAD.match(text):
        return Parsed()
    open_: list[str] = []
    whole: tuple[int, str] = (0, "")
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "{[":
            open_.append("}" if mark == "{" else "]")
        elif mark in "}]":
            if not open_ or open_.pop() != mark:
                break
            whole = (token.end(), "".join(reversed(open_[-200:])) if len(open_) < 200 else "")
    end, closing = whole
    if not end or not closing:
        return Parsed()
    try:
        value = json.loads(text[:end] + closing)
    except (ValueError, RecursionError):
        return Parsed()
    return Parsed(value, ("The file breaks off; what stands before the break was read. Export it again.",))
