"""The worker as a process: started by a server and gone with it, or by a person at a terminal."""

import os
import signal
import subprocess
import sys
from threading import Event, Thread

import structlog

from commonwheel.adapters.logs import write_events
from commonwheel.app import App, build
from commonwheel.errors import Unavailable
from commonwheel.journeys.curate import free_dead_claims
from commonwheel.journeys.train import train_round
from commonwheel.settings import load_settings
from commonwheel.worker.loop import do_errands, run

log = structlog.get_logger()

ERRANDS, TRAINING = "--errands", "--training"
_NICE = 10
"""People at the doors come first; whatever the worker starts inherits it."""
_GRACE = 5.0
"""Seconds that work under way may take after the end is announced."""
_LONGEST_PAUSE = 60.0


def supervised(mode: str = "") -> None:
    """Work until standard input ends: that is what the end of the parent looks like, however it came.

    With a mode, do errands, or train where a run is due, and end.
    """
    os.nice(_NICE)
    stop = Event()
    settings = load_settings()
    write_events(settings["LOG"])
    Thread(target=_watch_parent, args=(stop,), name="watch-parent", daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and says when to stop
    app = build(settings)
    try:
        if mode == TRAINING:
            train_round(app.world, stop)
        elif mode == ERRANDS:
            free_dead_claims(app.world)
            do_errands(app.world)
        else:
            work(app, stop)
    except Unavailable as reason:
        log.warning("errands.delayed", reason=reason.code)
    finally:
        app.close()


def work(app: App, stop: Event) -> None:
    """Work until `stop` is set, or SIGTERM comes."""
    end_gently(stop, app, signal.SIGTERM)
    errand, training = Errand(ERRANDS), Errand(TRAINING)
    try:
        run(app.world, app.settings["RELEASE_EVERY"], stop, errand.start, training.start)
    finally:
        training.end()
        errand.end()


def end_gently(stop: Event, app: App, *signals: signal.Signals) -> None:
    """On a signal finish what is under way; after a while, stop in the middle: all of it can be repeated."""

    def hurry() -> None:
        stop.wait()
        Event().wait(_GRACE)
        app.world.curator.close()

    for each in signals:
        signal.signal(each, lambda *_: stop.set())
    Thread(target=hurry, name="hurry", daemon=True).start()


def _watch_parent(stop: Event) -> None:
    while os.read(0, 4096):
        pass
    stop.set()
    Event().wait(2 * _GRACE)
    os._exit(1)


class Errand:
    """A child process that does errands or trains; one at a time, with a pause after one that died."""

    def __init__(self, mode: str) -> None:
        self._mode = mode
        self._child: subprocess.Popen[bytes] | None = None
        self._pause = 0.0
        self._rest: Thread | None = None

    def start(self) -> None:
        """Send one, unless one is under way or the last one died just now."""
        if self._child is not None:
            code = self._child.poll()
            if code is None:
                return
            self._close()
            if code:
                self._pause = min(max(1.0, 2 * self._pause), _LONGEST_PAUSE)
                log.warning("errands.died", what=self._mode, code=code, seconds=self._pause)
                self._rest = Thread(target=Event().wait, args=(self._pause,), daemon=True)
                self._rest.start()
            else:
                self._pause = 0.0
        if self._rest is None or not self._rest.is_alive():
            self._child = spawn(self._mode)

    def end(self) -> None:
        """Let it finish what it is at; its input ends here."""
        if self._child is not None:
            self._child.communicate()
            self._close()

    def _close(self) -> None:
        if self._child is not None and self._child.stdin is not None:
            self._child.stdin.close()
        self._child = None


def spawn(*arguments: str) -> "subprocess.Popen[bytes]":
    """A worker process that ends when its standard input does, so never after this process."""
    command = [sys.executable, "-m", "commonwheel.worker", *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE)
