"""Which findings say what was marked. The rule stands in :mod:`analyzer.extraction.matching`, where training uses it.

A marked quote is looked up in the document's text with white space folded; where it stands more than once, the first
place counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from analyzer.evaluation.gold import GoldItem
from analyzer.extraction.matching import match_spans
from analyzer.records import Finding


@dataclass(frozen=True, slots=True)
class Placed:
    """A marked finding at its place: the characters ``start`` to ``end`` of its document."""

    item: GoldItem
    start: int
    end: int


@dataclass(frozen=True)
class Comparison:
    """What was marked beside what was found. ``lost`` are marked quotes that their documents' texts do not hold.

    ``hits`` are findings with what they match, one to one; ``texts`` are the documents' by name.
    """

    items: tuple[GoldItem, ...]
    findings: tuple[Finding, ...]
    texts: Mapping[str, str]
    placed: tuple[Placed, ...]
    lost: tuple[GoldItem, ...]
    hits: tuple[tuple[Finding, Placed], ...]

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        return tuple(sorted({i.kind for i in self.items} | {f.kind.value for f in self.findings}))

    @cached_property
    def misses(self) -> tuple[Placed, ...]:
        """What was marked, stands in the text, and no finding matches."""
        matched = {id(placed) for _, placed in self.hits}
        return tuple(p for p in self.placed if id(p) not in matched)

    @cached_property
    def false_alarms(self) -> tuple[Finding, ...]:
        """Findings that match nothing marked."""
        matched = {id(finding) for finding, _ in self.hits}
        return tuple(f for f in self.findings if id(f) not in matched)


def compare(items: Iterable[GoldItem], findings: Sequence[Finding], texts: Mapping[str, str]) -> Comparison:
    """Matches findings with what was marked of the same kind in the same document.

    In which order equal overlaps are tried changes no pair: marks and findings are in one order each, so that only one
    matching is stable. Nor does taking kinds and documents one by one: none can take another's.
    """
    items = tuple(items)
    placed, lost = _place(items, texts)
    marked: dict[tuple[str, str], list[Placed]] = defaultdict(list)
    for one in placed:
        marked[one.item.document, one.item.kind].append(one)
    found: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.document, finding.kind.value].append(finding)
    hits = []
    for key, there in marked.items():
        here = found.get(key, [])
        pairs = match_spans([(p.start, p.end) for p in there], [(f.start, f.end) for f in here])
        hits += [(here[j], there[i]) for i, j in pairs]
    return Comparison(items, tuple(findings), texts, tuple(placed), tuple(lost), tuple(hits))


def _place(items: Iterable[GoldItem], texts: Mapping[str, str]) -> tuple[list[Placed], list[GoldItem]]:
    placed, lost = [], []
    for item in items:
        words = r"\s+".join(map(re.escape, item.quote.split()))
        place = re.search(words, texts.get(item.document, ""))
        if place:
            placed.append(Placed(item, place.start(), place.end()))
        else:
            lost.append(item)
    return placed, lost


def overlap(one: Placed | Finding, other: Placed | Finding) -> int:
    """How many characters two places of one document share; 0 for none."""
    return max(0, min(one.end, other.end) - max(one.start, other.start))
