"""Erasure, tested by looking: what was said is found before, and nowhere after."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from commonwheel.adapters.keys import content_key
from commonwheel.adapters.sql.copies import KEPT, TABLES
from commonwheel.adapters.sql.schema import metadata
from commonwheel.app import PLACES
from commonwheel.errors import KeyLost
from commonwheel.journeys.chores import do_chores
from commonwheel.journeys.copies import COPIES
from commonwheel.journeys.review import appeal
from commonwheel.journeys.revise import revise
from commonwheel.journeys.take_back import erase, erase_contributor, finish_erasures, withdraw
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor
from commonwheel.records.states import State
from tests.journeys.crashing import Crash, CrashingDatabase, CrashingKeys
from tests.journeys.invariants import check
from tests.journeys.looking import all_text, files_of, lake_log, where
from tests.worlds import KINDS, Instance, new_word

UNUSUAL = 'ünwort"mit\\strich翼'


def test_what_is_not_released_is_nowhere_in_clear(here: Instance) -> None:
    """Also not before an erasure: what waits, is in question, was refused or fixed, or is for here alone."""
    ann, door = here.person("ann"), here.door("door")
    words = []
    for state in (State.WAITING, State.QUARANTINED, State.REJECTED, State.READY, State.WITHDRAWN):
        words.append(new_word())
        id = here.in_state(state, ann, word=words[-1])
        if state is State.REJECTED:
            words.append(new_word())
            appeal(here.world, ann, id, f"because {words[-1]}")
    for kind in KINDS:
        words.append(new_word())
        here.give(door, kind, words[-1], source={"conversation": f"talk {words[-1]}"})
    words.append(UNUSUAL)
    here.give(ann, word=UNUSUAL)
    for word in words:
        assert where(here, word) == []


@pytest.mark.parametrize("kind", KINDS)
def test_of_what_was_released_each_text_is_found_before_and_nowhere_after(embedded: Instance, kind: str) -> None:
    _erase_and_look(embedded, kind, UNUSUAL + new_word())


def test_nothing_is_left_on_any_storage(here: Instance) -> None:
    _erase_and_look(here, "chat", new_word())


def _erase_and_look(here: Instance, kind: str, word: str) -> None:
    """Through several releases, a fix, a compaction, and neighbors that stay."""
    ann, bob = here.person("ann"), here.person("bob")
    fixed, neighbor = new_word(), new_word()
    stays = here.given(bob, kind, neighbor)
    id = here.given(ann, kind, word)
    here.cut()
    other = here.given(ann, kind, new_word())
    here.cut()
    revise(here.world, ann, id, 1, {"note": f"now {fixed}"})
    here.curate()
    here.cut()
    here.world.lake.compact()
    for said in (word, fixed, neighbor):
        assert where(here, said), f"{said} is found before"
    erase(here.world, ann, id)
    assert all(id not in here.members(version) for version in (1, 2, 3))
    here.finish()
    assert where(here, word) == where(here, fixed) == []
    assert where(here, neighbor)
    assert {here.state(each) for each in (stays, other)} == {State.RELEASED}
    check(here)


def test_everything_of_somebody_in_every_state_is_gone(here: Instance) -> None:
    ann = here.person("ann")
    words = {state: new_word() for state in State if state is not State.ERASED}
    ids = [here.in_state(state, ann, word=word) for state, word in words.items()]
    kept = here.given(here.person("bob"))
    here.cut()
    withdraw(here.world, ann, ids[-3])
    assert where(here, words[State.RELEASED])
    with here.world.database.read() as tx:
        stored = tx.contributions.many(ids)
        sealed = {id: tx.contributions.content(id, 1) for id in ids}
    before = _wrapped_key(here, ann.contributor)
    assert _key_is_kept(here, before)
    erase_contributor(here.world, ann.contributor)
    here.finish()
    for word in words.values():
        assert where(here, word) == []
    for id in ids:
        for content in (sealed[id].original, sealed[id].redacted):
            assert content is None or not _opens(here.world, stored[id].owner, content, id)
    assert here.state(kept) is State.RELEASED
    assert not _key_is_kept(here, before)
    check(here)


def _wrapped_key(here: Instance, owner: str) -> bytes:
    with here.app.keys.engine.connect() as connection:
        query = select(content_key.c.wrapped).where(content_key.c.owner == owner)
        return bytes(connection.execute(query).scalar_one())


def _key_is_kept(here: Instance, wrapped: bytes) -> bool:
    """In the store or, where it is a file, in its free pages or its log."""
    with here.app.keys.engine.connect() as connection:
        kept = connection.execute(select(content_key).where(content_key.c.wrapped == wrapped)).first()
    return kept is not None or any(wrapped in path.read_bytes() for path in here.home.glob("keys.db*"))


def _opens(world: World, owner: str, sealed: bytes, id: str) -> bool:
    for form in ("original", "redacted"):
        try:
            world.keys.open(owner, sealed, f"{id}.1.{form}")
        except KeyLost:
            continue
        return True
    return False


def test_the_key_of_an_anonymous_gift_goes_with_it(here: Instance) -> None:
    door = here.door("door")
    id, other = here.given(door), here.given(door)
    with here.world.database.read() as tx:
        sealed, others = tx.contributions.content(id, 1), tx.contributions.content(other, 1)
    erase(here.world, door, id)
    here.finish()
    assert sealed.original is not None and others.original is not None
    assert not _opens(here.world, id, sealed.original, id)
    assert _opens(here.world, other, others.original, other)


def test_the_log_of_the_lake_does_not_tell_who_was_erased_together(here: Instance) -> None:
    ann, bob = here.person("ann"), here.person("bob")
    mine = []
    for _ in range(2):
        for _ in range(5):
            mine.append(here.give(ann))
            here.give(bob)
        here.curate()
        here.cut()
    assert all(id in all_text(here) for id in mine)
    erase_contributor(here.world, ann.contributor)
    here.finish()
    log = lake_log(here)
    assert log and "predicate" not in log
    assert not [id for id in mine if id in log]


# Interrupted -----------------------------------------------------------------------------------------------------


def _after_changes(number: int) -> Callable[[World], World]:
    return lambda world: replace(world, database=CrashingDatabase(world.database, number))


def _when_asked(name: str) -> Callable[[World], World]:
    return lambda world: replace(world, keys=CrashingKeys(world.keys, name))


INTERRUPTIONS = {
    **{f"after {number} changes": _after_changes(number) for number in range(3)},
    **{f"at {name}": _when_asked(name) for name in ("retire", "note_erasure", "destroy_retired", "scrub")},
}


def _everything(world: World, ann: Actor, door: Actor, anonymous: str) -> None:
    erase_contributor(world, ann.contributor)
    erase(world, door, anonymous)
    do_chores(world, wait_for_lake=True)


@pytest.mark.parametrize("interruption", INTERRUPTIONS)
def test_an_interrupted_erasure_is_finished(embedded: Instance, interruption: str) -> None:
    here = embedded
    ann, door = here.person("ann"), here.door("door")
    words = [new_word() for _ in range(3)]
    ids = [here.given(ann, word=words[0]), here.given(ann, word=words[1]), here.given(door, word=words[2])]
    here.cut()
    stays = here.given(here.person("bob"))
    with pytest.raises(Crash):
        _everything(INTERRUPTIONS[interruption](here.world), ann, door, ids[2])
    # What the next start of the worker does; then whoever was not answered asks again.
    finish_erasures(here.world)
    here.finish()
    check(here)
    with here.world.database.read() as tx:
        noted = [id for id in here.world.keys.erasures() if tx.contributions.many([id])]
    assert noted == [], "what was begun is finished without being asked again"
    if here.state(ids[0]) is State.ERASED:
        assert here.world.keys.retired() == []
    _everything(here.world, ann, door, ids[2])
    here.finish()
    assert [where(here, word) for word in words] == [[], [], []]
    assert here.world.keys.retired() == []
    assert here.state(stays) is State.READY
    check(here)


# The lists that erasure walks ------------------------------------------------------------------------------------


def test_every_table_is_erased_from_or_says_why_not() -> None:
    assert TABLES.keys() | KEPT.keys() == set(metadata.tables.values())
    assert not TABLES.keys() & KEPT.keys()


def test_every_column_that_can_name_a_contribution_is_on_the_list() -> None:
    for table, columns in TABLES.items():
        names = ("contribution", "rejected_from", "failure", "row", "rowid")
        naming = {column for column in table.columns if column.name in names}
        assert set(columns) == naming, table.name


def test_everything_in_the_data_folder_belongs_to_a_place(embedded: Instance) -> None:
    embedded.given(embedded.person("ann"))
    embedded.cut()
    assert files_of(embedded.home) <= PLACES.keys()
    assert {place for place in PLACES.values() if place} == {copy.name for copy in COPIES}


@pytest.mark.parametrize("state", [state for state in State if state is not State.ERASED])
def test_every_place_finds_before_and_nothing_after(embedded: Instance, state: State) -> None:
    _find_erase_and_find(embedded, state)


def test_every_place_finds_on_any_storage(here: Instance) -> None:
    _find_erase_and_find(here, State.RELEASED)


def _find_erase_and_find(here: Instance, state: State) -> None:
    door = here.door("door")
    id = here.in_state(state, door)
    found = {copy.name: copy.find(here.world, id) for copy in COPIES}
    assert found["database"] and found["keys"]
    assert bool(found["lake"]) == (state in (State.RELEASED, State.SUPERSEDED))
    erase(here.world, door, id)
    here.finish()
    assert {copy.name: copy.find(here.world, id) for copy in COPIES} == dict.fromkeys(found, 0)
