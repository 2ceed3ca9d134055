"""Tokens that say what they are: JSON Web Tokens, encrypted ones, PASETO and Fernet. Parsed, not guessed."""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any

from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned, whole


def _json(part: str) -> Any:
    try:
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None


def _token(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """The header (RFC 7515, 7516) says by which algorithm it is signed or encrypted."""
    header = _json(match.group(1))
    if not isinstance(header, dict) or not ("alg" in header or "typ" in header):
        return
    claims = _json(match.group().split(".")[1])
    if isinstance(claims, dict) and claims.get("name") == "John Doe" and claims.get("sub") == "1234567890":
        return  # the one that every introduction shows
    yield Hit("credential.jwt", *match.span(), 0.5 if header.get("alg") == "none" else 0.95)


DETECTOR = Detector(
    name="signed_token",
    version="3",
    about=About(
        finds="JSON Web Tokens, PASETO and Fernet tokens",
        how="The header of a JSON Web Token is decoded and read; the others begin with their version.",
        misses="tokens whose header is cut off",
    ),
    patterns=(
        Pattern(
            expression=re.compile(
                r"(?<![A-Za-z0-9_-])(ey[JA][A-Za-z0-9_-]{8,1500})\.[A-Za-z0-9_-]{2,6000}(?:\.[A-Za-z0-9_-]{0,200"
                r"0}){0,3}"
            ),
            confirm=_token,
            rule="jwt",
            says="A JSON Web Token: its header was decoded.",
        ),
        Pattern(
            expression=re.compile(
                r"(?<![A-Za-z0-9])v[1-4]\.(?:local|public)\.[A-Za-z0-9_-]{60,4000}(?:\.[A-Za-z0-9_-]{1,400})?"
            ),
            confirm=whole("credential.jwt", 0.95),
            rule="paseto",
            says="A PASETO token, by its version and purpose.",
        ),
        Pattern(
            expression=re.compile(r"(?<![A-Za-z0-9_-])gAAAAAB[A-Za-z0-9_-]{80,4000}={0,2}"),
            confirm=whole("credential.jwt", 0.85),
            rule="fernet",
            says="A Fernet token, by how it begins.",
        ),
    ),
)  # fmt: skip
"""See the module."""
