"""A full disk: what was kept before is kept, a sentence says so, and the same command goes on once there is room."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.errors import StudyError
from analyzer.files import write_whole

TALK = """Pia: What was going on in spring?

{who}: We lost our biggest account in March because nobody saw that the truck was late. It was {n} hours in the yard.

Pia: And today?

{who}: It is me and a spreadsheet, {n} hours every Monday, and our CFO signs anything over {n} thousand dollars.
"""


def limited(size: int) -> Callable[[], None]:
    """No file of the process may grow over ``size`` bytes: to the program that is a disk without room."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def icp(study: Path, *arguments: str, room: int | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "analyzer.cli", "--study", str(study), *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        preexec_fn=limited(room) if room else None,
    )


def test_without_room_extract_says_so_and_ends_as_undisturbed_once_there_is_room(tmp_path: Path) -> None:
    given = tmp_path / "in"
    given.mkdir()
    for n, who in enumerate(("Uwe Ott", "Ana Diaz", "Kim Lee"), 3):
        (given / f"{who}.txt").write_text(TALK.format(who=who, n=n))
    for study in ("calm", "full"):
        assert icp(tmp_path / study, "add", str(given)).returncode == 0
    assert icp(tmp_path / "calm", "extract", "--extractor", "offline").returncode == 0
    database = (tmp_path / "full" / "study.db").stat().st_size
    for room in (4096, database + 20_000, database + 150_000):
        ran = icp(tmp_path / "full", "extract", "--extractor", "offline", room=room)
        assert "Traceback" not in ran.stderr
        if ran.returncode:
            assert "study's database" in ran.stderr or "has room" in ran.stderr
    again = icp(tmp_path / "full", "extract", "--extractor", "offline")
    assert again.returncode == 0, again.stderr
    assert icp(tmp_path / "full", "check").returncode == 0
    calm, full = (json.loads(icp(tmp_path / s, "findings", "--format", "json").stdout) for s in ("calm", "full"))
    assert calm
    assert full == calm


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_a_sentence(tmp_path: Path) -> None:
    target = tmp_path / "card.yaml"
    write_whole(target, "old")
    (tmp_path / "card.yaml.part").mkdir()
    with pytest.raises(StudyError, match=r"card\.yaml could not be written"):
        write_whole(target, "new")
    assert target.read_text() == "old"
