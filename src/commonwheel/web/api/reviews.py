"""The review queue: what the policy would not decide."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from commonwheel.journeys import review
from commonwheel.records.findings import Reason, Tier
from commonwheel.web.api.answers import Page, ReasonText, Shape, StateAnswer, answers
from commonwheel.web.asking import SignedIn, TheWorld, reading, revision_in, takes

router = APIRouter(tags=["review"])


class ExtraSpan(BaseModel):
    """Words to hide in addition: code points `start` to `end` of the text at `pointer`."""

    model_config = ConfigDict(extra="forbid")
    pointer: Annotated[str, Field(max_length=500)]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]
    kind: Annotated[str, Field(max_length=60, pattern=r"^[a-z_]+\.[a-z_]+$")] = "personal.name"


class Decide(BaseModel):
    """A reviewer's decision. `hide` are numbers of undecided findings; `spans` further words to hide.

    `tier` is where a record that passes goes: as the policy says where it is left out.
    """

    model_config = ConfigDict(extra="forbid")
    decision: review.Decision
    reason: Reason = Reason.REVIEWED
    note: Annotated[str, Field(max_length=5000)] | None = None
    hide: Annotated[list[Annotated[int, Field(ge=0)]], Field(max_length=10_000)] = []
    spans: Annotated[list[ExtraSpan], Field(max_length=1000)] = []
    tier: Tier | Literal["open"] | None = None


class ItemVersion(Shape):
    """An item and the version it has now."""

    item: int
    version: int


class Reasons(Shape):
    """What a rejection can be for."""

    reasons: list[ReasonText]


ItemId = Annotated[int, Field(ge=0, lt=2**63)]
Match = Annotated[str | None, Header(alias="If-Match", description="The ETag of the item that you read.")]


@router.get("/review", responses=answers({200: Page}))
def show_queue(
    world: TheWorld,
    actor: SignedIn,
    after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Open items, the oldest first."""
    items, cursor = review.queue(world, actor, after, limit)
    return JSONResponse({"items": items, "next": None if cursor is None else str(cursor)})


@router.get("/review/reasons", responses=answers({200: Reasons}))
def show_reasons(actor: SignedIn) -> Response:
    """What a rejection can be for."""
    return JSONResponse({"reasons": review.reasons()})


@router.get("/review/{item}", responses=answers({200: dict[str, Any]}, 404, 409))
def show_item(world: TheWorld, actor: SignedIn, item: ItemId) -> Response:
    """One item: the words, what was found in them, and what would be public."""
    view = review.item(world, actor, item)
    return JSONResponse(view, headers={"ETag": f'"{view["version"]}"'})


@router.post("/review/{item}/claim", responses=answers({200: ItemVersion}, 404, 409, 412, 428))
def claim_item(world: TheWorld, actor: SignedIn, item: ItemId, if_match: Match = None) -> Response:
    """Tell others that you are looking at it."""
    version = review.claim(world, actor, item, revision_in(if_match))
    return JSONResponse({"item": item, "version": version}, headers={"ETag": f'"{version}"'})


@router.post(
    "/review/{item}/decision",
    responses=answers({200: StateAnswer}, 404, 409, 412, 413, 415, 428),
    openapi_extra=takes("Decide"),
)
def decide(
    world: TheWorld,
    actor: SignedIn,
    item: ItemId,
    body: Annotated[Decide, reading(Decide)],
    if_match: Match = None,
) -> Response:
    """Pass or reject. Of two who decide at once, one is told that the other was faster."""
    ruling = review.Ruling(
        decision=body.decision,
        reason=body.reason,
        note=body.note,
        hide=tuple(body.hide),
        spans=tuple(review.Span(**span.model_dump()) for span in body.spans),
        tier=body.tier,
    )
    id, state = review.decide_item(world, actor, item, revision_in(if_match), ruling)
    return JSONResponse({"id": id, "state": state})
