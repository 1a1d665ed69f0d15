"""What must hold for any input: turns survive every way of writing them, and nothing but DocumentError escapes."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_files import docx_of, docx_with_table

from analyzer.errors import DocumentError
from analyzer.reading.canonical import RawTurn, build, fold, merge
from analyzer.reading.documents import read_document
from analyzer.records import Document

NAMES = [
    "Ana Lopes",
    "Dr. Jürgen Althaus",
    "Mary-Jane O'Neil",
    "Siobhán Ní Bhriain",
    "Devon P",
    "Speaker 1",
    "April Price",
]
TOKENS = [
    "we", "lost", "the", "deal,", "A", "-->", "B", "Note:", "10:30", "Meeting:", "https://x.y", "R&D", "<", "5", "12",
    "Zürich", "“quoted”", "forty-two.", "Why?", "NOTE", "[laughs]", "*", "Dana:", "it's", "…", "(0:05)", "AT&T;", "é",
]  # fmt: skip
words = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=30).map(" ".join)
turns = st.lists(st.tuples(st.sampled_from(NAMES), words), min_size=1, max_size=12)
Turns = list[tuple[str, str]]


def spoken(document: Document) -> Turns:
    return [(turn.speaker, document.words_of(turn)) for turn in document.turns]


def said(turns: Turns) -> Turns:
    """What was written, with neighbours of one speaker put together, as a turn is defined."""
    return [(turn.speaker, turn.words) for turn in merge(RawTurn(*turn) for turn in turns)]


def cut(words: str, size: int = 7) -> list[str]:
    parts = words.split()
    return [" ".join(parts[at : at + size]) for at in range(0, len(parts), size)]


def clock(second: int, mark: str = ".") -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}{mark}000"


def cues(turns: Turns, line: Callable[[str, str], str], mark: str, head: str, names: Callable[[int], str]) -> str:
    blocks = [(speaker, part) for speaker, words in turns for part in cut(words)]
    return head + "\n".join(
        f"{names(n)}\n{clock(n * 3, mark)} --> {clock(n * 3 + 2, mark)}\n{line(speaker, part)}\n"
        for n, (speaker, part) in enumerate(blocks, 1)
    )


def as_zoom(turns: Turns) -> str:
    return cues(turns, lambda who, words: f"{who}: {words}", ".", "WEBVTT\n\n", str)


def as_teams(turns: Turns) -> str:
    guid = "6b1c4a2e-9d10-0f3c-5a7e-00000000000{}/{}-0".format
    return cues(
        turns,
        lambda who, words: f"<v {html.escape(who)}>{html.escape(words)}</v>",
        ".",
        "\ufeffWEBVTT\n\n",
        lambda n: guid(n % 10, n),
    )


def as_srt(turns: Turns) -> str:
    return cues(turns, lambda who, words: f"{who}: {words}", ",", "", str)


def as_sbv(turns: Turns) -> str:
    text = cues(turns, lambda who, words: f">> {who}: {words}", ".", "", lambda n: "")
    return text.replace(" --> 0", ",").replace("\n0", "\n")


def as_webex(turns: Turns) -> str:
    speakers = [who for who, words in turns for _ in cut(words)]
    return cues(turns, lambda who, words: words, ".", "WEBVTT\n\n", lambda n: f'{n} "{speakers[n - 1]}" (33868436{n})')


def as_otter(turns: Turns) -> str:
    blocks = [f"{who}  {n // 60}:{n % 60:02}  \n{words}\n" for n, (who, words) in enumerate(turns)]
    return "\n".join(blocks) + "\nTranscribed by https://otter.ai\n"


def as_named_text(turns: Turns) -> str:
    return "\n\n".join(f"{who}: {words}" for who, words in turns) + "\n"


def as_markdown(turns: Turns) -> str:
    return "# A call\n\n2026-10-06\n\n" + "\n\n".join(f"**{who}** (00:00:01): {words}" for who, words in turns)


@pytest.mark.parametrize("write", [as_zoom, as_teams, as_srt, as_sbv, as_webex, as_otter, as_named_text, as_markdown])
@given(turns=turns)
@settings(max_examples=60, deadline=None)
def test_turns_are_the_same_after_writing_and_reading(write: Callable[[Turns], str], turns: Turns) -> None:
    document = read_document(write(turns).encode(), "call.txt")
    assert spoken(document) == said(turns)
    check_offsets(document)


def as_docx(turns: Turns) -> bytes:
    return docx_of(*(f"{who}: {words}" for who, words in turns))


def as_docx_table(turns: Turns) -> bytes:
    return docx_with_table([], [["Speaker", "Words"], *([who, words] for who, words in turns)])


def as_html(turns: Turns) -> bytes:
    lines = "".join(f"<p><b>{html.escape(who)}:</b> {html.escape(words)}</p>" for who, words in turns)
    return f"<!doctype html><html><head><title>A call</title></head><body>{lines}</body></html>".encode()


@pytest.mark.parametrize("write", [as_docx, as_docx_table, as_html])
@given(turns=turns)
@settings(max_examples=25, deadline=None)
def test_turns_are_the_same_after_writing_and_reading_a_file(write: Callable[[Turns], bytes], turns: Turns) -> None:
    document = read_document(write(turns), "call")
    assert spoken(document) == said(turns)
    check_offsets(document)


def check_offsets(document: Document) -> None:
    place = 0
    for number, turn in enumerate(document.turns):
        quote = document.text[turn.start : turn.end]
        assert turn.number == number
        assert turn.start >= place
        assert turn.end > turn.start
        assert quote == quote.strip()
        place = turn.end
    assert place == len(document.text)
    assert {turn.speaker for turn in document.turns} == {who.name for who in document.participants}
    assert all(document.participant(turn.speaker).side is turn.side for turn in document.turns)


def check_read_or_refused(content: bytes) -> None:
    """Anything else that is raised fails the test."""
    refused: DocumentError | None = None
    try:
        check_offsets(read_document(content, "thing.bin"))
    except DocumentError as error:
        refused = error
    assert refused is None or (str(refused).startswith("thing.bin: ") and refused.remedy)


starts = st.sampled_from([b"", b"WEBVTT\n\n", b"%PDF-1.4\n", b"PK\x03\x04", b"{", b"<html>"])


@given(content=st.binary(max_size=400), start=starts)
@settings(max_examples=300, deadline=None)
@example(content=b"\n<![foo[x]]>", start=b"<html>")
@example(content=b'"transcript": [{"sentences": [{"text": 3}]}]}', start=b"{")
def test_random_bytes_become_a_document_or_a_sentence(content: bytes, start: bytes) -> None:
    check_read_or_refused(start + content)


PIECES = [
    "WEBVTT", "1", "00:01.000 --> 00:02.000", "00:01,000 --> x", "Ana Lopes: hi", "Ana Lopes  0:01", "NOTE x",
    "- bullet", "# head", "---", "date: 2026-01-02", "<v Ana>hi", "</v>", "{", "[]", "<p>", "**Bo** (0:01): yes",
    "Customer: Acme", "", " ", "\x0c", "\u2028", "a" * 200, "About Acme", "3/4/2026",
]  # fmt: skip


@given(lines=st.lists(st.sampled_from(PIECES), max_size=25))
@settings(max_examples=300, deadline=None)
def test_any_jumble_of_familiar_lines_is_read_or_refused(lines: list[str]) -> None:
    check_read_or_refused("\n".join(lines).encode())


@given(text=st.text())
def test_folding_is_stable_and_leaves_no_control_or_double_space(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert not re.search(r"\s\s|[\x00-\x1f\x7f-\x9f\ud800-\udfff]", once)


@given(words=st.lists(st.text(), max_size=8))
def test_every_word_stands_in_the_text_at_its_turn(words: list[str]) -> None:
    text, placed = build(RawTurn("", part) for part in words)
    assert [text[turn.start : turn.end] for turn in placed] == [fold(part) for part in words if fold(part)]
    text.encode()
