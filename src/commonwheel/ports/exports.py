"""What reads an export file that somebody hands in on the site, and where what is in it waits to be picked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from commonwheel.records.body import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """A conversation of an export: as its giver knows it, and what could be given of it.

    `skipped` says of what is not read where it is and why.
    """

    number: int
    title: str
    created: str | None
    model: str
    messages: int
    bodies: Sequence[Body]
    skipped: Sequence[str] = ()


class ExportReader(Protocol):
    """Reads files that may be hostile, apart from this process."""

    def read(self, data: bytes) -> Iterator[Picked]:
        """One conversation after the other. Raises Invalid with what is wrong with the file."""
        ...


class Shelves(Protocol):
    """What is in the exports that people handed in, sealed, until they picked from it or two days are over."""

    def keep(self, id: str, part: int, drawer: bytes, sealed: bytes, now: datetime) -> None:
        """Store a part of a shelf, or what became of it."""
        ...

    def get(self, id: str, part: int, drawer: bytes) -> bytes | None:
        """A part, if the shelf is of this drawer."""
        ...

    def drop(self, id: str, drawer: bytes) -> None:
        """Destroy a shelf."""
        ...

    def among(self, drawer: bytes) -> list[str]:
        """The shelves of a drawer, the newest first."""
        ...

    def size(self) -> int:
        """Bytes of all shelves together."""
        ...

    def forget(self, before: datetime) -> int:
        """Destroy shelves that were not touched since; returns how many parts."""
        ...
