"""What may become gold, and how much of it from one hand: a policy in TOML, versioned with what it made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, TypeAdapter

from commonwheel.records.gold import INFERRED
from commonwheel.records.terms import Purpose
from commonwheel.toml_files import parse, read

_STRICT: Mapping[str, Any] = {"extra": "forbid"}

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Origin = Literal["correction", "preference", "trace", "example", "rationale", "thumb_up", "thumb_down", "inferred"]
Commitment = Literal["cc-cr", "cc-cr-dc", "cc-cr-ec", "cc-cr-op"]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Weight = Annotated[float, Field(gt=0, le=100)]
_TIME = r"([01]\d|2[0-3]):[0-5]\d"
Hours = Annotated[str, Field(pattern=f"^{_TIME}-{_TIME}$", description="as 08:00-18:00")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """When a run is worth it: so many pairs that no run has learned from, and so long after the last run began.

    `hours_a_month` bounds what all runs of 30 days take; zero means no bound. In `quiet` hours (UTC) none begins.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    pairs: Annotated[int, Field(ge=1, le=10_000_000)] = 5_000
    hours_between: Annotated[float, Field(ge=0, le=10_000)] = 24.0
    hours_a_month: Annotated[float, Field(ge=0, le=1_000)] = 0.0
    quiet: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """What is never trained on: about a share of the contributors, and of the others' pairs the latest share."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    contributors: Annotated[float, Field(gt=0, lt=1)] = 0.1
    latest: Annotated[float, Field(ge=0, lt=1)] = 0.05
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 2026


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPolicy:
    """Which pairs are gold. Empty lists take all, but no thumbs and nothing inferred; zero means no bound.

    `purpose` and `commitments` say what the pairs are for, and what whoever trains promises in return: a
    record that does not allow it is never taken. Of corrections, those count whose sides are as alike as
    `least_similarity` to `most_similarity` say. `unsafe`: from this score of a finding of safety on, an answer
    is none to learn to give. `models_left_out` are names of models (with `*`) whose providers forbid to learn
    from their answers. `weights` say how often a pair is drawn, by its origin.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    name: Id
    version: str
    purpose: Literal[Purpose.TRAINING, Purpose.EVALUATION] = Purpose.TRAINING
    commitments: tuple[Commitment, ...] = ()
    origins: tuple[Origin, ...] = ()
    diffs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    least_similarity: Share = 0.0
    most_similarity: Share = 1.0
    unsafe: Share = 0.3
    per_prompt: Count = 1
    per_contributor: Count = 0
    models_left_out: tuple[str, ...] = ()
    weights: Mapping[Origin, Weight] = field(default_factory=dict)
    trigger: Trigger = Trigger()
    held_out: HeldOut = HeldOut()

    def __post_init__(self) -> None:
        """Raise ValueError where nothing could ever be taken."""
        if self.least_similarity > self.most_similarity:
            raise ValueError("least_similarity is above most_similarity: no correction would be taken")

    @property
    def tag(self) -> str:
        """Name and version."""
        return f"{self.name}@{self.version}"

    def takes(self, origin: str) -> bool:
        """Whether what comes from there is gold; thumbs, and what is inferred, only where they are asked for."""
        if self.origins:
            return origin in self.origins
        return origin != INFERRED and not origin.startswith("thumb")

    def weight(self, origin: str) -> float:
        """How often a pair of this origin is drawn, beside 1 for others."""
        return {str(name): weight for name, weight in self.weights.items()}.get(origin, 1.0)


_POLICY = TypeAdapter(GoldPolicy)
_SHIPPED = files("commonwheel.learn") / "policies"


def parse_gold_policy(text: str) -> GoldPolicy:
    """The policy in a TOML text. Raises Invalid with the line of each fault."""
    return parse(text, _POLICY, "gold policy")


def gold_policy_schema() -> dict[str, Any]:
    """JSON Schema of a gold policy."""
    return _POLICY.json_schema()


def read_gold_policy(name_or_path: str | Path) -> str:
    """The text of a policy that ships, by name, or of a file. Raises Misconfigured where there is none."""
    return read(name_or_path, _SHIPPED, "gold policy")
