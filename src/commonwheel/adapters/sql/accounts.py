"""Accounts, in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, or_, select, update

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.convert import to_json, token_of
from commonwheel.adapters.sql.dialect import insert_or_ignore
from commonwheel.records.account import DEFAULTS, Account, Role, name_key
from commonwheel.records.stored import Token


class SqlAccounts:
    """See `commonwheel.ports.Accounts`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add(self, account: Account) -> bool:
        """The unique indexes settle races."""
        self._c.execute(insert_or_ignore(self._c, t.account).values(id=account.id, **_values(account)))
        return self.get(account.id) is not None

    def get(self, id: str, *, lock: bool = False) -> Account | None:
        """By primary key."""
        query = select(t.account).where(t.account.c.id == id)
        return self._one(query.with_for_update() if lock else query)

    def named(self, name: str) -> Account | None:
        """Through the unique index on folded names."""
        return self._one(select(t.account).where(t.account.c.name_key == name_key(name)))

    def with_email(self, digest: bytes) -> Account | None:
        """Through the unique index on digests."""
        return self._one(select(t.account).where(t.account.c.email_digest == digest))

    def from_elsewhere(self, digest: bytes) -> Account | None:
        """Through the unique index on digests."""
        return self._one(select(t.account).where(t.account.c.elsewhere == digest))

    def all(self) -> list[Account]:
        """By age."""
        query = select(t.account).order_by(t.account.c.created, t.account.c.id)
        return [_account_of(row) for row in self._c.execute(query)]

    def save(self, account: Account) -> bool:
        """All of it. Whether names and addresses are free is looked up: an index would end the transaction."""
        values = _values(account)
        taken = select(t.account.c.id).where(
            t.account.c.id != account.id,
            or_(*(t.account.c[name] == values[name] for name in _UNIQUE if values[name] is not None)),
        )
        if self._c.execute(taken.limit(1)).one_or_none() is not None:
            return False
        self._c.execute(update(t.account).where(t.account.c.id == account.id).values(**values))
        return True

    def delete(self, id: str) -> None:
        """From the three tables that know it."""
        self._c.execute(delete(t.token).where(t.token.c.account == id))
        self._c.execute(delete(t.claim).where(t.claim.c.account == id))
        self._c.execute(delete(t.account).where(t.account.c.id == id))

    def tokens(self, id: str, now: datetime) -> list[Token]:
        """Through the index on accounts."""
        valid = (t.token.c.account == id) & t.token.c.revoked.is_(None)
        valid &= or_(t.token.c.expires.is_(None), t.token.c.expires > now)
        return [token_of(row) for row in self._c.execute(select(t.token).where(valid).order_by(t.token.c.created))]

    def end_tokens(self, id: str, at: datetime, *, but: str | None = None, sessions: bool = False) -> None:
        """Ended sessions are of no use to anybody, and deleted; ended tokens stay listed."""
        own = t.token.c.account == id
        if but is not None:
            own &= t.token.c.id != but
        self._c.execute(delete(t.token).where(own, t.token.c.session.is_(True)))
        if not sessions:
            self._c.execute(update(t.token).where(own, t.token.c.revoked.is_(None)).values(revoked=at))

    def claim(self, contributor: str, account: str) -> bool:
        """The first one stays."""
        self._c.execute(insert_or_ignore(self._c, t.claim).values(contributor=contributor, account=account))
        query = select(t.claim.c.account).where(t.claim.c.contributor == contributor)
        return bool(self._c.execute(query).scalar_one() == account)

    def claims(self, account: str) -> Sequence[str]:
        """Through the index on accounts."""
        query = select(t.claim.c.contributor).where(t.claim.c.account == account)
        return list(self._c.execute(query.order_by(t.claim.c.contributor)).scalars())

    def claimant(self, contributor: str) -> str | None:
        """By primary key."""
        query = select(t.claim.c.account).where(t.claim.c.contributor == contributor)
        return self._c.execute(query).scalar_one_or_none()

    def forget_unverified(self, before: datetime) -> list[str]:
        """Few; run once a day."""
        query = select(t.account.c.id).where(t.account.c.verified.is_(None), t.account.c.created < before)
        ids = list(self._c.execute(query).scalars())
        for id in ids:
            self.delete(id)
        return ids

    def _one(self, query: Select[Any]) -> Account | None:
        row = self._c.execute(query).one_or_none()
        return None if row is None else _account_of(row)


_UNIQUE = ("name_key", "email_digest", "elsewhere")


def _values(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "name_key": name_key(account.name),
        "role": account.role,
        "created": account.created,
        "password": account.password,
        "email": account.email,
        "email_digest": account.email_digest,
        "elsewhere": account.elsewhere,
        "verified": account.verified,
        "ended": account.ended,
        "defaults": to_json(DEFAULTS, account.defaults),
    }


def _account_of(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        created=row.created,
        password=row.password,
        email=row.email,
        email_digest=row.email_digest,
        elsewhere=row.elsewhere,
        verified=row.verified,
        ended=row.ended,
        defaults=DEFAULTS.validate_json(row.defaults),
    )
