"""The person behind the token, and their rights over everything they gave."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response, StreamingResponse

from commonwheel.journeys.leave import leave
from commonwheel.journeys.look_up import contributions_of
from commonwheel.journeys.take_out import take_out
from commonwheel.people.tokens import TokenScope
from commonwheel.web.api.answers import Erased, Me, Page, answers
from commonwheel.web.asking import SignedIn, TheWorld

router = APIRouter(prefix="/me", tags=["me"])


@router.get("", responses=answers({200: Me}))
def who(world: TheWorld, actor: SignedIn) -> Response:
    """Who the token speaks for, as this instance knows them."""
    return JSONResponse(
        {
            "subject": actor.subject,
            "contributor": actor.contributor,
            "scopes": sorted(actor.scopes),
            "pseudonym": world.identity.pseudonym(actor.contributor),
        }
    )


@router.get("/contributions", responses=answers({200: Page}, 404))
def mine(
    world: TheWorld,
    actor: SignedIn,
    after: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Everything that was given with this identity, the oldest first."""
    items, cursor = contributions_of(world, actor, after, limit)
    return JSONResponse({"items": items, "next": cursor})


@router.get(
    "/takeout",
    responses=answers(
        {
            200: {
                "content": {"application/x-ndjson": {"schema": {"$ref": "#/components/schemas/ContributionGiven"}}}
            }
        },
    ),
)
def take_all(world: TheWorld, actor: SignedIn) -> Response:
    """Everything you gave, as you gave it, one contribution a line; `commonwheel import` reads it."""
    return StreamingResponse(take_out(world, actor.contributors), media_type="application/x-ndjson")


@router.delete("", responses=answers({200: Erased}))
def erase_me(world: TheWorld, actor: SignedIn) -> Response:
    """Erase everything you gave, the keys it was encrypted with, and your account. This cannot be undone."""
    actor.require(TokenScope.CONTRIBUTE, TokenScope.ON_BEHALF)
    return JSONResponse({"erased": leave(world, actor)})
