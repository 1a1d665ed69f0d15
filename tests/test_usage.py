"""What was spent on a study is counted for good, and what was refused is counted by what offered it."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from llm_server import (
    INTERVIEW,
    LIES,
    OPTIONS,
    PALLETS,
    Asked,
    LlmServer,
    Reply,
    honest,
    make_claim,
    make_interview,
    make_study,
    serve,
)
from test_app import open_app, shown
from typer.testing import CliRunner

from analyzer.adapters import migrations
from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.adapters.store import Store
from analyzer.cli import app
from analyzer.errors import ModelUnreachable
from analyzer.extraction.budget import find_price
from analyzer.extraction.usage import Usage, sum_usage
from analyzer.records import Reason
from analyzer.study import RefusedCount, Study

PRICED = "openai:gpt-4.1-mini"
Opening = Callable[..., Study]


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with serve() as running:
        yield running


@pytest.fixture
def open_study(tmp_path: Path, server: LlmServer, embedder: SentenceEmbedder) -> Iterator[Opening]:
    opened: list[Study] = []

    def make(*interviews: str, **settings: Any) -> Study:
        opened.append(make_study(tmp_path / "study", server, embedder, *interviews, **settings))
        return opened[-1]

    yield make
    for study in opened:
        study.close()


def reopened(study: Study, embedder: SentenceEmbedder) -> Study:
    """The same study as the next process opens it."""
    study.close()
    again = Study(study.folder, study.settings)
    again.__dict__["embedder"] = embedder
    return again


def answered(server: LlmServer) -> int:
    """Tokens that the server counted in what it was sent."""
    return sum(asked.tokens for asked in server.asked)


def printed(study: Study, *words: str) -> str:
    done = CliRunner().invoke(app, ["--study", str(study.folder), *words])
    assert done.exit_code == 0, done.output
    return done.output


# --------------------------------------------------------------------------------------------------------------- usage


def test_every_document_has_a_row_with_what_its_calls_took_and_the_sum_is_what_the_run_said(
    server: LlmServer, open_study: Opening
) -> None:
    study = open_study(make_interview(400), INTERVIEW, window_tokens=250, model=PRICED, jobs=4)
    done = study.extract("llm")
    long, short = study.usage()
    assert (long.document, short.document, long.model) == ("call-0.txt", "call-1.txt", PRICED)
    assert (long.calls, short.calls) == (len(server.asked) - 1, 1)
    total = sum_usage(study.usage())
    assert (total.tokens_in, total.tokens_out, total.usd) == (done.tokens_in, done.tokens_out, pytest.approx(done.usd))
    assert total.tokens_in == answered(server)


def test_a_run_that_finds_every_answer_kept_spends_nothing_and_forgets_nothing(
    server: LlmServer, open_study: Opening, embedder: SentenceEmbedder
) -> None:
    study = open_study(make_interview(300), window_tokens=250)
    study.extract("llm")
    before = study.usage()
    study.store.forget_extraction([d.id for d in study.store.documents()])
    assert study.extract("llm").tokens_in == 0
    assert study.usage() == before
    again = reopened(study, embedder)
    again.store.forget_extraction([d.id for d in again.store.documents()])
    again.extract("llm")
    again.extract("offline")
    assert again.usage() == before
    again.close()


def test_a_refresh_is_paid_for_once_more(server: LlmServer, open_study: Opening) -> None:
    study = open_study(INTERVIEW)
    study.extract("llm")
    (first,) = study.usage()
    study.extract("llm", is_refreshing=True)
    (both,) = study.usage()
    assert (both.calls, both.tokens_in, both.tokens_out) == (2, 2 * first.tokens_in, 2 * first.tokens_out)


@pytest.mark.parametrize(
    "useless",
    [Reply(text="nothing much"), Reply(text=""), Reply(finish="length"), Reply(text='{"claims": "none"}')],
    ids=["not json", "empty", "cut off", "no list"],
)
def test_answers_of_no_use_are_counted_like_any_other(useless: Reply, server: LlmServer, open_study: Opening) -> None:
    ill = "We copy 23 "
    server.behave = lambda asked: useless if any(ill in turn.words for turn in asked.turns) else honest(asked)
    study = open_study(make_interview(300), window_tokens=250)
    for _ in range(2):
        assert study.extract("llm").failures
        assert sum_usage(study.usage()).tokens_in == answered(server)


def test_what_was_paid_before_a_run_was_cut_short_is_counted_with_what_the_next_one_pays(
    server: LlmServer, open_study: Opening, embedder: SentenceEmbedder
) -> None:
    study = open_study(make_interview(600), window_tokens=250)
    server.behave = lambda asked: honest(asked) if len(server.asked) < 3 else Reply(status=401, error="no")
    with pytest.raises(ModelUnreachable):
        study.extract("llm")
    assert study.store.extractions() == {}
    refused = [asked.tokens for asked in server.asked[2:]]
    (cut_short,) = study.usage()
    assert cut_short.tokens_in == sum(asked.tokens for asked in server.asked[:2])
    again = reopened(study, embedder)
    server.behave = honest
    again.extract("llm")
    (whole,) = again.usage()
    assert whole.tokens_in == answered(server) - sum(refused)
    assert whole.calls == len(server.asked)
    again.close()


def test_a_removed_document_s_money_stays_in_the_sum_and_its_name_does_not(
    server: LlmServer, open_study: Opening
) -> None:
    study = open_study(INTERVIEW, make_interview(100), model=PRICED)
    study.extract("llm")
    before = sum_usage(study.usage())
    gone = next(d for d in study.store.documents() if d.name == "call-0.txt")
    study.store.remove_document(gone.id)
    assert [u.document for u in study.usage()] == ["call-1.txt", ""]
    assert sum_usage(study.usage()) == before
    assert "(removed)" in printed(study, "usage")
    assert "call-0" not in printed(study, "usage")


def test_a_model_without_a_price_gives_tokens_and_no_money() -> None:
    priced = Usage("a.txt", "d1", PRICED, 1, 1000, 100, 0.5)
    unknown = Usage("a.txt", "d1", "openai:test", 2, 10, 1, None)
    assert sum_usage([priced, unknown]) == Usage("", "", "", 3, 1010, 101, 0.5)
    assert sum_usage([unknown]).usd is None


def test_the_command_prints_a_row_a_document_and_model_and_the_sum(server: LlmServer, open_study: Opening) -> None:
    study = open_study(INTERVIEW, model=PRICED)
    assert printed(study, "usage") == "No language model has been asked about any document.\n"
    assert json.loads(printed(study, "usage", "--format", "json")) == []
    study.extract("llm")
    study.extract("llm", "openai:unheard-of")
    price = find_price(PRICED)
    assert price is not None
    known, unknown, total = json.loads(printed(study, "usage", "--format", "json"))
    assert (known["document"], known["model"], known["calls"]) == ("call-0.txt", PRICED, 1)
    assert known["usd"] == pytest.approx(price.cost(known["tokens_in"], known["tokens_out"]), abs=1e-6)
    assert (unknown["model"], unknown["usd"]) == ("openai:unheard-of", None)
    assert (total["document"], total["document_id"], total["usd"]) == ("all documents", "", known["usd"])
    assert total["tokens_in"] == known["tokens_in"] + unknown["tokens_in"] == answered(server)
    rows = list(csv.DictReader(io.StringIO(printed(study, "usage", "--format", "csv"))))
    assert [row["calls"] for row in rows] == ["1", "1", "2"]
    table = printed(study, "usage")
    assert f"{PRICED}: by the prices of {price.as_of}." in table
    assert "openai:unheard-of: no price is known, the sum leaves its money out." in table


# ----------------------------------------------------------------------------------------------------- older studies


def as_made_by(version: str, path: Path) -> sqlite3.Connection:
    """The study's database as that version left it, but for what it held."""
    connection = sqlite3.connect(path, isolation_level=None)
    # Versions since then made these tables.
    facts = ("account_table", "account_word", "document_fact", "facts_read")
    for table in ("usage", "scorecard", "event", "denial", "edit", *facts):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("ALTER TABLE finding DROP COLUMN was")
    for column in ("attributes", "table"):
        connection.execute(f'ALTER TABLE deal DROP COLUMN "{column}"')
    for column in ("sub_industry", "region", "stage", "business_model", "ownership", "funding", "founded"):
        connection.execute(f"ALTER TABLE account DROP COLUMN {column}")
    connection.execute("DROP INDEX ix_sent_key")
    connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    return connection


def test_a_study_of_the_version_before_keeps_what_it_knew_was_spent(
    server: LlmServer, open_study: Opening, embedder: SentenceEmbedder
) -> None:
    study = open_study(make_interview(300), INTERVIEW, window_tokens=250, model=PRICED)
    study.extract("llm")
    study.extract("offline")
    before = study.usage()
    study.close()
    as_made_by("0003", study.folder / "study.db").close()
    again = Study(study.folder, study.settings)
    assert again.usage() == before
    assert again.check() == []
    again.close()


def test_where_no_sent_log_says_more_the_last_run_of_an_older_study_counts(
    server: LlmServer, open_study: Opening
) -> None:
    study = open_study(INTERVIEW)
    done = study.extract("llm")
    study.close()
    with as_made_by("0003", study.folder / "study.db") as connection:
        connection.execute("DELETE FROM sent")
    store = Store.at(study.folder / "study.db")
    (row,) = store.usage()
    assert (row["calls"], row["tokens_in"], row["tokens_out"]) == (0, done.tokens_in, done.tokens_out)
    store.close()


@pytest.mark.parametrize("version", ["0001", "0002", "0003"])
def test_a_study_of_any_older_schema_opens_and_what_its_last_run_took_counts(version: str, tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()
    with sqlite3.connect(path) as older:
        older.execute(
            """INSERT INTO document (id, digest, name, kind, title, account, format, text, guesses, warnings, added_at)
               VALUES ('d1', 'x', 'old.txt', 'interview', '', '', '', 'We hire.', '{}', '[]', '2026-01-01')"""
        )
        older.execute("INSERT INTO extraction VALUES ('d1', 's', 'llm', 'openai:gpt-4o', 3, 1200, 90, '2026-01-02')")
    store = Store.at(path)
    assert store.usage() == [
        {
            "document_id": "d1",
            "model": "openai:gpt-4o",
            "calls": 0,
            "tokens_in": 1200,
            "tokens_out": 90,
            "document": "old.txt",
        }
    ]
    assert [d.name for d in store.documents()] == ["old.txt"]
    store.close()


def test_a_study_in_which_no_model_was_asked_opens_with_no_usage(tmp_path: Path) -> None:
    path = tmp_path / "study.db"
    Store.at(path).close()
    as_made_by("0003", path).close()
    store = Store.at(path)
    assert store.usage() == []
    store.close()


# ------------------------------------------------------------------------------------------------------ refused claims


def test_refused_claims_are_counted_by_reason_with_their_share_of_all_that_was_offered(
    server: LlmServer, open_study: Opening
) -> None:
    def lies_twice(asked: Asked) -> Reply:
        number, role = LIES[Reason.NUMBER], LIES[Reason.ROLE]
        other = {**number, "quote": "We lost ninety pallets in February"}
        return Reply([] if asked.is_reconsidering else [number, other, role, make_claim(PALLETS, 1)])

    server.behave = lies_twice
    study = open_study(INTERVIEW)
    study.extract("llm")
    prompt = study.findings()[0].maker.prompt
    assert study.refused_counts() == tuple(
        RefusedCount(reason, "llm", "openai:test", prompt, refused, 4)
        for reason, refused in [(None, 3), (Reason.NUMBER, 2), (Reason.ROLE, 1)]
    )
    assert [c.share for c in study.refused_counts()] == [0.75, 0.5, 0.25]


def test_claims_of_two_extractors_are_counted_apart_and_one_that_was_always_right_has_its_row(
    server: LlmServer, open_study: Opening
) -> None:
    study = open_study(INTERVIEW)
    study.extract("llm")
    study.add_bytes(make_interview(120).encode(), "second.txt", OPTIONS)
    server.close()
    study.extract("auto")
    offline = [f for f in study.findings() if f.maker.extractor == "offline"]
    model, weights = (c for c in study.refused_counts() if c.reason is None)
    assert (model.extractor, model.refused, model.offered) == ("llm", 0, 3)
    assert (weights.extractor, weights.offered) == ("offline", len(offline) + len(study.rejected()))
    assert weights.offered > 0


def test_claims_of_a_copy_are_not_counted(server: LlmServer, open_study: Opening) -> None:
    study = open_study(INTERVIEW, make_interview(60))
    study.extract("llm")
    offered = study.refused_counts()[0].offered
    copy, original = (d.id for d in study.store.documents())
    study.store.link_copies({copy: (original, "a person said so")})
    assert study.refused_counts()[0].offered == offered - 3


def test_the_command_counts_in_words_for_people_and_in_codes_for_programs(
    server: LlmServer, open_study: Opening
) -> None:
    server.behave = lambda asked: Reply([LIES[Reason.NOT_FOUND], make_claim(PALLETS, 1)])
    study = open_study(INTERVIEW)
    study.extract("llm")
    rows = json.loads(printed(study, "rejected", "--counts", "--format", "json"))
    assert [(r["reason"], r["refused"], r["offered"], r["share"]) for r in rows] == [
        ("any", 1, 2, 0.5),
        ("not_found", 1, 2, 0.5),
    ]
    assert {(r["extractor"], r["model"], r["prompt"]) for r in rows} == {
        ("llm", "openai:test", study.findings()[0].maker.prompt)
    }
    assert "| not found | llm | openai:test |" in printed(study, "rejected", "--counts", "--format", "md")
    assert "not found" in printed(study, "rejected", "--counts")
    written = list(csv.DictReader(io.StringIO(printed(study, "rejected", "--counts", "--format", "csv"))))
    assert Counter(row["reason"] for row in written) == {"any": 1, "not_found": 1}


# ------------------------------------------------------------------------------------------------------------- the app


def test_the_app_shows_shares_of_refused_claims_and_what_the_study_has_cost(
    monkeypatch: pytest.MonkeyPatch, server: LlmServer, open_study: Opening
) -> None:
    server.behave = lambda asked: Reply([LIES[Reason.NOT_FOUND], make_claim(PALLETS, 1)])
    study = open_study(INTERVIEW, model=PRICED)
    assert "So far" not in shown(open_app(monkeypatch, study.folder, "sources"))
    study.extract("llm")
    total = sum_usage(study.usage())
    sources = shown(open_app(monkeypatch, study.folder, "sources"))
    assert f"So far {total.calls} calls in this study: {total.tokens_in:,} tokens sent" in sources
    assert f"${total.usd:.4f}." in sources
    findings = shown(open_app(monkeypatch, study.folder, "findings"))
    assert '<th scope="col">not found</th>' in findings
    maker = f"llm · {PRICED} · {study.findings()[0].maker.prompt}"
    assert f"<tr><td>{maker}</td><td>1 of 2 (50.0%)</td><td>1 (50.0%)</td></tr>" in findings
