"""A run, from gold to a candidate with a report: plan, learn, measure, and ask the gate."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Event

import structlog

from commonwheel.errors import Misconfigured, Refused, Unavailable
from commonwheel.journeys.evaluate_model import evaluate
from commonwheel.journeys.gold import build_gold, last_version
from commonwheel.journeys.keep_house import TRAINING, set_due
from commonwheel.journeys.leases import training_lease
from commonwheel.journeys.plan_training import Plan, plan_training, recipe_in_force, refuse_empty
from commonwheel.journeys.promote import promote
from commonwheel.journeys.run_training import Tell, files_of, run, trainer_of
from commonwheel.journeys.world import World
from commonwheel.learn.gate import Answer, parse_gate, read_gate
from commonwheel.learn.gold_policy import parse_gold_policy, read_gold_policy
from commonwheel.ports import Transaction
from commonwheel.ports.training import RunFailed
from commonwheel.records.model import Model, ModelState, Part

log = structlog.get_logger()

_BY_ITSELF = "trigger"
_AFTER_TROUBLE = timedelta(hours=1)


def train_if_due(
    world: World, *, by: str = _BY_ITSELF, stop: Event | None = None, tell: Tell | None = None
) -> Model | None:
    """Go on with a run that was interrupted, or begin one where it is due; None where it is not."""
    with world.database.read() as tx:
        interrupted = is_interrupted(tx)
    if interrupted or not plan_training(world).reasons:
        return train(world, by=by, stop=stop, tell=tell)
    return None


def train(world: World, *, by: str, stop: Event | None = None, tell: Tell | None = None) -> Model:
    """Train a candidate, measure it, and promote it where the gate says so and may.

    A run that was interrupted goes on from its last checkpoint. Raises Refused where there is nothing to learn
    from, RunUnderWay where another process trains, RunFailed where the run ends without a model.
    """
    trainer_of(world).ready()
    with training_lease(world):
        model = _interrupted(world) or _register(world, by)
        try:
            run(world, model.number, stop or Event(), tell)
        except RunFailed as failed:
            if failed.reason != "stopped":
                _fail(world, model.number, failed)
            raise
        evaluate(world, model.number)
        files_of(world).clear(model.number)
    return _decide(world, model.number)


def worth_a_look(world: World) -> bool:
    """Whether a run may be due, or one was interrupted: cheap, and never False where one is.

    Where not, or where the settings name what cannot be used, the next look is put off.
    """
    try:
        recipe_in_force(world)
        text = read_gold_policy(world.gold_policy)
        least = parse_gold_policy(text).trigger.pairs
        with world.database.read() as tx:
            last = last_version(tx)
            upto = last.upto if last is not None and last.policy == text else 0
            had = max((model.gold for model in tx.models.all() if model.state is not ModelState.FAILED), default=0)
            members = sum(number for came, _, number in tx.gold.spans() if came > had)
            if members + tx.gold.behind(upto) >= least or is_interrupted(tx):
                return True
    except (Refused, Misconfigured) as reason:
        log.warning("run.not", reason=reason.code)
        set_due(world, TRAINING, _AFTER_TROUBLE)
        return False
    set_due(world, TRAINING, None)
    return False


def is_interrupted(tx: Transaction) -> bool:
    """Whether a run has begun and has not ended."""
    return any(model.state is ModelState.TRAINING for model in tx.models.all())


def train_round(world: World, stop: Event) -> None:
    """What comes round by itself: a run where one is due. After one that cannot be, it rests for a while."""
    try:
        train_if_due(world, stop=stop)
    except (Refused, Misconfigured, Unavailable) as reason:
        log.warning("run.not", reason=reason.code)
        set_due(world, TRAINING, _AFTER_TROUBLE)
    else:
        set_due(world, TRAINING, None)


def _interrupted(world: World) -> Model | None:
    """A run whose process is gone: who holds the lease is alone."""
    with world.database.write() as tx:
        found = next((model for model in tx.models.all() if model.state is ModelState.TRAINING), None)
        if found is not None:
            tx.models.set(found.number, holder=world.holder)
            tx.models.note(found.number, world.clock.now(), "goes on", "it was interrupted")
    return found


def _register(world: World, by: str) -> Model:
    """The model that is to be, with what it learns from, before anything is learned."""
    plan = plan_training(world)
    refuse_empty(plan)
    gold = build_gold(world, by, f"for a run of {plan.recipe.tag}")
    now = world.clock.now()
    held_out = plan.parts.number(Part.BY_CONTRIBUTOR, Part.BY_TIME)
    with world.database.write() as tx:
        number = max((model.number for model in tx.models.all()), default=0) + 1
        model = Model(
            number=number,
            state=ModelState.TRAINING,
            recipe=plan.text,
            start=plan.start.model,
            gold=gold.number,
            made=now,
            made_by=by,
            holder=world.holder,
            trained=plan.parts.number(Part.TRAIN),
            held_out=held_out,
            left_out=dict(plan.choice.left_out) | dict(plan.parts.left_out),
            history=(_begun(plan, now, by),),
        )
        tx.models.add(model, plan.parts.learned)
    log.info("run.begun", model=number, gold=gold.number, pairs=model.trained)
    return model


def _begun(plan: Plan, now: datetime, by: str) -> Mapping[str, str]:
    why = f"from m{plan.start.model}" if plan.start.model else f"from the base: {plan.start.why}"
    return {"at": now.isoformat(), "what": "training", "by": by, "why": why}


def _fail(world: World, number: int, failed: RunFailed) -> None:
    """The registry says that there is no model, and why."""
    with world.database.write() as tx:
        model = tx.models.get(number)
        assert model is not None, "it was registered"
        now = world.clock.now()
        seconds = (now - model.made).total_seconds()
        tx.models.set(number, facts=dict(model.facts) | {"seconds": seconds, "failed": failed.reason}, holder=None)
        tx.models.move(model, ModelState.FAILED, now, "", failed.message)
    log.warning("run.failed", model=number, reason=failed.reason)


def _decide(world: World, number: int) -> Model:
    """Promote what the gate lets pass, where it may do that by itself."""
    with world.database.read() as tx:
        model = tx.models.get(number)
    assert model is not None and model.report is not None, "it was measured"
    answer = model.report["gate"]["answer"]
    log.info("run.ended", model=number, answer=answer)
    if answer == Answer.PROMOTE and parse_gate(read_gate(world.gate)).promotes:
        return promote(world, number, "gate", "the gate lets it pass")
    return model
