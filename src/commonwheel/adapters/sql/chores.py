"""Work for later, in SQL."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.dialect import lock_rows, upsert
from commonwheel.records.stored import LONGEST_PAUSE, Chore, Schedule


class SqlChores:
    """See `commonwheel.ports.Chores`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add(self, name: str, payload: dict[str, Any], due: datetime) -> None:
        """Leaves together with the commit."""
        self._c.execute(insert(t.chore).values(name=name, payload=json.dumps(payload), due=due, attempts=0))

    def due(self, now: datetime) -> set[str]:
        """Through the index on times."""
        claim = t.chore.c.claimed_until
        query = select(t.chore.c.name).where(_is_due(now), or_(claim.is_(None), claim <= now)).distinct()
        return set(self._c.execute(query).scalars())

    def claim(self, worker: str, now: datetime, lease: timedelta) -> Chore | None:
        """The oldest due, as in the waiting room."""
        claim = t.chore.c.claimed_until
        query = (
            select(t.chore)
            .where(_is_due(now), or_(claim.is_(None), claim <= now, claim > now + 2 * lease))
            .order_by(t.chore.c.due, t.chore.c.id)
            .limit(1)
        )
        row = self._c.execute(lock_rows(query, skip_locked=True)).one_or_none()
        if row is None:
            return None
        self._c.execute(
            update(t.chore)
            .where(t.chore.c.id == row.id)
            .values(claimed_by=worker, claimed_until=now + lease, attempts=row.attempts + 1)
        )
        return Chore(id=row.id, name=row.name, payload=json.loads(row.payload), attempts=row.attempts + 1)

    def claimants(self) -> set[str]:
        """All who hold claims."""
        query = select(t.chore.c.claimed_by).where(t.chore.c.claimed_by.is_not(None)).distinct()
        return set(self._c.execute(query).scalars())

    def give_up(self, worker: str) -> None:
        """To be claimed again at once."""
        self._c.execute(
            update(t.chore).where(t.chore.c.claimed_by == worker).values(claimed_by=None, claimed_until=None)
        )

    def done(self, id: int) -> None:
        """By primary key."""
        self._c.execute(delete(t.chore).where(t.chore.c.id == id))

    def retry(self, id: int, due: datetime) -> None:
        """By primary key."""
        self._c.execute(
            update(t.chore).where(t.chore.c.id == id).values(due=due, claimed_by=None, claimed_until=None)
        )

    def pending(self, name: str) -> list[Chore]:
        """In order of their ids."""
        query = select(t.chore).where(t.chore.c.name == name).order_by(t.chore.c.id)
        return [
            Chore(id=row.id, name=row.name, payload=json.loads(row.payload), attempts=row.attempts)
            for row in self._c.execute(query)
        ]

    def queued(self) -> dict[str, int]:
        """Few: what is done is deleted."""
        query = select(t.chore.c.name, func.count()).group_by(t.chore.c.name).order_by(t.chore.c.name)
        return {name: number for name, number in self._c.execute(query)}

    def schedules(self) -> list[Schedule]:
        """By name."""
        return [
            Schedule(**row._mapping) for row in self._c.execute(select(t.schedule).order_by(t.schedule.c.name))
        ]

    def schedule(self, schedule: Schedule) -> None:
        """One row per name."""
        values = {
            "name": schedule.name,
            "every": schedule.every,
            "due": schedule.due,
            "paused": schedule.paused,
        }
        self._c.execute(upsert(self._c, t.schedule, ["name"], values))


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Its time has come, or lies further ahead than any pause: then the clock went backwards."""
    return or_(t.chore.c.due <= now, t.chore.c.due > now + LONGEST_PAUSE)
