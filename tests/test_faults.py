"""docs/faults.md says what comes of every fault and every lie; here each of them happens again."""

from __future__ import annotations

from pathlib import Path

import pytest
from fault_table import FAULTS, OFFERED, TOLD, Bench, Fault, page_of, run_fault, run_lie

from analyzer.adapters.embedder import SentenceEmbedder
from analyzer.records import Reason

PAGE = (Path(__file__).parent.parent / "docs" / "faults.md").read_text(encoding="utf-8")
ROWS = {line.split(" | ")[0].removeprefix("| "): line + "\n" for line in PAGE.splitlines() if line.startswith("| ")}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceEmbedder) -> Bench:
    return Bench.at(tmp_path_factory.mktemp("faults"), embedder)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_ends_as_the_page_says(fault: Fault, bench: Bench) -> None:
    assert ROWS.get(fault.name) == run_fault(fault, bench), "run `make docs`"


@pytest.mark.parametrize("name", OFFERED)
def test_a_lie_is_refused_as_the_page_says(name: str, bench: Bench) -> None:
    assert ROWS.get(name) == run_lie(name, bench), "run `make docs`"


def test_the_page_has_a_row_for_every_fault_and_lie_and_no_other() -> None:
    faults = {fault.name: ROWS[fault.name] for fault in FAULTS}
    assert page_of(faults, {name: ROWS[name] for name in OFFERED}) == PAGE, "run `make docs`"


def test_every_reason_of_the_evidence_rules_has_its_lie() -> None:
    # What a model takes back itself is no lie that a rule found.
    assert set(TOLD) == set(Reason) - {"withdrawn"}


def test_no_fault_leaves_the_next_run_with_less_than_everything() -> None:
    lost = {"quotes in another language"}  # answered, and refused: nothing is left to be asked
    for fault in FAULTS:
        again = ROWS[fault.name].split(" | ")[-1]
        assert ("3 findings" in again) == (fault.name not in lost), fault.name
