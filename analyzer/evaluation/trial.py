"""The annotated documents added and read as a user's would be, in a study of their own.

Nothing of another study has a part in it: no product, no accounts, no team's database. Where the folder tells who
took part, the program is not told: it reads what it would be given.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analyzer.errors import UsageError
from analyzer.evaluation.gold import GoldFolder
from analyzer.evaluation.mistakes import Judge
from analyzer.extraction.offline_extractor import judge_units
from analyzer.reading.documents import ReadOptions
from analyzer.records import Document, Finding
from analyzer.settings import Settings
from analyzer.study import Extracting, OnStep, Study
from analyzer.workspace import silent


@dataclass(frozen=True, slots=True)
class Choice:
    """How to extract: ``extractor`` is auto, offline or llm; ``budget_usd`` are US dollars not to pass."""

    extractor: str = "auto"
    model: str = ""
    budget_usd: float | None = None


@dataclass(frozen=True)
class Trial:
    """The documents as read, copies among them, and what was found. ``refused``: a sentence for each file not read."""

    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]
    extracting: Extracting
    refused: tuple[str, ...]


class TrialStudy(Study):
    """A study to be measured, not used."""

    def refresh(self, on_step: OnStep = silent) -> None:
        """Leaves index and themes as they are: no figure needs them."""

    @property
    def judge(self) -> Judge:
        return lambda document, turns: judge_units(document, turns, self.reading_embedder, self.gazetteer)


@contextmanager
def open_trial(gold: GoldFolder, settings: Settings, keep: Path | None = None) -> Iterator[TrialStudy]:
    """An empty study that is gone afterwards; or one that stays in ``keep``, with what a language model answered.

    Raises UsageError where ``keep`` is a study of other documents.
    """
    # A team's database is for its own documents.
    alone = settings.model_copy(update={"database_url": "", "chroma_url": ""})
    with tempfile.TemporaryDirectory(prefix="icp-eval-") as passing:
        study = TrialStudy.create(keep or Path(passing), alone)
        try:
            if others := sorted({h["name"] for h in study.document_heads()} - _named(gold)):
                raise UsageError(
                    f"{study.folder} is a study with other documents ({', '.join(others[:3])}). "
                    "Name a folder that is not there yet."
                )
            yield study
        finally:
            study.close()


def _named(gold: GoldFolder) -> set[str]:
    files = {path.relative_to(gold.docs).as_posix() for path in gold.docs.rglob("*")}
    return files | {name.rpartition("/")[2] for name in files} | set(gold.sides)


def run_trial(study: TrialStudy, gold: GoldFolder, choice: Choice, on_step: OnStep = silent) -> Trial:
    """Adds docs/ and extracts. Raises UsageError where none of it can be read, and what ``Study.extract`` raises."""
    added = list(study.add([gold.docs], ReadOptions(), on_step))
    refused = tuple(a.detail for a in added if a.status == "refused")
    read = {a.document.id for a in added if a.document is not None}
    if not read:
        why = f" ({refused[0]})" if refused else ""
        raise UsageError(f"{gold.docs} holds no document that can be read{why}.")
    extracting = study.extract(choice.extractor, choice.model, choice.budget_usd, on_step)
    documents = tuple(d for d in study.store.documents() if d.id in read)
    findings = tuple(f for f in study.findings() if f.document_id in read)
    return Trial(documents, findings, extracting, refused)
