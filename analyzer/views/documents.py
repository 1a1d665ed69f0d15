"""The documents of a study: what was made of each, why it was read so, and the form in which a person corrects it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from analyzer.pipeline import find_ghosts
from analyzer.printing import showable
from analyzer.records import Document, DocumentKind, Guess, Outcome, Participant, Side
from analyzer.study import Study
from analyzer.views import state
from analyzer.views.frame import sentences
from analyzer.views.markup import SIDES, bullets, name_of, own, plain, table, tag, words

COLUMNS = {
    "name": "File",
    "kind": "Kind",
    "account": "Account",
    "said_on": "Date",
    "outcome": "Deal",
    "speakers": "Speakers",
    "turns": "Turns",
    "findings": "Findings",
    "notes": "Notes",
}

GUESSED = {"said_on": "date"}


def draw_documents(study: Study, documents: Sequence[Document]) -> None:
    """The table of all documents, and one of them closer."""
    st.html('<h2 class="part">Documents</h2>')
    st.html(table(COLUMNS, _document_rows(study, documents), "Documents of this study"))
    with sentences():
        _draw_document(study, documents)


def _document_rows(study: Study, documents: Sequence[Document]) -> list[dict[str, str]]:
    heads = {head["id"]: head for head in study.document_heads()}
    names = {document.id: document.name for document in documents}
    ghosts = find_ghosts(documents, date.today())
    return [
        _document_row(document, heads[document.id], names.get(document.copy_of, ""), ghosts.get(document.id, ()))
        for document in documents
        if document.id in heads
    ]


def _document_row(document: Document, head: Mapping[str, Any], original: str, ghost: Sequence[str]) -> dict[str, str]:
    count = str(head["findings"])
    if head["rejected"]:
        count += f' <span class="soft nowrap">+{head["rejected"]} refused</span>'
    notes = "".join(f"{tag('note', 'warn')}{words(warning)} " for warning in document.warnings)
    notes += "".join(f"{tag('may be a ghost', 'warn')}{words(sign)} " for sign in ghost)
    if original:
        notes = f"{tag('copy', 'unknown')} of {own(original)}: {words(document.copy_reason)} " + notes
        count = '<span class="soft">not counted</span>'
    return {
        "name": own(document.name),
        "kind": f'<span class="nowrap">{words(name_of(document.kind.value))}</span>',
        "account": own(document.account) if document.account else tag("not known", "unknown"),
        "said_on": f'<span class="nowrap">{document.said_on}</span>'
        if document.said_on
        else tag("not known", "unknown"),
        "outcome": tag(document.outcome.value, document.outcome.value) if document.outcome else "",
        "speakers": _speakers(document),
        "turns": str(len(document.turns)),
        "findings": count if head["extracted"] or head["findings"] or original else tag("not read yet", "warn"),
        "notes": notes,
    }


def _speakers(document: Document) -> str:
    named = [p for p in document.participants if p.name]
    if not named:
        return '<span class="soft">nobody is named</span>'
    return " ".join(f'<span class="nowrap">{own(p.name)} {tag(SIDES[p.side], p.side.value)}</span>' for p in named)


def _draw_document(study: Study, documents: Sequence[Document]) -> None:
    """One document closer: why each guess, and the form that corrects it."""
    st.html('<h2 class="part">Look closer and correct</h2>')
    names = {document.id: document.name for document in documents}
    chosen = st.selectbox(
        "Document", list(names), format_func=lambda key: showable(names.get(key) or ""), key="sources_document"
    )
    document = next((d for d in documents if d.id == chosen), documents[0])
    why, correct = st.columns([2, 3], gap="large")
    with why:
        _draw_copy(study, document, names)
        _draw_reasons(document)
        with st.popover("Remove this document"):
            st.write("Its words and everything found in them leave the study.")
            if st.button("Remove it", key=f"sources_remove_{document.id}"):
                study.remove_document(document.id)
                state.memory().notice = f"{document.name} was removed."
                st.rerun()
    with correct, sentences():
        _draw_correction(study, document)


def _draw_copy(study: Study, document: Document, names: Mapping[str, str]) -> None:
    """What a copy is a copy of, and the two ways to decide otherwise."""
    if not document.copy_of:
        return
    original = names.get(document.copy_of, "")
    st.info(plain(f"A copy of {original} ({document.copy_reason}). That one is read and counted, this one is not."))
    own_button, instead_button = st.columns(2)
    if own_button.button("Count both", key=f"sources_own_{document.id}", width="stretch"):
        study.count_itself(document.id)
        state.memory().notice = f"{document.name} counts itself now; press Extract to read it."
        st.rerun()
    if instead_button.button("Count this one instead", key=f"sources_instead_{document.id}", width="stretch"):
        study.mark_copy(document.copy_of, document.id)
        state.memory().notice = f"{document.name} is counted instead of {original}; press Extract to read it."
        st.rerun()


def _draw_reasons(document: Document) -> None:
    guesses = [
        f"<b>{words(GUESSED.get(field, name_of(field)))}</b> "
        f"{own(name_of(guess.value) if field == 'kind' else guess.value)} "
        f'<span class="soft">{words(_because(guess))}</span>'
        for field, guess in document.guesses.items()
    ]
    people = [
        f"<b>{own(p.name or 'nobody named')}</b>{' · ' + own(p.title) if p.title else ''} "
        f'{tag(SIDES[p.side], p.side.value)} <span class="soft">{words(p.side_reason)}</span>'
        f"{_labels(p)}"
        for p in document.participants
    ]
    st.html(f'<h3 class="part">Why it was read so</h3>{bullets(guesses or ["Nothing was guessed."])}')
    st.html(f'<h3 class="part">Speakers</h3>{bullets(people or ["Nobody speaks in it."])}')
    st.html(f'<p class="soft">{words(document.format)} · {len(document.text):,} characters · {document.id}</p>')


def _because(guess: Guess) -> str:
    """The reason and how sure; here a form corrects it, so the command that would is left out."""
    reason = guess.reason.partition("; say it with")[0]
    return f"because {reason} ({guess.confidence:.0%} sure)" if guess.value else f"not known: {reason}"


def _labels(person: Participant) -> str:
    """The labels of the file that were taken for this person."""
    if not person.labels:
        return ""
    return f'<br><span class="soft">labelled</span> {", ".join(own(label) for label in person.labels)}'


def _draw_correction(study: Study, document: Document) -> None:
    key = document.id
    with st.form(f"sources_correct_{key}"):
        left, right = st.columns(2)
        account = left.text_input("Account", document.account, key=f"sources_account_{key}")
        kind = right.selectbox(
            "Kind",
            list(DocumentKind),
            list(DocumentKind).index(document.kind),
            format_func=lambda k: name_of(k.value),
            key=f"sources_kind_{key}",
        )
        said_on = left.date_input("Date", document.said_on, key=f"sources_date_{key}")
        outcomes = [None, *Outcome]
        outcome = right.selectbox(
            "Outcome of the deal",
            outcomes,
            outcomes.index(document.outcome),
            format_func=lambda o: o.value if o else "not known",
            key=f"sources_outcome_{key}",
        )
        sides, names = _draw_people(document)
        if not st.form_submit_button("Save corrections", key=f"sources_save_{key}"):
            return
    wanted = {"account": account.strip(), "kind": kind, "said_on": said_on, "outcome": outcome}
    changes = {field: value for field, value in wanted.items() if value != getattr(document, field)}
    if changes:
        study.describe_document(document.id, **changes)
    renamed = {label: name for label, name in names.items() if name}
    turned = {p.name: side for p in document.participants if (side := sides[p.name]) and side != p.side}
    for name, side in turned.items():
        study.set_side(document.id, name, side)
    for label, name in renamed.items():
        study.name_speaker(document.id, label, name)
    if changes or turned or renamed:
        again = (
            " Its claims were checked again; press Extract to read it anew with the corrected sides." if turned else ""
        )
        state.memory().notice = f"{document.name} was corrected.{again}"
    st.rerun()


def _draw_people(document: Document) -> tuple[dict[str, Side | None], dict[str, str]]:
    """The side of each speaker, and whose each label is; a name is "" where nothing was changed."""
    sides: dict[str, Side | None] = {}
    names: dict[str, str] = {}
    for number, person in enumerate(document.participants):
        key = f"{document.id}_{number}"
        named, side = st.columns([3, 2])
        sides[person.name] = side.selectbox(
            plain(f"Side of {person.name or 'the words nobody is named for'}"),
            list(Side),
            list(Side).index(person.side),
            format_func=lambda one: SIDES[one],
            key=f"sources_side_{key}",
        )
        for place, label in enumerate((person.labels or (person.name,)) if person.name else ()):
            typed = named.text_input(
                plain(f"Who is {label}"),
                person.name,
                key=f"sources_name_{key}_{place}",
                help="Another speaker's name joins them; the label itself keeps it apart.",
            )
            names[label] = typed.strip() if typed.strip() != person.name else ""
    return sides, names
