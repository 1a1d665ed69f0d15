"""Interviews for the benches of the language model's stage: invented, even in length, no two sentences alike."""

from __future__ import annotations

import random

from bench.evidence import make_vocabulary

_VOCABULARY = make_vocabulary(random.Random(7))
_THINGS = "invoices orders timesheets permits notes returns claims deliveries quotes".split()
_PLACES = "the ledger,the planning board,the customer portal,the yard sheet,the finance system".split(",")


def customer_sentences(case: int) -> tuple[str, str, str]:
    """Three sentences of one answer: with a figure, with a denial, with neither."""
    thing, place = _THINGS[case % len(_THINGS)], _PLACES[case % len(_PLACES)]
    return (
        f"We copy {case + 20} {thing} into {place} by hand every week in round {case}.",
        f"The {thing} of round {case} do not reach {place} before the truck has left.",
        f"Somebody on the early shift prints round {case} and walks it over to the office.",
    )


def make_interview(first_case: int, cases: int) -> str:
    """Questions and answers, two turns a case, about 85 words both.

    Half of the words are made up: interviews that differ in figures alone would be taken for copies and not be counted.
    """
    lines = []
    for case in range(first_case, first_case + cases):
        lines.append(f"Pia: And what happens with the {_THINGS[case % len(_THINGS)]} after that, in case {case}?")
        told = " ".join(random.Random(case).choices(_VOCABULARY, k=30))
        lines.append("Dana: " + " ".join((*customer_sentences(case), told.capitalize() + ".")))
    return "\n".join(lines) + "\n"
