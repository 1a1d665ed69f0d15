"""What the study does not know: said plainly, each with the count that shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analyzer.icp.material import Material
from analyzer.printing import counted
from analyzer.records import Deal, DocumentKind, Line, Outcome

ENOUGH_DEALS = 20
ENOUGH_INTERVIEWS = 8
NOTHING_READ = "Nothing has been read yet: press Extract, or `icp extract`."
SHOWN_NAMES = 3


def unknown_lines(material: Material, empty_sections: Sequence[str]) -> tuple[Line, ...]:
    """Lines about too few deals or interviews, documents not read, voices not heard, documents that disagree with the
    deals, guesses not confirmed and empty sections."""
    lines = [*_about_deals(material.deals), *_about_reading(material)]
    lines += [*_about_voices(material), *_about_disagreements(material)]
    unreviewed = sum(f.status == "new" for f in material.findings)
    if unreviewed:
        said = f"{unreviewed} of {counted(len(material.findings), 'finding')} {_have(unreviewed)} not been looked at"
        lines.append(Line(f"{said} by a person.", source="reviews"))
    if empty_sections and not material.is_unread:
        lines.append(Line(f"Nothing was heard about: {', '.join(empty_sections)}.", source="findings"))
    return tuple(lines)


def _have(number: int) -> str:
    return "has" if number == 1 else "have"


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


def _about_reading(material: Material) -> list[Line]:
    """Documents that were added and never read: nothing follows from their silence."""
    unread = len(material.documents) - len(material.read)
    if not unread or material.is_unread:  # the coverage says that nothing at all was read
        return []
    said = f"{unread} of {counted(len(material.documents), 'document')} {_have(unread)} not been read yet"
    return [Line(f"{said}: press Extract, or `icp extract`.", source="documents")]


def _about_voices(material: Material) -> list[Line]:
    interviews = sum(d.kind == DocumentKind.INTERVIEW for d in material.read)
    lines = []
    if not interviews and not material.is_unread:
        lines.append("No interview was heard.")
    elif interviews < ENOUGH_INTERVIEWS and not material.is_unread:
        lines.append(f"Only {counted(interviews, 'interview')}: a theme may be one person's view.")
    undated = [d.name for d in material.documents if d.said_on is None]
    if undated:
        was = "was" if len(undated) == 1 else "were"
        lines.append(f"When {counted(len(undated), 'document')} {was} said: {_named(undated)}.")
    homeless = [d.name for d in material.documents if not d.account]
    if homeless:
        are = "is" if len(homeless) == 1 else "are"
        lines.append(f"Whose words {counted(len(homeless), 'document')} {are}: {_named(homeless)}.")
    lines += [
        f"Whether {name}, heard in several documents, speaks for one account: they count as one."
        for name in material.homes.shared
    ]
    return [Line(line, source="documents") for line in lines]


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN_NAMES])


def _about_disagreements(material: Material) -> list[Line]:
    """Accounts whose documents say another end than their deals; those who left had been won before."""
    lines = []
    for account, of_deals in sorted(material.deal_outcomes.items()):
        told = {d.outcome for d in material.documents if d.account == account and d.outcome}
        fitting = {of_deals, Outcome.OPEN, *([Outcome.WON] if of_deals == Outcome.CHURNED else [])}
        earlier = {d.outcome for d in material.deals if d.account == account} - {of_deals}
        for outcome in sorted(told - fitting):
            said = f"{account}: the document says {outcome.value}, the deals {of_deals.value}"
            lines.append(f"{said} (the latest; an earlier one {outcome.value})." if outcome in earlier else f"{said}.")
    more = len(lines) - SHOWN_NAMES
    if more > 0:
        lines = lines[:SHOWN_NAMES]
        lines.append(f"{counted(more, 'more account')} where a document and the deals disagree on how it ended.")
    return [Line(line, source="documents and deals") for line in lines]
