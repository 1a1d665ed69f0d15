"""The documents of a study in the store: as read, with their copies, and what came beside them.

A copy says what another document says. It is kept and shown; what is read, searched and counted leaves it out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from analyzer.adapters import tables as t
from analyzer.adapters.database import Database
from analyzer.adapters.rows import document_of, document_row
from analyzer.records import Document

CopyLink = tuple[str | None, str]
"""The id of the original, None when a person said that the document counts itself; and the reason, a sentence's end."""

_COPY_COLUMNS = (t.copy.c.original_id.label("copy_of"), t.copy.c.reason.label("copy_reason"))
_WITH_COPY = sa.select(t.document, *_COPY_COLUMNS).outerjoin(t.copy, t.copy.c.document_id == t.document.c.id)
counts = t.document.c.id.not_in(sa.select(t.copy.c.document_id).where(t.copy.c.original_id.is_not(None)))
"""True of a document that is no copy of another."""


_NO_SHINGLES = -1
"""In place of a hash, which is never negative."""


def now() -> str:
    """The moment, UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class DocumentStore(Database):
    """Reads and writes documents; every write is one transaction."""

    def add_document(
        self, document: Document, shingles: Collection[int] = (), copies: Mapping[str, CopyLink] | None = None
    ) -> bool:
        """Adds a document with its turns and participants. False, and nothing written, when its bytes are known.

        ``shingles`` is its sketch (:mod:`analyzer.reading.copies`); ``copies`` what adding it makes a copy of what.
        """
        with self._writing() as connection:
            known = sa.select(t.document.c.id).where(t.document.c.digest == document.digest)
            if connection.scalar(known):
                return False
            connection.execute(t.document.insert(), {**document_row(document), "added_at": now()})
            self._write_people(connection, document)
            self._write_shingles(connection, document.id, shingles)
            for document_id, link in (copies or {}).items():
                self._write_copy(connection, document_id, link)
            connection.execute(sa.delete(t.refused_file).where(t.refused_file.c.name == document.name))
        return True

    @staticmethod
    def _write_people(connection: sa.Connection, document: Document) -> None:
        for table in (t.participant, t.turn):
            connection.execute(sa.delete(table).where(table.c.document_id == document.id))
        people = [
            {"document_id": document.id, "number": n, **asdict(p), "labels": list(p.labels)}
            for n, p in enumerate(document.participants)
        ]
        turns = [{"document_id": document.id, **asdict(turn)} for turn in document.turns]
        if people:
            connection.execute(t.participant.insert(), people)
        if turns:
            connection.execute(t.turn.insert(), turns)

    def remove_document(self, document_id: str) -> None:
        with self._writing() as connection:
            connection.execute(sa.delete(t.document).where(t.document.c.id == document_id))

    def documents(self) -> tuple[Document, ...]:
        """All documents, in the order they were added."""
        people = self._grouped(sa.select(t.participant).order_by(t.participant.c.number))
        turns = self._grouped(sa.select(t.turn).order_by(t.turn.c.number))
        rows = self._rows(_WITH_COPY.order_by(t.document.c.added_at, t.document.c.name))
        return tuple(document_of(r._mapping, people.get(r.id, ()), turns.get(r.id, ())) for r in rows)

    def counted_documents(self) -> tuple[Document, ...]:
        """The same without copies of others: what is read, searched and counted."""
        return tuple(document for document in self.documents() if not document.copy_of)

    def document(self, document_id: str) -> Document | None:
        rows = self._rows(_WITH_COPY.where(t.document.c.id == document_id))
        if not rows:
            return None

        def mine(table: sa.Table) -> list[Mapping[str, Any]]:
            query = sa.select(table).where(table.c.document_id == document_id).order_by(table.c.number)
            return [r._mapping for r in self._rows(query)]

        return document_of(rows[0]._mapping, mine(t.participant), mine(t.turn))

    def document_heads(self) -> Sequence[Mapping[str, Any]]:
        """Every document's row but for its text, with counts of turns, findings and refused claims."""
        c = t.document.c

        def count(table: sa.Table) -> sa.ScalarSelect[int]:
            query = sa.select(sa.func.count()).where(table.c.document_id == c.id)
            return query.correlate(t.document).scalar_subquery()

        query = sa.select(
            *(column for column in c if column.name != "text"),
            sa.func.length(c.text).label("characters"),
            count(t.turn).label("turns"),
            count(t.finding).label("findings"),
            count(t.rejected).label("rejected"),
            count(t.extraction).label("extracted"),
            *_COPY_COLUMNS,
        )
        query = query.outerjoin(t.copy, t.copy.c.document_id == c.id).order_by(c.added_at, c.name)
        return [r._mapping for r in self._rows(query)]

    def _grouped(self, query: sa.Executable) -> dict[str, list[Mapping[str, Any]]]:
        groups: dict[str, list[Mapping[str, Any]]] = {}
        for row in self._rows(query):
            groups.setdefault(row.document_id, []).append(row._mapping)
        return groups

    # ------------------------------------------------------------------------------------------------------- copies

    def sharing(self, shingles: Collection[int], document_id: str) -> dict[str, int]:
        """How many of these hashes each other document has, by id; what has none is left out."""
        c = t.shingle.c
        query = sa.select(c.document_id, sa.func.count().label("shared")).where(
            c.hash.in_(list(shingles)), c.document_id != document_id
        )
        return {r.document_id: r.shared for r in self._rows(query.group_by(c.document_id))}

    def without_shingles(self) -> tuple[str, ...]:
        """Ids of documents added before sketches were kept."""
        kept = sa.select(t.shingle.c.document_id)
        return tuple(r.id for r in self._rows(sa.select(t.document.c.id).where(t.document.c.id.not_in(kept))))

    def record_shingles(self, document_id: str, shingles: Collection[int]) -> None:
        with self._writing() as connection:
            self._write_shingles(connection, document_id, shingles)

    def link_copies(self, copies: Mapping[str, CopyLink]) -> None:
        """Sets what each document is a copy of: (id of the original, reason); None for one that counts itself."""
        with self._writing() as connection:
            for document_id, link in copies.items():
                self._write_copy(connection, document_id, link)

    @staticmethod
    def _write_shingles(connection: sa.Connection, document_id: str, shingles: Collection[int]) -> None:
        connection.execute(sa.delete(t.shingle).where(t.shingle.c.document_id == document_id))
        # Of a few words there are none: the sign of that keeps them from being looked for again and again.
        rows = [{"hash": h, "document_id": document_id} for h in shingles or (_NO_SHINGLES,)]
        connection.execute(t.shingle.insert(), rows)

    @staticmethod
    def _write_copy(connection: sa.Connection, document_id: str, link: CopyLink) -> None:
        """A document that becomes a copy hands its own copies on, and leaves the index."""
        original, reason = link
        row = {"document_id": document_id, "original_id": original, "reason": reason}
        if original:
            mine = t.copy.c.original_id == document_id
            connection.execute(sa.delete(t.copy).where(t.copy.c.document_id == original))
            connection.execute(sa.update(t.copy).where(mine).values(original_id=original))
            is_copy = t.document.c.id == document_id
            connection.execute(sa.update(t.document).where(is_copy).values(chunks_embedder=""))
        connection.execute(upsert(t.copy).values(row).on_conflict_do_update(["document_id"], set_=row))

    # ------------------------------------------------------------------------------- what came beside the documents

    def remember_calls(self, name: str, calls: Mapping[str, Mapping[str, Any]]) -> None:
        """Keeps what a file says of calls, by their id; what comes again is replaced."""
        with self._writing() as connection:
            for call_id, content in calls.items():
                row = {"id": call_id, "name": name, "content": dict(content)}
                connection.execute(upsert(t.call).values(row).on_conflict_do_update(["id"], set_=row))

    def calls(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(r.content for r in self._rows(sa.select(t.call).order_by(t.call.c.id)))

    def refuse_file(self, name: str, reason: str) -> None:
        with self._writing() as connection:
            row = {"name": name, "reason": reason, "refused_at": now()}
            connection.execute(upsert(t.refused_file).values(row).on_conflict_do_update(["name"], set_=row))

    def refused_files(self) -> list[Mapping[str, Any]]:
        return [r._mapping for r in self._rows(sa.select(t.refused_file).order_by(t.refused_file.c.name))]

    # ------------------------------------------------------------------------------------------- index bookkeeping

    def mark_indexed(self, document_ids: Iterable[str], embedder: str) -> None:
        with self._writing() as connection:
            for document_id in document_ids:
                where = t.document.c.id == document_id
                connection.execute(sa.update(t.document).where(where).values(chunks_embedder=embedder))

    def mark_all_unindexed(self) -> None:
        with self._writing() as connection:
            connection.execute(sa.update(t.document).values(chunks_embedder=""))

    def unindexed(self, embedder: str) -> tuple[str, ...]:
        """Ids of the documents whose chunks are not in the index of this embedder."""
        query = sa.select(t.document.c.id).where(t.document.c.chunks_embedder != embedder, counts)
        return tuple(r.id for r in self._rows(query.order_by(t.document.c.added_at)))
