"""Checks of numbers of people that `stdnum` does not have, from what the states publish about them.

Each takes the number as written in capitals, without its separators, and says whether it is right.
"""

from collections.abc import Callable, Iterable
from datetime import date

from stdnum import verhoeff

from commonwheel.curate import checksums
from commonwheel.curate.checksums import weighted


def luhn(number: str) -> bool:
    """The last of the leading digits is the Luhn check digit of those before it."""
    digits = number.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return digits.isdigit() and checksums.luhn(digits)


def is_date(year: str, month: str, day: str) -> bool:
    """Whether two digits of a year, a month and a day may be a date in one of the last centuries."""
    try:
        date(2000 + int(year) % 100, int(month), int(day))
    except ValueError:
        return False
    return True


def british_insurance(number: str) -> bool:
    """A prefix that is given out."""
    return number[:2] not in ("BG", "GB", "NK", "KN", "TN", "NT", "ZZ")


def german_pension(number: str) -> bool:
    """Two digits of the insurer, the birth, a letter, a serial, and a check over the sums of digits."""
    spelled = f"{number[:8]}{ord(number[8]) - 64:02}{number[9:11]}"
    products = (
        int(digit) * weight for digit, weight in zip(spelled, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True)
    )
    return sum(map(_digit_sum, products)) % 10 == int(number[11])


def german_health(number: str) -> bool:
    """The letter by its place in the alphabet, then every second digit doubled."""
    spelled = f"{ord(number[0]) - 64:02}{number[1:9]}"
    products = (int(digit) * (1 + place % 2) for place, digit in enumerate(spelled))
    return sum(map(_digit_sum, products)) % 10 == int(number[9])


def spanish_insurance(number: str) -> bool:
    """The last two digits are the rest of the others divided by 97."""
    province, serial = int(number[:2]), int(number[2:10])
    whole = serial + province * 10_000_000 if serial < 10_000_000 else int(number[:10])
    return whole % 97 == int(number[10:])


def portuguese_insurance(number: str) -> bool:
    """Weights are the primes from 29 down."""
    return 9 - weighted(number[:10], (29, 23, 19, 17, 13, 11, 7, 5, 3, 2)) % 10 == int(number[10])


def luxembourgish(number: str) -> bool:
    """Two check digits over the same eleven: Luhn's, and Verhoeff's."""
    first = number[:11]
    return checksums.luhn(number[:12]) and verhoeff.is_valid(first + number[12])


def polish_card(number: str) -> bool:
    """Letters count from 10 on; the fourth sign is the check digit."""
    values = [int(sign, 36) for sign in number]
    return sum(value * weight for value, weight in zip(values, (7, 3, 1, 9, 7, 3, 1, 7, 3), strict=True)) % 10 == 0


def hungarian_taj(number: str) -> bool:
    """Weights 3 and 7 in turn, modulo 10."""
    return weighted(number[:8], (3, 7) * 4) % 10 == int(number[8])


def hungarian_tax(number: str) -> bool:
    """Weights 1 to 9, modulo 11."""
    return weighted(number[:9], range(1, 10)) % 11 == int(number[9])


def latvian(number: str) -> bool:
    """Those with a birth have a date; those since 2017 begin with 32. Both have the same check."""
    if not (number.startswith("32") or is_date(number[4:6], number[2:4], number[:2])):
        return False
    return (1101 - weighted(number[:10], (1, 6, 3, 7, 9, 10, 5, 8, 4, 2))) % 11 % 10 == int(number[10])


def russian_insurance(number: str) -> bool:
    """Weights 9 to 1, modulo 101, of which 100 is written 00."""
    return weighted(number[:9], range(9, 0, -1)) % 101 % 100 == int(number[9:])


def moldovan(number: str) -> bool:
    """Weights 7, 3, 1, modulo 10."""
    return weighted(number[:12], (7, 3, 1) * 4) % 10 == int(number[12])


def brazilian_pis(number: str) -> bool:
    """Weights 3, 2, then 9 to 2, modulo 11."""
    return (11 - weighted(number[:10], (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) % 11) % 11 % 10 == int(number[10])


def brazilian_health(number: str) -> bool:
    """Weights 15 to 1, modulo 11."""
    return weighted(number, range(15, 0, -1)) % 11 == 0


def uruguayan_card(number: str) -> bool:
    """Weights 2, 9, 8, 7, 6, 3, 4, modulo 10."""
    return -weighted(number[:7], (2, 9, 8, 7, 6, 3, 4)) % 10 == int(number[7])


def guatemalan_card(number: str) -> bool:
    """Weights 2 to 9, modulo 11; then one of 22 departments."""
    return weighted(number[:8], range(2, 10)) % 11 == int(number[8]) and 1 <= int(number[9:11]) <= 22


def salvadoran_card(number: str) -> bool:
    """Weights 9 to 2, modulo 10."""
    return -weighted(number[:8], range(9, 1, -1)) % 10 == int(number[8])


def hong_kong(number: str) -> bool:
    """Two letters count from 10 on, or one after a space that counts 36; weights 9 to 1, modulo 11."""
    signs = number if number[1].isalpha() else f" {number}"
    values = [36 if sign == " " else int(sign, 36) for sign in signs]
    return sum(value * weight for value, weight in zip(values, range(9, 0, -1), strict=True)) % 11 == 0


_TAIWANESE = dict(zip("ABCDEFGHJKLMNPQRSTUVXYWZIO", range(10, 36), strict=True))


def taiwanese(number: str) -> bool:
    """The letter stands for two digits, by the county in which it was given first."""
    letter = _TAIWANESE[number[0]]
    return (letter // 10 + letter % 10 * 9 + weighted(number[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0


def korean(number: str) -> bool:
    """A birth: since 2020 there is no check digit any more."""
    return is_date(number[:2], number[2:4], number[4:6]) and number[6] != "0"


_SINGAPOREAN = {"S": (0, "JZIHGFEDCBA"), "T": (4, "JZIHGFEDCBA"), "F": (0, "XWUTRQPNMLK"), "G": (4, "XWUTRQPNMLK"),
                "M": (3, "XWUTRQPNJLK")}  # fmt: skip


def singaporean(number: str) -> bool:
    """The letter at the end by the rest modulo 11, in an order of each series."""
    added, letters = _SINGAPOREAN[number[0]]
    rest = (added + weighted(number[1:8], (2, 7, 6, 5, 4, 3, 2))) % 11
    return letters[10 - rest if number[0] == "M" else rest] == number[8]


def sri_lankan(number: str) -> bool:
    """The day of the year of a birth; women's is 500 higher."""
    day = int(number[2:5] if len(number) == 10 else number[4:7])
    return 1 <= (day - 500 if day > 500 else day) <= 366


def vietnamese(number: str) -> bool:
    """Twelve digits begin with a province; the older nine have no more to check."""
    return len(number) == 9 or 1 <= int(number[:3]) <= 96


def kazakh(number: str) -> bool:
    """A birth; weights 1 to 11, or 3 to 11, 1, 2 where that gives 10."""
    check = weighted(number[:11], range(1, 12)) % 11
    if check == 10:
        check = weighted(number[:11], (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11
    return check == int(number[11]) and is_date(number[:2], number[2:4], number[4:6])


def iranian(number: str) -> bool:
    """Weights 10 to 2, modulo 11; not ten times the same."""
    rest = weighted(number[:9], range(10, 1, -1)) % 11
    return len(set(number)) > 1 and int(number[9]) == (rest if rest < 2 else 11 - rest)


def kuwaiti(number: str) -> bool:
    """A birth, and weights modulo 11."""
    rest = 11 - weighted(number[:11], (2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11
    return rest == int(number[11]) and is_date(number[1:3], number[3:5], number[5:7])


def egyptian(number: str) -> bool:
    """A birth, and one of the governorates."""
    return is_date(number[1:3], number[3:5], number[5:7]) and (1 <= int(number[7:9]) <= 35 or number[7:9] == "88")


def australian_health(number: str) -> bool:
    """Weights 1, 3, 7, 9 in turn, modulo 10."""
    return weighted(number[:8], (1, 3, 7, 9) * 2) % 10 == int(number[8])


def new_zealand_health(number: str) -> bool:
    """Letters without I and O count from 1 on; weights 7 to 2, modulo 11, or 24 in the newer form."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    values = [letters.index(sign) + 1 if sign.isalpha() else int(sign) for sign in number]
    total = sum(value * weight for value, weight in zip(values[:6], range(7, 1, -1), strict=True))
    if number[6].isalpha():
        return 24 - total % 24 == values[6]
    return total % 11 != 0 and (11 - total % 11) % 10 == values[6]


def _digit_sum(value: int) -> int:
    return value // 10 + value % 10


_ALL: Iterable[Callable[[str], bool]] = (
    luhn, british_insurance, german_pension, german_health, spanish_insurance, portuguese_insurance, luxembourgish,
    polish_card, hungarian_taj, hungarian_tax, latvian, russian_insurance, moldovan, brazilian_pis,
    brazilian_health,
    uruguayan_card, guatemalan_card, salvadoran_card, hong_kong, taiwanese, korean, singaporean, sri_lankan,
    vietnamese, kazakh, iranian, kuwaiti, egyptian, australian_health, new_zealand_health,
)  # fmt: skip
FORMULAS: dict[str, Callable[[str], bool]] = {formula.__name__: formula for formula in _ALL}
"""By their names, as rows call them."""
