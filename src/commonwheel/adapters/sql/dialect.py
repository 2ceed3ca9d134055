"""The few places where SQLite and PostgreSQL speak differently."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Insert, Select, Table, UnaryExpression, and_, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.operators import custom_op

T = TypeVar("T")


def is_postgres(connection: Connection) -> bool:
    """Whether this is PostgreSQL, where several transactions write at once."""
    return connection.dialect.name == "postgresql"


def insert_or_ignore(connection: Connection, table: Table) -> Insert:
    """An INSERT that leaves a row alone whose key exists."""
    return _insert_or_ignore(is_postgres(connection), table)


@cache
def _insert_or_ignore(for_postgres: bool, table: Table) -> Insert:
    make: Any = postgresql.insert if for_postgres else sqlite.insert
    statement: Insert = make(table).on_conflict_do_nothing()
    return statement


def upsert(connection: Connection, table: Table, keys: list[str], values: dict[str, Any]) -> Insert:
    """An INSERT that changes the row whose key exists."""
    make: Any = postgresql.insert if is_postgres(connection) else sqlite.insert
    changed = {name: value for name, value in values.items() if name not in keys}
    statement: Insert = make(table).values(values).on_conflict_do_update(index_elements=keys, set_=changed)
    return statement


def lock_rows(query: Select[Any], *, skip_locked: bool = False) -> Select[Any]:
    """Lock what is selected. SQLite has one writer at a time, and SQLAlchemy leaves the clause out."""
    return query.with_for_update(skip_locked=skip_locked)


def is_one_of(
    contribution: ColumnElement[str], number: ColumnElement[int], keys: Collection[tuple[str, int]]
) -> ColumnElement[bool]:
    """Whether a row is of one of these revisions.

    The first half says nothing new, but SQLite finds rows through an index by it, and not by pairs.
    """
    return and_(contribution.in_({id for id, _ in keys}), tuple_(contribution, number).in_(keys))


def in_batches(items: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """`items` in lists short enough for one `IN (...)`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def not_looked_up(column: Column[Any], connection: Connection) -> ColumnElement[Any]:
    """A column by whose index rows are not looked up: SQLite reads a plus so, PostgreSQL has statistics."""
    return column if is_postgres(connection) else UnaryExpression(column, operator=custom_op("+"))
