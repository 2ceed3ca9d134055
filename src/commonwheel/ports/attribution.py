"""The database's part for finding the released records that an answer resembles."""

from collections.abc import Collection, Mapping
from typing import Protocol

from commonwheel.records.stored import Row


class Ngrams(Protocol):
    """By which digests rows of the lake are found: a hint, as what it names may have been taken back since."""

    def empty(self) -> bool:
        """Whether no row is found by anything."""
        ...

    def entered(self, version: int, after: int, limit: int) -> list[Row]:
        """Rows that became members with `version` and may be read today, by row number."""
        ...

    def keep(self, found: Mapping[int, Collection[int]]) -> None:
        """Remember the digests of rows, by row number, in place of any earlier ones."""
        ...

    def forget(self, rows: Collection[int]) -> None:
        """Find these rows no more."""
        ...

    def sharing(self, digests: Collection[int], most: int) -> dict[int, list[int]]:
        """The rows that have each of these digests, by row number: at most `most` of each, the oldest."""
        ...
