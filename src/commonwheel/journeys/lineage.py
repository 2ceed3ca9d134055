"""From a record to the models that learned from it, and from a model back to what it was made of."""

from collections import Counter
from pathlib import PurePath
from typing import Any

from commonwheel.errors import NotFound
from commonwheel.journeys.plan_training import lineage_of
from commonwheel.journeys.world import World
from commonwheel.learn.recipe import parse_recipe
from commonwheel.ports import Transaction
from commonwheel.records.model import Model, ModelState, Part

_FEWEST = 5
"""Shares of fewer contributors than this are shown together: they would say something of one person."""

_GROUPS = ("origin", "language", "license", "ai_pref", "door")


def in_short(model: Model) -> dict[str, Any]:
    """A model as anybody may know it: settings, counts and measurements, and no contribution."""
    recipe = parse_recipe(model.recipe)
    return {
        "number": model.number,
        "name": model.name,
        "state": model.state.value,
        "recipe": recipe.tag,
        "method": recipe.method,
        "base": {
            "model": public_name(recipe.base.model),
            "license": recipe.base.license,
            "builder": recipe.base.builder,
            "data": list(recipe.base.data),
        },
        "start": model.start,
        "gold": model.gold,
        "made": model.made.isoformat(),
        "trained": model.trained,
        "held_out": model.held_out,
        "left_out": dict(model.left_out),
        "digest": model.digest,
        "facts": dict(model.facts),
        "report": None if model.report is None else dict(model.report),
        "history": [{name: each[name] for name in ("at", "what", "why")} for each in model.history],
    }


def public_name(base: str) -> str:
    """A name on the hub as it is; of a folder its name alone, as where it lies is nobody's business."""
    return PurePath(base).name if base.startswith(("/", ".", "~")) else base


def all_models(world: World) -> list[dict[str, Any]]:
    """All models in short, the oldest first."""
    with world.database.read() as tx:
        return [in_short(model) for model in tx.models.all()]


def serving_model(world: World) -> dict[str, Any] | None:
    """The model that serves in short, where one does."""
    with world.database.read() as tx:
        model = tx.models.promoted()
    return None if model is None else in_short(model)


def model_view(world: World, number: int) -> dict[str, Any]:
    """A model with its recipe, its curves, what it was made of, and what of that was taken back since."""
    with world.database.read() as tx:
        model = tx.models.get(number)
        if model is None:
            raise NotFound(f"There is no model m{number}.")
        here, base = tx.models.here(number), parse_recipe(model.recipe).base.model
        chain = [each.number for each in lineage_of(tx, model)[1:]]
        view = in_short(model) | {
            "recipe_text": model.recipe.replace(base, public_name(base)),
            "continues_from": chain,
            "continued_by": [each.number for each in tx.models.all() if each.start == number],
            "taken_back": model.trained - len(here[Part.TRAIN]),
            "made_of": _made_of(tx, here[Part.TRAIN]),
            "curve": [{"step": each.step, "of": each.of} | dict(each.values) for each in tx.models.steps(number)],
            "cost": _cost(model),
        }
    return view


def _made_of(tx: Transaction, pairs: list[int]) -> dict[str, Any]:
    """What a model learned from, in groups: origins, languages, terms, doors, and how many gave it."""
    facts = tx.gold.facts_of(pairs)
    revisions = tx.contributions.revisions_among({(each.contribution, each.number) for each in facts})
    found: dict[str, Counter[str]] = {name: Counter() for name in _GROUPS}
    hands: dict[tuple[str, str], set[str]] = {}
    for each in facts:
        revision = revisions.get((each.contribution, each.number))
        if revision is None:
            continue
        groups = {
            "origin": each.origin,
            "language": revision.language or "und",
            "license": str(revision.terms.license),
            "ai_pref": revision.terms.ai_pref,
            "door": revision.door,
        }
        for name, group in groups.items():
            found[name][group] += 1
            hands.setdefault((name, group), set()).add(each.hand or each.contribution)
    shown: dict[str, Any] = {
        "pairs": len(facts),
        "contributors": len({each.hand or each.contribution for each in facts}),
    }
    for name, counted in found.items():
        few = {group for group in counted if name == "door" and len(hands[(name, group)]) < _FEWEST}
        shown[name] = {group: number for group, number in counted.most_common() if group not in few}
        if few:
            shown[name]["others"] = sum(counted[group] for group in few)
    return shown


def _cost(model: Model) -> dict[str, Any] | None:
    """What a point of accuracy cost; None where nothing was gained, or nothing is known."""
    measured = (model.report or {"measures": {}})["measures"].get("preference_accuracy")
    if not measured or measured["candidate"] is None or "seconds" not in model.facts:
        return None
    points = 100 * (measured["candidate"] - measured["incumbent"])
    if points <= 0:
        return None
    joules = model.facts.get("joules")
    return {
        "points": round(points, 2),
        "seconds_a_point": round(model.facts["seconds"] / points, 2),
        "joules_a_point": None if joules is None else round(joules / points, 1),
    }


def models_of(tx: Transaction, id: str) -> list[dict[str, Any]]:
    """The models that a contribution was something to, as its giver sees it."""
    found = []
    for number, part in tx.models.of_contribution(id):
        model = tx.models.get(number)
        if model is None or model.state is ModelState.TRAINING:
            continue
        found.append(
            {
                "model": number,
                "as": "learned from" if part is Part.TRAIN else "measured by",
                "gold": model.gold,
                "state": model.state.value,
                "promoted": [each["at"] for each in model.history if each["what"] == ModelState.PROMOTED],
            }
        )
    return found
