"""Each recipe learns what it is shown, goes on where it was killed, and says why it cannot."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from commonwheel.adapters.recipe_process import RecipeProcesses
from commonwheel.learn.measures import margin, mean, prefers
from commonwheel.ports.training import Example, Question, RunFailed
from commonwheel.records.model import Step
from tests.train.conftest import pairs
from tests.training import RECIPE

TRAINER = RecipeProcesses()
HELD_OUT = [
    Question(
        id=str(index),
        prompt=[{"role": "user", "content": pair["prompt"]}],
        better=pair["chosen"],
        worse=pair["rejected"],
    )
    for index, pair in enumerate(pairs(24, start=200))
]


def examples(number: int, origin: str = "pair") -> list[Example]:
    """Things to learn from: pairs, traces, or answers that are only good."""
    found = []
    for index, pair in enumerate(pairs(number)):
        chosen, rejected = pair["chosen"], pair["rejected"]
        if origin == "rationale":
            chosen, rejected = f"Neighbours are people.\nSo be kind.\n\n{chosen}", ""
        elif origin == "alone":
            rejected = ""
        prompt = [{"role": "user", "content": pair["prompt"]}]
        found.append(Example(number=index, prompt=prompt, chosen=chosen, rejected=rejected))
    return found


def train(
    base: Path, folder: Path, method: str, learned: Sequence[Example], start: Path | None = None, **changes: str
) -> tuple[Path, list[Step], Any]:
    """Run a recipe; its adapter, its steps and its facts."""
    text = recipe(base, method, **changes)
    work, out, steps = folder / "work", folder / "out", []
    work.mkdir(exist_ok=True, parents=True)

    def follow(step: Step) -> bool:
        steps.append(step)
        return True

    facts = TRAINER.train(method, text, learned, start=start, work=work, out=out, follow=follow)
    return out, steps, facts


def recipe(base: Path, method: str, **changes: str) -> str:
    text = RECIPE.replace("BASE", str(base)).replace('"dpo"', f'"{method}"')
    for name, value in changes.items():
        lines = [f"{name} = {value}" if line.startswith(f"{name} =") else line for line in text.splitlines()]
        text = "\n".join(lines) if f"{name} = {value}" in lines else text + f"\n{name} = {value}"
    return text


def margins(base: Path, *adapters: Path | None) -> list[float]:
    """The mean margin of each model on pairs that none has seen."""
    measured = list(TRAINER.measure(str(base), adapters, HELD_OUT, 512))
    return [mean(margin(each) for each in measured if each.model == number) for number in range(len(adapters))]


@pytest.mark.parametrize("method", ["dpo", "kto", "sft"])
def test_a_recipe_learns_what_people_prefer(base: Path, tmp_path: Path, method: str) -> None:
    out, steps, facts = train(base, tmp_path, method, examples(64))
    before, after = margins(base, None, out)
    assert after > before + 0.05
    assert steps[-1].step == steps[-1].of == facts["steps"] and "loss" in steps[-1].values
    assert facts["versions"]["trl"] and facts["seconds"] >= facts["learning_seconds"] > 0
    assert not {path.suffix for path in out.iterdir()} & {".bin", ".pt"}  # weights, and nothing that runs


def test_reasoning_and_answer_are_learned_as_two_tasks(base: Path, tmp_path: Path) -> None:
    changes = {"label_share": "0.8", "granularity": "0.5", "epochs": "4"}
    out, steps, _ = train(base, tmp_path, "distill", examples(64, "rationale"), **changes)
    losses = [step.values["loss"] for step in steps if "loss" in step.values]
    assert mean(losses[-8:]) < 0.7 * mean(losses[:8])
    before, after = margins(base, None, out)
    assert after > before + 0.05


def test_a_new_adapter_begins_as_its_seed_says(base: Path, tmp_path: Path) -> None:
    first, again = (train(base, tmp_path / name, "sft", examples(8), epochs="1")[0] for name in ("a", "b"))
    assert (first / "adapter_model.safetensors").read_bytes() == (again / "adapter_model.safetensors").read_bytes()


def test_a_run_continues_from_another_adapter(base: Path, tmp_path: Path) -> None:
    first, _, _ = train(base, tmp_path / "first", "dpo", examples(32))
    second, _, _ = train(
        base, tmp_path / "second", "dpo", [*examples(64)[32:], *examples(4, "alone")], start=first
    )
    none, one, two = margins(base, None, first, second)
    assert none < one < two


def test_several_processes_learn_together(base: Path, tmp_path: Path) -> None:
    work, out = tmp_path / "work", tmp_path / "out"
    work.mkdir()
    TRAINER.train(
        "dpo", recipe(base, "dpo", epochs="1"), examples(32), processes=2, start=None, work=work, out=out,
        follow=lambda step: True,
    )  # fmt: skip
    before, after = margins(base, None, out)
    assert after > before


def test_the_base_prefers_neither_and_answers(base: Path) -> None:
    asked = [Question(id="a", prompt=HELD_OUT[0].prompt, say=8), *HELD_OUT[:2]]
    measured = list(TRAINER.measure(str(base), [None], asked, 512))
    assert {each.id for each in measured} == {"a", "0", "1"}
    assert all(prefers(each) in (0.0, 0.5, 1.0) for each in measured if each.id != "a")


def test_a_killed_run_goes_on_from_its_checkpoint(base: Path, tmp_path: Path) -> None:
    data, config = tmp_path / "data.jsonl", tmp_path / "recipe.toml"
    data.write_text("\n".join(json.dumps(pair) for pair in pairs(64)))
    config.write_text(recipe(base, "dpo", epochs="4"))
    call = [sys.executable, "-m", "commonwheel.recipes.dpo", str(config), "--data", str(data)]
    call += ["--out", str(tmp_path / "out"), "--work", str(tmp_path / "work")]
    child = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
    assert child.stdout is not None
    for line in child.stdout:
        if json.loads(line).get("step", 0) >= 12:
            break
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert not (tmp_path / "out").exists()
    again = subprocess.run(call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", check=True)
    said = [json.loads(line) for line in again.stdout.splitlines()]
    assert said[0]["step"] > 10 and said[-1]["done"]["steps"] == 32
    before, after = margins(base, None, tmp_path / "out")
    assert after > before + 0.05


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"longest": "8"}, "longest"),
        ({"rate": "1.0", "epochs": "30"}, "nan"),
        ({"model": '"no-such-folder"'}, "model"),
    ],
)
def test_a_run_that_cannot_be_says_why(base: Path, tmp_path: Path, changes: dict[str, str], reason: str) -> None:
    with pytest.raises(RunFailed) as failed:
        train(base, tmp_path, "dpo", examples(32), **changes)
    assert failed.value.reason == reason


def test_a_run_that_is_stopped_leaves_no_process(base: Path, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    begun = time.monotonic()
    with pytest.raises(RunFailed) as failed:
        TRAINER.train(
            "dpo", recipe(base, "dpo", epochs="900"), examples(64), start=None, work=tmp_path / "work",
            out=tmp_path / "out", follow=lambda step: step.step < 3,
        )  # fmt: skip
    assert failed.value.reason == "stopped" and time.monotonic() - begun < 60
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(tmp_path) not in running
