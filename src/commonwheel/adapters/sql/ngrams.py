"""Which rows of the lake have which digests, in SQL: a lookup is a short walk in one index, however much there is.

A table here, and not a file of its own beside the database: what is erased is gone with the transaction that
erases it, a backup has it, and every server finds by it.
"""

from collections.abc import Collection, Mapping
from functools import cache

from sqlalchemy import CompoundSelect, Connection, bindparam, delete, or_, select, union_all

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.dialect import in_batches, insert_or_ignore
from commonwheel.records.stored import Row

_TOGETHER = 64
"""Digests that one statement looks up."""


@cache
def _sharing(digests: int) -> CompoundSelect[tuple[int, int]]:
    """The first rows of each of so many digests."""
    each = [
        select(t.ngram.c.digest, t.ngram.c.row)
        .where(t.ngram.c.digest == bindparam(f"digest{number}"))
        .order_by(t.ngram.c.row)
        .limit(bindparam("most"))
        .subquery()
        for number in range(digests)
    ]
    return union_all(*(select(part.c.digest, part.c.row) for part in each))


class SqlNgrams:
    """See `commonwheel.ports.attribution.Ngrams`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def empty(self) -> bool:
        """By the first row there is."""
        return self._c.execute(select(t.ngram.c.row).limit(1)).first() is None

    def entered(self, version: int, after: int, limit: int) -> list[Row]:
        """Through the index by `entered`."""
        left = t.membership.c.left
        query = (
            select(t.row)
            .join(t.membership, t.membership.c.seq == t.row.c.seq)
            .where(t.membership.c.entered == version, or_(left.is_(None), left > version))
            .where(t.row.c.salt.is_not(None), t.row.c.seq > after)
            .order_by(t.row.c.seq)
            .limit(limit)
        )
        return [Row(**row._mapping) for row in self._c.execute(query)]

    def keep(self, found: Mapping[int, Collection[int]]) -> None:
        """In the order of the digests, so that two who keep do not wait for each other."""
        self.forget(found)
        pairs = sorted((digest, row) for row, digests in found.items() for digest in digests)
        if pairs:
            statement = insert_or_ignore(self._c, t.ngram)
            self._c.execute(statement, [{"digest": digest, "row": row} for digest, row in pairs])

    def forget(self, rows: Collection[int]) -> None:
        """Through the index by row, in batches."""
        for batch in in_batches(sorted(rows)):
            self._c.execute(delete(t.ngram).where(t.ngram.c.row.in_(batch)))

    def sharing(self, digests: Collection[int], most: int) -> dict[int, list[int]]:
        """Many digests in one statement."""
        found: dict[int, list[int]] = {}
        for batch in in_batches(sorted(digests), _TOGETHER):
            values = {f"digest{number}": digest for number, digest in enumerate(batch)}
            for pair in self._c.execute(_sharing(len(batch)), values | {"most": most}):
                found.setdefault(pair.digest, []).append(pair.row)
        return found
