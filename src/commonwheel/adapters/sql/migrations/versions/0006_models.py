"""Models, how they learned, and from what."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make their tables."""
    op.create_table(
        "model",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer()),
        sa.Column("gold", sa.Integer(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text()),
        sa.Column("trained", sa.Integer(), nullable=False),
        sa.Column("held_out", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("report", sa.Text()),
        sa.Column("history", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index(
        "model_promoted", "model", ["state"], unique=True,
        sqlite_where=sa.text("state = 'promoted'"), postgresql_where=sa.text("state = 'promoted'"),
    )  # fmt: skip
    op.create_table(
        "model_step",
        sa.Column("model", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("model", "step"),
    )
    op.create_table(
        "learned",
        sa.Column("model", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pair", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("rejected_from", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("model", "pair"),
    )
    op.create_index("learned_by_contribution", "learned", ["contribution"])
    op.create_index("learned_by_rejected", "learned", ["rejected_from"])
    op.create_index("learned_by_pair", "learned", ["pair"])
