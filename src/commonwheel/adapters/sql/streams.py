"""Counts of streams by the hour, and breakers, in SQL."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.dialect import in_batches, is_postgres, upsert
from commonwheel.ports.streams import Counts, Held


class SqlStreams:
    """See `commonwheel.ports.Streams`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def count(self, counts: dict[str, Counts], hour: datetime) -> None:
        """In order of the streams' names, so that two workers do not wait for each other."""
        make: Any = postgresql.insert if is_postgres(self._c) else sqlite.insert
        adding = make(t.stream_hour)
        adding = adding.on_conflict_do_update(
            index_elements=["stream", "hour"],
            set_={name: t.stream_hour.c[name] + adding.excluded[name] for name in ("total", "refused")},
        )
        rows = [
            {"stream": stream, "hour": hour, "total": each.total, "refused": each.refused}
            for stream, each in sorted(counts.items())
        ]
        for row in rows:
            self._c.execute(adding, row)

    def counts(self, stream: str, since: datetime, before: datetime) -> Counts:
        """By primary key: an hour is a row."""
        hour = t.stream_hour.c.hour
        query = select(
            func.coalesce(func.sum(t.stream_hour.c.total), 0), func.coalesce(func.sum(t.stream_hour.c.refused), 0)
        ).where(t.stream_hour.c.stream == stream, hour >= since, hour < before)
        total, refused = self._c.execute(query).one()
        return Counts(total=int(total), refused=int(refused))

    def breakers(self, streams: Collection[str]) -> dict[str, Held]:
        """By primary keys."""
        found = {}
        for batch in in_batches(sorted(streams)):
            for row in self._c.execute(select(t.breaker).where(t.breaker.c.stream.in_(batch))):
                found[row.stream] = Held(**row._mapping)
        return found

    def held(self, now: datetime) -> list[Held]:
        """Breakers are few: no index."""
        query = select(t.breaker).where(t.breaker.c.until > now).order_by(t.breaker.c.stream)
        return [Held(**row._mapping) for row in self._c.execute(query)]

    def hold(self, held: Held) -> None:
        """One row per stream."""
        values = {
            "stream": held.stream,
            "opened": held.opened,
            "until": held.until,
            "total": held.total,
            "refused": held.refused,
        }
        self._c.execute(upsert(self._c, t.breaker, ["stream"], values))

    def end(self, stream: str, now: datetime) -> bool:
        """By primary key; its time is over now."""
        done = self._c.execute(
            update(t.breaker).where(t.breaker.c.stream == stream, t.breaker.c.until > now).values(until=now)
        )
        return done.rowcount == 1

    def forget(self, before: datetime) -> int:
        """By time; run once a day."""
        self._c.execute(delete(t.breaker).where(t.breaker.c.until < before))
        return self._c.execute(delete(t.stream_hour).where(t.stream_hour.c.hour < before)).rowcount

    def erase(self, stream: str) -> None:
        """By primary keys."""
        for table in (t.breaker, t.stream_hour):
            self._c.execute(delete(table).where(table.c.stream == stream))
