"""Log edits and feedback from an application: at once, in the background, and never in its way.

`log` puts a line into a bounded queue and returns. A thread sends lines in batches, tries again with growing,
random pauses, and keeps in a folder what it cannot send. Each batch has a key of its own, so that however often
it is sent, it is given once. Nothing here raises into the application; `stats` counts what became of things.
"""

import asyncio
import atexit
import json
import os
import weakref
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from commonwheel.client.delivery import Delivery, Stats
from commonwheel.client.reaching import address_of, credentials_of
from commonwheel.client.remembering import Memory, id_of
from commonwheel.client.spool import Spool
from commonwheel.client.tracking import tracked
from commonwheel.client.watching import watched

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C")

_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


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
        if answer is None:
            self._wheel.put(lambda: _correction(prompt, original, edited) | more)
        else:
            self._wheel.put(lambda: self._named(answer, prompt, original, edited) | more)

    def _named(self, answer: Any, prompt: Any, original: str | None, edited: str) -> dict[str, Any]:
        known = self._wheel.memory.get(answer)
        if known is None:
            return _correction(prompt, original, edited)
        line = _correction(
            known.prompt if prompt is None else prompt, known.answer if original is None else original, edited
        )
        return line | {"source": {"model": known.model}} if known.model else line


def _correction(prompt: Any, original: str | None, edited: str) -> dict[str, Any]:
    return {"kind": "correction", "prompt": prompt, "original": original, "edited": edited}


class Feedback:
    """What people say of answers, and what they do with them."""

    def __init__(self, wheel: "Wheel") -> None:
        self._wheel = wheel

    def log(self, *, target: Any, name: str, value: bool | float | str, **more: Any) -> None:
        """Log a thumb, stars, a flag or behaviour about an answer (or its id), and return at once."""
        self._wheel.put(
            lambda: {"kind": "signal", "target": id_of(target), "name": name, "value": value} | more,
        )


class Contributions:
    """Whatever else is given."""

    def __init__(self, wheel: "Wheel") -> None:
        self._wheel = wheel

    def log(self, contribution: Mapping[str, Any]) -> None:
        """Give one, as `commonwheel schema contribution` describes it, and return at once."""
        self._wheel.put(lambda: dict(contribution))


class Wheel:
    """A background sender to the instance at `url`.

    With `spool`, a folder, what cannot be sent outlives the process, and is sent by the next one that starts with
    it; several processes can share it. `terms` are those of every line that brings none; without them the token's
    own count. Use it as a context manager (`with`, or `async with`), or let it flush at exit, for at most
    `exit_timeout` seconds.
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
        """Times are in seconds; ValueError for what is no address or no token."""
        kept = None if spool is None else Spool(Path(spool), spool_bytes)
        address = f"{address_of(url)}/api/v1/contributions/batch"
        self._terms = None if terms is None else dict(terms)
        self.memory = Memory()
        self.edits, self.feedback, self.contributions = Edits(self), Feedback(self), Contributions(self)
        self._delivery = Delivery(address, credentials_of(token), kept, timeout)
        atexit.register(_weakly(self._delivery.close), exit_timeout)
        for begin in (self.memory.begin, self._delivery.begin):
            os.register_at_fork(after_in_child=_weakly(begin))

    @property
    def stats(self) -> Stats:
        """What became of what was logged until now."""
        return self._delivery.stats

    def put(self, make: Callable[[], dict[str, Any]]) -> None:
        """Queue the line that `make` returns. One that is no JSON, or has no room, is dropped and counted."""
        try:
            contribution = make()
            if self._terms is not None and "terms" not in contribution:
                contribution["terms"] = self._terms
            line = _written(contribution).encode()
        except Exception:  # the application's own objects may raise anything, and it must go on
            line = b""
        self._delivery.put(line)

    def watch(self, client: C) -> C:
        """An OpenAI-compatible client whose answers are remembered, for edits and feedback to name."""
        return watched(client, self.memory)

    def track(self, function: Callable[P, R]) -> Callable[P, R]:
        """Decorate a function from a prompt to an answer: its answers can then be named.

        It may be asynchronous, or a generator of an answer's parts. What is no text is returned as it is.
        """
        return tracked(self.memory, function)

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait `timeout` seconds at most until what was logged before is sent or spooled; whether it is."""
        return self._delivery.flush(timeout)

    async def aflush(self, timeout: float = 10.0) -> bool:
        """The same for whoever must not block."""
        return await asyncio.to_thread(self.flush, timeout)

    def close(self, timeout: float = 10.0) -> Stats:
        """Send for `timeout` seconds at most, and stop; what is left is spooled, or dropped without a spool."""
        self._delivery.close(timeout)
        return replace(self._delivery.stats)

    async def aclose(self, timeout: float = 10.0) -> Stats:
        """The same for whoever must not block."""
        return await asyncio.to_thread(self.close, timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _weakly(method: Callable[..., None]) -> Callable[..., None]:
    """Calls it as long as somebody else holds what it belongs to: a thread with lines, or the application."""
    found = weakref.WeakMethod(method)

    def call(*more: Any) -> None:
        if (still := found()) is not None:
            still(*more)

    return call
