"""The tables of people: accounts and what they claimed. Nothing that anybody gave is in them."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text

from commonwheel.adapters.sql.tables import Moment, metadata

account = Table(
    "account",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("password", Text),
    Column("email", LargeBinary),
    Column("email_digest", LargeBinary, unique=True),
    Column("elsewhere", LargeBinary, unique=True),
    Column("verified", Moment),
    Column("ended", Moment),
    Column("defaults", Text, nullable=False),
)

# What somebody began to give, sealed so that their browser's cookie alone opens it (people/drawer.py).
draft = Table(
    "draft",
    metadata,
    Column("id", Text, primary_key=True),
    Column("drawer", LargeBinary, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("draft_by_drawer", "drawer", "changed"),
    Index("draft_by_age", "changed"),
)

claim = Table(
    "claim",
    metadata,
    Column("contributor", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Index("claim_by_account", "account"),
)

# What somebody allowed beforehand; of several of one person the last counts (records/standing.py).
standing = Table(
    "standing",
    metadata,
    Column("id", Text, primary_key=True),
    Column("contributor", Text, nullable=False),
    Column("account", Text),
    Column("began", Moment, nullable=False),
    Column("ended", Moment),
    Column("told", Moment),
    Column("asked", Moment),
    Column("allowed", Text, nullable=False),
    Column("given", Integer, nullable=False),
    Column("given_told", Integer, nullable=False),
    Index("standing_by_contributor", "contributor"),
)

# What somebody known to a door wishes for what they give through it (records/wishes.py).
wish = Table(
    "wish",
    metadata,
    Column("contributor", Text, primary_key=True),
    Column("wishes", Text, nullable=False),
)

# How reviewers decided; `agreed` is known once another decided about the same (journeys/votes.py).
vote = Table(
    "vote",
    metadata,
    Column("item", BigInteger, primary_key=True, autoincrement=False),
    Column("reviewer", Text, primary_key=True),
    Column("contribution", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("decision", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("agreed", Boolean),
    Index("vote_by_reviewer", "reviewer"),
    Index("vote_by_contribution", "contribution"),
)

# What was read of an export, until its giver picked from it; sealed like drafts. Part 0 is the list of contents.
shelf = Table(
    "shelf",
    metadata,
    Column("id", Text, primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("drawer", LargeBinary, nullable=False),
    Column("changed", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("shelf_by_drawer", "drawer"),
)
