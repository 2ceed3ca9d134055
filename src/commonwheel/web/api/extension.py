"""What the extension of browsers asks for: where things stand on pages, signed."""

from fastapi import APIRouter
from starlette.responses import JSONResponse

from commonwheel.collect.selectors import sign_selectors
from commonwheel.people.documents import CONSENT, current
from commonwheel.release.manifest import public_text
from commonwheel.web.api.answers import SignedSelectors, answers
from commonwheel.web.asking import TheWorld

router = APIRouter(prefix="/extension", tags=["give"])


@router.get("/selectors", responses=answers({200: SignedSelectors}))
def selectors(world: TheWorld) -> JSONResponse:
    """Where questions and answers stand on the pages of chats, for the extension of browsers.

    The signature is Ed25519 over `commonwheel selectors`, a newline, and `payload` as it is.
    """
    payload = world.selectors
    answer = SignedSelectors(
        payload=payload,
        signature=sign_selectors(payload, world.signing),
        key=public_text(world.signing),
        consent=current(CONSENT).version,
    )
    return JSONResponse(answer.model_dump(), headers={"Cache-Control": "max-age=3600"})
