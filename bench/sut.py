"""The systems that are measured: a real `commonwheel serve`, and the bare endpoint beside it."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TERMS = {
    "license": "CC-BY-4.0",
    "ai_pref": "train-ai=n;exceptions=cc-cr",
    "consent": {"version": "2026-11", "given": True},
    "attribution": {"mode": "pseudonym"},
}
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running server: its port, a token that may do everything, and its process."""

    port: int
    token: str
    pid: int


def chat(number: int) -> bytes:
    """A contribution of about 1 KB, another one for each number."""
    messages = [
        {"role": "user", "content": f"How do I bake loaf {number}? " + "I have flour, water and salt. " * 10},
        {"role": "assistant", "content": "First feed the starter, then wait. " * 18},
    ]
    return json.dumps({"kind": "chat", "messages": messages, "tags": ["bread"], "terms": TERMS}).encode()


def edit(number: int) -> bytes:
    """What a flywheel logger sends, another one for each number."""
    answer = "The capital of Australia is Sydney, its largest city. " * 4
    return json.dumps(
        {
            "prompt": f"Question {number}: what is the capital of Australia?",
            "original_llm_output": answer + str(number),
            "final_user_edit": answer.replace("Sydney, its largest city", "Canberra") + str(number),
            "terms": TERMS,
        }
    ).encode()


@contextmanager
def serve(home: Path, *arguments: str, waiting_room: int = 10_000_000, **more: str) -> Iterator[Served]:
    """`commonwheel serve` on a free port; `more` are settings."""
    environment = os.environ | {
        "COMMONWHEEL_HOME": str(home),
        "COMMONWHEEL_WAITING_ROOM": str(waiting_room),
        "COMMONWHEEL_RELEASE_EVERY": "0",
        "COMMONWHEEL_LOG": "error",
        **{f"COMMONWHEEL_{name}": value for name, value in more.items()},
    }
    command = [sys.executable, "-m", "commonwheel.cli", "serve", "--port", "0", *arguments]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        port = _port(server)
        token = subprocess.run(
            [sys.executable, "-m", "commonwheel.cli", "token", "create", "--scope", "admin"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        yield Served(port=port, token=_word(token, "cw_"), pid=server.pid)
    finally:
        server.terminate()
        server.wait(_PATIENCE)


@contextmanager
def bare(database: Path, port: int) -> Iterator[None]:
    """The endpoint that accepting is measured against."""
    server = subprocess.Popen([sys.executable, "-m", "bench.bare", str(database), str(port)])
    try:
        wait_for(port)
        yield
    finally:
        server.terminate()
        server.wait(_PATIENCE)


def wait_for(port: int) -> None:
    """Until something listens there."""
    import socket

    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing answers at port {port}")


def resident(pid: int) -> dict[str, int]:
    """Resident memory in bytes of a process and its descendants, by command line."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if _is_below(int(folder.name), pid):
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:80]
                status = (folder / "status").read_text()
                found[f"{folder.name} {command}"] = int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) * 1024
        except (OSError, IndexError):
            continue  # it has ended
    return found


def _is_below(pid: int, ancestor: int) -> bool:
    while pid > 1:
        if pid == ancestor:
            return True
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return False


def _port(server: subprocess.Popen[str]) -> int:
    assert server.stdout is not None
    for line in server.stdout:
        found = re.search(r"http://[^:/]+:(\d+)", line)
        if found:
            return int(found[1])
    raise RuntimeError("the server did not start")


def _word(text: str, prefix: str) -> str:
    return next(word for word in text.split() if word.startswith(prefix))
