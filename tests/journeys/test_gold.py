"""Versions of gold: built from what is allowed, rolled back without what was taken back, cleaned of poison."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from commonwheel.errors import Conflict, Invalid, NotFound
from commonwheel.journeys.gold import build_gold, choose_gold, gold_status, gold_versions, last_version, members_of
from commonwheel.journeys.gold_back import Poison, drop_gold, roll_back_gold
from commonwheel.journeys.take_back import erase, withdraw
from commonwheel.learn.gold_policy import read_gold_policy
from tests.worlds import TERMS_GIVEN, Instance, new_word


def contributions(here: Instance, number: int) -> set[str]:
    """The contributions whose pairs are in a version of gold."""
    with here.world.database.read() as tx:
        ids = [pair for pair, _ in members_of(tx, number)]
        return {facts.contribution for facts in tx.gold.facts_of(ids)}


def test_a_version_holds_what_is_ready_and_allowed(here: Instance) -> None:
    ann = here.person("ann")
    first = here.given(ann, "correction", new_word())
    denied = here.given(ann, "correction", new_word(), terms=TERMS_GIVEN | {"ai_pref": "train-ai=n"})
    version = build_gold(here.world, "ann", "the first")
    assert (version.number, version.pairs, version.came, version.what) == (1, 1, 1, "built")
    assert version.left_out == {"its AI preference says no to training": 1}
    assert contributions(here, 1) == {first}
    assert build_gold(here.world, "ann").number == 1
    second = here.given(ann, "preference", new_word())
    assert gold_status(here.world)["new"] == 1
    assert (build_gold(here.world, "ann").number, contributions(here, 2)) == (2, {first, second})
    assert contributions(here, 1) == {first} and denied not in contributions(here, 2)


def test_what_its_giver_does_not_allow_for_training_is_no_pair_at_all(here: Instance) -> None:
    ann = here.person("ann")
    here.given(ann, "correction", new_word(), terms=TERMS_GIVEN | {"purposes": ["display", "evaluation"]})
    assert build_gold(here.world, "ann").pairs == 0


def test_what_is_taken_back_is_in_no_version(here: Instance) -> None:
    ann = here.person("ann")
    ids = [here.given(ann, "correction", new_word()) for _ in range(3)]
    build_gold(here.world, "ann")
    withdraw(here.world, ann, ids[0])
    erase(here.world, ann, ids[1])
    assert contributions(here, 1) == {ids[2]}
    assert [(version.pairs, left) for version, left in gold_versions(here.world)] == [(3, 1)]
    ids.append(here.given(ann, "correction", new_word()))
    assert build_gold(here.world, "ann").pairs == 2


def test_an_earlier_version_comes_back_without_what_was_taken_back(here: Instance) -> None:
    ann = here.person("ann")
    early = [here.given(ann, "correction", new_word()) for _ in range(3)]
    build_gold(here.world, "ann")
    late = here.given(ann, "correction", new_word())
    build_gold(here.world, "ann")
    withdraw(here.world, ann, early[0])
    version = roll_back_gold(here.world, 1, "ann")
    assert (version.number, version.what, version.base, version.pairs) == (3, "rolled back", 1, 2)
    assert contributions(here, 3) == set(early[1:]) and contributions(here, 2) == {*early[1:], late}
    assert build_gold(here.world, "ann").number == 3  # what was rolled back stays away
    with pytest.raises(NotFound):
        roll_back_gold(here.world, 9, "ann")


def test_poison_goes_and_stays_away(here: Instance) -> None:
    ann, bob = here.person("ann"), here.person("bob")
    good = here.given(ann, "correction", new_word(), tags=["law"])
    here.given(bob, "correction", new_word(), tags=["law"])
    build_gold(here.world, "ann")
    version = drop_gold(here.world, Poison(contributor=bob.contributor), "ann", "labels flipped")
    assert (version.what, version.pairs, version.left, version.note) == ("dropped", 1, 1, "labels flipped")
    assert contributions(here, 1) == {good}  # facts of what is dropped are not told any more
    assert contributions(here, 2) == {good}
    assert build_gold(here.world, "ann").number == 2
    assert drop_gold(here.world, Poison(topic="LAW "), "ann").pairs == 0
    with pytest.raises(Invalid):
        drop_gold(here.world, Poison(), "ann")
    with pytest.raises(NotFound):
        drop_gold(here.world, Poison(door="nowhere"), "ann")


def test_a_time_window_of_a_door_can_be_dropped(embedded: Instance) -> None:
    here, ann = embedded, embedded.person("ann")
    before = here.given(ann, "correction", new_word())
    here.clock.move(hours=2)
    start = here.clock.now() - timedelta(minutes=1)
    during = here.given(ann, "correction", new_word())
    build_gold(here.world, "ann")
    assert contributions(here, 1) == {before, during}
    assert drop_gold(here.world, Poison(since=start), "ann").pairs == 1
    assert contributions(here, 2) == {before}


def test_another_policy_looks_at_everything_anew(embedded: Instance, tmp_path: Path) -> None:
    here, ann = embedded, embedded.person("ann")
    terms = TERMS_GIVEN | {"ai_pref": "train-ai=n;exceptions=cc-cr"}
    open_one = here.given(ann, "correction", new_word())
    credited = here.given(ann, "preference", new_word(), terms=terms)
    build_gold(here.world, "ann")
    assert contributions(here, 1) == {open_one}
    file = tmp_path / "mine.toml"
    file.write_text(read_gold_policy("default").replace("commitments = []", 'commitments = ["cc-cr"]'))
    promising = here.with_gold_policy(str(file))
    version = build_gold(promising.world, "ann")
    assert (version.came, contributions(here, 2)) == (1, {open_one, credited})
    assert build_gold(here.world, "ann").left == 1
    assert contributions(here, 3) == {open_one}


def test_of_two_who_build_at_once_one_is_told(embedded: Instance) -> None:
    here, ann = embedded, embedded.person("ann")
    here.given(ann, "correction", new_word())
    build_gold(here.world, "ann")
    with here.world.database.read() as tx:
        version = last_version(tx)
    assert version is not None
    with pytest.raises(Conflict), here.world.database.write() as tx:
        tx.gold.add_version(version, [], [])


def test_only_new_pairs_are_looked_at(embedded: Instance) -> None:
    here, ann = embedded, embedded.person("ann")
    for _ in range(4):
        here.given(ann, "correction", new_word())
    build_gold(here.world, "ann")
    here.given(ann, "correction", new_word())
    choice = choose_gold(here.world)
    assert (len(choice.came), choice.pairs, choice.left) == (1, 5, ())


def test_the_status_tells_what_is_held_out_and_what_the_gate_needs(embedded: Instance) -> None:
    here = embedded
    for name in ("ann", "bob", "cleo"):
        here.given(here.person(name), "correction", new_word())
    before = gold_status(here.world)
    build_gold(here.world, "ann")
    after = gold_status(here.world)
    for status in (before, after):
        assert status["train"] + sum(status["held_out"].values()) == 3
    assert (before["new"], before["gold"], after["new"], after["gold"]) == (3, 0, 0, 3)
    assert after["gate"] == {
        "policy": "default@1",
        "needed": {"preference_accuracy": 942, "safety": 110, "regression": 110},
    }
    assert (
        before["trigger"] == after["trigger"] == {"pairs": 5000, "new": 3, "missing": 4997}
    )  # a version is no run


def test_answers_of_one_side_are_gold_too_and_thumbs_only_where_they_are_asked_for(
    here: Instance, tmp_path: Path
) -> None:
    ann, word = here.person("ann"), new_word()
    for kind in ("example", "trace", "chat"):
        here.given(ann, kind, word)
    here.given(ann, "chat", assessment="fail")
    here.given(ann, "chat", assessment="mixed")
    assert gold_status(here.world)["pairs"] == {"example": 1, "rationale": 1, "thumb_down": 1, "thumb_up": 1}
    version = build_gold(here.world, "ann")
    assert (version.pairs, version.left_out) == (2, {"another origin": 2})
    asks = tmp_path / "thumbs.toml"
    asks.write_text(read_gold_policy("default").replace("origins = []", 'origins = ["thumb_up", "thumb_down"]'))
    assert build_gold(here.with_gold_policy(str(asks)).world, "ann").pairs == 2


def test_what_is_inferred_is_gold_only_where_a_policy_asks(here: Instance, tmp_path: Path) -> None:
    ann = here.person("ann")
    stated = here.given(ann, "preference", new_word())
    inferred = here.given(ann, "preference", new_word(), inferred=True)
    first = build_gold(here.world, "ann")
    assert contributions(here, 1) == {stated} and first.left_out == {"another origin": 1}
    policy = tmp_path / "asking.toml"
    policy.write_text('name = "asking"\nversion = "1"\norigins = ["preference", "inferred"]\n')
    build_gold(replace(here.world, gold_policy=str(policy)), "ann")
    assert contributions(here, 2) == {stated, inferred}
