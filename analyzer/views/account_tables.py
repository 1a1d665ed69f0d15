"""The upload of accounts, deals and contacts: what was mapped, what was kept, and saying what a column means."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from analyzer.errors import TableError
from analyzer.printing import counted
from analyzer.reading.tables.accounts import AccountTable, read_accounts
from analyzer.reading.tables.columns import columns_table
from analyzer.reading.tables.rows import read_sheet
from analyzer.study import Study
from analyzer.views import state
from analyzer.views.markup import bullets, name_of, own, plain, tag, words
from analyzer.views.uploads import Upload


def draw_accounts_upload(study: Study) -> None:
    """The uploader, what became of the last table, and a way to say what a column is."""
    upload = st.file_uploader(
        "Accounts and deals",
        key="sources_accounts",
        help="CSV, TSV or XLSX from your CRM: name, industry, employees, country, tools, stage, amount, dates.",
    )
    if upload is not None and state.is_new_upload(upload.file_id):
        state.memory().mapping = {}
        _import_accounts(study, upload)
        st.rerun()
    if state.memory().table_refused:
        st.error(plain(state.memory().table_refused), icon=":material/block:")
    if upload is not None:
        _draw_mapping(study, upload)
    read_before = state.memory().table
    if read_before is None:
        return
    st.success(
        plain(_imported(read_before)),
        icon=":material/table:",
    )
    st.html(
        bullets(
            [
                "Mapped: "
                + ", ".join(f"{own(column)} → {words(name_of(field))}" for column, field in read_before.mapped.items()),
                "Kept as attributes: " + (", ".join(own(column) for column in read_before.kept) or "none"),
                *(f"{tag('note', 'warn')} {words(warning)}" for warning in read_before.warnings),
            ],
            "soft",
        )
    )


def _draw_mapping(study: Study, upload: Upload) -> None:
    """A column that was taken for the wrong field, or for none, is set right and the table read again."""
    try:
        columns = read_sheet(upload.getvalue(), upload.name).columns
    except TableError:
        return
    fields = [field for field, _ in columns_table()]
    with st.popover("A column means something else"):
        column = st.selectbox("Column", columns, key="sources_map_column", format_func=plain)
        field = st.selectbox("Field", ["attribute", *fields], key="sources_map_field", format_func=name_of)
        if st.button("Read the table again", key="sources_map") and column and field:
            state.memory().mapping[column] = field
            _import_accounts(study, upload)
            st.rerun()


def _imported(table: AccountTable) -> str:
    contacts = f", with {counted(len(table.contacts), 'contact')}" if table.contacts else ""
    return f"{counted(len(table.accounts), 'account')} and {counted(len(table.deals), 'deal')} imported{contacts}."


def _import_accounts(study: Study, upload: Upload) -> None:
    remembered = state.memory()
    remembered.table, remembered.table_refused = None, ""
    try:
        read = read_accounts(upload.getvalue(), upload.name, remembered.mapping)
    except TableError as error:
        remembered.table_refused = str(error)
        return
    imported = study.import_table(read)
    remembered.table = replace(imported.table, warnings=(*imported.notes, *imported.table.warnings))
    if imported.documents:
        remembered.notice = (
            f"{counted(imported.documents, 'document')} joined to the spelling of their account in this table."
        )
