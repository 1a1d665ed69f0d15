"""Versions of the draft: what makes one differ from the last, and which two are compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.errors import UsageError

Page = Mapping[str, Any]


def digest_of(draft: Page) -> str:
    """A digest of what a draft says; its number and the moment it was made do not count."""
    said = {key: value for key, value in draft.items() if key not in ("version", "made_at")}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def summarise(draft: Page) -> dict[str, Any]:
    """One row of `icp versions`."""
    return {
        "version": draft["version"],
        "made_at": draft["made_at"],
        "segment": draft.get("segment", ""),
        "definition": draft["definition"]["statement"],
        "lines": sum(len(section["lines"]) for section in draft["sections"]),
        "evidence": len(draft["evidence"]),
        "basis": draft["basis"],
    }


def choose_pair(drafts: Sequence[Page], a: int | None = None, b: int | None = None) -> tuple[Page, Page]:
    """Two of the kept drafts, the older one first: those numbered; one number and the newest; none and the last two.

    The last two are those of the newest draft's segment. Raises UsageError for a number that is not there, naming
    those that are, and where there is nothing to compare.
    """
    kept = {draft["version"]: draft for draft in drafts}
    for number in (a, b):
        if number is not None and number not in kept:
            there = ", ".join(map(str, sorted(kept))) or "none; `icp draft` keeps one"
            raise UsageError(f"There is no version {number}. Versions kept: {there}.")
    named = [number for number in (a, b) if number is not None]
    if not kept:
        raise UsageError("No draft is kept yet, so there is nothing to compare. `icp draft` keeps one.")
    newest = max(kept)
    if len(named) == 1:
        named.append(newest)
    if not named:
        segment = kept[newest].get("segment", "")
        earlier = [number for number, draft in kept.items() if number < newest and draft.get("segment", "") == segment]
        if not earlier:
            raise UsageError(
                f"Version {newest} is the only draft kept{f' of {segment}' if segment else ''}; there is nothing to "
                "compare it with. `icp draft` keeps the next one when something has changed."
            )
        named = [max(earlier), newest]
    return kept[min(named)], kept[max(named)]
