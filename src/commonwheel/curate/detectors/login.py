"""Passwords inside addresses and connection strings. The span is the password alone."""

import re
from collections.abc import Iterator

from commonwheel.curate.placeholders import is_fetched, is_placeholder, is_reference
from commonwheel.curate.scan import About, Confirm, Detector, Hit, Pattern, Scanned

_WEB = ("http", "https", "ws", "wss")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,30}):?/?$")


def _in_address(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    password = match.group("secret")
    if is_placeholder(password) or password[0] in "${<%[(" or password.endswith(("}", ">")):
        return
    scheme = _SCHEME.search(scanned.text[max(0, match.start() - 32) : match.start()])
    web = scheme is not None and scheme.group(1).lower().endswith(_WEB)
    kind = "credential.basic_auth" if web else "credential.connection_string"
    score = 0.5 if password.isdigit() and len(password) <= 5 else 0.9
    yield Hit(kind, *match.span("secret"), score)


def _secret(kind: str, score: float) -> Confirm:
    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        value = match.group("secret")
        if not is_placeholder(value) and not is_fetched(value) and not is_reference(value):
            yield Hit(kind, *match.span("secret"), score)

    return confirm


DETECTOR = Detector(
    name="login",
    version="3",
    about=About(
        finds="passwords in addresses and connection strings",
        how="By where they stand: before the @ of an address of any scheme, and after the words that connection "
        "strings of databases, buses and stores use for them. Placeholders and templates are left alone.",
        misses="passwords with an unescaped slash or space",
    ),
    patterns=(
        Pattern(
            expression=re.compile(r"://[^\s/:\"'<>?\#]{0,128}:(?P<secret>[^\s/\"'<>]{2,200})@(?=[\w\[$-])"),
            confirm=_in_address,
            rule="address",
            says="A password before the @ of an address.",
        ),
        Pattern(
            expression=re.compile(
                r"(?:AccountKey|SharedAccessKey|SharedSecretValue|PrimaryKey|AccessKey)\s{0,2}=\s{0,2}"
                r"(?P<secret>[A-Za-z0-9+/]{20,200}={0,2})"
            ),
            confirm=_secret("credential.connection_string", 0.9),
            rule="cloud",
            says="The key in a connection string of a cloud's storage, database or bus.",
        ),
        Pattern(
            expression=re.compile(
                r"jdbc:[a-z0-9]{2,20}:(?:[a-z0-9]{1,20}:)?[^\s/\"'@]{1,80}/(?P<secret>[^\s/\"'@]{2,100})@",
                re.IGNORECASE,
            ),
            confirm=_secret("credential.connection_string", 0.9),
            rule="jdbc",
            says="The password in a JDBC address.",
        ),
    ),
)  # fmt: skip
"""See the module."""
