"""Commands that put numbers on the closed deals: lift, backtest, segments."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from analyzer.cli.door import FormatOption, app, open_study, say
from analyzer.printing import Format, print_rows, showable

_LIFT = ("attribute", "value", "won of n", "win rate", "lift", "others", "p", "q", "churned", "verdict")
_TIERS = ("tier", "won of n", "win rate", "amount", "cycle")
_SEGMENTS = ("segment", "won of closed", "win rate", "revenue won", "cycle", "churned", "open", "stable")


@app.command()
def lift(
    trusted: Annotated[
        list[str] | None, typer.Option("--with", help="A column to test though it looks as if it knew the outcome.")
    ] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """What goes with winning: win rates of every trait against the rest, with intervals and a verdict."""
    from analyzer.scoring.lift_json import lift_json

    with open_study() as study:
        measured = study.lift(trusted or ())
    content = lift_json(measured)
    if form == Format.JSON:
        _print_json(content)
        return
    for warning in measured.warnings:
        say(f"note: {warning}")
    rows = [_lift_row(row) for row in content["rows"]] if form in (Format.TABLE, Format.MD) else content["rows"]
    if form == Format.TABLE:
        print(showable(measured.summary))
    print_rows(rows, _LIFT, form, "traits")


def _lift_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "attribute": row["attribute"],
        "value": row["value"],
        "won of n": f"{row['won']} of {row['n']}",
        "win rate": f"{row['win_rate']:.0%} ({row['low']:.0%}-{row['high']:.0%})",
        "lift": ""
        if row["lift"] is None
        else f"{100 * row['lift']:+.0f} ({100 * row['lift_low']:+.0f} to {100 * row['lift_high']:+.0f})",
        "others": f"{row['rest_won']} of {row['rest_n']}" if row["rest_n"] else "none",
        "p": f"{row['p']:.3f}" if row["rest_n"] else "",
        "q": "" if row["q"] is None else f"{row['q']:.3f}",
        "churned": row["churned"] or "",
        "verdict": row["verdict"],
    }


@app.command()
def backtest(form: FormatOption = Format.TABLE) -> None:
    """The scorecard against closed deals: win rate, amount and cycle by tier, and whether tier 1 wins three times as
    often as the rest."""
    from analyzer.scoring.backtest import backtest_json
    from analyzer.scoring.backtest_words import say_backtest

    with open_study() as study:
        test = study.backtest()
        weights = study.suggest_weights()
        others = study.undecided_scores()
    content = {
        **backtest_json(test, others),
        "weights": [
            {"attribute": w.attribute, "now": w.now, "suggested": w.suggested, "log_odds": w.log_odds}
            for w in weights.weights
        ],
        "weights_note": weights.note,
    }
    if form == Format.JSON:
        _print_json(content)
        return
    for warning in test.warnings:
        say(f"note: {warning}")
    tiers: Any = content["tiers"]
    print_rows([_tier_row(t) for t in tiers] if form in (Format.TABLE, Format.MD) else tiers, _TIERS, form, "tiers")
    if form != Format.TABLE:
        return
    for sentence in say_backtest(test, others):
        print(showable(sentence))
    if weights.weights:
        rows = [{"attribute": w.attribute, "now": w.now, "suggested": w.suggested} for w in weights.weights]
        print_rows(rows, ("attribute", "now", "suggested"), form, "weights")
    print(showable(weights.note))


def _tier_row(tier: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "tier": tier["tier"],
        "won of n": f"{tier['won']} of {tier['n']}",
        "win rate": f"{tier['win_rate']:.0%} ({tier['low']:.0%}-{tier['high']:.0%})" if tier["n"] else "",
        "amount": "" if tier["amount"] is None else f"{tier['amount']:,.0f}",
        "cycle": "" if tier["cycle_days"] is None else f"{tier['cycle_days']:.0f} days",
    }


@app.command()
def segments(form: FormatOption = Format.TABLE) -> None:
    """Groups of won accounts that are alike, ranked by the market at hand, win rate and amount."""
    with open_study() as study:
        found = study.segments()
    for warning in found.warnings:
        say(f"note: {warning}")
    rows = [
        {
            "segment": s.name,
            "won of closed": f"{s.won} of {s.closed}",
            "win rate": f"{s.win_rate:.0%} ({s.interval.low:.0%}-{s.interval.high:.0%})",
            "revenue": f"{s.revenue:,.0f}",
            "revenue won": f"{s.revenue:,.0f}",
            "cycle": "" if s.cycle_days is None else f"{s.cycle_days:.0f} days",
            "churned": s.churned,
            "open": s.open_accounts,
            "stable": f"{s.stability:.0%}" + ("" if s.is_stable else " unstable"),
            "accounts": list(s.accounts),
        }
        for s in found.segments
    ]
    print_rows(rows, _SEGMENTS, form, "segments")


def _print_json(content: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
