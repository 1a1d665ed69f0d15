"""Signals on one timeline: findings and imported events, merged where they tell the same, and what speaks against."""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from analyzer.adapters.store import Store
from analyzer.cli import app
from analyzer.errors import StudyError, TableError
from analyzer.extraction.codebook import load_codebook
from analyzer.extraction.gazetteer import load_gazetteer
from analyzer.icp.brief import brief_json, name_day, render_brief
from analyzer.pipeline import join_events, read_account
from analyzer.reading.documents import ReadOptions
from analyzer.reading.tables.cells import DayOrder
from analyzer.reading.tables.event_types import categorize, event_types
from analyzer.reading.tables.events import EventTable, read_events, read_moment
from analyzer.records import Account, Event, Finding, Kind, Maker, Mention, Side, Signal, Status
from analyzer.scoring.score import score_account
from analyzer.scoring.scorecard import Scorecard
from analyzer.study import Study
from analyzer.synthesis.horizon import Horizon
from analyzer.synthesis.merging import merge_mentions
from analyzer.synthesis.negative import _content, read_against
from analyzer.synthesis.signals import Beside, collect_signals

TODAY = date(2026, 5, 1)
CODEBOOK = load_codebook()
ACCOUNT = Account("Acme Foods", "acme.example")


def trigger(
    quote: str,
    category: str = "funding",
    document: str = "d1",
    said_on: date | None = date(2026, 4, 20),
    event_on: date | None = None,
    precision: str = "day",
    start: int = 0,
) -> Finding:
    return Finding(
        document, f"{document}.txt", Kind.TRIGGER, category, quote, quote, start, start + len(quote), "Dana", "COO",
        Side.CUSTOMER, "Acme Foods", said_on, Maker("offline", "m", "", "1"), event_on=event_on,
        event_precision=precision if event_on else "",
    )  # fmt: skip


def event(
    description: str, category: str = "funding", on: date | None = date(2026, 3, 4), against: str = "", type_: str = ""
) -> Event:
    return Event("Acme Foods", "acme.example", on, "day", type_, category, description, against, table="events.csv")


def collect(*findings: Finding, events: tuple[Event, ...] = (), as_of: date = TODAY) -> tuple[Signal, ...]:
    beside = Beside(events=events, rivals=("Rampwise",), names=("Acme Foods",))
    return collect_signals(findings, as_of, CODEBOOK.half_life_days, None, beside)


# ------------------------------------------------------------------------------------------------------------- merging


def test_an_interview_and_a_news_row_that_tell_the_same_event_are_one_signal_with_both_sources() -> None:
    said = trigger("we closed our Series B in March, forty million", event_on=date(2026, 3, 1), precision="month")
    told = replace(event("Acme Foods raises $40M Series B"), published_on=date(2026, 3, 5))
    (signal,) = collect(said, events=(told,))
    assert set(signal.ids) == {said.id, told.id}
    assert (signal.dated_on, signal.precision, signal.mentioned_on) == (date(2026, 3, 4), "day", date(2026, 3, 5))
    assert (signal.source_count, signal.finding, signal.category) == (2, said, "funding")


def test_a_pair_of_categories_that_is_often_mixed_up_may_tell_one_event_and_others_may_not() -> None:
    new_site = trigger("we open the Tucson clinic, twelve nurses to find", "expansion", event_on=date(2026, 3, 3))
    told = event("12 nurses for the Tucson clinic", "hiring")
    assert len(collect(new_site, events=(told,))) == 1
    assert len(collect(new_site, events=(replace(told, category="incident"),))) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("we closed our Series B, forty million", "Acme Foods raises $12M venture debt"),
        ("we got the state grant for the cold store", "Acme Foods closes its Series B"),
    ],
)
def test_two_events_of_one_category_on_one_day_stay_two_when_they_tell_different_things(one: str, other: str) -> None:
    assert len(collect(trigger(one, event_on=date(2026, 3, 4)), events=(event(other),))) == 2


def test_two_events_of_one_document_far_apart_in_time_are_never_one() -> None:
    words = "the booking system went down"
    first = trigger(words, "incident", event_on=date(2025, 10, 3), start=0)
    again = trigger(words, "incident", event_on=date(2026, 3, 4), start=90)
    assert len(collect(first, again)) == 2


def test_an_event_told_twice_in_one_document_is_one_signal_of_one_source() -> None:
    twice = [trigger("the booking system went down on us", "incident", start=at) for at in (0, 300)]
    (signal,) = collect(*twice)
    assert (len(signal.ids), signal.source_count) == (2, 1)


def test_mentions_without_any_date_are_not_merged_and_have_no_strength() -> None:
    undated = [trigger("the booking system went down", "incident", d, said_on=None) for d in ("d1", "d2")]
    signals = collect(*undated)
    assert [(s.strength, s.dated_by, s.source_count) for s in signals] == [(0.0, "unknown", 1)] * 2


def test_what_speaks_against_never_merges_with_what_speaks_for() -> None:
    hired = trigger("we hire twelve dispatchers in Leeds", "hiring", event_on=date(2026, 3, 4))
    fired = event("Layoffs: twelve dispatchers in Leeds", "hiring", against="layoffs")
    assert {s.reading for s in collect(hired, events=(fired,))} == {"for", "against"}


MENTIONS = st.lists(
    st.builds(
        lambda n, code, words, said, on, precision, against: Mention(
            f"m{n}", code, words, said, on, precision if on else "", f"p{n % 3}", "w", against
        ),
        st.integers(0, 10**6),
        st.sampled_from(["funding", "merger_acquisition", "incident", "hiring"]),
        st.lists(st.sampled_from("series forty $40M $12M board Tucson clinic raised".split()), max_size=5).map(
            " ".join
        ),
        st.none() | st.dates(date(2025, 10, 1), date(2026, 6, 1)),
        st.none() | st.dates(date(2025, 10, 1), date(2026, 6, 1)),
        st.sampled_from(["day", "month", "quarter", "year"]),
        st.sampled_from(["", "", "", "layoffs"]),
    ),
    max_size=12,
    unique_by=lambda m: m.id,
)


@settings(max_examples=200)
@given(mentions=MENTIONS, random=st.randoms())
def test_merging_does_not_hang_on_the_order_of_mentions(mentions: list[Mention], random: object) -> None:
    shuffled = list(mentions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge_mentions(shuffled) == merge_mentions(mentions)


@settings(max_examples=200)
@given(mentions=MENTIONS)
def test_every_mention_is_in_one_group_and_no_group_spans_two_days_a_week_apart(mentions: list[Mention]) -> None:
    groups = merge_mentions(mentions)
    assert sorted(m.id for group in groups for m in group) == sorted(m.id for m in mentions)
    for group in groups:
        assert len({m.against for m in group}) == 1
        days = [m.event_on for m in group if m.event_on and m.precision == "day"]
        assert not days or max(days) - min(days) <= timedelta(days=7)


# ------------------------------------------------------------------------------------------------------------ strength


def test_a_renewal_to_come_counts_in_full_until_it_has_passed() -> None:
    renewal = trigger("our agreement is up", "contract_renewal", event_on=date(2026, 6, 30))
    half_life = CODEBOOK.half_life_days("contract_renewal")
    days = (date(2026, 5, 1), date(2026, 6, 30), date(2026, 6, 30) + timedelta(half_life))
    assert [collect(renewal, as_of=day)[0].strength for day in days] == [1.0, 1.0, 0.5]


def test_an_event_of_a_category_without_a_half_life_has_one_of_ninety_days() -> None:
    (signal,) = collect(events=(event("Webinar", "other", TODAY - timedelta(90)),))
    assert (signal.half_life_days, signal.strength) == (90, 0.5)
    assert not signal.counts
    assert not signal.is_live


# ------------------------------------------------------------------------------------------------------------ negative


@pytest.mark.parametrize(
    ("words", "against"),
    [
        ("they laid off forty people in March", "layoffs"),
        ("there's a hiring freeze until the third quarter", "hiring freeze"),
        ("our champion left for another company", "champion left"),
        ("the guy who brought you in left", "champion left"),
        ("the budget got cut by half", "budget cut"),
        ("they filed for chapter 11 in May", "insolvency"),
        ("we signed with Rampwise last week", "moved to a competitor"),
        ("they went with another vendor", "moved to a competitor"),
        ("the project was put on hold", "project stopped"),
        ("he puts up a slide and it's no new vendors for two quarters", "buying stop"),
        ("they're closing the Leeds plant", "closing down a site"),
        ("no layoffs so far", ""),
        ("the hiring freeze was lifted in May", ""),
        ("we never cut our budget", ""),
        ("we didn't sign with Rampwise", ""),
        ("we switched from Rampwise to paper", ""),
        ("our new CFO started in January", ""),
        ("we closed our Series B", ""),
        ("the board said get fifteen percent out of operations by year end", ""),
    ],
)
def test_a_trigger_s_words_tell_what_speaks_against_buying_now(words: str, against: str) -> None:
    assert read_against(words, ["Rampwise"]) == against


def test_no_example_of_a_trigger_in_the_codebook_speaks_against() -> None:
    examples = [e for c in CODEBOOK.kinds[Kind.TRIGGER].categories.values() for e in c.examples]
    assert examples
    assert [e for e in examples if read_against(e)] == []


def test_a_type_of_event_speaks_against_by_a_name_that_the_words_have_too() -> None:
    named = {against for _, _, against in event_types() if against}
    assert named <= set(_content()["readings"])
    assert {category for _, category, _ in event_types()} <= set(CODEBOOK.kinds[Kind.TRIGGER].categories)


def test_what_speaks_against_adds_no_points_and_makes_nobody_live() -> None:
    bad = trigger("we had layoffs last week", "incident", event_on=TODAY - timedelta(3))
    (signal,) = collect(bad)
    assert (signal.reading, signal.against, signal.is_live) == ("against", "layoffs", False)
    assert signal.strength > 0.9
    trigger_points = score_account(ACCOUNT, [signal], Scorecard()).attributes[-1]
    assert trigger_points.points == 0.0


@given(strengths=st.lists(st.floats(0, 1), max_size=4), bad=st.floats(0, 1), against=st.sampled_from(["layoffs", ""]))
def test_a_signal_that_does_not_count_never_changes_a_score(strengths: list[float], bad: float, against: str) -> None:
    def made(strength: float, category: str = "funding", against: str = "") -> Signal:
        source = Mention("e1", category, "w", TODAY, TODAY, "day", "e1", "t", against)
        return Signal(None, TODAY, "event", 0, 90, strength, sources=(source,), against=against)

    signals = [made(s) for s in strengths]
    more = [*signals, made(bad, "funding" if against else "other", against)]
    assert score_account(ACCOUNT, more, Scorecard()) == score_account(ACCOUNT, signals, Scorecard())


def test_of_an_account_nobody_heard_bad_news_alone_leaves_the_trigger_unknown() -> None:
    def trigger_of(*events: Event) -> tuple[float, float]:
        beside = Beside(events=events)
        scored = read_account(ACCOUNT, (), (), Scorecard(), CODEBOOK, TODAY, None, beside).score.attributes[-1]
        return scored.low, scored.high

    assert trigger_of(event("Layoffs", "hiring", against="layoffs")) == (0.0, 20.0)
    assert trigger_of(event("Series B", on=TODAY)) == (20.0, 20.0)


# -------------------------------------------------------------------------------------------------------------- tables

TABLE = """Company,Website,Event date,Event type,Headline,Link,Region
Acme Foods,https://www.acme.example,2026-03-04,Series B,Acme Foods raises $40M,https://news.example/1,EU
,beta.example,March 2026,New CEO,,,
Gamma,,Q1 2026,Layoffs,12% of staff,,US
,,2026-04-01,Funding,who?,,
Delta,,,New office,Leeds,,
Delta,,2026-04-03,Webinar attended,x,,
Delta,,2026-04-03,Webinar attended,x,,
"""


def read(text: str, **mapping: str) -> EventTable:
    return read_events(text.encode(), "events.csv", mapping)


def test_a_table_of_events_is_read_whatever_its_columns_are_called_and_unknown_ones_are_kept() -> None:
    table = read(TABLE)
    first = table.events[0]
    assert (first.account, first.domain, first.event_on) == ("Acme Foods", "acme.example", date(2026, 3, 4))
    assert (first.category, first.type, first.origin) == ("funding", "Series B", "https://news.example/1")
    assert first.attributes == {"Region": "EU"}
    assert table.kept == ("Region",)
    assert table.mapped["Headline"] == "description"


def test_rows_without_an_account_or_a_date_are_kept_and_said_and_a_row_that_comes_again_is_one() -> None:
    table = read(TABLE)
    assert len(table.events) == 6
    said = "\n".join(table.warnings)
    for sentence in ("Row 5: no account; kept", "Row 6: no date; kept", "Row 8: the same as an earlier row"):
        assert sentence in said
    assert table.unknown_types == ("Webinar attended",)
    assert 'kept as "other"' in said


def test_a_date_that_cannot_be_read_is_said_and_its_words_are_kept() -> None:
    (event_,) = read("account,date,type\nAcme,soonish,Funding\n").events
    assert (event_.event_on, event_.attributes) == (None, {"date": "soonish"})


@pytest.mark.parametrize(
    ("cell", "day", "precision"),
    [
        ("2026-03-04", date(2026, 3, 4), "day"),
        ("4 Mar 2026", date(2026, 3, 4), "day"),
        ("2026-03", date(2026, 3, 1), "month"),
        ("March 2026", date(2026, 3, 1), "month"),
        ("Q2 2026", date(2026, 4, 1), "quarter"),
        ("2026-Q4", date(2026, 10, 1), "quarter"),
        ("2026", date(2026, 1, 1), "year"),
    ],
)
def test_a_date_is_as_exact_as_it_is_written_and_shown_so(cell: str, day: date, precision: str) -> None:
    assert read_moment(cell, DayOrder(False, False, False)) == (day, precision)
    assert len(name_day(day, precision)) == {"day": 10, "month": 7, "quarter": 7, "year": 4}[precision]


@pytest.mark.parametrize(
    ("type_", "description", "category", "against"),
    [
        ("Series B", "", "funding", ""),
        ("Funding Round - Series C", "", "funding", ""),
        ("New CFO hired", "", "leadership_change", ""),
        ("M&A", "", "merger_acquisition", ""),
        ("leadership_change", "", "leadership_change", ""),
        ("hiring_freeze", "", "hiring", "hiring freeze"),
        ("Layoffs after the funding round", "", "hiring", "layoffs"),
        ("", "Omega opens a new warehouse in Ghent", "expansion", ""),
        ("", "Omega opens its second Texas plant", "expansion", ""),
        ("", "Omega closes Dayton plant", "expansion", "closing down a site"),
        ("", "Omega cuts 40 warehouse jobs", "hiring", "layoffs"),
        ("", "Omega adds 40 jobs", "hiring", ""),
        ("Newsletter opened", "They raised a Series B", "other", ""),
        ("", "", "other", ""),
    ],
)
def test_types_are_mapped_to_categories_of_triggers(type_: str, description: str, category: str, against: str) -> None:
    assert categorize(type_, description) == (category, against)


def find_tools(text: str) -> list[tuple[int, int]]:
    return [(m.start, m.end) for m in load_gazetteer().extended(["Zentro"]).find(text)]


@pytest.mark.parametrize(
    ("headline", "category"),
    [
        ("Juniper names Carla Dominguez as Chief Operating Officer", "leadership_change"),
        ("Juniper names Carla Dominguez COO", "leadership_change"),
        ("Juniper names Maria de la Cruz as its new finance chief", "leadership_change"),
        ("Carla Dominguez named CFO of Juniper", "leadership_change"),
        ("Juniper appoints new VP of Operations", "leadership_change"),
        ("Juniper taps former Sysco executive as CEO", "leadership_change"),
        ("Juniper promotes Joe Blow to SVP, Field Services", "leadership_change"),
        ("Juniper hires a VP of Operations", "leadership_change"),
        ("Juniper hires Ann Lee as head of people", "leadership_change"),
        ("Juniper's chief financial officer Tom Hay steps down", "leadership_change"),
        ("Juniper hires Ann Lee, formerly of Sysco, as CFO", "leadership_change"),
        ("Tom Hay, CFO of Juniper, steps down", "leadership_change"),
        ("Juniper hires 40 drivers, CEO says", "hiring"),
        ("Juniper hires 40 drivers", "hiring"),
        ("Juniper hires seasonal staff", "hiring"),
        ("Juniper switches payroll to Workday", "tool_change"),
        ("Juniper switches to Brandnew", "tool_change"),
        ("Juniper will move to UKG Pro", "tool_change"),
        ("Juniper moves to Zentro", "tool_change"),
        ("Juniper moves payroll and scheduling to Brandnew", "tool_change"),
        ("Juniper migrates 40 sites to Brandnew", "tool_change"),
        ("Juniper selects Brandnew", "tool_change"),
        ("Juniper signs with Rippling", "tool_change"),
        ("Juniper moves headquarters to Austin", "expansion"),
        ("Juniper moves to larger office in Leeds", "expansion"),
        ("Juniper selects Ohio for new plant", "expansion"),
        ("Juniper selects Ann Lee as president", "leadership_change"),
        ("Juniper moves to Austin", "other"),
        ("Juniper moves to dismiss a suit", "other"),
        ("Juniper named one of the best places to work by CEO Magazine", "other"),
        ("Juniper named a leader in a report", "other"),
        ("Juniper names Leeds street", "other"),
    ],
)
def test_the_commonest_headlines_are_told_apart(headline: str, category: str) -> None:
    assert categorize("", headline, find_tools) == (category, "")


def test_a_product_called_like_a_word_of_a_headline_hides_nothing() -> None:
    assert categorize("", "Juniper to Close Dayton Plant", find_tools) == ("expansion", "closing down a site")


@pytest.mark.parametrize(
    "headline",
    [
        "Juniper switches payroll to Rampwise",
        "Juniper selects Rampwise",
        "Juniper will move to Rampwise",
        "Juniper signs with Rampwise",
    ],
)
def test_a_headline_of_a_move_to_a_competitor_speaks_against(headline: str) -> None:
    assert read_against(headline, ["Rampwise"]) == "moved to a competitor"
    assert read_against(headline, ["Someone"]) == ""
    assert read_against("Juniper moves from Rampwise to Brandnew", ["Rampwise"]) == ""


def test_a_table_that_tells_no_event_is_refused_with_a_sentence_and_map_mends_it() -> None:
    text = "Firm name,Moment,Thing\nAcme,2026-03-04,Series B\n"
    with pytest.raises(TableError, match=r"no column says what happened.*--map"):
        read(text)
    with pytest.raises(TableError, match=r"no column names the account.*--map"):
        read(text, Thing="type")
    (one,) = read(text, **{"Thing": "type", "Firm name": "account", "Moment": "date"}).events
    assert (one.account, one.event_on, one.category) == ("Acme", date(2026, 3, 4), "funding")
    with pytest.raises(TableError, match="is no field"):
        read(text, Thing="what")


@settings(max_examples=150)
@given(cells=st.lists(st.lists(st.text(max_size=12), min_size=4, max_size=4), min_size=1, max_size=5))
def test_whatever_stands_in_its_cells_a_table_is_read_or_refused_with_a_sentence(cells: list[list[str]]) -> None:
    rows = [
        "account,date,type,description",
        *('"' + '","'.join(c.replace('"', "") for c in row) + '"' for row in cells),
    ]
    with suppress(TableError):
        events = read_events("\n".join(rows).encode("utf-8", "replace"), "x.csv").events
        assert len({e.id for e in events}) == len(events) > 0


# --------------------------------------------------------------------------------------------------------------- store


def test_the_same_table_again_changes_nothing_and_can_be_taken_back(tmp_path: Path) -> None:
    store = Store.at(tmp_path / "study.db")
    events = read(TABLE).events
    assert store.import_events(events) == len(events)
    before = store.events()
    assert store.import_events(read(TABLE).events) == 0
    assert store.events() == before
    assert sorted(before, key=lambda e: e.id) == sorted(events, key=lambda e: e.id)
    assert store.remove_events("events.csv") == len(events)
    assert store.events() == ()
    store.close()


def test_an_import_that_fails_leaves_nothing_of_itself(tmp_path: Path) -> None:
    store = Store.at(tmp_path / "study.db")
    with sqlite3.connect(tmp_path / "study.db") as connection:
        connection.execute(
            "CREATE TRIGGER no_delta BEFORE INSERT ON event WHEN new.account = 'Delta' "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
    with pytest.raises(StudyError):
        store.import_events(read(TABLE).events)
    assert store.events() == ()
    store.close()


def test_events_find_their_account_by_domain_and_by_name_and_keep_their_own_where_none_is_known() -> None:
    rows = (("", "acme.example"), ("ACME foods Inc.", ""), ("Beta", "b.example"), ("", "c.example"), ("", ""))
    events = [replace(event("x"), account=name, domain=domain) for name, domain in rows]
    joined = join_events(events, [ACCOUNT])
    assert {name: len(told) for name, told in joined.items()} == {"Acme Foods": 2, "Beta": 1, "c.example": 1, "": 1}


# ----------------------------------------------------------------------------------------------------------- the brief


def test_the_brief_shows_dates_sources_and_what_speaks_against_apart() -> None:
    said = trigger("we closed our Series B in March, forty million", event_on=date(2026, 3, 1), precision="month")
    laid_off = event("12% of staff", "hiring", against="layoffs", type_="=Layoffs")
    events = (event("Acme Foods raises $40M Series B"), laid_off)
    beside = Beside(events=events, names=("Acme Foods",))
    reading = read_account(ACCOUNT, (), (said,), Scorecard(), CODEBOOK, TODAY, None, beside)
    now, careful = render_brief(reading, "Dock", TODAY).split("## Careful")
    assert "2026-03-04, 58 days ago, told 2026-04-20" in now
    assert "(2 sources)" in now
    assert "layoffs" not in now
    assert "layoffs: =Layoffs: 12% of staff" in careful
    content = brief_json(reading)
    assert [s["reading"] for s in content["signals"]].count("against") == 1
    merged = next(s for s in content["signals"] if s["finding"])
    assert {source["id"] for source in merged["sources"]} == {said.id, events[0].id}


def test_a_signal_on_a_day_told_that_day_says_the_date_once() -> None:
    same_day = trigger("we lost the grocer", "incident", said_on=TODAY, event_on=TODAY)
    reading = read_account(ACCOUNT, (), (same_day,), Scorecard(), CODEBOOK, TODAY)
    assert "(2026-05-01, today; 100% left)" in render_brief(reading, "", TODAY)


def test_the_page_shows_words_of_an_event_as_words_and_says_what_speaks_against() -> None:
    from analyzer.views.accounts import _signal

    told = event("<script>alert(1)</script> 12% of staff", "hiring", against="layoffs")
    shown = _signal(collect(events=(replace(told, published_on=date(2026, 3, 9)),))[0], CODEBOOK)
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "layoffs" in shown
    assert "still counts" not in shown
    assert "2026-03-04, 58 days ago, told 2026-03-09" in shown
    merged = collect(
        trigger("we closed our Series B, forty million", event_on=date(2026, 3, 4)),
        events=(event("Acme Foods raises $40M Series B"),),
    )
    page = _signal(merged[0], CODEBOOK)
    assert "2 sources" in page
    assert f"{merged[0].strength:.0%} still counts" in page
    assert "events.csv, row 0" in page


# ---------------------------------------------------------------------------------------------------- the command line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Study.create(tmp_path / "study").close()
    (tmp_path / "events.csv").write_text(TABLE)
    return tmp_path


def icp(folder: Path, *words: str) -> tuple[int, str, str]:
    ran = CliRunner().invoke(app, ["--study", str(folder / "study"), *words])
    return ran.exit_code, ran.stdout, ran.stderr


def test_events_are_imported_listed_and_shown_with_their_account(folder: Path) -> None:
    code, out, err = icp(folder, "events", "import", str(folder / "events.csv"))
    assert (code, out.splitlines()[0]) == (0, "6 events.")
    assert "without an account: 1; without a date: 1" in out
    assert "note: Row 5: no account" in err
    assert "Of no account that the study knows: 5 (Acme Foods, beta.example, Gamma, Delta)." in out
    assert "6 were known" in icp(folder, "events", "import", str(folder / "events.csv"))[1]
    listed = json.loads(icp(folder, "events", "--format", "json")[1])
    assert [e["date"] for e in listed] == sorted(e["date"] for e in listed if e["date"]) + [None]
    brief = json.loads(icp(folder, "account", "Acme Foods", "--format", "json")[1])
    assert brief["signals"][0]["words"] == "Series B: Acme Foods raises $40M"
    assert {s["account"] for s in json.loads(icp(folder, "score", "--format", "json")[1])} == {
        "Acme Foods", "beta.example", "Gamma", "Delta",
    }  # fmt: skip
    assert icp(folder, "events", "remove", "events.csv")[1].startswith("6 events removed")
    assert icp(folder, "events", "remove", "events.csv")[0] == 1


def test_events_of_accounts_that_the_study_does_not_know_are_counted_named_and_listed(folder: Path) -> None:
    (folder / "accounts.csv").write_text("Company,Website\nAcme Foods Inc.,acme.example\nGamma,\n")
    assert icp(folder, "accounts", "import", str(folder / "accounts.csv"))[0] == 0
    (folder / "note.md").write_text("# Delta, call on 2 April 2026\n\nWe run it all in Excel and it hurts.\n")
    assert icp(folder, "add", str(folder / "note.md"), "--account", "Delta")[0] == 0
    (folder / "study" / "product.yaml").write_text("name: Dock\ncompetitors: [Zentro]\n")
    (folder / "more.csv").write_text(TABLE + "Gamma,,2026-04-04,,Gamma moves to Zentro,,\n")
    out = icp(folder, "events", "import", str(folder / "more.csv"))[1]
    assert "Of no account that the study knows: 1 (beta.example). They are kept; `icp events --unknown`" in out
    listed = json.loads(icp(folder, "events", "--unknown", "--format", "json")[1])
    assert [(e["account"], e["is_known"]) for e in listed] == [("beta.example", False), ("(no account)", False)]
    everything = json.loads(icp(folder, "events", "--format", "json")[1])
    assert [e["category"] for e in everything if e["description"] == "Gamma moves to Zentro"] == ["tool_change"]
    assert sum(e["is_known"] for e in everything) == len(everything) - 2


# ------------------------------------------------------------------------------------------------- as of a day before


def test_as_of_a_day_nothing_is_known_that_was_said_after_it(demo_study: Study) -> None:
    days = sorted({d.said_on for d in demo_study.store.documents() if d.said_on})
    day = days[len(days) // 2]
    then = {r.account.name: r for r in demo_study.account_readings(day)}
    now = {r.account.name: r for r in demo_study.account_readings(date.today())}
    assert then.keys() == now.keys(), "an account of which nothing was heard yet is listed, too"
    for reading in then.values():
        told = [*reading.findings, *(f for m in reading.committee.members for f in m.findings)]
        told += [s.finding for s in reading.signals if s.finding]
        assert all(f.said_on <= day for f in told)
        assert all(s.said_on is None or s.said_on <= day for signal in reading.signals for s in signal.sources)
    heard = {d.account for d in demo_study.store.counted_documents() if d.said_on and d.said_on <= day}
    assert {name for name, reading in then.items() if reading.heard} == heard - {""}
    later = [name for name in now if now[name].heard and name not in heard]
    assert later, "the demo has an account that is heard only after the day"
    for name in later:
        assert then[name].findings == ()
        assert then[name].score.low <= now[name].score.low


def test_without_a_day_and_as_of_today_everything_in_the_study_counts(demo_study: Study) -> None:
    assert demo_study.account_readings() == demo_study.account_readings(date.today())
    assert sum(len(r.findings) for r in demo_study.account_readings()) == len(
        [f for f in demo_study.findings() if f.account and f.status != Status.REJECTED]
    )


def test_what_nobody_dated_counts_from_the_day_it_was_added() -> None:
    added, said = date(2026, 4, 10), date(2026, 4, 1)
    undated = replace(trigger("we were bought"), said_on=None)
    dated = replace(trigger("the plant burnt down", said_on=said), document_id="d2")
    for day, known in ((date(2026, 3, 31), []), (said, [dated]), (added, [undated, dated])):
        horizon = Horizon(day, {undated.document_id: added, "d2": added})
        assert list(horizon.findings([undated, dated])) == known
    assert Horizon(added).findings([undated]) == (), "without the day it was added nobody knows when it was known"


def test_an_event_counts_from_the_day_it_was_published_also_of_what_was_still_to_come() -> None:
    ahead = replace(event("closes in June"), event_on=date(2026, 6, 1), published_on=date(2026, 4, 1))
    unpublished = replace(event("opened"), event_on=date(2026, 4, 20), published_on=None)
    undated = replace(event("what"), event_on=None, published_on=None)
    horizon = Horizon(date(2026, 4, 10))
    assert horizon.events([ahead, unpublished, undated]) == (ahead,)
    assert Horizon(date(2026, 4, 20)).events([ahead, unpublished, undated]) == (ahead, unpublished)


def test_the_accounts_of_a_past_day_know_no_figure_that_was_told_later(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study")
    for said_on, staff in ((date(2026, 2, 1), 120), (date(2026, 5, 1), 420)):
        said = f"We're about {staff} people. It takes us hours."
        call = f"Pia (Dock): Tell me about it.\nDana: {said}\nPia: And?\nDana: No.\n"
        options = ReadOptions(account="Acme Foods", said_on=said_on, sides={"Dana": Side.CUSTOMER})
        study.add_bytes(call.encode(), f"call {staff}.txt", options)
    study.refresh_facts(study.store.counted_documents())
    employees = {
        day: [r.account.employees for r in study.account_readings(day)]
        for day in (date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1), None)
    }
    assert list(employees.values()) == [[None], [120], [420], [420]]
    study.close()
