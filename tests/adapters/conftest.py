"""A database of each kind, empty, with its tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from commonwheel.adapters.postgres import PostgresDatabase
from commonwheel.adapters.sql.migrate import create
from commonwheel.adapters.sqlite import SqliteDatabase
from commonwheel.ports import Database


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind."""
    opened: SqliteDatabase | PostgresDatabase
    if request.param == "sqlite":
        opened = SqliteDatabase(tmp_path / "x.db")
    else:
        opened = PostgresDatabase(request.getfixturevalue("postgres_url"))
    create(opened.engine)
    yield opened
    opened.close()
