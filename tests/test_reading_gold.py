"""The sixteen gold documents, word for word. Skipped where they do not lie beside the repository."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from analyzer.reading.documents import ReadOptions, read_document
from analyzer.reading.guesses.naming import match_account
from analyzer.records import Document, DocumentKind

BESIDE = Path(__file__).resolve().parents[2] / "shared"
GOLD = Path(os.environ.get("ICP_SHARED", BESIDE)) / "gold"
pytestmark = pytest.mark.skipif(
    not (GOLD / "sources.jsonl").exists(),
    reason=f"the gold documents are not in {GOLD}; set ICP_SHARED to their folder",
)


def lines(name: str) -> list[dict[str, Any]]:
    if not (GOLD / name).exists():
        return []
    return [json.loads(line) for line in (GOLD / name).read_text(encoding="utf-8").splitlines() if line.strip()]


SOURCES = lines("sources.jsonl") or [{"document": "absent"}]
QUOTES = lines("gold.jsonl")
source = pytest.mark.parametrize("source", SOURCES, ids=[source["document"] for source in SOURCES])


def read(name: str, options: ReadOptions | None = None) -> Document:
    return read_document((GOLD / "docs" / name).read_bytes(), name, options or ReadOptions())


def folded(words: str) -> str:
    return unicodedata.normalize("NFC", " ".join(words.split()))


@source
def test_every_gold_quote_stands_in_one_turn_of_its_speaker(source: dict[str, Any]) -> None:
    document = read(source["document"])
    missing = []
    for gold in (gold for gold in QUOTES if gold["document"] == source["document"]):
        turns = [turn for turn in document.turns if folded(gold["quote"]) in document.words_of(turn)]
        speakers = {turn.speaker for turn in turns}
        if not turns or (document.kind is DocumentKind.INTERVIEW and gold["speaker"] not in speakers):
            missing.append(gold["quote"])
    assert missing == []


@source
def test_kind_and_every_side_are_right(source: dict[str, Any]) -> None:
    document = read(source["document"])
    assert document.kind == source["kind"]
    if document.kind is DocumentKind.INTERVIEW:
        wanted = {who["name"]: who["side"] for who in source["participants"]}
        assert {who.name: str(who.side) for who in document.participants} == wanted
        assert all(who.side_reason for who in document.participants)


@source
def test_known_accounts_are_found_and_unknown_ones_named_alike(source: dict[str, Any]) -> None:
    known = tuple(sorted({source["account"] for source in SOURCES}))
    assert read(source["document"], ReadOptions(known_accounts=known)).account == source["account"]
    assert match_account(read(source["document"]).account, known) == source["account"]


@source
def test_no_wrong_date_or_outcome_is_guessed(source: dict[str, Any]) -> None:
    document = read(source["document"])
    assert document.said_on is None or document.said_on.isoformat() == source["date"]
    assert document.outcome is None or document.outcome == source["outcome"]


@source
def test_turns_cover_the_text_in_order_and_start_and_end_at_words(source: dict[str, Any]) -> None:
    document = read(source["document"])
    assert "\n\n".join(document.words_of(turn) for turn in document.turns) == document.text
    assert all(document.words_of(turn) == document.words_of(turn).strip() != "" for turn in document.turns)
