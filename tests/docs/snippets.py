"""The fenced blocks of a page, and a shell that types them as a reader would.

The word after a fence's language says what is done with it:

    console             typed, in order; what is shown below a command must be what it prints
    console eventually  the same, again and again until it is so: for what a worker does meanwhile
    console refused     the same, and each command ends with an error
    console server      starts the server
    console no-run      read only: its commands and options must exist
    python              run in the same folder; an `output` block after it is what it prints
    json, json lines    must be JSON; `json contribution`, `json terms` … also what they say they are
    toml policy         must be a policy
    anything else       shown only

In what is expected `…` stands for anything, and a line of `…` alone for any lines.
"""

import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ADDRESS = "http://127.0.0.1:8000"
"""What pages call the server; tests put in where it really is."""
PATIENCE = 60.0
_END = "\x1e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block: the words after the fence, its lines, and where it begins."""

    words: tuple[str, ...]
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command, and what it is said to print."""

    typed: str
    printed: str


_FENCE = re.compile(r"^```([^\n`]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(words=tuple(m[1].split()), text=m[2], line=text.count("\n", 0, m.start()) + 1)
        for m in _FENCE.finditer(text)
    ]


def commands(text: str) -> Iterator[Command]:
    """The commands of a console: each begins with `$ ` and ends where its quotes do."""
    lines = text.splitlines()
    while lines:
        first = lines.pop(0)
        assert first.startswith("$ "), f"a console shows commands after '$ ': {first}"
        typed = first[2:]
        while lines and not _is_whole(typed):
            typed += "\n" + lines.pop(0)
        printed = []
        while lines and not lines[0].startswith("$ "):
            printed.append(lines.pop(0))
        yield Command(typed=typed, printed="\n".join(printed).strip())


def _is_whole(typed: str) -> bool:
    if heredoc := re.search(r"<<'(\w+)'", typed):
        return typed.endswith("\n" + heredoc[1])
    if typed.endswith("\\"):
        return False
    try:
        shlex.split(typed, comments=True)
    except ValueError:
        return False
    return True


def matches(expected: str, printed: str) -> bool:
    """Whether `printed` is what was expected, `…` standing for anything."""
    pattern = ""
    for line in expected.splitlines():
        pattern += (
            r"(?:.*\n)*?" if line.strip() == "…" else ".*".join(map(re.escape, line.rstrip().split("…"))) + "\n"
        )
    shown = "".join(f"{line.rstrip()}\n" for line in printed.strip().splitlines())
    return re.fullmatch(pattern, shown) is not None


class Shell:
    """One shell for a page, in a folder of its own, with an instance of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.address = ADDRESS
        self._environment = environment
        self._server: subprocess.Popen[str] | None = None
        self._shell = subprocess.Popen(
            ["bash", "--norc", "-u"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def close(self) -> None:
        """End the server, then the shell."""
        for process in (self._server, self._shell):
            if process is not None:
                process.terminate()
                process.communicate(timeout=PATIENCE)

    def start_server(self) -> str:
        """Start the server on a free port; returns what it says first."""
        command = [sys.executable, "-m", "commonwheel.cli", "serve", "--port", "0"]
        with (self.folder / "server.log").open("w") as log:
            self._server = subprocess.Popen(
                command, cwd=self.folder, env=self._environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self._server.stdout is not None
        said = self._server.stdout.readline()
        assert said, (self.folder / "server.log").read_text()
        self.address = said.split()[-1]
        return said.replace(self.address, ADDRESS)

    def type(self, typed: str) -> tuple[str, int]:
        """What a command prints, and the status it ends with."""
        assert self._shell.stdin is not None and self._shell.stdout is not None
        own = typed.replace(ADDRESS, self.address).replace(".venv/bin/", "")
        self._shell.stdin.write(f"{{ {own}\n}} </dev/null\nprintf '{_END}%s\\n' $?\n")
        self._shell.stdin.flush()
        printed = ""
        while _END not in printed:
            line = self._shell.stdout.readline()
            assert line, f"the shell ended: {printed}"
            printed += line
        printed, _, status = printed.rpartition(_END)
        return printed.replace(self.address, ADDRESS), int(status)

    def check(self, command: Command, *, refused: bool = False, patient: bool = False) -> str:
        """What is wrong with a command, nothing where it does what the page says."""
        end = time.monotonic() + (PATIENCE if patient else 0)
        while True:
            printed, status = self.type(command.typed)
            right = (status != 0) == refused and (not command.printed or matches(command.printed, printed))
            if right or time.monotonic() > end:
                return "" if right else f"$ {command.typed}\n[{status}] {printed}\nexpected:\n{command.printed}\n"
            time.sleep(0.2)

    def run(self, code: str) -> tuple[str, int]:
        """What a Python block prints, and the status it ends with."""
        (self.folder / "snippet.py").write_text(code.replace(ADDRESS, self.address), encoding="utf-8")
        printed, status = self.type("python snippet.py")
        (self.folder / "snippet.py").unlink()
        return printed, status
