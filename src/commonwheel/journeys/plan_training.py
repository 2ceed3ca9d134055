"""What a run would be: from which gold, by which recipe, starting where, and whether it is due."""

import math
import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from commonwheel.errors import Misconfigured, Refused
from commonwheel.journeys.gold import (
    Choice,
    candidates_of,
    choose_gold,
    last_version,
    members_of,
    new_since_last_run,
    split_of,
)
from commonwheel.journeys.world import World
from commonwheel.learn.choosing import permitted
from commonwheel.learn.due import Past, not_due
from commonwheel.learn.gate import GatePolicy, parse_gate, read_gate
from commonwheel.learn.recipe import LEARNS_FROM, Recipe, parse_recipe, read_recipe
from commonwheel.ports import Transaction
from commonwheel.ports.learning import PairFacts
from commonwheel.records.gold import PAIRED
from commonwheel.records.model import Learned, Model, Part
from commonwheel.records.terms import Purpose

NOT_FOR_METHOD = "the recipe's method cannot learn from it"
NOT_FOR_EVALUATION = "held out, and its giver does not allow evaluation"
KNOWN = "the model that it continues from has learned it"
_MIXES = ("dpo", "kto", "sft")
_PAGE = 500
BESIDE = "its prompt is held out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The model that a run continues from, and what that has learned; None for the base, and why."""

    model: int | None
    learned: frozenset[int] = frozenset()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a model learns from and is measured by, and what is neither, counted by reason."""

    learned: tuple[Learned, ...]
    left_out: Mapping[str, int]
    mixed_in: int = 0

    def number(self, *parts: Part) -> int:
        """How many pairs are one of these."""
        return sum(1 for each in self.learned if each.part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run that could begin. `reasons` say why it should not just now; none where it is due."""

    recipe: Recipe
    text: str
    gate: GatePolicy
    choice: Choice
    start: Start
    parts: Parts
    new: int
    reasons: tuple[str, ...]
    seconds: float | None
    past: tuple[Past, ...] = field(default=())

    def facts(self) -> dict[str, Any]:
        """As a program reads it."""
        held = (Part.BY_CONTRIBUTOR, Part.BY_TIME)
        return {
            "recipe": self.recipe.tag,
            "method": self.recipe.method,
            "base": self.recipe.base.model,
            "base_license": self.recipe.base.license,
            "starts_from": self.start.model,
            "why_from_base": self.start.why,
            "purpose": self.choice.policy.purpose,
            "commitments": list(self.choice.policy.commitments),
            "new": self.new,
            "train": self.parts.number(Part.TRAIN),
            "mixed_in": self.parts.mixed_in,
            "held_out": self.parts.number(*held),
            "left_out": dict(self.choice.left_out) | dict(self.parts.left_out),
            "needed": {rule.measure: self.gate.least(rule) for rule in self.gate.rules},
            "seconds": self.seconds,
            "due": not self.reasons,
            "not_due": list(self.reasons),
        }


def recipe_in_force(world: World) -> tuple[Recipe, str]:
    """The recipe that the settings name, and its text. Raises Misconfigured where they name none."""
    if not world.recipe:
        raise Misconfigured(
            "No recipe says what to train: COMMONWHEEL_RECIPE names one that ships ('edits'), or a TOML file; "
            "'commonwheel schema recipe' describes it."
        )
    text = read_recipe(world.recipe)
    return parse_recipe(text), text


def plan_training(world: World) -> Plan:
    """Everything about the next run. Nothing is stored."""
    recipe, text = recipe_in_force(world)
    choice = choose_gold(world)
    if choice.policy.purpose != Purpose.TRAINING:
        raise Refused(f"The gold policy {choice.policy.tag} is for {choice.policy.purpose}, and not for training.")
    with world.database.read() as tx:
        start = _start(tx, recipe)
        leave = set(choice.left)
        latest = last_version(tx)
        stay = [] if latest is None else [id for id, _ in members_of(tx, latest.number) if id not in leave]
        pairs = [*tx.gold.facts_of(stay), *(facts for facts, _ in choice.came)]
        parts = mixed(tx, parts_of(tx, pairs, choice, recipe, start), choice, recipe)
        models = tx.models.all()
        new = new_since_last_run(tx, choice)
    now, past = world.clock.now(), tuple(_past(model) for model in models)
    return Plan(
        recipe=recipe,
        text=text,
        gate=parse_gate(read_gate(world.gate)),
        choice=choice,
        start=start,
        parts=parts,
        new=new,
        reasons=not_due(choice.policy.trigger, new=new, past=past, now=now),
        seconds=_seconds(models, recipe, parts.number(Part.TRAIN)),
        past=past,
    )


def parts_of(tx: Transaction, pairs: Collection[PairFacts], choice: Choice, recipe: Recipe, start: Start) -> Parts:
    """Split pairs, and leave out what the recipe cannot use and what may not be used for measuring."""
    by_number = {facts.id: facts for facts in pairs}
    split = split_of(pairs, choice.policy)
    usable, reasons = LEARNS_FROM[recipe.method], Counter({BESIDE: len(split.left)})
    learned = []

    def take(number: int, part: Part, refused: str | None) -> None:
        facts = by_number[number]
        if refused is not None:
            reasons[refused] += 1
        else:
            learned.append(
                Learned(pair=number, part=part, contribution=facts.contribution, rejected_from=facts.rejected_from)
            )

    for number in split.train:
        unfit = by_number[number].origin not in usable
        take(number, Part.TRAIN, NOT_FOR_METHOD if unfit else KNOWN if number in start.learned else None)
    allowed = _for_evaluation(tx, [by_number[n] for n in (*split.by_contributor, *split.by_time)])
    for part, numbers in ((Part.BY_CONTRIBUTOR, split.by_contributor), (Part.BY_TIME, split.by_time)):
        for number in numbers:
            unfit = by_number[number].origin not in PAIRED
            refused = NOT_FOR_METHOD if unfit else None if number in allowed else NOT_FOR_EVALUATION
            take(number, part, KNOWN if number in start.learned else refused)
    return Parts(learned=tuple(learned), left_out={why: number for why, number in reasons.items() if number})


def mixed(tx: Transaction, parts: Parts, choice: Choice, recipe: Recipe) -> Parts:
    """With a share of well rated answers that nobody edited, drawn by the recipe's seed, against forgetting.

    They have to allow what gold has to allow; prompts that are held out are not among them.
    """
    wanted = math.ceil(recipe.mix_in * parts.number(Part.TRAIN))
    if not wanted or recipe.method not in _MIXES:
        return parts
    known = {each.pair for each in parts.learned}
    held = {each.pair for each in parts.learned if each.part is not Part.TRAIN}
    prompts = {facts.prompt for facts in tx.gold.facts_of(held)}
    found: list[PairFacts] = []
    after = 0
    while page := tx.gold.of_origin("thumb_up", after, _PAGE):
        after = page[-1].id
        allowed = {each.number for each in candidates_of(tx, page) if permitted(each, choice.policy) is None}
        found += [each for each in page if each.id in allowed - known and each.prompt not in prompts]
    random.Random(recipe.seed).shuffle(found)
    some = [
        Learned(pair=each.id, part=Part.TRAIN, contribution=each.contribution, rejected_from=each.rejected_from)
        for each in found[:wanted]
    ]
    return replace(parts, learned=(*parts.learned, *some), mixed_in=len(some))


def _for_evaluation(tx: Transaction, pairs: Iterable[PairFacts]) -> set[int]:
    """Those of which all who gave them allow evaluation."""
    listed = list(pairs)
    keys = {(facts.contribution, facts.number) for facts in listed}
    others = tx.contributions.many({facts.rejected_from for facts in listed})
    keys |= {(gift.id, gift.latest) for gift in others.values()}
    allowed = {
        key[0] for key, revision in tx.contributions.revisions_among(keys).items()
        if Purpose.EVALUATION in revision.terms.purposes
    }  # fmt: skip
    return {facts.id for facts in listed if {facts.contribution, facts.rejected_from} <= allowed}


def _start(tx: Transaction, recipe: Recipe) -> Start:
    """The promoted model, if it is an adapter for the same base and all that it learned from is still here."""
    promoted = tx.models.promoted()
    if promoted is None:
        return Start(model=None, why="no model is promoted yet")
    if not recipe.continues:
        return Start(model=None, why="the recipe begins with the base each time")
    theirs = parse_recipe(promoted.recipe)
    if (theirs.base.model, theirs.lora) != (recipe.base.model, recipe.lora):
        return Start(model=None, why=f"{promoted.name} has another base or another size")
    learned: set[int] = set()
    for model in lineage_of(tx, promoted):
        here = tx.models.here(model.number)[Part.TRAIN]
        if len(here) < model.trained:
            gone = model.trained - len(here)
            return Start(model=None, why=f"{gone:,} of the pairs that {model.name} learned from were taken back")
        learned.update(here)
    return Start(model=promoted.number, learned=frozenset(learned))


def lineage_of(tx: Transaction, model: Model) -> list[Model]:
    """A model and those that it continues from, itself first."""
    found = [model]
    while found[-1].start is not None:
        before = tx.models.get(found[-1].start)
        if before is None:
            break
        found.append(before)
    return found


def _past(model: Model) -> Past:
    return Past(began=model.made, hours=float(model.facts.get("seconds", 0.0)) / 3600)


def _seconds(models: Iterable[Model], recipe: Recipe, pairs: int) -> float | None:
    """How long a run should take, by the last one of the same recipe; None where there was none."""
    for model in sorted(models, key=lambda model: model.number, reverse=True):
        if model.facts.get("seconds") and model.trained and parse_recipe(model.recipe).tag == recipe.tag:
            seconds, learning = float(model.facts["seconds"]), float(model.facts.get("learning_seconds", 0.0))
            return round(seconds - learning + learning / model.trained * pairs, 1)
    return None


def refuse_empty(plan: Plan) -> None:
    """Raise Refused, with what was left out by reason, where there is nothing to learn from."""
    if plan.parts.number(Part.TRAIN):
        return
    left_out = dict(plan.choice.left_out) | dict(plan.parts.left_out)
    why = "; ".join(f"{number:,} left out: {reason}" for reason, number in left_out.items())
    raise Refused(
        f"There is no pair that may be learned from. {why or 'No gold pair is here.'}", left_out=left_out
    )
