"""What was missed and what was found in vain, each with the turn it stands in and the one before, worst first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from analyzer.evaluation.matching import Comparison, Placed, overlap
from analyzer.extraction.offline_extractor import JudgedUnits
from analyzer.records import Document, Finding, Turn

Judge = Callable[[Document, Sequence[Turn]], JudgedUnits]
"""The offline model's chances for the units of some turns of a document."""


@dataclass(frozen=True, slots=True)
class Miss:
    """``overlapped`` are the kinds of findings that share characters with it.

    ``chance`` is the highest the offline model gives its kind there; None where findings touch it, and where the model
    was not asked or does not know the kind.
    """

    placed: Placed
    turn: Turn | None
    before: Turn | None
    chance: float | None
    overlapped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """``overlapped`` are the kinds of what is marked where the finding stands."""

    finding: Finding
    turn: Turn | None
    before: Turn | None
    overlapped: tuple[str, ...]


@dataclass(frozen=True)
class Mistakes:
    """The worst of each; ``missed`` and ``alarms`` are how many there are in all."""

    missed: int
    alarms: int
    misses: tuple[Miss, ...]
    false_alarms: tuple[FalseAlarm, ...]


def list_mistakes(
    comparison: Comparison, documents: Mapping[str, Document], top: int, judge: Judge | None = None
) -> Mistakes:
    """At the most ``top`` misses and false alarms; documents by name.

    Misses that no finding touches come first, the ones the model sees least in before the near ones; false alarms the
    surest first.
    """
    touching = {id(p): _kinds_there(p, comparison.findings) for p in comparison.misses}
    untouched = [p for p in comparison.misses if not touching[id(p)]]
    chances = _chances(untouched, documents, judge) if judge else {}
    misses = []
    for placed in comparison.misses:
        turns = _turns(documents.get(placed.item.document), placed.start)
        misses.append(Miss(placed, *turns, chances.get(id(placed)), touching[id(placed)]))
    alarms = []
    for finding in comparison.false_alarms:
        there = [p for p in comparison.placed if p.item.document == finding.document and overlap(p, finding)]
        turns = _turns(documents.get(finding.document), finding.start)
        alarms.append(FalseAlarm(finding, *turns, tuple(sorted({p.item.kind for p in there}))))
    misses.sort(key=lambda m: (bool(m.overlapped), m.chance or 0.0))
    alarms.sort(key=lambda a: -a.finding.confidence)
    return Mistakes(len(misses), len(alarms), tuple(misses[:top]), tuple(alarms[:top]))


def _kinds_there(placed: Placed, findings: Sequence[Finding]) -> tuple[str, ...]:
    here = (f for f in findings if f.document == placed.item.document and overlap(f, placed))
    return tuple(sorted({f.kind.value for f in here}))


def _turns(document: Document | None, offset: int) -> tuple[Turn | None, Turn | None]:
    """The turn at a place and the one before it."""
    turn = document.turn_at(offset) if document else None
    if document is None or turn is None:
        return None, None
    place = document.turns.index(turn)
    return turn, document.turns[place - 1] if place else None


def _chances(misses: Sequence[Placed], documents: Mapping[str, Document], judge: Judge) -> dict[int, float]:
    """By the identity of the miss: the highest chance for its kind among the units it shares characters with."""
    from analyzer.extraction.classifier import load_classifier

    columns = {kind: column for column, kind in enumerate(load_classifier().kinds.classes)}
    by_document: dict[str, list[Placed]] = defaultdict(list)
    for placed in misses:
        if placed.item.kind in columns and placed.item.document in documents:
            by_document[placed.item.document].append(placed)
    chances: dict[int, float] = {}
    for name, here in by_document.items():
        document = documents[name]
        turns = [t for t in document.turns if any(t.start < p.end and p.start < t.end for p in here)]
        judged = judge(document, turns)
        for placed in here:
            rows = [i for i, u in enumerate(judged.units) if u.start < placed.end and placed.start < u.end]
            column = columns[placed.item.kind]
            chances[id(placed)] = max((float(judged.chances[i, column]) for i in rows), default=0.0)
    return chances
