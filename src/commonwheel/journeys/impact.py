"""What groups of gifts did for a model: it is trained anew with all, then without each group, and compared.

That something was learned from is a fact, told of every gift (`journeys/lineage.py`). What it did is an estimate:
made for groups of several people alone, with an interval, and never as a person's points.
"""

import math
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commonwheel.errors import Conflict, Invalid
from commonwheel.journeys.evaluate_model import GROUPS, groups_of, held_out_of
from commonwheel.journeys.plan_training import lineage_of
from commonwheel.journeys.run_training import trainer_of
from commonwheel.journeys.training_data import examples_of
from commonwheel.journeys.world import World
from commonwheel.learn.gate import interval, parse_gate, read_gate
from commonwheel.learn.measures import by_model, mean, paired, prefers
from commonwheel.learn.recipe import Recipe, parse_recipe
from commonwheel.ports.training import Measured, Question
from commonwheel.records.model import Model, ModelState, Part

MOST_LEARNED = 5_000
"""Pairs that a model may have learned from: one run for each group is affordable for small sets only."""
FEWEST_GIVERS = 3
"""People in a group, and besides it."""
MOST_GROUPS = 6

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Learned:
    """Everything that a model learned from, with those before it: pairs, whose each is, and the groups."""

    pairs: frozenset[int]
    hands: Mapping[int, str | None]
    groups: Mapping[str, Collection[int]]


def impact(world: World, number: int, kind: str, tell: Tell = lambda name: None) -> Model:
    """Estimate what each large group of a kind did for a model's accuracy, and keep that with its report.

    Raises Conflict for a model that cannot be made again, or learned from too much, and where no group is of
    enough people.
    """
    if kind not in GROUPS:
        raise Invalid([("/groups", f"is one of {', '.join(GROUPS)}")])
    gate = parse_gate(read_gate(world.gate))
    with world.database.read() as tx:
        model = tx.models.get(number)
        if model is None or model.state in (ModelState.TRAINING, ModelState.FAILED):
            raise Conflict(f"There is no model m{number} that was measured.")
        lineage = lineage_of(tx, model)
        pairs = {id for each in lineage for id in tx.models.here(each.number)[Part.TRAIN]}
        if len(pairs) > MOST_LEARNED:
            raise Conflict(f"It learned from {len(pairs):,} pairs: estimates are made up to {MOST_LEARNED:,}.")
        facts = {each.id: each for each in tx.gold.facts_of(sorted(pairs))}
        named = groups_of(tx, facts.values())
        asked = held_out_of(world, tx, model, None)
    groups: dict[str, list[int]] = {}
    for id in sorted(facts):
        groups.setdefault(named[id].get(kind, ""), []).append(id)
    learned = _Learned(pairs=frozenset(facts), hands={id: each.hand for id, each in facts.items()}, groups=groups)
    chosen = _of_several(learned)
    if not chosen:
        raise Conflict(
            f"No {kind} has {FEWEST_GIVERS} people or more, with as many besides: nothing is told of fewer."
        )
    questions = [each for each in asked.questions if int(each.id.partition(":")[2]) not in facts]
    whole = _made(world, model, learned.pairs, questions)
    found = {}
    for name in chosen:
        tell(name)
        without = _made(world, model, learned.pairs - set(groups[name]), questions)
        items = paired(whole, without, prefers, asked.givers)
        difference, low, high = interval(items, gate.confidence, gate.fewest_givers)
        found[name] = {
            "pairs": len(groups[name]),
            "people": len({learned.hands[id] for id in groups[name]}),
            "items": len(items),
            "accuracy_without": mean(item.incumbent for item in items),
            "difference": round(difference, 6),
            "low": _finite(low),
            "high": _finite(high),
        }
    report = dict(model.report or {})
    report["impact"] = dict(report.get("impact") or {}) | {kind: found}
    with world.database.write() as tx:
        tx.models.set(number, report=report)
        done = tx.models.get(number)
    assert done is not None
    return done


def _of_several(learned: _Learned) -> list[str]:
    """The largest groups of several people, where several more gave the rest."""
    found = []
    for name, ids in learned.groups.items():
        inside = {learned.hands[id] for id in ids} - {None}
        outside = {learned.hands[id] for id in learned.pairs - set(ids)} - {None}
        if name and len(inside) >= FEWEST_GIVERS and len(outside) >= FEWEST_GIVERS:
            found.append(name)
    return sorted(found, key=lambda name: (-len(learned.groups[name]), name))[:MOST_GROUPS]


def _made(world: World, model: Model, pairs: Collection[int], asked: list[Question]) -> dict[str, Measured]:
    """What a model makes of the questions that is made anew, from the base, of these pairs alone."""
    recipe: Recipe = parse_recipe(model.recipe)
    trainer = trainer_of(world)
    with tempfile.TemporaryDirectory(prefix="commonwheel-impact-") as folder:
        work, out = Path(folder) / "work", Path(folder) / "out"
        work.mkdir()
        out.mkdir()
        trainer.train(
            recipe.method,
            model.recipe,
            examples_of(world, pairs, {}),
            processes=recipe.processes,
            start=None,
            work=work,
            out=out,
            follow=lambda _step: True,
        )
        [found] = by_model(trainer.measure(recipe.base.model, [out], asked, recipe.training.longest), 1)
    return found


def _finite(value: float) -> Any:
    return round(value, 6) if math.isfinite(value) else None
