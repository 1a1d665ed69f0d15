"""Accounts that a table spells in another way than itself or the study: which are the same company.

Two names are one by their words (case, punctuation and legal form aside) or by a domain that no other account has; the
beginning of a name stands for it only beside the study's accounts. Wherever two accounts could be meant, and where the
domains contradict, both stay apart: an account counted twice can still be joined, one lost in another cannot be found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from analyzer.errors import TableError
from analyzer.reading.guesses.naming import match_account, plain_words
from analyzer.reading.tables.placing import is_social
from analyzer.reading.wordlists import words
from analyzer.records import Account

if TYPE_CHECKING:
    from analyzer.reading.tables.accounts import AccountTable

SAME_WORDS, SAME_DOMAIN, BEGINS = "the same words", "the same domain", "one name begins with the other"


@dataclass(frozen=True, slots=True)
class Joining:
    """A name of a table that was read as another account's."""

    name: str
    account: str
    why: str

    @property
    def sentence(self) -> str:
        return f"{self.name} is read as {self.account} ({self.why})"


@dataclass(frozen=True, slots=True)
class _Named:
    """An account as it is compared."""

    name: str
    domain: str

    @property
    def glued(self) -> str:
        return "".join(plain_words(self.name))

    def contradicts(self, other: _Named) -> bool:
        """Both have a domain of their own, and not the same one."""
        return bool(self.domain and other.domain) and self.domain != other.domain


def _named(account: Account) -> _Named:
    domain = account.domain.casefold().removeprefix("www.")
    return _Named(account.name, "" if domain in words("free_mail") or is_social(domain) else domain)


# ----------------------------------------------------------------------------------------------------- within one table


def join_spellings(accounts: Iterable[Account], apart: Collection[str] = ()) -> tuple[dict[str, str], list[Joining]]:
    """Each name of a table with the name its account has: the first spelling; and what was joined.

    ``accounts`` are those of the rows, in their order; names in ``apart`` (without regard to case) stay by themselves.
    """
    firsts: dict[str, str] = {}
    domains: dict[str, str] = {}
    spelt: dict[str, str] = {}
    joinings: list[Joining] = []
    for account in accounts:
        first = firsts.setdefault(account.name.casefold(), account.name)
        if first != account.name and account.name not in spelt:
            joinings.append(Joining(account.name, first, SAME_WORDS))
        spelt[account.name] = first
        domains[first] = domains.get(first) or _named(account).domain
    kept = {name.casefold() for name in apart}
    free = [_Named(name, domain) for name, domain in domains.items() if name.casefold() not in kept]
    read_as: dict[str, str] = {}
    for why, group in (*_groups_of_words(free), *_groups_of_domains(free)):
        alone = [one.name for one in group if one.name not in read_as]
        taken = [read_as[one.name] for one in group if one.name in read_as]
        target = taken[0] if taken else alone[0]
        for name in alone:
            if name != target:
                read_as[name] = target
                joinings.append(Joining(name, target, why))
    return {name: _end(first, read_as) for name, first in spelt.items()}, joinings


def _end(name: str, read_as: Mapping[str, str]) -> str:
    while name in read_as:
        name = read_as[name]
    return name


def _groups_of_words(named: Sequence[_Named]) -> list[tuple[str, list[_Named]]]:
    """Of the same words; where several domains are among them, nobody knows whose the others are."""
    groups = _by(named, lambda one: one.glued)
    return [
        (SAME_WORDS, group) for group in groups if len(group) > 1 and len({o.domain for o in group if o.domain}) < 2
    ]


def _groups_of_domains(named: Sequence[_Named]) -> list[tuple[str, list[_Named]]]:
    """Of one domain, where each name begins the next longer one: "Acme UK" and "Acme France" share theirs."""
    found = []
    for group in _by(named, lambda one: one.domain):
        spelt = sorted((plain_words(one.name) for one in group), key=len)
        if len(group) > 1 and spelt[0] and all(b[: len(a)] == a for a, b in pairwise(spelt)):
            found.append((SAME_DOMAIN, group))
    return found


def _by(named: Iterable[_Named], key: Callable[[_Named], Hashable]) -> list[list[_Named]]:
    groups: dict[Hashable, list[_Named]] = defaultdict(list)
    for one in named:
        groups[key(one)].append(one)
    return [group for value, group in groups.items() if value]


# ------------------------------------------------------------------------------------------------- with the study's own


def join_table(
    table: AccountTable, known: Sequence[Account], apart: Collection[str] = ()
) -> tuple[AccountTable, tuple[Joining, ...]]:
    """The table with its accounts under the names the study has for them, and each joining.

    Names in ``apart`` (without regard to case) stay accounts of their own. Raises TableError for one that the table
    does not have.
    """
    names = {account.name.casefold() for account in table.accounts} | {j.name.casefold() for j in table.joinings}
    if unheard := [name for name in apart if name.casefold() not in names]:
        raise TableError(
            f"{table.name}: has no account {', '.join(unheard)} to keep apart. Write it as the table does."
        )
    joinings = find_same(table.accounts, known, apart)
    return rename(table, {j.name: j.account for j in joinings}), tuple(j for j in joinings if j.name != j.account)


def find_same(accounts: Sequence[Account], known: Sequence[Account], apart: Collection[str] = ()) -> list[Joining]:
    """Which of the ``known`` each account is, the surest sign first; no account is found for two, none is two."""
    kept = {name.casefold() for name in apart}
    ours = {account.name: _named(account) for account in known}
    theirs = {account.name: _named(account) for account in accounts}
    found = _spelt_alike(theirs, ours, kept)
    taken = {joining.account for joining in found}
    settled = {joining.name for joining in found} | {name for name in theirs if name.casefold() in kept}
    for why, candidates in (
        (SAME_WORDS, _candidates(lambda one: one.glued)),
        (SAME_DOMAIN, _candidates(lambda one: one.domain)),
        (BEGINS, _beginning),
    ):
        waiting = {name: one for name, one in theirs.items() if name not in settled}
        free = {name: one for name, one in ours.items() if name not in taken}
        claims = candidates(waiting, free)
        claimed = defaultdict(list)
        for name, fitting in claims.items():
            for one in fitting:
                claimed[one].append(name)
        for name, fitting in claims.items():
            if len(fitting) == 1 and len(claimed[fitting[0]]) == 1:
                found.append(Joining(name, fitting[0], why))
                settled.add(name)
                taken.add(fitting[0])
    return found


def _spelt_alike(theirs: Mapping[str, _Named], ours: Mapping[str, _Named], kept: Collection[str]) -> list[Joining]:
    """Equal names, up to case where one account alone is called so."""
    folded: dict[str, list[str]] = defaultdict(list)
    for name in ours:
        folded[name.casefold()].append(name)
    found = []
    for name in theirs:
        alike = folded.get(name.casefold(), [])
        if name in ours:
            found.append(Joining(name, name, SAME_WORDS))
        elif len(alike) == 1 and name.casefold() not in kept:
            found.append(Joining(name, alike[0], SAME_WORDS))
    return found


_Candidates = Callable[[Mapping[str, _Named], Mapping[str, _Named]], dict[str, list[str]]]


def _candidates(key: Callable[[_Named], str]) -> _Candidates:
    """For each name the free accounts with the same ``key`` whose domain does not contradict."""

    def find(waiting: Mapping[str, _Named], free: Mapping[str, _Named]) -> dict[str, list[str]]:
        places: dict[str, list[_Named]] = defaultdict(list)
        for one in free.values():
            if key(one):
                places[key(one)].append(one)
        return {
            name: [other.name for other in places.get(key(one), ()) if not one.contradicts(other)]
            for name, one in waiting.items()
        }

    return find


def _beginning(waiting: Mapping[str, _Named], free: Mapping[str, _Named]) -> dict[str, list[str]]:
    """For each name the free accounts whose name begins with it, or begins it."""
    places: dict[str, list[_Named]] = defaultdict(list)
    for one in free.values():
        if plain := plain_words(one.name):
            places[plain[0]].append(one)
    found: dict[str, list[str]] = {}
    for name, one in waiting.items():
        plain = plain_words(name)
        fitting = [other for other in places.get(plain[0], ()) if match_account(name, [other.name])] if plain else []
        # Where two could be meant, a domain that contradicts one of them does not make the other certain.
        found[name] = [] if any(one.contradicts(other) for other in fitting) else [other.name for other in fitting]
    return found


def rename(table: AccountTable, names: Mapping[str, str]) -> AccountTable:
    """The table with its accounts, deals and people under other names of accounts."""
    if all(name == new for name, new in names.items()):
        return table
    return replace(
        table,
        accounts=tuple(replace(a, name=names.get(a.name, a.name)) for a in table.accounts),
        deals=tuple(replace(d, account=names.get(d.account, d.account)) for d in table.deals),
        contacts=tuple(replace(c, account=names.get(c.account, c.account)) for c in table.contacts),
        account_of_row={row: names.get(name, name) for row, name in table.account_of_row.items()},
    )
