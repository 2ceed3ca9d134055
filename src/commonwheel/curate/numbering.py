"""The numbering plans of the world's telephones, as `phonenumbers` holds them, asked quickly.

Parsing a number for one region takes as long as scanning a page, so the plans themselves (national prefix
and shape) sort out beforehand which regions a number could belong to.
"""

import re
from functools import cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberFormat, PhoneNumberType

phonenumbers.enable_pattern_cache()  # there are more of its patterns than `re` keeps

_REGIONS = {
    "de": "DE AT CH LI", "fr": "FR BE CH CA LU MA DZ TN SN CI CM MC RE GP MQ", "it": "IT CH SM",
    "es": "ES MX AR CO CL PE VE EC GT CU BO DO HN PY SV NI CR PA UY PR", "pt": "PT BR AO MZ CV",
    "nl": "NL BE SR", "en": "US GB CA AU NZ IE IN ZA NG KE GH PH SG MY HK PK UG TZ ZW ZM", "gsw": "CH", "rm": "CH",
    "pl": "PL", "sv": "SE FI", "da": "DK", "nb": "NO", "nn": "NO", "no": "NO", "fi": "FI", "cs": "CZ", "sk": "SK",
    "hu": "HU", "ro": "RO MD", "bg": "BG", "el": "GR CY", "tr": "TR CY", "ru": "RU BY KZ KG UA", "uk": "UA",
    "he": "IL", "ar": "EG SA AE MA DZ TN IQ JO LB SY KW QA BH OM YE LY SD PS", "fa": "IR AF", "hi": "IN",
    "bn": "BD IN", "ur": "PK IN", "ta": "IN LK", "te": "IN", "mr": "IN", "gu": "IN", "kn": "IN", "ml": "IN",
    "pa": "IN PK", "zh": "CN TW HK MO SG", "ja": "JP", "ko": "KR", "th": "TH", "vi": "VN", "id": "ID",
    "ms": "MY SG BN", "sw": "KE TZ UG", "hr": "HR BA", "sr": "RS BA ME", "bs": "BA", "sl": "SI", "mk": "MK",
    "sq": "AL XK", "et": "EE", "lv": "LV", "lt": "LT", "is": "IS", "ga": "IE", "cy": "GB", "mt": "MT", "ca": "ES",
    "eu": "ES", "gl": "ES", "ka": "GE", "hy": "AM", "az": "AZ", "kk": "KZ", "uz": "UZ", "ky": "KG", "tg": "TJ",
    "mn": "MN", "ne": "NP", "si": "LK", "my": "MM", "km": "KH", "lo": "LA", "am": "ET", "af": "ZA", "zu": "ZA",
    "tl": "PH", "fil": "PH", "be": "BY", "ps": "AF", "so": "SO",
}  # fmt: skip
"""Where a language is mostly spoken; only asked when a language tag names no region itself."""

EVERYWHERE = tuple(
    "GB FR DE IT ES NL BE CH AT SE FI IE UA RO BG HR RS SI SK TR IL EG SA AE ZA NG KE IN PK BD LK NP CN JP KR TW "
    "TH VN ID MY PH AU NZ BR AR MX CO CL PE US RU KZ IR IQ JO MA DZ GR HU LT GE AM AZ BA MK AL GH UG TZ".split()
)
"""Regions in whose way a number may be written in a text of any language."""


@cache
def everywhere() -> tuple[str, ...]:
    """All regions that have a plan, the large ones first."""
    return (*EVERYWHERE, *sorted(phonenumbers.SUPPORTED_REGIONS - frozenset(EVERYWHERE)))


class Plan(NamedTuple):
    """How the numbers of a region look: what is dialed before them within it, and themselves."""

    trunk: str
    shape: re.Pattern[str]
    lengths: frozenset[int]


@cache
def plan(region: str) -> Plan | None:
    """The plan of a region by its ISO 3166 code; None where there is none."""
    metadata = PhoneMetadata.metadata_for_region(region, None)
    general = metadata.general_desc if metadata is not None else None
    if metadata is None or general is None or general.national_number_pattern is None:
        return None
    lengths = frozenset(general.possible_length) - {-1}
    return Plan(metadata.national_prefix or "", re.compile(general.national_number_pattern), lengths)


def regions(language: str) -> tuple[str, ...]:
    """Regions that a BCP 47 language tag speaks of: its own, or those where the language is spoken."""
    subtags = language.split("-")
    for subtag in subtags[1:]:
        if len(subtag) == 2 and subtag.isalpha():
            return (subtag.upper(),)
    return tuple(_REGIONS.get(subtags[0].lower(), "").split())


def national(digits: str, region: str) -> PhoneNumber | None:
    """The number that `digits`, as dialed within `region`, are; None where they are none."""
    known = plan(region)
    if known is None:
        return None
    shortened = digits[len(known.trunk) :] if known.trunk and digits.startswith(known.trunk) else digits
    for form in {digits, shortened}:
        if len(form) in known.lengths and known.shape.fullmatch(form):
            return international(digits, region)
    return None


def international(number: str, region: str | None = None) -> PhoneNumber | None:
    """The assigned number that `number` is, parsed with `+` or for a region; None where it is none."""
    parsed = _parsed(number, region)
    return parsed if parsed is not None and phonenumbers.is_valid_number(parsed) else None


def possible(number: str, region: str | None = None) -> PhoneNumber | None:
    """The number of a right length that `number` is, assigned or not."""
    parsed = _parsed(number, region)
    return parsed if parsed is not None and phonenumbers.is_possible_number(parsed) else None


def _parsed(number: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None


def is_mobile(number: PhoneNumber) -> bool:
    """Whether it is one of a mobile telephone."""
    return phonenumbers.number_type(number) == PhoneNumberType.MOBILE


def groups(number: PhoneNumber) -> list[str]:
    """The groups of digits in which it is written within its region."""
    return _DIGITS.findall(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))


_DIGITS = re.compile(r"[0-9]+")
