"""The upload of events of accounts (funding, layoffs, ...): what was read, and saying what a column means."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from analyzer.errors import TableError
from analyzer.printing import counted
from analyzer.reading.tables.events import FIELDS, EventTable
from analyzer.reading.tables.rows import read_sheet
from analyzer.study import Study
from analyzer.views import state
from analyzer.views.markup import bullets, name_of, own, plain, tag, words
from analyzer.views.uploads import Upload

_NAMED = 5
"""How many accounts are named that the study does not know."""
UNKNOWN_TYPES = (
    "Events of a type that nobody knows are shown and count for nothing. Take the table back, name their type as a "
    "category of trigger in it (funding, hiring, ...), and drop it again."
)


def draw_events_upload(study: Study) -> None:
    """The uploader, what became of the last table, and the two ways to set it right: a column, or taking it back."""
    upload = st.file_uploader(
        "Events of accounts",
        key="sources_events",
        help="CSV, TSV or XLSX, a row an event: account or domain, date, what happened (funding, new executive, "
        "layoffs), source.",
    )
    remembered = state.memory()
    if upload is not None and state.is_new_upload(upload.file_id):
        remembered.events_mapping = {}
        _import_events(study, upload)
        st.rerun()
    if remembered.events_refused:
        st.error(plain(remembered.events_refused), icon=":material/block:")
    if upload is not None:
        _draw_mapping(study, upload)
    if remembered.events is not None:
        _draw_imported(study, remembered.events, remembered.events_new)


def _draw_imported(study: Study, read: EventTable, new: int) -> None:
    known = len(read.events) - new
    said = f"{counted(new, 'event')} imported." + (f" {known} were known; nothing changed for them." if known else "")
    st.success(plain(said), icon=":material/event:")
    st.html(bullets(_notes(study, read), "soft"))
    name = read.events[0].table
    if st.button(plain(f"Take back the events of {name}"), key="sources_events_back"):
        removed = study.store.remove_events(name)
        state.memory().events = None
        state.memory().notice = f"{counted(removed, 'event')} taken back."
        st.rerun()


def _notes(study: Study, read: EventTable) -> Iterator[str]:
    """HTML sentences: what was mapped and kept, what could not be placed, what counts for nothing."""
    pairs = (f"{own(column)} → {words(name_of(field))}" for column, field in read.mapped.items())
    yield "Mapped: " + ", ".join(pairs)
    yield "Kept as attributes: " + (", ".join(own(column) for column in read.kept) or "none")
    nobodys = sum(not event.account and not event.domain for event in read.events)
    undated = sum(event.event_on is None for event in read.events)
    if nobodys or undated:
        yield f"Kept without an account: {nobodys}; without a date: {undated}."
    unknown = study.events_of_nobody(read.events)
    if unknown:
        names = list(dict.fromkeys(event.account or event.domain for event in unknown))
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield f"Of no account that the study knows, and kept: {len(unknown)} ({own(', '.join(names[:_NAMED]))}{more})."
    for warning in read.warnings:
        yield f"{tag('note', 'warn')} {own(warning)}"
    if read.unknown_types:
        yield f"{tag('note', 'warn')} {words(UNKNOWN_TYPES)}"


def _draw_mapping(study: Study, upload: Upload) -> None:
    """A column that was taken for the wrong field, or for none, is set right and the table read again."""
    try:
        columns = read_sheet(upload.getvalue(), upload.name).columns
    except TableError:
        return
    with st.popover("A column of the events means something else"):
        column = st.selectbox("Column", columns, key="sources_events_column", format_func=plain)
        field = st.selectbox("Field", ["attribute", *FIELDS], key="sources_events_field", format_func=name_of)
        if st.button("Read the events again", key="sources_events_map") and column and field:
            state.memory().events_mapping[column] = field
            _import_events(study, upload, instead_of=state.memory().events)
            st.rerun()


def _forget(study: Study, read: EventTable | None) -> None:
    """Takes back what this table gave, before it is read as something else; not where an earlier table of the same
    name gave other events as well."""
    if read is None:
        return
    ids, name = {event.id for event in read.events}, read.events[0].table
    kept = {event.id for event in study.store.events() if event.table == name}
    if kept <= ids:
        study.store.remove_events(name)
    else:
        state.memory().notice = (
            f"Events of an earlier {name} are in the study; take them back by hand if they are wrong."
        )


def _import_events(study: Study, upload: Upload, instead_of: EventTable | None = None) -> None:
    remembered = state.memory()
    remembered.events, remembered.events_refused = None, ""
    try:
        read = study.read_events(upload.getvalue(), upload.name, remembered.events_mapping)
    except TableError as error:
        remembered.events_refused = str(error)
        return
    _forget(study, instead_of)
    remembered.events_new = study.store.import_events(read.events)
    remembered.events = read
