"""The draft as a Word file with real styles, so that it can be edited and a table of contents made of it."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import Any

from analyzer.icp.render.layout import Layout, Page, lay_out
from analyzer.icp.render.word.marks import shown
from analyzer.icp.render.word.styles import set_styles, size_of
from analyzer.icp.render.word.writer import Writer

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def render_docx(draft: Page) -> bytes:
    """The file; the same draft gives the same bytes. What Word cannot hold stands as a visible sign."""
    from docx import Document

    page = lay_out(draft)
    document = Document()
    _describe(document, page)
    size = size_of(page)
    set_styles(document, size)
    writer = Writer(document, page, size)
    writer.write_page()
    writer.write_appendix()
    out = io.BytesIO()
    document.save(out)
    return _dated(out.getvalue(), page.made_at)


def _describe(document: Any, page: Layout) -> None:
    """The properties of the file: nothing of the machine or the person that made it."""
    properties = document.core_properties
    properties.title = shown(page.title)[:255]
    properties.subject = shown(page.version)[:255]
    properties.author = properties.last_modified_by = "icp-analyzer"
    properties.comments = properties.keywords = properties.category = ""
    properties.language = "en"
    properties.revision = 1
    properties.created = properties.modified = page.made_at.replace(tzinfo=None, microsecond=0)


def _dated(content: bytes, made_at: datetime) -> bytes:
    """The same archive with one date on all its parts, so that the moment of writing leaves no trace."""
    out = io.BytesIO()
    moment = (made_at.year, made_at.month, made_at.day, made_at.hour, made_at.minute, made_at.second)
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name == "docProps/thumbnail.jpeg":
                continue
            part = zipfile.ZipInfo(name, moment)
            part.compress_type, part.create_system = zipfile.ZIP_DEFLATED, 3
            content = old.read(name)
            if name == "_rels/.rels":
                content = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", content)
            new.writestr(part, content)
    return out.getvalue()
