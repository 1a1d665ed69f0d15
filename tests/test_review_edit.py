"""Edits: a person sets right what was extracted; it counts everywhere, keeps its id, lasts, and can be taken back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_study import CUSTOMER, MAKER, SELLER, Said, keep
from streamlit.testing.v1 import AppTest

from analyzer.adapters import migrations
from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.adapters.store import Store
from analyzer.cli import app as command_line
from analyzer.errors import UsageError
from analyzer.records import Document, Finding, Kind, Side, Status
from analyzer.reviewing import Edit, read_event_day
from analyzer.settings import Settings
from analyzer.study import Study

PAGES = Path(__file__).parent.parent / "analyzer" / "views"
LOST = "We lost two pallets in May."
RETYPED = "We keyed in four hundred orders a night by hand."
TALK = f"""{SELLER}: So you would buy it at once, wouldn't you?
{CUSTOMER}: Two people retype every single order on Sunday. We never missed a delivery.
{CUSTOMER}: If we grew we would need forty more people.
"""


@pytest.fixture
def study(tmp_path: Path, embedder: SentenceEmbedder) -> Iterator[Study]:
    made = Study.create(tmp_path / "study", Settings())
    made.embedder = embedder
    keep(made, "Acme", Said(Kind.PAIN, "visibility", RETYPED), Said(Kind.TRIGGER, "incident", LOST), talk=TALK)
    made.refresh()
    yield made
    made.close()


def pain_of(study: Study) -> Finding:
    (found,) = (f for f in study.findings() if f.kind == Kind.PAIN)
    return found


def trigger_of(study: Study) -> Finding:
    (found,) = (f for f in study.findings() if f.kind == Kind.TRIGGER)
    return found


def document_of(study: Study) -> Document:
    return study.find_document("Acme.txt")


def extracted_again(study: Study, *found: Finding) -> None:
    study.store.record_extraction(document_of(study).id, MAKER, found, ())


# --------------------------------------------------------------------------------------------------------- what it sets


def test_an_edited_finding_has_the_new_values_its_old_id_and_what_was_extracted(study: Study) -> None:
    before = pain_of(study)
    edit = Edit(category="manual_work", intensity=4, person="Dana")
    after = study.edit(before.id, edit, "it is about retyping")
    assert (after.category, after.intensity, after.person) == ("manual_work", 4, "Dana")
    assert (after.id, after.status) == (before.id, Status.ACCEPTED)
    assert after.was is not None
    assert (after.was.category, after.was.intensity, after.was.person) == ("visibility", 2, "")
    assert study.findings(status=Status.ACCEPTED) == (after,)
    assert study.check() == []


def test_other_words_are_the_document_s_own_and_stand_where_they_say(study: Study) -> None:
    before = pain_of(study)
    after = study.edit(before.id, Edit(quote="two  PEOPLE retype every single order on sunday"))
    text = document_of(study).text
    assert after.quote == text[after.start : after.end] == "Two people retype every single order on Sunday"
    assert after.claim == after.quote, "the claim was the words themselves, and stays so"
    assert (after.id, after.speaker) == (before.id, CUSTOMER)
    assert after.was is not None
    assert after.was.quote == before.quote
    assert study.check() == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("We burnt the whole warehouse down", "not found"),
        ("So you would buy it at once", "our side"),
        ("we would need forty more people", "hypothetical"),
        ("missed a delivery once", "not found"),
        ("Two people", "too short"),
        ("Two people retype every single order on Sunday. We keyed in four hundred orders", "stitched"),
    ],
)
def test_words_that_the_evidence_rules_refuse_are_refused_with_their_reason(
    study: Study, words: str, reason: str
) -> None:
    before = study.findings()
    with pytest.raises(UsageError, match=rf"cannot rest on .*\({reason}\)\. \w"):
        study.edit(pain_of(study).id, Edit(quote=words))
    assert study.findings() == before
    assert study.reviews() == {}


def test_a_claim_that_says_more_than_its_words_is_refused(study: Study) -> None:
    with pytest.raises(UsageError, match=r"\(number\).*five hundred"):
        study.edit(pain_of(study).id, Edit(claim="They key in five hundred orders a night."))
    assert (
        study.edit(pain_of(study).id, Edit(claim="They key in orders by hand.")).claim == "They key in orders by hand."
    )


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (Edit(), "Say what to set right in f.*kind, category, claim, intensity, person, event date or words"),
        (Edit(category="sadness"), "no pain “sadness”. Its categories are: .*manual_work"),
        (Edit(kind=Kind.TRIGGER), "no trigger “visibility”"),
        (Edit(intensity=5), "An intensity is 1 to 4, not 5"),
        (Edit(event_on=date(2026, 5, 1)), "Only a trigger has an event date"),
        (Edit(kind=Kind.CRITERION, intensity=3), "Only a pain has an intensity"),
        (Edit(claim="  "), "A claim says something"),
        (Edit(category="visibility", intensity=2), "says all of that already"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_changes_nothing(study: Study, edit: Edit, sentence: str) -> None:
    before = study.findings()
    with pytest.raises(UsageError, match=sentence):
        study.edit(pain_of(study).id, edit)
    assert study.findings() == before


def test_an_unknown_finding_is_a_sentence(study: Study) -> None:
    with pytest.raises(UsageError, match="There is no finding f000"):
        study.edit("f000", Edit(intensity=1))
    with pytest.raises(UsageError, match="No edit of finding"):
        study.undo_edit(pain_of(study).id)


def test_another_kind_takes_away_what_only_the_old_one_has(study: Study) -> None:
    pain = pain_of(study)
    after = study.edit(pain.id, Edit(kind=Kind.CRITERION, category="No more Retyping!"))
    assert (after.kind, after.category, after.intensity, after.id) == (
        Kind.CRITERION,
        "no_more_retyping",
        None,
        pain.id,
    )
    assert study.findings(Kind.CRITERION) == (after,)
    assert study.findings(Kind.PAIN) == ()


def test_two_findings_of_a_kind_cannot_stand_on_the_same_words(study: Study) -> None:
    trigger = trigger_of(study)
    with pytest.raises(UsageError, match=f"Finding {trigger.id} is a trigger on the same words"):
        study.edit(pain_of(study).id, Edit(kind=Kind.TRIGGER, category="incident", quote=LOST))


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("2026-03-04", date(2026, 3, 4), "day"),
        ("2026-03", date(2026, 3, 1), "month"),
        ("2026 Q2", date(2026, 4, 1), "quarter"),
        ("2026", date(2026, 1, 1), "year"),
        ("none", None, ""),
    ],
)
def test_a_date_is_kept_as_exactly_as_it_is_known(study: Study, text: str, day: date | None, precision: str) -> None:
    assert read_event_day(text) == (day, precision)
    on, exact = read_event_day(text)
    trigger = study.edit(trigger_of(study).id, Edit(event_on=date(2020, 1, 1)))
    after = study.edit(trigger.id, Edit(event_on=on, event_precision=exact))
    assert (after.event_on, after.event_precision) == (day, precision)


@pytest.mark.parametrize("text", ["yesterday", "2026-13", "2026-02-30", "3/4/2026", "2026-Q5"])
def test_what_is_no_date_is_said_to_be_none(text: str) -> None:
    with pytest.raises(UsageError, match="is no date"):
        read_event_day(text)


# ------------------------------------------------------------------------------------------------------ where it counts


def test_themes_drafts_and_accounts_use_the_edited_values(study: Study) -> None:
    pain = pain_of(study)
    study.edit(pain.id, Edit(category="manual_work", quote="Two people retype every single order on Sunday"))
    (theme,) = study.themes(Kind.PAIN)
    assert (theme.category, [f.id for f in theme.findings]) == ("manual_work", [pain.id])
    assert theme.label == "Two people retype every single order on Sunday"
    draft = study.current_draft()
    assert draft["evidence"][pain.id]["quote"] == "Two people retype every single order on Sunday"
    assert draft["evidence"][pain.id]["category"] == "manual_work"
    (reading,) = study.account_readings()
    assert {f.category for f in reading.findings if f.kind == Kind.PAIN} == {"manual_work"}


def test_a_finding_of_another_kind_leaves_the_themes_of_the_old_one(study: Study) -> None:
    pain = pain_of(study)
    study.edit(pain.id, Edit(kind=Kind.CRITERION, category="speed"))
    assert study.themes(Kind.PAIN) == ()
    assert [f.id for t in study.themes(Kind.CRITERION) for f in t.findings] == [pain.id]


# --------------------------------------------------------------------------------------------------------- how it lasts


def test_an_edit_survives_a_new_extraction_that_says_something_else(study: Study) -> None:
    pain, trigger = pain_of(study), trigger_of(study)
    study.edit(pain.id, Edit(category="manual_work"), "retyping")
    extracted_again(study, replace(pain, category="cost", intensity=3, confidence=0.4), trigger)
    again = pain_of(study)
    assert (again.id, again.category, again.intensity, again.confidence) == (pain.id, "manual_work", 3, 0.4)
    assert again.was is not None
    assert again.was.category == "cost"
    assert again.status == Status.ACCEPTED
    assert study.undo_edit(pain.id).category == "cost", "what the extractor says now, not what it once said"


def test_an_edited_finding_stays_where_a_new_extraction_does_not_find_it(study: Study) -> None:
    pain, trigger = pain_of(study), trigger_of(study)
    edited = study.edit(pain.id, Edit(quote="Two people retype every single order on Sunday"))
    extracted_again(study, trigger)
    assert set(study.findings()) == {edited, trigger}
    extracted_again(study, pain, trigger)
    assert set(study.findings()) == {edited, trigger}
    assert study.undo_edit(pain.id) == pain


def test_an_extraction_that_finds_the_edited_words_itself_does_not_count_them_twice(study: Study) -> None:
    pain, trigger = pain_of(study), trigger_of(study)
    edited = study.edit(pain.id, Edit(quote="Two people retype every single order on Sunday"))
    extracted_again(study, pain, trigger, replace(edited, was=None))
    assert set(study.findings()) == {edited, trigger}


def test_an_edit_survives_the_offline_extractor_and_a_rebuilt_index(study: Study) -> None:
    study.extract("offline")
    found = study.findings(Kind.PAIN)[0]
    edited = study.edit(found.id, Edit(category="cost" if found.category != "cost" else "visibility"), "so")
    study.store.forget_extraction([found.document_id])
    study.extract("offline")
    study.reindex()
    assert edited in study.findings()
    assert study.check() == []


def test_a_corrected_document_keeps_the_edit_and_a_corrected_side_refuses_its_words(study: Study) -> None:
    document, pain = document_of(study), pain_of(study)
    edited = study.edit(pain.id, Edit(category="manual_work", quote="Two people retype every single order on Sunday"))
    study.describe_document(document.id, account="Acme Foods")
    assert pain_of(study) == replace(edited, account="Acme Foods")
    study.set_side(document.id, CUSTOMER, Side.OURS)
    assert study.findings() == ()
    assert edited.quote in {r.claim.quote for r in study.rejected()}
    study.set_side(document.id, CUSTOMER, Side.CUSTOMER)
    extracted_again(study, pain)
    again = pain_of(study)
    assert (again.id, again.category, again.quote) == (pain.id, "manual_work", edited.quote)
    assert study.check() == []


def test_an_edit_whose_words_became_our_own_is_kept_and_not_applied(study: Study) -> None:
    document, pain = document_of(study), pain_of(study)
    study.edit(pain.id, Edit(quote="Two people retype every single order on Sunday"))
    turns = tuple(
        replace(turn, side=Side.OURS) if "Sunday" in document.words_of(turn) else turn for turn in document.turns
    )
    study.store.replace_metadata(replace(document, turns=turns), [], [])
    extracted_again(study, pain)
    again = pain_of(study)
    assert (again.quote, again.was, again.status) == (pain.quote, None, Status.NEW)
    assert len(study.reviews(pain.id)[pain.id]) == 1
    after = study.edit(pain.id, Edit(intensity=1))
    assert (after.quote, after.intensity) == (pain.quote, 1)
    assert study.undo_edit(pain.id) == pain


def test_the_words_of_an_edit_leave_the_study_with_their_document(study: Study) -> None:
    pain = pain_of(study)
    study.edit(pain.id, Edit(claim="They key in orders by hand."))
    study.remove_document(pain.document_id)
    assert study.reviews() == {}


# --------------------------------------------------------------------------------------------- verdicts and taking back


def test_edits_are_taken_back_one_by_one_and_the_verdict_before_them_stands_again(study: Study) -> None:
    study.review(pain_of(study).id, Status.REJECTED, "misheard")
    rejected = pain_of(study)
    one = study.edit(rejected.id, Edit(category="manual_work"), "first")
    two = study.edit(rejected.id, Edit(category="cost", intensity=1), "second")
    assert (two.category, two.intensity, two.status) == ("cost", 1, Status.ACCEPTED)
    said = [(r.status, r.reason, r.before.get("category"), r.after.get("category")) for r in study.reviews()[one.id]]
    assert said == [
        (Status.REJECTED, "misheard", None, None),
        (Status.ACCEPTED, "first", "visibility", "manual_work"),
        (Status.ACCEPTED, "second", "manual_work", "cost"),
    ]
    assert study.undo_edit(one.id) == one
    assert study.undo_edit(one.id) == rejected
    with pytest.raises(UsageError, match="none to take back"):
        study.undo_edit(one.id)


def test_an_edited_finding_can_be_rejected_and_that_outlives_taking_the_edit_back(study: Study) -> None:
    pain = pain_of(study)
    study.edit(pain.id, Edit(category="manual_work"))
    study.review(pain.id, Status.REJECTED, "a joke after all")
    assert pain_of(study).status == Status.REJECTED
    assert pain_of(study).category == "manual_work"
    assert study.themes(Kind.PAIN) == ()
    after = study.undo_edit(pain.id)
    assert (after.category, after.status) == ("visibility", Status.REJECTED)


def test_words_that_became_our_own_are_not_gone_back_to(study: Study) -> None:
    document, pain = document_of(study), pain_of(study)
    study.edit(pain.id, Edit(quote="Two people retype every single order on Sunday"))
    turns = tuple(
        replace(turn, side=Side.OURS) if RETYPED in document.words_of(turn) else turn for turn in document.turns
    )
    edited = pain_of(study)
    study.store.replace_metadata(replace(document, turns=turns), [replace(edited, was=None)], [])
    assert pain_of(study) == edited
    with pytest.raises(UsageError, match="no longer a customer's words"):
        study.undo_edit(pain.id)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.sampled_from(["code", "level", "words", "other words", "kind", "again", "lost", "undo", "reject", "accept"]),
        max_size=8,
    )
)
def test_whatever_is_done_ids_stay_quotes_stand_and_undoing_all_gives_back_what_was_extracted(
    study: Study, steps: list[str]
) -> None:
    document = document_of(study)
    (first,) = (f for f in study.findings() if f.start == document.text.index(RETYPED))
    edits = {
        "code": Edit(category="manual_work"),
        "level": Edit(intensity=4),
        "words": Edit(quote="Two people retype every single order on Sunday"),
        "other words": Edit(quote="keyed in four hundred orders"),
        "kind": Edit(kind=Kind.OUTCOME, category="other"),
    }
    refresh, study.refresh = study.refresh, lambda *_: None  # type: ignore[method-assign]
    try:
        for step in steps:
            try:
                if step in edits:
                    study.edit(first.id, edits[step])
                elif step in ("again", "lost"):
                    extracted_again(study, *([first] if step == "again" else []))
                elif step == "undo":
                    study.undo_edit(first.id)
                else:
                    study.review(first.id, Status.REJECTED if step == "reject" else Status.ACCEPTED)
            except UsageError:
                pass
            held = [f for f in study.findings() if f.id == first.id]
            assert study.store.check() == []
            assert all(document.text[f.start : f.end] == f.quote for f in held)
        extracted_again(study, first)
        while study.find_finding(first.id).was:
            study.undo_edit(first.id)
        assert replace(study.find_finding(first.id), status=Status.NEW) == first
    finally:
        study.refresh = refresh  # type: ignore[method-assign]
        with study.store._writing() as connection:
            for table in ("edit", "review"):
                connection.execute(sa.text(f"DELETE FROM {table}"))
        extracted_again(study, first)


# ----------------------------------------------------------------------------------------------------- the command line


def icp(study: Study, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    command_line(["--study", str(study.folder), *arguments], standalone_mode=False)
    return capsys.readouterr().out


def test_the_command_edits_shows_and_takes_back(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    pain = pain_of(study)
    done = icp(study, capsys, "review", pain.id, "edit", "--intensity", "4", "--person", "Dana", "--reason", "loud")
    assert done.splitlines() == [
        f"{pain.id} is accepted: “{RETYPED}”",
        "intensity: 4, was 2",
        "person: Dana, was none",
    ]
    shown = icp(study, capsys, "review", pain.id)
    assert "intensity: 4, was 2" in shown
    assert "edited (intensity 4, before 2; person Dana, before none): loud" in shown
    assert icp(study, capsys, "review", pain.id, "undo") == f"{pain.id} is new: “{RETYPED}”\n"
    assert "Nobody has reviewed it." in icp(study, capsys, "review", pain.id)


def test_findings_as_json_say_what_was_reviewed_and_what_it_was(
    study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    pain, trigger = pain_of(study), trigger_of(study)
    icp(study, capsys, "review", trigger.id, "edit", "--event-on", "2026-05", "--reason", "he said May")
    rows = {row["id"]: row for row in json.loads(icp(study, capsys, "findings", "--format", "json"))}
    assert list(rows[pain.id])[-1] == "review"
    assert rows[pain.id]["review"] is None
    review = rows[trigger.id]["review"]
    assert (review["status"], review["reason"]) == ("accepted", "he said May")
    assert review["was"] == {"event_on": None, "event_precision": ""}
    assert (rows[trigger.id]["event_on"], rows[trigger.id]["event_precision"]) == ("2026-05-01", "month")
    accepted = json.loads(icp(study, capsys, "findings", "--status", "accepted", "--format", "json"))
    assert [row["id"] for row in accepted] == [trigger.id]
    icp(study, capsys, "review", pain.id, "reject", "--reason", "a joke")
    (rejected,) = json.loads(icp(study, capsys, "findings", "--status", "rejected", "--format", "json"))
    assert (rejected["review"]["reason"], rejected["review"]["was"]) == ("a joke", {})
    assert "review" not in icp(study, capsys, "findings").splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["edit"], "Say what to set right"),
        (["accept", "--intensity", "3"], "Values are set by"),
        (["perhaps"], "The verdict is accept, reject, edit or undo"),
        (["edit", "--intensity", "loud"], "An intensity is a number"),
        (["edit", "--event-on", "soon"], "is no date"),
        (["undo", "--reason", "so"], "A reason belongs to"),
    ],
)
def test_wrong_use_of_the_command_is_a_sentence(study: Study, arguments: list[str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        command_line(["--study", str(study.folder), "review", pain_of(study).id, *arguments], standalone_mode=False)


# ------------------------------------------------------------------------------------------------------------- the page


def opened(monkeypatch: pytest.MonkeyPatch, study: Study, finding: Finding) -> AppTest:
    monkeypatch.setenv("ICP_STUDY", str(study.folder))
    app = AppTest.from_file(str(PAGES.parent.parent / "app.py"), default_timeout=60)
    app.run()
    app.switch_page("analyzer/views/findings.py")
    app.query_params["finding"] = finding.id
    return app.run()


def test_on_the_page_a_finding_is_set_right_shown_with_what_it_was_and_taken_back(
    monkeypatch: pytest.MonkeyPatch, study: Study
) -> None:
    pain = pain_of(study)
    app = opened(monkeypatch, study, pain)
    key = f"{pain.id}_0"
    app.selectbox(key=f"findings_code_{key}").select("manual_work")
    app.selectbox(key=f"findings_intensity_{key}").select(4)
    app.text_area(key=f"findings_words_{key}").input("keyed in four hundred orders")
    app.text_input(key=f"findings_why_{key}").input("<b>retyping</b>")
    app.button(key=f"findings_set_{key}").click().run()
    assert not app.exception
    after = pain_of(study)
    assert (after.category, after.intensity, after.quote) == ("manual_work", 4, "keyed in four hundred orders")
    shown = "\n".join(block.value for block in app.get("html"))
    assert "<mark>keyed in four hundred orders</mark>" in shown
    assert "category: manual_work, was visibility" in shown
    assert "&lt;b&gt;retyping&lt;/b&gt;" in shown
    app.button(key=f"findings_undo_{pain.id}").click().run()
    assert not app.exception
    assert pain_of(study) == pain


def test_on_the_page_words_nobody_said_are_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, study: Study
) -> None:
    pain = pain_of(study)
    app = opened(monkeypatch, study, pain)
    app.text_area(key=f"findings_words_{pain.id}_0").input("we burnt the warehouse down")
    app.button(key=f"findings_set_{pain.id}_0").click().run()
    assert not app.exception
    assert any("cannot rest on" in message.value for message in app.error)
    assert pain_of(study) == pain


# -------------------------------------------------------------------------------------------------------- older studies


def test_a_study_of_the_schema_before_opens_with_its_findings_and_verdicts(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
    engine.dispose()
    with sqlite3.connect(path) as older:
        older.execute(
            """INSERT INTO document (id, digest, name, kind, title, account, format, text, guesses, warnings, added_at)
               VALUES ('d1', 'x', 'old.txt', 'interview', '', '', '', 'We hire too many.', '{}', '[]', '2026-01-01')"""
        )
        older.execute(
            """INSERT INTO finding (id, document_id, kind, category, claim, quote, extractor, model, prompt, codebook,
               start, "end", speaker, person, event_precision, confidence)
               VALUES ('f1', 'd1', 'pain', 'cost', '', 'We hire', 'offline', '', '', '', 0, 7, '', '', '', 1.0)"""
        )
    store = Store.at(path)
    (found,) = store.findings()
    assert (found.quote, found.was, found.status) == ("We hire", None, Status.NEW)
    assert store.reviews() == {}
    store.close()
