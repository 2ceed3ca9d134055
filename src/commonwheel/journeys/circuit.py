"""The circuit before a judge: after failures in a row it is left alone for a while, then tried with one record."""

import threading
from datetime import datetime, timedelta


class Circuit:
    """Closed at first. Safe to share between threads; each process has its own.

    It opens after `failures` in a row, for `cool_down`. Then one caller may try: where that fails, or is not
    told of, another one may after as long again.
    """

    def __init__(self, failures: int = 5, cool_down: timedelta = timedelta(minutes=1)) -> None:
        """Nothing has failed yet."""
        self._failures, self._cool_down = failures, cool_down
        self._in_a_row = 0
        self._until: datetime | None = None
        self._lock = threading.Lock()

    def admits(self, wanted: int, now: datetime) -> int:
        """How many of `wanted` may be tried now; they have to be told of afterwards."""
        with self._lock:
            if self._until is None:
                return wanted
            # Further ahead than it is ever set: the clock went backwards.
            if now < self._until <= now + self._cool_down:
                return 0
            self._until = now + self._cool_down
            return min(wanted, 1)

    def tell(self, worked: bool, now: datetime) -> bool:
        """How a try went; returns whether that opened it."""
        with self._lock:
            if worked:
                self._in_a_row, self._until = 0, None
                return False
            self._in_a_row += 1
            if self._in_a_row < self._failures:
                return False
            opened = self._until is None
            self._until = now + self._cool_down
            return opened
