"""Safe HTML from escaped pieces. Words of documents, file names and names of people are data and pass through here.

There are two surfaces: ``words`` for HTML (st.html), ``plain`` for the Markdown of Streamlit's labels and messages.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from urllib.parse import quote as percent

from analyzer.printing import showable
from analyzer.records import Document, Finding, Side, Turn

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
SIDES = {Side.CUSTOMER: "customer", Side.OURS: "our side", Side.UNKNOWN: "side unknown"}


def words(text: str) -> str:
    """Text as it reads, in HTML."""
    return html.escape(showable(text))


def plain(text: str) -> str:
    """Text as it reads, in Markdown: every mark that could mean something is escaped, and a line stays a line."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(showable(text).split()))


def own(text: str) -> str:
    """Text in its own direction: letters written right to left do not reorder what stands beside them."""
    return f"<bdi>{words(text)}</bdi>"


def tag(text: str, look: str = "") -> str:
    return f'<span class="tag {look}">{words(text)}</span>'


def name_of(code: str) -> str:
    """A code as people read it: "call_note" is "call note"."""
    return code.replace("_", " ")


def said_by(speaker: str, title: str = "", account: str = "", said_on: date | str | None = None) -> str:
    """Who said it, where and when, as far as is known."""
    parts = [own(part) for part in (speaker or "not named", title, account, str(said_on or "")) if part]
    return " · ".join(parts)


def quotation(quote: str, whence: str, finding_id: str = "") -> str:
    """A quote with its source, and the way to its place. ``whence`` is HTML already."""
    link = f' · <a href="findings?finding={percent(finding_id)}">open in Findings</a>' if finding_id else ""
    return f'<blockquote class="quote">“{own(quote)}”<cite>{whence}{link}</cite></blockquote>'


def offered(quote: str, whence: str) -> str:
    """Words offered as a quote that did not hold; they must not look like evidence."""
    return f'<blockquote class="offered">“{own(quote)}”<cite>{whence}</cite></blockquote>'


def clock(seconds: float | None) -> str:
    """mm:ss from the start of the recording (minutes run past 59), "" where the file has no times."""
    return "" if seconds is None else f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"


def transcript(document: Document, finding: Finding) -> str:
    """Every turn of the document, with the finding's quote lit up in its place."""
    rows = "".join(_turn(document, turn, finding.start, finding.end) for turn in document.turns)
    name = words(f"Transcript of {document.name}")
    return f'<div class="transcript" role="region" tabindex="0" aria-label="{name}">{rows}</div>'


def _turn(document: Document, turn: Turn, start: int, end: int) -> str:
    first, last = max(turn.start, start), min(turn.end, end)
    text = document.text
    if first < last:
        said = f"{words(text[turn.start : first])}<mark>{words(text[first:last])}</mark>{words(text[last : turn.end])}"
    else:
        said = words(text[turn.start : turn.end])
    look = f"turn {turn.side.value}" + (" cited" if first < last else "")
    place = clock(turn.at) or f"#{turn.number + 1}"
    who = f'<span class="speaker">{own(turn.speaker)}</span>' if turn.speaker else ""
    spoken = f'<div>{who}<span class="said" dir="auto">{said}</span></div>'
    return f'<div class="{look}"><span class="at">{place}</span>{spoken}</div>'


def table(columns: Mapping[str, str], rows: Sequence[Mapping[str, str]], label: str) -> str:
    """A table; ``columns`` gives each key its heading, cells are HTML already."""
    head = "".join(f'<th scope="col">{words(heading)}</th>' for heading in columns.values())
    body = "".join("<tr>" + "".join(f"<td>{row.get(key, '')}</td>" for key in columns) + "</tr>" for row in rows)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{words(label)}">'
        f'<table class="rows"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def bullets(lines: Iterable[str], look: str = "") -> str:
    """A list; its lines are HTML already."""
    return f'<ul class="lines {look}">' + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"


def bar(points: float, low: float, high: float, most: float) -> str:
    """What is sure as a full bar, and up to where the unknown could bring it as a hatched one."""
    scale = 100 / most if most else 0.0
    sure = f'<i class="sure" style="width:{points * scale:.1f}%"></i>'
    unknown = f'<i class="open" style="left:{low * scale:.1f}%;width:{(high - low) * scale:.1f}%"></i>'
    return f'<span class="bar" aria-hidden="true">{sure}{unknown if high > low else ""}</span>'
