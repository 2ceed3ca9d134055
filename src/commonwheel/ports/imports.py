"""The database's part for imports: what was given before, however long ago, and what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from commonwheel.records.states import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What is remembered of an imported item: keyed digests of its giver and words, its terms, and its place."""

    words: bytes
    terms: bytes
    place: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A mark, and what it was given as, with the state of its latest revision: None once that is erased."""

    mark: Mark
    contribution: str | None
    state: State | None

    @property
    def living(self) -> str | None:
        """The contribution, unless it was taken back."""
        return None if self.state in (None, State.WITHDRAWN) else self.contribution


class Imports(Protocol):
    """What was imported."""

    def known(self, words: Collection[bytes], places: Collection[bytes]) -> list[Marked]:
        """Those with one of these digests of words, or at one of these places."""
        ...

    def add(self, given: Sequence[tuple[Mark, str]]) -> None:
        """Remember what was given, and as which contribution. A place is of the last that is added there."""
        ...

    def replace(self, old: bytes, mark: Mark, contribution: str) -> None:
        """Remember other words, terms or another place of a contribution."""
        ...
