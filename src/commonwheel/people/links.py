"""Links that prove who opens them: `<subject>.<expires>.<seal>`, HMAC-SHA256 under a key of this instance.

A link is sealed over a state too, such as the hash of the password that it may replace: once that has changed,
the link is used up.
"""

import hmac
from datetime import datetime, timedelta


def made(key: bytes, purpose: str, subject: str, state: str, now: datetime, lasts: timedelta) -> str:
    """A link's secret part: letters, digits, dots, hyphens and underscores."""
    expires = int((now + lasts).timestamp())
    return f"{subject}.{expires}.{_seal(key, purpose, subject, state, expires)}"


def subject_of(link: str) -> str:
    """Whom a link claims to be for; nothing is checked yet."""
    return link.split(".", 1)[0]


def holds(key: bytes, purpose: str, link: str, state: str, now: datetime) -> bool:
    """Whether we made the link for this purpose, and it is neither used up nor too old."""
    subject, expires, seal = (*link.split("."), "", "", "")[:3]
    if not (expires.isascii() and expires.isdigit() and len(expires) < 12) or int(expires) <= now.timestamp():
        return False
    return hmac.compare_digest(seal.encode(), _seal(key, purpose, subject, state, int(expires)).encode())


def _seal(key: bytes, purpose: str, subject: str, state: str, expires: int) -> str:
    text = "\0".join((purpose, subject, state, str(expires)))
    return hmac.digest(key, text.encode(), "sha256").hex()
