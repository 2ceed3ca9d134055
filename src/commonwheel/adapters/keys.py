"""Envelope encryption: a key per owner, wrapped under one master key, in a store of its own.

Sealed bytes: 1 version byte, 16 bytes of key id, 12 of nonce, then AES-256-GCM over the plain bytes
with the context as associated data.
"""

import secrets
from collections.abc import Callable, Collection
from datetime import datetime
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)

from commonwheel.adapters.sql.database import storage_errors
from commonwheel.adapters.sql.dialect import in_batches, insert_or_ignore
from commonwheel.adapters.sql.tables import Moment
from commonwheel.errors import KeyLost

VERSION = 1
_HEADER = 17
_NONCE = 12
_CACHED = 10_000

metadata = MetaData()

content_key = Table(
    "content_key",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("retired", Boolean, nullable=False),
    Index("content_key_by_owner", "owner"),
    Index(
        "content_key_current",
        "owner",
        unique=True,
        sqlite_where=text("retired = 0"),
        postgresql_where=text("NOT retired"),
    ),
)

erasure = Table(
    "erasure",
    metadata,
    Column("contribution", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)


_CURRENT = select(content_key.c.id).where(content_key.c.owner == bindparam("of"), content_key.c.retired.is_(False))


class SqlKeys:
    """See `commonwheel.ports.Keys`. `master` are 32 bytes."""

    def __init__(self, engine: Engine, master: bytes, scrub: Callable[[], bool]) -> None:
        self.engine = engine
        self.scrub = scrub
        self._master = AESGCM(master)
        self._lock = Lock()
        self._ciphers: dict[bytes, AESGCM] = {}
        self._current: dict[str, bytes] = {}

    def create(self) -> None:
        """Make the tables of a new store."""
        with storage_errors("The key store"):
            metadata.create_all(self.engine)

    def ensure(self, owners: Collection[str]) -> None:
        """One transaction for all that are missing; the unique index settles races."""
        missing = [owner for owner in owners if owner not in self._current]
        if not missing:
            return
        known = self._read_current(missing)
        new = [owner for owner in missing if owner not in known]
        if new:
            with storage_errors("The key store"), self.engine.begin() as connection:
                for owner in new:
                    id = secrets.token_bytes(16)
                    wrapped = self._wrap(id, AESGCM.generate_key(256))
                    connection.execute(
                        insert_or_ignore(connection, content_key).values(
                            id=id, owner=owner, wrapped=wrapped, retired=False
                        )
                    )
            self._read_current(new)

    def seal(self, owner: str, plain: bytes, context: str) -> bytes:
        """A fresh nonce each time."""
        id = self._current.get(owner) or self._read_current([owner]).get(owner)
        if id is None:
            raise KeyLost
        nonce = secrets.token_bytes(_NONCE)
        return bytes([VERSION]) + id + nonce + self._cipher(id).encrypt(nonce, plain, context.encode())

    def open(self, owner: str, sealed: bytes, context: str) -> bytes:
        """The key is found by its id, so retired keys open too."""
        if not sealed or sealed[0] != VERSION:
            raise KeyLost("This was sealed by a newer version.")
        id, nonce = sealed[1:_HEADER], sealed[_HEADER : _HEADER + _NONCE]
        try:
            return self._cipher(id).decrypt(nonce, sealed[_HEADER + _NONCE :], context.encode())
        except InvalidTag:
            raise KeyLost("The content and its key do not belong together.") from None

    def current(self, owner: str, sealed: bytes) -> bool:
        """Asks the store and not the cache: another process may have retired the key."""
        with storage_errors("The key store"), self.engine.connect() as connection:
            id = connection.execute(_CURRENT, {"of": owner}).scalar_one_or_none()
        if id != sealed[1:_HEADER]:
            with self._lock:
                self._current.pop(owner, None)
            return False
        return True

    def retire(self, owner: str) -> None:
        """Takes effect with the next gift, here and in every other process."""
        with storage_errors("The key store"), self.engine.begin() as connection:
            connection.execute(update(content_key).where(content_key.c.owner == owner).values(retired=True))
        with self._lock:
            self._current.pop(owner, None)

    def count(self, owner: str) -> int:
        """Through the index on owners."""
        query = select(func.count()).select_from(content_key).where(content_key.c.owner == owner)
        with storage_errors("The key store"), self.engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def retired(self) -> list[str]:
        """Few: a retired key waits for its destruction."""
        query = select(content_key.c.owner).where(content_key.c.retired.is_(True)).distinct()
        with storage_errors("The key store"), self.engine.connect() as connection:
            return list(connection.execute(query.order_by(content_key.c.owner)).scalars())

    def destroy_retired(self, owner: str) -> None:
        """Deleted pages are zeroed by the store (SQLite) or vacuumed (PostgreSQL)."""
        retired = (content_key.c.owner == owner) & content_key.c.retired.is_(True)
        with storage_errors("The key store"), self.engine.begin() as connection:
            ids = list(connection.execute(select(content_key.c.id).where(retired)).scalars())
            connection.execute(delete(content_key).where(retired))
        with self._lock:
            for id in ids:
                self._ciphers.pop(id, None)

    def note_erasure(self, contributions: Collection[str], at: datetime) -> None:
        """Ids and the time; that is what a tombstone keeps anyway."""
        with storage_errors("The key store"), self.engine.begin() as connection:
            for batch in in_batches(contributions):
                connection.execute(
                    insert_or_ignore(connection, erasure), [{"contribution": id, "at": at} for id in batch]
                )

    def erasures(self) -> list[str]:
        """In no particular order."""
        with storage_errors("The key store"), self.engine.connect() as connection:
            return list(connection.execute(select(erasure.c.contribution)).scalars())

    def _read_current(self, owners: Collection[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        with storage_errors("The key store"), self.engine.connect() as connection:
            for batch in in_batches(owners):
                query = select(content_key.c.owner, content_key.c.id, content_key.c.wrapped).where(
                    content_key.c.owner.in_(batch), content_key.c.retired.is_(False)
                )
                for owner, id, wrapped in connection.execute(query):
                    found[owner] = id
                    self._keep(id, wrapped)
        with self._lock:
            if len(self._current) + len(found) > _CACHED:
                self._current.clear()
            self._current.update(found)
        return found

    def _cipher(self, id: bytes) -> AESGCM:
        cipher = self._ciphers.get(id)
        if cipher is not None:
            return cipher
        with storage_errors("The key store"), self.engine.connect() as connection:
            wrapped = connection.execute(
                select(content_key.c.wrapped).where(content_key.c.id == id)
            ).scalar_one_or_none()
        if wrapped is None:
            raise KeyLost
        return self._keep(id, wrapped)

    def _keep(self, id: bytes, wrapped: bytes) -> AESGCM:
        try:
            key = self._master.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], id)
        except InvalidTag:
            raise KeyLost("The key store was made with another COMMONWHEEL_SECRET.") from None
        cipher = AESGCM(key)
        with self._lock:
            if len(self._ciphers) >= _CACHED:
                self._ciphers.clear()
            self._ciphers[id] = cipher
        return cipher

    def _wrap(self, id: bytes, key: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._master.encrypt(nonce, key, id)
