"""What was imported, in SQL."""

from collections.abc import Collection, Sequence

from sqlalchemy import Column, Connection, and_, delete, select, update

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.dialect import in_batches, upsert
from commonwheel.ports.imports import Mark, Marked
from commonwheel.records.states import State

_KNOWN = (
    select(t.imported, t.revision.c.state)
    .outerjoin(t.contribution, t.contribution.c.id == t.imported.c.contribution)
    .outerjoin(
        t.revision,
        and_(t.revision.c.contribution == t.contribution.c.id, t.revision.c.number == t.contribution.c.latest),
    )
)


class SqlImports:
    """See `commonwheel.ports.Imports`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def known(self, words: Collection[bytes], places: Collection[bytes]) -> list[Marked]:
        """Through the key and the index on places."""
        return list(
            {
                each.mark.words: each
                for column, digests in ((t.imported.c.words, words), (t.imported.c.place, places))
                for each in self._with(column, digests)
            }.values()
        )

    def _with(self, column: Column[bytes], digests: Collection[bytes]) -> list[Marked]:
        return [
            Marked(
                mark=Mark(words=row.words, terms=row.terms, place=row.place),
                contribution=row.contribution,
                state=None if row.state is None else State(row.state),
            )
            for batch in in_batches(digests)
            for row in self._c.execute(_KNOWN.where(column.in_(batch)))
        ]

    def add(self, given: Sequence[tuple[Mark, str]]) -> None:
        """A row for each, over one that is there."""
        places = [mark.place for mark, _ in given if mark.place is not None]
        for batch in in_batches(places):
            self._c.execute(update(t.imported).where(t.imported.c.place.in_(batch)).values(place=None))
        for mark, contribution in given:
            values = {"words": mark.words, "terms": mark.terms, "place": mark.place, "contribution": contribution}
            self._c.execute(upsert(self._c, t.imported, ["words"], values))

    def replace(self, old: bytes, mark: Mark, contribution: str) -> None:
        """By the key."""
        self._c.execute(delete(t.imported).where(t.imported.c.words == old))
        self.add([(mark, contribution)])
