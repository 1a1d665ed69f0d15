"""Marks inside the words of a cue: tags, entities, and the line breaks that some formats spell out."""

from __future__ import annotations

import html
import re

_CLOCK = r"(?:\d{1,4}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,6})?"
# Only the tags captions know: somebody may speak of "< 5 days" or a "<stage> field", or write "<i think>".
_TAG = re.compile(
    r"</?(?:c|i|b|u|s|em|strong|ruby|rt|p)(?:\.[^<>\s]{0,200})?\s?/?>"
    r"|</?(?:v|lang|font|span)(?:[.\s][^<>]{0,200})?>|<[.\s]?/(?:[ibu]|font)>"
    rf"|<{_CLOCK}>|\{{\\[^{{}}]{{1,80}}\}}|\{{/?[biu]\}}",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s?/?>|\[br\]", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")


def clean(payload: str) -> str:
    """Without the tags captions know, entities resolved; "AT&T" and "R&D" are left as they are."""
    return unescape(_TAG.sub("", _BREAK.sub("\n", payload)))


def unescape(words: str) -> str:
    """Entities that end in a semicolon become their characters."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), words)
