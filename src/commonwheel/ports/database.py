"""The database: truth and queue at once. One journey's step is one transaction."""

from contextlib import AbstractContextManager
from typing import Protocol

from commonwheel.ports.accounts import Accounts, Drafts, Standings
from commonwheel.ports.attribution import Ngrams
from commonwheel.ports.contributions import Contributions, Waiting
from commonwheel.ports.exploring import Exploring
from commonwheel.ports.exports import Shelves
from commonwheel.ports.imports import Imports
from commonwheel.ports.judging import Judgements
from commonwheel.ports.learning import Gold
from commonwheel.ports.models import Models
from commonwheel.ports.operating import Access, Chores
from commonwheel.ports.policies import Policies
from commonwheel.ports.releases import Releases
from commonwheel.ports.repeats import Repeats
from commonwheel.ports.reviews import Events, Reviews, Votes
from commonwheel.ports.statistics import Statistics
from commonwheel.ports.streams import Streams
from commonwheel.ports.talk import Talk


class Transaction(Protocol):
    """Everything the database holds, within one transaction."""

    @property
    def contributions(self) -> Contributions:
        """What people gave."""
        ...

    @property
    def repeats(self) -> Repeats:
        """What is nearly the same, and who gives how much."""
        ...

    @property
    def waiting(self) -> Waiting:
        """The queue."""
        ...

    @property
    def events(self) -> Events:
        """What happened."""
        ...

    @property
    def reviews(self) -> Reviews:
        """What people are asked."""
        ...

    @property
    def votes(self) -> Votes:
        """What reviewers said."""
        ...

    @property
    def releases(self) -> Releases:
        """Releases and members."""
        ...

    @property
    def gold(self) -> Gold:
        """Gold pairs."""
        ...

    @property
    def models(self) -> Models:
        """Models and what they learned from."""
        ...

    @property
    def ngrams(self) -> Ngrams:
        """By what words released records are found."""
        ...

    @property
    def policies(self) -> Policies:
        """Adopted policies."""
        ...

    @property
    def accounts(self) -> Accounts:
        """People's accounts."""
        ...

    @property
    def drafts(self) -> Drafts:
        """What people begin to give."""
        ...

    @property
    def standings(self) -> Standings:
        """What people allow beforehand."""
        ...

    @property
    def shelves(self) -> Shelves:
        """Exports that people pick from."""
        ...

    @property
    def exploring(self) -> Exploring:
        """What anybody may look through."""
        ...

    @property
    def talk(self) -> Talk:
        """What people say about records, and what answers what."""
        ...

    @property
    def access(self) -> Access:
        """Tokens, repeats, leases."""
        ...

    @property
    def imports(self) -> Imports:
        """What was imported before."""
        ...

    @property
    def chores(self) -> Chores:
        """Work for later."""
        ...

    @property
    def statistics(self) -> Statistics:
        """Numbers."""
        ...

    @property
    def judgements(self) -> Judgements:
        """What judges answered."""
        ...

    @property
    def streams(self) -> Streams:
        """Streams of gifts and their breakers."""
        ...


class Database(Protocol):
    """Where transactions come from."""

    def write(self) -> AbstractContextManager[Transaction]:
        """A transaction that commits at its end, durably, or rolls back on an exception."""
        ...

    def read(self) -> AbstractContextManager[Transaction]:
        """A consistent view; nothing may be written."""
        ...

    def scrub(self) -> bool:
        """Make sure that what was deleted is gone from free pages and logs; False: not yet, try again."""
        ...
