"""Few-shot examples: what a model is shown to copy has to hold itself."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from analyzer.errors import AnalyzerError
from analyzer.extraction.codebook import load_codebook
from analyzer.extraction.examples import check_example, show_examples
from analyzer.extraction.prompts import load_prompt

PROMPT = load_prompt("extract")


def test_every_example_passes_the_evidence_rules_and_is_in_the_prompt() -> None:
    assert PROMPT.examples
    shown = show_examples("extract")
    for example in PROMPT.examples:
        for claim in example["claims"]:
            assert claim["quote"] in shown
            assert any(claim["quote"] in line for line in example["turns"])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"quote": "our biggest shipper left in June over late reports"}, "June"),
        ({"quote": "our smallest customer went bankrupt over night"}, "bankrupt"),
        ({"quote": "And Ravi signs?", "turns": [2]}, "And Ravi signs"),
        ({"category": "bad_weather"}, "bad_weather"),
        ({"claim": "Forty shippers left."}, "left in May"),
        ({"turns": [9]}, "not there"),
        ({"extra": 1}, "fields"),
    ],
)
def test_an_example_that_does_not_hold_is_named(change: dict[str, Any], complaint: str) -> None:
    example = copy.deepcopy(PROMPT.examples[0])
    example["claims"][0].update(change)
    with pytest.raises(AnalyzerError, match=r"prompts/extract\.md") as refused:
        check_example(PROMPT, example, load_codebook())
    assert complaint in str(refused.value)


@pytest.mark.parametrize("odd", [None, [], {"turns": ["1 C1: x"]}, {"turns": ["so it goes"], "claims": []}])
def test_an_example_of_another_shape_is_named(odd: Any) -> None:
    with pytest.raises(AnalyzerError, match="An example of"):
        check_example(PROMPT, odd, load_codebook())
