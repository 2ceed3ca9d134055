"""The database's part for gold pairs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol


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
    prompt: bytes | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFacts:
    """What is known of a stored pair, or of what has one side alone, without its words.

    `prompt` is a keyed digest; `hand` is who gave the chosen side.
    """

    id: int
    contribution: str
    number: int
    rejected_from: str
    origin: str
    similarity: float | None
    at: datetime
    diff: str | None
    prompt: bytes | None
    model: str | None
    hand: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldVersion:
    """A numbered selection of pairs, which never changes except that what is taken back is in none of them.

    `what` says how it came to be: `built`, `rolled back` or `dropped`, and `base` which version it starts from.
    `upto` is the last pair that was looked at. `pairs` is how many it had when it was made, of which `came`
    were not in the version before; `left_out` counts candidates by why they are not in it.
    """

    number: int
    made: datetime
    made_by: str
    what: str
    base: int | None
    policy: str
    upto: int
    pairs: int
    came: int
    left: int
    left_out: Mapping[str, int]
    note: str = ""


class TakenCounts(NamedTuple):
    """How many pairs there are of each hand, and of each prompt."""

    hands: Mapping[str, int]
    prompts: Mapping[bytes, int]


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

    def settled(self) -> int:
        """The number of the last pair, once all who are adding some are done: none comes before it any more."""
        ...

    def behind(self, after: int) -> int:
        """How many pairs come after a number."""
        ...

    def facts(self, after: int, limit: int) -> list[PairFacts]:
        """What is known of pairs, by number, but for those that were dropped for good."""
        ...

    def counted(self, version: int, hands: Collection[str], prompts: Collection[bytes]) -> TakenCounts:
        """How many pairs of these hands and of these prompts a version has."""
        ...

    def add_version(
        self, version: GoldVersion, came: Sequence[tuple[PairFacts, float]], left: Collection[int]
    ) -> None:
        """Store a version: pairs that came, each with its weight, and those that left the version before.

        Raises Conflict where one of that number is there.
        """
        ...

    def versions(self) -> list[GoldVersion]:
        """All of them, the oldest first."""
        ...

    def members(self, version: int, after: int, limit: int) -> list[tuple[int, float]]:
        """The numbers and weights of the pairs that are in a version and still here."""
        ...

    def facts_of(self, ids: Collection[int]) -> list[PairFacts]:
        """What is known of these pairs, by number."""
        ...

    def of_origin(self, origin: str, after: int, limit: int) -> list[PairFacts]:
        """What is known of pairs of one origin, by number, but for those that were dropped for good."""
        ...

    def sealed(self, ids: Collection[int]) -> dict[int, SealedPair]:
        """Pairs by their numbers, those of them that are here."""
        ...

    def forsake(self, ids: Collection[int], version: int) -> None:
        """Let these pairs never be gold again, from a version on."""
        ...

    def dropped_with(self, version: int) -> list[int]:
        """The pairs that may never be gold again from a version on, those that are still here."""
        ...

    def spans(self) -> list[tuple[int, int | None, int]]:
        """How many pairs that are still here came with a version and left with one, or with none so far."""
        ...
