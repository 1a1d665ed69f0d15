"""ICP: the draft as it follows from the study, each line folding open to the words it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from analyzer.icp.diff_json import cause_sentences, what_sentence, why_sentence
from analyzer.icp.render import FORMATS, basis_of, check_evidence
from analyzer.icp.render.layout import lay_out
from analyzer.icp.versions import summarise
from analyzer.printing import showable
from analyzer.study import Study
from analyzer.views import state
from analyzer.views.draft_lines import draw_block, draw_entry
from analyzer.views.frame import needs_findings, open_page, sentences
from analyzer.views.guide import draw_candidates, draw_guide
from analyzer.views.markup import bullets, own, plain, table, tag, words

Page = Mapping[str, Any]


def draw(study: Study) -> None:
    if not study.store.deals() and not needs_findings(study):
        return
    segment = _choose_segment(study)
    newest = state.current_draft(study, segment)
    kept = study.drafts()
    is_kept = any(draft["version"] == newest["version"] for draft in kept)
    pick, save = st.columns([4, 8], vertical_alignment="bottom")
    page = _choose_version(pick, newest, kept, is_kept)
    check_evidence(page, {d.id: d.text for d in study.documents()})
    with save.container(horizontal=True, horizontal_alignment="right", gap="small"):
        _draw_downloads(page)
    if page["version"] != newest["version"]:
        st.warning(plain(_passed(page, newest)))
    _draw_page(page)
    if not is_kept and st.button(f"Keep this as version {newest['version']}", key="profile_keep"):
        study.draft(segment=segment)
        st.rerun()
    with sentences():
        draw_guide(study)
    with sentences():
        draw_candidates(study)
    _draw_versions(study, kept)


def _choose_segment(study: Study) -> int:
    """The number of the segment to draft, 0 for all won accounts; asked only where segments stand apart."""
    found = state.computed(study, "segments", study.segments)
    if not found.are_apart:
        return 0
    names = ["all won accounts together", *(f"segment {n}: {s.name}" for n, s in enumerate(found.segments, 1))]
    place, _ = st.columns([4, 8])
    chosen: int = place.selectbox(
        "Draft of",
        range(len(names)),
        format_func=lambda number: showable(names[number]),
        key="profile_segment",
        help="The won accounts fall into segments that stand apart; each is better drafted by itself.",
    )
    return chosen


def _choose_version(place: Any, newest: Page, kept: Sequence[Page], is_kept: bool) -> Page:
    """The newest draft unless a person picks one that was kept, of whatever segment."""
    versions = {newest["version"]: newest} | {d["version"]: d for d in reversed(kept)}
    state_of_newest = " (newest)" if is_kept else " (now, not kept yet)"

    def name(number: int) -> str:
        draft = versions[number]
        of = f", {draft['segment']}" if draft.get("segment") else ""
        return showable(f"{number}, {_moment(draft)}{of}{state_of_newest if number == newest['version'] else ''}")

    which = f"_{newest['segment']}" if newest.get("segment") else ""
    chosen = place.selectbox(
        "Version", list(versions), format_func=name, key=f"profile_version_{newest['version']}{which}"
    )
    return versions.get(chosen, newest)


def _passed(page: Page, newest: Page) -> str:
    if (page.get("segment") or "") != (newest.get("segment") or ""):
        return f"This is version {page['version']}, a draft of {page.get('segment') or 'all won accounts together'}."
    return f"This is version {page['version']}; the study has moved on to version {newest['version']}."


def _draw_page(page: Page) -> None:
    layout = lay_out(page)
    if layout.banner:
        st.warning(f"{layout.banner}. Each line says what would refute it.", icon=":material/science:")
    definition = draw_entry(layout.definition, page["definition"], page)
    st.html(f'<div class="definition">{definition}</div><p class="soft">{words(_basis(page))}</p>')
    blocks = [(block, section["lines"]) for block, section in zip(layout.blocks, page["sections"], strict=True)]
    for block, _ in blocks:
        if block.key == "unknowns":
            lines = bullets(words(entry.statement) for entry in block.entries)
            heading = words(block.heading)
            st.html(f'<section class="unknowns" aria-label="{heading}"><h2>{heading}</h2>{lines}</section>')
    drawn = "".join(draw_block(block, lines, page) for block, lines in blocks if block.key != "unknowns")
    legend = f'<p class="soft">{words(layout.legend)}</p>' if layout.legend else ""
    st.html(f'<div class="sections">{drawn}</div>{legend}')


def _draw_downloads(page: Page) -> None:
    stem = f"icp-version-{page['version']}"
    for form in FORMATS.values():
        st.download_button(
            f"Download {form.label}",
            # Drawn when it is asked for: a Word file takes longer than the rest of the page.
            partial(form.render, page),
            file_name=f"{stem}.{form.name}",
            mime=form.mime,
            key=f"profile_download_{form.name}",
            on_click="ignore",
        )


def _moment(page: Page) -> str:
    return str(page["made_at"])[:16].replace("T", " ")


def _basis(page: Page) -> str:
    card = page["basis"]["scorecard"]
    return f"{basis_of(page)} Scorecard version {card}. Open a line to see the words it rests on."


# ---------------------------------------------------------------------------------------------------------- versions


def _draw_versions(study: Study, drafts: Sequence[Page]) -> None:
    st.html('<h2 class="part">Versions</h2>')
    if not drafts:
        st.html('<p class="soft">None is kept yet. Keep one to see later what has changed, and why.</p>')
        return
    segments = {draft["version"]: draft["segment"] for draft in drafts if draft.get("segment")}
    rows = [
        {
            "version": tag(str(row["version"])),
            "made": f'<span class="nowrap">{words(_moment(row))}</span>',
            "of": own(segments.get(row["version"], "")),
            "lines": str(row["lines"]),
            "evidence": str(row["evidence"]),
            "definition": own(row["definition"]),
        }
        for row in map(summarise, reversed(drafts))
    ]
    of = {"of": "Segment"} if segments else {}
    columns = {"version": "Version", "made": "Made", **of, "lines": "Lines", "evidence": "Quotes"}
    columns["definition"] = "Definition"
    st.html(table(columns, rows, "Versions of the draft"))
    if len(drafts) > 1:
        _draw_diff(study, [draft["version"] for draft in drafts])


def _draw_diff(study: Study, numbers: Sequence[int]) -> None:
    st.html('<h2 class="part">What changed</h2>')
    newest_first = sorted(numbers, reverse=True)
    left, right, _ = st.columns([2, 2, 6])
    newer = left.selectbox("Compare version", newest_first, key=f"profile_diff_to_{newest_first[0]}")
    older = right.selectbox("with version", newest_first, index=1, key=f"profile_diff_from_{newest_first[0]}")
    diff = study.diff(older, newer)
    said = (diff.summary, *diff.about, *cause_sentences(diff), *diff.causes.gaps)
    st.html(bullets(own(sentence) for sentence in said))
    rows = [
        {
            "section": words(line.placed.heading),
            "change": tag(line.change.value),
            "line": own(line.placed.statement),
            "what": own(what_sentence(line.differences)),
            "why": own(why_sentence(line)),
        }
        for line in diff.changed
    ]
    if rows:
        columns = {"section": "Section", "change": "Change", "line": "Line", "what": "What", "why": "Why"}
        st.html(table(columns, rows, f"What changed from version {diff.before} to {diff.after}"))


if __name__ == "__main__":
    with open_page("ICP", "The customer to look for, with everything it rests on.") as opened:
        draw(opened)
