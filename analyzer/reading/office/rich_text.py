"""Text a CRM or recorder keeps with its formatting: HTML in a cell or field becomes the lines its writer saw."""

from __future__ import annotations

import html
import re

from analyzer.reading.office.pages import read_fragment

_BLOCK = re.compile(r"<(?:/p|/div|/li|br|/h[1-6]|/tr|p|div|li|ul|ol)(?:\s[^<>]{0,2000})?/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:p|div|br|ul|ol|li|span|b|strong|em|i|u|a|h[1-6]|table|tbody|tr|td|th|blockquote|font)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_LINE_END = re.compile(r"\r\n?")


def text_lines(text: str) -> list[str]:
    """The lines of a text, read as HTML where it holds tags that are meant to format it."""
    text = _LINE_END.sub("\n", text)
    if "&lt;" in text and not _TAG.search(text) and _BLOCK.search(unescaped := html.unescape(text)):
        text = unescaped  # Greenhouse escapes the HTML of its postings once more
    if not _TAG.search(text):
        return text.split("\n")
    # Where no tag breaks a line, its writer's own line breaks do.
    return read_fragment(text if _BLOCK.search(text) else text.replace("\n", "<br>"))
