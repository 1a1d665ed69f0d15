"""The rules around the offline model, the same in training and in use: what its chances become, and which spans stand.

What postings state in a fixed way is believed, boilerplate is not, a posting has no objections, and a role needs an
act. Training measures with them, so that thresholds and confidence are those of what a user sees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.extraction.acts import tells_act
from analyzer.extraction.boilerplate import NEVER_IN_POSTINGS, is_boilerplate
from analyzer.extraction.classifier import Matrix
from analyzer.extraction.gazetteer import Gazetteer
from analyzer.extraction.people import mentions_anybody
from analyzer.extraction.postings import find_stated_trigger
from analyzer.extraction.spans import Span, find_spans
from analyzer.extraction.tool_spans import ToolSpan, find_tool_spans
from analyzer.extraction.units import Unit
from analyzer.records import Document, DocumentKind, Kind

# Raised with any change of the rules around the model, so that what they found is found anew.
RULES = "rules@6"
# How sure a trigger is that a posting states in a fixed way. In the training postings, from which the ways were taken,
# all 23 were right; the reserve is for postings that say such a thing of something else.
_STATED = 0.75


@dataclass(frozen=True, slots=True)
class Found:
    """What stands in a document: spans of every kind but tools, and products named as in use."""

    spans: tuple[Span, ...]
    tools: tuple[ToolSpan, ...]


def settle_chances(document: Document, units: Sequence[Unit], chances: Matrix, kinds: Sequence[str]) -> Matrix:
    """The model's chances, (units, kinds), with what is certain: 0 for what never carries a finding of a kind."""
    settled = chances.copy()
    if document.kind == DocumentKind.JOB_POSTING:
        column = list(kinds).index(Kind.TRIGGER.value)
        stated = [bool(find_stated_trigger(unit.text)) for unit in units]
        settled[stated, column] = np.maximum(settled[stated, column], _STATED)
        settled[:, [kind in NEVER_IN_POSTINGS for kind in kinds]] = 0.0
    settled[is_boilerplate(document, units)] = 0.0
    return settled


def find_claims(
    document: Document,
    units: Sequence[Unit],
    chances: Matrix,
    kinds: Sequence[str],
    thresholds: Mapping[str, float],
    gazetteer: Gazetteer,
    codes: Mapping[str, Matrix] | None = None,
) -> Found:
    """The spans at or over their kind's threshold that can be what they are taken for. ``chances`` are settled;
    ``codes`` as in ``find_spans``."""
    tool = Kind.TOOL.value
    found = find_spans(units, chances, kinds, thresholds, codes=codes)
    spans = [s for s in found if s.kind != tool and _can_be(document, s)]
    tools: list[ToolSpan] = []
    if tool in kinds:
        tools = find_tool_spans(units, chances[:, list(kinds).index(tool)], gazetteer, thresholds[tool])
    return Found(tuple(spans), tuple(tools))


def _can_be(document: Document, span: Span) -> bool:
    """Whether a span can be of its kind at all: a role needs an act, and in speech somebody whose act it is."""
    if span.kind != Kind.ROLE.value:
        return True
    words = document.text[span.start : span.end]
    return tells_act(words) and (document.kind != DocumentKind.INTERVIEW or mentions_anybody(words))
