"""Giving: the same state of a chat is one gift, whichever way it comes."""

import hashlib
from typing import Any

from plugins.openwebui.src.branches import Node, state
from plugins.openwebui.src.payloads import around, signals_of
from plugins.openwebui.src.reading import Seen
from plugins.openwebui.src.wheel import Trouble, Wheel

_REUSED = 409


def key_of(nodes: list[Node], given: dict[str, Any], chat: str) -> str:
    """An idempotency key: the same for the same state of the same chat, shared in the same way."""
    own = [given.get(name, "") for name in ("edited", "value", "detail")]
    said = f"{chat}:{state(nodes)}:{given['kind']}:{own}"
    return f"openwebui.{hashlib.sha256(said.encode()).hexdigest()}"


def signals(seen: Seen, chat: str, user: str, prompted: str) -> list[dict[str, Any]]:
    """What somebody said of answers on the branch, ready to be given."""
    return [around(each, chat, "", user, prompted) for each in signals_of(seen.nodes, seen.said, chat)]


async def give(wheel: Wheel, seen: Seen, chat: str, gifts: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the first and what is said of it; returns the answer for the first.

    What was said before, in the same words, is not said again; and what is new is said also of a chat that was
    shared before, though Trouble then tells that it was.
    """
    first, *more = gifts
    before: Trouble | None = None
    accepted: dict[str, Any] = {}
    try:
        accepted = await wheel.post("/contributions", first, key_of(seen.nodes, first, chat))
    except Trouble as problem:
        if problem.status != _REUSED:
            raise
        before = problem
    for each in more:
        try:
            await wheel.post("/contributions", each, key_of(seen.nodes, each, chat))
        except Trouble as problem:
            if problem.status != _REUSED:
                told = (
                    "The chat is shared, and what you said of its answers is not yet: press the button once more."
                )
                raise Trouble(told, problem.status) from None
    if before is not None:
        raise before
    return accepted
