"""The tables for learning: gold, its versions, the models made of it, who learned from what, words to find by."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, LargeBinary, Table, Text, text

from commonwheel.adapters.sql.tables import Moment, Serial, metadata

gold = Table(
    "gold",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("contribution", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("rejected_from", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("similarity", Float),
    Column("diff", Text),
    Column("at", Moment, nullable=False),
    Column("pair", LargeBinary, nullable=False),
    Column("prompt", LargeBinary),
    Column("model", Text),
    Column("dropped", Integer),
    Index("gold_by_contribution", "contribution"),
    Index("gold_by_rejected", "rejected_from"),
    Index("gold_by_prompt", "prompt"),
)

gold_version = Table(
    "gold_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("made", Moment, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("base", Integer),
    Column("policy", Text, nullable=False),
    Column("upto", BigInteger, nullable=False),
    Column("pairs", Integer, nullable=False),
    Column("came", Integer, nullable=False),
    Column("left", Integer, nullable=False),
    Column("left_out", Text, nullable=False),
    Column("note", Text, nullable=False),
)

gold_member = Table(
    "gold_member",
    metadata,
    Column("pair", BigInteger, primary_key=True, autoincrement=False),
    Column("came", Integer, primary_key=True, autoincrement=False),
    Column("left", Integer),
    Column("weight", Float, nullable=False),
    Column("contribution", Text, nullable=False),
    Column("rejected_from", Text, nullable=False),
    Index("gold_member_by_contribution", "contribution"),
    Index("gold_member_by_rejected", "rejected_from"),
)

trace = Table(
    "trace",
    metadata,
    Column("contribution", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("good", Boolean, nullable=False),
    Column("paired", Boolean, nullable=False),
    Index("trace_by_fingerprint", "fingerprint"),
)

model = Table(
    "model",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("start", Integer),
    Column("gold", Integer, nullable=False),
    Column("made", Moment, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("holder", Text),
    Column("trained", Integer, nullable=False),
    Column("held_out", Integer, nullable=False),
    Column("left_out", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("report", Text),
    Column("history", Text, nullable=False),
    # One model is promoted, or none: two that want to be cannot both.
    Index(
        "model_promoted",
        "state",
        unique=True,
        sqlite_where=text("state = 'promoted'"),
        postgresql_where=text("state = 'promoted'"),
    ),
)

model_step = Table(
    "model_step",
    metadata,
    Column("model", Integer, primary_key=True, autoincrement=False),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("numbers", Text, nullable=False),
)

# Which pairs a model learned from, and which it was measured by.
learned = Table(
    "learned",
    metadata,
    Column("model", Integer, primary_key=True, autoincrement=False),
    Column("pair", BigInteger, primary_key=True, autoincrement=False),
    Column("part", Text, nullable=False),
    Column("contribution", Text, nullable=False),
    Column("rejected_from", Text, nullable=False),
    Index("learned_by_contribution", "contribution"),
    Index("learned_by_rejected", "rejected_from"),
    Index("learned_by_pair", "pair"),
)

# What a model and the one before it answer to questions that are public (journeys/side_by_side.py).
said = Table(
    "said",
    metadata,
    Column("model", Integer, primary_key=True, autoincrement=False),
    Column("contribution", Text, primary_key=True),
    Column("mine", Text, nullable=False),
    Column("other", Text, nullable=False),
    Index("said_by_contribution", "contribution"),
)

# By what words a released record is found: keyed digests, and the row in the lake that has each. Of all tables the
# one with the most rows, so it holds numbers alone, and in SQLite each row once.
ngram = Table(
    "ngram",
    metadata,
    Column("digest", BigInteger, primary_key=True, autoincrement=False),
    Column("row", BigInteger, primary_key=True, autoincrement=False),
    Index("ngram_by_row", "row"),
    sqlite_with_rowid=False,
)
