"""The store: the truth of a study, in SQLite through SQLAlchemy.

Every public method that writes does so in one transaction: after a kill at any moment the study opens and holds either
all or nothing of that write. Reads return frozen records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from analyzer.adapters import tables as t
from analyzer.adapters.account_store import AccountStore
from analyzer.adapters.answer_store import AnswerStore
from analyzer.adapters.denial_store import DenialStore
from analyzer.adapters.document_store import counts, now
from analyzer.adapters.event_store import EventStore
from analyzer.adapters.review_store import ReviewStore, read_finding, stored_row
from analyzer.adapters.rows import document_row, rejected_of, rejected_row
from analyzer.adapters.scorecard_store import ScorecardStore
from analyzer.records import (
    Document,
    Finding,
    Kind,
    Maker,
    RejectedClaim,
    Side,
    Status,
    Theme,
)


class Store(AnswerStore, ScorecardStore, EventStore, DenialStore, AccountStore, ReviewStore):
    """Everything a study remembers, by what it is.

    What concerns documents alone stands in DocumentStore, what was asked of language models in AnswerStore, versions of
    the scorecard in ScorecardStore, what persons said of findings in ReviewStore, accounts and deals in AccountStore.
    """

    def replace_metadata(
        self, document: Document, findings: Iterable[Finding], refused: Iterable[RejectedClaim]
    ) -> None:
        """Writes a document's changed metadata and sides, and its findings as re-checked against them, at once.

        Read as another kind, a file can have another text: its chunks are made anew then. A finding that a person
        edited is re-checked as edited, and stays edited.
        """
        mine = t.document.c.id == document.id
        with self._writing() as connection:
            links = self._theme_links(connection, document.id)
            found = self._as_edited(connection, document.id, findings)
            self._write_findings(connection, document.id, (), ())
            same_text = connection.scalar(sa.select(t.document.c.text).where(mine)) == document.text
            indexed = {} if same_text else {"chunks_embedder": ""}
            connection.execute(sa.update(t.document).where(mine).values(**document_row(document), **indexed))
            self._write_people(connection, document)
            self._write_findings(connection, document.id, [stored_row(f) for f in found], refused)
            # A finding that still holds stays in its theme; deleting its row took it out.
            ids = {f.id for f in found}
            kept = [link for link in links if link["finding_id"] in ids]
            if kept:
                connection.execute(t.theme_finding.insert(), kept)

    @staticmethod
    def _theme_links(connection: sa.Connection, document_id: str) -> list[dict[str, str]]:
        """Which of a document's findings stand in which theme."""
        mine = sa.select(t.finding.c.id).where(t.finding.c.document_id == document_id)
        query = sa.select(t.theme_finding).where(t.theme_finding.c.finding_id.in_(mine))
        return [dict(row._mapping) for row in connection.execute(query)]

    # -------------------------------------------------------------------------------------------------- extraction

    def record_extraction(
        self,
        document_id: str,
        maker: Maker,
        findings: Sequence[Finding],
        refused: Sequence[RejectedClaim],
        tokens: tuple[int, int] = (0, 0),
        is_whole: bool = True,
    ) -> None:
        """Replaces what was extracted from a document, all or nothing; what a person said of a finding stays, and what
        a person set right in one stays set right.

        A document that was not read whole keeps what was found in it and waits to be read again. ``tokens`` are those
        of this run; what all runs took is counted in ``usage``.
        """
        row = {
            "document_id": document_id,
            "signature": maker.signature,
            "extractor": maker.extractor,
            "model": maker.model,
            "claims": len(findings) + len(refused),
            "tokens_in": tokens[0],
            "tokens_out": tokens[1],
            "finished_at": now(),
        }
        with self._writing() as connection:
            self._write_findings(connection, document_id, self._set_right(connection, document_id, findings), refused)
            self._add_rest(connection, document_id, maker.model, tokens)
            connection.execute(sa.delete(t.extraction).where(t.extraction.c.document_id == document_id))
            if is_whole:
                connection.execute(t.extraction.insert(), row)

    @staticmethod
    def _write_findings(
        connection: sa.Connection,
        document_id: str,
        found: Sequence[Mapping[str, Any]],
        refused: Iterable[RejectedClaim],
    ) -> None:
        for table in (t.finding, t.rejected):
            connection.execute(sa.delete(table).where(table.c.document_id == document_id))
        turned_down = list({r.id: rejected_row(r) for r in refused}.values())
        if found:
            connection.execute(t.finding.insert(), list(found))
        if turned_down:
            connection.execute(t.rejected.insert(), turned_down)

    def forget_extraction(self, document_ids: Iterable[str]) -> None:
        """Marks documents as not extracted; their findings stay until the next run replaces them."""
        with self._writing() as connection:
            for document_id in document_ids:
                connection.execute(sa.delete(t.extraction).where(t.extraction.c.document_id == document_id))

    def extractions(self) -> dict[str, Mapping[str, Any]]:
        """The last finished extraction of each document, by document id."""
        return {r.document_id: r._mapping for r in self._rows(sa.select(t.extraction))}

    def findings(
        self,
        kind: Kind | None = None,
        account: str = "",
        status: Status | None = None,
        document_id: str = "",
        with_copies: bool = False,
    ) -> tuple[Finding, ...]:
        """Findings in the order of documents and places; ``account`` is compared without regard to case.

        What was found in a copy of another document counts there, and is left out here but for ``with_copies``.
        """
        query = (
            sa.select(
                t.finding,
                t.document.c.name.label("document"),
                t.document.c.account,
                t.document.c.said_on,
                t.participant.c.title,
                sa.func.coalesce(t.participant.c.side, Side.UNKNOWN.value).label("side"),
                sa.func.coalesce(t.review.c.status, Status.NEW.value).label("status"),
            )
            .join(t.document, t.document.c.id == t.finding.c.document_id)
            .outerjoin(
                t.participant,
                (t.participant.c.document_id == t.finding.c.document_id)
                & (t.participant.c.name == t.finding.c.speaker),
            )
            .outerjoin(t.review, t.review.c.finding_id == t.finding.c.id)
            .order_by(t.document.c.added_at, t.document.c.name, t.finding.c.start, t.finding.c.kind)
        )
        if not with_copies:
            query = query.where(counts)
        if kind:
            query = query.where(t.finding.c.kind == kind.value)
        if document_id:
            query = query.where(t.finding.c.document_id == document_id)
        found = (read_finding(r._mapping) for r in self._rows(query))
        # SQLite's lower() knows ASCII only: an "Åkerlund" would not be its own account.
        wanted = account.casefold()
        return tuple(f for f in found if status in (None, f.status) and (not wanted or f.account.casefold() == wanted))

    def rejected(self, with_copies: bool = False) -> tuple[RejectedClaim, ...]:
        query = (
            sa.select(t.rejected, t.document.c.name.label("document"), t.document.c.account, t.document.c.said_on)
            .join(t.document, t.document.c.id == t.rejected.c.document_id)
            .order_by(t.document.c.added_at, t.document.c.name, t.rejected.c.reason)
        )
        if not with_copies:
            query = query.where(counts)
        return tuple(rejected_of(r._mapping) for r in self._rows(query))

    def claim_counts(self) -> list[Mapping[str, Any]]:
        """How many claims each extractor, model and prompt offered, by the reason for refusing them ("" for findings).

        Those of copies are left out, as in ``findings`` and ``rejected``.
        """

        def count(table: sa.Table, reason: sa.ColumnElement[str]) -> sa.Select[Any]:
            made_by = (table.c.extractor, table.c.model, table.c.prompt)
            query = sa.select(*made_by, reason.label("reason"), sa.func.count().label("claims"))
            mine = t.document.c.id == table.c.document_id
            return query.join(t.document, mine).where(counts).group_by(*made_by, reason)

        query = sa.union_all(count(t.finding, sa.literal("")), count(t.rejected, t.rejected.c.reason))
        return [r._mapping for r in self._rows(query)]

    # ----------------------------------------------------------------------------------------------------- themes

    def replace_themes(self, themes: Sequence[Theme]) -> None:
        rows = [{"id": m.id, "kind": m.kind.value, "category": m.category, "label": m.label} for m in themes]
        links = [{"theme_id": m.id, "finding_id": f.id} for m in themes for f in m.findings]
        with self._writing() as connection:
            connection.execute(sa.delete(t.theme_finding))
            connection.execute(sa.delete(t.theme))
            if rows:
                connection.execute(t.theme.insert(), rows)
                connection.execute(t.theme_finding.insert(), links)

    def themes(self) -> tuple[Theme, ...]:
        """Themes with the findings that nobody rejected, most accounts first."""
        findings = {f.id: f for f in self.findings() if f.status != Status.REJECTED}
        members: dict[str, list[Finding]] = {}
        for row in self._rows(sa.select(t.theme_finding)):
            if row.finding_id in findings:
                members.setdefault(row.theme_id, []).append(findings[row.finding_id])
        order = {finding_id: place for place, finding_id in enumerate(findings)}
        made = [
            Theme(r.id, Kind(r.kind), r.category, r.label, tuple(sorted(members[r.id], key=lambda f: order[f.id])))
            for r in self._rows(sa.select(t.theme))
            if r.id in members
        ]
        return tuple(sorted(made, key=lambda m: (-len(m.accounts), -len(m.findings), m.id)))

    # ----------------------------------------------------------------------------------------------------- drafts

    def add_draft(self, digest: str, make: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
        """Keeps a draft as the next version; the same digest as the newest of its segment gives that one back and
        writes nothing. Versions are counted over all segments."""
        with self._writing() as connection:
            kept = connection.execute(sa.select(t.draft).order_by(t.draft.c.version.desc())).all()
            version = kept[0].version + 1 if kept else 1
            content = make(version)
            segment = content.get("segment", "")
            same = next((row for row in kept if row.content.get("segment", "") == segment), None)
            if same is not None and same.digest == digest:
                return dict(same.content)
            connection.execute(
                t.draft.insert(), {"version": version, "made_at": now(), "digest": digest, "content": content}
            )
        return content

    def drafts(self) -> list[dict[str, Any]]:
        """The content of every draft, oldest first."""
        return [dict(r.content) for r in self._rows(sa.select(t.draft).order_by(t.draft.c.version))]

    # ------------------------------------------------------------------------------------------------------ check

    def check(self) -> list[str]:
        """Sentences about what is wrong with the database; empty when all is well."""
        faults = []
        with self._engine.connect() as connection:
            if self._engine.dialect.name == "sqlite":
                said = connection.scalar(sa.text("PRAGMA integrity_check"))
                if said != "ok":
                    faults.append(f"SQLite finds the database damaged: {said}.")
                for row in connection.execute(sa.text("PRAGMA foreign_key_check")):
                    faults.append(f"A row of {row[0]} belongs to nothing.")
        texts = {d.id: d for d in self.documents()}
        for finding in self.findings(with_copies=True):
            if texts[finding.document_id].text[finding.start : finding.end] != finding.quote:
                faults.append(f"Finding {finding.id} does not stand in {finding.document} where it says.")
        for document in texts.values():
            faults += [
                f"Turn {turn.number} of {document.name} lies outside its text."
                for turn in document.turns
                if not 0 <= turn.start < turn.end <= len(document.text)
            ]
        return faults
