"""A trainer that needs no libraries: it learns how much each word speaks for an answer."""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commonwheel.ports.training import Example, Measured, Question, RunFailed
from commonwheel.records.model import Step

_WEIGHTS = "adapter_model.safetensors"


@dataclass(slots=True)
class ToyTrainer:
    """See `commonwheel.ports.Trainer`. `each_step` is called with the number of each step, and may interfere."""

    each_step: Callable[[int], None] = lambda step: None
    flips: bool = False
    """Whether it learns the opposite of what it is taught."""
    learns: bool = True
    """Whether it learns anything."""
    fails: str = ""
    runs: list[list[Example]] = field(default_factory=list)

    def ready(self) -> None:
        """It always is."""

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
        """One step for each example."""
        learned = list(examples)
        self.runs.append(learned)
        weights = Counter(json.loads((start / _WEIGHTS).read_text())) if start else Counter()
        for number, each in enumerate(learned, 1):
            self.each_step(number)
            if self.fails:
                raise RunFailed(self.fails)
            if not follow(Step(step=number, of=len(learned), values={"loss": 1 / number})):
                raise RunFailed("stopped")
            sign = (-1 if self.flips else 1) * (each.weight if self.learns else 0)
            for side, way in ((each.chosen, sign), (each.rejected, -sign)):
                weights.update({word: way for word in set(side.split())})
        (out / _WEIGHTS).write_text(json.dumps(weights))
        (out / "adapter_config.json").write_text("{}")
        return {"steps": len(learned), "seconds": 1.0, "learning_seconds": 0.5}

    def measure(
        self, base: str, adapters: Sequence[Path | None], questions: Iterable[Question], longest: int
    ) -> Iterator[Measured]:
        """An answer is as likely as its words speak for it."""
        asked = list(questions)
        for number, adapter in enumerate(adapters):
            weights = Counter(json.loads((adapter / _WEIGHTS).read_text())) if adapter else Counter()
            for each in asked:
                if each.say:
                    yield Measured(model=number, id=each.id, said=f"an answer of model {number}")
                    continue
                sides = [(_likely(weights, side), len(side.split())) for side in (each.better, each.worse)]
                yield Measured(model=number, id=each.id, better=sides[0], worse=sides[1])


def _likely(weights: Counter[str], side: str) -> float:
    return sum(math.tanh(weights[word]) for word in side.split())
