"""Who a speaker is, from what the study knows of people: the contacts of its accounts, and mail domains."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from analyzer.reading.canonical import fold
from analyzer.reading.guesses.naming import match_account, plain_words
from analyzer.reading.who.speakers import same_person
from analyzer.reading.wordlists import words
from analyzer.records import Contact, Participant, Side

_DOMAIN = re.compile(r"@(?P<domain>(?:[\w-]+\.)+[a-z]{2,})", re.IGNORECASE)


def recognise(
    who: Participant, contacts: Sequence[Contact], domains: Mapping[str, str], ours: Collection[str]
) -> Participant:
    """The speaker with title, company and side as far as a contact or a mail address tells them; what the file itself
    says stands. ``domains`` gives the account of a domain, ``ours`` are our companies."""
    if contact := _contact(who, contacts):
        side = Side.OURS if match_account(contact.account, ours) else Side.CUSTOMER
        return _with(who, contact.title, contact.account, side, f"is a contact of {contact.account}")
    for label in who.labels or (who.name,):
        address = _DOMAIN.search(label)
        domain = address["domain"].casefold() if address else ""
        if not domain or domain in words("free_mail"):
            continue
        if any("".join(plain_words(company)) == domain.split(".")[-2] for company in ours):
            return _with(who, "", "", Side.OURS, f"has an address at {domain}, which is ours")
        if domain in domains:
            return _with(who, "", domains[domain], Side.CUSTOMER, f"has an address at {domain}")
    return who


def is_contact(who: Participant, contacts: Sequence[Contact]) -> bool:
    """Whether the speaker is one of the contacts, and no other's namesake."""
    return _contact(who, contacts) is not None


def _contact(who: Participant, contacts: Sequence[Contact]) -> Contact | None:
    """The one contact the speaker is, by address or full name; None where two accounts have somebody of that name."""
    labels = {fold(label).casefold() for label in (*who.labels, who.name)}
    found = [c for c in contacts if c.email and c.email.casefold() in labels]
    found = found or [c for c in contacts if same_person(c.name, who.name)]
    if who.company and len(found) > 1:
        found = [c for c in found if match_account(c.account, [who.company])]
    return found[0] if len({c.account for c in found}) == 1 else None


def _with(who: Participant, title: str, company: str, side: Side, reason: str) -> Participant:
    known = who.side is not Side.UNKNOWN
    return replace(
        who,
        title=who.title or title,
        company=who.company or company,
        side=who.side if known else side,
        side_reason=who.side_reason if known else reason,
    )
