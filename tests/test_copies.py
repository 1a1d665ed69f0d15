"""Documents that say the same: found whatever the format, told apart from what merely looks alike, counted once."""

from __future__ import annotations

import io
import random
import sqlite3
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path

import docx
import pytest
from alembic import command
from alembic.config import Config

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.adapters.store import Store
from analyzer.errors import UsageError
from analyzer.reading.copies import choose_original, compare, could_be_copies, explain_copy, sketch
from analyzer.reading.documents import ReadOptions, read_document
from analyzer.records import Document
from analyzer.settings import Settings
from analyzer.study import Study

REPOSITORY = Path(__file__).parent.parent
TURNS = [
    ("Pia Holm", "Thanks for making the time. What made you start looking last spring?"),
    ("Dana Ortiz", "We lost our biggest grocer in March because two pallets went out with the wrong label, and every "
     "morning my team retypes every order from the emails into the spreadsheet by hand, three people until noon."),
    ("Pia Holm", "And who signs for something like this?"),
    ("Dana Ortiz", "Our CFO Priya signs anything over ten thousand dollars, and I would be the one pushing for it, "
     "since the warehouse reports to me and nobody else has the numbers the board asks for."),
]  # fmt: skip


def as_vtt(turns: list[tuple[str, str]] = TURNS) -> bytes:
    cues = [
        f"{n}\n00:00:{n:02}.000 --> 00:00:{n + 1:02}.000\n{who}: {said}\n" for n, (who, said) in enumerate(turns, 1)
    ]
    return ("WEBVTT\n\n" + "\n".join(cues)).encode()


def as_docx(turns: list[tuple[str, str]] = TURNS) -> bytes:
    document = docx.Document()
    for who, said in turns:
        document.add_paragraph(f"{who}: {said}")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def as_text(turns: list[tuple[str, str]] = TURNS) -> bytes:
    return "\n\n".join(f"{who}: {said}" for who, said in turns).encode()


def read(content: bytes, name: str, options: ReadOptions | None = None) -> Document:
    return read_document(content, name, options or ReadOptions())


# ------------------------------------------------------------------------------------------------------ what is a copy


def test_the_same_words_in_another_format_are_a_copy() -> None:
    vtt, word = read(as_vtt(), "call.vtt"), read(as_docx(), "call.docx")
    assert vtt.format != word.format
    assert explain_copy(word, vtt) == "the same words"


def test_an_edited_copy_and_another_transcription_are_copies() -> None:
    words = [word for _, said in TURNS * 1 for word in said.split()] * 4
    chance = random.Random(7)
    heard = [word if chance.random() > 0.12 else chance.choice(words) for word in words]
    one, other = (read(" ".join(said).encode(), "a.txt") for said in (words, heard))
    assert "%" in explain_copy(one, other)


def test_a_part_of_a_document_is_a_copy_and_the_whole_is_counted() -> None:
    whole, part = read(as_text(), "whole.txt"), read(as_text(TURNS[:3]), "part.txt")
    assert explain_copy(part, whole) == "the words of one all stand in the other"
    assert choose_original(whole, part) is whole
    assert choose_original(part, whole) is whole


def test_who_names_the_speakers_is_counted_before_who_came_first() -> None:
    plain = read(b"\n".join(said.encode() for _, said in TURNS), "plain.txt", ReadOptions(kind=None))
    named = read(as_vtt(), "call.vtt")
    assert choose_original(named, plain) is named
    assert choose_original(plain, named) is named


def test_no_two_documents_of_the_corpora_are_taken_for_copies() -> None:
    folders = [REPOSITORY / "corpora" / "training", REPOSITORY / "corpora" / "demo"]
    files = [p for f in folders for p in sorted(f.rglob("*")) if p.suffix in (".txt", ".md", ".vtt", ".srt", ".json")]
    documents = [read(p.read_bytes(), p.name) for p in files if p.name != "README.md"]
    assert len(documents) > 90
    sketches = {d.id: sketch(d.text) for d in documents}
    shared = [len(sketches[a.id] & sketches[b.id]) for a, b in combinations(documents, 2)]
    assert not [count for count in shared if could_be_copies(count, 128) and count > 20]
    assert max(compare(a.text, b.text).share for a, b in combinations(documents[:40], 2)) < 0.2


NOTE = "Called the plant manager again today. He has no news, the budget round is still open, and he asked to be rung "
NOTE += "in two weeks when the new controller has started and knows what is left."


def test_notes_of_two_days_or_two_accounts_are_two_calls_however_alike() -> None:
    def note(account: str, day: int) -> Document:
        return read(NOTE.encode(), "note.txt", ReadOptions(account=account, said_on=date(2026, 3, day)))

    assert explain_copy(note("Corvane", 3), note("Corvane", 3)) == "the same words"
    assert explain_copy(note("Corvane", 3), note("Corvane", 4)) == ""
    assert explain_copy(note("Corvane", 3), note("Palisade", 3)) == ""


def interview(answers: str, seed: int = 0, wrong: float = 0.0) -> list[tuple[str, str]]:
    """Ten questions of a guide, each answered with six words nobody else says in this order."""
    asks = "what made you look for it then and who else was asked about the money part, and how did they decide it"
    chance, turns = random.Random(seed), []
    for number in range(10):
        said = " ".join(f"{answers}{chance.randrange(900)}" for _ in range(6))
        turns += [("Pia Holm", f"So in part {number} of my list {asks}?"), ("Dana Ortiz", said + ".")]
    heard = random.Random(seed + 1)
    return [
        (who, " ".join(word if heard.random() >= wrong else f"x{heard.randrange(99)}" for word in said.split()))
        for who, said in turns
    ]


def test_two_interviews_asked_from_one_guide_are_two() -> None:
    one, two = (read(as_text(interview(word)), f"{word}.txt") for word in ("grain", "steel"))
    assert compare(one.text, two.text).share > 0.4
    assert explain_copy(one, two) == ""


def test_another_transcription_that_hears_a_fifth_otherwise_is_a_copy() -> None:
    one, two = (read(as_text(interview("grain", wrong=wrong)), f"{wrong}.txt") for wrong in (0.0, 0.2))
    assert "%" in explain_copy(one, two)


def test_the_account_that_only_a_file_name_tells_does_not_part_two_copies_of_a_call() -> None:
    one, two = read(as_text(), "Corvane call.txt"), read(as_vtt(), "Palisade call.vtt")
    assert (one.account, two.account) == ("Corvane", "Palisade")
    assert explain_copy(one, two) == "the same words"
    told = (read(as_text(), f"{n}.txt", ReadOptions(account=n)) for n in ("Corvane", "Palisade"))
    assert explain_copy(*told) == ""


def test_notes_on_one_template_with_other_numbers_are_two() -> None:
    template = (
        "Attendees: the two of us\nSituation: {} trucks on a spreadsheet, typed up every Friday by one person\n"
        "Pain: slow, full of errors, and nobody trusts the numbers that the board asks for every month\n"
        "Process: legal reads it, the board decides, and somebody signs before the summer if nothing comes between\n"
        "Next: send the security paper and two references, and show it to their technical people next week\n"
    )
    notes = [read((template.format(n) + NOTE).encode(), f"note {n}.txt") for n in (40, 41)]
    assert compare(notes[0].text, notes[1].text).share > 0.9
    assert explain_copy(*notes) == ""


def test_the_same_words_of_other_people_are_another_call_and_a_recogniser_s_numbers_may_be_anybody() -> None:
    def call(who: str) -> Document:
        return read(as_text([(name if name != "Dana Ortiz" else who, said) for name, said in TURNS]), "call.txt")

    assert explain_copy(call("Dana Ortiz"), call("Kim Ahn")) == ""
    assert explain_copy(call("Dana Ortiz"), call("dana")) == "the same words"
    assert explain_copy(call("Dana Ortiz"), call("Speaker 2")) == "the same words"


def test_a_few_words_are_never_a_copy() -> None:
    assert sketch("Left a voicemail.") == frozenset()
    short = read(b"Left a voicemail, will ring again.", "a.txt")
    assert explain_copy(short, short) == ""


POSTING = """{title}

About the role
You will report to the CFO and close the books for four branches. What you'll do: reconcile the bank accounts, chase the
invoices that nobody answers, and keep the spreadsheet in which the warehouse counts its pallets. Requirements: five
years of experience, a degree in accounting, patience. Benefits: a pension, annual leave, an office with windows.
About Corvane
Corvane makes pumps for vineyards and has done so since 1954, in the same brick hall by the river, with ninety people
who know each other's dogs by name and mostly go home at five.
"""


def test_two_vacancies_of_one_company_are_two_documents_and_one_found_twice_is_one() -> None:
    def posting(title: str) -> Document:
        return read(POSTING.format(title=title).encode(), f"{title} posting.txt")

    assert explain_copy(posting("Accountant, Reno"), posting("Controller, Boise")) == ""
    again = read(
        POSTING.format(title="Accountant, Reno").replace("ninety", "ninety-five").encode(), "again posting.txt"
    )
    assert "%" in explain_copy(again, posting("Accountant, Reno"))


# ------------------------------------------------------------------------------------------------------- in the study


@pytest.fixture
def study(tmp_path: Path, embedder: SentenceEmbedder) -> Iterator[Study]:
    made = Study.create(tmp_path / "study", Settings())
    made.embedder = embedder
    yield made
    made.close()


def test_a_copy_is_linked_said_and_neither_read_nor_counted(study: Study) -> None:
    first = study.add_bytes(as_vtt(), "corvane call.vtt", ReadOptions()).document
    study.extract("offline")
    before = [f.quote for f in study.findings()]
    again = study.add_bytes(as_docx(), "corvane call (1).docx", ReadOptions())
    assert first is not None
    assert again.document is not None
    assert again.status == "added"
    assert again.document.copy_of == first.id
    assert "a copy of corvane call.vtt (the same words)" in again.detail
    done = study.extract("offline")
    assert (done.documents, done.unchanged) == (0, 1)
    assert [f.quote for f in study.findings()] == before
    assert before
    assert study.heard_accounts() == 1
    assert {found.document.id for found in study.search("retypes every order")} == {first.id}
    assert study.check() == []


def test_a_person_decides_that_both_count_or_that_the_other_does(study: Study) -> None:
    first = study.add_bytes(as_vtt(), "call.vtt", ReadOptions()).document
    second = study.add_bytes(as_docx(), "call.docx", ReadOptions()).document
    assert first is not None
    assert second is not None
    study.extract("offline")
    study.count_itself(second.id)
    assert study.extract("offline").documents == 1
    assert {f.document for f in study.findings()} == {"call.vtt", "call.docx"}
    study.mark_copy(first.id, second.id)
    assert {f.document for f in study.findings()} == {"call.docx"}
    assert {found.document.name for found in study.search("retypes every order")} == {"call.docx"}
    assert study.check() == []
    study.mark_copy(second.id, first.id)
    assert {f.document for f in study.findings()} == {"call.vtt"}
    study.extract("offline")
    assert study.check() == []
    with pytest.raises(UsageError):
        study.mark_copy(first.id, first.id)


def test_the_longer_document_takes_the_place_of_its_part_and_of_that_parts_copies(study: Study) -> None:
    part = study.add_bytes(as_text(TURNS[:3]), "part.txt", ReadOptions()).document
    study.add_bytes(as_docx(TURNS[:3]), "part.docx", ReadOptions())
    study.extract("offline")
    whole = study.add_bytes(as_text(), "whole.txt", ReadOptions())
    assert part is not None
    assert whole.document is not None
    assert "counted in place of part.txt" in whole.detail
    assert {d.name: bool(d.copy_of) for d in study.documents()} == {
        "part.txt": True, "part.docx": True, "whole.txt": False,
    }  # fmt: skip
    study.extract("offline")
    assert {f.document for f in study.findings()} == {"whole.txt"}
    study.remove_document(whole.document.id)
    assert not any(d.copy_of for d in study.documents())


def test_the_one_that_is_counted_is_found_behind_any_number_of_its_copies(study: Study) -> None:
    for number in range(9):
        study.add_bytes(as_text() + b"\n" * number, f"call {number}.txt", ReadOptions())
    copies = {d.name: d.copy_of for d in study.documents()}
    counted = study.find_document("call 0.txt").id
    assert copies == {"call 0.txt": ""} | {f"call {number}.txt": counted for number in range(1, 9)}


def test_a_few_words_are_sketched_once_and_not_with_every_document_that_comes(study: Study) -> None:
    study.add_bytes(b"Left a voicemail.", "note.txt", ReadOptions())
    assert study.store.without_shingles() == ()


def test_a_correction_of_a_copy_leaves_it_a_copy(study: Study) -> None:
    study.add_bytes(as_vtt(), "call.vtt", ReadOptions())
    word = as_docx()  # once: a Word file holds the second in which it was written
    study.add_bytes(word, "call.docx", ReadOptions())
    second = study.add_bytes(word, "call.docx", ReadOptions(account="Corvane"))
    assert second.status == "updated"
    assert study.find_document("call.docx").copy_of


def test_a_study_made_before_copies_were_known_is_migrated_and_finds_them(
    tmp_path: Path, embedder: SentenceEmbedder
) -> None:
    folder = tmp_path / "old"
    Study.create(folder, Settings()).close()
    for path in folder.glob("study.db*"):
        path.unlink()
    database = folder / "study.db"
    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "analyzer" / "adapters" / "migrations"))
    import sqlalchemy as sa

    engine = sa.create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    old = read(as_vtt(), "call.vtt")
    with sqlite3.connect(database) as raw:
        raw.execute(
            "INSERT INTO document (id, digest, name, kind, title, account, format, text, guesses, warnings, added_at)"
            " VALUES (?, ?, ?, 'interview', '', '', 'vtt', ?, '{}', '[]', '2026-01-01')",
            (old.id, old.digest, old.name, old.text),
        )
    study = Study(folder, Settings())
    study.embedder = embedder
    added = study.add_bytes(as_docx(), "call.docx", ReadOptions())
    study.close()
    assert "call.vtt" in added.detail


def test_the_store_refuses_a_document_that_is_its_own_copy(tmp_path: Path) -> None:
    from analyzer.errors import StudyError

    store = Store.at(tmp_path / "study.db")
    document = read(as_vtt(), "call.vtt")
    store.add_document(document)
    with pytest.raises(StudyError):
        store.link_copies({document.id: (document.id, "it says so")})
    store.close()
