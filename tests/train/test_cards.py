"""A model's card says what it is made of, what it stands on, and how it was measured; the hub can read it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from huggingface_hub import ModelCard

from commonwheel.journeys.train import train
from tests.cli.command import Commands
from tests.toy_trainer import ToyTrainer
from tests.training import RECIPE, edits, training
from tests.worlds import Instance

HOSTILE = "a builder | with ** marks"


@pytest.fixture
def commonwheel(here: Instance) -> Commands:
    """An instance with a promoted model."""
    recipe = RECIPE.replace('builder = "the tests"', f'builder = "{HOSTILE}"')
    with training(here, ToyTrainer(), recipe=recipe) as taught:
        edits(taught)
        train(taught.world, by="ann")
    return Commands(here.home)


def test_a_card_can_be_read_by_people_and_by_the_hub(commonwheel: Commands, tmp_path: Path) -> None:
    assert "m1 is in" in commonwheel.done("publish", "m1", "--to", "folder", "--out", tmp_path / "out")
    card = ModelCard.load(tmp_path / "out" / "README.md")
    assert (
        card.data.library_name == "peft" and card.data.license == "apache-2.0" and card.data.base_model == "none"
    )
    [result] = [each for each in card.data.eval_results or () if each.metric_type == "preference_accuracy"]
    assert result.metric_value == 1.0
    for words in ("allows training by its terms", "CC-BY-4.0", HOSTILE, "**promote**", "Before you deploy it"):
        assert words in card.text
    assert (tmp_path / "out" / "adapter_model.safetensors").exists()
    assert commonwheel("publish", "m1", "--to", "folder", "--out", tmp_path / "out").exit_code == 1
    assert commonwheel("publish", "m1", "--to", "folder").exit_code == 2


def test_a_hub_that_says_no_is_told_without_a_trace(
    commonwheel: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refuses(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(401)
            self.end_headers()
            self.wfile.write(json.dumps({"error": "who are you?"}).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Refuses) as hub:
        thread = threading.Thread(target=hub.serve_forever)
        thread.start()
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", f"http://127.0.0.1:{hub.server_port}")
        refused = commonwheel("publish", "m1", "--to", "huggingface", "--repo", "us/wheel")
        hub.shutdown()
        thread.join()
    assert refused.exit_code == 1 and "The hub did not take it" in refused.stderr
