"""One process writes the lake at a time: the lease, kept alive while it is needed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from commonwheel.errors import LakeBusy, Unavailable
from commonwheel.journeys.world import World

LEASE = "lake"
_POLL = 0.1


@contextmanager
def lake_lease(world: World, doing: str, *, wait: bool = True) -> Iterator[None]:
    """Hold the lake's lease; LakeBusy, naming the holder, where another process keeps it too long."""
    holder = f"{world.holder} {doing}"
    _take(world, holder, wait)
    stop = Event()
    keeper = Thread(target=_keep, args=(world, holder, stop), name="lake-lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()
        with world.database.write() as tx:
            tx.access.end_lease(LEASE, holder)


def _take(world: World, holder: str, wait: bool) -> None:
    deadline = time.monotonic() + (world.limits.lake_wait.total_seconds() if wait else 0)
    while True:
        owner = _try(world, holder)
        if owner == holder:
            return
        if not world.is_alive(owner.split(" ")[0]):
            with world.database.write() as tx:
                tx.access.end_lease(LEASE, owner)
        elif time.monotonic() >= deadline:
            raise LakeBusy(f"The lake is held by {owner}. Try again when it has finished.", holder=owner)
        else:
            Event().wait(_POLL)


def _try(world: World, holder: str) -> str:
    now = world.clock.now()
    with world.database.write() as tx:
        return tx.access.take_lease(LEASE, holder, now, now + world.limits.lake_lease)


def _keep(world: World, holder: str, stop: Event) -> None:
    """Extend the lease at a third of its time. One that cannot be extended just ends later."""
    while not stop.wait(world.limits.lake_lease.total_seconds() / 3):
        try:
            _try(world, holder)
        except Unavailable:
            continue
