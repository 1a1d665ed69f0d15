"""Findings: filter, open one, see its words where they were said, accept, reject or edit it; and what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analyzer.extraction.codebook import Codebook
from analyzer.icp.brief import name_day
from analyzer.printing import counted, showable
from analyzer.records import Finding, Kind, RejectedClaim, Status
from analyzer.reviewing import read_event_day, say_review, say_was
from analyzer.study import Edit, RefusedCount, Study
from analyzer.views import state
from analyzer.views.frame import needs_findings, open_page, sentences
from analyzer.views.markup import bullets, name_of, offered, own, plain, said_by, table, tag, transcript, words

PER_PAGE = 25
ORDERS = {
    "surest first": lambda f: -f.confidence,
    "newest first": lambda f: -(f.said_on.toordinal() if f.said_on else 0),
    "as said": lambda f: (f.document, f.start),
}
# The transcript scrolls inside its own box; the page stays where it is. No word of a document stands in here.
SCROLL = """<script>/* %s */
(function look(tries) {
  const mark = document.querySelector(".transcript mark");
  if (!mark) { if (tries) setTimeout(look, 50, tries - 1); return; }
  const box = mark.closest(".transcript"), turn = mark.closest(".turn");
  // Of a turn that is longer than the box the words themselves come into sight.
  const aim = (turn.offsetHeight < box.clientHeight ? turn : mark).getBoundingClientRect();
  const above = Math.max(0, (box.clientHeight - aim.height) / 3);
  box.scrollTop += aim.top - box.getBoundingClientRect().top - above;
})(40);
</script>"""


def draw(study: Study) -> None:
    if not needs_findings(study):
        return
    findings, rejected = study.findings(), study.rejected()
    held, refused = st.tabs(["Findings", f"Refused claims ({len(rejected)})"])
    with held, sentences():
        _draw_findings(study, findings)
    with refused:
        _draw_refused(rejected, study.refused_counts())


def _draw_findings(study: Study, findings: Sequence[Finding]) -> None:
    wanted = _filtered(findings, study.codebook)
    listed, opened = st.columns([5, 7], gap="medium")
    finding = next((f for f in findings if f.id == state.opened_finding()), None)
    if finding is None and state.opened_finding():
        opened.warning("The finding in this address is not in the study any more; it may have been read anew.")
    finding = finding or (wanted[0] if wanted else None)
    with listed:
        _draw_list(wanted, finding, study.codebook)
    with opened:
        if finding is None:
            st.info("No finding is like that. Take a filter back.")
        else:
            _draw_finding(study, finding)


# ------------------------------------------------------------------------------------------------------------ filters


def _filtered(findings: Sequence[Finding], codebook: Codebook) -> list[Finding]:
    """The findings that the widgets let through, in the order chosen."""
    kind_in, category_in, account_in, status_in, text_in, sure_in, order_in = st.columns(
        [3, 4, 4, 3, 4, 3, 3], vertical_alignment="bottom"
    )
    kinds = [k for k in Kind if any(f.kind == k for f in findings)]
    kind = kind_in.selectbox(
        "Kind",
        [None, *kinds],
        format_func=lambda k: codebook.kinds[k].label if k else "all kinds",
        key="findings_kind",
        help="\n\n".join(f"**{plain(k.label)}** {plain(k.definition)}" for k in codebook.kinds.values()),
    )
    of_kind = [f for f in findings if kind in (None, f.kind)]
    codes = sorted({(f.kind, f.category) for f in of_kind}, key=lambda pair: codebook.label(*pair))
    category = category_in.selectbox(
        "Category",
        [None, *codes],
        format_func=lambda c: showable(f"{codebook.label(*c)} ({c[0].value})") if c else "all categories",
        key="findings_category",
    )
    accounts = sorted({f.account for f in findings}, key=str.casefold)
    account = account_in.selectbox(
        "Account",
        [None, *accounts],
        format_func=lambda a: "all accounts" if a is None else showable(a) or "not known",
        key="findings_account",
    )
    status = status_in.selectbox(
        "Status", [None, *Status], format_func=lambda s: s.value if s else "any status", key="findings_status"
    )
    text = text_in.text_input("Text contains", key="findings_text").casefold().strip()
    surest = sure_in.slider("Confidence from", 0.0, 1.0, 0.0, 0.05, key="findings_confidence")
    order = order_in.selectbox("Order", list(ORDERS), key="findings_order")
    wanted = _Wanted(category, account, status, text, surest)
    return sorted((f for f in of_kind if wanted.takes(f)), key=ORDERS[order])


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the filters ask for; None lets everything through."""

    category: tuple[Kind, str] | None
    account: str | None
    status: Status | None
    text: str
    surest: float

    def takes(self, finding: Finding) -> bool:
        return (
            self.category in (None, (finding.kind, finding.category))
            and self.account in (None, finding.account)
            and self.status in (None, finding.status)
            and finding.confidence >= self.surest
            and self.text in f"{finding.quote} {finding.claim} {finding.speaker}".casefold()
        )


# --------------------------------------------------------------------------------------------------------------- list


def _draw_list(wanted: Sequence[Finding], opened: Finding | None, codebook: Codebook) -> None:
    pages = max(1, -(-len(wanted) // PER_PAGE))
    count, turn = st.columns([3, 2], vertical_alignment="bottom")
    page = 1
    if pages > 1:
        # The key holds the number of pages, so that a page of a longer list is not asked of a shorter one.
        page = int(turn.number_input(f"Page of {pages}", 1, pages, key=f"findings_page_{pages}"))
    count.html(f'<p class="soft">{counted(len(wanted), "finding")}</p>')
    with st.container(height=640, border=False, key="findings_list"):
        for finding in wanted[(page - 1) * PER_PAGE : page * PER_PAGE]:
            is_open = opened is not None and finding.id == opened.id
            with st.container(key=f"findings_row_{'opened_' if is_open else ''}{finding.id}"):
                st.button(
                    plain(f"{codebook.kinds[finding.kind].label}: {codebook.label(finding.kind, finding.category)}"),
                    key=f"findings_open_{finding.id}",
                    type="tertiary",
                    on_click=state.open_finding,
                    args=(finding.id,),
                    help="Show it where it was said",
                )
                whence = said_by(finding.speaker, "", finding.account or finding.document, finding.said_on)
                status = tag(finding.status.value, finding.status.value) if finding.status != Status.NEW else ""
                st.html(
                    f'<div class="heard">“{own(finding.quote)}”</div>'
                    f'<div class="soft">{whence} · {finding.confidence:.0%} {status}</div>'
                )


# ---------------------------------------------------------------------------------------------------------------- one


def _draw_finding(study: Study, finding: Finding) -> None:
    label = study.codebook.label(finding.kind, finding.category)
    strongest = max(study.codebook.kinds[Kind.PAIN].intensity)
    facts = [
        f"{finding.confidence:.0%} sure",
        f"intensity {finding.intensity} of {strongest}" if finding.intensity else "",
        f"happened {name_day(finding.event_on, finding.event_precision)}" if finding.event_on else "",
        f"{finding.maker.extractor} ({finding.maker.model})",
        finding.id,
    ]
    claim = f"<div><b>Claim</b> {own(finding.claim)}</div>" if finding.claim != finding.quote else ""
    who = f" · about {own(finding.person)}" if finding.person else ""
    st.html(
        f"<div>{tag(study.codebook.kinds[finding.kind].label, 'kind')}{tag(label)}"
        f"{tag(finding.status.value, finding.status.value)}"
        f'<span class="soft">{words(" · ".join(fact for fact in facts if fact))}</span></div>{claim}'
        f'<div class="soft">{said_by(finding.speaker, finding.title, finding.account, finding.said_on)}{who}'
        f" · {own(finding.document)}</div>"
    )
    document = study.find_document(finding.document_id)
    if document.text[finding.start : finding.end] != finding.quote:
        st.error("This finding's words do not stand where it says. Run `icp check` to see what is damaged.")
        return
    st.html(transcript(document, finding))
    st.html(SCROLL % finding.id, unsafe_allow_javascript=True)
    _draw_review(study, finding)


def _draw_review(study: Study, finding: Finding) -> None:
    reviews = study.reviews(finding.id).get(finding.id, ())
    if finding.was is not None:
        st.html(f'<div class="soft">Set right by a person:</div>{bullets(own(line) for line in say_was(finding))}')
    if reviews:
        told = (own(say_review(review, finding.was is not None)) for review in reversed(reviews))
        st.html(f'<div class="soft">Reviews, newest first:</div>{bullets(told, "soft")}')
    with st.form(f"findings_review_{finding.id}", border=False, clear_on_submit=True):
        why, yes, no = st.columns([6, 1.3, 1.3], vertical_alignment="bottom")
        reason = why.text_input("Reason", key=f"findings_reason_{finding.id}", placeholder="optional")
        accepted = yes.form_submit_button("Accept", key=f"findings_accept_{finding.id}", width="stretch")
        rejected = no.form_submit_button("Reject", key=f"findings_reject_{finding.id}", width="stretch")
    if accepted or rejected:
        study.review(finding.id, Status.ACCEPTED if accepted else Status.REJECTED, reason.strip())
        _reopen(finding)
    # The key holds how much was said of the finding: after an edit the form begins with what it says then.
    with st.expander("Set it right"):
        _draw_edit(study, finding, f"{finding.id}_{len(reviews)}")
        if finding.was is not None and st.button("Take the last edit back", key=f"findings_undo_{finding.id}"):
            with st.spinner("Bringing themes up to it"):
                study.undo_edit(finding.id)
            state.memory().notice = f"The last edit of {finding.id} was taken back."
            _reopen(finding)


def _draw_edit(study: Study, finding: Finding, key: str) -> None:
    with st.form(f"findings_edit_{key}", border=False):
        category_in, detail_in, person_in = st.columns([4, 3, 3])
        edit = Edit(category=_pick_category(study.codebook, finding, category_in, key))
        if finding.kind == Kind.PAIN:
            levels = [None, *sorted(study.codebook.kinds[Kind.PAIN].intensity)]
            edit["intensity"] = detail_in.selectbox(
                "Intensity",
                levels,
                index=levels.index(finding.intensity) if finding.intensity in levels else 0,
                format_func=lambda level: "not known" if level is None else str(level),
                key=f"findings_intensity_{key}",
            )
        day = name_day(finding.event_on, finding.event_precision) if finding.event_on else ""
        if finding.kind == Kind.TRIGGER:
            day = detail_in.text_input("Happened", day, key=f"findings_event_{key}", placeholder="2026-03-04, 2026-03")
        edit["person"] = person_in.text_input("About", finding.person, key=f"findings_person_{key}")
        quote = st.text_area("Words, as they stand above", finding.quote, key=f"findings_words_{key}")
        why, save = st.columns([6, 2.6], vertical_alignment="bottom")
        reason = why.text_input("Why", key=f"findings_why_{key}", placeholder="optional")
        saved = save.form_submit_button("Set right", key=f"findings_set_{key}", width="stretch")
    if not saved:
        return
    if quote.strip() != finding.quote.strip():
        edit["quote"] = quote.strip()
    if finding.kind == Kind.TRIGGER:
        edit["event_on"], edit["event_precision"] = read_event_day(day)
    if edit["category"] == finding.category:
        del edit["category"]
    with st.spinner("Bringing themes up to it"):
        study.edit(finding.id, edit, reason.strip())
    state.memory().notice = f"{finding.id} was set right."
    _reopen(finding)


def _pick_category(codebook: Codebook, finding: Finding, place: DeltaGenerator, key: str) -> str:
    codes = list(codebook.kinds[finding.kind].categories)
    if not codes:
        return place.text_input("Category", finding.category, key=f"findings_code_{key}")
    # One that the codebook no longer has is offered too, as long as nobody chooses another.
    codes += [] if finding.category in codes else [finding.category]
    return place.selectbox(
        "Category",
        codes,
        index=codes.index(finding.category),
        format_func=lambda code: showable(codebook.label(finding.kind, code)),
        key=f"findings_code_{key}",
    )


def _reopen(finding: Finding) -> None:
    state.open_finding(finding.id)
    st.rerun()


# ------------------------------------------------------------------------------------------------------------ refused


def _draw_refused(rejected: Sequence[RejectedClaim], shares: Sequence[RefusedCount]) -> None:
    st.html(
        '<p class="soft">Claims whose words did not hold: they are counted nowhere, and kept here with the reason.</p>'
    )
    if not rejected:
        st.info("No claim was refused.")
        return
    counts = Counter(r.reason for r in rejected)
    st.html("".join(tag(f"{name_of(reason.value)}: {count}", "refused") for reason, count in counts.most_common()))
    _draw_shares(shares)
    reason = st.selectbox(
        "Reason",
        [None, *counts],
        format_func=lambda r: name_of(r.value) if r else "all reasons",
        key="findings_refused_reason",
    )
    columns = {"reason": "Reason", "claim": "What was claimed", "why": "Why it was refused", "whence": "From"}
    rows = [_refused_row(r) for r in rejected if reason in (None, r.reason)]
    st.html(table(columns, rows, "Refused claims"))


def _draw_shares(shares: Sequence[RefusedCount]) -> None:
    """A row for each extractor, model and prompt: how many of its claims were refused, in all and for each reason."""
    reasons = dict.fromkeys(c.reason for c in shares if c.reason)
    columns = {"maker": "Offered by", "": "refused", **{r.value: name_of(r.value) for r in reasons}}
    rows: dict[tuple[str, str, str], dict[str, str]] = {}
    for c in shares:
        maker = (c.extractor, c.model, c.prompt)
        row = rows.setdefault(maker, {"maker": words(" · ".join(part for part in maker if part))})
        of = "" if c.reason else f" of {c.offered:,}"
        row[c.reason.value if c.reason else ""] = words(f"{c.refused:,}{of} ({c.share:.1%})")
    st.html(table(columns, list(rows.values()), "Refused claims by extractor"))


def _refused_row(refused: RejectedClaim) -> dict[str, str]:
    claim = refused.claim
    said = "" if claim.claim == claim.quote else f"{own(claim.claim)}<br>"
    return {
        "reason": tag(name_of(refused.reason.value), "refused"),
        "claim": f"{tag(claim.kind, 'kind')}{tag(name_of(claim.category))}<br>{said}"
        + offered(claim.quote, words(f"as the {refused.maker.extractor} extractor offered it")),
        "why": words(refused.detail),
        "whence": f"{said_by(refused.speaker, '', refused.account, refused.said_on)}<br>"
        f'<span class="soft">{own(refused.document)}</span>',
    }


if __name__ == "__main__":
    with open_page("Findings", "Every claim with the words it rests on, in their place.") as opened_study:
        draw(opened_study)
