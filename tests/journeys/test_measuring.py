"""What else candidates are measured by: a judge, curation of their answers, and reported failures."""

import re
from dataclasses import replace

import pytest

from commonwheel.adapters.judge import ChatReferee, Endpoint
from commonwheel.journeys.evaluate_model import evaluate
from commonwheel.journeys.train import train
from commonwheel.journeys.world import Judging
from commonwheel.learn.referee import Duel, duel_answer, worth
from tests.judges import fake_judge, prefers, saying
from tests.toy_trainer import ToyTrainer
from tests.training import GATE, edits, training
from tests.worlds import TERMS_GIVEN, Instance, new_word

ASKING = GATE.replace("suites = {}", "suites = {}\nanswers = 8\nfailures = 10")


def candidate_first(first: str, second: str) -> str:
    """The toy's answers say whose they are: the first model of a comparison is the candidate."""
    return "first" if first.endswith("0") else "second" if second.endswith("0") else "neither"


def test_a_judge_compares_answers_both_ways_round(embedded: Instance) -> None:
    with fake_judge() as server, training(embedded, ToyTrainer(), gate=ASKING) as here:
        server.behavior = prefers(candidate_first)
        referee = ChatReferee(Endpoint(url=server.url, model="a"))
        world = replace(here.world, referee=referee, judging=Judging(budget=100))
        edits(here)
        model = train(world, by="ann")
        assert model.report is not None
        assert model.report["measures"]["win_rate"] == {"items": 8, "candidate": 1.0, "incumbent": 0.0}
        assert model.report["measures"]["clean_answers"]["candidate"] == 1.0
        # A call whose answer is late is made again: what counts is what was asked.
        asked = {re.sub(r"[0-9a-f]{32}", "", repr(call.request)) for call in server.calls}
        assert len(asked) == 16
        server.behavior = prefers(lambda first, second: "first")  # likes whatever it reads first
        again = evaluate(world, 1)
        assert again.report is not None and again.report["measures"]["win_rate"]["candidate"] == 0.5


@pytest.mark.parametrize("broken", ["nonsense", "half", "budget"])
def test_a_judge_that_fails_half_way_measures_nothing_and_holds(embedded: Instance, broken: str) -> None:
    asks = ASKING + '\n[[rules]]\nmeasure = "win_rate"\nasks = "better"\neffect = 0.5\ndiffering = 0.2\n'
    with fake_judge() as server, training(embedded, ToyTrainer(), gate=asks) as here:
        good, bad = prefers(candidate_first), saying("I would rather not say.")
        fails = broken == "nonsense"
        server.behavior = lambda call: (bad if fails or (broken == "half" and len(server.calls) > 5) else good)(
            call
        )
        referee = ChatReferee(Endpoint(url=server.url, model="a"))
        budget = 3 if broken == "budget" else 100
        edits(here)
        model = train(replace(here.world, referee=referee, judging=Judging(budget=budget)), by="ann")
        assert model.report is not None and "win_rate" not in model.report["measures"]
        assert model.report["gate"]["answer"] == "hold"
        assert model.report["gate"]["outcomes"][-1]["reason"] == "it was not measured"


def test_what_was_reported_as_a_failure_is_asked_again(here: Instance) -> None:
    with training(here, ToyTrainer(), gate=ASKING) as here:
        edits(here)
        ann = here.person("ann")
        for purposes in (["evaluation"], ["display", "evaluation", "training"], ["display"]):
            here.given(ann, "chat", new_word(), assessment="fail", terms=TERMS_GIVEN | {"purposes": purposes})
        here.given(ann, "chat", new_word())
        model = train(here.world, by="ann")
        assert model.report is not None
        measured = model.report["measures"]["failures"]
        assert measured["items"] == 2 and 0 < measured["candidate"] <= 1
        assert list(model.report["failures_by_month"]) == ["2026-11"]


def test_an_answer_of_a_judge_counts_only_with_the_secret_of_its_call() -> None:
    said = b'{"choices": [{"message": {"content": "{\\"nonce\\": \\"%s\\", \\"better\\": \\"first\\"}"}}]}'
    assert duel_answer(said % b"x", "x") == "first" and duel_answer(said % b"y", "x") is None
    for nonsense in (
        b"",
        b"[]",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": null}}]}',
        b"[" * 9_999,
    ):
        assert duel_answer(nonsense, "x") is None
    assert [worth("first", "second"), worth("first", "first"), worth("second", "first")] == [1.0, 0.5, 0.0]
    duel = Duel(prompt=[], first="a", second="b")
    assert duel.swapped().swapped() == duel
