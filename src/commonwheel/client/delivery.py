"""What was logged, on its way: a queue, the batch under way, a spool, and one clock for all tries.

One thread sends. A batch leaves it in one of four ways: the instance answered for each of its lines; the instance
says that it can never be taken; it is in the spool; or it is dropped and counted, where there is no spool at the
end. Whatever else comes back, a wrong token or a proxy's page, is a reason to try again later.
"""

import json
import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import httpx

from commonwheel.client.reaching import Clock, asked_for
from commonwheel.client.spool import Spool, Taken

log = logging.getLogger("commonwheel")

_MOST_WAITING, _MOST_BYTES = 10_000, 64_000_000
_BATCH, _BATCH_BYTES = 500, 4_000_000
_TOGETHER, _TOGETHER_AWAY = 0.2, 1.0
"""Seconds in which lines gather before they are sent, or are spooled while the instance is away."""
_LOOK_AGAIN = 60.0
"""Seconds after which the spool is looked at again, for what others left."""
_FOR_GOOD = frozenset({413, 415, 422})
_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(slots=True)
class Stats:
    """What became of what was logged, in lines.

    `refused` were not taken by the instance; `dropped` had no room, were no JSON, or were left at the end.
    `retries` are tries that did not succeed; `spooled` lines are counted again as `sent` when they are.
    """

    logged: int = 0
    sent: int = 0
    refused: int = 0
    dropped: int = 0
    retries: int = 0
    spooled: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Lines that are sent together under one key; `file` where they come from the spool."""

    key: str
    lines: Sequence[bytes]
    file: Taken | None = None

    @property
    def count(self) -> int:
        """How many lines the instance will answer for: it passes over empty ones."""
        return sum(bool(line.strip()) for line in self.lines) if self.file else len(self.lines)

    @property
    def content(self) -> bytes:
        """As it is sent and spooled."""
        return b"\n".join(self.lines)


class Delivery:
    """Brings lines to `address`; nothing is sent, and no thread started, before there is something to send."""

    def __init__(self, address: str, headers: dict[str, str], spool: Spool | None, timeout: float) -> None:
        """`timeout` is in seconds, for each answer."""
        self._address, self._headers, self._spool, self._timeout = address, headers, spool, timeout
        self._under_way: Batch | None = None
        self.begin()
        if spool is not None and spool.waiting():
            with self._wake:
                self._start()

    def begin(self) -> None:
        """Empty-handed: also in the child of a fork, whose parent sends what was logged before."""
        if self._under_way is not None and self._under_way.file is not None:
            self._under_way.file.let_go()
        self.stats = Stats()
        lock = threading.RLock()  # a signal's handler may log while its thread is logging
        self._wake, self._settled = threading.Condition(lock), threading.Condition(lock)
        self._lines: deque[bytes] = deque()
        self._bytes, self._since = 0, 0.0
        self._taken_in = self._dealt_with = self._flushing = 0
        self._under_way = None
        self._batch_bytes = _BATCH_BYTES
        self._clock = Clock()
        self._closing_at: float | None = None
        self._thread: threading.Thread | None = None
        self._http: httpx.Client | None = None

    def put(self, line: bytes) -> None:
        """Queue a line; one that is empty, or has no room, is dropped and counted."""
        with self._wake:
            self.stats.logged += 1
            full = len(self._lines) >= _MOST_WAITING or self._bytes + len(line) > _MOST_BYTES
            if not line or full or self._closing_at is not None:
                self.stats.dropped += 1
                return
            self._lines.append(line)
            self._bytes += len(line)
            self._taken_in += 1
            if self._thread is None:
                self._since = time.monotonic()
                self._start()
            elif len(self._lines) == 1:
                self._since = time.monotonic()
                self._wake.notify()
            elif len(self._lines) == _BATCH:
                self._wake.notify()

    def flush(self, timeout: float) -> bool:
        """Whether everything logged before is dealt with, within so many seconds."""
        with self._wake:
            until = self._taken_in
            self._flushing += 1
            self._wake.notify()
            if self._thread is None and self._lines:
                self._start()
            try:
                return self._settled.wait_for(lambda: self._dealt_with >= until, timeout)
            finally:
                self._flushing -= 1

    def close(self, timeout: float) -> None:
        """Send for so many seconds at most; what is left then is spooled, or dropped without a spool."""
        with self._wake:
            self._closing_at = time.monotonic() + timeout
            self._wake.notify()
            thread = self._thread
        if thread is not None:
            thread.join(timeout)
        dropped = 0
        while (batch := self._left()) is not None:
            if not self._put_aside(batch):
                dropped += batch.count
                self._settle(batch, dropped=batch.count)
        if dropped:
            log.warning(
                "commonwheel dropped %d lines: the instance took none in time, and there is no spool", dropped
            )

    def _left(self) -> Batch | None:
        """What is to be put aside at the end; the thread may still wait for an answer to it."""
        with self._wake:
            batch = self._under_way or self._cut(whatever=True)
            # The same batch anew: the thread no longer finds its own, and neither counts nor keeps it.
            self._under_way = None if batch is None else replace(batch)
            return self._under_way

    def _start(self) -> None:
        with suppress(RuntimeError):  # no thread can be started now: the next line tries again
            thread = threading.Thread(target=self._run, name="commonwheel", daemon=True)
            thread.start()
            self._thread = thread

    # In the thread ---------------------------------------------------------------------------------------------

    def _run(self) -> None:
        going = True
        while going:
            try:
                going = self._step()
            except Exception as problem:  # whatever it is, what comes later must still be sent
                self._not_now(type(problem).__name__)
        if self._http is not None:
            self._http.close()

    def _step(self) -> bool:
        """Send a batch, or put it aside, or wait; False at the end."""
        batch = self._next()
        if batch is not None:
            if not self._clock.left():
                self._send(batch)
                return True
            if self._put_aside(batch):
                return True
        return self._rest()

    def _next(self) -> Batch | None:
        """The batch under way, else lines that gathered long enough, else what the spool has."""
        with self._wake:
            if self._under_way is None:
                self._under_way = self._cut()
            late = self._closing_at is not None and time.monotonic() >= self._closing_at
            if self._under_way is not None or self._spool is None or late or self._clock.left():
                return self._under_way
        found = self._spool.take()
        if found is None:
            return None
        with self._wake:
            self._under_way = Batch(found.key, found.content.split(b"\n"), found)
            return self._under_way

    def _cut(self, whatever: bool = False) -> Batch | None:
        """Lines to send together, where they are due."""
        if not self._lines or not (whatever or self._due() <= 0):
            return None
        lines = [self._lines.popleft()]
        size = len(lines[0])
        while self._lines and len(lines) < _BATCH and size + len(self._lines[0]) < self._batch_bytes:
            lines.append(self._lines.popleft())
            size += len(lines[-1])
        self._bytes -= size
        self._since = time.monotonic()
        return Batch(uuid.uuid4().hex, lines)

    def _due(self) -> float:
        """Seconds until the lines have gathered long enough."""
        if self._flushing or self._closing_at is not None or len(self._lines) >= _BATCH:
            return 0.0
        return self._since + (_TOGETHER_AWAY if self._clock.left() else _TOGETHER) - time.monotonic()

    def _rest(self) -> bool:
        """Wait for lines, for the clock or for the spool; False where nothing is left to do."""
        with self._wake:
            held, pause = self._under_way is not None, self._clock.left()
            nothing = not (held or self._lines)
            if self._closing_at is not None and (nothing or time.monotonic() + pause >= self._closing_at):
                return False
            seconds: float | None = None
            if held:
                seconds = pause
            elif self._lines:
                seconds = self._due()
            elif self._spool is not None:
                seconds = pause or _LOOK_AGAIN
            if seconds is None or seconds > 0:
                self._wake.wait(seconds)
        return True

    def _send(self, batch: Batch) -> None:
        """One try, and what follows from it."""
        headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": batch.key}
        try:
            if self._http is None:
                self._http = httpx.Client(headers=self._headers, timeout=self._timeout)
            answer = self._http.post(self._address, content=batch.content, headers=headers)
        except httpx.HTTPError as problem:
            return self._not_now(type(problem).__name__)
        if answer.status_code == 413 and batch.count > 1:
            return self._halve(batch)
        if answer.status_code == 413 or _is_refusal(answer):
            log.warning("commonwheel refuses %d lines: status %d", batch.count, answer.status_code)
            return self._settle(batch, refused=batch.count)
        outcomes = _outcomes(answer)
        if len(outcomes) != batch.count or any(status in _RETRIED for status, _ in outcomes):
            return self._not_now(f"status {answer.status_code}", asked_for(answer.headers))
        self._clock.worked()
        refused = [code for status, code in outcomes if status not in (200, 201)]
        for code in refused[:3]:
            log.warning("commonwheel refuses a line: %s", code)
        self._settle(batch, sent=batch.count - len(refused), refused=len(refused))

    def _not_now(self, why: str, asked: float | None = None) -> None:
        """Count a try that did not succeed; the clock says when the next one may be."""
        self.stats.retries += 1
        self._clock.failed(asked)
        log.warning("commonwheel takes nothing, tried again in %.1f s: %s", self._clock.left(), why)

    def _halve(self, batch: Batch) -> None:
        """Somebody on the way takes less at once, so nothing of it was taken: smaller ones may pass."""
        if batch.file is not None and self._spool is not None:
            middle = len(batch.lines) // 2
            halves = (batch.lines[:middle], batch.lines[middle:])
            dropped = sum(self._spool.keep(uuid.uuid4().hex, b"\n".join(lines)) for lines in halves)
            return self._settle(batch, dropped=dropped)
        with self._wake:
            if self._under_way is batch:
                self._batch_bytes = max(1, len(batch.content) // 2)
                self._lines.extendleft(reversed(batch.lines))
                self._bytes += len(batch.content)
                self._under_way = None

    def _put_aside(self, batch: Batch) -> bool:
        """Whether it is in the spool."""
        if batch.file is not None:
            with self._wake:
                if self._under_way is batch:
                    self._under_way = None
                    batch.file.put_back()
            return True
        if self._spool is None:
            return False
        try:
            dropped = self._spool.keep(batch.key, batch.content)
        except OSError as problem:
            log.warning("commonwheel cannot spool: %s", type(problem).__name__)
            return False
        self._settle(batch, spooled=batch.count, dropped=dropped)
        return True

    def _settle(
        self, batch: Batch, *, sent: int = 0, refused: int = 0, spooled: int = 0, dropped: int = 0
    ) -> None:
        """Nothing more is to be done about it, and it is counted: by one, the thread or who closes."""
        with self._wake:
            if self._under_way is not batch:
                return
            self._under_way = None
            self.stats.sent += sent
            self.stats.refused += refused
            self.stats.spooled += spooled
            self.stats.dropped += dropped
            if batch.file is not None:
                batch.file.done()
            else:
                self._dealt_with += batch.count
                self._settled.notify_all()


def _is_refusal(answer: httpx.Response) -> bool:
    """Whether it is the instance that says that this can never be taken, and not something on the way to it."""
    try:
        return answer.status_code in _FOR_GOOD and isinstance(answer.json()["error"]["code"], str)
    except (ValueError, KeyError, TypeError):
        return False


def _outcomes(answer: httpx.Response) -> list[tuple[int, str]]:
    """The status of each line and why it is refused; a status to try again for where it is no such answer."""
    if answer.status_code != 200:
        return [(503, "")]
    try:
        lines = [json.loads(line) for line in answer.content.split(b"\n") if line]
        return [(int(line["status"]), _why(line.get("error") or {})) for line in lines]
    except (ValueError, KeyError, TypeError, AttributeError):
        return [(503, "")]


def _why(error: dict[str, Any]) -> str:
    """An error's code, and which fields have faults; the instance repeats none of the words."""
    faults = (error.get("details") or {}).get("faults") or ()
    told = "; ".join(f"{fault['path']} {fault['problem']}" for fault in faults[:3])
    plain = "".join(sign if sign.isprintable() else " " for sign in told)
    return f"{error.get('code')} ({plain})"[:300] if plain else str(error.get("code"))[:40]
