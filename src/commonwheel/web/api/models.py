"""Models: what each was made of, how it was measured, and what became of it."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import JSONResponse, Response

from commonwheel.errors import NotFound
from commonwheel.journeys.lineage import all_models, model_view
from commonwheel.web.api.answers import answers
from commonwheel.web.api.model_answers import ModelDetails, ModelList
from commonwheel.web.asking import TheWorld

router = APIRouter(tags=["learning"])

_LARGEST = 2**31


def number_of(name: str) -> int:
    """The number of a model by its name: m12, or 12. Raises NotFound for anything else."""
    digits = name.removeprefix("m")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 11 and int(digits) < _LARGEST):
        raise NotFound("A model is called m12, or 12.")
    return int(digits)


@router.get("/models", responses=answers({200: ModelList}))
def list_models(world: TheWorld) -> Response:
    """All models, the oldest first."""
    return JSONResponse({"items": all_models(world), "next": None})


@router.get("/models/{name}", responses=answers({200: ModelDetails}, 404))
def show_model(world: TheWorld, name: Annotated[str, Path(max_length=20, description="m12, or 12")]) -> Response:
    """One model, with its curves and what it was made of."""
    return JSONResponse(model_view(world, number_of(name)))
