"""Counts for the front page, in SQL. They read indexes or whole columns: ask for them now and then."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    distinct,
    func,
    select,
    true,
    type_coerce,
    update,
)

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.dialect import insert_or_ignore, upsert
from commonwheel.adapters.sql.tables import EPOCH
from commonwheel.ports.statistics import Impact, Measure, Pace, Tally
from commonwheel.records.gold import STATED
from commonwheel.records.states import State


def _pace(times: list[float]) -> Pace:
    return Pace(number=len(times), median=median(times) if times else None, longest=max(times, default=None))


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
        return self._tally(t.gold.c.at, starts, true(), t.gold.c.origin.in_(STATED))

    def people(self) -> int:
        """Through the index by contributor."""
        return self._count(distinct(t.contribution.c.contributor))

    def erased(self) -> int:
        """Reads one column."""
        return self._count(t.contribution.c.erased)

    def took(self, release: int, what: str) -> None:
        """Adds in the row; a row that is not there yet begins at one."""
        row = t.taken.c
        more = update(t.taken).where(row.release == release, row.what == what).values(number=row.number + 1)
        if not self._c.execute(more).rowcount:
            first = insert_or_ignore(self._c, t.taken).values(release=release, what=what, number=1)
            if not self._c.execute(first).rowcount:
                self._c.execute(more)

    def taken(self, release: int) -> dict[str, int]:
        """By the first part of the primary key."""
        query = select(t.taken.c.what, t.taken.c.number).where(t.taken.c.release == release)
        return {what: int(number) for what, number in self._c.execute(query.order_by(t.taken.c.what))}

    def impact(self, contributors: Collection[str]) -> Impact:
        """Through the indexes on contributors and contributions."""
        theirs = select(t.contribution.c.id).where(t.contribution.c.contributor.in_(contributors))
        rows = self._c.execute(
            select(t.membership.c.entered, t.membership.c.left, t.row.c.contribution)
            .join(t.row, t.row.c.seq == t.membership.c.seq)
            .where(t.row.c.contribution.in_(theirs))
        ).all()
        sealed = list(
            self._c.execute(select(t.release.c.version).where(t.release.c.manifest.is_not(None))).scalars()
        )
        spans = {(row.entered, row.left) for row in rows}
        held = {v for v in sealed if any(entered <= v and (left is None or v < left) for entered, left in spans)}
        taken = self._c.execute(select(t.taken.c.release, t.taken.c.number)).all()
        models = select(t.learned.c.model).distinct().where(t.learned.c.contribution.in_(theirs))
        return Impact(
            released=len({row.contribution for row in rows if row.left is None}),
            releases=len(held),
            taken=sum(number for release, number in taken if release in held),
            models=tuple(self._c.execute(models.order_by(t.learned.c.model)).scalars()),
        )

    def measure(self, contribution: str, contributor: str | None, name: str, value: float | None) -> None:
        """In place of what the signal said before."""
        values = {"contribution": contribution, "contributor": contributor, "name": name, "value": value}
        self._c.execute(upsert(self._c, t.measured, ["contribution"], values))

    def measures(self, people: int) -> list[Measure]:
        """A gift without a name on it counts as a person of its own."""
        who = func.coalesce(t.measured.c.contributor, t.measured.c.contribution)
        stands = t.revision.c.state.in_((State.READY, State.RELEASED))
        query = (
            select(
                t.measured.c.name,
                func.count(distinct(who)).label("people"),
                func.count(distinct(t.measured.c.contribution)).label("number"),
                func.count(t.measured.c.value).label("valued"),
                func.coalesce(func.sum(t.measured.c.value), 0.0).label("total"),
            )
            .join(t.revision, t.revision.c.contribution == t.measured.c.contribution)
            .where(stands)
            .group_by(t.measured.c.name)
            .having(func.count(distinct(who)) >= people)
            .order_by(func.count(distinct(who)).desc(), t.measured.c.name)
        )
        return [Measure(**row._mapping) for row in self._c.execute(query)]

    def assessments(self, facet: str, people: int) -> list[tuple[str, str, int]]:
        """Through what is released; values that too few people gave are left out whole."""
        column, who = t.shown.c[facet], func.coalesce(t.contribution.c.contributor, t.contribution.c.id)
        standing = (
            select(column.label("value"), t.shown.c.assessment.label("said"), who.label("who"))
            .join(t.contribution, t.contribution.c.id == t.shown.c.contribution)
            .join(t.membership, t.membership.c.seq == t.shown.c.row)
            .where(t.membership.c.left.is_(None), t.shown.c.assessment != "", column != "")
        ).subquery()
        enough = (
            select(standing.c.value)
            .group_by(standing.c.value)
            .having(func.count(distinct(standing.c.who)) >= people)
        )
        query = (
            select(standing.c.value, standing.c.said, func.count())
            .where(standing.c.value.in_(enough))
            .group_by(standing.c.value, standing.c.said)
            .order_by(standing.c.value, standing.c.said)
        )
        return [(value, said, int(number)) for value, said, number in self._c.execute(query)]

    def events(self, since: datetime) -> dict[str, int]:
        """Through the index on times."""
        query = select(t.event.c.name, func.count()).where(t.event.c.at >= since).group_by(t.event.c.name)
        return {name: int(number) for name, number in self._c.execute(query)}

    def decisions(self, since: datetime) -> tuple[Pace, Pace]:
        """What reviewers decided is not so much that it could not be read."""
        query = select(t.review.c.appeal, t.review.c.opened, t.review.c.decided).where(
            t.review.c.decided >= since, t.review.c.decided_by.is_not(None)
        )
        times: dict[bool, list[float]] = {False: [], True: []}
        for row in self._c.execute(query):
            times[row.appeal].append((row.decided - row.opened).total_seconds())
        return _pace(times[False]), _pace(times[True])

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
