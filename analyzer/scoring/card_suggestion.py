"""What the closed deals suggest now, beside what the scorecard says; nothing is set by looking."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from analyzer.errors import UsageError
from analyzer.scoring.card_origin import origin_of_suggestion
from analyzer.scoring.hints import nearest
from analyzer.scoring.scorecard import STANDARD, Scorecard, card_content, read_scorecard
from analyzer.scoring.weights import SuggestedWeights

BANDS = ("industry", "size", "tech", "geography")
WEIGHTS = "weights"
PARTS = (*BANDS, WEIGHTS)


def suggest_card(card: Scorecard, bands: Scorecard, weights: SuggestedWeights, only: Collection[str] = ()) -> Scorecard:
    """The card with the bands and weights that the deals suggest, of those parts named in ``only`` (all without).

    An empty suggestion (too few deals) changes nothing. Raises UsageError for a part that there is not.
    """
    for part in only:
        if part not in PARTS:
            raise UsageError(f"{part!r} is no part of a suggestion; name {', '.join(PARTS)}{nearest(part, PARTS)}.")
    wanted = set(only or PARTS)
    content, suggested = card_content(card), card_content(bands)
    for rule in BANDS:
        if rule in wanted:
            content[rule] |= {name: value for name, value in suggested[rule].items() if _is_band(name, value)}
    if is_weighed := WEIGHTS in wanted and bool(weights.weights):
        _weigh(content, {weight.attribute: weight.suggested for weight in weights.weights})
    if all(_bands(content[rule]) == _bands(suggested[rule]) for rule in BANDS):
        content["origin"] = origin_of_suggestion(card, bands, is_weighed)
    return read_scorecard(content, "What the deals suggest makes no valid scorecard")


def _bands(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if not name.endswith("points") and name != "tolerance"}


def _is_band(name: str, value: Any) -> bool:
    return not name.endswith("points") and name not in ("tolerance", "adjacent") and value not in (None, [])


def _weigh(content: dict[str, Any], points_of: Mapping[str, float]) -> None:
    """Sets the points of each rule; its lesser points keep their share of them."""
    rules = {name: content[field] for field, name in STANDARD.items()}
    rules |= {rule["name"]: rule for rule in content["custom"]}
    for name, points in points_of.items():
        rule = rules.get(name)
        if rule is None:
            continue
        share = points / rule["points"] if rule["points"] else 0.0
        for field in rule:
            if field.endswith("_points"):
                rule[field] = min(round(rule[field] * share, 1), points)
        rule["points"] = points
