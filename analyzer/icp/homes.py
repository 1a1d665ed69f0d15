"""For whom a document counts in "n of m accounts": its account; and what stands apart, because it has none.

A document of no account is no account of its own. Where the same person is heard in several documents, they are one
voice: of the account where that person is known, or of the first of these documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analyzer.reading.wordlists import words
from analyzer.records import Denial, Document, Finding, Side
from analyzer.synthesis.persons import form_of

Voice = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Homes:
    """``of`` says by document id for whom it counts: the name of an account, or the id of a document of none.

    ``accounts`` are the accounts among them, ``nobody`` the ids of documents of none. ``shared`` are the names of
    people heard in several documents that are one for it, one of each group.
    """

    of: Mapping[str, str]
    accounts: tuple[str, ...]
    nobody: tuple[str, ...]
    shared: tuple[str, ...]

    def of_words(self, said: Finding | Denial) -> str:
        """For whom these words count."""
        return self.of.get(said.document_id) or said.account or said.document_id


@dataclass(frozen=True, slots=True)
class _Group:
    """Documents of no account in which the same people are heard."""

    voices: frozenset[Voice]
    documents: tuple[Document, ...]


def find_homes(documents: Iterable[Document]) -> Homes:
    """The home of every document; a name of one word, or one known at two accounts, joins nothing."""
    every = list(documents)
    of = {d.id: d.account for d in every if d.account}
    known: dict[Voice, set[str]] = {}
    for document in every:
        if document.account:
            for voice in _voices(document):
                known.setdefault(voice, set()).add(document.account)
    shared: list[str] = []
    for group in _groups([d for d in every if not d.account]):
        accounts = {account for voice in group.voices for account in known.get(voice, ())}
        home = accounts.pop() if len(accounts) == 1 else group.documents[0].id
        of |= {d.id: home for d in group.documents}
        if len(group.documents) > 1 or home != group.documents[0].id:
            shared.append(_heard_twice(group, known))
    named = {d.account for d in every if d.account}
    return Homes(of, tuple(sorted(named)), tuple(sorted({*of.values()} - named)), tuple(shared))


def _groups(documents: Iterable[Document]) -> list[_Group]:
    groups: list[_Group] = []
    for document in documents:
        voices = frozenset(_voices(document))
        same = [g for g in groups if g.voices & voices]
        earlier = tuple(d for g in same for d in g.documents)
        joined = _Group(voices.union(*(g.voices for g in same)), (*earlier, document))
        groups = [*(g for g in groups if g not in same), joined]
    return groups


def _heard_twice(group: _Group, known: Mapping[Voice, object]) -> str:
    """The person who makes the group one, as the first document writes the name."""
    names = [(p.name, form_of(p.name)) for d in group.documents for p in d.participants if p.side == Side.CUSTOMER]
    counts = {form: sum(form in _voices(d) for d in group.documents) + (form in known) for _, form in names}
    return next((name for name, form in names if form in group.voices and counts[form] > 1), names[0][0])


def _voices(document: Document) -> dict[Voice, None]:
    """The customer's people by whole name, in order; "Speaker 2" and "Kevin" could be anybody."""
    forms = (form_of(p.name) for p in document.participants if p.side == Side.CUSTOMER)
    return dict.fromkeys(form for form in forms if len(form) > 1 and form[0] not in words("role_labels"))
