"""Drafts, in SQL. What they say is sealed, and the key is not here."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from commonwheel.adapters.sql import schema as t


class SqlDrafts:
    """See `commonwheel.ports.Drafts`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def keep(self, id: str, drawer: bytes, sealed: bytes, now: datetime) -> None:
        """By primary key; the drawer is checked, so that nobody overwrites what is another's."""
        values = {"sealed": sealed, "changed": now}
        own = (t.draft.c.id == id) & (t.draft.c.drawer == drawer)
        if not self._c.execute(update(t.draft).where(own).values(**values)).rowcount:
            self._c.execute(insert(t.draft).values(id=id, drawer=drawer, **values))

    def get(self, id: str, drawer: bytes) -> bytes | None:
        """By primary key."""
        query = select(t.draft.c.sealed).where(t.draft.c.id == id, t.draft.c.drawer == drawer)
        return self._c.execute(query).scalar_one_or_none()

    def among(self, drawer: bytes) -> list[tuple[str, datetime, bytes]]:
        """Through the index by drawer."""
        query = select(t.draft.c.id, t.draft.c.changed, t.draft.c.sealed).where(t.draft.c.drawer == drawer)
        rows = self._c.execute(query.order_by(t.draft.c.changed.desc(), t.draft.c.id))
        return [(row.id, row.changed, row.sealed) for row in rows]

    def drop(self, id: str, drawer: bytes) -> None:
        """Its page is zeroed with the next scrub; what was on it was sealed."""
        self._c.execute(delete(t.draft).where(t.draft.c.id == id, t.draft.c.drawer == drawer))

    def size(self) -> int:
        """Reads all rows; there are few."""
        return int(self._c.execute(select(func.coalesce(func.sum(func.length(t.draft.c.sealed)), 0))).scalar_one())

    def forget(self, before: datetime) -> int:
        """Through the index by age."""
        return self._c.execute(delete(t.draft).where(t.draft.c.changed < before)).rowcount
