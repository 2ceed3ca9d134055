"""What an idle server takes, and what importing a large file takes."""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import sut

_MEGABYTE = 1_000_000


def idle(folder: Path) -> dict[str, Any]:
    """Resident memory of `serve` with its worker and the curation child, after some work."""
    with sut.serve(folder / "idle-memory") as served:
        _give(served)
        time.sleep(3)
        processes = sut.resident(served.pid)
    return {
        "total_mb": sum(processes.values()) / _MEGABYTE,
        "processes": {name: round(size / _MEGABYTE, 1) for name, size in processes.items()},
    }


def importing(folder: Path, megabytes: int = 1000) -> dict[str, Any]:
    """Peak memory of `commonwheel import --dry-run` and of a real import of chats as JSONL."""
    file = folder / "large.jsonl"
    with file.open("wb") as out:
        number = 0
        while out.tell() < megabytes * _MEGABYTE:
            body = json.loads(sut.chat(number))
            out.write(json.dumps({"messages": body["messages"]}).encode() + b"\n")
            number += 1
    return {"megabytes": megabytes, "lines": number, **_peak(folder, file)}


def _peak(folder: Path, file: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "commonwheel.cli", "import", str(file), "--dry-run", "--json"]
    environment = os.environ | {"COMMONWHEEL_HOME": str(folder / "importing")}
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    taken = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    file.unlink()
    return {"peak_mb": peak / _MEGABYTE, "seconds": taken}


def _give(served: sut.Served) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    for number in range(20):
        headers = {"Authorization": f"Bearer {served.token}"}
        connection.request("POST", "/api/v1/contributions", sut.chat(number), headers)
        connection.getresponse().read()
