"""Intervals and error rates: Wilson for a share, Newcombe for the difference of two, Benjamini-Hochberg for many tests.

Sources: Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22; Newcombe
(1998), "Interval estimation for the difference between independent proportions", Statistics in Medicine 17, method 10;
Benjamini & Hochberg (1995), JRSS B 57; Garwood (1936), Biometrika 28.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """From ``low`` to ``high``, both included."""

    low: float
    high: float


def wilson(some: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Where a share probably lies of which ``some`` of ``n`` were seen (score interval); 0-1 when nothing was seen."""
    if not 0 <= some <= n:
        raise ValueError(f"{some} of {n} is no share")
    if n == 0:
        return Interval(0.0, 1.0)
    from scipy.stats import norm

    z = float(norm.ppf((1 + confidence) / 2))
    share = some / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # At 0 and n the formula gives exactly 0 and 1, but for rounding.
    low = 0.0 if some == 0 else max(0.0, middle - half)
    return Interval(low, 1.0 if some == n else min(1.0, middle + half))


def newcombe(some: int, n: int, others: int, m: int, confidence: float = CONFIDENCE) -> Interval:
    """Where the difference of two shares probably lies, ``some``/``n`` - ``others``/``m``; -1 to 1 when one is unseen.

    Without a side there is no difference: an empty one leaves it wide open.
    """
    if not n or not m:
        return Interval(-1.0, 1.0)
    one, other = some / n, others / m
    first, second = wilson(some, n, confidence), wilson(others, m, confidence)
    below = sqrt((one - first.low) ** 2 + (second.high - other) ** 2)
    above = sqrt((first.high - one) ** 2 + (other - second.low) ** 2)
    return Interval(max(-1.0, one - other - below), min(1.0, one - other + above))


def poisson(events: int, confidence: float = CONFIDENCE) -> Interval:
    """Where the expected number of events probably lies when ``events`` were seen (exact, Garwood)."""
    from scipy.stats import chi2

    tail = (1 - confidence) / 2
    low = float(chi2.ppf(tail, 2 * events)) / 2 if events else 0.0
    return Interval(low, float(chi2.ppf(1 - tail, 2 * events + 2)) / 2)


def fisher(some: int, n: int, others: int, m: int) -> float:
    """Two-sided exact p that two shares as far apart come of one and the same (Fisher 1922)."""
    from scipy.stats import fisher_exact

    return float(fisher_exact([[some, n - some], [others, m - others]]).pvalue)


def false_discovery_rates(ps: Sequence[float]) -> list[float]:
    """For each p the q at which its test is just still found, over all tests given (Benjamini-Hochberg)."""
    if not ps:
        return []
    from scipy.stats import false_discovery_control

    return [float(q) for q in false_discovery_control(list(ps))]
