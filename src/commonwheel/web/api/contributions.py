"""One contribution: look at it, fix it."""

from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from commonwheel.collect.payloads import MAX_BODY_BYTES
from commonwheel.journeys.contribute import receipt_of
from commonwheel.journeys.kept import claim_link_of
from commonwheel.journeys.look_up import look_up
from commonwheel.journeys.revise import revise
from commonwheel.web.api.answers import ClaimLink, ContributionView, Receipt, StateAnswer, answers
from commonwheel.web.asking import SignedIn, TheWorld, body_of, json_object, parsed, revision_in
from commonwheel.web.terms_headers import terms_headers

router = APIRouter(tags=["contributions"])


@router.get(
    "/contributions/{id}",
    responses=answers({200: ContributionView}, 404),
)
def show(world: TheWorld, actor: SignedIn, id: str) -> Response:
    """Its state, history, findings by kind, and the releases and models it is in."""
    view = look_up(world, actor, id)
    headers = {}
    if "license" in view:
        headers = {"ETag": f'"{view["revision"]}"'} | terms_headers([(view["license"], view["ai_pref"])])
    return JSONResponse(view, headers=headers)


@router.get("/contributions/{id}/receipt", responses=answers({200: Receipt}, 404))
def receipt(world: TheWorld, actor: SignedIn, id: str) -> Response:
    """The signed statement that this was given, when and under which terms; the same bytes every time."""
    return JSONResponse(receipt_of(world, actor, id))


@router.get("/contributions/{id}/claim", responses=answers({200: ClaimLink}, 404))
def claim(world: TheWorld, actor: SignedIn, id: str) -> Response:
    """For doors: an address that lets what its giver gave through this door join an account, for 30 days."""
    return JSONResponse({"url": claim_link_of(world, actor, id)}, headers={"Cache-Control": "no-store"})


@router.patch(
    "/contributions/{id}",
    responses=answers({200: StateAnswer}, 404, 409, 412, 413, 415, 428),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/merge-patch+json": {"schema": {"type": "object"}}},
        }
    },
)
async def fix(
    request: Request,
    world: TheWorld,
    actor: SignedIn,
    id: str,
    if_match: Annotated[str | None, Header(description="The ETag of the revision that you read.")] = None,
) -> Response:
    """Change content or terms by a JSON Merge Patch (RFC 7396). Makes a new revision, curated again."""
    number = revision_in(if_match)
    patch = await parsed(json_object, await body_of(request, MAX_BODY_BYTES))
    new = await run_in_threadpool(revise, world, actor, id, number, patch)
    return JSONResponse({"id": id, "state": "waiting", "revision": new}, headers={"ETag": f'"{new}"'})
