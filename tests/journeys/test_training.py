"""From gold to a model that serves, and back: what decides, with a trainer that needs no libraries."""

from dataclasses import replace
from threading import Event

import pytest

from commonwheel.errors import Conflict, Refused, RunUnderWay
from commonwheel.journeys.evaluate_model import evaluate
from commonwheel.journeys.leases import training_lease
from commonwheel.journeys.lineage import model_view
from commonwheel.journeys.plan_training import plan_training
from commonwheel.journeys.promote import promote, revert
from commonwheel.journeys.take_back import erase, withdraw
from commonwheel.journeys.train import train, train_if_due
from commonwheel.ports.training import RunFailed
from commonwheel.records.model import Model, ModelState
from tests.toy_trainer import ToyTrainer
from tests.training import GATE, GOLD, RECIPE, edits, training
from tests.worlds import TERMS_GIVEN, Instance, new_word


def models(here: Instance) -> list[Model]:
    with here.world.database.read() as tx:
        return tx.models.all()


def test_edits_become_a_better_model_unattended(here: Instance) -> None:
    with training(here, ToyTrainer()) as here:
        assert train_if_due(here.world) is None
        ids = edits(here)
        model = train_if_due(here.world)
        assert model is not None and model.state is ModelState.PROMOTED
        assert model.report is not None and model.report["gate"]["answer"] == "promote"
        measured = model.report["measures"]["preference_accuracy"]
        assert (measured["incumbent"], measured["candidate"]) == (0.5, 1.0)
        assert train_if_due(here.world) is None  # nothing is new
        roles = {view["as"] for id in ids for view in here.view(here.admin(), id)["models"]}
        assert roles == {"learned from", "measured by"}
        view = model_view(here.world, 1)
        assert view["made_of"]["pairs"] == view["trained"] == len(view["curve"])
        assert view["made_of"]["license"] == {"CC-BY-4.0": view["trained"]} and view["taken_back"] == 0


def test_flipped_labels_are_rejected_and_an_identical_model_is_held(here: Instance) -> None:
    with training(here, ToyTrainer()) as good:
        edits(good)
        assert train(good.world, by="ann").state is ModelState.PROMOTED
        edits(good)
        with training(good, ToyTrainer(flips=True), recipe=_RECIPE_ANEW) as flipped:
            bad = train(flipped.world, by="ann")
        assert bad.state is ModelState.CANDIDATE and bad.report is not None
        assert bad.report["gate"]["answer"] == "reject"
        with pytest.raises(Refused, match="says reject"):
            promote(good.world, bad.number, "ann")
        edits(good)
        with training(good, ToyTrainer(learns=False)) as idle:
            same = train(idle.world, by="ann")
        assert same.start == 1 and same.report is not None and same.report["gate"]["answer"] == "hold"
        assert [model.state for model in models(good)] == ["promoted", "candidate", "candidate"]


_RECIPE_ANEW = RECIPE.replace('method = "dpo"', 'method = "dpo"\ncontinues = false')


def test_a_bad_promotion_is_taken_back(here: Instance) -> None:
    with training(here, ToyTrainer()) as good:
        edits(good)
        first = train(good.world, by="ann")
        edits(good)
        with training(good, ToyTrainer(flips=True), recipe=_RECIPE_ANEW) as flipped:
            bad = train(flipped.world, by="ann")
        with pytest.raises(Refused):
            promote(good.world, bad.number, "ann", anyway=True)  # without a reason
        promote(good.world, bad.number, "ann", "I know better", anyway=True)
        assert [model.state for model in models(good)] == ["superseded", "promoted"]
        done = revert(good.world, "ann", "worse")
        assert (done.before.number, done.now and done.now.number) == (bad.number, first.number)
        assert [model.state for model in models(good)] == ["promoted", "reverted"]
        assert revert(good.world, "ann").now is None  # the base serves
        with pytest.raises(Refused):
            revert(good.world, "ann")


def test_a_run_continues_until_something_it_learned_from_is_taken_back(here: Instance) -> None:
    with training(here, ToyTrainer()) as here:
        ids = edits(here)
        train(here.world, by="ann")
        edits(here)
        plan = plan_training(here.world)
        assert (
            plan.start.model == 1 and plan.parts.left_out["the model that it continues from has learned it"] > 10
        )
        learned = next(id for id in ids if here.view(here.admin(), id)["models"][0]["as"] == "learned from")
        erase(here.world, here.admin(), learned)
        plan = plan_training(here.world)
        assert plan.start.model is None and "1 of the pairs that m1 learned from were taken back" in plan.start.why
        second = train(here.world, by="ann")
        assert second.start is None and second.trained > 30
        assert model_view(here.world, 1)["taken_back"] == 1


def test_what_is_taken_back_during_a_run_is_not_in_its_model(
    here: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commonwheel.journeys.run_training._LOOK_EVERY", 0.0)
    trainer = ToyTrainer()
    with training(here, trainer) as here:
        ids = edits(here)

        def interfere(step: int) -> None:
            if step == 5 and len(trainer.runs) == 1:
                for id in ids[:18]:
                    withdraw(here.world, here.admin(), id)

        trainer.each_step = interfere
        model = train(here.world, by="ann")
        assert len(trainer.runs) == 2 and len(trainer.runs[1]) == model.trained < len(trainer.runs[0])
        view = model_view(here.world, model.number)
        assert any("taken back: it begins anew" in each["why"] for each in view["history"])
        assert view["taken_back"] == 0 and len(view["curve"]) == model.trained


def test_a_run_that_was_interrupted_goes_on(here: Instance) -> None:
    stop, trainer = Event(), ToyTrainer()
    with training(here, trainer) as here:
        edits(here)
        trainer.each_step = lambda step: stop.set() if step == 3 else None
        with pytest.raises(RunFailed):
            train(here.world, by="ann", stop=stop)
        assert [model.state for model in models(here)] == ["training"]
        model = train_if_due(here.world)
        assert model is not None and model.number == 1 and model.state is ModelState.PROMOTED
        assert [each["what"] for each in model.history] == ["training", "goes on", "candidate", "promoted"]


@pytest.mark.parametrize("reason", ["nan", "memory", "disk", "killed", "model"])
def test_a_run_that_fails_leaves_a_true_registry(embedded: Instance, reason: str) -> None:
    with training(embedded, ToyTrainer(fails=reason)) as here:
        edits(here)
        with pytest.raises(RunFailed) as failed:
            train(here.world, by="ann")
        assert failed.value.reason == reason
        [model] = models(here)
        assert model.state is ModelState.FAILED and model.history[-1]["why"] == failed.value.message
        with pytest.raises(Conflict):
            evaluate(here.world, 1)
        assert train_if_due(replace(here.world, trainer=ToyTrainer())) is not None  # a failed run had nothing


def test_answers_that_nobody_edited_are_mixed_in(embedded: Instance) -> None:
    with training(embedded, ToyTrainer(), recipe="mix_in = 0.1\n" + RECIPE) as here:
        edits(here)
        fan, silent = here.person("fan"), TERMS_GIVEN | {"purposes": ["display"]}
        for _ in range(5):
            here.given(fan, "chat")
            here.given(fan, "chat", terms=silent)
            here.given(fan, "chat", assessment="fail")
        plan = plan_training(here.world)
        assert plan.parts.mixed_in == 3
        train(here.world, by="ann")
        assert here.world.trainer is not None
        [learned] = here.world.trainer.runs  # type: ignore[attr-defined]
        assert sum(not each.rejected for each in learned) == 3
        assert model_view(here.world, 1)["made_of"]["origin"]["thumb_up"] == 3


def test_only_one_process_trains(here: Instance) -> None:
    with training(here, ToyTrainer()) as here:
        edits(here)
        other = replace(here.world, holder="elsewhere:1:1", is_alive=lambda name: True)
        with training_lease(other), pytest.raises(RunUnderWay):
            train(here.world, by="ann")
        assert models(here) == []


def test_what_nobody_may_learn_from_is_refused_with_reasons(embedded: Instance) -> None:
    with training(embedded, ToyTrainer()) as here:
        ann, denies = here.person("ann"), TERMS_GIVEN | {"ai_pref": "train-ai=n;exceptions=cc-cr"}
        for _ in range(3):
            here.given(ann, "correction", new_word(), terms=denies)
        with pytest.raises(Refused, match="3 left out: its AI preference says no to training"):
            train(here.world, by="ann")
        evaluating = GOLD.replace('version = "1"', 'version = "1"\npurpose = "evaluation"')
        with (
            training(here, ToyTrainer(), gold_policy=evaluating) as here,
            pytest.raises(Refused, match="for eval"),
        ):
            train(here.world, by="ann")


def test_the_gate_promotes_by_itself_only_where_it_may(embedded: Instance) -> None:
    asks = GATE.replace("fewest_givers", "promotes = false\nfewest_givers")
    with training(embedded, ToyTrainer(), gate=asks) as here:
        edits(here)
        model = train(here.world, by="ann")
        assert model.state is ModelState.CANDIDATE and model.report is not None
        assert model.report["gate"]["answer"] == "promote"
        assert promote(here.world, 1, "ann").state is ModelState.PROMOTED
