"""What the app remembers, and the only module that touches ``st.session_state``, ``st.query_params`` and the caches.

The open study is shared by folder (a resource), and so are numbers computed on it. The words in it are in no cache that
is shared: they are read anew each time, but for the draft that one session looks at. Which finding is open stands in
the address, so that it can be sent, bookmarked and gone back from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

import streamlit as st

from analyzer.reading.tables.accounts import AccountTable
from analyzer.reading.tables.events import EventTable
from analyzer.settings import Settings
from analyzer.study import Added, Extracting, Study

Stamp = tuple[object, ...]
Made = TypeVar("Made")


@dataclass(slots=True)
class Memory:
    """What one user's session holds between two clicks. ``handled`` are uploads already read, by the browser's id."""

    handled: set[str] = field(default_factory=set)
    added: tuple[Added, ...] = ()
    table: AccountTable | None = None
    table_refused: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    events: EventTable | None = None
    events_new: int = 0
    events_refused: str = ""
    events_mapping: dict[str, str] = field(default_factory=dict)
    extracting: Extracting | None = None
    drafts: dict[int, tuple[Stamp, dict[str, Any]]] = field(default_factory=dict)
    notice: str = ""


def open_study() -> Study:
    """The study that ``ICP_STUDY`` names. Raises StudyError when there is none."""
    settings = Settings()
    folder = settings.study.resolve()
    database = folder / "study.db"
    # A study that was deleted and built again under a running app is another file, and is opened again.
    return _open(str(folder), database.stat().st_ino if database.exists() else 0, settings)


@st.cache_resource(show_spinner="Opening the study")
def _open(folder: str, file: int, _settings: Settings) -> Study:  # noqa: ARG001 - `file` is part of the key
    return Study(Path(folder), _settings)


def computed(study: Study, name: str, make: Callable[[], Made]) -> Made:
    """What ``make`` gives, made once for all sessions until the study changes. For numbers: no words of documents.

    ``name`` stands for what is made, with all it depends on beside the study.
    """
    stamp = _stamp(study)
    return make() if stamp is None else cast(Made, _computed(str(study.folder), name, stamp, make))


@st.cache_resource(show_spinner="Counting", max_entries=60)
def _computed(folder: str, name: str, stamp: Stamp, _make: Callable[[], object]) -> object:  # noqa: ARG001 - the key
    return _make()


def current_draft(study: Study, segment: int) -> dict[str, Any]:
    """The draft as it follows from the study now, made once for this session until the study changes."""
    stamp, drafts = _stamp(study), memory().drafts
    made_at, draft = drafts.get(segment, (None, None))
    if draft is None or stamp is None or stamp != made_at:
        with st.spinner("Drafting"):
            draft = study.current_draft(segment=segment)
        drafts[segment] = (stamp or (), draft)
    return draft


def _stamp(study: Study) -> Stamp | None:
    """What is another one as soon as anything a study computes could be: its files, and the day. None for a database
    elsewhere, of which no file tells that it was written to."""
    if study.settings.database_url:
        return None
    files = [study.folder / "study.db", study.folder / "study.db-wal", *sorted(study.folder.glob("*.yaml"))]
    return (date.today(), *(mark for file in files if (mark := _mark(file))))


def _mark(file: Path) -> Stamp:
    """What tells one state of a file from the next; empty for one that is not there."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return ()
    return (file.name, found.st_ino, found.st_size, found.st_mtime_ns)


def memory() -> Memory:
    if "memory" not in st.session_state:
        st.session_state["memory"] = Memory()
    kept: Memory = st.session_state["memory"]
    return kept


def notice_once() -> str:
    """What the last click led to, to be said once after the page was drawn anew."""
    text, memory().notice = memory().notice, ""
    return text


def is_new_upload(file_id: str) -> bool:
    """Whether this upload was not handled yet; it counts as handled from now on."""
    handled = memory().handled
    if file_id in handled:
        return False
    handled.add(file_id)
    return True


def opened_finding() -> str:
    """The id of the finding to show, "" for none."""
    return str(st.query_params.get("finding", ""))


def open_finding(finding_id: str) -> None:
    st.query_params["finding"] = finding_id


def opened_account() -> str:
    """The name in the address, for links to one account."""
    return str(st.query_params.get("account", ""))


def open_account(name: str) -> None:
    st.query_params["account"] = name


def picked_row(key: str) -> int | None:
    """The row a user picked in the table with this key."""
    table = st.session_state.get(key)
    rows = table["selection"]["rows"] if table else []
    return rows[0] if rows else None
