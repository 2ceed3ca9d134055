"""Whether the instance works."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from commonwheel import __version__
from commonwheel.records.states import State
from commonwheel.web.api.answers import Health, answers
from commonwheel.web.asking import TheWorld

router = APIRouter(tags=["operating"])


@router.get("/health", responses=answers({200: Health}))
def health(world: TheWorld) -> Response:
    """Answers 200 when the database can be read."""
    with world.database.read() as tx:
        counts = tx.contributions.counts()
        held = len(tx.streams.held(world.clock.now()))
    under_way = {str(state): counts.get(state, 0) for state in (State.WAITING, State.QUARANTINED, State.READY)}
    return JSONResponse({"status": "ok", "version": __version__} | under_way | {"held_streams": held})
