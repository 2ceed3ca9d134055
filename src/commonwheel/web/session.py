"""Sessions of people in a browser: a signed cookie with the id of their token, and never the token itself.

The cookie is `<claims>.<seal>`: JSON in base64url, and HMAC-SHA256 over it under the session key. The
server keeps nothing about a session; with every request the token is looked up by its id, so revoking
the token ends all of its sessions. A visitor without a token gets a session too where a form needs one:
a form carries a second HMAC over the session's nonce, which other sites cannot know.
"""

import base64
import binascii
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from commonwheel.people.drawer import new_drawer

LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is signed in (None: nobody yet) and until when. `nonce` makes each session another.

    `drawer` opens this browser's drafts, and `briefed` is the version of the explanation that was understood in
    it by somebody without an account: both outlast signing in.
    """

    token: str | None
    nonce: str
    expires: datetime
    drawer: str
    briefed: str = ""


def new_session(
    now: datetime, token: str | None = None, lasts: timedelta = LIFETIME, before: Session | None = None
) -> Session:
    """A session from now on; a new nonce each time, so that one from before signing in is of no use."""
    return Session(
        token=token,
        nonce=secrets.token_urlsafe(16),
        expires=now + lasts,
        drawer=new_drawer() if before is None else before.drawer,
        briefed="" if before is None else before.briefed,
    )


def to_cookie(key: bytes, session: Session) -> str:
    """The cookie's value."""
    return sealed(key, "session", json.dumps(asdict(session) | {"expires": int(session.expires.timestamp())}))


def sealed(key: bytes, purpose: str, text: str) -> str:
    """A cookie's value that nobody else can make; what it says can be read."""
    payload = base64.urlsafe_b64encode(text.encode()).decode()
    return f"{payload}.{_mac(key, purpose, payload)}"


def unsealed(key: bytes, purpose: str, cookie: str | None) -> str | None:
    """What a cookie of ours says; None where somebody else made it, or for another purpose."""
    payload, _, seal = (cookie or "").rpartition(".")
    # Compared as bytes: a header may hold what is not ASCII.
    if not payload or not hmac.compare_digest(seal.encode(), _mac(key, purpose, payload).encode()):
        return None
    try:
        return base64.urlsafe_b64decode(payload).decode()
    except (binascii.Error, ValueError):
        return None


def from_cookie(key: bytes, cookie: str | None, now: datetime) -> Session | None:
    """The session, or None where there is none, it ended, or somebody else made it."""
    said = unsealed(key, "session", cookie)
    if said is None:
        return None
    try:
        claims = json.loads(said)
        session = Session(**claims | {"expires": datetime.fromtimestamp(claims["expires"], now.tzinfo)})
    except (ValueError, KeyError, TypeError):
        return None  # sealed by another version of this program
    return None if session.expires <= now else session


def form_seal(key: bytes, session: Session) -> str:
    """What every form of this session sends along."""
    return _mac(key, "form", session.nonce)


def form_is_ours(key: bytes, session: Session | None, seal: str) -> bool:
    """Whether a form was made for this very session."""
    return session is not None and hmac.compare_digest(seal.encode(), form_seal(key, session).encode())


def cookie_name(secure: bool) -> str:
    """`__Host-` binds the cookie to this host and to HTTPS; on one's own machine there is none."""
    return "__Host-commonwheel" if secure else "commonwheel_session"


def set_cookie(response: Response, key: bytes, session: Session, now: datetime, *, secure: bool) -> None:
    """Send the session; scripts cannot read it, and other sites can make it be sent by a plain link alone.

    So it comes along from a mail or another application, and whatever changes something asks for a form's seal.
    """
    response.set_cookie(
        cookie_name(secure),
        to_cookie(key, session),
        max_age=round((session.expires - now).total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, *, secure: bool) -> None:
    """End the session in this browser."""
    response.delete_cookie(cookie_name(secure), path="/", secure=secure, httponly=True, samesite="lax")


def _mac(key: bytes, purpose: str, text: str) -> str:
    return hmac.digest(key, f"{purpose}:{text}".encode(), "sha256").hex()
