"""Which model serves: a candidate is promoted, or the last promotion is taken back. Both move a pointer."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import structlog

from commonwheel.errors import Conflict, NotFound, Refused
from commonwheel.journeys.world import World
from commonwheel.learn.gate import Answer
from commonwheel.ports import Transaction
from commonwheel.records.model import Model, ModelState

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverted:
    """What served, and what serves now: None is the base alone."""

    before: Model
    now: Model | None
    untold: Sequence[str]


def promote(world: World, number: int, by: str, why: str = "", *, anyway: bool = False) -> Model:
    """Let a candidate serve. The one before it is superseded, in the same transaction.

    Raises Refused where the gate does not say promote, unless `anyway` and with a reason.
    """
    now = world.clock.now()
    with world.database.write() as tx:
        model, before = _known(tx, number), tx.models.promoted()
        answer = None if model.report is None else model.report["gate"]["answer"]
        if answer != Answer.PROMOTE and not (anyway and why):
            raise Refused(
                f"The gate says {answer or 'nothing yet'} of m{number}. Whoever knows better promotes it anyway, "
                "and says why.",
                answer=answer,
            )
        served = None if before is None else before.number
        if (
            answer == Answer.PROMOTE
            and model.report is not None
            and model.report["against"] != served
            and not anyway
        ):
            raise Conflict(
                f"m{number} was compared with another model than the one that serves now: 'commonwheel evaluate "
                f"{number}' compares it anew."
            )
        if before is not None:
            tx.models.move(before, ModelState.SUPERSEDED, now, by, f"by m{number}")
        tx.models.move(model, ModelState.PROMOTED, now, by, why)
        done = _known(tx, number)
    log.info("model.promoted", model=number, before=served)
    announce(world, done, before)
    return done


def revert(world: World, by: str, why: str = "") -> Reverted:
    """Take the last promotion back: the model before serves again, or the base where there was none."""
    now = world.clock.now()
    with world.database.write() as tx:
        before = tx.models.promoted()
        if before is None:
            raise NotFound("No model is promoted: the base serves.")
        tx.models.move(before, ModelState.REVERTED, now, by, why)
        earlier = _superseded_by(tx, before.number)
        if earlier is not None:
            tx.models.move(earlier, ModelState.PROMOTED, now, by, f"m{before.number} was reverted")
            earlier = _known(tx, earlier.number)
    log.info("model.reverted", model=before.number, serves=None if earlier is None else earlier.number)
    return Reverted(before=before, now=earlier, untold=announce(world, earlier, before))


def announce(world: World, model: Model | None, before: Model | None) -> Sequence[str]:
    """Tell whoever serves models; what could not be told is logged and returned, and stops nothing."""
    if world.herald is None:
        return ()
    with ExitStack() as open:
        folder = None
        if model is not None and world.model_files is not None:
            folder = open.enter_context(world.model_files.folder(model.number))
        untold = world.herald.announce(model, folder, before)
    for each in untold:
        log.warning("model.untold", model=None if model is None else model.number, where=each)
    return untold


def _known(tx: Transaction, number: int) -> Model:
    model = tx.models.get(number)
    if model is None:
        raise NotFound(f"There is no model m{number}.")
    return model


def _superseded_by(tx: Transaction, number: int) -> Model | None:
    """The model that served before one, if it still stands as superseded by it."""
    for model in tx.models.all():
        last = model.history[-1] if model.history else {}
        if model.state is ModelState.SUPERSEDED and last.get("why") == f"by m{number}":
            return model
    return None
