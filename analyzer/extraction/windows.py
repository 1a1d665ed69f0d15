"""Whole turns packed for the index (chunks) and for one LLM call (windows); never half a sentence.

Sizes are counted in tokens estimated from characters: English runs at about four characters a token in the usual
vocabularies, and an estimate needs no tokenizer of a model that may not even be known here.

A window pays for the instructions and the codebook each time, so windows of one document are made few and of one size:
a document a little over the limit becomes two halves, not a whole and a crumb.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from analyzer.records import Chunk, Document, Turn, Window

CHARACTERS_PER_TOKEN = 4.0
CHUNK_TOKENS = 180
CONTEXT_TURNS = 4
SMALLEST_SPLIT_TOKENS = 120
"""What is smaller is not split any further: a model that cannot read this much cannot read."""

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*\s+")


def estimate_tokens(text: str) -> int:
    return int(len(text) / CHARACTERS_PER_TOKEN) + 1


def pack_chunks(document: Document, tokens: int = CHUNK_TOKENS) -> tuple[Chunk, ...]:
    """Whole turns up to about ``tokens`` each; a longer turn is a chunk of its own."""
    return tuple(
        Chunk(document.id, number, turns[0].start, turns[-1].end, document.text[turns[0].start : turns[-1].end])
        for number, turns in enumerate(_pack(document, tokens))
    )


def _pack(document: Document, tokens: int) -> Iterator[tuple[Turn, ...]]:
    packed: list[Turn] = []
    size = 0
    for turn in document.turns:
        length = estimate_tokens(document.words_of(turn))
        if packed and size + length > tokens:
            yield tuple(packed)
            packed, size = [], 0
        packed.append(turn)
        size += length
    if packed:
        yield tuple(packed)


def pack_windows(document: Document, tokens: int) -> tuple[Window, ...]:
    """Whole turns in as few windows of one size as keep to about ``tokens``, with the few turns before as context."""
    windows: list[Window] = []
    first = 0
    for turns in _pack_evenly(document, max(1, tokens)):
        context = document.turns[max(0, first - CONTEXT_TURNS) : first]
        windows.append(Window(document.id, len(windows), turns, context))
        first += len(turns)
    return tuple(windows)


def _pack_evenly(document: Document, tokens: int) -> Iterator[tuple[Turn, ...]]:
    lengths = [estimate_tokens(document.words_of(turn)) for turn in document.turns]
    unpacked = sum(lengths)
    left = math.ceil(unpacked / tokens)
    packed: list[Turn] = []
    size = 0
    for turn, length in zip(document.turns, lengths, strict=True):
        if packed and left > 1 and size + length / 2 > unpacked / left:
            yield tuple(packed)
            unpacked -= size
            # A turn longer than a window has taken the room of several.
            left = max(1, min(left - 1, math.ceil(unpacked / tokens)))
            packed, size = [], 0
        packed.append(turn)
        size += length
    if packed:
        yield tuple(packed)


def split_window(document: Document, window: Window) -> Sequence[Window]:
    """The window in two halves, for a model that cannot take it whole; no halves where it is too small to split.

    One turn alone is split where a sentence ends: both parts keep its number.
    """
    if sum(estimate_tokens(document.words_of(turn)) for turn in window.turns) < SMALLEST_SPLIT_TOKENS:
        return ()
    turns = window.turns if len(window.turns) > 1 else _split_turn(document, window.turns[0])
    if len(turns) < 2:
        return ()
    # Halves by length, not by count: one long answer may be most of a window.
    half = (turns[0].start + turns[-1].end) / 2
    middle = min(range(1, len(turns)), key=lambda i: abs(turns[i].start - half))
    first, second = turns[:middle], turns[middle:]
    return (
        Window(window.document_id, window.number, first, window.context),
        Window(window.document_id, window.number, second, first[-CONTEXT_TURNS:]),
    )


def _split_turn(document: Document, turn: Turn) -> tuple[Turn, ...]:
    middle = (turn.start + turn.end) // 2
    ends = [turn.start + found.end() for found in _SENTENCE_END.finditer(document.words_of(turn))]
    ends = [end for end in ends if turn.start < end < turn.end]
    if not ends:
        return (turn,)
    cut = min(ends, key=lambda end: abs(end - middle))
    return replace(turn, end=cut), replace(turn, start=cut)
