"""The schema's way: from nothing to now it is what the tables are defined as, and nobody runs on another."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from commonwheel.adapters.postgres import PostgresDatabase
from commonwheel.adapters.sql import migrate
from commonwheel.adapters.sql.migrate import HEAD, create, schema_state
from commonwheel.adapters.sql.schema import metadata
from commonwheel.adapters.sqlite import SqliteDatabase
from commonwheel.app import build, open_database
from commonwheel.errors import Misconfigured
from commonwheel.settings import Settings, load_settings


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an instance that was never started."""
    environment = {"COMMONWHEEL_HOME": str(tmp_path)}
    if request.param == "postgres":
        environment["COMMONWHEEL_DATABASE_URL"] = request.getfixturevalue("postgres_url")
    return load_settings(environment)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """An empty database."""
    database: SqliteDatabase | PostgresDatabase = open_database(settings)
    yield database.engine
    database.close()


def test_the_way_from_nothing_leads_to_the_tables_as_they_are_defined(engine: Engine) -> None:
    assert schema_state(engine) == "empty"
    create(engine)
    assert schema_state(engine) == "current"
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_object": _is_ours}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
    found = inspect(engine)
    for table in metadata.tables.values():
        made = {index["name"]: bool(index["unique"]) for index in found.get_indexes(table.name)}
        assert {str(index.name): index.unique for index in table.indexes}.items() <= made.items()


def _is_ours(_item: object, name: str | None, *_rest: object) -> bool:
    """Full text is written out in its migration, and has tables of its own that the database makes."""
    return not (name or "").startswith("found")


def test_partial_indexes_are_partial(engine: Engine) -> None:
    create(engine)
    names = {"revision_under_way", "review_open"}
    catalog = "sqlite_master" if engine.dialect.name == "sqlite" else "pg_indexes"
    columns = "name, sql" if engine.dialect.name == "sqlite" else "indexname, indexdef"
    with engine.connect() as connection:
        found = {row[0]: row[1] for row in connection.exec_driver_sql(f"SELECT {columns} FROM {catalog}")}
    assert all(" WHERE " in found[name] for name in names)


def test_going_the_way_again_changes_nothing(engine: Engine) -> None:
    create(engine)
    create(engine)
    assert schema_state(engine) == "current"


def test_the_newest_migration_is_the_one_that_is_needed() -> None:
    folder = Path(migrate.__file__).parent / "migrations" / "versions"
    assert sorted(path.name for path in folder.glob("[0-9]*.py"))[-1].startswith(f"{HEAD}_")


def test_a_new_embedded_database_is_made_and_a_new_server_has_to_be_migrated(settings: Settings) -> None:
    if settings["DATABASE_URL"]:
        with pytest.raises(Misconfigured, match="commonwheel migrate"):
            build(settings)
    else:
        build(settings).close()


@pytest.mark.parametrize(
    ("found", "message"),
    [("0000", "make a backup and run 'commonwheel migrate'"), ("9999", "upgrade the program")],
)
def test_nothing_runs_on_an_older_or_newer_schema(
    settings: Settings, engine: Engine, found: str, message: str
) -> None:
    create(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{found}'")
    with pytest.raises(Misconfigured, match=message):
        build(settings)
