"""What was asked of models about each document, and what it took, in all runs.

Of a study made before, what is still known is taken over: the calls of the sent log, and the tokens of the last run or
of the answers that are kept, whichever is more. It may have been more still.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_CALLS = "SELECT document_id, model, SUM(times), 0, 0 FROM sent GROUP BY document_id, model"
_KEPT = """SELECT sent.document_id, sent.model, 0, SUM(answer.tokens_in), SUM(answer.tokens_out)
           FROM sent JOIN answer ON answer.key = sent.key GROUP BY sent.document_id, sent.model"""
_LAST_RUN = "SELECT document_id, model, 0, tokens_in, tokens_out FROM extraction WHERE tokens_in + tokens_out > 0"


def upgrade() -> None:
    usage = op.create_table(
        "usage",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "model"),
    )
    op.create_index("ix_sent_key", "sent", ["key"])
    known = _known(op.get_bind())
    if known:
        op.bulk_insert(usage, known)


def _known(connection: sa.Connection) -> list[dict[str, object]]:
    most: dict[tuple[str, str], tuple[int, int, int]] = {}
    for query in (_CALLS, _KEPT, _LAST_RUN):
        for document_id, model, *counts in connection.execute(sa.text(query)):
            before = most.get((document_id, model), (0, 0, 0))
            calls, sent, answered = (max(pair) for pair in zip(before, counts, strict=True))
            most[document_id, model] = (calls, sent, answered)
    names = ("document_id", "model", "calls", "tokens_in", "tokens_out")
    return [dict(zip(names, (*key, *counts), strict=True)) for key, counts in most.items()]
