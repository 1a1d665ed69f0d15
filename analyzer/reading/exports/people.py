"""Who takes part, as lists of people in an export say: names for numbers, titles, companies, and whose side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from analyzer.reading.canonical import fold
from analyzer.reading.exports.keys import keys, pick, plain, plain_keys, table
from analyzer.reading.exports.said import id_of
from analyzer.reading.wordlists import words
from analyzer.records import Participant, Side

_MOST_PEOPLE = 2_000
_FLAGS = {"isexternal": False, "external": False, "isinternal": True, "isrep": True, "iscustomer": False}
_ANONYMOUS = ("signedinuser", "anonymoususer", "phoneuser")


@dataclass(frozen=True, slots=True)
class Person:
    """``ids`` are what the transcript may call this person; ``side`` is what the file states, with its reason."""

    name: str
    ids: frozenset[str] = frozenset()
    title: str = ""
    company: str = ""
    email: str = ""
    side: Side = Side.UNKNOWN
    side_reason: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Everybody the file lists."""

    persons: tuple[Person, ...] = ()

    def names(self) -> dict[str, str]:
        """The name of each id that belongs to one person only."""
        found: dict[str, str] = {}
        doubtful: set[str] = set()
        for person in self.persons:
            for one in person.ids:
                if found.setdefault(one, person.name) != person.name:
                    doubtful.add(one)
        return {one: name for one, name in found.items() if one not in doubtful}

    def participants(self) -> tuple[Participant, ...]:
        """One a name, with whatever any entry of the name states."""
        known: dict[str, Person] = {}
        for person in self.persons:
            before = known.get(person.name.casefold())
            known[person.name.casefold()] = person if before is None else _together(before, person)
        return tuple(Participant(p.name, p.title, p.company, p.side, p.side_reason) for p in known.values())


def _together(first: Person, second: Person) -> Person:
    surer = first if first.side is not Side.UNKNOWN else second
    return replace(
        first,
        title=first.title or second.title,
        company=first.company or second.company,
        side=surer.side,
        side_reason=surer.side_reason,
    )


def find_people(holders: Iterable[Mapping[str, Any]], speakers: Iterable[Any] = ()) -> People:
    """The people listed in the objects around a transcript, and those its entries describe (``speakers``)."""
    persons: list[Person] = []
    host = ""
    for flat in (plain_keys(holder) for holder in holders):
        host = host or _host_domain(flat)
        for key in keys("people"):
            if isinstance(flat.get(key), list | dict):
                persons.extend(_listed(flat[key]))
    persons.extend(person for one in speakers if isinstance(one, dict) and (person := _person(one)))
    return People(tuple(_with_side_of_mail(person, host) for person in persons[:_MOST_PEOPLE]))


def _listed(value: Any) -> Iterator[Person]:
    if isinstance(value, list):
        for one in value[:_MOST_PEOPLE]:
            if isinstance(one, dict) and (person := _person(one)):
                yield person
        return
    if person := _person(value):
        yield person
        return
    # {"0": "Dana Ortiz", "1": {"name": "Ben Ash"}}
    for key, one in list(value.items())[:_MOST_PEOPLE]:
        person = Person(fold(one)) if isinstance(one, str) else _person(one) if isinstance(one, dict) else None
        if person and person.name:
            yield replace(person, ids=person.ids | {id_of(key)})


def _person(entry: Mapping[str, Any]) -> Person | None:
    flat = plain_keys(entry)
    email = _text(pick(flat, "emails"))
    resource = next((flat[key] for key in _ANONYMOUS if isinstance(flat.get(key), dict)), None)
    ids = {id_of(flat.get(key)) for key in keys("person_ids")}
    if resource is not None:  # Google Meet: `name` is the participant's path, the name stands one deeper
        ids.add(id_of(flat.get("name")))
        flat = plain_keys(resource)
    name = _text(next((flat[key] for key in keys("names") if _text(flat.get(key)).strip()), ""))
    name = name or f"{_text(flat.get('firstname'))} {_text(flat.get('lastname'))}".strip() or email
    if not fold(name):
        return None
    side, reason = _stated_side(flat)
    title, company = _text(pick(flat, "titles")), pick(flat, "companies")
    company = company.get("name") if isinstance(company, dict) else company
    # "role: customer" says whose side, and is no title.
    title = "" if plain(title) in {word for said in table("sides").values() for word in said} else title
    return Person(fold(name)[:300], frozenset(ids - {""}), fold(title), fold(_text(company)), email, side, reason)


def _stated_side(flat: Mapping[str, Any]) -> tuple[Side, str]:
    for key in ("affiliation", "speakertype", "type", "usertype", "role", "side", "kind"):
        said = plain(_text(flat.get(key)))
        for side, spelt in table("sides").items():
            if said in spelt:
                return Side(side), f"the file marks them as {said}"
    for key, ours in _FLAGS.items():
        if isinstance(flat.get(key), bool):
            side = Side.OURS if flat[key] is ours else Side.CUSTOMER
            return side, f"the file marks them as {'one of ours' if side is Side.OURS else 'external'}"
    return Side.UNKNOWN, ""


def _with_side_of_mail(person: Person, host: str) -> Person:
    domain = domain_of(person.email)
    if person.side is not Side.UNKNOWN or not host or not domain or host in words("free_mail"):
        return person
    side = Side.OURS if domain == host else Side.CUSTOMER
    reason = f"their mail address is {'in' if side is Side.OURS else 'outside'} the host's domain {host}"
    return replace(person, side=side, side_reason=reason)


def _host_domain(flat: Mapping[str, Any]) -> str:
    for key in keys("hosts"):
        value = flat.get(key)
        if isinstance(value, dict):
            value = pick(plain_keys(value), "emails")
        if domain := domain_of(_text(value)):
            return domain
    return ""


def domain_of(address: str) -> str:
    """ "dana@northwind.example" is northwind.example; "" when it is no address."""
    return address.rpartition("@")[2].strip().casefold() if "@" in address else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
