"""Random bytes and damaged real files: each is read or refused with a sentence, in bounded time."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from made_files import docx_of, docx_with_table, paragraph, pdf_of, word_package, zip_of

from analyzer.errors import DocumentError
from analyzer.reading.archives import FoundFile, open_files
from analyzer.reading.documents import read_document
from analyzer.records import Document

DEMO = Path(__file__).parent.parent / "corpora" / "demo"
CASES = 10_000 if settings.get_current_profile_name() == "nightly" else 500
unhurried = settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
SPOKEN = ("Dana Ortiz: We lost it in March.", "Ben Ash: Why?", "Dana Ortiz: Nobody knew.")


def check_read_or_refused(content: bytes, name: str = "thing.bin") -> None:
    """Whatever else is raised fails the test, and so does a refusal whose sentence only says what Python said."""
    refused: DocumentError | None = None
    try:
        check_places(read_document(content, name))
    except DocumentError as error:
        refused = error
    assert refused is None or (str(refused).startswith(f"{name}: ") and refused.remedy)
    assert refused is None or "cannot be read (" not in refused.problem, repr(refused.__cause__)


def check_places(document: Document) -> None:
    place = 0
    for turn in document.turns:
        quote = document.text[turn.start : turn.end]
        assert turn.start >= place
        assert quote
        assert quote == quote.strip()
        place = turn.end
    document.text.encode()


# ----------------------------------------------------------------------------------------------------------- the files


@cache
def real_files() -> dict[str, bytes]:
    """The demo's documents, and a small file of each format that it has none of."""
    files = {
        path.name: path.read_bytes() for kind in ("interviews", "notes", "postings") for path in (DEMO / kind).iterdir()
    }
    gong = {
        "callTranscripts": [
            {"callId": "1", "transcript": [{"speakerId": "7", "sentences": [{"start": 2000, "text": "Tell me."}]}]}
        ],
        "calls": [{"metaData": {"title": "Halden"}, "parties": [{"speakerId": "7", "name": "Ben Ash"}]}],
    }
    boxed = f"<w:p><w:r><w:pict><w:txbxContent>{paragraph('In a box.')}</w:txbxContent></w:pict></w:r></w:p>"
    posting = {"@type": "JobPosting", "title": "AP Lead", "description": "<p>You own invoices.</p>"}
    return files | {
        "call.docx": docx_of("March 11, 2026, 3:00PM", *(line.replace(": ", "   0:03\n") for line in SPOKEN)),
        "table.docx": docx_with_table(["Call"], [tuple(line.split(": ")) for line in SPOKEN]),
        "box.docx": word_package(boxed + "".join(map(paragraph, SPOKEN)), footnotes=paragraph("A note.")),
        "call.pdf": pdf_of(SPOKEN, ["Page 2"], SPOKEN),
        "gong.json": json.dumps(gong).encode(),
        "list.json": json.dumps([{"speaker": "Dana", "text": "We lost it.", "start": 1.5}] * 3).encode(),
        "teams.vtt": b"WEBVTT\n\n0:0:1.0 --> 0:0:3.0\n<v Dana Ortiz>We lost it.</v>\n\n0:4.0 --> 0:5.0\n<v Ben>Why?\n",
        "call.srt": b"1\n00:00:02,000 --> 00:00:03,950\nNoor: Morning.\n\n2\n00:00:04,000 --> 00:00:05,000\nBo: Hi.\n",
        "notes.csv": b"account,date,note\nHalden,2026-03-11,They match by hand\nLomond,2026-03-12,No budget\n",
        "page.html": f'<html><script type="application/ld+json">{json.dumps(posting)}</script><h1>AP Lead</h1>'
        "<table><tr><td>Dana<td>We lost it.</table><ul><li>Own it</ul></html>".encode(),
        "wide.txt": "\n\n".join(SPOKEN).encode("utf-16"),
        "japanese.txt": "本日はお時間をいただきありがとうございます。\n".encode("cp932") * 4,
    }


SIGNS = (
    b"\x00", b"\x00" * 50, b"\xff\xfe", b"\xe2\x80\xae", b"-->", b"<", b"[" * 99, b"{" * 99, b"\r", b"\xd8\x00",
    b"9" * 5000, b"1e999", b":" * 99, b"&#x110000;", b"\\ud800", b"(" * 99, b"]]>", b"%s", b"\x1b$B",
)  # fmt: skip
Damage = Callable[[bytes, random.Random], bytes]


def flip(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 3, 20, 200))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut_off(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def cut_out(content: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randrange(len(content)), chance.randrange(len(content))))
    return content[:start] + content[end:]


def repeat(content: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(content))
    piece = content[start : start + chance.choice((1, 10, 300))]
    return content[:start] + piece * chance.choice((2, 5, 300)) + content[start:]


def splice(content: bytes, chance: random.Random) -> bytes:
    other = chance.choice(list(real_files().values()))
    return content[: chance.randrange(len(content))] + other[chance.randrange(len(other)) :]


def put_in(content: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 5))):
        place = chance.randrange(len(content))
        content = content[:place] + chance.choice(SIGNS) + content[place:]
    return content


def inside(content: bytes, chance: random.Random) -> bytes:
    """Damage to what a Word file packs: its XML, sound zip around it."""
    if not content.startswith(b"PK"):
        return flip(content, chance)
    body = "".join(map(paragraph, SPOKEN)) + "<w:tbl><w:tr><w:tc>" + paragraph("a") + "</w:tc></w:tr></w:tbl>"
    xml = f'<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>'.encode()
    return zip_of({"word/document.xml": chance.choice((flip, cut_out, repeat, put_in))(xml, chance)})


DAMAGES: tuple[Damage, ...] = (flip, cut_off, cut_out, repeat, splice, put_in, inside)


@given(
    name=st.sampled_from(sorted(real_files())),
    damages=st.lists(st.sampled_from(DAMAGES), min_size=1, max_size=3),
    seed=st.integers(0, 2**32),
)
@unhurried
def test_a_damaged_real_file_is_read_or_refused(name: str, damages: list[Damage], seed: int) -> None:
    content, chance = real_files()[name], random.Random(seed)
    for damage in damages:
        content = damage(content, chance) or b"\x00"
    check_read_or_refused(content, name)


STARTS = (
    b"", b"WEBVTT\n\n", b"%PDF-1.4\n", b"PK\x03\x04", b"{", b"[", b"<html>", b"<!doctype html><p>", b"{\\rtf1 ",
    b"\xff\xfe", b"\xef\xbb\xbf", b"1\n00:00:01,000 --> 00:00:02,000\n", b"a,b\n", b"MIME-Version: 1.0\n",
)  # fmt: skip


@given(content=st.binary(max_size=400), start=st.sampled_from(STARTS))
@unhurried
@example(content=b"\n<![foo[x]]>", start=b"<html>")
@example(content=b'"transcript": [{"sentences": [{"text": 3}]}]}', start=b"{")
def test_random_bytes_are_read_or_refused(content: bytes, start: bytes) -> None:
    check_read_or_refused(start + content)


@given(damages=st.lists(st.sampled_from(DAMAGES[:-1]), min_size=1, max_size=3), seed=st.integers(0, 2**32))
@settings(max_examples=CASES // 5, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_damaged_zip_gives_files_or_sentences(
    damages: list[Damage], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    inner = zip_of({"c.txt": b"c" * 50})
    content, chance = zip_of({"a.txt": b"words " * 40, "b/é.txt": b"b", "in.zip": inner}), random.Random(seed)
    for damage in damages:
        content = damage(content, chance) or b"\x00"
    path = tmp_path_factory.getbasetemp() / "damaged.zip"
    path.write_bytes(content)
    for found in open_files([path]):
        assert isinstance(read_or_refusal(found), bytes | DocumentError)


def read_or_refusal(found: FoundFile | DocumentError) -> bytes | DocumentError:
    try:
        return found.read() if isinstance(found, FoundFile) else found
    except DocumentError as refused:
        return refused


# ------------------------------------------------------------------------------------------------------ what would hang


HOSTILE = {
    "braces.json": b"[" * 200_000,
    "objects.json": b'{"a":' * 200_000,
    "divs.html": b"<html>" + b"<div>" * 100_000 + b"words",
    "tags.html": b"<html>" + b"<a " * 300_000,
    "comments.html": b"<html>" + b"<!--" * 300_000,
    "tables.html": b"<html>" + b"<table><tr><td>" * 20_000 + b"words",
    "data.html": b'<html><script type="application/ld+json">' + b"[" * 300_000 + b"</script><p>words",
    "deep.docx": word_package("<w:sdt><w:sdtContent>" * 5_000),
    "tables.docx": word_package("<w:tbl><w:tr><w:tc>" * 80 + paragraph("words") + "</w:tc></w:tr></w:tbl>" * 80),
    "runs.docx": word_package("<w:p>" + "<w:r><w:t>word </w:t></w:r>" * 50_000 + "</w:p>"),
    "bomb.docx": word_package("<w:p/>" * 9_000_000),
    "steps.pdf": pdf_of(b"BT /F1 10 Tf " + b"(word) Tj " * 60_000 + b"ET"),
    "blanks.pdf": pdf_of(b"BT (word) Tj ET" + b" " * 30_000_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_files_made_to_exhaust_a_reader_end_soon(name: str) -> None:
    start = time.monotonic()
    check_read_or_refused(HOSTILE[name], name)
    assert time.monotonic() - start < 60  # all take seconds; what this guards against takes hours
