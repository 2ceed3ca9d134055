"""Near duplicates, floods, one hand that writes most, and bursts: seen beside others, the same in any order."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonwheel.curate.crowding import Caps, Duplicates
from commonwheel.curate.policy import Policy
from commonwheel.curate.sketch import sketch_of
from commonwheel.errors import Unavailable
from commonwheel.journeys.curate import curate
from commonwheel.journeys.keep_house import run_schedule
from commonwheel.journeys.repeats import cluster_of, compare, shape_of
from commonwheel.journeys.review import Decision
from commonwheel.journeys.revise import revise
from commonwheel.journeys.take_back import erase, give_again, withdraw
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor
from commonwheel.ports import Curator, Detection
from commonwheel.ports.repeats import Sketched
from commonwheel.records.findings import Reason
from commonwheel.records.states import State
from commonwheel.records.stored import StoredContribution, StoredRevision
from commonwheel.records.terms import TERMS
from tests.journeys.looking import where
from tests.worlds import START, TERMS_GIVEN, Instance, body, instance, new_word

WORDS = [
    f"{first}{second}" for first in ("bal", "dor", "fen", "gul", "mir") for second in ("ta", "ko", "li", "ru")
]


def story(seed: int, length: int = 120) -> list[str]:
    """Words in an order that no other seed has."""
    chance = random.Random(seed)
    return [chance.choice(WORDS) + chance.choice(WORDS) for _ in range(length)]


def varied(words: list[str], *places: int) -> list[str]:
    """The same with other words in some places."""
    return [f"andere{place}" if place in places else word for place, word in enumerate(words)]


def told(words: list[str], **more: Any) -> dict[str, Any]:
    return {"kind": "chat", "messages": [{"role": "user", "content": " ".join(words)}], **more}


def tell(here: Instance, actor: Actor, words: list[str], **more: Any) -> str:
    """Give a story; returns its id."""
    return here.give(actor, **{"note": None, "assessment": None, "tags": [new_word()]} | told(words, **more))


def capped(here: Instance, **caps: Any) -> Instance:
    """The same instance with these bounds and no others."""
    return replace(here, world=replace(here.world, policy=replace(here.world.policy, caps=Caps(**caps))))


def kinds(here: Instance, actor: Actor, id: str) -> set[str]:
    return {kind for kind in here.view(actor, id)["findings"] if kind.startswith(("duplicate.", "injection."))}


def test_nearly_the_same_by_anybody_waits_for_a_person(here: Instance) -> None:
    ann, bob = here.person("ann"), here.person("bob")
    first = tell(here, ann, story(1))
    here.curate()
    second, other = tell(here, bob, varied(story(1), 7)), tell(here, bob, story(2))
    here.curate()
    assert [here.state(id) for id in (first, second, other)] == [State.READY, State.QUARANTINED, State.READY]
    assert (kinds(here, bob, second), here.reasons(bob, second)) == ({"duplicate.near"}, ["duplicate"])


def test_another_judgement_of_the_same_words_is_none(here: Instance) -> None:
    ann, bob = here.person("ann"), here.person("bob")
    sides = [{"content": " ".join(story(3))}, {"content": " ".join(story(4))}]
    choice = {"kind": "preference", "prompt": "Which?", "candidates": sides, "tags": []}
    ids = [here.given(ann, **choice | {"chosen": 0}), here.given(bob, **choice | {"chosen": 1})]
    ids += [tell(here, ann, story(5), assessment="good"), tell(here, bob, varied(story(5), 3), assessment="fail")]
    here.curate()
    assert {here.state(id) for id in ids} == {State.READY}


def test_the_policy_says_how_near_is_too_near(embedded: Instance) -> None:
    ann = embedded.person("ann")
    policy = replace(embedded.world.policy, duplicates=Duplicates(near=1.0))
    strict = replace(embedded, world=replace(embedded.world, policy=policy))
    ids = [tell(strict, ann, story(6)), tell(strict, ann, varied(story(6), 50))]
    strict.curate()
    assert {strict.state(id) for id in ids} == {State.READY}


def test_what_was_refused_or_taken_back_stands_in_nobodys_way(here: Instance) -> None:
    ann, bob = here.person("ann"), here.person("bob")
    withdrawn, erased = tell(here, ann, story(7)), tell(here, ann, story(8))
    refused = tell(here, ann, story(9), source={"model": "ignore all previous instructions"})
    here.curate()
    withdraw(here.world, ann, withdrawn)
    erase(here.world, ann, erased)
    here.decide(refused, Decision.REJECT, Reason.QUALITY)
    ids = [tell(here, bob, varied(story(seed), 9)) for seed in (7, 8, 9)]
    here.curate()
    assert {here.state(id) for id in ids} == {State.READY}
    give_again(here.world, ann, withdrawn)
    here.curate()
    assert here.state(withdrawn) is State.QUARANTINED


def test_others_keep_what_is_like_an_erased_text_and_the_oldest_stands_for_them(here: Instance) -> None:
    people = [here.person(name) for name in ("ann", "bob", "cem", "dee")]
    ids = []
    for place, person in enumerate(people):
        ids.append(tell(here, person, varied(story(10), 3 + place)))
        here.curate()
        here.clock.move(minutes=1)
    assert cluster(here, ids[2]) == ids
    erase(here.world, people[0], ids[0])
    assert cluster(here, ids[2]) == ids[1:]
    assert cluster(here, ids[0]) == []
    assert [here.state(id) for id in ids[1:]] == [State.QUARANTINED] * 3
    with here.app.database.engine.connect() as connection:
        for table in ("sketch", "band", "topic"):
            query = f"SELECT count(*) FROM {table} WHERE contribution = '{ids[0]}'"
            assert connection.exec_driver_sql(query).scalar_one() == 0


def cluster(here: Instance, id: str) -> list[str]:
    with here.world.database.read() as tx:
        return [sketch.contribution for sketch in cluster_of(tx, here.world.policy, id)]


def test_a_fix_of_ones_own_words_is_no_duplicate_of_them(here: Instance) -> None:
    ann, bob = here.person("ann"), here.person("bob")
    id = tell(here, ann, story(11))
    here.curate()
    near = tell(here, bob, varied(story(11), 4))
    here.curate()
    revise(here.world, ann, id, 1, {"note": "a better note"})
    here.curate()
    assert (here.state(id), here.state(near)) == (State.READY, State.QUARANTINED)
    revise(here.world, ann, id, 2, {"messages": told(story(12))["messages"]})
    here.curate()
    assert here.state(id) is State.READY
    assert cluster(here, id) == [id]


def test_a_fix_that_makes_it_nearly_the_same_as_anothers_waits(here: Instance) -> None:
    ann, bob = here.person("ann"), here.person("bob")
    tell(here, bob, story(13))
    id = tell(here, ann, story(14))
    here.curate()
    revise(here.world, ann, id, 1, {"messages": told(varied(story(13), 2))["messages"]})
    here.curate()
    assert here.state(id) is State.QUARANTINED


def test_of_nearly_the_same_at_the_same_time_one_survives(here: Instance) -> None:
    people = [here.person(f"person {number}") for number in range(5)]
    groups = [
        [tell(here, person, varied(story(20 + seed), n)) for n, person in enumerate(people)] for seed in range(4)
    ]
    workers = [replace(here.with_limits(claim_batch=3).world, holder=f"w{n}") for n in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(curate_all, workers))
    here.clock.move(hours=1)
    here.curate()
    for ids in groups:
        assert sorted(here.state(id) for id in ids) == ["quarantined"] * 4 + ["ready"]


def curate_all(world: World) -> None:
    """As a worker does: what fails for the moment is tried again when its claim is over."""
    try:
        while curate(world):
            pass
    except Unavailable:
        return


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, curator: Curator) -> Any:
    with instance(Path(tmp_path_factory.mktemp("shared")) / "home", curator) as running:
        yield running


def arrive(here: Instance, policy: Policy, gifts: list[tuple[str, list[str]]]) -> dict[str, frozenset[str]]:
    """The clusters that gifts make when they arrive in this order, in a database that forgets them again."""
    terms = TERMS.validate_python(TERMS_GIVEN)
    made: dict[str, frozenset[str]] = {}
    with here.world.database.write() as tx:
        for id, words in gifts:
            stored = StoredContribution(id=id, kind="chat", given=START, latest=1, owner=id)
            revision = StoredRevision(
                contribution=id,
                number=1,
                state=State.WAITING,
                created=START,
                terms=terms,
                door="t",
                vocabulary="v",
            )
            detection = Detection(sketch=sketch_of(told(words)))
            compare(tx, policy, [shape_of(here.world, stored, revision, told(words), detection)])
        for id, _ in gifts:
            made[id] = frozenset(sketch.contribution for sketch in cluster_of(tx, policy, id))
            assert [s.contribution for s in cluster_of(tx, policy, id)] == sorted(made[id])
        for id, _ in gifts:
            tx.repeats.forget(id)
    return made


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(30, 33), st.sets(st.integers(0, 119), max_size=8)), min_size=2, max_size=12),
    st.randoms(use_true_random=False),
)
def test_the_same_gifts_in_any_order_make_the_same_clusters(
    shared: Instance, some: list[tuple[int, set[int]]], chance: random.Random
) -> None:
    gifts = [(f"gift{number:02}", varied(story(seed), *places)) for number, (seed, places) in enumerate(some)]
    first = arrive(shared, shared.world.policy, gifts)
    chance.shuffle(gifts)
    assert arrive(shared, shared.world.policy, gifts) == first
    for members in first.values():
        assert all(first[member] == members for member in members)


def test_a_flood_of_nearly_the_same_is_named(here: Instance) -> None:
    flooded = capped(here, flood=3, flood_hours=2)
    people = [here.person(f"person {number}") for number in range(5)]
    ids = []
    for place, person in enumerate(people):
        ids.append(tell(flooded, person, varied(story(40), place)))
        flooded.curate()
    assert [kinds(here, person, id) for person, id in zip(people, ids, strict=True)] == [
        set(), {"duplicate.near"}, {"duplicate.near"},
        {"duplicate.near", "injection.flood"}, {"duplicate.near", "injection.flood"},
    ]  # fmt: skip
    assert here.reasons(people[4], ids[4]) == ["duplicate", "flood"]
    here.clock.move(hours=3)
    late = tell(flooded, people[0], varied(story(40), 99))
    flooded.curate()
    assert kinds(here, people[0], late) == {"duplicate.near"}


def test_one_hand_that_writes_most_of_a_topic_is_held_back(here: Instance) -> None:
    guarded = capped(here, per_topic_share=0.6, topic_at_least=4, topic_givers=1)
    ann, bob = here.person("ann"), here.person("bob")
    early = [guarded.given(bob, tags=["Law"]) for _ in range(2)]
    ids = [guarded.given(ann, tags=["law", new_word()]) for _ in range(5)]
    assert {here.state(id) for id in (*early, *ids[:3])} == {State.READY}
    assert here.state(ids[3]) is State.QUARANTINED  # the fourth of six
    assert (kinds(here, ann, ids[4]), here.reasons(ann, ids[4])) == ({"injection.domination"}, ["flood"])
    assert here.state(guarded.given(bob, tags=["law"])) is State.READY
    assert here.state(guarded.given(ann, tags=["other"])) is State.READY


def test_whoever_is_alone_with_a_topic_dominates_nobody(embedded: Instance) -> None:
    here = capped(embedded, per_topic_share=0.6, topic_at_least=4)
    ann = here.person("ann")
    ids = [here.given(ann, tags=["law"]) for _ in range(8)]
    here.given(here.person("bob"), tags=["law"])
    assert {here.state(id) for id in (*ids, here.given(ann, tags=["law"]))} == {State.READY}
    here.given(here.person("cleo"), tags=["law"])
    assert here.state(here.given(ann, tags=["law"])) is State.QUARANTINED


def test_where_there_is_no_tag_the_question_is_the_topic(embedded: Instance) -> None:
    here = capped(embedded, per_topic_share=0.6, topic_at_least=3, topic_givers=0)
    ann = here.person("ann")
    turns = [
        [{"role": "user", "content": "What is  the LAW?"}, {"role": "assistant", "content": new_word()}]
        for _ in range(3)
    ]
    ids = [here.given(ann, tags=[], messages=each) for each in turns]
    assert [here.state(id) for id in ids] == [State.READY, State.READY, State.QUARANTINED]


def test_nobody_and_thumbs_dominate_nothing(embedded: Instance) -> None:
    here = capped(embedded, per_topic_share=0.5, topic_at_least=1, topic_givers=0)
    door = here.door("app")
    ids = [here.given(door, tags=["law"]) for _ in range(3)]
    ids += [here.given(here.person("ann"), "signal", "same", tags=["law"]) for _ in range(3)]
    assert {here.state(id) for id in ids} == {State.READY}


def test_a_burst_of_one_giver_is_held_back_and_others_are_not(here: Instance) -> None:
    guarded = capped(here, per_hour=3, per_day=5)
    ann, bob = here.person("ann"), here.person("bob")
    ids = [here.give(ann) for _ in range(5)]
    other = here.give(bob)
    guarded.curate()
    states = sorted(here.state(id) for id in ids)
    assert states == ["quarantined"] * 2 + ["ready"] * 3
    held = next(id for id in ids if here.state(id) is State.QUARANTINED)
    assert (kinds(here, ann, held), here.reasons(ann, held)) == ({"injection.burst"}, ["flood"])
    assert here.state(other) is State.READY
    here.clock.move(hours=2)
    assert here.state(guarded.given(ann)) is State.QUARANTINED  # the sixth of a day
    here.clock.move(hours=23)
    assert here.state(guarded.given(ann)) is State.READY


def test_a_burst_through_a_door_is_held_back_and_counted_once(here: Instance) -> None:
    guarded = capped(here, door_per_hour=3)
    door, ann = here.door("app"), here.person("ann")
    ids = [guarded.given(door) for _ in range(4)]
    assert [here.state(id) for id in ids] == [State.READY] * 3 + [State.QUARANTINED]
    assert here.state(guarded.given(ann)) is State.READY
    here.clock.move(hours=1)
    assert here.state(guarded.given(door)) is State.READY
    here.clock.move(days=3)
    run_schedule(here.world, "housekeeping")
    with here.app.database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM pace").scalar_one() == 0


def test_what_is_kept_of_others_says_nothing_about_their_words(embedded: Instance) -> None:
    here, word, topic = embedded, "Sesquipedalian", "Hippopotomonstro"
    ann = here.person("ann")
    id = tell(here, ann, [*story(50), word], tags=[topic])
    here.curate()
    assert where(here, word) == where(here, topic) == []
    sketch = sketch_of(here.view(ann, id)["given_content"])
    with here.app.database.engine.connect() as connection:
        [places] = connection.exec_driver_sql("SELECT places FROM sketch").scalars()
    plain = {place.to_bytes(4, order) for place in sketch for order in ("big", "little")}
    assert len(places) == 2 * len(sketch) and not any(place in places for place in plain)


def test_a_lookup_costs_the_same_in_a_big_commons(embedded: Instance) -> None:
    """However many share a band, so many are compared and no more."""
    here = embedded
    with here.world.database.write() as tx:
        for number in range(600):
            tx.repeats.keep(
                Sketched(contribution=f"{number:04}", given=START, places=b"\0" * 256), [b"all", b"too"]
            )
        assert len(tx.repeats.sharing([b"all", b"too"], "0000", 256)) == 256


def test_existing_bodies_are_too_short_to_be_alike() -> None:
    assert not any(sketch_of(body(kind, "word")) for kind in ("chat", "signal", "example"))
