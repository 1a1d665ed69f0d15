"""Who the product is not for: traits that lose, what the lost and churned held against it; and what could be killed.

Nothing is put on the kill list by itself: ``kill_candidates`` are proposals that a person takes or leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.icp.material import Material
from analyzer.icp.numbers import is_profile, rate_line
from analyzer.icp.said import quoted
from analyzer.icp.strength import strength_of_said
from analyzer.records import Finding, Kind, Line, Outcome
from analyzer.scoring.lift import FEWEST, Lift, LiftRow, Verdict

PER_SECTION = 6
IDS_PER_LINE = 6
SELDOM = 0.25
MANY_LEFT = 0.5


@dataclass(frozen=True, slots=True)
class KillCandidate:
    """Accounts whose ``attribute`` is ``value`` could be left alone; ``reason`` says why, with its numbers."""

    attribute: str
    value: str
    reason: str
    is_shown: bool
    """Whether the deals show it at the level of the lift; else it is worth a thought, no more."""


def anti_icp(material: Material) -> tuple[Line, ...]:
    """Traits that win less, then those that seldom win in few deals, then what lost accounts held against it."""
    rows = [row for row in material.lift.rows if row.source != "findings"]
    lines = [rate_line(row) for row in rows if row.verdict == Verdict.NEGATIVE]
    lines += [rate_line(row) for row in rows if _loses(row)][:2]
    return (*lines, *_held_against(material))[:PER_SECTION]


def kill_candidates(lift: Lift) -> tuple[KillCandidate, ...]:
    """What a person may put on the kill list: single values of a column that lose, or whose accounts left again."""
    found = []
    for row in lift.rows:
        if row.source == "findings" or row.band is not None or is_profile(row):
            continue
        bought = row.won + row.churned
        if row.verdict == Verdict.NEGATIVE or _loses(row):
            reason = f"won {row.won} of {row.n} closed deals, all others {row.rest_won} of {row.rest_n}"
            found.append(KillCandidate(row.attribute, row.value, reason, row.verdict == Verdict.NEGATIVE))
        elif row.churned >= FEWEST and row.churned >= MANY_LEFT * bought:
            reason = f"{row.churned} of {bought} that bought left again"
            found.append(KillCandidate(row.attribute, row.value, reason, False))
    return tuple(found)


def _loses(row: LiftRow) -> bool:
    """Few or no deals won where the rest wins, of enough deals to name but not to prove."""
    if row.attribute not in ("industry", "country") or row.verdict == Verdict.NEGATIVE:
        return False
    return row.n >= FEWEST and row.win_rate <= SELDOM and row.lift < 0


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
