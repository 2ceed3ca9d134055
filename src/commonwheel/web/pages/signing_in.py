"""Signing in with a password or a token, and out again."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.errors import NotSignedIn
from commonwheel.journeys.accounts import SESSION, begin_session, end_own_token, sign_in_with_password
from commonwheel.journeys.sign_in import sign_in
from commonwheel.people.tokens import TokenScope
from commonwheel.records.account import Account
from commonwheel.web.asking import app_of
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheForm, TheVisitor, Visitor, begun, is_secure, keep_session, local
from commonwheel.web.rates import PASSWORD, SIGN_IN, limited
from commonwheel.web.session import drop_cookie

router = APIRouter(route_class=PageRoute)

_BROWSERS = ("Firefox", "Edg", "OPR", "Chrome", "Safari")
_SYSTEMS = {"Android": "Android", "iPhone": "an iPhone", "iPad": "an iPad", "Windows": "Windows", "Mac": "a Mac"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """`wrong` says why it did not work; `next` is where it leads."""

    template: ClassVar[str] = "sign_in.html"
    next: str
    who: str
    wrong: str
    token: bool
    elsewhere: str


@router.get("/sign-in")
def sign_in_page(request: Request, _visitor: TheVisitor, next: str = Query(default="")) -> Response:
    """The form."""
    page = SignInPage(next=local(next), who="", wrong="", token=False, elsewhere=_elsewhere(request))
    return show(request, page, form=True)


@router.post("/sign-in")
def signed_in(request: Request, visitor: TheVisitor, form: TheForm) -> Response:
    """Exchange a password, or a token, for a session."""
    limited(request, SIGN_IN)
    app, token, who = app_of(request), form.one("token").strip(), form.one("who").strip()
    next = local(form.one("next"))
    try:
        if not who:
            actor = sign_in(app.world, token)
            new, default = (
                begun(app, actor.token, before=visitor.session),
                "/review" if actor.has(TokenScope.REVIEW) else "/",
            )
        else:
            limited(request, PASSWORD, who.casefold())
            account = sign_in_with_password(app.world, who, form.one("password"))
            new, default = signed_in_as(request, visitor, account), "/mine"
    except NotSignedIn as refusal:
        page = SignInPage(
            next=next, who=who[:254], wrong=refusal.message, token=not who, elsewhere=_elsewhere(request)
        )
        return show(request, page, 403, form=True)
    return led(request, new, next or default)


def signed_in_as(request: Request, visitor: Visitor, account: Account) -> Visitor:
    """A session of this browser for somebody with an account."""
    app = app_of(request)
    token = begin_session(app.world, account, _browser(request.headers.get("user-agent", "")))
    return begun(app, token.id, SESSION, visitor.session)


def led(request: Request, visitor: Visitor, to: str) -> Response:
    """On to a page, with a session that just began."""
    answer = RedirectResponse(to, 303)
    keep_session(request, answer, visitor)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.post("/sign-out")
def signed_out(request: Request, visitor: TheVisitor, _form: TheForm) -> Response:
    """End the session, here and for whoever copied its cookie."""
    app = app_of(request)
    if visitor.actor is not None and visitor.actor.account is not None:
        end_own_token(app.world, visitor.actor, visitor.actor.token)
    answer = RedirectResponse("/", 303)
    drop_cookie(answer, secure=is_secure(app))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _elsewhere(request: Request) -> str:
    """What people call the provider that they may sign in with, where there is one."""
    provider = app_of(request).world.provider
    return "" if provider is None else provider.name


def _browser(agent: str) -> str:
    """Which browser, as its owner would name it: for the list of their sessions, and no more than that."""
    name = next((each for each in _BROWSERS if each in agent), "")
    system = next(
        (words for word, words in _SYSTEMS.items() if word in agent), "Linux" if "Linux" in agent else ""
    )
    name = {"Edg": "Edge", "OPR": "Opera"}.get(name, name) or "A browser"
    return f"{name} on {system}" if system else name
