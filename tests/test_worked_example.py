"""docs/numbers.md: every sum on the page is done again as it stands, every result is the program's, and the formulas
agree with published values and with other ways of computing the same."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, getcontext
from fractions import Fraction
from functools import cache
from math import comb, sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.extraction.codebook import load_codebook
from analyzer.records import Account, Deal, Finding, Kind, Maker, Outcome, Score, Side, Signal
from analyzer.scoring import doubts, lift, profile
from analyzer.scoring.intervals import (
    CONFIDENCE,
    Interval,
    false_discovery_rates,
    fisher,
    newcombe,
    poisson,
    wilson,
)
from analyzer.scoring.lift import Lift, LiftRow, Verdict, measure_lift
from analyzer.scoring.score import score_account
from analyzer.scoring.scorecard import Geography, Industry, Scorecard, Size, Tech
from analyzer.synthesis.signals import decay

PAGE = (Path(__file__).parent.parent / "docs" / "numbers.md").read_text(encoding="utf-8")
SOURCES = "## Sources"


def table_after(mark: str) -> list[list[str]]:
    """The cells of the table under a mark, without its head."""
    lines = PAGE.split(f"<!-- {mark} -->\n", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")] for line in lines]


@cache
def measured() -> Lift:
    """The deals of the page as the program sees them."""
    accounts: list[Account] = []
    deals: list[Deal] = []
    for industry, country, crm, won, lost in table_after("deals"):
        for outcome in [Outcome.WON] * int(won) + [Outcome.LOST] * int(lost):
            name = f"Account {len(accounts):02}"
            accounts.append(Account(name, industry=industry, country=country, attributes={"CRM": crm}))
            deals.append(Deal(name, outcome))
    return measure_lift(accounts, deals)


def row_of(trait: str) -> LiftRow:
    (row,) = [r for r in measured().rows if f"{r.attribute} {r.value}" == trait and r.source.startswith("column")]
    return row


# --------------------------------------------------------------------------------------------------- the lines of sums

OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def worth(sum_: str, known: dict[str, float]) -> float:
    """What a sum of the page comes to; names stand for what the page gave them before."""

    def of(node: ast.expr) -> float:
        match node:
            case ast.Constant(value=int() | float() as number):
                return number
            case ast.Name(id=name):
                return known[name]
            case ast.BinOp(left=left, op=op, right=right):
                return OPERATORS[type(op)](of(left), of(right))
            case ast.Call(func=ast.Name(id="sqrt"), args=[inner]):
                return sqrt(of(inner))
            case ast.Call(func=ast.Name(id="C"), args=[n, k]):
                return comb(int(of(n)), int(of(k)))
        raise AssertionError(f"the page has a sum nobody can read: {sum_}")

    return of(ast.parse(sum_.replace("^", "**"), mode="eval").body)


def last_place(number: str) -> float:
    return float(10 ** -len(number.partition(".")[2]))


def sums_of_page() -> Iterator[tuple[str, list[str]]]:
    for block in re.findall(r"```text\n(.*?)```", PAGE, re.S):
        for line in block.splitlines():
            name, *sums = line.split(" = ")
            yield name, sums


def test_every_sum_of_the_page_comes_to_what_stands_behind_it() -> None:
    known: dict[str, float] = {}
    for name, sums in sums_of_page():
        shown = sums[-1]
        for one in sums:
            # A reader goes on with what stands there, so the last place may be off by one.
            assert worth(one, known) == pytest.approx(float(shown), abs=1.01 * last_place(shown)), (name, one)
        known[name] = float(shown)
    assert len(known) > 20


def shown(name: str) -> float:
    (sums,) = [sums for one, sums in sums_of_page() if one == name]
    return float(sums[-1])


def test_the_sums_end_where_the_program_does() -> None:
    food = row_of("industry Food")
    assert food.interval == pytest.approx((shown("low"), shown("high")), abs=6e-5)
    assert food.lift == pytest.approx(shown("lift"), abs=6e-5)
    assert food.lift_interval == pytest.approx((shown("lift_low"), shown("lift_high")), abs=1.1e-4)
    assert food.times == pytest.approx(shown("times"), abs=6e-3)
    assert food.p == pytest.approx(shown("p"), abs=6e-6)
    first = measured().rows[0]
    assert (first.source, first.value, first.p) == ("profile of the won deals", "Food", shown("p_profile"))
    assert decay(50, load_codebook().half_life_days("incident")) == pytest.approx(shown("strength"), abs=6e-4)


def test_the_table_of_traits_is_what_the_program_says() -> None:
    tested = sorted((r for r in measured().rows if r.source.startswith("column")), key=lambda r: r.p)
    assert measured().tested == len(tested) == 7
    lines = table_after("traits")
    ps = {f"{r.attribute} {r.value}": r.p for r in tested}
    assert [ps[line[1]] for line in lines] == sorted(ps.values())
    for rank, line in enumerate(lines, 1):
        row = row_of(line[1])
        low, high = row.lift_interval
        assert row.q is not None
        assert line == [
            str(rank),
            f"{row.attribute} {row.value}",
            f"{row.won} of {row.n}",
            f"{row.rest_won} of {row.rest_n}",
            f"{100 * row.lift:+.0f} ({100 * low:+.0f} to {100 * high:+.0f})",
            f"{row.p:.4f}",
            f"{row.p * 7 / rank:.4f}",
            f"{row.q:.4f}",
            row.verdict.value,
        ]


def scored() -> Score:
    card = Scorecard(
        industry=Industry(fitting=("Food",)),
        size=Size(low=100, high=500),
        tech=Tech(required=("Acme Planner",)),
        geography=Geography(supported=("Norway",)),
    )
    maker = Maker("offline", "", "", "1")
    said = Finding("d", "d", Kind.TRIGGER, "incident", "", "it broke", 0, 8, "", "", Side.CUSTOMER, "A", None, maker)
    signal = Signal(said, None, "event", 50, 45, round(decay(50, 45), 3))
    return score_account(Account("A", industry="Food", employees=200, country="Brazil"), [signal], card)


def test_the_score_of_the_page_is_the_program_s() -> None:
    score = scored()
    for name, points, most, _ in table_after("score"):
        (attribute,) = [a for a in score.attributes if a.name == name]
        span = f"{attribute.low:g}" if attribute.low == attribute.high else f"{attribute.low:g} to {attribute.high:g}"
        assert (span, f"{attribute.max:g}") == (points, most)
    assert (score.low, score.high) == (shown("low_score"), shown("high_score"))
    assert score.score == round(shown("score"), 1)
    assert f"{score.score}, tier {score.tier} (from 40; tier 1 from 70)" in PAGE
    assert score.low < Scorecard().tiers.first <= score.high, "the range decides the tier"


def in_words() -> set[str]:
    """The numbers the running text may hold: each is computed, or is a constant of the program."""
    food, rest, salesforce = row_of("industry Food"), wilson(9, 26), row_of("CRM Salesforce")
    low, high = food.lift_interval
    tiers, trigger = Scorecard().tiers, Scorecard().trigger
    counts = [measured().n_won, measured().n_lost, food.n + food.rest_n, len(table_after("deals")), 44, food.n]
    counts += [food.won, food.rest_n, food.rest_won, food.won + food.rest_won]
    percents = [CONFIDENCE, lift.LEVEL, 2 * lift.LEVEL, doubts.PARTS_ALL, salesforce.share_of_won, food.lift, low, high]
    constants = [lift.LEVEL, lift.FEWEST, lift.ENOUGH, 45, 90, 50, trigger.clear, trigger.weak, trigger.weak_points]
    constants += [trigger.points, tiers.first, tiers.second, scored().score, poisson(3).low, poisson(3).high]
    texts = {f"{c:g}" for c in (*counts, *constants)} | {f"{100 * p:.0f}" for p in percents}
    texts |= {f"{p:.4f}" for p in (rest.low, rest.high, 9 / 26)} | {
        f"{p:.2f}" for p in (poisson(3).low, poisson(3).high)
    }
    texts |= {f"{profile.SHUFFLES:,}", f"{food.times:.1f}", "1.96", "0", "1", "2", "3", "4", "10"}
    return texts


def test_no_number_of_the_running_text_comes_from_nowhere() -> None:
    text, sources = re.sub(r"```.*?```", "", PAGE, flags=re.S).split(SOURCES)
    text = "\n".join(line for line in text.splitlines() if not line.startswith(("|", "#", "<!--")))
    text += sources.rpartition(": ")[2]  # Garwood's example
    text = re.sub(r"\((?:19|20)\d\d(?:, method 10)?\)|\S+/\S+\.(?:py|md|yaml)", "", text)
    numbers = re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?", text)
    assert len(numbers) > 50
    assert {n.rstrip(",") for n in numbers} <= in_words()


def test_the_page_says_what_the_program_does_with_what_is_not_known() -> None:
    food = row_of("industry Food")
    assert (food.n, food.rest_n) == (17, 26)
    assert "Of 44 deals 43 have an industry: Food has 17, the rest 26." in PAGE
    for verdict in Verdict:
        assert f"- **{verdict.value}**: " in PAGE
    verdicts = {r.verdict for r in measured().rows}
    assert verdicts == {Verdict.PREDICTIVE, Verdict.DESCRIPTIVE}
    assert row_of("CRM Salesforce").is_common


def test_the_signal_of_the_page_is_weak() -> None:
    (trigger,) = [a for a in scored().attributes if a.name == "trigger"]
    assert trigger.points == 10
    assert trigger.reason.startswith("Weak")
    half_life = load_codebook().half_life_days("incident")
    assert (half_life, decay(half_life, half_life), decay(90, half_life)) == (45, 0.5, 0.25)


# ---------------------------------------------------------------------------------------------------- published values


@pytest.mark.parametrize(
    ("some", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_values_newcombe_published(some: int, n: int, low: float, high: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""
    assert wilson(some, n) == pytest.approx((low, high), abs=5.1e-5)


@pytest.mark.parametrize(
    ("some", "n", "others", "m", "low", "high"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_newcombe_gives_the_values_he_published(
    some: int, n: int, others: int, m: int, low: float, high: float
) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10."""
    assert newcombe(some, n, others, m) == pytest.approx((low, high), abs=5.1e-5)


def test_benjamini_and_hochberg_find_the_four_they_found() -> None:
    """Benjamini & Hochberg (1995), section 4: fifteen ps, the four smallest are found at 5 %."""
    ps = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759]
    qs = false_discovery_rates([*ps, 1.0])
    assert [q <= 0.05 for q in qs] == [True] * 4 + [False] * 11
    assert qs[3] == pytest.approx(0.0095 * 15 / 4)


def test_fisher_s_lady_who_tastes_tea() -> None:
    assert fisher(3, 4, 1, 4) == pytest.approx(34 / 70)
    assert fisher(4, 4, 0, 4) == pytest.approx(2 / 70)


@pytest.mark.parametrize(
    ("events", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (3, 0.6187, 8.767), (10, 4.795, 18.39)]
)
def test_garwood_s_limits(events: int, low: float, high: float) -> None:
    assert poisson(events) == pytest.approx((low, high), abs=6e-4)


# ------------------------------------------------------------------------------------------------- computed otherwise

getcontext().prec = 40
Z = Decimal("1.959963984540054235524594430520551527955550147695")


def score_end(some: int, n: int, upper: bool) -> Decimal:
    """Where (share - p)^2 = z^2 p(1 - p)/n, found by halving."""
    share = Decimal(some) / n
    near, far = share, Decimal(1 if upper else 0)
    for _ in range(120):
        middle = (near + far) / 2
        inside = (share - middle) ** 2 <= Z * Z * middle * (1 - middle) / n
        near, far = (middle, far) if inside else (near, middle)
    return near


def wilson_by_halving(some: int, n: int) -> tuple[float, float]:
    return float(score_end(some, n, upper=False)), float(score_end(some, n, upper=True))


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_s_ends_solve_the_score_equation(share: tuple[int, int]) -> None:
    assert wilson(*share) == pytest.approx(wilson_by_halving(*share), abs=1e-12)


@pytest.mark.parametrize(("some", "n", "others", "m"), [(56, 70, 48, 80), (14, 17, 9, 26), (16, 19, 5, 19)])
def test_newcombe_is_his_method_on_those_ends(some: int, n: int, others: int, m: int) -> None:
    one, other = some / n, others / m
    (l1, u1), (l2, u2) = wilson_by_halving(some, n), wilson_by_halving(others, m)
    low = one - other - sqrt((one - l1) ** 2 + (u2 - other) ** 2)
    high = one - other + sqrt((u1 - one) ** 2 + (other - l2) ** 2)
    assert newcombe(some, n, others, m) == pytest.approx(Interval(low, high), abs=1e-12)


TWO_SHARES = st.tuples(st.integers(1, 25), st.integers(1, 25)).flatmap(
    lambda sizes: st.tuples(st.integers(0, sizes[0]), st.just(sizes[0]), st.integers(0, sizes[1]), st.just(sizes[1]))
)


@given(TWO_SHARES)
def test_fisher_s_p_is_the_sum_over_all_tables_no_likelier(shares: tuple[int, int, int, int]) -> None:
    some, n, others, m = shares
    wins = some + others
    ways = {k: comb(n, k) * comb(m, wins - k) for k in range(max(0, wins - m), min(n, wins) + 1)}
    p = Fraction(sum(w for w in ways.values() if w <= ways[some]), comb(n + m, wins))
    assert fisher(*shares) == pytest.approx(float(p), rel=1e-6)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_q_is_the_least_p_times_n_over_rank_from_there_on(ps: list[float]) -> None:
    n, ranked = len(ps), sorted(ps)
    expected = [min(1.0, min(ranked[i] * n / (i + 1) for i in range(sum(x < p for x in ps), n))) for p in ps]
    assert false_discovery_rates(ps) == pytest.approx(expected, abs=1e-12)
