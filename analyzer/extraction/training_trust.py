"""How sure a found span is: the model's chance turned into how often spans of that chance are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyzer.extraction.matching import match_spans
from analyzer.extraction.training_data import FOLDS, Example, fit_regression, folds_of
from analyzer.extraction.training_spans import Judgement, marked_of, spans_of


@dataclass(frozen=True)
class Trust:
    """How a kind's chances relate to being right: ``slope`` and ``offset`` of log-odds, and how well that fits.

    ``brier`` is the mean squared error of the confidence (Brier 1950), ``reliability`` for each tenth of it the number
    of spans, their mean confidence and the share that is right.
    """

    slope: float
    offset: float
    brier: float
    reliability: list[tuple[int, float, float]]


def calibrate(examples: Sequence[Example], unseen: Sequence[Judgement], kind: str, threshold: float) -> Trust:
    """Platt scaling (Platt 1999) of the spans of one kind, each fold's judged by a scaling fitted on the others."""
    odds, right, fold = [], [], []
    for number, (_, held_out) in enumerate(folds_of(examples)):
        for i in held_out:
            spans = spans_of(examples[i], unseen[i], kind, threshold)
            matched = {j for _, j in match_spans(marked_of(examples[i], kind), [(s, e) for s, e, _ in spans])}
            chances = np.clip([chance for *_, chance in spans], 1e-6, 1 - 1e-6)
            odds += np.log(chances / (1 - chances)).tolist()
            right += [j in matched for j in range(len(spans))]
            fold += [number] * len(spans)
    features, target, folds = np.array(odds)[:, None], np.array(right, dtype=int), np.array(fold)
    judged = np.zeros(len(target))
    for number in range(FOLDS):
        model = fit_regression(features[folds != number], target[folds != number], 1.0)
        if (folds == number).any():
            judged[folds == number] = model.predict_proba(features[folds == number])[:, 1]
    final = fit_regression(features, target, 1.0)
    tenths = np.minimum((judged * 10).astype(int), 9)
    table = [
        (int((tenths == t).sum()), float(judged[tenths == t].mean()), float(target[tenths == t].mean()))
        for t in range(10)
        if (tenths == t).any()
    ]
    brier = float(np.mean((judged - target) ** 2))
    return Trust(float(final.coef_[0, 0]), float(final.intercept_[0]), brier, table)
