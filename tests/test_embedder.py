"""The embedder: the same text has the same vector, whoever asks, in whatever order, and it is embedded once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from analyzer.adapters import embedder as embedding
from analyzer.adapters.embedder import SentenceEmbedder

SENTENCES = [
    "We copy the orders by hand.",
    "Nobody knows what is in the yard until the truck has left, and then it is too late to do anything about it.",
    "The audit is in May.",
    "Our CFO signs anything over ten thousand.",
    "No.",
]
LONG = " ".join(f"On day {n} the dock was full and somebody had to walk over to the office." for n in range(8))


@pytest.fixture
def fresh() -> SentenceEmbedder:
    """One that has read nothing yet."""
    return SentenceEmbedder()


def many(count: int) -> list[str]:
    """So many sentences of all lengths, no two alike."""
    return [f"In round {n} we copied {n + 7} orders" + " and again" * (n % 13) + "." for n in range(count)]


def test_vectors_have_length_one_and_stand_in_the_order_of_the_texts(fresh: SentenceEmbedder) -> None:
    together = fresh.embed(SENTENCES)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    for sentence, vector in zip(SENTENCES, together, strict=True):
        others = SentenceEmbedder().embed([sentence])[0]
        assert float(others @ vector) > 0.999


def test_more_texts_than_fit_in_a_batch_keep_their_order(fresh: SentenceEmbedder) -> None:
    texts = many(3 * embedding.BATCH + 5)
    vectors = fresh.embed(texts)
    for place in (0, embedding.BATCH, len(texts) - 1):
        alone = SentenceEmbedder().embed([texts[place]])[0]
        assert int(np.argmax(vectors @ alone)) == place


def test_two_runs_give_the_same_bits(fresh: SentenceEmbedder) -> None:
    texts = many(2 * embedding.BATCH + 9)
    assert np.array_equal(fresh.embed(texts), SentenceEmbedder().embed(texts))


def test_vectors_do_not_depend_on_the_number_of_cores(fresh: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = many(2 * embedding.BATCH + 9)
    before = fresh.embed(texts)
    with ThreadPoolExecutor(5) as five:
        monkeypatch.setattr(embedding, "start_workers", lambda: five)
        assert np.array_equal(before, SentenceEmbedder().embed(texts))


def test_a_text_said_twice_is_embedded_once(fresh: SentenceEmbedder) -> None:
    vectors = fresh.embed(["We lost the account.", "It rains.", "We lost the account."])
    assert fresh.embedded == 2
    assert np.array_equal(vectors[0], vectors[2])
    assert not np.array_equal(vectors[0], vectors[1])


def test_a_sentence_that_comes_again_as_a_quote_is_not_embedded_again(fresh: SentenceEmbedder) -> None:
    first = fresh.embed(SENTENCES)
    again = fresh.embed([SENTENCES[3], SENTENCES[0]])
    assert fresh.embedded == len(SENTENCES)
    assert np.array_equal(again, first[[3, 0]])


def test_a_changed_vector_of_a_caller_changes_nothing_that_is_kept(fresh: SentenceEmbedder) -> None:
    first = fresh.embed(SENTENCES)
    expected = first.copy()
    first[:] = 0.0
    assert np.array_equal(fresh.embed(SENTENCES), expected)


def test_long_texts_are_not_kept_and_old_ones_are_forgotten(
    fresh: SentenceEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "KEPT", 3)
    assert len(LONG) > embedding.KEPT_LENGTH
    fresh.embed([LONG])
    fresh.embed([LONG])
    assert fresh.embedded == 2
    fresh.embed(["red fish", "tan fish", "dim fish"])
    fresh.embed(["red fish"])  # asked for last, so the second is forgotten first
    fresh.embed(["wan fish"])
    assert fresh.embedded == 6
    fresh.embed(["red fish", "dim fish", "wan fish"])
    assert fresh.embedded == 6
    fresh.embed(["tan fish"])
    assert fresh.embedded == 7


def test_several_threads_get_what_one_would_get(fresh: SentenceEmbedder) -> None:
    asked = [[f"Caller {c}: {text}" for text in many(40)] for c in range(6)]
    one = SentenceEmbedder()
    expected = [one.embed(texts) for texts in asked]
    with ThreadPoolExecutor(6) as callers:
        for vectors, right in zip(callers.map(fresh.embed, asked), expected, strict=True):
            assert np.array_equal(vectors, right)


def test_nothing_to_embed_is_a_matrix_without_rows(fresh: SentenceEmbedder) -> None:
    assert fresh.embed([]).shape == (0, 384)
    assert fresh.embedded == 0
