"""Addresses of machines on the internet, IPv4 and IPv6, checked by `ipaddress`.

Private, loopback, documentation and other special ranges (RFC 6890) identify nobody, and neither do
public resolvers; version numbers have the same shape. They get a low score, which a policy may pass.
"""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network

from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned, near, words

_ADDRESS_WORDS = words(
    "ip", "ips", "ipv4", "ipv6", "ip-adresse", "address(?:es)?", "adresse", "adres", "dirección", "indirizzo",
    "endereço",
    "host", "hostname", "server", "ping", "ssh", "client", "login", "log(?:ged|s)?", "адрес", "адреса", "from",
    "remote",
    "inet", "inet6", "gateway", "router", "traceroute", "whois", "dns", "x-forwarded-for", "x-real-ip", "proxy",
    "vpn",
    "firewall", "ban(?:ned)?", "block(?:ed)?", "connect(?:ed|ion)?", "http", "https", "ftp", "tcp", "udp",
    "addr", "src", "dst",
    "(?:本机)?ip地址", "アドレス", "주소",
)  # fmt: skip
_VERSION = re.compile(
    r"(?:\bv|\bver\.?|version|versión|versione|versão|wersja|версия|版本|バージョン|release|build|firmware|driver|patch|section|"
    r"chapter|clause|paragraph|figure|table|update[sd]?(?: to)?|upgraded? to|Chrome|Firefox|Safari|Edg|OID|oid|"
    r"[a-z]{2,}[/=]|==|>=|<=|~=|\^|§)"
    r"[ :=]{0,2}$",
    re.IGNORECASE | re.ASCII,
)
_URL = re.compile(r"://(?:[^\s/@]{1,64}@)?\[?$")
_RESOLVERS = frozenset(
    "8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 9.9.9.9 149.112.112.112 208.67.222.222 208.67.220.220 4.2.2.1 4.2.2.2 "
    "94.140.14.14 94.140.15.15 114.114.114.114 223.5.5.5 223.6.6.6 119.29.29.29 77.88.8.8 77.88.8.1".split()
)
_PREFIX = re.compile(r"/([0-9]{1,3})(?![0-9])")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NETWORK_4, _NETWORK_6 = 25, 57
"""A range with a shorter prefix than this is many people's."""


def _version_4(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    start, end = match.span()
    try:
        address = IPv4Address(match.group())
    except AddressValueError:
        return
    score = _score_4(scanned, start, end, address)
    yield Hit("personal.ip", start, end, min(score, 0.2) if _is_network(scanned, end, _NETWORK_4) else score)


def _is_network(scanned: Scanned, end: int, least: int) -> bool:
    prefix = _PREFIX.match(scanned.text, end)
    return prefix is not None and int(prefix[1]) < least


def _score_4(scanned: Scanned, start: int, end: int, address: IPv4Address) -> float:
    if not address.is_global or address.is_multicast or str(address) in _RESOLVERS:
        return 0.1
    before = scanned.text[max(0, start - 90) : start]
    if _URL.search(before):
        return 0.95
    if _VERSION.search(before[-24:]):
        return 0.1
    if near(scanned, start, end, _ADDRESS_WORDS, 60, 30):
        return 0.95
    large = sum(octet >= 32 for octet in address.packed)
    return (0.2, 0.5, 0.8, 0.85, 0.85)[large]


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
    mapped = address.ipv4_mapped or address.sixtofour
    if mapped is not None and "." in text:
        score = _score_4(scanned, start, end, mapped)
    elif _is_network(scanned, end, _NETWORK_6):
        score = 0.1
    elif address in _GLOBAL_UNICAST and address.is_global:
        score = 0.9 if len(text) > 8 or near(scanned, start, end, _ADDRESS_WORDS, 60) else 0.4
    elif address.is_reserved and "::" not in text:
        score = 0.7  # eight groups are an address, even one from a range that nobody was given yet
    else:
        score = 0.1
    yield Hit("personal.ip", start, end, score)


DETECTOR = Detector(
    name="ip",
    version="3",
    about=About(
        finds="Public addresses of machines on the internet, IPv4 and IPv6, also in URLs and with ports.",
        how="Read by the rules of both protocols. Private, reserved and documentation ranges, public resolvers, "
        "networks of many machines and what is called a version are scored low.",
        misses="Addresses written as one number, in octal or with leading zeros.",
    ),
    patterns=(
        Pattern(
            expression=re.compile(
                r"(?<![\w.+])(?<![Ff]{4}:)(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w])(?!\.[0-9])", re.ASCII
            ),
            confirm=_version_4, rule="v4",
            says="The address of a machine on the internet (IPv4), from a public range.",
        ),
        Pattern(
            expression=re.compile(
                r"(?<![\w:.])(?:[0-9a-f]{1,4}:[0-9a-f]{0,4}:|::)[0-9a-f:]{0,38}(?:(?:\.[0-9]{1,3}){3})?(?![\w])",
                re.IGNORECASE | re.ASCII,
            ),
            confirm=_version_6, rule="v6",
            says="The address of a machine on the internet (IPv6), from a public range.",
        ),
    ),
)  # fmt: skip
