"""Transactions over one SQLAlchemy engine, and the errors that storage makes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from commonwheel.adapters.sql.access import SqlAccess
from commonwheel.adapters.sql.accounts import SqlAccounts
from commonwheel.adapters.sql.chores import SqlChores
from commonwheel.adapters.sql.contributions import SqlContributions
from commonwheel.adapters.sql.drafts import SqlDrafts
from commonwheel.adapters.sql.events import SqlEvents
from commonwheel.adapters.sql.exploring import SqlExploring
from commonwheel.adapters.sql.gold import SqlGold
from commonwheel.adapters.sql.imports import SqlImports
from commonwheel.adapters.sql.judgements import SqlJudgements
from commonwheel.adapters.sql.models import SqlModels
from commonwheel.adapters.sql.near import SqlRepeats
from commonwheel.adapters.sql.ngrams import SqlNgrams
from commonwheel.adapters.sql.policies import SqlPolicies
from commonwheel.adapters.sql.releases import SqlReleases
from commonwheel.adapters.sql.reviews import SqlReviews
from commonwheel.adapters.sql.shelves import SqlShelves
from commonwheel.adapters.sql.standings import SqlStandings
from commonwheel.adapters.sql.statistics import SqlStatistics
from commonwheel.adapters.sql.streams import SqlStreams
from commonwheel.adapters.sql.talk import SqlTalk
from commonwheel.adapters.sql.votes import SqlVotes
from commonwheel.adapters.sql.waiting import SqlWaiting
from commonwheel.errors import StorageFailed, Unavailable


class SqlTransaction:
    """See `commonwheel.ports.Transaction`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def contributions(self) -> SqlContributions:
        """Contributions and their content."""
        return SqlContributions(self._connection)

    @cached_property
    def repeats(self) -> SqlRepeats:
        """What is nearly the same, and who gives how much."""
        return SqlRepeats(self._connection)

    @cached_property
    def waiting(self) -> SqlWaiting:
        """The queue."""
        return SqlWaiting(self._connection)

    @cached_property
    def events(self) -> SqlEvents:
        """What happened."""
        return SqlEvents(self._connection)

    @cached_property
    def reviews(self) -> SqlReviews:
        """Review items."""
        return SqlReviews(self._connection)

    @cached_property
    def votes(self) -> SqlVotes:
        """What reviewers said."""
        return SqlVotes(self._connection)

    @cached_property
    def releases(self) -> SqlReleases:
        """Releases and members."""
        return SqlReleases(self._connection)

    @cached_property
    def gold(self) -> SqlGold:
        """Gold pairs."""
        return SqlGold(self._connection)

    @cached_property
    def models(self) -> SqlModels:
        """Models and what they learned from."""
        return SqlModels(self._connection)

    @cached_property
    def ngrams(self) -> SqlNgrams:
        """By what words released records are found."""
        return SqlNgrams(self._connection)

    @cached_property
    def policies(self) -> SqlPolicies:
        """Adopted policies."""
        return SqlPolicies(self._connection)

    @cached_property
    def accounts(self) -> SqlAccounts:
        """People's accounts."""
        return SqlAccounts(self._connection)

    @cached_property
    def drafts(self) -> SqlDrafts:
        """What people begin to give."""
        return SqlDrafts(self._connection)

    @cached_property
    def standings(self) -> SqlStandings:
        """What people allow beforehand."""
        return SqlStandings(self._connection)

    @cached_property
    def shelves(self) -> SqlShelves:
        """Exports that people pick from."""
        return SqlShelves(self._connection)

    @cached_property
    def exploring(self) -> SqlExploring:
        """What anybody may look through."""
        return SqlExploring(self._connection)

    @cached_property
    def talk(self) -> SqlTalk:
        """What people say about records, and what answers what."""
        return SqlTalk(self._connection)

    @cached_property
    def access(self) -> SqlAccess:
        """Tokens, repeats, leases."""
        return SqlAccess(self._connection)

    @cached_property
    def imports(self) -> SqlImports:
        """What was imported before."""
        return SqlImports(self._connection)

    @cached_property
    def chores(self) -> SqlChores:
        """Work for later."""
        return SqlChores(self._connection)

    @cached_property
    def statistics(self) -> SqlStatistics:
        """How much there is."""
        return SqlStatistics(self._connection)

    @cached_property
    def judgements(self) -> SqlJudgements:
        """What judges answered, and how often they were asked."""
        return SqlJudgements(self._connection)

    @cached_property
    def streams(self) -> SqlStreams:
        """Streams and their breakers."""
        return SqlStreams(self._connection)


_STORAGE = re.compile(
    r"full|disk I/O|readonly|read-only|locked|unable to open|connection|could not extend|No space", re.IGNORECASE
)


_MET = ("40001", "40P01")
"""SQLSTATE of two transactions that cannot both go on: PostgreSQL ends one of them, whole."""


@contextmanager
def storage_errors(where: str) -> Iterator[None]:
    """Turn the database's complaints about its storage into StorageFailed, without statement or values.

    A transaction that had to give way to another raises Unavailable: repeated, it passes.
    """
    try:
        yield
    except OperationalError as problem:
        if getattr(problem.orig, "sqlstate", None) in _MET:
            raise Unavailable(f"{where}: two changes met and this one gave way. Nothing was stored.") from None
        words = str(problem.orig).split("\n")[0]
        if _STORAGE.search(words):
            raise StorageFailed(f"{where}: {words}. Nothing was stored.") from None
        raise
    except DBAPIError as problem:
        if problem.connection_invalidated:
            raise StorageFailed(f"{where}: the connection was lost. Nothing was stored.") from None
        raise


class SqlDatabase:
    """A database whose dialect-specific parts are in its subclasses."""

    name = "The database"

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def write(self) -> Iterator[SqlTransaction]:
        """Commits at the end of the block."""
        with storage_errors(self.name), self.engine.begin() as connection:
            yield SqlTransaction(connection)

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """Rolls back at the end of the block."""
        with storage_errors(self.name), self.engine.connect() as connection:
            yield SqlTransaction(connection)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
