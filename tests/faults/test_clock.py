"""The clock goes backwards: nothing is stuck, nothing is lost, nothing is let go too early."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commonwheel.app import App
from commonwheel.journeys.chores import do_chores
from commonwheel.journeys.contribute import Accepted, Gift, contribute
from commonwheel.journeys.curate import curate
from commonwheel.journeys.cut_release import NothingToRelease, cut_release
from commonwheel.journeys.keep_house import RELEASE, due_schedules, plan, run_schedule
from commonwheel.journeys.leases import lake_lease
from commonwheel.journeys.read_release import releases, verify
from commonwheel.journeys.take_back import erase
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.records.body import CONTRIBUTION
from tests.torture.people import TERMS

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class MovableClock:
    """A `ports.Clock` that shows what it is told to."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def world(app: App, clock: MovableClock) -> World:
    return replace(app.world, clock=clock)


ANN = Actor(token="t", subject="ann", scopes=frozenset({TokenScope.ADMIN}), contributor="a" * 32)


def give(world: World, key: str | None = None, **more: object) -> Accepted:
    body = {
        "kind": "chat",
        "messages": [{"role": "user", "content": f"Hello {key} {more}"}],
        "terms": TERMS,
    } | more
    [outcome] = contribute(
        world, [Gift(actor=ANN, given=CONTRIBUTION.validate_python(body), raw=b"same", key=key)]
    )
    assert isinstance(outcome, Accepted)
    return outcome


def test_what_a_lost_worker_claimed_is_claimed_again(world: World, clock: MovableClock) -> None:
    give(world)
    with world.database.write() as tx:
        assert tx.waiting.claim("lost worker", clock.now(), world.limits.claim, 10)
    clock.time -= DAY
    assert curate(world) == 1


def test_a_claim_of_now_is_kept(world: World, clock: MovableClock) -> None:
    give(world)
    with world.database.write() as tx:
        assert tx.waiting.claim("another worker", clock.now(), world.limits.claim, 10)
    clock.time -= timedelta(seconds=0)
    assert curate(world) == 0


def test_a_lease_from_the_future_does_not_stop_the_lake(world: World, clock: MovableClock) -> None:
    with world.database.write() as tx:
        tx.access.take_lease(
            "lake", "another machine:1:2 cutting", clock.now(), clock.now() + world.limits.lake_lease
        )
    clock.time -= DAY
    with lake_lease(world, "looking", wait=False):
        pass


def test_a_hold_holds_and_ends_by_the_clock_there_is(world: World, clock: MovableClock) -> None:
    give(world, hold_until=NOON + timedelta(hours=1))
    give(world, "other")
    curate(world)
    clock.time -= DAY
    assert cut_release(world).records == 1
    clock.time += 2 * DAY
    assert cut_release(world).records == 2


def test_a_key_is_remembered(world: World, clock: MovableClock) -> None:
    first = give(world, "key")
    clock.time -= DAY
    again = give(world, "key")
    assert (again.repeated, again.answer) == (True, first.answer)


def test_releases_go_on_and_verify(world: World, clock: MovableClock) -> None:
    for number in range(3):
        give(world, f"key {number}")
        curate(world)
        cut_release(world)
        clock.time -= DAY
    assert [manifest.version for _, manifest in releases(world)] == [1, 2, 3]
    assert [verify(world, version) for version in (1, 2, 3)] == [[], [], []]
    with pytest.raises(NothingToRelease):
        cut_release(world)


def test_an_erasure_is_finished_at_once(world: World, clock: MovableClock) -> None:
    id = json.loads(give(world).answer)["id"]
    curate(world)
    cut_release(world)
    erase(world, ANN, id)
    clock.time -= DAY
    with world.database.read() as tx:
        assert "erase_rows" in tx.chores.due(clock.now())
    do_chores(world)
    assert [row.id for batch in world.lake.scan() for row in batch] == []


def test_scheduled_releases_go_on(world: World, clock: MovableClock) -> None:
    plan(world, 3600)
    clock.time += timedelta(hours=2)
    assert RELEASE in due_schedules(world)
    run_schedule(world, RELEASE)
    assert RELEASE not in due_schedules(world)
    clock.time -= DAY
    assert RELEASE in due_schedules(world)
