"""What people known to a door wish, and what was deleted there."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from commonwheel.collect.payloads import read_wishes
from commonwheel.errors import Invalid
from commonwheel.journeys import wishes as journey
from commonwheel.journeys.contribute import giver
from commonwheel.people.tokens import TokenScope
from commonwheel.records.contribution import MAX_RECORD_BYTES
from commonwheel.records.wishes import WISHES, WhenDeleted, Wishes
from commonwheel.web.api.answers import Shape, answers
from commonwheel.web.api.standing import OnBehalf, who_of
from commonwheel.web.asking import SignedIn, TheWorld, body_of, reading, takes

router = APIRouter(tags=["give"])


class Deleted(BaseModel):
    """What was deleted at the door: one conversation of somebody, all of them, or their account."""

    model_config = ConfigDict(extra="forbid")
    on_behalf_of: Annotated[str, Field(min_length=1, max_length=300)]
    what: Literal["conversation", "conversations", "account"]
    conversation: Annotated[str | None, Field(min_length=1, max_length=200)] = None


class WishesView(Shape):
    """Terms that somebody begins with (null: ask), hours that machines alone see it, and what a deletion means."""

    license: str | None
    ai_pref: str | None
    purposes: list[str] | None
    attribution: dict[str, Any] | None
    wait_hours: int
    when_deleted: WhenDeleted


class Done(Shape):
    """What the person wished for a deletion, and for how many contributions it was done."""

    wish: WhenDeleted
    contributions: int


@router.get("/wishes", responses=answers({200: WishesView}, 404))
def show_wishes(world: TheWorld, actor: SignedIn, on_behalf_of: OnBehalf = None) -> Response:
    """What somebody wishes for what they give through this door."""
    wishes = journey.wishes_of(world, who_of(world, actor, on_behalf_of))
    return JSONResponse(WISHES.dump_python(wishes, mode="json"))


async def _wishes(request: Request) -> Wishes:
    return read_wishes(await body_of(request, MAX_RECORD_BYTES))


@router.put("/wishes", responses=answers({200: WishesView}, 404, 413), openapi_extra=takes("Wishes"))
def keep_wishes(
    world: TheWorld,
    actor: SignedIn,
    wishes: Annotated[Wishes, Depends(_wishes)],
    on_behalf_of: OnBehalf = None,
) -> Response:
    """Keep what somebody wishes, in place of what they wished before."""
    journey.set_wishes(world, who_of(world, actor, on_behalf_of), wishes)
    return JSONResponse(WISHES.dump_python(wishes, mode="json"))


@router.post("/deletions", responses=answers({200: Done}, 413), openapi_extra=takes("Deleted"))
def pass_on(world: TheWorld, actor: SignedIn, body: Annotated[Deleted, reading(Deleted)]) -> Response:
    """For doors: a conversation, or somebody's account, was deleted there. What they gave goes as they wish."""
    actor.require(TokenScope.ON_BEHALF)
    contributor = giver(world, actor, body.on_behalf_of)
    if contributor is None or (body.what == "conversation") is (body.conversation is None):
        raise Invalid([("/conversation", "names the conversation where what was deleted is one, and only there")])
    if body.what == "account":
        wish, number = journey.account_deleted(world, actor, contributor)
    else:
        wish, number = journey.conversation_deleted(world, actor, contributor, body.conversation)
    return JSONResponse({"wish": wish, "contributions": number})
