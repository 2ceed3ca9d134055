"""From a page's dataclass and its template to an answer, and errors as pages."""

import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Protocol
from urllib.parse import quote

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from jinja2 import BaseLoader, Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from commonwheel import __version__
from commonwheel.errors import AlreadyDecided, CommonwheelError, NotFound, NotSignedIn, Stale, Unavailable
from commonwheel.journeys.kept import is_keeper
from commonwheel.people.tokens import TokenScope
from commonwheel.web.asking import app_of
from commonwheel.web.errors import status_of
from commonwheel.web.pages.static import address
from commonwheel.web.pages.themes import theme_of
from commonwheel.web.pages.visitor import Visitor, begun, keep_session
from commonwheel.web.security import policy_with
from commonwheel.web.translating import TranslatedLoader, catalogs

log = structlog.get_logger()


class Page(Protocol):
    """A frozen dataclass whose fields are exactly the variables of its template, `shell` besides."""

    template: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What is around every page: the name of this commons, where we are, and who is signed in.

    `keeps` says that the browser opens what was given without an account: nobody has a name then.
    """

    commons: str
    version: str
    path: str
    signed_in_as: str | None
    keeps: bool
    reviews: bool
    operates: bool
    theme: str
    form_seal: str
    nonce: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """What was refused, in words, and where to go from there. `decided`: nothing is left to be done."""

    template: ClassVar[str] = "error.html"
    status: int
    message: str
    faults: tuple[str, ...]
    back: str | None
    decided: bool


def show(request: Request, page: Page, status: int = 200, *, form: bool = False) -> Response:
    """A page. Nobody keeps what only one visitor may see, and what everybody may see is asked for anew.

    With `form` somebody who has no session gets one, which the form on the page belongs to.
    """
    visitor: Visitor = getattr(request.state, "visitor", Visitor())
    new = begun(app_of(request)) if form and visitor.session is None else None
    visitor = new or visitor
    translations = app_of(request).settings["TRANSLATIONS"]
    language = catalogs(translations).best(request.headers.get("accept-language", ""))
    keeps = visitor.actor is not None and is_keeper(visitor.actor)
    shell = Shell(
        commons=app_of(request).world.name,
        version=__version__,
        path=request.url.path,
        signed_in_as=None if visitor.actor is None or keeps else visitor.actor.subject,
        keeps=keeps,
        reviews=visitor.reviews,
        operates=visitor.actor is not None and visitor.actor.has(TokenScope.ADMIN),
        theme=theme_of(request),
        form_seal=visitor.form_seal,
        nonce=secrets.token_urlsafe(16),
        language=language,
    )
    values = {field.name: getattr(page, field.name) for field in fields(page)}
    html = environment(translations, language).get_template(page.template).render(values, shell=shell)
    private = visitor.session is not None or status != 200
    headers = {
        "Cache-Control": "no-store" if private else "no-cache",
        "Vary": "Cookie, Accept-Language" if translations else "Cookie",
        "Content-Security-Policy": policy_with(shell.nonce),
    }
    answer = HTMLResponse(html, status, headers)
    if new is not None:
        keep_session(request, answer, new)
    return answer


@cache
def environment(folder: str = "", language: str = "en") -> Environment:
    """The templates in a language. Everything is escaped, and a variable that is missing is an error."""
    loader: BaseLoader = PackageLoader("commonwheel.web")
    translate = catalogs(folder).translate(language)
    made = Environment(
        loader=loader if translate is None else TranslatedLoader(loader, translate),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "static": address,
        "number": _number,
        "day": _day,
        "time": _time,
        "machine_time": _machine_time,
    }
    return made


def _number(value: int) -> str:
    return f"{value:,}"


def _day(value: datetime) -> str:
    return f"{value.day} {value:%B %Y}"


def _time(value: datetime) -> str:
    return f"{value:%H:%M} UTC"


def _machine_time(value: datetime) -> str:
    return value.isoformat(timespec="seconds")


class PageRoute(APIRoute):
    """A route whose refusals are pages. Who is not signed in is taken to where that can be done."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with what it raises turned into a page."""
        handle = super().get_route_handler()

        async def handle_page(request: Request) -> Response:
            try:
                return await handle(request)
            except NotSignedIn:
                back = request.url.path if request.method == "GET" else ""
                return RedirectResponse(f"/sign-in?next={quote(back, safe='/')}", 303)
            except RequestValidationError:
                return error_page(request, NotFound())
            except CommonwheelError as problem:
                return error_page(request, problem)

        return handle_page


def error_page(request: Request, problem: CommonwheelError) -> Response:
    """A refusal in words. What was sent is never repeated."""
    status = 409 if isinstance(problem, Stale) else status_of(problem)
    if status >= 500:
        log.warning("page.failed", path=getattr(request.scope.get("route"), "path", ""), code=problem.code)
    faults = tuple(fault["problem"] for fault in problem.details.get("faults", ()))
    back = request.url.path.rpartition("/")[0] if request.method == "POST" else None
    page = ErrorPage(
        status=status,
        message=problem.message,
        faults=faults,
        back=back,
        decided=isinstance(problem, AlreadyDecided),
    )
    response = show(request, page, status)
    if isinstance(problem, Unavailable):
        response.headers["Retry-After"] = str(problem.retry_after)
    return response
