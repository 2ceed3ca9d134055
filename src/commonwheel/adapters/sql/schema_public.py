"""The tables of what anybody may read: released records to look through, and their words to find them by.

`found` is a virtual table of FTS5 in SQLite, and a table with a generated `tsvector` in PostgreSQL; both are made
by a migration, and rows are put in and taken out by their `rowid`, the row's number in the lake.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from commonwheel.adapters.sql.tables import metadata

shown = Table(
    "shown",
    metadata,
    Column("row", BigInteger, primary_key=True, autoincrement=False),
    Column("contribution", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("assessment", Text, nullable=False),
    Column("license", Text, nullable=False),
    Column("learns", Text, nullable=False),
    Column("name", Text, nullable=False),
    Index("shown_by_contribution", "contribution"),
    *(Index(f"shown_by_{name}", name, "row") for name in ("kind", "language", "assessment", "license", "learns")),
)

found = Table(
    "found",
    metadata,
    Column("rowid", BigInteger, primary_key=True, autoincrement=False),
    Column("title", Text),
    Column("text", Text),
    info={"virtual": True},
)
