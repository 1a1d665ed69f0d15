"""Who the product is not for: traits that lose, what the lost and churned held against it; and what could be killed.

Named is only what the deals show: that fewer are won, or that those who bought left again. A low rate that chance may
have made is neither.
Nothing is put on the kill list by itself: ``kill_candidates`` are proposals that a person takes or leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.icp.material import Material
from analyzer.icp.numbers import is_profile, rate_line
from analyzer.icp.said import quoted
from analyzer.icp.strength import strength_of_said
from analyzer.printing import counted
from analyzer.records import Finding, Kind, Line, Outcome
from analyzer.scoring.lift import ENOUGH, FEWEST, Lift, LiftRow, Verdict

PER_SECTION = 6
IDS_PER_LINE = 6
MANY_LEFT = 0.5


@dataclass(frozen=True, slots=True)
class KillCandidate:
    """Accounts whose ``attribute`` is ``value`` could be left alone; ``reason`` says why, with its numbers."""

    attribute: str
    value: str
    reason: str
    is_shown: bool
    """Whether the deals show that such accounts win less; else they bought and left, which was not tested."""


def anti_icp(material: Material) -> tuple[Line, ...]:
    """Traits that win less, then what lost accounts held against it; that nothing can be said yet of too few deals."""
    lift = material.lift
    rows = [row for row in lift.rows if row.source != "findings" and row.verdict == Verdict.NEGATIVE]
    lines = [*(rate_line(row, lift.tested) for row in rows), *_held_against(material)][:PER_SECTION]
    if too_few := too_few_to_leave(lift):
        lines.append(Line(too_few, source="lift"))
    return tuple(lines)


def too_few_to_leave(lift: Lift) -> str:
    """Why nobody can be named yet whom the deals speak against; "" where there are enough deals, or none at all."""
    if lift.is_enough or not lift.n_won + lift.n_lost:
        return ""
    won = counted(lift.n_won, "account")
    return f"Too few deals to say who it is not for: {won} won and {lift.n_lost} lost, {ENOUGH} of each are needed."


def kill_candidates(lift: Lift) -> tuple[KillCandidate, ...]:
    """What a person may put on the kill list: single values of a column that lose, or whose accounts left again."""
    found = []
    for row in lift.rows:
        if row.source == "findings" or row.band is not None or is_profile(row):
            continue
        if row.verdict == Verdict.NEGATIVE:
            reason = f"won {row.won} of {counted(row.n, 'account')}, all others {row.rest_won} of {row.rest_n}"
            found.append(KillCandidate(row.attribute, row.value, reason, True))
        elif reason := _left(row, lift):
            found.append(KillCandidate(row.attribute, row.value, reason, False))
    return tuple(found)


def _left(row: LiftRow, lift: Lift) -> str:
    """How many that bought left again, where they are many, and more than of all others; "" otherwise."""
    bought, others = row.won + row.churned, lift.n_won + lift.churned - row.won - row.churned
    if row.churned < FEWEST or row.churned < MANY_LEFT * bought or not others:
        return ""
    left = lift.churned - row.churned
    if row.churned * others <= left * bought:
        return ""
    return f"{row.churned} of {bought} that bought left again, of all others {left} of {others}"


def _held_against(material: Material) -> list[Line]:
    lost = {a for a in material.heard if material.outcome_of(a) in (Outcome.LOST, Outcome.CHURNED)}
    against: dict[str, list[Finding]] = {}
    for finding in material.findings:
        if finding.kind == Kind.OBJECTION and finding.account in lost:
            against.setdefault(finding.category, []).append(finding)
    lines = []
    for code, found in sorted(against.items(), key=lambda pair: -len({f.account for f in pair[1]})):
        accounts = {f.account for f in found}
        surest = max(found, key=lambda f: f.confidence)
        lines.append(
            Line(
                f"Lost or churned over {material.codebook.label(Kind.OBJECTION, code).lower()}: {quoted(surest)}",
                len(accounts),
                len(lost),
                tuple(dict.fromkeys((surest.id, *(f.id for f in found))))[:IDS_PER_LINE],
                detail="of the lost and churned accounts heard",
                strength=strength_of_said(len(accounts), len(lost)),
            )
        )
    return lines
