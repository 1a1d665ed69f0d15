"""What language models were asked and answered in a study: the cache of answers, what was sent, and what it took.

Usage is counted where it arises, in the transaction that keeps a call or its answer, so that neither a kill nor a
later run that finds every answer kept makes it vanish.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert as upsert

from analyzer.adapters import tables as t
from analyzer.adapters.document_store import DocumentStore, now
from analyzer.adapters.protocols import Answer, Sent

Tokens = tuple[int, int]
"""Sent and answered."""


class AnswerStore(DocumentStore):
    """Reads and writes what concerns language models; every write is one transaction."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._counted: dict[str, Tokens] = {}
        self._counting = threading.Lock()

    # ----------------------------------------------------------------------------------------------- answer cache

    def recall(self, key: str) -> Answer | None:
        return self._recall(key, is_former=False)

    def recall_former(self, key: str) -> Answer | None:
        return self._recall(key, is_former=True)

    def _recall(self, key: str, is_former: bool) -> Answer | None:
        rows = self._rows(sa.select(t.answer).where(t.answer.c.key == key, t.answer.c.is_former == is_former))
        return Answer(rows[0].content, rows[0].tokens_in, rows[0].tokens_out) if rows else None

    def remember(self, key: str, model: str, answer: Answer) -> None:
        """Keeps an answer and counts its tokens; one that is known stays, but for one to be asked for anew."""
        row = {
            "key": key,
            "model": model,
            "content": answer.content,
            "tokens_in": answer.tokens_in,
            "tokens_out": answer.tokens_out,
            "answered_at": now(),
            "is_former": False,
        }
        tokens = (answer.tokens_in, answer.tokens_out)
        asked_about = sa.select(t.sent.c.document_id).where(t.sent.c.key == key).order_by(t.sent.c.last_at.desc())
        with self._writing() as connection:
            made = upsert(t.answer).values(row)
            connection.execute(made.on_conflict_do_update(["key"], set_=row, where=t.answer.c.is_former))
            document_id = connection.scalar(asked_about.limit(1))
            if document_id is not None:
                self._add_usage(connection, document_id, model, tokens=tokens)
        if document_id is not None:
            with self._counting:
                sent, answered = self._counted.get(document_id, (0, 0))
                self._counted[document_id] = (sent + tokens[0], answered + tokens[1])

    def ask_anew(self, model: str, signature: str) -> None:
        """Has every answer of a model asked for again, and every document read with this signature read again.

        Answers and findings stay until there are new ones.
        """
        with self._writing() as connection:
            connection.execute(sa.update(t.answer).where(t.answer.c.model == model).values(is_former=True))
            done = sa.update(t.extraction).where(t.extraction.c.signature == signature)
            connection.execute(done.values(signature=""))

    # ------------------------------------------------------------------------------------------------ what was sent

    def record_sent(self, sent: Sent) -> None:
        """Keeps a prompt as it goes out, and counts the call; the same again only counts."""
        moment = datetime.now(UTC).isoformat(timespec="milliseconds")
        row = {**asdict(sent), "times": 1, "first_at": moment, "last_at": moment}
        again = {"times": t.sent.c.times + 1, "last_at": moment, "host": sent.host}
        with self._writing() as connection:
            same = ["document_id", "key"]
            connection.execute(upsert(t.sent).values(row).on_conflict_do_update(same, set_=again))
            self._add_usage(connection, sent.document_id, sent.model, calls=1)

    def sent(self, document_id: str) -> list[Mapping[str, Any]]:
        """Every prompt ever sent about a document, in the order they first went out."""
        query = sa.select(t.sent).where(t.sent.c.document_id == document_id)
        return [r._mapping for r in self._rows(query.order_by(t.sent.c.first_at, t.sent.c.key))]

    # -------------------------------------------------------------------------------------------------------- usage

    def usage(self) -> list[Mapping[str, Any]]:
        """A row a document and model: calls and tokens of all runs, in the order in which documents were added.

        A document that was removed keeps its row and has no name (``document`` is None): the money is spent.
        """
        query = sa.select(t.usage, t.document.c.name.label("document")).outerjoin(
            t.document, t.document.c.id == t.usage.c.document_id
        )
        order = (t.document.c.added_at.is_(None), t.document.c.added_at, t.document.c.name, t.usage.c.model)
        return [r._mapping for r in self._rows(query.order_by(*order))]

    @staticmethod
    def _add_usage(
        connection: sa.Connection, document_id: str, model: str, calls: int = 0, tokens: Tokens = (0, 0)
    ) -> None:
        c = t.usage.c
        row = {
            "document_id": document_id,
            "model": model,
            "calls": calls,
            "tokens_in": tokens[0],
            "tokens_out": tokens[1],
        }
        more = {
            "calls": c.calls + calls,
            "tokens_in": c.tokens_in + tokens[0],
            "tokens_out": c.tokens_out + tokens[1],
        }
        connection.execute(upsert(t.usage).values(row).on_conflict_do_update(["document_id", "model"], set_=more))

    def _add_rest(self, connection: sa.Connection, document_id: str, model: str, tokens: Tokens) -> None:
        """Counts what reading a document took beyond the answers that were kept: answers of no use cost as much."""
        with self._counting:
            counted = self._counted.pop(document_id, (0, 0))
        rest = (max(0, tokens[0] - counted[0]), max(0, tokens[1] - counted[1]))
        if any(rest):
            self._add_usage(connection, document_id, model, tokens=rest)
