"""What can be learned from what was given: gold pairs, by the terms of those who gave."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonwheel.journeys.export_release import gold_pairs
from commonwheel.journeys.revise import revise
from commonwheel.journeys.take_back import erase, give_again, withdraw
from commonwheel.people.tokens import Actor
from commonwheel.records.gold import PAIRED
from commonwheel.records.states import State
from commonwheel.release.select import Selection
from tests.worlds import TERMS_GIVEN, Instance, body, new_word


def pairs(here: Instance, id: str) -> int:
    """How many pairs a contribution is in."""
    with here.world.database.read() as tx:
        return sum(pair.origin in PAIRED for pair in tx.gold.of(id))


def test_a_correction_becomes_a_pair(here: Instance) -> None:
    ann, word = here.person("ann"), new_word()
    id = here.given(ann, "correction", word)
    view = here.view(ann, id)["gold"]
    assert view["pairs"] == 1 and 0.1 <= view["similarity"] <= 0.95 and view["why_not"] is None
    here.cut()
    [pair] = gold_pairs(here.world, 1, Selection(), {})
    sides = body("correction", word)
    assert (pair.pair.chosen, pair.pair.rejected) == (sides["edited"], sides["original"])


@pytest.mark.parametrize(
    ("edited", "reason"),
    [
        ("The capital of the country is Bern, as everybody here knows well!", "trivial_edit"),
        ("zzz", "rewrite"),
    ],
)
def test_an_edit_that_teaches_nothing_is_turned_away_with_the_reason(
    embedded: Instance, edited: str, reason: str
) -> None:
    here = embedded
    ann = here.person("ann")
    original = "The capital of the country is Bern, as everybody here knows well."
    id = here.given(ann, "correction", original=original, edited=edited)
    assert here.state(id) is State.REJECTED
    assert here.reasons(ann, id) == [reason]
    gold = here.view(ann, id)["gold"]
    assert gold["pairs"] == 0 and gold["why_not"] and gold["similarity"] is not None


def test_a_preference_gives_a_pair_for_each_answer_not_chosen(embedded: Instance) -> None:
    here = embedded
    answers = [{"content": f"answer number {number}"} for number in range(4)]
    id = here.given(here.person("ann"), "preference", candidates=answers, chosen=2)
    assert pairs(here, id) == 3


def trace(here: Instance, actor: Actor, word: str, good: bool, **fields: Any) -> str:
    """A right or a wrong answer to the same question."""
    shape = {"answer": f"{'Two' if good else 'Five'} of {word}.", "assessment": "good" if good else "fail"}
    return here.given(actor, "trace", word, **(shape | fields))


def test_a_right_and_a_wrong_trace_pair_up_and_part_when_one_is_taken_back(here: Instance) -> None:
    ann, bob, word = here.person("ann"), here.person("bob"), new_word()
    right = trace(here, ann, word, True)
    assert pairs(here, right) == 0
    wrong = trace(here, bob, word, False)
    assert pairs(here, right) == pairs(here, wrong) == 1
    erase(here.world, bob, wrong)
    assert pairs(here, right) == 0
    other = trace(here, bob, word, False, steps=["Guess."])
    assert pairs(here, right) == pairs(here, other) == 1
    withdraw(here.world, ann, right)
    assert pairs(here, other) == 0
    give_again(here.world, ann, right)
    here.curate()
    assert pairs(here, right) == pairs(here, other) == 1


def test_traces_under_different_terms_never_pair(embedded: Instance) -> None:
    here = embedded
    word = new_word()
    right = trace(here, here.person("ann"), word, True)
    trace(here, here.person("bob"), word, False, terms=TERMS_GIVEN | {"ai_pref": "train-ai=n"})
    assert pairs(here, right) == 0


def test_what_is_for_here_alone_gives_gold_and_is_never_released(here: Instance) -> None:
    ann = here.person("ann")
    id = here.given(ann, "correction", terms=TERMS_GIVEN | {"scope": "instance"})
    assert here.state(id) is State.READY and pairs(here, id) == 1
    here.given(ann)
    assert id not in here.members(here.cut())
    assert list(gold_pairs(here.world, 1, Selection(), {})) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    terms=st.fixed_dictionaries(
        {
            "license": st.sampled_from(["CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0"]),
            "ai_pref": st.sampled_from(["", "train-ai=n", "train-ai=y", "train-ai=n;exceptions=cc-cr"]),
            "purposes": st.lists(st.sampled_from(["display", "evaluation", "training"]), min_size=1, unique=True),
            "scope": st.sampled_from(["public", "instance"]),
        }
    ),
    kind=st.sampled_from(["correction", "preference"]),
)
def test_without_the_purpose_training_nothing_becomes_gold(
    embedded: Instance, terms: dict[str, Any], kind: str
) -> None:
    id = embedded.given(embedded.person("ann"), kind, terms=TERMS_GIVEN | terms)
    assert embedded.state(id) is State.READY
    assert bool(pairs(embedded, id)) == ("training" in terms["purposes"])


def test_purposes_that_become_narrower_take_the_gold_away(here: Instance) -> None:
    ann = here.person("ann")
    id = here.given(ann, "correction")
    revise(here.world, ann, id, 1, {"terms": {"purposes": ["display"]}})
    here.curate()
    assert pairs(here, id) == 0
    assert here.view(ann, id)["gold"]["why_not"] == "Its terms do not allow training."


def test_gold_of_others_does_not_show_what_was_given_here(embedded: Instance) -> None:
    word = new_word()
    embedded.given(embedded.person("ann"), "correction", word)
    with embedded.world.database.read() as tx:
        [(_, pair)] = tx.gold.scan(0, 10)
    assert word.encode() not in pair.pair and word not in json.dumps(pair.origin)
