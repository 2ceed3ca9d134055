"""The worker's day: look, curate, send for whatever needs the lake, look again."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

import structlog

from commonwheel.errors import Unavailable
from commonwheel.journeys.chores import do_chores
from commonwheel.journeys.curate import curate, free_dead_claims
from commonwheel.journeys.keep_house import (
    HOUSEKEEPING,
    RELEASE,
    TRAINING,
    due_schedules,
    plan,
    run_schedule,
)
from commonwheel.journeys.merged import FETCH
from commonwheel.journeys.take_back import finish_erasures
from commonwheel.journeys.train import worth_a_look
from commonwheel.journeys.world import World

log = structlog.get_logger()

_SHORTEST, _LONGEST = 0.05, 0.25
"""Seconds between two looks: soon after there was work, and later."""
_LONGEST_TROUBLE = 30.0
"""Seconds between two tries while the storage fails."""

FOR_THE_LAKE = frozenset({"erase_rows", "index_words", FETCH, RELEASE})
"""Work that loads what reads and writes the lake, or that takes as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What there is to do: whether something waits, and names of chores and schedules that are due."""

    waits: bool
    chores: frozenset[str]
    schedules: frozenset[str]

    @property
    def for_the_lake(self) -> bool:
        """Whether any of it needs the lake."""
        return bool((self.chores | self.schedules) & FOR_THE_LAKE)


def look(world: World) -> Look:
    """Only reads, through indexes: this is done many times a minute while nobody gives anything."""
    with world.database.read() as tx:
        waits, chores = tx.waiting.room(1) < 1, tx.chores.due(world.clock.now())
    return Look(waits=waits, chores=frozenset(chores), schedules=frozenset(due_schedules(world)))


def begin(world: World, release_every: int) -> None:
    """Make good what a crash or a restored backup left, and set the schedules."""
    free_dead_claims(world)
    again = finish_erasures(world)
    if again:
        log.info("erasures.finished", contributions=again)
    plan(world, release_every)


def drain(world: World, release_every: int) -> tuple[int, int]:
    """Empty the waiting room and do what is due; returns how many were curated, and how many chores done."""
    begin(world, release_every)
    curated = 0
    while number := curate(world):
        curated += number
    return curated, do_errands(world)


def do_errands(world: World) -> int:
    """Do everything that is due, lake included, but for training, which may take hours."""
    done = do_chores(world)
    for name in sorted(due_schedules(world) - {TRAINING}):
        run_schedule(world, name)
        done += 1
    return done + do_chores(world)


def run(
    world: World,
    release_every: int,
    stop: Event,
    send_for_lake: Callable[[], None],
    send_to_train: Callable[[], None] = lambda: None,
) -> None:
    """Work until `stop` is set. Trouble with the storage is told, waited out and never ends the worker.

    `send_for_lake` starts a process that does what needs the lake, unless one is at it: what the lake's
    library takes of memory goes back with that process, and a crash in it stops no curation. `send_to_train`
    does the same for a run, which curation, releases and erasures do not wait for.
    """
    pause, trouble, begun = _SHORTEST, 0.0, False
    while not stop.is_set():
        try:
            if not begun:
                begin(world, release_every)
                begun = True
            worked = _work(world, send_for_lake, send_to_train)
        except Unavailable as reason:
            trouble = min(max(2 * trouble, 0.5), _LONGEST_TROUBLE)
            log.warning("worker.waits", reason=reason.code, seconds=trouble)
            stop.wait(trouble * random.uniform(0.5, 1.0))
            _let_go(world, trouble)
            continue
        trouble = 0.0
        pause = _SHORTEST if worked else min(pause * 1.5, _LONGEST)
        if not worked:
            stop.wait(pause)


def _work(world: World, send_for_lake: Callable[[], None], send_to_train: Callable[[], None]) -> bool:
    seen = look(world)
    if TRAINING in seen.schedules and worth_a_look(world):
        send_to_train()
    if seen.for_the_lake:
        send_for_lake()
    elif seen.chores:
        do_chores(world)
    if HOUSEKEEPING in seen.schedules:
        run_schedule(world, HOUSEKEEPING)
    return seen.waits and curate(world) > 0


def _let_go(world: World, seconds: float) -> None:
    """What was claimed when the storage failed is claimed again later, by anybody."""
    try:
        with world.database.write() as tx:
            tx.waiting.give_up(world.holder, world.clock.now() + timedelta(seconds=seconds))
    except Unavailable as reason:
        log.warning("claims.kept", reason=reason.code)
