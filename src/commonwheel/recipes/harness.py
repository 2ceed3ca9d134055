"""Measures models that share a base by tasks of lm-eval: those of one's own, or those whose data are in the cache.

Called like `score`, with `--tasks` and a folder of task files. Writes `{"model", "id", "score"}` for each model
and document, where the score is the first of accuracy, exact match and F1 that a task gives, then `{"done": …}`.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from typing import Any

from commonwheel.recipes.kit import Stopped, begin, end_with
from commonwheel.recipes.score import BASE

_METRICS = ("acc", "exact_match", "f1")


def measure() -> None:
    """One model after the other."""
    say = begin()
    caller = argparse.ArgumentParser(prog="commonwheel.recipes.harness")
    caller.add_argument("base")
    caller.add_argument("adapters", nargs="+")
    caller.add_argument("--tasks", nargs="+", required=True)
    caller.add_argument("--folder")
    caller.add_argument("--limit", type=int, default=0)
    caller.add_argument("--parent", type=int)
    call = caller.parse_args()
    if call.parent is not None:
        end_with(call.parent)
    begun = time.monotonic()
    try:
        for number, adapter in enumerate(call.adapters):
            for id, score in _scores(call, adapter):
                say({"model": number, "id": id, "score": score})
    except (Stopped, KeyError) as reason:
        say({"failed": str(reason) if isinstance(reason, Stopped) else "a task that is not known"})
        sys.exit(1)
    say({"done": {"seconds": round(time.monotonic() - begun, 2)}})


def _scores(call: Any, adapter: str) -> Iterator[tuple[str, float]]:
    import torch
    from lm_eval import simple_evaluate
    from lm_eval.tasks import TaskManager

    tuned = {} if adapter == BASE else {"peft": adapter}
    found = simple_evaluate(
        model="hf",
        model_args={"pretrained": call.base, "dtype": "auto", **tuned},
        tasks=list(call.tasks),
        task_manager=TaskManager(include_path=call.folder),
        limit=call.limit or None,
        device="cuda" if torch.cuda.is_available() else "cpu",
        bootstrap_iters=0,
        log_samples=True,
    )
    for task, samples in found["samples"].items():
        for sample in samples:
            metric = next((name for name in _METRICS if name in sample), None)
            if metric is None:
                raise Stopped(f"the task {task} gives none of {', '.join(_METRICS)}")
            yield f"{task}:{sample['doc_id']}", float(sample[metric])


if __name__ == "__main__":
    measure()
