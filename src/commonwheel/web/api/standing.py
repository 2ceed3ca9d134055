"""Standing consent, for doors and for a person's own programs."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from commonwheel.collect.payloads import read_allowed
from commonwheel.errors import Invalid, NotFound
from commonwheel.journeys import standing as journey
from commonwheel.journeys.contribute import giver
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.records.standing import ALLOWED, OWN_PROGRAMS, Standing
from commonwheel.web.api.answers import Shape, answers
from commonwheel.web.asking import SignedIn, TheWorld, reading, takes

router = APIRouter(prefix="/standing", tags=["give"])

OnBehalf = Annotated[
    str | None,
    Header(alias="On-Behalf-Of", max_length=800, description="The user of a door, in UTF-8; hashed on arrival."),
]
_LONGEST_NAME = 200


class Allow(BaseModel):
    """What is allowed, for the door that asks: terms, until when, and when to look at it again."""

    model_config = ConfigDict(extra="forbid")
    terms: dict[str, Any]
    until: AwareDatetime
    check_up: AwareDatetime
    wait_hours: Annotated[int, Field(ge=0, le=8_784)] = 24
    summary: Literal["week", "month", "never"] = "never"


class StandingView(Shape):
    """A standing consent, and how much was given under it."""

    id: str
    began: str
    rests: bool
    given: int
    allowed: dict[str, Any]


class Stopped(Shape):
    """Nothing is allowed any more; whether anything was."""

    stopped: bool


@router.get("", responses=answers({200: StandingView}, 404))
def show_standing(world: TheWorld, actor: SignedIn, on_behalf_of: OnBehalf = None) -> Response:
    """What somebody allows now. Under it a contribution without terms is taken with these."""
    found = journey.standings_of(world, actor, who_of(world, actor, on_behalf_of))
    if not found:
        raise NotFound("Nothing is allowed beforehand.")
    return _answer(world, *found[0])


@router.put("", responses=answers({200: StandingView}, 404), openapi_extra=takes("Allow"))
def allow(
    world: TheWorld,
    actor: SignedIn,
    body: Annotated[Allow, reading(Allow)],
    on_behalf_of: OnBehalf = None,
) -> Response:
    """Allow it, in place of what was allowed before; `terms.consent` is the person's yes to exactly this."""
    who = who_of(world, actor, on_behalf_of)
    door = actor.subject if TokenScope.ON_BEHALF in actor.scopes else OWN_PROGRAMS
    allowed = read_allowed(body.model_dump() | {"doors": [door]})
    return _answer(world, journey.allow(world, actor, who, allowed), 0)


@router.delete("", responses=answers({200: Stopped}, 404))
def stop(world: TheWorld, actor: SignedIn, on_behalf_of: OnBehalf = None) -> Response:
    """Stop it at once."""
    return JSONResponse({"stopped": journey.stop(world, actor, who_of(world, actor, on_behalf_of))})


def who_of(world: World, actor: Actor, on_behalf_of: str | None) -> str:
    """Whom a call is about: a door's user, or the token's own person.

    A header has no encoding of its own, and is read here as UTF-8, as names are in bodies: else the same person
    would be another one. Raises Invalid for what is none.
    """
    actor.require(TokenScope.CONTRIBUTE, TokenScope.ON_BEHALF)
    if on_behalf_of is not None:
        try:
            on_behalf_of = on_behalf_of.encode("latin-1").decode("utf-8")
        except UnicodeError:
            raise Invalid([("/header/On-Behalf-Of", "is not UTF-8")]) from None
        if not 0 < len(on_behalf_of) <= _LONGEST_NAME:
            raise Invalid([("/header/On-Behalf-Of", f"has 1 to {_LONGEST_NAME} signs")])
    contributor = giver(world, actor, on_behalf_of)
    if contributor is None:
        raise NotFound("A door names whom it asks for: send On-Behalf-Of.")
    return contributor


def _answer(world: World, standing: Standing, given: int) -> Response:
    view = {
        "id": standing.id,
        "began": standing.began.isoformat(),
        "rests": standing.rests(world.clock.now()),
        "given": given,
        "allowed": ALLOWED.dump_python(standing.allowed, mode="json", exclude_none=True),
    }
    return JSONResponse(view)
