"""Closed deals as a table of traits: which deal's account had which value of which attribute, and where it is unknown.

An account stands once, with its latest deal that was won or lost: the same account must not vouch for itself twice.
What is unknown is neither a trait nor its absence: such a deal is left out of that attribute's comparison. All
spellings of an industry, a country or a region are one value (``neighbours``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analyzer.reading.tables.cells import DayOrder, day_order, is_unknown, to_date, to_list, to_number
from analyzer.records import Account, Deal, Finding, Outcome
from analyzer.scoring.neighbours import Neighbours, load_neighbours, spell

Flags = NDArray[np.bool_]
FEW_VALUES = 6
"""A column of numbers with no more different values than this is read as one of names ("Sites": 1, 2, 3)."""
BANDS = 4
MOST_VALUES = 0.5
"""A column with more different values than this share of its cells names its rows, and describes none."""
FREE_TEXT = 60
"""Characters of a cell from which on it is text and no value."""


@dataclass(frozen=True)
class ClosedDeals:
    """Deals that were won or lost, one an account, in order of closing.

    ``earlier`` counts the accounts' other closed deals, ``churned`` the accounts that bought and left again.
    """

    accounts: tuple[Account, ...]
    deals: tuple[Deal, ...]
    churned: tuple[Account, ...] = ()
    earlier: int = 0

    @cached_property
    def won(self) -> Flags:
        return np.array([d.outcome == Outcome.WON for d in self.deals], dtype=bool)

    @property
    def n_won(self) -> int:
        return int(self.won.sum())

    @property
    def n_lost(self) -> int:
        return len(self.deals) - self.n_won


def closed_deals(accounts: Iterable[Account], deals: Iterable[Deal]) -> ClosedDeals:
    """The latest won or lost deal of each account that is known. One that churned since is not among them.

    Each account is as the deal's own row describes it: what another deal's row says would be of another time.
    """
    by_name = {a.name: a for a in accounts}
    # By name where they closed on one day: what is drawn from shuffling must not hang on the order of a table's rows.
    closed = sorted(
        (d for d in deals if d.outcome != Outcome.OPEN and d.account in by_name),
        key=lambda d: (d.closed_on or date.min, d.account),
    )
    latest = {d.account: d for d in closed}
    kept = [d for d in latest.values() if d.outcome != Outcome.CHURNED]
    return ClosedDeals(
        tuple(d.laid_over(by_name[d.account]) for d in kept),
        tuple(kept),
        tuple(d.laid_over(by_name[d.account]) for d in latest.values() if d.outcome == Outcome.CHURNED),
        len(closed) - len(latest),
    )


@dataclass(frozen=True)
class Trait:
    """``has`` and ``known`` by deal; ``source`` says where the value is from: a column, or findings. ``band`` holds
    both ends where the value is a band of numbers."""

    attribute: str
    value: str
    source: str
    has: Flags
    known: Flags
    band: tuple[float, float] | None = None


@dataclass(frozen=True)
class Column:
    """One attribute of all accounts: ``cells`` by account, "" where unknown.

    ``neighbours`` say which cells mean the same; without them those that differ in case alone do.
    """

    name: str
    cells: tuple[str, ...]
    neighbours: Neighbours | None = None

    @cached_property
    def sense(self) -> Callable[[str], str]:
        return self.neighbours.sense_of(self.name) if self.neighbours else str.casefold

    @cached_property
    def known(self) -> Flags:
        return np.array([bool(cell) for cell in self.cells], dtype=bool)

    @cached_property
    def numbers(self) -> NDArray[np.float64] | None:
        """The cells as numbers, NaN where unknown; None when they are names, or few enough to be read as such."""
        read = [to_number(cell) if cell else None for cell in self.cells]
        if any(cell and number is None for cell, number in zip(self.cells, read, strict=True)):
            return None
        values = np.array([np.nan if number is None else number for number in read], dtype=np.float64)
        return values if len(np.unique(values[self.known])) > FEW_VALUES else None

    @cached_property
    def held(self) -> tuple[frozenset[str], ...]:
        """The sense of what each cell holds: one value, or several where the cells are lists ("SAP; Excel")."""
        if any(mark in cell for cell in self.cells for mark in ";|"):
            return tuple(frozenset(map(self.sense, to_list(cell))) for cell in self.cells)
        return tuple(frozenset((self.sense(cell),)) if cell else frozenset() for cell in self.cells)

    @cached_property
    def values(self) -> tuple[str, ...]:
        """Different values, most frequent first, each as it is most often spelt."""
        spelt: dict[str, Counter[str]] = {}
        for cell, held in zip(self.cells, self.held, strict=True):
            for value in (cell,) if len(held) == 1 else to_list(cell):
                if value:
                    spelt.setdefault(self.sense(value), Counter())[value] += 1
        ranked = sorted((-counts.total(), self._spelling(counts)) for counts in spelt.values())
        return tuple(value for _, value in ranked)

    def _spelling(self, counts: Counter[str]) -> str:
        usual = _usual(counts)
        return spell(self.name, usual, self.neighbours.industries) if self.neighbours else usual

    @property
    def describes(self) -> bool:
        """False for what tells rows apart (an id, an address, a remark, a day) and for what is the same everywhere."""
        if self.numbers is not None:
            return not self._are_days
        known = int(self.known.sum())
        if len(self.values) < 2 or any(len(cell) > FREE_TEXT for cell in self.cells):
            return False
        tells_apart = len(self.values) > FEW_VALUES and len(self.values) > MOST_VALUES * known
        return not tells_apart and not self._are_days

    @property
    def _are_days(self) -> bool:
        cells = [cell for cell in self.cells if cell]
        if not all(any(mark in cell for mark in "-/. ") for cell in cells):
            return False
        order: DayOrder = day_order(cells)
        return all(to_date(cell, order) for cell in cells)

    def having(self, *values: str) -> Flags:
        wanted = {self.sense(value) for value in values}
        return np.array([bool(held & wanted) for held in self.held], dtype=bool)


def columns_of(accounts: Sequence[Account], neighbours: Neighbours | None = None) -> tuple[Column, ...]:
    """The firmographics, then every other column in the order of the table; those that say nothing are left out.

    ``neighbours`` are the study's tables of what means the same; without them those shipped.
    """
    known = neighbours or load_neighbours()
    made = [
        Column("industry", tuple(a.industry for a in accounts), known),
        Column("employees", tuple("" if a.employees is None else str(a.employees) for a in accounts)),
        Column("revenue", tuple("" if a.revenue is None else f"{a.revenue:.15g}" for a in accounts)),
        Column("country", tuple(a.country for a in accounts), known),
        Column("sub-industry", tuple(a.sub_industry for a in accounts)),
        Column("region", tuple(a.region for a in accounts), known),
        Column("funding stage", tuple(a.stage for a in accounts)),
        Column("funding", tuple("" if a.funding is None else f"{a.funding:.15g}" for a in accounts)),
        Column("founded", tuple("" if a.founded is None else str(a.founded) for a in accounts)),
        Column("business model", tuple(a.business_model for a in accounts)),
        Column("ownership", tuple(a.ownership for a in accounts)),
    ]
    names = dict.fromkeys(name for a in accounts for name in a.attributes)
    made += [Column(name, tuple(_known(a.attributes.get(name, "")) for a in accounts)) for name in names]
    return tuple(column for column in made if column.known.any())


def _usual(counts: Counter[str]) -> str:
    return min(counts, key=lambda value: (-counts[value], value))


def _known(cell: str) -> str:
    return "" if is_unknown(cell) else cell.strip()


def bands_of(numbers: NDArray[np.float64], parts: int = BANDS) -> list[tuple[float, float]]:
    """Bands of about as many numbers each, both ends included; no number stands in two."""
    known = np.sort(numbers[~np.isnan(numbers)])
    cuts = np.unique(np.quantile(known, np.linspace(0, 1, parts + 1)[1:-1], method="inverted_cdf"))
    edges = [-np.inf, *cuts, np.inf]
    bands = []
    for low, high in pairwise(edges):
        inside = known[(known > low) & (known <= high)]
        if len(inside):
            bands.append((float(inside[0]), float(inside[-1])))
    return bands


def name_band(low: float, high: float) -> str:
    """ "100-310", "1.2M-8M"."""
    return _short(low) if low == high else f"{_short(low)}-{_short(high)}"


def _short(number: float) -> str:
    for unit, letter in ((1e9, "B"), (1e6, "M")):
        if abs(number) >= unit:
            return f"{number / unit:.3g}{letter}"
    return f"{number:.6g}"


def traits_of(columns: Iterable[Column]) -> list[Trait]:
    """Every value of columns that describe, and every band of their numbers."""
    made = []
    for column in columns:
        if not column.describes:
            continue
        source = f"column {column.name}"
        if column.numbers is not None:
            for low, high in bands_of(column.numbers):
                inside = column.known & (column.numbers >= low) & (column.numbers <= high)
                made.append(Trait(column.name, name_band(low, high), source, inside, column.known, (low, high)))
        else:
            made += [Trait(column.name, v, source, column.having(v), column.known) for v in column.values]
    return made


def tool_traits(accounts: Sequence[Account]) -> list[Trait]:
    """A tool an account is known to run; an account of which no tool is known is unknown, not without it."""
    known = np.array([bool(a.tools) for a in accounts], dtype=bool)
    spelt = Counter(tool for a in accounts for tool in dict.fromkeys(a.tools))
    names: dict[str, str] = {}
    for tool in sorted(spelt, key=lambda tool: (-spelt[tool], tool)):
        names.setdefault(tool.casefold(), tool)
    return [
        Trait(
            "tools",
            tool,
            "column tools",
            np.array([folded in {t.casefold() for t in a.tools} for a in accounts], dtype=bool),
            known,
        )
        for folded, tool in names.items()
    ]


def finding_traits(accounts: Sequence[Account], findings: Mapping[str, Sequence[Finding]]) -> list[Trait]:
    """What was said at an account ("mentioned trigger": incident). ``findings`` by account holds all that were heard,
    with nothing for one that said nothing; the others are unknown."""
    known = np.array([a.name in findings for a in accounts], dtype=bool)
    codes = Counter((f.kind.value, f.category) for a in accounts for f in findings.get(a.name, ()))
    return [
        Trait(
            f"mentioned {kind}",
            category.replace("_", " "),
            "findings",
            np.array(
                [
                    any((f.kind.value, f.category) == (kind, category) for f in findings.get(a.name, ()))
                    for a in accounts
                ],
                dtype=bool,
            ),
            known,
        )
        for kind, category in sorted(codes)
        if kind != "tool"
    ]
