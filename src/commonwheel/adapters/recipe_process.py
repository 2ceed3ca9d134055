"""Recipes as child processes: words go in through a pipe or a file in memory, steps and facts come out.

A child is given no secrets, is told to fetch nothing, and ends when this process does. What libraries print
is not kept: it may hold words.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

from commonwheel.errors import Misconfigured
from commonwheel.ports.training import Example, Measured, Question, RunFailed
from commonwheel.records.model import Step

_PACKAGE = "commonwheel.recipes"
_PARTS = ("torch", "transformers", "trl", "peft", "datasets", "accelerate")
_BASE = "-"
_LOOK = 2.0
"""Seconds after which whoever follows a run is asked again, though nothing was said."""
_GRACE = 15.0
"""Seconds that a child has to end."""
_SECRET = ("COMMONWHEEL_", "AWS_", "GOOGLE_", "AZURE_")
_SECRETIVE = ("TOKEN", "SECRET", "PASSWORD", "_KEY")


class RecipeProcesses:
    """A `ports.Trainer`."""

    def ready(self) -> None:
        """Whether the extra is installed; nothing is loaded."""
        missing = [name for name in _PARTS if find_spec(name) is None]
        if missing:
            raise Misconfigured(
                f"Training needs the extra: install commonwheel[train] ({', '.join(missing)} missing)."
            )

    def train(
        self,
        method: str,
        recipe: str,
        examples: Iterable[Example],
        *,
        processes: int = 1,
        start: Path | None,
        work: Path,
        out: Path,
        follow: Callable[[Step], bool],
    ) -> Mapping[str, Any]:
        """One child, or with several processes `accelerate`'s launcher with its children."""
        self.ready()
        path = work / "recipe.toml"
        path.write_text(recipe, encoding="utf-8")
        call = [
            f"{_PACKAGE}.{method}",
            str(path),
            "--work",
            str(work),
            "--out",
            str(out),
            "--parent",
            str(os.getpid()),
        ]
        call += ["--start", str(start)] if start is not None else []
        lines = (_line(asdict(example)) for example in examples)
        last = Step(step=0, of=0, values={})
        if processes > 1:
            with _in_memory(lines) as data, _child([*_launcher(processes), *call, "--data", data], ()) as said:
                return self._follow(said, follow, last)
        with _child([*_PYTHON, *call], lines) as said:
            return self._follow(said, follow, last)

    def _follow(
        self, said: Iterator[Mapping[str, Any] | None], follow: Callable[[Step], bool], last: Step
    ) -> Mapping[str, Any]:
        for each in said:
            if each is not None and "done" in each:
                facts: Mapping[str, Any] = each["done"]
                return facts
            if each is not None and "step" in each:
                last = Step(step=each["step"], of=each["of"], values=each["values"])
            if not follow(last):
                raise RunFailed("stopped")
        raise RunFailed("killed")

    def harness(
        self, base: str, adapters: Sequence[Path | None], tasks: Sequence[str], folder: str, limit: int
    ) -> Iterator[Measured]:
        """One child for all of the models."""
        self.ready()
        if find_spec("lm_eval") is None:
            raise Misconfigured("A gate with [harness] needs the extra: install commonwheel[lm-eval].")
        names = [_BASE if adapter is None else str(adapter) for adapter in adapters]
        call = [f"{_PACKAGE}.harness", base, *names, "--tasks", *tasks, "--limit", str(limit)]
        call += ["--parent", str(os.getpid()), *(["--folder", folder] if folder else [])]
        with _child([*_PYTHON, *call], ()) as said:
            for each in said:
                if each is not None and "done" in each:
                    return
                if each is not None:
                    yield Measured(model=each["model"], id=each["id"], score=each["score"])

    def measure(
        self, base: str, adapters: Sequence[Path | None], questions: Iterable[Question], longest: int
    ) -> Iterator[Measured]:
        """One child for all of the models."""
        self.ready()
        names = [_BASE if adapter is None else str(adapter) for adapter in adapters]
        call = [f"{_PACKAGE}.score", base, *names, "--longest", str(longest), "--parent", str(os.getpid())]
        with _child([*_PYTHON, *call], map(_asked, questions)) as said:
            for each in said:
                if each is None:
                    continue
                if "done" in each:
                    return
                better, worse = each.get("better", (0.0, 0)), each.get("worse", (0.0, 0))
                yield Measured(
                    model=each["model"], id=each["id"], said=each.get("said", ""),
                    better=(better[0], better[1]), worse=(worse[0], worse[1]),
                )  # fmt: skip
        raise RunFailed("killed")


_PYTHON = (sys.executable, "-m")


def _launcher(processes: int) -> tuple[str, ...]:
    return (*_PYTHON, "accelerate.commands.launch", "--num_processes", str(processes), "--module")


def _asked(question: Question) -> str:
    asked: dict[str, Any] = {"id": question.id, "prompt": list(question.prompt)}
    asked |= {"say": question.say} if question.say else {"better": question.better, "worse": question.worse}
    return _line(asked)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


@contextmanager
def _child(command: Sequence[str], lines: Iterable[str]) -> Iterator[Iterator[Mapping[str, Any] | None]]:
    """A child that is fed lines, and what it says; None where it said nothing for a while.

    Raises RunFailed for what it calls a failure, or where it dies.
    """
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=bare_of_secrets(),
        encoding="utf-8", start_new_session=True,
    )  # fmt: skip
    said: Queue[str | None] = Queue(maxsize=10_000)
    threads = [Thread(target=_feed, args=(child, lines), daemon=True), Thread(target=_hear, args=(child, said))]
    threads[1].daemon = True
    for thread in threads:
        thread.start()
    try:
        yield _said(child, said)
    finally:
        _end(child)
        for thread in threads:
            thread.join(_GRACE)


def _feed(child: "subprocess.Popen[str]", lines: Iterable[str]) -> None:
    assert child.stdin is not None
    with suppress(BrokenPipeError, ValueError):
        for line in lines:
            child.stdin.write(line)
    with suppress(BrokenPipeError):
        child.stdin.close()


def _hear(child: "subprocess.Popen[str]", said: "Queue[str | None]") -> None:
    assert child.stdout is not None
    with child.stdout as lines:
        for line in lines:
            said.put(line)
    said.put(None)


def _said(child: "subprocess.Popen[str]", said: "Queue[str | None]") -> Iterator[Mapping[str, Any] | None]:
    while True:
        try:
            line = said.get(timeout=_LOOK)
        except Empty:
            yield None
            continue
        if line is None:
            raise RunFailed("killed" if child.wait() < 0 else f"it ended with {child.returncode}")
        each = json.loads(line)
        if "failed" in each:
            raise RunFailed(each["failed"])
        yield each


def _end(child: "subprocess.Popen[str]") -> None:
    """The whole group: with several processes the child has children."""
    for signal in (15, 9):
        if child.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal)
            with suppress(subprocess.TimeoutExpired):
                child.wait(_GRACE)


@contextmanager
def _in_memory(lines: Iterable[str]) -> Iterator[str]:
    """A file that never reaches a disk, by a path that several processes can open."""
    if not hasattr(os, "memfd_create"):
        raise Misconfigured("More than one process needs Linux: set the recipe's processes to 1.")
    with os.fdopen(os.memfd_create("examples"), "w", encoding="utf-8") as file:
        file.writelines(lines)
        file.flush()
        yield f"/proc/{os.getpid()}/fd/{file.fileno()}"


def bare_of_secrets() -> dict[str, str]:
    """Our environment without secrets."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_SECRET) and not any(word in name.upper() for word in _SECRETIVE)
    }
