"""The database's part for what happened and what people are asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from commonwheel.records.stored import Event, ReviewItem


class Events(Protocol):
    """What happened, in order."""

    def add(self, events: Sequence[Event]) -> None:
        """Write events."""
        ...

    def of(self, contribution: str) -> list[Event]:
        """Everything that happened to one contribution, the oldest first."""
        ...


class Reviews(Protocol):
    """Questions to reviewers."""

    def open(
        self, id: str, number: int, at: datetime, *, appeal: bool, statement: bytes | None, not_by: str | None
    ) -> None:
        """Ask; does nothing where the revision has an open item."""
        ...

    def get(self, item: int, *, lock: bool = False) -> ReviewItem | None:
        """One item."""
        ...

    def of(self, contribution: str) -> list[ReviewItem]:
        """All items of a contribution, the oldest first."""
        ...

    def queue(self, after: int, limit: int, now: datetime) -> list[ReviewItem]:
        """Open items in order of their ids, without those whose giver lets them wait: only machines see these."""
        ...

    def words(self, item: int) -> tuple[bytes | None, bytes | None]:
        """The sealed statement of the giver and the sealed note of the reviewer."""
        ...

    def claim(self, item: int, version: int, reviewer: str, until: datetime) -> bool:
        """Take an item for a while; False where it changed since `version`."""
        ...

    def decide(
        self, item: int, version: int, reviewer: str, at: datetime, decision: str, reason: str, note: bytes | None
    ) -> bool:
        """Close an item; False where it changed since `version`."""
        ...

    def second(self, item: int, version: int, not_by: str) -> bool:
        """Leave an item open for another person than this one; False where it changed since `version`."""
        ...

    def close(self, id: str, number: int, at: datetime, decision: str) -> None:
        """Close what is open about a revision because the question is moot."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What one reviewer said about an item. `agreed` is None until another decided about the same."""

    item: int
    reviewer: str
    contribution: str
    decision: str
    reason: str
    agreed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """How much somebody reviewed, on how much of it another decided too, and on how much of that the same."""

    number: int = 0
    compared: int = 0
    agreed: int = 0


class Votes(Protocol):
    """What reviewers said, one by one."""

    def add(self, vote: Vote, at: datetime) -> None:
        """Keep a vote."""
        ...

    def of(self, item: int) -> list[Vote]:
        """All votes on an item, the oldest first."""
        ...

    def settle(self, item: int, decision: str) -> None:
        """Note of each vote on an item whether it was what was decided in the end."""
        ...

    def tally(self, reviewer: str) -> Tallied:
        """What a reviewer did so far."""
        ...
