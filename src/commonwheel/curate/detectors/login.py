"""Passwords inside addresses, headers and commands. The span is the password alone."""

import base64
import binascii
import re
from collections.abc import Iterator

from commonwheel.curate.placeholders import is_placeholder, is_reference
from commonwheel.curate.scan import Confirm, Hit, Pattern, Scanned, text_detector


def _in_address(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    start, end = match.span("secret")
    password = match.group("secret")
    if is_placeholder(password) or is_reference(password):
        return
    before = scanned.text[max(0, match.start() - 20) : match.start()].lower()
    kind = "credential.basic_auth" if before.endswith(("http", "https")) else "credential.connection_string"
    yield Hit(kind, start, end, 0.9)


def _basic(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    value = match.group("secret")
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError):
        return
    if b":" in decoded:
        yield Hit("credential.basic_auth", *match.span("secret"), 0.9)


def _secret(kind: str, score: float) -> Confirm:
    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        value = match.group("secret")
        if not is_placeholder(value) and not is_reference(value):
            yield Hit(kind, *match.span("secret"), score)

    return confirm


_QUOTED = r"(?P<quote>[\"'`]?)"
_SECRET_FLAG = r"(?:password|passwd|passphrase|pass|pwd|token|secret|bearer|api-?key)"

DETECTOR = text_detector(
    "login",
    "1",
    [
        Pattern(
            expression=re.compile(r"://[^\s/@:\"'<>]{0,128}:(?P<secret>[^\s/\"'<>]{2,200})@(?=[\w\[])"),
            confirm=_in_address,
            needs=("://",),
        ),
        Pattern(
            expression=re.compile(
                r"\bbasic\s{1,3}(?P<secret>[A-Za-z0-9+/]{8,400}={0,2})", re.IGNORECASE | re.ASCII
            ),
            confirm=_basic,
            needs=("basic ",),
        ),
        Pattern(
            expression=re.compile(
                r"\b(?:bearer|ntlm|negotiate|token)\s{1,3}"
                r"(?P<secret>(?=[A-Za-z._~+/-]{0,60}[0-9])[A-Za-z0-9._~+/-]{20,4000}={0,2})",
                re.IGNORECASE | re.ASCII,
            ),
            confirm=_secret("credential.bearer", 0.8),
            needs=("bearer ", "ntlm ", "negotiate ", "token "),
        ),
        Pattern(
            expression=re.compile(
                rf"(?<![\w-])--?(?:[a-z0-9]{{1,20}}[-_]){{0,3}}{_SECRET_FLAG}[ =]"
                rf"{_QUOTED}(?P<secret>[^\s\"'`]{{6,400}})(?P=quote)",
                re.IGNORECASE | re.ASCII,
            ),
            confirm=_secret("credential.password", 0.75),
            needs=("-pass", "-pwd", "-token", "-secret", "-api", "-bearer", "_token", "_secret", "_pass"),
        ),
        Pattern(
            expression=re.compile(
                rf"\bcurl\b[^\n]{{0,200}}?\s(?:-u|--user)[ =]?{_QUOTED}[^\s:\"'`]{{1,100}}:"
                rf"(?P<secret>[^\s\"'`]{{3,200}})(?P=quote)",
                re.IGNORECASE | re.ASCII,
            ),
            confirm=_secret("credential.basic_auth", 0.85),
            needs=("curl",),
        ),
        Pattern(
            expression=re.compile(
                r"\bpassword\s{1,3}(?P<quote>[\"'])(?P<secret>[^\s\"'`;]{4,200})(?P=quote)", re.IGNORECASE
            ),
            confirm=_secret("credential.password", 0.75),
            needs=("password ",),
        ),
        Pattern(
            expression=re.compile(
                rf"\bidentified\s{{1,3}}(?:with\s{{1,3}}\w{{1,40}}\s{{1,3}})?by\s{{1,3}}(?:password\s{{1,3}})?{_QUOTED}"
                rf"(?P<secret>[^\s\"'`;]{{4,200}})(?P=quote)",
                re.IGNORECASE | re.ASCII,
            ),
            confirm=_secret("credential.password", 0.8),
            needs=("identified",),
        ),
    ],
)
