"""What changed: between two drafts, and over the quarters of a study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from analyzer.accounts import Told
from analyzer.measuring import Measuring

if TYPE_CHECKING:
    from analyzer.icp.causes import CardChange, Known
    from analyzer.icp.diff import Diff
    from analyzer.scoring.drift import Drift
    from analyzer.scoring.reviews import State


class Changes(Measuring):
    """Compares what is with what was; nothing is written."""

    def diff(self, a: int | None = None, b: int | None = None) -> Diff:
        """What changed between two kept drafts, and why; ``choose_pair`` says which two. Raises UsageError."""
        from analyzer.icp.diff import diff_drafts
        from analyzer.icp.versions import choose_pair

        old, new = choose_pair(self.store.drafts(), a, b)
        return diff_drafts(old, new, self._known())

    def _known(self) -> Known:
        from analyzer.icp.causes import Known, KnownDocument

        return Known(
            {h["id"]: KnownDocument(h["name"], h["added_at"], h["copy_of"] or "") for h in self.store.document_heads()},
            {f.id: f.status for f in self.store.findings(with_copies=True)},
            self._card_changes,
        )

    def _card_changes(self, before: int, after: int) -> Sequence[CardChange]:
        """The scorecard's versions after ``before`` and up to ``after``; of a card taken back, those in between."""
        from analyzer.icp.causes import CardChange

        first, last = sorted((before, after))
        return [
            CardChange(row["version"], row["author"], row["reason"])
            for row in self.store.scorecards()
            if first < row["version"] <= last
        ]

    def drift(self, as_of: date | None = None) -> Drift:
        """How won accounts, triggers and win rates change over quarters, and whether a review is due by ``as_of``
        (today)."""
        from analyzer.scoring.drift import measure_drift
        from analyzer.scoring.neighbours import load_neighbours

        day = as_of or date.today()
        drafts = [d for d in self.store.drafts() if date.fromisoformat(str(d["made_at"])[:10]) <= day]
        return measure_drift(
            self.accounts(Told.COMPARABLE),
            self.store.deals(),
            self.backtest(),
            self.store.counted_documents(),
            self.store.findings(),
            date.fromisoformat(str(drafts[-1]["made_at"])[:10]) if drafts else None,
            self._states(drafts[-2:]),
            day,
            neighbours=load_neighbours(self.folder),
        )

    def _states(self, drafts: Iterable[Mapping[str, Any]]) -> list[State]:
        """What the drafts say was predictive, where they kept it, and what is today where the newest one kept it."""
        from analyzer.scoring.lift import Verdict
        from analyzer.scoring.reviews import State

        kept = [
            State(f"version {d['version']}", frozenset(d["basis"]["predictive"]))
            for d in drafts
            if d["basis"].get("predictive") is not None
        ]
        if not kept:
            return []
        now = frozenset(f"{row.attribute}: {row.value}" for row in self.lift().of(Verdict.PREDICTIVE))
        return [*kept, State("today", now)]
