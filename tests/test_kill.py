"""A kill at any moment: what was finished is kept, and the same command again ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

PEOPLE = ("Dana", "Raj", "Priya", "Tomas", "Ines", "Kofi", "Mei", "Olu")
TRADES = ("bakery", "clinic", "brewery", "foundry", "hotel", "sawmill", "school", "ferry line")
INTERVIEW = """Pia: Thanks for making the time, {who}. What made you start looking?

{who}: We lost our biggest customer in March because two orders went out of the {trade} with the wrong label. Every
morning my team retypes every order from the emails into the spreadsheet by hand, and it takes {n} people until noon.

Pia: What did you use before that?

{who}: We run everything on Salesforce and a paper diary. We looked at Rampwise last year but it was too expensive, and
nobody at the {trade} wanted to learn it. Customers wait forty minutes because nobody sees what is in.

Pia: And who signs for something like this?

{who}: Our CFO signs anything over {n} thousand dollars, and I would be the one pushing for it. It has to work on a
phone without any training, and if it saves us {n} hours a week I am happy.
"""


def icp(study: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "analyzer.cli", "--study", str(study), *arguments]


def output(study: Path, *arguments: str) -> str:
    ran = subprocess.run(icp(study, *arguments), capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def findings(study: Path) -> list[dict[str, Any]]:
    return list(json.loads(output(study, "findings", "--format", "json")))


def finished(study: Path) -> set[str]:
    """The documents whose extraction is in the database, as another program sees it."""
    connection = sqlite3.connect(study / "study.db", timeout=10)
    try:
        return {row[0] for row in connection.execute("SELECT document_id FROM extraction")}
    finally:
        connection.close()


def extract_and_kill(study: Path, after: int) -> None:
    """Starts the extraction and kills it once ``after`` documents are finished; 0 kills it while it wakes."""
    process = subprocess.Popen(
        icp(study, "extract", "--extractor", "offline"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 240
        while len(finished(study)) < after and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        if after == 0:
            time.sleep(0.7)
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
    assert len(finished(study)) >= after


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kill")
    (folder / "in").mkdir()
    for number, (who, trade) in enumerate(zip(PEOPLE, TRADES, strict=True), 2):
        (folder / "in" / f"{trade}.txt").write_text(INTERVIEW.format(who=who, trade=trade, n=number))
    output(folder / "study", "add", str(folder / "in"), "--date", "2026-04-01")
    return folder / "study"


@pytest.fixture(scope="module")
def undisturbed(added: Path) -> list[dict[str, Any]]:
    study = Path(shutil.copytree(added, added.parent / "undisturbed"))
    output(study, "extract", "--extractor", "offline")
    found = findings(study)
    assert len({f["document_id"] for f in found}) == len(PEOPLE)
    return found


def test_an_extraction_killed_again_and_again_ends_as_an_undisturbed_one(
    added: Path, undisturbed: list[dict[str, Any]], tmp_path: Path
) -> None:
    study = Path(shutil.copytree(added, tmp_path / "killed"))
    for after in (0, 1, 3, 5):
        extract_and_kill(study, after)
        done = finished(study)
        # Each document is there whole or not at all: what is there is what an undisturbed run finds.
        assert findings(study) == [f for f in undisturbed if f["document_id"] in done]
    output(study, "extract", "--extractor", "offline")
    assert findings(study) == undisturbed
    assert "sound" in output(study, "check")


def test_adding_that_is_killed_goes_on_with_the_same_command(added: Path, tmp_path: Path) -> None:
    study = tmp_path / "study"
    command = icp(study, "add", str(added.parent / "in"), "--date", "2026-04-01")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1)
    assert process.stdout is not None
    process.stdout.readline()
    process.kill()
    process.wait(timeout=30)
    process.stdout.close()
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    names = lambda where: {d["id"]: d["name"] for d in json.loads(output(where, "documents", "--format", "json"))}  # noqa: E731
    assert names(study) == names(added)
    kept = lambda where: {p.name: p.read_bytes() for p in (where / "originals").iterdir() if p.suffix != ".part"}  # noqa: E731
    assert kept(study) == kept(added)
