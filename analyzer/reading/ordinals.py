"""Places in a file, said so that a thousand of them make one sentence."""

from __future__ import annotations

from collections.abc import Sequence

_SHOWN = 10


def places(thing: str, numbers: Sequence[int]) -> str:
    """ "Row 3", "Rows 3, 7 and 12", "Rows 3, 7, ... and 24 more"."""
    if len(numbers) == 1:
        return f"{thing} {numbers[0]}"
    if len(numbers) <= _SHOWN:
        return f"{thing}s {', '.join(str(number) for number in numbers[:-1])} and {numbers[-1]}" if numbers else thing
    return f"{thing}s {', '.join(str(number) for number in numbers[:_SHOWN])} and {len(numbers) - _SHOWN} more"
