"""What anybody may look through, in SQL: FTS5 in SQLite, `tsvector` in PostgreSQL.

What stands is decided by the memberships at the moment of the answer, so what somebody takes back is not found
from that moment on, whatever is still kept here.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    TextClause,
    and_,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
)

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.dialect import in_batches, is_postgres, not_looked_up
from commonwheel.ports.exploring import FACETS, Shown, Wanted

_COLUMNS = tuple(t.shown.c[name] for name in ("row", "contribution", "number", "name", "rough", *FACETS))
_WORD = re.compile(r"[^\W_]+")
_BEGINNING = 3
"""So many letters at least begin other words; as many as SQLite has an index for."""
MOST_RANKED = 1_000
"""Of so many matches the best are told."""


class SqlExploring:
    """See `commonwheel.ports.exploring.Exploring`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def keep(self, records: Sequence[Shown]) -> None:
        """Two inserts, after what was there is gone."""
        self.forget([record.row for record in records])
        if records:
            self._c.execute(insert(t.shown), [_facts(record) for record in records])
            words = [{"rowid": each.row, "title": each.title, "text": each.text} for each in records]
            self._c.execute(insert(t.found), words)

    def forget(self, rows: Collection[int]) -> None:
        """By the rows' numbers, in batches."""
        for batch in in_batches(sorted(rows)):
            self._c.execute(delete(t.shown).where(t.shown.c.row.in_(batch)))
            self._c.execute(delete(t.found).where(t.found.c.rowid.in_(batch)))

    def empty(self) -> bool:
        """By the first row there is."""
        return self._c.execute(select(t.shown.c.row).limit(1)).first() is None

    def search(self, wanted: Wanted, skip: int, limit: int) -> list[Shown]:
        """Only the newest MOST_RANKED matches are ranked: ranking reads each of them.

        The words of a page of results are read once it is known which they are.
        """
        words = self._words(wanted)
        query = self._wanted(select(*_COLUMNS), wanted)
        newest = (t.shown.c.row if words is None else t.found.c.rowid).desc()
        if words is None or wanted.newest:
            query = query.order_by(newest)
        else:
            ranked = self._wanted(select(*_COLUMNS, self._rank(words)), wanted)
            hits = ranked.order_by(newest).limit(MOST_RANKED).subquery()
            query = select(hits).order_by(hits.c.rank, hits.c.row.desc())
        rows = self._c.execute(query.offset(skip).limit(limit)).all()
        said = self._said([row.row for row in rows])
        return [_shown(row, *said.get(row.row, ("", ""))) for row in rows]

    def count(self, wanted: Wanted, most: int) -> int:
        """Stops at `most`; of the newest, which the index has at hand."""
        newest = t.shown.c.row if self._words(wanted) is None else t.found.c.rowid
        some = self._wanted(select(t.shown.c.row), wanted).order_by(newest.desc()).limit(most).subquery()
        return int(self._c.execute(select(func.count()).select_from(some)).scalar_one())

    def facets(self, release: int | None = None) -> dict[str, list[tuple[str, int]]]:
        """Reads a whole index for each facet: not for every page."""
        found = {}
        for name in FACETS:
            column, number = t.shown.c[name], func.count()
            query = (
                self._wanted(select(column, number), Wanted(release=release))
                .group_by(column)
                .order_by(number.desc(), column)
            )
            found[name] = [(value, count) for value, count in self._c.execute(query) if value]
        return found

    def keep_counted(self, release: int, facets: Mapping[str, Sequence[tuple[str, int]]]) -> None:
        """In place of what was kept before."""
        self._c.execute(delete(t.counted).where(t.counted.c.release == release))
        rows = [
            {"release": release, "facet": facet, "value": value, "number": number}
            for facet, values in facets.items()
            for value, number in values
        ]
        if rows:
            self._c.execute(insert(t.counted), rows)

    def counted(self, release: int) -> dict[str, list[tuple[str, int]]]:
        """By primary key."""
        query = select(t.counted).where(t.counted.c.release == release)
        found: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
        for row in self._c.execute(query.order_by(t.counted.c.number.desc(), t.counted.c.value)):
            found[row.facet].append((row.value, row.number))
        return found if any(found.values()) else {}

    def near(self, row: int) -> Shown | None:
        """By primary key."""
        for start in (row, 0):
            query = self._wanted(select(*_COLUMNS), Wanted()).where(t.shown.c.row >= start)
            found = self._c.execute(query.order_by(t.shown.c.row).limit(1)).one_or_none()
            if found is not None:
                return _shown(found, *self._said([found.row]).get(found.row, ("", "")))
        return None

    def last(self) -> int:
        """By primary key."""
        return int(self._c.execute(select(func.coalesce(func.max(t.shown.c.row), 0))).scalar_one())

    def _wanted(self, query: Select[Any], wanted: Wanted) -> Select[Any]:
        """Words are looked up first: a planner that begins with a facet asks their index anew for each record."""
        query = query.join(t.membership, t.membership.c.seq == t.shown.c.row).where(_stands(wanted.release))
        words = self._words(wanted)
        if words is not None:
            query = query.join(t.found, t.found.c.rowid == t.shown.c.row).where(self._matches(words))
        for name, values in wanted.facets.items():
            column = t.shown.c[name] if words is None else not_looked_up(t.shown.c[name], self._c)
            if values:
                query = query.where(column.in_(values))
        return query

    def _words(self, wanted: Wanted) -> str | None:
        """The words as the database reads them: no sign of theirs means anything there.

        A word of three letters or more is the beginning of others too; SQLite has an index of such beginnings.
        """
        parts = [part for word in wanted.words for part in _WORD.findall(word)][:20]
        if not parts:
            return None
        if is_postgres(self._c):
            return " & ".join(f"{part}:*" if len(part) >= _BEGINNING else part for part in parts)
        return " ".join(f'"{part}"*' if len(part) >= _BEGINNING else f'"{part}"' for part in parts)

    def _matches(self, words: str) -> TextClause:
        if is_postgres(self._c):
            return text("found.words @@ to_tsquery('simple', :words)").bindparams(words=words)
        return text("found MATCH :words").bindparams(words=words)

    def _rank(self, words: str) -> ColumnElement[float]:
        """The lower the better."""
        if is_postgres(self._c):
            rank = func.ts_rank_cd(literal_column("found.words"), func.to_tsquery("simple", words))
            return (-rank).label("rank")
        return literal_column("bm25(found, 4.0, 1.0)").label("rank")

    def _said(self, rows: Collection[int]) -> dict[int, tuple[str, str]]:
        query = select(t.found.c.rowid, t.found.c.title, t.found.c.text).where(t.found.c.rowid.in_(rows))
        return {row.rowid: (row.title, row.text) for row in self._c.execute(query)} if rows else {}


def _stands(release: int | None) -> ColumnElement[bool]:
    left = t.membership.c.left
    if release is None:
        return left.is_(None)
    # Of an older release too, what was taken back since is not shown.
    return and_(t.membership.c.entered <= release, or_(left.is_(None), left > release))


def _facts(record: Shown) -> dict[str, Any]:
    facts = {name: getattr(record, name) for name in ("row", "contribution", "number", "name", "rough")}
    return facts | {name: record.facets.get(name, "") for name in FACETS}


def _shown(row: Row[Any], title: str, said: str) -> Shown:
    return Shown(
        row=row.row,
        contribution=row.contribution,
        number=row.number,
        name=row.name,
        title=title,
        text=said,
        rough=row.rough,
        facets={name: getattr(row, name) for name in FACETS},
    )
