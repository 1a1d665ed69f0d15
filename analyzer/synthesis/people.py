"""Who is who at an account: one person under several spellings becomes one, and nobody is joined on a guess.

"Priya", "Priya N." and "our CFO" are Priya Nair where participants, contacts or told titles leave exactly one who may
be meant; where two may, the words stay as said. What is plainly nobody (a product, a day, a company, one of our own
people) gives no name. What this cannot see: short names ("Deb" for Deborah), and a title that has changed hands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analyzer.extraction.mentions import NAME, PRONOUN, PersonMention, find_people, word_lists
from analyzer.extraction.titles import Title, find_titles, read_title
from analyzer.reading.guesses.naming import plain_words
from analyzer.reading.wordlists import words as word_list
from analyzer.records import (
    NOT_NAMED,
    TO_BE_HIRED,
    Contact,
    Document,
    DocumentKind,
    Finding,
    Kind,
    Participant,
    Side,
)
from analyzer.synthesis.persons import (
    SPEAKER_WORDS,
    Person,
    Said,
    form_of,
    is_of,
    is_short_for,
    parse_person,
    usual_name,
)
from analyzer.synthesis.told_names import look_all_up


def _never(_name: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Roster:
    """What is known of an account's people beside documents, and which names are nobody's.

    ``contacts`` are the account's own, ``companies`` the names of accounts and of our company; ``is_product`` tells
    whether words name a product.
    """

    contacts: tuple[Contact, ...] = ()
    buyer_titles: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    is_product: Callable[[str], bool] = _never


@dataclass(frozen=True, slots=True)
class People:
    """The people of one account by key; ``told`` are the keys of those a role finding is about, by its id."""

    by_key: Mapping[str, Person]
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def called(self, words: str) -> str:
        """The key of the one person these words name, by name or by title; "" for nobody or several."""
        found = {key for said in parse_person(words) if (key := self._one(said))}
        return found.pop() if len(found) == 1 else ""

    def named_in(self, words: str) -> tuple[PersonMention, ...]:
        """Where the words name one of them, as the name is written elsewhere or by the first name that is only theirs,
        left to right."""
        found = [
            PersonMention(NAME, name, place.start(), place.end())
            for person in self.by_key.values()
            if person.forms
            for name in (person.name, *person.also_called, *self._first_name(person))
            for place in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", words)
        ]
        found.sort(key=lambda m: (m.start, -m.end))
        return tuple(m for n, m in enumerate(found) if not n or m.start >= max(f.end for f in found[:n]))

    def _first_name(self, person: Person) -> tuple[str, ...]:
        """The first name as written, where it can mean nobody else and is no ordinary word ("Will", "May")."""
        first, _, rest = person.name.partition(" ")
        is_plain = len(first) > 2 and form_of(first)[:1] == person.forms[0][:1] and first[:1].isupper()
        if not rest or not is_plain or form_of(first)[0] in word_lists()["not_names"]:
            return ()
        return (first,) if self.called(first) == person.key else ()

    def _one(self, said: Said) -> str:
        if said.form:
            matches = [p.key for p in self.by_key.values() if p.forms and is_of(said.form, p.forms)]
            return matches[0] if len(matches) == 1 else ""
        if not said.title:
            return f"body {said.body}" if f"body {said.body}" in self.by_key else ""
        return _holder(read_title(said.title), self.by_key.values()) or _known(f"title {usual_name(said)}", self.by_key)


def _known(key: str, keys: Mapping[str, Person]) -> str:
    return key if key in keys else ""


# ------------------------------------------------------------------------------------------------------------ nobody


def _is_nobody(
    said: Said, roster: Roster, companies: frozenset[tuple[str, ...]], documents: Sequence[Document]
) -> bool:
    """Whether a name is plainly no person's: a product, a company, a day or another ordinary word."""
    ordinary = {*word_lists()["not_names"]}
    plain = plain_words(said.name)
    return (
        not said.form
        or all(part in ordinary for part in said.form)
        or said.form[-1] in word_list("legal_forms")
        or plain in companies
        or roster.is_product(said.name)
        or _is_thing(said.name, documents)
    )


def _is_thing(name: str, documents: Iterable[Document]) -> bool:
    """Whether a document has the name behind "a" or "an" ("a Google Calendar")."""
    pattern = re.compile(rf"\ban? {re.escape(name)}(?!\w)")
    return any(pattern.search(document.text) for document in documents)


def _only_commands(name: str, finding: Finding, document: Document | None) -> bool:
    """Whether one word that opens a line of a posting ("Help choose ...") is taken for a name."""
    is_posting = document is not None and document.kind == DocumentKind.JOB_POSTING
    return is_posting and " " not in name and finding.quote.lstrip(" -*•·–\t").startswith(name)


def _opening_name(quote: str, names: Iterable[str]) -> str:
    """The known name that opens a quote of nobody, where it names nobody else ("Curtis wouldn't let it go further")."""
    opening = [name for name in names if re.match(rf"{re.escape(name)}(?!\w)", quote)]
    longest = max(opening, key=len, default="")
    others = [m for m in find_people(quote[len(longest) :]) if m.how != PRONOUN]
    return "" if others else longest


# ------------------------------------------------------------------------------------------------------ telling apart


@dataclass(frozen=True, slots=True)
class _Sighting:
    """One place where a name stands: with a title, if one stands there; ``source`` says where."""

    name: str
    title: str
    source: str
    rank: int
    has_spoken: bool = False
    is_contact: bool = False

    @property
    def form(self) -> tuple[str, ...]:
        return form_of(self.name)


def tell_apart(documents: Sequence[Document], findings: Sequence[Finding], roster: Roster) -> People:
    """The people of one account: who takes part, the contacts, and whom role findings are about."""
    by_id = {d.id: d for d in documents}
    told = {f.id: _told_by(f, by_id.get(f.document_id)) for f in findings if f.kind == Kind.ROLE}
    sightings = [*_taking_part(documents), *_in_crm(roster.contacts)]
    listed = {s.form for s in sightings}
    companies = frozenset(plain_words(name) for name in roster.companies)
    ours = {form_of(p.name) for d in documents for p in d.participants if p.name and p.side == Side.OURS}

    def is_person(said: Said) -> bool:
        if any(is_short_for(said.form, form) or said.form == form for form in listed):
            return True
        is_ours = any(said.form == form or is_short_for(said.form, form) for form in ours)
        return not is_ours and not _is_nobody(said, roster, companies, documents)

    kept = {
        # "priya nair" is no body where somebody is called so.
        i: [Said(s.body) if s.body and form_of(s.body) in listed else s for s in said if not s.name or is_person(s)]
        for i, said in told.items()
    }
    sightings += [_Sighting(s.name, s.title, "said", 2) for said in kept.values() for s in said if s.name]
    spelt = {s.name for s in sightings}
    for finding in findings:
        if finding.kind == Kind.ROLE and not finding.person.strip():
            kept[finding.id] += [Said(name) for name in (_opening_name(finding.quote, spelt),) if name]
    people = look_all_up(_join(sightings), documents)
    keys: dict[str, tuple[str, ...]] = {}
    for finding in sorted((f for f in findings if f.kind == Kind.ROLE), key=lambda f: f.id):
        found = [_place(said, people) for said in kept[finding.id]]
        people |= {p.key: p for p in found if p.key not in people}
        keys[finding.id] = tuple(dict.fromkeys(p.key for p in found)) or (f"nobody {finding.category}",)
        people.setdefault(f"nobody {finding.category}", Person(f"nobody {finding.category}", NOT_NAMED))
    known = People(people, keys)
    also = {
        f.id: tuple(dict.fromkeys((*keys[f.id], *_decide_too(f, known))))
        for f in findings
        if f.kind == Kind.ROLE and f.category == "economic_buyer"
    }
    return People(people, {**keys, **also})


# "Angela decides" beside "approved by the board": a clause of its own, and no "if", "not" or "will" in it.
_DECIDES = re.compile(
    r" (?:also |always |personally |ultimately |usually )?(?:decides|signs(?: off| everything| the \w+)?|approves"
    r"|has the (?:final|last) (?:say|word|call)|makes the (?:final )?(?:decision|call)|(?:owns|holds) the budget)"
    r"(?=\s?(?:[.,;:!)]|$|on\b|for\b|and\b|over\b))"
)


def _decide_too(finding: Finding, people: People) -> Iterator[str]:
    """The known people whom the words name and say to decide, whoever else the finding is about."""
    for mention in people.named_in(finding.quote):
        opens = re.search(r"(?:^|[.,;:–—(]\s*|\b(?:and|but)\s)\W*$", finding.quote[: mention.start])
        if opens and _DECIDES.match(finding.quote, mention.end) and (key := people.called(mention.person)):
            yield key


def _told_by(finding: Finding, document: Document | None) -> tuple[Said, ...]:
    if SPEAKER_WORDS.fullmatch(finding.person.strip()):
        return (Said(finding.speaker, finding.title),) if finding.speaker else ()
    if document is not None and document.kind == DocumentKind.JOB_POSTING and find_titles(finding.person):
        return (Said(body=f"{TO_BE_HIRED}: {finding.person.strip()}"),)
    person = finding.person.strip()
    # "My boss" is another person with every speaker.
    if finding.speaker and person.lower().startswith("my ") and not read_title(person):
        person = f"{person[3:]} of {finding.speaker}"
        return (Said(body=person),)
    said = tuple(s for s in parse_person(person) if not _only_commands(s.name, finding, document))
    is_speaker = len(said) == 1 and finding.title and said[0].form == form_of(finding.speaker)
    return (replace(said[0], title=said[0].title or finding.title),) if is_speaker else said


def _taking_part(documents: Sequence[Document]) -> Iterator[_Sighting]:
    for document in documents:
        for who in document.participants:
            if who.side != Side.OURS and _is_named(who):
                is_theirs = who.side == Side.CUSTOMER
                yield _Sighting(who.name, who.title, f"participant of {document.name}", 0, has_spoken=is_theirs)


def _is_named(who: Participant) -> bool:
    """Whether a participant has a name, and is no "Speaker 2"."""
    form = form_of(who.name)
    return bool(form) and form[0] not in word_list("role_labels")


def _in_crm(contacts: Iterable[Contact]) -> Iterator[_Sighting]:
    for contact in contacts:
        if form_of(contact.name):
            last, comma, first = contact.name.partition(", ")
            name = f"{first} {last}" if comma and not find_titles(first) else contact.name
            yield _Sighting(name, contact.title, "contacts", 1, is_contact=True)


def _join(sightings: Sequence[_Sighting]) -> list[Person]:
    """Fullest names first; a shorter one goes to the one person it can be short for, unless their titles differ."""
    groups: list[list[_Sighting]] = []
    by_form: dict[tuple[str, ...], list[_Sighting]] = {}
    for sighting in sightings:
        by_form.setdefault(sighting.form, []).append(sighting)
    for form in sorted(by_form, key=lambda f: (-sum(len(part) > 1 for part in f), -len(f), f)):
        mine = by_form[form]
        fitting = [g for g in groups if is_short_for(form, g[0].form)]
        if len(fitting) == 1 and not _differ(mine, fitting[0]):
            fitting[0].extend(mine)
        else:
            groups.append(list(mine))
    return [_person(group) for group in groups]


def _differ(one: Iterable[_Sighting], other: Iterable[_Sighting]) -> bool:
    """Whether titles of both are known and none is of one function."""
    mine, theirs = ({t.function for s in some if (t := read_title(s.title))} for some in (one, other))
    return bool(mine and theirs and not mine & theirs)


def _person(group: Sequence[_Sighting]) -> Person:
    forms = sorted({s.form for s in group}, key=lambda f: (-sum(len(part) > 1 for part in f), -len(f), f))
    spelt = sorted(group, key=lambda s: (s.form != forms[0], s.rank, s.name.isupper() or s.name.islower(), s.name))
    titled = sorted((s for s in group if s.title), key=lambda s: (s.rank, -len(s.title), s.title, s.source))
    name = spelt[0].name
    return Person(
        key="person " + " ".join(forms[0]),
        name=name,
        title=titled[0].title if titled else "",
        title_source=titled[0].source if titled else "",
        forms=tuple(forms),
        also_called=tuple(sorted({s.name for s in group} - {name})),
        has_spoken=any(s.has_spoken for s in group),
        is_contact=any(s.is_contact for s in group),
    )


def _holder(title: Title | None, people: Iterable[Person]) -> str:
    """The key of the one named person who holds a title that is more than a bare rank; "" for none or two."""
    if title is None or title.is_generic:
        return ""
    holders = [p.key for p in people if p.forms and p.title and read_title(p.title) == title]
    return holders[0] if len(holders) == 1 else ""


def _place(said: Said, people: Mapping[str, Person]) -> Person:
    """The person who is meant, or a function of its own."""
    if said.form:
        exact = [p for p in people.values() if said.form in p.forms]
        return exact[0]
    if said.body.startswith(TO_BE_HIRED):
        return Person(f"hired {said.body.casefold()}", TO_BE_HIRED, said.body.partition(": ")[2], "said")
    if not said.title:
        return Person(f"body {said.body}", NOT_NAMED, said.body, "said")
    holder = _holder(read_title(said.title), people.values())
    return people[holder] if holder else Person(f"title {usual_name(said)}", NOT_NAMED, said.title, "said")
