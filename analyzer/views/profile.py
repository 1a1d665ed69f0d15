"""ICP: the draft as it follows from the study, each line folding open to the words it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from analyzer.icp.render import basis_of, check_evidence, render_html, render_json, render_markdown, support_of
from analyzer.icp.versions import summarise
from analyzer.study import Study
from analyzer.views.frame import needs_findings, open_page
from analyzer.views.markup import own, quotation, said_by, table, tag, words

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
    _draw_versions(kept)


def _draw_downloads(page: Page, places: Sequence[Any]) -> None:
    stem = f"icp-version-{page['version']}"
    made = (
        ("Markdown", "md", "text/markdown", render_markdown(page)),
        ("HTML", "html", "text/html", render_html(page)),
        ("JSON", "json", "application/json", render_json(page)),
    )
    for place, (name, suffix, mime, content) in zip(places, made, strict=True):
        place.download_button(
            f"Download {name}",
            content,
            file_name=f"{stem}.{suffix}",
            mime=mime,
            key=f"profile_download_{suffix}",
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


def _draw_versions(drafts: Sequence[Page]) -> None:
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


if __name__ == "__main__":
    with open_page("ICP", "The customer to look for, with everything it rests on.") as opened:
        draw(opened)
