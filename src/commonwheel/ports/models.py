"""The database's part for models: the registry, the curves of runs, and what learned from what."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from commonwheel.records.model import Learned, Model, ModelState, Part, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a model and the one before it answered to the question of a contribution."""

    contribution: str
    mine: str
    other: str


class Models(Protocol):
    """All models, one of which may be promoted."""

    def add(self, model: Model, learned: Sequence[Learned]) -> None:
        """Register a run that begins. Raises Conflict where one of that number is there."""
        ...

    def get(self, number: int) -> Model | None:
        """One model."""
        ...

    def all(self) -> list[Model]:
        """All of them, the oldest first."""
        ...

    def keep_said(self, number: int, said: Sequence[Said]) -> None:
        """Keep answers of a model, in place of those that were kept before."""
        ...

    def said(self, number: int) -> list[Said]:
        """The answers that are kept of a model."""
        ...

    def promoted(self) -> Model | None:
        """The one that serves."""
        ...

    def move(self, model: Model, to: ModelState, at: datetime, by: str, why: str = "") -> None:
        """Change its state and note it in its history.

        Raises IllegalMove where that is none, and Conflict where somebody moved it meanwhile.
        """
        ...

    def set(self, number: int, **values: Any) -> None:
        """Change what is known of it: `holder`, `trained`, `digest`, `facts`, `report`, `start`."""
        ...

    def note(self, number: int, at: datetime, what: str, why: str = "") -> None:
        """Add a line to its history."""
        ...

    def add_steps(self, number: int, steps: Sequence[Step]) -> None:
        """Points of its curves; a step that is there already is replaced."""
        ...

    def steps(self, number: int) -> list[Step]:
        """Its curves."""
        ...

    def forget_steps(self, number: int) -> None:
        """It begins anew."""
        ...

    def here(self, number: int) -> dict[Part, list[int]]:
        """The pairs that it had and that are still here, by what they were to it."""
        ...

    def replace_learned(self, number: int, learned: Sequence[Learned]) -> None:
        """What it learns from after it began anew."""
        ...

    def of_contribution(self, id: str) -> list[tuple[int, Part]]:
        """The models that had a pair of a contribution, and as what."""
        ...

    def touched(self, pairs: Collection[int]) -> Mapping[int, int]:
        """The models that learned from any of these pairs, and from how many."""
        ...
