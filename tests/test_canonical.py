"""The canonical text is what every stored offset refers to. These pins fail when it changes: that is a migration (every
stored document read anew, its claims located anew), never an improvement in passing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from analyzer.reading.canonical import RawTurn, build, fold
from analyzer.reading.documents import read_document

DEMO = Path(__file__).parent.parent / "corpora" / "demo"
TEXTS = {
    "2026-03-04 Northwall Cold win interview.vtt": "85d0b9fec33b6c77",
    "2026-04-22 Sunder and Vale.txt": "abe63d5d1622db7b",
    "GMT20260506-150211_Recording.transcript.vtt": "e527b5fd382d634f",
    "Hallbrunn Logistik_lost_2026-04-09_otter_ai.txt": "0be36c8179668592",
    "Lomond Larder win review 14 May 2026.vtt": "0af58c62f1e7a0bb",
    "Pellworth Building Supply loss debrief.docx": "5b75b6dc1704e6f5",
    "Tarrant Provisions - Clay Hutchins - 2026-04-14.srt": "20970e9ebd64bc6b",
    "cascara-cold-chain-check-in.md": "2b953a0e143dad70",
    "2025-09-09 Tarrant disco call PL.md": "9b3bd6e387ab5194",
    "Fennimore Foods - 2025-10-21.txt": "56154b99f02956c4",
    "cascara call 2 jun.md": "243920951314e825",
    "gantry_debrief.txt": "cf2998384346f13a",
    "Cascara Cold Chain - Yard and Dock Coordinator.txt": "75dcaa3e1a23f571",
    "Harbor Pine Foods WMS Analyst (2026-05-18).txt": "7829743dfeec8ad2",
    "Ostrand Fasteners - Inside Sales Representative.txt": "e86adc45338353b0",
    "Pellworth CDL driver Canton.txt": "469ebfc89668b230",
    "corvane-office-supply-accounts-payable-clerk.txt": "5211d3860f643460",
    "tamarack_freezer_director_transportation.txt": "7928212cffdbe041",
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_of_a_demo_document_is_what_it_was_when_first_stored(name: str) -> None:
    (path,) = DEMO.rglob(name)
    text = read_document(path.read_bytes(), path.name).text
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == TEXTS[name]


def test_turns_are_folded_and_joined_by_a_blank_line_without_their_speakers() -> None:
    turns = [
        RawTurn("Pia", "  What\tmade\n you look? "),
        RawTurn("Dana", ""),
        RawTurn("Dana", "Rene\u0301e\x00 said\u00a0so.\ufeff"),
    ]
    text, placed = build(turns)
    assert text == "What made you look?\n\nRen\u00e9e said so."
    assert [(turn.number, turn.speaker, text[turn.start : turn.end]) for turn in placed] == [
        (0, "Pia", "What made you look?"),
        (1, "Dana", "Ren\u00e9e said so."),
    ]


def test_marks_that_reorder_text_stay_in_it_and_controls_do_not() -> None:
    assert fold("pay \u202eeht\u202c now\x07") == "pay \u202eeht\u202c now"
