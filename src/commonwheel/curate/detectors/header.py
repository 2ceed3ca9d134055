"""What opens a session: the credentials of `Authorization`, in every scheme, and cookies of sessions."""

import base64
import binascii
import re
from collections.abc import Iterator

from commonwheel.curate.placeholders import is_placeholder, is_reference, is_uuid
from commonwheel.curate.randomness import is_random
from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned, whole


def _basic(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """A name and a password in base64 (RFC 7617)."""
    value = match.group("secret")
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4)).decode()
    except (binascii.Error, ValueError):
        return
    _, colon, password = decoded.partition(":")
    if colon and decoded.isprintable() and not is_placeholder(password) and not is_placeholder(value):
        yield Hit("credential.basic_auth", *match.span("secret"), 0.9)


def _bearer(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    value = match.group("secret")
    if not is_placeholder(value) and not is_reference(value) and is_random(value[:200]):
        yield Hit("credential.bearer", *match.span("secret"), 0.85)


_SESSION = (
    r"PHPSESSID|JSESSIONID|ASP\.NET_SessionId|ASPSESSIONID[A-Z]{8}|\.AspNetCore\.[A-Za-z.]{3,40}|\.ASPXAUTH|"
    r"connect\.sid|laravel_session|remember_(?:web|token)[a-z0-9_]{0,60}|[a-z]{2,20}_session(?:_id)?|_session_id|"
    r"session(?:[_-]?(?:id|token|key))?|sid|[a-zA-Z]{0,3}SID|__Secure-[\w.-]{3,60}|__Host-[\w.-]{3,60}|"
    r"auth[_-]?(?:token|session)?|access[_-]?token|refresh[_-]?token|id[_-]?token|jwt|token|user_session|_gh_sess|"
    r"wordpress_(?:logged_in|sec)_[a-f0-9]{32}|li_at|rack\.session|sessionid|kc_session|KEYCLOAK_[A-Z_]{3,40}|"
    r"cf_clearance|ci_session|frontend|adminhtml|mp_[a-f0-9]{32}_mixpanel"
)
_SESSION_NAME = re.compile(rf"(?:{_SESSION})\Z")
_PAIR = re.compile(r"(?<![\w.$-])(?P<name>[\w.$-]{1,90})=(?P<secret>[^;,\s\"'<>\\]{8,4000})")
_FORGERY = re.compile(r"[cx]srf", re.IGNORECASE)
_HARMLESS = re.compile(
    r"_g(?:a|id|cl)|_fb|utm|consent|lang|locale|theme|path|domain|expires|max-age|samesite", re.I
)


def _cookies(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Of the cookies in a header those that look like a session's; others are seen but let be."""
    for pair in _PAIR.finditer(scanned.text, match.start("pairs"), match.end("pairs")):
        name, value = pair.group("name"), pair.group("secret")
        if is_placeholder(value) or is_reference(value) or not is_random(value[:200]) or _HARMLESS.match(name):
            continue
        score = 0.25 if _FORGERY.search(name) else 0.85 if _SESSION_NAME.match(name) else 0.62
        if len(value) >= 12 or score > 0.8:
            yield Hit("credential.cookie", *pair.span("secret"), score)


def _session(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    value = match.group("secret")
    if not is_placeholder(value) and not is_reference(value) and is_random(value[:200]):
        # The log of a server calls its own sessions by UUIDs, which open nothing.
        yield Hit("credential.cookie", *match.span("secret"), 0.28 if is_uuid(value) else 0.8)


DETECTOR = Detector(
    name="header",
    version="1",
    about=About(
        finds="credentials in Authorization headers, and cookies of sessions",
        how="By the scheme before them, decoded where the scheme is Basic; by the names that frameworks give the "
        "cookies of sessions. Tokens against forgery count little.",
        misses="cookies with names of one's own outside of a header",
    ),
    patterns=(
        Pattern(
            expression=re.compile(
                r"\bbasic\s{1,3}(?P<secret>[A-Za-z0-9+/]{8,400}={0,2})(?![A-Za-z0-9+/=])", re.IGNORECASE | re.ASCII
            ),
            confirm=_basic,
            rule="basic",
            says="A name and a password in base64, as browsers send them.",
        ),
        Pattern(
            expression=re.compile(
                r"\b(?:bearer|ntlm|negotiate|token|apikey|ssws|geniekey|hmac|jwt)(?:\s{1,3}|%20)"
                r"(?P<secret>[A-Za-z0-9._~+/-]{12,4000}={0,2})",
                re.IGNORECASE | re.ASCII,
            ),
            confirm=_bearer,
            rule="bearer",
            says="A token after the scheme that it is sent under.",
        ),
        Pattern(
            expression=re.compile(r"TlRMTVNTUAAD[A-Za-z0-9+/]{40,2000}={0,2}"),
            confirm=whole("credential.bearer", 0.95),
            rule="ntlm",
            says="An answer of NTLM, by how it begins.",
        ),
        Pattern(
            expression=re.compile(
                r"\b(?:set-)?cookies?[\"']?\s{0,2}[:=]\s{0,2}[\"'{]?(?P<pairs>[\w.$-]{1,90}=[^\n]{8,8000})",
                re.IGNORECASE,
            ),
            confirm=_cookies,
            rule="cookies",
            says="The value of a cookie that keeps somebody logged in.",
        ),
        Pattern(
            expression=re.compile(
                r"(?<![\w.-])(?:PHPSESSID|JSESSIONID|ASP\.NET_SessionId|\.ASPXAUTH|connect\.sid|laravel_session|"
                r"_session_id|sessionid|session_?token|session_id|user_session|li_at|__(?:Secure|Host)"
                r"-[\w.-]{3,60})"
                r"[\"']?\s{0,2}[:=]\s{0,2}[\"']?(?P<secret>[A-Za-z0-9._~%+/!:|=-]{12,2000})"
            ),
            confirm=_session,
            rule="session",
            says="The number of a session, by the name that its framework gives it.",
        ),
    ),
)  # fmt: skip
"""See the module."""
