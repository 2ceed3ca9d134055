"""How these tests run commands: as a process, in a folder of their own, as a person would."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from click.testing import CliRunner, Result

from commonwheel.cli.main import cli

START_SECONDS = 60
PROMISED = "Commonwheel is at "


@dataclass(frozen=True, slots=True)
class Commands:
    """Runs `commonwheel` with a HOME of its own."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of each command."""
        given = {"HOME": str(self.home)} | self.settings
        return dict(os.environ) | {
            name if name.startswith("AWS_") else f"COMMONWHEEL_{name}": value for name, value in given.items()
        }

    def __call__(self, *words: str | Path, stdin: str = "") -> Result:
        """Run a command to its end, in this process: that saves starting one."""
        with isolated():
            return CliRunner().invoke(cli, list(map(str, words)), input=stdin, env=self.environment)

    def process(self, *words: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end, as a process."""
        command = [sys.executable, "-m", "commonwheel.cli", *map(str, words)]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=300)

    def done(self, *words: str | Path, stdin: str = "") -> str:
        """Run a command that has to succeed; what it said."""
        result = self(*words, stdin=stdin)
        assert result.exit_code == 0, repr(result.exception) + result.stderr + result.stdout
        return result.stdout

    def json(self, *words: str | Path) -> Any:
        """Run a command with `--json`; what it said."""
        return json.loads(self.done(*words, "--json"))

    @contextmanager
    def serving(self, *words: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
        """A server on a free port: its address and its process."""
        command = [sys.executable, "-m", "commonwheel.cli", "serve", "--port", "0", *words]
        with (self.home.parent / f"{self.home.name}.log").open("wb") as log:
            server = subprocess.Popen(
                command,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                stdin=subprocess.DEVNULL,
                text=True,
            )
        assert server.stdout is not None
        try:
            line = server.stdout.readline()
            assert line.startswith(PROMISED), (self.home.parent / f"{self.home.name}.log").read_text()
            yield line.removeprefix(PROMISED).strip(), server
        finally:
            server.terminate()
            server.communicate(timeout=START_SECONDS)


@contextmanager
def isolated() -> Iterator[None]:
    """A command sets what is told of unexpected errors, and where events go; both are put back."""
    hook = sys.excepthook
    try:
        yield
    finally:
        sys.excepthook = hook
        structlog.reset_defaults()


def eventually(what: Any, seconds: float = 60) -> Any:
    """Ask until the answer is true; fail when it never is."""
    end = time.monotonic() + seconds
    while not (answer := what()):
        assert time.monotonic() < end, "this never came true"
        time.sleep(0.05)
    return answer


def processes_below(pid: int) -> set[int]:
    """Children of a process, and theirs."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(folder.name)] = int(fields[1])
    found, new = set(), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new}
        found |= new
    return found


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
