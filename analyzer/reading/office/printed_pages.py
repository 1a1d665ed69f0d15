"""Printed pages become running text: running heads and page numbers go, and words divided at a line's end are whole.

A line is taken for a running head only where it comes back at the same edge of many pages and nowhere else: a speaker's
name at the top of three pages also stands in the middle of others, and stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

_EDGE_LINES = 3
_LONGEST_HEAD = 200
_NUMBER = re.compile(r"(?<![\d:.,])\d{1,5}(?![\d:]|[.,]\d)")
_ONLY_PAGE = re.compile(r"(?:page )?1(?: ?(?:of|/) ?1)?|- ?1 ?-", re.IGNORECASE)
_DIVIDED = re.compile(r"(?P<left>[^\W\d_]+)(?P<hyphen>[-\u00ad\u2010])$")
_STARTS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u2010": "-", "\u2011": "-"}
)


def running_lines(pages: Sequence[str]) -> list[str]:
    """The lines of all pages in order, without running heads and page numbers, divided words put together."""
    divided = [[line.strip() for line in page.translate(_LIGATURES).split("\n")] for page in pages]
    # A hyphen that only the typesetter put into a line is in no word.
    lines = [line[:-1].replace("\u00ad", "") + line[-1:] for page in _without_heads(divided) for line in page]
    return _whole_words(lines)


# ------------------------------------------------------------------------------------------------ heads, page numbers


def _without_heads(pages: Sequence[list[str]]) -> Iterator[list[str]]:
    edges = {bottom: frozenset(_heads(pages, bottom)) for bottom in (False, True)}
    for number, page in enumerate(pages):
        size = _edge_size(page)
        for bottom, heads in edges.items():
            for _ in range(size):
                page = _trimmed(page)
                line = page[-bottom] if page else ""
                alone = bottom and len(pages) == 1 and _ONLY_PAGE.fullmatch(line)
                if heads.isdisjoint(_keys(line, number)) and not alone:
                    break
                page = page[:-1] if bottom else page[1:]
        yield _trimmed(page)


def _trimmed(page: list[str]) -> list[str]:
    """The page without the empty lines at its edges."""
    filled = [at for at, line in enumerate(page) if line]
    return page[filled[0] : filled[-1] + 1] if filled else []


def _edge_size(page: Sequence[str]) -> int:
    """How many lines may be heads: fewer of a short page, since more of it is its text."""
    return max(1, min(_EDGE_LINES, sum(map(bool, page)) // 4))


def _edge(page: Sequence[str], bottom: bool) -> list[str]:
    filled, size = [line for line in page if line], _edge_size(page)
    return filled[-size:] if bottom else filled[:size]


def _heads(pages: Sequence[list[str]], bottom: bool) -> Iterator[str]:
    """Keys of the lines that come back at this edge."""
    edges = [_edge(page, bottom) for page in pages]
    counts = Counter(
        key for number, edge in enumerate(edges) for key in {k for one in edge for k in _keys(one, number)}
    )
    inside = Counter(line for page in pages for line in [one for one in page if one][_EDGE_LINES:-_EDGE_LINES])
    labels = {line.partition(":")[0] for line in inside if ":" in line}
    for key, count in counts.items():
        is_numbered = "\0" in key
        enough = 2 if "\0" + "1" + "\0" in key and len(pages) == 2 else 3
        is_speech = ":" in key and key.partition(":")[0] in labels
        if count >= max(enough, 0.4 * len(pages)) and not is_speech and (is_numbered or inside[key] <= 1):
            yield key


def _keys(line: str, page: int) -> list[str]:
    """What makes two running heads the same: the line, or the line with one number counted from the page it is on."""
    if not line or len(line) > _LONGEST_HEAD:
        return []
    numbers = list(_NUMBER.finditer(line))[:6]
    counted = (f"{line[: one.start()]}\0{int(one[0]) - page}\0{line[one.end() :]}" for one in numbers)
    return [line, *counted]


# ------------------------------------------------------------------------------------------------------ divided words


def _whole_words(lines: Sequence[str]) -> list[str]:
    known = Counter(word.casefold() for line in lines for word in _words_of(line))
    breaks = [_break(line, below) for line, below in zip(lines, [*lines[1:], ""], strict=True)]
    # Programs that divide words do so all over a text; Word and browsers break only at hyphens that are the word's own.
    divides = any(known[left + right] and not known[f"{left}-{right}"] for left, right in filter(None, breaks))
    joined: list[list[str]] = []
    pending = False
    for line, parts in zip(lines, breaks, strict=True):
        cut = line[:-1] if parts and (line.endswith("\u00ad") or _is_divided(*parts, known, divides)) else line
        if pending:
            joined[-1].append(cut)
        else:
            joined.append([cut])
        pending = parts is not None
    return ["".join(pieces) for pieces in joined]


def _words_of(line: str) -> list[str]:
    """Its words but for the half at its end."""
    found = _DIVIDED.search(line[-100:])
    return _WORD.findall(line[: -len(found[0])] if found else line)


def _break(line: str, below: str) -> tuple[str, str] | None:
    """The halves of a word that a line's end divides; None where it divides none."""
    left, right = _DIVIDED.search(line[-100:]), _STARTS.match(below[:100])
    if not left or not right or not right[0][0].islower():
        return None
    return left["left"].casefold(), right[0].casefold()


def _is_divided(left: str, right: str, known: Counter[str], divides: bool) -> bool:
    """Whether the hyphen only stands for the line's end; where the text does not tell, it stays."""
    if known[f"{left}-{right}"]:
        return False
    return bool(known[left + right]) or (divides and not (known[left] and known[right]))
