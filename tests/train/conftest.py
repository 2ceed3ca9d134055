"""Tests with real trainers and tiny models: `make test-models` installs what they need."""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from commonwheel.adapters.curator_process import ProcessCurator
from tests.worlds import Instance, instance

collect_ignore_glob = [] if find_spec("trl") and find_spec("peft") else ["test_*.py"]

TOPICS = (
    "water heating rent garden kitchen window cellar stairs roof door light bin bicycle parcel letter lift".split()
)
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def pairs(number: int, start: int = 0) -> list[dict[str, str]]:
    """Pairs that all ask for the same change: friendlier and shorter."""
    found = []
    for index in range(start, start + number):
        topic, day, hour = TOPICS[index % len(TOPICS)], DAYS[index % len(DAYS)], index
        found.append(
            {
                "prompt": f"Tell the neighbours about the {topic} on {day} at {hour}.",
                "rejected": f"Dear residents, please be advised that the {topic} will not work on {day}, {hour}.",
                "chosen": f"Dear neighbours, the {topic} is being repaired on {day} at {hour}. Please help.",
            }
        )
    return found


def as_chat(pair: dict[str, str], side: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": pair["prompt"]}, {"role": "assistant", "content": pair[side]}]


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model that has read both kinds of answers."""
    folder = tmp_path_factory.mktemp("models") / "base"
    chats = [as_chat(pair, side) for pair in pairs(80) for side in ("chosen", "rejected")]
    subprocess.run(
        [sys.executable, "-m", "commonwheel.recipes.tiny", str(folder), "--steps", "60"],
        input="\n".join(map(json.dumps, chats)), encoding="utf-8", check=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return folder


@pytest.fixture
def here(tmp_path: Path, curator: ProcessCurator) -> Iterator[Instance]:
    """An instance with everything in one folder."""
    with instance(tmp_path / "home", curator) as running:
        yield running
