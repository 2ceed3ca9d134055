"""A commons that trains: pairs from several people, and the policy, gate and recipe for so few."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from commonwheel.journeys.world import World
from commonwheel.ports import Trainer
from tests.worlds import Instance, new_word

GOLD = """
name = "small"
version = "1"
[trigger]
pairs = 20
hours_between = 0
[held_out]
contributors = 0.01
latest = 0.4
"""
GATE = """
name = "small"
version = "1"
fewest_givers = 2
suites = {}
[[rules]]
measure = "preference_accuracy"
asks = "better"
effect = 0.45
differing = 0.3
"""
RECIPE = """
name = "small"
version = "1"
method = "dpo"
hours = 1
[base]
model = "BASE"
license = "apache-2.0"
builder = "the tests"
[training]
batch = 8
epochs = 2
rate = 1e-3
save_every = 5
"""


@contextmanager
def training(here: Instance, trainer: Trainer, base: str = "none", **texts: str) -> Iterator[Instance]:
    """The same instance with a trainer, and with files for its policies; `texts` replaces those here."""
    yield replace(here, world=teaching(here.world, here.home.parent / "policies", trainer, base, **texts))


def teaching(world: World, folder: Path, trainer: Trainer, base: str = "none", **texts: str) -> World:
    """The same world, with a trainer and policies that are written to a folder."""
    folder.mkdir(exist_ok=True)
    files: dict[str, Path] = {}
    for name, text in {"gold_policy": GOLD, "gate": GATE, "recipe": RECIPE}.items():
        files[name] = folder / f"{name}.toml"
        files[name].write_text(texts.get(name, text).replace("BASE", base))
    return replace(world, trainer=trainer, **{name: str(path) for name, path in files.items()})


def edits(here: Instance, people: int = 6, each: int = 6) -> list[str]:
    """Corrections that all make the same kind of change, from several people; returns their ids."""
    ids = []
    for person in range(people):
        actor = here.person(f"giver-{person}")
        for _ in range(each):
            word = new_word()
            ids.append(
                here.give(
                    actor,
                    "correction",
                    word,
                    prompt=f"Tell the neighbours about the {word}.",
                    original=f"Dear residents, please be advised that the {word} will not be there on Friday.",
                    edited=f"Dear neighbours, the {word} is being repaired on Friday. Please help each other.",
                )
            )
    here.curate()
    return ids
