"""A study on disk: adding, correcting, searching, rebuilding, copying; what is derived follows from the store."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.errors import StudyError, UsageError
from analyzer.reading.documents import ReadOptions
from analyzer.reading.tables.accounts import read_accounts
from analyzer.records import DocumentKind, Finding, Kind, Outcome, Reason, Side, Status
from analyzer.settings import Settings
from analyzer.study import Added, Study

BAKERY = """Pia: Thanks for making the time. What made you start looking?

Dana: We lost our biggest grocer in March because two pallets went out with the wrong label. Every morning my team
retypes every order from the emails into the spreadsheet by hand, and it takes three people until noon.

Pia: And who signs for something like this?

Dana: Our CFO Priya signs anything over ten thousand dollars, and I would be the one pushing for it.
"""
CLINIC = """Pia: Thank you both. How did this begin?

Raj: Our new operations director started in January and she wants one calendar for all six clinics. We are opening two
more clinics in Tucson this fall.

Pia: What did you use before that?

Raj: We run everything on Salesforce and a paper diary. Patients wait forty minutes because nobody sees who is in.
"""
DAY = date(2026, 4, 1)


def opened(folder: Path, embedder: SentenceEmbedder) -> Study:
    study = Study.create(folder, Settings())
    study.embedder = embedder  # the weights, loaded once for all tests
    return study


@pytest.fixture
def study(tmp_path: Path, embedder: SentenceEmbedder) -> Iterator[Study]:
    made = opened(tmp_path / "study", embedder)
    yield made
    made.close()


def add(study: Study, text: str, name: str, **options: object) -> Added:
    return study.add_bytes(text.encode(), name, ReadOptions(said_on=DAY, **options))  # type: ignore[arg-type]


def add_both(study: Study) -> tuple[str, str]:
    bakery = add(study, BAKERY, "bakery.txt", account="Halvorsen Bakery").document
    clinic = add(study, CLINIC, "clinic.txt", account="Sonora Clinics").document
    assert bakery is not None
    assert clinic is not None
    return bakery.id, clinic.id


def quotes(study: Study, document_id: str = "") -> list[tuple[str, str]]:
    return [(f.kind.value, f.quote) for f in study.findings(document_id=document_id)]


def all_true(study: Study) -> bool:
    texts = {d.id: d.text for d in study.documents()}
    return all(texts[f.document_id][f.start : f.end] == f.quote for f in study.findings())


# ------------------------------------------------------------------------------------------------------------- adding


def test_a_folder_without_a_study_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"There is no study in .*init"):
        Study(tmp_path)


def test_creating_a_study_where_one_is_keeps_everything_in_it(study: Study, embedder: SentenceEmbedder) -> None:
    add_both(study)
    (study.folder / "product.yaml").write_text("name: Dockhand\n")
    again = opened(study.folder, embedder)
    assert len(again.documents()) == 2
    assert again.product.name == "Dockhand"
    again.close()


def test_the_same_file_again_changes_nothing(study: Study, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bakery.txt").write_text(BAKERY)
    (tmp_path / "in" / "copy of bakery.txt").write_text(BAKERY)
    first = list(study.add([tmp_path / "in"], ReadOptions()))
    assert [(a.name, a.status) for a in first] == [("bakery.txt", "added"), ("copy of bakery.txt", "unchanged")]
    assert "bakery.txt" in first[1].detail
    study.extract("offline")
    before = study.documents(), study.findings(), study.themes()
    again = list(study.add([tmp_path / "in"], ReadOptions()))
    assert [a.status for a in again] == ["unchanged", "unchanged"]
    done = study.extract("offline")
    assert (done.documents, done.unchanged) == (0, 1)
    assert (study.documents(), study.findings(), study.themes()) == before


def test_the_same_file_with_something_said_about_it_is_updated(study: Study) -> None:
    add(study, BAKERY, "bakery.txt")
    updated = add(study, BAKERY, "other name.txt", account="Halvorsen Bakery", outcome=Outcome.LOST)
    assert updated.status == "updated"
    (document,) = study.documents()
    assert (document.name, document.account, document.outcome) == ("bakery.txt", "Halvorsen Bakery", Outcome.LOST)
    assert add(study, BAKERY, "bakery.txt", account="Halvorsen Bakery", outcome=Outcome.LOST).status == "unchanged"


def test_the_original_bytes_are_kept_and_go_with_their_document(study: Study) -> None:
    bakery, clinic = add_both(study)
    kept = {p.name: p.read_text() for p in (study.folder / "originals").iterdir()}
    assert kept == {f"{bakery}.txt": BAKERY, f"{clinic}.txt": CLINIC}
    study.extract("offline")
    study.remove_document(bakery)
    assert [p.name for p in (study.folder / "originals").iterdir()] == [f"{clinic}.txt"]
    assert {f.document_id for f in study.findings()} == {clinic}
    assert study.check() == []


def test_a_refused_file_is_kept_with_its_reason(study: Study) -> None:
    added = study.add_bytes(b"", "empty.vtt", ReadOptions())
    assert added.status == "refused"
    (refused,) = study.refused_files()
    assert refused["name"] == "empty.vtt"
    assert "is empty" in refused["reason"]
    assert study.documents() == ()


def test_a_document_is_found_by_id_name_or_a_part_of_it(study: Study) -> None:
    bakery, _ = add_both(study)
    assert study.find_document(bakery).name == "bakery.txt"
    assert study.find_document("bakery.txt").id == study.find_document("BAKE").id == bakery
    with pytest.raises(UsageError, match="2 documents match"):
        study.find_document(".txt")
    with pytest.raises(UsageError, match="No document matches 'nobody'"):
        study.find_document("nobody")


# ---------------------------------------------------------------------------------------------------------- extracting


def test_extraction_finds_what_was_said_and_only_in_the_customer_s_words(study: Study) -> None:
    bakery, clinic = add_both(study)
    done = study.extract("offline")
    assert (done.extractor, done.documents, done.findings) == ("offline", 2, len(study.findings()))
    assert all_true(study)
    assert {f.side for f in study.findings()} == {Side.CUSTOMER}
    kinds = {f.kind.value for f in study.findings(document_id=bakery)}
    assert {"trigger", "pain", "role"} <= kinds
    assert any("Salesforce" in f.claim for f in study.findings(document_id=clinic))


def test_another_embedding_model_for_the_index_leaves_the_offline_model_its_own(study: Study) -> None:
    assert study.reading_embedder is study.embedder
    other = Study(study.folder, study.settings.model_copy(update={"embedding_model": "some-folder"}))
    assert (other.embedder.name, other.reading_embedder.name) == ("some-folder", "all-MiniLM-L6-v2")
    other.close()


def test_only_a_new_document_is_read(study: Study) -> None:
    add(study, BAKERY, "bakery.txt")
    study.extract("offline")
    add(study, CLINIC, "clinic.txt")
    done = study.extract("offline")
    assert (done.documents, done.unchanged) == (1, 1)


def test_auto_says_that_the_offline_extractor_reads_where_no_model_is_configured(study: Study) -> None:
    add(study, BAKERY, "bakery.txt")
    done = study.extract("auto")
    assert done.extractor == "offline"
    assert "No language model is configured" in done.notes[0]
    with pytest.raises(UsageError, match="No language model is configured"):
        study.extract("llm")


def test_a_corrected_side_refuses_what_was_ours_and_reads_again_what_was_not(study: Study) -> None:
    bakery, clinic = add_both(study)
    study.extract("offline")
    before, others = study.findings(document_id=bakery), study.findings(document_id=clinic)
    refused_before = len(study.rejected())
    assert before

    study.set_side(bakery, "Dana", Side.OURS)
    assert study.findings(document_id=bakery) == ()
    ours = [r for r in study.rejected() if r.document_id == bakery and r.reason == Reason.OUR_SIDE]
    assert {f.quote for f in before} <= {r.claim.quote for r in ours}
    assert len(study.rejected()) >= refused_before
    assert study.findings(document_id=clinic) == others

    study.set_side(bakery, "Dana", Side.CUSTOMER)
    assert {f.id for f in study.findings(document_id=bakery)} >= {f.id for f in before}
    assert study.find_document("bakery").participant("Dana").side_reason == "you said so"
    study.extract("offline")
    assert {(f.id, f.quote) for f in study.findings(document_id=bakery)} == {(f.id, f.quote) for f in before}


def test_a_corrected_side_stands_when_the_file_is_added_again(study: Study) -> None:
    bakery, _ = add_both(study)
    study.set_side(bakery, "Dana", Side.OURS)
    add(study, BAKERY, "bakery.txt", outcome=Outcome.WON)
    assert study.find_document("bakery").outcome == Outcome.WON
    assert study.find_document("bakery").participant("Dana").side == Side.OURS


def test_what_a_person_corrected_stands_when_something_else_is_said(study: Study) -> None:
    bakery, _ = add_both(study)
    study.describe_document(bakery, account="Halvorsen Brands", said_on=date(2026, 1, 2))
    study.add_bytes(BAKERY.encode(), "bakery.txt", ReadOptions(outcome=Outcome.WON))
    document = study.find_document("bakery")
    assert (document.account, document.said_on, document.outcome) == (
        "Halvorsen Brands",
        date(2026, 1, 2),
        Outcome.WON,
    )


def test_a_file_that_turns_out_to_be_of_another_kind_is_read_anew_with_its_findings_checked(study: Study) -> None:
    bakery, _ = add_both(study)
    study.extract("offline")
    before = study.find_document(bakery)
    updated = add(study, BAKERY, "bakery.txt", kind=DocumentKind.CALL_NOTE)
    assert updated.status == "updated"
    after = study.find_document(bakery)
    assert after.kind == DocumentKind.CALL_NOTE
    assert after.text != before.text
    assert all_true(study)
    assert study.search("orders by hand", top=1)[0].document.id == bakery
    study.extract("offline")
    assert all_true(study)
    assert study.check() == []


def test_a_corrected_account_reaches_findings_and_accounts(study: Study) -> None:
    bakery, _ = add_both(study)
    study.extract("offline")
    before = study.findings(document_id=bakery)
    study.describe_document(bakery, account="Halvorsen Brands")
    after = study.findings(document_id=bakery)
    assert after == tuple(replace(f, account="Halvorsen Brands") for f in before)
    assert "Halvorsen Bakery" not in {r.account.name for r in study.account_readings()}


def test_a_review_is_kept_and_takes_a_rejected_finding_out_of_themes_and_accounts(study: Study) -> None:
    bakery, _ = add_both(study)
    study.extract("offline")
    finding = study.findings(document_id=bakery)[0]
    assert study.review(finding.id, Status.REJECTED, "a joke").status == Status.REJECTED
    assert finding.id not in {f.id for t in study.themes() for f in t.findings}
    assert finding.id not in {f.id for r in study.account_readings() for f in r.findings}
    study.store.forget_extraction([bakery])
    study.extract("offline")
    assert {f.id for f in study.findings(status=Status.REJECTED)} == {finding.id}
    with pytest.raises(UsageError, match="There is no finding f000"):
        study.review("f000", Status.ACCEPTED)


# ---------------------------------------------------------------------------------------------------- search and index


def test_search_finds_the_place_and_new_documents_are_indexed_first(study: Study) -> None:
    add(study, CLINIC, "clinic.txt", account="Sonora Clinics")
    assert study.search("a calendar for all clinics")[0].document.name == "clinic.txt"
    add(study, BAKERY, "bakery.txt", account="Halvorsen Bakery")
    best = study.search("people type orders by hand", top=1)[0]
    assert best.document.name == "bakery.txt"
    assert "retypes every order" in best.text
    assert best.text == best.document.text[best.start : best.end]
    assert "Dana" in best.speakers


def test_search_keeps_to_the_account_kind_and_day_asked_for(study: Study) -> None:
    add_both(study)
    assert {f.document.name for f in study.search("orders by hand", account="sonora")} == {"clinic.txt"}
    assert study.search("orders by hand", kind=DocumentKind.JOB_POSTING) == []
    assert study.search("orders by hand", since=date(2026, 4, 2)) == []
    assert len({f.document.name for f in study.search("orders by hand", since=DAY)}) == 2
    assert study.search("   ") == []


def test_reindex_rebuilds_a_deleted_index_and_search_is_as_before(study: Study, embedder: SentenceEmbedder) -> None:
    add_both(study)
    study.extract("offline")
    before = [(f.document.id, f.start, f.end) for f in study.search("orders by hand")]
    themes = study.themes()
    folder = study.folder
    study.close()
    moved = folder.parent / "without-index"
    shutil.copytree(folder, moved, ignore=shutil.ignore_patterns("index"))
    again = opened(moved, embedder)
    assert any("missing from the index" in fault for fault in again.check())
    assert again.reindex() == 2
    assert again.check() == []
    assert [(f.document.id, f.start, f.end) for f in again.search("orders by hand")] == before
    assert again.themes() == themes
    again.close()


def test_check_finds_chunks_that_are_missing_and_chunks_that_belong_to_nothing(study: Study) -> None:
    bakery, _ = add_both(study)
    study.extract("offline")
    assert study.check() == []
    study.index.remove_document("chunks", bakery)
    assert len(study.check()) == 1
    assert "missing from the index" in study.check()[0]
    study.reindex()
    study.index.add("chunks", ["dffffffffff-0"], study.embedder.embed(["stray"]), [{"document_id": "dffffffffff"}])
    assert ["belong to nothing" in fault for fault in study.check()] == [True]
    study.reindex()
    assert study.check() == []


def test_check_says_which_documents_wait_for_the_index(study: Study) -> None:
    add_both(study)
    assert ["2 documents are not in the index yet" in fault for fault in study.check()] == [True]


def test_check_finds_a_damaged_offset(study: Study) -> None:
    add_both(study)
    study.extract("offline")
    with sqlite3.connect(study.folder / "study.db") as connection:
        connection.execute("DROP TRIGGER finding_quotes_its_document_on_UPDATE")
        connection.execute("UPDATE finding SET quote = quote || '!'")
    faults = study.check()
    assert len(faults) == len(study.findings()) > 0
    assert "does not stand in" in faults[0]
    with pytest.raises(StudyError, match="icp check"):
        study.draft(DAY)


# -------------------------------------------------------------------------------------------------------- whole studies


def test_a_study_can_be_copied_elsewhere_and_both_go_on_by_themselves(
    study: Study, tmp_path: Path, embedder: SentenceEmbedder
) -> None:
    bakery, clinic = add_both(study)
    study.extract("offline")
    findings = study.findings()
    study.close()
    shutil.copytree(study.folder, tmp_path / "elsewhere" / "a copy")
    copy = opened(tmp_path / "elsewhere" / "a copy", embedder)
    assert copy.findings() == findings
    assert copy.check() == []
    assert copy.search("orders by hand", top=1)[0].document.id == bakery
    copy.remove_document(clinic)
    copy.close()
    again = opened(study.folder, embedder)
    assert again.findings() == findings
    assert again.check() == []
    again.close()


def test_two_studies_in_one_process_do_not_mix(tmp_path: Path, embedder: SentenceEmbedder) -> None:
    one, two = opened(tmp_path / "one", embedder), opened(tmp_path / "two", embedder)
    add(one, BAKERY, "bakery.txt")
    add(two, CLINIC, "clinic.txt")
    one.extract("offline")
    two.extract("offline")
    assert {f.document.name for f in one.search("calendar for clinics")} == {"bakery.txt"}
    assert {f.document.name for f in two.search("orders by hand")} == {"clinic.txt"}
    assert {f.document for f in one.findings()} == {"bakery.txt"}
    assert one.check() == two.check() == []
    one.reindex()
    assert {f.document.name for f in two.search("orders by hand")} == {"clinic.txt"}
    one.close()
    two.close()


def test_nothing_breaks_in_an_empty_study(study: Study) -> None:
    assert study.extract("offline").documents == 0
    assert study.search("anything") == []
    assert (study.findings(), study.themes(), study.phrases(), study.account_readings()) == ((), (), (), ())
    assert study.check() == []
    assert study.draft(DAY)["evidence"] == {}


# ------------------------------------------------------------------------------------------------------------ accounts

CRM = b"""Company name,Industry,Number of Employees,Country/Region,Deal Stage,Amount,Logo Colour
Halvorsen Bakery Inc.,Food,120,Norway,Closed Won,20000,Red
Sonora Clinics,Health,80,United States,Closed Lost,9000,
Quiet Works,Steel,,Sweden,,,
"""


def test_importing_accounts_joins_documents_to_them(study: Study) -> None:
    add_both(study)
    study.extract("offline")
    found: tuple[Finding, ...] = study.findings(account="Halvorsen Bakery")
    joined = study.import_accounts(read_accounts(CRM, "crm.csv"))
    assert joined == 1
    assert study.find_document("bakery").account == "Halvorsen Bakery Inc."
    assert [f.id for f in study.findings(account="halvorsen bakery inc.")] == [f.id for f in found]
    readings = {r.account.name: r for r in study.account_readings(DAY)}
    assert set(readings) == {"Halvorsen Bakery Inc.", "Sonora Clinics", "Quiet Works"}
    assert readings["Halvorsen Bakery Inc."].heard
    assert not readings["Quiet Works"].heard
    assert readings["Halvorsen Bakery Inc."].account.attributes["Logo Colour"] == "Red"


def test_documents_added_after_the_import_take_the_imported_name(study: Study) -> None:
    study.import_accounts(read_accounts(CRM, "crm.csv"))
    added = study.add_bytes(BAKERY.encode(), "Halvorsen Bakery loss 2026-04-01.txt", ReadOptions())
    assert added.document is not None
    assert added.document.account == "Halvorsen Bakery Inc."
    assert study.heard_accounts() == 1


def test_importing_makes_a_scorecard_and_leaves_an_edited_one_alone(study: Study) -> None:
    assert not (study.folder / "scorecard.yaml").exists()
    study.import_accounts(read_accounts(CRM, "crm.csv"))
    assert (study.folder / "scorecard.yaml").exists()
    (study.folder / "scorecard.yaml").write_text("tiers: {first: 75, second: 50}\n")
    study.import_accounts(read_accounts(CRM, "crm.csv"))
    assert study.scorecard().tiers.first == 75


def test_an_account_is_found_by_a_part_of_its_name_and_two_are_named(study: Study) -> None:
    study.import_accounts(read_accounts(CRM, "crm.csv"))
    assert study.account_reading("sonora").account.name == "Sonora Clinics"
    assert study.account_reading("QUIET WORKS").account.name == "Quiet Works"
    with pytest.raises(UsageError, match=r"No single account is called 'o'.*Halvorsen"):
        study.account_reading("o")
    with pytest.raises(UsageError, match="No single account"):
        study.account_reading("Nobody Ltd")


def test_themes_and_phrases_are_narrowed_by_account_kind_and_day(demo_study: Study) -> None:
    whole = demo_study.themes()
    name = next(a for t in whole for a in t.accounts if len(t.accounts) > 1)
    mine = demo_study.themes(account=name.upper())
    assert mine
    assert {f.account for t in mine for f in t.findings} == {name}
    assert {t.kind for t in demo_study.themes(Kind.PAIN)} == {Kind.PAIN}
    late = date(2026, 5, 1)
    recent = [f for t in demo_study.themes(since=late) for f in t.findings]
    assert recent
    assert all(f.said_on is not None and f.said_on >= late for f in recent)
    shared = demo_study.phrases()
    assert all(len(p.accounts) >= 2 for p in shared)
    one = shared[0].accounts[0]
    assert [p for p in shared if one in p.accounts] == list(demo_study.phrases(account=one))


def test_accounts_imported_later_take_the_documents_that_name_their_domain(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "study")
    study.add_bytes(
        b"call w/ dana@northwall.example, yard is a mess, 3 hrs a truck\n- next: quote\n", "n.txt", ReadOptions()
    )
    table = read_accounts(b"name,domain\nNorthwall Cold Storage,www.northwall.example\n", "crm.csv")
    assert study.import_accounts(table) == 1
    assert study.documents()[0].account == "Northwall Cold Storage"
    study.close()


def test_a_corrected_document_keeps_its_findings_in_their_themes(demo_study: Study) -> None:
    (head, *_) = sorted(demo_study.document_heads(), key=lambda h: -h["findings"])
    before = {t.id: {f.id for f in t.findings} for t in demo_study.themes()}
    demo_study.describe_document(head["id"], account="Another Company")
    after = demo_study.themes()
    assert {t.id: {f.id for f in t.findings} for t in after} == before
    assert "Another Company" in {a for t in after for a in t.accounts}
