"""What was imported, so that it is not given again."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "imported",
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.LargeBinary()),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.Column("contribution", sa.Text()),
        sa.PrimaryKeyConstraint("words"),
    )
    op.create_index("imported_by_place", "imported", ["place"])
    op.create_index("imported_by_contribution", "imported", ["contribution"])
