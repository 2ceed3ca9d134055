"""The database's part for streams of gifts: counts by the hour, and which streams are held."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many items of a stream were curated in a time, and how many of them were refused."""

    total: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A breaker that opened: its stream is held until then, and what was counted when it opened."""

    stream: str
    opened: datetime
    until: datetime
    total: int
    refused: int


class Streams(Protocol):
    """`contributor:<keyed hash>`, `door:<name>`, `all`."""

    def count(self, counts: dict[str, Counts], hour: datetime) -> None:
        """Add to the counts of an hour. Others who count the same streams wait for the transaction's end."""
        ...

    def counts(self, stream: str, since: datetime, before: datetime) -> Counts:
        """What was counted in the hours from `since` on and before `before`."""
        ...

    def breakers(self, streams: Collection[str]) -> dict[str, Held]:
        """The breakers of these streams that ever opened and are not forgotten; their times may be over."""
        ...

    def held(self, now: datetime) -> list[Held]:
        """All streams that are held now."""
        ...

    def hold(self, held: Held) -> None:
        """Open a breaker."""
        ...

    def end(self, stream: str, now: datetime) -> bool:
        """Close a breaker that is open; False where it is not."""
        ...

    def forget(self, before: datetime) -> int:
        """Drop counts of hours that are older, and breakers that were closed before; returns how many counts."""
        ...

    def erase(self, stream: str) -> None:
        """Drop all about one stream."""
        ...
