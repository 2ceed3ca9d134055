"""Signing in with an account of another site, by OpenID Connect: there and back.

What proves that whoever comes back is who went is in a cookie of its own, sealed, for ten minutes.
"""

import json
import secrets
from dataclasses import asdict

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.errors import NotFound, NotSignedIn
from commonwheel.journeys.accounts import sign_in_from_elsewhere
from commonwheel.ports.signing_in import IdentityProvider, Trip
from commonwheel.web.asking import app_of
from commonwheel.web.pages.rendering import PageRoute
from commonwheel.web.pages.signing_in import led, signed_in_as
from commonwheel.web.pages.visitor import TheVisitor, is_secure, local
from commonwheel.web.rates import SIGN_IN, limited
from commonwheel.web.session import sealed, unsealed

router = APIRouter(route_class=PageRoute)

COOKIE = "commonwheel_trip"
_PLACE = "/sign-in/elsewhere"
_TEN_MINUTES = 600


@router.get(_PLACE)
def go(request: Request, next: str = Query(default="", max_length=200)) -> Response:
    """There."""
    limited(request, SIGN_IN)
    app = app_of(request)
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    trip = Trip(state=state, nonce=nonce, verifier=verifier, next=local(next))
    answer = RedirectResponse(_provider(request).address(trip), 303, {"Cache-Control": "no-store"})
    value = sealed(app.session_key, "trip", json.dumps(asdict(trip)))
    answer.set_cookie(
        COOKIE, value, max_age=_TEN_MINUTES, path=_PLACE, secure=is_secure(app), httponly=True, samesite="lax"
    )
    return answer


@router.get(f"{_PLACE}/back")
def back(
    request: Request,
    visitor: TheVisitor,
    code: str = Query(default="", max_length=2_000),
    state: str = Query(default="", max_length=200),
) -> Response:
    """And back; whoever did not go is sent to where that begins."""
    limited(request, SIGN_IN)
    app = app_of(request)
    kept = unsealed(app.session_key, "trip", request.cookies.get(COOKIE))
    trip = None if kept is None else Trip(**json.loads(kept))
    if trip is None or not code or not secrets.compare_digest(state.encode(), trip.state.encode()):
        raise NotSignedIn("Sign in for this.")
    account = sign_in_from_elsewhere(app.world, _provider(request).identity(trip, code))
    answer = led(request, signed_in_as(request, visitor, account), trip.next or "/mine")
    answer.delete_cookie(COOKIE, path=_PLACE, secure=is_secure(app), httponly=True, samesite="lax")
    return answer


def _provider(request: Request) -> IdentityProvider:
    provider = app_of(request).world.provider
    if provider is None:
        raise NotFound
    return provider
