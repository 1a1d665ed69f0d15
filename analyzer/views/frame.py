"""What every page has: its heading, the study's facts, errors as sentences, and what to do while there is nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from analyzer.errors import AnalyzerError
from analyzer.printing import counted
from analyzer.study import Study
from analyzer.views import state
from analyzer.views.markup import plain, words

SOURCES = Path(__file__).parent / "sources.py"


@contextmanager
def open_page(title: str, purpose: str) -> Iterator[Study]:
    """Draws the heading and hands over the study; without a study the page ends with the sentence that says so."""
    st.html(Path(__file__).parent / "look.css")
    try:
        study = state.open_study()
        _draw_heading(study, title, purpose)
    except AnalyzerError as error:
        _say(error)
        st.stop()
    with sentences():
        yield study


def _draw_heading(study: Study, title: str, purpose: str) -> None:
    heads = [head for head in study.document_heads() if not head["copy_of"]]
    found, accounts = sum(h["findings"] for h in heads), len({h["account"] for h in heads if h["account"]})
    facts = (
        f"{study.product.name or 'our product'} · {counted(len(heads), 'document')} · "
        f"{counted(accounts, 'account')} heard · {counted(found, 'finding')} · {study.folder.name}"
    )
    st.html(
        f'<header class="page"><h1>{words(title)}</h1><p>{words(purpose)}</p>'
        f'<p class="facts">{words(facts)}</p></header>'
    )
    notice = state.notice_once()
    if notice:
        st.success(plain(notice))


@contextmanager
def sentences() -> Iterator[None]:
    """An error of ours is a sentence for the user; what was drawn before it stays."""
    try:
        yield
    except AnalyzerError as error:
        _say(error)


def _say(error: AnalyzerError) -> None:
    st.error(plain(str(error)), icon=":material/error:")


def needs_findings(study: Study) -> bool:
    """Whether there is something to show; where there is not, says what to do first."""
    heads = study.document_heads()
    if any(h["findings"] for h in heads):
        return True
    if not heads:
        st.info("This study is empty. First add interviews, call notes or job postings on the Sources page.")
    elif not all(h["extracted"] or h["copy_of"] for h in heads):
        st.info(
            f"Nothing has been found yet in {counted(len(heads), 'document')}. First press Extract on the Sources page."
        )
    else:
        st.info("Every document has been read and nothing was found in them. Add more on the Sources page.")
    st.page_link(SOURCES, label="Go to Sources", icon=":material/upload_file:")
    return False
