"""Numbered versions of gold."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make their tables, and room for what a choice of pairs asks for."""
    with op.batch_alter_table("gold") as gold:
        gold.add_column(sa.Column("prompt", sa.LargeBinary()))
        gold.add_column(sa.Column("model", sa.Text()))
        gold.add_column(sa.Column("dropped", sa.Integer()))
        gold.create_index("gold_by_prompt", ["prompt"])
    op.create_table(
        "gold_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer()),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "gold_member",
        sa.Column("pair", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("came", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("left", sa.Integer()),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("rejected_from", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pair", "came"),
    )
    op.create_index("gold_member_by_contribution", "gold_member", ["contribution"])
    op.create_index("gold_member_by_rejected", "gold_member", ["rejected_from"])
