"""An engineer posts edits, and gets a better model without doing anything else."""

import json
import signal
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from commonwheel.client import Commonwheel
from tests.cli.command import Commands, alive, eventually, processes_below
from tests.training import GATE, RECIPE
from tests.worlds import TERMS_GIVEN

GOLD = """
name = "ours"
version = "1"
per_contributor = 0
[trigger]
pairs = 400
[held_out]
contributors = 0.01
latest = 0.2
"""


def edits(shared_data: Path, number: int) -> Iterator[tuple[str, str, str]]:
    """Real questions; answers in the manner of a call center, which a person takes out of them."""
    with (shared_data / "gsm8k_train.jsonl").open(encoding="utf-8") as lines:
        for line in islice(lines, number):
            row = json.loads(line)
            said = row["answer"].split("\n")[0][:160]
            office = f"Thank you for your inquiry! {said} We trust that this answers your request."
            yield row["question"][:200], office, f"{said} Check it yourself, too."


@pytest.fixture
def commonwheel(tmp_path: Path, base: Path) -> Commands:
    """An instance that trains with 400 new pairs."""
    (tmp_path / "gold.toml").write_text(GOLD)
    (tmp_path / "recipe.toml").write_text(RECIPE.replace("BASE", str(base)).replace("epochs = 2", "epochs = 1"))
    (tmp_path / "gate.toml").write_text(GATE.replace("fewest_givers = 2", "fewest_givers = 1"))
    settings = {
        "RECIPE": str(tmp_path / "recipe.toml"),
        "GOLD_POLICY": str(tmp_path / "gold.toml"),
        "GATE": str(tmp_path / "gate.toml"),
        "RELEASE_EVERY": "0",
    }
    return Commands(tmp_path / "home", settings)


def test_500_edits_become_a_promoted_model_though_the_server_is_killed(
    commonwheel: Commands, shared_data: Path
) -> None:
    token = commonwheel.done("token", "create", "--scope", "contribute", "--scope", "read", "--for", "us").strip()
    with commonwheel.serving() as (url, server), Commonwheel(url, token, retries=30) as product:
        for prompt, original, edited in edits(shared_data, 500):
            product.edit(prompt, original, edited, language="en", terms=TERMS_GIVEN)
        eventually(lambda: commonwheel.json("models"), 240)
        eventually(lambda: commonwheel.json("models", "m1")["curve"], 120)
        below = processes_below(server.pid)
        server.send_signal(signal.SIGKILL)
        server.wait()
        eventually(lambda: not any(alive(pid) for pid in below), 60)
    with commonwheel.serving():
        model = eventually(lambda: [each for each in commonwheel.json("models") if each["report"]], 240)[0]
        assert model["trained"] > 350 and model["held_out"] > 75
        assert model["report"]["gate"]["answer"] == "promote", model["report"]["gate"]
        promoted = eventually(lambda: commonwheel.json("models", "m1")["state"] == "promoted")
        assert promoted and "goes on" in [each["what"] for each in commonwheel.json("models", "m1")["history"]]
