"""The store: the database itself holds the rules, writes are all or nothing, and records come back as they went in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.adapters.protocols import Answer
from analyzer.adapters.store import Store
from analyzer.adapters.tables import metadata
from analyzer.errors import StudyError
from analyzer.records import (
    Account,
    Claim,
    Deal,
    Document,
    DocumentKind,
    Finding,
    Guess,
    Kind,
    Maker,
    Outcome,
    Participant,
    Reason,
    RejectedClaim,
    Side,
    Status,
    Theme,
    Turn,
)

TEXT = "Why did you look?\n\nWe lost two shipments in May."
MAKER = Maker("offline", "weights", "", "1#abc")
INTERVIEW = Document(
    name="acme.txt",
    digest="a" * 64,
    kind=DocumentKind.INTERVIEW,
    text=TEXT,
    turns=(Turn(0, "Pia", Side.OURS, 0, 17), Turn(1, "Dana", Side.CUSTOMER, 19, 48, 12.5)),
    participants=(
        Participant("Pia", side=Side.OURS, side_reason="asks"),
        Participant("Dana", "COO", "Acme", Side.CUSTOMER, "is asked"),
    ),
    title="Acme win",
    account="Acme",
    said_on=date(2026, 3, 4),
    outcome=Outcome.WON,
    format="text",
    guesses={"account": Guess("Acme", "its file name says so", 0.8)},
    warnings=("one thing",),
)


def finding_at(document: Document, start: int, end: int, **changes: object) -> Finding:
    turn = document.turn_at(start)
    person = document.participant(turn.speaker if turn else "")
    made = Finding(
        document_id=document.id,
        document=document.name,
        kind=Kind.TRIGGER,
        category="incident",
        claim="They lost shipments.",
        quote=document.text[start:end],
        start=start,
        end=end,
        speaker=person.name,
        title=person.title,
        side=person.side,
        account=document.account,
        said_on=document.said_on,
        maker=MAKER,
        event_on=date(2025, 5, 1),
        event_precision="month",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


LOST = finding_at(INTERVIEW, 19, 48)
REFUSED = RejectedClaim(
    document_id=INTERVIEW.id,
    document=INTERVIEW.name,
    claim=Claim("pain", "cost", "It costs.", "it costs us a fortune", (1,), 3, date(2025, 1, 1), "day", "Dana", 0.4),
    reason=Reason.NOT_FOUND,
    detail="Nobody says this.",
    speaker="Dana",
    side=Side.CUSTOMER,
    account="Acme",
    said_on=INTERVIEW.said_on,
    maker=MAKER,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "study.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store.at(path)
    yield opened
    opened.close()


def raw(path: Path) -> sqlite3.Connection:
    """The database as any other program opens it; not through a line of ours."""
    return sqlite3.connect(path, isolation_level=None)


# ---------------------------------------------------------------------------------------------------------- the schema


def test_the_migrations_make_exactly_the_tables_of_the_code(store: Store, path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_study_is_migrated_once_and_opens_again_with_what_it_held(path: Path) -> None:
    first = Store.at(path)
    first.add_document(INTERVIEW)
    first.close()
    again = Store.at(path)
    assert again.documents() == (INTERVIEW,)
    again.close()


def test_a_file_that_is_no_database_is_said_to_be_none_and_is_left_as_it_was(path: Path) -> None:
    path.write_bytes(b"Dear diary, this is not a database at all.\n" * 40)
    before = path.read_bytes()
    with pytest.raises(StudyError, match=r"study\.db.*not a study's database or is damaged"):
        Store.at(path)
    assert path.read_bytes() == before


def test_a_study_of_a_newer_program_is_refused_with_a_sentence(path: Path) -> None:
    Store.at(path).close()
    with raw(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StudyError, match=r"newer icp-analyzer.*9999"):
        Store.at(path)


def test_a_folder_in_the_database_s_place_is_a_sentence_too(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StudyError, match="cannot be opened"):
        Store.at(path)


# --------------------------------------------------------------------------------------------------- the evidence rule


INSERT = """INSERT INTO finding (id, document_id, kind, category, claim, quote, extractor, model, prompt, codebook,
            "start", "end", speaker, person, event_precision, confidence)
            VALUES (?, ?, 'pain', 'cost', 'c', ?, 'x', 'x', '', '', ?, ?, 'Dana', '', '', 1.0)"""


@pytest.mark.parametrize(
    ("quote", "start", "end"),
    [
        ("We lost ten shipments in May.", 19, 48),
        ("We lost two shipments in May", 19, 48),
        ("We lost two shipments in May.", 20, 49),
        ("", 19, 19),
        ("We lost two shipments in May.", -29, 0),
        ("beyond the end", 4000, 4014),
    ],
)
def test_the_database_itself_refuses_a_finding_that_does_not_quote_its_document(
    store: Store, path: Path, quote: str, start: int, end: int
) -> None:
    store.add_document(INTERVIEW)
    with raw(path) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(INSERT, ("f1", INTERVIEW.id, quote, start, end))
    with raw(path) as connection:
        connection.execute(INSERT, ("f1", INTERVIEW.id, "We lost two shipments in May.", 19, 48))
        assert connection.execute("SELECT count(*) FROM finding").fetchone() == (1,)


@pytest.mark.parametrize("change", ["quote = 'We lost ten shipments in May.'", '"start" = 18', '"end" = 47'])
def test_a_finding_cannot_be_changed_into_one_that_does_not_quote(store: Store, path: Path, change: str) -> None:
    store.add_document(INTERVIEW)
    store.record_extraction(INTERVIEW.id, MAKER, [LOST], [])
    with raw(path) as connection, pytest.raises(sqlite3.IntegrityError, match="must quote its document"):
        connection.execute(f"UPDATE finding SET {change}")
    assert store.findings() == (LOST,)


def test_the_text_of_a_document_with_findings_cannot_be_changed(store: Store, path: Path) -> None:
    store.add_document(INTERVIEW)
    with raw(path) as connection:
        connection.execute("UPDATE document SET text = text || ' '")
        connection.execute("UPDATE document SET text = ?", (TEXT,))
    store.record_extraction(INTERVIEW.id, MAKER, [LOST], [])
    with raw(path) as connection, pytest.raises(sqlite3.IntegrityError, match="keeps its text"):
        connection.execute("UPDATE document SET text = replace(text, 'two', 'ten')")
    assert store.documents()[0].text == TEXT


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=WORDS, quote=WORDS, after=WORDS)
def test_any_words_of_any_script_come_back_at_the_same_place(store: Store, before: str, quote: str, after: str) -> None:
    text = before + quote + after
    document = replace(
        INTERVIEW,
        text=text,
        turns=(Turn(0, "Dana", Side.CUSTOMER, 0, len(text)),),
        participants=INTERVIEW.participants[1:],
    )
    store.add_document(document)
    try:
        found = finding_at(document, len(before), len(before) + len(quote))
        store.record_extraction(document.id, MAKER, [found], [])
        assert store.documents() == (document,)
        assert store.findings() == (found,)
        assert text[found.start : found.end] == store.findings()[0].quote == quote
        assert store.check() == []
    finally:
        store.remove_document(document.id)


@pytest.mark.parametrize(
    "words", ["🚚💥 zu spät", "e\u0301tude cafe\u0301", "יום שלישי", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ﬁve", "a\u200bb \u2028c", "\ufeffx y z"]
)
def test_characters_that_databases_count_differently_are_counted_as_python_does(store: Store, words: str) -> None:
    document = replace(INTERVIEW, text=f"👩‍👩‍👧 {words} 👍🏽", turns=())
    start = document.text.index(words)
    found = finding_at(document, start, start + len(words), speaker="", title="", side=Side.UNKNOWN)
    store.add_document(document)
    store.record_extraction(document.id, MAKER, [found], [])
    assert store.findings() == (found,)


# ------------------------------------------------------------------------------------------------------------ writing


def test_adding_a_document_twice_adds_it_once(store: Store) -> None:
    assert store.add_document(INTERVIEW)
    assert not store.add_document(replace(INTERVIEW, name="copy of acme.txt"))
    assert store.documents() == (INTERVIEW,)


def test_documents_come_back_as_they_went_in(store: Store) -> None:
    bare = Document("bare.txt", "b" * 64, DocumentKind.JOB_POSTING, "We hire.", (Turn(0, "", Side.CUSTOMER, 0, 8),))
    store.add_document(INTERVIEW)
    store.add_document(bare)
    assert {d.name: d for d in store.documents()} == {"acme.txt": INTERVIEW, "bare.txt": bare}
    assert store.document(bare.id) == bare
    assert store.document("d000") is None


def test_an_extraction_that_fails_midway_leaves_what_was_there(store: Store) -> None:
    store.add_document(INTERVIEW)
    store.record_extraction(INTERVIEW.id, MAKER, [LOST], [REFUSED])
    newer = Maker("llm", "other", "p", "2")
    good = finding_at(INTERVIEW, 22, 48, maker=newer)
    bad = finding_at(INTERVIEW, 19, 40, maker=newer, quote="something nobody said")
    with pytest.raises(StudyError, match="would break a rule"):
        store.record_extraction(INTERVIEW.id, newer, [good, bad], [])
    assert store.findings() == (LOST,)
    assert store.rejected() == (REFUSED,)
    assert store.extractions()[INTERVIEW.id]["signature"] == MAKER.signature


def test_an_extraction_replaces_the_one_before(store: Store) -> None:
    store.add_document(INTERVIEW)
    store.record_extraction(INTERVIEW.id, MAKER, [LOST], [REFUSED])
    shorter = finding_at(INTERVIEW, 22, 48)
    store.record_extraction(INTERVIEW.id, MAKER, [shorter], [])
    assert store.findings() == (shorter,)
    assert store.rejected() == ()


def test_a_document_not_read_whole_keeps_its_findings_and_waits_to_be_read_again(store: Store) -> None:
    store.add_document(INTERVIEW)
    store.record_extraction(INTERVIEW.id, MAKER, [LOST], [], is_whole=False)
    assert store.findings() == (LOST,)
    assert store.extractions() == {}


def test_what_a_person_said_of_a_finding_survives_a_new_extraction(store: Store) -> None:
    store.add_document(INTERVIEW)
    store.record_extraction(INTERVIEW.id, MAKER, [LOST], [])
    store.review(LOST.id, Status.REJECTED, "a joke")
    store.record_extraction(INTERVIEW.id, MAKER, [], [])
    assert store.findings() == ()
    store.record_extraction(INTERVIEW.id, MAKER, [LOST], [])
    assert store.findings() == (replace(LOST, status=Status.REJECTED),)
    store.review(LOST.id, Status.ACCEPTED, "no, he meant it")
    assert store.findings(status=Status.ACCEPTED) == (replace(LOST, status=Status.ACCEPTED),)
    assert store.findings(status=Status.REJECTED) == ()


def test_findings_are_picked_by_kind_account_status_and_document(store: Store) -> None:
    other = replace(INTERVIEW, name="ålesund.txt", digest="c" * 64, account="Ålesund Ølhall")
    pain = finding_at(other, 19, 48, kind=Kind.PAIN)
    store.add_document(INTERVIEW)
    store.add_document(other)
    store.record_extraction(INTERVIEW.id, MAKER, [LOST], [])
    store.record_extraction(other.id, MAKER, [pain], [])
    assert store.findings(kind=Kind.PAIN) == (pain,)
    assert store.findings(account="ACME") == (LOST,)
    assert store.findings(account="Ålesund Ølhall") == (pain,)
    assert store.findings(account="ålesund ØLHALL") == (pain,)
    assert store.findings(status=Status.NEW, document_id=other.id) == (pain,)
    assert store.findings(account="Ac") == ()


def test_what_belongs_to_a_document_goes_with_it(store: Store, path: Path) -> None:
    store.add_document(INTERVIEW)
    store.record_extraction(INTERVIEW.id, MAKER, [LOST], [REFUSED])
    store.replace_themes([Theme("t1", Kind.TRIGGER, "incident", "lost", (LOST,))])
    store.remove_document(INTERVIEW.id)
    with raw(path) as connection:
        for table in ("document", "turn", "participant", "finding", "rejected", "extraction", "theme_finding"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    assert store.themes() == ()


def test_a_refused_file_is_kept_once_with_its_latest_reason_until_it_is_added(store: Store) -> None:
    store.refuse_file("acme.txt", "acme.txt: is empty.")
    store.refuse_file("acme.txt", "acme.txt: is damaged.")
    store.refuse_file("b.txt", "b.txt: is empty.")
    assert [(r["name"], r["reason"]) for r in store.refused_files()] == [
        ("acme.txt", "acme.txt: is damaged."),
        ("b.txt", "b.txt: is empty."),
    ]
    store.add_document(INTERVIEW)
    assert [r["name"] for r in store.refused_files()] == ["b.txt"]


def test_changed_metadata_reaches_the_findings(store: Store) -> None:
    store.add_document(INTERVIEW)
    store.record_extraction(INTERVIEW.id, MAKER, [LOST], [])
    store.replace_metadata(replace(INTERVIEW, account="Acme Foods", said_on=None), [LOST], [])
    (found,) = store.findings()
    assert (found.account, found.said_on) == ("Acme Foods", None)


def test_the_index_bookkeeping_knows_which_documents_wait(store: Store) -> None:
    store.add_document(INTERVIEW)
    assert store.unindexed("small") == (INTERVIEW.id,)
    store.mark_indexed([INTERVIEW.id], "small")
    assert store.unindexed("small") == ()
    assert store.unindexed("large") == (INTERVIEW.id,)
    store.mark_all_unindexed()
    assert store.unindexed("small") == (INTERVIEW.id,)


# -------------------------------------------------------------------------------- answers, themes, accounts


def test_an_answer_is_remembered_for_good_and_the_first_one_stands(store: Store, path: Path) -> None:
    answer = Answer({"claims": [{"quote": "naïve 🚚"}]}, 120, 14)
    assert store.recall("k") is None
    store.remember("k", "m", answer)
    store.remember("k", "m", Answer({"claims": []}, 1, 1))
    store.close()
    again = Store.at(path)
    assert again.recall("k") == answer
    assert again.recall("other") is None
    again.close()


def test_themes_come_back_without_the_findings_that_a_person_rejected(store: Store) -> None:
    store.add_document(INTERVIEW)
    other = finding_at(INTERVIEW, 22, 48)
    store.record_extraction(INTERVIEW.id, MAKER, [LOST, other], [])
    theme = Theme("t1", Kind.TRIGGER, "incident", "lost", (LOST, other))
    alone = Theme("t2", Kind.PAIN, "cost", "dear", (other,))
    store.replace_themes([theme, alone])
    assert store.themes() == (theme, alone)
    store.review(other.id, Status.REJECTED, "")
    assert store.themes() == (replace(theme, findings=(LOST,)),)
    store.replace_themes([])
    assert store.themes() == ()


def test_accounts_and_deals_come_back_and_replace_those_of_the_same_name(store: Store) -> None:
    acme = Account("Acme", "acme.example", "Foods", 120, 1.5e6, "Norway", ("SAP", "Excel"), {"Sites": "3"})
    zeta = Account("Zeta")
    won = Deal("Acme", Outcome.WON, 40000.0, date(2025, 1, 2), date(2025, 3, 4), "Closed Won")
    open_ = Deal("Zeta", Outcome.OPEN)
    store.import_accounts([zeta, acme], [won, open_])
    assert store.accounts() == (acme, zeta)
    assert store.deals() == (won, open_)
    lost = replace(won, outcome=Outcome.LOST)
    store.import_accounts([replace(acme, employees=130)], [lost])
    assert store.accounts() == (replace(acme, employees=130), zeta)
    assert set(store.deals()) == {open_, lost}


def test_a_deal_of_no_account_is_refused_and_nothing_of_its_import_is_kept(store: Store) -> None:
    with pytest.raises(StudyError, match="would break a rule"):
        store.import_accounts([Account("Acme")], [Deal("Nobody", Outcome.WON)])
    assert store.accounts() == ()


def test_the_same_draft_is_one_version_and_a_different_one_the_next(store: Store) -> None:
    make = lambda version: {"version": version, "said": "x"}  # noqa: E731
    assert store.add_draft("d1", make)["version"] == 1
    assert store.add_draft("d1", make)["version"] == 1
    assert store.add_draft("d2", make)["version"] == 2
    assert store.add_draft("d1", make)["version"] == 3
    assert [d["version"] for d in store.drafts()] == [1, 2, 3]


def test_check_finds_a_finding_that_was_forced_out_of_place(store: Store, path: Path) -> None:
    store.add_document(INTERVIEW)
    store.record_extraction(INTERVIEW.id, MAKER, [LOST], [])
    assert store.check() == []
    with raw(path) as connection:
        connection.execute("DROP TRIGGER finding_quotes_its_document_on_UPDATE")
        connection.execute('UPDATE finding SET "start" = "start" - 1')
    (fault,) = store.check()
    assert "does not stand in acme.txt where it says" in fault


def test_two_connections_write_one_after_the_other_and_lose_nothing(path: Path) -> None:
    one, two = Store.at(path), Store.at(path)
    for number in range(10):
        (one if number % 2 else two).refuse_file(f"{number}.txt", "is empty.")
    assert len(one.refused_files()) == len(two.refused_files()) == 10
    one.close()
    two.close()
