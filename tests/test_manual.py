"""docs/formats.md is what the readers say of themselves, and every example in it is read as it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_files import pdf_of, shown_in_word

from analyzer.reading.documents import read_document
from analyzer.reading.formats import FORMATS
from analyzer.reading.manual import shapes, write_manual
from analyzer.reading.source import Shape

PAGE = Path(__file__).parent.parent / "docs" / "formats.md"


def as_file(shape: Shape) -> bytes:
    """The example as a file; of Word and PDF files it is what they show."""
    if shape.file.endswith(".docx"):
        return shown_in_word(shape.example)
    if shape.file.endswith(".pdf"):
        return pdf_of(shape.example.strip().split("\n"))
    return shape.example.encode()


def test_the_page_is_what_the_readers_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == write_manual(), "run `make docs`"


def test_every_format_says_what_it_reads() -> None:
    assert all(form.shapes for form in FORMATS)
    names = [shape.name for shape in shapes()]
    assert len(names) == len(set(names)) >= 30


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.name)
def test_an_example_is_read_as_the_format_it_stands_for(shape: Shape) -> None:
    document = read_document(as_file(shape), shape.file)
    assert document.format == shape.name
    assert document.turns
