"""Who asks, and what they send: tokens, bodies, idempotency keys and preconditions."""

import json
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool

from commonwheel.app import App
from commonwheel.collect.faults import invalid_input
from commonwheel.errors import Encoded, Invalid, NotSignedIn, PreconditionRequired, TooLarge
from commonwheel.journeys.sign_in import sign_in
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor
from commonwheel.records.contribution import MAX_RECORD_BYTES

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

_REMEMBERED = 2.0
"""Seconds for which a token is not looked up again; a revocation takes effect after that."""
_OFF_LOOP = 50_000
"""Bytes above which a body is read on a thread, so that it holds nobody else up."""

_bearer = HTTPBearer(auto_error=False, description="'commonwheel token create' makes one.")


def app_of(request: Request) -> App:
    """The running instance."""
    app: App = request.app.state.commonwheel
    return app


def world_of(request: Request) -> World:
    """What journeys are handed."""
    return app_of(request).world


class Actors:
    """Tokens seen a moment ago."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Actor]] = {}

    def get(self, bearer: str) -> Actor | None:
        """Who that was, if it was just now."""
        seen, actor = self._known.get(bearer, (0.0, None))
        return actor if time.monotonic() - seen < _REMEMBERED else None

    def keep(self, bearer: str, actor: Actor) -> None:
        """Remember for a moment."""
        if len(self._known) > 10_000:
            self._known.clear()
        self._known[bearer] = (time.monotonic(), actor)


async def signed_in(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Actor:
    """Who asks; NotSignedIn without a valid token."""
    if credentials is None:
        raise NotSignedIn
    return await _actor(request, credentials.credentials)


async def whoever(request: Request) -> Actor:
    """Who asks for what most may have without a token; NotSignedIn without a valid one."""
    return await signed_in(request, await _bearer(request))


async def _actor(request: Request, bearer: str) -> Actor:
    actors: Actors = request.app.state.actors
    actor = actors.get(bearer)
    if actor is None:
        actor = await run_in_threadpool(sign_in, world_of(request), bearer)
        actors.keep(bearer, actor)
    return actor


SignedIn = Annotated[Actor, Depends(signed_in)]
TheWorld = Annotated[World, Depends(world_of)]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who comes to a door, and the idempotency key that they bring."""

    actor: Actor
    key: str | None


async def _arrival(request: Request) -> Arrival:
    """Read by hand: declared header by header, it cost a door a fifth of its rate."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise Invalid([("/header/Idempotency-Key", "is 1 to 200 visible ASCII characters")])
    return Arrival(await _actor(request, bearer.strip()), key)


Arriving = Annotated[Arrival, Depends(_arrival)]
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


async def chunks_of(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes; Encoded where it is compressed: a small one could unpack to a huge one."""
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("identity", ""):
        raise Encoded
    async for chunk in request.stream():
        yield chunk


async def body_of(request: Request, most: int) -> bytes:
    """The body, or TooLarge as soon as it is longer than `most` bytes."""
    body = bytearray()
    async for chunk in chunks_of(request):
        body += chunk
        if len(body) > most:
            raise TooLarge(f"A request has at most {most} bytes.", most=most)
    return bytes(body)


async def parsed(read: Callable[[bytes], T], body: bytes) -> T:
    """What `read` makes of a body, without holding up others over a large one."""
    return await run_in_threadpool(read, body) if len(body) > _OFF_LOOP else read(body)


def reading(model: type[M]) -> Any:
    """A dependency that reads `model` from the body: bounded, strictly, with the path of each fault."""

    async def read(request: Request) -> M:
        body = await body_of(request, MAX_RECORD_BYTES)
        try:
            return model.model_validate_json(body)
        except ValidationError as problem:
            refusal = invalid_input(problem)
        raise refusal  # out here, so that pydantic's error, which holds the input, is not its context

    return Depends(read)


def takes(schema: str, media_type: str = "application/json") -> dict[str, Any]:
    """What an operation reads, for its description; the schema is put there by `server`."""
    content = {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"requestBody": {"required": True, "content": content}}


def door(schema: str, media_type: str = "application/json") -> dict[str, Any]:
    """The same for an operation that reads an `Arriving`."""
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Sent again with the same body, it gets the first answer again.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"},
    }
    return takes(schema, media_type) | {"parameters": [key], "security": [{_bearer.scheme_name: []}]}


def json_object(body: bytes) -> dict[str, Any]:
    """A JSON object, or Invalid."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid([("", "is not JSON")]) from None
    if not isinstance(value, dict):
        raise Invalid([("", "is not a JSON object")])
    return value


def revision_in(if_match: str | None) -> int:
    """The revision that an If-Match header names; a strong ETag of ours is the revision's number."""
    if if_match is None:
        raise PreconditionRequired
    number = if_match.strip().strip('"')
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Invalid([("/header/If-Match", 'is not an ETag of ours, such as "1"')])
    return int(number)
