"""Adopted policies, in SQL."""

from dataclasses import asdict

from sqlalchemy import Connection, insert, select, text

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.dialect import is_postgres
from commonwheel.records.stored import StoredPolicy

_LAST = select(t.policy).order_by(t.policy.c.number.desc()).limit(1)
_KEEP = text("SELECT pg_advisory_xact_lock_shared(7107)")
_CHANGE = text("SELECT pg_advisory_xact_lock(7107)")


class SqlPolicies:
    """See `commonwheel.ports.Policies`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def last(self, *, kept: bool = False) -> StoredPolicy | None:
        """An advisory lock in PostgreSQL, which those who keep share; SQLite has one writer anyway."""
        if kept and is_postgres(self._c):
            self._c.execute(_KEEP)
        row = self._c.execute(_LAST).one_or_none()
        return None if row is None else StoredPolicy(**row._mapping)

    def adopt(self, policy: StoredPolicy) -> int:
        """The database numbers them."""
        if is_postgres(self._c):
            self._c.execute(_CHANGE)
        values = {name: value for name, value in asdict(policy).items() if name != "number"}
        number: int = self._c.execute(insert(t.policy).values(values).returning(t.policy.c.number)).scalar_one()
        return number

    def all(self) -> list[StoredPolicy]:
        """By number."""
        rows = self._c.execute(select(t.policy).order_by(t.policy.c.number))
        return [StoredPolicy(**row._mapping) for row in rows]
