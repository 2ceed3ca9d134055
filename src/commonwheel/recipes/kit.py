"""What all recipes share: how they are called, what they say, and how they load and save.

A recipe reads examples as JSON lines from a file or from standard input, so that words need not touch the disk,
and writes one JSON object a line to standard output: `{"step", "of", "values"}` while it learns, and at its end
`{"done": {…}}` or `{"failed": reason}`. Whatever libraries print goes to standard error.
"""

import argparse
import gc
import json
import math
import os
import random
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from commonwheel.learn.recipe import Recipe, parse_recipe

OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
}
"""Nothing is fetched and nobody is told: TRL reports each run to the hub unless it is told not to."""
LIBRARIES = ("torch", "transformers", "trl", "peft", "datasets", "accelerate", "tokenizers")
PLAIN_TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>\n{{ message['content'] }}{{ eos_token }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
"""For a tokenizer that has no chat template of its own."""
_ENERGY = Path("/sys/class/powercap")
_COMPLETE = "complete"
_MOST_STEPS_SAID = 400


class Stopped(Exception):
    """Why a run ends without a model, in a word: nan, longest, empty, disk, memory, model."""


@dataclass(slots=True, kw_only=True)
class Run:
    """One call of a recipe. `say` writes a line for whoever called."""

    recipe: Recipe
    examples: list[dict[str, Any]]
    out: Path
    work: Path
    start: Path | None
    say: Callable[[dict[str, Any]], None]
    begun: float = field(default_factory=time.monotonic)
    learning: float = 0.0
    steps: int = 0
    joules: float | None = field(default_factory=lambda: _joules())


def main(name: str, learn: Callable[[Run], Any]) -> None:
    """Run a recipe: read its call, learn, save the adapter, and say how it ended."""
    say = begin()
    try:
        run = _read_call(name, say)
        model, tokenizer = learn(run)
        if is_main():
            save(model, tokenizer, run.out)
            say({"done": _facts(run)})
    except Stopped as reason:
        say({"failed": str(reason)})
        sys.exit(1)
    except MemoryError:
        say({"failed": "memory"})
        sys.exit(1)
    except RuntimeError as problem:
        if "out of memory" not in str(problem) and "can't allocate memory" not in str(problem):
            raise
        say({"failed": "memory"})
        sys.exit(1)
    except OSError as problem:
        say({"failed": "disk" if problem.errno in (28, 122) else "model", "errno": problem.errno})
        sys.exit(1)


def is_main() -> bool:
    """Whether this is the one process of several that saves and speaks."""
    from accelerate import PartialState

    return bool(PartialState().is_main_process)


def begin() -> Callable[[dict[str, Any]], None]:
    """Keep libraries offline, and say in a line whatever goes wrong: its kind and its place, and no words."""
    os.environ.update(OFFLINE)
    say = _speaker()

    def tell(kind: type[BaseException], _problem: BaseException, trace: TracebackType | None) -> None:
        frames = traceback.extract_tb(trace)
        where = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
        say({"failed": f"{kind.__name__}{where}"})
        sys.__excepthook__(kind, _problem, trace)

    sys.excepthook = tell
    return say


def end_with(parent: int) -> None:
    """End when the process that called does, however it ends."""

    def watch() -> None:
        while os.path.exists(f"/proc/{parent}") if os.path.isdir("/proc/self") else os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _speaker() -> Callable[[dict[str, Any]], None]:
    """Keep standard output for what we say: what libraries print goes to standard error."""
    out: IO[str] = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(what: dict[str, Any]) -> None:
        with suppress(BrokenPipeError):
            out.write(json.dumps(what) + "\n")
            out.flush()

    return say


def _read_call(name: str, say: Callable[[dict[str, Any]], None]) -> Run:
    caller = argparse.ArgumentParser(prog=f"commonwheel.recipes.{name}")
    caller.add_argument("recipe", type=Path, help="a recipe in TOML")
    caller.add_argument("--data", default="-", help="examples as JSON lines; - is standard input")
    caller.add_argument("--out", type=Path, required=True, help="the folder for the adapter")
    caller.add_argument("--work", type=Path, help="the folder for checkpoints, from which a run goes on")
    caller.add_argument("--start", type=Path, help="the adapter that it continues from")
    caller.add_argument("--parent", type=int, help="the process whose end ends this one")
    call = caller.parse_args()
    if call.parent is not None:
        end_with(call.parent)
    recipe = parse_recipe(call.recipe.read_text(encoding="utf-8"))
    if call.data == "-":
        examples = list(read_examples(sys.stdin))
    else:
        with open(call.data, encoding="utf-8") as lines:
            examples = list(read_examples(lines))
    if not examples:
        raise Stopped("empty")
    work = call.work or call.out.with_name(call.out.name + "-work")
    return Run(recipe=recipe, examples=examples, out=call.out, work=work, start=call.start, say=say)


def read_examples(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Examples with their prompt as messages and their sides as texts; `rejected` is empty where there is none."""
    for line in lines:
        if line.strip():
            row = json.loads(line)
            prompt = row["prompt"]
            yield {
                "prompt": [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt,
                "chosen": _text(row.get("chosen")),
                "rejected": _text(row.get("rejected")),
                "weight": float(row.get("weight", 1.0)),
            }


def _text(side: Any) -> str:
    return side or "" if isinstance(side, str | None) else "".join(message["content"] for message in side)


def weighted(examples: Sequence[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Each example about as often as its weight says: 2.5 is twice, and every other time once more."""
    draw = random.Random(seed)
    return [each for each in examples for _ in range(math.floor(each["weight"] + draw.random()))]


def answer(text: str) -> list[dict[str, str]]:
    """A side as the assistant's message."""
    return [{"role": "assistant", "content": text}]


def load(run: Run) -> tuple[Any, Any]:
    """The base model, with the adapter it continues from where there is one, and the tokenizer."""
    from transformers import AutoModelForCausalLM, set_seed

    # A new adapter begins at random, before any trainer seeds what it does.
    set_seed(run.recipe.seed)
    name = run.recipe.base.model
    tokenizer = load_tokenizer(name)
    try:
        model = AutoModelForCausalLM.from_pretrained(name, dtype=precision(run.recipe)[1])
    except (ValueError, KeyError):
        raise Stopped("model") from None
    if run.start is not None:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, str(run.start), is_trainable=True)
    return model, tokenizer


def load_tokenizer(name: str) -> Any:
    """A tokenizer that can lay out a chat and pad a batch."""
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
    except (ValueError, KeyError):
        raise Stopped("model") from None
    if tokenizer.chat_template is None:
        tokenizer.chat_template = PLAIN_TEMPLATE
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def adapter_of(run: Run) -> Any:
    """The size of a new adapter."""
    from peft import LoraConfig

    lora = run.recipe.lora
    modules = lora.modules if isinstance(lora.modules, str) else list(lora.modules)
    return LoraConfig(
        r=lora.rank, lora_alpha=lora.alpha, lora_dropout=lora.dropout, target_modules=modules,
        task_type="CAUSAL_LM",
    )  # fmt: skip


def precision(recipe: Recipe) -> tuple[bool, Any]:
    """Whether to compute in bfloat16, and the type of the weights."""
    import torch

    wanted = recipe.training.precision
    half = wanted == "bfloat16" or (
        wanted == "auto" and torch.cuda.is_available() and torch.cuda.is_bf16_supported()
    )
    return half, torch.bfloat16 if half else torch.float32


def arguments(run: Run, work: Path, rows: int) -> dict[str, Any]:
    """What all of TRL's configurations have in common. Its own defaults are not relied on."""
    training = run.recipe.training
    steps = math.ceil(rows / (training.batch * training.accumulate * run.recipe.processes) * training.epochs)
    half, _ = precision(run.recipe)
    return {
        "output_dir": str(work),
        "num_train_epochs": training.epochs,
        "per_device_train_batch_size": training.batch,
        "gradient_accumulation_steps": training.accumulate,
        "learning_rate": training.rate,
        "warmup_steps": math.floor(steps * training.warmup),
        "max_length": training.longest,
        "bf16": half,
        "gradient_checkpointing": training.checkpoint_activations,
        "seed": run.recipe.seed,
        "data_seed": run.recipe.seed,
        "logging_steps": max(1, steps // _MOST_STEPS_SAID),
        "logging_first_step": True,
        "logging_nan_inf_filter": False,  # a loss that is no number ends the run, and is not averaged away
        "save_strategy": "steps",
        "save_steps": training.save_every,
        "save_total_limit": 2,
        "report_to": "none",
        "disable_tqdm": True,
    }


def follow(run: Run) -> Any:
    """The callback that says each step, marks whole checkpoints, and ends a run whose loss is no number."""
    from transformers import TrainerCallback

    first = run.steps

    class Follow(TrainerCallback):  # type: ignore[misc, unused-ignore]  # transformers publishes no types
        def on_log(self, _args: Any, state: Any, _control: Any, logs: Any = None, **_: Any) -> None:
            values = {name: value for name, value in (logs or {}).items() if isinstance(value, int | float)}
            if not all(math.isfinite(values[name]) for name in ("loss", "grad_norm") if name in values):
                raise Stopped("nan")
            if "loss" in values and state.is_world_process_zero:
                shown = {_SHOWN[name]: round(value, 6) for name, value in values.items() if name in _SHOWN}
                run.say({"step": first + state.global_step, "of": first + state.max_steps, "values": shown})

        def on_save(self, args: Any, state: Any, _control: Any, **_: Any) -> None:
            (Path(args.output_dir) / f"checkpoint-{state.global_step}" / _COMPLETE).touch()

        def on_train_end(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
            run.steps = first + state.global_step

    return Follow()


_SHOWN = {
    "loss": "loss",
    "learning_rate": "rate",
    "grad_norm": "gradient",
    "rewards/margins": "margin",
    "rewards/accuracies": "accuracy",
}


def train(run: Run, trainer: Any) -> Any:
    """Let TRL's trainer learn, from the last whole checkpoint on where there is one; returns its model."""
    if not len(trainer.train_dataset):
        raise Stopped("longest")
    begun = time.monotonic()
    trainer.train(resume_from_checkpoint=_last_checkpoint(Path(trainer.args.output_dir)))
    run.learning += time.monotonic() - begun
    return trainer.model


def _last_checkpoint(work: Path) -> str | None:
    """The latest that was written whole: a run that was killed while it wrote one goes on from the one before."""
    whole = [path.parent for path in work.glob(f"checkpoint-*/{_COMPLETE}")]
    return str(max(whole, key=lambda path: int(path.name.rpartition("-")[2]))) if whole else None


def save(model: Any, tokenizer: Any, out: Path) -> None:
    """The adapter alone, without the frozen copy that it was compared with, and how it lays out a chat."""
    model.save_pretrained(str(out), selected_adapters=["default"])
    tokenizer.save_pretrained(str(out))
    gc.collect()


def _facts(run: Run) -> dict[str, Any]:
    """What is worth knowing of a run afterwards."""
    import torch

    after = _joules()
    cuda = torch.cuda.is_available()
    return {
        "steps": run.steps,
        "seconds": round(time.monotonic() - run.begun, 2),
        "learning_seconds": round(run.learning, 2),
        "joules": None if after is None or run.joules is None else round(after - run.joules, 1),
        "device": torch.cuda.get_device_name() if cuda else "cpu",
        "memory": torch.cuda.max_memory_allocated() if cuda else None,
        "versions": {name: version(name) for name in LIBRARIES},
    }


def _joules() -> float | None:
    """What the processors have used, where the system lets us read it (RAPL)."""
    try:
        counters = [path.read_text() for path in _ENERGY.glob("intel-rapl:?/energy_uj")]
    except OSError:
        return None
    return sum(map(int, counters)) / 1e6 if counters else None
