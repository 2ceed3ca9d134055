"""What people allow beforehand, how reviewers voted, talk, answers to failures, topics, and what was taken."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make their tables."""
    op.create_table(
        "standing",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("contributor", sa.Text(), nullable=False),
        sa.Column("account", sa.Text()),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger()),
        sa.Column("told", sa.BigInteger()),
        sa.Column("asked", sa.BigInteger()),
        sa.Column("allowed", sa.Text(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("given_told", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("standing_by_contributor", "standing", ["contributor"])
    op.create_table(
        "wish",
        sa.Column("contributor", sa.Text(), nullable=False),
        sa.Column("wishes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contributor"),
    )
    op.create_table(
        "shelf",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("drawer", sa.LargeBinary(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", "part"),
    )
    op.create_index("shelf_by_drawer", "shelf", ["drawer"])
    op.create_table(
        "vote",
        sa.Column("item", sa.BigInteger(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("agreed", sa.Boolean()),
        sa.PrimaryKeyConstraint("item", "reviewer"),
    )
    op.create_index("vote_by_reviewer", "vote", ["reviewer"])
    op.create_index("vote_by_contribution", "vote", ["contribution"])
    op.create_table(
        "remark",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("contributor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hidden", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("remark_by_contribution", "remark", ["contribution", "at"])
    op.create_index("remark_by_contributor", "remark", ["contributor"])
    op.create_table(
        "answered",
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("contribution"),
    )
    op.create_index("answered_by_failure", "answered", ["failure"])
    op.create_table(
        "said",
        sa.Column("model", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("mine", sa.Text(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("model", "contribution"),
    )
    op.create_index("said_by_contribution", "said", ["contribution"])
    op.create_table(
        "named",
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("contribution", "role", "digest"),
    )
    op.create_index("named_by_digest", "named", ["digest"])
    op.create_table(
        "measured",
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("contributor", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Float()),
        sa.PrimaryKeyConstraint("contribution"),
    )
    op.create_index("measured_by_name", "measured", ["name"])
    op.create_table(
        "taken",
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("release", "what"),
    )
    op.create_table(
        "counted",
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("release", "facet", "value"),
    )
    with op.batch_alter_table("shown") as shown:
        shown.add_column(sa.Column("topic", sa.Text(), nullable=False, server_default=sa.text("''")))
        shown.add_column(sa.Column("difficulty", sa.Text(), nullable=False, server_default=sa.text("''")))
        shown.add_column(sa.Column("rough", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("topic", "difficulty"):
        op.create_index(f"shown_by_{name}", "shown", [name, "row"])
    if op.get_bind().dialect.name == "sqlite":
        # Beginnings of words have an index of their own: without it the frequent ones are put together anew.
        op.execute("ALTER TABLE found RENAME TO found_before")
        op.execute(
            "CREATE VIRTUAL TABLE found USING fts5("
            "title, text, prefix = '3', tokenize = 'unicode61 remove_diacritics 2')"
        )
        op.execute("INSERT INTO found (rowid, title, text) SELECT rowid, title, text FROM found_before")
        op.execute("DROP TABLE found_before")
