"""Checksums of wallet addresses and numbers: base58check, bech32 (BIP 173, 350), EIP-55, and those of others."""

from base64 import b32decode
from binascii import crc_hqx
from collections.abc import Iterable
from hashlib import blake2b, sha256

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58 = {character: value for value, character in enumerate(_ALPHABET)}
_BECH32 = {character: value for value, character in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_CONSTANTS = (1, 0x2BC830A3)


def base58check(text: str) -> bytes | None:
    """The payload (version and data) of base58check `text`; None where its checksum is wrong."""
    number = 0
    for character in text:
        if character not in _BASE58:
            return None
        number = number * 58 + _BASE58[character]
    zeros = len(text) - len(text.lstrip("1"))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    payload, checksum = raw[:-4], raw[-4:]
    return payload if payload and sha256(sha256(payload).digest()).digest()[:4] == checksum else None


_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")


def luhn(digits: str) -> bool:
    """Whether the last of these digits (ASCII) is Luhn's check digit of the others (ISO/IEC 7812-1)."""
    raw = digits.encode("ascii")
    plain, doubled = raw[-1::-2], raw[-2::-2].translate(_DOUBLED)
    return (sum(plain) + sum(doubled) - ord("0") * len(raw)) % 10 == 0


_RIPPLE = str.maketrans("rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz", _ALPHABET)


def ripple(text: str) -> bytes | None:
    """The payload of an address that is base58check in the order of signs of the XRP Ledger."""
    return base58check(text.translate(_RIPPLE))


def base58(text: str) -> bytes | None:
    """The bytes of base58 `text`, without any checksum; None where another sign is in it."""
    number = 0
    for character in text:
        if character not in _BASE58:
            return None
        number = number * 58 + _BASE58[character]
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def ss58(text: str) -> bool:
    """Whether `text` is an account of Polkadot and its kin: a prefix, 32 bytes, and two bytes of BLAKE2b."""
    raw = base58(text)
    if raw is None or len(raw) not in (35, 36):
        return False
    return blake2b(b"SS58PRE" + raw[:-2]).digest()[:2] == raw[-2:]


def monero(text: str) -> bool:
    """Whether `text` is an address of Monero: eleven signs are eight bytes, the last four a Keccak sum."""
    raw = b""
    for at in range(0, len(text), 11):
        block = text[at : at + 11]
        size = {11: 8, 7: 5, 9: 6}.get(len(block))
        number = 0
        for character in block:
            if character not in _BASE58:
                return False
            number = number * 58 + _BASE58[character]
        if size is None or number >= 1 << 8 * size:
            return False
        raw += number.to_bytes(size, "big")
    return keccak_256(raw[:-4])[:4] == raw[-4:]


def strkey(text: str) -> bool:
    """Whether `text` is a key of Stellar: base32, the last two bytes a CRC-16 (XModem)."""
    try:
        raw = b32decode(text)
    except ValueError:
        return False
    return crc_hqx(raw[:-2], 0).to_bytes(2, "little") == raw[-2:]


_CASH = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)


def cashaddr(prefix: str, data: str) -> bool:
    """Whether `data` is an address of Bitcoin Cash under `prefix`: a BCH code of forty bits."""
    check = 1
    for value in (*(ord(letter) & 31 for letter in prefix), 0, *(_BECH32[sign] for sign in data)):
        top = check >> 35
        check = (check & 0x07FFFFFFFF) << 5 ^ value
        for bit, generator in enumerate(_CASH):
            if top >> bit & 1:
                check ^= generator
    return check == 1


def bech32(text: str) -> bool:
    """Whether `text` is bech32 or bech32m with a right checksum."""
    if text not in (text.lower(), text.upper()):
        return False
    prefix, _, data = text.lower().rpartition("1")
    if not prefix or len(data) < 6 or any(character not in _BECH32 for character in data):
        return False
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + [_BECH32[c] for c in data]
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            if top >> bit & 1:
                check ^= generator
    return check in _BECH32_CONSTANTS


def eip55(address: str) -> bool:
    """Whether the capitals of an Ethereum address (40 hex digits, without 0x) are right; all alike is."""
    if address in (address.lower(), address.upper()):
        return True
    digest = keccak_256(address.lower().encode()).hex()
    return all(
        letter.isdigit() or letter.isupper() == (int(nibble, 16) >= 8)
        for letter, nibble in zip(address, digest, strict=False)
    )


def keccak_256(data: bytes) -> bytes:
    """Keccak with the padding that Ethereum uses, which the later SHA-3 of FIPS 202 changed."""
    rate = 136
    padded = bytearray(data + b"\x01" + bytes(-(len(data) + 1) % rate))
    padded[-1] |= 0x80
    lanes = [0] * 25
    for offset in range(0, len(padded), rate):
        for lane in range(rate // 8):
            lanes[lane] ^= int.from_bytes(padded[offset + 8 * lane : offset + 8 * lane + 8], "little")
        lanes = _keccak_f(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def _rotated(value: int, bits: int) -> int:
    return (value << bits | value >> (64 - bits)) & 0xFFFFFFFFFFFFFFFF


def _rotations() -> list[tuple[int, int]]:
    """For each lane, where rho and pi take it and by how many bits it turns (FIPS 202, 3.2.2 and 3.2.3)."""
    steps, x, y = [(0, 0)] * 25, 1, 0
    for step in range(24):
        steps[x + 5 * y] = (y + 5 * ((2 * x + 3 * y) % 5), (step + 1) * (step + 2) // 2 % 64)
        x, y = y, (2 * x + 3 * y) % 5
    return steps


def _round_constants() -> list[int]:
    """The constants of iota, from its linear feedback shift register (FIPS 202, algorithm 5)."""
    register, constants = 1, []
    for _ in range(24):
        constant = 0
        for bit in range(7):
            if register & 1:
                constant |= 1 << ((1 << bit) - 1)
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return constants


_STEPS = _rotations()
_CONSTANTS = _round_constants()


def _keccak_f(lanes: list[int]) -> list[int]:
    for constant in _CONSTANTS:
        columns = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        parity = [columns[x - 1] ^ _rotated(columns[(x + 1) % 5], 1) for x in range(5)]
        moved = [0] * 25
        for lane, (target, bits) in enumerate(_STEPS):
            moved[target] = _rotated(lanes[lane] ^ parity[lane % 5], bits)
        lanes = [
            moved[i] ^ (~moved[i // 5 * 5 + (i + 1) % 5] & moved[i // 5 * 5 + (i + 2) % 5]) for i in range(25)
        ]
        lanes[0] ^= constant
    return lanes


def weighted(digits: str, weights: Iterable[int]) -> int:
    """The sum of digits times their weights."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
