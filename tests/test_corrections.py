"""A wrong guess is one command away: whose side, whose name, which account, day, kind; and it stands from then on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from test_cli import icp

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.errors import UsageError
from analyzer.reading.documents import ReadOptions
from analyzer.reading.tables.accounts import read_accounts
from analyzer.records import DocumentKind, Outcome, Side
from analyzer.settings import Settings
from analyzer.study import Study

CALL = """Speaker 1: Thanks for making the time. What made you start looking?

Speaker 2: We lost our biggest grocer in March because two pallets went out with the wrong label.

Dana's iPhone: Every morning my team retypes every order from the emails into the spreadsheet by hand.

Speaker 1: And who signs for something like this?

Dana: Our CFO Priya signs anything over ten thousand dollars, and I would be the one pushing for it.
"""
SENTENCES = [
    ("7", "Thanks for making the time. What made you start looking?"),
    ("9", "We lost our biggest grocer in March because two pallets went out with the wrong label."),
    ("7", "And who signs for something like this?"),
    ("9", "Our CFO Priya signs anything over ten thousand dollars."),
]
TRANSCRIPT = {
    "callTranscripts": [
        {
            "callId": "c1",
            "transcript": [
                {"speakerId": speaker, "sentences": [{"start": 1000 * n, "end": 1000 * n + 900, "text": said}]}
                for n, (speaker, said) in enumerate(SENTENCES)
            ],
        }
    ]
}
CALLS = {
    "calls": [
        {
            "metaData": {"id": "c1", "title": "Halvorsen Bakery loss review", "started": "2026-04-01T10:00:00Z"},
            "parties": [
                {"speakerId": "7", "name": "Pia Holm", "affiliation": "Internal"},
                {"speakerId": "9", "name": "Dana Ortiz", "title": "VP Ops", "affiliation": "External"},
            ],
        }
    ]
}


@pytest.fixture
def study(tmp_path: Path, embedder: SentenceEmbedder) -> Iterator[Study]:
    made = Study.create(tmp_path / "study", Settings())
    made.embedder = embedder
    yield made
    made.close()


def add_call(study: Study) -> str:
    document = study.add_bytes(CALL.encode(), "call.txt", ReadOptions()).document
    assert document is not None
    return document.id


def speakers(study: Study, document_id: str) -> dict[str, Side]:
    return {p.name: p.side for p in study.stored_document(document_id).participants}


def test_a_speaker_gets_a_name_and_the_findings_stay(study: Study) -> None:
    call = add_call(study)
    assert set(speakers(study, call)) == {"Speaker 1", "Speaker 2", "Dana"}
    study.extract("offline")
    before = {(f.kind, f.start, f.end) for f in study.findings()}
    study.name_speaker(call, "Speaker 2", "Sam Reyes")
    study.name_speaker(call, "Speaker 1", "Pia Holm")
    assert set(speakers(study, call)) == {"Pia Holm", "Sam Reyes", "Dana"}
    assert {(f.kind, f.start, f.end) for f in study.findings()} == before
    assert {f.speaker for f in study.findings()} <= {"Sam Reyes", "Dana"}
    assert before


def test_labels_are_joined_and_parted_as_a_person_says_and_stay_so_when_the_file_comes_again(study: Study) -> None:
    call = add_call(study)
    study.name_speaker(call, "Dana's iPhone", "Sam Reyes")
    study.name_speaker(call, "speaker 2", "Sam Reyes")
    assert set(speakers(study, call)) == {"Speaker 1", "Sam Reyes", "Dana"}
    study.add_bytes(CALL.encode(), "call.txt", ReadOptions(account="Halvorsen Bakery"))
    assert set(speakers(study, call)) == {"Speaker 1", "Sam Reyes", "Dana"}
    study.name_speaker(call, "Dana's iPhone", "Dana's iPhone")
    assert set(speakers(study, call)) == {"Speaker 1", "Sam Reyes", "Dana's iPhone", "Dana"}


def test_a_side_that_was_said_stays_with_the_speaker_who_gets_a_name(study: Study) -> None:
    call = add_call(study)
    study.set_side(call, "Dana", Side.OURS)
    study.name_speaker(call, "Speaker 2", "Sam Reyes")
    assert speakers(study, call)["Dana"] is Side.OURS


def test_a_label_that_is_not_there_is_said_with_those_that_are(study: Study) -> None:
    call = add_call(study)
    with pytest.raises(UsageError, match=r"no speaker labelled 'Kim'. It names Dana, Dana's iPhone, Speaker 1"):
        study.name_speaker(call, "Kim", "Sam")


def test_without_its_original_a_document_says_that_the_file_is_gone(study: Study) -> None:
    call = add_call(study)
    for path in (study.folder / "originals").iterdir():
        path.unlink()
    with pytest.raises(UsageError, match="add the file again first"):
        study.name_speaker(call, "Speaker 2", "Sam Reyes")


def test_another_kind_reads_the_words_anew_and_every_correction_says_who_made_it(study: Study) -> None:
    note = study.add_bytes(b"Dana: owns the budget.\nPrice: too high, she said.\n", "x.txt", ReadOptions()).document
    assert note is not None
    assert note.kind is DocumentKind.CALL_NOTE
    study.describe_document(note.id, kind=DocumentKind.INTERVIEW, account="Corvane", said_on=date(2026, 3, 1))
    now = study.stored_document(note.id)
    assert "Dana" in {p.name for p in now.participants}
    assert (now.account, now.said_on) == ("Corvane", date(2026, 3, 1))
    assert {now.guesses[what].reason for what in ("kind", "account", "said_on")} == {"you said so"}
    study.describe_document(note.id, account="", said_on=None, outcome=Outcome.LOST)
    cleared = study.stored_document(note.id)
    assert (cleared.account, cleared.said_on, cleared.outcome) == ("", None, Outcome.LOST)


# ---------------------------------------------------------------------------------------------- names in another file


@pytest.mark.parametrize("calls_first", [True, False])
def test_gong_names_in_a_second_file_reach_the_transcript_in_either_order(study: Study, calls_first: bool) -> None:
    files = [("transcripts.json", TRANSCRIPT), ("calls.json", CALLS)]
    for name, content in reversed(files) if calls_first else files:
        added = list(study.add_upload(json.dumps(content).encode(), name, ReadOptions()))
        assert [one.status for one in added] == ["kept" if name == "calls.json" else "added"]
    (document,) = study.documents()
    assert {p.name: (p.title, p.side) for p in document.participants} == {
        "Pia Holm": ("", Side.OURS),
        "Dana Ortiz": ("VP Ops", Side.CUSTOMER),
    }
    assert document.said_on == date(2026, 4, 1)


def test_contacts_of_the_crm_name_the_account_the_title_and_the_side(study: Study) -> None:
    words = "Pia Holm: What made you look?\n\nDana Ortiz: We lost a grocer.\n\nPia Holm: Why?\n\nDana Ortiz: Labels.\n"
    study.add_bytes(words.encode(), "call.txt", ReadOptions())
    table = b"First Name,Last Name,Job Title,Company,Email\nDana,Ortiz,VP Ops,Halvorsen Bakery,dana@halvorsen.example\n"
    assert study.import_accounts(read_accounts(table, "contacts.csv")) == 1
    (document,) = study.documents()
    assert document.account == "Halvorsen Bakery"
    who = document.participant("Dana Ortiz")
    assert (who.title, who.side, who.side_reason) == ("VP Ops", Side.CUSTOMER, "is a contact of Halvorsen Bakery")


def test_where_an_original_is_gone_the_names_that_come_later_leave_its_document_and_the_rest_goes_on(
    study: Study,
) -> None:
    for _ in study.add_upload(json.dumps(TRANSCRIPT).encode(), "transcripts.json", ReadOptions()):
        pass
    for path in (study.folder / "originals").iterdir():
        path.unlink()
    (added,) = study.add_upload(json.dumps(CALLS).encode(), "calls.json", ReadOptions())
    assert added.status == "kept"
    assert "0 documents now name their speakers" in added.detail


# --------------------------------------------------------------------------------------------------- the command line


def test_sides_shows_who_speaks_for_whom_and_why_and_sets_it(tmp_path: Path) -> None:
    study, call = tmp_path / "s", tmp_path / "call.txt"
    call.write_text(CALL, encoding="utf-8")
    icp(study, "add", call)
    shown = json.loads(icp(study, "sides", "call", "--format", "json").stdout)
    assert [(row["speaker"], row["labels"]) for row in shown] == [
        ("Speaker 1", []), ("Speaker 2", []), ("Dana", ["Dana's iPhone", "Dana"]),
    ]  # fmt: skip
    assert all(row["reason"] for row in shown)
    done = icp(study, "sides", "call", "--name", "Speaker 2=Sam Reyes", "--side", "sam=ours", "--format", "json")
    assert done.returncode == 0
    row = json.loads(done.stdout)[1]
    assert (row["speaker"], row["side"], row["reason"]) == ("Sam Reyes", "ours", "you said so")
    wrong = icp(study, "sides", "call", "--side", "Kim=ours")
    assert wrong.returncode == 2
    assert "No one speaker of call.txt is called 'Kim'" in wrong.stderr


def test_correct_shows_each_guess_with_its_reason_and_sets_it(tmp_path: Path) -> None:
    study, call = tmp_path / "s", tmp_path / "Corvane call 2026-03-04.txt"
    call.write_text(CALL, encoding="utf-8")
    icp(study, "add", call)
    rows = json.loads(icp(study, "correct", "Corvane", "--format", "json").stdout)
    shown = {row["what"]: row for row in rows}
    assert shown["said_on"]["value"] == "2026-03-04"
    assert shown["said_on"]["reason"] == "its file name states it"
    assert 0 < shown["account"]["confidence"] < 1
    done = icp(study, "correct", "Corvane", "--account", "Halvorsen", "--date", "none", "--outcome", "won")
    assert done.returncode == 0
    values = {r["what"]: r["value"] for r in json.loads(icp(study, "correct", "Corvane", "--format", "json").stdout)}
    assert values == {"kind": "interview", "account": "Halvorsen", "said_on": "", "outcome": "won"}
    assert icp(study, "correct", "Corvane", "--outcome", "maybe").returncode == 2
    assert icp(study, "correct", "Corvane", "--date", "soon").returncode == 2


def test_copies_are_listed_and_decided(tmp_path: Path) -> None:
    study = tmp_path / "s"
    (tmp_path / "a.txt").write_text(CALL, encoding="utf-8")
    (tmp_path / "b.txt").write_text(CALL + "\n", encoding="utf-8")
    icp(study, "add", tmp_path / "a.txt")
    added = icp(study, "add", tmp_path / "b.txt")
    assert added.returncode == 0
    assert "a copy of a.txt (the same words)" in added.stderr
    listed = json.loads(icp(study, "copies", "--format", "json").stdout)
    assert listed == [{"copy": "b.txt", "counted": "a.txt", "reason": "the same words"}]
    swapped = json.loads(icp(study, "copies", "a.txt", "--of", "b.txt", "--format", "json").stdout)
    assert swapped == [{"copy": "a.txt", "counted": "b.txt", "reason": "you said so"}]
    assert json.loads(icp(study, "copies", "a.txt", "--own", "--format", "json").stdout) == []
    assert icp(study, "copies", "--own").returncode == 2
