"""An evaluation: everything that is said of one extractor on one folder of annotated documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analyzer.evaluation.agreement import Agreement, agree
from analyzer.evaluation.gold import GoldFolder
from analyzer.evaluation.matching import Comparison, compare
from analyzer.evaluation.measures import Calibration, Intervals, Scores, bootstrap, calibrate, score
from analyzer.evaluation.mistakes import Judge, Mistakes, list_mistakes
from analyzer.records import Document, Finding, Kind


@dataclass(frozen=True)
class Evaluation:
    """``documents`` by name; ``mistakes`` is None where nobody asked for them."""

    documents: Mapping[str, Document]
    comparison: Comparison
    scores: Scores
    intervals: Intervals | None
    agreement: Mapping[str, Agreement]
    calibration: Calibration | None
    mistakes: Mistakes | None
    notes: tuple[str, ...]


def evaluate(
    gold: GoldFolder,
    documents: Sequence[Document],
    findings: Sequence[Finding],
    top: int = 0,
    judge: Judge | None = None,
) -> Evaluation:
    """Measures findings against what was marked; with ``top`` the worst so many misses and false alarms as well."""
    by_name = {document.name: document for document in documents}
    comparison = compare(gold.items, findings, {name: document.text for name, document in by_name.items()})
    return Evaluation(
        documents=by_name,
        comparison=comparison,
        scores=score(comparison, gold.ours),
        intervals=bootstrap(comparison),
        agreement=agree(comparison, documents, gold),
        calibration=calibrate(comparison),
        mistakes=list_mistakes(comparison, by_name, top, judge) if top else None,
        notes=_notes(gold, by_name),
    )


def _notes(gold: GoldFolder, documents: Mapping[str, Document]) -> tuple[str, ...]:
    """What makes figures lower than they deserve, a sentence each."""
    notes = []
    if absent := sorted({item.document for item in gold.items} - documents.keys()):
        n = sum(item.document in absent for item in gold.items)
        notes.append(
            f"{n} marked findings stand in documents that were not read ({', '.join(absent[:3])}"
            f"{' ...' if absent[3:] else ''}): they count as lost. Names must be those of the files in docs/."
        )
    if unknown := sorted({item.kind for item in gold.items} - {kind.value for kind in Kind}):
        notes.append(f"No extractor looks for these kinds, which gold.jsonl marks: {', '.join(unknown)}.")
    return tuple(notes)
