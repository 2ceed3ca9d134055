"""The worker's day: it picks up promptly, waits out trouble, keeps house, and gives up on what ends it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from commonwheel.app import App, build
from commonwheel.collect.payloads import read_contribution
from commonwheel.errors import StorageFailed, Unavailable
from commonwheel.journeys.contribute import Accepted, Gift, contribute
from commonwheel.journeys.curate import curate
from commonwheel.journeys.keep_house import due_schedules, pause_releases, plan, run_schedule
from commonwheel.journeys.look_up import look_up
from commonwheel.journeys.sign_in import create_token, sign_in
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.settings import load_settings
from commonwheel.worker.loop import drain, look, run
from tests.cli.command import eventually


class SetClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, tzinfo=UTC)

    def now(self) -> datetime:
        """The time that was set."""
        return self.time


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """An embedded instance."""
    app = build(load_settings({"COMMONWHEEL_HOME": str(tmp_path / "home")}))
    yield app
    app.close()


@pytest.fixture
def ann(app: App) -> Actor:
    """Somebody who gives."""
    return sign_in(app.world, create_token(app.world, "ann", [TokenScope.CONTRIBUTE, TokenScope.READ]))


def give(world: World, actor: Actor, text: str) -> str:
    """Give a chat with one message; its id."""
    terms = b'"terms": {"license": "CC-BY-4.0", "consent": {"version": "1", "given": true}}'
    raw = b'{"kind": "chat", "messages": [{"role": "user", "content": "%s"}], %s}' % (text.encode(), terms)
    [outcome] = contribute(world, [Gift(actor=actor, given=read_contribution(raw), raw=raw)])
    assert isinstance(outcome, Accepted)
    return outcome.id


def state(world: World, actor: Actor, id: str) -> str:
    """The state that a contribution is in."""
    found: str = look_up(world, actor, id)["state"]
    return found


def test_it_picks_up_what_is_given_while_it_runs(app: App, ann: Actor) -> None:
    stop, sent = Event(), []
    worker = Thread(target=run, args=(app.world, 0, stop, lambda: sent.append(1)))
    worker.start()
    try:
        first = give(app.world, ann, "How long does rye bread keep?")
        eventually(lambda: state(app.world, ann, first) == "ready")
        second = give(app.world, ann, "And how long does wheat bread keep?")
        eventually(lambda: state(app.world, ann, second) == "ready")
    finally:
        stop.set()
        worker.join()
    assert not sent


def test_draining_empties_the_waiting_room_and_does_what_is_due(app: App, ann: Actor) -> None:
    ids = [give(app.world, ann, f"What is {number} times {number}?") for number in range(40)]
    curated, chores = drain(app.world, 3600)
    assert curated == 40 and chores == 1  # housekeeping
    assert {state(app.world, ann, id) for id in ids} == {"ready"}
    seen = look(app.world)
    assert not seen.waits and not seen.chores


class BrokenKeys:
    """A key store on a disk that fails for a while."""

    def __init__(self, world: World) -> None:
        self._keys, self.failures = world.keys, 3

    def open(self, owner: str, sealed: bytes, context: str) -> bytes:
        """Fails a few times."""
        if self.failures:
            self.failures -= 1
            raise StorageFailed
        return self._keys.open(owner, sealed, context)

    def __getattr__(self, name: str) -> object:
        return getattr(self._keys, name)


def test_trouble_with_the_storage_is_waited_out_and_is_nobodys_fault(app: App, ann: Actor) -> None:
    id = give(app.world, ann, "How long does rye bread keep?")
    broken = BrokenKeys(app.world)
    world = replace(app.world, keys=broken)  # type: ignore[arg-type]
    stop = Event()
    worker = Thread(target=run, args=(world, 0, stop, lambda: None))
    worker.start()
    try:
        eventually(lambda: state(app.world, ann, id) == "ready")
    finally:
        stop.set()
        worker.join()
    assert broken.failures == 0


class Killer:
    """A curator whose process, the worker, is ended by one text."""

    def detect(self, bodies: object) -> object:
        """As a kill looks from here: nothing after this is done."""
        raise Unavailable

    def close(self) -> None:
        """There is nothing to stop."""


def test_what_ends_every_worker_goes_to_a_person(app: App, ann: Actor) -> None:
    id = give(app.world, ann, "This one ends the worker.")
    clock = SetClock()
    clock.time = app.world.clock.now()
    world = replace(app.world, curator=Killer(), clock=clock)  # type: ignore[arg-type]
    for _ in range(world.limits.attempts):
        with pytest.raises(Unavailable):
            curate(world)
        clock.time += world.limits.claim + timedelta(seconds=1)
    assert curate(world) == 1
    view = look_up(world, ann, id)
    assert view["state"] == "quarantined"
    assert [reason["code"] for reason in view["verdict"]["reasons"]] == ["detector_failed"]


def test_releases_come_by_schedule_unless_paused(app: App, ann: Actor) -> None:
    clock = SetClock()
    world = replace(app.world, clock=clock)
    plan(world, 3600)
    assert due_schedules(world) == {"housekeeping"}
    run_schedule(world, "housekeeping")
    clock.time += timedelta(seconds=3600)
    assert due_schedules(world) == {"release"}
    pause_releases(world, paused=True)
    plan(world, 3600)
    assert due_schedules(world) == set()
    pause_releases(world, paused=False)
    give(world, ann, "How long does rye bread keep?")
    curate(world)
    run_schedule(world, "release")
    with world.database.read() as tx:
        assert [release.version for release in tx.releases.all()] == [1]
    assert due_schedules(world) == set()
    clock.time += timedelta(seconds=3600)
    run_schedule(world, "release")  # nothing to release is no trouble
    plan(world, 0)
    clock.time += timedelta(days=300)
    assert due_schedules(world) == {"housekeeping"}


def test_the_words_of_a_rejection_are_forgotten_after_the_appeal_window(app: App, ann: Actor) -> None:
    clock = SetClock()
    world = replace(app.world, clock=clock)
    give(world, ann, "How long does rye bread keep?")
    id = give(world, ann, "How long does rye bread keep?")
    curate(world)
    rejected = [each for each in (id,) if state(world, ann, each) == "rejected"] or [first_rejected(world, ann)]
    clock.time += world.limits.appeal_window - timedelta(seconds=1)
    run_schedule(world, "housekeeping")
    assert look_up(world, ann, rejected[0])["given_content"] is not None
    clock.time += timedelta(seconds=2)
    run_schedule(world, "housekeeping")
    view = look_up(world, ann, rejected[0])
    assert view["given_content"] is None and view["public_content"] is None


def first_rejected(world: World, actor: Actor) -> str:
    """The one of two equal gifts that came second in the queue."""
    with world.database.read() as tx:
        ids = tx.contributions.of_contributors([actor.contributor], None, 10)
    return next(id for id in ids if state(world, actor, id) == "rejected")
