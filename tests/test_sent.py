"""Redaction, the log of what was sent and the refresh, over real HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from llm_server import KEY, Asked, LlmServer, Reply, honest, make_claim, serve
from pydantic import SecretStr

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.errors import ModelUnreachable
from analyzer.reading.documents import ReadOptions
from analyzer.records import Account, Contact, Side
from analyzer.settings import Settings
from analyzer.study import Study

CALL = """\
Pia Lindgren: Who was with you, Dana?
Dana Ortiz: Marek Novak from Acme Foods retypes every order by hand on Monday mornings, dana@acme.example knows.
Pia Lindgren: And who signs?
Dana Ortiz: Our CRO holds the budget and Marek signs anything above ten thousand dollars. We hate it.
"""
PRIVATE = ("Dana", "Ortiz", "Marek", "Novak", "Acme", "Pia", "Lindgren", "dana@")
OPTIONS = ReadOptions(
    sides={"Pia Lindgren": Side.OURS, "Dana Ortiz": Side.CUSTOMER}, said_on=date(2026, 3, 4), account="Acme Foods"
)
BIN = Path(sys.executable).parent
Opening = Callable[..., Study]


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with serve() as running:
        yield running


@pytest.fixture
def open_study(tmp_path: Path, server: LlmServer, embedder: SentenceEmbedder) -> Iterator[Opening]:
    opened: list[Study] = []

    def make(folder: str = "study", **settings: Any) -> Study:
        usual = {"base_url": server.url, "api_key": SecretStr(KEY), "model": "test", "max_attempts": 1, "jobs": 1}
        study = Study.create(tmp_path / folder, Settings(**{**usual, "redact": "on", **settings}))
        study.__dict__["embedder"] = embedder
        opened.append(study)
        study.store.import_accounts([Account("Acme Foods")], [])
        study.store.import_contacts([Contact("Acme Foods", "Marek Novak")])
        study.add_bytes(CALL.encode(), "acme-foods call.txt", OPTIONS)
        return study

    yield make
    for study in opened:
        study.close()


def icp(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / "icp"), "--study", str(folder), *words],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


def test_no_private_word_reaches_the_server_and_the_findings_are_those_without_redaction(
    server: LlmServer, open_study: Opening
) -> None:
    redacted, plain = open_study("redacted"), open_study("plain", redact="auto")
    redacted.extract("llm")
    bodies = json.dumps([asked.body for asked in server.asked])
    assert [word for word in PRIVATE if word in bodies] == []
    assert "[PERSON_" in bodies
    assert "[EMAIL_1]" in bodies
    plain.extract("llm")
    assert "Marek Novak from Acme Foods" in server.asked[-1].user
    found = redacted.findings()
    assert [(f.quote, f.claim, f.start, f.end) for f in found] == [
        (f.quote, f.claim, f.start, f.end) for f in plain.findings()
    ]
    assert found[0].quote.startswith("Marek Novak from Acme Foods retypes")
    assert redacted.check() == []


def test_a_claim_and_a_person_named_by_placeholder_are_judged_by_the_name(
    server: LlmServer, open_study: Opening
) -> None:
    quote = "[PERSON_3b] signs anything above ten thousand dollars"
    server.behave = lambda asked: Reply(
        [make_claim(quote, 3, kind="role", category="economic_buyer", claim="[PERSON_3] signs.", person="person_3")]
    )
    study = open_study()
    study.extract("llm")
    assert [(f.quote, f.claim, f.person) for f in study.findings()] == [
        ("Marek signs anything above ten thousand dollars", "Marek Novak signs.", "Marek Novak")
    ]


def test_a_refused_claim_goes_back_without_the_names_a_model_made_up_of_ours(
    server: LlmServer, open_study: Opening
) -> None:
    lie = make_claim("[PERSON_1] lost four pallets to Marek Novak", 1)
    server.behave = lambda asked: Reply([lie])
    study = open_study()
    study.extract("llm")
    assert len(server.asked) == 2
    assert "Novak" not in server.asked[1].user
    assert "Marek Novak" in study.rejected()[0].claim.quote


def test_what_was_sent_is_kept_as_it_went_over_the_wire_also_when_the_call_failed(
    server: LlmServer, open_study: Opening
) -> None:
    server.behave = lambda asked: Reply(status=500, error="down")
    study = open_study()
    study.extract("llm")
    (document,) = study.store.documents()
    server.behave = honest
    study.extract("llm")
    (row,) = study.sent(document.id)
    assert {(a.system, a.user) for a in server.asked} == {(row["system"], row["user"])}
    assert (row["model"], row["host"], row["times"], row["redacted"]) == ("openai:test", server.url[7:-3], 2, True)
    assert KEY not in json.dumps(row)
    study.extract("llm")
    assert len(study.sent(document.id)) == 1
    study.store.remove_document(document.id)
    assert study.sent(document.id) == []


def test_the_command_shows_what_was_sent_and_obeys_redact(server: LlmServer, open_study: Opening) -> None:
    study = open_study()
    study.close()
    environment = {"ICP_BASE_URL": server.url, "ICP_MODEL": "test", "OPENAI_API_KEY": KEY}
    ran = icp(study.folder, "extract", "--extractor", "llm", "--redact", **environment)
    assert ran.returncode == 0, ran.stderr
    (row,) = json.loads(icp(study.folder, "sent", "acme", "--format", "json").stdout)
    assert row["user"] == server.asked[0].user
    assert row["redacted"]
    shown = icp(study.folder, "sent", "acme").stdout
    assert "with placeholders for private words" in shown
    assert server.asked[0].user in shown
    ran = icp(study.folder, "extract", "--extractor", "llm", "--no-redact", "--refresh", **environment)
    assert "Marek Novak" in server.asked[-1].user
    assert len(icp(study.folder, "sent", "acme", "--format", "jsonl").stdout.splitlines()) == 2
    wrong = icp(study.folder, "extract", ICP_REDACT="maybe", **environment)
    assert (wrong.returncode, wrong.stderr) == (2, "ICP_REDACT is auto, on or off, not 'maybe'.\n")


# ---------------------------------------------------------------------------------------------------------- refresh


def pain(words: str) -> Callable[[Asked], Reply]:
    return lambda asked: Reply([] if asked.is_reconsidering else [make_claim(words, 3)])


def test_a_refresh_asks_again_and_replaces_what_was_kept(server: LlmServer, open_study: Opening) -> None:
    server.behave = pain("Our CRO holds the budget")
    study = open_study()
    study.extract("llm")
    server.behave = pain("signs anything above ten thousand dollars")
    assert study.extract("llm").unchanged == 1
    assert study.estimate(is_refreshing=True)["calls"] == 1
    done = study.extract("llm", is_refreshing=True)
    assert (done.documents, len(server.asked)) == (1, 2)
    assert [f.quote for f in study.findings()] == ["signs anything above ten thousand dollars"]
    study.store.forget_extraction([d.id for d in study.store.documents()])
    study.extract("llm")
    assert len(server.asked) == 2
    assert [f.quote for f in study.findings()] == ["signs anything above ten thousand dollars"]


@pytest.mark.parametrize("fault", [Reply(status=500, error="x"), Reply(status=401, error="x")])
def test_what_a_refresh_cannot_replace_stands_and_is_asked_for_by_the_next_run(
    fault: Reply, server: LlmServer, open_study: Opening
) -> None:
    server.behave = pain("Our CRO holds the budget")
    study = open_study()
    study.extract("llm")
    server.behave = lambda asked: fault
    try:
        assert study.extract("llm", is_refreshing=True).failures
    except ModelUnreachable:
        assert fault.status == 401
    assert [f.quote for f in study.findings()] == ["Our CRO holds the budget"]
    server.behave = pain("signs anything above ten thousand dollars")
    study.extract("llm")
    assert [f.quote for f in study.findings()] == ["signs anything above ten thousand dollars"]


def test_a_refresh_with_the_server_down_leaves_what_the_model_found(server: LlmServer, open_study: Opening) -> None:
    server.behave = pain("Our CRO holds the budget")
    study = open_study()
    study.extract("llm")
    server.close()
    study.extract("auto", is_refreshing=True)
    assert {f.maker.extractor for f in study.findings()} == {"llm"}


def test_a_refresh_keeps_to_the_budget(server: LlmServer, open_study: Opening) -> None:
    study = open_study(model="openai:gpt-4.1-mini")
    study.extract("llm")
    before = study.findings()
    done = study.extract("llm", budget_usd=0.000001, is_refreshing=True)
    assert len(done.failures) == 1
    assert len(server.asked) == 1
    assert study.findings() == before
