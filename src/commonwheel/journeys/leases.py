"""One process at a time: a lease, kept alive while it is needed, for the lake and for training."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Event, Thread

from commonwheel.errors import LakeBusy, RunUnderWay, Unavailable
from commonwheel.journeys.world import World

LAKE, TRAINING = "lake", "training"
_POLL = 0.1


def lake_lease(world: World, doing: str, *, wait: bool = True) -> AbstractContextManager[None]:
    """Hold the lake's lease; LakeBusy, naming the holder, where another process keeps it too long."""
    patience = world.limits.lake_wait.total_seconds() if wait else 0

    def busy(owner: str) -> Unavailable:
        return LakeBusy(f"The lake is held by {owner}. Try again when it has finished.", holder=owner)

    return _lease(world, LAKE, doing, patience, busy)


def training_lease(world: World) -> AbstractContextManager[None]:
    """Hold the lease of who trains; RunUnderWay where another process does."""

    def busy(owner: str) -> Unavailable:
        return RunUnderWay(f"A run is under way: {owner}. 'commonwheel models' shows how far it is.", holder=owner)

    return _lease(world, TRAINING, "training", 0, busy)


@contextmanager
def _lease(
    world: World, name: str, doing: str, patience: float, busy: Callable[[str], Unavailable]
) -> Iterator[None]:
    holder = f"{world.holder} {doing}"
    _take(world, name, holder, patience, busy)
    stop = Event()
    keeper = Thread(target=_keep, args=(world, name, holder, stop), name=f"{name}-lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()
        with world.database.write() as tx:
            tx.access.end_lease(name, holder)


def _take(world: World, name: str, holder: str, patience: float, busy: Callable[[str], Unavailable]) -> None:
    deadline = time.monotonic() + patience
    while True:
        owner = _try(world, name, holder)
        if owner == holder:
            return
        if not world.is_alive(owner.split(" ")[0]):
            with world.database.write() as tx:
                tx.access.end_lease(name, owner)
        elif time.monotonic() >= deadline:
            raise busy(owner)
        else:
            Event().wait(_POLL)


def _try(world: World, name: str, holder: str) -> str:
    now = world.clock.now()
    with world.database.write() as tx:
        return tx.access.take_lease(name, holder, now, now + world.limits.lake_lease)


def _keep(world: World, name: str, holder: str, stop: Event) -> None:
    """Extend the lease at a third of its time. One that cannot be extended just ends later."""
    while not stop.wait(world.limits.lake_lease.total_seconds() / 3):
        try:
            _try(world, name, holder)
        except Unavailable:
            continue
