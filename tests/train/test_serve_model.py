"""A model beside its base on one machine: before and after, and what people think of it comes back."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from commonwheel.client import Commonwheel
from tests.cli.command import Commands, eventually
from tests.train.conftest import pairs
from tests.training import edits, training
from tests.worlds import TERMS_GIVEN


@contextmanager
def serving(commonwheel: Commands, *words: str | Path) -> Iterator[str]:
    """`commonwheel serve-model` on a free port; its address."""
    command = [sys.executable, "-m", "commonwheel.cli", "serve-model", *map(str, words), "--port", "0"]
    server = subprocess.Popen(command, env=commonwheel.environment, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield server.stdout.readline().split(" is at ")[1].split("/v1")[0]
    finally:
        server.terminate()
        server.communicate(timeout=60)


@pytest.fixture(scope="module")
def commonwheel(tmp_path_factory: pytest.TempPathFactory, base: Path) -> Commands:
    """An instance with a promoted model."""
    from commonwheel.adapters.curator_process import ProcessCurator
    from commonwheel.adapters.recipe_process import RecipeProcesses
    from commonwheel.journeys.train import train
    from tests.worlds import instance

    home = tmp_path_factory.mktemp("served") / "home"
    curator = ProcessCurator(timeout=20.0)
    with instance(home, curator) as here, training(here, RecipeProcesses(), str(base)) as here:
        edits(here)
        model = train(here.world, by="ann")
        assert model.state == "promoted", model.report
    curator.close()
    return Commands(home, {"RECIPE": str(home.parent / "policies" / "recipe.toml")})


def ask(url: str, **more: Any) -> httpx.Response:
    said = {"messages": [{"role": "user", "content": pairs(1)[0]["prompt"]}], "max_tokens": 24, **more}
    return httpx.post(f"{url}/v1/chat/completions", json=said, timeout=60)


def test_before_and_after_answer_and_say_what_they_stand_on(commonwheel: Commands) -> None:
    with serving(commonwheel) as url:
        assert [each["id"] for each in httpx.get(f"{url}/v1/models").json()["data"]] == ["m1", "base"]
        after, before = ask(url).json(), ask(url, model="base").json()
        assert (after["model"], before["model"]) == ("m1", "base")
        for answer in (after, before):
            assert answer["choices"][0]["message"]["content"] and answer["usage"]["completion_tokens"] <= 24
            assert answer["commonwheel"]["builder"] == "the tests" and "/" not in answer["commonwheel"]["base"]
        streamed = ask(url, stream=True).text
        events = [json.loads(line[6:]) for line in streamed.splitlines() if line.startswith("data: {")]
        said = "".join(each["choices"][0]["delta"].get("content", "") for each in events)
        assert said == after["choices"][0]["message"]["content"] and streamed.endswith("data: [DONE]\n\n")
        word = said.split()[1]
        assert ask(url, stop=word).json()["choices"][0]["message"]["content"] == said[: said.index(word)]
        seeded = [ask(url, temperature=1.0, seed=7).json()["choices"][0]["message"]["content"] for _ in range(2)]
        assert seeded[0] == seeded[1]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"model": "m9"}, 404),
        ({"messages": []}, 422),
        ({"max_tokens": 0}, 422),
        ({"messages": [{"role": "user", "content": "x" * 1_100_000}]}, 413),
    ],
)
def test_what_cannot_be_is_refused_as_clients_expect(serving_base: str, sent: dict[str, Any], status: int) -> None:
    answer = ask(serving_base, **sent)
    assert answer.status_code == status and answer.json()["error"]["message"]


@pytest.fixture(scope="module")
def serving_base(commonwheel: Commands) -> Iterator[str]:
    """The base alone."""
    with serving(commonwheel, "base") as url:
        yield url


def test_feedback_needs_a_commonwheel_and_an_answer(serving_base: str) -> None:
    id = ask(serving_base).json()["id"]
    for thought, status in (({"id": "x", "value": True}, 404), ({"id": id}, 422), ({"id": id, "edit": "y"}, 409)):
        assert httpx.post(f"{serving_base}/v1/feedback", json=thought).status_code == status


def test_an_edit_of_an_answer_comes_back_as_gold(commonwheel: Commands, tmp_path: Path) -> None:
    terms = tmp_path / "terms.json"
    terms.write_text(json.dumps(TERMS_GIVEN))
    words = ("--scope", "contribute", "--scope", "read", "--for", "us", "--terms", str(terms))
    token = tmp_path / "token"
    token.write_text(commonwheel.done("token", "create", *words))
    with (
        commonwheel.serving() as (api, _),
        serving(commonwheel, "m1", "--api", api, "--token-file", token) as url,
        Commonwheel(api, token.read_text().strip()) as giver,
    ):
        answer = ask(url).json()
        edit = answer["choices"][0]["message"]["content"] + " And bring some cake for everybody, please."
        sent = httpx.post(f"{url}/v1/feedback", json={"id": answer["id"], "edit": edit}, timeout=60)
        assert sent.status_code == 202, sent.text
        view = eventually(lambda: (got := giver.get(sent.json()["id"])) and got["state"] != "waiting" and got)
        assert view["kind"] == "correction" and view["given_content"]["edited"] == edit
        thumb = httpx.post(f"{url}/v1/feedback", json={"id": answer["id"], "value": True}, timeout=60)
        assert thumb.status_code == 201, thumb.text
