"""Hardware addresses of network cards (IEEE 802, EUI-48 and EUI-64), in their three spellings."""

import re
from collections.abc import Iterator

from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned, context, near

_WORDS = context("mac", "mac address", "mac-address", "hwaddr", "ether", "hardware address", "physical address",
                 "ethernet", "wifi", "wi-fi", "wlan", "bluetooth", "bssid", "mac-adresse", "adresse mac",
                 "dirección mac",
                 "indirizzo mac", "endereço mac", "physikalische", "mac-adres", "мак-адрес", "mac地址",
                 "macアドレス",
                 "lladdr", "bd_addr", "eui-64", "eui64")  # fmt: skip


def _confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    digits = re.sub(r"[^0-9A-Fa-f]", "", match.group()).lower()
    yield Hit("personal.mac", *match.span(), _score(scanned, digits, *match.span()))


def _score(scanned: Scanned, digits: str, start: int, end: int) -> float:
    """Addresses of many (the lowest bit of the first byte) and of documentation name nobody's machine."""
    if len(set(digits)) < 3 or int(digits[:2], 16) & 1 or digits.startswith(("00005e0053", "00005e00010")):
        return 0.1
    if digits.isdigit() and not near(scanned, start, end, _WORDS, 60, 20):
        return 0.3 if digits[0] == "0" else 0.5  # it may be something else in pairs of digits
    return 0.95


def _spoken_of(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Eight bytes, or twelve digits without signs between them: what else is written so needs a word."""
    digits = re.sub(r"[^0-9A-Fa-f]", "", match.group()).lower()
    if near(scanned, *match.span(), _WORDS, 24) and re.search("[0-9]", digits):
        yield Hit("personal.mac", *match.span(), min(0.8, _score(scanned, digits, *match.span())))


_BYTE = "[0-9A-Fa-f]{2}"

DETECTOR = Detector(
    name="mac",
    version="1",
    about=About(
        finds="Hardware addresses of network cards (MAC addresses).",
        how="Six bytes with colons, with hyphens, or in three groups of four; eight bytes or bare digits beside a "
        "word. Addresses of groups and of documentation are scored low.",
    ),
    patterns=(
        Pattern(
            expression=re.compile(
                rf"(?<![\w:.-]){_BYTE}(?:(?::{_BYTE}){{5}}|(?:-{_BYTE}){{5}})(?![\w-])(?!:[0-9A-Fa-f])"
                rf"|(?<![\w.:-])[0-9A-Fa-f]{{4}}\.[0-9A-Fa-f]{{4}}\.[0-9A-Fa-f]{{4}}(?![\w-])(?!\.[0-9A-Fa-f])",
                re.ASCII,
            ),
            confirm=_confirm, rule="six_bytes",
            says="The hardware address of a network card: six bytes, written as such addresses are.",
        ),
        Pattern(
            expression=re.compile(rf"(?<![\w:.-]){_BYTE}(?:[:-]?{_BYTE}){{5}}(?:[:-]{_BYTE}){{0,2}}(?![\w:-])",
            re.ASCII),
            confirm=_spoken_of, beside=_WORDS,
            rule="named",
            says="The hardware address of a network card: a word beside it says so.",
        ),
    ),
)  # fmt: skip
