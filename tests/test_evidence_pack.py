"""The pack of true and false quotes: every class of falsehood is refused, true quotes pass, and reasons are right.

The pack is kept outside the repository; ICP_SHARED names its folder.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from analyzer.extraction.verify import verify_claims
from analyzer.records import Document

SHARED = Path(os.environ.get("ICP_SHARED") or Path(__file__).parents[2] / "shared")
PACK = SHARED / "gold" / "evidence.jsonl"

Pair = tuple[Mapping[str, Any], Mapping[str, Any]]


def no_document(name: str) -> Document:
    raise LookupError(name)


@pytest.fixture(scope="module")
def answers() -> list[Pair]:
    """Each line of the pack with what the rules say of it."""
    if not PACK.exists():
        pytest.skip(f"No evidence pack at {PACK}; set ICP_SHARED to the folder that holds gold/evidence.jsonl.")
    lines = [json.loads(line) for line in PACK.read_text(encoding="utf-8").splitlines() if line]
    return list(zip(lines, verify_claims(lines, no_document), strict=True))


def share(pairs: list[Pair], holds: Callable[[Mapping[str, Any], Mapping[str, Any]], bool]) -> float:
    assert pairs
    return sum(holds(line, answer) for line, answer in pairs) / len(pairs)


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    "reason",
    ["not_found", "stitched", "negation", "number", "role", "our_side", "hypothetical", "denied", "too_short"],
)
def test_each_class_of_false_quotes_is_refused(answers: list[Pair], reason: str) -> None:
    pairs = [pair for pair in answers if pair[0]["reason"] == reason]
    assert share(pairs, lambda line, answer: answer["verdict"] == "refuse") >= 0.95


def test_true_quotes_are_accepted(answers: list[Pair]) -> None:
    pairs = [pair for pair in answers if pair[0]["expect"] == "accept"]
    assert share(pairs, lambda line, answer: answer["verdict"] == "accept") >= 0.97


def test_the_shown_quote_is_the_expected_stretch_of_the_source(answers: list[Pair]) -> None:
    pairs = [pair for pair in answers if pair[0]["expect"] == "accept" and pair[1]["quote"]]
    assert share(pairs, lambda line, answer: composed(answer["quote"]) == composed(line["source_words"])) >= 0.97
    for line, answer in pairs:
        assert any(answer["quote"] in turn["text"] for turn in line["turns"])


def test_refusals_name_the_right_reason(answers: list[Pair]) -> None:
    pairs = [pair for pair in answers if pair[0]["expect"] == "refuse"]
    assert share(pairs, lambda line, answer: answer["reason"] == line["reason"]) >= 0.90
