"""What a run trains and how: a recipe in TOML, kept word for word with every model that it made."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, TypeAdapter

from commonwheel.records.gold import PAIRED
from commonwheel.toml_files import parse, read

_STRICT: Mapping[str, Any] = {"extra": "forbid"}

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Method = Literal["dpo", "kto", "sft", "distill"]
Loss = Literal[
    "sigmoid", "robust", "hinge", "ipo", "exo_pair", "nca_pair", "apo_zero", "apo_down", "sppo_hard", "sft"
]
Share = Annotated[float, Field(ge=0, le=1)]
Many = Annotated[int, Field(ge=1, le=1_000_000)]

LEARNS_FROM: Mapping[str, tuple[str, ...]] = {
    "dpo": (*PAIRED, "example"),
    "kto": (*PAIRED, "example", "thumb_up", "thumb_down"),
    "sft": (*PAIRED, "example", "rationale", "thumb_up"),
    "distill": ("rationale",),
}
"""Which gold each method can use: what has only one side is learned by imitation, or not at all."""
_NO_DERIVATIVES = ("*-nd", "*-nd-*", "no-derivatives")
"""Licenses under which nothing may be made of a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The model that adapters are trained for, and who made it of what: shown wherever a model is named.

    `model` is a name on the hub or a folder. `license` is an SPDX identifier, or the hub's word for another
    license. `data` are documents about what it was trained on.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    model: Annotated[str, Field(min_length=1, max_length=500)]
    license: Annotated[str, Field(min_length=1, max_length=100)]
    builder: Annotated[str, Field(min_length=1, max_length=200)]
    data: tuple[Annotated[str, Field(max_length=500)], ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError where its license forbids to make anything of it."""
        if self.forbids:
            raise ValueError(f"the license {self.license} forbids derived models: name another base model")

    @property
    def forbids(self) -> bool:
        """Whether its license forbids derived models."""
        return forbids_derivatives(self.license)


def forbids_derivatives(license: str) -> bool:
    """Whether nothing may be made of what has this license."""
    return any(fnmatchcase(license.lower(), pattern) for pattern in _NO_DERIVATIVES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """How it learns. The defaults suit adapters of small models; `rate` is the learning rate.

    `loss` and `loss_weights` are those of TRL's DPO: `["robust"]` with a `smoothing` for noisy crowds,
    `["sigmoid", "sft"]` to stay near the edits. `label_share` is what the answer counts beside the reasoning
    when traces are distilled, `granularity` the share of their steps that is kept.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    epochs: Annotated[float, Field(gt=0, le=1_000)] = 1.0
    batch: Many = 8
    accumulate: Many = 1
    rate: Annotated[float, Field(gt=0, le=1)] = 5e-5
    warmup: Share = 0.05
    longest: Annotated[int, Field(ge=8, le=1_000_000)] = 1024
    beta: Annotated[float, Field(gt=0, le=10)] = 0.1
    loss: Annotated[tuple[Loss, ...], Field(min_length=1)] = ("sigmoid",)
    loss_weights: tuple[Annotated[float, Field(ge=0, le=100)], ...] = ()
    smoothing: Annotated[float, Field(ge=0, lt=0.5)] = 0.0
    label_share: Share = 0.5
    granularity: Annotated[float, Field(gt=0, le=1)] = 1.0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    checkpoint_activations: bool = False
    save_every: Many = 100

    def __post_init__(self) -> None:
        """Raise ValueError where the words contradict each other."""
        if self.loss_weights and len(self.loss_weights) != len(self.loss):
            raise ValueError("loss_weights has one weight for each loss")
        if "robust" in self.loss and not self.smoothing:
            raise ValueError("the loss 'robust' needs a smoothing: the share of preferences taken to be wrong")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lora:
    """The adapter's size."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    rank: Annotated[int, Field(ge=1, le=1024)] = 16
    alpha: Annotated[int, Field(ge=1, le=4096)] = 32
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    modules: str | tuple[str, ...] = "all-linear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A whole recipe. `mix_in` is the share of well rated answers that nobody edited, against forgetting.

    `continues` lets a run start from the promoted adapter; where anything that it learned from was taken back
    since, a run starts from the base model all the same. `processes` above one are started by `accelerate`.
    `hours` is the longest that a run may take.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    name: Id
    version: str
    method: Method = "dpo"
    base: Base
    continues: bool = True
    mix_in: Share = 0.01
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 2026
    processes: Annotated[int, Field(ge=1, le=4096)] = 1
    hours: Annotated[float, Field(gt=0, le=10_000)] = 24.0
    training: Training = Training()
    lora: Lora = Lora()

    def __post_init__(self) -> None:
        """Raise ValueError where the method does not go with the rest."""
        if self.method == "kto" and self.training.batch < 2:
            raise ValueError("kto compares within a batch: training.batch is 2 or more")

    @property
    def tag(self) -> str:
        """Name and version."""
        return f"{self.name}@{self.version}"


_RECIPE = TypeAdapter(Recipe)
_SHIPPED = files("commonwheel.learn") / "recipes"


def parse_recipe(text: str) -> Recipe:
    """The recipe in a TOML text. Raises Invalid with the line of each fault."""
    return parse(text, _RECIPE, "recipe")


def read_recipe(name_or_path: str | Path) -> str:
    """The text of a recipe that ships, by name, or of a file. Raises Misconfigured where there is none."""
    return read(name_or_path, _SHIPPED, "recipe")


def recipe_schema() -> dict[str, Any]:
    """JSON Schema of a recipe."""
    return _RECIPE.json_schema()
