"""Sketches and bands of near duplicates, topics, the pace of doors, and what a gold pair differs in."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables; what is already there has no sketch and is compared with nothing."""
    op.create_table(
        "sketch",
        sa.Column(
            "entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("given", sa.BigInteger(), nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("entry"),
    )
    op.create_index("sketch_by_contribution", "sketch", ["contribution"], unique=True)
    op.create_table(
        "band",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "contribution"),
    )
    op.create_index("band_by_contribution", "band", ["contribution"], unique=False)
    op.create_table(
        "topic",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("given", sa.BigInteger(), nullable=False),
        sa.Column("contributor", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("digest", "contribution"),
    )
    op.create_index("topic_latest", "topic", ["digest", "given"], unique=False)
    op.create_index("topic_by_contribution", "topic", ["contribution"], unique=False)
    op.create_table(
        "pace",
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("door", "hour"),
    )
    op.add_column("gold", sa.Column("diff", sa.Text(), nullable=True))
