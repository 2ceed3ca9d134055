"""What a giver can do about a contribution: take it back, give it again, erase it, appeal."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from commonwheel.journeys.review import appeal, take_down
from commonwheel.journeys.take_back import erase, give_again, withdraw
from commonwheel.records.findings import Reason
from commonwheel.web.api.answers import StateAnswer, answers
from commonwheel.web.asking import SignedIn, TheWorld, reading, takes

router = APIRouter(tags=["rights"])


class Appeal(BaseModel):
    """Why the giver thinks that a rejection was wrong."""

    model_config = ConfigDict(extra="forbid")
    statement: Annotated[str, Field(min_length=1, max_length=5000)]


class TakeDown(BaseModel):
    """Why something has to leave all releases at once."""

    model_config = ConfigDict(extra="forbid")
    reason: Reason


@router.post("/contributions/{id}/withdraw", responses=answers({200: StateAnswer}, 404, 409, 412))
def take_back(world: TheWorld, actor: SignedIn, id: str) -> Response:
    """Leave it out of future releases and of learning. It can be given again."""
    return JSONResponse({"id": id, "state": withdraw(world, actor, id)})


@router.post("/contributions/{id}/restore", responses=answers({200: StateAnswer}, 404, 409, 412))
def restore(world: TheWorld, actor: SignedIn, id: str) -> Response:
    """Undo a withdrawal; it is curated again."""
    return JSONResponse({"id": id, "state": give_again(world, actor, id)})


@router.delete("/contributions/{id}", responses=answers({200: StateAnswer}, 404, 409, 412))
def destroy(world: TheWorld, actor: SignedIn, id: str) -> Response:
    """Erase it everywhere we hold it. This cannot be undone.

    The words are gone from the database with this answer; copies in the lake follow within moments.
    """
    return JSONResponse({"id": id, "state": "erased", "erased": erase(world, actor, id).isoformat()})


@router.post(
    "/contributions/{id}/appeal",
    responses=answers({200: StateAnswer}, 404, 409, 412, 413, 415),
    openapi_extra=takes("Appeal"),
)
def ask_again(world: TheWorld, actor: SignedIn, id: str, body: Annotated[Appeal, reading(Appeal)]) -> Response:
    """Ask another person to look at a rejection again."""
    appeal(world, actor, id, body.statement)
    return JSONResponse({"id": id, "state": "rejected"})


@router.post(
    "/contributions/{id}/take-down",
    responses=answers({200: StateAnswer}, 404, 409, 412, 413, 415),
    openapi_extra=takes("TakeDown"),
)
def relieve(world: TheWorld, actor: SignedIn, id: str, body: Annotated[TakeDown, reading(TakeDown)]) -> Response:
    """For reviewers: relieve all releases of it at once. It waits for a decision."""
    return JSONResponse({"id": id, "state": take_down(world, actor, id, body.reason)})
