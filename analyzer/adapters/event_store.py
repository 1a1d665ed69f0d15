"""Events of accounts that tables told: kept by what their row says, so that the same row again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from analyzer.adapters import tables as t
from analyzer.adapters.database import Database
from analyzer.records import Event


class EventStore(Database):
    """Reads and writes imported events; every write is one transaction."""

    def import_events(self, events: Sequence[Event]) -> int:
        """Adds these events, all or none; the number of those that were not known.

        A known row that is read as another category now takes it; nothing else of it changes.
        """
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        unique = {event.id: event for event in events}
        with self._writing() as connection:
            known = set(connection.scalars(sa.select(t.event.c.id)))
            for event_id, event in unique.items():
                row = {**asdict(event), "id": event_id, "imported_at": moment}
                read_as = {"category": event.category, "against": event.against}
                connection.execute(upsert(t.event).values(row).on_conflict_do_update(["id"], set_=read_as))
        return len(unique.keys() - known)

    def remove_events(self, table: str) -> int:
        """Takes back what was imported from a table of this name; the number of events."""
        with self._writing() as connection:
            return connection.execute(sa.delete(t.event).where(t.event.c.table == table)).rowcount

    def events(self) -> tuple[Event, ...]:
        """All imported events, the dated ones first, by date."""
        c = t.event.c
        columns = [column for column in c if column.name not in ("id", "imported_at")]
        rows = self._rows(sa.select(*columns).order_by(c.event_on.is_(None), c.event_on, c.table, c.row, c.id))
        return tuple(Event(**row._mapping) for row in rows)
