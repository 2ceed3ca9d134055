"""Reviewers decide what the policy would not, and people appeal."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from commonwheel.errors import AlreadyDecided, Conflict, IllegalMove, Invalid, NotAllowed, NotFound
from commonwheel.journeys.review import Decision, Ruling, Span, appeal, claim, decide_item, item, queue, take_down
from commonwheel.journeys.take_back import withdraw
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.records.findings import Reason
from commonwheel.records.states import State
from tests.worlds import Instance

REJECT = Ruling(decision=Decision.REJECT, reason=Reason.QUALITY)
PASS = Ruling(decision=Decision.PASS)


def only_item(here: Instance, reviewer: Actor) -> tuple[int, int]:
    """Number and version of the one open question."""
    [view] = queue(here.world, reviewer, 0, 10)[0]
    return view["item"], view["version"]


def test_what_a_person_passes_is_ready_and_the_giver_sees_it(here: Instance) -> None:
    ann, rita = here.person("ann"), here.reviewer()
    id = here.in_state(State.QUARANTINED, ann)
    number, version = only_item(here, rita)
    view = item(here.world, rita, number)
    assert view["content"]["kind"] == "chat" and view["findings"]
    assert decide_item(here.world, rita, number, version, PASS) == (id, State.READY)
    outcome = here.view(ann, id)["reviews"][0]
    assert (outcome["decision"], outcome["reason"]) == ("pass", "reviewed")
    assert rita.contributor not in str(here.view(ann, id))
    assert queue(here.world, rita, 0, 10) == ([], None)
    assert here.members(here.cut()) == {id}


def test_a_reviewer_hides_more_words(embedded: Instance) -> None:
    here = embedded
    ann, rita = here.person("ann"), here.reviewer()
    id = here.in_state(State.QUARANTINED, ann, word="Zebedaeus")
    number, version = only_item(here, rita)
    span = Span(pointer="/messages/0/content", start=0, end=4)
    ruling = Ruling(decision=Decision.PASS, words=("zebedaeus",), spans=(span,))
    decide_item(here.world, rita, number, version, ruling)
    public = str(here.view(ann, id)["public_content"]).lower()
    assert "zebedaeus" not in public and "tell" not in public


@pytest.mark.parametrize(
    "ruling",
    [
        Ruling(decision=Decision.REJECT, reason=Reason.REVIEWED),
        Ruling(decision=Decision.PASS, hide=(99,)),
        Ruling(decision=Decision.PASS, spans=(Span(pointer="/messages/0/content", start=5, end=100_000),)),
        Ruling(decision=Decision.PASS, words=("is nowhere in it",)),
    ],
)
def test_a_ruling_that_makes_no_sense_decides_nothing(embedded: Instance, ruling: Ruling) -> None:
    rita = embedded.reviewer()
    id = embedded.in_state(State.QUARANTINED, embedded.person("ann"))
    number, version = only_item(embedded, rita)
    with pytest.raises(Invalid):
        decide_item(embedded.world, rita, number, version, ruling)
    assert embedded.state(id) is State.QUARANTINED
    decide_item(embedded.world, rita, number, version, PASS)


def test_of_two_who_decide_at_once_one_decides(here: Instance) -> None:
    reviewers = [here.reviewer(f"reviewer {number}") for number in range(6)]
    ann = here.person("ann")
    for _ in range(3):
        id = here.in_state(State.QUARANTINED, ann)
        number, version = only_item(here, reviewers[0])

        def decide(reviewer: Actor, number: int = number, version: int = version) -> object:
            ruling = REJECT if reviewers.index(reviewer) % 2 else PASS
            try:
                return decide_item(here.world, reviewer, number, version, ruling)[1]
            except Conflict as conflict:
                return conflict

        with ThreadPoolExecutor(len(reviewers)) as threads:
            outcomes = list(threads.map(decide, reviewers))
        decided = [outcome for outcome in outcomes if isinstance(outcome, State)]
        assert len(decided) == 1
        assert here.state(id) is decided[0]


def test_a_claim_keeps_others_out_for_a_while(here: Instance) -> None:
    rita, otto = here.reviewer("rita"), here.reviewer("otto")
    here.in_state(State.QUARANTINED, here.person("ann"))
    number, version = only_item(here, rita)
    version = claim(here.world, rita, number, version)
    with pytest.raises(AlreadyDecided):
        claim(here.world, otto, number, version)
    here.clock.move(minutes=21)
    assert claim(here.world, otto, number, version) == version + 1


def test_nobody_reviews_what_they_gave(embedded: Instance) -> None:
    here = embedded
    ann = here.person("ann", TokenScope.CONTRIBUTE, TokenScope.REVIEW)
    here.in_state(State.QUARANTINED, ann)
    number, version = only_item(here, ann)
    for ruling in (PASS, REJECT):
        with pytest.raises(NotAllowed):
            decide_item(here.world, ann, number, version, ruling)
    with pytest.raises(NotAllowed):
        claim(here.world, ann, number, version)
    with pytest.raises(NotAllowed):
        queue(here.world, here.person("bob"), 0, 10)


def test_an_appeal_goes_to_another_person_who_may_decide_otherwise(here: Instance) -> None:
    ann, rita, otto = here.person("ann"), here.reviewer("rita"), here.reviewer("otto")
    id = here.in_state(State.QUARANTINED, ann)
    here.decide(id, Decision.REJECT, Reason.OFF_TOPIC, by=rita)
    assert here.view(ann, id)["reviews"][0]["reason"] == "off_topic"
    number = appeal(here.world, ann, id, "It is about the topic, look again.")
    with pytest.raises(AlreadyDecided):
        appeal(here.world, ann, id, "Once more.")
    view = item(here.world, otto, number)
    assert view["appeal"] and view["statement"] == "It is about the topic, look again."
    with pytest.raises(NotAllowed):
        decide_item(here.world, rita, number, view["version"], PASS)
    assert decide_item(here.world, otto, number, view["version"], PASS) == (id, State.READY)
    assert here.members(here.cut()) == {id}


def test_an_appeal_against_the_policy_can_be_lost(embedded: Instance) -> None:
    here = embedded
    ann = here.person("ann")
    word = "twice"
    here.given(ann, word=word)
    id = here.given(here.person("bob"), word=word)
    assert here.state(id) is State.REJECTED
    appeal(here.world, here.person("bob"), id, "I said it first.")
    here.decide(id, Decision.REJECT, Reason.DUPLICATE)
    assert here.state(id) is State.REJECTED
    with pytest.raises(IllegalMove):
        appeal(here.world, ann, here.given(ann), "nothing was rejected")


def test_what_is_taken_down_leaves_all_releases_at_once(here: Instance) -> None:
    ann, rita = here.person("ann"), here.reviewer()
    stays = here.given(ann)
    id = here.in_state(State.RELEASED, ann)
    here.given(ann)
    here.cut()
    assert take_down(here.world, rita, id, Reason.REPORTED) is State.QUARANTINED
    assert all(id not in here.members(version) for version in (1, 2))
    here.verify_all()
    here.finish()
    here.verify_all()
    assert id not in here.members(here.cut())
    here.verify_all()
    here.decide(id, Decision.PASS)
    assert here.members(here.cut()) >= {id, stays}
    assert all(id not in here.members(version) for version in (1, 2, 3))
    here.verify_all()
    with pytest.raises(IllegalMove):
        take_down(here.world, rita, here.in_state(State.QUARANTINED, ann), Reason.REPORTED)


def test_a_question_about_something_withdrawn_is_closed(embedded: Instance) -> None:
    here = embedded
    ann, rita = here.person("ann"), here.reviewer()
    id = here.in_state(State.QUARANTINED, ann)
    number, version = only_item(here, rita)
    withdraw(here.world, ann, id)
    assert queue(here.world, rita, 0, 10)[0] == []
    with pytest.raises((AlreadyDecided, NotFound)):
        decide_item(here.world, rita, number, version, PASS)
    assert here.state(id) is State.WITHDRAWN
