"""Signing in with a token, and out again."""

import re
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.errors import NotSignedIn
from commonwheel.journeys.sign_in import sign_in
from commonwheel.people.tokens import TokenScope
from commonwheel.web.asking import app_of
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheForm, TheVisitor, is_secure
from commonwheel.web.session import drop_cookie, form_seal, new_session, set_cookie

router = APIRouter(route_class=PageRoute)

_OURS = re.compile(r"/review(/[0-9]{1,18})?")
"""Where signing in may lead: nowhere else, so that no link makes us send people away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """`seal` binds the form to the session that is made with it."""

    template: ClassVar[str] = "sign_in.html"
    seal: str
    next: str
    wrong: bool


@router.get("/sign-in")
def sign_in_page(request: Request, visitor: TheVisitor, next: str = Query(default="")) -> Response:
    """The form."""
    return _form(request, visitor, next, wrong=False)


@router.post("/sign-in")
def signed_in(request: Request, visitor: TheVisitor, form: TheForm) -> Response:
    """Exchange a token for a session."""
    app = app_of(request)
    try:
        actor = sign_in(app.world, form.one("token").strip())
    except NotSignedIn:
        return _form(request, visitor, form.one("next"), wrong=True)
    default = "/review" if actor.has(TokenScope.REVIEW) else "/"
    answer = RedirectResponse(_local(form.one("next")) or default, 303)
    set_cookie(answer, app.session_key, new_session(app.world.clock.now(), actor.token), secure=is_secure(app))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.post("/sign-out")
def signed_out(request: Request, _visitor: TheVisitor, _form: TheForm) -> Response:
    """End the session in this browser."""
    answer = RedirectResponse("/", 303)
    drop_cookie(answer, secure=is_secure(app_of(request)))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _form(request: Request, visitor: TheVisitor, next: str, *, wrong: bool) -> Response:
    app = app_of(request)
    session = visitor.session or new_session(app.world.clock.now())
    page = SignInPage(seal=form_seal(app.session_key, session), next=_local(next), wrong=wrong)
    answer = show(request, page, 403 if wrong else 200)
    answer.headers["Cache-Control"] = "no-store"
    if visitor.session is None:
        set_cookie(answer, app.session_key, session, secure=is_secure(app))
    return answer


def _local(next: str) -> str:
    return next if _OURS.fullmatch(next) else ""
