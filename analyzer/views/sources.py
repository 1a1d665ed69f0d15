"""Sources: files in, what was made of each, accounts, extraction, and the corrections a person makes."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from analyzer.demo import Demo, build_demo
from analyzer.errors import AnalyzerError
from analyzer.extraction.usage import sum_usage
from analyzer.printing import counted
from analyzer.study import OnStep, Study
from analyzer.views import state
from analyzer.views.account_tables import draw_accounts_upload
from analyzer.views.documents import draw_documents
from analyzer.views.event_tables import draw_events_upload
from analyzer.views.frame import open_page, sentences
from analyzer.views.markup import bullets, own, plain, table, words
from analyzer.views.uploads import add_uploads

FORMATS = (
    "Transcripts (vtt, srt, sbv, txt, md, docx, pdf, json, csv), call notes (also many in one csv or xlsx), job "
    "postings (html, pdf, txt), or a zip of them."
)


def draw(study: Study) -> None:
    if not study.document_heads():
        _draw_first_steps(study)
    files, accounts = st.columns([3, 2], gap="large")
    with files, sentences():
        _draw_documents_upload(study)
    with accounts:
        with sentences():
            draw_accounts_upload(study)
        with sentences():
            draw_events_upload(study)
    _draw_refused(study)
    documents = study.documents()
    if not documents:
        return
    with sentences():
        _draw_extraction(study)
    draw_documents(study, documents)


def _draw_first_steps(study: Study) -> None:
    st.info(
        "This study is empty. First drop interviews, call notes or job postings below, and a table of accounts and "
        "deals if you have one; then press Extract, and read Findings, Accounts, Numbers and ICP."
    )
    # The demo brings its own product.yaml: where somebody has described theirs, it would be written over.
    if study.product.name:
        return
    if st.button("Load the demo", key="sources_demo", help="Eighteen invented documents and sixty accounts."):
        with st.status("Building the demo study", expanded=True) as status, sentences():
            built: Demo = build_demo(study.folder, study.settings, _bar("demo"))
            status.update(label="The demo study is built.", state="complete")
            state.memory().extracting = built.extracting
            state.memory().notice = (
                f"The demo is loaded: {built.extracting.documents} documents, {built.extracting.findings} findings. "
                "Findings, Accounts, Numbers and ICP are filled."
            )
            st.rerun()


def _bar(start: str) -> OnStep:
    """A progress bar; what is being done stands in it as plain words."""
    shown = st.progress(0.0, start)
    return lambda step, done, of: (shown.progress(min(done / of, 1.0) if of else 0.0, plain(step)), None)[1]


# ----------------------------------------------------------------------------------------------------------- uploads


def _draw_documents_upload(study: Study) -> None:
    uploads = st.file_uploader(
        "Interviews, call notes and job postings", accept_multiple_files=True, key="sources_files", help=FORMATS
    )
    fresh = [upload for upload in uploads if state.is_new_upload(upload.file_id)]
    if fresh:
        state.memory().added = tuple(add_uploads(study, fresh, _bar("Reading")))
        st.rerun()
    added = state.memory().added
    if not added:
        return
    counts = Counter(a.status for a in added)
    say = st.warning if counts["refused"] else st.success
    say(", ".join(f"{count} {status}" for status, count in counts.items()) + ".", icon=":material/description:")
    for one in added:
        if one.status == "refused":
            st.error(plain(one.detail), icon=":material/block:")
    notes = [f"{own(a.name)}: {words(a.detail)}" for a in added if a.detail and a.status != "refused"]
    notes += [
        f"{own(a.name)}: {words(warning)}"
        for a in added
        if a.document is not None and a.status == "added"
        for warning in a.document.warnings
    ]
    if notes:
        st.html(bullets(notes, "soft"))


def _draw_refused(study: Study) -> None:
    refused = study.refused_files()
    if not refused:
        return
    st.html(f'<h2 class="part">Refused <span class="soft">{counted(len(refused), "file")} not taken in</span></h2>')
    rows = [{"name": own(r["name"]), "reason": words(r["reason"].removeprefix(r["name"] + ": "))} for r in refused]
    st.html(table({"name": "File", "reason": "Why, and what to do"}, rows, "Refused files"))


# -------------------------------------------------------------------------------------------------------- extraction


def _draw_extraction(study: Study) -> None:
    waiting = sum(not head["extracted"] and not head["copy_of"] for head in study.document_heads())
    model = study.settings.chosen_model
    with st.container(border=True, key="sources_extraction"):
        choose, press, say = st.columns([3, 1, 4], vertical_alignment="bottom", gap="medium")
        extractor = choose.radio(
            "Extractor",
            ("auto", "offline", "llm"),
            horizontal=True,
            key="sources_extractor",
            help="auto takes the language model where one is configured, and reads offline where not.",
        )
        pressed = press.button("Extract", type="primary", key="sources_extract", width="stretch")
        left = f"{counted(waiting, 'document')} still to be read. " if waiting else "Every document has been read. "
        hidden = model and study.settings.redacts
        how = "with placeholders for names, addresses and numbers" if hidden else "as they stand"
        where = (
            f"auto and llm send the words to {model}, {how}; offline keeps them on this machine."
            if model
            else "No language model is configured: everything stays on this machine."
        )
        say.html(f'<p class="soft">{words(left + where + _spent_so_far(study))}</p>')
        if pressed:
            _extract(study, extractor)
        _draw_extracted()


def _spent_so_far(study: Study) -> str:
    """What language models took of this study in all runs; "" while none was asked."""
    usage = study.usage()
    if not usage:
        return ""
    spent = sum_usage(usage)
    money = "" if spent.usd is None else f", ${spent.usd:.4f}"
    unknown = sorted({u.model for u in usage if u.usd is None})
    beside = f" (no price is known for {', '.join(unknown)})" if unknown else ""
    return (
        f" So far {counted(spent.calls, 'call')} in this study: {spent.tokens_in:,} tokens sent, "
        f"{spent.tokens_out:,} back{money}{beside}."
    )


def _extract(study: Study, extractor: str) -> None:
    state.memory().extracting = None
    with st.status("Reading the documents", expanded=True) as status:
        try:
            state.memory().extracting = study.extract(extractor, on_step=_bar("Waking the model"))
        except AnalyzerError:
            status.update(label="The documents were not read.", state="error")
            raise
    st.rerun()


def _draw_extracted() -> None:
    done = state.memory().extracting
    if done is None:
        return
    summary = (
        f"{counted(done.documents, 'document')} read with the {done.extractor} extractor, {done.unchanged} unchanged: "
        f"{counted(done.findings, 'finding')}, {counted(done.refused, 'claim')} refused."
    )
    if done.extractor == "llm":
        money = f", ${done.usd:.4f}" if done.usd is not None else ""
        summary += f" {done.tokens_in} tokens sent, {done.tokens_out} back{money}."
    (st.warning if done.failures else st.success)(plain(summary))
    for note in done.notes:
        st.info(plain(note))
    for failure in done.failures:
        st.error(plain(failure))


if __name__ == "__main__":
    with open_page("Sources", "What was read, and what was made of it.") as opened:
        draw(opened)
