"""The tables of what anybody may read: released records to look through, and their words to find them by.

`found` is a virtual table of FTS5 in SQLite, and a table with a generated `tsvector` in PostgreSQL; both are made
by a migration, and rows are put in and taken out by their `rowid`, the row's number in the lake.
"""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, LargeBinary, Table, Text, false, text

from commonwheel.adapters.sql.tables import Moment, metadata

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
    Column("topic", Text, nullable=False, server_default=text("''")),
    Column("difficulty", Text, nullable=False, server_default=text("''")),
    Column("rough", Boolean, nullable=False, server_default=false()),
    Index("shown_by_contribution", "contribution"),
    *(
        Index(f"shown_by_{name}", name, "row")
        for name in ("kind", "language", "assessment", "license", "learns", "topic", "difficulty")
    ),
)

found = Table(
    "found",
    metadata,
    Column("rowid", BigInteger, primary_key=True, autoincrement=False),
    Column("title", Text),
    Column("text", Text),
    info={"virtual": True},
)

# What people say about a released record: public words, as they are shown (journeys/talk.py).
remark = Table(
    "remark",
    metadata,
    Column("id", Text, primary_key=True),
    Column("contribution", Text, nullable=False),
    Column("contributor", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("hidden", Moment),
    Index("remark_by_contribution", "contribution", "at"),
    Index("remark_by_contributor", "contributor"),
)

# Which gift answers which failure (journeys/answer_failures.py).
answered = Table(
    "answered",
    metadata,
    Column("contribution", Text, primary_key=True),
    Column("failure", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("answered_by_failure", "failure"),
)

# How often a release was taken, and in what form: numbers alone, nobody who took it.
taken = Table(
    "taken",
    metadata,
    Column("release", Integer, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("number", Integer, nullable=False),
)

# What a release held when it was made, of what may be shown.
counted = Table(
    "counted",
    metadata,
    Column("release", Integer, primary_key=True),
    Column("facet", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("number", Integer, nullable=False),
)

# What signals say, as numbers: counted for many people together, and for nobody alone (journeys/signals.py).
measured = Table(
    "measured",
    metadata,
    Column("contribution", Text, primary_key=True),
    Column("contributor", Text),
    Column("name", Text, nullable=False),
    Column("value", Float),
    Index("measured_by_name", "name"),
)

# What doors call what they gave, keyed, so that feedback finds it whenever it comes.
named = Table(
    "named",
    metadata,
    Column("contribution", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Index("named_by_digest", "digest"),
)
