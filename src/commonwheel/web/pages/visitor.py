"""Who looks at a page, and what a form of ours sends."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.responses import Response

from commonwheel.app import App
from commonwheel.errors import Invalid, NotAllowed, NotFound, NotSignedIn
from commonwheel.journeys.sign_in import still_signed_in
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.web.asking import app_of, body_of
from commonwheel.web.session import (
    LIFETIME,
    Session,
    cookie_name,
    form_is_ours,
    form_seal,
    from_cookie,
    new_session,
    set_cookie,
)

MOST_FORM_BYTES = 500_000
_MOST_FIELDS = 5_000
_OURS = re.compile(r"/[a-z][a-z0-9/-]{0,120}")
"""Where a form may lead back to: to a page of ours, so that no link makes us send people away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody in a browser: perhaps with a session, perhaps signed in."""

    session: Session | None = None
    actor: Actor | None = None
    form_seal: str = ""

    @property
    def drawer(self) -> str:
        """What opens the drafts of this browser; NotFound where it has none."""
        if self.session is None:
            raise NotFound("This draft is of another browser, or its session has ended.")
        return self.session.drawer

    @property
    def reviews(self) -> bool:
        """Whether the queue is open to them."""
        return self.actor is not None and self.actor.has(TokenScope.REVIEW)

    def at_home(self) -> Actor:
        """The actor with an account of their own, or NotSignedIn."""
        actor = self.signed_in()
        if actor.account is None:
            raise NotSignedIn("This needs an account.")
        return actor

    def signed_in(self) -> Actor:
        """The actor, or NotSignedIn."""
        if self.actor is None:
            raise NotSignedIn("Sign in for this.")
        return self.actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What a form sent, in its order."""

    pairs: tuple[tuple[str, str], ...]

    def one(self, name: str) -> str:
        """The value of a field; empty where it was not sent."""
        return next((value for key, value in self.pairs if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a field."""
        return tuple(value for key, value in self.pairs if key == name)


def local(next: str) -> str:
    """Where to go on to, if that is a page of ours; else nothing."""
    return next if _OURS.fullmatch(next) else ""


def is_secure(app: App) -> bool:
    """Whether people reach this instance over HTTPS."""
    return app.settings.public_url.startswith("https://")


def begun(
    app: App, token: str | None = None, lasts: timedelta = LIFETIME, before: Session | None = None
) -> Visitor:
    """Somebody whose session begins now; `token` is the one that they are signed in with."""
    return _with(app, new_session(app.world.clock.now(), token, lasts, before))


def briefed(app: App, visitor: Visitor, version: str) -> Visitor:
    """The same visitor, whose browser remembers that they understood the explanation."""
    assert visitor.session is not None, "a form of ours was sent"
    return _with(app, replace(visitor.session, briefed=version))


def _with(app: App, session: Session) -> Visitor:
    return Visitor(
        session=session,
        actor=_actor(app, session),
        form_seal=form_seal(app.session_key, session),
    )


def keep_session(request: Request, answer: Response, visitor: Visitor) -> None:
    """Send a session that just began to the browser."""
    app = app_of(request)
    assert visitor.session is not None, "a session that began"
    set_cookie(answer, app.session_key, visitor.session, app.world.clock.now(), secure=is_secure(app))


def visitor_of(request: Request) -> Visitor:
    """Read the session; its token is looked up anew each time, so that revoking it works at once."""
    app = app_of(request)
    cookie = request.cookies.get(cookie_name(is_secure(app)))
    session = from_cookie(app.session_key, cookie, app.world.clock.now())
    if session is None:
        visitor = Visitor()
    else:
        visitor = Visitor(
            session=session, actor=_actor(app, session), form_seal=form_seal(app.session_key, session)
        )
    request.state.visitor = visitor
    return visitor


def _actor(app: App, session: Session) -> Actor | None:
    if session.token is None:
        return None
    try:
        return still_signed_in(app.world, session.token)
    except NotSignedIn:
        return None


TheVisitor = Annotated[Visitor, Depends(visitor_of)]


async def _read_form(request: Request) -> Fields:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise Invalid([("", "is not a form")])
    body = await body_of(request, MOST_FORM_BYTES)
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:  # also UnicodeDecodeError
        raise Invalid([("", "is not a form that this page could have sent")]) from None
    return Fields(pairs=tuple((name, value.replace("\r\n", "\n")) for name, value in pairs))


def _form(request: Request, visitor: TheVisitor, fields: Annotated[Fields, Depends(_read_form)]) -> Fields:
    if not form_is_ours(app_of(request).session_key, visitor.session, fields.one("seal")):
        raise NotAllowed(
            "This form does not belong to your session, or the session has ended: open the page again."
        )
    return fields


TheFields = Annotated[Fields, Depends(_read_form)]
"""A form from wherever: for handlers that change nothing and tell nothing."""
TheForm = Annotated[Fields, Depends(_form)]
"""A form that was made for this visitor's session; anything else is refused before the handler runs."""
