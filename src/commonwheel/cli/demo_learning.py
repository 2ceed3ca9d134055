"""The part of the demo in which models learn: a good run, and a bad one that is reverted."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path

from commonwheel.app import App
from commonwheel.cli.demo_edits import edits
from commonwheel.cli.speaking import Progress, count, say
from commonwheel.cli.training import reported
from commonwheel.client import Commonwheel
from commonwheel.errors import Unavailable
from commonwheel.journeys.gold_back import Poison, drop_gold, models_touched
from commonwheel.journeys.lineage import model_view
from commonwheel.journeys.promote import promote, revert
from commonwheel.journeys.sign_in import ACCOUNT
from commonwheel.journeys.train import train
from commonwheel.journeys.world import World
from commonwheel.learn.gold_policy import parse_gold_policy, read_gold_policy
from commonwheel.learn.splitting import is_held_out
from commonwheel.records.model import Model, Step

NEIGHBOURS = ("dora", "emil", "fatma", "gian", "hana", "ivo", "jana", "kofi")
TROLLS = ("troll", "crank", "grump", "heckler", "spammer")
_HONEST, _FLIPPED, _LATER = 160, 64, 96
_PATIENCE = 300.0
_TERMS = {"license": "CC-BY-4.0", "consent": {"version": "2026-11", "given": True}}
_RECIPE = """# The demo's: a tiny model, made here out of the edits themselves, learns which answers people prefer.
name = "demo"
version = "1"
method = "dpo"
mix_in = 0.05
hours = 1
[base]
model = "{base}"
license = "apache-2.0"
builder = "this demo, from nothing"
data = []
[training]
epochs = 4
batch = 8
rate = 1e-3
save_every = 1000
"""


def can_learn() -> bool:
    """Whether the extra is installed."""
    return all(find_spec(name) for name in ("torch", "trl", "peft"))


def learn(app: App, people: Mapping[str, Commonwheel], home: Path) -> None:
    """Learn from edits, show what it was made of, then learn from a troll, and take that back."""
    say("\nLearned")
    base = home / "base-model"
    recipe = home / "demo-recipe.toml"
    recipe.write_text(_RECIPE.format(base=base.as_posix()), encoding="utf-8")
    world = replace(app.world, recipe=str(recipe), gold_policy="small", gate="small")
    _give(people, NEIGHBOURS, list(edits(_HONEST)))
    _make_base(base)
    model = _train(world)
    _show(world, model)
    if model.state != "promoted":
        say("  It was not promoted, so there is nothing to revert.")
        return
    say("\nPoisoned, and healed")
    troll = _troll(world)
    _give(people, (troll,), list(edits(_FLIPPED, "the house next door", flipped=True)))
    _give(people, NEIGHBOURS, list(edits(_LATER, "the house across the street")))
    _heal(world, _train(world), troll)


def _give(people: Mapping[str, Commonwheel], names: Sequence[str], given: Sequence[Mapping[str, str]]) -> None:
    """Post edits as a product's logger does, and wait until they are curated."""
    progress = Progress()
    for number, (each, name) in enumerate(zip(given, cycle(names)), 1):
        people[name].edit(each["prompt"], each["original"], each["edited"], language="en", terms=_TERMS)
        progress("Edits given", number)
    end = time.monotonic() + _PATIENCE
    person = people[names[0]]
    while person.health()["waiting"]:
        if time.monotonic() > end:
            raise Unavailable("The worker does not empty the waiting room; demo.log in the folder says why.")
        time.sleep(0.1)
    progress.done()
    who = f"{len(names)} people" if len(names) > 1 else names[0]
    say(f"  {count(len(given), 'edit')} from {who}.")


def _make_base(folder: Path) -> None:
    """A tiny model that has read both kinds of answers, so that it prefers neither much."""
    chats = [
        [{"role": "user", "content": each["prompt"]}, {"role": "assistant", "content": each[side]}]
        for each in edits(160)
        for side in ("original", "edited")
    ]
    subprocess.run(
        [sys.executable, "-m", "commonwheel.recipes.tiny", str(folder)],
        input="\n".join(map(json.dumps, chats)), encoding="utf-8", check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _train(world: World) -> Model:
    progress = Progress()

    def tell(step: Step) -> None:
        progress(f"Step of {step.of}", step.step)

    try:
        return train(world, by="the demo", tell=tell)
    finally:
        progress.done()


def _show(world: World, model: Model) -> None:
    """What became of a run, and what it was made of."""
    view = model_view(world, model.number)
    made = view["made_of"]
    start = "the base" if model.start is None else f"m{model.start}"
    say(
        f"  {model.name} learned from {count(view['trained'], 'example')} of gold {model.gold} "
        f"({count(made['contributors'], 'contributor')}), starting from {start}, "
        f"in {view['facts']['seconds']:.0f} s; {view['held_out']} held out."
    )
    for line in reported(view["report"]):
        say(line)
    say(f"  {model.name} is {model.state}.")
    if made["origin"]:
        said = ", ".join(f"{number} {origin}" for origin, number in made["origin"].items())
        say(f"  Made of {said}, under {', '.join(made['license'])}. /models/{model.number} shows its curves.")


def _troll(world: World) -> str:
    """A name that is not held out by chance: one who is would teach nothing."""
    held_out = parse_gold_policy(read_gold_policy(world.gold_policy)).held_out
    for name in TROLLS:
        hand = world.identity.contributor(ACCOUNT, name)
        if not is_held_out(hand, held_out.contributors, held_out.seed):
            return name
    return TROLLS[0]


def _heal(world: World, bad: Model, troll: str) -> None:
    """Promote a bad model against the gate's advice, take that back, and drop what made it bad."""
    _show(world, bad)
    if bad.state != "promoted":
        promote(world, bad.number, "the demo", "to show that it can be taken back", anyway=True)
        say(f"  Somebody promoted {bad.name} anyway.")
    begun = time.monotonic()
    done = revert(world, "the demo", "it is worse")
    took = 1000 * (time.monotonic() - begun)
    serves = "the base" if done.now is None else done.now.name
    say(f"  {bad.name} was reverted in {took:.0f} ms: {serves} serves again.")
    version = drop_gold(
        world, Poison(contributor=world.identity.contributor(ACCOUNT, troll)), "the demo", "flipped"
    )
    say(f"  Gold {version.number} is without what {troll} gave: {count(version.left, 'pair')} left.")
    for number, pairs in models_touched(world, version.number).items():
        say(f"  m{number} had learned from {count(pairs, 'pair')} of it.")
