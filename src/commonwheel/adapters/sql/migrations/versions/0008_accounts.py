"""People: accounts, what they claimed to have given before, drafts, and tokens of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make their tables, and say of tokens whose they are."""
    op.create_table(
        "account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("password", sa.Text()),
        sa.Column("email", sa.LargeBinary()),
        sa.Column("email_digest", sa.LargeBinary()),
        sa.Column("elsewhere", sa.LargeBinary()),
        sa.Column("verified", sa.BigInteger()),
        sa.Column("ended", sa.BigInteger()),
        sa.Column("defaults", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name_key"),
        sa.UniqueConstraint("email_digest"),
        sa.UniqueConstraint("elsewhere"),
    )
    op.create_table(
        "claim",
        sa.Column("contributor", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contributor"),
    )
    op.create_index("claim_by_account", "claim", ["account"])
    op.create_table(
        "draft",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("drawer", sa.LargeBinary(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("draft_by_drawer", "draft", ["drawer", "changed"])
    op.create_index("draft_by_age", "draft", ["changed"])
    op.add_column("token", sa.Column("account", sa.Text()))
    op.add_column("token", sa.Column("session", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("token", sa.Column("expires", sa.BigInteger()))
    op.add_column("token", sa.Column("label", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.create_index("token_by_account", "token", ["account"])
