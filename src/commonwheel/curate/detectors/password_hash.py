"""Passwords as systems keep them: hashed, but open to guessing. The span is the hash alone."""

import re
from collections.abc import Iterator

from commonwheel.curate.placeholders import is_placeholder
from commonwheel.curate.scan import About, Confirm, Detector, Hit, Pattern, Scanned

_CRYPT = (
    r"\$(?:2[abxy]?\$[0-9]{2}\$[./A-Za-z0-9]{53}|1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|"
    r"apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|"
    r"5\$(?:rounds=[0-9]{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43}|"
    r"6\$(?:rounds=[0-9]{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{86}|"
    r"y\$[./A-Za-z0-9]{1,20}\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43}|argon2(?:id|i|d)"
    r"\$v=[0-9]{1,3}\$[a-z0-9=,]{5,60}\$[A-Za-z0-9+/]{8,90}\$[A-Za-z0-9+/]{16,90})"
)  # fmt: skip
"""bcrypt, MD5, SHA-256 and SHA-512 of crypt(5), yescrypt, and Argon2."""


def _hash(score: float) -> Confirm:
    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        if not is_placeholder(match.group("secret")):
            yield Hit("credential.password_hash", *match.span("secret"), score)

    return confirm


DETECTOR = Detector(
    name="password_hash",
    version="1",
    about=About(
        finds="hashed passwords, with their salt",
        how="By the shapes of crypt(5), Argon2, LDAP, MySQL and Windows; with a user's name before them they are "
        "of somebody, without it most likely an example.",
        misses="plain digests, which nothing tells from those of files",
    ),
    patterns=(
        Pattern(
            expression=re.compile(rf"(?<![\w.-])[A-Za-z_][\w.@-]{{0,60}}:(?P<secret>{_CRYPT})"),
            confirm=_hash(0.85),
            rule="user",
            says="A user's hashed password, as systems keep it.",
        ),
        Pattern(
            expression=re.compile(rf"(?P<secret>{_CRYPT})"),
            confirm=_hash(0.28),
            rule="crypt",
            says="A hashed password, by its shape.",
        ),
        Pattern(
            expression=re.compile(r"[\w.-]{1,40}:[0-9]{3,6}:(?P<secret>[a-fA-F0-9]{32}:[a-fA-F0-9]{32}):::"),
            confirm=_hash(0.9),
            rule="windows",
            says="A user's hashed password, as Windows keeps it.",
        ),
        Pattern(
            expression=re.compile(r"\{S?(?:SHA|MD5|SHA256|SHA512)\}(?P<secret>[A-Za-z0-9+/]{20,120}={0,2})"),
            confirm=_hash(0.7),
            rule="ldap",
            says="A hashed password, as directories keep it.",
        ),
        Pattern(
            expression=re.compile(r"(?<![\w*])(?P<secret>\*[A-F0-9]{40})(?![A-Za-z0-9])"),
            confirm=_hash(0.65),
            rule="mysql",
            says="A hashed password, as MySQL keeps it.",
        ),
    ),
)
"""See the module."""
