"""What a git server tells us: that something was pushed. Who tells it is known by a secret, not by a token."""

import hashlib
import hmac
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse

from commonwheel.errors import NotAllowed, NotFound
from commonwheel.journeys.merged import note_push
from commonwheel.web.api.answers import Noted, answers
from commonwheel.web.asking import app_of, body_of, json_object
from commonwheel.web.rates import HOOK, limited

router = APIRouter(prefix="/hooks", tags=["hooks"])

_MOST = 5_000_000
"""Bytes of a push, with all its commits."""
_SIGNATURES = ("x-hub-signature-256", "x-forgejo-signature", "x-gitea-signature")
_EVENTS = ("x-github-event", "x-forgejo-event", "x-gitea-event", "x-gitlab-event")
_PUSHES = ("push", "Push Hook")
_REFUSED = "The secret or the signature is not the one that was agreed on."


@router.post("/git", status_code=202, responses=answers({202: Noted}, 404, 413, 415, 429))
async def git_hook(request: Request) -> JSONResponse:
    """A push to the repository that people contribute to, as GitHub, GitLab, Forgejo and Gitea tell it.

    Its body is signed with HMAC SHA-256, or the secret comes in `X-Gitlab-Token`. Answers at once; the branch is
    fetched, and what is new on it given, by the worker. Answers 404 where no secret is set.
    """
    app = app_of(request)
    merging = app.world.merging
    if merging is None:
        raise NotFound
    limited(request, HOOK)
    push = json_object(await _trusted(request, app.settings["GIT_SECRET"].encode()))
    event = next((request.headers[name] for name in _EVENTS if name in request.headers), "")
    noted = event in _PUSHES and _is_to(merging.branch, push)
    if noted:
        await run_in_threadpool(note_push, app.world)
    return JSONResponse(Noted(noted=noted).model_dump(), 202)


async def _trusted(request: Request, secret: bytes) -> bytes:
    """The body, from somebody who knows the secret. It is not read where nothing says that they do."""
    token = request.headers.get("x-gitlab-token")
    if token is not None:
        if not hmac.compare_digest(token.encode(), secret):
            raise NotAllowed(_REFUSED)
        return await body_of(request, _MOST)
    signature = _signature(request.headers)
    body = await body_of(request, _MOST)
    if not hmac.compare_digest(signature, hmac.digest(secret, body, hashlib.sha256).hex().encode()):
        raise NotAllowed(_REFUSED)
    return body


def _signature(headers: Headers) -> bytes:
    for name in _SIGNATURES:
        if name in headers:
            return headers[name].removeprefix("sha256=").encode()
    raise NotAllowed(_REFUSED)


def _is_to(branch: str, push: dict[str, Any]) -> bool:
    """Whether it moved the branch; one that is gone has nothing to fetch."""
    after = push.get("after")
    return push.get("ref") == f"refs/heads/{branch}" and bool(isinstance(after, str) and after.strip("0"))
