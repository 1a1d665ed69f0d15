"""Whole turns packed for the index (chunks) and for one LLM call (windows); never half a sentence.

Sizes are counted in tokens estimated from characters: English runs at about four characters a token in the usual
vocabularies, and an estimate needs no tokenizer of a model that may not even be known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.records import Chunk, Document, Turn, Window

CHARACTERS_PER_TOKEN = 4.0
CHUNK_TOKENS = 180
CONTEXT_TURNS = 4


def estimate_tokens(text: str) -> int:
    return int(len(text) / CHARACTERS_PER_TOKEN) + 1


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


def pack_chunks(document: Document, tokens: int = CHUNK_TOKENS) -> tuple[Chunk, ...]:
    """Whole turns up to about ``tokens`` each; a longer turn is a chunk of its own."""
    return tuple(
        Chunk(document.id, number, turns[0].start, turns[-1].end, document.text[turns[0].start : turns[-1].end])
        for number, turns in enumerate(_pack(document, tokens))
    )


def pack_windows(document: Document, tokens: int) -> tuple[Window, ...]:
    """Whole turns up to about ``tokens`` each, with the few turns before as context."""
    windows = []
    for number, turns in enumerate(_pack(document, tokens)):
        first = document.turns.index(turns[0])
        windows.append(Window(document.id, number, turns, document.turns[max(0, first - CONTEXT_TURNS) : first]))
    return tuple(windows)


def split_window(window: Window) -> Sequence[Window]:
    """The window in two halves, for a model that cannot take it whole; one turn alone is not split: no halves."""
    middle = len(window.turns) // 2
    if middle == 0:
        return ()
    first, second = window.turns[:middle], window.turns[middle:]
    return (
        Window(window.document_id, window.number, first, window.context),
        Window(window.document_id, window.number, second, first[-CONTEXT_TURNS:]),
    )
