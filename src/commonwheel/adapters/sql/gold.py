"""Gold pairs and unmatched traces, in SQL."""

from collections.abc import Sequence

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, or_, select, update

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.dialect import insert_or_ignore, lock_rows
from commonwheel.ports.learning import SealedPair


def _pair_of(row: Row[tuple[object, ...]]) -> SealedPair:
    return SealedPair(
        contribution=row.contribution,
        number=row.number,
        rejected_from=row.rejected_from,
        origin=row.origin,
        similarity=row.similarity,
        diff=row.diff,
        at=row.at,
        pair=row.pair,
    )


# Statements of curation are made once: making them costs more than running them.
_ADD = insert(t.gold)
_EITHER_SIDE = or_(t.gold.c.contribution == bindparam("of_id"), t.gold.c.rejected_from == bindparam("of_id"))
_PAIRS = select(t.gold).where(_EITHER_SIDE).order_by(t.gold.c.id)
_TRACE_PAIRS = select(t.gold.c.contribution, t.gold.c.rejected_from).where(
    t.gold.c.origin == "trace", _EITHER_SIDE
)
_DROP_PAIRS = delete(t.gold).where(_EITHER_SIDE)
_DROP_TRACES = delete(t.trace).where(t.trace.c.contribution == bindparam("of_id"))


class SqlGold:
    """See `commonwheel.ports.Gold`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add(self, pairs: Sequence[SealedPair]) -> None:
        """One INSERT."""
        if pairs:
            self._c.execute(
                _ADD,
                [
                    {
                        "contribution": pair.contribution,
                        "number": pair.number,
                        "rejected_from": pair.rejected_from,
                        "origin": pair.origin,
                        "similarity": pair.similarity,
                        "diff": pair.diff,
                        "at": pair.at,
                        "pair": pair.pair,
                    }
                    for pair in pairs
                ],
            )

    def of(self, contribution: str) -> list[SealedPair]:
        """On either side."""
        return [_pair_of(row) for row in self._c.execute(_PAIRS, {"of_id": contribution})]

    def drop(self, contribution: str) -> None:
        """The counterparts of its traces may be paired again."""
        this = {"of_id": contribution}
        for chosen, rejected in self._c.execute(_TRACE_PAIRS, this).all():
            other = rejected if chosen == contribution else chosen
            self._c.execute(update(t.trace).where(t.trace.c.contribution == other).values(paired=False))
        self._c.execute(_DROP_PAIRS, this)
        self._c.execute(_DROP_TRACES, this)

    def match_trace(self, id: str, number: int, fingerprint: bytes, *, good: bool) -> tuple[str, int] | None:
        """The oldest counterpart that is not paired."""
        new = self._c.execute(
            insert_or_ignore(self._c, t.trace)
            .values(contribution=id, number=number, fingerprint=fingerprint, good=good, paired=False)
            .returning(t.trace.c.contribution)
        )
        if new.first() is None:
            return None
        query = (
            select(t.trace)
            .where(t.trace.c.fingerprint == fingerprint, t.trace.c.good.is_(not good))
            .where(t.trace.c.paired.is_(False), t.trace.c.contribution != id)
            .order_by(t.trace.c.contribution)
            .limit(1)
        )
        other = self._c.execute(lock_rows(query, skip_locked=True)).one_or_none()
        if other is None:
            return None
        self._c.execute(
            update(t.trace)
            .where(t.trace.c.contribution.in_([id, other.contribution]), t.trace.c.fingerprint == fingerprint)
            .values(paired=True)
        )
        return other.contribution, other.number

    def count(self) -> dict[str, int]:
        """By origin."""
        query = select(t.gold.c.origin, func.count()).group_by(t.gold.c.origin).order_by(t.gold.c.origin)
        return {origin: number for origin, number in self._c.execute(query)}

    def scan(self, after: int, limit: int) -> list[tuple[int, SealedPair]]:
        """In pages by number."""
        query = select(t.gold).where(t.gold.c.id > after).order_by(t.gold.c.id).limit(limit)
        return [(row.id, _pair_of(row)) for row in self._c.execute(query)]
