"""The offline extractor: no key, no network, the same Claims. Small linear models over local sentence embeddings.

It judges every unit (sentence or clause) of the customer's turns for each kind, joins neighbours into spans, and names
tools by a gazetteer. What it says is a claim like any other: the evidence rules decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analyzer.adapters import tuned_encoder
from analyzer.adapters.protocols import Embedder
from analyzer.extraction.anchored_dates import find_anchored_date
from analyzer.extraction.classifier import CARD, Classifier, Layer, Matrix, load_classifier, mean_of
from analyzer.extraction.codebook import Codebook
from analyzer.extraction.events import EventDate, find_event_date
from analyzer.extraction.extractor import Extracted
from analyzer.extraction.features import dense_features, pair_of
from analyzer.extraction.gazetteer import Gazetteer
from analyzer.extraction.intensity import read_intensity
from analyzer.extraction.offline_rules import RULES, find_claims, settle_chances
from analyzer.extraction.people import Telling, find_person
from analyzer.extraction.postings import find_hired_role, find_stated_trigger, name_hired
from analyzer.extraction.spans import Span
from analyzer.extraction.tool_spans import ToolSpan
from analyzer.extraction.units import Unit, units_of
from analyzer.records import Claim, Document, DocumentKind, Kind, Maker, Turn, Window

_HIRING = "hiring"
_LEADING = re.compile(r"^(?:(?:and|but|so|well|yeah|yes|um|uh|right|okay|ok|like|i mean|you know|oh|no),?\s+)+", re.I)


@dataclass(frozen=True, slots=True)
class JudgedUnits:
    """Units with ``features`` as the linear layers read them and ``chances``, (units, kinds) from 0 to 1.

    ``codes`` are the encoder's chances of each kind's categories, (units, classes).
    """

    units: tuple[Unit, ...]
    features: Matrix
    chances: Matrix
    codes: Mapping[str, Matrix]


def judge_units(document: Document, turns: Sequence[Turn], embedder: Embedder, gazetteer: Gazetteer) -> JudgedUnits:
    """How likely each unit of these turns carries a finding of each kind; what never carries one has no chance.

    Units of our own side are not judged.
    """
    units = units_of(document, turns)
    model = load_classifier()
    if not units:
        return JudgedUnits((), np.zeros((0, 0), np.float32), np.zeros((0, len(model.kinds.classes)), np.float32), {})
    features = model.features(units, dense_features(units, document.kind, embedder, gazetteer))
    codes = model.encoder.judge([pair_of(unit) for unit in units])
    chances = mean_of(model.probabilities(features), codes.pop(tuned_encoder.KINDS))
    return JudgedUnits(tuple(units), features, settle_chances(document, units, chances, model.kinds.classes), codes)


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
        model = self._classifier
        found = find_claims(
            document,
            judged.units,
            judged.chances,
            model.kinds.classes,
            model.thresholds,
            self.gazetteer,
            judged.codes,
        )
        claims = [self._claim_of(document, judged, span) for span in found.spans]
        claims += [self._tool_claim(document, span) for span in found.tools]
        return Extracted(tuple(claims))

    def reconsider(self, *_asked: object) -> Extracted:
        """Nothing: the same model would say the same again."""
        return Extracted()

    def _claim_of(self, document: Document, judged: JudgedUnits, span: Span) -> Claim:
        quote = document.text[span.start : span.end]
        unit = judged.units[span.surest]
        category = self._category_of(document, judged, span)
        event = _event_of(document, unit, span) if span.kind == Kind.TRIGGER.value else None
        return Claim(
            kind=span.kind,
            category=category,
            claim=_LEADING.sub("", quote).strip(),
            quote=quote,
            turns=(unit.turn.number,),
            intensity=read_intensity(self._intensity, judged.features[span.surest])
            if span.kind == Kind.PAIN.value
            else None,
            event_on=event.on if event else None,
            event_precision=event.precision if event else "",
            person=self._person_of(document, unit, span, category),
            confidence=self._classifier.confidence(span.kind, span.confidence),
        )

    @property
    def _intensity(self) -> Layer:
        return self._classifier.categories["intensity"]

    def _person_of(self, document: Document, unit: Unit, span: Span, category: str) -> str:
        """Whose role it is; of a hiring, who is hired."""
        words = document.text[span.start : span.end]
        hired = find_hired_role(document)
        if span.kind == Kind.TRIGGER.value and category == _HIRING:
            return name_hired(words) or (str(hired) if hired else "")
        if span.kind != Kind.ROLE.value:
            return ""
        before = document.text[unit.turn.start : span.start]
        around = f"{unit.question}\n{before}\n{words}"
        return find_person(
            Telling(
                words,
                speaker=unit.turn.speaker,
                before=before,
                question=unit.question,
                participants=document.participants,
                others=tuple(around[m.start : m.end] for m in self.gazetteer.find(around)),
                hired=hired.title if hired else "",
                category=category,
            )
        )

    def _category_of(self, document: Document, judged: JudgedUnits, span: Span) -> str:
        stated = ""
        if span.kind == Kind.TRIGGER.value and document.kind == DocumentKind.JOB_POSTING:
            stated = find_stated_trigger(judged.units[span.surest].text)
        return stated or self._category(judged, span)

    def _category(self, judged: JudgedUnits, span: Span) -> str:
        if span.kind in self._classifier.categories:
            places = list(span.units)
            return self._classifier.categorise(span.kind, judged.features[places], judged.codes[span.kind][places])
        codes, vectors = self._free_codes
        size = vectors.shape[1]
        return codes[int(np.argmax(vectors @ judged.features[span.surest][:size]))]

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
            confidence=self._classifier.confidence(Kind.TOOL.value, span.confidence),
        )


def _event_of(document: Document, unit: Unit, span: Span) -> EventDate | None:
    """When it happened, by its own words, by another event they name, or by the words around it."""
    quote = document.text[span.start : span.end]
    around = f"{unit.before} {quote} {unit.after}"
    return (
        find_anchored_date(quote, document.text, span.start, document.said_on)
        or find_event_date(quote, document.said_on)
        or find_event_date(around, document.said_on)
    )


def model_stamp() -> str:
    """The first characters of the digest of the shipped weights, without loading them."""
    import json

    return str(json.loads(CARD.read_text(encoding="utf-8"))["sha256"])[:8]
