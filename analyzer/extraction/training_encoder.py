"""The tuned encoder's part of training: lessons from labelled documents and the bank of quotes, folds side by side."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from analyzer.adapters import tuned_encoder
from analyzer.adapters.tuned_encoder import Lesson, Pair, TunedEncoder
from analyzer.extraction.features import pair_of
from analyzer.extraction.training_codes import Quotes
from analyzer.extraction.training_data import KINDS, SEED, Example, Matrix, folds_of

Classes = Mapping[str, Sequence[str]]
"""The classes of each head of the encoder, in order."""


def classes_of(layers: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The heads: all kinds, and one for each category layer with the same classes."""
    return {tuned_encoder.KINDS: list(KINDS), **{name: list(classes) for name, classes in layers.items()}}


def lessons_of(examples: Sequence[Example], quotes: Quotes, classes: Classes) -> list[Lesson]:
    """A lesson a unit; quotes of the bank teach their category alone."""
    lessons = [
        Lesson(pair_of(unit), example.targets[i], _places(example.codes[i], classes))
        for example in examples
        for i, unit in enumerate(example.units)
        if example.teaches[i]
    ]
    lessons += [
        Lesson(("", words), None, _places({kind: code}, classes))
        for kind, said in quotes.items()
        for code, words in said
    ]
    return lessons


def _places(codes: Mapping[str, str], classes: Classes) -> dict[str, int]:
    return {name: classes[name].index(code) for name, code in codes.items() if code in classes.get(name, ())}


def cross_judge(examples: Sequence[Example], quotes: Quotes, classes: Classes) -> list[dict[str, Matrix]]:
    """For each document what an encoder says of its units that was trained without its fold: head -> (units, classes).

    One process a core: training does not share a core well.
    """
    sizes = {name: len(some) for name, some in classes.items()}
    folds = folds_of(examples)
    tasks = [
        (
            lessons_of([examples[i] for i in seen], quotes, classes),
            sizes,
            [pair_of(unit) for i in held_out for unit in examples[i].units],
        )
        for seen, held_out in folds
    ]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        judged = pool.starmap(_train_and_judge, tasks, chunksize=1)
    unseen: list[dict[str, Matrix]] = [{}] * len(examples)
    for (_, held_out), said in zip(folds, judged, strict=True):
        start = 0
        for i in held_out:
            end = start + len(examples[i].units)
            unseen[i] = {name: chances[start:end] for name, chances in said.items()}
            start = end
    return unseen


def _train_and_judge(lessons: list[Lesson], sizes: dict[str, int], pairs: list[Pair]) -> dict[str, Matrix]:
    return TunedEncoder(tuned_encoder.train(lessons, sizes, SEED)).judge(pairs)


def train_encoder(examples: Sequence[Example], quotes: Quotes, classes: Classes) -> dict[str, NDArray[Any]]:
    """The arrays of an encoder trained on everything."""
    sizes = {name: len(some) for name, some in classes.items()}
    return tuned_encoder.train(lessons_of(examples, quotes, classes), sizes, SEED)
