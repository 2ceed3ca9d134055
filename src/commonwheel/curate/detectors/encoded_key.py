"""Keys without their first and last lines: base64 that holds a private key, and lines that look like part of one.

What is decoded decides: a private key by its structure (RFC 8017, 5208, 5915), or a text with a key in it.
Blocks of which that cannot be said are found by what they are not: no image, no certificate, no public key,
no signature, no digest; a few lines of base64 that stand alone are as likely as not the middle of a key.
"""

import base64
import binascii
import re
from collections.abc import Iterator

from commonwheel.curate.placeholders import is_placeholder
from commonwheel.curate.randomness import is_random
from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned

_PRIVATE_DER = re.compile(
    rb"0(?:\x82..|\x81.|[\x20-\x7f])\x02\x01(?:\x00(?:\x02(?:\x82\x01\x01|\x82|\x81|[\x21-\x7f])|0[\x05-\x30]\x06)|\x01\x04[\x14-\x42])"
    rb"|0(?:\x82..|\x81.|[\x20-\x7f])0[\x1c-\x7f]\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d",
    re.DOTALL,
)
"""PKCS #1 and #8, plain and encrypted, and SEC 1."""
_INSIDE = re.compile(
    rb"(?:PRIVATE|SECRET) KEY(?: BLOCK)?-----|\"private_key\"|AGE-SECRET-KEY-1|"
    rb"\"d\"\s{0,4}:\s{0,4}\"[A-Za-z0-9_-]{20}"
)
_KINDS = re.compile(
    r"MII[BCD][A-Za-z0-9+/]{8}(?:MII|w|A0G|oA)|iVBOR|/9j/|R0lGOD|UklGR|PHN2Zy|PD94bW|AAAAB3|AAAAC3|AAAAE2|JVBER|"
    r"UEsDB|H4sI|d09G|"
    r"AAEAAAA|T1RUTw|Qk0|SUkq|TU0A|SUQz|AAAA[A-Za-z0-9+/]{2}Zn|TVqQ|f0VM|AGFzb|eyJ|bWFnaW|LS0tLS1CRUdJTiBDRVJU|"
    r"LS0tLS1CRUdJTiBQVUJ"
)  # fmt: skip
"""How certificates, pictures, sounds, fonts, programs, archives and texts begin in base64."""
_ARMOR = re.compile(r"-{4,5}(BEGIN|END) ([A-Z0-9 ]{3,40})-{4,5}")
_OPEN = 12_000
"""Code points before a line within which the armor begins to which it belongs."""
_MOST_LINES = 70
"""A key of 8192 bits fills fewer lines; what is longer is a file."""
_BEFORE = re.compile(
    r"(?:base64,|sha(?:256|384|512)-|h1:|ssh-[a-z0-9-]{1,20} |integrity\W{1,4}|[A-Za-z0-9_%]=|[?&/.@:_-])\Z"
)
_LINE = r"(?<![A-Za-z0-9+/=_.%@-])(?P<secret>[A-Za-z0-9+/]{60,80}={0,2})(?![A-Za-z0-9+/=_.@-])"
_LINES = re.compile(_LINE)


def _decoded(value: str) -> bytes:
    whole = value[: len(value) - len(value) % 4] if "=" not in value else value
    try:
        return base64.b64decode(whole)
    except (binascii.Error, ValueError):
        return b""


def _structure(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    value = re.sub(r"\s", "", match.group("secret"))
    raw = _decoded(value.rstrip("="))
    if raw.startswith(b"openssh-key-v1\0") or _PRIVATE_DER.match(raw):
        yield Hit("credential.private_key", *match.span("secret"), 0.97)


_WIDEST = 40_000
_AROUND = re.compile(r"[A-Za-z0-9+/]{1,40000}={0,2}")
_MARKS = re.compile(
    "UFJJVkFURSBLRV|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW|InByaXZhdGVfa2V5|Jwcml2YXRlX2tleS|icHJpdmF0ZV9rZXki|"
    "Imt0eS|JrdHki|ia3R5I"
)
"""`PRIVATE KEY`, `"private_key"` and `"kty"` in base64, each at its three offsets."""
_SIXTY_FOUR = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def _wrapped(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """A base64 text with a key inside, whole; looked at once, however many marks it holds."""
    text = scanned.text
    before = text[max(0, match.start() - _WIDEST) : match.start()]
    start = match.start() - (len(before) - len(before.rstrip(_SIXTY_FOUR)))
    if _MARKS.search(text, start, match.start()):
        return
    whole = _AROUND.match(text, start)
    if whole is not None and _INSIDE.search(_decoded(whole.group().rstrip("="))):
        yield Hit("credential.private_key", start, whole.end(), 0.97)


def _stray(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """A line of base64 that belongs to nothing that is public."""
    text, value = scanned.text, match.group("secret")
    start, end = match.span("secret")
    if not is_random(value) or is_placeholder(value) or _BEFORE.search(text, max(0, start - 24), start):
        return
    if _of_one_kind(value) or _KINDS.match(value):
        return
    if _inside_armor(text, start) or _long_block(text, start, end):
        return
    yield Hit("credential.key_material", start, end, 0.62)


def _of_one_kind(value: str) -> bool:
    """Whether capitals, small letters or digits are missing: base64 of this length has all of them."""
    return (
        value.isdigit()
        or not re.search("[a-z]", value)
        or not re.search("[A-Z]", value)
        or not re.search("[0-9]", value)
    )


def _inside_armor(text: str, start: int) -> bool:
    """Whether the nearest armor before is open and holds no private key (those are found whole)."""
    signs = _ARMOR.findall(text, max(0, start - _OPEN), start)
    return bool(signs) and signs[-1][0] == "BEGIN"


def _long_block(text: str, start: int, end: int) -> bool:
    """Whether it is part of a file: of many lines, or of lines that begin as a picture or certificate does."""
    around = text[max(0, start - 8000) : start]
    above = [line.strip(" \t\r\"'+\\,*#/") for line in around.split("\n")[:-1]]
    count = 0
    for line in reversed(above):
        if len(line) < 40 or " " in line:
            break
        count += 1
        if _KINDS.search(line[-90:]) and _KINDS.search(line[-90:]).start() <= 24:  # type: ignore[union-attr]
            return True
    below = 0
    for line in text[end : end + 8000].split("\n")[1:]:
        if len(line.strip(" \t\r\"'+\\,*#/")) < 40 or " " in line.strip(" \t\r\"'+\\,*#/"):
            break
        below += 1
    return count + below > _MOST_LINES


DETECTOR = Detector(
    name="encoded_key",
    version="1",
    about=About(
        finds="private keys in base64 without their first and last lines, and stray lines of keys",
        how="It decodes what begins as a key does, and base64 that holds the words of a key. Lines of base64 of "
        "the width of key files that stand alone are found by what they are not: pictures, certificates, public "
        "keys, signatures, digests, files of many lines.",
        misses="the short last line of a key that stands alone",
    ),
    patterns=(
        Pattern(
            expression=re.compile(
                r"(?<![A-Za-z0-9+/])(?P<secret>(?:MI[GHIJ]|MF|MC|MD|MH|b3BlbnNzaC1rZXktdjE)"
                r"[A-Za-z0-9+/]{30,4000}(?:\s{1,40}[A-Za-z0-9+/]{16,100}){0,80}={0,2})"
            ),
            confirm=_structure,
            rule="structure",
            says="A private key in base64, by its structure.",
        ),
        Pattern(
            expression=_MARKS,
            confirm=_wrapped,
            rule="wrapped",
            says="A private key inside a text in base64.",
        ),
        Pattern(
            expression=re.compile(_LINE, re.ASCII),
            confirm=_stray,
            rule="stray",
            says="A line of base64 as key files have them, which is no picture, certificate or public key.",
        ),
    ),
)
"""See the module."""
