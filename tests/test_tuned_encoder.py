"""The tuned encoder: small real trainings on real weights, and the file that is shipped."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

from analyzer.adapters import tuned_encoder
from analyzer.adapters.tuned_encoder import Lesson, TunedEncoder
from analyzer.errors import ModelError
from analyzer.extraction import classifier
from analyzer.extraction.classifier import CARD, ENCODER, load_classifier

SAID = (
    "We lost four pallets in February because nobody saw the dock.",
    "The new owner starts in May and wants one system.",
    "My dog likes the river.",
    "Yes, that is right, thank you.",
)


def lessons() -> list[Lesson]:
    kinds = [(1, 0), (0, 1), (0, 0), (0, 0)]
    taught = [
        Lesson(("What happened?", said), np.array(k, dtype=np.int8), {}) for said, k in zip(SAID, kinds, strict=True)
    ]
    return taught * 4 + [Lesson(("", "orders are typed in twice"), None, {"pain": 1})]


@pytest.fixture(scope="module")
def trained() -> dict[str, np.ndarray]:
    return tuned_encoder.train(lessons(), {tuned_encoder.KINDS: 2, "pain": 3}, seed=1)


def test_training_twice_gives_the_same_arrays(trained: dict[str, np.ndarray]) -> None:
    again = tuned_encoder.train(lessons(), {tuned_encoder.KINDS: 2, "pain": 3}, seed=1)
    assert trained.keys() == again.keys()
    assert all(np.array_equal(trained[name], again[name]) for name in trained)


def test_only_the_upper_layers_and_the_heads_are_kept(trained: dict[str, np.ndarray]) -> None:
    layers = {name.split(".")[2] for name in trained if name.startswith("layers/")}
    assert layers == {"2", "3", "4", "5"}
    assert {name.split("/")[1] for name in trained if name.startswith("heads/")} == {"kinds", "pain"}
    assert {array.dtype for array in trained.values()} == {np.dtype(np.float16)}


def test_chances_come_in_the_order_of_the_pairs_whatever_their_lengths(trained: dict[str, np.ndarray]) -> None:
    encoder = TunedEncoder(trained)
    pairs = [("What happened?", words * (n % 3 + 1)) for n, words in enumerate(SAID * 12)]
    judged = encoder.judge(pairs)
    assert judged[tuned_encoder.KINDS].shape == (48, 2)
    assert judged["pain"].shape == (48, 3)
    np.testing.assert_allclose(judged["pain"].sum(axis=1), 1.0, atol=1e-3)
    backwards = encoder.judge(pairs[::-1])
    np.testing.assert_allclose(judged[tuned_encoder.KINDS], backwards[tuned_encoder.KINDS][::-1], atol=0.02)


def test_no_pair_has_no_chances_and_an_endless_one_is_read_in_part(trained: dict[str, np.ndarray]) -> None:
    encoder = TunedEncoder(trained)
    assert encoder.judge([])[tuned_encoder.KINDS].shape == (0, 2)
    odd = [
        ("", ""),
        ("before " * 3000, "a unit"),
        ("", "\u202e<<< {} \x00"),
        ("x", "word " * 60),
        ("said before", "word " * 900),
    ]
    odd += [("said before " * 9, "word " * n) for n in range(100, 116)]
    assert np.isfinite(encoder.judge(odd)[tuned_encoder.KINDS]).all()


def test_what_is_learnt_is_told_apart() -> None:
    taught = [
        Lesson(("", f"{said} {n}"), np.array([k], dtype=np.int8), {})
        for n in range(60)
        for said, k in zip(SAID, (1, 1, 0, 0), strict=True)
    ]
    judged = TunedEncoder(tuned_encoder.train(taught, {tuned_encoder.KINDS: 1}, seed=1)).judge(
        [("", said) for said in SAID]
    )
    chances = judged[tuned_encoder.KINDS][:, 0]
    assert min(chances[:2]) > max(chances[2:])


def test_the_shipped_files_are_those_of_the_card_and_under_30_mb() -> None:
    card = json.loads(CARD.read_text(encoding="utf-8"))
    assert hashlib.sha256(ENCODER.read_bytes()).hexdigest() == card["encoder_sha256"]
    assert ENCODER.stat().st_size + classifier.WEIGHTS.stat().st_size < 30_000_000
    assert set(load_classifier().categories) <= set(card["classes"])


def test_a_changed_encoder_file_is_refused_by_name(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "encoder.npz"  # type: ignore[operator]
    changed.write_bytes(ENCODER.read_bytes()[:-1] + b"x")
    monkeypatch.setattr(classifier, "ENCODER", changed)
    load_classifier.cache_clear()
    with pytest.raises(ModelError, match=r"encoder\.npz is not the file"):
        load_classifier()
    load_classifier.cache_clear()
