"""Which table each deal is from, the columns of its row, and what each table says in its other columns.

A deal of a study made before has the table that alone tells of its account; of several nobody knows which it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("deal", sa.Column("attributes", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("deal", sa.Column("table", sa.String(), nullable=False, server_default=""))
    op.add_column("account_table", sa.Column("attributes", sa.JSON()))
    op.add_column("account_table", sa.Column("imported_at", sa.String(), nullable=False, server_default=""))
    op.execute(
        """
        UPDATE deal SET "table" = (SELECT a."table" FROM account_table a WHERE a.account = deal.account)
        WHERE (SELECT COUNT(*) FROM account_table a WHERE a.account = deal.account) = 1
        """
    )
