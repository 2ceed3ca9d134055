"""What groups of gifts did for a model: estimated by training it anew without each, never told of few people."""

import pytest

from commonwheel.errors import Conflict, Invalid
from commonwheel.journeys import impact as journey
from commonwheel.journeys.impact import FEWEST_GIVERS, impact
from commonwheel.journeys.train import train
from tests.toy_trainer import ToyTrainer
from tests.training import training
from tests.worlds import Instance

PEOPLE = 2 * FEWEST_GIVERS + 2


def edits_by(here: Instance, languages: tuple[str, ...], people: int = PEOPLE) -> None:
    """Edits of several people, the first half of whom write in the first language."""
    for number in range(60):
        who = number % people
        language = languages[0 if who < people / 2 else -1]
        here.clock.move(hours=1)
        here.given(
            here.person(f"person {who}"),
            "correction",
            language=language,
            prompt=f"How is {number} said?",
            original=f"Dear customer, the number {number} is herewith stated in full.",
            edited=f"Hello, the number {number} is simply stated in full.",
            reason=None,
            note=None,
            tags=None,
        )


def test_each_large_group_is_left_out_once(embedded: Instance) -> None:
    trainer = ToyTrainer()
    with training(embedded, trainer) as here:
        edits_by(here, ("en", "de"))
        model = train(here.world, by="ann")
        before = len(trainer.runs)
        done = impact(here.world, model.number, "language")
        whole, *without = trainer.runs[before:]
        assert len(without) == 2 and len(whole) == sum(len(whole) - len(run) for run in without)
        found = (done.report or {})["impact"]["language"]
        assert set(found) == {"en", "de"}
        for each in found.values():
            assert each["people"] >= FEWEST_GIVERS and each["low"] <= each["difference"] <= each["high"]
            assert each["items"] > 0 and 0 <= each["accuracy_without"] <= 1
        assert (done.report or {})["gate"] == (model.report or {})["gate"] and done.state is model.state


def test_nothing_is_told_of_few_people(embedded: Instance) -> None:
    with training(embedded, ToyTrainer()) as here:
        edits_by(here, ("en", "de"), people=FEWEST_GIVERS + 1)
        model = train(here.world, by="ann")
        with pytest.raises(Conflict, match="people"):
            impact(here.world, model.number, "language")


def test_what_cannot_be_estimated_is_refused(embedded: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    with training(embedded, ToyTrainer()) as here:
        edits_by(here, ("en", "de"))
        model = train(here.world, by="ann")
        with pytest.raises(Invalid):
            impact(here.world, model.number, "person")
        with pytest.raises(Conflict):
            impact(here.world, 99, "language")
        monkeypatch.setattr(journey, "MOST_LEARNED", 5)
        with pytest.raises(Conflict, match="up to"):
            impact(here.world, model.number, "language")
