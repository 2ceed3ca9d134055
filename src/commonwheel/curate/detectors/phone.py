"""Telephone numbers, decided by `phonenumbers` (the numbering plans of all regions, ITU-T E.164).

International forms always count. National forms have the shape of many other things, so they count
with a word about telephones near by, in the region of the record's language, or in the unmistakable
North American grouping.
"""

import re
from collections.abc import Iterator

import phonenumbers

from commonwheel.curate.scan import Hit, Pattern, Scanned, context, near, text_detector

_WORDS = context(
    "phone", "phones", "telephone", "tel", "mobile", "mob", "cell", "cellphone", "call", "called",
    "calling", "ring",
    "text me", "dial", "fax", "landline", "whatsapp", "signal", "telegram", "sms", "hotline", "reach me",
    "reach you",
    "reach us", "reach him", "reach her", "answering at", "contact", "office",
    "telefon", "handy", "mobil", "mobilnummer", "rufnummer", "anrufen", "ruf", "erreichbar", "natel", "festnetz",
    "téléphone", "tél", "portable", "appelez", "appeler", "numéro", "teléfono", "telefono", "móvil", "celular",
    "llámame", "llamar", "llama", "cellulare", "chiamami", "chiamare", "telefone", "telemóvel", "ligar", "ligue",
    "telefoon", "bellen", "mobiel", "puhelin", "telefonnummer", "telefonu", "komórka", "zadzwoń", "telefonszám",
    "τηλέφωνο", "κινητό", "телефон", "тел", "звоните", "позвони", "мобильный", "电话", "手机", "電話", "携帯",
    "전화", "휴대폰", "هاتف", "جوال", "موبایل", "تلفن", "טלפון", "נייד", "फ़ोन", "फोन", "मोबाइल", "โทร", "simu",
)  # fmt: skip
_REGIONS = {
    "de": ("DE", "AT", "CH"), "fr": ("FR", "BE", "CH"), "it": ("IT", "CH"), "es": ("ES", "MX", "AR"),
    "pt": ("PT", "BR"), "nl": ("NL", "BE"), "en": ("US", "GB"), "gsw": ("CH",), "rm": ("CH",), "pl": ("PL",),
    "sv": ("SE",), "da": ("DK",), "nb": ("NO",), "nn": ("NO",), "no": ("NO",), "fi": ("FI",), "cs": ("CZ",),
    "sk": ("SK",), "hu": ("HU",), "ro": ("RO",), "bg": ("BG",), "el": ("GR",), "tr": ("TR",), "ru": ("RU",),
    "uk": ("UA",), "he": ("IL",), "ar": ("EG", "SA"), "fa": ("IR",), "hi": ("IN",), "bn": ("BD",), "ur": ("PK",),
    "zh": ("CN", "TW"), "ja": ("JP",), "ko": ("KR",), "th": ("TH",), "vi": ("VN",), "id": ("ID",), "sw": ("KE",),
}  # fmt: skip
"""Where a language is mostly spoken; only asked when a language tag names no region itself."""
_WITHOUT_LANGUAGE = ("US", "GB", "DE", "FR", "IT", "ES", "NL", "CH")

_DATE = re.compile(
    r"(?:(?:19|20)[0-9]{2}([-/. ])[01]?[0-9]\1[0-3]?[0-9]|[0-3]?[0-9]([-/.])[0-3]?[0-9]\2(?:(?:19|"
    r"20)[0-9]{2}|[0-9]{2}))"
    r"(?![0-9]|[-/.][0-9])"
)
_NORTH_AMERICAN = re.compile(r"(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[ .-])[0-9]{3}[ .-][0-9]{4}$")
_AMOUNT = re.compile(
    r"[0-9]{1,3}(?:\.[0-9]{3})+$|[0-9]+\.[0-9]+$|(?:[0-9]{1,3}\.){3}[0-9]{1,3}$|[0-9]+ ?/ ?[0-9]+$|"
    r"[0-9]+\.[0-9]+ ?[-/] ?[0-9]+\.|[0-9]{1,4} ?- ?[0-9]{1,4}$"
)
"""Sums, decimals, quotients, ranges: no telephone number, even with a word about telephones near by."""
_BEGIN = re.compile(r"[0-9(+]")
_DIGITS = re.compile(r"[0-9]+")
_EXTENSION = re.compile(r" ?(?:x|ext\.?|extension) ?[0-9]{1,6}(?![\w])", re.IGNORECASE | re.ASCII)


def _regions(language: str) -> tuple[str, ...]:
    subtags = language.split("-")
    for subtag in subtags[1:]:
        if len(subtag) == 2:
            return (subtag.upper(),)
    return _REGIONS.get(subtags[0].lower(), ())


def _valid(number: str, region: str | None) -> bool | None:
    """Whether `number` is assigned in its region; None where it cannot be a number there at all."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_valid_number(parsed):
        return True
    return False if phonenumbers.is_possible_number(parsed) else None


def _confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    start, end = match.span()
    date = _DATE.match(scanned.text, start, end)
    if date:
        rest = _BEGIN.search(scanned.text, date.end(), end)
        if rest is None:
            return
        start = rest.start()
    for stop in _stops(scanned.text, start, end):
        number = scanned.text[start:stop]
        digits = sum(character.isdigit() for character in number)
        if 6 <= digits <= 17 and (score := _score(scanned, number, digits, start, stop)):
            extension = _EXTENSION.match(scanned.text, stop)
            yield Hit("personal.phone", start, extension.end() if extension else stop, score)
            return


def _stops(text: str, start: int, end: int) -> Iterator[int]:
    """Where the number may end: at the last group of digits, or one of the four groups before it."""
    for _ in range(5):
        yield end
        groups = _DIGITS.findall(text, start, end)
        if len(groups) < 2:
            return
        end = start + len(text[start : end - len(groups[-1])].rstrip(" ()./-"))


def _score(scanned: Scanned, number: str, digits: int, start: int, end: int) -> float:
    plus = number.lstrip("(").startswith("+")
    if plus or number.startswith("00"):
        valid = _valid("+" + number.lstrip("(+0"), None)
        if valid:
            return 0.95
        if valid is False and plus:
            return 0.7
    spoken_of = near(scanned, start, end, _WORDS, 40, 16)
    regions = _regions(scanned.language)
    if any(_valid(number, region) for region in regions):
        if spoken_of:
            return 0.95
        return 0.7 if _grouped(number) and digits >= 8 else 0.0
    if _NORTH_AMERICAN.match(number):
        return 0.85 if _valid(number, "US") or spoken_of else 0.3
    if _AMOUNT.match(number):
        return 0.0
    if spoken_of:
        return 0.65 if digits >= 7 else 0.35
    if not regions and number.startswith(("0", "(0")) and _grouped(number) and digits >= 9:
        return 0.4 if any(_valid(number, region) for region in _WITHOUT_LANGUAGE) else 0.0
    return 0.0


def _grouped(number: str) -> bool:
    """Whether it is written like a telephone number, rather than like an amount."""
    return bool(re.search(r"[0-9)][ /-]+[0-9(]", number)) or number.startswith("(")


DETECTOR = text_detector(
    "phone",
    "1",
    [
        Pattern(
            expression=re.compile(
                r"(?<![\w@#$€£=*])(?<![0-9][.,:/-])[+(]{0,2}[0-9](?:[ ()./-]{0,3}[0-9]){5,19}"
                r"(?=[ ]?(?:x|ext)[. 0-9]|(?![\w%€$£]))",
                re.ASCII,
            ),
            confirm=_confirm,
        )
    ],
)
