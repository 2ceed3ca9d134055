"""People look through what was released: found by its words, and not any more once it is taken back."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonwheel.journeys.chores import do_chores
from commonwheel.journeys.explore import explore, facets, index_records, somewhere
from commonwheel.journeys.review import set_hold
from commonwheel.journeys.take_back import erase, withdraw
from commonwheel.people.tokens import Actor
from commonwheel.ports.exploring import Wanted
from commonwheel.records.states import State
from commonwheel.records.stored import Hold
from tests.journeys.looking import places
from tests.worlds import TERMS_GIVEN, Instance, new_word


def example(here: Instance, actor: Actor, text: str, **more: Any) -> str:
    """An example, ready to be released."""
    terms = TERMS_GIVEN | more.pop("terms", {})
    id = here.given(actor, "example", prompt=f"Tell me of {new_word()}.", ideal=text, terms=terms, **more)
    assert here.state(id) is State.READY, here.view(actor, id)
    return id


def cut(here: Instance) -> int:
    version = here.cut()
    do_chores(here.world, wait_for_lake=True)
    return version


def found(here: Instance, words: str = "", **wanted: Any) -> list[str]:
    """Ids, in order."""
    return [
        each.contribution for each in explore(here.world, Wanted(words=tuple(words.split()), **wanted), 0, 50)[0]
    ]


def test_what_is_released_is_found_by_its_words(here: Instance) -> None:
    ann = here.person("ann")
    bread = example(here, ann, "Knead the dough until it rests. Crème brûlée comes later.")
    tides = example(here, ann, "The moon pulls the sea, and the tides follow the moon.")
    assert found(here, "moon") == []
    cut(here)
    assert found(here, "moon") == found(here, "MOON sea") == found(here, "tid") == [tides]
    assert found(here, "dough moon") == []
    assert set(found(here)) == {bread, tides}
    assert found(here, "knead") == [bread]


@pytest.mark.parametrize("how", ["withdraw", "erase", "hold"])
def test_what_is_taken_back_is_not_found_from_that_moment_on(here: Instance, how: str) -> None:
    ann, word = here.person("ann"), new_word()
    id = example(here, ann, f"The {word} grows by the sea and nowhere else.")
    example(here, ann, "Something else that stays where it is.")
    cut(here)
    assert found(here, word) == [id]
    if how == "withdraw":
        withdraw(here.world, ann, id)
    elif how == "erase":
        erase(here.world, ann, id)
    else:
        set_hold(here.world, here.admin(), Hold(contribution=id, reason="strike", set_by="operator"))
    assert found(here, word) == [] and found(here) != []


def test_no_word_of_what_is_erased_stays_in_the_index(here: Instance) -> None:
    ann, word = here.person("ann"), new_word()
    id = example(here, ann, f"The {word} grows by the sea and nowhere else.")
    for number in range(30):
        example(here, ann, f"Number {number} is a number that {new_word()} has.")
    cut(here)
    assert word in places(here).get("words of the full-text index", word)
    erase(here.world, ann, id)
    here.finish()
    assert [name for name, text in places(here).items() if word in text] == []


def test_results_are_narrowed_down(here: Instance) -> None:
    ann = here.person("ann")
    plain = example(here, ann, "The moon is far away from here.")
    refused = example(here, ann, "The moon is quite near to here.", terms={"ai_pref": "train-ai=n"})
    free = example(here, ann, "The moon is neither of the two.", terms={"license": "CC0-1.0"})
    cut(here)
    assert found(here, "moon", facets={"learns": ["no"]}) == [refused]
    assert found(here, facets={"license": ["CC0-1.0"]}) == [free]
    assert set(found(here, facets={"learns": ["unstated", "no"], "license": ["CC-BY-4.0"]})) == {plain, refused}
    assert dict(facets(here.world)["license"]) == {"CC-BY-4.0": 2, "CC0-1.0": 1}
    assert dict(facets(here.world)["kind"]) == {"example": 3}


def test_an_older_release_is_looked_through_without_what_left_it(here: Instance) -> None:
    ann = here.person("ann")
    first = example(here, ann, "The first one speaks of the moon.")
    gone = example(here, ann, "The one that goes speaks of the moon.")
    assert cut(here) == 1
    second = example(here, ann, "The second one speaks of the moon.")
    cut(here)
    assert set(found(here, "moon", release=1)) == {first, gone}
    withdraw(here.world, ann, gone)
    cut(here)
    assert set(found(here, "moon")) == {first, second}


def test_what_may_not_be_displayed_is_not_found(here: Instance) -> None:
    ann = here.person("ann")
    example(here, ann, "Learn from this and show it to nobody.", terms={"purposes": ["training"]})
    shown = example(here, ann, "Learn from this, and show it to everybody.")
    cut(here)
    assert found(here, "learn") == [shown]


def test_a_random_walk_leads_to_what_stands(here: Instance) -> None:
    ann = here.person("ann")
    assert somewhere(here.world) is None
    ids = [example(here, ann, f"This is number {number} of some.") for number in range(6)]
    cut(here)
    for id in ids[:4]:
        withdraw(here.world, ann, id)
    assert {somewhere(here.world) for _ in range(20)} <= set(ids[4:])


def test_an_index_is_made_anew(here: Instance) -> None:
    ann = here.person("ann")
    id = example(here, ann, "The moon is made of green cheese.")
    version = cut(here)
    with here.world.database.write() as tx:
        tx.exploring.forget([each.row for each in explore(here.world, Wanted(), 0, 10)[0]])
    assert found(here, "cheese") == []
    for _ in range(2):
        index_records(here.world, version)
        assert found(here, "cheese") == [id]


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    words=st.text(max_size=30) | st.sampled_from(['"', "a OR b", "NEAR(", "a*", "-a", "col:a", "'", "& | !", "\0"])
)
def test_no_words_are_read_as_a_command(here: Instance, words: str) -> None:
    found(here, words)
    found(here, words, newest=True)
