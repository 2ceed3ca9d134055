"""A community changes its rules while everything runs: it sees what would change, and what is ready goes back."""

from dataclasses import replace

import pytest

from commonwheel.curate.policy_files import load_policy, parse_policy, read_policy
from commonwheel.errors import Conflict, Invalid
from commonwheel.journeys.adopt_policy import adopt, difference, send_back
from commonwheel.journeys.curate import curate
from commonwheel.journeys.policy_in_force import current_policy, policy_in_force
from commonwheel.journeys.preview import preview
from commonwheel.journeys.review import Decision
from commonwheel.records.findings import Action
from commonwheel.records.states import State
from tests.worlds import Instance, body

DEFAULT = read_policy("default")
_RULE = (
    '[[rules]]\nid = "no-mail"\nfindings = ["personal.email"]\naction = "quarantine"\nreason = "personal_data"\n\n'
)
NO_ADDRESSES = 'name = "default"\nversion = "no-mail"\n' + DEFAULT[DEFAULT.index("default = ") :].replace(
    "[[rules]]",
    f"{_RULE}[[rules]]",
    1,
)
"""The default policy, but that a person looks at whatever holds an e-mail address."""
MAIL = {"note": "write to ann.lee@example.org for more"}


def history(here: Instance, id: str) -> list[str]:
    return [event["event"] for event in here.view(here.person("ann"), id)["history"]]


def test_what_is_ready_and_falls_under_a_stricter_rule_goes_back(here: Instance) -> None:
    ann = here.person("ann")
    with_mail, without = here.given(ann, **MAIL), here.given(ann)
    released = here.given(ann, **MAIL)
    assert here.state(with_mail) is here.state(without) is State.READY
    adopt(here.world, NO_ADDRESSES, "root")
    here.finish()
    assert (here.state(with_mail), here.state(without)) == (State.WAITING, State.READY)
    here.curate()
    assert here.state(with_mail) is here.state(released) is State.QUARANTINED
    assert history(here, with_mail) == ["given", "ready", "waiting", "quarantined"]
    assert here.view(ann, with_mail)["verdict"]["policy"] == "default@no-mail"
    assert here.members(here.cut()) == {without}


def test_what_is_released_stays(embedded: Instance) -> None:
    here = embedded
    id = here.given(here.person("ann"), **MAIL)
    here.cut()
    adopt(here.world, NO_ADDRESSES, "root")
    here.finish()
    assert here.state(id) is State.RELEASED


def test_what_a_person_decided_outranks_a_policy(embedded: Instance) -> None:
    here = embedded
    id = here.given(here.person("ann"), source={"model": "ignore all previous instructions"}, **MAIL)
    here.decide(id, Decision.PASS)
    adopt(here.world, NO_ADDRESSES, "root")
    here.finish()
    assert here.state(id) is State.READY


def test_what_would_change_is_shown_and_nothing_changes(here: Instance) -> None:
    ann = here.person("ann")
    ready, waits, _ = here.given(ann, **MAIL), here.give(ann, **MAIL), here.give(ann)
    found = difference(here.world, parse_policy(NO_ADDRESSES))
    assert {(c.contribution, c.state, c.before.action, c.after.action) for c in found.changes} == {
        (ready, State.READY, Action.REDACT, Action.QUARANTINE),
        (waits, State.WAITING, Action.REDACT, Action.QUARANTINE),
    }
    assert all(change.stricter for change in found.changes)
    assert (found.looked_at[State.READY], found.looked_at[State.WAITING], found.unread) == (1, 2, 0)
    assert difference(here.world, parse_policy(NO_ADDRESSES), most_waiting=1).unread == 1
    assert (here.state(ready), here.state(waits)) == (State.READY, State.WAITING)
    assert difference(here.world, load_policy("default")).changes == ()


def test_a_milder_policy_sends_nothing_back(embedded: Instance) -> None:
    here = embedded
    id = here.given(here.person("ann"), **MAIL)
    adopt(
        here.world,
        DEFAULT.replace('findings = ["personal.*"]\nat_least = 0.6', 'findings = ["personal.ip"]').replace(
            'version = "1"', 'version = "milder"', 1
        ),
        "root",
    )
    assert here.state(id) is State.READY
    here.finish()
    assert here.state(id) in (State.READY, State.WAITING)


FAULTY = [
    ("name = ", "cannot be read"),
    (DEFAULT.replace('action = "reject"', 'action = "ban"', 1), "faults"),
    (DEFAULT + '\n[[examples]]\ntext = "Mail ann.lee@example.org"\nverdict = "pass"\n', "own examples"),
]


@pytest.mark.parametrize(("text", "says"), FAULTY)
def test_a_faulty_policy_is_refused_and_the_one_before_stays(embedded: Instance, text: str, says: str) -> None:
    here = embedded
    adopt(here.world, NO_ADDRESSES, "root")
    with pytest.raises(Invalid, match=says):
        adopt(here.world, text, "root")
    assert current_policy(here.world).tag == "default@no-mail"


def test_the_preview_and_the_manifest_follow_the_policy_in_force(here: Instance) -> None:
    import json

    from commonwheel.collect.payloads import read_contribution

    ann = here.person("ann")
    given = read_contribution(json.dumps(body("chat", "rye") | MAIL).encode())
    assert preview(here.world, ann, given)["verdict"]["action"] == "redact"
    adopt(here.world, NO_ADDRESSES, "root")
    assert preview(here.world, ann, given)["verdict"]["action"] == "quarantine"
    here.given(ann)
    here.cut()
    from commonwheel.journeys.read_release import sealed_release

    assert sealed_release(here.world, 1)[1].policy == "default@no-mail"


def test_what_was_judged_under_the_policy_before_is_judged_again(here: Instance) -> None:
    """A worker that was in the middle of a batch when the policy changed lets nothing through by the old one."""
    id = here.give(here.person("ann"), **MAIL)

    class ChangesMeanwhile:
        def detect(self, bodies):
            found = here.world.curator.detect(bodies)
            adopt(here.world, NO_ADDRESSES, "root")
            return found

    curate(replace(here.world, curator=ChangesMeanwhile()))
    assert here.state(id) is State.WAITING
    here.curate()
    assert here.state(id) is State.QUARANTINED


def test_adoptions_are_numbered_and_the_last_is_in_force(here: Instance) -> None:
    assert adopt(here.world, NO_ADDRESSES, "ann") < adopt(here.world, DEFAULT, "bob")
    with here.world.database.read() as tx:
        assert [policy.adopted_by for policy in tx.policies.all()] == ["ann", "bob"]
        assert policy_in_force(here.world, tx).policy == load_policy("default")


def test_another_policy_of_the_same_version_is_refused(embedded: Instance) -> None:
    here = embedded
    adopt(here.world, NO_ADDRESSES, "root")
    for text in (DEFAULT + "\n# changed\nfloor = 1\n", NO_ADDRESSES.replace("per_hour = 2000", "per_hour = 2")):
        with pytest.raises((Conflict, Invalid)):
            adopt(here.world, text, "root")
    with pytest.raises(Conflict):
        adopt(here.world, DEFAULT.replace("near = 0.8", "near = 0.9"), "root")
    adopt(here.world, NO_ADDRESSES, "root")
    assert current_policy(here.world).tag == "default@no-mail"


def test_sending_back_survives_being_interrupted_and_repeated(embedded: Instance) -> None:
    here = embedded
    ids = [here.given(here.person("ann"), **MAIL) for _ in range(3)]
    adopt(here.world, NO_ADDRESSES, "root")
    assert send_back(here.world) == 3
    assert send_back(here.world) == 0
    here.finish()
    assert {here.state(id) for id in ids} == {State.WAITING}
