"""A real model on a real server: what SmolLM2-135M makes up, in llama.cpp, ends as refused claims and sentences."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from llama_server import find_weights

from analyzer.records import Reason
from analyzer.settings import Settings
from analyzer.study import Study

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_spec("xllamacpp") is None or find_weights() is None,
        reason="no real model here: `make test-all` installs one",
    ),
]

CALL = """\
Pia: Thanks for the time, Dana. What happened in February?
Dana: We lost four pallets in February because nobody could see the dock schedule.
Pia: Who signs for something like this?
Dana: Our CRO holds the budget and she signs anything above ten thousand dollars.
"""


@pytest.fixture(scope="module")
def llama() -> Iterator[str]:
    """The base URL of the running server."""
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("llama_server.py"))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip() + "/v1"
    finally:
        server.kill()
        server.wait()
        for end in (server.stdin, server.stdout):
            if end is not None:
                end.close()


def icp(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "icp"), "--study", str(folder), *words],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip


def test_what_a_real_model_makes_up_is_refused_and_the_run_ends_well(llama: str, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    (tmp_path / "call.txt").write_text(CALL)
    assert icp(folder, "init").returncode == 0
    assert (
        icp(folder, "add", str(tmp_path / "call.txt"), "--side", "Pia=ours", "--side", "Dana=customer").returncode == 0
    )
    known = {
        "ICP_BASE_URL": llama, "ICP_MODEL": "smollm2-135m", "ICP_JOBS": "1", "ICP_MAX_ATTEMPTS": "1",
        "ICP_TIMEOUT_SECONDS": "300", "ICP_WINDOW_TOKENS": "40",
    }  # fmt: skip
    ran = icp(folder, "extract", "--extractor", "llm", **known)
    assert "Traceback" not in ran.stderr
    findings = json.loads(icp(folder, "findings", "--format", "json").stdout)
    refused = json.loads(icp(folder, "rejected", "--format", "json").stdout)
    unread = [line for line in ran.stderr.splitlines() if line.startswith("not read: call.txt, turn")]
    # Each window was read or is named; what was read is shown or refused, with a reason.
    assert ran.returncode == (1 if unread else 0), ran.stderr
    assert f"{len(findings)} findings, {len(refused)} claims refused" in ran.stdout
    assert findings or refused or unread
    assert all(claim["reason"] in tuple(Reason) for claim in refused)
    study = Study(folder, Settings(base_url=llama, model="smollm2-135m", window_tokens=40))
    (document,) = study.store.documents()
    assert all(document.text[f["start"] : f["end"]] == f["quote"] and f["quote"] in CALL for f in findings)
    assert study.check() == []
    # What was answered would not be asked again.
    assert study.estimate()["calls"] == len([line for line in unread if "asked about again" not in line])
    study.close()
    spent = [int(word) for word in ran.stdout.split("\n")[1].split() if word.isdigit()]
    assert len(spent) == 2
    assert min(spent) > 0

    again = icp(folder, "extract", "--extractor", "llm", **{**known, "ICP_BASE_URL": "http://127.0.0.1:9/v1"})
    # Nobody listens there.
    assert json.loads(icp(folder, "rejected", "--format", "json").stdout) == refused
    if not unread:
        assert again.returncode == 0, again.stderr
        assert "0 documents read" in again.stdout
