"""Postings as job boards' own APIs give them: Lever keeps a posting's headings and lists apart from its description."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from typing import Any

_BEFORE = ("opening", "description", "descriptionPlain")
_AFTER = ("additional", "additionalPlain")


def with_sections(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The posting with all its parts as one description in HTML, under its title; any other object unchanged."""
    lists = entry.get("lists")
    if not isinstance(lists, list) or not any(isinstance(entry.get(key), str) for key in _BEFORE):
        return entry
    made = "\n".join([*_first(entry, _BEFORE), *_sections(lists), *_first(entry, _AFTER)])
    others = {key: value for key, value in entry.items() if key not in (*_BEFORE, *_AFTER, "lists", "descriptionBody")}
    others.pop("descriptionBodyPlain", None)
    title = {"title": entry["text"]} if isinstance(entry.get("text"), str) and "title" not in entry else {}
    others.pop("text", None)
    return {**others, **title, "jobDescription": made}


def _first(entry: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    """The first that says something: a text comes as HTML and again without."""
    text = next((entry[name] for name in names if isinstance(entry.get(name), str) and entry[name].strip()), "")
    if text:
        yield f"<div>{text}</div>"


def _sections(lists: list[Any]) -> Iterator[str]:
    for part in lists:
        if isinstance(part, dict):
            heading, content = part.get("text"), part.get("content")
            if isinstance(heading, str) and heading.strip():
                yield f"<h3>{html.escape(heading)}</h3>"
            if isinstance(content, str) and content.strip():
                yield f"<ul>{content}</ul>"
