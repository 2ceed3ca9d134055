"""The shapes of answers about models, for /openapi.json."""

from typing import Any, Literal

from commonwheel.records.model import ModelState
from commonwheel.web.api.answers import Shape


class BaseView(Shape):
    """The model that an adapter is for: who built it, under which license, of which data."""

    model: str
    license: str
    builder: str
    data: list[str]


class OutcomeView(Shape):
    """What a rule of the gate makes of a measure. `low` and `high` bound the difference; null is no bound."""

    measure: str
    answer: Literal["promote", "hold", "reject"]
    reason: str
    items: int
    least: int
    difference: float
    low: float | None
    high: float | None


class GateView(Shape):
    """What the gate says: the worst of its outcomes."""

    policy: str
    answer: Literal["promote", "hold", "reject"]
    outcomes: list[OutcomeView]


class MeasureView(Shape):
    """The mean of both models over the same items; null where a model gave no number."""

    items: int
    candidate: float | None
    incumbent: float | None


class ReportView(Shape):
    """A comparison with the model that served, `against`, or with the base alone (null).

    `groups` are results by language, door, origin, change and month, `length` those where the better side is
    longer and where it is shorter, `left_out` what was held out and not asked, by reason.
    """

    gate: GateView
    against: int | None
    at: str
    seconds: float
    measures: dict[str, MeasureView]
    held_out: dict[str, int]
    groups: dict[str, dict[str, MeasureView]]
    length: dict[str, dict[str, float]]
    failures_by_month: dict[str, MeasureView]
    left_out: dict[str, int]


class HistoryView(Shape):
    """Something that became of a model."""

    at: str
    what: str
    why: str


class ModelInShort(Shape):
    """A model: what it was trained by and on, how it was measured, what became of it.

    `trained` and `held_out` are how many examples there were, `left_out` why others were not among them.
    """

    number: int
    name: str
    state: ModelState
    recipe: str
    method: str
    base: BaseView
    start: int | None
    gold: int
    made: str
    trained: int
    held_out: int
    left_out: dict[str, int]
    digest: str
    facts: dict[str, Any]
    report: ReportView | None
    history: list[HistoryView]


class MadeOf(Shape):
    """What a model learned from, in groups, as far as it is still here."""

    pairs: int
    contributors: int
    origin: dict[str, int]
    language: dict[str, int]
    license: dict[str, int]
    ai_pref: dict[str, int]
    door: dict[str, int]


class Cost(Shape):
    """What a hundredth of accuracy cost."""

    points: float
    seconds_a_point: float
    joules_a_point: float | None


class ModelDetails(ModelInShort):
    """A model with its recipe, its curves and its lineage. `taken_back`: of what it learned, so much is gone."""

    recipe_text: str
    continues_from: list[int]
    continued_by: list[int]
    taken_back: int
    made_of: MadeOf
    curve: list[dict[str, float]]
    cost: Cost | None


class ModelList(Shape):
    """All models, the oldest first."""

    items: list[ModelInShort]
    next: None
