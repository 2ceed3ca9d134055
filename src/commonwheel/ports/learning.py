"""The database's part for gold pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPair:
    """A gold pair with its words encrypted under the key of the contribution's owner."""

    contribution: str
    number: int
    rejected_from: str
    origin: str
    similarity: float | None
    at: datetime
    pair: bytes
    diff: str | None = None


class Gold(Protocol):
    """Gold pairs, and the traces that still look for their counterpart."""

    def add(self, pairs: Sequence[SealedPair]) -> None:
        """Store pairs."""
        ...

    def of(self, contribution: str) -> list[SealedPair]:
        """The pairs that a contribution is in."""
        ...

    def drop(self, contribution: str) -> None:
        """Remove all pairs that a contribution is in, and its traces."""
        ...

    def match_trace(self, id: str, number: int, fingerprint: bytes, *, good: bool) -> tuple[str, int] | None:
        """Register a trace; pair it with a waiting one of the other kind where there is one."""
        ...

    def count(self) -> dict[str, int]:
        """How many pairs there are, by origin."""
        ...

    def scan(self, after: int, limit: int) -> list[tuple[int, SealedPair]]:
        """Pairs by number."""
        ...
