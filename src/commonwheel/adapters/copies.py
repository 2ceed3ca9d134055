"""Copies of the database and of the key store, each one SQLite file whatever they are kept in.

So a backup of either database can be restored into the other, and no tool of the database's is needed.
"""

import os
import shutil
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, delete, func, insert, select, text

from commonwheel.adapters.keys import SqlKeys
from commonwheel.adapters.keys import metadata as key_tables
from commonwheel.adapters.postgres import PostgresDatabase
from commonwheel.adapters.sql.migrate import create, schema_state
from commonwheel.adapters.sql.schema import lease
from commonwheel.adapters.sql.schema import metadata as tables
from commonwheel.adapters.sqlite import SqliteDatabase, copy_database, leave_log_mode, sqlite_engine
from commonwheel.errors import Conflict, StorageFailed

_ROWS = 1000

AnyDatabase = SqliteDatabase | PostgresDatabase


def copy_out(database: AnyDatabase, keys: SqlKeys, *, to: Path | None = None, keys_to: Path | None = None) -> None:
    """Copy the database, or the keys, or both, each as of one moment, while others write."""
    if to is not None:
        _copy(database.engine, to, tables)
    if keys_to is not None:
        _copy(keys.engine, keys_to, key_tables)


def copy_in(database: AnyDatabase, source: Path, work: Path) -> None:
    """Fill an empty database from a copy, brought up to date where it is of an older version."""
    if schema_state(database.engine) != "empty":
        raise Conflict("The database is not empty: restore into an empty one.")
    if isinstance(database, SqliteDatabase):
        database.close()  # asking made an empty one
        _place(source, Path(str(database.engine.url.database)))
        create(database.engine)
        _free(database.engine)
        return
    copy = work / "up-to-date.db"
    shutil.copyfile(source, copy)
    engine = sqlite_engine(copy)
    try:
        create(engine)
        create(database.engine)
        _fill(engine, database.engine, tables)
        _free(database.engine)
    finally:
        engine.dispose()


def _free(engine: Engine) -> None:
    """The leases of processes of then: one of them was held to make the copy."""
    with engine.begin() as connection:
        connection.execute(delete(lease))


def copy_keys_in(keys: SqlKeys, source: Path) -> None:
    """Fill an empty key store from a copy."""
    engine = sqlite_engine(source)
    try:
        _fill(engine, keys.engine, key_tables)
    finally:
        engine.dispose()


def _copy(engine: Engine, path: Path, what: MetaData) -> None:
    if engine.dialect.name == "sqlite":
        copy_database(engine, path)
    else:
        target = sqlite_engine(path)
        try:
            create(target) if what is tables else what.create_all(target)
            _fill(engine, target, what)
            leave_log_mode(target)
        finally:
            target.dispose()
    _sync(path)


def _fill(source: Engine, target: Engine, what: MetaData) -> None:
    """All rows of all tables, read in one snapshot and written in one transaction."""
    snapshot = (
        {"isolation_level": "REPEATABLE READ"} if source.dialect.name == "postgresql" else {"read_only": True}
    )
    with source.connect().execution_options(**snapshot) as reading, target.begin() as writing:
        for table in what.sorted_tables:
            rows = reading.execution_options(yield_per=_ROWS).execute(select(table))
            for batch in rows.partitions(_ROWS):
                writing.execute(insert(table), [dict(row._mapping) for row in batch])
        if target.dialect.name == "postgresql":
            _continue_numbers(writing, what)


def _continue_numbers(connection: Connection, what: MetaData) -> None:
    """Rows brought their numbers along; the next one gets the next."""
    for table in what.sorted_tables:
        column = table.autoincrement_column
        if column is None or column.autoincrement is not True:
            continue
        last = connection.execute(select(func.max(column))).scalar_one()
        if last is not None:
            name = {"table": table.name, "column": column.name, "last": last}
            connection.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"), name)


def _place(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for left in ("", "-wal", "-shm"):
            Path(f"{target}{left}").unlink(missing_ok=True)
        shutil.copyfile(source, target)
        _sync(target)
    except OSError as problem:
        raise StorageFailed(f"{target} cannot be written: {problem.strerror}.") from None


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
