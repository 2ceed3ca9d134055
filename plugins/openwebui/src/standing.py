"""Standing consent at the commons: somebody allows to share what they rate, and stops it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from plugins.openwebui.src.wheel import Trouble, Wheel

_ALLOWED = timedelta(days=180)
_LOOK_AGAIN = timedelta(days=90)
_MISSING = 404


async def allowed(wheel: Wheel, user: str) -> dict[str, Any] | None:
    """What somebody allows now; None where nothing."""
    try:
        return await wheel.get("/standing", user)
    except Trouble as problem:
        if problem.status == _MISSING:
            return None
        raise


async def allow(wheel: Wheel, user: str, terms: dict[str, Any], wait_hours: int) -> str:
    """Allow it for half a year; after half of that it rests until they look again. Returns the last day."""
    now = datetime.now(UTC)
    until, again = now + _ALLOWED, now + _LOOK_AGAIN
    body = {"terms": terms, "until": until.isoformat(), "check_up": again.isoformat(), "wait_hours": wait_hours}
    await wheel.put("/standing", user, body)
    return until.date().isoformat()


async def stop(wheel: Wheel, user: str) -> None:
    """From now on nothing more."""
    await wheel.delete("/standing", user)
