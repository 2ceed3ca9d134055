"""Counts for the front page, in SQL. They read indexes or whole columns: ask for them now and then."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, distinct, func, select, true, type_coerce

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.tables import EPOCH
from commonwheel.ports.statistics import Tally
from commonwheel.records.gold import PAIRED

_WEEK = timedelta(weeks=1) // timedelta(microseconds=1)


class SqlStatistics:
    """See `commonwheel.ports.Statistics`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def given(self, starts: Sequence[datetime]) -> Tally:
        """Through the index by contributor and time."""
        return self._tally(t.contribution.c.given, starts, true())

    def in_review(self, starts: Sequence[datetime]) -> Tally:
        """Open items are few and have an index."""
        return self._tally(t.review.c.opened, starts, t.review.c.decided.is_(None))

    def gold(self, starts: Sequence[datetime]) -> Tally:
        """Reads the times of all pairs."""
        return self._tally(t.gold.c.at, starts, true(), t.gold.c.origin.in_(PAIRED))

    def people(self) -> int:
        """Through the index by contributor."""
        return self._count(distinct(t.contribution.c.contributor))

    def erased(self) -> int:
        """Reads one column."""
        return self._count(t.contribution.c.erased)

    def _count(self, what: ColumnElement[Any]) -> int:
        return self._c.execute(select(func.count(what))).scalar_one()

    def _tally(
        self,
        at: Column[Any],
        starts: Sequence[datetime],
        open: ColumnElement[bool],
        among: ColumnElement[bool] | None = None,
    ) -> Tally:
        """What is open now of all rows that count, and how many of them came in each week, open or not."""
        among = true() if among is None else among
        total = self._c.execute(select(func.count()).select_from(at.table).where(open, among)).scalar_one()
        since = (starts[0] - EPOCH) // timedelta(microseconds=1)
        week = ((type_coerce(at, BigInteger) - since) // _WEEK).label("week")
        counted = self._c.execute(select(week, func.count()).where(at >= starts[0], among).group_by("week"))
        weeks = {number: count for number, count in counted}
        return Tally(total=total, weeks=tuple(weeks.get(number, 0) for number in range(len(starts))))
