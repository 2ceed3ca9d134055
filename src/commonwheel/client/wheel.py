"""Log edits and feedback from an application: at once, in the background, and never in its way.

`log` puts a line into a bounded queue and returns. A thread sends lines in batches, tries again with growing,
random pauses, and keeps in a folder what it cannot send. Each batch has a key of its own, so that however often
it is sent, it is given once. Nothing here raises into the application; `stats` counts what became of things.
"""

import asyncio
import atexit
import json
import logging
import os
import random
import threading
import time
import uuid
import weakref
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

import httpx

from commonwheel.client.remembering import Memory, id_of
from commonwheel.client.spool import Spool
from commonwheel.client.tracking import tracked
from commonwheel.client.watching import watched

log = logging.getLogger("commonwheel")

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C")

_MOST_WAITING = 10_000
_BATCH, _BATCH_BYTES = 500, 4_000_000
_TOGETHER = 0.2
"""Seconds in which lines gather before they are sent."""
_LONGEST_PAUSE = 60.0
_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(slots=True)
class Stats:
    """What became of what was logged.

    `refused` were not taken by the instance; `dropped` had no room, were no JSON, or were left at the end.
    """

    logged: int = 0
    sent: int = 0
    refused: int = 0
    dropped: int = 0
    retries: int = 0
    spooled: int = 0


class Edits:
    """What people make of answers."""

    def __init__(self, wheel: "Wheel") -> None:
        self._wheel = wheel

    def log(
        self, *, edited: str, prompt: Any = None, original: str | None = None, answer: Any = None, **more: Any
    ) -> None:
        """Log an edit and return at once.

        `answer` is what a watched client or a tracked function returned, or its id: then `prompt` and `original`
        need not be repeated. `more` are further members of a correction, such as `terms` or `on_behalf_of`.
        """
        known = None if answer is None else self._wheel.memory.get(answer)
        if known is not None:
            prompt = known.prompt if prompt is None else prompt
            original = known.answer if original is None else original
            if known.model and "source" not in more:
                more["source"] = {"model": known.model}
        self._wheel.put({"kind": "correction", "prompt": prompt, "original": original, "edited": edited} | more)


class Feedback:
    """What people say of answers, and what they do with them."""

    def __init__(self, wheel: "Wheel") -> None:
        self._wheel = wheel

    def log(self, *, target: Any, name: str, value: bool | float | str, **more: Any) -> None:
        """Log a thumb, stars, a flag or behaviour about an answer (or its id), and return at once."""
        self._wheel.put({"kind": "signal", "target": id_of(target), "name": name, "value": value} | more)


class Contributions:
    """Whatever else is given."""

    def __init__(self, wheel: "Wheel") -> None:
        self._wheel = wheel

    def log(self, contribution: Mapping[str, Any]) -> None:
        """Give one, as `commonwheel schema contribution` describes it, and return at once."""
        self._wheel.put(dict(contribution))


class Wheel:
    """A background sender to the instance at `url`.

    With `spool`, a folder, what cannot be sent outlives the process; several processes can share it. `terms` are
    those of every line that brings none; without them the token's own count. Use it as a context manager, or let
    it flush at exit, for at most `exit_timeout` seconds.
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        spool: str | os.PathLike[str] | None = None,
        spool_bytes: int = 100_000_000,
        terms: Mapping[str, Any] | None = None,
        timeout: float = 10.0,
        exit_timeout: float = 3.0,
    ) -> None:
        """Nothing is sent, and no thread started, before the first line."""
        self._url = f"{url.rstrip('/')}/api/v1/contributions/batch"
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._spool = None if spool is None else Spool(Path(spool), spool_bytes)
        self._terms = None if terms is None else dict(terms)
        self._timeout, self._exit_timeout = timeout, exit_timeout
        self.memory = Memory()
        self.edits, self.feedback, self.contributions = Edits(self), Feedback(self), Contributions(self)
        self._begin()
        atexit.register(_closed_at_exit, weakref.ref(self))
        os.register_at_fork(after_in_child=_begun_again(weakref.ref(self)))

    def _begin(self) -> None:
        """Empty-handed: also in the child of a fork, whose parent sends what was logged before."""
        self.memory.begin()
        self.stats = Stats()
        self._lines: deque[bytes] = deque()
        self._wake = threading.Condition()
        self._idle = threading.Event()
        self._idle.set()
        self._thread: threading.Thread | None = None
        self._closing = self._hurry = False
        self._trouble = 0

    def put(self, contribution: dict[str, Any]) -> None:
        """Queue a line. What does not fit, or is no JSON, is dropped and counted."""
        try:
            if self._terms is not None and "terms" not in contribution:
                contribution["terms"] = self._terms
            line = json.dumps(contribution, ensure_ascii=False, separators=(",", ":")).encode()
        except (TypeError, ValueError, RecursionError):
            line = b""
        with self._wake:
            self.stats.logged += 1
            if not line or len(self._lines) >= _MOST_WAITING or self._closing:
                self.stats.dropped += 1
                return
            self._lines.append(line)
            self._idle.clear()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="commonwheel", daemon=True)
                self._thread.start()
            elif len(self._lines) == 1:
                self._wake.notify()

    def watch(self, client: C) -> C:
        """An OpenAI-compatible client whose answers are remembered, for edits and feedback to name."""
        return watched(client, self.memory)

    def track(self, function: Callable[P, R]) -> Callable[P, R]:
        """Decorate a function from a prompt to an answer: its answers can then be named.

        It may be asynchronous, or a generator of an answer's parts. What is no text is returned as it is.
        """
        return tracked(self.memory, function)

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until everything is sent or spooled; False where it was not in time."""
        with self._wake:
            self._hurry = True
            self._wake.notify()
        return self._idle.wait(timeout)

    async def aflush(self, timeout: float = 10.0) -> bool:
        """The same for whoever must not block."""
        return await asyncio.to_thread(self.flush, timeout)

    def close(self, timeout: float = 10.0) -> Stats:
        """Flush and stop; what is left then is spooled, or dropped where there is no spool."""
        with self._wake:
            self._closing = self._hurry = True
            self._wake.notify()
        self._idle.wait(timeout)
        with self._wake:
            left = list(self._lines)
            self._lines.clear()
        if left:
            self._put_aside(uuid.uuid4().hex, left)
        return Stats(**asdict(self.stats))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # In the thread ---------------------------------------------------------------------------------------------

    def _run(self) -> None:
        with httpx.Client(headers=self._headers, timeout=self._timeout) as http:
            while True:
                batch = self._next()
                if batch:
                    self._deliver(http, uuid.uuid4().hex, batch)
                elif batch is None:
                    self._idle.set()
                    return
                if self._spool is not None:
                    self._send_spooled(http)
                with self._wake:
                    if not self._lines:
                        self._idle.set()

    def _next(self) -> list[bytes] | None:
        """Lines to send together; none to look at the spool again; None at the end."""
        with self._wake:
            if not self._lines and not self._closing:
                self._hurry = False
                self._wake.wait(self._until_the_spool())
            if not self._lines:
                return None if self._closing else []
            if not self._hurry:
                self._wake.wait(_TOGETHER)
            batch: list[bytes] = []
            size = 0
            while self._lines and len(batch) < _BATCH and size < _BATCH_BYTES:
                batch.append(self._lines.popleft())
                size += len(batch[-1])
            return batch

    def _until_the_spool(self) -> float | None:
        """How long to wait before the spool is looked at again: soon after a try that failed, and now and then."""
        if self._spool is None:
            return None
        return 0.05 + _pause(self._trouble) if self._trouble else _LONGEST_PAUSE

    def _deliver(self, http: httpx.Client, key: str, batch: list[bytes]) -> None:
        """Send, again and again where it may help; put it aside where nobody answers and the end is near."""
        for attempt in range(1_000_000):
            pause = self._send(http, key, batch)
            if pause is None:
                return
            self.stats.retries += 1
            if self._spool is not None or self._closing:
                self._trouble += 1
                self._put_aside(key, batch)
                return
            self._rest(pause or _pause(attempt))

    def _send(self, http: httpx.Client, key: str, batch: list[bytes]) -> float | None:
        """None where it was answered; else how long to wait, 0 where nobody says."""
        try:
            headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": key}
            answer = http.post(self._url, content=b"\n".join(batch), headers=headers)
            if answer.status_code in _RETRIED:
                return _asked(answer)
            if answer.status_code != 200:
                self.stats.refused += len(batch)
                log.warning("commonwheel refuses %d lines: status %d", len(batch), answer.status_code)
                return None
            outcomes = [json.loads(line) for line in answer.text.splitlines() if line]
            if any(each["status"] in _RETRIED for each in outcomes):
                return _asked(answer)
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return 0.0
        self._count(outcomes)
        return None

    def _count(self, outcomes: list[dict[str, Any]]) -> None:
        refused = [each for each in outcomes if each["status"] not in (200, 201)]
        self.stats.sent += len(outcomes) - len(refused)
        self.stats.refused += len(refused)
        for each in refused[:3]:
            log.warning("commonwheel refuses a line: %s", each.get("error", {}).get("code", each["status"]))

    def _put_aside(self, key: str, batch: list[bytes]) -> None:
        if self._spool is None:
            self.stats.dropped += len(batch)
            return
        try:
            self.stats.dropped += self._spool.keep(key, b"\n".join(batch))
            self.stats.spooled += len(batch)
        except OSError as problem:
            self.stats.dropped += len(batch)
            log.warning("commonwheel cannot spool: %s", type(problem).__name__)

    def _send_spooled(self, http: httpx.Client) -> None:
        assert self._spool is not None, "only with a spool"
        while not self._closing:
            with self._spool.taken() as found:
                if found is None:
                    return
                key, batch, taken = found
                if self._send(http, key, batch.split(b"\n")) is not None:
                    self._trouble += 1
                    return
                self._trouble = 0
                taken.done()

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + min(seconds, _LONGEST_PAUSE)
        with self._wake:
            while not self._closing and not self._hurry and (left := until - time.monotonic()) > 0:
                self._wake.wait(left)
        if not self._closing:
            time.sleep(min(seconds, 0.05))


def _pause(attempt: int) -> float:
    """Exponential, with full jitter, so that many clients do not come back at once."""
    return random.uniform(0, min(_LONGEST_PAUSE, 0.25 * 2 ** min(attempt, 10)))


def _asked(answer: httpx.Response) -> float:
    """How long the instance asks to wait."""
    try:
        return max(0.0, min(float(answer.headers.get("Retry-After", "0")), _LONGEST_PAUSE))
    except ValueError:
        return 0.0


def _closed_at_exit(wheel: "weakref.ref[Wheel]") -> None:
    if (found := wheel()) is not None:
        found.close(found._exit_timeout)


def _begun_again(wheel: "weakref.ref[Wheel]") -> Callable[[], None]:
    def begin() -> None:
        if (found := wheel()) is not None:
            found._begin()

    return begin
