"""Headers that every answer carries: nothing foreign is loaded, framed, sniffed or told where we come from."""

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from commonwheel.app import App

_DIRECTIVES = (
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
CONTENT_SECURITY_POLICY = "; ".join(_DIRECTIVES)
"""No inline script or style is needed by any page, so none is allowed; without a nonce no script at all is."""


def policy_with(nonce: str) -> str:
    """The same for a page whose scripts of ours carry this nonce: a script that somebody puts in has none."""
    return "; ".join((*_DIRECTIVES, f"script-src 'nonce-{nonce}'"))


HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

_HALF_A_YEAR = 15_552_000


class SecurityHeaders:
    """Adds the headers to every HTTP answer, errors included; one that is set already stays."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


def install(web: FastAPI) -> None:
    """Put the headers on all answers of `web`, whose `state.commonwheel` is set."""
    app: App = web.state.commonwheel
    headers = dict(HEADERS)
    if app.settings.public_url.startswith("https://"):
        headers["Strict-Transport-Security"] = f"max-age={_HALF_A_YEAR}"
    web.add_middleware(SecurityHeaders, headers=headers)
