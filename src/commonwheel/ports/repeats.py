"""The database's part for what is nearly the same, and for how much comes from one hand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketched:
    """The sketch of a contribution under our key: `places` side by side, two bytes each.

    Of two sketches the one with the lower `entry` was here first.
    """

    contribution: str
    given: datetime
    places: bytes
    entry: int = 0


class Repeats(Protocol):
    """Sketches and their bands, topics, and the pace of givers and doors."""

    def lock(self, bands: Collection[bytes]) -> None:
        """Wait for and keep out others whose contributions share one of these bands."""
        ...

    def keep(self, sketch: Sketched, bands: Sequence[bytes]) -> int:
        """Remember a sketch and its bands; returns its entry, which stays until it is forgotten."""
        ...

    def sharing(self, bands: Sequence[bytes], but: str, most: int) -> list[Sketched]:
        """Other contributions than `but` that share a band, by their ids; at most `most` for each band."""
        ...

    def sketch(self, contribution: str) -> tuple[Sketched, list[bytes]] | None:
        """The sketch of a contribution, and its bands; None where there is none."""
        ...

    def forget(self, contribution: str) -> None:
        """Sketch, bands and topics of a contribution that is refused, withdrawn or anew."""
        ...

    def keep_topics(
        self, contribution: str, given: datetime, contributor: str | None, topics: Sequence[bytes]
    ) -> None:
        """Remember what a contribution is about, and who gave it. Doing it again changes nothing."""
        ...

    def of_topic(self, topic: bytes, contributions: Collection[str]) -> set[str]:
        """Which of these contributions are of a topic."""
        ...

    def givers(self, topic: bytes, until: datetime, but: str, most: int) -> list[str | None]:
        """Who gave the latest contributions to a topic, given until then: contributors, None for unknown ones."""
        ...

    def rank(self, contributor: str, id: str, given: datetime, since: datetime, most: int) -> int:
        """The how-manieth of a contributor's contributions given after `since` this is; `most` for all beyond."""
        ...

    def count_doors(self, hour: datetime, doors: Mapping[str, int]) -> dict[str, int]:
        """Add to what came through doors in an hour; returns how many came through each so far."""
        ...

    def forget_doors(self, before: datetime) -> None:
        """Drop the counts of earlier hours."""
        ...
