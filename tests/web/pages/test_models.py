"""The pages and calls about models: what each was made of, how it was measured, what became of it."""

from pathlib import Path
from threading import Event

import pytest
from fastapi.testclient import TestClient

from commonwheel.journeys.promote import revert
from commonwheel.journeys.train import train
from commonwheel.people.tokens import TokenScope
from commonwheel.ports.training import RunFailed
from tests.toy_trainer import ToyTrainer
from tests.training import RECIPE, teaching
from tests.web.api.checked import Api
from tests.web.pages.conftest import Commons, Seen
from tests.worlds import new_word

HOSTILE = '<script>alert(1)</script>" onload="x'


def edits(commons: Commons, number: int = 36) -> list[str]:
    """Corrections that make the same kind of change, from six people; released."""
    ids = []
    for index in range(number):
        word = new_word()
        ids.append(
            commons.give(
                commons.actor(f"giver-{index % 6}", TokenScope.CONTRIBUTE),
                kind="correction",
                prompt=f"Tell the neighbours about the {word}.",
                original=f"Dear residents, please be advised that the {word} will not be there on Friday.",
                edited=f"Dear neighbours, the {word} is being repaired on Friday. Please help each other.",
            )
        )
    commons.release()
    return ids


def test_a_model_is_shown_with_what_it_is_made_of(commons: Commons, tmp_path: Path) -> None:
    browser = commons.browser()
    assert "There is none yet" in browser.get("/models").text
    ids = edits(commons)
    hostile = RECIPE.replace('builder = "the tests"', f"builder = '{HOSTILE}'")
    hostile = hostile.replace(
        "[training]", 'data = ["https://example.org/data", "javascript:alert(1)"]\n[training]'
    )
    world = teaching(commons.app.world, tmp_path / "policies", ToyTrainer(), recipe=hostile)
    model = train(world, by="ann")
    for address in ("/models", "/models/1", "/models/m1"):
        answer = browser.get(address)
        page = Seen(answer.text)
        said = " ".join(page.text.split())
        assert answer.status_code == 200 and HOSTILE in said
        assert not [tag for tag, _ in page.tags if tag == "script"]
    assert "Serves. Learned from" in said and "Prefers what people prefer" in said
    assert f"correction {model.trained} (100 %)" in said and "It starts from the base model." in said
    links = {a.get("href") for tag, a in page.tags if tag == "a"}
    assert "https://example.org/data" in links and "javascript:alert(1)" not in links
    assert len([a for tag, a in page.tags if tag == "path" and a.get("class") == "ln"]) == 1
    assert not [tag for tag, a in page.tags if tag == "meta" and a.get("http-equiv")]
    roles = [browser.get(f"/contributions/{id}").text for id in ids]
    assert sum("learned from it" in each for each in roles) == model.trained
    assert sum("was measured by it" in each for each in roles) == model.held_out
    revert(world, "ann", "to see")
    assert "Served and was taken back." in browser.get("/models").text


def test_a_model_that_learns_shows_how_far_it_is(commons: Commons, tmp_path: Path) -> None:
    edits(commons)
    stop, trainer = Event(), ToyTrainer()
    trainer.each_step = lambda step: stop.set() if step == 9 else None
    world = teaching(commons.app.world, tmp_path / "policies", trainer)
    with pytest.raises(RunFailed):
        train(world, by="ann", stop=stop)
    page = Seen(commons.browser().get("/models/1").text)
    assert "Is learning. Learns from" in " ".join(page.text.split())
    assert [a["content"] for tag, a in page.tags if tag == "meta" and a.get("http-equiv") == "refresh"] == ["5"]


@pytest.mark.parametrize("name", ["2", "m2", "x", "0", "-1", "99999999999999999999", "m" * 20, "１２"])
def test_a_model_that_is_not_there_is_not_found(commons: Commons, name: str) -> None:
    assert commons.browser().get(f"/models/{name}").status_code == 404
    with TestClient(commons.web) as client:
        assert Api(commons.app, client).get(f"/models/{name}").status_code == 404


def test_programs_see_the_same(commons: Commons, tmp_path: Path) -> None:
    with TestClient(commons.web) as client:
        _programs(commons, Api(commons.app, client), tmp_path)


def _programs(commons: Commons, api: Api, tmp_path: Path) -> None:
    assert api.get("/models").json() == {"items": [], "next": None}
    edits(commons)
    train(teaching(commons.app.world, tmp_path / "policies", ToyTrainer()), by="ann")
    [listed] = api.get("/models").json()["items"]
    shown = api.get("/models/m1").json()
    assert listed.items() <= shown.items() and shown["state"] == "promoted"
    assert shown["made_of"]["contributors"] >= 5 and len(shown["curve"]) == shown["trained"]
    assert "giver-" not in str(shown) and "Dear" not in str(shown)
