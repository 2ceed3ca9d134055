"""The database for production: PostgreSQL, many web processes and workers at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine
from sqlalchemy.schema import CreateSchema

from commonwheel.adapters.sql.database import SqlDatabase, SqlTransaction, storage_errors
from commonwheel.errors import Misconfigured


def postgres_engine(url: str, schema: str | None = None) -> Engine:
    """An engine over psycopg 3 that notices lost connections; all tables in `schema` where one is named."""
    address = url.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        engine = create_engine(address, pool_pre_ping=True, pool_size=5, max_overflow=20)
    except ModuleNotFoundError:
        raise Misconfigured("PostgreSQL needs 'pip install commonwheel[postgres]'.") from None
    if schema is None:
        return engine
    with engine.begin() as connection:
        connection.execute(CreateSchema(schema, if_not_exists=True))
    return engine.execution_options(schema_translate_map={None: schema})


class PostgresDatabase(SqlDatabase):
    """See `commonwheel.ports.Database`."""

    name = "The database (PostgreSQL)"

    def __init__(self, url: str) -> None:
        super().__init__(postgres_engine(url))
        self._reading = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """One snapshot for the whole block."""
        with storage_errors(self.name), self._reading.connect() as connection:
            yield SqlTransaction(connection)

    def scrub(self) -> bool:
        """Vacuum the tables that held words; what was in them is encrypted all the while."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM content, gold, review")
        return True
