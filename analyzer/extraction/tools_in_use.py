"""Which tools findings say are in use: a product that was seen, tried, left or is another's is in no tech stack.

A finding of kind tool names a product; here its own words must say, plainly, that the account runs it
(:mod:`analyzer.extraction.tool_use`); in a posting it is enough that knowledge of it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from analyzer.extraction.gazetteer import Gazetteer
from analyzer.extraction.tool_use import Use, read_use
from analyzer.records import AccountFact, DocumentKind, Finding, Kind, Status

_ASKED_FOR = re.compile(r"\b(?:in|with|using|knowledge of|on)$", re.IGNORECASE)
_NOT_ASKED = re.compile(
    r"\b(?:no|not|without|instead|replac\w+|mov(?:e|ing)|migrat\w+|leav\w+|switch\w*)\b", re.IGNORECASE
)


def find_tools_in_use(
    findings: Iterable[Finding],
    gazetteer: Gazetteer,
    kinds: Mapping[str, str],
    people: Collection[str] = (),
) -> tuple[AccountFact, ...]:
    """A fact for each tool of an account that a standing finding's words say is in use.

    ``kinds`` gives documents' kinds by id; ``people`` are names, since "Clay" may be a person or a product.
    """
    spoken = {part.casefold() for name in people for part in name.split()}
    made = []
    for finding in findings:
        if finding.kind != Kind.TOOL or finding.status == Status.REJECTED or not finding.account:
            continue
        kind = kinds.get(finding.document_id, DocumentKind.INTERVIEW.value)
        for tool in dict.fromkeys(_tools(finding.quote, gazetteer, kind, spoken)):
            made.append(
                AccountFact(
                    finding.account, "tools", tool, kind, finding.document, finding.said_on, "", "",
                    finding.document_id, finding.quote, finding.start, finding.end, finding.speaker,
                )
            )  # fmt: skip
    return tuple(made)


def _tools(quote: str, gazetteer: Gazetteer, kind: str, spoken: Collection[str]) -> Iterable[str]:
    mentions = tuple(gazetteer.find(quote))
    for mention in mentions:
        if mention.product.name.casefold() in spoken:
            continue
        use = read_use(quote, mention, mentions, kind)
        if use is Use.RUN or (use is Use.UNSAID and _is_asked_for(quote, mention.start, kind)):
            yield mention.product.name


def _is_asked_for(quote: str, at: int, kind: str) -> bool:
    """Whether a posting asks for it."""
    before = quote[:at].rstrip()
    return kind == DocumentKind.JOB_POSTING and bool(_ASKED_FOR.search(before)) and not _NOT_ASKED.search(before)
