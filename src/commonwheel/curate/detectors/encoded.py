"""Orders that are encoded, so that a reader passes over what a model reads: base64, hexadecimal, ROT13, and more.

What is decoded is bounded and only looked at here. A run that decodes to orders is found as such; one that
decodes to other prose, which no detector reads, is left to a person.
"""

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from urllib.parse import unquote_plus

from commonwheel.curate.disguise import disguised
from commonwheel.curate.orders import gives_orders, is_prose
from commonwheel.curate.scan import About, Confirm, Detector, Hit, Pattern, Scanned

KIND = "injection.encoded"
_WINDOW = 300
"""Code points around a giveaway word that are decoded with it."""

Decode = Callable[[str], str]

# Four letters of base64 that stand for three characters of ASCII: which letters those can be is half of the
# alphabet in each of three places, so that random base64 and hashes hardly ever match.
_BASE64 = re.compile(
    r"(?<![A-Za-z0-9+/])(?:[A-Za-f][A-HQ-Xg-nw-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/]){8,1000}"
    r"[A-Za-z0-9+/]{0,3}={0,2}"
)
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[2-7][0-9a-fA-F]){20,2000}(?![0-9A-Za-z])")
_ESCAPES = re.compile(
    r"(?:\\x[2-7][0-9a-fA-F]){8,1000}|(?:\\u00[2-7][0-9a-fA-F]){8,1000}|(?:%[2-7][0-9a-fA-F]){10,1000}|"
    r"(?:&#(?:x[2-7][0-9a-fA-F]|[0-9]{2,3});){8,1000}|(?:0x[2-7][0-9a-fA-F][, ]{1,2}){10,1000}|"
    r"(?:[2-7][0-9a-fA-F] ){15,1000}"
)
_BITS = re.compile(r"(?<![01])(?:0[01]{7} ?){8,1000}")
_PERCENT = re.compile(r"(?<![\w%])[A-Za-z,.'!-]{1,20}(?:(?:%20|\+)[A-Za-z,.'!-]{1,20}){3,200}")
_STYLED = re.compile(
    "(?:[\U0001d400-\U0001d7ff\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189]{1,20}"
    "[ ,.!?'-]{0,3}){2,300}"
)
_ROT13 = re.compile(
    r"\b(?:vtaber|qvfertneq|vafgehpgvbaf?|cerivbhf|bireevqr|wnvyoernx|cebzcg)\b", re.IGNORECASE | re.ASCII
)
_BACKWARDS = re.compile(
    r"\b(?:snoitcurtsni|noitcurtsni|suoiverp|tpmorp|edirrevo|drag?ersid|kaerbliaj)\b", re.IGNORECASE | re.ASCII
)
_PLAIN_WORDS = ("instructions", "instruction", "previous", "jailbreak", "disregard", "ignore")
_LEET = re.compile(disguised(_PLAIN_WORDS), re.IGNORECASE)
_UNLEET = str.maketrans("013457@$!+|", "oieastasiti")
_JOINER = re.compile("[._\u00ad\u200b-\u200d\u2060\ufeff-]|(?<=\\b\\w) (?=\\w\\b)")


def _from_base64(text: str) -> str:
    text = text.rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "ignore")
    except binascii.Error:
        return base64.b64decode(text[: len(text) // 4 * 4]).decode("utf-8", "ignore")


def _from_hex(text: str) -> str:
    digits = re.sub(r"\\x|\\u00|%|0x|[, ]", "", text)
    return bytes.fromhex(digits[: len(digits) // 2 * 2]).decode("utf-8", "ignore")


def _from_escapes(text: str) -> str:
    return html.unescape(text) if text.startswith("&") else _from_hex(text)


def _from_bits(text: str) -> str:
    bits = text.replace(" ", "")
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) // 8 * 8, 8)).decode("utf-8", "ignore")


def _from_styled(text: str) -> str:
    return "".join(_PLAIN.get(character, unicodedata.normalize("NFKC", character)) for character in text)


_PLAIN = {
    chr(first + index): chr(ord("a") + index)
    for first in (0x24D0, 0x1F130, 0x1F150, 0x1F170)
    for index in range(26)
}
"""Letters in circles and squares, of which not all have a plain form in Unicode's tables."""


def _from_leet(text: str) -> str:
    return _JOINER.sub("", text).translate(_UNLEET)


def _run(decode: Decode, prose: float = 0.0) -> Confirm:
    """Where the whole match is encoded. `prose` is the score of what decodes to words that are no orders."""

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        decoded = decode(match.group())
        if gives_orders(decoded):
            yield Hit(KIND, *match.span(), 0.9)
        elif prose and is_prose(decoded):
            yield Hit(KIND, *match.span(), prose)

    return confirm


def _around(decode: Decode) -> Confirm:
    """Where a word gives away that the words around it are encoded too."""

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        if match.group().lower() in _PLAIN_WORDS:
            return
        start, end = max(0, match.start() - _WINDOW), match.end() + _WINDOW
        said = scanned.text[start:end]
        if gives_orders(decode(said)) and not gives_orders(said):
            yield Hit(KIND, *match.span(), 0.8)

    return confirm


DETECTOR = Detector(
    name="encoded",
    version="1",
    about=About(
        finds=(
            "Orders to machines in base64, hexadecimal, bits, escapes, ROT13, leetspeak, backwards or in styled "
            "letters."
        ),
        how=(
            "A run that can only be text in an encoding is decoded and read as orders are. What decodes to other "
            "prose has a low score."
        ),
        misses="Encodings one inside of another, ciphers with a key, Morse code, and text in pictures.",
    ),
    patterns=(
        Pattern(
            expression=_BASE64, confirm=_run(_from_base64, prose=0.35), rule="base64",
            says="A run of base64 decodes to text.",
        ),
        Pattern(
            expression=_HEX, confirm=_run(_from_hex, prose=0.35), rule="hexadecimal",
            says="A run of hexadecimal digits decodes to text.",
        ),
        Pattern(
            expression=_ESCAPES, confirm=_run(_from_escapes, prose=0.35), rule="escapes",
            says="A run of escaped characters decodes to text.",
        ),
        Pattern(
            expression=_BITS, confirm=_run(_from_bits, prose=0.35), rule="bits",
            says="A run of zeros and ones decodes to text.",
        ),
        Pattern(
            expression=_PERCENT, confirm=_run(unquote_plus), rule="percent",
            says="Words joined as in a web address give orders to a machine.",
        ),
        Pattern(
            expression=_STYLED, confirm=_run(_from_styled), rule="styled",
            says="Letters in a mathematical or enclosed style give orders to a machine.",
        ),
        Pattern(
            expression=_ROT13, confirm=_around(lambda text: codecs.encode(text, "rot13")), rule="rot13",
            says="Words give orders to a machine when each letter is moved by thirteen places.",
        ),
        Pattern(
            expression=_BACKWARDS, confirm=_around(lambda text: text[::-1]), rule="backwards",
            says="Words give orders to a machine when they are read backwards.",
        ),
        Pattern(
            expression=_LEET, confirm=_around(_from_leet), rule="leetspeak",
            says="Words give orders to a machine when digits are read as the letters they look like.",
        ),
    ),
)  # fmt: skip
