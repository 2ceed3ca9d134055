"""Cards, IBANs, bank accounts and wallets, with checksums computed here."""

from collections.abc import Iterator
from hashlib import sha256
from random import Random

import stdnum.iban
from stdnum import numdb

from evaluate.samples import Sample
from evaluate.world.filling import DIGITS, HEX, UPPER, filled, seeded, some

CARDS = (
    ("Visa", ("4",), 16),
    ("Mastercard", ("51", "52", "53", "54", "55", "2221", "2450", "2699", "2720"), 16),
    ("American Express", ("34", "37"), 15),
    ("Discover", ("6011", "65", "644"), 16),
    ("JCB", ("3528", "3589"), 16),
    ("Diners", ("36", "38", "300"), 14),
    ("UnionPay", ("62",), 16),
)
"""Scheme, how its numbers begin, and how long they are."""

_CARD_TEXTS = (
    "My card number is {card}, expires 04/29.",
    "Please charge {card}.",
    "Karte: {card}",
    "J'ai payé avec la carte {card} hier.",
    "{card}",
    "pago con tarjeta {card} a nombre de Ana",
)
_IBAN_TEXTS = (
    "IBAN: {iban}",
    "Bitte auf {iban} überweisen.",
    "Please send it to {iban} by Friday.",
    "Mon compte est le {iban}, merci.",
    "{iban}",
)


def cards() -> Iterator[Sample]:
    """Valid numbers of each scheme, and numbers as long whose check digit is wrong."""
    random = seeded("cards")
    for scheme, beginnings, length in CARDS:
        for beginning in beginnings * (3 if len(beginnings) < 3 else 1):
            number = _with_luhn(beginning + some(random, DIGITS, length - len(beginning) - 1))
            for written in (number, _grouped(number, " "), _grouped(number, "-")):
                card = ("personal.card", written)
                yield filled(random.choice(_CARD_TEXTS), f"card {scheme}", card=card)
            wrong = number[:-1] + str((int(number[-1]) + random.randint(1, 9)) % 10)
            yield filled("The parcel {card} is on its way.", f"no card {scheme}", card=wrong)


def _with_luhn(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def _grouped(number: str, separator: str) -> str:
    sizes = (4, 6, 5) if len(number) == 15 else (4, 6, 4) if len(number) == 14 else (4, 4, 4, 4)
    groups, at = [], 0
    for size in sizes:
        groups.append(number[at : at + size])
        at += size
    return separator.join(groups)


def ibans() -> Iterator[Sample]:
    """Two IBANs of each country in the registry, compact and in groups; and one with a wrong checksum."""
    random = seeded("ibans")
    for country, shape in sorted(_registry().items()):
        numbers = [_iban(random, country, shape) for _ in range(2)]
        for number in numbers:
            groups = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
            for written in (number, groups):
                iban = ("personal.iban", written)
                yield filled(random.choice(_IBAN_TEXTS), f"iban {country}", iban=iban)
        wrong = numbers[0][:2] + f"{(int(numbers[0][2:4]) + 1) % 97:02}" + numbers[0][4:]
        yield filled("Lot {iban} was sold.", f"no iban {country}", iban=wrong)


def _registry() -> dict[str, str]:
    """The shape of each country's account numbers: `8!n16!c` and so on."""
    return {country: facts["bban"] for _, country, _, facts, _ in numdb.get("iban").prefixes if "bban" in facts}


def _iban(random: Random, country: str, shape: str) -> str:
    """One that passes the country's own checks too, where it has any."""
    while True:
        body = "".join(some(random, alphabet, length) for alphabet, length in _pieces(shape))
        moved = "".join(str(int(character, 36)) for character in f"{body}{country}00")
        number = f"{country}{98 - int(moved) % 97:02}{body}"
        if stdnum.iban.is_valid(number):
            return number


def _pieces(shape: str) -> Iterator[tuple[str, int]]:
    alphabets = {"n": DIGITS, "a": UPPER, "c": DIGITS + UPPER}
    length = ""
    for character in shape:
        if character.isdigit():
            length += character
        elif character in alphabets:
            yield alphabets[character], int(length)
            length = ""


ACCOUNTS = (
    ("US", "Account number {account}, routing number {rest}.", 10, "021000021"),
    ("US", "routing {rest}, checking account # {account}", 9, "011401533"),
    ("GB", "Sort code {rest}, account number {account}", 8, "20-00-00"),
    ("DE", "Kontonummer {account}, BLZ {rest}", 10, "370 400 44"),
    ("FR", "Mon numéro de compte est {account} (agence {rest})", 11, "00123"),
    ("ES", "Número de cuenta: {account}, oficina {rest}", 10, "2100"),
    ("IT", "Conto corrente n. {account}, ABI {rest}", 12, "03069"),
    ("BR", "Agência {rest}, conta corrente {account}", 8, "1234"),
    ("IN", "Bank A/c no. {account}, IFSC {rest}", 12, "HDFC0001234"),
    ("JP", "口座番号 {account} 支店 {rest}", 7, "001"),
)
"""Country, a sentence, how many digits the account has, and what stands beside it."""


def accounts() -> Iterator[Sample]:
    """Bank accounts in the ways of countries without IBAN, or before it."""
    random = seeded("accounts")
    for country, template, length, rest in ACCOUNTS:
        for _ in range(3):
            account = ("personal.bank_account", some(random, "123456789", length))
            yield filled(template, f"account {country}", account=account, rest=rest)


_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_WALLET_TEXTS = ("Send it to {wallet} please.", "{wallet}", "My address: {wallet}", "spende an {wallet}")


def wallets() -> Iterator[Sample]:
    """Addresses with right checksums, and the same with one character changed."""
    random = seeded("wallets")
    base58 = {"Bitcoin": 0x00, "Bitcoin script": 0x05, "Litecoin": 0x30, "Dogecoin": 0x1E, "Tron": 0x41}
    for _ in range(5):
        made = {name: _base58check(bytes([version]) + random.randbytes(20)) for name, version in base58.items()}
        made["Bitcoin segwit"] = _segwit(random, "bc", 0, 20)
        made["Bitcoin script segwit"] = _segwit(random, "bc", 0, 32)
        made["Bitcoin taproot"] = _segwit(random, "bc", 1, 32)
        made["Litecoin segwit"] = _segwit(random, "ltc", 0, 20)
        for name, address in made.items():
            wallet = ("personal.wallet", address)
            yield filled(random.choice(_WALLET_TEXTS), f"wallet {name}", wallet=wallet)
            yield filled("Block {wallet} was built.", f"no wallet {name}", wallet=_spoiled(random, address))
        ether = ("personal.wallet", "0x" + some(random, HEX, 40))
        yield filled("My ETH wallet is {wallet}", "wallet Ethereum", wallet=ether)


def _base58check(payload: bytes) -> str:
    raw = payload + sha256(sha256(payload).digest()).digest()[:4]
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def _segwit(random: Random, prefix: str, version: int, length: int) -> str:
    bits = int.from_bytes(random.randbytes(length), "big")
    width = -(-length * 8 // 5)
    bits <<= width * 5 - length * 8
    values = [version] + [bits >> 5 * place & 31 for place in reversed(range(width))]
    high_and_low = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod(high_and_low + values + [0] * 6) ^ (0x2BC830A3 if version else 1)
    values += [check >> 5 * place & 31 for place in reversed(range(6))]
    return prefix + "1" + "".join(_BECH32[value] for value in values)


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator * (top >> bit & 1)
    return check


def _spoiled(random: Random, address: str) -> str:
    place = random.randrange(len(address) // 2, len(address))
    return address[:place] + ("2" if address[place] != "2" else "3") + address[place + 1 :]
