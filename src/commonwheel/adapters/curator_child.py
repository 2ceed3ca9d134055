"""The child of `curator_process`: reads bodies, runs detectors, answers. Imports little, may be killed any time.

It ends when its input does, which is what the parent's death looks like. A detector that holds the
interpreter's lock hears nothing of that, so before each body an alarm is set whose default action ends
the process: no child outlives its parent by more than that.
"""

import fcntl
import json
import mmap
import os
import resource
import signal
import struct
import sys
from functools import partial
from importlib import import_module
from io import BufferedReader
from pathlib import Path
from typing import Any

HEADER = struct.Struct("!I")
"""What goes before each frame: its length."""

ANSWER_LIMIT = 1 << 26
"""Bytes that an answer can have."""

_IDLE = 255


def main(page: int, timeout: float, memory_limit: int, detectors: str, cache: str, model: str) -> None:
    """Serve until the input ends.

    `cache`: a folder for what takes long to compile, or nothing. `model`: what `ner.detector` is told, as
    JSON, or nothing; only then is anything heavy imported.
    """
    from pydantic import TypeAdapter

    from commonwheel.curate.attachments import FILES
    from commonwheel.curate.detect import SCAN, SKETCH, Scanner
    from commonwheel.curate.prefilter import build
    from commonwheel.ports import Detection

    note = mmap.mmap(page, mmap.PAGESIZE)
    note[0] = _IDLE
    output = os.dup(1)
    os.dup2(2, 1)  # whatever prints must not disturb the frames
    listed = _listed(detectors)
    if model:
        from commonwheel.adapters import ner

        listed = (*listed, ner.detector(**json.loads(model)))
    scanner = Scanner(listed, Path(cache) if cache else None, partial(build, wait=False))
    names = (*(detector.name for detector in scanner.detectors), SCAN, SKETCH, FILES)
    numbers = {name: number for number, name in enumerate(names)}
    answer = TypeAdapter(Detection)
    _confine(memory_limit)
    _send(output, json.dumps({"names": list(numbers), "engine": scanner.engine}).encode())

    def started(name: str) -> None:
        note[0] = numbers[name]

    with open(0, "rb", closefd=False) as source:
        while (frame := _frame(source)) is not None:
            signal.setitimer(signal.ITIMER_REAL, 2 * timeout + 1)
            detection = scanner.detect(json.loads(frame), started)
            note[0] = _IDLE
            _send(output, answer.dump_json(detection))
            signal.setitimer(signal.ITIMER_REAL, 0)


def compile_patterns(detectors: str, cache: str) -> None:
    """Put into `cache` what the next child starts faster with, one process at a time, yielding to all others."""
    from commonwheel.curate.detect import Scanner

    os.nice(10)
    folder = Path(cache)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "compiling").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        Scanner(_listed(detectors), folder)


def _listed(detectors: str) -> tuple[Any, ...]:
    module, _, name = detectors.partition(":")
    listed: tuple[Any, ...] = getattr(import_module(module), name)
    return listed


def _confine(memory_limit: int) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for what, limit in (
        (resource.RLIMIT_AS, memory_limit),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def _frame(source: BufferedReader) -> bytes | None:
    header = source.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (size,) = HEADER.unpack(header)
    data = source.read(size)
    return data if len(data) == size else None


def _send(output: int, data: bytes) -> None:
    rest = memoryview(HEADER.pack(len(data)) + data)
    while rest:
        rest = rest[os.write(output, rest) :]


if __name__ == "__main__" and sys.argv[1] == "compile":
    compile_patterns(sys.argv[2], sys.argv[3])
elif __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5], sys.argv[6])
