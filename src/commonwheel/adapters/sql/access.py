"""Tokens, idempotency keys and leases, in SQL."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, text, update

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.convert import to_json, token_of
from commonwheel.adapters.sql.dialect import in_batches, insert_or_ignore, is_postgres
from commonwheel.ports.operating import NewRepeat, Repeat
from commonwheel.records.stored import Token
from commonwheel.records.terms import TERMS

# Statements of the doors are made once: making them costs more than running them.
_REPEATS = select(t.idempotency).where(
    t.idempotency.c.token == bindparam("of"), t.idempotency.c.key.in_(bindparam("keys", expanding=True))
)
_REMEMBER = insert(t.idempotency)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 1))")


class SqlAccess:
    """See `commonwheel.ports.Access`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add_token(self, token: Token, hash: bytes) -> None:
        """The token itself is nowhere."""
        self._c.execute(
            insert(t.token).values(
                id=token.id,
                hash=hash,
                subject=token.subject,
                scopes=" ".join(token.scopes),
                terms=None if token.terms is None else to_json(TERMS, token.terms),
                created=token.created,
                account=token.account,
                session=token.session,
                expires=token.expires,
                label=token.label,
            )
        )

    def token(self, hash: bytes) -> Token | None:
        """Through the unique index on hashes."""
        row = self._c.execute(select(t.token).where(t.token.c.hash == hash)).one_or_none()
        return None if row is None else token_of(row)

    def token_by_id(self, id: str) -> Token | None:
        """By primary key."""
        row = self._c.execute(select(t.token).where(t.token.c.id == id)).one_or_none()
        return None if row is None else token_of(row)

    def tokens(self) -> list[Token]:
        """The oldest first."""
        return [token_of(row) for row in self._c.execute(select(t.token).order_by(t.token.c.created))]

    def revoke(self, id: str, at: datetime) -> bool:
        """By primary key."""
        done = self._c.execute(
            update(t.token).where(t.token.c.id == id, t.token.c.revoked.is_(None)).values(revoked=at)
        )
        return done.rowcount == 1

    def repeats(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Repeat]:
        """By primary keys; those of one token together. In PostgreSQL their other users wait."""
        if is_postgres(self._c):
            for token, key in sorted(set(keys)):
                self._c.execute(_LOCK, {"key": f"{token} {key}"})
        found = {}
        by_token: dict[str, list[str]] = {}
        for token, key in keys:
            by_token.setdefault(token, []).append(key)
        for token, own in by_token.items():
            for batch in in_batches(own):
                for row in self._c.execute(_REPEATS, {"of": token, "keys": batch}):
                    found[(row.token, row.key)] = Repeat(
                        digest=row.digest, contribution=row.contribution, answer=row.answer
                    )
        return found

    def remember(self, repeats: Sequence[NewRepeat]) -> None:
        """One INSERT; a key that exists makes the whole transaction fail."""
        if repeats:
            self._c.execute(
                _REMEMBER,
                [
                    {
                        "token": repeat.token,
                        "key": repeat.key,
                        "digest": repeat.digest,
                        "contribution": repeat.contribution,
                        "answer": repeat.answer,
                        "at": repeat.at,
                    }
                    for repeat in repeats
                ],
            )

    def forget_repeats(self, before: datetime) -> int:
        """By time; run once a day."""
        return self._c.execute(delete(t.idempotency).where(t.idempotency.c.at < before)).rowcount

    def take_lease(self, name: str, holder: str, now: datetime, until: datetime) -> str:
        """A lease that ends far later than one taken now is one of a clock that went backwards.

        Far: by more than its own length, since whoever holds it may have asked the clock a moment later.
        """
        far = until + (until - now)
        free = or_(t.lease.c.holder == holder, t.lease.c.until <= now, t.lease.c.until > far)
        while True:  # until nobody gives the lease back between the two looks
            self._c.execute(insert_or_ignore(self._c, t.lease).values(name=name, holder=holder, until=until))
            self._c.execute(update(t.lease).where(t.lease.c.name == name, free).values(holder=holder, until=until))
            query = select(t.lease.c.holder).where(t.lease.c.name == name)
            found: str | None = self._c.execute(query).scalar_one_or_none()
            if found is not None:
                return found

    def lease_holder(self, name: str, now: datetime) -> str | None:
        """By primary key."""
        query = select(t.lease.c.holder).where(t.lease.c.name == name, t.lease.c.until > now)
        return self._c.execute(query).scalar_one_or_none()

    def end_lease(self, name: str, holder: str) -> None:
        """Only by its holder."""
        self._c.execute(delete(t.lease).where(t.lease.c.name == name, t.lease.c.holder == holder))
