"""What the app remembers, and the only module that touches ``st.session_state``, ``st.query_params`` and the caches.

The open study is shared by folder (a resource); the words in it are read anew each time and cached nowhere. Which
finding is open stands in the address, so that it can be sent, bookmarked and gone back from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from analyzer.reading.tables.accounts import AccountTable
from analyzer.settings import Settings
from analyzer.study import Added, Extracting, Study


@dataclass(slots=True)
class Memory:
    """What one user's session holds between two clicks. ``handled`` are uploads already read, by the browser's id."""

    handled: set[str] = field(default_factory=set)
    added: tuple[Added, ...] = ()
    table: AccountTable | None = None
    table_refused: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    extracting: Extracting | None = None
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
