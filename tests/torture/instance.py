"""A real instance: `commonwheel serve` and other commands as processes, over a folder of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.services import free_port

PATIENCE = 60.0
"""Seconds after which something that should happen counts as never going to."""

KINDS = (
    ("curator", "curator_child"),
    ("errand", "commonwheel.worker --errands"),
    ("worker", "commonwheel.worker"),
    ("server", "commonwheel.cli serve"),
    ("command", "commonwheel.cli"),
)
"""What a process of an instance is, by words of its command line; the first that fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A running process of an instance."""

    pid: int
    kind: str


def until(done: object, what: str, patience: float = PATIENCE) -> None:
    """Wait until `done()` is true; AssertionError where it never is."""
    end = time.monotonic() + patience
    while not done():  # type: ignore[operator]
        assert time.monotonic() < end, f"{what} did not happen within {patience:.0f} s"
        time.sleep(0.05)


class Instance:
    """An instance in `folder`, its processes known by a folder for temporary files that only they use."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.home = folder / "home"
        self._temporary = folder / "tmp"
        self._temporary.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        self.settings = {"HOME": str(self.home), "PORT": str(self.port), "RELEASE_EVERY": "0", **settings}
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def variables(self) -> dict[str, str]:
        """The settings as environment variables."""
        return {f"COMMONWHEEL_{name}": value for name, value in self.settings.items()}

    def spawn(self, *command: str, before: tuple[str, ...] = (), **more: object) -> "subprocess.Popen[bytes]":
        """Start a command; what it says on standard error is appended to the log unless redirected."""
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
        environment = kept | self.variables | {"TMPDIR": str(self._temporary), "PYTHONUNBUFFERED": "1"}
        words = [*before, sys.executable, "-m", "commonwheel.cli", *command]
        with self.log.open("ab") as log:
            pipes: dict[str, object] = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log} | more
            return subprocess.Popen(words, env=environment, cwd=self.folder, **pipes)  # type: ignore[call-overload,no-any-return]

    def run(self, *command: str, patience: float = PATIENCE) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        process = self.spawn(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            out, err = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
        return subprocess.CompletedProcess(command, process.returncode, out.decode(), err.decode())

    def start(self, *options: str) -> None:
        """Start the server and wait until it answers."""
        server = self.server = self.spawn("serve", *options)
        until(lambda: self.answers() or server.poll() is not None, "an answer of the server")
        assert server.poll() is None, f"the server ended with {server.returncode}:\n{self.log_text()}"

    def answers(self) -> bool:
        """Whether the server answers."""
        try:
            return httpx.get(f"{self.url}/health", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def kill_server(self) -> None:
        """kill -9."""
        assert self.server is not None
        self.server.kill()
        self.server.wait()

    def stop(self) -> None:
        """End the server as an operator does, and see that everything ends with it."""
        assert self.server is not None
        self.server.send_signal(signal.SIGTERM)
        assert self.server.wait(PATIENCE) in (0, -signal.SIGTERM), self.log_text()
        self.expect_no_processes()

    def expect_no_processes(self) -> None:
        """AssertionError where a process of this instance stays."""
        until(lambda: not list(self.processes()), f"the end of all processes, {list(self.processes())},")

    def end(self) -> None:
        """Leave nothing behind, whatever the test made of it."""
        if self.server is not None and self.server.poll() is None:
            self.kill_server()
        for found in list(self.processes()):
            kill(found.pid)

    def processes(self) -> Iterator[Found]:
        """The processes of this instance that run now, also those that lost their parent."""
        mark = f"TMPDIR={self._temporary}\0".encode()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if mark not in (entry / "environ").read_bytes() + b"\0":
                        continue
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                except OSError:
                    continue  # it has ended meanwhile
                kind = next((kind for kind, words in KINDS if words in line), "other")
                yield Found(pid=int(entry.name), kind=kind)

    def token(self, scope: str = "admin", subject: str = "operator") -> str:
        """A new token, made by the command."""
        made = self.run("token", "create", "--scope", scope, "--for", subject)
        assert made.returncode == 0, made.stderr
        return made.stdout.split()[-1]

    def log_text(self) -> str:
        """What the processes have said."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""


def kill(pid: int) -> None:
    """kill -9, unless it has ended already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
