"""Of what apps log and nobody changed a share is kept; who counts can weigh it; the rest is gone and says why."""

from dataclasses import replace
from typing import Any

import pytest

from commonwheel.errors import IllegalMove
from commonwheel.journeys.read_release import records
from commonwheel.journeys.review import appeal
from commonwheel.records.states import State
from tests.journeys.invariants import check
from tests.worlds import Instance, new_word

LOGGED: dict[str, Any] = {"source": {"prompted": "passive"}, "assessment": "good"}


def at_rate(here: Instance, rate: float, seed: str = "1") -> Instance:
    """The same instance with another rate for every stratum."""
    strata = tuple(replace(stratum, rate=rate, seed=seed) for stratum in here.world.policy.sampling)
    return replace(here, world=replace(here.world, policy=replace(here.world.policy, sampling=strata)))


def unedited(**more: Any) -> dict[str, Any]:
    answer = f"As far as anybody knows, {new_word()} grows by the sea."
    return {"prompt": "Where?", "original": answer, "edited": answer, "reason": None, **more}


def test_what_is_not_drawn_is_turned_away_and_its_words_are_gone(here: Instance) -> None:
    rare, ann = at_rate(here, 1e-9), here.person("ann")
    id = rare.given(ann, **LOGGED)
    view = here.view(ann, id)
    assert (view["state"], here.reasons(ann, id)) == ("rejected", ["not_sampled"])
    assert view["verdict"]["rules"] == ["builtin.sampling"]
    assert (view["given_content"], view["public_content"], view["findings"]) == (None, None, {})
    with pytest.raises(IllegalMove, match="by chance"):
        appeal(here.world, ann, id, "but why")
    check(here)


def test_what_is_drawn_carries_stratum_and_rate_into_the_release(here: Instance) -> None:
    common, ann = at_rate(here, 1.0), here.person("ann")
    drawn, other = common.given(ann, **LOGGED), common.given(ann)
    assert here.state(drawn) is here.state(other) is State.READY
    found = {record["id"]: record for record in records(here.world, here.cut())}
    assert found[drawn]["sampling"] == {"stratum": "logged-and-liked", "rate": 1.0}
    assert "sampling" not in found[other]
    here.verify_all()


def test_whether_one_is_drawn_depends_on_its_id_and_the_seed_alone(embedded: Instance) -> None:
    ann = embedded.person("ann")
    half, other_half = at_rate(embedded, 0.5), at_rate(embedded, 0.5, seed="2")
    ids = [embedded.give(ann, **LOGGED) for _ in range(60)]
    half.curate()
    kept = {id for id in ids if embedded.state(id) is State.READY}
    assert 10 < len(kept) < 50
    more = [embedded.give(ann, **LOGGED) for _ in range(60)]
    other_half.curate()
    assert {embedded.state(id) for id in more} == {State.READY, State.REJECTED}
    assert {id for id in ids if embedded.state(id) is State.READY} == kept


def test_all_that_somebody_said_on_purpose_is_kept(embedded: Instance) -> None:
    rare, ann = at_rate(embedded, 1e-9), embedded.person("ann")
    passive = {"source": {"prompted": "passive"}}
    ids = [
        rare.given(ann),
        rare.given(ann, **passive, assessment="fail"),
        rare.given(ann, "correction", **passive),
        rare.given(ann, "preference", **passive),
        rare.given(ann, "signal", **passive),
        rare.given(ann, **LOGGED | {"source": {"prompted": "proactive"}}),
    ]
    assert {embedded.state(id) for id in ids} == {State.READY}


def test_an_unedited_answer_that_was_found_good_is_no_trivial_edit(here: Instance) -> None:
    common, rare, ann = at_rate(here, 1.0), at_rate(here, 1e-9), here.person("ann")
    liked = common.given(ann, "correction", **unedited(assessment="good"))
    plain = common.given(ann, "correction", **unedited())
    left_out = rare.given(ann, "correction", **unedited(assessment="good"))
    by_hand = rare.given(ann, "correction", **unedited(assessment="good", source={"prompted": "proactive"}))
    assert [here.state(id) for id in (liked, plain, left_out, by_hand)] == [
        "ready",
        "rejected",
        "rejected",
        "ready",
    ]
    assert here.reasons(ann, plain) == ["trivial_edit"]
    assert here.reasons(ann, left_out) == ["not_sampled"]
    assert here.view(ann, liked)["gold"]["pairs"] == 0
