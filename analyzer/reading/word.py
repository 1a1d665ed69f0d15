"""Word documents (DOCX): transcripts as Teams and Word write them, notes, postings. python-docx has its owner here."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from analyzer.reading.plain import read_lines
from analyzer.reading.source import Format, Reading, Source

_MAX_UNPACKED = 500_000_000
_SPEAKER_COLUMNS = ("speaker", "name", "who", "participant")
_WORDS_COLUMNS = ("text", "words", "transcript", "content", "utterance", "what was said", "dialogue")


def sniff_docx(source: Source) -> bool:
    if not source.content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as package:
            return "word/document.xml" in package.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def read_docx(source: Source) -> Reading:
    with zipfile.ZipFile(io.BytesIO(source.content)) as package:
        if sum(entry.file_size for entry in package.infolist()) > _MAX_UNPACKED:
            raise source.refuse("unpacks to more than 500 MB.", "Save it again without pictures, or as plain text.")
    try:
        import docx

        document = docx.Document(io.BytesIO(source.content))
        lines = [line for block in _blocks(document) for line in block]
    except Exception as error:  # python-docx and lxml raise many kinds for a damaged package
        raise source.refuse("is a damaged Word file.", "Open it in Word and save it again.") from error
    if not any(line.strip() for line in lines):
        raise source.refuse("is a Word file without text.", "If it holds pictures of text, export the text instead.")
    return read_lines(source, lines, "docx")


def _blocks(document: Any) -> Iterator[list[str]]:
    """Lines of each paragraph or table in order, a blank line after each but for list entries."""
    import docx.table

    for block in document.iter_inner_content():
        if isinstance(block, docx.table.Table):
            yield [*_table_lines(block), ""]
            continue
        style = (block.style.name or "") if block.style is not None else ""
        lines = block.text.split("\n")
        if style.startswith("List"):
            yield [f"- {' '.join(lines)}"]
        elif style.startswith(("Heading", "Title")) and block.text.strip():
            yield ["", f"# {' '.join(lines)}", ""]
        else:
            yield [*lines, ""]


def _table_lines(table: Any) -> list[str]:
    """A table of speakers and words becomes `Name: words`; of any other, each row is a line."""
    rows: list[list[str]] = []
    for row in table.rows:
        cells: list[str] = []
        seen: set[Any] = set()
        for cell in row.cells:
            if cell._tc not in seen:  # a merged cell comes once for each column it covers
                seen.add(cell._tc)
                cells.append(" ".join(cell.text.split()))
        rows.append(cells)
    names = [cell.casefold() for cell in rows[0]] if rows else []
    who = next((n for n, cell in enumerate(names) if cell in _SPEAKER_COLUMNS), None)
    what = next((n for n, cell in enumerate(names) if cell in _WORDS_COLUMNS), None)
    if who is None or what is None:
        return [" | ".join(cell for cell in cells if cell) for cells in rows]
    lines: list[str] = []
    for cells in rows[1:]:
        if len(cells) > max(who, what):
            lines += [f"{cells[who]}: {cells[what]}" if cells[who] else cells[what], ""]
    return lines


FORMATS = (Format("docx", sniff_docx, read_docx),)
