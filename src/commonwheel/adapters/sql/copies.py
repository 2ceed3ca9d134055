"""Which tables hold something of a contribution: what erasure deletes, and how to find it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, delete, func, or_, select, update

from commonwheel.adapters.sql import schema as t
from commonwheel.records.states import State

TABLES: dict[Table, tuple[Column[Any], ...]] = {
    t.revision: (t.revision.c.contribution,),
    t.content: (t.content.c.contribution,),
    t.event: (t.event.c.contribution,),
    t.hold: (t.hold.c.contribution,),
    t.idempotency: (t.idempotency.c.contribution,),
    t.duplicate: (t.duplicate.c.contribution,),
    t.sketch: (t.sketch.c.contribution,),
    t.band: (t.band.c.contribution,),
    t.topic: (t.topic.c.contribution,),
    t.review: (t.review.c.contribution,),
    t.gold: (t.gold.c.contribution, t.gold.c.rejected_from),
    t.gold_member: (t.gold_member.c.contribution, t.gold_member.c.rejected_from),
    t.trace: (t.trace.c.contribution,),
    t.learned: (t.learned.c.contribution, t.learned.c.rejected_from),
    t.said: (t.said.c.contribution,),
    t.judgement: (t.judgement.c.contribution,),
    t.ngram: (t.ngram.c.row,),
    t.shown: (t.shown.c.row, t.shown.c.contribution),
    t.found: (t.found.c.rowid,),
    t.vote: (t.vote.c.contribution,),
    t.remark: (t.remark.c.contribution,),
    t.measured: (t.measured.c.contribution,),
    t.named: (t.named.c.contribution,),
    t.answered: (t.answered.c.contribution, t.answered.c.failure),
}
"""Tables whose rows go with a contribution, and the columns that name it, or one of its rows in the lake."""

KEPT: dict[Table, str] = {
    t.contribution: "the tombstone: id and time",
    t.row: "the row number and a commitment whose salt is destroyed; old manifests verify by it",
    t.membership: "row numbers",
    t.leaf: "commitments",
    t.bucket: "hashes",
    t.release: "manifests: counts and hashes",
    t.imported: "digests under our key of what was imported, so that it is not given again; no contribution",
    t.policy: "rules; no contribution in it",
    t.gold_version: "counts and rules; no contribution in it",
    t.model: "counts, settings and measurements; its weights may still show what it learned (journeys/lineage.py)",
    t.model_step: "numbers",
    t.pace: "how many came through a door in an hour",
    t.token: "no contribution in it",
    t.account: "who somebody is here; no contribution in it",
    t.draft: "what is not given yet: no contribution in it, sealed, and gone after two days",
    t.shelf: "what is not given yet: no contribution in it, sealed, and gone after two days",
    t.claim: "whom an account claimed to have been; no contribution in it",
    t.standing: "what somebody allowed beforehand; theirs go when they erase everything",
    t.wish: "what somebody wishes for what they give; theirs go when they erase everything",
    t.counted: "what releases held; no contribution in it",
    t.taken: "how often releases were taken; no contribution in it",
    t.lease: "no contribution in it",
    t.chore: "row numbers and ids, until done",
    t.schedule: "no contribution in it",
    t.judge_calls: "no contribution in it",
    t.stream_hour: "counts by the hour; those of a contributor go when they erase everything",
    t.breaker: "counts; the breaker of a contributor goes when they erase everything",
}
"""Tables that an erasure leaves, and what they still hold of an erased contribution."""


def _names(columns: tuple[Column[Any], ...], id: str) -> ColumnElement[bool]:
    """Whether one of the columns names a contribution, or a row of it."""
    rows = select(t.row.c.seq).where(t.row.c.contribution == id)
    return or_(*(column.in_(rows) if column.name in ("row", "rowid") else column == id for column in columns))


def find(connection: Connection, id: str) -> dict[str, int]:
    """How many rows each table holds of a contribution; the event that says that it was erased is not counted."""
    counted = {}
    for table, columns in TABLES.items():
        where = _names(columns, id)
        if table is t.event:
            where = and_(where, t.event.c.name != State.ERASED)
        counted[table.name] = connection.execute(select(func.count()).select_from(table).where(where)).scalar_one()
    return {name: number for name, number in counted.items() if number}


def bury(connection: Connection, id: str, at: datetime) -> None:
    """Delete a contribution everywhere in the database, leaving id and time."""
    for table, columns in TABLES.items():
        connection.execute(delete(table).where(_names(columns, id)))
    connection.execute(update(t.row).where(t.row.c.contribution == id).values(salt=None))
    connection.execute(update(t.imported).where(t.imported.c.contribution == id).values(contribution=None))
    nothing = {column.name: None for column in t.contribution.c if column.name != "id"}
    connection.execute(update(t.contribution).where(t.contribution.c.id == id).values(nothing | {"erased": at}))
