"""Keys to money: private keys of wallets, by their checksum, and the words from which a wallet is restored."""

import re
from collections.abc import Iterator

from commonwheel.curate.checksums import base58check
from commonwheel.curate.placeholders import is_placeholder
from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned, context, near


def _wallet_key(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    payload = base58check(match.group())
    if payload and payload[0] in (0x80, 0xEF, 0xB0) and len(payload) in (33, 34):
        yield Hit("credential.wallet_key", *match.span(), 1.0)


def _extended_key(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if base58check(match.group()):
        yield Hit("credential.wallet_key", *match.span(), 1.0)


_WALLET = context(
    "private key", "privatekey", "private_key", "priv_key", "privkey", "wallet", "metamask", "ethereum", "bitcoin",
    "privater schlüssel", "clé privée", "clave privada", "chave privada", "приватный ключ", "私钥", "秘密鍵",
)  # fmt: skip


def _raw_key(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    value = match.group("secret")
    if not is_placeholder(value) and near(scanned, match.start(), match.end(), _WALLET, before=60):
        yield Hit("credential.wallet_key", *match.span("secret"), 0.8)


_PHRASE = context(
    "seed phrase", "recovery phrase", "secret phrase", "backup phrase", "mnemonic", "seed words", "recovery words",
    "backup words", "wallet words", "bip39", "bip-39", "passphrase", "secret recovery", "24 words", "12 words",
    "wiederherstellungsphrase", "wiederherstellungswörter", "seed-phrase", "phrase de récupération",
    "phrase secrète",
    "frase semilla", "frase de recuperación", "frase de recuperação", "frase di recupero", "frase seed",
    "herstelzin", "сид-фраза", "сид фраза", "мнемоническая", "助记词", "シードフレーズ", "니모닉",
)  # fmt: skip
_COMMON = frozenset(
    "the and for with are was have has not but his her from our who how did does its into were been than them "
    "their these those which your because please could would should".split()
)
"""Words of prose that are on no list of BIP 39."""
_LENGTHS = frozenset({12, 15, 18, 21, 24, 25})
_WORD = r"(?:[0-9]{1,2}[.):]?\s{1,3})?[a-z]{3,8}"


def _phrase(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """As many words as a list of BIP 39 gives, none of them one that no list has."""
    words = re.findall("[a-z]{3,8}", match.group())
    if len(words) not in _LENGTHS or _COMMON.intersection(words) or len(set(words)) < len(words) * 2 // 3:
        return
    if near(scanned, match.start(), match.end(), _PHRASE, before=120, after=60):
        yield Hit("credential.seed_phrase", *match.span(), 0.9)


DETECTOR = Detector(
    name="wallet_key",
    version="3",
    about=About(
        finds="private keys of wallets and the words that restore one",
        how="Keys in base58 by their checksum; 64 hexadecimal digits and 12 to 25 lower-case words by the words "
        "before them, in 13 languages.",
        misses="phrases in other languages than those with Latin letters",
    ),
    patterns=(
        Pattern(
            expression=re.compile(r"(?<!\w)[5KLc9T6Q][1-9A-HJ-NP-Za-km-z]{50,51}(?!\w)", re.ASCII),
            confirm=_wallet_key,
            rule="wif",
            says="The private key of a wallet: its checksum is right.",
        ),
        Pattern(
            expression=re.compile(r"(?<!\w)[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{100,112}(?!\w)", re.ASCII),
            confirm=_extended_key,
            rule="extended",
            says="The private key of a whole wallet: its checksum is right.",
        ),
        Pattern(
            expression=re.compile(r"(?<![0-9A-Za-z])(?P<secret>(?:0x)?[0-9a-fA-F]{64})(?![0-9A-Za-z])", re.ASCII),
            confirm=_raw_key,
            rule="raw",
            says="Sixty-four hexadecimal digits after words that announce a private key.",
            beside=_WALLET,
        ),
        Pattern(
            expression=re.compile(rf"(?<![A-Za-z]){_WORD}(?:[ ,\n]{{1,3}}{_WORD}){{11,24}}(?![A-Za-z])", re.ASCII),
            confirm=_phrase,
            rule="phrase",
            says="The words from which a wallet is restored, as the words beside them say.",
            beside=_PHRASE,
        ),
    ),
)
"""See the module."""
