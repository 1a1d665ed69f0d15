"""The JSON shape of ``icp lift`` (DESIGN section 5)."""

from __future__ import annotations

from typing import Any

from analyzer.scoring.lift import Lift, LiftRow


def lift_json(lift: Lift) -> dict[str, Any]:
    """Shares and lifts from 0 to 1 and -1 to 1; ``q`` is null for a trait that was not tested, the lift and its ends
    where nobody is known to be without the trait, ``counting`` says how all closed deals become those counted."""
    return {
        "summary": lift.summary,
        "n_won": lift.n_won,
        "n_lost": lift.n_lost,
        "churned": lift.churned,
        "tested": lift.tested,
        "rows": [_row_json(row) for row in lift.rows],
        "warnings": list(lift.warnings),
        "counting": lift.counting,
    }


def _row_json(row: LiftRow) -> dict[str, Any]:
    return {
        "attribute": row.attribute,
        "value": row.value,
        "n": row.n,
        "won": row.won,
        "win_rate": row.win_rate,
        "low": row.interval.low,
        "high": row.interval.high,
        "lift": row.lift if row.has_others else None,
        "lift_low": row.lift_interval.low if row.has_others else None,
        "lift_high": row.lift_interval.high if row.has_others else None,
        "times": row.times,
        "p": row.p,
        "q": row.q,
        "verdict": row.verdict.value,
        "rest_n": row.rest_n,
        "rest_won": row.rest_won,
        "share_of_won": row.share_of_won,
        "amount": row.amount,
        "cycle_days": row.cycle_days,
        "churned": row.churned,
        "source": row.source,
        "evidence": list(row.evidence),
    }
