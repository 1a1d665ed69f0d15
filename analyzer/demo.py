"""The demo study: everything the program does, on invented documents that come with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from analyzer.errors import StudyError
from analyzer.reading.documents import ReadOptions
from analyzer.reading.tables.accounts import read_accounts
from analyzer.records import Outcome
from analyzer.resources import find_resource
from analyzer.settings import Settings
from analyzer.study import Added, Extracting, OnStep, Study


@dataclass(frozen=True, slots=True)
class Demo:
    added: tuple[Added, ...]
    extracting: Extracting
    draft: dict[str, Any]


def _correct(study: Study, corpus: Path) -> None:
    """Sets right what a file's name and words do not tell, as a person would."""
    corrections = yaml.safe_load((corpus / "corrections.yaml").read_text(encoding="utf-8"))
    for head in study.document_heads():
        said = corrections.get(head["name"])
        if said and head["account"] != said["account"]:
            study.describe_document(head["id"], account=said["account"], outcome=Outcome(said["outcome"]))


def build_demo(folder: Path, settings: Settings, on_step: OnStep) -> Demo:
    """Builds (or brings up to date) the demo study in ``folder``, offline whatever the environment says.

    Raises StudyError when the folder holds something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / "study.db").exists():
        raise StudyError(f"{folder} is not empty and holds no study. Name another folder.")
    corpus = find_resource("corpora/demo")
    study = Study.create(folder, settings, corpus / "product.yaml")
    try:
        study.import_accounts(read_accounts((corpus / "accounts.csv").read_bytes(), "accounts.csv"))
        folders = [corpus / name for name in ("interviews", "notes", "postings")]
        added = tuple(study.add(folders, ReadOptions(), on_step))
        _correct(study, corpus)
        extracting = study.extract("offline", on_step=on_step)
        return Demo(added, extracting, study.draft())
    finally:
        study.close()
