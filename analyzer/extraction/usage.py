"""What language models took of a study's documents, and what that is in money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.extraction.budget import find_price


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls and tokens of one document and one model in all runs; ``document`` is "" for one that was removed.

    ``usd`` is US dollars by today's price table, None for a model that the table does not know.
    """

    document: str
    document_id: str
    model: str
    calls: int
    tokens_in: int
    tokens_out: int
    usd: float | None


def price_usage(rows: Iterable[Mapping[str, Any]]) -> tuple[Usage, ...]:
    """Rows as the store keeps them, with what they cost."""
    made = []
    for row in rows:
        price, tokens = find_price(row["model"]), (row["tokens_in"], row["tokens_out"])
        usd = price.cost(*tokens) if price else None
        made.append(Usage(row["document"] or "", row["document_id"], row["model"], row["calls"], *tokens, usd))
    return tuple(made)


def sum_usage(usage: Sequence[Usage]) -> Usage:
    """All of it together; ``usd`` sums what has a price, and is None where nothing has."""
    priced = [u.usd for u in usage if u.usd is not None]
    return Usage(
        document="",
        document_id="",
        model="",
        calls=sum(u.calls for u in usage),
        tokens_in=sum(u.tokens_in for u in usage),
        tokens_out=sum(u.tokens_out for u in usage),
        usd=sum(priced) if priced else None,
    )
