"""What the journeys need of trainers: to train by a recipe, to measure models, and where weights are kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from commonwheel.errors import Refused
from commonwheel.records.model import Model, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Something to learn from; `rejected` is empty where nothing is known to be worse."""

    number: int
    prompt: Sequence[Mapping[str, Any]]
    chosen: str
    rejected: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What models are measured by: which of two answers is likelier, or with `say` what they answer themselves."""

    id: str
    prompt: Sequence[Mapping[str, Any]]
    better: str = ""
    worse: str = ""
    say: int = 0
    """At most so many tokens of an answer; 0 asks for likelihoods."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a model made of a question: log probabilities and tokens of both answers, or its own answer."""

    model: int
    id: str
    better: tuple[float, int] = (0.0, 0)
    worse: tuple[float, int] = (0.0, 0)
    said: str = ""
    score: float = 0.0


class RunFailed(Refused):
    """The run ended without a model."""

    code = "run_failed"

    def __init__(self, reason: str) -> None:
        """`reason` is a key of `REASONS`, or where our own or a library's code failed."""
        super().__init__(REASONS.get(reason, f"The run failed: {reason}."), reason=reason)
        self.reason = reason


REASONS = {
    "nan": "The loss became no number: a smaller rate, or better data, may help.",
    "memory": "There is not enough memory: a smaller batch, or 'longest', needs less.",
    "disk": "The disk is full. Make room: the run goes on from its last checkpoint.",
    "longest": "Every example is longer than the recipe's 'longest': nothing is left to learn from.",
    "empty": "There is nothing to learn from.",
    "model": "The base model cannot be loaded: look at the recipe's [base] model, a folder or a name on the hub "
    "that is in the local cache.",
    "killed": "The process was killed: the system may have run out of memory.",
    "hours": "It took longer than the recipe's 'hours'.",
    "stopped": "It was stopped.",
}
"""Why runs fail, in words."""


class Trainer(Protocol):
    """Trains and measures, in processes of its own."""

    def ready(self) -> None:
        """Raise Misconfigured where this machine cannot train, and say what is missing."""
        ...

    def train(
        self,
        method: str,
        recipe: str,
        examples: Iterable[Example],
        *,
        processes: int = 1,
        start: Path | None,
        work: Path,
        out: Path,
        follow: Callable[[Step], bool],
    ) -> Mapping[str, Any]:
        """Train by a recipe (its text); the adapter is in `out` afterwards, and facts about the run come back.

        `work` holds checkpoints, from which a second call goes on. `follow` hears of each step and now and
        then of the last one again; once it says False the run ends. Raises RunFailed.
        """
        ...

    def harness(
        self, base: str, adapters: Sequence[Path | None], tasks: Sequence[str], folder: str, limit: int
    ) -> Iterator[Measured]:
        """The same by tasks of lm-eval: a score for each model and document. Raises RunFailed, Misconfigured."""
        ...

    def measure(
        self, base: str, adapters: Sequence[Path | None], questions: Iterable[Question], longest: int
    ) -> Iterator[Measured]:
        """Ask models that share a base; None is the base alone. Raises RunFailed."""
        ...


class ModelFiles(Protocol):
    """Where adapters are kept."""

    def keep(self, number: int, folder: Path) -> Mapping[str, str]:
        """Store a folder, durably; returns the SHA-256 of each file."""
        ...

    def folder(self, number: int) -> AbstractContextManager[Path]:
        """The files of a model in a folder on this machine. Raises NotFound where there are none."""
        ...

    def drop(self, number: int) -> None:
        """Destroy a model's files."""
        ...

    def workplace(self, number: int) -> Path:
        """A folder on this machine for the checkpoints of a run."""
        ...

    def clear(self, number: int) -> None:
        """Remove the checkpoints of a run."""
        ...


class Referee(Protocol):
    """Says which of two answers is better."""

    def compare(self, duels: Sequence[Any]) -> list[float | None]:
        """What each duel says for its first answer, 0 to 1, asked both ways round; None without an answer.

        A duel has a `prompt`, a `first` and a `second` (learn/referee.py). Never raises because of a server.
        """
        ...


class Herald(Protocol):
    """Tells others which model serves."""

    def announce(self, model: Model | None, folder: Path | None, before: Model | None) -> Sequence[str]:
        """A model was promoted, or with None the base alone serves again. Returns what could not be told."""
        ...
