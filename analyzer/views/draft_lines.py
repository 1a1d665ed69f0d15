"""The lines of a draft as HTML: statement, strength, interval, words for it and against it, what would refute it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer.icp.render.layout import Block, Entry
from analyzer.scoring.intervals import Interval
from analyzer.views.charts import interval_bar
from analyzer.views.markup import bullets, own, quotation, said_by, tag, words

Page = Mapping[str, Any]
LONG = 4
LOOKS = {"strong": "kind", "thin": "warn"}


def draw_block(block: Block, lines: list[Page], page: Page) -> str:
    """A section; what all of its lines would repeat is said once. ``lines`` are those of the entries, as data."""
    look = ' class="long"' if len(block.entries) > LONG else ""
    refuted = _shared_refutation(block)
    shared = [block.shared] if block.shared else []
    shared += [f"Each is refuted by: {refuted}"] if refuted else []
    once = "".join(f'<p class="soft shared">{words(sentence)}</p>' for sentence in shared)
    drawn = [
        draw_entry(entry, line, page, says_refutation=not refuted)
        for entry, line in zip(block.entries, lines, strict=True)
    ]
    return f"<section{look}><h2>{words(block.heading)}</h2>{once}{bullets(drawn)}</section>"


def _shared_refutation(block: Block) -> str:
    said = {entry.refuted_by for entry in block.entries}
    return said.pop() if len(said) == 1 and len(block.entries) > 1 else ""


def draw_entry(entry: Entry, line: Page, page: Page, says_refutation: bool = True) -> str:
    """A statement with n of m, folding open to its evidence; one that rests on numbers says which."""
    said = own(entry.statement)
    if entry.strength:
        said += f" {tag(entry.strength, LOOKS.get(entry.strength, ''))}"
    said += _rate(line)
    rests_on = " ".join(part for part in (entry.support, f"({entry.source})" if entry.source else "") if part)
    said += f' <span class="support">{words(rests_on)}</span>' if rests_on else ""
    notes = "".join(_against(finding_id, sentence) for finding_id, sentence in entry.against)
    if says_refutation and entry.refuted_by:
        notes += f'<div class="note"><b>Refuted by:</b> {words(entry.refuted_by)}</div>'
    evidence: Mapping[str, Page] = page["evidence"]
    against = [i for i, _ in entry.against] + list(entry.more_against)
    folded = "".join(_quoted(evidence.get(i)) for i in entry.ids) + "".join(_opposed(evidence.get(i)) for i in against)
    if not folded:
        return said + notes
    return f'<details><summary>{said}</summary><div class="unfolded">{folded}</div></details>{notes}'


def _rate(line: Page) -> str:
    """A small bar where the line is a rate with an interval; its numbers stand in the words after it."""
    low, high, n, m = (line.get(key) for key in ("low", "high", "n", "m"))
    if low is None or high is None or n is None or not m:
        return ""
    return f' <span class="inline">{interval_bar(n / m, Interval(low, high))}</span>'


def _against(finding_id: str, sentence: str) -> str:
    said = own(sentence) if sentence else f"{words(finding_id)}, whose words this draft does not hold"
    return f'<div class="note"><b>Against:</b> {said}</div>'


def _opposed(finding: Page | None) -> str:
    return f'<div class="opposed"><b>Against</b>{_quoted(finding)}</div>' if finding else ""


def _quoted(finding: Page | None) -> str:
    """A finding's words with the way to them; a denial's with what was asked, since no page opens it."""
    if finding is None:
        return '<p class="soft">The words are not in this draft.</p>'
    whence = said_by(finding["speaker"], finding["title"], finding["account"], finding["said_on"])
    question = finding.get("question")
    asked = f" · asked “{own(question)}”" if question else ""
    return quotation(
        finding["quote"], f"{whence} · {own(finding['document'])}{asked}", "" if question else finding["id"]
    )
