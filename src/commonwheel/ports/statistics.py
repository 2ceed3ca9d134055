"""How much there is, week by week: the numbers on the front page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many there are, and how many came in each of the weeks that were asked for, the oldest first."""

    total: int
    weeks: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What people together say: how many, how often, and of values that are numbers how many and their sum."""

    name: str
    people: int
    number: int
    valued: int
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What came of somebody's gifts: how many are released, in how many releases, how often those were taken, and
    the models that learned from them."""

    released: int
    releases: int
    taken: int
    models: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long something took in a time: how often, and half of the times at most so many seconds."""

    number: int
    median: float | None
    longest: float | None


class Statistics(Protocol):
    """Counts. `starts` are the beginnings of consecutive weeks."""

    def given(self, starts: Sequence[datetime]) -> Tally:
        """Everything that was ever given, erased or not; the weeks count what is not erased."""
        ...

    def in_review(self, starts: Sequence[datetime]) -> Tally:
        """Questions to reviewers that are open; the weeks count all that were asked."""
        ...

    def gold(self, starts: Sequence[datetime]) -> Tally:
        """Gold pairs."""
        ...

    def people(self) -> int:
        """Givers who are known here by a keyed hash."""
        ...

    def erased(self) -> int:
        """Contributions of which a tombstone remains."""
        ...

    def took(self, release: int, what: str) -> None:
        """Somebody takes a release in this form; who is not kept."""
        ...

    def taken(self, release: int) -> dict[str, int]:
        """How often a release was taken, by form."""
        ...

    def impact(self, contributors: Collection[str]) -> Impact:
        """What came of what these gave."""
        ...

    def measure(self, contribution: str, contributor: str | None, name: str, value: float | None) -> None:
        """Keep what a signal says, as a number."""
        ...

    def measures(self, people: int) -> list[Measure]:
        """What signals that stand say, by name, where so many people at least say something."""
        ...

    def assessments(self, facet: str, people: int) -> list[tuple[str, str, int]]:
        """What released records are assessed as, by a facet's values, where so many people at least gave some."""
        ...

    def events(self, since: datetime) -> dict[str, int]:
        """How often contributions were moved, by what happened to them."""
        ...

    def decisions(self, since: datetime) -> tuple[Pace, Pace]:
        """How long reviewers took for what was asked in a time, and for appeals."""
        ...
