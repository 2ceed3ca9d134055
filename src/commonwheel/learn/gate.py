"""The gate: whether a candidate replaces the incumbent, by paired comparisons and a policy that can say no.

Both models are measured on the same held-out items, and what counts is the difference on each. Items of one
contributor are alike, so the variance of a mean difference is that of sums over contributors (cluster-robust;
Liang and Zeger, 1986), and intervals are normal. How many items are needed follows from the smallest difference
that is worth seeing, the power to see it and the share of items on which two models differ at all.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from statistics import NormalDist
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, TypeAdapter

from commonwheel.toml_files import parse, read

_STRICT: Mapping[str, Any] = {"extra": "forbid"}
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is asked of one measure, where more is better.

    `asks` is `better` (the interval of the difference lies above zero) or `not_worse` (it lies above
    -`margin`). `effect` is the smallest difference worth seeing, `differing` the share of items on which the
    two models are taken to differ.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    measure: Id
    asks: Literal["better", "not_worse"]
    margin: Annotated[float, Field(ge=0, lt=0.5)] = 0.0
    effect: Annotated[float, Field(gt=0, le=0.5)] = 0.05
    differing: Annotated[float, Field(gt=0, le=1)] = 0.3

    def __post_init__(self) -> None:
        """Raise ValueError where the words contradict each other."""
        if self.asks == "better" and self.margin:
            raise ValueError("'better' has no margin: the difference has to lie above zero")
        if self.asks == "not_worse" and not self.margin:
            raise ValueError("'not_worse' needs a margin: no sample shows that a difference is exactly zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class Harness:
    """Tasks of lm-eval, asked of both models, for the measure `harness`. `folder` holds those of one's own."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    tasks: Annotated[tuple[str, ...], Field(min_length=1)]
    folder: str = ""
    limit: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """At most so many documents of each task; 0 is all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePolicy:
    """Rules for all measures, and how sure one has to be: `confidence` of intervals, `power` to see an effect.

    `promotes`: a candidate that passes is promoted without asking anybody. With fewer givers of held-out items
    than `fewest_givers` nothing is known of how others differ; 1 counts each item on its own, for a commons
    of one hand. `suites` name the questions for a measure: ones that ship, or files (learn/suites.py).
    `answers`: to so many held-out prompts both models answer, for the measures `win_rate` (by the judge that the
    settings name) and `clean_answers` (curation finds nothing unsafe in them). `failures`: to so many prompts of
    answers that people reported as failures both answer anew, for the measure of that name.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    name: Name
    version: str
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    confidence: Annotated[float, Field(ge=0.8, lt=1)] = 0.95
    power: Annotated[float, Field(ge=0.5, lt=1)] = 0.8
    promotes: bool = True
    fewest_givers: Annotated[int, Field(ge=1, le=1_000)] = 2
    answers: Annotated[int, Field(ge=0, le=10_000)] = 0
    failures: Annotated[int, Field(ge=0, le=10_000)] = 0
    harness: Harness | None = None
    suites: Mapping[Literal["safety", "regression"], str] = field(
        default_factory=lambda: {"safety": "safety", "regression": "regression"}
    )

    def __post_init__(self) -> None:
        """Raise ValueError for a gate that every model would pass."""
        if not any(rule.asks == "better" for rule in self.rules):
            raise ValueError("a gate that asks for nothing better cannot fail: one rule has to ask for 'better'")
        if len({rule.measure for rule in self.rules}) < len(self.rules):
            raise ValueError("two rules are about the same measure")

    @property
    def tag(self) -> str:
        """Name and version."""
        return f"{self.name}@{self.version}"

    def least(self, rule: Rule) -> int:
        """Items that are needed to see an effect: (z of confidence + z of power)² · share differing / effect²."""
        z = NormalDist().inv_cdf((1 + self.confidence) / 2) + NormalDist().inv_cdf(self.power)
        return math.ceil(z * z * rule.differing / rule.effect**2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What one held-out item gave for the candidate and for the incumbent; `giver` is whose it is, if known."""

    candidate: float
    incumbent: float
    giver: str | None = None


class Answer(StrEnum):
    """What the gate says, from the best to the worst."""

    PROMOTE = "promote"
    HOLD = "hold"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rule makes of a measure: the mean difference, its interval, and why."""

    measure: str
    answer: Answer
    reason: str
    items: int
    least: int
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The answer of the gate is the worst of its outcomes."""

    policy: str
    answer: Answer
    outcomes: tuple[Outcome, ...]


def judge(policy: GatePolicy, measured: Mapping[str, Sequence[Item]]) -> Report:
    """Whether the candidate replaces the incumbent. A measure that was not taken holds it."""
    outcomes = tuple(_outcome(policy, rule, measured.get(rule.measure, ())) for rule in policy.rules)
    order = list(Answer)
    worst = max((outcome.answer for outcome in outcomes), key=order.index)
    return Report(policy=policy.tag, answer=worst, outcomes=outcomes)


def _outcome(policy: GatePolicy, rule: Rule, items: Sequence[Item]) -> Outcome:
    least = policy.least(rule)
    usable = [item for item in items if math.isfinite(item.candidate) and math.isfinite(item.incumbent)]
    if not items:
        return _of(rule, Answer.HOLD, "it was not measured", items, least)
    if len(usable) < len(items):
        return _of(rule, Answer.REJECT, "the model gives no numbers for some items", items, least)
    difference, low, high = interval(items, policy.confidence, policy.fewest_givers)
    if high < -rule.margin:
        return _of(rule, Answer.REJECT, "it is surely worse", items, least, difference, low, high)
    if len(items) < least:
        reason = f"{len(items)} items, and {least} are needed to see a difference of {rule.effect:g}"
        return _of(rule, Answer.HOLD, reason, items, least, difference, low, high)
    if low > -rule.margin if rule.asks == "not_worse" else low > 0:
        reason = "it is better" if rule.asks == "better" else f"it is not worse by {rule.margin:g}"
        return _of(rule, Answer.PROMOTE, reason, items, least, difference, low, high)
    reason = "it is not shown to be better" if rule.asks == "better" else "it may be worse"
    return _of(rule, Answer.HOLD, reason, items, least, difference, low, high)


def _of(
    rule: Rule,
    answer: Answer,
    reason: str,
    items: Sequence[Item],
    least: int,
    difference: float = 0.0,
    low: float = -math.inf,
    high: float = math.inf,
) -> Outcome:
    return Outcome(
        measure=rule.measure, answer=answer, reason=reason, items=len(items), least=least,
        difference=difference, low=low, high=high,
    )  # fmt: skip


def interval(items: Sequence[Item], confidence: float, fewest: int = 2) -> tuple[float, float, float]:
    """The mean difference of candidate and incumbent, and its interval; without bounds for too few contributors.

    Items without a giver count as of a giver each; so do all items of one giver where one is enough.
    """
    if fewest == 1 and len({item.giver for item in items}) == 1:
        items = [replace(item, giver=None) for item in items]
    differences = [item.candidate - item.incumbent for item in items]
    mean = math.fsum(differences) / len(items)
    sums: dict[object, float] = defaultdict(float)
    for number, (item, difference) in enumerate(zip(items, differences, strict=True)):
        sums[number if item.giver is None else item.giver] += difference - mean
    givers = len(sums)
    if givers < max(2, fewest):
        return mean, -math.inf, math.inf
    variance = math.fsum(value * value for value in sums.values()) / len(items) ** 2 * givers / (givers - 1)
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * math.sqrt(variance)
    return mean, mean - reach, mean + reach


_GATE = TypeAdapter(GatePolicy)
_SHIPPED = files("commonwheel.learn") / "gates"


def parse_gate(text: str) -> GatePolicy:
    """The gate in a TOML text. Raises Invalid with the line of each fault."""
    return parse(text, _GATE, "gate")


def read_gate(name_or_path: str | Path) -> str:
    """The text of a gate that ships, by name, or of a file. Raises Misconfigured where there is none."""
    return read(name_or_path, _SHIPPED, "gate")


def gate_schema() -> dict[str, Any]:
    """JSON Schema of a gate file."""
    return _GATE.json_schema()
