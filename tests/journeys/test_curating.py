"""The worker curates: claims come back, verdicts name their reason, nothing fails open."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from commonwheel.adapters.curator_process import ProcessCurator
from commonwheel.curate.scan import Detector
from commonwheel.errors import Unavailable
from commonwheel.journeys.curate import curate, free_dead_claims
from commonwheel.journeys.take_back import erase, withdraw
from commonwheel.journeys.world import World
from commonwheel.ports import Curator, Detection
from commonwheel.records.body import Body
from commonwheel.records.findings import Finding
from commonwheel.records.states import State
from tests.worlds import Instance, new_word


def _breaks(bodies: Sequence[Body]) -> list[list[Finding]]:
    raise RuntimeError("no")


def _hangs(bodies: Sequence[Body]) -> list[list[Finding]]:
    time.sleep(60)
    return [[] for _ in bodies]


BREAKS = (Detector(name="breaks", version="1", detect=_breaks),)
HANGS = (Detector(name="hangs", version="1", detect=_hangs),)


@pytest.mark.parametrize(("detectors", "reason"), [("BREAKS", "detector_failed"), ("HANGS", "detector_timeout")])
def test_a_detector_that_gives_no_answer_quarantines(
    embedded: Instance, monkeypatch: pytest.MonkeyPatch, detectors: str, reason: str
) -> None:
    root = Path(__file__).resolve().parents[2]
    monkeypatch.setenv("PYTHONPATH", f"{root}:{root / 'src'}")
    curator = ProcessCurator(timeout=1.0, detectors=f"{__name__}:{detectors}")
    try:
        ann = embedded.person("ann")
        id = embedded.give(ann)
        assert curate(replace(embedded.world, curator=curator)) == 1
    finally:
        curator.close()
    assert embedded.state(id) is State.QUARANTINED
    assert embedded.reasons(ann, id) == [reason]


def test_where_everything_is_reviewed_nothing_passes_by_itself(embedded: Instance) -> None:
    strict, ann = embedded.with_policy("review-everything"), embedded.person("ann")
    id = strict.given(ann)
    assert strict.state(id) is State.QUARANTINED
    assert strict.reasons(ann, id) == ["everything_is_reviewed"]


class Interrupted:
    """Detects, and lets something happen before it answers."""

    def __init__(self, inner: Curator, meanwhile: Callable[[], object]) -> None:
        self._inner, self._meanwhile = inner, meanwhile

    def detect(self, bodies: Sequence[Body]) -> list[Detection]:
        found = self._inner.detect(bodies)
        self._meanwhile()
        return found

    def close(self) -> None:
        """The inner one is shared."""


class WorkerDied(Exception):
    """The worker's process ends here."""


def _die() -> None:
    raise WorkerDied


def test_the_claim_of_a_dead_worker_comes_back(here: Instance) -> None:
    ann = here.person("ann")
    ids = [here.give(ann) for _ in range(3)]
    dead = replace(here.world, holder="elsewhere:1:1", curator=Interrupted(here.world.curator, _die))
    with pytest.raises(WorkerDied):
        curate(dead)
    assert curate(here.world) == 0
    free_dead_claims(replace(here.world, is_alive=lambda name: True))
    assert curate(here.world) == 0
    free_dead_claims(replace(here.world, is_alive=lambda name: name != "elsewhere:1:1"))
    assert curate(here.world) == 3
    assert {here.state(id) for id in ids} == {State.READY}


def test_a_claim_ends_with_its_time_also_when_the_clock_goes_backwards(here: Instance) -> None:
    ann = here.person("ann")
    for hours in (0.1, -48):
        id = here.give(ann)
        dead = replace(here.world, holder="elsewhere:1:1", curator=Interrupted(here.world.curator, _die))
        with pytest.raises(WorkerDied):
            curate(dead)
        assert curate(here.world) == 0
        here.clock.move(hours=hours)
        assert curate(here.world) == 1
        assert here.state(id) is State.READY


def test_a_slow_worker_whose_claim_went_to_another_does_nothing(embedded: Instance) -> None:
    here = embedded
    ann = here.person("ann")
    id = here.give(ann)
    other = replace(here.world, holder="elsewhere:2:2")

    def too_slow() -> None:
        here.clock.move(hours=1)
        assert curate(other) == 1

    curate(replace(here.world, curator=Interrupted(here.world.curator, too_slow)))
    assert [event["event"] for event in here.view(ann, id)["history"]] == ["given", "ready"]


def test_what_is_taken_back_while_it_is_curated_stays_taken_back(embedded: Instance) -> None:
    here = embedded
    ann = here.person("ann")
    withdrawn, erased, other = here.give(ann), here.give(ann), here.give(ann)

    def meanwhile() -> None:
        withdraw(here.world, ann, withdrawn)
        erase(here.world, ann, erased)

    curate(replace(here.world, curator=Interrupted(here.world.curator, meanwhile)))
    assert [here.state(id) for id in (withdrawn, erased, other)] == [State.WITHDRAWN, State.ERASED, State.READY]


def test_of_the_same_given_at_the_same_time_one_survives(here: Instance) -> None:
    people = [here.person(f"person {number}") for number in range(6)]
    words = [new_word() for _ in range(4)]
    ids = {word: [here.give(person, word=word) for person in people] for word in words}
    workers = [replace(here.with_limits(claim_batch=5).world, holder=f"w{n}") for n in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(curate_all, workers))
    here.clock.move(hours=1)
    here.curate()
    for several in ids.values():
        states = sorted(here.state(id) for id in several)
        assert states == ["ready", *["rejected"] * 5]
        turned_away = next(n for n, id in enumerate(several) if here.state(id) is State.REJECTED)
        assert here.reasons(people[turned_away], several[turned_away]) == ["duplicate"]


def curate_all(world: World) -> None:
    """As a worker does: what fails for the moment is tried again when its claim is over."""
    try:
        while curate(world):
            pass
    except Unavailable:
        return


def test_thumbs_are_never_duplicates(embedded: Instance) -> None:
    ann = embedded.person("ann")
    ids = [embedded.given(ann, "signal", "same") for _ in range(2)]
    assert {embedded.state(id) for id in ids} == {State.READY}
