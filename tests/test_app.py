"""The app's pages without a browser: each draws on the demo study, says what to do on an empty one, and changes the
study as a person asks. What only a browser can tell stands in test_browser.py."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from analyzer.icp.brief import is_live
from analyzer.printing import counted
from analyzer.reading.documents import ReadOptions, read_document
from analyzer.records import Finding, Kind, Maker, Outcome, Side, Status
from analyzer.study import Study
from analyzer.views.markup import clock, plain, transcript, words
from analyzer.views.timeline import MARKS, month_marks

REPOSITORY = Path(__file__).parent.parent
PAGES = {"Sources": "sources", "Findings": "findings", "Accounts": "accounts", "ICP": "profile"}
WAIT = 240


def open_app(monkeypatch: pytest.MonkeyPatch, folder: Path, page: str, **address: str) -> AppTest:
    monkeypatch.setenv("ICP_STUDY", str(folder))
    app = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=WAIT)
    app.run()
    app.switch_page(f"analyzer/views/{page}.py")
    for key, value in address.items():
        app.query_params[key] = value
    return app.run()


def shown(app: AppTest) -> str:
    """The HTML that the views made."""
    return "\n".join(block.value for block in app.get("html"))


def sentences(app: AppTest) -> str:
    """What messages say, as a reader sees it."""
    said = [*app.info, *app.success, *app.warning, *app.error]
    return re.sub(r"\\(.)", r"\1", "\n".join(message.value for message in said))


@pytest.fixture
def empty_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    Study.create(folder).close()
    return folder


@pytest.mark.parametrize(("title", "page"), PAGES.items())
def test_every_page_draws_the_demo_study(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, title: str, page: str
) -> None:
    app = open_app(monkeypatch, demo_folder, page)
    assert not app.exception
    assert not app.error
    assert f"<h1>{title}</h1>" in shown(app)
    assert "18 documents" in shown(app)


@pytest.mark.parametrize("page", PAGES.values())
def test_an_empty_study_says_on_every_page_what_to_do_first(
    monkeypatch: pytest.MonkeyPatch, empty_folder: Path, page: str
) -> None:
    app = open_app(monkeypatch, empty_folder, page)
    assert not app.exception
    assert "First" in sentences(app)
    assert "interviews" in sentences(app)


def test_a_folder_without_a_study_is_a_sentence_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = open_app(monkeypatch, tmp_path / "nowhere", "findings")
    assert not app.exception
    assert "There is no study in" in sentences(app)


@pytest.mark.slow
def test_an_empty_study_can_be_filled_with_the_demo(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> None:
    app = open_app(monkeypatch, empty_folder, "sources")
    app.button(key="sources_demo").click().run()
    assert not app.exception
    assert "The demo is loaded: 18 documents" in sentences(app)


def test_the_demo_is_not_offered_where_a_product_is_described(
    monkeypatch: pytest.MonkeyPatch, empty_folder: Path
) -> None:
    (empty_folder / "product.yaml").write_text("name: Ours\n")
    app = open_app(monkeypatch, empty_folder, "sources")
    assert "sources_demo" not in {button.key for button in app.button}


# ----------------------------------------------------------------------------------------------------------- sources


def test_uploads_are_read_and_the_refused_one_is_kept_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, empty_folder: Path
) -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as made:
        made.writestr("calls/Brightwell.txt", "Ana Ruiz: What changed?\nTom Hale: We lost two pallets in March.\n" * 4)
    app = open_app(monkeypatch, empty_folder, "sources")
    app.file_uploader(key="sources_files").set_value(
        [
            ("Acme call.txt", b"Ana Ruiz: What hurts most?\nJo Park: We key every order twice.\n" * 4, "text/plain"),
            ("calls.zip", package.getvalue(), "application/zip"),
            ("recording.mp3", b"ID3\x03\x00\x00\x00" + bytes(range(256)) * 40, "audio/mpeg"),
        ]
    ).run()
    assert not app.exception
    assert "2 added" in sentences(app)
    assert "recording.mp3" in sentences(app)
    assert "calls.zip/calls/Brightwell.txt" in shown(app)
    study = Study(empty_folder)
    assert [d.name for d in study.documents()] == ["Acme call.txt", "calls.zip/calls/Brightwell.txt"]
    assert [r["name"] for r in study.refused_files()] == ["recording.mp3"]
    assert words(str(study.refused_files()[0]["reason"]).removeprefix("recording.mp3: ")) in shown(app)
    study.close()


def test_an_account_table_says_what_was_mapped_and_what_was_kept(
    monkeypatch: pytest.MonkeyPatch, empty_folder: Path
) -> None:
    content = b"Company,Headcount,Dock doors,Stage\nAcme,120,8,Closed Won\nBolt,many,3,Closed Lost\n"
    app = open_app(monkeypatch, empty_folder, "sources")
    app.file_uploader(key="sources_accounts").upload("crm.csv", content, "text/csv").run()
    assert not app.exception
    assert "2 accounts and 2 deals" in sentences(app)
    assert "Dock doors" in shown(app).partition("Kept as attributes")[2]
    assert "cannot be read as a number" in shown(app)


def test_a_column_that_means_something_else_is_set_right_and_the_table_read_again(
    monkeypatch: pytest.MonkeyPatch, empty_folder: Path
) -> None:
    content = b"Who buys,Headcount\nAcme,120\nBolt,80\n"
    app = open_app(monkeypatch, empty_folder, "sources")
    app.file_uploader(key="sources_accounts").upload("crm.csv", content, "text/csv").run()
    assert "no column" in sentences(app)
    app.selectbox(key="sources_map_column").select("Who buys").run()
    app.selectbox(key="sources_map_field").select("name").run()
    app.button(key="sources_map").click().run()
    assert not app.exception
    assert "2 accounts" in sentences(app)
    study = Study(empty_folder)
    assert [(a.name, a.employees) for a in study.store.accounts()] == [("Acme", 120), ("Bolt", 80)]
    study.close()


CALL = """Speaker 1: Thanks for making the time. What made you start looking?

Dana's iPhone: We lost our biggest grocer in March because two pallets went out with the wrong label, and every morning
my team retypes every order from the emails into the spreadsheet by hand.

Speaker 1: And who signs for something like this?

Dana: Our CFO Priya signs anything over ten thousand dollars, and I would be the one pushing for it.
"""


def test_a_speaker_is_named_and_a_copy_decided_about_with_a_click(
    monkeypatch: pytest.MonkeyPatch, empty_folder: Path
) -> None:
    study = Study(empty_folder)
    first = study.add_bytes(CALL.encode(), "first.txt", ReadOptions()).document
    again = study.add_bytes((CALL + "\n").encode(), "again.txt", ReadOptions()).document
    assert first is not None
    assert again is not None
    app = open_app(monkeypatch, empty_folder, "sources")
    assert "not counted" in shown(app)
    app.selectbox(key="sources_document").select(first.id).run()
    assert "labelled" in shown(app)
    app.text_input(key=f"sources_name_{first.id}_0_0").input("Pia Holm")
    app.button(key=f"sources_save_{first.id}").click().run()
    assert not app.exception
    assert [p.name for p in study.stored_document(first.id).participants] == ["Pia Holm", "Dana"]
    app.selectbox(key="sources_document").select(again.id).run()
    assert "A copy of first.txt (the same words)" in sentences(app)
    app.button(key=f"sources_instead_{again.id}").click().run()
    assert not app.exception
    assert {d.name: bool(d.copy_of) for d in study.documents()} == {"first.txt": True, "again.txt": False}
    app.selectbox(key="sources_document").select(first.id).run()
    app.button(key=f"sources_own_{first.id}").click().run()
    assert not any(d.copy_of for d in study.documents())
    study.close()


def test_a_table_without_accounts_is_an_error_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, empty_folder: Path
) -> None:
    app = open_app(monkeypatch, empty_folder, "sources")
    app.file_uploader(key="sources_accounts").upload("crm.csv", b"", "text/csv").run()
    assert not app.exception
    assert "crm.csv" in " ".join(re.sub(r"\\(.)", r"\1", e.value) for e in app.error)


def test_the_guesses_of_a_document_stand_beside_their_reasons(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    document = demo_study.find_document("Northwall")
    app = open_app(monkeypatch, demo_folder, "sources")
    app.selectbox(key="sources_document").select(document.id).run()
    for guess in document.guesses.values():
        assert words(guess.reason) in shown(app)
    for person in document.participants:
        assert words(person.side_reason) in shown(app)


def test_a_person_corrects_a_document_and_a_speakers_side(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    document = demo_study.find_document("GMT20260506")
    wade = next(n for n, p in enumerate(document.participants) if p.name == "Wade Pruitt")
    app = open_app(monkeypatch, demo_folder, "sources")
    app.selectbox(key="sources_document").select(document.id).run()
    app.text_input(key=f"sources_account_{document.id}").input("Ridgeline Pet Supply")
    app.date_input(key=f"sources_date_{document.id}").set_value(date(2026, 5, 7))
    app.selectbox(key=f"sources_outcome_{document.id}").select(Outcome.CHURNED)
    app.selectbox(key=f"sources_side_{document.id}_{wade}").select(Side.OURS)
    app.button(key=f"sources_save_{document.id}").click().run()
    assert not app.exception
    assert "was corrected" in sentences(app)
    corrected = demo_study.find_document(document.id)
    assert (corrected.account, corrected.said_on, corrected.outcome) == (
        "Ridgeline Pet Supply",
        date(2026, 5, 7),
        Outcome.CHURNED,
    )
    assert corrected.participant("Wade Pruitt").side == Side.OURS


def test_extracting_again_says_that_nothing_has_changed(monkeypatch: pytest.MonkeyPatch, demo_folder: Path) -> None:
    app = open_app(monkeypatch, demo_folder, "sources")
    app.radio(key="sources_extractor").set_value("auto")
    app.button(key="sources_extract").click().run()
    assert not app.exception
    assert "0 documents read with the offline extractor, 18 unchanged" in sentences(app)
    assert "No language model is configured" in sentences(app)


def test_extracting_with_a_model_that_is_not_configured_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path
) -> None:
    app = open_app(monkeypatch, demo_folder, "sources")
    app.radio(key="sources_extractor").set_value("llm")
    app.button(key="sources_extract").click().run()
    assert not app.exception
    assert [e for e in app.error if "No language model is configured" in e.value]


def test_a_removed_document_is_gone_with_its_findings(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    document = demo_study.find_document("gantry_debrief")
    app = open_app(monkeypatch, demo_folder, "sources")
    app.selectbox(key="sources_document").select(document.id).run()
    app.button(key=f"sources_remove_{document.id}").click().run()
    assert not app.exception
    assert document.id not in {d.id for d in demo_study.documents()}
    assert not demo_study.findings(document_id=document.id)


# ---------------------------------------------------------------------------------------------------------- findings


def test_the_finding_in_the_address_is_lit_up_in_its_transcript(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    finding = next(f for f in demo_study.findings(Kind.PAIN) if f.document.endswith(".vtt"))
    app = open_app(monkeypatch, demo_folder, "findings", finding=finding.id)
    assert f"<mark>{words(finding.quote)}</mark>" in shown(app)
    document = demo_study.find_document(finding.document_id)
    turn = document.turn_at(finding.start)
    assert turn is not None
    cited = shown(app).partition('cited">')[2]
    assert cited.startswith(f'<span class="at">{clock(turn.at)}</span>')
    assert words(document.words_of(document.turns[-1])) in shown(app)


def test_filters_let_through_only_what_they_say(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    app = open_app(monkeypatch, demo_folder, "findings")
    app.selectbox(key="findings_kind").select(Kind.PAIN).run()
    assert f"{len(demo_study.findings(Kind.PAIN))} findings</p>" in shown(app)
    account = demo_study.findings(Kind.PAIN)[0].account
    app.selectbox(key="findings_account").select(account).run()
    assert f"{counted(len(demo_study.findings(Kind.PAIN, account)), 'finding')}</p>" in shown(app)
    app.slider(key="findings_confidence").set_value(0.8).run()
    sure = [f for f in demo_study.findings(Kind.PAIN, account) if f.confidence >= 0.8]
    assert f"{counted(len(sure), 'finding')}</p>" in shown(app)
    app.text_input(key="findings_text").input("no such words anywhere").run()
    assert "No finding is like that" in sentences(app)


@pytest.mark.parametrize(("button", "status"), [("accept", Status.ACCEPTED), ("reject", Status.REJECTED)])
def test_a_verdict_on_a_finding_is_kept(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study, button: str, status: Status
) -> None:
    finding = demo_study.findings(Kind.PAIN)[3]
    app = open_app(monkeypatch, demo_folder, "findings", finding=finding.id)
    app.text_input(key=f"findings_reason_{finding.id}").input("heard it myself")
    app.button(key=f"findings_{button}_{finding.id}").click().run()
    assert not app.exception
    assert [f.id for f in demo_study.findings(status=status)] == [finding.id]
    assert f"<mark>{words(finding.quote)}</mark>" in shown(app)


def test_refused_claims_are_counted_by_reason_and_explained(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    rejected = demo_study.rejected()
    app = open_app(monkeypatch, demo_folder, "findings")
    assert any(tab.label == f"Refused claims ({len(rejected)})" for tab in app.tabs)
    for refused in rejected:
        assert words(refused.detail) in shown(app)
        count = sum(r.reason == refused.reason for r in rejected)
        assert f"{refused.reason.value.replace('_', ' ')}: {count}" in shown(app)


# ------------------------------------------------------------------------------------------- accounts and the profile


def test_an_account_shows_its_score_with_reasons_and_the_unknown_as_a_range(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    reading = next(r for r in demo_study.account_readings() if not r.heard and r.score.high > r.score.low)
    app = open_app(monkeypatch, demo_folder, "accounts", account=reading.account.name)
    assert not app.exception
    assert f"between {reading.score.low:.0f} and {reading.score.high:.0f}" in shown(app)
    for attribute in reading.score.attributes:
        assert words(attribute.reason) in shown(app)
    for gap in reading.committee.gaps:
        assert words(gap) in shown(app)


def test_the_list_of_accounts_can_be_narrowed_to_those_that_are_live(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    day = date(2026, 6, 10)
    live = [r.account.name for r in demo_study.account_readings(day) if is_live(r)]
    assert live
    app = open_app(monkeypatch, demo_folder, "accounts")
    app.date_input(key="accounts_as_of").set_value(day).run()
    app.toggle(key="accounts_live").set_value(True).run()
    assert app.selectbox(key="accounts_account_").options == live
    assert f"{len(live)} of 60 accounts" in shown(app)


def test_an_accounts_signals_and_committee_carry_quotes_that_open_in_findings(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    reading = demo_study.account_reading("Cascara Cold Chain")
    app = open_app(monkeypatch, demo_folder, "accounts", account="Cascara Cold Chain")
    cited = [s.finding for s in reading.signals] + [m.findings[0] for m in reading.committee.members]
    assert cited
    for finding in cited:
        assert f"“<bdi>{words(finding.quote)}</bdi>”" in shown(app)
        assert f'href="findings?finding={finding.id}"' in shown(app)


def test_every_line_of_the_draft_folds_open_to_the_words_it_rests_on(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    draft = demo_study.draft()
    app = open_app(monkeypatch, demo_folder, "profile")
    page = shown(app)
    lines = [line for section in draft["sections"] for line in section["lines"]]
    for line in lines:
        assert words(line["statement"]) in page
    for finding_id, finding in draft["evidence"].items():
        assert f"“<bdi>{words(finding['quote'])}</bdi>”" in page
        # A denial is no finding, and no page opens it.
        assert (f'href="findings?finding={finding_id}"' in page) == ("question" not in finding)
    assert page.count("<details>") == sum(bool(line["evidence"]) for line in [draft["definition"], *lines])
    assert "What we do not know" in page


def test_an_older_version_of_the_draft_can_be_looked_at(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    first = demo_study.draft()
    demo_study.review(next(iter(first["evidence"])), Status.REJECTED, "misheard")
    app = open_app(monkeypatch, demo_folder, "profile")
    newest = demo_study.current_draft()["version"]
    assert newest > first["version"]
    app.selectbox(key=f"profile_version_{newest}").select(first["version"]).run()
    assert not app.exception
    assert f"This is version {first['version']}" in sentences(app)


def test_a_changed_draft_is_kept_only_when_a_person_says_so(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    first = demo_study.draft()
    demo_study.review(next(iter(first["evidence"])), Status.REJECTED, "misheard")
    app = open_app(monkeypatch, demo_folder, "profile")
    assert [d["version"] for d in demo_study.drafts()] == [first["version"]]
    app.button(key="profile_keep").click().run()
    assert not app.exception
    assert [d["version"] for d in demo_study.drafts()] == [first["version"], first["version"] + 1]


# ------------------------------------------------------------------------------------------------------------- markup

HOSTILE = "<script>alert(1)</script> [link](javascript:alert(2)) **bold** :smile: $x$ `code` www.evil.example"


def test_words_of_a_document_are_text_in_html_and_in_markdown() -> None:
    assert words(HOSTILE).startswith("&lt;script&gt;alert(1)&lt;/script&gt; [link](javascript:alert(2)) **bold**")
    assert words("a\u202egpj.exe\x07") == "a\ufffdgpj.exe\ufffd"
    escaped = plain(HOSTILE + "\n# heading")
    assert re.sub(r"\\(.)", r"\1", escaped) == HOSTILE + " # heading"
    assert not re.search(r"(?<!\\)[!-/:-@\[-`{-~]", re.sub(r"\\\\", "", re.sub(r"\\[^\\]", "", escaped)))


def test_the_lit_words_are_the_quote_whatever_stands_around_them() -> None:
    text = 'Ana Ruiz: What hurts & why?\nJo Park: I said <b>twice</b> that "we key it" by hand & it <hurts>.\n' * 3
    document = read_document(text.encode(), "<img src=x onerror=alert(1)>.txt", ReadOptions())
    quote = 'that "we key it" by hand & it <hurts>'
    start = document.text.index(quote)
    maker = Maker("offline", "none", "", "1")
    finding = Finding(
        document_id=document.id,
        document=document.name,
        kind=Kind.PAIN,
        category="manual_work",
        claim=quote,
        quote=quote,
        start=start,
        end=start + len(quote),
        speaker="Jo Park",
        title="",
        side=Side.CUSTOMER,
        account="",
        said_on=None,
        maker=maker,
    )
    page = transcript(document, finding)
    assert page.count("<mark>") == 1
    assert f"<mark>{words(quote)}</mark>" in page
    assert "<b>" not in page
    assert "<img" not in page


def test_a_place_in_a_recording_is_minutes_and_seconds() -> None:
    assert [clock(at) for at in (0.0, 75.9, 4210.0, None)] == ["00:00", "01:15", "70:10", ""]


def test_only_state_remembers_anything() -> None:
    views = (REPOSITORY / "analyzer" / "views").glob("*.py")
    touching = {v.name for v in views if re.search(r"st\.(session_state|query_params|cache_)", v.read_text())}
    assert touching == {"state.py"}
    assert "cache_data" not in (REPOSITORY / "analyzer" / "views" / "state.py").read_text()


# ---------------------------------------------------------------------------------------------------------- accounts


def test_the_accounts_page_says_what_each_account_is_to_us_and_which_document_disagrees(
    monkeypatch: pytest.MonkeyPatch, demo_folder: Path, demo_study: Study
) -> None:
    heard = next(d for d in demo_study.store.counted_documents() if d.account == "Tarrant Provisions")
    (bought,) = [d for d in demo_study.store.deals() if d.account == heard.account and d.outcome == Outcome.WON]
    demo_study.describe_document(heard.id, outcome=Outcome.LOST)
    app = open_app(monkeypatch, demo_folder, "accounts", account=bought.account)
    assert not app.exception
    assert f"Customer since {bought.closed_on}" in shown(app)
    assert f"{words(heard.name)} is marked lost, its deal says won" in shown(app)
    listed = app.dataframe[0].value
    deals = dict(zip(listed["account"], listed["deal"], strict=True))
    assert deals[bought.account].startswith(f"customer since {bought.closed_on}")
    assert {"no deal", "lost"} & {text.partition(" on ")[0] for text in deals.values()}


@settings(max_examples=200)
@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(0, 9_000))
def test_an_axis_of_months_holds_all_days_with_few_even_marks(first: date, length: int) -> None:
    last = first + timedelta(length)
    marks = month_marks(first, last)
    assert 2 <= len(marks) <= MARKS
    assert marks[0] <= first <= last < marks[-1]
    assert {mark.day for mark in marks} == {1}
    months = [mark.year * 12 + mark.month for mark in marks]
    assert len({b - a for a, b in pairwise(months)}) == 1


def test_an_axis_of_a_few_weeks_names_each_month_once() -> None:
    assert month_marks(date(2026, 10, 21), date(2026, 11, 5)) == [
        date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1),
    ]  # fmt: skip
    assert month_marks(date(2025, 12, 31), date(2026, 5, 1)) == [
        date(2025, 11, 1), date(2026, 1, 1), date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1),
    ]  # fmt: skip
