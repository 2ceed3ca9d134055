"""The tables of people: accounts and what they claimed. Nothing that anybody gave is in them."""

from sqlalchemy import Column, Index, LargeBinary, Table, Text

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
