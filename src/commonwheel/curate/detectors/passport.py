"""Numbers of passports beside a word that names them, and machine-readable zones by their checks (ICAO 9303)."""

import re
from collections.abc import Iterator

from commonwheel.curate.nearby import CODE, around, named
from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned, context

_CALLED = (
    "passport", "passports", "passport no", "passport number", "pp no", "travel document", "reisepass", "pass-nr",
    "passnummer", "passnr", "pass nr", "reisepassnummer", "passeport", "n° de passeport", "pasaporte",
    "passaporto",
    "passaporte", "paspoort", "paspoortnummer", "paszport", "paszportu", "pas nr", "passi", "passin numero",
    "pass nummer",
    "passet", "passnummer", "cestovní pas", "pasu", "pasul", "pașaport", "pașaportului", "útlevél", "útlevélszám",
    "διαβατήριο", "διαβατηρίου", "паспорт", "паспорта", "паспортные", "загранпаспорт", "загранпаспорта",
    "закордонний",
    "pasaport", "putovnica", "putovnice", "pasoš", "pasoša", "pasaport no", "paspor", "pasport", "hộ chiếu",
    "หนังสือเดินทาง", "护照", "護照", "パスポート", "旅券", "여권", "جواز", "جواز السفر", "پاسپورت", "گذرنامه",
    "דרכון",
    "पासपोर्ट", "পাসপোর্ট",
)  # fmt: skip
_WORDS = context(*_CALLED)
_DIGIT = re.compile(r"[0-9]")
_NOT_ONE = re.compile(r"(?:19|20)[0-9]{6}$|[0-9]*0{5}$", re.ASCII)
_WEIGHTS = (7, 3, 1)


def _beside(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    for found in around(scanned, match, _SHAPE):
        start, end = found.span()
        number = found.group()
        digits = len(_DIGIT.findall(number))
        enough = digits >= 5 or (digits >= 3 and number.isupper())
        if enough and not _NOT_ONE.match(number) and named(scanned, start, end, _WORDS, 40, 24):
            yield Hit("personal.passport", start, end, 0.9 if number[0].isalpha() or digits >= 7 else 0.7)


def _check(field: str, digit: str) -> bool:
    """ICAO 9303, part 3, 4.9: letters count from 10 on, `<` is 0; weights 7, 3, 1; modulo 10."""
    values = (0 if sign == "<" else int(sign, 36) for sign in field)
    total = sum(value * _WEIGHTS[place % 3] for place, value in enumerate(values))
    return digit == str(total % 10) or (digit == "<" and total == 0)


def _two_lines(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Passports (two lines of 44) and visas or cards of two lines."""
    line = match.group("line")
    if _check(line[:9], line[9]) and _check(line[13:19], line[19]) and _check(line[21:27], line[27]):
        yield Hit("personal.passport", *match.span(), 1.0)


def _three_lines(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Cards of three lines of 30."""
    first, second = match.group("first"), match.group("second")
    if _check(first[5:14], first[14]) and _check(second[:6], second[6]) and _check(second[8:14], second[14]):
        yield Hit("personal.passport", *match.span(), 1.0)


_FIRST_LINE = r"(?:[PVIAC][A-Z<][A-Z<]{3}[A-Z<]{31,39}[ \t]{0,4}\r?\n[ \t]{0,4})?"

_SHAPE = re.compile(
    r"(?<![\w+])(?<![0-9][.,/-])(?:(?:[A-Z]{1,3}|(?-i:[A-Z]{1,3})[ -])[0-9]{5,9}[A-Z]?|"
    r"[A-Z]{1,2}[0-9][A-Z0-9]{6,7}|"
    r"[0-9]{6,10}|[0-9]{2}[A-Z]{2}[0-9]{5}|[0-9]{2} ?[0-9]{2} ?(?:№ ?)?[0-9]{6}|[0-9]{2} (?:№ ?)?[0-9]{7}|"
    r"[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}|"
    r"[A-Z]{2}[A-Z0-9]{6}[0-9])(?![\w%])(?![.,/-][0-9])",
    re.ASCII | re.IGNORECASE,
)

DETECTOR = Detector(
    name="passport",
    version="1",
    about=About(
        finds="Numbers of passports, and the machine-readable zones of passports and identity cards.",
        how="A number is taken beside a word for a passport, in some thirty-five languages; a machine-readable "
        "zone by its own check digits (ICAO 9303), without any word.",
        misses="Numbers that nothing near by names.",
    ),
    patterns=(
        Pattern(
            expression=CODE,
            confirm=_beside, beside=context(*_CALLED), rule="named",
            says="A passport number: it is written like one, and a word for a passport stands beside it.",
        ),
        Pattern(
            expression=re.compile(
                rf"(?<![A-Z0-9<]){_FIRST_LINE}"
                r"(?P<line>[A-Z0-9<]{9}[0-9][A-Z<]{3}[0-9]{6}[0-9][MFX<][0-9]{6}[0-9](?:[A-Z0-9<]{16}|[A-Z0-9<]{8}))"
                r"(?![A-Z0-9<])",
                re.ASCII,
            ),
            confirm=_two_lines, rule="zone",
            says="The machine-readable zone of a passport: its check digits are right.",
        ),
        Pattern(
            expression=re.compile(
                r"(?<![A-Z0-9<])(?P<first>[ACI][A-Z<][A-Z<]{3}[A-Z0-9<]{9}[0-9<][A-Z0-9<]{15})"
                r"[ \t]{0,4}\r?\n[ \t]{0,4}"
                r"(?P<second>[0-9]{6}[0-9][MFX<][0-9]{6}[0-9][A-Z<]{3}[A-Z0-9<]{11}[0-9])"
                r"(?:[ \t]{0,4}\r?\n[ \t]{0,4}[A-Z<]{30})?(?![A-Z0-9<])",
                re.ASCII,
            ),
            confirm=_three_lines, rule="card_zone",
            says="The machine-readable zone of an identity card: its check digits are right.",
        ),
    ),
)  # fmt: skip
