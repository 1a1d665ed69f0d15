"""Where a product is named as something the customer runs: the clause around its name, if the model believes it.

What the words themselves say is run needs less of the model's belief; what they say is no longer run ("we moved off
ADP") is no tool, whatever the model believes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from analyzer.extraction.gazetteer import Gazetteer, Mention, Product
from analyzer.extraction.tool_use import Use, read_use
from analyzer.extraction.units import Unit
from analyzer.records import DocumentKind, Side

# Without any model, 9 of 10 products of the training corpus that the words plainly say are run are labelled so.
_PLAIN = 0.15


@dataclass(frozen=True, slots=True)
class ToolSpan:
    """``document.text[start:end]`` says that ``product`` is in use, ``text[named_at:named_to]`` is its name as said.

    ``confidence`` is the model's for its unit.
    """

    product: Product
    unit: Unit
    start: int
    end: int
    named_at: int
    named_to: int
    confidence: float


def find_tool_spans(
    units: Sequence[Unit], chances: NDArray[Any], gazetteer: Gazetteer, threshold: float
) -> list[ToolSpan]:
    """One span a product named in a unit at or over the threshold. ``chances`` is (units,), of the kind tool.

    A product that the words plainly say is run needs ``_PLAIN`` of the model's chance alone, and counts as sure as the
    threshold then.
    """
    spans = []
    for unit, chance in zip(units, chances, strict=True):
        if chance >= min(threshold, _PLAIN):
            mentions = tuple(gazetteer.find(unit.text))
            for mention in mentions:
                use = read_use(unit.text, mention, mentions, _kind_of(unit))
                if use is Use.ENDED or (chance < threshold and use is not Use.RUN):
                    continue
                start, end = _clause_around(unit, mention)
                named_at, named_to = unit.start + mention.start, unit.start + mention.end
                spans.append(
                    ToolSpan(mention.product, unit, start, end, named_at, named_to, max(threshold, float(chance)))
                )
    return spans


def _kind_of(unit: Unit) -> DocumentKind:
    """Whether a note or somebody speaks: "on ADP" alone says something in a note only."""
    is_note = not unit.turn.speaker and unit.turn.side is Side.UNKNOWN
    return DocumentKind.CALL_NOTE if is_note else DocumentKind.INTERVIEW


def _clause_around(unit: Unit, mention: Mention) -> tuple[int, int]:
    """The clause that names the product, as offsets into the document; at least three words where the unit has them."""
    text = unit.text
    start = max((m.end() for m in re.finditer(r"[,;:.]\s+", text[: mention.start])), default=0)
    stop = re.search(r"[,;.](?:\s|$)", text[mention.end :])
    end = mention.end + stop.start() if stop else len(text)
    if len(text[start:end].split()) < 3:
        start, end = 0, len(text)
    return unit.start + start, unit.start + end
