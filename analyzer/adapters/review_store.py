"""What persons say of findings: verdicts, and edits of what was extracted; both outlive a new extraction.

A row of ``finding`` holds what counts, the edited values; its column ``was`` holds what the extractor said, and keeps
the finding's id. A row of ``edit`` is one edit, so that the last one can be taken back and the next extraction can be
set right again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from analyzer.adapters import tables as t
from analyzer.adapters.database import Database
from analyzer.adapters.document_store import now
from analyzer.adapters.rows import finding_of, finding_row
from analyzer.errors import StudyError
from analyzer.records import Coding, Finding, FindingReview, Kind, Side, Status

CODED = tuple(field.name for field in fields(Coding))
"""What of a finding an edit may change."""
_TOGETHER = (
    frozenset(("quote", "start", "end", "speaker")),
    frozenset(("event_on", "event_precision")),
    frozenset(("kind", "category", "intensity", "event_on", "event_precision")),
)
"""What an edit sets as one: a new extraction must not put half of it under the other half. The last, where it is of
another kind."""


def coding_of(finding: Finding) -> Coding:
    """What the finding says now."""
    return Coding(**{name: getattr(finding, name) for name in CODED})


def read_finding(row: Mapping[Any, Any]) -> Finding:
    """A stored row as a finding; an edited one counts as accepted where nobody has said otherwise since."""
    finding = finding_of(row)
    if row["was"] is None:
        return finding
    status = Status.ACCEPTED if finding.status == Status.NEW else finding.status
    return replace(finding, was=_read_coding(row["was"]), status=status)


def stored_row(finding: Finding) -> dict[str, Any]:
    return {**finding_row(finding), "was": _plain(coding_row(finding.was)) if finding.was else None}


def coding_row(coding: Coding | Finding) -> dict[str, Any]:
    """The columns an edit may change, by name."""
    return {name: getattr(coding, name) for name in CODED} | {"kind": coding.kind.value}


class ReviewStore(Database):
    """Reads and writes what persons say of findings; every write is one transaction."""

    def review(self, finding_id: str, status: Status, reason: str) -> None:
        row = {"finding_id": finding_id, "status": status.value, "reason": reason, "reviewed_at": now()}
        with self._writing() as connection:
            connection.execute(upsert(t.review).values(row).on_conflict_do_update(["finding_id"], set_=row))

    def keep_edit(self, before: Finding, after: Finding, reason: str) -> None:
        """Keeps what a person set right in a finding. ``after`` is the finding with its new values, and what the
        extractor said in ``was``. A verdict given before is kept with the edit, which counts in its place.

        Raises StudyError when the finding is gone.
        """
        old, new = coding_row(before), coding_row(after)
        changed = _changed(old, new)
        mine = t.review.c.finding_id == before.id
        with self._writing() as connection:
            if before.was is None:
                # Edits that could not be applied to what the last extraction found; this one takes their place.
                connection.execute(sa.delete(t.edit).where(t.edit.c.finding_id == before.id))
            verdict = connection.execute(sa.select(t.review).where(mine)).first()
            connection.execute(sa.delete(t.review).where(mine))
            row = {
                "finding_id": before.id,
                "document_id": before.document_id,
                "changes": _plain({name: new[name] for name in changed}),
                "before": _plain({name: old[name] for name in changed}),
                "former": _verdict_row(verdict._mapping) if verdict else None,
                "reason": reason,
                "edited_at": now(),
            }
            connection.execute(t.edit.insert(), row)
            _update(connection, after)

    def take_edit_back(self, restored: Finding) -> None:
        """Forgets the last edit of a finding; ``restored`` is the finding without it (``was`` is None after the first).

        The verdict given before that edit stands again where none was given since. Raises StudyError when the finding
        is gone.
        """
        newest = sa.select(t.edit).where(t.edit.c.finding_id == restored.id).order_by(t.edit.c.number.desc()).limit(1)
        with self._writing() as connection:
            edit = connection.execute(newest).one()
            connection.execute(sa.delete(t.edit).where(t.edit.c.number == edit.number))
            judged = sa.select(t.review.c.finding_id).where(t.review.c.finding_id == restored.id)
            if edit.former and connection.scalar(judged) is None:
                connection.execute(t.review.insert(), {"finding_id": restored.id, **edit.former})
            _update(connection, restored)

    def reviews(self, finding_id: str = "") -> Mapping[str, tuple[FindingReview, ...]]:
        """What was said of each finding, oldest first, by its id; of one finding only where it is named."""
        edits, verdicts = sa.select(t.edit).order_by(t.edit.c.number), sa.select(t.review)
        if finding_id:
            edits = edits.where(t.edit.c.finding_id == finding_id)
            verdicts = verdicts.where(t.review.c.finding_id == finding_id)
        said: dict[str, list[FindingReview]] = {}
        for row in self._rows(edits):
            mine = said.setdefault(row.finding_id, [])
            if row.former:
                mine.append(_review_of({"finding_id": row.finding_id, **row.former}))
            status = Status.ACCEPTED
            mine.append(FindingReview(row.finding_id, status, row.reason, row.edited_at, row.before, row.changes))
        for row in self._rows(verdicts):
            said.setdefault(row.finding_id, []).append(_review_of(row._mapping))
        return {one: tuple(reviews) for one, reviews in said.items()}

    # ------------------------------------------------------------------------------- what a new extraction leaves of it

    @staticmethod
    def _set_right(connection: sa.Connection, document_id: str, found: Iterable[Finding]) -> list[dict[str, Any]]:
        """The rows of what was extracted anew, with what persons set right in it; an edited finding that was not found
        again stays, and what stands at its place is the same finding.

        An edit whose words no longer stand in the document, or turned out to be our own, is kept and not applied.
        """
        rows = {finding.id: stored_row(finding) for finding in found}
        edited = sa.select(t.finding).where(t.finding.c.document_id == document_id, t.finding.c.was.is_not(sa.null()))
        held = {row.id: dict(row._mapping) for row in connection.execute(edited)}
        changes = _merge_changes(
            connection.execute(sa.select(t.edit).where(t.edit.c.document_id == document_id).order_by(t.edit.c.number))
        )
        for finding_id, changed in changes.items():
            new, kept = rows.get(finding_id), held.get(finding_id)
            if new is None and kept is not None:
                rows[finding_id] = kept
            elif new is not None and (kept or _still_stands(connection, document_id, changed)):
                values = {name: kept[name] for name in changed} if kept else _values(changed)
                was = _plain({name: new[name] for name in CODED})
                rows[finding_id] = {**new, **values, "was": was}
        taken = {_place(row) for row in rows.values() if row["was"] is not None}
        return [row for row in rows.values() if row["was"] is not None or _place(row) not in taken]

    @staticmethod
    def _as_edited(connection: sa.Connection, document_id: str, found: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings judged again, those that a person edited under their own ids with what the extractor said.

        They were judged as edited: each is the one of its kind and words, nearest to where it stood.
        """
        made = list(found)
        edited = sa.select(t.finding).where(t.finding.c.document_id == document_id, t.finding.c.was.is_not(sa.null()))
        for row in connection.execute(edited):
            same = [
                number
                for number, f in enumerate(made)
                if f.was is None and f.kind.value == row.kind and _folded(f.quote) == _folded(row.quote)
            ]
            if same:
                nearest = min(same, key=lambda number: abs(made[number].start - row.start))
                made[nearest] = replace(made[nearest], was=_read_coding(row.was))
        # In another text, other words can stand where an edited finding once was; its id is taken.
        return tuple({f.id: f for f in sorted(made, key=lambda f: f.was is not None)}.values())


def _merge_changes(edits: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """What edits, oldest first, come to: the values they set by the finding's id, as JSON."""
    merged: dict[str, dict[str, Any]] = {}
    for edit in edits:
        merged.setdefault(edit.finding_id, {}).update(edit.changes)
    return merged


def with_changes(coding: Coding, reviews: Sequence[FindingReview]) -> Coding:
    """A coding as these edits set it right, oldest first."""
    changed = {name: value for review in reviews for name, value in review.after.items()}
    return _read_coding(_plain(coding_row(coding)) | changed)


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The columns that differ, and those that are set together with them."""
    differ = {name for name in CODED if old[name] != new[name]}
    place, event, kind = _TOGETHER
    differ |= place if differ & place else set()
    differ |= event if differ & event else set()
    differ |= kind if "kind" in differ else set()
    return [name for name in CODED if name in differ]


def _update(connection: sa.Connection, finding: Finding) -> None:
    mine = t.finding.c.id == finding.id
    if not connection.execute(sa.update(t.finding).where(mine).values(**stored_row(finding))).rowcount:
        raise StudyError(f"Finding {finding.id} is not in the study any more; nothing was kept.")


def _still_stands(connection: sa.Connection, document_id: str, changed: Mapping[str, Any]) -> bool:
    """Whether the words an edit picked are still the document's, and none of them our own."""
    if "quote" not in changed:
        return True
    start, end = changed["start"], changed["end"]
    text = connection.scalar(sa.select(t.document.c.text).where(t.document.c.id == document_id)) or ""
    if text[start:end] != changed["quote"]:
        return False
    ours = sa.select(t.turn.c.number).where(
        t.turn.c.document_id == document_id,
        t.turn.c.side == Side.OURS.value,
        t.turn.c.start < end,
        t.turn.c.end > start,
    )
    return connection.scalar(ours) is None


def _place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["kind"], row["start"], row["end"]


def _folded(quote: str) -> str:
    return " ".join(quote.split()).casefold()


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _values(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Values from JSON as the columns take them."""
    on = changes.get("event_on")
    return {**changes, **({"event_on": date.fromisoformat(on)} if on else {})}


def _read_coding(row: Mapping[str, Any]) -> Coding:
    return Coding(**{**_values(row), "kind": Kind(row["kind"])})


def _verdict_row(row: Mapping[Any, Any]) -> dict[str, str]:
    return {"status": row["status"], "reason": row["reason"], "reviewed_at": row["reviewed_at"]}


def _review_of(row: Mapping[Any, Any]) -> FindingReview:
    return FindingReview(row["finding_id"], Status(row["status"]), row["reason"], row["reviewed_at"])
