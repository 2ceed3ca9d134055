"""What people say about released records, and which gifts answer which failures, in SQL."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.dialect import in_batches, insert_or_ignore
from commonwheel.ports.talk import Remark


class SqlTalk:
    """See `commonwheel.ports.Talk`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add(self, remark: Remark) -> None:
        """One row."""
        self._c.execute(
            insert(t.remark).values(
                id=remark.id,
                contribution=remark.contribution,
                contributor=remark.contributor,
                at=remark.at,
                name=remark.name,
                text=remark.text,
            )
        )

    def of(self, contribution: str, most: int) -> list[Remark]:
        """Through the index on contributions."""
        query = select(t.remark).where(t.remark.c.contribution == contribution, t.remark.c.hidden.is_(None))
        return [_remark_of(row) for row in self._c.execute(query.order_by(t.remark.c.at).limit(most))]

    def get(self, id: str) -> Remark | None:
        """By primary key."""
        row = self._c.execute(select(t.remark).where(t.remark.c.id == id)).one_or_none()
        return None if row is None else _remark_of(row)

    def hide(self, id: str, at: datetime) -> None:
        """It stays for whoever looks into it later."""
        self._c.execute(update(t.remark).where(t.remark.c.id == id).values(hidden=at))

    def delete(self, id: str) -> None:
        """Gone."""
        self._c.execute(delete(t.remark).where(t.remark.c.id == id))

    def delete_of(self, contributor: str) -> None:
        """Through the index on contributors."""
        self._c.execute(delete(t.remark).where(t.remark.c.contributor == contributor))

    def answers(self, failure: str, answer: str, at: datetime) -> None:
        """The first one stays."""
        row = {"contribution": answer, "failure": failure, "at": at}
        self._c.execute(insert_or_ignore(self._c, t.answered).values(**row))

    def answers_to(self, failure: str) -> list[str]:
        """Through the index on failures."""
        query = select(t.answered.c.contribution).where(t.answered.c.failure == failure)
        return list(self._c.execute(query.order_by(t.answered.c.at)).scalars())

    def answered(self, failures: Collection[str]) -> dict[str, int]:
        """Through the index on failures, in batches."""
        found: dict[str, int] = {}
        for batch in in_batches(sorted(failures)):
            query = select(t.answered.c.failure, func.count()).where(t.answered.c.failure.in_(batch))
            found |= {id: int(number) for id, number in self._c.execute(query.group_by(t.answered.c.failure))}
        return found

    def name(self, contribution: str, role: str, digests: Sequence[bytes]) -> None:
        """A row for each."""
        for digest in digests:
            row = {"contribution": contribution, "role": role, "digest": digest}
            self._c.execute(insert_or_ignore(self._c, t.named).values(**row))

    def named(self, digest: bytes) -> list[str]:
        """Through the index on digests."""
        query = select(t.named.c.contribution).distinct().where(t.named.c.digest == digest)
        return list(self._c.execute(query.order_by(t.named.c.contribution)).scalars())

    def about(self, contribution: str) -> list[str]:
        """Through the index on digests."""
        mine, other = t.named.alias("mine"), t.named.alias("other")
        query = (
            select(other.c.contribution)
            .distinct()
            .join(mine, (mine.c.digest == other.c.digest) & (mine.c.role != other.c.role))
            .where(mine.c.contribution == contribution)
        )
        return list(self._c.execute(query.order_by(other.c.contribution)).scalars())

    def failure_of(self, answer: str) -> str | None:
        """By primary key."""
        query = select(t.answered.c.failure).where(t.answered.c.contribution == answer)
        return self._c.execute(query).scalar_one_or_none()


def _remark_of(row: object) -> Remark:
    return Remark(**{name: getattr(row, name) for name in Remark.__dataclass_fields__})
