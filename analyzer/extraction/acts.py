"""What people do in a decision: who signs, pushes, tests, must be heard, works with it (words in ``role_acts.yaml``).

A title or a name alone is no role. The trained model mostly knows; this drops what it lets through and is certain:
words without any act, power, opinion or use, and in speech words that mention nobody. Cross-validated by industry on
corpora/training, with next steps of notes as boilerplate, precision of roles rose from 0.73 to 0.76; none was lost. Of
52 documents added later it would at first have dropped 7 of 180 labelled roles, for which the words were widened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

import yaml


@cache
def act_pattern(*groups: str) -> re.Pattern[str]:
    """Any act, power, opinion or use, or those of some groups of ``role_acts.yaml`` alone; case ignored."""
    content = yaml.safe_load(files("analyzer.extraction").joinpath("role_acts.yaml").read_text(encoding="utf-8"))
    entries = sorted(
        {entry.strip() for text in _of(content, groups) for entry in text.split(",")}, key=lambda e: -len(e)
    )
    words = "|".join(re.escape(e).replace(r"\*", r"\w*").replace("'", "['’]").replace(r"\ ", r"\s+") for e in entries)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.I)


def _of(content: Mapping[str, str], groups: Sequence[str]) -> Iterator[str]:
    return (text for group, text in content.items() if not groups or group in groups)


def tells_act(words: str) -> bool:
    """Whether the words hold anything that a role could consist in."""
    return bool(act_pattern().search(words))
