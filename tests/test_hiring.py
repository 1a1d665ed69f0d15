"""Hiring: postings by account, function and month; a spike is a rate, a missing month no zero, a ghost not counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from analyzer.cli import app
from analyzer.icp.brief import render_brief
from analyzer.reading.documents import ReadOptions, read_document
from analyzer.records import Account, Document, DocumentKind, Finding, Kind, Maker, Side
from analyzer.scoring.intervals import poisson
from analyzer.study import Study
from analyzer.synthesis.hiring import (
    EVERY_FUNCTION,
    LEAST_POSTINGS,
    NO_FUNCTION,
    Hiring,
    HiringTable,
    function_of,
    measure_hiring,
)
from analyzer.synthesis.signals import Beside, collect_signals

TODAY = date(2026, 6, 30)
_numbers = iter(range(10**9))


def posting(title: str, on: date | None, account: str = "Acme", words: str = "You pack fish with us.") -> Document:
    number = next(_numbers)
    text = f"{title}\n\n{words}\n\nOffer number {number}.\n"
    options = ReadOptions(kind=DocumentKind.JOB_POSTING, account=account, said_on=on or TODAY)
    document = read_document(text.encode(), f"posting-{number}.txt", options)
    return replace(document, account=account, said_on=on)


def months(count: int) -> list[date]:
    """The tenth of so many months, the last one that of TODAY."""
    last = TODAY.year * 12 + TODAY.month - 1
    return [date(n // 12, n % 12 + 1, 10) for n in range(last - count + 1, last + 1)]


def others(count: int = 15, accounts: Sequence[str] = ("Zeta", "Nord")) -> list[Document]:
    """A posting a month for drivers at other accounts: postings were collected all the time."""
    return [posting("Warehouse Manager", day, account) for day in months(count) for account in accounts]


def measure(documents: Sequence[Document], as_of: date = TODAY, **titles: Sequence[str]) -> HiringTable:
    return measure_hiring(documents, titles, as_of, poisson)


def row(table: HiringTable, function: str = "data", account: str = "Acme") -> Hiring:
    (found,) = [r for r in table.rows if (r.account, r.function) == (account, function)]
    return found


# -------------------------------------------------------------------------------------------------------------- counts


def test_postings_are_counted_by_function_and_month_and_a_month_nobody_collected_is_missing() -> None:
    april, may, june = date(2026, 4, 2), date(2026, 5, 3), date(2026, 6, 4)
    table = measure([posting("Data Engineer", april), posting("Data Analyst", june), posting("Sales Manager", june)])
    data = row(table)
    assert (data.by_month[date(2026, 4, 1)], data.by_month[date(2026, 6, 1)]) == (1, 1)
    assert data.by_month[date(2026, 5, 1)] is None
    assert data.recent_months == 2
    assert row(table, EVERY_FUNCTION).by_month[date(2026, 6, 1)] == 2
    # Another account's posting shows that postings were collected in May: Acme had none.
    known = row(
        measure([posting("Data Engineer", april), posting("Welder", may, "Zeta"), posting("Data Analyst", june)])
    )
    assert known.by_month[date(2026, 5, 1)] == 0
    assert known.recent_months == 3


def test_the_running_month_counts_by_the_part_that_is_over() -> None:
    table = measure([posting("Data Engineer", date(2026, 6, 3))], as_of=date(2026, 6, 15))
    assert row(table).recent_months == pytest.approx(0.5)
    assert row(table).rate == pytest.approx(2.0)


def test_what_cannot_be_counted_is_said() -> None:
    documents = [
        posting("Data Engineer", date(2026, 6, 3)),
        posting("Data Engineer", None),
        posting("Data Engineer", date(2026, 6, 3), account=""),
        posting("Data Engineer", TODAY + timedelta(9)),
        posting("Data Engineer", date(2026, 6, 3), words="This is an evergreen requisition."),
    ]
    table = measure(documents)
    assert len(row(table).recent) == 1
    assert [note.split(",")[0] for note in table.notes] == [
        "1 posting without a date",
        "1 posting without an account",
        "1 posting dated after 2026-06-30",
        "1 posting that may be a ghost",
    ]


def test_a_posting_that_is_old_by_now_was_none_then_and_a_copy_counts_once() -> None:
    old = posting("Data Engineer", months(9)[0])
    copy = replace(old, digest="c" * 64, copy_of=old.id)
    table = measure([old, copy, *others()])
    assert row(table).by_month[old.said_on.replace(day=1)] == 1  # type: ignore[union-attr]
    reposted = replace(copy, said_on=date(2026, 6, 1))
    assert any("ghost" in note for note in measure([old, reposted, *others()]).notes)


def test_a_title_that_tells_no_function_is_counted_and_said_so() -> None:
    table = measure([posting("Welder wanted", date(2026, 6, 3))])
    assert row(table, NO_FUNCTION).recent[0].document.startswith("posting-")
    assert row(table, NO_FUNCTION).first == ()


# -------------------------------------------------------------------------------------------------------------- spikes


def test_many_postings_in_a_function_that_had_one_now_and_then_are_a_spike() -> None:
    before = [posting("Data Analyst", day) for day in months(15)[:12:4]]
    burst = [posting("Data Engineer", date(2026, 6, day)) for day in range(1, 9)]
    found = row(measure([*before, *burst, *others()]))
    assert found.is_spike
    assert found.base == pytest.approx(3.5 / 12)
    assert found.low is not None and found.low * 3 == pytest.approx(poisson(8).low)  # noqa: PT018
    assert "8 postings for data in three months: 2.7 a month" in found.summary


def test_as_many_postings_as_ever_are_none() -> None:
    steady = [posting("Data Engineer", day + timedelta(n)) for day in months(15) for n in range(3)]
    found = row(measure([*steady, *others()]))
    assert (found.is_spike, found.verdict) == (False, "as before")


def test_as_many_postings_as_other_accounts_have_are_none() -> None:
    everybody = [posting("Data Engineer", day, account) for day in months(15) for account in ("Zeta", "Nord")]
    mine = [posting("Data Engineer", day) for day in months(15)[-3:]]
    found = row(measure([*everybody, *mine]))
    assert found.others == pytest.approx(1, abs=0.05)
    assert not found.is_spike


def test_without_known_months_before_nothing_is_said() -> None:
    burst = [posting("Data Engineer", date(2026, 6, day)) for day in range(1, 9)]
    found = row(measure(burst))
    assert (found.base, found.others, found.is_spike, found.verdict) == (None, None, False, "too little known")


def test_chance_alone_seldom_looks_like_a_spike() -> None:
    """False alarms of a constant rate, 0.3-2 postings a month, thirty accounts: 2.5 % at most."""
    random = np.random.default_rng(20260101)
    alarms = trials = 0
    for rate in (0.3, 1.0, 2.0):
        template = posting("Data Engineer", TODAY)
        documents = [
            replace(template, account=f"A{a}", said_on=day, digest=f"{n:03d}{i:03d}{a:03d}" + "0" * 55)
            for a in range(30)
            for n, day in enumerate(months(15))
            for i in range(random.poisson(rate))
        ]
        rows = [r for r in measure(documents).rows if r.function == "data"]
        alarms += sum(r.is_spike for r in rows)
        trials += len(rows)
    assert trials >= 80
    assert alarms / trials <= 0.025


@settings(max_examples=40)
@given(
    days=st.lists(st.integers(0, 500), min_size=1, max_size=15), function=st.sampled_from(["Data Engineer", "Welder"])
)
def test_one_posting_more_of_late_never_ends_a_spike_and_every_posting_of_a_row_is_its_own(
    days: list[int], function: str
) -> None:
    mine = [posting(function, TODAY - timedelta(day)) for day in days]
    background = others()
    before = measure([*mine, *background])
    after = measure([*mine, posting(function, TODAY), *background])
    spikes = {r.function for r in before.of("Acme") if r.is_spike}
    assert spikes <= {r.function for r in after.of("Acme") if r.is_spike}
    for r in after.of("Acme"):
        assert len(r.recent) <= sum(count or 0 for count in r.by_month.values())
        assert not r.is_spike or len(r.recent) >= LEAST_POSTINGS


# --------------------------------------------------------------------------------------------------------- first hires


def test_the_first_posting_of_a_function_is_a_first_hire_when_nobody_known_has_it() -> None:
    earlier, new = posting("Sales Manager", date(2026, 2, 1)), posting("Data Engineer", date(2026, 6, 3))
    found = row(measure([earlier, new], Acme=["CFO", "Warehouse Manager", "the boss"]))
    assert [p.document_id for p in found.first] == [new.id]
    assert found.why_first.endswith("none of 1 earlier posting and 2 people known there is.")
    assert row(measure([earlier, new], Acme=["Head of Data"])).first == ()
    assert row(measure([posting("Data Analyst", date(2025, 1, 5)), earlier, new])).first == ()


def test_an_account_of_which_nothing_else_is_known_has_no_first_hire_unless_the_posting_says_so() -> None:
    assert row(measure([posting("Data Engineer", date(2026, 6, 3))])).first == ()
    says = posting("Data Engineer", date(2026, 6, 3), words="This is a new role: you will be our first data engineer.")
    assert row(measure([says])).why_first.endswith("“This is a new role: you will be our first data engineer.”")


def test_a_function_whose_head_a_posting_names_hires_nobody_first() -> None:
    words = "You will be our first data engineer. You report to our Head of Data."
    assert row(measure([posting("Data Engineer", date(2026, 6, 3), words=words)])).first == ()


def test_a_first_hire_of_last_year_is_none_today() -> None:
    earlier, then = posting("Sales Manager", date(2025, 8, 1)), posting("Data Engineer", date(2025, 9, 3))
    assert row(measure([earlier, then])).first == ()


@pytest.mark.parametrize(
    ("title", "function"), [("CFO", "finance"), ("Head of Data", "data"), ("CEO", ""), ("", ""), ("VP Sales", "sales")]
)
def test_a_title_tells_a_function(title: str, function: str) -> None:
    assert function_of(title) == function


# ------------------------------------------------------------------------------------------------------------- signals


def test_a_spike_is_a_signal_with_its_postings_as_sources_and_takes_in_what_they_say_of_hiring() -> None:
    burst = [posting("Data Engineer", date(2026, 6, day)) for day in range(1, 6)]
    table = measure([*burst, *others()])
    quote = "we are hiring five data engineers"
    said = Finding(
        burst[0].id, burst[0].name, Kind.TRIGGER, "hiring", quote, quote, 0, len(quote), "", "", Side.CUSTOMER, "Acme",
        burst[0].said_on, Maker("offline", "m", "", "1"),
    )  # fmt: skip
    elsewhere = replace(said, document_id="d-call", quote="a nurse for the Tucson clinic")
    (spike, other) = collect_signals(
        [said, elsewhere], TODAY, lambda category: 60, None, Beside(hiring=table.telling("Acme"))
    )
    assert (spike.category, spike.dated_on, spike.source_count) == ("hiring", date(2026, 6, 5), 5)
    assert set(spike.ids) == {said.id, *(p.id for p in burst)}
    assert spike.finding == said
    assert "5 postings for data" in spike.summary
    assert other.ids == (elsewhere.id,)


def test_all_functions_together_are_a_signal_only_where_no_single_one_is() -> None:
    titles = ["Data Engineer", "Sales Manager", "CFO", "HR Manager", "Warehouse Manager", "Head of Legal"]
    wide = measure([*(posting(title, date(2026, 6, day)) for title in titles for day in (5, 6)), *others()])
    assert [r.function for r in wide.telling("Acme")] == [EVERY_FUNCTION]
    narrow = measure(
        [*(posting("Data Engineer", date(2026, 6, d)) for d in range(1, 7)), posting("CFO", TODAY), *others()]
    )
    assert [r.function for r in narrow.telling("Acme") if r.is_spike] == ["data"]


# ---------------------------------------------------------------------------------------------------- the command line


def test_hiring_is_printed_as_a_table_and_as_json_and_stands_in_the_brief(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study")
    study.store.import_accounts([Account("Acme")], [])
    for document in (*(posting("Data Engineer", date(2026, 6, d)) for d in range(1, 6)), *others()):
        study.store.add_document(document)
    study.close()

    def icp(*words: str) -> tuple[int, str]:
        ran = CliRunner().invoke(app, ["--study", str(tmp_path / "study"), *words])
        return ran.exit_code, ran.stdout

    code, out = icp("hiring", "acme", "--as-of", "2026-06-30", "--format", "json")
    (found,) = json.loads(out)
    assert (code, found["verdict"], found["recent"], found["months"]["2026-06"]) == (0, "spike", 5, 5)
    assert len(found["postings"]) == 5
    assert "spike" in icp("hiring", "--as-of", "2026-06-30")[1]
    assert icp("hiring", "nobody")[0] != 0
    again = Study(tmp_path / "study")
    brief = render_brief(again.account_reading("Acme", TODAY), "", TODAY)
    again.close()
    assert "hiring: 5 postings for data in three months" in brief
    assert "(5 sources)" in brief
