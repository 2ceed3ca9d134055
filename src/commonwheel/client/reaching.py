"""Where an instance is, who asks, and how long to wait before it is asked again."""

import random
import time
from collections.abc import Mapping

import httpx

_LONGEST_ASKED = 300.0
"""Seconds: an instance that asks for more is asked again after these."""


def address_of(url: str) -> str:
    """The address of an instance, without a slash at its end; ValueError where it is none."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as problem:
        raise ValueError(f"This is no address of an instance: {problem}") from None
    if parsed.scheme not in ("http", "https") or not parsed.host or not 0 <= (parsed.port or 0) < 65_536:
        raise ValueError("The address of an instance begins with http:// or https:// and names a host.")
    return url.rstrip("/")


def credentials_of(token: str | None) -> dict[str, str]:
    """The headers that go with a token; ValueError, which does not repeat it, where it cannot be one."""
    token = (token or "").strip()
    if not (token.isascii() and all("!" <= sign <= "~" for sign in token)):
        raise ValueError("A token is visible ASCII characters without spaces.")
    return {"Authorization": f"Bearer {token}"} if token else {}


def asked_for(headers: Mapping[str, str], most: float = _LONGEST_ASKED) -> float | None:
    """How many seconds the instance asks to wait, `most` at most; None where it does not say."""
    said = headers.get("Retry-After", "")
    return min(float(said), most) if said.isascii() and said.isdigit() else None


class Clock:
    """When the next try may be: as the instance asks, else after growing, random pauses."""

    def __init__(self, longest: float = 60.0) -> None:
        """`longest` is in seconds, for what nobody asks for."""
        self._longest = longest
        self._failures = 0
        self._not_before = 0.0

    def left(self) -> float:
        """Seconds until the next try may be; 0 where it may be now."""
        return max(0.0, self._not_before - time.monotonic())

    def failed(self, asked: float | None) -> None:
        """A try did not succeed. Full jitter, so that many clients do not come back at once."""
        growing = min(self._longest, 0.25 * 2.0 ** min(self._failures, 20))
        pause = random.uniform(0.05, max(growing, 0.05)) if asked is None else asked * random.uniform(1.0, 1.1)
        self._failures += 1
        self._not_before = time.monotonic() + pause

    def worked(self) -> None:
        """The instance answers again."""
        self._failures, self._not_before = 0, 0.0
