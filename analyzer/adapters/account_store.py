"""Accounts, deals and people that tables tell of. What each table says is kept; an account is what they say together.

A table that is imported again replaces what it said before, and nothing that another table says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from analyzer.adapters import tables as t
from analyzer.adapters.fact_store import FactStore
from analyzer.adapters.rows import account_row, deal_row
from analyzer.adapters.told_deals import same_deals, unite_deals
from analyzer.records import Account, Contact, Deal, Outcome

_TABLES_FIELDS = frozenset(Account.__dataclass_fields__) - {"name", "domain", "attributes"}


@dataclass(frozen=True, slots=True)
class Kept:
    """What an import did to deals: how many of the table's own it ``replaced``, how many it ``forgot`` of accounts that
    the table no longer means, and how many of its deals another table tells too (``repeated``, by that table)."""

    replaced: int = 0
    forgot: int = 0
    repeated: Mapping[str, int] = field(default_factory=dict)


class AccountStore(FactStore):
    """Reads and writes accounts, deals and contacts; every write is one transaction."""

    def import_accounts(
        self, accounts: Sequence[Account], deals: Sequence[Deal], table: str = "", parted: Collection[str] = ()
    ) -> Kept:
        """Keeps what ``table`` says of these accounts, in place of what it said of them before.

        Its deals are replaced where it tells of any; those of other tables stay. What it leaves unknown of an account
        stands as other tables tell it. The accounts in ``parted`` forget what it said of them, unless it names them.
        """
        names = [account.name for account in accounts]
        lost = [name for name in parted if name not in names]
        with self._writing() as connection:
            before = _told(connection)
            old = {r.name: _account_of(r) for r in connection.execute(sa.select(t.account))}
            self._keep_tables(connection, accounts, table)
            _keep_attributes(connection, accounts, table)
            for name in lost:
                theirs = (t.account_table.c.account == name) & (t.account_table.c.table == table)
                connection.execute(sa.delete(t.account_table).where(theirs))
            told = _told(connection)
            domains = {account.name: account.domain for account in accounts}
            rows = []
            for name in (*names, *(name for name in lost if name in old)):
                base = _untold(old[name], before.get(name, ()), table) if name in old else Account(name)
                rows.append(account_row(_fold(base, told.get(name, ()), domains.get(name, ""))))
            _write_accounts(connection, rows)
            replaced = _delete_deals(connection, names, table) if deals else 0
            forgot = _delete_deals(connection, lost, table)
            if deals:
                connection.execute(t.deal.insert(), [deal_row(replace(d, table=table)) for d in deals])
        return Kept(replaced, forgot, self._repeated(table, set(names)) if deals else {})

    def _repeated(self, table: str, names: Collection[str]) -> Mapping[str, int]:
        groups = same_deals(d for d in self._told_deals() if d.account in names)
        tables = ([d.table for d in group] for group in groups if len(group) > 1)
        return Counter(other for several in tables if table in several for other in several if other != table)

    def import_contacts(self, contacts: Iterable[Contact]) -> None:
        """Adds or replaces people of accounts that are there."""
        with self._writing() as connection:
            for contact in contacts:
                row = asdict(contact)
                same = ["account", "name"]
                connection.execute(upsert(t.contact).values(row).on_conflict_do_update(same, set_=row))

    def contacts(self) -> tuple[Contact, ...]:
        rows = self._rows(sa.select(t.contact).order_by(t.contact.c.account, t.contact.c.name))
        return tuple(Contact(**r._mapping) for r in rows)

    def accounts(self) -> tuple[Account, ...]:
        return tuple(_account_of(r) for r in self._rows(sa.select(t.account).order_by(t.account.c.name)))

    def deals(self) -> tuple[Deal, ...]:
        """Each deal once, though several tables may tell it."""
        return unite_deals(self._told_deals())

    def _told_deals(self) -> list[Deal]:
        columns = [c for c in t.deal.c if c.name != "id"]
        rows = self._rows(sa.select(*columns).order_by(t.deal.c.id))
        return [Deal(**{**r._mapping, "outcome": Outcome(r.outcome)}) for r in rows]


def _account_of(row: Any) -> Account:
    return Account(**{**row._mapping, "tools": tuple(row.tools)})


def _write_accounts(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    adding = upsert(t.account)
    values = {column.name: adding.excluded[column.name] for column in t.account.c}
    if rows:
        connection.execute(adding.on_conflict_do_update(["name"], set_=values), rows)


def _delete_deals(connection: sa.Connection, accounts: Collection[str], table: str) -> int:
    """How many deals of these accounts the table had told."""
    mine = set(accounts)
    query = sa.select(t.deal.c.id, t.deal.c.account).where(t.deal.c.table == table)
    theirs = [{"deal_id": row.id} for row in connection.execute(query) if row.account in mine]
    if theirs:
        connection.execute(sa.delete(t.deal).where(t.deal.c.id == sa.bindparam("deal_id")), theirs)
    return len(theirs)


def _keep_attributes(connection: sa.Connection, accounts: Iterable[Account], table: str) -> None:
    """Beside what the table says of each field, its other columns and the moment."""
    moment = datetime.now(UTC).isoformat(timespec="microseconds")
    mine = (t.account_table.c.account == sa.bindparam("its_account")) & (t.account_table.c.table == table)
    said = {"attributes": sa.bindparam("its_attributes", type_=sa.JSON), "imported_at": moment}
    rows = [{"its_account": account.name, "its_attributes": dict(account.attributes)} for account in accounts]
    if rows:
        connection.execute(sa.update(t.account_table).where(mine).values(said), rows)


# -------------------------------------------------------------------------------------------- what tables say together


@dataclass(frozen=True, slots=True)
class _Said:
    """What one table says of an account; ``attributes`` is None where a study made before did not keep them."""

    table: str
    fields: Mapping[str, Any]
    attributes: Mapping[str, str] | None


def _told(connection: sa.Connection) -> dict[str, list[_Said]]:
    """What the tables say of each account, the one imported last at the end."""
    query = sa.select(t.account_table).order_by(t.account_table.c.imported_at, t.account_table.c.table)
    found: dict[str, list[_Said]] = {}
    for row in connection.execute(query):
        fields = {name: value for name, (value, _) in row.content.items() if name in _TABLES_FIELDS}
        found.setdefault(row.account, []).append(_Said(row.table, fields, row.attributes))
    return found


def _untold(account: Account, before: Sequence[_Said], table: str) -> Account:
    """The account as it stands with only what none of its tables is known to say: it cannot be told again."""
    if before and all(said.table == table for said in before):
        return Account(account.name, account.domain)
    told = {name for said in before for name in said.fields}
    known = {name for said in before for name in said.attributes or ()}
    empty = Account(account.name)
    return replace(
        account,
        attributes={name: value for name, value in account.attributes.items() if name not in known},
        **{name: getattr(empty, name) for name in told},
    )


def _fold(base: Account, told: Iterable[_Said], domain: str) -> Account:
    """The newest value that is not empty of each field and column; tools add up."""
    fields: dict[str, Any] = {}
    attributes = dict(base.attributes)
    tools: list[str] = []
    for said in told:
        fields |= said.fields
        tools = [*said.fields.get("tools", ()), *tools]
        for name, value in (said.attributes or {}).items():
            attributes[name] = value or attributes.get(name, "")
    fields["tools"] = tuple(dict.fromkeys((*tools, *base.tools)))
    return replace(base, domain=domain or base.domain, attributes=attributes, **fields)
