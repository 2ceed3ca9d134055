"""Sketches, bands, topics and pace, in SQL: a lookup costs the same however much there is."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import (
    CompoundSelect,
    Connection,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    union,
    update,
)

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.dialect import in_batches, insert_or_ignore, is_postgres, upsert
from commonwheel.ports.repeats import Sketched

_LOCK = text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")
"""In the order of the list, which is sorted, so that two who lock do not wait for each other."""

_SKETCH = select(t.sketch).where(t.sketch.c.contribution == bindparam("of_id"))
_BANDS = select(t.band.c.digest).where(t.band.c.contribution == bindparam("of_id")).order_by(t.band.c.digest)
_FORGET = tuple(
    delete(table).where(table.c.contribution == bindparam("of_id")) for table in (t.sketch, t.band, t.topic)
)
_FORGET_BANDS = _FORGET[1]
_GIVERS = (
    select(t.topic.c.contributor)
    .where(t.topic.c.digest == bindparam("of_topic"), t.topic.c.given <= bindparam("until"))
    .where(t.topic.c.contribution != bindparam("but"))
    .order_by(t.topic.c.given.desc())
    .limit(bindparam("most"))
)
_EARLIER = or_(
    t.contribution.c.given < bindparam("this_given"),
    and_(t.contribution.c.given == bindparam("this_given"), t.contribution.c.id <= bindparam("this_id")),
)
_RANK = select(func.count()).select_from(
    select(t.contribution.c.given)
    .where(t.contribution.c.contributor == bindparam("by"), t.contribution.c.given > bindparam("since"), _EARLIER)
    .limit(bindparam("most"))
    .subquery()
)
_COUNT_DOOR = (
    update(t.pace)
    .where(t.pace.c.door == bindparam("of_door"), t.pace.c.hour == bindparam("of_hour"))
    .values(number=t.pace.c.number + bindparam("more"))
    .returning(t.pace.c.number)
)


@cache
def _sharing(bands: int) -> CompoundSelect[tuple[str]]:
    """The first contributions of each of so many bands: each a short walk in an index."""
    each = [
        select(t.band.c.contribution)
        .where(t.band.c.digest == bindparam(f"band{number}"), t.band.c.contribution != bindparam("but"))
        .order_by(t.band.c.contribution)
        .limit(bindparam("most"))
        .subquery()
        for number in range(bands)
    ]
    return union(*(select(part.c.contribution) for part in each))


class SqlRepeats:
    """See `commonwheel.ports.Repeats`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def lock(self, bands: Collection[bytes]) -> None:
        """Advisory locks in PostgreSQL; SQLite has one writer anyway."""
        if bands and is_postgres(self._c):
            keys = sorted({int.from_bytes(band[:8], "big", signed=True) for band in bands})
            self._c.execute(_LOCK, {"keys": keys})

    def keep(self, sketch: Sketched, bands: Sequence[bytes]) -> int:
        """The bands of an earlier revision go."""
        this = sketch.contribution
        values = {"contribution": this, "given": sketch.given, "places": sketch.places}
        self._c.execute(upsert(self._c, t.sketch, ["contribution"], values))
        entry: int = self._c.execute(_SKETCH, {"of_id": this}).one().entry
        self._c.execute(_FORGET_BANDS, {"of_id": this})
        self._c.execute(insert(t.band), [{"digest": band, "contribution": this} for band in set(bands)])
        return entry

    def sharing(self, bands: Sequence[bytes], but: str, most: int) -> list[Sketched]:
        """One statement for all bands, then by primary keys."""
        if not bands:
            return []
        values = {f"band{number}": band for number, band in enumerate(bands)}
        ids = self._c.execute(_sharing(len(bands)), values | {"but": but, "most": most}).scalars().all()
        found = []
        for batch in in_batches(sorted(ids)):
            query = select(t.sketch).where(t.sketch.c.contribution.in_(batch)).order_by(t.sketch.c.contribution)
            found += [Sketched(**row._mapping) for row in self._c.execute(query)]
        return found

    def sketch(self, contribution: str) -> tuple[Sketched, list[bytes]] | None:
        """Through the indexes by contribution."""
        row = self._c.execute(_SKETCH, {"of_id": contribution}).one_or_none()
        if row is None:
            return None
        bands = self._c.execute(_BANDS, {"of_id": contribution}).scalars().all()
        return Sketched(**row._mapping), [bytes(band) for band in bands]

    def forget(self, contribution: str) -> None:
        """Through the indexes by contribution."""
        for statement in _FORGET:
            self._c.execute(statement, {"of_id": contribution})

    def keep_topics(
        self, contribution: str, given: datetime, contributor: str | None, topics: Sequence[bytes]
    ) -> None:
        """By primary keys."""
        if topics:
            whose = {"contribution": contribution, "given": given, "contributor": contributor}
            self._c.execute(insert_or_ignore(self._c, t.topic), [{"digest": topic} | whose for topic in topics])

    def of_topic(self, topic: bytes, contributions: Collection[str]) -> set[str]:
        """In batches."""
        found: set[str] = set()
        for batch in in_batches(sorted(contributions)):
            query = select(t.topic.c.contribution).where(
                t.topic.c.digest == topic, t.topic.c.contribution.in_(batch)
            )
            found.update(self._c.execute(query).scalars())
        return found

    def givers(self, topic: bytes, until: datetime, but: str, most: int) -> list[str | None]:
        """The end of one range of an index."""
        values = {"of_topic": topic, "until": until, "but": but, "most": most}
        return list(self._c.execute(_GIVERS, values).scalars())

    def rank(self, contributor: str, id: str, given: datetime, since: datetime, most: int) -> int:
        """Counts at most `most` index entries."""
        values = {"by": contributor, "this_id": id, "this_given": given, "since": since, "most": most}
        number: int = self._c.execute(_RANK, values).scalar_one()
        return number

    def count_doors(self, hour: datetime, doors: Mapping[str, int]) -> dict[str, int]:
        """In the order of their names, so that two who count do not wait for each other."""
        counted = {}
        for door in sorted(doors):
            this = {"of_door": door, "of_hour": hour}
            self._c.execute(insert_or_ignore(self._c, t.pace), {"door": door, "hour": hour, "number": 0})
            counted[door] = self._c.execute(_COUNT_DOOR, this | {"more": doors[door]}).scalar_one()
        return counted

    def forget_doors(self, before: datetime) -> None:
        """A handful of rows for each hour: no index."""
        self._c.execute(delete(t.pace).where(t.pace.c.hour < before))
