"""Learning: gold beside bare edit distance, and a run beside the same run as a bare TRL script."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Indel

from bench import sut
from bench.bare_dpo import BATCH, LONGEST, RATE
from commonwheel.app import build
from commonwheel.client import Commonwheel
from commonwheel.journeys.gold import build_gold
from commonwheel.settings import load_settings

_QUESTIONS = Path(__file__).resolve().parents[2] / "shared" / "data" / "gsm8k_train.jsonl"
_EDITS = 2_000
_TERMS = {"license": "CC-BY-4.0", "consent": {"version": "2026-11", "given": True}}
_RECIPE = f"""
name = "bench"
version = "1"
mix_in = 0.0
[base]
model = "BASE"
license = "apache-2.0"
builder = "this measurement"
[training]
batch = {BATCH}
rate = {RATE}
longest = {LONGEST}
save_every = 1000
"""


def gold(folder: Path) -> dict[str, Any]:
    """Pairs a second that a whole build looks at, beside the edit distance of the same pairs alone."""
    given = list(_edits(_EDITS))
    with sut.serve(folder / "gold") as served, Commonwheel(f"http://127.0.0.1:{served.port}", served.token) as us:
        for prompt, original, edited in given:
            us.edit(prompt, original, edited, language="en", terms=_TERMS)
        while us.health()["waiting"]:
            time.sleep(0.2)
    app = build(load_settings({"COMMONWHEEL_HOME": str(folder / "gold")}))
    try:
        first = _seconds(lambda: build_gold(app.world, "bench"))
        again = _seconds(lambda: build_gold(app.world, "bench"))
        whole = _seconds(lambda: build_gold(replace(app.world, gold_policy="small"), "bench"))
        with app.world.database.read() as tx:
            pairs = tx.gold.count()["correction"]
    finally:
        app.close()
    bare = _seconds(lambda: [Indel.normalized_similarity(one, other) for _, one, other in given]) * pairs / _EDITS
    return {
        "gold_to_rapidfuzz": bare / first,
        "pairs_per_s": pairs / first,
        "nothing_new_ms": 1000 * again,
        "whole_per_s": pairs / whole,
    }


def _edits(number: int) -> Iterator[tuple[str, str, str]]:
    """Real questions with answers of about 500 characters, and the same without what an office adds."""
    rows = [json.loads(line) for line in _QUESTIONS.read_text(encoding="utf-8").splitlines()[: number + 1]]
    for row, other in pairwise(rows):
        said = f"{row['answer']} {other['answer']}"[:420]
        yield row["question"], f"Thank you for your inquiry! {said} We trust this helps.", f"{said} Check it, too."


def _seconds(what: Any) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun


def training(folder: Path, interpreter: Path, pairs: int) -> dict[str, Any]:
    """Steps a second of a recipe beside the bare script's, and what of the time is ours: what the script lacks."""
    rows = list(_pairs(pairs))
    data, base = folder / "pairs.jsonl", folder / "base"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    chats = [[*row["prompt"], {"role": "assistant", "content": row["chosen"]}] for row in rows[:500]]
    subprocess.run(
        [interpreter, "-m", "commonwheel.recipes.tiny", base], input="\n".join(map(json.dumps, chats)),
        encoding="utf-8", check=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    (folder / "recipe.toml").write_text(recipe_for(base))
    script = [interpreter, "-m", "bench.bare_dpo", base, data, folder / "bare"]
    ours = [interpreter, "-m", "bench.learning", folder / "recipe.toml", data, folder / "ours"]
    bare, made = (_said(command) for command in (script, ours))
    return {
        "steps_to_bare": (made["steps"] / made["learning"]) / (bare["steps"] / bare["learning"]),
        "ours_share": max(0.0, 1 - bare["seconds"] / made["seconds"]),
        "steps_per_s": made["steps"] / made["learning"],
        "seconds": made["seconds"],
        "bare_seconds": bare["seconds"],
    }


def recipe_for(base: Path) -> str:
    """The recipe that does what the bare script does."""
    return _RECIPE.replace("BASE", str(base))


def _pairs(number: int) -> Iterator[dict[str, Any]]:
    """Short pairs, as many as are wanted, out of the questions there are."""
    rows = [json.loads(line) for line in _QUESTIONS.read_text(encoding="utf-8").splitlines()]
    for index in range(number):
        row = rows[index % len(rows)]
        said = row["answer"].split("\n")[0][:120]
        prompt = [{"role": "user", "content": f"{index}: {row['question'][:120]}"}]
        yield {
            "prompt": prompt,
            "chosen": f"{said} Check it.",
            "rejected": f"Thank you! {said} We trust this helps.",
        }


def _said(command: list[Any]) -> dict[str, float]:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _recipe_run(recipe: str, data: str, out: str) -> None:
    """A run as `commonwheel train` makes it: words through a pipe, a child, its steps followed."""
    from commonwheel.adapters.recipe_process import RecipeProcesses
    from commonwheel.ports.training import Example

    begun = time.monotonic()
    work = Path(out).with_name("work")
    work.mkdir()
    with open(data, encoding="utf-8") as lines:
        examples = (Example(number=number, **json.loads(line)) for number, line in enumerate(lines))
        facts = RecipeProcesses().train(
            "dpo", Path(recipe).read_text(), examples, start=None, work=work, out=Path(out), follow=lambda _: True
        )
    told = {"steps": facts["steps"], "learning": facts["learning_seconds"], "seconds": time.monotonic() - begun}
    print(json.dumps(told))


if __name__ == "__main__":
    _recipe_run(*sys.argv[1:])
