"""What speaks against buying now: layoffs, a freeze, a champion who left, read from a trigger's words (negative.yaml).

The table is data and errs on the side of silence: words that are taken back in the same clause ("no layoffs", "the
freeze is over") say nothing. What it cannot see: bad news told without any of these words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

_CLAUSE = re.compile(r"[.;!?\n]|,? (?:but|so|because|which)\b")
_NO_RIVAL = r"(?!)"


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(
        files("analyzer.synthesis").joinpath("negative.yaml").read_text(encoding="utf-8")
    )
    return content


def _compiled(pattern: str, rival: str = _NO_RIVAL) -> re.Pattern[str]:
    """A pattern folded over several lines: what the fold put before a new alternative is no part of it."""
    return re.compile(re.sub(r"\s+\|", "|", pattern.strip()).replace("{rival}", rival), re.IGNORECASE)


@lru_cache(maxsize=8)
def _readings(rivals: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    named = "|".join(re.escape(rival) for rival in rivals if rival)
    rival = f"(?:{named})" if named else _NO_RIVAL
    return tuple((name, _compiled(pattern, rival)) for name, pattern in _content()["readings"].items())


@cache
def _undone() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return _compiled(_content()["undone_before"]), _compiled(_content()["undone_behind"])


def read_against(words: str, rivals: Iterable[str] = ()) -> str:
    """What in these words speaks against buying now ("layoffs"), by the table's order; "" where nothing does.

    ``rivals`` are the names of competitors: moving to one speaks against, moving from one does not.
    """
    for name, pattern in _readings(tuple(sorted(set(rivals)))):
        if any(not _is_undone(words, found.start(), found.end()) for found in pattern.finditer(words)):
            return name
    return ""


def _is_undone(words: str, start: int, end: int) -> bool:
    before, behind = _undone()
    opening = _CLAUSE.split(words[:start])[-1]
    closing = _CLAUSE.split(words[end:])[0]
    return bool(before.search(opening) or behind.search(closing))
