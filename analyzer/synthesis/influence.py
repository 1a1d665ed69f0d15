"""How much somebody weighs in a decision, by a written rule (``committee_rules.yaml``).

High: signs or holds the budget, or can stop it by what is told. Medium: judges it, must be asked, or pushes it. Low:
works with it. A title weighs where it weighs more than what is told; one without anything told is marked "by title".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from analyzer.extraction.titles import read_title
from analyzer.records import Influence, Part
from analyzer.synthesis.presumed import committee_rules, compile_folded

LEVELS = ("unknown", "low", "medium", "high")


@cache
def _veto() -> re.Pattern[str]:
    return compile_folded(committee_rules()["influence"]["veto"])


def weigh(parts: Sequence[Part], title: str) -> Influence:
    """The heaviest of what was told, what the title says and, where nothing was told, what it lets presume."""
    rules = committee_rules()["influence"]
    told = [part for part in parts if not part.is_presumed]
    found = [Influence("high", "can stop it") for part in told if any(_veto().search(f.quote) for f in part.findings)]
    found += [Influence(**rules["by_role"][part.role]) for part in told if part.role in rules["by_role"]]
    read = read_title(title)
    if read is not None and not (read.is_generic and read.seniority not in ("owner", "c_level")):
        found.append(Influence(rules["by_seniority"][read.seniority], f"by title: {title}"))
    # max keeps the first of equals: what was told before what the title says, the veto before the role.
    return max(found, key=lambda one: LEVELS.index(one.level), default=Influence())
