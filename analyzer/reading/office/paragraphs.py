"""What a Word package says, in order: paragraphs and tables, as its XML holds them.

The XML is walked here rather than by python-docx, which leaves out text in content controls, text boxes and accepted
insertions, and refuses macro-enabled (.docm) and strict packages. Elements are known by their local names, since
strict packages use other namespaces.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MAX_PART_BYTES = 32 * 2**20
_MAIN = re.compile(r"word/document\d*\.xml", re.IGNORECASE)
# What stands in a paragraph's XML and is not in its text as it reads now: what was deleted or moved away, field codes,
# the reading aid over a word, properties.
_UNREAD = frozenset(("del", "moveFrom", "instrText", "delText", "delInstrText", "rt", "pPr", "rPr", "sectPr", "sdtPr"))
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOTE_PARTS = ("footnotes", "endnotes")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``mark`` is "# " for a heading, "- " for an entry of a list, else ""."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, each cell what stands in it."""

    rows: tuple[tuple[tuple[Block, ...], ...], ...]


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class WordText:
    """``notes`` are the footnotes and endnotes; ``comments`` how many remarks stand in the margin."""

    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    comments: int = 0


@dataclass(frozen=True, slots=True)
class _Styles:
    """Marks of paragraph styles by their ids, whatever language the program that wrote them speaks."""

    marks: dict[str, str] = field(default_factory=dict)
    contents: frozenset[str] = frozenset()


class TooLargeError(ValueError):
    """A part of the package is past MAX_PART_BYTES."""


def main_part(package: zipfile.ZipFile) -> str:
    """The name of the part that holds a Word document's text; "" when the package is no Word document."""
    return next((name for name in package.namelist() if _MAIN.fullmatch(_normal(name))), "")


def read_word_text(package: zipfile.ZipFile) -> WordText:
    """The text of the package. Raises TooLargeError, and what zipfile and lxml raise at a damaged one."""
    main = main_part(package)
    styles = _read_styles(_part(package, main, "styles"))
    body = next((e for e in _parse(_bytes(package, main)).iter() if _name(e) == "body"), None)
    blocks = tuple(_blocks(body, styles)) if body is not None else ()
    notes = tuple(note for part in _NOTE_PARTS for note in _notes(_part(package, main, part), styles))
    comments = _part(package, main, "comments")
    margin = 0 if comments is None else sum(_name(element) == "comment" for element in comments)
    return WordText(blocks, notes, margin)


def _normal(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")


def _part(package: zipfile.ZipFile, main: str, name: str) -> Any:
    """The root of a part beside the main one; None where the package has none, or a damaged one: it is not the text."""
    wanted = posixpath.join(posixpath.dirname(_normal(main)), f"{name}.xml")
    found = next((entry for entry in package.namelist() if _normal(entry).casefold() == wanted.casefold()), "")
    if not found:
        return None
    try:
        return _parse(_bytes(package, found))
    except SyntaxError:  # lxml's XMLSyntaxError
        return None


def _bytes(package: zipfile.ZipFile, part: str) -> bytes:
    with package.open(part) as file:
        content = file.read(MAX_PART_BYTES + 1)
    if len(content) > MAX_PART_BYTES:
        raise TooLargeError(part)
    return content


def _parse(content: bytes) -> Any:
    from lxml import etree

    # Entities stay unresolved and nothing is fetched: neither a bomb nor a file on this machine gets into the text.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


def _name(element: Any) -> str:
    """Its name without namespace; "" for comments, processing instructions and unresolved entities."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _value(element: Any, name: str) -> str:
    """An attribute by its local name."""
    for key, value in element.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return ""


def _child(element: Any, *path: str) -> Any:
    """The first child by name, and its child in turn; None where one is missing."""
    for name in path:
        element = next((child for child in element if _name(child) == name), None)
        if element is None:
            return None
    return element


def _read_styles(root: Any) -> _Styles:
    marks: dict[str, str] = {}
    contents: set[str] = set()
    for style in () if root is None else root:
        if _name(style) != "style":
            continue
        key, named = _value(style, "styleId"), _child(style, "name")
        name = (_value(named, "val") if named is not None else key).casefold()
        if name.startswith(("heading", "title", "subtitle")) and name != "heading":
            marks[key] = "# "
        else:
            marks[key] = "- " if name.startswith("list") or _is_numbered(style) else ""
        if re.fullmatch(r"toc ?\d", name):
            contents.add(key)
    return _Styles(marks, frozenset(contents))


def _blocks(parent: Any, styles: _Styles) -> Iterator[Block]:
    """Paragraphs and tables under an element, through whatever wraps them (content controls, custom XML, moves)."""
    for element in parent:
        name = _name(element)
        if name == "p":
            yield from _paragraph(element, styles)
        elif name == "tbl":
            yield Table(tuple(_rows(element, styles)))
        elif name == "AlternateContent":
            yield from _blocks(_chosen(element), styles)
        elif name not in _UNREAD:
            yield from _blocks(element, styles)


def _chosen(alternatives: Any) -> Any:
    """The one of several drawings of the same thing that has text; its first otherwise."""
    with_text = (one for one in alternatives if any(_name(inner) == "t" for inner in one.iter()))
    return next(with_text, alternatives[0] if len(alternatives) else ())


def _rows(table: Any, styles: _Styles) -> Iterator[tuple[tuple[Block, ...], ...]]:
    for row in _within(table, "tr"):
        yield tuple(tuple(_blocks(cell, styles)) for cell in _within(row, "tc"))


def _within(element: Any, name: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also those that a content control or an insertion wraps."""
    for child in element:
        if _name(child) == name:
            yield child
        elif _name(child) in ("sdt", "sdtContent", "ins", "customXml", "moveTo"):
            yield from _within(child, name)


def _paragraph(element: Any, styles: _Styles) -> Iterator[Block]:
    boxes: list[Any] = []
    text = "".join(_pieces(element, boxes))
    style = _style(element)
    if style not in styles.contents:
        # Where the styles are lost, their ids still tell.
        guess = "# " if style.casefold().startswith(("heading", "title")) else ""
        mark = styles.marks.get(style, guess) or ("- " if _is_numbered(element) else "")
        yield Paragraph(text, mark)
    for box in boxes:
        yield from _blocks(box, styles)


def _style(paragraph: Any) -> str:
    style = _child(paragraph, "pPr", "pStyle")
    return _value(style, "val") if style is not None else ""


def _is_numbered(paragraph: Any) -> bool:
    numbering = _child(paragraph, "pPr", "numPr", "numId")
    return numbering is not None and _value(numbering, "val") not in ("", "0")


def _pieces(paragraph: Any, boxes: list[Any]) -> Iterator[str]:
    """The paragraph's text piece by piece; text boxes that hang on it are put into ``boxes`` for later."""
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        name = _name(element)
        if name == "t":
            yield element.text or ""
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name == "txbxContent":
            boxes.append(element)
        elif name == "AlternateContent":
            waiting.extend(reversed(_chosen(element)))
        elif name not in _UNREAD:
            waiting.extend(reversed(element))


def _notes(root: Any, styles: _Styles) -> Iterator[str]:
    for note in () if root is None else root:
        if _value(note, "type") in ("", "normal"):  # the others are rules drawn between text and notes
            text = "\n".join(block.text for block in _blocks(note, styles) if isinstance(block, Paragraph)).strip()
            if text:
                yield text
