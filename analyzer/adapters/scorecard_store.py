"""The versions of the scorecard in the store: added, never changed, each with its author and reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from analyzer.adapters import tables as t
from analyzer.adapters.database import Database
from analyzer.adapters.document_store import now


class ScorecardStore(Database):
    """Reads and adds versions of the scorecard; every write is one transaction."""

    def add_scorecard(
        self, after: int, content: Mapping[str, Any], author: str, reason: str, restored: int | None = None
    ) -> bool:
        """Adds the version that follows ``after`` (0 for the first one). ``content`` is plain JSON.

        False, and nothing written, when another version was added since.
        """
        row = {
            "version": after + 1,
            "made_at": now(),
            "author": author,
            "reason": reason,
            "restored": restored,
            "content": dict(content),
        }
        with self._writing() as connection:
            newest = connection.scalar(sa.select(sa.func.max(t.scorecard.c.version))) or 0
            if newest != after:
                return False
            connection.execute(t.scorecard.insert(), row)
        return True

    def scorecards(self) -> Sequence[Mapping[str, Any]]:
        """Every version, oldest first: version, made_at, author, reason, restored, content."""
        return [r._mapping for r in self._rows(sa.select(t.scorecard).order_by(t.scorecard.c.version))]
