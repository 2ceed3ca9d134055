"""How much there is, week by week: the numbers on the front page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many there are, and how many came in each of the weeks that were asked for, the oldest first."""

    total: int
    weeks: tuple[int, ...]


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
