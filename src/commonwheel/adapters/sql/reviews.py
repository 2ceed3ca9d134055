"""Review items, in SQL. Every change is a compare-and-set on the item's version."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.convert import review_of
from commonwheel.adapters.sql.dialect import insert_or_ignore, lock_rows
from commonwheel.records.stored import OWN_HOLD, ReviewItem


class SqlReviews:
    """See `commonwheel.ports.Reviews`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def open(
        self, id: str, number: int, at: datetime, *, appeal: bool, statement: bytes | None, not_by: str | None
    ) -> None:
        """A unique index admits one open item per revision."""
        self._c.execute(
            insert_or_ignore(self._c, t.review).values(
                contribution=id,
                number=number,
                opened=at,
                version=1,
                appeal=appeal,
                statement=statement,
                not_by=not_by,
            )
        )

    def get(self, item: int, *, lock: bool = False) -> ReviewItem | None:
        """By primary key."""
        query = select(t.review).where(t.review.c.id == item)
        row = self._c.execute(lock_rows(query) if lock else query).one_or_none()
        return None if row is None else review_of(row)

    def of(self, contribution: str) -> list[ReviewItem]:
        """By contribution."""
        query = select(t.review).where(t.review.c.contribution == contribution).order_by(t.review.c.id)
        return [review_of(row) for row in self._c.execute(query)]

    def queue(self, after: int, limit: int, now: datetime) -> list[ReviewItem]:
        """Open items; those opened first come first."""
        waits = select(t.hold.c.contribution).where(
            t.hold.c.contribution == t.review.c.contribution, t.hold.c.reason == OWN_HOLD, t.hold.c.until > now
        )
        query = (
            select(t.review)
            .where(t.review.c.decided.is_(None), t.review.c.id > after, ~waits.exists())
            .order_by(t.review.c.id)
            .limit(limit)
        )
        return [review_of(row) for row in self._c.execute(query)]

    def words(self, item: int) -> tuple[bytes | None, bytes | None]:
        """Sealed statement and note."""
        row = self._c.execute(select(t.review.c.statement, t.review.c.note).where(t.review.c.id == item)).one()
        return row.statement, row.note

    def claim(self, item: int, version: int, reviewer: str, until: datetime) -> bool:
        """A claim is a courtesy: it tells others, and `decide` is what protects."""
        done = self._c.execute(
            update(t.review)
            .where(t.review.c.id == item, t.review.c.version == version, t.review.c.decided.is_(None))
            .values(claimed_by=reviewer, claimed_until=until, version=version + 1)
        )
        return done.rowcount == 1

    def decide(
        self, item: int, version: int, reviewer: str, at: datetime, decision: str, reason: str, note: bytes | None
    ) -> bool:
        """Only one of two who decide at once changes the row."""
        done = self._c.execute(
            update(t.review)
            .where(t.review.c.id == item, t.review.c.version == version, t.review.c.decided.is_(None))
            .values(
                decided=at,
                decided_by=reviewer,
                decision=decision,
                reason=reason,
                note=note,
                version=version + 1,
            )
        )
        return done.rowcount == 1

    def second(self, item: int, version: int, not_by: str) -> bool:
        """As a claim that ends at once, and keeps one person out."""
        done = self._c.execute(
            update(t.review)
            .where(t.review.c.id == item, t.review.c.version == version, t.review.c.decided.is_(None))
            .values(not_by=not_by, claimed_by=None, claimed_until=None, version=version + 1)
        )
        return done.rowcount == 1

    def close(self, id: str, number: int, at: datetime, decision: str) -> None:
        """Whatever is open about the revision."""
        self._c.execute(
            update(t.review)
            .where(t.review.c.contribution == id, t.review.c.number == number, t.review.c.decided.is_(None))
            .values(decided=at, decision=decision, version=t.review.c.version + 1)
        )
