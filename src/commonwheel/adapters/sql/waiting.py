"""The waiting room as a queue, in SQL."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, func, or_, select, update

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.convert import revision_of
from commonwheel.adapters.sql.dialect import is_one_of, lock_rows
from commonwheel.records.states import State
from commonwheel.records.stored import LONGEST_PAUSE, StoredRevision

_WAITS = t.revision.c.state == State.WAITING


_CLAIM = lock_rows(
    select(t.revision.c.claimed_by).where(
        t.revision.c.contribution == bindparam("of_id"), t.revision.c.number == bindparam("of_number"), _WAITS
    )
)
_TAKEN = select(func.count()).select_from(
    select(t.revision.c.number).where(_WAITS).limit(bindparam("bound")).subquery()
)


class SqlWaiting:
    """See `commonwheel.ports.Waiting`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def room(self, bound: int) -> int:
        """Counts at most `bound` index entries."""
        taken: int = self._c.execute(_TAKEN, {"bound": bound}).scalar_one()
        return bound - taken

    def claimants(self) -> set[str]:
        """What waits is bounded, so this is too."""
        query = select(t.revision.c.claimed_by).where(_WAITS, t.revision.c.claimed_by.is_not(None)).distinct()
        return set(self._c.execute(query).scalars())

    def claim(self, worker: str, now: datetime, lease: timedelta, limit: int) -> list[StoredRevision]:
        """A claim ends when its time is over, or lies much further ahead than that of any claim made now.

        The second is a clock that went backwards: without it those claims would last for as long. Much,
        since another worker may have asked the clock a moment later.
        """
        free = or_(
            t.revision.c.claimed_until.is_(None),
            t.revision.c.claimed_until <= now,
            t.revision.c.claimed_until > now + 2 * lease,
        )
        pause = t.revision.c.waits_until
        due = or_(pause.is_(None), pause <= now, pause > now + LONGEST_PAUSE)
        query = (
            select(t.revision)
            .where(_WAITS, free, due)
            .order_by(t.revision.c.created, t.revision.c.contribution)
            .limit(limit)
        )
        claimed = [revision_of(row) for row in self._c.execute(lock_rows(query, skip_locked=True))]
        if claimed:
            keys = [(revision.contribution, revision.number) for revision in claimed]
            self._c.execute(
                update(t.revision)
                .where(is_one_of(t.revision.c.contribution, t.revision.c.number, keys))
                .values(claimed_by=worker, claimed_until=now + lease, attempts=t.revision.c.attempts + 1)
            )
        return claimed

    def still_mine(self, worker: str, id: str, number: int) -> bool:
        """Locks the revision, so that an acknowledgement and a withdrawal take turns."""
        claim = self._c.execute(_CLAIM, {"of_id": id, "of_number": number})
        return claim.scalar_one_or_none() == worker

    def give_up(self, worker: str, until: datetime | None = None) -> None:
        """With `until` nobody claims them before, and the attempt is taken back."""
        attempts = t.revision.c.attempts
        self._c.execute(
            update(t.revision)
            .where(_WAITS, t.revision.c.claimed_by == worker)
            .values(
                claimed_by=None,
                claimed_until=until,
                attempts=attempts if until is None else case((attempts > 0, attempts - 1), else_=0),
            )
        )

    def postpone(self, key: tuple[str, int], until: datetime, *, asked: bool) -> None:
        """By primary key."""
        attempts = t.revision.c.attempts
        self._c.execute(
            update(t.revision)
            .where(t.revision.c.contribution == key[0], t.revision.c.number == key[1], _WAITS)
            .values(
                claimed_by=None,
                claimed_until=None,
                attempts=case((attempts > 0, attempts - 1), else_=0),
                waits_until=until,
                asked=t.revision.c.asked + int(asked),
            )
        )

    def asked(self) -> int:
        """Looks at all that waits, which is bounded."""
        query = select(func.count()).select_from(t.revision).where(_WAITS, t.revision.c.asked > 0)
        number: int = self._c.execute(query).scalar_one()
        return number
