"""The scorecard: weighted attributes, kill list and tier thresholds, as data in the study (``scorecard.yaml``).

The default weights are industry 25, size 20, tech stack 20, geography 15, trigger 20. Its bands come from the won
deals of the imported accounts, so that a first score means something; the file says so, and a person edits it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from analyzer.errors import StudyError
from analyzer.files import write_whole
from analyzer.records import Account, Deal, Outcome
from analyzer.scoring.profile import draw_profile
from analyzer.scoring.traits import closed_deals

MIN_WON = 5


class _Rule(BaseModel):
    """A rule never gives more than its ``points``, nor less than nothing: a score stays between 0 and 100."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="after")
    def _keep_points_in_bounds(self) -> Self:
        most = getattr(self, "points", None)
        if most is None:
            return self
        for name, value in self:
            if name.endswith("points") and not 0 <= value <= most < float("inf"):
                raise ValueError(f"{name} is {value:g}; it must lie between 0 and points, which is {most:g}")
        return self


class Industry(_Rule):
    points: float = 25
    adjacent_points: float = 12
    fitting: tuple[str, ...] = Field((), alias="in")
    adjacent: tuple[str, ...] = ()


class Size(_Rule):
    """Employees; within ``tolerance`` outside the band still earns ``near_points``."""

    points: float = 20
    near_points: float = 10
    low: int | None = None
    high: int | None = None
    tolerance: float = Field(0.25, ge=0)

    @model_validator(mode="after")
    def _keep_band_in_order(self) -> Self:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low is {self.low}, above high, which is {self.high}")
        return self


class Tech(_Rule):
    points: float = 20
    competitor_points: float = 10
    neither_points: float = 5
    required: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()


class Geography(_Rule):
    points: float = 15
    adjacent_points: float = 7
    supported: tuple[str, ...] = ()
    adjacent: tuple[str, ...] = ()


class Trigger(_Rule):
    """Full points for a signal that is still strong (at least ``clear`` of its strength), less for a weak one."""

    points: float = 20
    weak_points: float = 10
    clear: float = 0.5
    weak: float = 0.25


class Kill(_Rule):
    """Accounts whose ``attribute`` (a field or a column) is one of ``values`` are out, whatever they score."""

    attribute: str
    values: tuple[str, ...]
    reason: str = ""


class Tiers(_Rule):
    first: float = 70
    second: float = 40


class Scorecard(_Rule):
    version: int = 1
    origin: str = "default"
    industry: Industry = Industry()
    size: Size = Size()
    tech: Tech = Tech()
    geography: Geography = Geography()
    trigger: Trigger = Trigger()
    kill: tuple[Kill, ...] = ()
    tiers: Tiers = Tiers()

    @property
    def max(self) -> float:
        rules = (self.industry, self.size, self.tech, self.geography, self.trigger)
        return sum(rule.points for rule in rules)


def suggest_scorecard(
    accounts: Sequence[Account], deals: Iterable[Deal], complements: Iterable[str], competitors: Iterable[str]
) -> Scorecard:
    """The default weights with the bands of the profile the won deals draw; under five won deals they stay open."""
    by_name = {a.name: a for a in accounts}
    closed = [d for d in deals if d.outcome != Outcome.OPEN and d.account in by_name]
    won = [by_name[d.account] for d in closed if d.outcome == Outcome.WON]
    tech = Tech(required=tuple(complements), competitors=tuple(competitors))
    if len(won) < MIN_WON:
        return Scorecard(
            origin=f"default weights; bands are open: {len(won)} won deals, {MIN_WON} needed to read them off",
            tech=tech,
        )
    deals_once = closed_deals(accounts, closed)
    profile = draw_profile(deals_once.accounts, deals_once.won)
    countries = Counter(a.country for a in won if a.country)
    low, high = (profile.low, profile.high) if profile.size == "employees" else (None, None)
    return Scorecard(
        origin=f"default weights; bands read off {len(won)} won of {len(closed)} closed deals, for a person to edit",
        industry=Industry(fitting=profile.industries),
        size=Size(low=_rounded(low, down=True), high=_rounded(high, down=False)),
        tech=tech,
        geography=Geography(supported=tuple(c for c, n in countries.most_common() if n >= 2)),
    )


def _rounded(edge: float | None, down: bool) -> int | None:
    """To two figures, outwards."""
    if edge is None:
        return None
    unit = int(10 ** max(len(str(int(edge))) - 2, 0))
    return int(edge) // unit * unit if down else -(-int(edge) // unit) * unit


def load_scorecard(path: Path) -> Scorecard | None:
    """The study's scorecard, None when it has none. Raises StudyError naming the file and the fault."""
    if not path.exists():
        return None
    try:
        return Scorecard.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
        raise StudyError(f"{path} is not a valid scorecard: {error}") from error


def write_scorecard(path: Path, card: Scorecard) -> None:
    """Writes the file whole or not at all."""
    content = yaml.safe_dump(card.model_dump(by_alias=True, mode="json"), sort_keys=False, allow_unicode=True)
    write_whole(path, content)
