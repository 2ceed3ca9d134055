"""Answers of two models to questions that anybody may read, and only as long as they may."""

from commonwheel.journeys.side_by_side import MOST, answers_of
from commonwheel.journeys.take_back import erase, withdraw
from commonwheel.journeys.train import train
from tests.journeys.test_measuring import ASKING
from tests.toy_trainer import ToyTrainer
from tests.training import edits, training
from tests.worlds import Instance


def test_answers_stand_side_by_side_while_their_question_is_public(here: Instance) -> None:
    with training(here, ToyTrainer(), gate=ASKING) as here:
        ids = edits(here)
        here.curate()
        here.cut()
        train(here.world, by="ann")
        shown = answers_of(here.world, 1)
        assert 0 < len(shown) <= MOST
        first = shown[0]
        assert first.contribution in ids and first.question.startswith("Tell the neighbours")
        assert {first.mine, first.other} == {"an answer of model 1", "an answer of model 0"}

        giver = here.person(f"giver-{ids.index(first.contribution) // 6}")
        withdraw(here.world, giver, first.contribution)
        assert first.contribution not in {each.contribution for each in answers_of(here.world, 1)}
        erase(here.world, giver, first.contribution)
        with here.world.database.read() as tx:
            assert first.contribution not in {each.contribution for each in tx.models.said(1)}


def test_what_is_not_public_is_not_shown(here: Instance) -> None:
    with training(here, ToyTrainer(), gate=ASKING) as here:
        edits(here)
        here.curate()
        train(here.world, by="ann")
        assert answers_of(here.world, 1) == []
