"""Every place that holds something of what people gave: how to find it there, and how it goes.

Erasure walks `COPIES`. A new place, be it an index, a cache or a mirror that we keep, goes on this list.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from commonwheel.journeys.moves import leave_releases
from commonwheel.journeys.world import World
from commonwheel.ports import Transaction
from commonwheel.records.states import State
from commonwheel.records.stored import Event, StoredContribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One place. `erase` takes part in the caller's transaction; what it cannot do there it leaves as a chore.

    `find` counts what the place holds of a contribution; nothing once an erasure and its chores are done.
    """

    name: str
    find: Callable[[World, str], int]
    erase: Callable[[World, Transaction, Sequence[StoredContribution], datetime], None]


def _in_database(world: World, id: str) -> int:
    with world.database.read() as tx:
        return tx.contributions.traces_of(id)


def _from_database(world: World, tx: Transaction, gifts: Sequence[StoredContribution], now: datetime) -> None:
    for gift in gifts:
        leave_releases(tx, gift.id)
        tx.gold.drop(gift.id)
        tx.contributions.bury(gift.id, now)
    tx.events.add([Event(name=State.ERASED, at=now, contribution=gift.id) for gift in gifts])
    tx.chores.add("scrub", {}, now)


def _in_lake(world: World, id: str) -> int:
    with world.database.read() as tx:
        seqs = [row.seq for row in tx.releases.rows_of(id)]
    return len(world.lake.get(seqs)) if seqs else 0


def _from_lake(world: World, tx: Transaction, gifts: Sequence[StoredContribution], now: datetime) -> None:
    seqs = [row.seq for gift in gifts for row in tx.releases.rows_of(gift.id)]
    if seqs:
        tx.chores.add("erase_rows", {"seqs": seqs}, now)


def _in_keys(world: World, id: str) -> int:
    return world.keys.count(id)


def _from_keys(world: World, tx: Transaction, gifts: Sequence[StoredContribution], now: datetime) -> None:
    """An anonymous gift has a key of its own; a person's key opens what else they gave."""
    for gift in gifts:
        if gift.contributor is None:
            world.keys.retire(gift.owner)
            tx.chores.add("destroy_key", {"owner": gift.owner}, now)


COPIES = (
    Copy(name="lake", find=_in_lake, erase=_from_lake),
    Copy(name="keys", find=_in_keys, erase=_from_keys),
    Copy(name="database", find=_in_database, erase=_from_database),
)
"""All places. The database comes last: the others are found by what it knows."""
