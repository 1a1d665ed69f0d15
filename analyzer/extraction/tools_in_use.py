"""Which tools findings say are in use: a product that was seen, tried, left or is another's is in no tech stack.

A finding of kind tool names a product; here its own words must say, plainly, that the account runs it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from analyzer.extraction.gazetteer import Gazetteer
from analyzer.records import AccountFact, DocumentKind, Finding, Kind, Status

_A = r"(?:(?: an?| the| our| all| both| IBM)*)"
_SAID = re.compile(
    r"\bwe(?:['’]re| are)(?: all| still| now| just)? (?:on|using|running on|running)"
    r"|\bwe(?: also| still| mostly| mainly| all| just| do)? (?:use|run on|run|have|work in|live in|keep it in)"
    r"|\bwe(?:['’]ve| have) got"
    r"|\bour(?: \w+){1,4} (?:has run on|runs on|run on|lives in|sits in|runs|run|is|are)",
    re.IGNORECASE,
)
_ASKED_FOR = re.compile(r"\b(?:in|with|using|knowledge of|on)$", re.IGNORECASE)
_NOTED = re.compile(
    r"\b(?:wms|crm|erp|tms|hris|stack|accounting)\s*(?:=|:|-|is)?$"
    r"|\bthey(?:['’]re| are) (?:on|using)$|\bthey (?:use|run)$",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:used to|looked?|looking|saw|seen|demo\w*|pilot\w*|trial\w*|tr(?:y|ied|ying)|consider\w*|evaluat\w*"
    r"|compar\w*|supposed|never|not|no|without|if|would|could|might|may|mov(?:e|ed|ing)|switch\w*|replac\w*|leav\w+"
    r"|left|ripp\w+|cancel\w*|next (?:year|month)"
    r"|going to|before|until|instead|quote|pitch\w*|shortlist\w*|had|was|were|will|want\w*|plus a)\b|n['’]t\b",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"\W*(?:out\b|in for\b|on site\b|connector|integration|partner|rep\b|['’]s\b|guy|people)", re.I
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
    if _DOUBT.search(quote):
        return
    for mention in gazetteer.find(quote):
        before = re.sub(rf"{_A}\s*$", "", quote[: mention.start], flags=re.I)
        if mention.product.name.casefold() in spoken or _TAKEN_BACK.match(quote, mention.end):
            continue
        is_said = any(m.end() == len(before) for m in _SAID.finditer(before))
        if is_said or _is_written(before, quote, mention.start, kind):
            yield mention.product.name


def _is_written(before: str, quote: str, at: int, kind: str) -> bool:
    """Whether a posting asks for it, or a note lists it."""
    if kind == DocumentKind.JOB_POSTING:
        return bool(_ASKED_FOR.search(quote[:at].rstrip()))
    return kind == DocumentKind.CALL_NOTE and bool(_NOTED.search(before.rstrip()))
