"""What judges answered, who waits for them, and streams that can be held."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add them; nothing waits for a judge yet."""
    op.add_column("revision", sa.Column("asked", sa.Integer(), server_default="0", nullable=False))
    op.add_column("revision", sa.Column("waits_until", sa.BigInteger(), nullable=True))
    op.create_table(
        "judgement",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("judgement_by_contribution", "judgement", ["contribution"], unique=False)
    op.create_table(
        "judge_calls",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "stream_hour",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "hour"),
    )
    op.create_table(
        "breaker",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("stream"),
    )
