"""Documents nobody speaks in: call notes and job postings. A turn is a paragraph, a heading or a bullet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from analyzer.reading.canonical import RawTurn

_BULLET = re.compile(r"^\s*(?:[-*+•·‣▪◦●○□☐☑✓✔➢➤–—]|\[[ xX]\])\s+(?=\S)")
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}|[a-z])[.)]\s+\S")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+")
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$")
_WRAP_WIDTH = 110


def split_notes(lines: Sequence[str]) -> tuple[RawTurn, ...]:
    """Paragraphs and bullets in order, marks of bullets and headings left out, every word kept.

    Lines are joined only where the text is hard-wrapped: otherwise a line break is what its writer meant.
    """
    return tuple(RawTurn("", "\n".join(block)) for block in _blocks(lines))


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    longest = max((len(line.rstrip()) for line in lines), default=0)
    width = longest if 50 <= longest <= _WRAP_WIDTH else 0
    block: list[str] = []
    previous = ""
    for line in lines:
        if not line.strip() or _RULE.match(line):
            fresh, words = True, ""
        else:
            bullet = _BULLET.match(line) or _HEADING.match(line)
            words = line[bullet.end() :] if bullet else line
            wrapped = bool(width) and len(previous.rstrip()) >= 0.72 * width
            fresh = bool(bullet) or bool(_NUMBERED.match(line)) or bool(_HEADING.match(previous)) or not wrapped
        if fresh and block:
            yield block
            block = []
        if words.strip():
            block.append(words.strip())
        previous = line
    if block:
        yield block
