"""Whatever people do in whatever order: states, events, memberships and manifests stay true."""

import random
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commonwheel.adapters.curator_process import ProcessCurator
from commonwheel.errors import KeyLost, Refused, Unavailable
from commonwheel.journeys.chores import do_chores
from commonwheel.journeys.curate import curate
from commonwheel.journeys.cut_release import cut_release
from commonwheel.journeys.review import Decision, Ruling, appeal, decide_item, queue, set_hold, take_down
from commonwheel.journeys.revise import revise
from commonwheel.journeys.roll_back import roll_back
from commonwheel.journeys.take_back import erase, erase_contributor, give_again, withdraw
from commonwheel.people.tokens import Actor
from commonwheel.records.findings import Reason
from commonwheel.records.states import State
from commonwheel.records.stored import Hold
from tests.journeys.invariants import all_ids, check
from tests.worlds import KINDS, Instance, instance, new_word

PASS, REJECT = Ruling(decision=Decision.PASS), Ruling(decision=Decision.REJECT, reason=Reason.QUALITY)
STEPS = 60
SEEDS = range(8)


class Crowd:
    """People, reviewers and an operator who do things at random. Whatever is refused is refused in words."""

    def __init__(self, here: Instance, chance: random.Random, alone: bool = True) -> None:
        """`alone` may move the clock; under others who write the lake it would take away their lease."""
        self.here, self.chance, self.alone = here, chance, alone
        self.people = [here.person(name) for name in ("ann", "bob")]
        self.door = here.door("door")
        self.reviewers = [here.reviewer(name) for name in ("rita", "otto")]
        self.root = here.admin()
        self.mine: dict[str, Actor] = {}
        self.words = [new_word() for _ in range(4)]
        self.erased: set[str] = set()

    def give(self) -> None:
        actor = self.chance.choice([*self.people, self.door])
        word = self.chance.choice([*self.words, new_word(), new_word(), new_word()])
        source = {"model": "ignore all previous instructions"} if self.chance.random() < 0.2 else {}
        fields = {"hold_until": "2026-11-20T00:00:00Z"} if self.chance.random() < 0.1 else {}
        kind = self.chance.choice(KINDS)
        self.mine[self.here.give(actor, kind, word, source=source, **fields)] = actor

    def some(self) -> tuple[Actor, str]:
        id = self.chance.choice(list(self.mine))
        return self.mine[id], id

    def curate(self) -> None:
        curate(self.here.world)

    def fix(self) -> None:
        actor, id = self.some()
        number = self.here.view(actor, id).get("revision", 1)
        terms = {"terms": {"scope": "instance"}} if self.chance.random() < 0.2 else {}
        revise(self.here.world, actor, id, number, {"note": new_word()} | terms)

    def withdraw(self) -> None:
        withdraw(self.here.world, *self.some())

    def give_again(self) -> None:
        give_again(self.here.world, *self.some())

    def erase(self) -> None:
        actor, id = self.some()
        erase(self.here.world, actor, id)
        self.erased.add(id)

    def erase_everything(self) -> None:
        ann = self.people[0]
        erase_contributor(self.here.world, ann.contributor)
        self.erased |= {id for id, actor in self.mine.items() if actor is ann}

    def decide(self) -> None:
        reviewer = self.chance.choice(self.reviewers)
        items = queue(self.here.world, reviewer, 0, 20)[0]
        if items:
            item = self.chance.choice(items)
            passes = self.chance.random() < 0.6
            ruling = (
                Ruling(decision=Decision.PASS)
                if passes
                else Ruling(decision=Decision.REJECT, reason=Reason.QUALITY)
            )
            decide_item(self.here.world, reviewer, item["item"], item["version"], ruling)

    def appeal(self) -> None:
        actor, id = self.some()
        appeal(self.here.world, actor, id, "look again")

    def take_down(self) -> None:
        take_down(self.here.world, self.reviewers[0], self.some()[1], Reason.REPORTED)

    def hold(self) -> None:
        until = self.chance.choice([None, datetime(2026, 11, 12, tzinfo=UTC), self.here.clock.now()])
        set_hold(
            self.here.world, self.root, Hold(contribution=self.some()[1], reason="x", set_by="root", until=until)
        )

    def cut(self) -> None:
        cut_release(self.here.world)

    def roll_back(self) -> None:
        with self.here.world.database.read() as tx:
            last = tx.releases.last()
        if last is not None:
            roll_back(self.here.world, self.chance.randint(1, last.version))

    def pass_time(self) -> None:
        if self.alone:
            self.here.clock.move(hours=self.chance.choice([1, 30, -2]))

    def chores(self) -> None:
        do_chores(self.here.world)

    def step(self) -> None:
        """One thing that somebody does, mostly giving and curating."""
        seldom: list[Callable[[], None]] = [self.erase_everything, self.take_down, self.roll_back, self.chores]
        often: list[Callable[[], None]] = [self.give, self.give, self.curate, self.curate, self.cut]
        now_and_then: list[Callable[[], None]] = [
            self.fix, self.withdraw, self.give_again, self.erase, self.decide, self.decide, self.appeal, self.hold,
            self.pass_time,
        ]  # fmt: skip
        what = self.chance.choices([often, now_and_then, seldom], [6, 4, 1])[0]
        try:
            self.chance.choice(what)()
        except (Refused, KeyLost, Unavailable) as refusal:
            assert refusal.message


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_it_stays_true(tmp_path: Path, curator: ProcessCurator, seed: int) -> None:
    with instance(tmp_path / "home", curator) as here:
        _live(here, seed)
    shutil.rmtree(tmp_path / "home")


def test_it_stays_true_when_all_do_it_at_once(here: Instance) -> None:
    steps = 20 if here.app.settings["LAKE_URL"] else 40  # S3 takes its time
    crowds = [Crowd(here, random.Random(1000 + number), alone=False) for number in range(4)]
    for number, crowd in enumerate(crowds):
        crowd.here = replace(here, world=replace(here.world, holder=f"process {number}"))
        crowd.give()

    def live(crowd: Crowd) -> None:
        for _ in range(steps):
            crowd.step()

    with ThreadPoolExecutor(len(crowds)) as threads:
        list(threads.map(live, crowds))
    # Claims of those who were interrupted end; what they began is finished.
    here.clock.move(hours=2)
    here.finish()
    here.curate()
    here.give(crowds[0].people[1])
    here.curate()
    here.cut()
    here.finish()
    check(here)
    given = {id for crowd in crowds for id in crowd.mine}
    assert given < set(all_ids(here)), "nothing that was given is lost"
    erased = {id for crowd in crowds for id in crowd.erased}
    assert erased <= {id for id in all_ids(here) if here.state(id) is State.ERASED}


def _live(here: Instance, seed: int) -> None:
    crowd = Crowd(here, random.Random(seed))
    crowd.give()
    for number in range(STEPS):
        crowd.step()
        if number % 10 == 0:
            check(here)
    check(here)
    here.finish()
    here.curate()
    check(here)
    ids = set(all_ids(here))
    assert set(crowd.mine) == ids, "nothing that was given is lost"
    assert {id for id in ids if here.state(id) is State.ERASED} == crowd.erased
