"""Keeps a worker running beside a server: started anew when it dies, with growing pauses."""

import subprocess
import time
from threading import Event, Thread

import structlog

from commonwheel.worker.process import spawn

log = structlog.get_logger()

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 30.0
_WELL = 60.0
"""Seconds after which a worker counts as well, and its end as the first."""
_PATIENCE = 15.0
"""Seconds that a worker may take to end."""


class Supervisor:
    """One worker process and the thread that watches it."""

    def __init__(self) -> None:
        self._stopping = Event()
        self._thread = Thread(target=self._watch, name="supervisor", daemon=True)

    def start(self) -> None:
        """Start the worker."""
        self._thread.start()

    def stop(self) -> None:
        """End the worker; it finishes what is under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            started = time.monotonic()
            child = spawn()
            log.info("worker.started", pid=child.pid)
            while child.poll() is None and not self._stopping.wait(0.1):
                pass
            if self._stopping.is_set():
                _end(child)
                return
            pause = _FIRST_PAUSE if time.monotonic() - started > _WELL else min(2 * pause, _LONGEST_PAUSE)
            log.error("worker.died", code=child.returncode, seconds=pause)
            assert child.stdin is not None
            child.stdin.close()
            self._stopping.wait(pause)


def _end(child: "subprocess.Popen[bytes]") -> None:
    try:
        child.communicate(timeout=_PATIENCE)  # closes its input
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
