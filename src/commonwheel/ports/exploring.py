"""The database's part for readers: released records to look through and to find by their words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

FACETS = ("kind", "topic", "difficulty", "language", "assessment", "license", "learns")
"""What records can be told apart by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A released record as it is found: `row` is its number in the lake, `facets` its values by their names.

    `rough` says that its words may hurt, and are shown to whoever asks for them.
    """

    row: int
    contribution: str
    number: int
    name: str
    title: str
    text: str
    facets: Mapping[str, str] = field(default_factory=dict)
    rough: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for: all of these words, and any of the values of each facet that is named.

    `release` None is what stands now. `newest` orders by age where words are given; without any it always is.
    """

    words: tuple[str, ...] = ()
    facets: Mapping[str, Collection[str]] = field(default_factory=dict)
    release: int | None = None
    newest: bool = False


class Exploring(Protocol):
    """Released records, for reading."""

    def keep(self, records: Sequence[Shown]) -> None:
        """Make records findable; one that is there already is replaced."""
        ...

    def forget(self, rows: Collection[int]) -> None:
        """Make rows unfindable."""
        ...

    def empty(self) -> bool:
        """Whether nothing is findable."""
        ...

    def search(self, wanted: Wanted, skip: int, limit: int) -> list[Shown]:
        """Those that are wanted and stand, the best or the newest first."""
        ...

    def count(self, wanted: Wanted, most: int) -> int:
        """How many there are, up to `most`."""
        ...

    def facets(self, release: int | None = None) -> dict[str, list[tuple[str, int]]]:
        """How many stand by each value of each facet, now or in a release, the most frequent first."""
        ...

    def keep_counted(self, release: int, facets: Mapping[str, Sequence[tuple[str, int]]]) -> None:
        """Keep what was counted in a release."""
        ...

    def counted(self, release: int) -> dict[str, list[tuple[str, int]]]:
        """What was kept; nothing where nothing was."""
        ...

    def near(self, row: int) -> Shown | None:
        """The first that stands from this row on, or the first of all."""
        ...

    def last(self) -> int:
        """The highest row that is findable; 0 where none is."""
        ...
