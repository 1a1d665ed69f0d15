"""The page of numbers, the draft's page with segments, guide and kill list, the upload of events, without a browser:
each figure shown is the study's own, nothing is hidden, nothing is set that nobody asked for."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from test_app import HOSTILE, open_app, sentences, shown

from analyzer.icp.render.layout import lay_out
from analyzer.reading.documents import ReadOptions
from analyzer.records import Account, Deal, Finding, Kind, Maker, Outcome, Side
from analyzer.scoring.lift import Verdict
from analyzer.study import Study
from analyzer.views.draft_lines import draw_block
from analyzer.views.lift import lift_csv
from analyzer.views.markup import words

FIRST = date(2025, 1, 6)


def sell(study: Study, name: str, outcome: Outcome, place: int, *, attributes: dict[str, str], **known: Any) -> None:
    """One account with its deal; ``place`` spreads days and amounts."""
    opened = FIRST + timedelta(days=7 * place)
    deal = Deal(name, outcome, 1000.0 * (place + 1), opened, opened + timedelta(days=30))
    study.store.import_accounts([Account(name, attributes=attributes, **known)], [deal])


def two_kinds(folder: Path, each: int = 16, industry: str = "Casino", column: str = "Go-live date") -> Study:
    """Won accounts of two kinds that stand apart, an ``industry`` that loses, a ``column`` that knows the outcome."""
    study = Study.create(folder)
    kinds = (("Cold", "Cold storage", 100, 6, "Germany"), ("Soft", "Software", 3000, 150, "United States"))
    for name, trade, size, step, country in kinds:
        for n in range(each + 5):
            outcome = Outcome.WON if n < each else Outcome.LOST
            known = {"industry": trade, "employees": size + step * n, "country": country}
            sell(study, f"{name} {n}", outcome, n, attributes={column: "yes" if n < each else "no"}, **known)
    for n in range(16):
        outcome = Outcome.LOST if n else Outcome.WON
        country = ("Germany", "United States")[n % 2]
        sell(
            study, f"Play {n}", outcome, n, attributes={column: "no"},
            industry=industry, employees=90 + 300 * n, country=country,
        )  # fmt: skip
    return study


@pytest.fixture
def parted(tmp_path: Path) -> Iterator[Study]:
    study = two_kinds(tmp_path / "parted")
    yield study
    study.close()


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Study]:
    study = Study.create(tmp_path / "few")
    for n in range(6):
        sell(
            study, f"Acme {n}", (Outcome.WON, Outcome.LOST)[n % 2], n, attributes={}, industry="Food", employees=90 + n
        )
    yield study
    study.close()


# ------------------------------------------------------------------------------------------------------------ winning


def test_every_trait_stands_on_the_page_with_its_own_figures(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    lift = demo_study.lift()
    app = open_app(monkeypatch, demo_folder, "numbers")
    assert not app.exception
    assert not app.error
    page = shown(app)
    assert f'<p class="lead"><bdi>{words(lift.summary)}</bdi></p>' in page
    _, _, table = page.partition('aria-label="Traits and their win rates"')
    drawn = table.partition("</table>")[0].split("<tr>")[2:]
    assert len(drawn) == len(lift.rows)
    assert any(row.verdict == Verdict.TOO_FEW for row in lift.rows)
    for row, html in zip(lift.rows, drawn, strict=True):
        assert words(row.value) in html
        assert words(row.verdict.value) in html
        assert f"{row.won} of {row.n}<" in html
        assert f"{row.rest_won} of {row.rest_n}<" in html
        assert f"{100 * row.win_rate:.0f} % <" in html
        assert f"{100 * row.interval.low:.0f}-{100 * row.interval.high:.0f} %" in html
        for finding_id in row.evidence[:1]:
            assert f'href="findings?finding={finding_id}"' in html


def test_the_profile_of_the_won_deals_is_the_main_statement(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    lift = demo_study.lift()
    assert lift.profile is not None
    row = lift.rows[0]
    statement = shown(open_app(monkeypatch, demo_folder, "numbers")).partition('<section class="main"')[2]
    statement = statement.partition("</section>")[0]
    assert " or ".join(lift.profile.industries) in statement
    assert f"{row.won} of {row.n} won" in statement
    assert f"{row.rest_won} of {row.rest_n} won" in statement
    assert f"in {100 * row.p:.1f} % of cases" in statement


def test_a_filter_shows_the_traits_it_names_and_says_how_many(monkeypatch: pytest.MonkeyPatch, parted: Study) -> None:
    lift = parted.lift()
    app = open_app(monkeypatch, parted.folder, "numbers")
    app.selectbox(key="numbers_verdict").select(Verdict.NEGATIVE).run()
    negative = lift.of(Verdict.NEGATIVE)
    assert "Casino" in {row.value for row in negative}
    assert f"{len(negative)} of {len(lift.rows)} traits" in shown(app)
    assert "United States" not in shown(app).partition("Traits and their win rates")[2].partition("</table>")[0]
    app.selectbox(key="numbers_attribute").select("country").run()
    assert "No trait is like that" in sentences(app)


def test_a_column_that_knows_the_outcome_is_left_out_until_a_person_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, parted: Study
) -> None:
    app = open_app(monkeypatch, parted.folder, "numbers")
    assert "Column Go-live date is left out" in shown(app)
    assert "column Go-live date" not in shown(app)
    app.multiselect(key="numbers_trusted").select("Go-live date").run()
    assert not app.exception
    assert "Tested at your word: Go-live date." in sentences(app)
    assert "column Go-live date" in shown(app)
    app.multiselect(key="numbers_trusted").unselect("Go-live date").run()
    assert "column Go-live date" not in shown(app)


def test_the_download_holds_every_trait_and_no_formula(tmp_path: Path) -> None:
    study = two_kinds(tmp_path / "study", industry="=HYPERLINK(1)")
    lift = study.lift()
    rows = list(csv.DictReader(io.StringIO(lift_csv(lift))))
    assert [(r["attribute"], int(r["won"]), int(r["n"])) for r in rows] == [
        (row.attribute, row.won, row.n) for row in lift.rows
    ]
    assert "'=HYPERLINK(1)" in {r["value"] for r in rows}
    study.close()


def test_names_of_columns_and_accounts_are_plain_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    study = two_kinds(tmp_path / "study", each=22, industry=HOSTILE, column=f"Won on {HOSTILE}")
    for page in ("numbers", "profile"):
        app = open_app(monkeypatch, study.folder, page)
        assert not app.exception
        assert words(HOSTILE) in shown(app)
        assert "<script>" not in shown(app)
    study.close()


# ------------------------------------------------------------------------------------------- too little to say anything


def test_without_deals_the_page_says_what_to_import(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    study = Study.create(tmp_path / "empty")
    study.store.import_accounts([Account("Acme"), Account("Bolt")], [Deal("Acme", Outcome.OPEN)])
    app = open_app(monkeypatch, study.folder, "numbers")
    assert not app.exception
    assert "First import a table of accounts with their deals" in sentences(app)
    assert not app.tabs
    study.close()


def test_few_deals_are_said_to_be_few_before_any_number(monkeypatch: pytest.MonkeyPatch, few: Study) -> None:
    app = open_app(monkeypatch, few.folder, "numbers")
    assert not app.exception
    assert "Too few deals to say what predicts winning: 3 accounts won and 3 lost" in app.warning[0].value.replace(
        "\\", ""
    )
    assert "proves nothing yet" in app.warning[0].value
    assert "predictive" not in shown(app).partition("Traits and their win rates")[2]
    assert "Too few won accounts to find segments: 3" in shown(app)
    assert "Too few deals to suggest weights" in shown(app)


# ---------------------------------------------------------------------------------------------------------- scorecard


def test_the_scorecard_is_held_against_the_deals_and_left_as_it_is(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    test, weights = demo_study.backtest(), demo_study.suggest_weights()
    ratio = test.inside_outside
    assert ratio.ratio is not None
    before = demo_study.scorecard_versions()
    app = open_app(monkeypatch, demo_folder, "numbers")
    page = shown(app)
    assert f"Tier 1 wins {ratio.ratio:.1f} times as often as the rest" in page
    assert f"Probably {ratio.low:.1f} to {ratio.high:.1f} times as often. The rule of three" in page
    tiers = page.partition('aria-label="Win rate by tier"')[2].partition("</table>")[0]
    for tier in test.tiers:
        assert f"{tier.won} of {tier.n}<" in tiers
    for score in (*test.won_in(30, 40), *test.lost_from(demo_study.scorecard().tiers.first)):
        assert f"{words(score.account)}</bdi></a> ({score.score:.0f})" in page
    for part in test.calibration:
        assert f"{100 * part.predicted:.0f} %" in page
    assert words(weights.note) in page
    table = page.partition('aria-label="Weights now and as the deals suggest"')[2].partition("</table>")[0]
    for weight in weights.weights:
        assert f'<span class="num">{weight.now:.0f}</span>' in table
        assert f'<span class="num">{weight.suggested:.0f}</span>' in table
    assert not app.button
    assert demo_study.scorecard_versions() == before


# ------------------------------------------------------------------------------------------------- segments, over time


def test_segments_that_stand_apart_are_ranked_and_shaky_ones_said_to_be_so(
    monkeypatch: pytest.MonkeyPatch, parted: Study
) -> None:
    found = parted.segments()
    assert found.are_apart
    page = shown(open_app(monkeypatch, parted.folder, "numbers"))
    assert "2 segments that stand apart" in page
    table = page.partition('aria-label="Segments of won accounts"')[2].partition("</table>")[0]
    places = [table.index(words(segment.name)) for segment in found.segments]
    assert places == sorted(places)
    assert table.count("stable</span>") == 2
    assert "unstable</span>" not in table
    shaky = replace(found, segments=tuple(replace(s, stability=0.31) for s in found.segments))
    monkeypatch.setattr(Study, "segments", lambda _self: shaky)
    sell(parted, "One more", Outcome.OPEN, 3, attributes={})
    page = shown(open_app(monkeypatch, parted.folder, "numbers"))
    assert "2 of them are unstable" in page
    assert page.count("31 % <span") == 2
    assert page.count("unstable</span>") == 2


def test_quarters_shifts_and_the_next_review_are_those_of_drift(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    demo_study.draft()
    drift = demo_study.drift()
    app = open_app(monkeypatch, demo_folder, "numbers")
    page = shown(app)
    table = page.partition('aria-label="Quarters"')[2].partition("</table>")[0]
    for quarter in drift.quarters:
        assert f"{quarter.quarter}</span>" in table
        assert f"{quarter.won} of {quarter.won + quarter.lost}<" in table or not quarter.won + quarter.lost
    for shift in drift.shifts:
        assert words(shift.verdict.value) in page
    for warning in drift.warnings:
        assert words(warning) in page
    assert drift.review.on is not None
    assert str(drift.review.on) in sentences(app)


# -------------------------------------------------------------------------------------------------------------- speed


def test_a_number_is_computed_once_until_the_study_changes(monkeypatch: pytest.MonkeyPatch, few: Study) -> None:
    measured = 0
    lift = Study.lift

    def counting(self: Study, *trusted: Any) -> Any:
        nonlocal measured
        measured += 1
        return lift(self, *trusted)

    monkeypatch.setattr(Study, "lift", counting)
    # Drift asks for lift as well, where drafts were kept; there are none here.
    app = open_app(monkeypatch, few.folder, "numbers")
    app.selectbox(key="numbers_order").select_index(1).run()
    open_app(monkeypatch, few.folder, "numbers")
    assert measured == 1
    sell(few, "New", Outcome.WON, 9, attributes={}, industry="Food")
    app.run()
    assert measured == 2
    assert "4 accounts won and 3 lost" in sentences(app)


def test_a_draft_is_made_once_until_the_study_changes(monkeypatch: pytest.MonkeyPatch, parted: Study) -> None:
    drafted = 0
    current = Study.current_draft

    def counting(self: Study, *args: Any, **named: Any) -> Any:
        nonlocal drafted
        drafted += 1
        return current(self, *args, **named)

    monkeypatch.setattr(Study, "current_draft", counting)
    app = open_app(monkeypatch, parted.folder, "profile")
    app.run()
    assert drafted == 1
    (parted.folder / "product.yaml").write_text("name: Dockhand\n")
    app.run()
    assert drafted == 2
    assert "Dockhand" in shown(app)


# ---------------------------------------------------------------------------------------------------------- the draft


def test_a_segment_that_stands_apart_has_its_own_draft(monkeypatch: pytest.MonkeyPatch, parted: Study) -> None:
    app = open_app(monkeypatch, parted.folder, "profile")
    segments = parted.segments().segments
    app.selectbox(key="profile_segment").select(2).run()
    assert not app.exception
    own = parted.current_draft(segment=2)
    assert own["segment"] == segments[1].name
    assert words(own["definition"]["statement"]) in shown(app)
    app.button(key="profile_keep").click().run()
    assert [d["segment"] for d in parted.drafts()] == [segments[1].name]
    assert words(segments[1].name) in shown(app).partition("Versions of the draft")[2]


def test_without_segments_that_stand_apart_no_segment_is_asked_for(monkeypatch: pytest.MonkeyPatch, few: Study) -> None:
    app = open_app(monkeypatch, few.folder, "profile")
    assert not app.exception
    assert "profile_segment" not in {box.key for box in app.selectbox}
    assert words(few.current_draft()["definition"]["statement"]) in shown(app)


def test_strengths_and_intervals_stand_beside_their_lines(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    layout = lay_out(demo_study.current_draft())
    page = shown(open_app(monkeypatch, demo_folder, "profile"))
    graded = [entry for block in layout.blocks for entry in block.entries if entry.strength]
    assert len({entry.strength for entry in graded}) == 3
    for entry in graded:
        after = page.partition(f"<bdi>{words(entry.statement)}</bdi>")[2][:200]
        assert f">{entry.strength}</span>" in after
        assert words(entry.support) in page
    assert words(layout.legend) in page


def test_what_speaks_against_a_line_stands_beside_it(demo_study: Study) -> None:
    draft = demo_study.current_draft()
    denial = next(e for e in draft["evidence"].values() if e.get("question"))
    section = next(s for s in draft["sections"] if s["key"] == "pains")
    section["lines"][0]["against"] = [denial["id"]]
    blocks = zip(lay_out(draft).blocks, draft["sections"], strict=True)
    html = next(draw_block(block, part["lines"], draft) for block, part in blocks if part is section)
    first, _, others = html.partition("</li>")
    assert f"<b>Against:</b> <bdi>asked “{words(denial['question'])}”: “{words(denial['quote'])}" in first
    assert f"“<bdi>{words(denial['quote'])}</bdi>”" in first
    assert f"finding={denial['id']}" not in html
    assert "Against:" not in others


def test_a_draft_without_deals_is_a_hypothesis_and_each_line_says_what_ends_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    study = heard_study(tmp_path / "heard")
    draft = study.current_draft()
    assert draft["is_hypothesis"]
    app = open_app(monkeypatch, study.folder, "profile")
    assert not app.exception
    assert "Hypothesis: no deal backs this yet" in sentences(app)
    lines = [draft["definition"], *(line for s in draft["sections"] for line in s["lines"])]
    refutations = {line["refuted_by"] for line in lines if line["refuted_by"]}
    assert len(refutations) > 2
    for said in refutations:
        assert words(said) in shown(app)
    study.close()


def heard_study(folder: Path) -> Study:
    """One interview with findings by hand, no deal."""
    study = Study.create(folder)
    text = "Ana Ruiz: What hurts?\nJo Park: We key every order twice, and our CFO signs for it.\n"
    document = study.add_bytes(
        text.encode(), "call.txt", ReadOptions(account="Acme", said_on=date(2026, 5, 4))
    ).document
    assert document is not None
    quote = "We key every order twice"
    start = document.text.index(quote)
    pain = Finding(
        document.id, document.name, Kind.PAIN, "manual_work", quote, quote, start, start + len(quote),
        "Jo Park", "", Side.CUSTOMER, "Acme", document.said_on, Maker("offline", "by hand", "", "1"),
    )  # fmt: skip
    found = [pain, replace(pain, kind=Kind.TRIGGER, category="incident"), replace(pain, kind=Kind.TOOL, category="erp")]
    study.store.record_extraction(document.id, pain.maker, found, [])
    study.refresh()
    return study


def test_the_guide_asks_what_closes_each_gap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    study = heard_study(tmp_path / "heard")
    gaps = study.coverage().gaps
    assert gaps
    page = shown(open_app(monkeypatch, study.folder, "profile"))
    for gap in gaps:
        assert f"<b><bdi>{words(gap.what[:1].upper() + gap.what[1:])}</bdi></b>" in page
        for question in gap.ask:
            assert words(question) in page
    study.close()


# ------------------------------------------------------------------------------------------------------- the kill list


def test_a_candidate_goes_on_the_kill_list_when_a_person_says_so_and_why(
    monkeypatch: pytest.MonkeyPatch, parted: Study
) -> None:
    (candidate,) = parted.kill_candidates()
    app = open_app(monkeypatch, parted.folder, "profile")
    assert words(candidate.reason) in shown(app)
    assert not parted.scorecard().kill
    key = f"0_{parted.scorecard().version}"
    app.button(key=f"profile_kill_{key}").click().run()
    assert not parted.scorecard().kill
    assert app.error, "without a name nothing is put on the list"
    app.text_input(key=f"profile_kill_author_{key}").input("Pia Holm")
    app.text_input(key=f"profile_kill_reason_{key}").input("no licence to sell there")
    app.button(key=f"profile_kill_{key}").click().run()
    assert not app.exception
    assert [(k.attribute, k.values, k.reason) for k in parted.scorecard().kill] == [
        ("industry", ("Casino",), "no licence to sell there")
    ]
    newest = parted.scorecard_versions()[-1]
    assert (newest.author, newest.reason) == ("Pia Holm", "no licence to sell there")
    assert "industry Casino is out" in sentences(app)
    assert "No industry, country or other value is shown to lose" in shown(app)


# ------------------------------------------------------------------------------------------------------------- events

NEWS = b"Company,When,Type,Text\nAcme,2026-03-02,Funding,Raised 12 million\nBolt,2026-04-01,Layoffs,Cut 40 jobs\n"


def test_events_are_imported_once_and_can_be_taken_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study")
    app = open_app(monkeypatch, study.folder, "sources")
    app.file_uploader(key="sources_events").upload("news.csv", NEWS, "text/csv").run()
    assert not app.exception
    assert "2 events imported." in sentences(app)
    mapped = shown(app).partition("Mapped: ")[2].partition("</li>")[0]
    assert re.sub("<.*?>", "", mapped).startswith("Company → account, ")
    assert {(e.account, e.type, e.against) for e in study.store.events()} == {
        ("Acme", "Funding", ""),
        ("Bolt", "Layoffs", "layoffs"),
    }
    again = open_app(monkeypatch, study.folder, "sources")
    again.file_uploader(key="sources_events").upload("news.csv", NEWS, "text/csv").run()
    assert "0 events imported. 2 were known" in sentences(again)
    again.button(key="sources_events_back").click().run()
    assert "2 events taken back" in sentences(again)
    assert not study.store.events()
    study.close()


def test_a_table_that_tells_of_no_event_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study")
    app = open_app(monkeypatch, study.folder, "sources")
    app.file_uploader(key="sources_events").upload("news.csv", b"", "text/csv").run()
    assert not app.exception
    assert "news.csv" in sentences(app)
    assert not study.store.events()
    study.close()


def test_events_read_with_a_column_set_right_replace_those_read_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    study = Study.create(tmp_path / "study")
    app = open_app(monkeypatch, study.folder, "sources")
    content = NEWS.replace(b"Type", b"What they did")
    app.file_uploader(key="sources_events").upload("news.csv", content, "text/csv").run()
    assert [e.type for e in study.store.events()] == ["", ""]
    app.selectbox(key="sources_events_column").select("What they did").run()
    app.selectbox(key="sources_events_field").select("type").run()
    app.button(key="sources_events_map").click().run()
    assert not app.exception
    assert [e.type for e in study.store.events()] == ["Funding", "Layoffs"]
    study.close()


def test_events_without_a_column_of_accounts_can_be_told_which_one_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    study = Study.create(tmp_path / "study")
    app = open_app(monkeypatch, study.folder, "sources")
    content = NEWS.replace(b"Company", b"Whom it struck")
    app.file_uploader(key="sources_events").upload("news.csv", content, "text/csv").run()
    assert "no column names the account" in sentences(app)
    app.selectbox(key="sources_events_column").select("Whom it struck").run()
    app.selectbox(key="sources_events_field").select("account").run()
    app.button(key="sources_events_map").click().run()
    assert not app.error
    assert [e.account for e in study.store.events()] == ["Acme", "Bolt"]
    study.close()
