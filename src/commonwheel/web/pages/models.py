"""The models: what each was made of, how it was measured beside the one before, and what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from commonwheel.journeys.lineage import all_models, model_view, serving_model
from commonwheel.journeys.side_by_side import SideBySide, answers_of
from commonwheel.journeys.world import World
from commonwheel.records.model import ModelState
from commonwheel.web.api.models import number_of
from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.curves import Curve, curve
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheVisitor

router = APIRouter(route_class=PageRoute)

STATES: Mapping[str, str] = {
    ModelState.TRAINING: "is learning",
    ModelState.FAILED: "has failed to learn",
    ModelState.CANDIDATE: "is a candidate that does not serve",
    ModelState.PROMOTED: "serves",
    ModelState.SUPERSEDED: "served until a better one came",
    ModelState.REVERTED: "served and was taken back",
}
MEASURES: Mapping[str, str] = {
    "preference_accuracy": "Prefers what people prefer",
    "preference_margin": "How much it prefers it",
    "safety": "Declines what harms, and nothing else",
    "regression": "Knows what it knew before",
    "failures": "Does not repeat reported failures",
    "win_rate": "A judge likes its answers better",
    "clean_answers": "Nothing unsafe in its answers",
    "harness": "Tasks of this commons",
}
_CURVES = (("loss", "Loss"), ("margin", "Margin between the better and the worse side"), ("accuracy", "Accuracy"))
_GROUPS = {
    "language": "Language",
    "door": "Door",
    "origin": "Kind",
    "change": "What an edit is about",
    "month": "Month",
}
_MADE_OF = {
    "origin": "Kinds",
    "language": "Languages",
    "license": "Licenses",
    "ai_pref": "AI preferences",
    "door": "Doors",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLine:
    """A model in short. `before` and `after` are accuracies, where they were measured."""

    number: int
    name: str
    state: str
    made: datetime
    trained: int
    base: Mapping[str, Any]
    answer: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeLine:
    """What a rule of the gate says of a measure."""

    name: str
    answer: str
    reason: str
    difference: str
    items: int
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """A group of held-out pairs, and both models' accuracy on it."""

    kind: str
    name: str
    items: int
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactLine:
    """What a group of gifts did for a model's accuracy, by training it anew without; `bounds` may be empty."""

    kind: str
    name: str
    difference: str
    bounds: str
    pairs: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A group of what a model learned from."""

    name: str
    number: int
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsPage:
    """All models, the newest first."""

    template: ClassVar[str] = "models.html"
    lines: tuple[ModelLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPage:
    """One model. `documents` are those about the base's data that can be linked to, `papers` the others."""

    template: ClassVar[str] = "model.html"
    line: ModelLine
    learning: bool
    method: str
    recipe: str
    recipe_text: str
    start: int | None
    gold: int
    continued_by: tuple[int, ...]
    held_out: int
    taken_back: int
    documents: tuple[str, ...]
    papers: tuple[str, ...]
    policy: str
    against: int | None
    outcomes: tuple[OutcomeLine, ...]
    groups: tuple[GroupLine, ...]
    answers: tuple[SideBySide, ...]
    impact: tuple[ImpactLine, ...]
    length: Mapping[str, Mapping[str, float]]
    contributors: int
    made_of: tuple[tuple[str, tuple[Share, ...]], ...]
    left_out: tuple[tuple[str, int], ...]
    curves: tuple[Curve, ...]
    facts: tuple[tuple[str, str], ...]
    history: tuple[tuple[datetime, str, str], ...]


@router.get("/models")
def list_models(request: Request, world: TheWorld, _visitor: TheVisitor) -> Response:
    """All models."""
    return show(request, ModelsPage(lines=tuple(_line(view) for view in reversed(all_models(world)))))


@router.get("/models/{name}")
def one_model(request: Request, world: TheWorld, _visitor: TheVisitor, name: str) -> Response:
    """One model."""
    view = model_view(world, number_of(name))
    report = view["report"] or {}
    data = view["base"]["data"]
    page = ModelPage(
        line=_line(view),
        learning=view["state"] == ModelState.TRAINING,
        method=view["method"],
        recipe=view["recipe"],
        recipe_text=view["recipe_text"],
        start=view["start"],
        gold=view["gold"],
        continued_by=tuple(view["continued_by"]),
        held_out=view["held_out"],
        taken_back=view["taken_back"],
        documents=tuple(each for each in data if each.startswith("https://")),
        papers=tuple(each for each in data if not each.startswith("https://")),
        policy=report["gate"]["policy"] if report else "",
        against=report.get("against"),
        outcomes=tuple(map(_outcome, report["gate"]["outcomes"])) if report else (),
        groups=tuple(_groups(report.get("groups", {}))),
        answers=tuple(answers_of(world, view["number"])),
        impact=tuple(_impact(report.get("impact") or {})),
        length={who: each for who, each in report.get("length", {}).items() if "difference" in each},
        contributors=view["made_of"]["contributors"],
        made_of=tuple((word, _shares(view["made_of"][name])) for name, word in _MADE_OF.items()),
        left_out=tuple(view["left_out"].items()),
        curves=tuple(_curves(view["curve"])),
        facts=tuple(_facts(view)),
        history=tuple((datetime.fromisoformat(each["at"]), each["what"], each["why"]) for each in view["history"]),
    )
    return show(request, page)


def serving(world: World) -> ModelLine | None:
    """The model that serves, where one does."""
    view = serving_model(world)
    return None if view is None else _line(view)


def _line(view: Mapping[str, Any]) -> ModelLine:
    report = view["report"]
    measured = report["measures"].get("preference_accuracy", {}) if report else {}
    return ModelLine(
        number=view["number"],
        name=view["name"],
        state=STATES[view["state"]],
        made=datetime.fromisoformat(view["made"]),
        trained=view["trained"],
        base=view["base"],
        answer=report["gate"]["answer"] if report else "",
        before=measured.get("incumbent"),
        after=measured.get("candidate"),
    )


def _outcome(outcome: Mapping[str, Any]) -> OutcomeLine:
    low, high = outcome["low"], outcome["high"]
    bounds = "" if low is None or high is None else f", from {low:+.3f} to {high:+.3f}"
    return OutcomeLine(
        name=MEASURES.get(outcome["measure"], outcome["measure"].replace("_", " ")),
        answer=outcome["answer"],
        reason=outcome["reason"],
        difference=f"{outcome['difference']:+.3f}{bounds}" if outcome["items"] else "",
        items=outcome["items"],
        least=outcome["least"],
    )


def _groups(groups: Mapping[str, Any]) -> list[GroupLine]:
    return [
        GroupLine(
            kind=_GROUPS.get(kind, kind),
            name=name,
            items=each["items"],
            before=each["incumbent"],
            after=each["candidate"],
        )
        for kind, listed in groups.items()
        for name, each in listed.items()
    ]


def _impact(found: Mapping[str, Any]) -> Iterator[ImpactLine]:
    for kind, groups in found.items():
        for name, each in groups.items():
            low, high = each["low"], each["high"]
            yield ImpactLine(
                kind=_GROUPS.get(kind, kind),
                name=name,
                difference=f"{each['difference']:+.3f}",
                bounds="" if low is None or high is None else f"from {low:+.3f} to {high:+.3f}",
                pairs=each["pairs"],
                people=each["people"],
            )


def _shares(counted: Mapping[str, int]) -> tuple[Share, ...]:
    total = sum(counted.values())
    return tuple(
        Share(name=name or "none stated", number=number, percent=round(100 * number / total))
        for name, number in counted.items()
    )


def _curves(steps: Sequence[Mapping[str, float]]) -> list[Curve]:
    found = []
    for name, word in _CURVES:
        points = [(each["step"], each[name]) for each in steps if name in each]
        if len(points) > 1:
            found.append(curve(word, points, steps[-1]["of"]))
    return found


def _facts(view: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is known of the run itself, in words."""
    facts, cost = view["facts"], view["cost"]
    found = []
    if "seconds" in facts:
        found.append(("Time", f"{facts['seconds']:,.0f} s"))
    if facts.get("device"):
        found.append(("Machine", str(facts["device"])))
    if facts.get("joules") is not None:
        found.append(("Energy of the processors", f"{facts['joules'] / 3600:,.1f} Wh"))
    if cost is not None:
        found.append(("For each point of accuracy", f"{cost['seconds_a_point']:,.1f} s"))
    if facts.get("versions"):
        found.append(("Made with", ", ".join(f"{name} {number}" for name, number in facts["versions"].items())))
    if view["digest"]:
        found.append(("Digest of the data", view["digest"][:16]))
    return found
