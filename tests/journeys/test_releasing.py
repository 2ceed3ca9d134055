"""Releases: who is in them, what happens in the middle of a cut, and the way back."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from commonwheel.errors import IllegalMove, LakeBusy, NotAllowed, NotFound
from commonwheel.journeys.cut_release import NothingToRelease, cut_release
from commonwheel.journeys.export_release import export_release
from commonwheel.journeys.leases import lake_lease
from commonwheel.journeys.read_release import difference, record_page, removals, verify
from commonwheel.journeys.review import set_hold, take_down
from commonwheel.journeys.revise import revise
from commonwheel.journeys.roll_back import roll_back
from commonwheel.journeys.take_back import erase, erase_contributor, withdraw
from commonwheel.ports import Lake, LakeErasure
from commonwheel.records.findings import Reason
from commonwheel.records.release import LakeRow
from commonwheel.records.states import State
from commonwheel.records.stored import Hold
from commonwheel.records.terms import Purpose
from commonwheel.release.formats import FORMATS
from commonwheel.release.select import Selection
from tests.journeys.crashing import Crash, CrashingDatabase
from tests.journeys.invariants import check
from tests.worlds import TERMS_GIVEN, Instance


def test_members_over_several_releases(here: Instance) -> None:
    ann, rita, root = here.person("ann"), here.reviewer(), here.admin()
    stays, leaves, fixed, held, down = (here.given(ann) for _ in range(5))
    assert here.members(here.cut()) == {stays, leaves, fixed, held, down}
    withdraw(here.world, ann, leaves)
    revise(here.world, ann, fixed, 1, {"note": "fixed"})
    set_hold(here.world, root, Hold(contribution=held, reason="strike", set_by="root", until=None))
    with pytest.raises(NotAllowed):
        set_hold(here.world, rita, Hold(contribution=stays, reason="strike", set_by="rita", until=None))
    take_down(here.world, rita, down, Reason.REPORTED)
    new = here.given(ann)
    assert here.members(here.cut()) == {stays, fixed, new}
    lifted = Hold(contribution=held, reason="strike", set_by="root", until=here.clock.now())
    set_hold(here.world, root, lifted)
    here.clock.move(seconds=1)
    assert here.members(here.cut()) == {stays, fixed, new, held}
    assert difference(here.world, 1, 3) == {"entered": [new], "left": sorted([leaves, down])}
    assert {removal.id: removal.release for removal in removals(here.world, 3)} == {leaves: 2, down: 2}
    assert here.members(1) == {stays, leaves, fixed, held}, (
        "a release stays as it was, but for what was taken down"
    )
    with pytest.raises(NothingToRelease):
        here.cut()
    check(here)


def test_buckets_are_by_license_and_preference(here: Instance) -> None:
    ann = here.person("ann")
    for terms in (
        {},
        {"license": "CC0-1.0"},
        {"ai_pref": "train-ai=n"},
        {"ai_pref": "train-ai=n;exceptions=cc-cr"},
    ):
        here.given(ann, terms=TERMS_GIVEN | terms)
    manifest = cut_release(here.world)
    assert {(seal.license, seal.ai_pref): seal.records for seal in manifest.buckets.values()} == {
        ("CC-BY-4.0", ""): 1,
        ("CC0-1.0", ""): 1,
        ("CC-BY-4.0", "train-ai=n"): 1,
        ("CC-BY-4.0", "train-ai=n;exceptions=cc-cr"): 1,
    }
    check(here)


def test_the_way_back_leaves_out_what_was_taken_back_since(here: Instance) -> None:
    ann, rita, root = here.person("ann"), here.reviewer(), here.admin()
    stays, erased, gone, held, down, fixed = (here.given(ann) for _ in range(6))
    here.cut()
    later = here.given(ann)
    here.cut()
    erase(here.world, ann, erased)
    withdraw(here.world, ann, gone)
    set_hold(here.world, root, Hold(contribution=held, reason="report", set_by="root"))
    take_down(here.world, rita, down, Reason.REPORTED)
    revise(here.world, ann, fixed, 1, {"note": "fixed"})
    here.curate()
    assert here.members(here.cut()) == {stays, fixed, later}
    assert here.members(roll_back(here.world, 1).version) == {stays, fixed}
    check(here)
    assert here.members(roll_back(here.world, 2).version) == {stays, fixed, later}
    for to, refusal in ((5, IllegalMove), (9, NotFound)):
        with pytest.raises(refusal):
            roll_back(here.world, to)
    check(here)


def test_what_is_for_here_alone_is_never_released(embedded: Instance) -> None:
    here = embedded
    ann = here.person("ann")
    here.given(ann, terms=TERMS_GIVEN | {"scope": "instance"})
    with pytest.raises(NothingToRelease):
        here.cut()
    other = here.given(ann)
    assert here.members(here.cut()) == {other}


def test_a_release_is_read_in_pages(here: Instance) -> None:
    ann = here.person("ann")
    ids = [here.give(ann) for _ in range(7)]
    here.curate()
    here.cut()
    withdraw(here.world, ann, ids[0])
    here.given(ann)
    here.cut()
    for version in (1, 2):
        seen, after, pages = [], 0, 0
        while True:
            page, cursor = record_page(here.world, version, after, 3, Selection())
            seen += [record["id"] for record in page]
            pages += 1
            if cursor is None:
                break
            after = cursor
        assert pages == 3 and len(seen) == 7 and set(seen) == here.members(version)


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_a_release_is_exported_in_every_format(embedded: Instance, tmp_path: Path, format: str) -> None:
    ann = embedded.person("ann")
    for kind in ("chat", "correction", "preference"):
        embedded.given(ann, kind)
    closed = embedded.given(ann, "correction", terms=TERMS_GIVEN | {"ai_pref": "train-ai=n"})
    embedded.cut()
    result = export_release(embedded.world, 1, format, tmp_path / "out")
    assert result.exported.files and all(file.is_file() for file in result.exported.files)
    text = b"".join(file.read_bytes() for file in result.exported.files if file.suffix == ".jsonl").decode()
    assert FORMATS[format].purpose is not Purpose.TRAINING or closed not in text


# What goes wrong in the middle -----------------------------------------------------------------------------------

Step = Callable[[str], None]


class WatchedLake:
    """The real lake, with something that happens before and after each thing that a cut does with it."""

    def __init__(self, inner: Lake, happens: Step) -> None:
        self._inner, self._happens = inner, happens

    def append(self, version: int, rows: Iterable[LakeRow]) -> None:
        self._happens("before append")
        self._inner.append(version, self._counted(rows))
        self._happens("after append")

    def _counted(self, rows: Iterable[LakeRow]) -> Iterator[LakeRow]:
        for number, row in enumerate(rows):
            if number == 1:
                self._happens("within append")
            yield row

    def appended(self) -> int:
        return self._inner.appended()

    def get(self, seqs: Collection[int]) -> list[LakeRow]:
        return self._inner.get(seqs)

    def compact(self) -> int:
        self._happens("before compaction")
        return self._inner.compact()

    def erase(self, seqs: Collection[int]) -> LakeErasure:
        return self._inner.erase(seqs)

    def scan(self, after: int = 0) -> Iterator[list[LakeRow]]:
        self._happens("before reading back")
        for batch in self._inner.scan(after):
            self._happens("after reading back")
            yield batch


PROGRESS = ("freeze", "publish", "seal")
MOMENTS = (
    *(f"{when} append" for when in ("before", "within", "after")),
    *(f"{when} reading back" for when in ("before", "after")),
    "before compaction",
    *PROGRESS,
)


def interrupted_cut(here: Instance, moment: str, happens: Callable[[], object]) -> None:
    """Cut a release in which something happens, once, at this moment."""
    left = [moment]

    def step(name: str) -> None:
        if name in left:
            left.remove(name)
            happens()

    world = replace(here.world, lake=WatchedLake(here.world.lake, step))
    try:
        cut_release(world, progress=lambda name, count: step(name))
    finally:
        assert not left, f"there was no such moment: {moment}"


def a_commons(here: Instance) -> tuple[list[str], list[str]]:
    """Three members of release 1, and three that wait for release 2."""
    ann = here.person("ann")
    old = [here.given(ann) for _ in range(3)]
    here.cut()
    return old, [here.given(ann) for _ in range(3)]


CHANGES = ("withdraw", "erase", "fix", "hold", "take down")
SEALED_BEFORE = ("seal", "before compaction")
"""Moments when the release is sealed already: a change takes effect with the next."""


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_in_the_middle_of_a_cut_wins(embedded: Instance, moment: str, change: str) -> None:
    here = embedded
    ann, rita, root = here.person("ann"), here.reviewer(), here.admin()
    old, new = a_commons(here)

    def happens() -> None:
        for id in (old[0], new[0]):
            if change == "withdraw":
                withdraw(here.world, ann, id)
            elif change == "erase":
                erase(here.world, ann, id)
            elif change == "fix":
                revise(here.world, ann, id, 1, {"note": "fixed"})
                here.curate()
            elif change == "hold":
                set_hold(here.world, root, Hold(contribution=id, reason="report", set_by="root"))
            elif here.state(id) in (State.READY, State.RELEASED):
                take_down(here.world, rita, id, Reason.REPORTED)

    interrupted_cut(here, moment, happens)
    if moment not in SEALED_BEFORE:
        assert here.members(2) == {*old[1:], *new[1:]}
    check(here)
    here.finish()
    check(here)
    if change == "hold":
        for id in (old[0], new[0]):
            lifted = Hold(contribution=id, reason="report", set_by="root", until=here.clock.now())
            set_hold(here.world, root, lifted)
        here.clock.move(seconds=1)
    here.given(ann)
    last = here.members(here.cut())
    back = {old[0], new[0]} if change in ("fix", "hold") else set()
    assert last & {*old, *new} == {*old[1:], *new[1:], *back}
    check(here)


def _crash() -> None:
    raise Crash


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_cut_that_crashed_is_finished_by_the_next(embedded: Instance, moment: str) -> None:
    _crash_and_cut_again(embedded, moment)


@pytest.mark.parametrize("changes", range(8))
def test_a_cut_that_crashed_between_its_changes_is_finished(embedded: Instance, changes: int) -> None:
    """The n-th change to the database is never made; the ones before it are."""
    here = embedded
    old, new = a_commons(here)
    crashes = replace(here.world, database=CrashingDatabase(here.world.database, changes))
    with pytest.raises(Crash):
        cut_release(crashes)
        cut_release(crashes)  # fewer changes than that make a release
    dead = here.world.holder
    here.given(here.person("bob"))
    last = cut_release(replace(here.world, holder="next:1:1", is_alive=lambda name: name != dead)).version
    assert here.members(last) >= {*old, *new}
    check(here)


def test_a_cut_that_crashed_is_finished_on_any_storage(here: Instance) -> None:
    _crash_and_cut_again(here, "after append")


def _crash_and_cut_again(here: Instance, moment: str) -> None:
    old, new = a_commons(here)
    with pytest.raises(Crash):
        interrupted_cut(here, moment, _crash)
    late = here.given(here.person("bob"))
    last = here.cut()
    if moment in SEALED_BEFORE:
        assert last == 3
    else:
        assert last == 2
        if here.state(late) is State.READY:
            here.cut()
    assert here.members(2) - {late} == {*old, *new}
    assert here.state(late) is State.RELEASED
    check(here)
    here.finish()
    check(here)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("change", ["withdraw", "erase", "erase everything"])
def test_a_change_after_a_crash_wins_too(embedded: Instance, moment: str, change: str) -> None:
    here = embedded
    ann = here.person("ann")
    old, new = a_commons(here)
    with pytest.raises(Crash):
        interrupted_cut(here, moment, _crash)
    gone = {old[0], new[0]}
    if change == "erase everything":
        erase_contributor(here.world, ann.contributor)
        gone = {*old, *new}
    else:
        for id in gone:
            (withdraw if change == "withdraw" else erase)(here.world, ann, id)
    here.finish()
    late = here.given(here.person("bob"))
    while here.state(late) is State.READY:
        here.cut()
    with here.world.database.read() as tx:
        last = tx.releases.last()
    assert last is not None
    assert here.members(last.version) == {*old, *new, late} - gone
    check(here)


def test_an_interrupted_rollback_takes_nothing_new_in(embedded: Instance) -> None:
    here = embedded
    old, _ = a_commons(here)
    here.cut()
    here.given(here.person("bob"))
    crashes = replace(here.world, lake=WatchedLake(here.world.lake, lambda name: _crash()))
    with pytest.raises(Crash):
        roll_back(crashes, 1)
    assert here.members(here.cut()) == set(old)
    check(here)


def test_one_process_writes_the_lake_and_others_are_told_who(here: Instance) -> None:
    a_commons(here)
    other = replace(here.world, holder="elsewhere:1:1")
    impatient = replace(here.world, limits=replace(here.world.limits, lake_wait=timedelta(0)))
    with lake_lease(other, "compacting"):
        with pytest.raises(LakeBusy, match="elsewhere:1:1 compacting"):
            cut_release(impatient)
        dead = replace(impatient, is_alive=lambda name: name != "elsewhere:1:1")
        assert cut_release(dead).version == 2
    check(here)


def test_the_lease_of_a_process_that_nobody_knows_ends_with_its_time(here: Instance) -> None:
    a_commons(here)
    with here.world.database.write() as tx:
        now = here.clock.now()
        tx.access.take_lease("lake", "elsewhere:1:1 x", now, now + here.world.limits.lake_lease)
    impatient = replace(here.world, limits=replace(here.world.limits, lake_wait=timedelta(0)))
    with pytest.raises(LakeBusy):
        cut_release(impatient)
    here.clock.move(days=-3)
    assert cut_release(impatient).version == 2


def test_a_release_that_somebody_changed_does_not_verify(here: Instance) -> None:
    old, _ = a_commons(here)
    assert verify(here.world, 1) == []
    with here.world.database.read() as tx:
        seqs = [row.seq for row in tx.releases.rows_of(old[0])]
    here.world.lake.erase(seqs)
    assert verify(here.world, 1) == [problem for problem in verify(here.world, 1) if "missing" in problem] != []
