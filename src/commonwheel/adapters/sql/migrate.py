"""The schema's version: what the database has, what the program needs, and the way from one to the other."""

from importlib.resources import files
from typing import Literal

from sqlalchemy import Engine, Text, inspect, select
from sqlalchemy import column as named_column
from sqlalchemy import table as named_table

HEAD = "0011"
"""The newest migration; a test holds it to the folder."""

_VERSION = select(named_column("version_num", Text)).select_from(named_table("alembic_version"))
_MIGRATIONS = files("commonwheel.adapters.sql") / "migrations"


def schema_state(engine: Engine) -> Literal["empty", "older", "current", "newer"]:
    """How the database's schema stands to the program's, without loading the migration tool."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return "empty"
        found = connection.execute(_VERSION).scalar_one_or_none()
    if found is None:
        return "empty"
    if found == HEAD:
        return "current"
    return "older" if found < HEAD else "newer"


def create(engine: Engine) -> None:
    """Bring the schema up to date, from nothing or from an older version."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
