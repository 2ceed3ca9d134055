"""The front page: what this is, how far the wheel has turned, and how to give."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from commonwheel.journeys.read_release import releases
from commonwheel.journeys.wheel import wheel
from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.drawing import Quarter, quarter
from commonwheel.web.pages.models import ModelLine, serving
from commonwheel.web.pages.releases import ReleaseLine, release_line
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheVisitor
from commonwheel.web.remembered import remembered

router = APIRouter(route_class=PageRoute)

_COUNTED_FOR = 30.0
"""Seconds after which the numbers are counted again; after a release they are at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """`quarters` are the four stages in order, clockwise from the top; `serves` is the model that does."""

    template: ClassVar[str] = "home.html"
    quarters: tuple[Quarter, ...]
    people: int
    erased: int
    newest: ReleaseLine | None
    serves: ModelLine | None
    address: str


@router.get("/")
def home(request: Request, world: TheWorld, _visitor: TheVisitor) -> Response:
    """The front page."""
    sealed = releases(world)
    counted = remembered(request, ("wheel", len(sealed)), _COUNTED_FOR, partial(wheel, world))
    stages = (
        ("Given", counted.given),
        ("In review", counted.in_review),
        ("Released", counted.released),
        ("Gold pairs", counted.gold),
    )
    page = HomePage(
        quarters=tuple(
            quarter(place, word, tally.total, tally.weeks) for place, (word, tally) in enumerate(stages)
        ),
        people=counted.people,
        erased=counted.erased,
        serves=serving(world),
        newest=release_line(*sealed[-1]) if sealed else None,
        address=world.public_url,
    )
    return show(request, page)
