"""The database's part for what people say about released records, and for answers to failures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Public words of somebody about a released record, as they are shown."""

    id: str
    contribution: str
    contributor: str
    at: datetime
    name: str
    text: str


class Talk(Protocol):
    """Remarks, and which gift answers which failure."""

    def add(self, remark: Remark) -> None:
        """Publish a remark."""
        ...

    def of(self, contribution: str, most: int) -> list[Remark]:
        """What is said about a contribution, the oldest first, without what was hidden."""
        ...

    def get(self, id: str) -> Remark | None:
        """One remark, hidden or not."""
        ...

    def hide(self, id: str, at: datetime) -> None:
        """Show it to nobody any more."""
        ...

    def delete(self, id: str) -> None:
        """Destroy it."""
        ...

    def delete_of(self, contributor: str) -> None:
        """Destroy all that somebody said."""
        ...

    def answers(self, failure: str, answer: str, at: datetime) -> None:
        """Note that one contribution answers another."""
        ...

    def answers_to(self, failure: str) -> list[str]:
        """Contributions that answer one, the oldest first."""
        ...

    def answered(self, failures: Collection[str]) -> dict[str, int]:
        """How many answers each of these has, where it has any."""
        ...

    def name(self, contribution: str, role: str, digests: Sequence[bytes]) -> None:
        """Remember what a door calls a contribution (`of`), or what it calls what a signal is about (`about`)."""
        ...

    def named(self, digest: bytes) -> list[str]:
        """Contributions that a door calls by this name, and signals about what it calls so."""
        ...

    def about(self, contribution: str) -> list[str]:
        """Signals about a contribution, by the names that its door has for it; of a signal, what it is about."""
        ...

    def failure_of(self, answer: str) -> str | None:
        """What a contribution answers."""
        ...
