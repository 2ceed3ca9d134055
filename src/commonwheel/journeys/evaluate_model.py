"""A candidate is measured beside the model that serves, on pairs that neither has seen, and the gate answers."""

import math
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import structlog

from commonwheel.errors import Conflict, NotFound
from commonwheel.journeys.ask_models import answer_items, failure_items, failures, to_answer
from commonwheel.journeys.plan_training import lineage_of
from commonwheel.journeys.run_training import files_of, trainer_of
from commonwheel.journeys.side_by_side import keep_answers
from commonwheel.journeys.training_data import examples_of
from commonwheel.journeys.world import World
from commonwheel.learn.gate import GatePolicy, Item, judge, parse_gate, read_gate
from commonwheel.learn.measures import (
    ACCURACY,
    FAILURES,
    HARNESS,
    MARGIN,
    REGRESSION,
    SAFETY,
    About,
    by_group,
    by_model,
    length_bias,
    margin,
    mean,
    paired,
    prefers,
)
from commonwheel.learn.recipe import Recipe, parse_recipe
from commonwheel.learn.suites import questions
from commonwheel.ports import Transaction
from commonwheel.ports.learning import PairFacts
from commonwheel.ports.training import Measured, Question
from commonwheel.records.model import Model, ModelState, Part

log = structlog.get_logger()

_PAIR = "pair"
_SEEN = "the model that serves has learned it"
_GONE = "taken back since"
GROUPS = ("language", "door", "origin", "month", "change")
"""What results are shown by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """The held-out pairs of a model as questions, what is known of each, and what is not asked, by reason."""

    questions: Sequence[Question]
    about: Mapping[str, About]
    parts: Mapping[str, Part]
    left_out: Mapping[str, int]

    @property
    def givers(self) -> dict[str, str | None]:
        """Whose each is."""
        return {id: about.giver for id, about in self.about.items()}


def evaluate(world: World, number: int) -> Model:
    """Measure a model beside the one that serves, or beside the base, and keep the report with it.

    A run that has just ended becomes a candidate with it.
    """
    begun = time.monotonic()
    gate = parse_gate(read_gate(world.gate))
    with world.database.read() as tx:
        model, incumbent = _both(tx, number)
        held_out = held_out_of(world, tx, model, incumbent)
        failed, about = failures(world, tx, (model, incumbent), gate)
    answers = to_answer(held_out.questions, gate, parse_recipe(model.recipe).seed)
    asked = [*held_out.questions, *answers, *failed]
    for kind, name in gate.suites.items():
        asked += questions(name, kind)
    ours, theirs = _measure(world, model, incumbent, asked, gate)
    failure, drift = failure_items(ours, theirs, about)
    items = (
        _items(ours, theirs, held_out)
        | answer_items(world, answers, ours, theirs, held_out.givers)
        | ({FAILURES: failure} if failure else {})
    )
    report = _report(gate, held_out, items, ours, theirs) | {
        "failures_by_month": drift,
        "against": None if incumbent is None else incumbent.number,
        "at": world.clock.now().isoformat(),
        "seconds": round(time.monotonic() - begun, 2),
    }
    with world.database.write() as tx:
        tx.models.set(number, report=report)
        if model.state is ModelState.TRAINING:
            tx.models.move(model, ModelState.CANDIDATE, world.clock.now(), "", f"gate: {report['gate']['answer']}")
        done = tx.models.get(number)
    assert done is not None
    keep_answers(world, number, answers, ours, theirs)
    log.info("model.measured", model=number, answer=report["gate"]["answer"])
    return done


def _both(tx: Transaction, number: int) -> tuple[Model, Model | None]:
    """A model, and the one that serves where that is another."""
    model, incumbent = tx.models.get(number), tx.models.promoted()
    if model is None:
        raise NotFound(f"There is no model m{number}.")
    if model.state is ModelState.FAILED:
        raise Conflict(f"The run of m{number} failed: there is no model to measure.")
    return model, None if incumbent is None or incumbent.number == number else incumbent


def held_out_of(world: World, tx: Transaction, model: Model, incumbent: Model | None) -> HeldOut:
    """What a model can be measured by beside another one: held-out pairs that are here, and unseen by both."""
    here = tx.models.here(model.number)
    parts = {id: part for part in (Part.BY_CONTRIBUTOR, Part.BY_TIME) for id in here[part]}
    seen: set[int] = set()
    for ancestor in () if incumbent is None else lineage_of(tx, incumbent):
        seen.update(tx.models.here(ancestor.number)[Part.TRAIN])
    asked = sorted(parts.keys() - seen)
    facts = {each.id: each for each in tx.gold.facts_of(asked)}
    groups = groups_of(tx, facts.values())
    found, about = [], {}
    for each in examples_of(world, asked, {}):
        id = f"{_PAIR}:{each.number}"
        found.append(Question(id=id, prompt=each.prompt, better=each.chosen, worse=each.rejected))
        about[id] = About(
            giver=facts[each.number].hand, groups=groups[each.number], longer=len(each.chosen) > len(each.rejected)
        )
    left_out = {_SEEN: len(parts) - len(asked), _GONE: model.held_out - len(parts) + len(asked) - len(found)}
    return HeldOut(
        questions=found,
        about=about,
        parts={f"{_PAIR}:{id}": part for id, part in parts.items()},
        left_out={reason: number for reason, number in left_out.items() if number > 0},
    )


def groups_of(tx: Transaction, pairs: Sequence[PairFacts] | Any) -> dict[int, dict[str, str]]:
    """The groups of pairs that results are shown for: language, door, origin, and what an edit is about."""
    listed = list(pairs)
    revisions = tx.contributions.revisions_among({(each.contribution, each.number) for each in listed})
    found = {}
    for each in listed:
        revision = revisions.get((each.contribution, each.number))
        found[each.id] = {
            "language": (revision.language if revision else None) or "und",
            "door": revision.door if revision else "",
            "month": f"{each.at:%Y-%m}",
            "origin": each.origin,
            **({"change": each.diff} if each.diff else {}),
        }
    return found


def _measure(
    world: World, model: Model, incumbent: Model | None, asked: Sequence[Question], gate: GatePolicy
) -> Sequence[Mapping[str, Measured]]:
    """What the candidate and the incumbent make of all questions, in this order."""
    ours = parse_recipe(model.recipe)
    theirs = ours if incumbent is None else parse_recipe(incumbent.recipe)

    def measure(recipe: Recipe, *folders: Path | None) -> Sequence[Mapping[str, Measured]]:
        trainer, base = trainer_of(world), recipe.base.model
        found = by_model(trainer.measure(base, folders, asked, recipe.training.longest), len(folders))
        if gate.harness is None:
            return found
        harness = gate.harness
        tasks = trainer.harness(base, folders, harness.tasks, harness.folder, harness.limit)
        for one, other in zip(found, by_model(tasks, len(folders)), strict=True):
            one.update({f"{HARNESS}:{id}": each for id, each in other.items()})
        return found

    files = files_of(world)
    with ExitStack() as open:
        mine = open.enter_context(files.folder(model.number))
        other = None if incumbent is None else open.enter_context(files.folder(incumbent.number))
        if ours.base.model == theirs.base.model:
            return measure(ours, mine, other)
        return [*measure(ours, mine), *measure(theirs, other)]


def _items(
    ours: Mapping[str, Measured], theirs: Mapping[str, Measured], held_out: HeldOut
) -> dict[str, list[Item]]:
    """What is compared by likelihoods, and by tasks."""
    mine, other = ({id: one[id] for id in one.keys() & held_out.about.keys()} for one in (ours, theirs))
    items = {
        ACCURACY: paired(mine, other, prefers, held_out.givers),
        MARGIN: paired(mine, other, margin, held_out.givers),
    }
    for kind in (SAFETY, REGRESSION):
        items[kind] = paired(_of_kind(ours, kind), _of_kind(theirs, kind), prefers, {})
    items[HARNESS] = paired(_of_kind(ours, HARNESS), _of_kind(theirs, HARNESS), lambda each: each.score, {})
    return {name: listed for name, listed in items.items() if listed}


def _report(
    gate: GatePolicy,
    held_out: HeldOut,
    items: Mapping[str, Sequence[Item]],
    ours: Mapping[str, Measured],
    theirs: Mapping[str, Measured],
) -> dict[str, Any]:
    """Everything that is said of a comparison: the gate's answer first. Numbers and our own words only."""
    answer = judge(gate, items)
    return {
        "gate": {
            "policy": answer.policy,
            "answer": answer.answer.value,
            "outcomes": [_finite_all(asdict(each)) for each in answer.outcomes],
        },
        "measures": {name: _means(listed) for name, listed in items.items()},
        "held_out": dict(Counter(held_out.parts[id].value for id in held_out.about)),
        "groups": by_group(ours, theirs, held_out.about),
        "length": {
            "candidate": length_bias(ours, held_out.about),
            "incumbent": length_bias(theirs, held_out.about),
        },
        "left_out": dict(held_out.left_out),
    }


def _of_kind(measured: Mapping[str, Measured], kind: str) -> dict[str, Measured]:
    return {id: each for id, each in measured.items() if id.startswith(f"{kind}:")}


def _means(items: Sequence[Item]) -> dict[str, Any]:
    return {
        "items": len(items),
        "candidate": _finite(mean(item.candidate for item in items)),
        "incumbent": _finite(mean(item.incumbent for item in items)),
    }


def _finite_all(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _finite(value) for name, value in values.items()}


def _finite(value: Any) -> Any:
    """JSON knows no infinity: a bound that is none is null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
