"""What anybody may look through, and the words to find it by."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make their tables: full text by FTS5 in SQLite, and by a generated column in PostgreSQL."""
    op.create_table(
        "shown",
        sa.Column("row", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contribution", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("license", sa.Text(), nullable=False),
        sa.Column("learns", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("row"),
    )
    op.create_index("shown_by_contribution", "shown", ["contribution"])
    for name in ("kind", "language", "assessment", "license", "learns"):
        op.create_index(f"shown_by_{name}", "shown", [name, "row"])
    if op.get_bind().dialect.name == "sqlite":
        # Letters count without case and marks; words of other scripts as they are.
        op.execute(
            "CREATE VIRTUAL TABLE found USING fts5(title, text, tokenize = 'unicode61 remove_diacritics 2')"
        )
        return
    op.execute(
        "CREATE TABLE found (rowid bigint PRIMARY KEY, title text, text text, words tsvector GENERATED ALWAYS AS ("
        "setweight(to_tsvector('simple', title), 'A') || to_tsvector('simple', text)) STORED)"
    )
    op.execute("CREATE INDEX found_words ON found USING gin (words)")
