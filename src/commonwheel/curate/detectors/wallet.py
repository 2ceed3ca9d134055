"""Addresses of crypto wallets, taken only where their checksum is right."""

import re
from collections.abc import Iterator

from commonwheel.curate.checksums import base58check, bech32, eip55
from commonwheel.curate.scan import Hit, Pattern, Scanned, text_detector

_BASE58_VERSIONS = {
    0x00: "bitcoin", 0x05: "bitcoin", 0x6F: "bitcoin test", 0xC4: "bitcoin test", 0x30: "litecoin",
    0x32: "litecoin",
    0x1E: "dogecoin", 0x16: "dogecoin", 0x41: "tron", 0x4C: "dash", 0x10: "dash",
}  # fmt: skip
"""First byte of a 21-byte payload, from the coins' own parameters."""


def _base58(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    payload = base58check(match.group())
    if payload is not None and len(payload) == 21 and payload[0] in _BASE58_VERSIONS and any(payload[1:]):
        yield Hit("personal.wallet", *match.span(), 1.0)


def _segwit(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if bech32(match.group()):
        yield Hit("personal.wallet", *match.span(), 1.0)


def _ethereum(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    digits = match.group(1)
    if len(set(digits.lower())) > 4 and eip55(digits):
        yield Hit("personal.wallet", *match.span(), 1.0 if digits.lower() != digits != digits.upper() else 0.8)


DETECTOR = text_detector(
    "wallet",
    "1",
    [
        Pattern(
            expression=re.compile(r"(?<!\w)[13mn2LMDAT9X7][1-9A-HJ-NP-Za-km-z]{25,34}(?!\w)", re.ASCII),
            confirm=_base58,
        ),
        Pattern(
            expression=re.compile(r"(?<!\w)(?:bc|tb|ltc)1[02-9ac-hj-np-z]{8,87}(?!\w)", re.IGNORECASE | re.ASCII),
            confirm=_segwit,
            needs=("bc1", "tb1", "ltc1"),
        ),
        Pattern(
            expression=re.compile(r"(?<!\w)0[xX]([0-9a-fA-F]{40})(?!\w)", re.ASCII),
            confirm=_ethereum,
            needs=("0x",),
        ),
    ],
)
