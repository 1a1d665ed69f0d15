"""The rules of a scorecard as shapes: the five standard ones, custom rules over anything known of an account, kills.

A rule never gives more than its ``points``, nor less than nothing: a score stays between 0 and 100. What is wrong in
one is said in the words of the person who wrote it (:mod:`analyzer.scoring.card_faults` makes the sentences).
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from analyzer.reading.tables.cells import to_number
from analyzer.records import Kind
from analyzer.scoring.hints import nearest


def _read_number(value: Any) -> float:
    number = to_number(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise ValueError(f"is {value!r}, which is no number")
    return float(number)


def _read_some_number(value: Any) -> float | None:
    return None if value is None else _finite(_read_number(value))


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(f"is {number:g}, which is no number to compare with")
    return number


def _read_count(value: Any) -> int | None:
    number = _read_some_number(value)
    if number is not None and (number < 0 or number != int(number)):
        raise ValueError(f"is {value}; it must be a whole number from 0 on")
    return None if number is None else int(number)


def _read_text(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise ValueError(f"is {value!r}, which is no text; write it in quotes")
    return " ".join(value.split())


def _read_names(value: Any) -> tuple[str, ...]:
    listed = () if value is None else value if isinstance(value, list | tuple) else (value,)
    if isinstance(value, dict | set):
        raise ValueError("must be a list of names, such as [Norway, Sweden]")
    names = tuple(_read_text(one) for one in listed)
    if not all(names):
        raise ValueError("holds an empty name; take it out")
    return tuple(dict.fromkeys(names))


Number = Annotated[float, BeforeValidator(_read_number)]
SomeNumber = Annotated[float | None, BeforeValidator(_read_some_number)]
"""A number as cells are read ("1.2M", "45k"), or nothing."""
Count = Annotated[int | None, BeforeValidator(_read_count)]
Text = Annotated[str, BeforeValidator(_read_text)]
Names = Annotated[tuple[str, ...], BeforeValidator(_read_names)]
"""A list of names; one name alone is a list of one."""


class Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="after")
    def _keep_points_in_bounds(self) -> Self:
        most = getattr(self, "points", None)
        if most is None:
            return self
        for name, value in self:
            if name.endswith("points") and value is not None and not 0 <= value <= most < float("inf"):
                raise ValueError(f"{name} is {value:g}; it must lie between 0 and points, which is {most:g}")
        return self


def _keep_order(low: float | None, high: float | None, tolerance: float) -> None:
    if low is not None and high is not None and low > high:
        raise ValueError(f"low is {low:g}, above high, which is {high:g}")
    if not 0 <= tolerance < float("inf"):
        raise ValueError(f"tolerance is {tolerance:g}; it must be a share from 0 on, such as 0.25 for 25 %")


class Industry(Rule):
    """Without ``adjacent`` the families of industries.yaml say what is adjacent."""

    points: Number = 25
    adjacent_points: Number = 12
    fitting: Names = Field((), alias="in")
    adjacent: Names = ()


class Size(Rule):
    """Employees; within ``tolerance`` outside the band still earns ``near_points``. A band may have one end."""

    points: Number = 20
    near_points: Number = 10
    low: Count = None
    high: Count = None
    tolerance: Number = 0.25

    @model_validator(mode="after")
    def _keep_band_in_order(self) -> Self:
        _keep_order(self.low, self.high, self.tolerance)
        return self

    @property
    def band(self) -> str:
        """ "100-500", "from 100", "up to 500"; "" while it is open."""
        return spell_band(self.low, self.high)


class Tech(Rule):
    points: Number = 20
    competitor_points: Number = 10
    neither_points: Number = 5
    required: Names = ()
    competitors: Names = ()


class Geography(Rule):
    """Names of countries and regions; without ``adjacent`` regions.yaml says what is adjacent."""

    points: Number = 15
    adjacent_points: Number = 7
    supported: Names = ()
    adjacent: Names = ()


class Trigger(Rule):
    """Full points for a signal that is still strong (at least ``clear`` of its strength), less for a weak one."""

    points: Number = 20
    weak_points: Number = 10
    clear: Number = 0.5
    weak: Number = 0.25

    @model_validator(mode="after")
    def _keep_marks_in_order(self) -> Self:
        if not 0 <= self.weak <= self.clear <= 1:
            raise ValueError(f"weak is {self.weak:g} and clear is {self.clear:g}; they must be shares, weak the lower")
        return self


class Tiers(Rule):
    first: Number = 70
    second: Number = 40

    @model_validator(mode="after")
    def _keep_thresholds_in_order(self) -> Self:
        if not 0 <= self.second <= self.first <= 100:
            raise ValueError(
                f"first is {self.first:g} and second is {self.second:g}; both lie between 0 and 100, second the lower"
            )
        return self


SUBJECTS = ("column", "tool", "region", "finding", "trigger")
"""What a custom rule looks at; each has one of them."""


class Condition(Rule):
    """A question about an account: a CRM column (in, not in, or a band of numbers), a tool it runs, a region it lies
    in, a finding (``kind`` or ``kind/category``) or a trigger's category heard of it."""

    column: Text = ""
    one_of: Names = Field((), alias="in")
    not_in: Names = ()
    low: SomeNumber = None
    high: SomeNumber = None
    tolerance: Number = 0.0
    tool: Names = ()
    region: Names = ()
    finding: Text = ""
    trigger: Text = ""

    @model_validator(mode="after")
    def _keep_to_one_question(self) -> Self:
        subjects = self.subjects
        if len(subjects) > 1:
            raise ValueError(f"has {' and '.join(subjects)}; a rule looks at one of them")
        ways = [name for name, value in (("in", self.one_of), ("not_in", self.not_in)) if value]
        banded = self.low is not None or self.high is not None
        if "column" in subjects and len(ways) + banded != 1:
            raise ValueError(f"looks at the column {self.column!r} and needs one of in, not_in, or low and high")
        if "column" not in subjects and (ways or banded):
            raise ValueError("has in, not_in, low or high, which belong to a column; name the column")
        if self.tolerance and not banded:
            raise ValueError("has a tolerance, which belongs to low and high")
        _keep_order(self.low, self.high, self.tolerance)
        self._keep_to_kinds()
        return self

    def _keep_to_kinds(self) -> None:
        kind = self.finding.partition("/")[0]
        if self.finding and kind not in [k.value for k in Kind]:
            kinds = ", ".join(Kind)
            raise ValueError(f"finding names the kind {kind!r}; a kind is one of {kinds}{nearest(kind, Kind)}")

    @property
    def subjects(self) -> tuple[str, ...]:
        return tuple(name for name in SUBJECTS if getattr(self, name))


class Custom(Condition):
    """Points for an account of which the condition holds; ``near_points`` (half of them if none are given) for one
    within the tolerance of a band, in a country beside the region, with a weak trigger, or with a value of ``near``."""

    name: Text
    points: Number
    near_points: SomeNumber = None
    near: Names = ()

    @model_validator(mode="after")
    def _keep_to_a_subject(self) -> Self:
        if not self.name:
            raise ValueError("has no name; the score needs one to say what its points are for")
        if not self.subjects:
            raise ValueError(f"looks at nothing; it needs one of {', '.join(SUBJECTS)}")
        if self.near and not self.one_of:
            raise ValueError("has near, which goes with in: values that earn a part of the points")
        return self

    @property
    def part(self) -> float:
        return self.points / 2 if self.near_points is None else self.near_points


class Kill(Condition):
    """Accounts whose ``attribute`` (a field or a column) is one of ``values``, or of which the condition holds, are
    out, whatever they score."""

    attribute: Text = ""
    values: Names = ()
    reason: Text = ""

    @model_validator(mode="after")
    def _keep_to_one_cause(self) -> Self:
        if self.attribute and self.subjects:
            raise ValueError(f"has attribute and {self.subjects[0]}; it looks at one of them")
        if not self.attribute and not self.subjects:
            raise ValueError(f"needs attribute and values, or one of {', '.join(SUBJECTS)}")
        if bool(self.attribute) != bool(self.values):
            raise ValueError("needs attribute and values together")
        return self


def spell_band(low: float | None, high: float | None) -> str:
    """ "100-500", "from 100", "up to 500"; "" without either end."""
    if low is None or high is None:
        return f"from {_spell(low)}" if low is not None else f"up to {_spell(high)}" if high is not None else ""
    return f"{_spell(low)}-{_spell(high)}"


def _spell(number: float | None) -> str:
    return "" if number is None else str(int(number)) if number == int(number) else f"{number:g}"
