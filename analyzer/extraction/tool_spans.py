"""Where a product is named as something the customer runs: the clause around its name, if the model believes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from analyzer.extraction.gazetteer import Gazetteer, Mention, Product
from analyzer.extraction.units import Unit


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
    """One span a product named in a unit at or over the threshold. ``chances`` is (units,), of the kind tool."""
    spans = []
    for unit, chance in zip(units, chances, strict=True):
        if chance >= threshold:
            for mention in gazetteer.find(unit.text):
                start, end = _clause_around(unit, mention)
                named_at, named_to = unit.start + mention.start, unit.start + mention.end
                spans.append(ToolSpan(mention.product, unit, start, end, named_at, named_to, float(chance)))
    return spans


def _clause_around(unit: Unit, mention: Mention) -> tuple[int, int]:
    """The clause that names the product, as offsets into the document; at least three words where the unit has them."""
    text = unit.text
    start = max((m.end() for m in re.finditer(r"[,;:.]\s+", text[: mention.start])), default=0)
    stop = re.search(r"[,;.](?:\s|$)", text[mention.end :])
    end = mention.end + stop.start() if stop else len(text)
    if len(text[start:end].split()) < 3:
        start, end = 0, len(text)
    return unit.start + start, unit.start + end
