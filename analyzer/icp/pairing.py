"""Which line of one draft is which of another: by what it is about, and where that is not enough, by its evidence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Page = Mapping[str, Any]

DEFINITION = "definition"
ALIKE = 0.5
"""The share of their evidence that lines of two sections must have in common to be the same line, moved."""

_END = re.compile(r": |; ")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Placed:
    """A line where it stands: ``place`` counts from 1 within its section; ``code`` is the kind and category of its
    evidence where that is one and the same, else ""."""

    section: str
    heading: str
    place: int
    line: Page
    code: str = ""

    @property
    def statement(self) -> str:
        return str(self.line["statement"])

    @property
    def cited(self) -> frozenset[str]:
        return frozenset(self.line.get("evidence") or ())

    @property
    def head(self) -> str:
        """What the line is about: its statement up to a colon or semicolon, or all of it where a quote comes first.

        A named value of a column ("Industry: Steel") is about that value, a band of numbers about its column, and so
        is the profile of several columns, whose edges move with every deal.
        """
        before, *rest = _END.split(self.statement, maxsplit=1)
        after = "".join(rest)
        is_trait = str(self.line.get("source") or "").startswith(("column ", "lift of "))
        names_value = is_trait and " + " not in before and not after[:1].isdigit()
        return self.statement if "“" in before or names_value else before


Pair = tuple[Placed | None, Placed | None]


def placed_lines(draft: Page) -> list[Placed]:
    """Every line of a draft in reading order, the definition first."""
    evidence = draft.get("evidence") or {}

    def placed(section: str, heading: str, place: int, line: Page) -> Placed:
        codes = {(f["kind"], f["category"]) for i in line.get("evidence") or () if (f := evidence.get(i))}
        return Placed(section, heading, place, line, "/".join(codes.pop()) if len(codes) == 1 else "")

    made = [placed(DEFINITION, "Definition", 1, draft["definition"])]
    for section in draft["sections"]:
        made += [placed(section["key"], section["heading"], n, line) for n, line in enumerate(section["lines"], 1)]
    return made


def pair_lines(old: Page, new: Page) -> list[Pair]:
    """Every line of both drafts, each exactly once: as a pair, or alone where the other draft has no such line.

    Within a section first the same statement, then the same head, the same head but for its numbers, the same code;
    each only where it is one line's alone on both sides. Then the most shared evidence. What is left is looked for
    in the other sections, by the same statement or half of its evidence.
    """
    pairing = _Pairing(placed_lines(old), placed_lines(new))
    pairing.take(lambda p: (p.section, p.statement), is_unique=False)
    pairing.take(lambda p: p.section if p.section == DEFINITION else None)
    pairing.take(lambda p: (p.section, p.head.casefold()))
    pairing.take(lambda p: (p.section, _NUMBER.sub("#", p.head.casefold())))
    pairing.take(lambda p: (p.section, p.code) if p.code else None)
    pairing.take_alike(lambda a, b: len(a.cited & b.cited) if a.section == b.section else 0)
    pairing.take(lambda p: p.statement, is_unique=False)
    pairing.take_alike(_overlap)
    return pairing.pairs()


def _overlap(a: Placed, b: Placed) -> float:
    both = a.cited | b.cited
    share = len(a.cited & b.cited) / len(both) if both else 0.0
    return share if share >= ALIKE else 0.0


class _Pairing:
    """Lines of two drafts while they are being paired; a line that has its partner is not looked at again."""

    def __init__(self, old: Sequence[Placed], new: Sequence[Placed]) -> None:
        self.old, self.new = old, new
        self.partner: dict[int, int] = {}

    def _left(self) -> tuple[list[int], list[int]]:
        taken = set(self.partner.values())
        return (
            [i for i in range(len(self.old)) if i not in self.partner],
            [j for j in range(len(self.new)) if j not in taken],
        )

    def take(self, key_of: Callable[[Placed], Hashable | None], is_unique: bool = True) -> None:
        """Pairs lines of one key in their order; with ``is_unique`` only where each draft has that key once."""
        counts = [Counter(map(key_of, side)) for side in (self.old, self.new)]
        waiting: dict[Hashable, list[int]] = {}
        mine, others = self._left()
        for j in others:
            waiting.setdefault(key_of(self.new[j]), []).append(j)
        for i in mine:
            key = key_of(self.old[i])
            if key is None or not waiting.get(key) or (is_unique and any(count[key] > 1 for count in counts)):
                continue
            self.partner[i] = waiting[key].pop(0)

    def take_alike(self, likeness: Callable[[Placed, Placed], float]) -> None:
        """Pairs the lines most alike first; 0 is not alike."""
        mine, others = self._left()
        scored = [(-likeness(self.old[i], self.new[j]), i, j) for i in mine for j in others]
        taken: set[int] = set()
        for score, i, j in sorted(scored):
            if score < 0 and i not in self.partner and j not in taken:
                self.partner[i] = j
                taken.add(j)

    def pairs(self) -> list[Pair]:
        """In the new draft's order; a line that is gone stands where its section's lines end."""
        owner = {j: i for i, j in self.partner.items()}
        order = list(dict.fromkeys(p.section for p in (*self.new, *self.old)))
        made: list[Pair] = [(self.old[owner[j]] if j in owner else None, p) for j, p in enumerate(self.new)]
        made += [(p, None) for i, p in enumerate(self.old) if i not in self.partner]
        return sorted(made, key=lambda pair: order.index((pair[1] or pair[0]).section))  # type: ignore[union-attr]


def moved_pairs(pairs: Sequence[Pair]) -> set[int]:
    """Numbers of the pairs that stand elsewhere: in another section, or out of turn within theirs.

    Out of turn are the fewest lines that must be taken out for the others to be in their former order.
    """
    moved: set[int] = set()
    by_section: dict[str, list[tuple[int, int]]] = {}
    for number, (before, after) in enumerate(pairs):
        if before is None or after is None:
            continue
        if before.section != after.section:
            moved.add(number)
        else:
            by_section.setdefault(after.section, []).append((before.place, number))
    for places in by_section.values():
        kept = _longest_rise([place for place, _ in places])
        moved |= {number for k, (_, number) in enumerate(places) if k not in kept}
    return moved


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """Positions of a longest increasing subsequence (Schensted 1961)."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for position, number in enumerate(numbers):
        at = bisect_left(tails, number)
        tails[at:] = [number, *tails[at + 1 :]]
        ends[at:] = [position, *ends[at + 1 :]]
        before.append(ends[at - 1] if at else -1)
    kept, at = set(), ends[-1] if ends else -1
    while at >= 0:
        kept.add(at)
        at = before[at]
    return kept
