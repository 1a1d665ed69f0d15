"""The draft as Markdown. Words of documents are escaped: none of them is markup, and a line stays a line."""

from __future__ import annotations

from analyzer.icp.render.layout import Entry, Layout, Page, lay_out, shown_ids
from analyzer.printing import plain_markdown


def render_markdown(draft: Page, with_evidence: bool = True) -> str:
    """The one-page draft, then its evidence."""
    page = lay_out(draft, says_once=False)
    out = [f"# {plain_markdown(page.title)}", "", f"{plain_markdown(page.version)}. {plain_markdown(page.basis)}", ""]
    if page.banner:
        out += [f"**{page.banner}.**", ""]
    out += [f"**{plain_markdown(page.definition.statement)}**{_support(page.definition)}{_cited(page.definition)}"]
    out += [*_notes(page.definition), ""]
    for block in page.blocks:
        out += [f"## {plain_markdown(block.heading)}", ""]
        for entry in block.entries:
            out += [f"- {plain_markdown(entry.statement)}{_support(entry)}{_cited(entry)}", *_notes(entry)]
        out.append("")
    if page.legend:
        out += [page.legend, ""]
    if with_evidence:
        out += _evidence(page)
    return "\n".join(out)


def _support(entry: Entry) -> str:
    strength = f"**{plain_markdown(entry.strength)}**" if entry.strength else ""
    said = "; ".join(part for part in (plain_markdown(entry.support), strength) if part)
    return f" — {said}" if said else ""


def _cited(entry: Entry) -> str:
    named = shown_ids(entry.ids) or plain_markdown(entry.source)
    return f" [{named}]" if named else ""


def _notes(entry: Entry) -> list[str]:
    out = []
    for note in entry.notes:
        named = f"[{shown_ids(note.ids)}]" if note.ids else ""
        out.append("  - " + " ".join(part for part in (f"{note.lead}:", plain_markdown(note.words), named) if part))
    return out


def _evidence(page: Layout) -> list[str]:
    out = ["## Evidence", ""]
    for citation in (c for group in page.groups for c in group.citations):
        said = f"“{plain_markdown(citation.quote)}” — {plain_markdown(citation.who)} ({plain_markdown(citation.where)})"
        said += f"; {citation.stands}" if citation.stands else ""
        out.append(f"- **{citation.id}** {plain_markdown(citation.code)}: {said}")
    return [*out, ""]
