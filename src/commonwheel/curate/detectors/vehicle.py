"""License plates beside a word that names them, and vehicle identification numbers (ISO 3779)."""

import re
from collections.abc import Iterator

from commonwheel.curate.nearby import around, named, named_after, named_at
from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned, context

_PLATE_CALLED = (
    "license plate", "licence plate", "number plate", "plate number", "plate no", "plate #", "plates:",
    "plate:", "plate is", "plates are", "plate reads", "reg no",
    "registration", "registration number", "registration no", "reg number", "reg plate", "reg:", "vehicle reg",
    "rego",
    "tag number", "vehicle number", "car number", "kennzeichen", "kfz-kennzeichen", "nummernschild",
    "autokennzeichen",
    "kontrollschild", "amtliches kennzeichen", "immatriculation", "plaque d'immatriculation", "plaque",
    "immatriculée",
    "immatriculé", "matrícula", "matricula", "placa", "placas", "patente", "dominio", "chapa", "targa",
    "targato", "targata",
    "kenteken", "kentekenplaat", "nummerplaat", "rejestracja", "numer rejestracyjny", "rejestracyjny", "tablica",
    "tablice", "spz", "rz", "evč", "rendszám", "rendszáma", "numărul de înmatriculare", "înmatriculare",
    "număr auto",
    "рег. номер", "регистрационен номер", "госномер", "гос. номер", "номер машины", "номер авто", "номерной знак",
    "номерний знак", "номер автомобіля", "πινακίδα", "πινακίδας", "registreringsnummer", "regnummer", "reg.nr",
    "regnr",
    "rekisterinumero", "rekisteritunnus", "plaka", "plakası", "plakalı", "registarska", "tablica", "registracija",
    "plat nomor", "nomor polisi", "nopol", "biển số", "ทะเบียนรถ", "ป้ายทะเบียน", "车牌", "車牌",
    "ナンバープレート", "车牌号",
    "번호판", "차량번호", "لوحة", "رقم اللوحة", "پلاک", "לוחית רישוי", "מספר רכב", "नंबर प्लेट", "गाड़ी नंबर",
)  # fmt: skip
_PLATE = context(*_PLATE_CALLED)
_VIN_CALLED = (
    "vin", "vin:", "vehicle identification", "chassis", "chassis number", "frame number", "fin",
    "fahrgestellnummer",
    "fahrzeug-identifizierungsnummer", "fahrzeugidentifizierungsnummer", "numéro de châssis", "numéro de série",
    "bastidor", "número de bastidor", "número de chasis", "chasis", "telaio", "numero di telaio", "chassi",
    "número do chassi", "chassisnummer", "nadwozia", "numer vin", "вин", "vin-код", "şasi", "şase", "车架号",
    "车辆识别",
    "車台番号", "차대번호", "alvázszám",
)  # fmt: skip
_VIN = context(*_VIN_CALLED)
_VALUES = {
    letter: int(value) for letter, value in zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True)
}
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_NOT_A_PLATE = re.compile(r"(?:19|20)[0-9]{2}$|[0-9]{1,2}(?:st|nd|rd|th|am|pm|kg|km|cm|mm|gb|mb)$", re.IGNORECASE)


def _vin(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    number = match.group().upper()
    letters = sum(sign.isalpha() for sign in number)
    if not letters or letters == 17:
        return
    total = sum((_VALUES.get(sign) or int(sign)) * weight for sign, weight in zip(number, _WEIGHTS, strict=True))
    right = "0123456789X"[total % 11] == number[8]
    if named(scanned, *match.span(), _VIN, 48, 24):
        yield Hit("personal.vehicle", *match.span(), 0.95)
    elif right and match.group().isupper() and letters >= 3 and number[-4:].isdigit():
        yield Hit("personal.vehicle", *match.span(), 0.85)


def _plate(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    for shape in (_PLATE_SHAPE, _PLATE_LOWER):
        for found in around(scanned, match, shape):
            yield from _plate_number(scanned, found)


def _plate_number(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    start, end = match.span()
    number = match.group()
    if not any(sign.isdigit() for sign in number) or _NOT_A_PLATE.match(number):
        return
    if sum(sign.isalnum() for sign in number) >= 4 and named_at(scanned, start, _PLATE, 32) is not None:
        yield Hit("personal.vehicle", start, end, 0.85)
    elif number.isupper() and named_after(scanned, end, _PLATE, 24):
        yield Hit("personal.vehicle", start, end, 0.7)


_LETTERS = "A-ZÄÖÜА-ЯΑ-Ω"

_PLATE_SHAPE = re.compile(
    rf"(?<![\w.,$€£#@\\-])(?:[{_LETTERS}]{{1,3}}[ -]?[{_LETTERS}]{{1,2}}[ -]?[0-9]{{1,4}}[EH]?|"  # DE, AT, PL, RO
    rf"[{_LETTERS}]{{1,3}}[ -]?[0-9]{{2,4}}[ -]?[{_LETTERS}]{{0,3}}(?:[ -]?[0-9]{{2,3}})?|"  # FR, IT, GB, AR, RU
    rf"[{_LETTERS}]{{3}}[ -]?[0-9][{_LETTERS}][0-9]{{2}}|[{_LETTERS}]{{3}}[ -][0-9]{{2}}[{_LETTERS}0-9]|"  # BR, SE
    rf"[0-9]{{1,4}}[ -]?[{_LETTERS}]{{1,3}}[ -]?[0-9]{{0,4}}|"  # ES, NL, US, PT, TR
    rf"[{_LETTERS}]{{2}}[ -]?[0-9]{{1,2}}[ -]?[{_LETTERS}]{{1,3}}[ -]?[0-9]{{1,4}}|"  # IN, ID, BR
    rf"[0-9]{{2,3}}-[0-9]{{2,3}}-[0-9]{{2,3}}|[0-9]{{2}}-[{_LETTERS}]{{2}}-[0-9]{{2}}|"  # IL, PT, NL
    rf"[0-9]{{2,3}} ?[가-힣] ?[0-9]{{4}}|[\u4e00-\u9fff][A-Z][·. ]?[A-Z0-9]{{5,6}}|"  # KR, CN
    rf"[\u3040-\u9fff]{{2,4}} ?[0-9]{{2,3}} ?[\u3040-\u309f] ?[0-9]{{2}}-[0-9]{{2}})(?![\w$€£%]|-\w)"  # JP
)
_PLATE_LOWER = re.compile(
    r"(?<![\w.,$€£#@\\-])(?:[a-z]{1,3}[0-9]{2,4}[ -]?[a-z]{0,3}|[0-9]{1,4}-?[a-z]{2,3}-?[0-9]{0,4})"
    r"(?![\w$€£%]|-\w)",
    re.ASCII,
)
_VIN_SHAPE = re.compile(r"(?<!\w)[A-HJ-NPR-Z0-9]{17}(?!\w)", re.ASCII | re.IGNORECASE)
_SHORT = re.compile(r"[0-9]{2,4}")
"""Digits of a plate."""

DETECTOR = Detector(
    name="vehicle",
    version="1",
    about=About(
        finds="License plates, and the identification numbers of vehicles (VIN).",
        how="A plate is taken beside a word that names it, in the shapes of most countries. A vehicle number is "
        "taken beside a word, or alone where its check digit (as in North America) is right.",
        misses="Plates that nothing near by names.",
    ),
    patterns=(
        Pattern(
            expression=_VIN_SHAPE, confirm=_vin, rule="vin",
            says="The identification number of a vehicle: its check digit is right, or a word beside it says so.",
        ),
        Pattern(
            expression=_SHORT, confirm=_plate, beside=context(*_PLATE_CALLED), rule="plate",
            says="A license plate: it is written like one, and a word for it stands beside it.",
        ),
    ),
)  # fmt: skip
