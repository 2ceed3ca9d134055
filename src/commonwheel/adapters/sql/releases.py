"""Releases, members, rows and bucket logs, in SQL.

A row is a member of release N where `entered <= N < left`. Nothing here reads all members to make the
next release: what enters is under way, what leaves has had its interval ended when it was taken back.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.convert import revision_of
from commonwheel.adapters.sql.dialect import in_batches, is_one_of, lock_rows, upsert
from commonwheel.records.release import Release
from commonwheel.records.states import State
from commonwheel.records.stored import Bucket, Row, StoredRevision


def _row_of(row: Any) -> Row:
    return Row(
        seq=row.seq,
        contribution=row.contribution,
        number=row.number,
        bucket=row.bucket,
        digest=row.digest,
        salt=row.salt,
    )


def _in_version(version: int) -> ColumnElement[bool]:
    left = t.membership.c.left
    return and_(t.membership.c.entered <= version, or_(left.is_(None), left > version))


_ROWS = select(t.row).join(t.membership, t.membership.c.seq == t.row.c.seq)
_REVISION_OF_ROW = and_(t.revision.c.contribution == t.row.c.contribution, t.revision.c.number == t.row.c.number)


def _is_active(now: datetime) -> ColumnElement[bool]:
    return or_(t.hold.c.until.is_(None), t.hold.c.until > now)


class SqlReleases:
    """See `commonwheel.ports.Releases`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add(self, release: Release) -> None:
        """The primary key keeps two from beginning the same version."""
        self._c.execute(
            insert(t.release).values(
                version=release.version, state=release.state, created=release.created, note=release.note
            )
        )

    def seal(self, version: int, at: datetime, manifest: bytes, signature: bytes) -> None:
        """By primary key."""
        self._c.execute(
            update(t.release)
            .where(t.release.c.version == version)
            .values(state="sealed", sealed=at, manifest=manifest, signature=signature)
        )

    def drop(self, version: int) -> None:
        """By primary key."""
        self._c.execute(delete(t.release).where(t.release.c.version == version))

    def get(self, version: int) -> Release | None:
        """By primary key."""
        row = self._c.execute(select(t.release).where(t.release.c.version == version)).one_or_none()
        return None if row is None else Release(**row._mapping)

    def last(self, *, lock: bool = False) -> Release | None:
        """The highest number."""
        query = select(t.release).order_by(t.release.c.version.desc()).limit(1)
        row = self._c.execute(lock_rows(query) if lock else query).one_or_none()
        return None if row is None else Release(**row._mapping)

    def all(self) -> list[Release]:
        """In order of their numbers."""
        return [
            Release(**row._mapping) for row in self._c.execute(select(t.release).order_by(t.release.c.version))
        ]

    def candidates(self, version: int, now: datetime) -> list[tuple[str, int]]:
        """Through the index of what is under way."""
        held = exists().where(t.hold.c.contribution == t.revision.c.contribution, _is_active(now))
        entered = exists().where(
            _REVISION_OF_ROW, t.membership.c.seq == t.row.c.seq, t.membership.c.entered == version
        )
        query = (
            select(t.revision.c.contribution, t.revision.c.number)
            .where(t.revision.c.state == State.READY, t.revision.c.public.is_(True), ~held, ~entered)
            .order_by(t.revision.c.contribution)
        )
        return [(id, number) for id, number in self._c.execute(query)]

    def candidates_among(
        self, keys: Collection[tuple[str, int]], version: int, now: datetime
    ) -> list[StoredRevision]:
        """The same question about a few, found by their keys: by their state there may be very many."""
        ids = {id for id, _ in keys}
        held = select(t.hold.c.contribution).where(t.hold.c.contribution.in_(ids), _is_active(now))
        entered = (
            select(t.row.c.contribution, t.row.c.number)
            .join(t.membership, t.membership.c.seq == t.row.c.seq)
            .where(t.row.c.contribution.in_(ids), t.membership.c.entered == version)
        )
        out = set(self._c.execute(held).scalars())
        done = {(id, number) for id, number in self._c.execute(entered)}
        these = is_one_of(t.revision.c.contribution, t.revision.c.number, keys)
        found = self._c.execute(select(t.revision).where(these).order_by(t.revision.c.contribution))
        return [
            revision_of(row)
            for row in found
            if row.state == State.READY
            and row.public
            and row.contribution not in out
            and (row.contribution, row.number) not in done
        ]

    def next_seq(self) -> int:
        """Rows are never deleted, so numbers are never used twice."""
        return (self._c.execute(select(func.max(t.row.c.seq))).scalar_one() or 0) + 1

    def add_rows(self, rows: Sequence[Row]) -> None:
        """One INSERT."""
        if rows:
            self._c.execute(
                insert(t.row),
                [
                    {
                        "seq": row.seq,
                        "contribution": row.contribution,
                        "number": row.number,
                        "bucket": row.bucket,
                        "digest": row.digest,
                        "salt": row.salt,
                    }
                    for row in rows
                ],
            )

    def rows(self, seqs: Collection[int]) -> list[Row]:
        """By primary keys, in batches."""
        return [
            _row_of(row)
            for batch in in_batches(sorted(seqs))
            for row in self._c.execute(select(t.row).where(t.row.c.seq.in_(batch)).order_by(t.row.c.seq))
        ]

    def rows_of(self, contribution: str) -> list[Row]:
        """By contribution."""
        return self._rows(select(t.row).where(t.row.c.contribution == contribution))

    def rows_among(self, contributions: Collection[str]) -> list[Row]:
        """By contributions, in batches."""
        return [
            row
            for batch in in_batches(contributions)
            for row in self._rows(select(t.row).where(t.row.c.contribution.in_(batch)))
        ]

    def enter(self, seqs: Collection[int], version: int) -> None:
        """One INSERT."""
        if seqs:
            self._c.execute(insert(t.membership), [{"seq": seq, "entered": version} for seq in seqs])

    def leave(self, contribution: str, version: int, number: int | None = None) -> None:
        """Both indexes are used: the rows of one contribution are few."""
        rows = select(t.row.c.seq).where(t.row.c.contribution == contribution)
        if number is not None:
            rows = rows.where(t.row.c.number == number)
        self._c.execute(
            update(t.membership)
            .where(t.membership.c.seq.in_(rows), t.membership.c.left.is_(None))
            .values(left=version)
        )

    def leave_rows(self, seqs: Collection[int], version: int) -> None:
        """In batches."""
        for batch in in_batches(seqs):
            self._c.execute(
                update(t.membership)
                .where(t.membership.c.seq.in_(batch), t.membership.c.left.is_(None))
                .values(left=version)
            )

    def open_among(self, seqs: Collection[int], version: int) -> set[int]:
        """By primary keys, in batches."""
        found: set[int] = set()
        for batch in in_batches(seqs):
            query = select(t.membership.c.seq).where(
                t.membership.c.seq.in_(batch), t.membership.c.entered == version, t.membership.c.left.is_(None)
            )
            found.update(self._c.execute(query).scalars())
        return found

    def ever_member(self, seq: int) -> bool:
        """By primary key."""
        query = select(t.membership.c.entered).where(t.membership.c.seq == seq).limit(1)
        return self._c.execute(query).first() is not None

    def cancel_entry(self, seqs: Collection[int], version: int) -> None:
        """In batches."""
        for batch in in_batches(seqs):
            self._c.execute(
                delete(t.membership).where(t.membership.c.seq.in_(batch), t.membership.c.entered == version)
            )

    def entered(self, version: int) -> list[Row]:
        """An interval that ended before it was sealed (left == entered) never was one."""
        left = t.membership.c.left
        return self._rows(_ROWS.where(t.membership.c.entered == version, or_(left.is_(None), left > version)))

    def entering(self, version: int) -> list[Row]:
        """Through the index by `entered`."""
        return self._rows(_ROWS.where(t.membership.c.entered == version))

    def left(self, version: int) -> list[Row]:
        """Through the index by `left`."""
        return self._rows(_ROWS.where(t.membership.c.left == version, t.membership.c.entered < version))

    def is_member(self, contribution: str, version: int) -> bool:
        """By contribution."""
        query = _ROWS.where(t.row.c.contribution == contribution, _in_version(version)).limit(1)
        return self._c.execute(query).first() is not None

    def versions_of(self, contribution: str) -> list[tuple[int, int | None]]:
        """By contribution; empty intervals left out."""
        query = (
            select(t.membership.c.entered, t.membership.c.left)
            .join(t.row, t.row.c.seq == t.membership.c.seq)
            .where(t.row.c.contribution == contribution)
            .where(or_(t.membership.c.left.is_(None), t.membership.c.left > t.membership.c.entered))
            .order_by(t.membership.c.entered)
        )
        return [(entered, left) for entered, left in self._c.execute(query)]

    def members(self, version: int, after: int, limit: int) -> list[Row]:
        """In pages by row number."""
        query = (
            _ROWS.where(t.row.c.seq > after, _in_version(version), t.row.c.salt.is_not(None))
            .order_by(t.row.c.seq)
            .limit(limit)
        )
        return [_row_of(row) for row in self._c.execute(query)]

    def gone(self, version: int) -> dict[str, int]:
        """Through the indexes of what left and of what has no salt."""
        left = t.membership.c.left
        ended = (
            select(t.row.c.contribution, func.max(left))
            .join(t.membership, t.membership.c.seq == t.row.c.seq)
            .where(left <= version, left > t.membership.c.entered)
            .group_by(t.row.c.contribution)
        )
        found = {id: release for id, release in self._c.execute(ended)}
        for batch in in_batches(list(found)):
            back = (
                select(t.row.c.contribution)
                .join(t.membership, t.membership.c.seq == t.row.c.seq)
                .where(t.row.c.contribution.in_(batch), _in_version(version))
            )
            for id in self._c.execute(back).scalars():
                found.pop(id, None)
        return found | {row.contribution: version for row in self.absent(version)}

    def absent(self, version: int) -> list[Row]:
        """Through the index of rows without a salt: they are erased or taken down."""
        return self._rows(_ROWS.where(_in_version(version), t.row.c.salt.is_(None)))

    def members_among(self, version: int, keys: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
        """By contribution, in batches."""
        found: set[tuple[str, int]] = set()
        for batch in in_batches(keys, 200):
            query = (
                select(t.row.c.contribution, t.row.c.number)
                .join(t.membership, t.membership.c.seq == t.row.c.seq)
                .where(is_one_of(t.row.c.contribution, t.row.c.number, batch))
                .where(_in_version(version), t.row.c.salt.is_not(None))
            )
            found.update((id, number) for id, number in self._c.execute(query))
        return found

    def contributions_in(self, version: int) -> set[str]:
        """Read in full: for a rollback."""
        query = (
            select(t.row.c.contribution)
            .join(t.membership, t.membership.c.seq == t.row.c.seq)
            .where(_in_version(version))
        )
        return set(self._c.execute(query).scalars())

    def open_members(self) -> Iterator[Row]:
        """Read in full: for a rollback."""
        for row in self._c.execute(_ROWS.where(t.membership.c.left.is_(None)).order_by(t.row.c.seq)):
            yield _row_of(row)

    def buckets(self) -> dict[str, Bucket]:
        """They are few."""
        return {row.name: Bucket(**row._mapping) for row in self._c.execute(select(t.bucket))}

    def keep_bucket(self, bucket: Bucket) -> None:
        """One upsert."""
        values = {
            "name": bucket.name,
            "license": bucket.license,
            "ai_pref": bucket.ai_pref,
            "vocabulary": bucket.vocabulary,
            "frontier": bucket.frontier,
        }
        self._c.execute(upsert(self._c, t.bucket, ["name"], values))

    def log(self, bucket: str, position: int, release: int, leaves: Sequence[tuple[int, bytes]]) -> None:
        """One INSERT."""
        if leaves:
            self._c.execute(
                insert(t.leaf),
                [
                    {"bucket": bucket, "position": at, "seq": seq, "release": release, "digest": digest}
                    for at, (seq, digest) in enumerate(leaves, start=position)
                ],
            )

    def leaves(self, bucket: str, size: int) -> Iterator[tuple[int, bytes]]:
        """In order of their positions."""
        query = (
            select(t.leaf.c.seq, t.leaf.c.digest)
            .where(t.leaf.c.bucket == bucket, t.leaf.c.position < size)
            .order_by(t.leaf.c.position)
        )
        yield from (tuple(row) for row in self._c.execute(query))

    def commit(self, rows: Sequence[Row]) -> None:
        """One UPDATE for all."""
        if rows:
            self._c.execute(
                update(t.row)
                .where(t.row.c.seq == bindparam("at"))
                .values(digest=bindparam("new_digest"), salt=bindparam("new_salt")),
                [{"at": row.seq, "new_digest": row.digest, "new_salt": row.salt} for row in rows],
            )

    def forget_salts(self, seqs: Collection[int]) -> None:
        """In batches."""
        for batch in in_batches(seqs):
            self._c.execute(update(t.row).where(t.row.c.seq.in_(batch)).values(salt=None))

    def erased(self) -> list[int]:
        """Through the index of rows by contribution."""
        gone = select(t.contribution.c.id).where(t.contribution.c.erased.is_not(None))
        query = select(t.row.c.seq).where(t.row.c.contribution.in_(gone)).order_by(t.row.c.seq)
        return list(self._c.execute(query).scalars())

    def _rows(self, query: Select[Any]) -> list[Row]:
        return [_row_of(row) for row in self._c.execute(query.order_by(t.row.c.seq))]
