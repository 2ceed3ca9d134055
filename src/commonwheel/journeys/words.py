"""The words of a revision, sealed and opened: the one place where content meets its key."""

import json
from collections.abc import Mapping
from typing import Any

from commonwheel.errors import KeyLost
from commonwheel.journeys.world import World
from commonwheel.ports.contributions import SealedContent
from commonwheel.records.body import Body


def context(id: str, number: int, form: str) -> str:
    """What binds sealed words to their place."""
    return f"{id}.{number}.{form}"


def seal(world: World, owner: str, id: str, number: int, form: str, words: Mapping[str, Any]) -> bytes:
    """Encrypt `words` as JSON."""
    plain = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
    return world.keys.seal(owner, plain, context(id, number, form))


def unseal(world: World, owner: str, id: str, number: int, form: str, sealed: bytes) -> Any:
    """Decrypt what `seal` made."""
    return json.loads(world.keys.open(owner, sealed, context(id, number, form)))


def original(world: World, owner: str, id: str, number: int, sealed: SealedContent) -> Body:
    """What was given; where that was dropped after its release, the redacted form."""
    if sealed.original is not None:
        body: Body = unseal(world, owner, id, number, "original", sealed.original)
        return body
    return redacted(world, owner, id, number, sealed)


def redacted(world: World, owner: str, id: str, number: int, sealed: SealedContent) -> Body:
    """What may be public."""
    if sealed.redacted is None:
        raise KeyLost("The words of this revision are not kept any more.")
    body: Body = unseal(world, owner, id, number, "redacted", sealed.redacted)
    return body
