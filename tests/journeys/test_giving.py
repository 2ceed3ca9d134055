"""Somebody gives, and sees what became of it."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from commonwheel.collect.payloads import read_contribution
from commonwheel.errors import Invalid, KeyReused, NotAllowed, NotFound, NotSignedIn, WaitingRoomFull
from commonwheel.journeys.contribute import Accepted
from commonwheel.journeys.look_up import contributions_of
from commonwheel.journeys.preview import preview
from commonwheel.journeys.sign_in import create_token, revoke_token, sign_in
from commonwheel.journeys.take_out import take_out
from commonwheel.people.tokens import TokenScope
from commonwheel.ports import Detection
from commonwheel.records.contribution import AnyContribution
from commonwheel.records.states import State
from tests.journeys.looking import all_text
from tests.worlds import KINDS, TERMS_GIVEN, Instance, body, new_word


def as_given(**fields: Any) -> AnyContribution:
    return read_contribution(json.dumps({"terms": TERMS_GIVEN, **fields}).encode())


def an_address() -> dict[str, Any]:
    """Something in which there is something to hide."""
    return {"kind": "chat", "messages": [{"role": "user", "content": "Ask bob@example.org for it."}]}


@pytest.mark.parametrize("kind", KINDS)
def test_somebody_gives_each_kind_and_sees_it_become_ready(embedded: Instance, kind: str) -> None:
    ann = embedded.person("ann")
    id = embedded.give(ann, kind)
    assert embedded.view(ann, id)["state"] == "waiting"
    embedded.curate()
    view = embedded.view(ann, id)
    assert view["state"] == "ready"
    assert [event["event"] for event in view["history"]] == ["given", "ready"]
    assert view["public_content"] == view["given_content"]


def test_what_is_personal_is_hidden_and_the_giver_sees_what(here: Instance) -> None:
    ann = here.person("ann")
    id = here.given(
        ann, messages=[{"role": "user", "content": "Write to ann.other@example.org, she knows the way."}]
    )
    view = here.view(ann, id)
    assert view["state"] == "ready"
    assert "example.org" in view["given_content"]["messages"][0]["content"]
    assert "example.org" not in view["public_content"]["messages"][0]["content"]
    assert view["findings"]["personal.email"] == 1
    assert here.reasons(ann, id) == ["personal_data"]
    version = here.cut()
    assert here.members(version) == {id}


def test_the_same_gift_with_the_same_key_is_taken_once(here: Instance) -> None:
    ann = here.person("ann")
    same = body("chat", new_word())
    first, second = here.offer(ann, key="k1", **same), here.offer(ann, key="k1", **same)
    assert isinstance(first, Accepted) and isinstance(second, Accepted)
    assert second.repeated and second.answer == first.answer
    assert isinstance(here.offer(ann, key="k1", **(same | {"note": "another"})), KeyReused)
    assert isinstance(here.offer(here.person("bob"), key="k1", **same), Accepted)


def test_many_at_once_with_one_key_make_one_contribution(here: Instance) -> None:
    door = here.door("chat.example")
    same = body("chat", new_word())
    with ThreadPoolExecutor(12) as threads:
        outcomes = list(threads.map(lambda n: here.offer(door, key="k", **same), range(24)))
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert len({outcome.id for outcome in outcomes if isinstance(outcome, Accepted)}) == 1
    assert sum(not outcome.repeated for outcome in outcomes if isinstance(outcome, Accepted)) == 1


def test_whoever_is_given_for_is_nowhere_in_what_is_stored(here: Instance) -> None:
    door = here.door("chat.example")
    user = "user-7c1e-of-the-door"
    id = here.given(door, on_behalf_of=user)
    here.given(door, "trace", on_behalf_of=user)
    here.cut()
    text = all_text(here)
    assert id in text
    assert user not in text
    assert here.view(door, id)["state"] == "released"


def test_two_users_of_a_door_are_two_people_and_the_same_one_is_one(embedded: Instance) -> None:
    here = embedded
    door = here.door("chat.example")
    ids = [here.give(door, on_behalf_of=user) for user in ("u1", "u1", "u2", None)]
    with here.world.database.read() as tx:
        stored = [tx.contributions.many([id])[id] for id in ids]
    assert stored[0].contributor == stored[1].contributor != stored[2].contributor
    assert stored[3].contributor is None and stored[3].owner == ids[3]


def test_only_a_door_gives_for_others(embedded: Instance) -> None:
    assert isinstance(embedded.offer(embedded.person("ann"), **body("chat", "x"), on_behalf_of="bob"), NotAllowed)
    assert isinstance(embedded.offer(embedded.person("ann", TokenScope.READ), **body("chat", "x")), NotAllowed)


def test_terms_come_from_the_token_where_the_gift_has_none(embedded: Instance) -> None:
    terms = TERMS_GIVEN | {"license": "CC0-1.0", "ai_pref": "train-ai=n"}
    ann = embedded.person("ann", terms=terms)
    id = embedded.give(ann, terms=None)
    view = embedded.view(ann, id)
    assert (view["license"], view["ai_pref"]) == ("CC0-1.0", "train-ai=n")


@pytest.mark.parametrize(
    ("terms", "path"),
    [
        (None, "/terms"),
        (TERMS_GIVEN | {"purposes": []}, "/terms/purposes"),
        (TERMS_GIVEN | {"attribution": {"mode": "username"}}, "/terms/attribution/name"),
    ],
)
def test_incomplete_terms_are_refused_with_their_path(embedded: Instance, terms: Any, path: str) -> None:
    outcome: object
    try:
        outcome = embedded.offer(embedded.person("ann"), **(body("chat", "x") | {"terms": terms}))
    except Invalid as refusal:
        outcome = refusal
    assert isinstance(outcome, Invalid)
    assert outcome.details["faults"][0]["path"] == path


def test_a_revoked_token_gives_nothing(embedded: Instance) -> None:
    secret = create_token(embedded.world, "ann", [TokenScope.CONTRIBUTE])
    actor = sign_in(embedded.world, secret)
    revoke_token(embedded.world, actor.token)
    with pytest.raises(NotSignedIn):
        sign_in(embedded.world, secret)
    with pytest.raises(NotFound):
        revoke_token(embedded.world, actor.token)


def test_a_giver_can_wait_before_the_release(here: Instance) -> None:
    ann = here.person("ann")
    held = here.given(ann, hold_until=(here.clock.now().replace(day=9)).isoformat())
    free = here.given(ann)
    assert here.view(ann, held)["holds"][0]["reason"] == "giver"
    assert here.members(here.cut()) == {free}
    here.clock.move(days=8)
    assert here.members(here.cut()) == {free, held}


def test_a_hold_of_many_years_is_refused(embedded: Instance) -> None:
    assert isinstance(
        embedded.offer(embedded.person("ann"), **body("chat", "x"), hold_until="2029-01-01T00:00:00Z"), Invalid
    )


def test_a_pseudonym_is_made_once_per_person(embedded: Instance) -> None:
    ann, terms = embedded.person("ann"), TERMS_GIVEN | {"attribution": {"mode": "pseudonym"}}
    names = {embedded.view(ann, embedded.give(ann, terms=terms))["attribution"]["name"] for _ in range(2)}
    assert len(names) == 1 and None not in names


def test_a_preview_shows_what_will_be_public_and_stores_nothing(here: Instance) -> None:
    ann = here.person("ann")
    fields: dict[str, Any] = {
        "kind": "chat",
        "messages": [{"role": "user", "content": "Ask bob@example.org for it."}],
    }
    shown = preview(here.world, ann, as_given(**fields))
    assert "example.org" not in str(shown["would_publish"])
    assert shown["verdict"]["action"] == "redact"
    with here.world.database.read() as tx:
        assert tx.contributions.counts() == {}
    terms = TERMS_GIVEN | {"consent": TERMS_GIVEN["consent"] | {"preview": shown["digest"]}}
    id = here.given(ann, **(fields | {"note": None, "tags": None, "assessment": None, "terms": terms}))
    assert here.state(id) is State.READY
    with here.world.database.read() as tx:
        [revision] = tx.contributions.revisions(id)
    assert here.view(ann, id)["public_content"] == shown["would_publish"] and revision.terms.consent.preview


def test_a_consent_to_another_preview_is_refused(embedded: Instance) -> None:
    ann = embedded.person("ann")
    mine = body("chat", new_word())
    digest = preview(embedded.world, ann, as_given(**mine))["digest"]
    terms = TERMS_GIVEN | {"consent": TERMS_GIVEN["consent"] | {"preview": digest}}
    assert isinstance(embedded.offer(ann, **(mine | {"terms": terms})), Accepted)
    assert isinstance(embedded.offer(ann, **(mine | {"note": "more", "terms": terms})), Invalid)
    forged = digest[:-4] + "0000"
    terms = TERMS_GIVEN | {"consent": TERMS_GIVEN["consent"] | {"preview": forged}}
    assert isinstance(embedded.offer(ann, **(mine | {"terms": terms})), Invalid)


def test_what_would_be_published_otherwise_than_previewed_waits_for_a_person(embedded: Instance) -> None:
    ann = embedded.person("ann")
    fields: dict[str, Any] = {
        "kind": "chat",
        "messages": [{"role": "user", "content": "Ask bob@example.org for it."}],
    }
    given = as_given(**fields)

    class Blind:
        def detect(self, bodies: Any) -> list[Detection]:
            return [Detection() for _ in bodies]

        def close(self) -> None: ...

    digest = preview(replace(embedded.world, curator=Blind()), ann, given)["digest"]
    terms = TERMS_GIVEN | {"consent": TERMS_GIVEN["consent"] | {"preview": digest}}
    id = embedded.given(ann, **(fields | {"note": None, "tags": None, "assessment": None, "terms": terms}))
    assert embedded.state(id) is State.QUARANTINED
    assert "differs_from_preview" in embedded.reasons(ann, id)


def test_past_the_bound_nothing_is_taken_and_nothing_is_lost(here: Instance) -> None:
    small, ann = here.with_limits(waiting_room=3), here.person("ann")
    outcomes = [small.offer(ann, **body("chat", new_word())) for _ in range(5)]
    accepted = [outcome for outcome in outcomes if isinstance(outcome, Accepted)]
    assert len(accepted) == 3
    assert all(isinstance(outcome, WaitingRoomFull) for outcome in outcomes[3:])
    small.curate()
    assert {here.state(outcome.id) for outcome in accepted} == {State.READY}
    assert isinstance(small.offer(ann, **body("chat", new_word())), Accepted)


def test_somebody_sees_and_takes_along_what_they_gave_and_nothing_else(here: Instance) -> None:
    ann, bob = here.person("ann"), here.person("bob")
    mine = [here.give(ann) for _ in range(5)]
    here.give(bob)
    here.curate()
    views, cursor = contributions_of(here.world, ann, None, 3)
    more, end = contributions_of(here.world, ann, cursor, 3)
    assert sorted(view["id"] for view in views + more) == sorted(mine) and end is None
    taken = list(take_out(here.world, [ann.contributor]))
    assert len(taken) == 5
    for line in taken:
        read_contribution(line)


def test_what_others_gave_is_not_found(embedded: Instance) -> None:
    here = embedded
    ann, bob, door = here.person("ann"), here.person("bob"), here.door("d")
    id = here.give(ann)
    for stranger in (bob, door, here.door("other")):
        with pytest.raises(NotFound):
            here.view(stranger, id)
    with pytest.raises(NotFound):
        contributions_of(here.world, bob, id, 10)
