"""How often somebody may try: a bucket for each way and each one who tries, which refills with time.

The buckets are this process's own: with several servers each lets in as many. What is counted are hashes of
addresses and names, kept for as long as their bucket is not full again.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from fastapi import Request

from commonwheel.errors import TooOften
from commonwheel.web.asking import world_of

_MOST = 50_000


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `number` at once, and as many again within `per`."""

    number: int
    per: timedelta


SIGN_IN = Rate(30, timedelta(minutes=5))
"""From one address."""
PASSWORD = Rate(10, timedelta(minutes=15))
"""For one account."""
JOIN = Rate(10, timedelta(hours=1))
MAIL = Rate(5, timedelta(hours=1))
GIVE = Rate(120, timedelta(hours=1))
PREVIEW = Rate(240, timedelta(hours=1))
TALK = Rate(30, timedelta(hours=1))
HOOK = Rate(300, timedelta(minutes=10))
SEARCH = Rate(120, timedelta(minutes=5))


class Rates:
    """The generic cell rate algorithm (ITU-T I.371): of each bucket only the time is kept at which it is full."""

    def __init__(self) -> None:
        self._full_at: dict[Hashable, datetime] = {}
        self._lock = Lock()

    def use(self, rate: Rate, of: str, now: datetime) -> None:
        """Take one; TooOften where none is left."""
        key = (rate, hash(of))
        with self._lock:
            full_at = max(self._full_at.get(key, now), now) + rate.per / rate.number
            # A clock that went backwards locks nobody out for longer than a bucket takes to fill.
            wait = min(full_at - now, rate.per * 2) - rate.per
            if wait > timedelta(0):
                raise _refusal(wait)
            if len(self._full_at) >= _MOST:
                self._full_at = {each: full for each, full in self._full_at.items() if full > now}
            self._full_at[key] = full_at


def _refusal(wait: timedelta) -> TooOften:
    refusal = TooOften()
    refusal.retry_after = max(1, int(wait.total_seconds()) + 1)
    return refusal


def limited(request: Request, rate: Rate, of: str = "") -> None:
    """Count an attempt: of whom it names, or of the address it comes from; TooOften where there were too many."""
    rates: Rates = request.app.state.rates
    address = request.client.host if request.client is not None else ""
    rates.use(rate, of or address, world_of(request).clock.now())
