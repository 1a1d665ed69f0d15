"""The people in a row of a table: their names, titles and addresses, and the company an address speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.reading.canonical import fold
from analyzer.reading.tables.cells import Cell, is_unknown, to_text
from analyzer.reading.tables.columns import Columns
from analyzer.reading.wordlists import words
from analyzer.records import Contact

_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_BEHIND_NAME = re.compile(r"\s*[(<\[][^()<>\[\]]*@[^()<>\[\]]*[)>\]]\s*$")
_LONGEST_CELL = 2_000


def contacts_in(cells: Sequence[Cell], columns: Columns, account: str) -> list[Contact]:
    """The people a row names: one, or several that a cell lists ("Ana Ruiz (ana@acme.example); Bo Lind")."""
    first, last, whole = (_words(cells, columns, f) for f in ("contact_first", "contact_last", "contact_name"))
    title, mail = _words(cells, columns, "contact_title"), find_address(_words(cells, columns, "contact_email"))
    attributes: dict[str, str] = {}
    if columns.of_contacts:
        attributes = {
            column: "" if is_unknown(cells[number]) else to_text(cells[number])
            for number, column in columns.kept
            if number not in columns.companys
        }
    named = [" ".join(part for part in (first, last) if part)] if first or last else whole.split(";")
    people: list[Contact] = []
    for name in (part.strip() for part in named):
        own = find_address(name) or (mail if len(named) == 1 else "")
        name = _BEHIND_NAME.sub("", name) if own else name
        if name or own:
            people.append(Contact(account, name or own, title if len(named) == 1 else "", own, dict(attributes)))
    return people


def find_address(text: str) -> str:
    """The first e-mail address in a cell, in lower case; "" when there is none."""
    match = _ADDRESS.search(text[:_LONGEST_CELL])
    return match[0].casefold() if match else ""


def company_domain(address: str) -> str:
    """The domain of an address at work; "" for one at a free mail service, which says nothing of a company."""
    domain = address.rpartition("@")[2].casefold()
    return "" if domain in words("free_mail") else domain


def unite(people: Sequence[tuple[int, Contact]]) -> tuple[list[Contact], list[int]]:
    """Each person once, and the rows of those who came again: the same account and address, or name where none is."""
    known: dict[tuple[str, str], Contact] = {}
    again: list[int] = []
    for row, person in people:
        key = (person.account.casefold(), person.email or person.name.casefold())
        if key in known:
            before = known[key]
            again.append(row)
            attributes = {k: before.attributes.get(k) or v for k, v in person.attributes.items()}
            person = Contact(before.account, before.name, before.title or person.title, before.email, attributes)
        known[key] = person
    return list(known.values()), again


def _words(cells: Sequence[Cell], columns: Columns, field: str) -> str:
    if field not in columns.place or is_unknown(cells[columns.place[field]]):
        return ""
    return fold(to_text(cells[columns.place[field]])[:_LONGEST_CELL])
