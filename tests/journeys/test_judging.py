"""A judge is asked about what would become public; where it fails, records wait, then a person looks."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from commonwheel.adapters.judge import ChatJudge, Endpoint, ModerationJudge
from commonwheel.app import open_judges
from commonwheel.collect.payloads import read_contribution
from commonwheel.curate.sections import JudgeRules
from commonwheel.errors import Misconfigured
from commonwheel.journeys.circuit import Circuit
from commonwheel.journeys.curate import curate
from commonwheel.journeys.judging import calls_today
from commonwheel.journeys.keep_house import HOUSEKEEPING, run_schedule
from commonwheel.journeys.preview import preview
from commonwheel.journeys.take_back import erase, give_again, withdraw
from commonwheel.journeys.world import Judging
from commonwheel.ports import Detection
from commonwheel.records.states import State
from commonwheel.settings import load_settings
from tests.journeys.crashing import Crash, CrashingDatabase
from tests.judges import FakeJudge, fake_judge, judging, moderating, nonce_of, replying, said, saying, slowly
from tests.worlds import TERMS_GIVEN, Instance, new_word


@pytest.fixture
def judge() -> Iterator[FakeJudge]:
    """A judge that finds everything clean, until it is told otherwise."""
    with fake_judge() as running:
        yield running


def judged(
    here: Instance, judge: FakeJudge, *, budget: int = 1000, failures: int = 5, kind: Any = ChatJudge, **rules: Any
) -> Instance:
    """The instance with that judge."""
    endpoint = Endpoint(url=judge.url, model="jury-1", timeout=5.0)
    judges = ((kind(endpoint), Circuit(failures=failures)),)
    policy = replace(here.world.policy, judge=replace(here.world.policy.judge, **rules))
    world = replace(here.world, judging=Judging(judges=judges, budget=budget), policy=policy)
    return replace(here, world=world)


def test_what_a_judge_finds_clean_passes_and_what_not_goes_to_a_person(here: Instance, judge: FakeJudge) -> None:
    here, ann = judged(here, judge), here.person("ann")
    clean = here.given(ann)
    judge.behavior = judging(hate=9, factuality=2)
    hateful = here.given(ann)
    judge.behavior = judging(factuality=8)
    untrue = here.given(ann)
    assert [here.state(id) for id in (clean, hateful, untrue)] == [
        State.READY, State.QUARANTINED, State.QUARANTINED
    ]  # fmt: skip
    assert here.reasons(ann, hateful) == ["unsafe"] and here.reasons(ann, untrue) == ["factuality"]
    with here.world.database.read() as tx:
        revision = tx.contributions.revision(hateful, 1)
    assert revision is not None
    [found] = [each for each in revision.findings if each.detector == "judge"]
    assert (found.kind, found.score, found.pointer) == ("safety.hate", 0.9, "")


def test_a_moderation_judge_is_one_too(embedded: Instance, judge: FakeJudge) -> None:
    judge.behavior = moderating(True, violence=0.9)
    here, ann = judged(embedded, judge, kind=ModerationJudge), embedded.person("ann")
    assert here.state(here.given(ann)) is State.QUARANTINED
    assert judge.calls[0].path == "/v1/moderations"


def test_only_the_redacted_form_is_sent_and_only_of_what_would_pass(embedded: Instance, judge: FakeJudge) -> None:
    here, ann = judged(embedded, judge), embedded.person("ann")
    word = new_word()
    messages = [{"role": "user", "content": f"Write to {word}@nebelhorn.ch about the boats."}]
    assert here.state(here.given(ann, messages=messages)) is State.READY
    assert len(judge.calls) == 1 and word not in judge.materials and "boats" in judge.materials
    here.in_state(State.QUARANTINED, ann)
    here.given(ann, messages=[{"role": "user", "content": ""}])
    here.given(ann, "signal")
    assert len(judge.calls) == 1


def test_the_same_is_asked_once(here: Instance, judge: FakeJudge) -> None:
    here, ann = judged(here, judge), here.person("ann")
    judge.behavior = judging(bias=5)
    id = here.given(ann)
    withdraw(here.world, ann, id)
    give_again(here.world, ann, id)
    here.curate()
    assert here.state(id) is State.QUARANTINED and len(judge.calls) == calls_today(here.world) == 1


def test_another_model_is_asked_anew(embedded: Instance, judge: FakeJudge) -> None:
    here, ann = judged(embedded, judge), embedded.person("ann")
    id = here.given(ann)
    withdraw(here.world, ann, id)
    give_again(here.world, ann, id)
    newer = ChatJudge(Endpoint(url=judge.url, model="jury-2"))
    curate(replace(here.world, judging=Judging(judges=((newer, Circuit()),), budget=10)))
    assert len(judge.calls) == 2


def test_erasing_takes_the_judgement_along(here: Instance, judge: FakeJudge) -> None:
    here, ann, bob = judged(here, judge), here.person("ann"), here.person("bob")
    word = new_word()
    id, stays = here.given(ann, word=word), here.given(bob)
    assert _kept(here) == {id, stays}
    erase(here.world, ann, id)
    here.finish()
    assert _kept(here) == {stays}
    here.given(bob, word=word)
    assert len(judge.calls) == 3


def _kept(here: Instance) -> set[str]:
    with here.app.database.engine.connect() as connection:
        return {id for (id,) in connection.exec_driver_sql("SELECT contribution FROM judgement")}


def test_what_is_erased_while_it_is_judged_leaves_no_judgement(embedded: Instance, judge: FakeJudge) -> None:
    here, ann = judged(embedded, judge), embedded.person("ann")
    id = here.give(ann)

    def behave(call: Any) -> Any:
        erase(here.world, ann, id)
        return judging()(call)

    judge.behavior = behave
    assert curate(here.world) == 1
    assert here.state(id) is State.ERASED and _kept(here) == set()


FAILURES = {
    "refused": replying(status=500),
    "nonsense": saying("It looks fine to me."),
    "wrong nonce": lambda call: judging()(replace(call, request={"messages": [{"content": "nonce: 0"}]})),
    "late": slowly(judging(), after=1.0),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failed_judge_makes_records_wait_then_asks_a_person(
    here: Instance, judge: FakeJudge, failure: str
) -> None:
    here, ann = judged(here, judge, retries=2, wait=60), here.person("ann")
    [(_, circuit)] = here.world.judging.judges
    quick = ChatJudge(Endpoint(url=judge.url, model="jury-1", timeout=0.5))
    here = replace(here, world=replace(here.world, judging=Judging(judges=((quick, circuit),), budget=100)))
    judge.behavior = FAILURES[failure]
    id = here.given(ann)
    for minutes, calls in ((0, 1), (0.9, 1), (0.2, 2), (3, 2)):
        here.clock.move(minutes=minutes)
        here.curate()
        assert here.state(id) is State.WAITING and len(judge.calls) == calls, (minutes, calls)
    here.clock.move(minutes=2)
    here.curate()
    assert here.state(id) is State.QUARANTINED and here.reasons(ann, id) == ["judge_unavailable"]
    assert len(judge.calls) == 3
    judge.behavior = judging()
    assert here.state(here.given(ann)) is State.READY


def test_what_waited_for_a_judge_passes_when_it_is_back(here: Instance, judge: FakeJudge) -> None:
    here, ann = judged(here, judge), here.person("ann")
    judge.behavior = replying(status=503)
    ids = [here.give(ann) for _ in range(3)]
    here.curate()
    judge.behavior = judging()
    here.clock.move(minutes=1)
    here.curate()
    assert {here.state(id) for id in ids} == {State.READY}
    for id in ids:
        assert [event["event"] for event in here.view(ann, id)["history"]] == ["given", "ready"]


def test_waiting_for_a_judge_counts_as_nobodys_crash(embedded: Instance, judge: FakeJudge) -> None:
    """What ends workers is tried alone and a few times only; a judge's fault is not that."""
    here, ann = judged(embedded, judge, retries=9, wait=1), embedded.person("ann")
    judge.behavior = replying(status=503)
    id = here.give(ann)
    for _ in range(7):
        here.curate()
        here.clock.move(hours=1)
    with here.world.database.read() as tx:
        [revision] = tx.contributions.revisions(id)
        assert tx.waiting.asked() == 1
    assert (revision.attempts, revision.asked, revision.state) == (0, 7, State.WAITING)


def test_a_clock_that_goes_backwards_keeps_nobody_waiting(here: Instance, judge: FakeJudge) -> None:
    here, ann = judged(here, judge), here.person("ann")
    judge.behavior = replying(status=503)
    id = here.given(ann)
    judge.behavior = judging()
    here.clock.move(days=-3)
    here.curate()
    assert here.state(id) is State.READY


def test_without_a_budget_records_wait_and_tomorrow_there_is_one(here: Instance, judge: FakeJudge) -> None:
    here, ann = judged(here, judge, budget=2, retries=20, wait=3600), here.person("ann")
    ids = [here.give(ann) for _ in range(5)]
    with capture_logs() as logs:
        here.curate()
    assert sorted(here.state(id) for id in ids) == ["ready", "ready", "waiting", "waiting", "waiting"]
    assert [log["event"] for log in logs if log["log_level"] == "warning"] == ["judge.budget_spent"]
    assert len(judge.calls) == calls_today(here.world) == 2
    here.clock.move(hours=3)
    here.curate()
    assert len(judge.calls) == 2
    here.clock.move(days=1)
    here.curate()
    assert len(judge.calls) == 4
    here.clock.move(days=1)
    here.curate()
    assert {here.state(id) for id in ids} == {State.READY}


def test_many_workers_share_one_budget(here: Instance, judge: FakeJudge) -> None:
    here, ann = judged(here, judge, budget=7), here.person("ann")
    ids = [here.give(ann) for _ in range(16)]
    workers = [replace(here.with_limits(claim_batch=4).world, holder=f"w{n}") for n in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(curate, workers))
    assert len(judge.calls) == 7
    assert sum(here.state(id) is State.READY for id in ids) == 7


def test_after_failures_in_a_row_a_judge_is_left_alone_then_tried_with_one(
    here: Instance, judge: FakeJudge
) -> None:
    here, ann = judged(here, judge, failures=3, retries=20, wait=1), here.person("ann")
    judge.behavior = replying(status=500)
    ids = [here.give(ann) for _ in range(12)]
    with capture_logs() as logs:
        here.curate()
    assert len(judge.calls) == 8, "those asked together, and no more"
    assert [log["event"] for log in logs].count("judge.rests") == 1
    here.clock.move(seconds=30)
    here.curate()
    assert len(judge.calls) == 8
    here.clock.move(minutes=1)
    here.curate()
    assert len(judge.calls) == 9, "one probe"
    judge.behavior = judging()
    here.clock.move(hours=1)
    here.curate()
    assert {here.state(id) for id in ids} == {State.READY}
    assert len(judge.calls) == 21


def test_two_judges_have_to_agree(embedded: Instance, judge: FakeJudge) -> None:
    def both(call: Any) -> Any:
        if call.path.endswith("moderations"):
            return moderating(hate=0.9)(call)
        return judging(bias=6)(call)

    judge.behavior = both
    here, ann = judged(embedded, judge), embedded.person("ann")
    second = ModerationJudge(Endpoint(url=judge.url, model=""))
    judges = (*here.world.judging.judges, (second, Circuit()))
    here = replace(here, world=replace(here.world, judging=Judging(judges=judges, budget=9)))
    id = here.given(ann)
    with here.world.database.read() as tx:
        [revision] = tx.contributions.revisions(id)
    found = {each.kind for each in revision.findings if each.detector == "judge"}
    assert found == {"safety.hate", "safety.bias"} and calls_today(here.world) == 2


def test_a_required_judge_that_is_not_there_sends_everything_to_a_person(embedded: Instance) -> None:
    policy = replace(embedded.world.policy, judge=JudgeRules(required=True))
    here, ann = replace(embedded, world=replace(embedded.world, policy=policy)), embedded.person("ann")
    id = here.given(ann)
    assert here.state(id) is State.QUARANTINED and here.reasons(ann, id) == ["judge_unavailable"]
    assert here.state(here.given(ann, "signal")) is State.READY


def test_what_is_too_long_for_a_judge_goes_to_a_person_at_once(embedded: Instance, judge: FakeJudge) -> None:
    here, ann = judged(embedded, judge, longest=500), embedded.person("ann")
    long = here.given(ann, messages=[{"role": "user", "content": " ".join(new_word() for _ in range(60))}])
    assert here.state(long) is State.QUARANTINED and not judge.calls
    assert here.view(ann, long)["verdict"]["rules"][-1] == "builtin.judge:too_large"


def test_what_goes_to_a_person_for_another_reason_needs_no_judge(embedded: Instance, judge: FakeJudge) -> None:
    """Here: it would be published otherwise than in its preview, which was made before detectors knew better."""
    here, ann = judged(embedded, judge), embedded.person("ann")
    fields: dict[str, Any] = {"messages": [{"role": "user", "content": "Ask bob@nebelhorn.ch for it."}]}
    given = read_contribution(json.dumps({"kind": "chat"} | fields).encode())
    shown = preview(replace(here.world, curator=Blind()), ann, given)
    consent = TERMS_GIVEN["consent"] | {"preview": shown["digest"]}
    unsaid = dict.fromkeys(("note", "tags", "assessment"))
    id = here.given(ann, **fields, **unsaid, terms=TERMS_GIVEN | {"consent": consent})
    assert "differs_from_preview" in here.reasons(ann, id) and not judge.calls


class Blind:
    """Detectors that see nothing."""

    def detect(self, bodies: Any) -> list[Detection]:
        return [Detection() for _ in bodies]

    def close(self) -> None:
        """There is nothing to close."""


def test_no_transaction_is_held_during_a_call(here: Instance, judge: FakeJudge) -> None:
    here, ann = judged(here, judge), here.person("ann")

    def behave(call: Any) -> Any:
        here.give(ann, "signal")  # a door writes while the judge thinks
        return judging()(call)

    judge.behavior = behave
    assert here.state(here.given(ann)) is State.READY


def test_a_crash_after_the_answer_costs_no_second_call(embedded: Instance, judge: FakeJudge) -> None:
    here, ann = judged(embedded, judge), embedded.person("ann")
    id = here.give(ann)
    for changes, calls, kept in ((1, 0, False), (2, 1, False), (3, 2, True), (4, 2, True)):
        with suppress(Crash):
            curate(replace(here.world, database=CrashingDatabase(here.world.database, changes)))
        assert (len(judge.calls), id in _kept(here)) == (calls, kept), changes
        here.clock.move(minutes=10)
    assert here.state(id) is State.READY


def test_nothing_given_is_in_a_log_or_a_failure(embedded: Instance, judge: FakeJudge) -> None:
    here, ann = judged(embedded, judge), embedded.person("ann")
    word = new_word()
    judge.behavior = lambda call: replace(replying(body=said(f"{word} {nonce_of(call)}"))(call))
    with capture_logs() as logs:
        here.given(ann, word=word)
    assert any(log["event"] == "judge.failed" for log in logs)
    assert word not in repr(logs)


def test_old_judgements_and_days_are_forgotten(here: Instance, judge: FakeJudge) -> None:
    here, ann = judged(here, judge), here.person("ann")
    here.given(ann)
    here.clock.move(days=89)
    run_schedule(here.world, HOUSEKEEPING)
    assert len(_kept(here)) == 1
    here.clock.move(days=2)
    run_schedule(here.world, HOUSEKEEPING)
    assert not _kept(here)
    with here.app.database.engine.connect() as connection:
        assert not connection.exec_driver_sql("SELECT day FROM judge_calls").all()


@pytest.mark.parametrize(
    ("settings", "versions"),
    [
        ({}, []),
        ({"URL": "http://127.0.0.1:9/v1", "MODEL": "a"}, [("chat", "a+")]),
        ({"URL": "http://127.0.0.1:9/v1", "KIND": "moderations"}, [("moderations", "default+")]),
        (
            {"URL": "http://127.0.0.1:9/v1", "KIND": "chat,moderations", "MODEL": "a, b"},
            [("chat", "a+"), ("moderations", "b+")],
        ),
        (
            {"URL": "http://127.0.0.1:9/v1", "KIND": "chat,moderations", "MODEL": "a"},
            [("chat", "a+"), ("moderations", "default+")],
        ),
    ],
)
def test_the_settings_say_who_judges(settings: dict[str, str], versions: list[tuple[str, str]]) -> None:
    given = load_settings({f"COMMONWHEEL_JUDGE_{name}": value for name, value in settings.items()})
    judges = [judge for judge, _ in open_judges(given).judges]
    assert [judge.name for judge in judges] == [name for name, _ in versions]
    assert all(judge.version.startswith(start) for judge, (_, start) in zip(judges, versions, strict=True))


@pytest.mark.parametrize(("name", "value"), [("KIND", "oracle"), ("KIND", "chat,chat"), ("TIMEOUT", "0")])
def test_a_setting_that_makes_no_sense_is_refused(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=f"COMMONWHEEL_JUDGE_{name}"):
        load_settings({f"COMMONWHEEL_JUDGE_{name}": value})
