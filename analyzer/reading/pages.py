"""Web pages saved as HTML, job postings above all: the readable text, and what the page states as data (JSON-LD)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from analyzer.reading.plain import read_lines
from analyzer.reading.source import Format, Reading, Source
from analyzer.reading.wordlists import words
from analyzer.records import DocumentKind

_TAGS = re.compile(r"</(?:p|div|li|ul|h[1-6]|span|td|body|html)\s*>|<(?:br|p|div|h[1-6])\b[^>]*>", re.IGNORECASE)
_LINKED_DATA = re.compile(
    r"<script[^>]{0,200}application/ld\+json[^>]{0,200}>(.*?)</script>", re.IGNORECASE | re.DOTALL
)


class _Text(HTMLParser):
    """Collects lines of readable text; headings and list entries keep their marks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.title = ""
        self._unread: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag == "title":
            self._in_title = True
        elif tag == "body":
            self._unread.clear()  # a head or script that never closed must not swallow the page
        elif tag in words("html_unread"):
            self._unread.append(tag)
        if tag in words("html_blocks"):
            self.lines.append("")
        if tag == "li":
            self.lines[-1] = "- "
        elif re.fullmatch("h[1-6]", tag):
            self.lines[-1] = "# "
        elif tag in ("td", "th") and self.lines[-1].strip():
            self.lines[-1] += " "

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        if tag in words("html_unread") and tag in self._unread:
            del self._unread[self._unread.index(tag) :]
        if tag in words("html_blocks"):
            self.lines += ["", ""] if tag in ("p", "ul", "ol", "h1", "h2", "h3", "h4", "table") else [""]

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        elif not self._unread:
            self.lines[-1] += re.sub(r"\s+", " ", data)

    def readable(self) -> list[str]:
        return ["" if line.strip() in ("-", "#") else line.strip() for line in self.lines]


def sniff_html(source: Source) -> bool:
    head = source.text[:3000].lstrip().casefold()
    if head.startswith(("<!doctype html", "<html", "<head", "<body")) or "<html" in head:
        return True
    return head.startswith("<") and len(_TAGS.findall(source.text[:20_000])) >= 3


def read_html(source: Source) -> Reading:
    posting = _job_posting(source.text)
    page = _Text()
    page.feed(source.text)
    page.close()
    lines = page.readable()
    described = _Text()
    described.feed(str(posting.get("description", "")))
    described.close()
    wanted = [line for line in described.readable() if line]
    if wanted and len(" ".join(wanted)) > len(" ".join(lines)):
        # The page is drawn by a script; its words stand in its data.
        lines = [f"# {posting.get('title', '')}", *described.readable()]
    if not any(lines):
        raise source.refuse("is a web page without readable text.", "Open it, copy the text, and save that as .txt.")
    reading = read_lines(source, lines, "html")
    marks = {**reading.marks, **_marks(posting, page.title)}
    if posting:
        reason = "the page calls itself a job posting"
        return replace(reading, kind=DocumentKind.JOB_POSTING, kind_reason=reason, marks=marks)
    return replace(reading, marks=marks)


def _marks(posting: dict[str, Any], title: str) -> dict[str, str]:
    organisation = posting.get("hiringOrganization")
    account = organisation.get("name") if isinstance(organisation, dict) else organisation
    found = {"title": posting.get("title") or title, "account": account, "date": posting.get("datePosted")}
    return {key: " ".join(value.split()) for key, value in found.items() if isinstance(value, str) and value.strip()}


def _job_posting(text: str) -> dict[str, Any]:
    for script in _LINKED_DATA.findall(text):
        try:
            stated = json.loads(script)
        except (ValueError, RecursionError):
            continue
        if isinstance(stated, dict):
            stated = stated.get("@graph", [stated])
        for entry in stated if isinstance(stated, list) else ():
            if isinstance(entry, dict) and "JobPosting" in str(entry.get("@type")):
                return entry
    return {}


FORMATS = (Format("html", sniff_html, read_html),)
