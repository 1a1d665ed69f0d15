"""What every test stands on: no network but loopback, no key from outside, the real weights, one demo study for all."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings
from llm_server import LlmServer, Opening, make_study, serve

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.study import Study

REPOSITORY = Path(__file__).parent.parent
# `make test` tries the same cases each time, so that a change and nothing else makes it fail; `make test-all`
# (ICP_CASES=nightly) tries others each time, and where a test asks for them by the profile's name, more.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("nightly", deadline=None)
settings.load_profile(os.environ.get("ICP_CASES", "ci"))
OWNERS_OWN = (
    "ICP_", "OPENAI_", "ANTHROPIC_", "LANGSMITH_", "LANGCHAIN_",
    "AZURE_OPENAI_", "GOOGLE_", "GEMINI_", "MISTRAL_", "OLLAMA_",
)  # fmt: skip
LOOPBACK = ("127.0.0.1", "::1", "localhost", "0.0.0.0")


class NetworkRefusedError(RuntimeError):
    """A test reached for an address outside this machine."""


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Any connection that leaves the machine fails, by whatever library; files and loopback stay open."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise NetworkRefusedError(f"A test tried to reach {address}.")
        return real(self, address)  # type: ignore[arg-type]

    socket.socket.connect = connect  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = real  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, model or study of the machine's owner gets into a test."""
    for name in list(os.environ):
        if name.startswith(OWNERS_OWN) and name not in ("ICP_SHARED", "ICP_CASES"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def embedder() -> SentenceEmbedder:
    """The real weights, loaded once."""
    return SentenceEmbedder()


@pytest.fixture
def server() -> Iterator[LlmServer]:
    """A language model on loopback that answers honestly until told otherwise."""
    with serve() as running:
        yield running


@pytest.fixture
def open_study(tmp_path: Path, server: LlmServer, embedder: SentenceEmbedder) -> Iterator[Opening]:
    """A study at ``tmp_path/study`` with the given interviews, pointed at the server."""
    opened: list[Study] = []

    def make(*interviews: str, **settings: Any) -> Study:
        study = make_study(tmp_path / "study", server, embedder, *interviews, **settings)
        opened.append(study)
        return study

    yield make
    for study in opened:
        study.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The annotated documents that measure; a stranger's clone has none, and says so."""
    folder = Path(os.environ.get("ICP_SHARED", REPOSITORY.parent / "shared"))
    if not (folder / "gold" / "gold.jsonl").exists():
        pytest.skip(f"no annotated documents in {folder}: set ICP_SHARED to the folder that holds gold/")
    return folder


@pytest.fixture(scope="session")
def _demo_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo study, built once for all workers."""
    from analyzer.demo import build_demo
    from analyzer.settings import Settings

    base = tmp_path_factory.getbasetemp()
    root = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    master = root / "demo-master"
    with FileLock(str(root / "demo-master.lock")):
        if not (master / "built").exists():
            build_demo(master, Settings(), lambda _what, _done, _of: None)
            (master / "built").touch()
    return master


@pytest.fixture
def demo_folder(_demo_master: Path, tmp_path: Path) -> Path:
    """A copy of the demo study that the test may change."""
    target = tmp_path / "demo"
    shutil.copytree(_demo_master, target, ignore=shutil.ignore_patterns("built"))
    return target


@pytest.fixture
def demo_study(demo_folder: Path) -> Iterator[object]:
    from analyzer.study import Study

    study = Study(demo_folder)
    yield study
    study.close()
