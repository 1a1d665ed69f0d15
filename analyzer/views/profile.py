"""ICP: the draft as it follows from the study, each line folding open to the words it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import cycle
from typing import Any

import streamlit as st

from analyzer.icp.diff_json import cause_sentences, what_sentence, why_sentence
from analyzer.icp.render import FORMATS, basis_of, check_evidence, support_of
from analyzer.icp.versions import summarise
from analyzer.study import Study
from analyzer.views.frame import needs_findings, open_page
from analyzer.views.markup import bullets, own, quotation, said_by, table, tag, words

Page = Mapping[str, Any]
LONG = 4


def draw(study: Study) -> None:
    if not needs_findings(study):
        return
    newest = study.current_draft()
    kept = study.drafts()
    versions = {**{d["version"]: d for d in kept}, newest["version"]: newest}
    is_kept = newest["version"] <= len(kept)
    pick, *downloads = st.columns([4, 2, 2, 2], vertical_alignment="bottom")
    number = pick.selectbox(
        "Version",
        sorted(versions, reverse=True),
        format_func=lambda n: (
            f"{n}, {_moment(versions[n])}"
            + ("" if n != newest["version"] else " (newest)" if is_kept else " (now, not kept yet)")
        ),
        key=f"profile_version_{newest['version']}",
    )
    page = versions.get(number, newest)
    check_evidence(page, {d.id: d.text for d in study.documents()})
    _draw_downloads(page, downloads)
    if page["version"] != newest["version"]:
        st.warning(f"This is version {page['version']}; the study has moved on to version {newest['version']}.")
    st.html(f'<div class="definition">{_line(page["definition"], page)}</div><p class="soft">{words(_basis(page))}</p>')
    for section in page["sections"]:
        if section["key"] == "unknowns":
            lines = "".join(f"<li>{words(line['statement'])}</li>" for line in section["lines"])
            st.html(
                f'<section class="unknowns" aria-label="{words(section["heading"])}">'
                f'<h2>{words(section["heading"])}</h2><ul class="lines">{lines}</ul></section>'
            )
    st.html('<div class="sections">' + "".join(_section(s, page) for s in page["sections"]) + "</div>")
    if not is_kept and st.button(f"Keep this as version {newest['version']}", key="profile_keep"):
        study.draft()
        st.rerun()
    _draw_versions(study, kept)


def _draw_downloads(page: Page, places: Sequence[Any]) -> None:
    stem = f"icp-version-{page['version']}"
    for place, form in zip(cycle(places), FORMATS.values(), strict=False):
        place.download_button(
            f"Download {form.label}",
            # Drawn when it is asked for: a Word file takes longer than the rest of the page.
            partial(form.render, page),
            file_name=f"{stem}.{form.name}",
            mime=form.mime,
            key=f"profile_download_{form.name}",
            on_click="ignore",
            width="stretch",
        )


def _moment(page: Page) -> str:
    return str(page["made_at"])[:16].replace("T", " ")


def _basis(page: Page) -> str:
    card = page["basis"]["scorecard"]
    return f"{basis_of(page)} Scorecard version {card}. Open a line to see the words it rests on."


# ------------------------------------------------------------------------------------------------------------- lines


def _section(section: Page, page: Page) -> str:
    if section["key"] == "unknowns":
        return ""
    look = ' class="long"' if len(section["lines"]) > LONG else ""
    shared = _shared(section["lines"])
    lines = "".join(f"<li>{_line({**line, **dict.fromkeys(shared, '')}, page)}</li>" for line in section["lines"])
    once = f'<p class="soft shared">{words("; ".join(shared.values()))}</p>' if shared else ""
    return f'<section{look}><h2>{words(section["heading"])}</h2>{once}<ul class="lines">{lines}</ul></section>'


def _shared(lines: Sequence[Page]) -> dict[str, str]:
    """What every line of a section would repeat (where its number is from, a caution): it is said once."""
    if len(lines) < 2:
        return {}
    fields = {field: {str(line[field]) for line in lines} for field in ("detail", "source")}
    return {field: said.pop() for field, said in fields.items() if len(said) == 1 and said != {""}}


def _line(line: Page, page: Page) -> str:
    """A statement with n of m, folding open to its evidence; one that rests on numbers says which."""
    counted = support_of(line)
    said = own(line["statement"]) + (f' <span class="support">{words(counted)}</span>' if counted else "")
    if not line["evidence"]:
        source = f' <span class="support">({words(line["source"])})</span>' if line["source"] else ""
        return said + source
    quotes = "".join(_evidence(page["evidence"][finding_id]) for finding_id in line["evidence"])
    return f'<details><summary>{said}</summary><div class="unfolded">{quotes}</div></details>'


def _evidence(finding: Page) -> str:
    whence = said_by(finding["speaker"], finding["title"], finding["account"], finding["said_on"])
    return quotation(finding["quote"], f"{whence} · {own(finding['document'])}", finding["id"])


# ---------------------------------------------------------------------------------------------------------- versions


def _draw_versions(study: Study, drafts: Sequence[Page]) -> None:
    st.html('<h2 class="part">Versions</h2>')
    rows = [
        {
            "version": tag(str(row["version"])),
            "made": f'<span class="nowrap">{words(_moment(row))}</span>',
            "lines": str(row["lines"]),
            "evidence": str(row["evidence"]),
            "definition": own(row["definition"]),
        }
        for row in map(summarise, reversed(drafts))
    ]
    columns = {"version": "Version", "made": "Made", "lines": "Lines", "evidence": "Quotes", "definition": "Definition"}
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
