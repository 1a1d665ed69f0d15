"""Web pages saved as HTML: job postings above all, and transcripts. What a page states as data comes first.

A posting's own description is taken rather than the page around it, unless the page says much that the description
does not: navigation is better read along than a posting's words lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from analyzer.reading.office.linked_data import Posting, find_postings, stated_marks, texts_of
from analyzer.reading.office.readable import parse_page, readable_lines
from analyzer.reading.source import Format, Reading, Shape, Source
from analyzer.reading.text.headers import split_header
from analyzer.reading.text.notes import split_notes
from analyzer.reading.text.plain import read_lines
from analyzer.reading.wordlists import words
from analyzer.records import DocumentKind

_TAGS = re.compile(r"</(?:p|div|li|ul|h[1-6]|span|td|body|html)\s*>|<(?:br|p|div|h[1-6])\b[^>]{0,500}>", re.IGNORECASE)
_OPENINGS = ("<!doctype html", "<html", "<head", "<body")
_WORD = re.compile(r"\w+")
_LEAST_WORDS = 40
_LINE_WORDS, _RUN = 6, 4
_FEW_WORDS = 3
_MARKS = re.compile(r"^(?:# |- )")


def sniff_html(source: Source) -> bool:
    head = source.text[:3000].lstrip().casefold()
    if _is_archive(head):
        return True
    if head.startswith(_OPENINGS) or (head.startswith("<") and any(opening in head for opening in _OPENINGS)):
        return True
    return head.startswith("<") and len(_TAGS.findall(source.text[:20_000])) >= 3


def read_html(source: Source) -> Reading:
    if _is_archive(source.text):
        raise source.refuse(
            "is a web archive (MHTML).", "Save the page as HTML only, or copy its text into a .txt file."
        )
    page = parse_page(source.text)
    if page is None:
        raise _without_text(source)
    stated = find_postings(page)
    lines = readable_lines(page)
    posting, warnings = _choose(stated, page)
    described = _described(posting)
    if described and _says_it_all(described, lines):
        lines = described
    if not described and _is_drawn(page, lines):
        lines = []
    if not any(lines):
        lines = [_meta(page, "og:title"), "", *_meta(page, "og:description").split("\n")]
    if not any(lines):
        raise _without_text(source)
    title = " ".join((page.findtext(".//title") or "").split()) or _meta(page, "og:title")
    titled = {"title": title} if title else {}
    if not stated:
        reading = read_lines(source, lines, "html")
        return replace(reading, marks={**reading.marks, **titled})
    # Every line of a posting is its own, and none of them a speaker or a header to be taken off.
    turns = split_notes([each for line in lines for each in (line, "")])
    marks = {**split_header(lines).marks, **titled, **stated_marks(posting)}
    reason = "the page calls itself a job posting"
    return Reading(turns, DocumentKind.JOB_POSTING, reason, "html posting", (), marks, warnings)


def read_fragment(html: str) -> list[str]:
    """The lines of a piece of HTML, as a CRM keeps notes in a cell or a job board its description in a field."""
    page = parse_page(html)
    return readable_lines(page) if page is not None else []


def _choose(stated: Sequence[Posting], page: Any) -> tuple[Posting, tuple[str, ...]]:
    """The posting the page is about: of several the one whose title is its heading, else what they have in common."""
    if len(stated) <= 1:
        return (stated[0] if stated else {}), ()
    count = f"The page states {len(stated)} job postings"
    headings = [*page.iter("h1"), *page.iter("title"), *page.iter("h2")]
    for heading in headings[:50]:
        shown = _plain("".join(heading.itertext()))
        named = [one for one in stated if (title := _plain(stated_marks(one).get("title", ""))) and title in shown]
        if len(named) == 1:
            return named[0], (f"{count}; read is the one in its heading, “{stated_marks(named[0])['title']}”.",)
    employers = {stated_marks(one).get("account", "") for one in stated}
    common = {"hiringOrganization": employers.pop()} if len(employers) == 1 else {}
    return common, (f"{count} and is read as one document; save the page of each posting for one document each.",)


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _described(posting: Posting) -> list[str]:
    """The posting as its own data words it, under its title; a field that only repeats the description is left out."""
    lines: list[str] = []
    first, seen = "", set[str]()
    for text in texts_of(posting):
        found = read_fragment(text)
        said = _plain(" ".join(found))
        if said not in first and said not in seen:
            lines += [*found, ""]
        first = first or said
        seen.add(said)
    title = stated_marks(posting).get("title", "")
    if any(lines) and title and _plain(title) != _plain(next(line for line in lines if line)):
        lines = [f"# {title}", "", *lines]
    return lines if any(lines) else []


def _says_it_all(described: Sequence[str], page: Sequence[str]) -> bool:
    """Whether the page's sentences stand in the description, but for fewer words than it has itself."""
    words = _plain(" ".join(described)).split()
    runs = {tuple(words[at : at + _RUN]) for at in range(len(words))}
    elsewhere = 0
    for line in page:
        said = _plain(_MARKS.sub("", line)).split()
        if len(said) >= _LINE_WORDS and not any(
            tuple(said[at : at + _RUN]) in runs for at in range(len(said) - _RUN + 1)
        ):
            elsewhere += len(said)
    return elsewhere == 0 or (len(words) >= _LEAST_WORDS and elsewhere <= len(words))


def _is_drawn(page: Any, lines: Sequence[str]) -> bool:
    """Whether a script draws the page, and what was saved only says that it is loading."""
    shown = _plain(" ".join(lines)).split()
    return 0 < len(shown) <= _FEW_WORDS and shown[0] in words("loading") and next(page.iter("script"), None) is not None


def _meta(page: Any, name: str) -> str:
    """What the page tells other sites of itself; some that are drawn by a script say it all there."""
    found = (meta.get("content") for meta in page.iter("meta") if name in (meta.get("property"), meta.get("name")))
    return next((content.strip() for content in found if content), "")


def _without_text(source: Source) -> Exception:
    return source.refuse("is a web page without readable text.", "Open it, copy the text, and save that as .txt.")


def _is_archive(text: str) -> bool:
    head = text[:2000].casefold()
    return "mime-version:" in head and "content-type: multipart/related" in " ".join(head.split())


SHAPES = (
    Shape(
        "html posting",
        "Halden Foods - Accounts Payable Lead.html",
        '<html><head><title>Careers at Halden Foods</title>\n<script type="application/ld+json">\n'
        '{"@context": "https://schema.org", "@type": "JobPosting", "title": "Accounts Payable Lead",\n'
        '"datePosted": "2026-05-20", "hiringOrganization": {"@type": "Organization", "name": "Halden Foods"},\n'
        '"description": "<p>You will own invoice matching across three sites.</p><ul><li>Lead four clerks</li></ul>"}\n'
        "</script></head>\n<body><nav>Home Jobs</nav><h1>Accounts Payable Lead</h1>\n"
        "<p>You will own invoice matching across three sites.</p></body></html>",
        "Title, company and date as the page's data (schema.org JobPosting) states them, and the whole posting.",
    ),
    Shape(
        "html",
        "Interview Havel.html",
        "<!DOCTYPE html>\n<html><head><title>Interview Havel</title></head><body>\n"
        "<p><b>Dana Ortiz:</b> Thanks for making the time.</p>\n<p><b>Marek Havel:</b> We lost a week to it.</p>\n"
        "<p><b>Dana Ortiz:</b> Every month?</p>\n</body></html>",
        "The readable text of any other page, without navigation, buttons and footers; a transcript by its speakers.",
    ),
)

FORMATS = (Format("html", sniff_html, read_html, SHAPES),)
