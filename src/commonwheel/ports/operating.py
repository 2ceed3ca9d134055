"""The database's part for tokens, idempotency, leases and work for later."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from commonwheel.records.stored import Chore, Schedule, Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """An idempotency key as it was first used."""

    digest: bytes
    contribution: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRepeat:
    """An idempotency key to remember, with the answer that a repetition gets."""

    token: str
    key: str
    digest: bytes
    contribution: str
    answer: str
    at: datetime


class Access(Protocol):
    """Tokens, idempotency keys and leases."""

    def add_token(self, token: Token, hash: bytes) -> None:
        """Store a token by its hash."""
        ...

    def token(self, hash: bytes) -> Token | None:
        """The token with this hash, also a revoked one."""
        ...

    def token_by_id(self, id: str) -> Token | None:
        """The token with this id, also a revoked one."""
        ...

    def tokens(self) -> list[Token]:
        """All tokens."""
        ...

    def revoke(self, id: str, at: datetime) -> bool:
        """End a token; False where there is none."""
        ...

    def repeats(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Repeat]:
        """Idempotency keys (token, key) that were used before; no other transaction uses them meanwhile."""
        ...

    def remember(self, repeats: Sequence[NewRepeat]) -> None:
        """Keep idempotency keys with their answers."""
        ...

    def forget_repeats(self, before: datetime) -> int:
        """Drop idempotency keys that are older."""
        ...

    def take_lease(self, name: str, holder: str, now: datetime, until: datetime) -> str:
        """Take or extend a lease; returns whoever holds it."""
        ...

    def lease_holder(self, name: str, now: datetime) -> str | None:
        """Who holds a lease that has not ended."""
        ...

    def end_lease(self, name: str, holder: str) -> None:
        """Give a lease back."""
        ...


class Chores(Protocol):
    """Work for later: a durable queue, and what comes round on a schedule."""

    def add(self, name: str, payload: dict[str, Any], due: datetime) -> None:
        """Queue work."""
        ...

    def claim(self, worker: str, now: datetime, lease: timedelta) -> Chore | None:
        """Take what is due."""
        ...

    def claimants(self) -> set[str]:
        """Workers that hold claims, alive or not."""
        ...

    def give_up(self, worker: str) -> None:
        """Let go of all of a worker's claims."""
        ...

    def done(self, id: int) -> None:
        """Work is finished."""
        ...

    def retry(self, id: int, due: datetime) -> None:
        """Work failed: again, later."""
        ...

    def due(self, now: datetime) -> set[str]:
        """Names of the work that could be claimed now."""
        ...

    def pending(self, name: str) -> list[Chore]:
        """Queued work of one name, claimed or not."""
        ...

    def queued(self) -> dict[str, int]:
        """How much work is queued, by name."""
        ...

    def schedules(self) -> list[Schedule]:
        """All schedules."""
        ...

    def schedule(self, schedule: Schedule) -> None:
        """Set a schedule."""
        ...
