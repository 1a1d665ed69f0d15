"""What tables, documents and people say of accounts, each kept as it was said; nothing is settled here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from analyzer.adapters import tables as t
from analyzer.adapters.database import Database
from analyzer.adapters.document_store import counts, now
from analyzer.records import Account, AccountFact, Side

_NO_FACTS = ("name", "domain", "attributes")


class FactStore(Database):
    """Reads and writes facts on accounts; every write is one transaction."""

    @staticmethod
    def _keep_tables(connection: sa.Connection, accounts: Sequence[Account], table: str) -> None:
        """What a table says of each account, in place of what it said before.

        A value that the tables told already keeps the moment it was first told: a table that is imported again is no
        new evidence for what did not change.
        """
        known: dict[str, dict[str, Any]] = {}
        for row in connection.execute(sa.select(t.account_table)):
            held = known.setdefault(row.account, {})
            for field, told in row.content.items():
                if field not in held or told[1] > held[field][1]:
                    held[field] = told
        moment = now()
        rows = {a.name: _content(a, known.get(a.name, {}), moment) for a in accounts}
        for name, content in rows.items():
            told = {"account": name, "table": table, "content": content}
            same = ["account", "table"]
            connection.execute(upsert(t.account_table).values(told).on_conflict_do_update(same, set_=told))

    def table_facts(self) -> Mapping[str, Mapping[str, Mapping[str, Sequence[Any]]]]:
        """By account and table: each field's value, as in Account, and the moment the table first told it."""
        found: dict[str, dict[str, Any]] = {}
        for row in self._rows(sa.select(t.account_table)):
            found.setdefault(row.account, {})[row.table] = row.content
        return found

    # ------------------------------------------------------------------------------------------------ a person's word

    def set_word(self, account: str, field: str, value: str, author: str, reason: str) -> None:
        """Keeps what a person says of a field, in place of what was said of it before."""
        row = {"account": account, "field": field, "value": value, "author": author, "reason": reason, "told_at": now()}
        with self._writing() as connection:
            connection.execute(upsert(t.account_word).values(row).on_conflict_do_update(["account", "field"], set_=row))

    def unset_word(self, account: str, field: str) -> bool:
        """Takes a person's word back; False where there was none."""
        mine = (t.account_word.c.account == account) & (t.account_word.c.field == field)
        with self._writing() as connection:
            return bool(connection.execute(sa.delete(t.account_word).where(mine)).rowcount)

    def word_facts(self) -> tuple[AccountFact, ...]:
        rows = self._rows(sa.select(t.account_word).order_by(t.account_word.c.account, t.account_word.c.field))
        return tuple(
            AccountFact(
                r.account, r.field, r.value, "person", r.author, date.fromisoformat(r.told_at[:10]), r.told_at, r.reason
            )
            for r in rows
        )

    # --------------------------------------------------------------------------------------------------- documents

    def facts_read(self) -> Mapping[str, str]:
        """With which signature each document was last read for facts, by its id."""
        return {r.document_id: r.signature for r in self._rows(sa.select(t.facts_read))}

    def replace_document_facts(self, document_id: str, facts: Iterable[AccountFact], signature: str) -> None:
        """Replaces what was read in a document; the words are always the document's."""
        rows = [
            {
                "document_id": document_id,
                "number": number,
                "field": fact.field,
                "value": fact.value,
                "start": fact.start,
                "end": fact.end,
                "speaker": fact.speaker,
            }
            for number, fact in enumerate(facts)
        ]
        read = {"document_id": document_id, "signature": signature}
        with self._writing() as connection:
            connection.execute(sa.delete(t.document_fact).where(t.document_fact.c.document_id == document_id))
            if rows:
                connection.execute(t.document_fact.insert(), rows)
            connection.execute(upsert(t.facts_read).values(read).on_conflict_do_update(["document_id"], set_=read))

    def document_facts(self) -> tuple[AccountFact, ...]:
        """In the order of documents and places; those of copies, of documents of no account and of our side are left
        out."""
        length = t.document_fact.c.end - t.document_fact.c.start
        query = (
            sa.select(
                t.document_fact,
                sa.func.substr(t.document.c.text, t.document_fact.c.start + 1, length).label("quote"),
                t.document.c.name,
                t.document.c.kind,
                t.document.c.account,
                t.document.c.said_on,
            )
            .join(t.document, t.document.c.id == t.document_fact.c.document_id)
            .outerjoin(
                t.participant,
                (t.participant.c.document_id == t.document_fact.c.document_id)
                & (t.participant.c.name == t.document_fact.c.speaker),
            )
            .where(counts, t.document.c.account != "")
            .where(sa.func.coalesce(t.participant.c.side, Side.UNKNOWN.value) != Side.OURS.value)
            .order_by(t.document.c.added_at, t.document.c.name, t.document_fact.c.number)
        )
        return tuple(
            AccountFact(
                r.account, r.field, r.value, r.kind, r.name, r.said_on, "", "", r.document_id, r.quote, r.start, r.end,
                r.speaker,
            )
            for r in self._rows(query)
        )  # fmt: skip


def _content(account: Account, known: Mapping[str, Any], moment: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for field, value in asdict(account).items():
        if field in _NO_FACTS or value in ("", None) or value == ():
            continue
        written = list(value) if isinstance(value, tuple) else value
        same = field in known and known[field][0] == written
        told[field] = [written, known[field][1] if same else moment]
    return told
