"""More firmographics of accounts, and what each table, document and person says of them.

A study made before has what its tables said, undated, and what its documents say from its next extraction on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TEXTS = ("sub_industry", "region", "stage", "business_model", "ownership")


def upgrade() -> None:
    for name in _TEXTS:
        op.add_column("account", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("account", sa.Column("funding", sa.Float()))
    op.add_column("account", sa.Column("founded", sa.Integer()))
    op.create_table(
        "account_table",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("table", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account", "table"),
    )
    op.create_table(
        "account_word",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("account", "field"),
    )
    op.create_table(
        "document_fact",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.String(), nullable=False),
        sa.CheckConstraint('"end" > "start" AND "start" >= 0', name="fact_has_a_place"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id", "number"),
    )
    op.create_table(
        "facts_read",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id"),
    )
