"""Addresses of machines on the internet, IPv4 and IPv6, checked by `ipaddress`.

Private, loopback, documentation and other special ranges (RFC 6890) identify nobody, and neither do
public resolvers; version numbers have the same shape. They get a low score, which a policy may pass.
"""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network

from commonwheel.curate.scan import Hit, Pattern, Scanned, near, text_detector, words

_ADDRESS_WORDS = words(
    "ip", "ips", "ipv4", "ipv6", "address(?:es)?", "adresse", "dirección", "indirizzo", "endereço",
    "host", "server", "ping", "ssh", "client", "login", "log(?:ged|s)?", "адрес", "from", "remote", "inet",
)  # fmt: skip
_VERSION = re.compile(
    r"(?:\bv|\bver\.?|version|versión|versione|versão|release|build|firmware|driver|patch|section|chapter|"
    r"update[sd]?(?: to)?|upgraded? to|Chrome|Firefox|Safari|Edg|[a-z]{2,}[/=]|==|>=|<=|~=|\^|§)"
    r"[ :=]{0,2}$",
    re.IGNORECASE | re.ASCII,
)
_RESOLVERS = frozenset({"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "208.67.222.222", "4.2.2.2"})
_GLOBAL_UNICAST = IPv6Network("2000::/3")


def _version_4(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    start, end = match.span()
    try:
        address = IPv4Address(match.group())
    except AddressValueError:
        return
    yield Hit("personal.ip", start, end, _score_4(scanned, start, end, address))


def _score_4(scanned: Scanned, start: int, end: int, address: IPv4Address) -> float:
    if not address.is_global or address.is_multicast or str(address) in _RESOLVERS:
        return 0.1
    if _VERSION.search(scanned.text[max(0, start - 24) : start]):
        return 0.1
    if near(scanned, start, end, _ADDRESS_WORDS, 60, 30):
        return 0.95
    return 0.2 if max(address.packed) < 30 else 0.85


def _version_6(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    text = match.group()
    if text.endswith(":") and not text.endswith("::"):
        text = text[:-1]
    if text.count(":") < 2:
        return
    try:
        address = IPv6Address(text)
    except AddressValueError:
        return
    start, end = match.start(), match.start() + len(text)
    if address in _GLOBAL_UNICAST and address.is_global:
        score = 0.9 if len(text) > 8 or near(scanned, start, end, _ADDRESS_WORDS, 60) else 0.4
    elif address.is_reserved and "::" not in text:
        score = 0.7  # eight groups are an address, even one from a range that nobody was given yet
    else:
        score = 0.1
    yield Hit("personal.ip", start, end, score)


DETECTOR = text_detector(
    "ip",
    "1",
    [
        Pattern(
            expression=re.compile(r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w])(?!\.[0-9])", re.ASCII),
            confirm=_version_4,
            needs=(".",),
        ),
        Pattern(
            expression=re.compile(
                r"(?<![\w:.])(?:[0-9a-f]{1,4}:|::)[0-9a-f:]{1,38}(?:(?:\.[0-9]{1,3}){3})?(?![\w])",
                re.IGNORECASE | re.ASCII,
            ),
            confirm=_version_6,
            needs=(":",),
        ),
    ],
)
