"""The curator that runs detectors in a supervised child process, killed when a text holds it up.

Parent and child speak over two pipes in frames: four bytes of length, then JSON. In a page of memory
that both map, the child notes the number of the detector that it is running, so the parent can name the
one that hung. The child reads hostile text, so it is given no environment, no files to write, no core
dumps, bounded memory, and its answers are checked like anybody's.
"""

import json
import mmap
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from commonwheel.adapters.curator_child import ANSWER_LIMIT, HEADER
from commonwheel.curate.prefilter import user_cache
from commonwheel.errors import Unavailable
from commonwheel.ports import Detection
from commonwheel.records.body import Body

PROCESS = "process"
"""Stands for the name of a detector where the whole process failed."""

_ANSWER = TypeAdapter(Detection)
_DETECTORS = "commonwheel.curate.detectors:DETECTORS"
_START_SECONDS, _LOAD_SECONDS = 60.0, 600.0
"""What a start may take, without a model and with one."""
_SLOW = "python"
"""The engine of a child that found no compiled patterns."""
_FINISHING: list["subprocess.Popen[bytes]"] = []
"""Compilers that outlive their curator."""
_AHEAD = 4
"""Bodies that are on their way to the child at once, so that it need not wait for the next."""
_ATTEMPTS = 2
_PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
_FOR_A_MODEL = ("HOME", "HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "XDG_CACHE_HOME")
"""Where models are kept, and whether they may be fetched. A token for private ones is not passed on."""


class _ChildDied(Exception):
    """The child is gone, or speaks nonsense."""


class _ChildHangs(Exception):
    """The child did not answer in time."""


class ProcessCurator:
    """A `ports.Curator` in a child process of its own, started when first needed. Threads take turns.

    `timeout` bounds the seconds spent on one body, `memory_limit` the bytes of address space of the
    child. `cache` is a folder for what takes long to compile. `detectors` names a tuple of detectors as
    `module:name`; `model` and `labels` add the detector of `adapters.ner`. A body whose detector hangs
    comes back with its name in `timed_out`; one that ends the process twice with `process` in `failed`.
    Where patterns have to be compiled first, that happens beside, and a child that is slower and finds the
    same serves until then; with `finishes`, it goes on after `close`, for whoever comes next.
    Raises Unavailable where no child can be started, or after `close`.
    """

    def __init__(
        self,
        *,
        timeout: float = 10.0,
        memory_limit: int = 1 << 30,
        detectors: str = _DETECTORS,
        cache: Path | None = None,
        model: str = "",
        labels: Mapping[str, str] | None = None,
        finishes: bool = False,
    ) -> None:
        """Nothing is started yet."""
        self._timeout = timeout
        cache = cache or user_cache()
        self._finishes = finishes
        told = json.dumps({"model": model, "labels": dict(labels or {})}) if model else ""
        self._arguments = (str(timeout), str(memory_limit), detectors, str(cache or ""), told)
        self._turn = threading.Lock()
        self._child: _Child | None = None
        self._compiler: subprocess.Popen[bytes] | None = None
        self._compiled = False
        self._closed = False

    def detect(self, bodies: Sequence[Body]) -> list[Detection]:
        """One Detection per body, in order. Never raises because of a body."""
        with self._turn:
            answers: list[Detection] = []
            attempts = 0
            frames = [_encoded(body) for body in bodies]
            while len(answers) < len(frames):
                done = len(answers)
                try:
                    self._running().run(frames[done:], answers)
                except _ChildHangs as problem:
                    self._stop()
                    answers.append(Detection(timed_out=(str(problem),)))
                    attempts = 0
                except _ChildDied:
                    self._stop()
                    attempts = attempts + 1 if len(answers) == done else 1
                    if attempts == _ATTEMPTS:
                        answers.append(Detection(failed=(PROCESS,)))
                        attempts = 0
            return answers

    def close(self) -> None:
        """Stop the child, even in the middle of a body."""
        self._closed = True
        child = self._child
        if child is not None:
            child.kill()
        with self._turn:
            self._stop()
            if self._compiler is not None and self._finishes:
                _FINISHING.append(self._compiler)
            elif self._compiler is not None:
                self._compiler.kill()
                self._compiler.wait()

    def _running(self) -> "_Child":
        if self._closed:
            raise Unavailable("The curator has been stopped.")
        if self._compiler is not None and not self._compiled and self._compiler.poll() is not None:
            self._compiled = True
            self._stop()  # the next one is faster
        if self._child is None:
            self._child = _Child(self._timeout, self._arguments)
            if self._child.engine == _SLOW and self._compiler is None and self._arguments[3]:
                self._compiler = self._compiling()
        return self._child

    def _compiling(self) -> "subprocess.Popen[bytes]":
        """A process that compiles the patterns of the detectors into the cache."""
        _, _, detectors, cache, _ = self._arguments
        return subprocess.Popen(
            [sys.executable, "-m", "commonwheel.adapters.curator_child", "compile", detectors, cache],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=_environment(_PASSED_ON),
        )  # fmt: skip

    def _stop(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None


class _Child:
    """One child process, and what is on its way to and from it."""

    def __init__(self, timeout: float, arguments: Sequence[str]) -> None:
        self._timeout = timeout
        self._has_model = bool(arguments[-1])
        passed_on = _PASSED_ON + _FOR_A_MODEL if self._has_model else _PASSED_ON
        with tempfile.TemporaryFile() as page:
            page.truncate(mmap.PAGESIZE)
            self._note = mmap.mmap(page.fileno(), mmap.PAGESIZE)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "commonwheel.adapters.curator_child", str(page.fileno()), *arguments],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
                pass_fds=(page.fileno(),), env=_environment(passed_on),
                start_new_session=True,
            )  # fmt: skip
        assert self._process.stdin is not None and self._process.stdout is not None
        self._input, self._output = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._input, False)
        os.set_blocking(self._output, False)
        self._received = bytearray()
        self._names: list[str] = []
        self._names, self.engine = self._greeting()

    def _greeting(self) -> tuple[list[str], str]:
        """The child's first words: the names of its detectors, in their order, and what it looks with."""
        seconds = _LOAD_SECONDS if self._has_model else _START_SECONDS
        try:
            greeting = self._frame(time.monotonic() + seconds, deque())
        except (_ChildDied, _ChildHangs):
            self.close()
            hint = " Can COMMONWHEEL_NER_MODEL be loaded?" if self._has_model else ""
            raise Unavailable(f"The process that curates does not start.{hint}") from None
        told = json.loads(greeting)
        return [str(name) for name in told["names"]], str(told["engine"])

    def run(self, frames: Sequence[bytes | None], answers: list[Detection]) -> None:
        """Append an answer for each frame to `answers`, or raise where the child stops answering."""
        outgoing: deque[memoryview] = deque()
        sent = 0
        for index, frame in enumerate(frames):
            while sent < min(len(frames), index + _AHEAD):
                if (ahead := frames[sent]) is not None:
                    outgoing.append(memoryview(ahead))
                sent += 1
            if frame is None:
                answers.append(Detection(failed=(PROCESS,)))
            else:
                answers.append(self._answer(self._frame(time.monotonic() + self._timeout, outgoing)))

    def _frame(self, deadline: float, outgoing: deque[memoryview]) -> bytes:
        """The next frame from the child, while sending what there is to send."""
        while True:
            if len(self._received) >= HEADER.size:
                (size,) = HEADER.unpack_from(self._received)
                if size > ANSWER_LIMIT:
                    raise _ChildDied
                if len(self._received) >= HEADER.size + size:
                    frame = bytes(self._received[HEADER.size : HEADER.size + size])
                    del self._received[: HEADER.size + size]
                    return frame
            left = deadline - time.monotonic()
            readable, writable, _ = select.select(
                [self._output], [self._input] if outgoing else [], [], max(0.0, left)
            )
            if not readable and not writable and left <= 0:
                raise _ChildHangs(self._hanging())
            if writable:
                self._send(outgoing)
            if readable:
                self._receive()

    def _send(self, outgoing: deque[memoryview]) -> None:
        try:
            written = os.write(self._input, outgoing[0])
        except BrokenPipeError:
            raise _ChildDied from None
        if written == len(outgoing[0]):
            outgoing.popleft()
        else:
            outgoing[0] = outgoing[0][written:]

    def _receive(self) -> None:
        data = os.read(self._output, 1 << 16)
        if not data:
            raise _ChildDied
        self._received += data

    def _hanging(self) -> str:
        number = self._note[0]
        return self._names[number] if number < len(self._names) else PROCESS

    def _answer(self, frame: bytes) -> Detection:
        try:
            detection = _ANSWER.validate_json(frame)
        except ValueError:
            raise _ChildDied from None
        failed = (name if name in self._names else PROCESS for name in detection.failed)
        return replace(detection, failed=tuple(failed))

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def close(self) -> None:
        """End the process and give back everything it held."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._note.close()


def bare_environment() -> dict[str, str]:
    """What a child that reads hostile text is given of ours: where programs are, and no secret."""
    return _environment(_PASSED_ON)


def _environment(passed_on: Sequence[str]) -> dict[str, str]:
    return {key: os.environ[key] for key in passed_on if key in os.environ}


def _encoded(body: Body) -> bytes | None:
    """A body as a frame; None where it is not JSON at all."""
    try:
        data = json.dumps(body, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError):
        return None
    return HEADER.pack(len(data)) + data
