"""Server, worker, curation and commands are killed at random points; no promise is broken by it.

`make torture` repeats this many times. The seed is printed: TORTURE_SEED=… draws the same acts and kills.
"""

import os
import random
import secrets
import time
from collections import Counter
from pathlib import Path

import pytest

from commonwheel.app import App, build
from commonwheel.journeys.read_release import releases
from commonwheel.settings import load_settings
from tests.torture.instance import Instance, kill, until
from tests.torture.looking import faults, lake_twice, manifests_broken, words_in
from tests.torture.people import Giver, Operator, Promises

ROUNDS = int(os.environ.get("COMMONWHEEL_TORTURE_ROUNDS", "20"))
ROUNDS_IN_A_LIFE = 10
VICTIMS = {"server": 4, "worker": 3, "errand": 5, "curator": 2, "command": 4}
"""Who is killed, and how often in proportion."""


class Killer:
    """Kills a random process of an instance after a random time."""

    def __init__(self, instance: Instance, seed: str) -> None:
        self._instance = instance
        self._random = random.Random(seed)
        self.killed: list[str] = []

    def strike(self) -> None:
        """One kill. A server that was killed is started again; the others have somebody to do that."""
        kind = self._random.choices(list(VICTIMS), list(VICTIMS.values()))[0]
        end = time.monotonic() + 2
        while not (there := self._there(kind)) and time.monotonic() < end:
            time.sleep(0.02)
        # A command and an errand first spend a second on loading: later is when they are at work.
        time.sleep(self._random.uniform(0, 2.0 if kind in ("command", "errand") else 0.5))
        kind, there = (kind, there) if (there := self._there(kind)) else ("server", [])
        self.killed.append(kind)
        if kind == "server":
            self._instance.kill_server()
            time.sleep(self._random.uniform(0, 0.2))
            self._instance.start()
        else:
            kill(self._random.choice(there))

    def _there(self, kind: str) -> list[int]:
        return [found.pid for found in self._instance.processes() if found.kind == kind]


def settle(instance: Instance, app: App) -> None:
    """Wait until nothing is left to do."""

    def nothing_left() -> bool:
        with app.world.database.read() as tx:
            waits = tx.waiting.room(1) < 1
            return not waits and not any(
                tx.chores.pending(name) for name in ("erase_rows", "destroy_key", "scrub")
            )

    until(nothing_left, "the end of all work")
    done = instance.run("release", "cut")
    assert done.returncode == 0 or "nothing to cut" in done.stderr, done.stderr
    until(nothing_left, "the end of all work")


@pytest.mark.parametrize("life", range(-(-ROUNDS // ROUNDS_IN_A_LIFE)))
def test_no_promise_is_broken_by_a_kill(tmp_path: Path, life: int) -> None:
    seed = f"{os.environ.get('TORTURE_SEED') or secrets.randbelow(10**6)}-{life}"
    print(f"TORTURE_SEED={seed.partition('-')[0]}")
    instance = Instance(tmp_path, RELEASE_EVERY="2")
    try:
        rounds(instance, seed, min(ROUNDS_IN_A_LIFE, ROUNDS - life * ROUNDS_IN_A_LIFE))
    finally:
        instance.end()


def rounds(instance: Instance, seed: str, number: int) -> None:
    """One life of an instance: start, `number` rounds of killing, rest, and a look at everything."""
    instance.start()
    app = build(load_settings(instance.variables))
    promises = Promises()
    killer = Killer(instance, f"{seed}-killer")
    token = instance.token()
    givers = [Giver(instance.url, token, promises, f"{seed}-{each}") for each in range(2)]
    operator = Operator(instance, givers, f"{seed}-operator")
    everybody: list[Giver | Operator] = [*givers, operator]
    try:
        for person in everybody:
            person.start()
        for _ in range(number):
            killer.strike()
            assert faults(app, promises, settled=False) == [], killer.killed
            assert [person.failure for person in everybody if person.failure] == [], killer.killed
        for person in everybody:
            person.over.set()
        for person in everybody:
            person.join(90)
            assert not person.is_alive(), f"{person.name} is stuck"
            assert person.failure is None, killer.killed
        settle(instance, app)
        instance.stop()
        fates = Counter(item.fate for item in promises.items.values())
        print(f"killed {dict(Counter(killer.killed))}; given {dict(fates)}; releases {len(releases(app.world))}")
        look_at_everything(instance, app, promises)
    finally:
        for person in everybody:
            person.over.set()
        app.close()


def look_at_everything(instance: Instance, app: App, promises: Promises) -> None:
    """After the end of all processes: promises, states, releases, the lake, and every byte of the folder."""
    assert faults(app, promises, settled=True) == []
    assert manifests_broken(app, all_of_them=True) == []
    assert lake_twice(app) == []
    assert len(promises.items) > 5, "hardly anything was given: this tested nothing"
    everything = words_in(instance.home)
    log = instance.log_text().encode()
    assert [item.id for item in promises.items.values() if item.word.encode() in log] == []
    erased = [
        item.id for item in promises.items.values() if item.fate == "erased" and item.word.encode() in everything
    ]
    assert erased == [], "erased words are still in the folder"
    with app.world.database.read() as tx:
        public = {row.contribution for row in tx.releases.open_members()}
    if public:
        shown = [id for id in public if promises.items[id].word.encode() in everything]
        assert shown, "no released word was found: the search finds nothing at all"
