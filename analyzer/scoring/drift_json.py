"""The JSON shape of ``icp drift``."""

from __future__ import annotations

from typing import Any

from analyzer.printing import counted
from analyzer.scoring.drift import Drift, Emerging, QuarterMix
from analyzer.scoring.stability import Shift, Stability


def drift_json(drift: Drift) -> dict[str, Any]:
    """Shares from 0 to 1; the unknown stands under "" in a mix; ``psi`` and ``chance`` are null with too few deals."""
    return {
        "as_of": drift.as_of.isoformat(),
        "quarters": [_quarter_json(one) for one in drift.quarters],
        "compared": {"before": [str(q) for q in drift.before], "recent": [str(q) for q in drift.recent]},
        "psi": [_shift_json(one) for one in drift.shifts],
        "emerging": [
            *(_emerging_json(one) for one in drift.emerging),
            *(
                {"kind": "score", "account": s.account, "score": s.score, "sentence": won_at_30(s.account, s.score)}
                for s in drift.won_at_30
            ),
        ],
        "review": {
            "due": drift.review.is_due,
            "on": drift.review.on.isoformat() if drift.review.on else None,
            "why": list(drift.review.why),
        },
        "warnings": list(drift.warnings),
    }


def _quarter_json(one: QuarterMix) -> dict[str, Any]:
    return {
        "quarter": str(one.quarter),
        "won": one.won,
        "lost": one.lost,
        "churned": one.churned,
        "mix": {name: dict(counts) for name, counts in one.mix.items()},
        "triggers": dict(one.triggers),
        "heard": one.heard,
        "tiers": [
            {
                "tier": t.tier,
                "n": t.n,
                "won": t.won,
                "win_rate": t.won / t.n,
                "low": t.interval.low,
                "high": t.interval.high,
            }
            for t in one.tiers
        ],
    }


def _shift_json(shift: Shift) -> dict[str, Any]:
    return {
        "attribute": shift.attribute,
        "psi": shift.index,
        "chance": shift.chance,
        "verdict": shift.verdict.value,
        "n_before": shift.n_before,
        "n_recent": shift.n_recent,
        "before": dict(shift.before),
        "recent": dict(shift.recent),
        "sentence": shift_sentence(shift),
    }


def shift_sentence(shift: Shift) -> str:
    compared = f"{counted(shift.n_before, 'won account')} before and {shift.n_recent} lately"
    if shift.index is None:
        return f"By {shift.attribute}: {Stability.TOO_FEW.value} ({compared})."
    by_chance = f", by chance up to {shift.chance:.2f}" if shift.chance is not None else ""
    return f"By {shift.attribute}: {shift.verdict.value} (index {shift.index:.2f}{by_chance}; {compared})."


def _emerging_json(one: Emerging) -> dict[str, Any]:
    return {
        "kind": "share",
        "attribute": one.attribute,
        "value": one.value,
        "recent": {"some": one.some, "n": one.n},
        "before": {"some": one.others, "n": one.m},
        "difference": one.difference,
        "low": one.interval.low,
        "high": one.interval.high,
        "sentence": emerging_sentence(one),
    }


def emerging_sentence(one: Emerging) -> str:
    return (
        f"{one.attribute.capitalize()} {one.value} is emerging: {one.some} of {one.n} won accounts lately, before "
        f"{one.others} of {one.m} ({100 * one.difference:+.0f} points, 95 % interval "
        f"{100 * one.interval.low:+.0f} to {100 * one.interval.high:+.0f})."
    )


def won_at_30(account: str, score: float) -> str:
    return f"{account} won with a score of {score:.0f}: perhaps a segment that the scorecard does not know."
