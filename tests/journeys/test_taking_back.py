"""Somebody fixes, withdraws, gives again or erases what they gave."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from commonwheel.errors import IllegalMove, Invalid, KeyLost, NotFound, Stale
from commonwheel.journeys.contribute import Accepted
from commonwheel.journeys.keep_house import HOUSEKEEPING, run_schedule
from commonwheel.journeys.revise import merge, revise
from commonwheel.journeys.take_back import erase, erase_contributor, give_again, withdraw
from commonwheel.journeys.words import original
from commonwheel.records.states import MOVES, State
from tests.worlds import TERMS_GIVEN, Instance, body, new_word

STATES = [state for state in State if state is not State.ERASED]


def test_a_fix_takes_the_place_of_the_old_words(here: Instance) -> None:
    ann = here.person("ann")
    id = here.in_state(State.RELEASED, ann)
    assert revise(here.world, ann, id, 1, {"note": "much better", "tags": None}) == 2
    assert (here.state(id, 1), here.state(id, 2)) == (State.RELEASED, State.WAITING)
    here.curate()
    assert (here.state(id, 1), here.state(id, 2)) == (State.SUPERSEDED, State.READY)
    assert here.view(ann, id)["given_content"]["note"] == "much better"
    assert "tags" not in here.view(ann, id)["given_content"]
    assert here.members(here.cut()) == {id} == here.members(1)
    here.verify_all()


def test_two_fixes_of_the_same_reading_do_not_overwrite_each_other(here: Instance) -> None:
    ann = here.person("ann")
    id = here.given(ann)

    def fix(number: int) -> object:
        try:
            return revise(here.world, ann, id, 1, {"note": f"fix {number}"})
        except Stale as stale:
            return stale

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(fix, range(6)))
    assert outcomes.count(2) == 1
    assert sum(isinstance(outcome, Stale) for outcome in outcomes) == 5


@pytest.mark.parametrize(
    "patch", [{"kind": "trace"}, {"on_behalf_of": "bob"}, {"hold_until": None}, {"nothing": 1}]
)
def test_what_cannot_be_changed_is_refused(embedded: Instance, patch: dict[str, object]) -> None:
    ann = embedded.person("ann")
    id = embedded.given(ann)
    with pytest.raises(Invalid):
        revise(embedded.world, ann, id, 1, patch)


def test_patches_merge_as_the_standard_says() -> None:
    target = {"a": {"b": 1, "c": 2}, "d": [1, 2]}
    assert merge(target, {"a": {"b": None, "e": 3}, "d": "x"}) == {"a": {"c": 2, "e": 3}, "d": "x"}


def test_terms_that_become_narrower_leave_the_releases_to_come(here: Instance) -> None:
    ann = here.person("ann")
    id, other = here.in_state(State.READY, ann), here.in_state(State.READY, ann)
    here.cut()
    revise(here.world, ann, id, 1, {"terms": {"scope": "instance"}})
    here.curate()
    assert here.members(here.cut()) == {other}
    assert here.state(id) is State.READY
    here.verify_all()


@pytest.mark.parametrize("state", STATES)
def test_something_is_withdrawn_wherever_it_is(embedded: Instance, state: State) -> None:
    here = embedded
    ann = here.person("ann")
    other = here.given(ann)
    id = here.in_state(state, ann)
    if State.WITHDRAWN not in MOVES[state] and state is not State.SUPERSEDED:
        with pytest.raises(IllegalMove):
            withdraw(here.world, ann, id)
        return
    withdraw(here.world, ann, id)
    assert here.state(id) is State.WITHDRAWN
    if here.state(other) is not State.RELEASED:
        here.cut()
    here.given(ann)
    assert id not in here.members(here.cut())
    here.verify_all()


def test_something_withdrawn_is_given_again_and_curated_again(here: Instance) -> None:
    ann = here.person("ann")
    here.given(ann)
    id = here.in_state(State.RELEASED, ann)
    withdraw(here.world, ann, id)
    assert id not in here.members(here.cut())
    give_again(here.world, ann, id)
    assert here.state(id) is State.WAITING
    with pytest.raises(IllegalMove):
        give_again(here.world, ann, id)
    here.curate()
    assert id in here.members(here.cut())
    moves = [event["event"] for event in here.view(ann, id)["history"]]
    assert moves == ["given", "ready", "released", "withdrawn", "waiting", "ready", "released"]
    here.verify_all()


def test_what_was_given_by_somebody_else_meanwhile_is_a_duplicate(embedded: Instance) -> None:
    here = embedded
    ann, word = here.person("ann"), new_word()
    id = here.given(ann, word=word)
    withdraw(here.world, ann, id)
    theirs = here.given(here.person("bob"), word=word)
    give_again(here.world, ann, id)
    here.curate()
    assert (here.state(id), here.state(theirs)) == (State.REJECTED, State.READY)


def test_what_was_refused_long_ago_cannot_be_given_again(here: Instance) -> None:
    ann = here.person("ann")
    id = here.in_state(State.REJECTED, ann)
    here.clock.move(days=31)
    run_schedule(here.world, HOUSEKEEPING)
    with here.world.database.read() as tx:
        sealed = tx.contributions.content(id, 1)
        stored = tx.contributions.many([id])[id]
    with pytest.raises(KeyLost):
        original(here.world, stored.owner, id, 1, sealed)
    withdraw(here.world, ann, id)
    with pytest.raises(IllegalMove):
        give_again(here.world, ann, id)


@pytest.mark.parametrize("state", STATES)
def test_one_item_is_erased_wherever_it_is(embedded: Instance, state: State) -> None:
    here = embedded
    ann = here.person("ann")
    other = here.given(ann)
    id = here.in_state(state, ann)
    at = erase(here.world, ann, id)
    assert here.view(ann, id) == {"id": id, "state": "erased", "erased": at.isoformat()}
    assert erase(here.world, ann, id) == at
    here.finish()
    here.verify_all()
    here.given(ann)
    assert other in here.members(here.cut())
    here.verify_all()
    with pytest.raises(NotFound):
        withdraw(here.world, ann, id)


def test_everything_of_somebody_is_erased_and_nothing_of_others(here: Instance) -> None:
    ann, bob, door = here.person("ann"), here.person("bob"), here.door("door")
    mine = [here.in_state(state, ann) for state in STATES]
    theirs = {here.given(bob), here.given(door), here.given(door, on_behalf_of="ann")}
    here.cut()
    assert erase_contributor(here.world, ann.contributor) == len(STATES)
    here.finish()
    assert {here.state(id) for id in mine} == {State.ERASED}
    here.verify_all()
    last = here.cut()
    assert here.members(last) == theirs
    here.verify_all()
    assert erase_contributor(here.world, ann.contributor) == 0
    again = here.given(ann)
    assert here.state(again) is State.READY


def test_nobody_takes_back_what_others_gave(embedded: Instance) -> None:
    here = embedded
    ann, bob, rita = here.person("ann"), here.person("bob"), here.reviewer()
    id = here.given(ann)
    for stranger in (bob, rita, here.door("d")):
        for take in (
            lambda who: withdraw(here.world, who, id),
            lambda who: give_again(here.world, who, id),
            lambda who: erase(here.world, who, id),
            lambda who: revise(here.world, who, id, 1, {"note": "x"}),
        ):
            with pytest.raises(NotFound):
                take(stranger)
    assert here.state(id) is State.READY


def test_a_door_takes_back_what_it_gave_for_its_users(here: Instance) -> None:
    door = here.door("d")
    named, anonymous = here.given(door, on_behalf_of="u"), here.given(door)
    for id in (named, anonymous):
        withdraw(here.world, door, id)
        erase(here.world, door, id)
        assert here.state(id) is State.ERASED


def test_what_arrives_while_everything_is_erased_is_erased_or_readable(here: Instance) -> None:
    """Whatever is accepted in a race with the erasure of its giver can still be read, or is erased itself."""
    ann = here.person("ann")
    for _ in range(6):
        with ThreadPoolExecutor(5) as threads:
            giving = [threads.submit(here.offer, ann, **body("chat", new_word())) for _ in range(8)]
            erasing = threads.submit(erase_contributor, here.world, ann.contributor)
        erasing.result()
        for outcome in (each.result() for each in giving):
            assert isinstance(outcome, Accepted)
        here.finish()
        here.curate()
        with here.world.database.read() as tx:
            assert not tx.contributions.counts().get(State.WAITING)
            for id in tx.contributions.of_contributors([ann.contributor], None, 100):
                stored = tx.contributions.many([id])[id]
                assert original(here.world, stored.owner, id, 1, tx.contributions.content(id, 1))["kind"] == "chat"


def test_an_embargo_ends_by_itself(embedded: Instance) -> None:
    here = embedded
    ann = here.person("ann")
    here.given(ann)
    until = here.clock.now() + timedelta(days=2)
    id = here.given(ann, hold_until=until.isoformat(), terms=TERMS_GIVEN)
    here.cut()
    here.clock.move(days=1, hours=23)
    assert here.state(id) is State.READY
    here.clock.move(hours=2)
    assert id in here.members(here.cut())
