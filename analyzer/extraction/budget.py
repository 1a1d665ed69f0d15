"""Money: prices of models from a dated table, and a stop that no call may pass.

US dollars. A model that is not in the table has no price: tokens are counted, and a budget for it is refused rather
than guessed.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from analyzer.errors import BudgetError, UsageError

_RELEASED = re.compile(r"-(?:\d{8}|\d{4}-\d{2}-\d{2})$")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens sent and answered, as published on ``as_of``."""

    tokens_in: float
    tokens_out: float
    as_of: str

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self.tokens_in + tokens_out * self.tokens_out) / 1e6


@cache
def _prices() -> dict[str, Price]:
    groups = yaml.safe_load((Path(__file__).parent / "prices.yaml").read_text(encoding="utf-8"))
    return {
        name: Price(float(sent), float(answered), str(group["as_of"]))
        for group in groups
        for name, (sent, answered) in group["usd_per_million"].items()
    }


def find_price(model: str) -> Price | None:
    """The price of "provider:name", or None when the table does not know it."""
    return _prices().get(model) or _prices().get(_RELEASED.sub("", model))


class Budget:
    """Counts what is spent and raises BudgetError before a call that would pass the limit, and before all later ones.

    A call is booked at its estimate when it starts, so calls in flight pass the limit together by no more than what
    their answers cost above their estimates. Answers that were of no use are counted too.
    """

    def __init__(self, model: str, limit_usd: float | None = None) -> None:
        self.price = find_price(model)
        if limit_usd is not None and not 0 <= limit_usd < float("inf"):
            raise UsageError(f"A budget is a number of US dollars from 0 up, not {limit_usd}.")
        if limit_usd is not None and self.price is None:
            raise UsageError(
                f"No price is known for {model}, so --budget cannot be kept. Leave --budget out (tokens are still "
                "counted), or add the model to analyzer/extraction/prices.yaml."
            )
        self.limit_usd = limit_usd
        self.spent_usd = 0.0
        self._stopped = ""
        self._booked_usd = 0.0
        self.tokens_in = 0
        self.tokens_out = 0
        self._lock = threading.Lock()

    @property
    def is_exhausted(self) -> bool:
        return bool(self._stopped)

    @contextmanager
    def booking(self, tokens_in: int, tokens_out: int) -> Iterator[None]:
        """Holds the money of a call of this size while it runs. Raises BudgetError when it could pass the limit."""
        usd = self.price.cost(tokens_in, tokens_out) if self.price is not None else 0.0
        with self._lock:
            if self.limit_usd is not None and self.spent_usd + self._booked_usd + usd > self.limit_usd:
                # The first refusal stands for all: the run stops, and says so once.
                taken = self.spent_usd + self._booked_usd
                self._stopped = self._stopped or (
                    f"The budget of ${self.limit_usd:g} is used up (${taken:.4f} spent or under way, the next call "
                    f"would cost about ${usd:.4f}). What was read is kept; raise --budget and run again to go on."
                )
            if self._stopped:
                raise BudgetError(self._stopped)
            self._booked_usd += usd
        try:
            yield
        finally:
            with self._lock:
                self._booked_usd -= usd

    def spend(self, tokens_in: int, tokens_out: int) -> None:
        with self._lock:
            self.tokens_in += tokens_in
            self.tokens_out += tokens_out
            if self.price is not None:
                self.spent_usd += self.price.cost(tokens_in, tokens_out)
