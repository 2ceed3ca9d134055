"""Numbers that take long to count: kept for a while, and counted again beside whoever asks for them."""

import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from fastapi import Request

T = TypeVar("T")

_MOST = 500


@dataclass(slots=True)
class _Kept:
    value: object
    at: float
    under_way: "Future[None] | None" = None


class Remembered:
    """Whoever asks first for a number waits for it. Once it is old it is told as it was, and counted meanwhile."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, _Kept] = {}
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="counting")

    def get(self, key: Hashable, seconds: float, count: Callable[[], T]) -> T:
        """The number kept under `key`, not much older than `seconds`."""
        kept = self._kept.get(key)
        if kept is None:
            return self._count(key, count)
        with self._lock:
            idle = kept.under_way is None or kept.under_way.done()
            if idle and time.monotonic() - kept.at > seconds:
                kept.under_way = self._pool.submit(self._again, key, count)
        value: T = kept.value  # type: ignore[assignment]
        return value

    def close(self) -> None:
        """Wait for what is being counted."""
        self._pool.shutdown()

    def _count(self, key: Hashable, count: Callable[[], T]) -> T:
        value = count()
        with self._lock:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = _Kept(value, time.monotonic())
        return value

    def _again(self, key: Hashable, count: Callable[[], object]) -> None:
        self._count(key, count)


def remembered(request: Request, key: Hashable, seconds: float, count: Callable[[], T]) -> T:
    """The number that this instance keeps under `key`."""
    kept: Remembered = request.app.state.remembered
    return kept.get(key, seconds, count)
