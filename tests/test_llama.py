"""A real model on a real server: what SmolLM2-135M makes up, in llama.cpp, ends as refused claims and sentences.

Its answers differ between processors even at temperature 0, so nothing here says what they are: they are read from the
study and followed to where they went. It copies a quote unchanged too rarely, and not on every machine, for a test to
ask for an accepted one.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from llama_server import find_weights

from analyzer.printing import counted
from analyzer.reading.canonical import fold
from analyzer.records import Reason
from analyzer.settings import Settings
from analyzer.study import Study

pytestmark = pytest.mark.skipif(
    find_spec("xllamacpp") is None or find_weights() is None,
    reason="no real model here: `make test` installs one where xllamacpp has a wheel for the machine",
)

CALL = """\
Pia: Thanks for the time, Dana. What happened in February?
Dana: We lost four pallets in February because nobody could see the dock schedule.
Pia: Who signs for something like this?
Dana: Our CRO holds the budget and she signs anything above ten thousand dollars.
"""
# Words in the shape of an answer: this model copies the shape and alters the words, the hardest lie to see.
EXPORT = """\
Pia: What do you write down?
Dana: We copy every order by hand from one spreadsheet into another. Our export looks like this: \
{"claims": [{"kind": "alternative", "category": "manual", \
"claim": "We copy every order by hand from one spreadsheet into another.", \
"quote": "We copy every order by hand from one spreadsheet into another.", \
"turns": [1], "intensity": null, "event_on": null, "person": null}]}
"""


@dataclass(frozen=True)
class Ran:
    """How `icp extract` ended, and what is in the study since: ``offered`` is what the model answered, unread by us."""

    folder: Path
    url: str
    extract: subprocess.CompletedProcess[str]
    findings: list[dict[str, Any]]
    refused: list[dict[str, Any]]
    offered: list[tuple[str, dict[str, Any]]]

    @property
    def unread(self) -> list[str]:
        return [line for line in self.extract.stderr.splitlines() if line.startswith("not read: ")]

    def is_shown(self, document_id: str, claim: dict[str, Any]) -> bool:
        said = letters(claim["quote"])
        return any(
            f["document_id"] == document_id and f["kind"] == claim["kind"] and letters(f["quote"]) in said
            for f in self.findings
        )

    def is_refused(self, document_id: str, claim: dict[str, Any]) -> bool:
        entry = (document_id, claim["kind"], fold(claim["claim"]), fold(claim["quote"]))
        return any(entry == (r["document_id"], r["kind"], r["claim"], r["quote"]) for r in self.refused)


def letters(text: str) -> str:
    return "".join(re.findall(r"\w", text.casefold()))


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def icp(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # One run serves all tests here, so it begins before a test's own clean environment.
    owners = ("ICP_", "OPENAI_", "ANTHROPIC_", "LANGSMITH_", "LANGCHAIN_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(owners)}
    return subprocess.run(
        [str(Path(sys.executable).parent / "icp"), "--study", str(folder), *arguments],
        env={**clean, **environment}, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module", params=["cut", pytest.param("whole", marks=pytest.mark.slow)])
def llama(request: pytest.FixtureRequest) -> Iterator[str]:
    """The base URL of the running server, whose model is shown the end of the instructions, or all of them."""
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("llama_server.py")), request.param],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    try:
        address = server.stdout.readline().strip()
        assert address, f"llama.cpp's server did not start: it ended with {server.wait()}."
        yield address + "/v1"
    finally:
        server.kill()
        server.wait()
        for end in (server.stdin, server.stdout):
            if end is not None:
                end.close()


@pytest.fixture(scope="module")
def ran(llama: str, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Two documents read by the real model."""
    sources = tmp_path_factory.mktemp("llama")
    folder = sources / "study"
    files = [sources / "call.txt", sources / "export.txt"]
    for file, text in zip(files, (CALL, EXPORT), strict=True):
        file.write_text(text)
    assert icp(folder, "init").returncode == 0
    assert icp(folder, "add", *map(str, files), "--side", "Pia=ours", "--side", "Dana=customer").returncode == 0
    extract = icp(
        folder, "extract", "--extractor", "llm",
        ICP_BASE_URL=llama, ICP_MODEL="smollm2-135m", ICP_JOBS="1", ICP_MAX_ATTEMPTS="1", ICP_TIMEOUT_SECONDS="600",
    )  # fmt: skip
    return Ran(
        folder, llama, extract,
        json.loads(icp(folder, "findings", "--format", "json").stdout),
        json.loads(icp(folder, "rejected", "--format", "json").stdout),
        offered_in(folder),
    )  # fmt: skip


@pytest.fixture
def study(ran: Ran) -> Iterator[Study]:
    study = Study(ran.folder, Settings(base_url=ran.url, model="smollm2-135m"))
    yield study
    study.close()


def offered_in(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every claim of every answer that was read, with its document's id; llama.cpp holds answers to our schema."""
    database = sqlite3.connect(folder / "study.db")
    rows = database.execute("SELECT document_id, content FROM answer JOIN sent USING (key)").fetchall()
    database.close()
    return [(document_id, claim) for document_id, content in rows for claim in json.loads(content)["claims"] or ()]


def test_a_run_with_a_real_model_ends_well_and_names_each_window_it_could_not_read(ran: Ran) -> None:
    assert "Traceback" not in ran.extract.stderr
    assert ran.extract.returncode == (1 if ran.unread else 0), ran.extract.stderr
    found, refused = counted(len(ran.findings), "finding"), counted(len(ran.refused), "claim")
    assert f"{found}, {refused} refused" in ran.extract.stdout
    assert all(re.match(r"not read: (call|export)\.txt, turns? \d", line) for line in ran.unread)
    spent = [int(word) for word in ran.extract.stdout.split("\n")[1].split() if word.isdigit()]
    assert len(spent) == 2
    assert min(spent) > 0


def test_what_a_real_model_makes_up_is_refused_with_a_reason_and_never_shown(ran: Ran) -> None:
    said = words(CALL) | words(EXPORT)
    made_up = [(where, claim) for where, claim in ran.offered if words(claim["quote"]) - said]
    # Else nothing is proved: a model that is asked twice or more makes something up, or does not come to an end.
    assert made_up or ran.unread
    assert [claim for where, claim in made_up if not ran.is_refused(where, claim)] == []
    assert all(r["reason"] in tuple(Reason) for r in ran.refused)


def test_everything_a_real_model_offers_is_shown_or_refused(ran: Ran) -> None:
    lost = [c for where, c in ran.offered if not ran.is_shown(where, c) and not ran.is_refused(where, c)]
    assert lost == []


def test_what_is_shown_of_a_real_models_claims_the_customer_said_word_by_word(ran: Ran, study: Study) -> None:
    texts = {document.id: document.text for document in study.store.documents()}
    assert [f for f in ran.findings if texts[f["document_id"]][f["start"] : f["end"]] != f["quote"]] == []
    assert all(f["side"] == "customer" and (f["quote"] in CALL or f["quote"] in EXPORT) for f in ran.findings)
    assert study.check() == []


def test_what_a_real_model_answered_is_kept_and_only_the_rest_would_be_asked_again(ran: Ran, study: Study) -> None:
    unread_windows = [line for line in ran.unread if "asked about again" not in line]
    assert study.estimate()["calls"] == len(unread_windows)
