"""The valid name nearest to a wrong one, for sentences that say what was meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, names: Iterable[str]) -> str:
    """ " (did you mean Norway?)", "" when nothing is near."""
    spelt = {one.casefold(): one for one in names}
    found = get_close_matches(name.casefold(), spelt, n=1, cutoff=0.6)
    return f" (did you mean {spelt[found[0]]}?)" if found else ""
