"""A process that ends in the middle of something, told by the first thing it does not do any more."""

from typing import Any

from commonwheel.ports import Keys


class Crash(Exception):
    """The process ends here."""


class CrashingKeys:
    """The real keys, until one thing is asked of them."""

    def __init__(self, inner: Keys, last: str) -> None:
        self._inner, self._last = inner, last

    def __getattr__(self, name: str) -> Any:
        if name == self._last:
            raise Crash
        return getattr(self._inner, name)


class CrashingDatabase:
    """The real database, of which the n-th change is never made; the ones before it are."""

    def __init__(self, inner: Any, allowed: int) -> None:
        self._inner, self._allowed = inner, allowed

    def write(self) -> Any:
        if not self._allowed:
            raise Crash
        self._allowed -= 1
        return self._inner.write()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
