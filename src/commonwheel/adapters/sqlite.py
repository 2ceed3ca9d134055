"""The database in one file: SQLite in WAL mode, every commit on the disk before it is answered."""

import fcntl
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, create_engine, event

from commonwheel.adapters.sql.database import SqlDatabase, SqlTransaction, storage_errors

TURNSTILE = "-turn"
"""Ending of the file beside a database at which those wait who want to write."""
_TURN = "turnstile"
_ASK_AGAIN = 0.0005
BUSY_SECONDS = 10
"""How long a writer waits for another before it gives up."""


def sqlite_engine(path: Path) -> Engine:
    """An engine whose transactions take the write lock when they begin, unless marked `read_only`."""
    engine = create_engine(f"sqlite:///{path}", pool_size=5, max_overflow=20)
    turnstile = Path(f"{path}{TURNSTILE}")

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for pragma in (
            f"busy_timeout = {BUSY_SECONDS * 1000}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "secure_delete = ON",
            "temp_store = MEMORY",
            "wal_autocheckpoint = 8000",
        ):
            connection.execute(f"PRAGMA {pragma}").close()
        record.info[_TURN] = turnstile.open("a")

    @event.listens_for(engine, "close")
    def _forget(_connection: Any, record: Any) -> None:
        if _TURN in record.info:
            record.info.pop(_TURN).close()

    @event.listens_for(engine, "invalidate")
    def _let_go(connection: Any, _record: Any, _problem: Any) -> None:
        # After Ctrl-C the connection is thrown away, but lives on, lock and all, while a cursor refers to it.
        connection.rollback()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("read_only", False):
            connection.exec_driver_sql("BEGIN")
        elif not _takes_turn(connection.connection.driver_connection, connection.connection.info[_TURN]):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, for the error it makes

    return engine


def _takes_turn(raw: Any, turnstile: IO[str]) -> bool:
    """Begin to write as soon as nobody else does; False where the busy time is over before.

    SQLite's own wait is not fair: it sleeps ever longer while others write and write again, and a door
    beside a busy worker would wait for that. Here whoever waits for the write lock holds a turnstile, so
    that nobody who comes later, not even the one who just wrote, gets it first.
    """
    [patience] = raw.execute("PRAGMA busy_timeout").fetchone()
    raw.execute("PRAGMA busy_timeout = 0").close()
    end = time.monotonic() + patience / 1000
    try:
        if not _until(end, lambda: _passes(turnstile)):
            return False
        try:
            return _until(end, lambda: _begins(raw))
        finally:
            fcntl.flock(turnstile, fcntl.LOCK_UN)
    finally:
        raw.execute(f"PRAGMA busy_timeout = {patience}").close()


def _until(end: float, done: Callable[[], bool]) -> bool:
    while not done():
        if time.monotonic() >= end:
            return False
        time.sleep(_ASK_AGAIN)
    return True


def _passes(turnstile: IO[str]) -> bool:
    try:
        fcntl.flock(turnstile, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _begins(raw: Any) -> bool:
    try:
        raw.execute("BEGIN IMMEDIATE").close()
    except sqlite3.OperationalError as problem:
        if problem.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


_MERGED_AT_ONCE = 500
"""Pages of the full-text index."""


class SqliteDatabase(SqlDatabase):
    """See `commonwheel.ports.Database`."""

    def __init__(self, path: Path) -> None:
        super().__init__(sqlite_engine(path))
        self.name = f"The database {path.name}"
        self._reading = self.engine.execution_options(read_only=True)

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """Does not wait for writers, nor they for it."""
        with storage_errors(self.name), self._reading.connect() as connection:
            yield SqlTransaction(connection)

    def scrub(self) -> bool:
        """Deleted pages are zeroed already (secure_delete); the write-ahead log is emptied here.

        The full-text index forgets the words of what was deleted when its parts are merged: little by little, so
        that nobody waits long for it.
        """
        pages = -_MERGED_AT_ONCE  # negative at first: all parts, however few
        while self._merged(pages):
            pages = _MERGED_AT_ONCE
        return truncate_log(self.engine)

    def _merged(self, pages: int) -> bool:
        """Whether there was something to merge (https://sqlite.org/fts5.html#the_merge_command)."""
        with storage_errors(self.name), self.engine.begin() as connection:
            raw: Any = connection.connection.driver_connection
            before = raw.total_changes
            connection.exec_driver_sql("INSERT INTO found(found, rank) VALUES ('merge', ?)", (pages,))
            return bool(raw.total_changes - before >= 2)

    def copy_to(self, path: Path) -> None:
        """A consistent copy without free pages, made while others write."""
        copy_database(self.engine, path)


def truncate_log(engine: Engine) -> bool:
    """Move the write-ahead log into the database and cut it to nothing; False while a reader needs it."""
    raw = engine.raw_connection()
    try:
        busy, _, _ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    except sqlite3.OperationalError:
        return False
    finally:
        raw.close()


def copy_database(engine: Engine, path: Path) -> None:
    """VACUUM INTO: a snapshot as of its start."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("VACUUM INTO ?", (str(path),))
    finally:
        raw.close()


def leave_log_mode(engine: Engine) -> None:
    """Make the database one file: without a write-ahead log beside it."""
    engine.dispose()  # other connections would hold on to the log
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = DELETE").fetchone()
    finally:
        raw.close()
