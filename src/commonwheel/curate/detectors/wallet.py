"""Addresses of crypto wallets, taken where their checksum is right or, without one, where a word names them."""

import re
from collections.abc import Iterator

from commonwheel.curate import checksums
from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned, context, near

_BASE58_VERSIONS = {
    0x00: "bitcoin", 0x05: "bitcoin", 0x6F: "bitcoin test", 0xC4: "bitcoin test", 0x30: "litecoin",
    0x32: "litecoin", 0x3A: "litecoin test", 0x1E: "dogecoin", 0x16: "dogecoin", 0x71: "dogecoin test",
    0x41: "tron", 0x4C: "dash", 0x10: "dash", 0x8C: "dash test", 0x26: "bitcoin gold", 0x17: "bitcoin gold",
    0x3C: "komodo", 0x37: "peercoin", 0x14: "vertcoin",
}  # fmt: skip
"""First byte of a 21-byte payload, from the coins' own parameters."""
_LONGER_PREFIXES = {
    (0x1C, 0xB8): 22, (0x1C, 0xBD): 22, (0x06, 0xA1, 0x9F): 23, (0x06, 0xA1, 0xA1): 23, (0x06, 0xA1, 0xA4): 23,
    (0x02, 0x5A, 0x79): 23, (0x07, 0x3F): 22,
}  # fmt: skip
"""First bytes and length of payloads of Zcash, Tezos and Decred."""


def _base58(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if not (26 <= len(match.group()) <= 36 and match.group()[0] in "13mn2LMDAT9X7GtKPVd"):
        return
    payload = checksums.base58check(match.group())
    if payload is None or not any(payload[1:]):
        return
    one_byte = len(payload) == 21 and payload[0] in _BASE58_VERSIONS
    if one_byte or any(
        len(payload) == size and payload.startswith(bytes(p)) for p, size in _LONGER_PREFIXES.items()
    ):
        yield Hit("personal.wallet", *match.span(), 1.0)


def _ripple(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if not (match.group()[0] == "r" and len(match.group()) <= 35):
        return
    payload = checksums.ripple(match.group())
    if payload is not None and len(payload) == 21 and payload[0] == 0:
        yield Hit("personal.wallet", *match.span(), 1.0)


def _extended(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if match.group()[1:4] != "pub":
        return
    payload = checksums.base58check(match.group())
    if payload is not None and len(payload) == 78:
        yield Hit("personal.wallet", *match.span(), 1.0)


def _bech32(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if checksums.bech32(match.group()):
        yield Hit("personal.wallet", *match.span(), 1.0)


def _cash(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if checksums.cashaddr((match.group(1) or "bitcoincash").lower(), match.group(2).lower()):
        yield Hit("personal.wallet", *match.span(), 1.0)


def _ethereum(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    digits = match.group(1)
    if len(set(digits.lower())) > 4 and checksums.eip55(digits):
        yield Hit("personal.wallet", *match.span(), 1.0 if digits.lower() != digits != digits.upper() else 0.8)


def _polkadot(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if not (46 <= len(match.group()) <= 49):
        return
    if checksums.ss58(match.group()):
        yield Hit("personal.wallet", *match.span(), 0.95)


def _monero(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if not (match.group()[0] in "48" and len(match.group()) in (95, 106)):
        return
    if checksums.monero(match.group()):
        yield Hit("personal.wallet", *match.span(), 1.0)


def _stellar(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if checksums.strkey(match.group()):
        yield Hit("personal.wallet", *match.span(), 1.0)


_NAMED_CALLED = (
    "solana",
    "sol wallet",
    "sol address",
    "phantom",
    "spl",
    "sol",
    "solflare",
    "raydium",
    "near protocol",
)
_NAMED = context(*_NAMED_CALLED)
_DIGITS_AND_CASES = re.compile(r"(?=.{0,44}[0-9])(?=.{0,44}[a-z]).{0,44}[A-Z]", re.ASCII)


def _solana(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """A public key of 32 bytes, without a checksum."""
    if len(match.group()) > 44:
        return
    raw = checksums.base58(match.group())
    if raw is None or len(raw) != 32 or not _DIGITS_AND_CASES.match(match.group()):
        return
    if near(scanned, *match.span(), _NAMED, 60, 40):
        yield Hit("personal.wallet", *match.span(), 0.85)


_SIGNS = "[1-9A-HJ-NP-Za-km-z]"
_RUN = re.compile(rf"(?<!\w){_SIGNS}{{25,111}}(?!\w)", re.ASCII)
"""What all addresses in base58 are; which of them one is, is for its checksum to say."""
_BECH32 = "[02-9ac-hj-np-z]"
_CHAINS = (
    "bc|tb|bcrt|ltc|tltc|addr|addr_test|stake|stake_test|cosmos|osmo|juno|terra|secret|akash|celestia|inj|kava|"
    "sei|"
    "stars|evmos|axelar|dydx|noble|thor|zs|zc|bnb|one|erd|zil|iaa|band|regen|fetch|cro|persistence|agoric|umee"
)

DETECTOR = Detector(
    name="wallet",
    version="3",
    about=About(
        finds="Addresses of crypto wallets: Bitcoin in all forms and its extended public keys, Bitcoin Cash, "
        "Litecoin, Dogecoin, Dash, Zcash, Tron, Ethereum and its kin, XRP, Cardano, Cosmos and its kin, "
        "Polkadot and its kin, Monero, Stellar, Tezos, Solana.",
        how="By the checksum in the address (base58check, bech32, EIP-55, SS58, CRC-16, Keccak). Those of Solana "
        "have none and need a word.",
        misses="Addresses of other chains; those written without a checksum.",
    ),
    patterns=(
        Pattern(
            expression=_RUN,
            confirm=_base58, rule="base58",
            says="The address of a crypto wallet: its base58 checksum is right.",
        ),
        Pattern(
            expression=_RUN, confirm=_ripple, rule="xrp",
            says="An account of the XRP Ledger: its checksum is right.",
        ),
        Pattern(
            expression=_RUN,
            confirm=_extended, rule="extended",
            says="An extended public key, which holds all addresses of a wallet: its checksum is right.",
        ),
        Pattern(
            expression=re.compile(rf"(?<!\w)(?:{_CHAINS})1{_BECH32}{{8,110}}(?!\w)", re.IGNORECASE | re.ASCII),
            confirm=_bech32, rule="bech32",
            says="The address of a crypto wallet: its bech32 checksum is right.",
        ),
        Pattern(
            expression=re.compile(
                rf"(?<![\w:])(?:(bitcoincash|bchtest|ecash):)?([pq]{_BECH32}{{41}})(?!\w)",
                re.IGNORECASE | re.ASCII
            ),
            confirm=_cash, rule="cash",
            says="An address of Bitcoin Cash: its checksum is right.",
        ),
        Pattern(
            expression=re.compile(r"(?<!\w)0[xX]([0-9a-fA-F]{40})(?!\w)", re.ASCII),
            confirm=_ethereum, rule="ethereum",
            says="An address of Ethereum or its kin: forty hexadecimal digits, with capitals that are right.",
        ),
        Pattern(
            expression=_RUN, confirm=_polkadot,
            rule="ss58", says="An account of Polkadot or its kin: its checksum is right.",
        ),
        Pattern(
            expression=_RUN, confirm=_monero,
            rule="monero", says="An address of Monero: its checksum is right.",
        ),
        Pattern(
            expression=re.compile(r"(?<!\w)[GM][A-Z2-7]{55}(?:[A-Z2-7]{13})?(?!\w)", re.ASCII), confirm=_stellar,
            rule="stellar", says="An account of Stellar: its checksum is right.",
        ),
        Pattern(
            expression=_RUN, confirm=_solana,
            beside=context(*_NAMED_CALLED), rule="solana",
            says="An account of Solana: it is written like one, and a word beside it says so.",
        ),
    ),
)  # fmt: skip
