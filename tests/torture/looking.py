"""Looks at what is really there after processes died, and says what must not be so."""

from collections import Counter, defaultdict
from pathlib import Path

import pyarrow.parquet as pq
from sqlalchemy import select

from commonwheel.adapters.sql import schema as t
from commonwheel.app import App
from commonwheel.journeys.read_release import releases, verify
from commonwheel.records.states import MOVES, State
from tests.torture.people import Item, Promises

MOVING = frozenset(State) - {State.ERASED}


def faults(app: App, promises: Promises, *, settled: bool) -> list[str]:
    """What is wrong in the database, measured by what was promised. `settled`: nobody is at work any more."""
    with promises.lock:
        items = dict(promises.items)
        found = list(promises.broken)
    with app.database.engine.connect() as connection:
        gone = set(
            connection.execute(select(t.contribution.c.id).where(t.contribution.c.erased.is_not(None))).scalars()
        )
        all_ids = set(connection.execute(select(t.contribution.c.id)).scalars())
        states: dict[str, dict[int, str]] = defaultdict(dict)
        for row in connection.execute(select(t.revision.c.contribution, t.revision.c.number, t.revision.c.state)):
            states[row.contribution][row.number] = row.state
        events = connection.execute(
            select(t.event.c.contribution, t.event.c.number, t.event.c.name)
            .where(t.event.c.name.in_([*MOVING, "given", "revised"]))
            .order_by(t.event.c.seq)
        ).all()
        contents = set(connection.execute(select(t.content.c.contribution)).scalars())
        rows = connection.execute(
            select(t.row, t.membership.c.entered, t.membership.c.left).join_from(
                t.row, t.membership, t.row.c.seq == t.membership.c.seq
            )
        ).all()
    found += _promises_broken(items, all_ids, gone, states, settled)
    found += [f"{id} has no words" for id in states if id not in contents]
    found += [f"{id} is erased and has revisions" for id in gone & set(states)]
    found += _illegal_moves(states, [tuple(event) for event in events])
    found += _released_twice([(row.contribution, row.number, row.entered, row.left) for row in rows])
    return found


def _promises_broken(
    items: dict[str, Item], all_ids: set[str], gone: set[str], states: dict[str, dict[int, str]], settled: bool
) -> list[str]:
    found = []
    for id, item in items.items():
        if id not in all_ids:
            found.append(f"{id} was acknowledged and is lost")
        elif item.fate == "erased" and id not in gone:
            found.append(f"{id} was erased and is back")
        elif settled and item.fate != "erased" and id in gone:
            found.append(f"{id} was never erased and is gone")
        elif settled and id in states:
            latest = max(states[id])
            if latest != item.revision:
                found.append(f"{id} has revision {latest}, acknowledged was {item.revision}")
            if (item.fate == "withdrawn") != (states[id][latest] == State.WITHDRAWN):
                found.append(f"{id} is {states[id][latest]}, and was promised to be {item.fate}")
    if settled and all_ids != set(items):
        found.append(f"{len(all_ids - set(items))} gifts are stored twice or were never acknowledged")
    return found


def _illegal_moves(states: dict[str, dict[int, str]], events: list[tuple[str, int, str]]) -> list[str]:
    """Each revision's events are a path through the table of moves, and end in the state it is in."""
    found = []
    at: dict[tuple[str, int], State] = {}
    for id, number, name in events:
        if id not in states:
            continue
        before = at.get((id, number))
        if name in ("given", "revised"):
            if before is not None:
                found.append(f"{id}.{number} began twice")
            at[(id, number)] = State.WAITING
            continue
        state = State(name)
        if before is None or state not in MOVES[before]:
            found.append(f"{id}.{number} went from {before} to {state}")
        at[(id, number)] = state
    for id, numbers in states.items():
        for number, state_now in numbers.items():
            if state_now not in set(State):
                found.append(f"{id}.{number} is in no state: {state_now}")
            if at.get((id, number)) != state_now:
                found.append(f"{id}.{number} is {state_now}, its events say {at.get((id, number))}")
    return found


def _released_twice(members: list[tuple[str, int, int, int | None]]) -> list[str]:
    """In any release a contribution is there once, in one revision."""
    found = []
    last = max((entered for _, _, entered, _ in members), default=0)
    for version in range(1, last + 1):
        there = Counter(
            id for id, _, entered, left in members if entered <= version and (left is None or left > version)
        )
        found += [f"{id} is {times} times in release {version}" for id, times in there.items() if times > 1]
    return found


def manifests_broken(app: App, *, all_of_them: bool) -> list[str]:
    """What `verify` says of the releases, or of the newest."""
    versions = [release.version for release, _ in releases(app.world)]
    return [
        f"release {version}: {words}"
        for version in (versions if all_of_them else versions[-1:])
        for words in verify(app.world, version)
    ]


def lake_twice(app: App) -> list[str]:
    """Row numbers, and revisions that are members now, are in the lake once."""
    rows = [(row.seq, row.id, row.revision) for batch in app.lake.scan() for row in batch]
    seqs = Counter(seq for seq, _, _ in rows)
    with app.world.database.read() as tx:
        members = {row.seq for row in tx.releases.open_members()}
    current = Counter((id, revision) for seq, id, revision in rows if seq in members)
    return [f"row {seq} is {times} times in the lake" for seq, times in seqs.items() if times > 1] + [
        f"{id}.{revision} is {times} times in the lake" for (id, revision), times in current.items() if times > 1
    ]


def words_in(folder: Path) -> bytes:
    """Everything in the files of a folder: their bytes, and of Parquet files every value."""
    found = bytearray()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found += path.read_bytes() + b"\n"
            if path.suffix == ".parquet":
                found += repr(pq.read_table(path).to_pylist()).encode()
    return bytes(found)
