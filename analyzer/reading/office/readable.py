"""The readable text of HTML: what a reader of the page would read aloud, line by line. lxml has its owner here.

lxml's parser takes any damage a page can have, in time that grows with its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from analyzer.reading.office.spoken_tables import read_spoken_table
from analyzer.reading.wordlists import words

_SPACE = re.compile(r"\s+")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WITH_ROOM = frozenset(
    ("p", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "table", "article", "section", "pre")
)
_LAID_OUT = frozenset(("pre", "textarea"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def parse_page(html: str) -> Any:
    """The page as an lxml tree; None when there is nothing in it."""
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, recover=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    content = _NOT_XML.sub("", html).encode()
    try:
        return lxml_html.document_fromstring(content, parser=parser) if content.strip() else None
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def readable_lines(element: Any) -> list[str]:
    """Lines of readable text under an element; headings and list entries keep their marks."""
    lines = [""]
    for piece in _pieces(element):
        if piece == "\n":
            lines.append("")
        elif lines[-1] in ("- ", "# ") and piece in ("- ", "# "):
            lines[-1] = piece
        else:
            lines[-1] += piece
    return ["" if line.strip() in ("-", "#") else line.strip() for line in lines]


def _pieces(root: Any) -> Iterator[str]:
    """Text piece by piece, "\n" for the end of a line, in the order of the page; without recursion, pages are deep."""
    unread, blocks = words("html_unread"), words("html_blocks")
    # What waits: text to say next, or an element to enter with whether its line ends and its buttons count.
    waiting: list[str | tuple[Any, bool, bool]] = [(root, False, False)]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, str):
            yield entry
            continue
        element, laid_out, in_heading = entry
        tag = element.tag if isinstance(element.tag, str) else ""
        if element is not root and element.tail:
            waiting += _folded(element.tail, laid_out)
        laid_out, in_heading = laid_out or tag in _LAID_OUT, in_heading or tag in _HEADINGS
        if not tag or (tag in unread and not (tag == "button" and in_heading)):
            continue
        spoken = _spoken_lines(element) if tag == "table" else []
        before, behind = ([], spoken) if spoken else _signs(tag, tag in blocks)
        waiting += reversed(behind)
        if not spoken:
            waiting += [(child, laid_out, in_heading) for child in reversed(element)]
            waiting += _folded(element.text or "", laid_out)
        waiting += reversed(before)


def _signs(tag: str, is_block: bool) -> tuple[list[str], list[str]]:
    """What stands before and behind the text of an element."""
    if tag in ("td", "th"):
        return [" "], []
    if not is_block:
        return [], []
    mark = ["- "] if tag == "li" else ["# "] if tag in _HEADINGS else []
    return ["\n", *mark], [] if tag == "br" else ["\n", "\n"] if tag in _WITH_ROOM else ["\n"]


def _folded(text: str, laid_out: bool) -> list[str]:
    """White space folded as a browser does, but for text laid out by hand, where a line's end is one; last piece
    first, as it is put on a stack."""
    if not laid_out:
        return [_SPACE.sub(" ", text)]
    return [piece for line in reversed(text.split("\n")) for piece in (line, "\n")][:-1]


def _spoken_lines(table: Any) -> list[str]:
    """A table of who said what, as the lines of a transcript; [] for any other table, and one that holds tables."""
    if next(table.iterdescendants("table"), None) is not None:
        return []
    rows = [
        [_SPACE.sub(" ", "".join(cell.itertext())).strip() for cell in row if cell.tag in ("td", "th")]
        for row in table.iter("tr")
    ]
    pieces: list[str] = []
    for turn in read_spoken_table(rows):
        pieces += ["\n", f"{turn.speaker}: {turn.words}" if turn.speaker else turn.words, "\n"]
    return pieces
