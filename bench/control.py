"""How often `icp lift` takes chance for a pattern, and how often it finds one. Run: python -m bench.control

Negative control: tables of deals whose outcome is drawn without regard to any column; each verdict of "predictive" or
"negative" is a false one. Power: tables with the pattern of the demo planted in them (two industries of a middling size
win 16 of 19, the others 5 of 22). All are made up from a fixed seed, and look like an export of a CRM.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from analyzer.records import Account, Deal, Outcome
from analyzer.scoring.intervals import wilson
from analyzer.scoring.lift import LEVEL, Lift, LiftRow, Verdict, measure_lift

TABLES = 200
SHUFFLES = 999
"""A fifth of what the program does: coarser, but no less exact a test."""
SEED = 20260101
INDUSTRIES = (
    "Food distribution", "Cold storage", "Industrial supply", "Consumer goods", "Third-party logistics", "Packaging",
    "Building materials", "Home goods", "Apparel", "Automotive parts", "Beverage", "Medical supply",
)  # fmt: skip
COUNTRIES = ("United States", "United Kingdom", "Germany", "Canada", "Netherlands", "Sweden", "France")
TOOLS = (
    "Salesforce", "Excel", "HubSpot", "QuickBooks", "Slack", "Samsara", "NetSuite", "Descartes", "Epicor", "Zebra",
    "Outlook", "Power BI",
)  # fmt: skip
NOISE = {
    "Lead Source": ("Organic Search", "Direct Traffic", "Outbound", "Trade Show", "Referral", "Paid Search"),
    "Fiscal Year End": ("December", "March", "September", "June"),
    "Logo Colour": ("Black", "Blue", "Green", "Red", "Orange", "Teal"),
    "Sites": ("1", "2", "3", "4", "5"),
    "Region": ("North", "South", "West"),
}
PLANTED = INDUSTRIES[:2]
BAND = (100, 600)
INSIDE, OUTSIDE = (16, 19), (5, 22)
EMPTY = 0.05

Random = np.random.Generator
Table = tuple[Sequence[Account], Sequence[Deal]]


# -------------------------------------------------------------------------------------------------------------- tables


def draw_accounts(random: Random, n: int) -> list[Account]:
    """Frequent and rare values, sizes that are lognormal, a twentieth of the cells empty."""
    accounts = []
    for number in range(n):
        employees = max(2, round(float(random.lognormal(5.5, 0.9))))
        accounts.append(
            Account(
                f"Account {number}",
                industry=_uneven(random, INDUSTRIES),
                employees=employees,
                revenue=round(employees * float(random.lognormal(12.5, 0.4)), -5),
                country=_uneven(random, COUNTRIES),
                tools=tuple(tool for rank, tool in enumerate(TOOLS) if random.random() < 0.7 / (1 + rank / 2)),
                attributes={name: str(random.choice(values)) for name, values in NOISE.items()},
            )
        )
    return accounts


def _uneven(random: Random, values: Sequence[str]) -> str:
    """The first is the most frequent, the second half as frequent, and so on (Zipf)."""
    chances = 1 / np.arange(1, len(values) + 1)
    return str(random.choice(values, p=chances / chances.sum()))


def _blank(random: Random, account: Account) -> Account:
    """Cells lost by chance, whatever stands in them."""
    lost = [name for name in ("industry", "country") if random.random() < EMPTY]
    return replace(
        account,
        industry="" if "industry" in lost else account.industry,
        country="" if "country" in lost else account.country,
        employees=None if random.random() < EMPTY else account.employees,
        revenue=None if random.random() < EMPTY else account.revenue,
        tools=() if random.random() < EMPTY else account.tools,
        attributes={k: "" if random.random() < EMPTY else v for k, v in account.attributes.items()},
    )


def _table(random: Random, accounts: Sequence[Account], won: Sequence[bool]) -> Table:
    first = date(2025, 1, 1)
    deals = [
        Deal(
            account.name,
            Outcome.WON if is_won else Outcome.LOST,
            float(random.integers(10, 60)) * 1000,
            first,
            first + timedelta(days=int(random.integers(20, 300))),
        )
        for account, is_won in zip(accounts, won, strict=True)
    ]
    return [_blank(random, account) for account in accounts], deals


def make_noise(random: Random) -> Table:
    """60 to 200 deals of which 30 to 60 % are won, whatever the account."""
    n = int(random.integers(60, 201))
    return _table(random, draw_accounts(random, n), (random.random(n) < random.uniform(0.3, 0.6)).tolist())


def make_pattern(random: Random) -> Table:
    """60 to 200 deals: inside the pattern, which holds 19 of 41, 16 of 19 are won, outside 5 of 22."""
    n = int(random.integers(60, 201))
    is_in = random.random(n) < INSIDE[1] / (INSIDE[1] + OUTSIDE[1])
    chances = np.where(is_in, INSIDE[0] / INSIDE[1], OUTSIDE[0] / OUTSIDE[1])
    return _table(random, _placed(random, is_in.tolist()), (random.random(n) < chances).tolist())


def make_small_pattern(random: Random) -> Table:
    """41 deals as in the demo, no more and no less of them won inside and outside."""
    won = [place < some for some, n in (INSIDE, OUTSIDE) for place in range(n)]
    is_in = [True] * INSIDE[1] + [False] * OUTSIDE[1]
    return _table(random, _placed(random, is_in), won)


def _placed(random: Random, is_in: Sequence[bool]) -> list[Account]:
    """An account a deal, inside the pattern or outside as told."""
    pool: dict[bool, list[Account]] = {True: [], False: []}
    while any(len(pool[side]) < list(is_in).count(side) for side in pool):
        for account in draw_accounts(random, len(is_in)):
            fits = account.industry in PLANTED and BAND[0] <= (account.employees or 0) <= BAND[1]
            pool[fits].append(account)
    return [replace(pool[side].pop(), name=f"Account {number}") for number, side in enumerate(is_in)]


# ------------------------------------------------------------------------------------------------------------- measure


@dataclass(frozen=True, slots=True)
class Seen:
    """What `icp lift` said of one table."""

    profile: bool
    singles: bool
    noise: bool
    planted: bool
    is_enough: bool


def see(table: Table) -> Seen:
    lift = measure_lift(*table, shuffles=SHUFFLES)
    found = [row for row in lift.rows if row.verdict in (Verdict.PREDICTIVE, Verdict.NEGATIVE)]
    singles = [row for row in found if not _is_profile(row)]
    return Seen(
        profile=any(map(_is_profile, found)),
        singles=bool(singles),
        noise=any(row.attribute in (*NOISE, "tools", "country") for row in singles),
        planted=_names_planted(lift),
        is_enough=lift.is_enough,
    )


def _is_profile(row: LiftRow) -> bool:
    return row.source.startswith("profile")


def _names_planted(lift: Lift) -> bool:
    """Whether a predictive profile is of the two planted industries and of no other."""
    is_found = lift.profile is not None and lift.rows[0].verdict == Verdict.PREDICTIVE
    return is_found and lift.profile is not None and set(lift.profile.industries) == set(PLANTED)


def run(make: Callable[[Random], Table], seed: int) -> list[Seen]:
    return [see(make(np.random.default_rng((seed, number)))) for number in range(TABLES)]


def print_rate(what: str, some: int, n: int, stated: str = "-") -> None:
    low, high = wilson(some, n)
    print(f"| {what} | {some} of {n} | {some / n:.1%} ({low:.1%}-{high:.1%}) | {stated} |", flush=True)


def main() -> None:
    print("| tables | with a verdict | share, 95 % Wilson interval | promised |\n|---|---|---|---|")
    noise = run(make_noise, SEED)
    print_rate("no pattern: a single trait", sum(s.singles for s in noise), TABLES, f"at most {LEVEL:.0%}")
    print_rate("no pattern: the profile", sum(s.profile for s in noise), TABLES, f"at most {LEVEL:.0%}")
    print_rate("no pattern: either", sum(s.singles or s.profile for s in noise), TABLES, f"at most {2 * LEVEL:.0%}")
    for name, seen in (
        ("planted, 60-200 deals", run(make_pattern, SEED + 1)),
        ("planted, 41 deals", run(make_small_pattern, SEED + 2)),
    ):
        print_rate(f"{name}: the profile", sum(s.profile for s in seen), TABLES)
        print_rate(f"{name}: the profile, of both industries and no other", sum(s.planted for s in seen), TABLES)
        print_rate(f"{name}: a single trait", sum(s.singles for s in seen), TABLES)
        print_rate(f"{name}: a trait that has nothing to do with it", sum(s.noise for s in seen), TABLES)
    few = Counter(s.is_enough for s in noise)[False]
    print(f"\n{few} of the tables without a pattern have too few deals of one outcome to say anything.")


if __name__ == "__main__":
    main()
