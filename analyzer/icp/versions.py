"""Versions of the draft: what makes one differ from the last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def digest_of(draft: Mapping[str, Any]) -> str:
    """A digest of what a draft says; its number and the moment it was made do not count."""
    said = {key: value for key, value in draft.items() if key not in ("version", "made_at")}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def summarise(draft: Mapping[str, Any]) -> dict[str, Any]:
    """One row of `icp versions`."""
    return {
        "version": draft["version"],
        "made_at": draft["made_at"],
        "definition": draft["definition"]["statement"],
        "lines": sum(len(section["lines"]) for section in draft["sections"]),
        "evidence": len(draft["evidence"]),
        "basis": draft["basis"],
    }
