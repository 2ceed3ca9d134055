"""The tables, one definition for SQLite and PostgreSQL.

Words that people gave are in `content`, `gold` and `review.statement`, encrypted; every table that
holds something of a contribution is listed in `commonwheel.adapters.sql.copies`. The tables for learning, and
those of people, are in files of their own.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    false,
    text,
)

from commonwheel.adapters.sql import schema_learning as learning
from commonwheel.adapters.sql import schema_people as people
from commonwheel.adapters.sql import schema_public as public
from commonwheel.adapters.sql import tables
from commonwheel.adapters.sql.tables import Moment, Serial

metadata = tables.metadata
gold, gold_version, gold_member, trace = learning.gold, learning.gold_version, learning.gold_member, learning.trace
model, model_step, learned, ngram = learning.model, learning.model_step, learning.learned, learning.ngram
said = learning.said
account, claim, draft, standing = people.account, people.claim, people.draft, people.standing
vote, shelf, wish = people.vote, people.shelf, people.wish
shown, found = public.shown, public.found
remark, answered, taken, counted = public.remark, public.answered, public.taken, public.counted
measured, named = public.measured, public.named

contribution = Table(
    "contribution",
    metadata,
    Column("id", Text, primary_key=True),
    # An erased contribution keeps its id and the time, and nothing else.
    Column("erased", Moment),
    Column("kind", Text),
    Column("given", Moment),
    Column("latest", Integer),
    Column("owner", Text),
    Column("contributor", Text),
    Column("token", Text),
    Index("contribution_by_contributor", "contributor", "given"),
)

revision = Table(
    "revision",
    metadata,
    Column("contribution", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("terms", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("vocabulary", Text, nullable=False),
    Column("language", Text),
    Column("verdict", Text),
    Column("findings", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("claimed_by", Text),
    Column("claimed_until", Moment),
    # How often a judge gave no answer, and when it is asked again.
    Column("asked", Integer, nullable=False, server_default="0"),
    Column("waits_until", Moment),
    # Only what is under way is looked for by state: the index stays small in a big commons.
    Index(
        "revision_under_way",
        "state",
        "created",
        sqlite_where=text("state IN ('waiting', 'quarantined', 'ready')"),
        postgresql_where=text("state IN ('waiting', 'quarantined', 'ready')"),
    ),
)

content = Table(
    "content",
    metadata,
    Column("contribution", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("original", LargeBinary),
    Column("redacted", LargeBinary),
)

event = Table(
    "event",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("name", Text, nullable=False),
    Column("contribution", Text),
    Column("number", Integer),
    Column("data", Text, nullable=False),
    Index("event_by_contribution", "contribution"),
)

hold = Table(
    "hold",
    metadata,
    Column("contribution", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("set_by", Text, nullable=False),
    Column("until", Moment),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("token", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("contribution", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("idempotency_by_contribution", "contribution"),
)

# What was imported: digests under our key of who gave it and its words, of its file's name, and of its terms. They
# outlive the contribution, which is then not named any more: what was taken back is not given by the next import.
imported = Table(
    "imported",
    metadata,
    Column("words", LargeBinary, primary_key=True),
    Column("place", LargeBinary),
    Column("terms", LargeBinary, nullable=False),
    Column("contribution", Text),
    Index("imported_by_place", "place"),
    Index("imported_by_contribution", "contribution"),
)

duplicate = Table(
    "duplicate",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("contribution", Text, nullable=False),
    Index("duplicate_by_contribution", "contribution"),
)

# What a record is nearly the same as: under our key, so that it proves nothing about any words.
sketch = Table(
    "sketch",
    metadata,
    Column("entry", Serial, primary_key=True, autoincrement=True),
    Column("contribution", Text, nullable=False),
    Column("given", Moment, nullable=False),
    Column("places", LargeBinary, nullable=False),
    Index("sketch_by_contribution", "contribution", unique=True),
)

band = Table(
    "band",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("contribution", Text, primary_key=True),
    Index("band_by_contribution", "contribution"),
)

# Who gave to which topic, to tell where one hand writes most of it.
topic = Table(
    "topic",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("contribution", Text, primary_key=True),
    Column("given", Moment, nullable=False),
    Column("contributor", Text),
    Index("topic_latest", "digest", "given"),
    Index("topic_by_contribution", "contribution"),
)

pace = Table(
    "pace",
    metadata,
    Column("door", Text, primary_key=True),
    Column("hour", Moment, primary_key=True),
    Column("number", Integer, nullable=False),
)

review = Table(
    "review",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("contribution", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("opened", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("appeal", Boolean, nullable=False),
    Column("statement", LargeBinary),
    Column("not_by", Text),
    Column("claimed_by", Text),
    Column("claimed_until", Moment),
    Column("decided", Moment),
    Column("decided_by", Text),
    Column("decision", Text),
    Column("reason", Text),
    Column("note", LargeBinary),
    Index("review_by_contribution", "contribution"),
    Index(
        "review_open",
        "contribution",
        "number",
        unique=True,
        sqlite_where=text("decided IS NULL"),
        postgresql_where=text("decided IS NULL"),
    ),
)

release = Table(
    "release",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("sealed", Moment),
    Column("note", Text, nullable=False),
    Column("manifest", LargeBinary),
    Column("signature", LargeBinary),
)

row = Table(
    "row",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("contribution", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("bucket", Text, nullable=False),
    # Known once the row is in the lake, and read back from there.
    Column("digest", LargeBinary),
    Column("salt", LargeBinary),
    Index("row_by_contribution", "contribution"),
    # What is erased or taken down is looked for in every release, and is little of it.
    Index("row_without_salt", "seq", sqlite_where=text("salt IS NULL"), postgresql_where=text("salt IS NULL")),
)

membership = Table(
    "membership",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("entered", Integer, primary_key=True),
    Column("left", Integer),
    Index("membership_entered", "entered"),
    Index(
        "membership_left",
        "left",
        sqlite_where=text('"left" IS NOT NULL'),
        postgresql_where=text('"left" IS NOT NULL'),
    ),
)

bucket = Table(
    "bucket",
    metadata,
    Column("name", Text, primary_key=True),
    Column("license", Text, nullable=False),
    Column("ai_pref", Text, nullable=False),
    Column("vocabulary", Text, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
)

leaf = Table(
    "leaf",
    metadata,
    Column("bucket", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("release", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
)

policy = Table(
    "policy",
    metadata,
    Column("number", Serial, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("adopted", Moment, nullable=False),
    Column("adopted_by", Text, nullable=False),
)

token = Table(
    "token",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("terms", Text),
    Column("created", Moment, nullable=False),
    Column("revoked", Moment),
    # Of a person with an account, and of a browser where `session` says so.
    Column("account", Text),
    Column("session", Boolean, nullable=False, server_default=false()),
    Column("expires", Moment),
    Column("label", Text, nullable=False, server_default=text("''")),
    Index("token_by_account", "account"),
)

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Moment, nullable=False),
)

chore = Table(
    "chore",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("due", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_by", Text),
    Column("claimed_until", Moment),
    Index("chore_due", "due"),
)

schedule = Table(
    "schedule",
    metadata,
    Column("name", Text, primary_key=True),
    Column("every", Integer, nullable=False),
    Column("due", Moment, nullable=False),
    Column("paused", Boolean, nullable=False),
)

judgement = Table(
    "judgement",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("contribution", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("findings", Text, nullable=False),
    Index("judgement_by_contribution", "contribution"),
)

judge_calls = Table(
    "judge_calls",
    metadata,
    Column("day", Text, primary_key=True),
    Column("calls", Integer, nullable=False),
)

stream_hour = Table(
    "stream_hour",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("hour", Moment, primary_key=True),
    Column("total", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
)

breaker = Table(
    "breaker",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("opened", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("total", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
)
