"""What persons set right in findings, and beside each edited finding what the extractor said."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("finding", sa.Column("was", sa.JSON()))
    op.create_table(
        "edit",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("former", sa.JSON()),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("edited_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_edit_document_id", "edit", ["document_id"])
    op.create_index("ix_edit_finding_id", "edit", ["finding_id"])
