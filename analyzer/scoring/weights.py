"""Weights that the closed deals suggest, beside those the scorecard has: shown, never set.

Regularised logistic regression (L2) of the outcome on the share of its points that each attribute earned; the strength
of regularisation by cross-validation, how well it does by a second one around it, both grouped by account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyzer.records import Deal, Outcome, Score
from analyzer.scoring.backtest import split_by_account
from analyzer.scoring.cores import one_core
from analyzer.scoring.lift import ENOUGH

Matrix = NDArray[np.float64]
STRENGTHS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


@dataclass(frozen=True, slots=True)
class Weight:
    """``now`` and ``suggested`` sum to 100 each over all attributes; ``log_odds`` is what earning it fully adds."""

    attribute: str
    now: float
    suggested: float
    log_odds: float
    unknown: int


@dataclass(frozen=True, slots=True)
class SuggestedWeights:
    """``auc_now`` is the scorecard's on these deals, ``auc_suggested`` cross-validated; None while there are too few
    deals or accounts, and then there are no weights. ``note`` says in a sentence what to make of it."""

    weights: tuple[Weight, ...]
    auc_now: float | None
    auc_suggested: float | None
    note: str


def suggest_weights(deals: Sequence[Deal], scores: Sequence[Score]) -> SuggestedWeights:
    """``scores`` are those of the deals, as a backtest gives them, in the same order."""
    won = np.array([d.outcome == Outcome.WON for d in deals], dtype=bool)
    n_won, n_lost = int(won.sum()), int((~won).sum())
    if min(n_won, n_lost) < ENOUGH:
        few = f"Too few deals to suggest weights: {n_won} won and {n_lost} lost, {ENOUGH} of each are needed."
        return SuggestedWeights((), None, None, few)
    folds = split_by_account(deals)
    if not folds:
        alone = f"Too few accounts to suggest weights: {len({d.account for d in deals})} hold all {len(deals)} deals."
        return SuggestedWeights((), None, None, alone)
    shares, unknown = _shares(scores)
    from sklearn.metrics import roc_auc_score

    chances = np.zeros(len(deals))
    for training, held_out in folds:
        model = _fit(shares[training], won[training], [deals[i] for i in training])
        chances[held_out] = model.predict_proba(shares[held_out])[:, 1]
    log_odds = _fit(shares, won, deals).coef_[0]
    # A scorecard only gives points: what speaks against an account belongs to the kill list, not to a weight.
    parts = np.maximum(log_odds, 0.0)
    total = parts.sum()
    now = np.array([a.max for a in scores[0].attributes])
    weights = tuple(
        Weight(
            attribute.name,
            round(100 * float(weight) / float(now.sum()), 1),
            round(100 * float(part) / float(total), 1) if total else 0.0,
            round(float(odds), 2),
            int(missing),
        )
        for attribute, weight, part, odds, missing in zip(
            scores[0].attributes, now, parts, log_odds, unknown, strict=True
        )
    )
    auc_now = float(roc_auc_score(won, [s.score for s in scores]))
    auc = float(roc_auc_score(won, chances))
    return SuggestedWeights(weights, auc_now, auc, _note(auc_now, auc, bool(total)))


def _shares(scores: Sequence[Score]) -> tuple[Matrix, NDArray[np.int_]]:
    """(deals, attributes) of points earned, 0-1, and how many are unknown; these stand at the mean of the known."""
    shares = np.array(
        [[a.points / a.max if a.low == a.high and a.max else np.nan for a in s.attributes] for s in scores],
        dtype=np.float64,
    )
    missing = np.isnan(shares)
    known = np.maximum((~missing).sum(axis=0), 1)
    means = np.where(missing, 0.0, shares).sum(axis=0) / known
    return np.where(missing, means, shares), missing.sum(axis=0)


@one_core()
def _fit(shares: Matrix, won: NDArray[np.bool_], deals: Sequence[Deal]):  # type: ignore[no-untyped-def]
    """A fitted scikit-learn model; its library has no types."""
    from sklearn.linear_model import LogisticRegression, LogisticRegressionCV

    folds = [(np.array(seen), np.array(held)) for seen, held in split_by_account(deals)]
    if not folds:
        return LogisticRegression(C=1.0).fit(shares, won)
    return LogisticRegressionCV(
        Cs=list(STRENGTHS),
        cv=folds,
        scoring="neg_log_loss",
        max_iter=1000,
        l1_ratios=(0,),
        use_legacy_attributes=False,
    ).fit(shares, won)


def _note(now: float, suggested: float, any_weight: bool) -> str:
    if not any_weight:
        return "No attribute of the scorecard goes with winning in these deals; nothing is suggested."
    if suggested <= now:
        return f"The suggested weights do no better than those there are (AUC {suggested:.2f} against {now:.2f})."
    return f"The suggested weights rank held-out deals better (AUC {suggested:.2f} against {now:.2f}). Nothing is set."
