"""Standing consents, in SQL."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.convert import to_json
from commonwheel.adapters.sql.dialect import insert_or_ignore
from commonwheel.records.standing import ALLOWED, Standing
from commonwheel.records.wishes import WISHES, Wishes


class SqlStandings:
    """See `commonwheel.ports.Standings`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add(self, standing: Standing) -> None:
        """One row."""
        self._c.execute(insert(t.standing).values(id=standing.id, given=0, given_told=0, **_values(standing)))

    def get(self, id: str) -> Standing | None:
        """By primary key."""
        row = self._c.execute(select(t.standing).where(t.standing.c.id == id)).one_or_none()
        return None if row is None else _standing_of(row)

    def save(self, standing: Standing) -> None:
        """All of it but what is counted."""
        self._c.execute(update(t.standing).where(t.standing.c.id == standing.id).values(**_values(standing)))

    def of(self, contributors: Collection[str]) -> list[Standing]:
        """Through the index on contributors."""
        query = select(t.standing).where(t.standing.c.contributor.in_(contributors))
        rows = self._c.execute(query.order_by(t.standing.c.began.desc(), t.standing.c.id))
        return [_standing_of(row) for row in rows]

    def open(self) -> list[Standing]:
        """Few enough to look through once a day."""
        query = select(t.standing).where(t.standing.c.ended.is_(None)).order_by(t.standing.c.id)
        return [_standing_of(row) for row in self._c.execute(query)]

    def count(self, id: str, more: int) -> None:
        """Adds in the row."""
        row = t.standing
        self._c.execute(update(row).where(row.c.id == id).values(given=row.c.given + more))

    def told(self, id: str, at: datetime) -> int:
        """What was counted since the last time."""
        row = self._c.execute(
            select(t.standing.c.given, t.standing.c.given_told).where(t.standing.c.id == id)
        ).one()
        self._c.execute(update(t.standing).where(t.standing.c.id == id).values(given_told=row.given, told=at))
        return int(row.given - row.given_told)

    def given(self, id: str) -> int:
        """By primary key."""
        return int(self._c.execute(select(t.standing.c.given).where(t.standing.c.id == id)).scalar_one())

    def delete(self, contributor: str) -> None:
        """All of theirs."""
        self._c.execute(delete(t.standing).where(t.standing.c.contributor == contributor))
        self._c.execute(delete(t.wish).where(t.wish.c.contributor == contributor))

    def wish(self, contributor: str, wishes: Wishes) -> None:
        """One row for each."""
        self._c.execute(delete(t.wish).where(t.wish.c.contributor == contributor))
        row = {"contributor": contributor, "wishes": to_json(WISHES, wishes)}
        self._c.execute(insert_or_ignore(self._c, t.wish).values(**row))

    def wishes(self, contributor: str) -> Wishes | None:
        """By primary key."""
        query = select(t.wish.c.wishes).where(t.wish.c.contributor == contributor)
        found = self._c.execute(query).scalar_one_or_none()
        return None if found is None else WISHES.validate_json(found)


def _values(standing: Standing) -> dict[str, Any]:
    return {
        "contributor": standing.contributor,
        "account": standing.account,
        "began": standing.began,
        "ended": standing.ended,
        "told": standing.told,
        "asked": standing.asked,
        "allowed": to_json(ALLOWED, standing.allowed),
    }


def _standing_of(row: Row[Any]) -> Standing:
    return Standing(
        id=row.id,
        contributor=row.contributor,
        account=row.account,
        began=row.began,
        ended=row.ended,
        told=row.told,
        asked=row.asked,
        allowed=ALLOWED.validate_json(row.allowed),
    )
