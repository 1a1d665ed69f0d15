"""The draft as one HTML file without scripts or outside links: lines fold open on a screen to the words they rest on;
on paper it is a page, and the words are the appendix."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

from analyzer.icp.render.layout import Layout, Page, lay_out, shown_ids
from analyzer.printing import showable

# Found by printing drafts of many lengths: letters of ROOM / sqrt(size) pixels fill a Letter page, A4 holds a bit more.
ROOM = 930
SMALLEST, LARGEST, RUNNING_ON = 7.5, 12.0, 10.0


def render_html(draft: Page) -> str:
    """The file. A control character, or a mark that would turn the reading direction, is shown as a visible sign."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    page = lay_out(draft)
    template = environment.get_template("draft.html.j2")
    citations = {c.id: c for group in page.groups for c in group.citations}
    return showable(
        template.render(page=page, citations=citations, shown_ids=shown_ids, print_size=f"{print_size(page):.1f}")
    )


def print_size(page: Layout) -> float:
    """Pixels of the letters on paper at which the draft fills one page; a longer one runs on at a readable size."""
    fitting = ROOM / sqrt(max(1, page.size))
    return min(LARGEST, fitting) if fitting >= SMALLEST else RUNNING_ON
