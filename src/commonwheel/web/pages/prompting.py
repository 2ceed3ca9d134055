"""What people are asked beside their own doing: each card can be answered, put off, or turned off for good."""

import re

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.journeys import prompting as journey
from commonwheel.journeys.accounts import account_of
from commonwheel.people.prompts import Prompt, When
from commonwheel.web.asking import TheWorld, app_of, world_of
from commonwheel.web.pages.rendering import PageRoute
from commonwheel.web.pages.visitor import TheForm, TheVisitor, Visitor, is_secure, local

router = APIRouter(route_class=PageRoute)

_COOKIE = "prompts-off"
_IDS = re.compile(r"[a-z0-9-]{1,40}(\.[a-z0-9-]{1,40}){0,49}")
_YEAR = 31_536_000


def cards(request: Request, visitor: Visitor, *when: When) -> tuple[Prompt, ...]:
    """What this visitor is asked on a page."""
    world, actor = world_of(request), visitor.actor
    account = None if actor is None or actor.account is None else account_of(world, actor)
    return tuple(journey.prompts_for(world, when, account, _off(request)))


@router.post("/prompts/{id}/off")
def off(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm, id: str) -> Response:
    """Never again: for an account everywhere, otherwise in this browser."""
    answer = RedirectResponse(local(form.one("next")) or "/give", 303)
    if visitor.actor is not None and visitor.actor.account is not None:
        journey.turn_off(world, visitor.actor, id)
    elif any(prompt.id == id for prompt in world.prompts):
        ids = ".".join(dict.fromkeys((*_off(request), id)))
        secure = is_secure(app_of(request))
        answer.set_cookie(_COOKIE, ids, max_age=_YEAR, httponly=True, samesite="lax", secure=secure)
    return answer


@router.post("/prompts/{id}/later")
def later(world: TheWorld, visitor: TheVisitor, form: TheForm, id: str) -> Response:
    """Not now; for those with an account."""
    journey.not_now(world, visitor.at_home(), id)
    return RedirectResponse(local(form.one("next")) or "/mine", 303)


@router.post("/prompts/again")
def again(world: TheWorld, visitor: TheVisitor, _form: TheForm) -> Response:
    """Ask everything again."""
    journey.turn_on(world, visitor.at_home())
    return RedirectResponse("/mine/settings?saved=1", 303)


@router.post("/contributions/{id}/why")
def why(world: TheWorld, visitor: TheVisitor, form: TheForm, id: str) -> Response:
    """Say what went wrong in what one gave."""
    actor = visitor.signed_in()
    journey.react(world, actor, form.one("prompt"), id, form.one("value"))
    return RedirectResponse(f"/contributions/{id}?given=why", 303)


def _off(request: Request) -> tuple[str, ...]:
    said = request.cookies.get(_COOKIE, "")
    return tuple(said.split(".")) if _IDS.fullmatch(said) else ()
