"""Ctrl-C in the middle of long work: it ends at once, and the same command goes on."""

import os
import signal
import threading
from pathlib import Path

import pytest

from commonwheel.journeys.cut_release import cut_release
from tests.worlds import Instance


@pytest.mark.parametrize("steps", [1, 2])
def test_a_cut_that_was_interrupted_lets_go_of_everything(embedded: Instance, steps: int) -> None:
    ann = embedded.person("ann")
    for _ in range(3):
        embedded.given(ann, "chat")
    left = [steps]

    def interrupt(_step: str, _count: int) -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        cut_release(embedded.world, progress=interrupt)
    assert cut_release(embedded.world).version == 1


def test_an_interrupted_statement_leaves_no_lock(embedded: Instance, tmp_path: Path) -> None:
    timer = threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt), embedded.world.database.write() as tx:
        while True:
            tx.contributions.counts()
    with embedded.world.database.write() as tx:
        tx.contributions.counts()
