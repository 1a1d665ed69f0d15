"""A page that fits one screen: parts under headings, each ranked, of each as much as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SCREEN = 45
"""Lines of a screen."""
WIDTH = 100
"""Characters of a line."""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its lines, best first: ``least`` are shown in any case, ``first`` before more of other parts."""

    heading: str
    lines: Sequence[str]
    least: int = 1
    first: int = 1


def height_of(line: str) -> int:
    """How many lines of the screen it takes."""
    return max(1, -(-len(line) // WIDTH))


def fill_screen(parts: Sequence[Part], room: int) -> list[str]:
    """The parts in ``room`` lines: of each its next best line in turn, none skipped for a shorter one behind it.

    A heading says how many are left out. The room is exceeded only by what must be shown in any case.
    """
    shown = [min(part.least, len(part.lines)) for part in parts]
    room -= sum(1 + height_of(part.heading) for part in parts)
    room -= sum(height_of(line) for part, n in zip(parts, shown, strict=True) for line in part.lines[:n])

    def add(i: int) -> bool:
        nonlocal room
        if shown[i] == len(parts[i].lines) or height_of(parts[i].lines[shown[i]]) > room:
            return False
        room -= height_of(parts[i].lines[shown[i]])
        shown[i] += 1
        return True

    for i, part in enumerate(parts):
        while shown[i] < part.first and add(i):
            pass
    # A list, so that each part has its turn before the question is asked.
    while any([add(i) for i in range(len(parts))]):  # noqa: C419
        pass
    out: list[str] = []
    for part, n in zip(parts, shown, strict=True):
        more = f" (+{len(part.lines) - n} more)" if n < len(part.lines) else ""
        out += ["", f"## {part.heading}{more}", *part.lines[:n]]
    return out
