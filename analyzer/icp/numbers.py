"""Lines of the draft from deals, accounts and scores: each with the count or the column it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.icp.material import Material
from analyzer.icp.strength import strength_of_rate
from analyzer.printing import counted
from analyzer.records import Line
from analyzer.scoring.backtest import EMERGING, THREE_TIMES, TierResult
from analyzer.scoring.backtest_words import RULE_OF_THREE, by_account
from analyzer.scoring.card_edits import spell_rule
from analyzer.scoring.lift import COMMON, LiftRow, Verdict

PER_SECTION = 5
NAMED = 6
NARROW = 50
"""With fewer accounts that fit, a profile is too narrow to build a list on."""
TIER_NAMES = {"1": "Tier 1", "2": "Tier 2", "none": "Tier none", "unknown": "Tier unknown"}


# ------------------------------------------------------------------------------------------------------ firmographics


def firmographics(material: Material) -> tuple[Line, ...]:
    """The profile of the won deals, each trait that wins more, and what is merely common, said to be that.

    What neither wins more nor is common is not named: a column of noise has nothing to say.
    """
    rows = [row for row in material.lift.rows if row.source != "findings" and row.attribute != "tools"]
    # A profile that holds no better than chance would draw is not drawn; one of too few deals is, and says so.
    tested = material.lift.tested
    named = [rate_line(row, tested) for row in rows if row.verdict == Verdict.PREDICTIVE or _is_open(row)]
    if not any(row.verdict == Verdict.PREDICTIVE for row in rows) and material.lift.is_enough:
        named.insert(0, Line(material.lift.summary, source="lift"))
    lines = _once(named + _common(rows, tested))[:PER_SECTION]
    counting = material.lift.counting
    return (*lines, Line(counting, source="lift")) if lines and counting else lines


def _is_open(row: LiftRow) -> bool:
    return is_profile(row) and row.verdict == Verdict.TOO_FEW


def technographics_of_deals(material: Material) -> tuple[Line, ...]:
    """Tools that go with winning, and those that many have without winning more."""
    rows = [row for row in material.lift.rows if row.attribute == "tools"]
    tested = material.lift.tested
    named = [rate_line(row, tested) for row in rows if row.verdict == Verdict.PREDICTIVE]
    return tuple(named + _common(rows, tested))[:PER_SECTION]


def is_profile(row: LiftRow) -> bool:
    """Whether the row is the profile's, which stands beside those of the columns it is made of."""
    return row.source == "profile of the won deals"


def _once(lines: Sequence[Line]) -> tuple[Line, ...]:
    """A profile of one value has a row beside the value's own; the first of them is shown."""
    first: dict[str, Line] = {}
    for line in lines:
        first.setdefault(line.statement, line)
    return tuple(first.values())


def _common(rows: Sequence[LiftRow], tested: int) -> list[Line]:
    return [
        rate_line(row, tested)
        for row in rows
        if row.verdict == Verdict.DESCRIPTIVE and row.is_common and not is_profile(row) and row.won >= 2
    ]


_VERDICTS = {
    Verdict.PREDICTIVE: "predictive, wins more",
    Verdict.NEGATIVE: "negative, wins less",
    Verdict.TOO_FEW: "too few deals to say",
}


def rate_line(row: LiftRow, tested: int) -> Line:
    """The win rate of a trait against the rest, with its interval and the verdict in words: of ``tested`` traits."""
    name = f"{row.attribute[0].upper()}{row.attribute[1:]}: {row.value}"
    said = _VERDICTS.get(row.verdict) or _not_shown(row, tested)
    detail = f"{said}; won {row.won} of {counted(row.n, 'account')}"
    if row.has_others:
        detail += f"; all others {row.rest_won} of {row.rest_n}"
    if row.churned:
        detail += f"; {row.churned} bought and left"
    return Line(
        name,
        row.won,
        row.n,
        tuple(row.evidence[:6]),
        source=f"lift of {row.source}",
        detail=detail,
        low=row.interval.low,
        high=row.interval.high,
        strength=strength_of_rate(row),
    )


def _not_shown(row: LiftRow, tested: int) -> str:
    """What was seen and not shown. An interval of one trait alone may leave out 0 by chance where many are tested."""
    low, high = (100 * end for end in row.lift_interval)
    seen = (
        f"{_percent(row.win_rate)} against {_percent(row.rest_won / row.rest_n)}, difference {low:+.0f} to {high:+.0f}"
    )
    among = f", but one of {tested} traits tested" if low > 0 or high < 0 else ""
    more = "wins more" if row.lift > 0 else "wins less" if row.lift < 0 else "makes a difference"
    common = f"{_percent(row.share_of_won)} of won accounts have it; " if row.share_of_won >= COMMON else ""
    return f"descriptive only, {common}that it {more} was not shown ({seen} points{among})"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


# ---------------------------------------------------------------------------------------------------------- scorecard


def scorecard(material: Material) -> tuple[Line, ...]:
    """Every rule with its points, the kill list, and where the tiers begin."""
    card = material.card
    source = f"scorecard version {card.version}"
    asked = {
        "industry": ("Industry", _listed(card.industry.fitting)),
        "size": ("Size", f"{card.size.band} employees" if card.size.band else ""),
        "tech stack": ("Tech stack", spell_rule(card.tech)),
        "geography": ("Geography", _listed(card.geography.supported)),
        "trigger": ("Trigger", "clear and recent"),
    }
    lines = []
    for name, rule in card.rules.items():
        label, what = asked.get(name) or (name, spell_rule(rule))
        lines.append(Line(f"{label} {rule.points:g}: {what or 'open'}", source=source))
    for kill in card.kill:
        why = f": {kill.reason}" if kill.reason else ""
        what = f"{kill.attribute} is {' or '.join(kill.values)}" if kill.attribute else spell_rule(kill)
        lines.append(Line(f"Out, whatever it scores: {what}{why}", source=source))
    tiers = f"Tier 1 from {card.tiers.first:g}, tier 2 from {card.tiers.second:g} points; {card.origin}"
    return (*lines, Line(tiers, source=source))


def _listed(names: Sequence[str]) -> str:
    more = f", +{len(names) - NAMED}" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


# --------------------------------------------------------------------------------------------------------- validation


def validation(material: Material) -> tuple[Line, ...]:
    """What the scorecard says of the closed deals, and how wide a market it leaves."""
    if material.segment:
        said = "Not tested within the segment: its bands are read off its own won accounts."
        return (Line(said, source="segments"), *_width(material))
    test = material.backtest
    lines = [_tier_line(tier) for tier in test.tiers if tier.n]
    ratio = test.inside_outside
    if ratio.ratio is not None and ratio.low is not None and ratio.high is not None:
        holds = (
            "it does"
            if ratio.low >= THREE_TIMES
            else "it does not"
            if ratio.high < THREE_TIMES
            else "open by these deals"
        )
        said = f"Tier 1 wins {ratio.ratio:.1f} times as often as the rest ({ratio.low:.1f}-{ratio.high:.1f})"
        lines.append(Line(said, source="backtest", detail=f"{RULE_OF_THREE}: {holds}"))
    if test.deals:
        lines += [Line(warning, source="backtest") for warning in test.warnings]
    emerging = test.won_in(*EMERGING)
    if emerging:
        names = ", ".join(one.account for one in by_account(emerging)[:4])
        said = f"Won with {EMERGING[0]:.0f}-{EMERGING[1]:.0f} points, perhaps a segment the scorecard does not know"
        lines.append(Line(f"{said}: {names}", source="backtest"))
    return (*lines, *_width(material))


def _tier_line(tier: TierResult) -> Line:
    parts = []
    if tier.amount is not None:
        parts.append(f"median amount won {tier.amount:,.0f}")
    if tier.cycle_days is not None:
        parts.append(f"median cycle {tier.cycle_days:.0f} days")
    return Line(
        f"{TIER_NAMES[tier.tier]}: {tier.won} of {tier.n} closed deals won",
        tier.won,
        tier.n,
        source="backtest",
        detail="; ".join(parts),
        low=tier.interval.low,
        high=tier.interval.high,
    )


def _width(material: Material) -> list[Line]:
    """How many of the imported accounts a profile leaves: a list needs some, and a filter must filter."""
    names = {a.name for a in material.accounts}
    scores = [s for s in material.scores if s.account in names]
    if not scores:
        return []
    fits = sum(s.tier == "1" for s in scores)
    said = f"{fits} of {counted(len(scores), 'imported account')} {'is' if fits == 1 else 'are'} tier 1"
    if len(scores) < NARROW:
        said += f": under {NARROW} are imported, too few to tell how wide a market that is"
    elif fits < NARROW:
        said += f": under {NARROW}, too narrow to build a list on"
    elif fits > 0.8 * len(scores):
        said += ": it filters next to nothing, too broad"
    return [Line(said, fits, len(scores), source="scores")]


def examples(material: Material) -> tuple[Line, ...]:
    lines = []
    for tier in ("1", "2"):
        best = sorted((s for s in material.scores if s.tier == tier), key=lambda s: -s.score)[:4]
        if best:
            names = ", ".join(f"{s.account} ({s.score:.0f})" for s in best)
            lines.append(Line(f"Tier {tier}: {names}", source="scores"))
    return tuple(lines)
