"""Models: what a run made, of what, how it was measured, and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from commonwheel.errors import IllegalMove


class ModelState(StrEnum):
    """Where a model stands."""

    TRAINING = "training"
    FAILED = "failed"
    CANDIDATE = "candidate"
    PROMOTED = "promoted"
    SUPERSEDED = "superseded"
    REVERTED = "reverted"


MODEL_MOVES: Mapping[ModelState, frozenset[ModelState]] = {
    ModelState.TRAINING: frozenset({ModelState.CANDIDATE, ModelState.FAILED}),
    ModelState.FAILED: frozenset(),
    ModelState.CANDIDATE: frozenset({ModelState.PROMOTED}),
    ModelState.PROMOTED: frozenset({ModelState.SUPERSEDED, ModelState.REVERTED}),
    ModelState.SUPERSEDED: frozenset({ModelState.PROMOTED}),
    ModelState.REVERTED: frozenset(),
}
"""The only moves there are. One that was superseded comes back where its successor is reverted."""


def check_model_move(number: int, old: ModelState, new: ModelState) -> None:
    """Raise IllegalMove unless a model may go from `old` to `new`."""
    if new not in MODEL_MOVES[old]:
        raise IllegalMove(f"Model m{number} is {old}; it cannot become {new}.", state=old, wanted=new)


class Part(StrEnum):
    """What a pair was to a model: learned from, or what it was measured by."""

    TRAIN = "train"
    BY_CONTRIBUTOR = "held out by contributor"
    BY_TIME = "held out by time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One run and what it made. `recipe` is its whole text, `start` the model that it continues from.

    `trained` and `held_out` are how many pairs there were when it began; what was taken back since is no longer
    among what it learned from. `digest` is a keyed digest of the data. `facts` are measured by the run itself:
    seconds, steps, versions. `report` is what evaluation and gate said, `history` what became of it.
    """

    number: int
    state: ModelState
    recipe: str
    start: int | None
    gold: int
    made: datetime
    made_by: str
    holder: str | None
    trained: int
    held_out: int
    left_out: Mapping[str, int]
    digest: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, Any] | None = None
    history: Sequence[Mapping[str, Any]] = ()

    @property
    def name(self) -> str:
        """As people call it: m12."""
        return f"m{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """That a pair was something to a model."""

    pair: int
    part: Part
    contribution: str
    rejected_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far a run is: the step, of how many, and its numbers (loss, margin, accuracy, …)."""

    step: int
    of: int
    values: Mapping[str, float]
