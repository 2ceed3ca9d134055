"""The machine: its clock, and which of its processes still run."""

import os
import socket
from datetime import UTC, datetime
from pathlib import Path


class SystemClock:
    """See `commonwheel.ports.Clock`."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC)


def this_process() -> str:
    """A name for this process that no later process on this machine has: host:pid:start."""
    pid = os.getpid()
    return f"{socket.gethostname()}:{pid}:{_started(pid)}"


def is_alive(name: str) -> bool:
    """Whether the process of this name runs. True where it is of another machine: nobody knows."""
    host, _, rest = name.rpartition(":")[0].rpartition(":")
    started = name.rpartition(":")[2]
    if host != socket.gethostname() or not rest.isdigit():
        return True
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _started(int(rest)) == started


def _started(pid: int) -> str:
    """When a process started, in clock ticks since boot; process numbers are used again."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "0"  # not Linux: the number alone has to do
    fields = stat.rpartition(")")[2].split()
    return "0" if fields[0] == "Z" else fields[19]
