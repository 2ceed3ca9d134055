"""By what words released records are found."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make its table."""
    op.create_table(
        "ngram",
        sa.Column("digest", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("row", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("digest", "row"),
        sqlite_with_rowid=False,
    )
    op.create_index("ngram_by_row", "ngram", ["row"])
