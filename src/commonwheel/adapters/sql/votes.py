"""How reviewers voted, in SQL."""

from datetime import datetime

from sqlalchemy import Connection, case, func, insert, select, update

from commonwheel.adapters.sql import schema as t
from commonwheel.ports.reviews import Tallied, Vote


class SqlVotes:
    """See `commonwheel.ports.Votes`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add(self, vote: Vote, at: datetime) -> None:
        """By primary key: nobody votes twice on one item."""
        self._c.execute(
            insert(t.vote).values(
                item=vote.item,
                reviewer=vote.reviewer,
                contribution=vote.contribution,
                at=at,
                decision=vote.decision,
                reason=vote.reason,
                agreed=vote.agreed,
            )
        )

    def of(self, item: int) -> list[Vote]:
        """By the first part of the primary key."""
        rows = self._c.execute(select(t.vote).where(t.vote.c.item == item).order_by(t.vote.c.at))
        return [
            Vote(
                item=row.item,
                reviewer=row.reviewer,
                contribution=row.contribution,
                decision=row.decision,
                reason=row.reason,
                agreed=row.agreed,
            )
            for row in rows
        ]

    def settle(self, item: int, decision: str) -> None:
        """All votes on the item at once."""
        agreed = case((t.vote.c.decision == decision, True), else_=False)
        self._c.execute(update(t.vote).where(t.vote.c.item == item).values(agreed=agreed))

    def tally(self, reviewer: str) -> Tallied:
        """Through the index on reviewers."""
        query = select(
            func.count(),
            func.count(t.vote.c.agreed),
            func.coalesce(func.sum(case((t.vote.c.agreed.is_(True), 1), else_=0)), 0),
        ).where(t.vote.c.reviewer == reviewer)
        number, compared, agreed = self._c.execute(query).one()
        return Tallied(number=int(number), compared=int(compared), agreed=int(agreed))
