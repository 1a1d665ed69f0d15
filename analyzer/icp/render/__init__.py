"""The draft as a page in every format. Each line shows what it rests on, and its evidence is the appendix.

``layout`` says what stands there and in which order; one module a format draws it. Evidence is checked once more before
(``check_evidence``): a quote that is not its document's words stops the rendering.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from analyzer.errors import UsageError
from analyzer.icp.render.html import render_html
from analyzer.icp.render.json import read_schema, render_json
from analyzer.icp.render.layout import Page, basis_of, check_evidence, support_of
from analyzer.icp.render.markdown import render_markdown
from analyzer.icp.render.pdf import render_pdf
from analyzer.icp.render.word import MIME as DOCX_MIME
from analyzer.icp.render.word import render_docx

__all__ = [
    "FORMATS",
    "DraftFormat",
    "basis_of",
    "check_evidence",
    "find_format",
    "read_schema",
    "render_docx",
    "render_html",
    "render_json",
    "render_markdown",
    "render_pdf",
    "support_of",
]


@dataclass(frozen=True, slots=True)
class DraftFormat:
    """A format: how it is named on the command line and to a person, the endings of its files, and what draws it."""

    name: str
    label: str
    mime: str
    suffixes: tuple[str, ...]
    render: Callable[[Page], str | bytes]
    is_binary: bool = False


FORMATS = {
    one.name: one
    for one in (
        DraftFormat("md", "Markdown", "text/markdown", (".md", ".markdown", ".txt", ""), render_markdown),
        DraftFormat("html", "HTML", "text/html", (".html", ".htm"), render_html),
        DraftFormat("docx", "Word", DOCX_MIME, (".docx",), render_docx, is_binary=True),
        DraftFormat("pdf", "PDF", "application/pdf", (".pdf",), render_pdf, is_binary=True),
        DraftFormat("json", "JSON", "application/json", (".json",), render_json),
    )
}


def find_format(name: str | None, out: Path | None = None) -> DraftFormat:
    """The format of that name; without one that which the file's ending says, and Markdown without a file.

    Raises UsageError, naming the formats there are.
    """
    there_are = ", ".join(list(FORMATS)[:-1]) + f" or {list(FORMATS)[-1]}"
    if name is not None:
        if name not in FORMATS:
            raise UsageError(f"--format of a draft is {there_are}, not {name!r}.")
        return FORMATS[name]
    suffix = out.suffix.lower() if out else ""
    for one in FORMATS.values():
        if suffix in one.suffixes:
            return one
    raise UsageError(f"No format of a draft ends in {suffix!r} ({out}). Say --format {there_are}.")
