"""A study's accounts as everything that is told of them makes them: tables, documents, people.

The store keeps each source's word; accounts are settled from them whenever they are asked for
(:mod:`analyzer.synthesis.facts`).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from analyzer.errors import UsageError
from analyzer.records import Account, AccountFact, Document, Status
from analyzer.workspace import OnStep, Workspace, silent

if TYPE_CHECKING:
    from analyzer.synthesis.facts import Alike, Settled

BY_HAND = "by hand"
_RULES = "1"
"""Changes when the rules that read documents for facts do: every document is read again then."""


class Told(StrEnum):
    """Whose word counts: everybody's; everybody's but for tools that only documents name, since who was interviewed
    would run more of them than who was not; that of tables and people alone."""

    ALL = "all"
    COMPARABLE = "comparable"
    WRITTEN = "written"


class Accounts(Workspace):
    """Facts on accounts: read from documents, set by hand, settled."""

    # ------------------------------------------------------------------------------------------------------- settled

    def accounts(self, told_by: Told = Told.ALL, told_in: Collection[str] | None = None) -> tuple[Account, ...]:
        """Every imported account with the values that stand, by name; ``told_in`` are the only documents that count."""
        from analyzer.synthesis.facts import apply

        told, tables = self._told(told_by, told_in), self.store.table_facts()
        stored = self.store.accounts()
        return tuple(
            apply(account, self._settle(account, told.get(account.name, ()), tables.get(account.name, {})))
            if account.name in told or len(tables.get(account.name, {})) > 1
            else account
            for account in stored
        )

    def heard_only(self, names: Sequence[str], told_in: Collection[str] | None = None) -> dict[str, Account]:
        """Accounts of these names that no table tells of, with what documents (``told_in`` alone) and people do."""
        from analyzer.synthesis.facts import apply

        told = self._told(Told.ALL, told_in) if names else {}
        bare = (Account(name) for name in names)
        return {a.name: apply(a, self._settle(a, told.get(a.name, ()), {})) for a in bare}

    def account_facts(self, name: str) -> tuple[Settled, ...]:
        """Each field of one account with its value, its sources and what they disagree on.

        Raises UsageError when no account, or no single one, is called so.
        """
        account = self._account_named(name)
        return self._settle(
            account, self._told(Told.ALL).get(account.name, ()), self.store.table_facts().get(account.name, {})
        )

    def _settle(
        self, account: Account, told: Iterable[AccountFact], tables: Mapping[str, Mapping[str, Sequence[Any]]]
    ) -> tuple[Settled, ...]:
        from analyzer.synthesis.facts import settle, spell_value

        rows = [
            AccountFact(
                account.name, field, spell_value(value), "table", table, date.fromisoformat(moment[:10]), moment
            )
            for table, content in tables.items()
            for field, (value, moment) in content.items()
        ]
        return settle(account, [*told, *rows], self._alike)

    def _told(self, told_by: Told, told_in: Collection[str] | None = None) -> Mapping[str, Sequence[AccountFact]]:
        """What documents and people say, by account."""
        from analyzer.extraction.tools_in_use import find_tools_in_use

        facts = [*self.store.word_facts()]
        if told_by is not Told.WRITTEN:
            facts += self.store.document_facts()
        if told_by is Told.ALL:
            findings = [f for f in self.store.findings() if f.status != Status.REJECTED]
            kinds = {head["id"]: head["kind"] for head in self.store.document_heads()}
            people = {f.speaker for f in findings} | {c.name for c in self.store.contacts()}
            facts += find_tools_in_use(findings, self.gazetteer, kinds, people)
        told: dict[str, list[AccountFact]] = defaultdict(list)
        for fact in facts:
            if told_in is None or not fact.document_id or fact.document_id in told_in:
                told[fact.account].append(fact)
        return told

    @property
    def _alike(self) -> Alike:
        """Countries and industries under several names are the same by the tables of the scorecard."""
        from analyzer.scoring.neighbours import load_neighbours

        known = load_neighbours(self.folder)
        return {
            "country": lambda one, other: known.regions.countries(one) == known.regions.countries(other),
            "industry": lambda one, other: known.is_industry(one, (other,)),
        }

    # ------------------------------------------------------------------------------------------------------- by hand

    def set_fact(self, name: str, field: str, value: str, reason: str, author: str = "") -> tuple[str, str]:
        """Keeps a person's word on a field; it stands before every other source until it is taken back.

        Gives back the account's name and the value as kept. Raises UsageError for an unknown account or field, a value
        that the field cannot have, or no reason.
        """
        from analyzer.synthesis.facts import check_value

        account = self._account_named(name)
        kept = check_value(field, value)
        if not reason.strip():
            raise UsageError("Say why with --reason: it is kept beside the value.")
        who = author.strip() or self.settings.author.strip() or BY_HAND
        self.store.set_word(account.name, field, kept, who, reason.strip())
        return account.name, kept

    def unset_fact(self, name: str, field: str) -> str:
        """Takes a person's word back; the account's name. Raises UsageError where there is none."""
        from analyzer.synthesis.facts import FIELDS

        account = self._account_named(name)
        if field not in FIELDS:
            raise UsageError(f"There is no field {field!r}. Fields are {', '.join(FIELDS)}.")
        if not self.store.unset_word(account.name, field):
            raise UsageError(f"Nobody set {field} of {account.name} by hand; there is nothing to take back.")
        return account.name

    def _account_named(self, name: str) -> Account:
        """The imported or heard account of this name, or of a part of it."""
        from analyzer.reading.guesses.naming import match_account

        known = {a.name: a for a in self.store.accounts()}
        heard = (head["account"] for head in self.store.document_heads() if head["account"])
        told = (event.account for event in self.store.events() if event.account)
        for other in (*heard, *told):
            known.setdefault(other, Account(other))
        exact = [n for n in known if n.casefold() == name.casefold()]
        parts = exact or [n for n in known if name.casefold() in n.casefold()]
        found = parts[0] if len(parts) == 1 else match_account(name, list(known))
        if not found:
            some = ", ".join(parts[:5])
            raise UsageError(f"No single account is called {name!r}." + (f" It could be: {some}." if some else ""))
        return known[found]

    # ----------------------------------------------------------------------------------------------------- documents

    def refresh_facts(self, documents: Iterable[Document], on_step: OnStep = silent) -> int:
        """Reads the documents that changed since they were last read for facts; how many those were."""
        from analyzer.extraction.firmographics import find_facts

        read = self.store.facts_read()
        waiting = [(d, s) for d in documents if read.get(d.id) != (s := _signature(d))]
        for number, (document, signature) in enumerate(waiting):
            on_step(f"facts in {document.name}", number, len(waiting))
            self.store.replace_document_facts(document.id, find_facts(document), signature)
        return len(waiting)


def _signature(document: Document) -> str:
    """Of everything that what is read in a document depends on."""
    sides = ",".join(f"{turn.start}:{turn.side.value}" for turn in document.turns)
    companies = ",".join(f"{p.name}:{p.company}" for p in document.participants)
    parts = (_RULES, document.kind.value, document.account, str(document.said_on), sides, companies, document.text)
    return hashlib.sha256("|".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
