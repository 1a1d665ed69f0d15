"""The gate before the language model: what it keeps is whole and in order, what it drops is never sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.adapters.protocols import Answer
from analyzer.errors import UsageError
from analyzer.extraction.budget import Budget
from analyzer.extraction.classifier import load_classifier
from analyzer.extraction.codebook import load_codebook
from analyzer.extraction.extractor import Extracted
from analyzer.extraction.gate import LEAD_TOKENS, Gate, pack_likely
from analyzer.extraction.gazetteer import load_gazetteer
from analyzer.extraction.llm_extractor import LlmExtractor, NoAnswers
from analyzer.extraction.windows import CONTEXT_TURNS, estimate_tokens, pack_windows
from analyzer.reading.documents import ReadOptions, read_document
from analyzer.records import Document, DocumentKind, Side, Turn

SMALL_TALK = """Pia: Hi Dana, can you hear me all right?

Dana: Loud and clear, yes. Sorry, the dog is barking.

Pia: No problem at all. Is it still raining over there?

Dana: All week. The kids are going mad.

Pia: Oh dear.

Dana: And we have my mother staying until Sunday, so that is fun.

Pia: Ha, I can imagine. Give me one second, I will share my screen.

Dana: Sure, take your time.

"""
THE_POINT = """Pia: There we go. So tell me, what made you start looking for something new last spring?

Dana: We lost our biggest grocer in March because two pallets went out with the wrong label.

Pia: Ouch.

"""
INTERVIEW = SMALL_TALK + THE_POINT + SMALL_TALK
SIDES = ReadOptions(sides={"Pia": Side.OURS, "Dana": Side.CUSTOMER})


def interview(text: str) -> Document:
    return read_document(text.encode(), "interview.txt", SIDES)


def made(*said: tuple[Side, str]) -> Document:
    text, turns = "", []
    for number, (side, words) in enumerate(said):
        start = len(text)
        text += words + "\n\n"
        turns.append(Turn(number, side.value, side, start, start + len(words)))
    return Document("made.txt", "0" * 64, DocumentKind.INTERVIEW, text, tuple(turns))


def numbers(turns: tuple[Turn, ...]) -> list[int]:
    return [turn.number for turn in turns]


@pytest.fixture(scope="module")
def gate(embedder: SentenceEmbedder) -> Gate:
    return Gate(embedder, load_gazetteer())


# ---------------------------------------------------------------------------------------- whatever the chances may be

said = st.lists(st.tuples(st.sampled_from(Side), st.integers(1, 60).map(lambda n: " ".join(["word"] * n))), max_size=40)


@st.composite
def judged(draw: st.DrawFn) -> tuple[Document, list[float]]:
    document = made(*draw(said))
    chances = [0.0 if turn.side == Side.OURS else draw(st.floats(0, 1)) for turn in document.turns]
    return document, chances


@given(judged(), st.floats(0, 1), st.integers(1, 400))
def test_each_kept_turn_is_in_one_window_and_in_order(
    case: tuple[Document, list[float]], threshold: float, tokens: int
) -> None:
    document, chances = case
    gated = pack_likely(document, chances, threshold, tokens)
    assert [turn for window in gated.windows for turn in window.turns] == list(gated.kept)
    assert all(window.turns for window in gated.windows)
    assert [window.number for window in gated.windows] == list(range(len(gated.windows)))
    assert {window.document_id for window in gated.windows} <= {document.id}


@given(judged(), st.floats(0, 1))
def test_kept_and_dropped_are_all_turns_and_all_tokens(case: tuple[Document, list[float]], threshold: float) -> None:
    document, chances = case
    gated = pack_likely(document, chances, threshold, 200)
    assert sorted(numbers(gated.kept) + numbers(gated.dropped)) == numbers(document.turns)
    count = lambda turns: sum(estimate_tokens(document.words_of(turn)) for turn in turns)  # noqa: E731
    assert (gated.tokens_kept, gated.tokens_dropped) == (count(gated.kept), count(gated.dropped))


@given(judged(), st.floats(0.01, 1))
def test_no_turn_that_reaches_the_threshold_is_dropped_and_none_is_kept_for_nothing(
    case: tuple[Document, list[float]], threshold: float
) -> None:
    document, chances = case
    gated = pack_likely(document, chances, threshold, 200)
    likely = {number for number, chance in enumerate(chances) if chance >= threshold}
    assert likely <= set(numbers(gated.kept))
    for number in numbers(gated.kept):
        assert any(number <= at <= number + CONTEXT_TURNS for at in likely)
    assert bool(gated.windows) == bool(likely)


@given(judged(), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_threshold_keeps_nothing_that_a_lower_one_drops(
    case: tuple[Document, list[float]], one: float, other: float
) -> None:
    document, chances = case
    high, low = (pack_likely(document, chances, t, 200) for t in (max(one, other), min(one, other)))
    assert set(high.kept) <= set(low.kept)


@given(judged(), st.floats(0, 1), st.integers(1, 400))
def test_context_is_what_was_kept_of_the_few_turns_before(
    case: tuple[Document, list[float]], threshold: float, tokens: int
) -> None:
    document, chances = case
    gated = pack_likely(document, chances, threshold, tokens)
    for window in gated.windows:
        first = window.turns[0].number
        near = [turn for turn in gated.kept if first - CONTEXT_TURNS <= turn.number < first]
        assert list(window.context) == near


@given(judged(), st.integers(1, 400))
def test_a_document_that_is_all_likely_is_packed_as_without_the_gate(
    case: tuple[Document, list[float]], tokens: int
) -> None:
    document = case[0]
    gated = pack_likely(document, [1.0] * len(document.turns), 0.5, tokens)
    assert gated.windows == pack_windows(document, tokens)
    assert gated.dropped == ()


# ------------------------------------------------------------------------------------------------------ what leads up


def test_a_likely_answer_keeps_the_question_before_the_mm_hm_and_nothing_earlier() -> None:
    question = "And what was it that made you start looking for something else last spring?"
    document = made(
        (Side.CUSTOMER, "It rained all week."),
        (Side.OURS, question),
        (Side.CUSTOMER, "Mm-hm."),
        (Side.OURS, "Yeah."),
        (Side.CUSTOMER, "We lost our biggest grocer."),
        (Side.OURS, "Oh."),
    )
    assert estimate_tokens(question) >= LEAD_TOKENS
    gated = pack_likely(document, [0, 0, 0, 0, 0.9, 0], 0.5, 1000)
    assert numbers(gated.kept) == [1, 2, 3, 4]


def test_no_more_turns_lead_up_than_a_window_has_context() -> None:
    document = made(*[(Side.CUSTOMER, "Mm.")] * 10, (Side.CUSTOMER, "We lost our biggest grocer."))
    gated = pack_likely(document, [0.0] * 10 + [0.9], 0.5, 1000)
    assert numbers(gated.kept) == [6, 7, 8, 9, 10]


def test_a_window_after_a_gap_has_no_context_from_before_it() -> None:
    document = made(*[(Side.CUSTOMER, "word " * 40)] * 20)
    chances = [0.9 if number in (1, 19) else 0.0 for number in range(20)]
    first, second = pack_likely(document, chances, 0.5, 110).windows
    assert numbers(first.turns) == [0, 1]
    assert (numbers(second.context), numbers(second.turns)) == ([], [18, 19])


def test_our_own_side_has_no_chance_even_at_threshold_0(gate: Gate) -> None:
    document = interview(INTERVIEW)
    ours = replace(document, turns=tuple(replace(turn, side=Side.OURS) for turn in document.turns))
    gated = replace(gate, threshold=0.0).pack(ours, 8000)
    assert (gated.windows, gated.kept, gated.tokens_kept) == ((), (), 0)
    assert gated.dropped == ours.turns


# ------------------------------------------------------------------------------------------------- the real classifier


def test_the_turn_with_the_trigger_is_kept_with_its_question_and_most_small_talk_is_dropped(gate: Gate) -> None:
    document = interview(INTERVIEW)
    gated = gate.pack(document, 8000)
    (window,) = gated.windows
    kept = " ".join(document.words_of(turn) for turn in window.turns)
    assert "lost our biggest grocer" in kept
    assert "what made you start looking" in kept
    assert gated.tokens_dropped > gated.tokens_kept


def test_small_talk_alone_gives_no_window(gate: Gate) -> None:
    document = made((Side.OURS, "Hi, can you hear me all right?"), (Side.CUSTOMER, "Yes, loud and clear. Nice mug."))
    gated = gate.pack(document, 8000)
    assert gated.windows == ()
    assert gated.dropped == document.turns


def test_a_document_without_turns_gives_no_window(gate: Gate) -> None:
    empty = Document("x.txt", "0" * 64, DocumentKind.INTERVIEW, "", ())
    assert gate.pack(empty, 8000).windows == ()


def test_the_same_document_is_gated_alike_each_time(gate: Gate) -> None:
    document = interview(INTERVIEW)
    assert gate.pack(document, 300) == gate.pack(document, 300)


def test_another_threshold_is_another_stamp_and_one_that_is_no_chance_is_refused(gate: Gate) -> None:
    assert gate.threshold == load_classifier().gate
    assert replace(gate, threshold=0.2).stamp != gate.stamp
    for wrong in (-0.1, 1.5, float("nan")):
        with pytest.raises(UsageError, match="from 0 to 1"):
            replace(gate, threshold=wrong)


# ------------------------------------------------------------------------------------------------ what a model is shown


class Listening:
    """Keeps what it is asked and finds nothing."""

    name = "openai:listening"

    def __init__(self) -> None:
        self.heard: list[str] = []

    def answer(self, _system: str, user: str, _schema: Mapping[str, Any]) -> Answer:
        self.heard.append(user)
        return Answer({"claims": []}, 0, 0)


def extractor(model: Listening) -> LlmExtractor:
    return LlmExtractor(model, NoAnswers(), load_codebook(), "", Budget(model.name))


def test_no_dropped_turn_is_shown_to_the_model_and_kept_ones_keep_their_numbers(gate: Gate) -> None:
    document, model = interview(INTERVIEW), Listening()
    gated = gate.pack(document, 60)
    extractor(model).extract(document, gated.windows)
    heard = "\n".join(model.heard).splitlines()
    assert len(model.heard) == len(gated.windows)
    shown = [line for line in heard if line[:1].isdigit()]
    for turn in gated.kept:
        assert any(line.startswith(f"{turn.number} ") and document.words_of(turn) in line for line in shown)
    for turn in gated.dropped:
        assert not any(line.startswith(f"{turn.number} ") for line in shown)


def test_a_document_with_nothing_in_it_is_no_call(gate: Gate) -> None:
    document, model = made((Side.OURS, "Can you hear me?"), (Side.CUSTOMER, "Yes, loud and clear.")), Listening()
    assert extractor(model).extract(document, gate.pack(document, 8000).windows) == Extracted()
    assert extractor(model).estimate(document, gate.pack(document, 8000).windows) == (0, 0, 0)
    assert model.heard == []
