"""What was known on a day: what had been said or published by then, and nothing that came to light later.

A document counts from the day it was said; where that is unknown, from the day it was added to the study, since nobody
can have read it here before. An event counts from the day it was published, else from the day it happened; one without
either counts on no day of the past.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from analyzer.records import Document, Event, Finding


@dataclass(frozen=True, slots=True)
class Horizon:
    """The last day that is looked at. ``added`` is the day each document came into the study, by its id."""

    day: date
    added: Mapping[str, date] = field(default_factory=dict)

    def documents(self, some: Iterable[Document]) -> tuple[Document, ...]:
        """Those known by the day."""
        return tuple(d for d in some if self._is_past(d.said_on or self.added.get(d.id)))

    def findings(self, some: Iterable[Finding]) -> tuple[Finding, ...]:
        """Those whose words were known by the day."""
        return tuple(f for f in some if self._is_past(f.said_on or self.added.get(f.document_id)))

    def events(self, some: Iterable[Event]) -> tuple[Event, ...]:
        """Those told by the day, also of what was still to come then."""
        return tuple(e for e in some if self._is_past(e.published_on or e.event_on))

    def _is_past(self, known_on: date | None) -> bool:
        return known_on is not None and known_on <= self.day
