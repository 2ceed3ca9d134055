"""Keys and tokens whose makers gave them a shape of their own, so that they can be found.

The shapes stand in `curate/lists/vendor_keys.toml`, as the vendors' documentation describes them. A shape that
other things have too counts where the vendor and a word such as "token" stand before it.
"""

import base64
import binascii
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zlib import crc32

from commonwheel.curate.placeholders import is_placeholder
from commonwheel.curate.randomness import is_random, is_wordy
from commonwheel.curate.scan import About, Confirm, Detector, Hit, Pattern, Scanned, near

_BEFORE = 80
"""Code points before a key within which its vendor is named."""
_SECRET_WORD = re.compile(r"key|token|secret|passw|credential|auth|api|pat\b|dsn|bearer", re.IGNORECASE)
_HASH_WORD = re.compile(
    r"(?:commit|sha-?[0-9]{0,3}|md5|hash|digest|checksum|integrity|rev(?:ision)?|etag)\W{1,4}$", re.I
)
_SURE, _BESIDE = 0.95, 0.75
_FILLING = re.compile(r"A{8,30}")
"""What some vendors fill their keys with: zeros in base64."""
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One shape of a vendor's keys; see the comment in the list for its fields."""

    vendor: str
    what: str
    shape: str
    beside: tuple[str, ...] = ()
    check: str = ""
    score: float = 0.0


@cache
def keys() -> tuple[Key, ...]:
    """The list, in its order."""
    text = (files("commonwheel.curate") / "lists" / "vendor_keys.toml").read_text(encoding="utf-8")
    return tuple(Key(**{**row, "beside": tuple(row.get("beside", ()))}) for row in tomllib.loads(text)["keys"])


def _crc32(key: str) -> float:
    """Its last six characters are the CRC-32 of those before, in base 62 (GitHub, "Behind GitHub's new formats").

    Others come close enough to be hidden: a character may be missing, or the shape may have changed.
    """
    body = key.partition("_")[2]
    number, digits = crc32(body[:-6].encode()), ""
    while number:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return 0.99 if digits.rjust(6, "0") == body[-6:] else 0.75


def _nkey(key: str) -> float:
    """Base32 that ends in a CRC-16 of what is before, low byte first (NATS, "NKeys")."""
    try:
        raw = base64.b32decode(key + "=" * (-len(key) % 8))
    except binascii.Error:
        return 0.0
    check = 0
    for byte in raw[:-2]:
        check ^= byte << 8
        for _ in range(8):
            check = (check << 1 ^ 0x1021 if check & 0x8000 else check << 1) & 0xFFFF
    return 0.99 if check == int.from_bytes(raw[-2:], "little") else 0.6


def _mixed(key: str) -> float:
    """What follows the prefix has to look drawn by chance: names in programs have such shapes too."""
    tail = re.split(r"[_+-]|(?<=^YC)", key, maxsplit=1)[-1]
    return _SURE if is_random(tail) or (tail.isalpha() and not is_wordy(tail)) else 0.0


def _jira(key: str) -> float:
    """Base64 of a number, a colon and 20 bytes drawn by chance."""
    return 0.97 if re.match(rb"[0-9]{6,14}:", base64.b64decode(key)) else 0.0


CHECKS: dict[str, Callable[[str], float]] = {"crc32": _crc32, "nkey": _nkey, "jira": _jira, "mixed": _mixed}
"""Checksums and the like: how likely a text of the right shape is a key."""


def _own_shape(key: Key) -> Confirm:
    check = CHECKS.get(key.check)
    group = "secret" if "(?P<secret>" in key.shape else 0

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        before = scanned.text[match.start() - 1 : match.start()] if match.start() else ""
        value = match.group(group)
        inside = before.isascii() and (before.isalnum() or before in {"_", "-"})
        if (inside and not _escaped(scanned.text, match.start())) or is_placeholder(_FILLING.sub("A", value)):
            return
        score = check(value) if check else key.score or _SURE
        if score:
            yield Hit(f"credential.{key.vendor}", *match.span(group), score)

    return confirm


def _escaped(text: str, at: int) -> bool:
    """Whether what stands before is the end of an escape: `%22`, `\\n`, a color of a terminal."""
    return re.search(r"(?:%[0-9A-Fa-f]{2}|\\[nrt]|\x1b\[[0-9;]{1,8}m)$", text[max(0, at - 12) : at]) is not None


def _beside(key: Key, words: re.Pattern[str]) -> Confirm:
    check = CHECKS.get(key.check)

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        start, value = match.start(), match.group()
        if not near(scanned, start, start, words, before=_BEFORE):
            return
        if not near(scanned, start, start, _SECRET_WORD, before=_BEFORE):
            return
        if not is_random(value) or is_placeholder(value) or (check and not check(value)):
            return
        if not _HASH_WORD.search(scanned.text, max(0, start - 20), start):
            yield Hit(f"credential.{key.vendor}", *match.span(), key.score or _BESIDE)

    return confirm


def _pattern(rule: str, key: Key) -> Pattern:
    """A shape of its own starts with a literal, and what stands before is left to the confirmation: it is
    found fast. Other shapes are bounded on both sides."""
    says = f"A key of {key.vendor} ({key.what}), by its shape"
    if not key.beside:
        shape = f"(?:{key.shape})" if "|" in key.shape else key.shape
        return Pattern(
            expression=re.compile(rf"{shape}(?![A-Za-z0-9])", re.ASCII),
            confirm=_own_shape(key),
            rule=rule,
            says=f"{says}{' and its checksum' if key.check in ('crc32', 'nkey') else ''}.",
        )
    words = re.compile(rf"(?<![^\W_])(?:{'|'.join(key.beside)})", re.IGNORECASE)
    return Pattern(
        expression=re.compile(rf"(?<![A-Za-z0-9+/_-])(?:{key.shape})(?![A-Za-z0-9+/_=-])", re.ASCII),
        confirm=_beside(key, words),
        rule=rule,
        says=f"{says} and by its vendor's name before it.",
        beside=words,
    )


def _numbered(listed: Iterable[Key]) -> Iterator[tuple[str, Key]]:
    """Each with the name of its vendor, which has a number from its second shape on."""
    seen: Counter[str] = Counter()
    for key in listed:
        seen[key.vendor] += 1
        yield key.vendor if seen[key.vendor] == 1 else f"{key.vendor}-{seen[key.vendor]}", key


DETECTOR = Detector(
    name="vendor_key",
    version="3",
    about=About(
        finds=f"keys and tokens of {len({key.vendor for key in keys()})} vendors",
        how="Each has a shape that its vendor documents. Checksums are checked where there are any; shapes that "
        "other things share count where the vendor's name and a word such as key or token stand before them.",
        misses="keys without a shape of their own that stand alone",
    ),
    patterns=tuple(_pattern(rule, key) for rule, key in _numbered(keys())),
)
"""See the module."""
