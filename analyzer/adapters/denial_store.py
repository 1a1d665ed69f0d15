"""Denials as they are kept: a place in a document and what it speaks against; the words are always the document's."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from analyzer.adapters import tables as t
from analyzer.adapters.database import Database
from analyzer.adapters.document_store import counts
from analyzer.records import Denial, Kind, Side


class DenialStore(Database):
    """What customers denied when they were asked; derived from documents, made anew with the themes."""

    def replace_denials(self, denials: Iterable[Denial]) -> None:
        rows = [
            {
                "id": d.id,
                "document_id": d.document_id,
                "kind": d.kind.value,
                "category": d.category,
                "question": d.question,
                "start": d.start,
                "end": d.end,
                "speaker": d.speaker,
            }
            for d in denials
        ]
        with self._writing() as connection:
            connection.execute(sa.delete(t.denial))
            if rows:
                connection.execute(t.denial.insert(), rows)

    def denials(self) -> tuple[Denial, ...]:
        """In the order of documents and places; those of copies are left out, and of who turned out to be ours."""
        length = t.denial.c.end - t.denial.c.start
        side = sa.func.coalesce(t.participant.c.side, Side.UNKNOWN.value)
        query = (
            sa.select(
                t.denial,
                sa.func.substr(t.document.c.text, t.denial.c.start + 1, length).label("quote"),
                t.document.c.name.label("document"),
                t.document.c.account,
                t.document.c.said_on,
                sa.func.coalesce(t.participant.c.title, "").label("title"),
                side.label("side"),
            )
            .join(t.document, t.document.c.id == t.denial.c.document_id)
            .outerjoin(
                t.participant,
                (t.participant.c.document_id == t.denial.c.document_id) & (t.participant.c.name == t.denial.c.speaker),
            )
            .where(counts, side != Side.OURS.value)
            .order_by(t.document.c.added_at, t.document.c.name, t.denial.c.start)
        )
        made = (dict(row._mapping) for row in self._rows(query))
        return tuple(
            Denial(**{**row, "kind": Kind(row["kind"]), "side": Side(row["side"])})
            for row in ({k: v for k, v in m.items() if k != "id"} for m in made)
        )
