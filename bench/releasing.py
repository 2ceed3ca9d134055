"""Cutting into a small and a large commons, and erasing a person's records from the large one."""

import json
import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from bench.sut import chat
from commonwheel.app import App, build
from commonwheel.journeys.chores import do_chores
from commonwheel.journeys.cut_release import cut_release
from commonwheel.journeys.read_release import verify
from commonwheel.journeys.take_back import erase_contributor
from commonwheel.journeys.words import seal
from commonwheel.people.identity import new_id
from commonwheel.records.findings import Action, Verdict
from commonwheel.records.preference import VOCABULARY
from commonwheel.records.states import State
from commonwheel.records.stored import StoredContribution, StoredRevision
from commonwheel.records.terms import TERMS
from commonwheel.settings import load_settings

SMALL = 5_000
_NEW = 1_000
_CUTS = 3
_RELEASES = 10
_TOGETHER = 1000
_PASSED = Verdict(action=Action.PASS, policy="bench@1")


def cutting_and_erasing(folder: Path, large: int = 500_000) -> dict[str, Any]:
    """Times of cutting 1,000 new records into both, as a ratio; and of erasing ten from the large one."""
    small = _open(folder / "small")
    _seed(small, SMALL)
    cut_release(small.world)
    in_small = _cuts(small)
    small.close()

    big = _open(folder / "large")
    person = big.world.identity.contributor("bench", "the one who leaves")
    for _ in range(_RELEASES):
        _seed(big, large // _RELEASES - 1)
        _seed(big, 1, person)
        cut_release(big.world)
    in_large = _cuts(big)
    erasing, erased = _erase(big, person)
    problems = verify(big.world, _RELEASES)
    big.close()
    return {
        "records": large,
        "cut_small_s": in_small,
        "cut_large_s": in_large,
        "large_to_small": in_large / in_small,
        "erase_ten_s": erasing,
        "erased": erased,
        "verifies": not problems,
    }


def _open(home: Path) -> App:
    return build(load_settings({"COMMONWHEEL_HOME": str(home)}))


def _cuts(app: App) -> float:
    """The median of a few cuts of 1,000 new records each."""
    times = []
    for _ in range(_CUTS):
        _seed(app, _NEW)
        start = time.perf_counter()
        cut_release(app.world)
        times.append(time.perf_counter() - start)
    return sorted(times)[_CUTS // 2]


def _erase(app: App, person: str) -> tuple[float, dict[str, int]]:
    """Everything that `commonwheel erase --contributor` does; also what was rewritten."""
    lake = app.lake
    rewritten: dict[str, int] = {}
    erase = lake.erase

    def counting(seqs: Any) -> Any:
        done = erase(seqs)
        rewritten.update(rows=done.rows, files=done.files_rewritten, bytes=done.bytes_rewritten)
        return done

    do_chores(app.world, wait_for_lake=True)  # what the cuts left to do is not the erasure's
    lake.erase = counting  # type: ignore[method-assign]
    start = time.perf_counter()
    erase_contributor(app.world, person)
    do_chores(app.world, wait_for_lake=True)
    return time.perf_counter() - start, rewritten


def _seed(app: App, count: int, contributor: str | None = None) -> None:
    giver = contributor or app.world.identity.contributor("bench", "many")
    seed_ready(app, giver, (json.loads(chat(int(new_id()[:12], 16))) for _ in range(count)))


def seed_ready(app: App, giver: str, given: Iterable[dict[str, Any]]) -> None:
    """Records as curation leaves them: ready, with their redacted form sealed."""
    world, bodies = app.world, iter(given)
    world.keys.ensure({giver})
    while gifts := [_ready(app, giver, body) for body in islice(bodies, _TOGETHER)]:
        with world.database.write() as tx:
            tx.contributions.add([(stored, revision, sealed) for stored, revision, sealed in gifts], [])
            for stored, _, sealed in gifts:
                tx.contributions.set_curated(stored.id, 1, _PASSED, (), sealed)


def _ready(app: App, giver: str, body: dict[str, Any]) -> tuple[StoredContribution, StoredRevision, bytes]:
    world, id, now = app.world, new_id(), app.world.clock.now()
    terms = TERMS.validate_python(body.pop("terms"))
    stored = StoredContribution(id=id, kind=body["kind"], given=now, latest=1, owner=giver, contributor=giver)
    revision = StoredRevision(
        contribution=id,
        number=1,
        state=State.READY,
        created=now,
        terms=terms,
        door="bench",
        vocabulary=VOCABULARY,
    )
    return stored, revision, seal(world, giver, id, 1, "redacted", body)
