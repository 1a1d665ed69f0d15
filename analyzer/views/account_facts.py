"""What is known of an account on its page: each field with who tells it, what disagrees, and a form to say it right."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analyzer.errors import UsageError
from analyzer.records import AccountFact
from analyzer.study import Study
from analyzer.synthesis.facts import FIELDS, PERSON, Settled, name_source, show_value
from analyzer.views import state
from analyzer.views.markup import name_of, own, plain, table, tag, words


def draw_account_facts(study: Study, account: str) -> None:
    """The fields that are known, the conflicts first in sight, and the form."""
    settled = study.account_facts(account)
    conflicts = [one for one in settled if one.against]
    many = f", {len(conflicts)} in conflict" if conflicts else ""
    with st.expander(f"What is known of it: {len(settled)} of {len(FIELDS)} fields{many}", expanded=bool(conflicts)):
        if settled:
            columns = {"field": "Field", "value": "Value", "source": "Told by", "against": "Against it"}
            st.html(table(columns, [_row(one) for one in settled], "What is known of the account"))
        else:
            st.html('<p class="soft">Nothing is known of this account yet.</p>')
        _draw_form(study, account, settled)


def _row(settled: Settled) -> dict[str, str]:
    value = settled.value if settled.field == "tools" else show_value(settled.fact)
    return {
        "field": words(name_of(settled.field)),
        "value": own(value),
        "source": _told(settled.fact),
        "against": "".join(
            f"<div>{tag('conflict', 'warn')}{own(show_value(f))} {_told(f)}</div>" for f in settled.against
        ),
    }


def _told(fact: AccountFact) -> str:
    said = f"“{own(fact.quote)}”" if fact.quote else own(fact.reason)
    return f'{own(name_source(fact))} <span class="soft">{said}</span>'


def _draw_form(study: Study, account: str, settled: Sequence[Settled]) -> None:
    # A form of its own for each account: what was typed for one is not offered for the next.
    with st.form(f"facts_form_{account}", clear_on_submit=True):
        st.html('<p class="soft">What you set stands before tables and documents until you take it back.</p>')
        field = st.selectbox("Field", FIELDS, format_func=name_of, key=f"facts_field_{account}")
        value = st.text_input("Value", key=f"facts_value_{account}")
        reason = st.text_input("Why", key=f"facts_reason_{account}")
        if st.form_submit_button("Set it", key=f"facts_set_{account}") and field:
            _set(study, account, field, value, reason)
    by_hand = [one.field for one in settled if one.fact.source == PERSON]
    for field in by_hand:
        if st.button(plain(f"Take back {name_of(field)}"), key=f"facts_unset_{account}_{field}"):
            study.unset_fact(account, field)
            state.memory().notice = f"{name_of(field)} of {account}: taken back."
            st.rerun()


def _set(study: Study, account: str, field: str, value: str, reason: str) -> None:
    try:
        name, kept = study.set_fact(account, field, value, reason)
    except UsageError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    state.memory().notice = f"{name}: {name_of(field)} is {kept}."
    st.rerun()
