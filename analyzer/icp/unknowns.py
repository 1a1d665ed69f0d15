"""What the study does not know: said plainly, each with the count that shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analyzer.records import Deal, Document, DocumentKind, Finding, Line, Outcome

ENOUGH_DEALS = 20
ENOUGH_INTERVIEWS = 8


def unknown_lines(
    documents: Sequence[Document],
    findings: Sequence[Finding],
    deals: Sequence[Deal],
    empty_sections: Sequence[str],
) -> tuple[Line, ...]:
    """Lines about too few deals or interviews, voices not heard, guesses not confirmed and empty sections."""
    lines = [*_about_deals(deals), *_about_voices(documents)]
    unreviewed = sum(f.status == "new" for f in findings)
    if unreviewed:
        lines.append(
            Line(f"{unreviewed} of {len(findings)} findings have not been looked at by a person.", source="reviews")
        )
    if empty_sections:
        lines.append(Line(f"Nothing was heard about: {', '.join(empty_sections)}.", source="findings"))
    return tuple(lines)


def _about_deals(deals: Sequence[Deal]) -> list[Line]:
    count = Counter(d.outcome for d in deals)
    won, lost = count[Outcome.WON], count[Outcome.LOST]
    if not deals:
        return [Line("No deals are imported: nothing here is checked against who bought.", source="deals")]
    if won < ENOUGH_DEALS or lost < ENOUGH_DEALS:
        return [
            Line(
                f"Too few deals to say what predicts winning: {won} won and {lost} lost, "
                f"{ENOUGH_DEALS} of each are needed.",
                source="deals",
            )
        ]
    return [
        Line(
            f"Which of these attributes cause winning: shares of {won} won and {lost} lost deals go together, no more.",
            source="deals",
        )
    ]


def _about_voices(documents: Sequence[Document]) -> list[Line]:
    interviews = [d for d in documents if d.kind == DocumentKind.INTERVIEW]
    lines = []
    if len(interviews) < ENOUGH_INTERVIEWS:
        lines.append(Line(f"Only {len(interviews)} interviews: a theme may be one person's view.", source="documents"))
    undated = [d.name for d in documents if d.said_on is None]
    if undated:
        lines.append(Line(f"When {len(undated)} documents were said: {', '.join(undated[:3])}.", source="documents"))
    homeless = [d.name for d in documents if not d.account]
    if homeless:
        lines.append(Line(f"Whose words {len(homeless)} documents are: {', '.join(homeless[:3])}.", source="documents"))
    return lines
