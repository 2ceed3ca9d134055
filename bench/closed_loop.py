"""A closed loop on GSM8K: a small model from nothing, pairs of right and wrong solutions, and what it gained.

For each seed a base learns to write solutions, then what `commonwheel train` runs and the bare TRL script learn
from the same pairs, and all three are measured on questions that none has seen (right against wrong solution, by
token).
"""

import json
import math
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.bare_dpo import BATCH, LONGEST, RATE

_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_HELD_OUT = 300
_LONGEST_TEXT = 260
"""Characters: a small model reads short solutions."""


def learned(folder: Path, interpreter: Path, seeds: int) -> dict[str, Any]:
    """The mean gain over seeds, beside that of the bare script, and the table of all of them."""
    rows = []
    for seed in range(seeds):
        here = folder / str(seed)
        here.mkdir()
        done = subprocess.run(
            [interpreter, "-m", "bench.closed_loop", here, str(seed)], capture_output=True, text=True, check=True
        )
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        print("  " + json.dumps(rows[-1]), file=sys.stderr)
    gain = sum(row["after"] - row["before"] for row in rows) / len(rows)
    bare = sum(row["bare"] - row["before"] for row in rows) / len(rows)
    return {"gain": gain, "gain_to_bare": gain / bare if bare else math.nan, "seeds": rows}


def _pairs(seed: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Pairs to learn from, and those of other questions: a right solution against a wrong one of a model."""
    found: list[list[dict[str, Any]]] = []
    for line in (_DATA / "gsm8k_model_solutions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        wrong = [each["solution"] for each in row.values() if isinstance(each, dict) and not each["is_correct"]]
        prompt = [{"role": "user", "content": row["question"][:_LONGEST_TEXT]}]
        right = row["ground_truth"][:_LONGEST_TEXT]
        found.append([{"prompt": prompt, "chosen": right, "rejected": each[:_LONGEST_TEXT]} for each in wrong[:2]])
    random.Random(seed).shuffle(found)
    held = [pair for some in found[:_HELD_OUT] for pair in some[:1]]
    return [pair for some in found[_HELD_OUT:] for pair in some], held


def _chats() -> Iterator[list[dict[str, str]]]:
    for line in (_DATA / "gsm8k_train.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        said = row["answer"][:_LONGEST_TEXT]
        yield [
            {"role": "user", "content": row["question"][:_LONGEST_TEXT]}, {"role": "assistant", "content": said}
        ]  # fmt: skip


def _turn(folder: Path, seed: int) -> dict[str, Any]:
    """One turn of the loop: accuracies before, after, and of the bare script, and the interval of the gain."""
    from bench.learning import recipe_for
    from commonwheel.adapters.recipe_process import RecipeProcesses
    from commonwheel.learn.gate import Item, interval
    from commonwheel.learn.measures import by_model, prefers
    from commonwheel.ports.training import Example, Question

    base, data, out, bare = (folder / name for name in ("base", "pairs.jsonl", "ours", "bare"))
    subprocess.run(
        [sys.executable, "-m", "commonwheel.recipes.tiny", base, "--steps", "400", "--seed", str(seed)],
        input="\n".join(map(json.dumps, _chats())), encoding="utf-8", check=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    train, held = _pairs(seed)
    data.write_text("".join(json.dumps(pair) + "\n" for pair in train), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "bench.bare_dpo", base, data, bare], check=True, capture_output=True)
    (folder / "work").mkdir()
    trainer = RecipeProcesses()
    examples = (Example(number=number, **pair) for number, pair in enumerate(train))
    recipe = recipe_for(base)
    trainer.train("dpo", recipe, examples, start=None, work=folder / "work", out=out, follow=lambda _: True)
    asked = [
        Question(id=str(number), prompt=pair["prompt"], better=pair["chosen"], worse=pair["rejected"])
        for number, pair in enumerate(held)
    ]
    before, after, other = by_model(trainer.measure(str(base), [None, out, bare], asked, 512), 3)
    items = [Item(candidate=prefers(after[id]), incumbent=prefers(before[id])) for id in before]
    _, low, high = interval(items, 0.95)

    def accuracy(model: dict[str, Any]) -> float:
        return sum(prefers(each) for each in model.values()) / len(model)

    return {
        "seed": seed,
        "pairs": len(train),
        "held_out": len(held),
        "before": round(accuracy(before), 3),
        "after": round(accuracy(after), 3),
        "gain_from": round(low, 3),
        "gain_to": round(high, 3),
        "bare": round(accuracy(other), 3),
        "batch": BATCH,
        "rate": RATE,
        "longest": LONGEST,
    }


if __name__ == "__main__":
    print(json.dumps(_turn(Path(sys.argv[1]), int(sys.argv[2]))))
