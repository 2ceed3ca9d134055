"""Exports that people pick from, in SQL. What they say is sealed, and the key is not here."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from commonwheel.adapters.sql import schema as t


class SqlShelves:
    """See `commonwheel.ports.exports.Shelves`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def keep(self, id: str, part: int, drawer: bytes, sealed: bytes, now: datetime) -> None:
        """By primary key; the drawer is checked, so that nobody overwrites what is another's."""
        own = (t.shelf.c.id == id) & (t.shelf.c.part == part) & (t.shelf.c.drawer == drawer)
        values = {"sealed": sealed, "changed": now}
        if not self._c.execute(update(t.shelf).where(own).values(**values)).rowcount:
            self._c.execute(insert(t.shelf).values(id=id, part=part, drawer=drawer, **values))

    def get(self, id: str, part: int, drawer: bytes) -> bytes | None:
        """By primary key."""
        query = select(t.shelf.c.sealed).where(t.shelf.c.id == id, t.shelf.c.part == part)
        return self._c.execute(query.where(t.shelf.c.drawer == drawer)).scalar_one_or_none()

    def drop(self, id: str, drawer: bytes) -> None:
        """All its parts."""
        self._c.execute(delete(t.shelf).where(t.shelf.c.id == id, t.shelf.c.drawer == drawer))

    def among(self, drawer: bytes) -> list[str]:
        """Through the index by drawer."""
        query = select(t.shelf.c.id).where(t.shelf.c.drawer == drawer, t.shelf.c.part == 0)
        return list(self._c.execute(query.order_by(t.shelf.c.changed.desc())).scalars())

    def size(self) -> int:
        """Reads all lengths; shelves are few."""
        return int(self._c.execute(select(func.coalesce(func.sum(func.length(t.shelf.c.sealed)), 0))).scalar_one())

    def forget(self, before: datetime) -> int:
        """A shelf is as old as what changed last: its list of contents with every look, if it came to have one."""
        old = select(t.shelf.c.id).group_by(t.shelf.c.id).having(func.max(t.shelf.c.changed) < before)
        return int(self._c.execute(delete(t.shelf).where(t.shelf.c.id.in_(old))).rowcount)
