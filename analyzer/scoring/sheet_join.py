"""Rows of a sheet that are accounts of the study: they are told from the study what they leave unknown.

The row's own cells win. A row is an account by its name as it is written, else by a domain (not one of free mail), else
by its name without case, punctuation and legal form, or where one name begins with the other, as documents are joined;
never where two accounts of the study fit, nor by a like name alone where both tell a domain and these differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from analyzer.reading.guesses.naming import is_distinctive, plain_words
from analyzer.reading.tables.cells import is_unknown, to_number
from analyzer.reading.tables.streaming import StreamedRow
from analyzer.reading.tables.synonyms import understand
from analyzer.reading.wordlists import words
from analyzer.records import Account, AccountReading, Finding, Signal
from analyzer.scoring.conditions import field_of_column
from analyzer.scoring.score import AS_KNOWN, Wording, told_signals

_NAMED = 3
_OWN = ("name", "attributes")
_FIELDS = tuple(field.name for field in fields(Account) if field.name not in _OWN)

Names = Mapping[Any, AccountReading | None]
"""Accounts by what they go by; None where two do."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What is known of a row's account: its own cells, filled from the study, and what was heard there."""

    account: Account
    signals: Sequence[Signal] | None
    findings: Sequence[Finding] | None
    wording: Wording


class KnownAccounts:
    """The study's accounts, to be found by name or domain; counts the rows that were joined to one."""

    def __init__(self, readings: Sequence[AccountReading]) -> None:
        spelt = [(r, plain_words(r.account.name)) for r in readings]
        free = words("free_mail")
        self._written = _by((r.account.name.casefold(), r) for r in readings)
        self._domains = _by((d, r) for r in readings if (d := _host(r.account)) and d not in free)
        # The same words parted otherwise are the same name: "Bell haven" is Bellhaven.
        self._same = _by(("".join(name), r) for r, name in spelt if name)
        self._first: dict[str, list[tuple[tuple[str, ...], AccountReading]]] = {}
        for reading, name in spelt:
            if name:
                self._first.setdefault(name[0], []).append((name, reading))
        self._joined = 0
        self._renamed: dict[str, str] = {}

    def find(self, account: Account) -> AccountReading | None:
        """The one account of the study that a row names; None when it names none, or may mean two."""
        name, domain = account.name.casefold(), _host(account)
        if name in self._written:
            return self._written[name]
        if domain in self._domains:
            return self._domains[domain]
        spelt = plain_words(account.name)
        if not spelt:
            return None
        whole = "".join(spelt)
        found = self._same[whole] if whole in self._same else self._beginning(spelt)
        return None if found is None or _differ(domain, _host(found.account)) else found

    def _beginning(self, spelt: tuple[str, ...]) -> AccountReading | None:
        alike = [reading for name, reading in self._first.get(spelt[0], ()) if _begins(spelt, name)]
        return alike[0] if len(alike) == 1 else None

    def join(self, account: Account, size_cell: str = "") -> Joined:
        """The row's account with what the study knows beside; ``size_cell`` are its employees as written."""
        reading = self.find(account)
        if reading is None:
            return Joined(account, None, None, Wording(size_cell) if size_cell else AS_KNOWN)
        self._count(account.name, reading.account.name)
        filled, lent = fill(account, reading.account)
        findings = reading.findings if reading.heard else None
        return Joined(filled, told_signals(reading), findings, Wording(size_cell, lent))

    def _count(self, name: str, known: str) -> None:
        self._joined += 1
        if name != known and len(self._renamed) < _NAMED:
            self._renamed.setdefault(name, known)

    def sentences(self) -> tuple[str, ...]:
        """How many rows were joined, and the first whose name differs."""
        if not self._joined:
            return ()
        rows = "1 row is an account" if self._joined == 1 else f"{self._joined} rows are accounts"
        said = f"{rows} of the study, which tells what a row leaves unknown, and what was heard"
        named = "; ".join(f"{name} is read as {known}" for name, known in self._renamed.items())
        return (f"{said}: {named}." if named else f"{said}.",)


def fill(row: Account, known: Account) -> tuple[Account, frozenset[str]]:
    """The row's account with the fields and columns it leaves unknown as the study has them, and which these are."""
    lent: dict[str, Any] = {
        name: value
        for name in _FIELDS
        if getattr(row, name) in ("", None, ()) and (value := getattr(known, name)) not in ("", None, ())
    }
    own = {name: cell for name, cell in row.attributes.items() if not is_unknown(cell)}
    told = {name.casefold() for name in own} | {name for name in _FIELDS if name not in lent and getattr(row, name)}
    cells = {
        name: cell
        for name, cell in known.attributes.items()
        if not is_unknown(cell) and not {name.casefold(), field_of_column(name.casefold())} & told
    }
    filled = replace(row, **lent, attributes={**cells, **own})
    return filled, frozenset((*lent, *(name.casefold() for name in cells)))


class SizeCells:
    """The columns of a sheet that may hold the number of employees, most telling first."""

    def __init__(self, header: Sequence[str]) -> None:
        ranks = [(understand(name).ranks.get("employees"), place) for place, name in enumerate(header)]
        self._places = [place for _, place in sorted((rank, place) for rank, place in ranks if rank is not None)]

    def cell_of(self, row: StreamedRow) -> str:
        """The cell that gave the account its employees, as it is written ("201-500"); "" where none reads so."""
        wanted = row.account.employees if row.account else None
        for place in self._places if wanted is not None else ():
            cell = " ".join(row.written[place].split()) if place < len(row.written) else ""
            number = to_number(cell) if cell else None
            if number is not None and round(number) == wanted:
                return cell
        return ""


def _by(pairs: Iterable[tuple[str, AccountReading]]) -> Names:
    found: dict[str, AccountReading | None] = {}
    for key, reading in pairs:
        found[key] = reading if key not in found else None
    return found


def _host(account: Account) -> str:
    return account.domain.casefold().removeprefix("www.")


def _differ(one: str, other: str) -> bool:
    """Whether two domains are of two companies; acme.de and acme.com are of one."""
    return bool(one and other) and one.partition(".")[0] != other.partition(".")[0]


def _begins(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter] and (shorter > 1 or is_distinctive(one[0]))
