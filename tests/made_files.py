"""Word and PDF files written by hand, so that a test shows what stands in them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from xml.sax.saxutils import escape

import docx

_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_STYLES = (
    '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Aufz"><w:name w:val="List Bullet"/></w:style>'
)


def zip_of(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return file.getvalue()


def docx_of(*paragraphs: str) -> bytes:
    """As python-docx, and Word, write it; a line feed becomes a line break within the paragraph."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def docx_with_table(above: Sequence[str], rows: Sequence[Sequence[str]], below: Sequence[str] = ()) -> bytes:
    document = docx.Document()
    for paragraph in above:
        document.add_paragraph(paragraph)
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    for paragraph in below:
        document.add_paragraph(paragraph)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def word_package(body: str, main: str = "word/document.xml", **parts: str) -> bytes:
    """A package of nothing but its parts' XML, as other programs than Word write them."""
    files = {main: f"<w:document {_NAMES}><w:body>{body}</w:body></w:document>".encode()}
    for name, inner in {"styles": _STYLES, **parts}.items():
        files[f"word/{name}.xml"] = f"<w:{name} {_NAMES}>{inner}</w:{name}>".encode()
    return zip_of(files)


def paragraph(words: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t xml:space='preserve'>{escape(words)}</w:t></w:r></w:p>"


def shown_in_word(example: str) -> bytes:
    """A Word file that shows these lines: paragraphs, and a table where cells stand between bars."""
    lines = example.split("\n")
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if "|" in line]
    return docx_with_table([line for line in lines if "|" not in line], rows) if rows else docx_of(*lines)


def pdf_of(*pages: Sequence[str] | bytes) -> bytes:
    """A PDF with a page of each list of lines, or of drawing steps as they are."""
    return pdf_objects([page if isinstance(page, bytes) else drawn(page) for page in pages])


def drawn(lines: Sequence[str]) -> bytes:
    escaped = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines)
    words = "".join(f"({line}) Tj T* " for line in escaped)
    return f"BT /F1 10 Tf 12 TL 40 780 Td {words}ET".encode("cp1252") if lines else b""


def pdf_objects(streams: Sequence[bytes], further: Sequence[bytes] = (), resources: bytes = b"") -> bytes:
    """A PDF with a page of each content stream; ``further`` objects are numbered on from 4 + 2 * pages."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(streams)))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(streams)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, stream in enumerate(streams):
        packed = zlib.compress(stream)
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> %s >> >>" % (5 + 2 * number, resources)
        )
        bodies.append(b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed))
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate([*bodies, *further], 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + table + trailer
