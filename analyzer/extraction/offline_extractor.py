"""The offline extractor: no key, no network, the same Claims. Small linear models over local sentence embeddings.

It judges every unit (sentence or clause) of the customer's turns for each kind, joins neighbours into spans, and names
tools by a gazetteer. What it says is a claim like any other: the evidence rules decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analyzer.adapters.protocols import Embedder
from analyzer.extraction.boilerplate import NEVER_IN_POSTINGS, is_boilerplate
from analyzer.extraction.classifier import CARD, Classifier, Matrix, load_classifier
from analyzer.extraction.codebook import Codebook
from analyzer.extraction.events import find_event_date
from analyzer.extraction.extractor import Extracted
from analyzer.extraction.features import dense_features
from analyzer.extraction.gazetteer import Gazetteer
from analyzer.extraction.people import find_person
from analyzer.extraction.spans import Span, find_spans
from analyzer.extraction.tool_spans import ToolSpan, find_tool_spans
from analyzer.extraction.units import Unit, units_of
from analyzer.records import Claim, Document, DocumentKind, Kind, Maker, Turn, Window

# Raised with any change of the rules around the model, so that what they found is found anew.
RULES = "rules@2"
_LEADING = re.compile(r"^(?:(?:and|but|so|well|yeah|yes|um|uh|right|okay|ok|like|i mean|you know|oh|no),?\s+)+", re.I)


@dataclass(frozen=True, slots=True)
class JudgedUnits:
    """Units with ``features`` as the classifier reads them and ``chances``, (units, kinds) from 0 to 1."""

    units: tuple[Unit, ...]
    features: Matrix
    chances: Matrix


def judge_units(document: Document, turns: Sequence[Turn], embedder: Embedder, gazetteer: Gazetteer) -> JudgedUnits:
    """How likely each unit of these turns carries a finding of each kind; what never carries one has no chance.

    Units of our own side are not judged.
    """
    units = units_of(document, turns)
    model = load_classifier()
    if not units:
        return JudgedUnits((), np.zeros((0, 0), dtype=np.float32), np.zeros((0, len(model.kinds.classes)), np.float32))
    features = model.features(units, dense_features(units, document.kind, embedder, gazetteer))
    chances = model.probabilities(features)
    return JudgedUnits(tuple(units), features, zero_hopeless(document, units, chances))


def zero_hopeless(document: Document, units: Sequence[Unit], chances: Matrix) -> Matrix:
    """The chances with 0 for boilerplate, and in postings for the kinds that no posting states."""
    masked = chances.copy()
    masked[is_boilerplate(document, units)] = 0.0
    if document.kind == DocumentKind.JOB_POSTING:
        masked[:, [kind in NEVER_IN_POSTINGS for kind in load_classifier().kinds.classes]] = 0.0
    return masked


@dataclass(frozen=True)
class OfflineExtractor:
    """``gazetteer`` knows the products, the study's own among them."""

    embedder: Embedder
    codebook: Codebook
    gazetteer: Gazetteer

    @cached_property
    def _classifier(self) -> Classifier:
        return load_classifier()

    @property
    def maker(self) -> Maker:
        return Maker("offline", f"{self.embedder.name}+{model_stamp()}", RULES, self.codebook.stamp)

    def extract(self, document: Document, windows: Sequence[Window]) -> Extracted:
        """Claims of the turns in these windows that are not our side's; costs nothing."""
        turns = [turn for window in windows for turn in window.turns]
        judged = judge_units(document, turns, self.embedder, self.gazetteer)
        if not judged.units:
            return Extracted()
        units, features, chances, model = judged.units, judged.features, judged.chances, self._classifier
        spans = find_spans(units, chances, model.kinds.classes, model.thresholds)
        claims = [self._claim_of(document, units, features, span) for span in spans if span.kind != Kind.TOOL.value]
        tool = Kind.TOOL.value
        of_tools = chances[:, model.kinds.classes.index(tool)]
        tools = find_tool_spans(units, of_tools, self.gazetteer, model.thresholds[tool])
        claims += [self._tool_claim(document, span) for span in tools]
        return Extracted(tuple(claims))

    def reconsider(self, *_asked: object) -> Extracted:
        """Nothing: the same model would say the same again."""
        return Extracted()

    def _claim_of(self, document: Document, units: Sequence[Unit], features: Matrix, span: Span) -> Claim:
        quote = document.text[span.start : span.end]
        unit, row = units[span.surest], features[span.surest]
        event = None
        if span.kind == Kind.TRIGGER.value:
            event = find_event_date(quote, document.said_on) or find_event_date(
                f"{unit.before} {quote} {unit.after}", document.said_on
            )
        return Claim(
            kind=span.kind,
            category=self._category(span.kind, row),
            claim=_LEADING.sub("", quote).strip(),
            quote=quote,
            turns=(unit.turn.number,),
            intensity=int(self._classifier.categorise("intensity", row)) if span.kind == Kind.PAIN.value else None,
            event_on=event.on if event else None,
            event_precision=event.precision if event else "",
            person=find_person(quote, unit.turn.speaker) if span.kind == Kind.ROLE.value else "",
            confidence=round(span.confidence, 3),
        )

    def _category(self, kind: str, row: Matrix) -> str:
        if kind in self._classifier.categories:
            return self._classifier.categorise(kind, row)
        codes, vectors = self._free_codes
        size = vectors.shape[1]
        return codes[int(np.argmax(vectors @ row[:size]))]

    @cached_property
    def _free_codes(self) -> tuple[tuple[str, ...], Matrix]:
        """Criteria have no fixed codes: the suggested one nearest in meaning is offered."""
        codes = self.codebook.kinds[Kind.CRITERION].suggested
        return codes, self.embedder.embed([f"it has to have {code.replace('_', ' ')}" for code in codes])

    def _tool_claim(self, document: Document, span: ToolSpan) -> Claim:
        return Claim(
            kind=Kind.TOOL.value,
            category=span.product.category,
            claim=document.text[span.named_at : span.named_to],
            quote=document.text[span.start : span.end],
            turns=(span.unit.turn.number,),
            confidence=round(span.confidence, 3),
        )


def model_stamp() -> str:
    """The first characters of the digest of the shipped weights, without loading them."""
    import json

    return str(json.loads(CARD.read_text(encoding="utf-8"))["sha256"])[:8]
