"""The run itself: examples go in, curves come out, and what is taken back meanwhile is not in what is kept."""

import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from typing import Any

import structlog

from commonwheel.errors import Misconfigured
from commonwheel.journeys.gold import members_of
from commonwheel.journeys.training_data import digest_of, examples_of
from commonwheel.journeys.world import World
from commonwheel.learn.recipe import parse_recipe
from commonwheel.ports import ModelFiles, Trainer, Transaction
from commonwheel.ports.training import RunFailed
from commonwheel.records.model import Learned, Model, Part, Step

log = structlog.get_logger()

_WRITE_EVERY, _LOOK_EVERY = 1.0, 3.0
"""Seconds between two writings of a curve, and between two looks at whether anything was taken back."""

Tell = Callable[[Step], None]


def trainer_of(world: World) -> Trainer:
    """The trainer. Raises Misconfigured where there is none."""
    if world.trainer is None:
        raise Misconfigured("This instance trains nothing.")
    return world.trainer


def files_of(world: World) -> ModelFiles:
    """Where models are kept. Raises Misconfigured where that is nowhere."""
    if world.model_files is None:
        raise Misconfigured("This instance keeps no models.")
    return world.model_files


class _Shrunk(Exception):
    """Something that is being learned from was taken back."""


def run(world: World, number: int, stop: Event, tell: Tell | None) -> None:
    """Learn, from a checkpoint where there is one, until an attempt ends with all that it began with.

    Raises RunFailed where there is no model in the end.
    """
    files = files_of(world)
    while True:
        model = _begin(world, files, number)
        if "files" in model.facts:
            return  # it ended, and was interrupted while it was measured
        with tempfile.TemporaryDirectory(prefix="commonwheel-run-") as folder:
            try:
                facts = _attempt(world, files, model, Path(folder), _Follower(world, model, stop, tell))
                if _here(world, model) < model.trained:
                    raise _Shrunk
            except _Shrunk:
                continue
            digests = files.keep(number, Path(folder))
        with world.database.write() as tx:
            tx.models.set(number, facts=dict(facts) | {"files": dict(digests)}, holder=None)
        return


def _begin(world: World, files: ModelFiles, number: int) -> Model:
    """The model as it is registered; where something was taken back since, from the start and without it."""
    with world.database.write() as tx:
        model = tx.models.get(number)
        assert model is not None, "it was registered"
        here = tx.models.here(number)
        gone = model.trained - len(here[Part.TRAIN])
        if gone:
            why = f"{gone} of its pairs were taken back: it begins anew without them"
            tx.models.note(number, world.clock.now(), "begins anew", why)
            tx.models.forget_steps(number)
            tx.models.replace_learned(number, _learned(tx, here))
            tx.models.set(number, trained=len(here[Part.TRAIN]), facts={})
            if model.start is not None:  # what it continues from has learned something that was taken back too
                tx.models.set(number, start=_start_still(tx, model))
            model = tx.models.get(number)
            assert model is not None
    if gone:
        log.info("run.anew", model=number, gone=gone)
        files.clear(number)
    if not model.trained:
        raise RunFailed("empty")
    return model


def _learned(tx: Transaction, here: Mapping[Part, list[int]]) -> list[Learned]:
    facts = {each.id: each for each in tx.gold.facts_of([id for ids in here.values() for id in ids])}
    return [
        Learned(pair=id, part=part, contribution=facts[id].contribution, rejected_from=facts[id].rejected_from)
        for part, ids in here.items()
        for id in ids
    ]


def _start_still(tx: Transaction, model: Model) -> int | None:
    """The model that it continues from, if all that that learned from is still here; else the base."""
    start = None if model.start is None else tx.models.get(model.start)
    if start is None or len(tx.models.here(start.number)[Part.TRAIN]) < start.trained:
        return None
    return start.number


def _here(world: World, model: Model) -> int:
    with world.database.read() as tx:
        return len(tx.models.here(model.number)[Part.TRAIN])


def _attempt(world: World, files: ModelFiles, model: Model, out: Path, follower: "_Follower") -> Mapping[str, Any]:
    recipe = parse_recipe(model.recipe)
    with world.database.read() as tx:
        pairs = tx.models.here(model.number)[Part.TRAIN]
        weights = dict(members_of(tx, model.gold))
    digest = digest_of(world, examples_of(world, pairs, weights))
    with world.database.write() as tx:
        tx.models.set(model.number, digest=digest)

    def learn(start: Path | None) -> Mapping[str, Any]:
        return trainer_of(world).train(
            recipe.method,
            model.recipe,
            examples_of(world, pairs, weights),
            processes=recipe.processes,
            start=start,
            work=files.workplace(model.number),
            out=out,
            follow=follower,
        )

    try:
        if model.start is None:
            return learn(None)
        with files.folder(model.start) as start:
            return learn(start)
    except RunFailed:
        if follower.shrunk:
            raise _Shrunk from None
        if follower.over:
            raise RunFailed("hours") from None
        raise
    finally:
        follower.write()


class _Follower:
    """Writes curves, and ends a run that took its time, is to stop, or learns from what was taken back."""

    def __init__(self, world: World, model: Model, stop: Event, tell: Tell | None) -> None:
        self.shrunk = self.over = False
        self._world, self._model, self._stop, self._tell = world, model, stop, tell
        self._steps: list[Step] = []
        self._last = 0
        self._written = self._looked = self._begun = time.monotonic()
        self._hours = parse_recipe(model.recipe).hours

    def __call__(self, step: Step) -> bool:
        """Whether to go on."""
        now = time.monotonic()
        if step.step > self._last:
            self._steps.append(step)
            self._last = step.step
            if self._tell is not None:
                self._tell(step)
        if now - self._written >= _WRITE_EVERY:
            self._written = now
            self.write()
        if now - self._looked >= _LOOK_EVERY:
            self._looked = now
            self.shrunk = _here(self._world, self._model) < self._model.trained
        self.over = now - self._begun > self._hours * 3600
        return not (self.shrunk or self.over or self._stop.is_set())

    def write(self) -> None:
        """What was heard and is not written yet."""
        if self._steps:
            with self._world.database.write() as tx:
                tx.models.add_steps(self._model.number, self._steps)
            self._steps = []
