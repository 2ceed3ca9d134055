"""Values that look like hidden ones and are nobody's: masks, and surrogates of the same format.

A surrogate is drawn from ranges that are set aside for examples, or fails the check that a real one
passes: e-mail at example.org (RFC 2606), addresses of RFC 5737, RFC 3849 and RFC 9542, telephone numbers
that regulators keep for fiction, cards and accounts with a wrong check, years in which nobody was born who
lives. Which one it is follows from a keyed digest, so that nobody can count back.
"""

import hashlib
import hmac
import re
import string
from collections.abc import Callable, Iterator
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from stdnum import luhn
from stdnum.iso7064 import mod_97_10

_SEPARATORS = frozenset(string.punctuation + string.whitespace + "\u2010\u2011\u2012\u2013\u2014")
_MASK = "•"


def masked(value: str) -> str:
    """`value` with a dot for everything but separators, as long as before."""
    return "".join(character if character in _SEPARATORS else _MASK for character in value)


def surrogate(kind: str, value: str, same: str, seed: bytes, attempt: int = 0) -> str | None:
    """A value of the same format that belongs to nobody; None where this kind or format has none.

    It follows from `same`, what equal values share, from `seed`, and from the number of the attempt.
    Raises ValueError without a seed, as anybody could then tell what it stands for.
    """
    if not seed:
        raise ValueError("a surrogate needs a secret seed")
    make = _MAKERS.get(kind)
    message = f"{kind}\0{same}\0{attempt}".encode("utf-8", "surrogatepass")
    return None if make is None else make(value, _Draw(hmac.digest(seed, message, hashlib.sha256)))


def surrogates_in(text: str) -> Iterator[tuple[int, int]]:
    """Where values stand that are in the ranges that surrogates are drawn from, of whatever kind."""
    for match in _SHAPES.finditer(text):
        if is_surrogate(match[0]):
            yield match.span()


def is_surrogate(value: str) -> bool:
    """Whether a value is in these ranges."""
    return any(known(value) for known in _KNOWN)


class _Draw:
    """Choices that follow from a digest."""

    def __init__(self, digest: bytes) -> None:
        self._left = int.from_bytes(digest)

    def below(self, bound: int) -> int:
        """A number from 0 to `bound` - 1."""
        self._left, chosen = divmod(self._left, bound)
        return chosen

    def digits(self, count: int) -> str:
        """So many digits."""
        return "".join(str(self.below(10)) for _ in range(count))


def _filled(value: str, digits: str) -> str | None:
    """`value` with these digits in place of its own; None where they are not as many."""
    if sum(map(_is_digit, value)) != len(digits):
        return None
    rest = iter(digits)
    return "".join(next(rest) if _is_digit(character) else character for character in value)


def _is_digit(character: str) -> bool:
    return character in string.digits


def _digits(value: str) -> str:
    return "".join(filter(_is_digit, value))


def _email(_value: str, draw: _Draw) -> str:
    return f"person-{''.join(_LETTERS[draw.below(len(_LETTERS))] for _ in range(6))}@example.org"


_LETTERS = "bcdfghjklmnpqrstvwxz"
"""That make no words; digits could be taken for a number."""
_EMAIL = re.compile(rf"person-[{_LETTERS}]{{6}}@example\.org")

_TEST_4 = tuple(map(IPv4Network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")))
_TEST_6 = IPv6Network("2001:db8::/32")


def _ip(value: str, draw: _Draw) -> str:
    if ":" in value:
        return f"2001:db8::{draw.below(1 << 16):x}:{1 + draw.below((1 << 16) - 1):x}"
    return str(_TEST_4[draw.below(len(_TEST_4))][1 + draw.below(254)])


def _is_test_ip(value: str) -> bool:
    try:
        address = ip_address(value)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        return address in _TEST_6
    return any(address in network for network in _TEST_4)


_TEST_MAC = "00005e0053"


def _mac(value: str, draw: _Draw) -> str | None:
    places = [at for at, character in enumerate(value) if character in string.hexdigits]
    if len(places) != 12:
        return None
    made = list(value)
    for at, digit in zip(places, f"{_TEST_MAC}{draw.below(256):02x}", strict=True):
        made[at] = digit.upper() if value.upper() == value else digit
    return "".join(made)


def _is_test_mac(value: str) -> bool:
    digits = "".join(filter(str.isalnum, value)).lower()
    return len(digits) == 12 and digits.startswith(_TEST_MAC)


_BEGINNINGS = {"44": "447700900", "33": "33639980", "49": "493023125"}
"""Of numbers for drama, three digits short: those of Ofcom, ARCEP and the Bundesnetzagentur."""
_AREAS = ("202", "212", "303", "312", "415", "512", "617", "702")
"""Some of those in which North America keeps 555-01xx for fiction."""
_FICTION = re.compile(rf"1?(?:{'|'.join(_AREAS)})55501[0-9]{{2}}|(?:{'|'.join(_BEGINNINGS.values())})[0-9]{{3}}")


def _phone(value: str, draw: _Draw) -> str:
    digits = _digits(value)
    for code, start in _BEGINNINGS.items():
        if value.startswith("+") and digits.startswith(code):
            number = start + draw.digits(3)
            return _filled(value, number) or f"+{number}"
    number = f"1{_AREAS[draw.below(len(_AREAS))]}55501{draw.digits(2)}"
    return _filled(value, number if digits[:1] == "1" else number[1:]) or f"+1 {number[1:4]}-555-{number[7:]}"


_TELEPHONE = re.compile(r"[0-9 +()./-]{7,30}")


def _is_fiction(value: str) -> bool:
    return _TELEPHONE.fullmatch(value) is not None and _FICTION.fullmatch(_digits(value)) is not None


def _card(value: str, draw: _Draw) -> str | None:
    length = len(_digits(value))
    number = "400000" + draw.digits(length - 7)
    return _filled(value, number + str((int(luhn.calc_check_digit(number)) + 1) % 10)) if length > 7 else None


_CARD = re.compile(r"400000[0-9]{6,13}")


def _is_wrong_card(value: str) -> bool:
    number = "".join(filter(str.isalnum, value))
    return _CARD.fullmatch(number) is not None and not luhn.is_valid(number)


def _iban(value: str, draw: _Draw) -> str | None:
    """The country's, with check digits that no account has (ISO 13616: 02 to 98), and a sum that fails."""
    places = [at for at, character in enumerate(value) if character.isalnum()]
    if not 15 <= len(places) <= 34:
        return None
    digits = draw.digits(len(places) - 4)
    if mod_97_10.is_valid(f"{digits}{value[places[0]]}{value[places[1]]}00".upper()):
        digits = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    made = list(value)
    for at, character in zip(places[2:], f"00{digits}", strict=True):
        made[at] = character
    return "".join(made)


_IBAN = re.compile(r"[A-Za-z]{2}00[0-9]{11,30}")


def _is_wrong_iban(value: str) -> bool:
    return _IBAN.fullmatch("".join(filter(str.isalnum, value))) is not None


_SOCIAL = re.compile(r"[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}")


def _national_id(value: str, draw: _Draw) -> str | None:
    """Of the form of the United States: area 000 is never given."""
    return _filled(value, "000" + draw.digits(6)) if _SOCIAL.fullmatch(value) else None


def _is_unused_id(value: str) -> bool:
    return _SOCIAL.fullmatch(value) is not None and value.startswith("000")


_FIRST = ("Alex", "Andrea", "Dominique", "Jona", "Kim", "Noa", "Robin", "Sascha")
_LAST = ("Beispiel", "Ejemplo", "Esempio", "Example", "Exemple", "Muster", "Sample", "Voorbeeld")


def _name(value: str, draw: _Draw) -> str:
    first, last = _FIRST[draw.below(len(_FIRST))], _LAST[draw.below(len(_LAST))]
    return f"{first} {last}" if len(value.split()) > 1 else last


def _is_example_name(value: str) -> bool:
    words = value.split()
    return words[-1:] != [] and words[-1] in _LAST and all(word in _FIRST for word in words[:-1])


_DATE = re.compile(r"(?:(?P<first>[0-9]{4})[./-])?[0-9]{1,2}[./-][0-9]{1,2}(?:[./-](?P<last>[0-9]{4}))?")


def _birth_date(value: str, draw: _Draw) -> str | None:
    match = _DATE.fullmatch(value)
    if match is None or (match["first"] is None) == (match["last"] is None):
        return None
    return re.sub(r"[0-9]+", lambda number: _part_of_date(number[0], draw), value)


def _part_of_date(number: str, draw: _Draw) -> str:
    if len(number) == 4:
        return f"190{draw.below(10)}"
    chosen = 1 + draw.below(12 if len(number) == 2 else 9)  # as good for a day as for a month
    return f"{chosen:0{len(number)}}"


def _is_long_ago(value: str) -> bool:
    return _DATE.fullmatch(value) is not None and any(part.startswith("190") for part in _years(value))


def _years(value: str) -> Iterator[str]:
    return (part for part in re.findall(r"[0-9]+", value) if len(part) == 4)


_MAKERS: dict[str, Callable[[str, _Draw], str | None]] = {
    "personal.email": _email,
    "personal.ip": _ip,
    "personal.mac": _mac,
    "personal.phone": _phone,
    "personal.card": _card,
    "personal.iban": _iban,
    "personal.national_id": _national_id,
    "personal.name": _name,
    "personal.birth_date": _birth_date,
}
SURROGATE_KINDS = tuple(_MAKERS)
"""Kinds that surrogates exist for; of others a placeholder takes the place."""


def _spaced(digits: str, more: str) -> str:
    """These digits, and then so many more, however they are grouped."""
    gap = "[ ()./-]{0,2}"
    return rf"{gap.join(digits)}(?:{gap}[0-9]){more}"


_SHAPES = re.compile(
    r"(?<![0-9A-Za-z@])(?:"
    + "|".join(
        (
            _EMAIL.pattern,
            r"(?:192\.0\.2|198\.51\.100|203\.0\.113)\.[0-9]{1,3}",
            r"2001:db8::[0-9a-f]{1,4}:[0-9a-f]{1,4}",
            r"[:.-]?".join(_TEST_MAC) + r"(?:[:.-]?[0-9a-fA-F]){2}",
            *(
                rf"[+(]{{0,2}}(?:{_spaced('1', '{0}')}[ ()./-]{{0,2}})?{_spaced(area + '55501', '{2}')}"
                for area in _AREAS
            ),
            *(rf"\+?{_spaced(start, '{3}')}" for start in _BEGINNINGS.values()),
            _spaced("400000", "{6,13}"),
            r"[A-Za-z]{2}[ -]?00(?:[ -]?[0-9]){11,30}",
            r"000[- ]?[0-9]{2}[- ]?[0-9]{4}",
            rf"(?:(?:{'|'.join(_FIRST)}) )?(?:{'|'.join(_LAST)})",
            r"190[0-9][./-][0-9]{1,2}[./-][0-9]{1,2}|[0-9]{1,2}[./-][0-9]{1,2}[./-]190[0-9]",
        )
    )
    + r")(?![0-9A-Za-z@])",
    re.IGNORECASE,
)
"""Wherever a surrogate may stand; `is_surrogate` says whether one does."""

_KNOWN: tuple[Callable[[str], bool], ...] = (
    lambda value: _EMAIL.fullmatch(value) is not None,
    _is_test_ip,
    _is_test_mac,
    _is_fiction,
    _is_wrong_card,
    _is_wrong_iban,
    _is_unused_id,
    _is_example_name,
    _is_long_ago,
)
